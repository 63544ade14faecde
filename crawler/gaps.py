"""Were entries of a seed lost between two visits, and what is known of them now?

Pure. A seed that drops old entries and shares none with the visit before may have shown others in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

KEY = 8  # bytes of an entry's key
MOST = 1000  # keys of one visit
_LATE, _LATE_SHARE = 3600.0, 0.1  # seconds, or share of the gap, by which a sitemap may lag behind the feed


class Gap(Protocol):
    """Two visits that share no entry."""

    @property
    def url(self) -> str: ...
    @property
    def since(self) -> str: ...
    @property
    def until(self) -> str: ...


def pack(keys: Sequence[bytes]) -> bytes:
    """As kept; raises ValueError for a key of another length."""
    if any(len(key) != KEY for key in keys):
        raise ValueError(f"a key has {KEY} bytes")
    return b"".join(keys[:MOST])


def unpack(packed: bytes) -> list[bytes]:
    """The inverse of `pack`."""
    return [packed[at : at + KEY] for at in range(0, len(packed) - KEY + 1, KEY)]


def shares_nothing(before: Sequence[bytes], now: Sequence[bytes]) -> bool:
    """Both visits showed entries, and none of them is the same."""
    return bool(before) and bool(now) and set(before).isdisjoint(now)


def fill_note(gap: Gap, covered: Sequence[tuple[str, float | None, float | None, bool]], found: int) -> tuple[str, str]:
    """State of the gap (`filled` or `unknown`) and one sentence on what is known. `covered` has, of each sitemap that was read since, its
    URL, Unix times of its oldest and newest entry, and whether it reaches back to before the gap; `found` counts the articles of that time
    that they brought. A sitemap that ends before the gap does is out of date: it fills nothing.
    """
    since, until = (datetime.fromisoformat(text).timestamp() for text in (gap.since, gap.until))
    head = f"between {_show(since)} and {_show(until)} UTC: {found} article{'' if found == 1 else 's'} found"
    reaching = [(newest or 0.0, url) for url, _oldest, newest, reached in covered if reached]
    if not covered:
        return "unknown", f"{head}; no sitemap could be read: others may be missing"
    if not reaching:
        return "unknown", f"{head}, but no sitemap reaches back to its beginning: others may be missing"
    newest, url = max(reaching)
    if newest < until - max(_LATE, _LATE_SHARE * (until - since)):
        last = f"the newest entry of {url} is of {_show(newest)} UTC" if newest else f"the entries of {url} have no dates"
        return "unknown", f"{head}, but {last}: later ones may be missing"
    return "filled", f"{head} by {url}, which reaches back to before it; what it does not list stays unknown"


def _show(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
