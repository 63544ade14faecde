"""How do the records of an imported file become rows of the ledger: captures, lines of the index, and counts of everything else?

In transactions of some hundred records. Until the last one has said so, the import is not begun for anybody: a start that finds half of it
throws it away, the file is still where it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.crashpoints import crashpoint
from archive.importscan import Scanned, scan
from archive.ledger import CAPTURE_COLUMNS, Ledger, rfc3339
from archive.model import CaptureRef
from crawler.import_kinds import TEXT, Pages, kind_of, outcome_beside, outcome_of

_BATCH = 500
_SHOWN = 200  # problems that are told one by one, of each file
_NEIGHBOURS = 256  # records in which the request of a response stands before or behind it
_INSERT = f"INSERT INTO captures ({', '.join((*CAPTURE_COLUMNS, 'task'))}) VALUES ({', '.join('?' * (len(CAPTURE_COLUMNS) + 1))})"


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the records of one file, but for those whose text is still to be judged."""

    records: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    digests_wrong: int = 0
    digests_missing: int = 0
    broken_at: int | None = None
    """Where the file breaks off, or is damaged: what lies behind was not read."""
    problems: list[dict[str, Any]] = field(default_factory=list)
    """Records left out, places where the file breaks off, wrong digests; the first ones."""

    def as_json(self) -> dict[str, Any]:
        """For the ledger and the report."""
        return {**asdict(self), "outcomes": dict(sorted(self.outcomes.items()))}

    def tell(self, one: Scanned, what: str) -> None:
        """One of the problems."""
        if len(self.problems) < _SHOWN:
            url = one.ref.url[:500] if one.ref else None
            self.problems.append({"what": what, "offset": one.offset, "record_id": one.record_id, "url": url, "detail": one.detail})


@dataclass(slots=True, kw_only=True)
class _Row:
    ref: CaptureRef
    line: str
    outcome: str


class RecordsOfFile:
    """The rows of one file, as they are made."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, *, filename: str, run: str, pages: Pages, texts: bool) -> None:
        self._ledger, self._catalogue, self._filename, self._run = ledger, catalogue, filename, run
        self._pages, self._texts = pages, texts
        self.counts = Counts()
        self._rows: dict[str, _Row] = {}  # by record id, in the order of the file
        self._others: dict[str, str] = {}  # ids of requests, and of what they belong to: their method, where it is not GET

    def read(self, path: Path, *, source: str | None, sha256: str) -> None:
        """All of the file. Raises `NotImportable` where it cannot be taken after all."""
        with path.open("rb") as file:
            for one in scan(file, filename=self._filename, run=self._run, source=source, file_id=sha256):
                self._enter(one)
                if len(self._rows) >= _BATCH + _NEIGHBOURS:
                    self._write(_BATCH)
        self._write(len(self._rows))

    def _enter(self, one: Scanned) -> None:
        self.counts.records += 1
        self.counts.digests_missing += one.unchecked and one.outcome in ("capture", "beside")
        if one.wrong:
            self.counts.digests_wrong += 1
            self.counts.tell(one, "wrong digest: " + ", ".join(one.wrong))
        if one.ref is None or one.line is None:
            if one.outcome != "beside":
                self.counts.tell(one, outcome_beside(one))
            self.counts.outcomes[outcome_beside(one)] += 1
            if one.outcome == "broken":
                self.counts.broken_at = one.offset
            if one.method not in (None, "GET", ""):
                self._other_method(one, str(one.method))
            return
        if one.ref.kind == "page":
            self._pages.follow(one.ref.url, one.location)
        ref = replace(one.ref, kind=kind_of(one.ref, self._pages))
        method = next((self._others[name] for name in one.belongs_to if name in self._others), "GET")
        method = self._others.get(ref.record_id, method)
        if method != "GET" and ref.kind == "page":
            ref = replace(ref, kind="requisite")
        key = ref.record_id if ref.record_id not in self._rows else f"{ref.record_id} {ref.offset}"
        self._rows[key] = _Row(ref=ref, line=one.line, outcome=outcome_of(ref, known=self._is_known(ref), method=method))

    def _other_method(self, one: Scanned, method: str) -> None:
        """A request that is no GET: what answers it is no page. It stands beside its response, mostly behind it."""
        for name in filter(None, (one.record_id, *one.belongs_to)):
            self._others[name] = method
            row = self._rows.get(name)
            if row is not None and row.outcome != "known":
                kind = "requisite" if row.ref.kind == "page" else row.ref.kind
                row.ref, row.outcome = replace(row.ref, kind=kind), "other_method"
        while len(self._others) > _NEIGHBOURS:
            del self._others[next(iter(self._others))]

    def _is_known(self, ref: CaptureRef) -> bool:
        """The very same record is in the collection, ours or imported."""
        return any(
            one.record_id == ref.record_id and one.block_digest == ref.block_digest
            for one in self._catalogue.captures_by_urlkey(ref.urlkey, since=ref.fetched_at, until=ref.fetched_at, limit=100)
        )

    def _write(self, count: int) -> None:
        if not count:
            return
        with self._ledger.transaction() as db:
            for key in list(self._rows)[:count]:
                self._insert(db, self._rows.pop(key))
        crashpoint("import-records")

    def _insert(self, db: sqlite3.Connection, row: _Row) -> None:
        text = row.outcome == TEXT
        task = json.dumps({"import": True}) if text and self._texts else None
        values = {**{name: getattr(row.ref, name) for name in CAPTURE_COLUMNS}, "fetched_at": rfc3339(row.ref.fetched_at)}
        db.execute(_INSERT, (*values.values(), task))
        db.execute("INSERT INTO index_lines VALUES (?, ?)", (self._run, row.line))
        if task is None:
            self.counts.outcomes["captured" if text else row.outcome] += 1
