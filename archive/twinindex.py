"""Which texts are nearly the same as this one? An index of sketches on disk, with as much memory for a million texts as for ten.

A text has twenty keys (archive/sketch.py). Texts with a key in common are candidates, and are compared sketch by sketch. New keys go into
a small table, which is folded into the large one from time to time, in its order: a run touches few pages of a large file.
Articles whose texts are alike hang together, whatever the order in which they came: a cluster is named after the earliest of them.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.ledger import translate
from archive.sketch import METHOD, Sketch, alike
from archive.sqlitefile import delete_derived, opening

_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, article BLOB NOT NULL UNIQUE,
    first INTEGER NOT NULL,        -- microseconds since 1970 of its earliest capture
    cluster INTEGER                -- a number that all articles of a cluster share; null while there is no other
);
CREATE INDEX articles_by_cluster ON articles (cluster, first, article) WHERE cluster IS NOT NULL;
CREATE TABLE texts (id INTEGER PRIMARY KEY, article INTEGER NOT NULL, pieces INTEGER NOT NULL, sketch BLOB NOT NULL);
CREATE INDEX texts_by_article ON texts (article);
CREATE TABLE keys (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;
CREATE TABLE new_keys (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;
"""
_BUCKET = 32
"""Texts that one key leads to, the first ones. A key that more texts have is that of a sentence that a site puts under all of them: it
tells nothing more, and the other nineteen find the real copies."""
_COMPARED = 256  # candidates, those with most keys in common
_FOLD_AFTER = 50_000  # texts; their million keys are 20 MB, which the larger cache holds
_CACHE, _PASSING_CACHE, _ROOMY_CACHE = 8 << 10, 4 << 10, 64 << 10  # KiB; a crawl may not grow, and the system caches the file as well


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """An article in the order of time."""

    first: int
    """Microseconds since 1970 of its earliest capture."""
    article: bytes
    """Its article_id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An article with nearly the same text."""

    place: Place
    head: Place
    """The earliest article of its cluster: itself where it has no other."""


