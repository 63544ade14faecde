"""What does a seed announce, and what is kept of each entry?

The nouns of discovery, and the gatherer that every format fills: it resolves links, bounds strings, drops duplicates and counts what it
drops.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from crawler.links import LinkRefused, resolve

MAX_ENTRIES = 50_000  # sitemaps.org: "no more than 50,000 URLs"; also bounds what a child hands back
MAX_TITLE = 1000
MAX_ENTRY_ID = 1000
MAX_DATE = 200
MAX_LANGUAGE = 100
MAX_DETAIL = 600

# C0 and C1 controls, lone surrogates (a JSON feed can hold them, UTF-8 cannot), line separators, bidi overrides and non-characters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedEntry:
    """One URL that a seed announces; strings as the seed wrote them, white space collapsed, bounded."""

    url: str
    """Absolute http or https URL without fragment."""
    entry: str
    """The entry's own id (RSS guid, Atom id, JSON Feed id) or its position (`#12`, counted from 1)."""
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values; `dataclasses.asdict` takes ten times as long, which 50,000 entries feel."""
        return {
            "url": self.url,
            "entry": self.entry,
            "title": self.title,
            "published": self.published,
            "modified": self.modified,
            "language": self.language,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReading:
    """What was read of a seed. `problem` is null only where the seed is whole and announces something."""

    kind: str
    """`rss`, `atom`, `json_feed`, `sitemap`, `news_sitemap`, `sitemap_index`, `text_sitemap`, `section`, or `unknown`."""
    entries: list[SeedEntry]
    children: list[SeedEntry]
    """The sitemaps that a sitemap index names."""
    problem: str | None
    """A name of the vocabulary in crawler/discovery.py: the gravest, if there are several."""
    detail: str | None
    """For a person: where, how much, and the other problems. May be there without a problem, for what was put right in silence."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "kind": self.kind,
            "entries": [entry.to_dict() for entry in self.entries],
            "children": [child.to_dict() for child in self.children],
            "problem": self.problem,
            "detail": self.detail,
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> SeedReading:
        """The reading that `to_dict` wrote."""
        return cls(
            kind=value["kind"],
            entries=[SeedEntry(**entry) for entry in value["entries"]],
            children=[SeedEntry(**child) for child in value["children"]],
            problem=value["problem"],
            detail=value["detail"],
        )


def tidy(text: str | None, limit: int) -> str | None:
    """One line, no control characters, at most `limit` characters; null where nothing is left."""
    if not text:
        return None
    text = text[: limit * 4]
    if not text.isprintable():
        text = _UNPRINTABLE.sub(" ", text)
    text = _SPACES.sub(" ", text).strip()[:limit]
    return text or None


class Gatherer:
    """Collects the entries of one seed, in their order, each URL once."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.entries: list[SeedEntry] = []
        self.children: list[SeedEntry] = []
        self.dropped: Counter[str] = Counter()
        self.language: str | None = None
        """Of the seed as a whole; for entries that state none."""
        self._position = 0
        self._seen: set[tuple[bool, str]] = set()

    def add(
        self,
        links: list[str],
        *,
        base: str | None = None,
        child: bool = False,
        entry_id: str | None = None,
        title: str | None = None,
        published: str | None = None,
        modified: str | None = None,
        language: str | None = None,
    ) -> None:
        """Take an entry; `links` are its possible addresses, best first. An entry without a usable one is dropped and counted."""
        self._position += 1
        url, reason = self._first(links, base or self.base)
        if url is None:
            self.dropped[reason] += 1
            return
        if (child, url) in self._seen:
            self.dropped["duplicate"] += 1
            return
        if len(self._seen) >= MAX_ENTRIES:
            self.dropped["over-limit"] += 1
            return
        self._seen.add((child, url))
        into = self.children if child else self.entries
        into.append(
            SeedEntry(
                url=url,
                entry=tidy(entry_id, MAX_ENTRY_ID) or f"#{self._position}",
                title=tidy(title, MAX_TITLE),
                published=tidy(published, MAX_DATE),
                modified=tidy(modified, MAX_DATE),
                language=tidy(language, MAX_LANGUAGE) or tidy(self.language, MAX_LANGUAGE),
            )
        )

    @staticmethod
    def _first(links: list[str], base: str) -> tuple[str | None, str]:
        reason = "no-link"
        for link in links:
            try:
                return resolve(link, base), ""
            except LinkRefused as refused:
                reason = refused.reason if reason == "no-link" else reason
        return None, reason

    def notes(self) -> list[str]:
        """What was dropped, one phrase a reason."""
        return [f"{count} {_DROPPED[reason]}" for reason, count in sorted(self.dropped.items())]


_DROPPED = {
    "bad-scheme": "with another scheme than http or https, dropped",
    "bad-url": "with a malformed URL, dropped",
    "duplicate": "given again, kept once",
    "no-link": "without a link, dropped",
    "over-limit": f"over the limit of {MAX_ENTRIES:,} entries, dropped",
    "too-long": "with a URL over 4,096 characters, dropped",
}
