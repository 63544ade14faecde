"""Which articles have these words? The full-text index over a collection, derived from its store.

`search.sqlite` beside the catalogue: words as they stand, their other forms, and facets (source, language, verdict, days) as words of a
column of their own, so that a filter is one more word. The texts themselves stay in the store. It may be deleted at any time. A run is
entered in pieces, each whole or not at all, and never twice: a killed sync goes on where it stopped, two at once share the work.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import DamagedError, ObjectMissing, WarchiveError
from archive.ledger import translate
from archive.search_entry import Entry, Reader
from archive.search_forms import METHOD
from archive.spool import sync_file
from archive.sqlitefile import delete_derived, opening
from archive.stored import read_articles

if TYPE_CHECKING:
    from archive.reader import Archive

FILE = "search.sqlite"
_VERSION = 1
_BATCH = 2000
"""Articles of one transaction: as much as a killed sync does again, and some 60 MB of memory."""
_CACHE, _ROOMY_CACHE = 16 << 10, 96 << 10  # KiB; while much is entered, the counts of words fit into the larger
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run TEXT PRIMARY KEY, articles INTEGER NOT NULL, done INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE docs (
    id INTEGER PRIMARY KEY, uuid BLOB NOT NULL, article BLOB NOT NULL, version INTEGER NOT NULL,
    later INTEGER NOT NULL,        -- whether a later version of the article is here
    published INTEGER NOT NULL, captured INTEGER NOT NULL      -- microseconds since 1970
);
CREATE INDEX docs_by_article ON docs (article);
CREATE TABLE facets (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, docs INTEGER NOT NULL, UNIQUE (kind, value));
CREATE TABLE days (kind TEXT NOT NULL, day INTEGER NOT NULL, docs INTEGER NOT NULL, PRIMARY KEY (kind, day)) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, docs INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (title, text, title_forms, text_forms, facets, content='', tokenize="ascii tokenchars ''''");
INSERT INTO texts (texts, rank) VALUES ('hashsize', 33554432);
"""
# `ascii` takes everything beyond ASCII as a letter: the words come ready, parted by spaces.
_TABLES = ("meta WHERE key != 'method'", "runs", "docs", "facets", "days", "words")

Progress = Callable[[int, int], None]
"""Articles entered by now, and how many there are to enter."""


