"""Was this story told before, and by which article first? Asked when an article is kept, over all that is published or waits to be.

What is published is in the index of the collection (archive/twins.py). What waits is in the ledger; its index is a file for passing use,
made of the ledger's articles, so that nothing can disagree after a kill.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.errors import DamagedError, WarchiveError
from archive.ledger import Ledger
from archive.sketch import Sketch
from archive.sqlitefile import delete_derived
from archive.stores import Store
from archive.twinindex import Place, TwinIndex
from archive.twins import FILE, Twins, text_of

PASSING = "twins-pending.sqlite"


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said about an article; both null where its text is too short to be compared."""

    near_duplicate_of: str | None = None
    """The earliest article before it with nearly the same text."""
    cluster_id: str | None = None
    """The first of all that hang together: itself where it is the first, or the only one."""


class Stories:
    """The open indexes of a state folder. Not thread-safe; the lock of the folder is held."""

    def __init__(self, state: Path, ledger: Ledger) -> None:
        self._published = _opened(state / FILE)
        self._path, self._ledger = state / PASSING, ledger
        self._waiting: TwinIndex | None = None

    def close(self) -> None:
        """Close the files; what waits is read from the ledger again."""
        self.forget()
        self._published.close()
        delete_derived(self._path)

    def behind(self, catalogue: Catalogue) -> int:
        """How many runs were published since the last `refresh`."""
        return self._published.behind(catalogue)

    def refresh(self, store: Store, collection: str, catalogue: Catalogue) -> list[WarchiveError]:
        """Enter what was published since; returns what could not be read. Raises `StoreError` where the store cannot be read."""
        if self._published.sync(store, collection, catalogue):
            self.forget()
        return self._published.problems

    def forget(self) -> None:
        """The ledger's articles are others than we think: after a run was published, or a commit undone."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None

    def tell(self, record: dict[str, Any]) -> Told:
        """Place a version that is about to be kept (`article_id`, `captured_at`, `verdict`, `text`), and remember it."""
        found = text_of(record)
        if found is None:
            return Told()
        try:
            return self._place(self._of_ledger(), *found)
        except DamagedError as error:  # what is derived stops no crawl: the next start reads the store again
            logger.warning("%s; it is made anew, and until then fewer near duplicates are found", error.message)
            self.forget()
            self._published.close()
            delete_derived(self._published.path)
            self._published = Twins(self._published.path)
            return Told()

    def _place(self, waiting: TwinIndex, place: Place, sketch: Sketch) -> Told:
        own = [one for one in (self._published.find(place.article), waiting.find(place.article)) if one is not None]
        self_place = min([place, *(one.place for one in own)])
        kin = [*self._published.near(sketch, place.article), *waiting.near(sketch, place.article)]
        head = min([self_place, *(one.head for one in own), *(one.head for one in kin)])
        with waiting.transaction():
            # What is published is tied in by its place alone: what hangs on it hangs on the same head from now on.
            waiting.enter(self_place, sketch, {head, *(one.place for one in kin), *(one.head for one in kin)} - {self_place})
        earlier = min((one.place for one in kin if one.place < self_place), default=None)
        return Told(near_duplicate_of=earlier.article.hex() if earlier else None, cluster_id=head.article.hex())

    def _of_ledger(self) -> TwinIndex:
        if self._waiting is None:
            self._waiting = waiting = TwinIndex(self._path, passing=True)
            for row in self._ledger.db.execute("SELECT json FROM articles ORDER BY run, capture, id"):
                found = text_of(json.loads(row["json"]))
                if found is not None:
                    self._place(waiting, *found)
        return self._waiting


def _opened(path: Path) -> Twins:
    try:
        return Twins(path)
    except DamagedError as error:
        logger.warning("%s; it is made anew", error.message)
        delete_derived(path)
        return Twins(path)
