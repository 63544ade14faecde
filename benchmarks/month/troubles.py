"""What goes wrong in the month, where, when, and what is it called?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from benchmarks.month.habits import DAY, HOUR, Site

Kind = Literal[
    "week_of_503",
    "feed_moved",
    "feed_died",
    "redesign",
    "redesign_bad",
    "bot_wall",
    "robots_closed",
    "vanished",
    "touchy",
    "burst",
    "bad_hour",
]
NAMED: Mapping[Kind, str] = {
    "week_of_503": "failing",
    "feed_died": "seed_failing",
    "redesign_bad": "layout_changed",
    "bot_wall": "blocked",
    "robots_closed": "robots_closed",
    "vanished": "failing",
    "feed_moved": "moved",
}
"""What `health` must call it, within a day. The others it must bear without a word: they need no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that goes wrong at one site."""

    kind: Kind
    site: int
    begin: float
    """Unix time."""
    end: float
    """Infinite where it stays so."""

    def holds(self, moment: float) -> bool:
        """Whether it is so at that time."""
        return self.begin <= moment < self.end


def make_troubles(sites: list[Site], *, start: float, days: float) -> list[Trouble]:
    """Who is struck by what, spread over the sites. Days are those of the issue where the month is long enough, else in proportion."""
    count = len(sites)
    scale = min(1.0, days / 30.0)
    forever = float("inf")
    found: list[Trouble] = []
    taken: set[int] = set()

    def strike(kind: Kind, share: float, begin: float, length: float | None = None, *, fits: object = None) -> None:
        wanted = max(1, round(share * count))
        for number in range(count):
            site = sites[(number * 7 + 3 * len(found) + 1) % count]
            if wanted and site.number not in taken and (fits is None or fits(site)):  # type: ignore[operator]
                taken.add(site.number)
                wanted -= 1
                at = start + begin * DAY * scale + (site.number % 24) * HOUR * scale
                # A site that is down for less than a day is not down for `health`: a short month has no short week.
                lasts = None if length is None else length * scale if length <= 1 else max(length * scale, 1.5)
                found.append(Trouble(kind=kind, site=site.number, begin=at, end=forever if lasts is None else at + lasts * DAY))

    strike("burst", 0.03, 10.0, 0.5)
    strike("week_of_503", 0.01, 5.0, 7.0)
    strike("feed_moved", 0.02, 8.0)
    strike("feed_died", 0.02, 11.0)
    strike("redesign", 0.02, 14.0)
    strike("redesign_bad", 0.015, 15.0, fits=lambda site: site.per_day >= 8)
    strike("bot_wall", 0.015, 12.0, fits=lambda site: site.per_day >= 4)
    strike("robots_closed", 0.004, 9.0)
    strike("vanished", 0.01, 16.0)
    strike("touchy", 0.015, 0.0)
    strike("bad_hour", 0.05, 3.0, 1 / 24)
    for one in found:
        if one.kind == "burst":
            # The outbreak of a war: a feed of ten entries that rolls over in twenty minutes, for hours, and then a busy day.
            site = sites[one.site]
            site.feed_size = 10
            if one.site % 3:
                site.news_sitemap = True
            site.bursts = [(one.begin, one.begin + 6 * HOUR, 30.0), (one.begin + 6 * HOUR, one.begin + 12 * HOUR, 10.0)]
        elif one.kind == "feed_died":
            sites[one.site].sitemap = True
    return found
