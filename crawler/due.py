"""Is anything due, and if not, when will something be?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.frontier import Frontier
from crawler.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a run would find to do."""

    now: bool
    next_at: float | None = None
    """Unix time, where nothing is due now."""
    source: str | None = None
    """Whose time that is."""


def what_is_due(frontier: Frontier, sources: Sequence[Source], now: float) -> Due:
    """Stops at the first thing that is due."""
    for source in sources:
        if any(frontier.seeds.due(source.name, seed.url, now) for seed in source.seeds) or frontier.has_due(source.name, now):
            return Due(now=True)
    first: tuple[float, str] | None = None
    for source in sources:
        times = [frontier.seeds.next_due(source.name, seed.url) for seed in source.seeds]
        for moment in (*times, frontier.first_due(source.name)):
            if moment is not None and (first is None or moment < first[0]):
                first = (moment, source.name)
    return Due(now=False, next_at=first[0] if first else None, source=first[1] if first else None)
