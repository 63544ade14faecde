"""Which other page may be the same article, by what pages say of their canonical address?"""

from __future__ import annotations

from collections.abc import Sequence

from archive.spool import Effect
from archive.urls import article_id
from crawler.family import trusted_canonical
from crawler.frontier import Frontier
from crawler.pageid import page_id


class AddressBook:
    """For `pipelines.stages.Workshop`."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier

    def canonical(self, url: str, canonical: str | None) -> str | None:
        """What the page calls its canonical address, where it may be believed and is another page's; else null."""
        found = trusted_canonical(url, canonical) if canonical else None
        return found if found is not None and page_id(found) != page_id(url) else None

    def twins(self, page: bytes, canonical: str | None) -> Sequence[str]:
        """Ids of articles that may be the one of this page: that of its canonical address, and those that call it theirs."""
        found = [self._frontier.article_of(canonical) or article_id(canonical)] if canonical else []
        return [*found, *self._frontier.claims(page)]

    def claim(self, canonical: str, article_id: str) -> Effect:
        """Remember that this article calls that URL its canonical address."""
        return self._frontier.claim(canonical, article_id)
