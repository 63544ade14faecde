"""Were entries of a seed lost between two visits, and what is known of them now?

Pure. A seed that drops old entries and shares none with the visit before may have shown others in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

KEY = 8  # bytes of an entry's key
MOST = 1000  # keys of one visit


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
    return [packed[at : at + KEY] for at in range(0, len(packed), KEY)]


def shares_nothing(before: Sequence[bytes], now: Sequence[bytes]) -> bool:
    """Both visits showed entries, and none of them is the same."""
    return bool(before) and bool(now) and set(before).isdisjoint(now)


def fill_note(gap: Gap, covered: Sequence[tuple[str, float | None, float | None, bool]], found: int) -> tuple[str, str]:
    """State of the gap and one sentence on what is known: `covered` has, of each sitemap that was read since, its URL, Unix times of its
    oldest and newest entry, and whether it reaches back to before the gap; `found` counts articles of that time that they brought.
    """
    span = f"{gap.since[:16].replace('T', ' ')} and {gap.until[:16].replace('T', ' ')} UTC"
    number = f"{found} article{'' if found == 1 else 's'}"
    reaching = [url for url, _oldest, _newest, reached in covered if reached]
    if reaching:
        return (
            "filled",
            f"between {span}: {number} found in {reaching[0]}, which reaches back to before it; what it does not list stays unknown",
        )
    if covered:
        return "unknown", f"between {span}: {number} found, but no sitemap reaches back to its beginning: others may be missing"
    return "unknown", f"between {span}: no sitemap could be read: articles of that time may be missing"