class TwinIndex:
    """One open index. Not thread-safe. `passing`: it need not outlive the process, and a kill may leave it broken."""

    def __init__(self, path: Path, *, passing: bool = False) -> None:
        self.path = path
        self._db = _open(path, passing)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # -- filling it

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Translates SQLite's errors."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise translate(error, self.path) from error
            raise

    @contextmanager
    def roomy(self) -> Iterator[None]:
        """With a larger cache, while much is entered."""
        self._db.execute(f"PRAGMA cache_size=-{_ROOMY_CACHE}")
        try:
            yield
        finally:
            self._db.execute(f"PRAGMA cache_size=-{_CACHE}")
            self._db.execute("PRAGMA shrink_memory")

    def enter(self, place: Place, sketch: Sketch, others: Iterable[Place] = ()) -> None:
        """Enter a text of an article, and tie it to those with nearly the same text and to `others`. Twice is as once.

        Inside a transaction of the caller.
        """
        row = self._article(place)
        tied = {self._article(other) for other in others}
        tied.update(article for article, _ in self._alike(sketch))
        same = "SELECT 1 FROM texts WHERE article = ? AND pieces = ? AND sketch = ?"
        if self._db.execute(same, (row, sketch.pieces, sketch.values)).fetchone() is None:
            text = self._db.execute("INSERT INTO texts VALUES (NULL, ?, ?, ?)", (row, sketch.pieces, sketch.values)).lastrowid or 0
            free = [(key, text) for key in sketch.keys if len(self._bucket(key)) < _BUCKET]
            self._db.executemany("INSERT OR IGNORE INTO new_keys VALUES (?, ?)", free)
            if text - int(self.fact("folded") or 0) >= _FOLD_AFTER:
                self._fold(text)
        tied.discard(row)
        if tied:
            self._tie({row, *tied})

    def enter_run(self, run: str) -> None:
        """Remember that all articles of a run are entered."""
        self._db.execute("INSERT OR IGNORE INTO runs VALUES (?)", (run,))

    def remember(self, key: str, value: str) -> None:
        """Remember a fact."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def whole(self) -> None:
        """Everything in the one file, so that it can be moved."""
        self._db.execute("PRAGMA journal_mode=DELETE")

    def clear(self) -> None:
        """Forget everything. Inside a transaction of the caller."""
        for table in ("runs", "articles", "texts", "keys", "new_keys", "meta WHERE key != 'method'"):
            self._db.execute(f"DELETE FROM {table}")

    # -- asking it

    def near(self, sketch: Sketch, article: bytes) -> list[Kin]:
        """The other articles with nearly the same text, the earliest first."""
        kin = [self._kin(row) for row in {article for article, _ in self._alike(sketch)}]
        return sorted((one for one in kin if one.place.article != article), key=lambda one: one.place)

    def find(self, article: bytes) -> Kin | None:
        """An article and the head of its cluster; null where no text of it was entered."""
        row = self._one("SELECT id FROM articles WHERE article = ?", article)
        return None if row is None else self._kin(row["id"])

    def members(self, article: bytes) -> list[bytes]:
        """All articles of the cluster of this one, the earliest first; this one alone where there is no other, none where it is unknown."""
        row = self._one("SELECT article, cluster FROM articles WHERE article = ?", article)
        if row is None or row["cluster"] is None:
            return [] if row is None else [article]
        query = "SELECT article FROM articles WHERE cluster = ? ORDER BY first, article"
        return [bytes(one["article"]) for one in self._db.execute(query, (row["cluster"],))]

    def runs(self) -> set[str]:
        """Runs whose articles are all entered."""
        return {str(row["run"]) for row in self._db.execute("SELECT run FROM runs")}

    def run_count(self) -> int:
        """How many they are."""
        return int(self._db.execute("SELECT count(*) FROM runs").fetchone()[0])

    def counts(self) -> tuple[int, int]:
        """Texts, and articles that have a near duplicate."""
        texts = self._db.execute("SELECT count(*) FROM texts").fetchone()[0]
        return texts, self._db.execute("SELECT count(*) FROM articles WHERE cluster IS NOT NULL").fetchone()[0]

    def fact(self, key: str) -> str | None:
        """A remembered fact."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row["value"])

    def dump(self) -> Iterator[str]:
        """Articles, clusters and texts as lines that do not depend on the order in which they were entered."""
        heads: dict[int, str] = {}
        for row in self._db.execute("SELECT cluster, article FROM articles WHERE cluster IS NOT NULL ORDER BY first, article"):
            heads.setdefault(row["cluster"], row["article"].hex())
        for row in self._db.execute("SELECT * FROM articles ORDER BY article"):
            yield f"{row['article'].hex()} {row['first']} {heads.get(row['cluster'])}"
        query = "SELECT articles.article, pieces, sketch FROM texts JOIN articles ON articles.id = texts.article ORDER BY 1, 2, 3"
        for row in self._db.execute(query):
            yield f"{row['article'].hex()} {row['pieces']} {row['sketch'].hex()}"

    # -- inside

    def _one(self, query: str, value: object) -> sqlite3.Row | None:
        try:
            row: sqlite3.Row | None = self._db.execute(query, (value,)).fetchone()
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        return row

    def _article(self, place: Place) -> int:
        row = self._one("SELECT id, first FROM articles WHERE article = ?", place.article)
        if row is None:
            return self._db.execute("INSERT INTO articles VALUES (NULL, ?, ?, NULL)", (place.article, place.first)).lastrowid or 0
        if place.first < row["first"]:
            self._db.execute("UPDATE articles SET first = ? WHERE id = ?", (place.first, row["id"]))
        return int(row["id"])

    def _kin(self, row: int) -> Kin:
        found = self._one("SELECT * FROM articles WHERE id = ?", row)
        assert found is not None
        place = Place(first=found["first"], article=bytes(found["article"]))
        if found["cluster"] is None:
            return Kin(place=place, head=place)
        head = self._one("SELECT first, article FROM articles WHERE cluster = ? ORDER BY first, article LIMIT 1", found["cluster"])
        assert head is not None
        return Kin(place=place, head=Place(first=head["first"], article=bytes(head["article"])))

    def _bucket(self, key: int) -> list[int]:
        # The large table has the older texts.
        found = [int(row[0]) for row in self._db.execute("SELECT text FROM keys WHERE key = ? ORDER BY text LIMIT ?", (key, _BUCKET))]
        if len(found) < _BUCKET:
            query = "SELECT text FROM new_keys WHERE key = ? ORDER BY text LIMIT ?"
            found += [int(row[0]) for row in self._db.execute(query, (key, _BUCKET - len(found)))]
        return found

    def _alike(self, sketch: Sketch) -> list[tuple[int, Sketch]]:
        """Articles (by row) and the texts of them that are nearly the same."""
        try:
            shared = Counter(text for key in sketch.keys for text in self._bucket(key))
            if not shared:
                return []
            texts = sorted(shared, key=lambda text: (-shared[text], text))[:_COMPARED]
            query = f"SELECT article, pieces, sketch FROM texts WHERE id IN ({', '.join('?' * len(texts))}) ORDER BY id"
            rows = self._db.execute(query, texts).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        found = ((int(row["article"]), Sketch(values=row["sketch"], pieces=row["pieces"])) for row in rows)
        return [(article, other) for article, other in found if alike(sketch, other)]

    def _tie(self, rows: set[int]) -> None:
        """Make one cluster of these and of all that hang on them; the smaller ones take the number of the largest."""
        marks = ", ".join("?" * len(rows))
        numbers = {row[0] for row in self._db.execute(f"SELECT DISTINCT cluster FROM articles WHERE id IN ({marks})", tuple(rows))}
        clusters = sorted(number for number in numbers if number is not None)
        if not clusters:
            number = min(rows)
        elif len(clusters) == 1:
            number = clusters[0]
        else:
            sizes = {one: self._db.execute("SELECT count(*) FROM articles WHERE cluster = ?", (one,)).fetchone()[0] for one in clusters}
            number = max(clusters, key=lambda one: (sizes[one], -one))
        if None in numbers:
            self._db.execute(f"UPDATE articles SET cluster = ? WHERE id IN ({marks}) AND cluster IS NULL", (number, *rows))
        for other in clusters:
            if other != number:
                self._db.execute("UPDATE articles SET cluster = ? WHERE cluster = ?", (number, other))

    def _fold(self, last: int) -> None:
        self._db.execute("INSERT OR IGNORE INTO keys SELECT key, text FROM new_keys ORDER BY key, text")
        self._db.execute("DELETE FROM new_keys")
        self.remember("folded", str(last))


def _open(path: Path, passing: bool) -> sqlite3.Connection:
    """Open or make the file. One of another version or another method is made anew: everything in it is derived."""
    with opening(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if passing:
            delete_derived(path)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        db.row_factory = sqlite3.Row
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION) or (version and db.execute("SELECT value FROM meta WHERE key = 'method'").fetchone()[0] != METHOD):
            db.close()
            delete_derived(path)
            return _open(path, passing)
        db.execute(f"PRAGMA journal_mode={'MEMORY' if passing else 'WAL'}")
        db.execute(f"PRAGMA synchronous={'OFF' if passing else 'NORMAL'}")  # what is lost is entered again by the next sync
        db.execute(f"PRAGMA cache_size=-{_PASSING_CACHE if passing else _CACHE}")
        if version == 0:
            method = f"INSERT INTO meta VALUES ('method', '{METHOD}');"
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {method} PRAGMA user_version={_VERSION}; COMMIT;")
    return db
