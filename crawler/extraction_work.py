"""What is done already of an extraction over the archive, and what is not?

A SQLite file in the state folder, one for each thing that was asked for: the captures that were chosen when it began, and what was made
of each. A process that dies loses the last second of work; the next call with the same words goes on. It is deleted when all is stored.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import WarchiveError
from archive.ledger import rfc3339, translate
from archive.model import CaptureRef
from archive.sqlitefile import delete_derived
from pipelines.sitecensus import pack

FILE = "work.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE captures (
    seq INTEGER PRIMARY KEY, ref TEXT NOT NULL, verdict TEXT, site TEXT NOT NULL, at INTEGER, length INTEGER
);
CREATE TABLE results (
    seq INTEGER PRIMARY KEY, pass INTEGER NOT NULL, outcome TEXT NOT NULL, id TEXT, article TEXT, row TEXT NOT NULL,
    member BLOB, lines BLOB NOT NULL
);
CREATE TABLE again (seq INTEGER PRIMARY KEY, furniture TEXT NOT NULL);
CREATE TABLE chains (article TEXT PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX captures_by_site ON captures (site);
CREATE INDEX results_by_id ON results (id) WHERE id IS NOT NULL;
"""
_COMMIT_ROWS, _COMMIT_SECONDS = 256, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A capture that is to be made again."""

    seq: int
    ref: CaptureRef
    verdict: str | None
    """What it was then."""
    at: int | None
    length: int | None
    """Offset and length of the article that was made of it, in its run's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was made of a capture now."""

    seq: int
    outcome: str
    """`article`, `refused`, `failed`, `damaged`."""
    facts: dict[str, Any]
    """As `extraction_task` tells them, but for the record and its lines."""
    member: bytes | None


