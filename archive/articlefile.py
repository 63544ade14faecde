"""How are the records of many articles read from a store in few requests?

articles.jsonl.gz of a run holds one gzip member an article, and the catalogue knows offset and length of each: articles that lie near
each other are read in one range, which is small at first, so that the first line comes soon, and grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from archive.article import Article
from archive.catalogue_rows import StoredArticle
from archive.errors import DamagedError, ObjectMissing
from archive.layout import ARTICLES, RunFolder
from archive.record import read_member
from archive.stores import Store

_FIRST_RANGE, _LARGEST_RANGE = 1 << 16, 4 << 20
_LARGEST_GAP = 1 << 16  # reading that much for nothing costs a store less than another request
_MAX_ARTICLE_BYTES = 256 << 20  # one record, uncompressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the record of a version lies."""

    id: str
    key: str
    """Of the file, in the store."""
    offset: int
    length: int


def place_of(collection: str, stored: StoredArticle) -> Place:
    """In the file of its run."""
    key = RunFolder(collection=collection, run=stored.run).key(ARTICLES)
    return Place(id=stored.id, key=key, offset=stored.offset, length=stored.length)


def read_articles(store: Store, collection: str, wanted: Iterator[StoredArticle]) -> Iterator[Article]:
    """The records of these, in their order. Holds one range at a time. Raises `DamagedError` for one that is not as it was written."""
    return read_places(store, (place_of(collection, one) for one in wanted))


def read_places(store: Store, wanted: Iterator[Place]) -> Iterator[Article]:
    """The same, wherever they lie."""
    for batch in ranges(wanted):
        yield from _read_range(store, batch)


def ranges(wanted: Iterator[Place], *, first: int = _FIRST_RANGE, largest: int = _LARGEST_RANGE) -> Iterator[list[Place]]:
    """Those that are read in one request: neighbours in one file, few at first and then more."""
    allowed = first
    batch: list[Place] = []
    for one in wanted:
        if batch and not _fits(batch, one, allowed):
            yield batch
            batch, allowed = [], min(allowed * 4, largest)
        batch.append(one)
    if batch:
        yield batch


def _fits(batch: list[Place], one: Place, allowed: int) -> bool:
    first, last = batch[0], batch[-1]
    gap = one.offset - (last.offset + last.length)
    return one.key == first.key and 0 <= gap <= _LARGEST_GAP and one.offset + one.length - first.offset <= allowed


def read_lines(store: Store, batch: list[Place]) -> Iterator[bytes]:
    """The lines of one range as they were written. Raises `DamagedError` where one is not a whole member; nobody has looked into it."""
    key = batch[0].key
    start, end = batch[0].offset, batch[-1].offset + batch[-1].length
    try:
        data = memoryview(store.get_range(key, start, end - start))
    except ObjectMissing as error:
        raise DamagedError(
            f"{key} is not in {store.url}, but a manifest names it", hint="restore the file from a copy of the store"
        ) from error
    for one in batch:
        at = one.offset - start
        yield read_member(bytes(data[at : at + one.length]), f"{key} at {one.offset}", max_bytes=_MAX_ARTICLE_BYTES)


def another_article(where: str, found: str | None, expected: str) -> DamagedError:
    """That a record is not the one that the catalogue means."""
    hint = "delete the catalogue: it is made again from the store"
    return DamagedError(f"{where}: holds article {found}, the catalogue says {expected}", hint=hint)


def _read_range(store: Store, batch: list[Place]) -> Iterator[Article]:
    for one, line in zip(batch, read_lines(store, batch), strict=True):
        where = f"{one.key} at {one.offset}"
        try:
            article = Article.model_validate_json(line)
        except ValidationError as error:
            raise DamagedError(
                f"{where}: not an article record: {error.error_count()} fields are wrong", hint="use a newer warchive?"
            ) from error
        if article.id != one.id:
            raise another_article(where, article.id, one.id)
        yield article
