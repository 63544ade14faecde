"""Which published articles tell the same story in nearly the same words? The index over a whole collection, derived from its store.

`twins.sqlite` beside the catalogue. It is filled from what the catalogue knows and the store holds, run by run, and only where somebody
asks: a crawl, or a reader of clusters. It may be deleted at any time; what it says does not depend on the order of the runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.catalogue_rows import microseconds
from archive.errors import DamagedError, ObjectMissing, WarchiveError
from archive.sketch import Sketch, sketch_of
from archive.spool import sync_file
from archive.sqlitefile import delete_derived
from archive.stored import read_articles
from archive.stores import Store
from archive.twinindex import Kin, Place, TwinIndex

FILE = "twins.sqlite"
_BATCH = 2000
_WHOLE = ("article", "live_blog")  # of a stub, a notice of the site may be all that there is


class Twins:
    """The open index of one collection. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[WarchiveError] = []
        """What the last `sync` could not read, each named; everything else is in the index all the same."""
        self._index = TwinIndex(path)

    def close(self) -> None:
        """Close the file."""
        self._index.close()

    def sync(self, store: Store, collection: str, catalogue: Catalogue) -> int:
        """Enter the texts of the runs that the catalogue has and the index has not; returns how many runs. Another store than before
        empties the index first. A run that cannot be read is a `problem`, and is tried again by the next sync.

        Raises `StoreError` where the store cannot be read: what was entered by then stays.
        """
        self.problems = []
        identity = catalogue.identity()
        if identity is None:
            return 0  # nothing was ever published
        if self._index.fact("store") != identity:
            with self._index.transaction():
                self._index.clear()
                self._index.remember("store", identity)
        if catalogue.run_count() == self._index.run_count():
            return 0
        known = self._index.runs()
        entered = 0
        with self._index.roomy():
            for run in [name for name in catalogue.run_names() if name not in known]:
                try:
                    self._enter(store, collection, catalogue, run)
                    entered += 1
                except (DamagedError, ObjectMissing) as error:
                    self.problems.append(DamagedError(f"run {run} is left out of the near duplicates: {error.message}", hint=error.hint))
        return entered

    def behind(self, catalogue: Catalogue) -> int:
        """How many runs a sync would enter."""
        return max(0, catalogue.run_count() - self._index.run_count())

    def finish(self) -> None:
        """Close it as one file that can be moved."""
        self._index.whole()
        self._index.close()

    def near(self, sketch: Sketch, article: bytes) -> list[Kin]:
        """Other articles with nearly this text, the earliest first."""
        return self._index.near(sketch, article)

    def find(self, article: bytes) -> Kin | None:
        """An article and the first of its cluster."""
        return self._index.find(article)

    def cluster(self, article_id: str) -> list[str]:
        """The articles that hang together with this one, itself among them, the earliest first; none where its text is not compared."""
        return [member.hex() for member in self._index.members(bytes.fromhex(article_id))]

    def counts(self) -> tuple[int, int]:
        """Texts, and articles that have a near duplicate."""
        return self._index.counts()

    def dump(self) -> Iterator[str]:
        """Everything as lines of text that do not depend on the order in which it was entered."""
        yield from (f"run {run}" for run in sorted(self._index.runs()))
        yield from self._index.dump()

    def _enter(self, store: Store, collection: str, catalogue: Catalogue, run: str) -> None:
        # In pieces: a first run may have a million articles. A kill between two of them leaves the run unknown; twice is as once.
        records = read_articles(store, collection, catalogue.articles(run=run))
        while batch := list(islice(records, _BATCH)):
            with self._index.transaction():
                for place, sketch in filter(None, map(text_of, batch)):
                    self._index.enter(place, sketch)
        with self._index.transaction():
            self._index.enter_run(run)


def rebuild_twins(path: Path, store: Store, collection: str, catalogue: Catalogue) -> tuple[int, list[WarchiveError]]:
    """Make the index anew, whatever state it is in; the old one stays until the new one is complete. Returns runs, and what could not be
    read. Nobody may have it open.
    """
    fresh_path = path.with_name(path.name + ".new")
    delete_derived(fresh_path)
    fresh = Twins(fresh_path)
    try:
        entered = fresh.sync(store, collection, catalogue)
    except BaseException:
        fresh.close()
        raise
    fresh.finish()
    sync_file(fresh_path)
    delete_derived(path)
    fresh_path.replace(path)
    return entered, fresh.problems


def text_of(record: dict[str, Any]) -> tuple[Place, Sketch] | None:
    """What the index needs of an article record; null where its text is not compared."""
    if record["verdict"] not in _WHOLE or record["captured_at"] is None:
        return None
    sketch = sketch_of(record["text"])
    if sketch is None:
        return None
    return Place(first=microseconds(datetime.fromisoformat(record["captured_at"])), article=bytes.fromhex(record["article_id"])), sketch