class SearchIndex:
    """One open index of one collection. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[WarchiveError] = []
        """What the last `sync` could not read, each named; everything else is in the index all the same."""
        self.db = _open(path)
        self._file = _identity(path)

    def replaced(self) -> bool:
        """Whether another file lies there by now: the index was made anew, and this one is of the past."""
        return _identity(self.path) != self._file

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def use_memory(self, kilobytes: int) -> None:
        """How much of the file SQLite may keep in memory, for who opens many."""
        self.db.execute(f"PRAGMA cache_size=-{int(kilobytes)}")

    def sync(self, archive: Archive, *, progress: Progress | None = None) -> int:
        """Enter the articles of the runs that the catalogue has and the index has not; returns how many. Another store than before
        empties the index first. A run that cannot be read is a `problem`, and is tried again by the next sync.

        Raises `StoreError` where the store cannot be read: what was entered by then stays.
        """
        self.problems = []
        identity = archive.catalogue.identity()
        if identity is None:
            return 0  # nothing was ever published
        if self._fact("store") != identity:
            self._empty(identity)
        if archive.catalogue.run_count() == self._one("SELECT count(*) FROM runs WHERE done"):
            return 0
        known = {str(row["run"]): (int(row["articles"]), bool(row["done"])) for row in self.rows("SELECT * FROM runs")}
        waiting = [run for run in archive.catalogue.run_names() if not known.get(run, (0, False))[1]]
        expected = max(0, archive.catalogue.counts()[2] - sum(articles for articles, _ in known.values()))
        entered = 0
        readers: dict[str, Reader] = {}
        with self._roomy(expected > _BATCH):
            for run in waiting:
                try:
                    for count in self._enter_run(archive, run, readers):
                        entered += count
                        if progress is not None:
                            progress(entered, expected)
                except (DamagedError, ObjectMissing) as error:
                    self.problems.append(DamagedError(f"run {run} is left out of the search: {error.message}", hint=error.hint))
        return entered

    def behind(self, archive: Archive) -> int:
        """How many runs a sync would enter."""
        if self._fact("store") != archive.catalogue.identity():
            return archive.catalogue.run_count()
        return max(0, archive.catalogue.run_count() - self._one("SELECT count(*) FROM runs WHERE done"))

    def finish(self) -> None:
        """Everything in the one file, the parts of the index merged into few, and closed."""
        try:
            self.db.execute("INSERT INTO texts (texts) VALUES ('optimize')")
            self.db.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        finally:
            self.db.close()

    # -- what a search asks

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query of ours."""
        try:
            return self.db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    def size(self) -> int:
        """Versions of articles in it; the number of the newest."""
        return self._one("SELECT ifnull(max(id), 0) FROM docs")

    def count_of(self, term: str) -> int:
        """Articles that have this term, or a form of it."""
        return self._one("SELECT docs FROM words WHERE word = ?", term)

    def facet(self, kind: str, value: str) -> tuple[int, int] | None:
        """Its number, and how many articles have it."""
        found = self.rows("SELECT id, docs FROM facets WHERE kind = ? AND value = ?", (kind, value))
        return (found[0]["id"], found[0]["docs"]) if found else None

    def facets(self, kind: str) -> list[tuple[str, int]]:
        """Values and numbers, the commonest first."""
        return [(row["value"], row["id"]) for row in self.rows("SELECT * FROM facets WHERE kind = ? ORDER BY docs DESC, value", (kind,))]

    def dump(self) -> Iterator[str]:
        """Everything as lines of text that do not depend on the order in which it was entered. For tests: the index is read whole."""
        for table in ("SELECT run, articles, done FROM runs ORDER BY run", "SELECT word, docs FROM words ORDER BY word"):
            yield from (repr(tuple(row)) for row in self.rows(table))
        yield from (repr(tuple(row)) for row in self.rows("SELECT kind, value, docs FROM facets ORDER BY kind, value"))
        yield from (repr(tuple(row)) for row in self.rows("SELECT kind, day, docs FROM days ORDER BY kind, day"))
        for row in self.rows("SELECT hex(uuid), hex(article), version, later, published, captured FROM docs ORDER BY uuid"):
            yield repr(tuple(row))
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, texts, instance)")
        where = "docs.id = places.doc WHERE col != 'facets' ORDER BY term, uuid, col, offset"
        query = f"SELECT term, hex(uuid), col, offset FROM places JOIN docs ON {where}"
        yield from (repr(tuple(row)) for row in self.rows(query))

    # -- inside

    def _enter_run(self, archive: Archive, run: str, readers: dict[str, Reader]) -> Iterator[int]:
        while True:
            position = self._one("SELECT articles FROM runs WHERE run = ?", run)
            stored = islice(archive.catalogue.articles(run=run), position, None)
            records = read_articles(archive.store, archive.collection, stored)
            while True:
                batch = [_entry(record, readers) for record in islice(records, _BATCH)]
                if not self._keep(run, position, batch):
                    break  # another process has entered them meanwhile
                position += len(batch)
                yield len(batch)
                if len(batch) < _BATCH:
                    return

    def _keep(self, run: str, position: int, batch: list[Entry]) -> bool:
        """Enter a piece of a run whole, or not at all; false where the run stands elsewhere by now."""
        with self._transaction():
            row = self.db.execute("SELECT articles, done FROM runs WHERE run = ?", (run,)).fetchone()
            if (0 if row is None else row["articles"]) != position or (row is not None and row["done"]):
                return row is not None and bool(row["done"]) and not batch
            number = self.db.execute("SELECT ifnull(max(id), 0) FROM docs").fetchone()[0]
            rows, words, days, facets = list[tuple[object, ...]](), Counter[str](), Counter[tuple[str, int]](), Counter[tuple[str, str]]()
            known = {(row["kind"], row["value"]): int(row["id"]) for row in self.db.execute("SELECT * FROM facets")}
            for entry in batch:
                number += 1
                self._number(entry, number)
                for facet in entry.facets:
                    if facet not in known:
                        known[facet] = self.db.execute("INSERT INTO facets VALUES (NULL, ?, ?, 0)", facet).lastrowid or 0
                marks = " ".join([*entry.days, *(f"{kind[0]}{known[kind, value]}" for kind, value in entry.facets)])
                rows.append((number, *entry.columns, marks))
                words.update(entry.terms)
                facets.update(entry.facets)
                days.update((("published", entry.published_day), ("captured", entry.captured_day)))
            self.db.executemany("INSERT INTO texts (rowid, title, text, title_forms, text_forms, facets) VALUES (?, ?, ?, ?, ?, ?)", rows)
            more = "ON CONFLICT DO UPDATE SET docs = docs + excluded.docs"
            self.db.executemany(f"INSERT INTO words VALUES (?, ?) {more}", words.items())
            self.db.executemany(f"INSERT INTO days VALUES (?, ?, ?) {more}", [(*day, count) for day, count in days.items()])
            self.db.executemany(
                "UPDATE facets SET docs = docs + ? WHERE kind = ? AND value = ?", [(count, *facet) for facet, count in facets.items()]
            )
            self.db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", (run, position + len(batch), int(len(batch) < _BATCH)))
        return True

    def _number(self, entry: Entry, number: int) -> None:
        """The row of a version; the newest version of an article alone has no later one."""
        order = (entry.version, entry.captured, entry.uuid)
        later = False
        for other in self.db.execute("SELECT id, version, captured, uuid, later FROM docs WHERE article = ?", (entry.article,)).fetchall():
            if (other["version"], other["captured"], other["uuid"]) > order:
                later = True
            elif not other["later"]:
                self.db.execute("UPDATE docs SET later = 1 WHERE id = ?", (other["id"],))
        values = (number, entry.uuid, entry.article, entry.version, int(later), entry.published, entry.captured)
        self.db.execute("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _empty(self, identity: str) -> None:
        with self._transaction():
            if self._fact("store") == identity:
                return
            for table in _TABLES:
                self.db.execute(f"DELETE FROM {table}")
            self.db.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
            self.db.execute("INSERT INTO meta VALUES ('store', ?)", (identity,))

    @contextmanager
    def _roomy(self, wanted: bool) -> Iterator[None]:
        if not wanted:
            yield
            return
        self.db.execute(f"PRAGMA cache_size=-{_ROOMY_CACHE}")
        try:
            yield
        finally:
            self.db.execute(f"PRAGMA cache_size=-{_CACHE}")
            self.db.execute("PRAGMA shrink_memory")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        finally:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")

    def _fact(self, key: str) -> str | None:
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0]["value"]) if found else None

    def _one(self, query: str, *values: object) -> int:
        found = self.rows(query, values)
        return int(found[0][0]) if found else 0


