"""How does a published run become rows of the catalogue?

Line by line and in batches, from whatever gives the pieces of its files: a store, or the spool that was just published.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from archive.catalogue_rows import INDEXES, INSERT_ARTICLE, INSERT_CAPTURE, SCHEMA, article_values, capture_values
from archive.errors import DamagedError
from archive.layout import ARTICLES, CAPTURES, REPORT
from archive.manifest import Manifest, imported_files, manifest_sha256
from archive.published import checked, lines_of, members_of, record_of
from archive.source_days import enter_report
from archive.sqlitefile import delete_derived, opening

_VERSION = 6
_BATCH = 1000

Opener = Callable[[str], Iterable[bytes]]
"""The pieces of a file of a run, by its path in the run."""


def enter_run(db: sqlite3.Connection, manifest: Manifest, data: bytes, opener: Opener) -> None:
    """Inside a transaction of the caller. Raises `DamagedError` where a list is not as the manifest says: nothing may then be kept."""
    report = record_of(b"".join(checked(opener(REPORT), manifest.file(REPORT))))
    facts = (
        manifest.run,
        manifest.started_at,
        manifest.ended_at,
        manifest.captures,
        manifest.articles,
        manifest.size,
        manifest_sha256(data),
    )
    texts = (json.dumps(manifest.info, ensure_ascii=False), json.dumps(report, ensure_ascii=False))
    first = db.execute("SELECT ifnull(max(id), 0) + 1 FROM captures").fetchone()[0]
    run = db.execute("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*facts, *texts, first)).lastrowid or 0
    enter_report(db, report, run=manifest.run, started_at=manifest.started_at, ended_at=manifest.ended_at)
    files: dict[str, int] = {}
    theirs = imported_files(manifest.info)
    for entry in manifest.files:
        if entry.path.startswith("archive/"):
            name = entry.path.removeprefix("archive/")
            files[name] = db.execute("INSERT INTO files VALUES (NULL, ?, ?, ?)", (name, run, name in theirs)).lastrowid or 0

    def capture_rows() -> Iterator[tuple[Any, ...]]:
        for line in lines_of(checked(opener(CAPTURES), manifest.file(CAPTURES))):
            record = record_of(line)
            if record.get("filename") not in files or record.get("run") != manifest.run:
                raise DamagedError(f"{CAPTURES} of run {manifest.run} names a file that its manifest does not")
            yield capture_values(record, files[record["filename"]])

    def article_rows() -> Iterator[tuple[Any, ...]]:
        for offset, length, line in members_of(checked(opener(ARTICLES), manifest.file(ARTICLES))):
            yield article_values(record_of(line), run, offset, length)

    for statement, rows, expected in (
        (INSERT_CAPTURE, capture_rows(), manifest.captures),
        (INSERT_ARTICLE, article_rows(), manifest.articles),
    ):
        entered = 0
        while batch := list(islice(rows, _BATCH)):
            db.executemany(statement, batch)
            entered += len(batch)
        if entered != expected:
            raise DamagedError(f"run {manifest.run} has {entered} lines where its manifest says {expected}")


def open_catalogue(path: Path) -> sqlite3.Connection:
    """Open or make the file. One of another version is made anew: it is derived, the next sync fills it again."""
    with opening(path, "the catalogue "):
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        db.row_factory = sqlite3.Row
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            db.close()
            delete_derived(path)
            return open_catalogue(path)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")  # a lost transaction is a run that the next sync enters again
        db.execute("PRAGMA cache_size=-65536")
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;")
            make_indexes(db)
    return db


def make_indexes(db: sqlite3.Connection) -> None:
    """Those that are not there: a catalogue that is filled at once gets them at the end, sorted, which takes a fraction of the time."""
    for name, columns in INDEXES.items():
        db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")


def drop_indexes(db: sqlite3.Connection) -> None:
    """Before much is entered."""
    for name in INDEXES:
        db.execute(f"DROP INDEX {name}")


def pieces_of(path: Path) -> Iterator[bytes]:
    """A local file in pieces of 1 MiB."""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
