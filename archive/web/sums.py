"""How much did each source give on each day? Kept from one look to the next, as long as no run was added."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from archive.reader import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of one source on one day."""

    source: str
    day: str
    articles: int
    new_versions: int
    announced: int
    captured: int
    """Pages that were asked for."""
    failed: int
    """Of these: without a usable answer, or blocked."""


_ASKED = (
    "article",
    "captured",
    "unchanged",
    "changed",
    "moved",
    "back",
    "missing",
    "gone",
    "blocked",
    "not_article",
    "failed",
    "redirected",
)


class Sums:
    """Of all sources, from one day on. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] | None = None
        self._made: tuple[Made, ...] = ()

    def made(self, archive: Archive, since: str) -> tuple[Made, ...]:
        """In the order of sources and days."""
        key = (archive.catalogue.identity(), archive.catalogue.counts(), since)
        with self._lock:
            if key != self._key:
                self._made, self._key = tuple(made_of(archive, since)), key
            return self._made


def made_of(archive: Archive, since: str, source: str | None = None) -> list[Made]:
    """Read anew, of all sources or of one."""
    found = []
    for name, day, sums in archive.catalogue.days(since=since, source=source):
        add = sums.get("add", {})
        found.append(
            Made(
                source=name,
                day=day,
                articles=int(add.get("articles", 0)),
                new_versions=int(add.get("new_versions", 0)),
                announced=int(add.get("announced", 0)),
                captured=sum(int(add.get(f"outcome {group}", 0)) for group in _ASKED),
                failed=int(add.get("outcome failed", 0)) + int(add.get("outcome blocked", 0)),
            )
        )
    return found