class Work:
    """One open file. Not thread-safe. Results are committed about once a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._waiting, self._committed, self._closed = 0, time.monotonic(), False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open()
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        except OSError as error:
            raise WarchiveError(f"cannot use {folder}: {error.strerror}", hint="make the state folder writable, or name another") from error

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.row_factory = sqlite3.Row
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):  # of another warchive: what it had done is done again
            db.close()
            delete_derived(self._path)
            return self._open()
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")  # after a power cut the last results are made again
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;")
        return db

    def close(self) -> None:
        """Commit and close; once more does nothing."""
        if not self._closed:
            self.commit()
            self._closed = True
            self._db.close()

    def delete(self) -> None:
        """Close, and delete the folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- facts

    def fact(self, key: str) -> str | None:
        """Null where it was never told."""
        row = self._one("SELECT value FROM meta WHERE key = ?", (key,))
        return None if row is None else str(row["value"])

    def remember(self, key: str, value: str) -> None:
        """Tell it, durably with what was done before."""
        self._do("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))
        self.commit()

    # -- the captures

    def choose(self, captures: Iterable[tuple[CaptureRef, str | None, str, int | None, int | None]]) -> None:
        """Write down what is to be done, all or nothing: capture, verdict, site, offset and length of its article."""
        self._begin()
        self._do("DELETE FROM captures", ())
        for seq, (ref, verdict, site, at, length) in enumerate(captures):
            self._do("INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?)", (seq, json.dumps(as_json(ref)), verdict, site, at, length))
        self.remember("chosen", "yes")

    def note(self, seq: int, site: str) -> None:
        """A page that lies in no archive: only whose it is."""
        self._begin()
        self._do("INSERT INTO captures VALUES (?, '', NULL, ?, NULL, NULL)", (seq, site))

    def total(self) -> int:
        """How many captures were chosen."""
        return int(self._count("SELECT count(*) FROM captures"))

    def done(self, of_pass: int) -> int:
        """How many were settled in this pass."""
        return int(self._count("SELECT count(*) FROM results WHERE pass >= ?", of_pass))

    def chosen(self) -> Iterator[Chosen]:
        """All of them, in their order."""
        return self._pages("SELECT captures.* FROM captures WHERE seq > ? ORDER BY seq LIMIT 500")

    def first_pass(self) -> Iterator[Chosen]:
        """Those of which nothing was made yet."""
        missing = "NOT EXISTS (SELECT 1 FROM results WHERE results.seq = captures.seq)"
        return self._pages(f"SELECT captures.* FROM captures WHERE seq > ? AND {missing} ORDER BY seq LIMIT 500")

    def second_pass(self) -> Iterator[Chosen]:
        """Those for which the memory of the whole set knows other lines than were known at first."""
        query = (
            "SELECT captures.* FROM captures JOIN again USING (seq) JOIN results USING (seq)"
            " WHERE seq > ? AND pass = 1 ORDER BY seq LIMIT 500"
        )
        return self._pages(query)

    def _pages(self, query: str) -> Iterator[Chosen]:
        # In pages: what is written in between is not held back by a long look.
        last = -1
        while rows := self._all(query, (last,)):
            for row in rows:
                last = row["seq"]
                yield Chosen(seq=last, ref=_ref(row["ref"]), verdict=row["verdict"], at=row["at"], length=row["length"])

    # -- the results

    def settle(self, seq: int, of_pass: int, made: dict[str, Any]) -> None:
        """What came of one capture."""
        self._begin()
        member = base64.b64decode(made["member"]) if made.get("member") else None
        facts = {name: value for name, value in made.items() if name not in ("member", "lines", "outcome")}
        self._do(
            "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seq,
                of_pass,
                made["outcome"],
                made.get("id"),
                made.get("article_id"),
                json.dumps(facts, ensure_ascii=True),
                member,
                pack(made.get("lines", ())),
            ),
        )
        self._waiting += 1
        if self._waiting >= _COMMIT_ROWS or time.monotonic() - self._committed > _COMMIT_SECONDS:
            self.commit()

    def forget_failed(self) -> None:
        """They are to be made once more."""
        self._begin()
        self._do("DELETE FROM results WHERE outcome = 'failed'", ())

    def commit(self) -> None:
        """Make durable what was told."""
        if self._db.in_transaction:
            self._do("COMMIT", ())
        self._waiting, self._committed = 0, time.monotonic()

    def results(self) -> Iterator[tuple[Chosen, Result]]:
        """Every capture with what was made of it, in their order."""
        query = "SELECT * FROM captures JOIN results USING (seq) WHERE seq > ? ORDER BY seq LIMIT 200"
        last = -1
        while rows := self._all(query, (last,)):
            for row in rows:
                last = row["seq"]
                chosen = Chosen(seq=last, ref=_ref(row["ref"]), verdict=row["verdict"], at=row["at"], length=row["length"])
                yield chosen, _result(row)

    def made_at(self, seq: int) -> Result | None:
        """What was made of that capture."""
        row = self._one("SELECT * FROM results WHERE seq = ?", (seq,))
        return None if row is None else _result(row)

    def made_of(self, id: str) -> Result | None:
        """What was made now of that version of an article."""
        row = self._one("SELECT * FROM results WHERE id = ? ORDER BY seq LIMIT 1", (id,))
        return None if row is None else _result(row)

    # -- versions of articles that no run has

    def forget_chains(self) -> None:
        """They are made anew whenever the results are gone through."""
        self._begin()
        self._do("DELETE FROM chains", ())

    def chain(self, article: str) -> tuple[str, int] | None:
        """Id and number of its latest version so far."""
        row = self._one("SELECT id, version FROM chains WHERE article = ?", (article,))
        return None if row is None else (row["id"], row["version"])

    def link(self, article: str, id: str, version: int) -> None:
        """That is its latest version now."""
        self._do("INSERT OR REPLACE INTO chains VALUES (?, ?, ?)", (article, id, version))

    # -- the memory of the sites

    def sites(self) -> list[str]:
        """Names, sorted."""
        return [row["site"] for row in self._all("SELECT DISTINCT site FROM captures ORDER BY site", ())]

    def lines_of(self, site: str, most: int) -> dict[str, bytes]:
        """Packed lines of the latest version of each article of the site; of more than `most` those with the smallest ids."""
        query = (
            "SELECT article, seq, lines FROM results JOIN captures USING (seq) WHERE site = ? AND outcome = 'article' AND article IN"
            " (SELECT DISTINCT article FROM results JOIN captures USING (seq) WHERE site = ? AND outcome = 'article'"
            " ORDER BY article LIMIT ?) ORDER BY article, seq"
        )
        return {row["article"]: row["lines"] for row in self._rows(query, (site, site, most))}

    def open_articles(self, site: str) -> Iterator[tuple[int, str, bytes, list[str], bool]]:
        """Number, article, packed lines, furniture known at first, and whether that is final, of each article of the site."""
        query = "SELECT seq, article, lines, row FROM results JOIN captures USING (seq) WHERE site = ? AND outcome = 'article' AND pass = 1"
        for row in self._rows(query, (site,)):
            facts = json.loads(row["row"])
            yield row["seq"], row["article"], row["lines"], facts["knows"], facts["final"]

    def want_again(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Number and furniture of captures for the second pass."""
        self._begin()
        for seq, furniture in rows:
            self._do("INSERT OR REPLACE INTO again VALUES (?, ?)", (seq, json.dumps(furniture)))

    def is_wanted_again(self, seq: int) -> bool:
        """Whether the second pass has it."""
        return self._one("SELECT 1 FROM again WHERE seq = ?", (seq,)) is not None

    def furniture_of(self, seq: int) -> list[str]:
        """As it was wanted."""
        row = self._one("SELECT furniture FROM again WHERE seq = ?", (seq,))
        found: list[str] = [] if row is None else json.loads(row["furniture"])
        return found

    def wanted_again(self) -> int:
        """How many captures the second pass has."""
        return int(self._count("SELECT count(*) FROM again"))

    # -- inside

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._do("BEGIN IMMEDIATE", ())

    def _do(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _rows(self, query: str, values: tuple[Any, ...]) -> Iterator[sqlite3.Row]:
        try:
            for row in self._db.execute(query, values):  # noqa: UP028 (a cursor that is left early is closed with the generator)
                yield row
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _all(self, query: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
        return list(self._rows(query, values))

    def _one(self, query: str, values: tuple[Any, ...]) -> sqlite3.Row | None:
        return next(iter(self._all(query, values)), None)

    def _count(self, query: str, *values: Any) -> Any:
        row = self._one(query, values)
        return 0 if row is None else row[0]


def as_json(ref: CaptureRef) -> dict[str, Any]:
    """A capture as JSON says it."""
    return {**asdict(ref), "fetched_at": rfc3339(ref.fetched_at)}


def _ref(text: str) -> CaptureRef:
    values = json.loads(text)
    return CaptureRef(**{**values, "fetched_at": datetime.fromisoformat(values["fetched_at"])})


def _result(row: sqlite3.Row) -> Result:
    return Result(seq=row["seq"], outcome=row["outcome"], facts=json.loads(row["row"]), member=row["member"])
