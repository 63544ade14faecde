"""Which sitemaps of a sitemap index are asked for?

The newest ones, each once in a run, and only on hosts that the source names: an index is data from the web, and may list itself, a
thousand spellings of itself, or somebody else's server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.pageid import page_id
from crawler.sources import Source
from crawler.work import Work, origin_of

MAX_DEPTH = 3  # sitemap indexes within sitemap indexes
MAX_CHILDREN = 50  # sitemaps of one index and run: the newest; an archive of twenty years is not read every ten minutes
MAX_SITEMAPS = 500  # of one source and run, through all its indexes

Child = dict[str, Any]


class Children:
    """What the indexes of a run have led to so far. `in_scope`: by source, may this seed be asked for?"""

    def __init__(self, sources: Sequence[Source], in_scope: Mapping[str, Callable[[str], str | None]]) -> None:
        self._in_scope = in_scope
        self._seen = {source.name: {page_id(seed.url) for seed in source.seeds} for source in sources}
        self._left = dict.fromkeys(self._seen, MAX_SITEMAPS)

    def may_ask(self, source: Source, url: str) -> bool:
        """Whether a sitemap that the source does not name may be asked for: its host is the source's."""
        return self._in_scope[source.name](url) is None

    def choose(self, children: Sequence[Child], index: Work, index_url: str) -> tuple[list[Child], list[str]]:
        """Those to ask for, and what is to be said of the others. `index_url` is where the index's redirects led: its host counts too."""
        name = index.source.name
        seen, ours = self._seen[name], origin_of(index_url)
        seen.add(page_id(index_url))
        fresh = [child for child in children if page_id(child["url"]) not in seen]
        near = [child for child in fresh if origin_of(child["url"]) == ours or self._in_scope[name](child["url"]) is None]
        chosen = newest(near, min(MAX_CHILDREN, self._left[name])) if index.depth < MAX_DEPTH else []
        self._left[name] -= len(chosen)
        seen.update(page_id(child["url"]) for child in chosen)
        notes = []
        if len(near) > len(chosen):
            notes.append(f"{len(near) - len(chosen)} older sitemaps of the index were not asked for")
        if len(fresh) > len(near):
            notes.append(f"{len(fresh) - len(near)} sitemaps of the index lie on hosts that the source does not name")
        return chosen, notes


def newest(children: Sequence[Child], limit: int) -> list[Child]:
    """Up to `limit` of them. Without dates, both ends of the list: some indexes begin with the newest sitemap, some end with it."""
    if len(children) <= limit:
        return list(children)
    if any(child["modified"] for child in children):
        return sorted(children, key=lambda child: child["modified"] or "", reverse=True)[:limit]
    first = limit // 2
    return [*children[:first], *children[len(children) - (limit - first) :]]
