"""What may be asked for next, as one thing: a seed, a page, a robots.txt, or a file that a page needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from archive.urls import normalize
from crawler.frontier import Candidate, host_of
from crawler.requisite_book import Needed
from crawler.sources import SeedType, Source

SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One request to be made, and what it is for."""

    kind: Literal["robots", "seed", "page", "requisite"]
    url: str
    source: Source
    seed_url: str = ""
    """For a seed: as its source names it, or as the sitemap index does."""
    seed_type: SeedType = "feed"
    depth: int = 0
    """For a seed: how many sitemap indexes lie above it."""
    hops: int = 0
    """Redirects followed so far."""
    candidate: Candidate | None = None
    tries: int = 0
    """Failed tries in this run."""
    permanent: bool = True
    """All redirects followed so far were permanent ones (301, 308)."""
    backfill: bool = False
    """For a sitemap: it is walked for what was published long ago."""
    marked: str | None = None
    """For a sitemap: the lastmod that its index gives it."""
    needed: Needed | None = None
    """For a requisite."""

    @property
    def host(self) -> str:
        """What manners go by."""
        return host_of(self.url)

    @property
    def origin(self) -> str:
        """`scheme://host[:port]`: what a robots.txt is valid for (RFC 9309 §2.3)."""
        return origin_of(self.url)

    def at(self, url: str, *, permanent: bool = False) -> Work:
        """The same, one redirect further."""
        return replace(self, url=url, hops=self.hops + 1, permanent=self.permanent and permanent)

    def again(self) -> Work:
        """The same, one failure later."""
        return replace(self, tries=self.tries + 1)


def origin_of(url: str) -> str:
    """`scheme://host[:port]` in normal form; empty for what is no URL."""
    try:
        parts = urlsplit(normalize(url))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def scheme_of(url: str) -> str:
    """`http` or `https`, in lower case."""
    return url.partition(":")[0].strip().lower()
