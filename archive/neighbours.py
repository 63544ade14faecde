"""How are the article records of many runs read beside their captures, in few requests?

Articles lie in the order of their captures: whoever goes through the captures finds the next article in the range that was read for the
one before.
"""

from __future__ import annotations

from archive.errors import DamagedError, ObjectMissing
from archive.layout import ARTICLES, RunFolder
from archive.stores import Store

_RANGE = 1 << 20


class Neighbours:
    """One range of one file at a time."""

    def __init__(self, store: Store, collection: str) -> None:
        self._store, self._collection = store, collection
        self._key, self._size = "", 0
        self._start, self._data = 0, b""

    def member(self, run: str, offset: int, length: int) -> bytes:
        """The gzip member of the article there, in its run's file. Raises `DamagedError` where the file is gone or shorter."""
        key = RunFolder(collection=self._collection, run=run).key(ARTICLES)
        if key != self._key:
            info = self._store.head(key)
            if info is None:
                raise DamagedError(
                    f"{key} is not in {self._store.url}, but a manifest names it", hint="restore it from a copy of the store"
                )
            self._key, self._size, self._start, self._data = key, info.size, 0, b""
        if not self._start <= offset or offset + length > self._start + len(self._data):
            end = min(max(offset + length, offset + _RANGE), max(self._size, offset + length))
            try:
                self._data = self._store.get_range(key, offset, end - offset)
            except ObjectMissing as error:
                raise DamagedError(f"{key} is gone from {self._store.url}", hint="restore it from a copy of the store") from error
            self._start = offset
        at = offset - self._start
        return self._data[at : at + length]
