"""Which record of an article is the newest that was made again, and where does it lie?

SQLite beside the catalogue, and like it derived from the store alone: it may be deleted at any time. An extraction is entered whole or not
at all, and once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.articlefile import Place
from archive.catalogue_rows import pack_id, unpack_id
from archive.errors import DamagedError, ObjectMissing, UsageError, WarchiveError
from archive.extractions import ExtractionManifest, list_extractions, read_extraction
from archive.ledger import translate
from archive.marker import store_identity
from archive.published import checked, lines_of, members_of, record_of
from archive.sqlitefile import delete_derived
from archive.stores import Store

FILE = "extractions.sqlite"
LATEST = "latest"
_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE extractions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created TEXT NOT NULL);
CREATE TABLE files (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE records (
    extraction INTEGER NOT NULL, uuid BLOB NOT NULL, file INTEGER, offset INTEGER, length INTEGER, new INTEGER NOT NULL,
    article BLOB, version INTEGER, source TEXT, language TEXT, published TEXT, captured TEXT
);
CREATE INDEX records_by_uuid ON records (uuid);
CREATE INDEX records_new ON records (article) WHERE new;
"""
_SELECT = (
    "SELECT records.*, files.key, extractions.name FROM records JOIN extractions ON extractions.id = extraction"
    " LEFT JOIN files ON files.id = file"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAgain:
    """What an extraction says of a version of an article."""

    id: str
    extraction: str
    place: Place | None
    """Null where the page is no article any more."""
    article_id: str
    version: int
    source: str | None
    language: str | None
    date_published: str | None
    captured_at: str | None


class ExtractionIndex:
    """One open index of one collection, of all its extractions or of one. Not thread-safe."""

    def __init__(self, path: Path, wanted: str = LATEST) -> None:
        self._path, self._wanted = path, wanted
        self.problems: list[WarchiveError] = []
        """Extractions that could not be read."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _open(path)
        except sqlite3.Error as error:
            raise translate(error, path) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def sync(self, store: Store, collection: str) -> None:
        """Enter what is new in the store. Raises `UsageError` where the one that is wanted is not there."""
        try:
            fact = f"{store_identity(store, create=False)} {collection}"
        except ObjectMissing:
            return
        if self._fact() not in (None, fact):
            self._change([(f"DELETE FROM {table}", ()) for table in ("meta", "extractions", "files", "records")])
        self._change([("INSERT OR REPLACE INTO meta VALUES ('store', ?)", (fact,))])
        self.problems = []
        known = {row["name"] for row in self._rows("SELECT name FROM extractions", ())}
        for name in list_extractions(store, collection):
            if name not in known:
                try:
                    self._enter(store, read_extraction(store, collection, name))
                except (DamagedError, ObjectMissing) as error:
                    self.problems.append(DamagedError(f"extraction {name} is left out: {error.message}", hint=error.hint))
        if self._wanted != LATEST and next(self._rows("SELECT 1 FROM extractions WHERE name = ?", (self._wanted,)), None) is None:
            raise UsageError(
                f"no extraction {self._wanted[:150]!r} in collection {collection}",
                hint=f"there are: {', '.join(self.names()[:5]) or 'none'}; `latest` takes of each article the newest",
            )

    def names(self) -> list[str]:
        """Ids of the extractions, newest first."""
        return [row["name"] for row in self._rows("SELECT name FROM extractions ORDER BY created DESC, name", ())]

    def of(self, id: str) -> MadeAgain | None:
        """What the newest extraction that has it says of a version."""
        query = f"{_SELECT} WHERE uuid = ? AND ? IN ('{LATEST}', name) ORDER BY created DESC, name LIMIT 1"
        row = next(self._rows(query, (pack_id(id), self._wanted)), None)
        return None if row is None else _made(row)

    def new(self, article: str | None = None) -> Iterator[MadeAgain]:
        """Versions that no run has, of all articles or of one, oldest capture first; each as the newest extraction says it."""
        where = "new" if article is None else "new AND article = ?"
        values = () if article is None else (bytes.fromhex(article),)
        query = f"SELECT DISTINCT uuid, captured FROM records WHERE {where} ORDER BY captured, uuid"
        for row in self._rows(query, values):
            found = self.of(unpack_id(row["uuid"]) or "")
            if found is not None and found.place is not None:
                yield found

    def newest_new(self, article: str) -> int:
        """Number of the newest version of that article that no run has; 0 where there is none."""
        return max((one.version for one in self.new(article)), default=0)

    # -- inside

    def _enter(self, store: Store, manifest: ExtractionManifest) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            values = (manifest.extraction, manifest.created)
            number = self._db.execute("INSERT INTO extractions VALUES (NULL, ?, ?)", values).lastrowid or 0
            new: set[str] = set()
            for entry in manifest.paths("changes"):
                for line in lines_of(checked(store.open(manifest.folder.key(entry.path)), entry)):
                    change = record_of(line)
                    if change.get("change") == "new":
                        new.add(str(change["id"]))
                    elif change.get("change") == "gone":
                        self._insert(number, change["id"], None, None, None, 0, change.get("article_id"), 0, (change.get("source"),))
            entered = 0
            for entry in manifest.paths("articles"):
                key = manifest.folder.key(entry.path)
                file = self._db.execute("INSERT INTO files VALUES (NULL, ?)", (key,)).lastrowid
                for offset, length, line in members_of(checked(store.open(key), entry)):
                    record = record_of(line)
                    told = (record["source"], record["language"], record["date_published"], record["captured_at"])
                    is_new = int(record["id"] in new)
                    self._insert(number, record["id"], file, offset, length, is_new, record["article_id"], record["version"], told)
                    entered += 1
            if entered != manifest.articles:
                raise DamagedError(f"it has {entered} records where its manifest says {manifest.articles}")
            self._db.execute("COMMIT")
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedError(f"not a record: {error.__class__.__name__}: {str(error)[:100]}") from error
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _insert(
        self,
        extraction: int,
        id: str,
        file: int | None,
        offset: int | None,
        length: int | None,
        new: int,
        article: str | None,
        version: int,
        told: tuple[Any, ...],
    ) -> None:
        values = (extraction, pack_id(id), file, offset, length, new, bytes.fromhex(article or ""), version, *(*told, None, None, None)[:4])
        self._db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _fact(self) -> str | None:
        row = next(self._rows("SELECT value FROM meta WHERE key = 'store'", ()), None)
        return None if row is None else str(row["value"])

    def _change(self, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                self._db.execute(statement, values)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _rows(self, query: str, values: tuple[Any, ...]) -> Iterator[sqlite3.Row]:
        try:
            for row in self._db.execute(query, values):  # noqa: UP028 (a reader that stops early closes the cursor with the generator)
                yield row
        except sqlite3.Error as error:
            raise translate(error, self._path) from error


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    db.row_factory = sqlite3.Row
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, _VERSION):
        db.close()
        delete_derived(path)
        return _open(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    if version == 0:
        db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;")
    return db


def _made(row: sqlite3.Row) -> MadeAgain:
    id = unpack_id(row["uuid"]) or ""
    return MadeAgain(
        id=id,
        extraction=row["name"],
        place=None if row["key"] is None else Place(id=id, key=row["key"], offset=row["offset"], length=row["length"]),
        article_id=row["article"].hex(),
        version=row["version"],
        source=row["source"],
        language=row["language"],
        date_published=row["published"],
        captured_at=row["captured"],
    )
