"""How is an article record read back from a store?

One article is one gzip member: one range read. Many articles of one run lie side by side, and neighbours are read together, so that an
export of 100,000 articles is not 100,000 requests.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from archive.catalogue_rows import StoredArticle
from archive.errors import DamagedError
from archive.layout import ARTICLES, RunFolder
from archive.published import record_of
from archive.stores import Store

_READ = 4 << 20  # bytes of one request, at most
_GAP = 1 << 16  # bytes that are cheaper to read than to ask again
_MAX_ARTICLE = 64 << 20


def read_article(store: Store, collection: str, article: StoredArticle) -> dict[str, Any]:
    """The whole record; raises `DamagedError` where those bytes are no article or another one."""
    return next(read_articles(store, collection, [article]))


def read_articles(store: Store, collection: str, articles: Iterable[StoredArticle]) -> Iterator[dict[str, Any]]:
    """The whole records, in the order given. Fastest in the order in which the catalogue gives them."""
    batch: list[StoredArticle] = []
    for article in articles:
        if batch and not _joins(batch[0], batch[-1], article):
            yield from _read(store, collection, batch)
            batch = []
        batch.append(article)
    if batch:
        yield from _read(store, collection, batch)


def _joins(first: StoredArticle, last: StoredArticle, article: StoredArticle) -> bool:
    end = last.offset + last.length
    return article.run == first.run and 0 <= article.offset - end <= _GAP and article.offset + article.length - first.offset <= _READ


def _read(store: Store, collection: str, batch: list[StoredArticle]) -> Iterator[dict[str, Any]]:
    start, end = batch[0].offset, batch[-1].offset + batch[-1].length
    key = RunFolder(collection=collection, run=batch[0].run).key(ARTICLES)
    data = store.get_range(key, start, end - start)
    for article in batch:
        inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            line = inflater.decompress(data[article.offset - start : article.offset - start + article.length], _MAX_ARTICLE)
        except zlib.error as error:
            raise DamagedError(f"{key}, offset {article.offset}: {error}", hint="restore it from a copy of the store") from error
        record = record_of(line)
        if not inflater.eof or record.get("id") != article.id:
            raise DamagedError(f"{key}, offset {article.offset}: not article {article.id}", hint="rebuild the catalogue")
        yield record
