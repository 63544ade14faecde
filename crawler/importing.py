"""How do other people's WARC and WACZ files enter a collection? As one run, published whole or not at all.

    judge all files → copy or link them into the spool → rows of all records → texts → report → publish

Until all records have their rows, a kill leaves nothing but a mark, and the next start throws away what there is. After that the next
start of whatever verb makes the texts that are missing and publishes: nothing is entered twice, nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import exits
from archive.config import Config
from archive.crashpoints import crashpoint
from archive.errors import StoreError, WarchiveError
from archive.importscan import NotImportable
from archive.layout import new_run_id
from archive.manifest import imported_files
from archive.software import software
from archive.spool import Reserve, sync_folder
from crawler.import_files import Given, RefusedError, bring, given_files, spool_name
from crawler.import_kinds import Pages
from crawler.import_records import RecordsOfFile
from crawler.import_report import import_exit_code
from crawler.import_state import MARK, READY, finish_import, give_up, tidy_imports
from crawler.import_texts import Watch, Zone
from crawler.workplace import Workplace, open_workplace

Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class ImportResult:
    """How an import ended."""

    exit_code: int = 0
    run: str | None = None
    report: dict[str, Any] | None = None
    here: list[dict[str, Any]] = field(default_factory=list)
    """Files that the collection has already: name, SHA-256, and the run that has it."""
    problems: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)


def import_files(
    config: Config,
    files: Sequence[Path],
    *,
    source: str | None = None,
    zone: Zone | None = None,
    texts: bool = True,
    say: Say = lambda _text: None,
    watch: Watch = lambda _step, _done, _total: None,
) -> ImportResult:
    """Import the files. Raises `RefusedError` before anything is stored, `BusyError`, `SpaceError`; a store that does not answer is in the
    result: everything then waits in the spool.
    """
    given = given_files(list(files), say=say)
    with open_workplace(config, say=say) as place:
        result = ImportResult(recovered=list(place.recovered), problems=list(place.damage))
        new = _sorted_out(place, given, result)
        if new:
            run = new_run_id(place.now())
            place.lock.note(run)
            try:
                _enter(place, run, new, source=source, zone=zone or Zone(), texts=texts, say=say)
            except NotImportable as problem:
                give_up(place.ledger, place.state, run)
                raise RefusedError([(Path(problem.__notes__[0]), problem)]) from problem
            except WarchiveError:
                give_up(place.ledger, place.state, run)
                raise
            result.run = run
            result.report = finish_import(place, run, watch=watch, here=result.here)
            result.exit_code = import_exit_code(result.report)
            say("publishing")
            if place.publish(run, say):
                crashpoint("import-published")
                tidy_imports(place.ledger, place.state)
        if place.damage:
            result.exit_code = exits.DAMAGED
        if place.store_problem is not None:
            result.exit_code = StoreError.exit_code
            result.problems.append(f"{place.store_problem}\n  what was imported waits in the spool, and the next start publishes it")
        return result


def _sorted_out(place: Workplace, given: Sequence[Given], result: ImportResult) -> list[Given]:
    """Those that the collection does not have; each once."""
    seen = {str(entry.get("sha256")): run for run, entry in place.catalogue.imported()}
    for row in place.ledger.runs():
        seen |= {str(entry.get("sha256")): str(row["run"]) for entry in imported_files(json.loads(row["info"])).values()}
    new = []
    for one in given:
        if one.sha256 in seen:
            result.here.append({"name": one.name, "sha256": one.sha256, "run": seen[one.sha256]})
        else:
            seen[one.sha256] = "this one"
            new.append(one)
    return new


def _enter(place: Workplace, run: str, given: Sequence[Given], *, source: str | None, zone: Zone, texts: bool, say: Say) -> None:
    """Files into the spool, records into the ledger."""
    ledger, config, folder = place.ledger, place.config, place.state / "spool" / run
    ledger.set(MARK + run, json.dumps({"stage": "begun"}))
    crashpoint("import-begun")
    Reserve(place.state).release()
    names = [spool_name(config.collection, place.now(), serial, run) for serial in range(1, len(given) + 1)]
    for one, name in zip(given, names, strict=True):
        say(f"taking {one.name}")
        bring(one, folder / name, min_free_bytes=config.limits.min_free_bytes)
    sync_folder(folder.parent)
    crashpoint("import-copied")
    entries = [one.entry(name) for one, name in zip(given, names, strict=True)]
    info = {"command": "import", "software": software(), "sources": [], "source": source, "imported": entries, "texts": texts}
    ledger.begin_run(run, config.collection, place.now(), info)
    with ledger.transaction() as db:
        for serial, (one, name) in enumerate(zip(given, names, strict=True), 1):
            size = (folder / name).stat().st_size
            columns = "filename, run, serial, warcinfo_id, committed, closed, sha256, stored"
            db.execute(f"INSERT INTO segments ({columns}) VALUES (?, ?, ?, '', ?, 1, ?, 0)", (name, run, serial, size, one.sha256))
    crashpoint("import-entered")
    counts = {}
    for one, name in zip(given, names, strict=True):
        say(f"indexing {one.name}")
        records = RecordsOfFile(ledger, place.catalogue, filename=name, run=run, pages=Pages.of(one.pages), texts=texts)
        try:
            records.read(folder / name, source=source, sha256=one.sha256)
        except NotImportable as problem:
            problem.add_note(str(one.path))
            raise
        counts[name] = records.counts.as_json()
    fact = {"stage": READY, "counts": counts, "timezone": zone.timezone, "languages": list(zone.languages)}
    ledger.set(MARK + run, json.dumps(fact))
    crashpoint("import-indexed")