def rebuild_search(path: Path, archive: Archive, *, progress: Progress | None = None) -> tuple[int, list[WarchiveError]]:
    """Make the index anew, whatever state it is in; the old one stays until the new one is complete. Returns articles, and what could not
    be read. Who has the old one open goes on with it until it opens the file again.
    """
    fresh_path = path.with_name(path.name + ".new")
    delete_derived(fresh_path)
    fresh = SearchIndex(fresh_path)
    try:
        fresh.db.execute("PRAGMA synchronous=OFF")  # until it is complete nobody needs it
        entered = fresh.sync(archive, progress=progress)
    except BaseException:
        fresh.close()
        raise
    fresh.finish()
    sync_file(fresh_path)
    delete_derived(path)
    fresh_path.replace(path)
    return entered, fresh.problems


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _entry(record: dict[str, object], readers: dict[str, Reader]) -> Entry:
    language = str(record.get("language") or "")
    if language not in readers:
        if len(readers) >= 64:  # languages that pages state are anything
            readers.clear()
        readers[language] = Reader(language)
    return readers[language].entry(record)


def _open(path: Path) -> sqlite3.Connection:
    """Open or make the file. One of another version or another method is made anew: everything in it is derived."""
    with opening(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
        db.row_factory = sqlite3.Row
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION) or (version and db.execute("SELECT value FROM meta WHERE key = 'method'").fetchone()[0] != METHOD):
            db.close()
            delete_derived(path)
            return _open(path)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")  # what is lost is entered again by the next sync
        db.execute(f"PRAGMA cache_size=-{_CACHE}")
        if version == 0:
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody else was quicker
                for statement in (*filter(str.strip, _SCHEMA.split(";\n")), f"INSERT INTO meta VALUES ('method', '{METHOD}')"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={_VERSION}")
            db.execute("COMMIT")
    return db
