"""How far is the import of each run that is not published, and what becomes of one that was cut short?

A fact in the ledger says so: `begun` until all records have their rows, then `indexed`. Of the first nothing is kept, the second is
finished.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.crashpoints import crashpoint
from archive.ledger import Ledger
from archive.manifest import imported_files
from archive.spool import file_sha256, sync_folder
from crawler.import_report import make_import_report
from crawler.import_texts import Bench, Watch, Zone, forget_texts, make_texts

if TYPE_CHECKING:
    from crawler.workplace import Workplace

logger = logging.getLogger(__name__)

MARK = "importing:"
"""Beginning of the fact, before the run's id."""
READY = "indexed"


def finish_import(
    place: Workplace, run: str, *, watch: Watch = lambda _step, _done, _total: None, here: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Make the texts that are missing, and fix the report: the run is then ready to be published."""
    fact = json.loads(place.ledger.get(MARK + run) or "{}")
    zone = Zone(timezone=fact["timezone"], languages=tuple(fact["languages"]))
    make_texts(Bench(place=place, run=run, zone=zone, watch=watch))
    row = place.ledger.db.execute("SELECT * FROM runs WHERE run = ?", (run,)).fetchone()
    ended_at = place.now()
    report = make_import_report(place.ledger, row, fact["counts"], ended_at=ended_at, skipped=here)
    place.ledger.end_run(run, ended_at, report)
    crashpoint("import-reported")
    return report


def is_import(ledger: Ledger, run: str) -> bool:
    """Whether this run, which is not published, is an import."""
    return ledger.get(MARK + run) is not None


def tidy_imports(ledger: Ledger, state: Path) -> list[str]:
    """Throw away imports that were cut short before all their records were entered, or whose copy is not as it was: the latter are damage,
    and are returned to be told. The files themselves are where they were, and can be imported again.

    Call it with the lock held, before the spool is recovered; and once more after a run was published, for what was done for it.
    """
    damage = []
    for run, text in ledger.facts(MARK).items():
        ready = json.loads(text)["stage"] == READY
        row = ledger.db.execute("SELECT info FROM runs WHERE run = ?", (run,)).fetchone()
        names = [str(entry.get("name")) for entry in imported_files(json.loads(row["info"])).values()] if row is not None else []
        if not ready:
            logger.warning(
                "the import of %s was cut short, and nothing of it is kept: import again", ", ".join(names)[:300] or "some files"
            )
        elif row is not None and not _intact(ledger, state, run):
            damage.append(f"the copy of {', '.join(names)[:300]} that waited in the spool is not as it was: import it again")
        elif row is not None:
            continue
        give_up(ledger, state, run)
    return damage


def _intact(ledger: Ledger, state: Path, run: str) -> bool:
    for segment in ledger.db.execute("SELECT * FROM segments WHERE run = ?", (run,)):
        path = state / "spool" / run / segment["filename"]
        if not segment["stored"] and not (
            path.is_file() and path.stat().st_size == segment["committed"] and file_sha256(path) == segment["sha256"]
        ):
            return False
    return True


def give_up(ledger: Ledger, state: Path, run: str) -> None:
    """Nothing of it is left; what may already lie in the store is named by no manifest."""
    folder = state / "spool" / run
    if folder.is_dir():
        shutil.rmtree(folder)
        sync_folder(folder.parent)
    forget_texts(state, run)
    if ledger.db.execute("SELECT 1 FROM runs WHERE run = ?", (run,)).fetchone() is not None:
        ledger.forget_run(run)
        ledger.unset(f"forgotten:{run}")
    ledger.unset(MARK + run)
