"""How do sites publish, and what does a way of asking their feeds see of it? Simulated time, seeded chance, no network."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from crawler.cadence import Cadence, CadenceLimits, SeedVisit, is_due, next_visit

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
TICK = 600.0  # cron
START = 1_772_409_600.0  # a Monday, 00:00 UTC
BEFORE = 40 * DAY  # what was published before the first visit fills the window


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A feed that shows the newest `window` of what was published at `times`."""

    name: str
    times: tuple[float, ...]
    window: int = 30
    dated: bool = True
    dead_from: float | None = None
    rival: tuple[float, ...] = ()
    """When another seed of the source was asked: what it showed by then is not new."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What came of it."""

    requests: int = 0
    empty: int = 0
    published: int = 0
    delays: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)

    @property
    def missed(self) -> float:
        return 1 - len(self.delays) / max(self.published, 1)

    @property
    def typical(self) -> float:
        return median(self.delays) if self.delays else 0.0

    @property
    def total(self) -> float:
        return sum(self.delays)


Rate = Callable[[float], float]


def publish(rng: random.Random, rate: Rate, most: float, end: float) -> tuple[float, ...]:
    """Poisson arrivals by thinning: `rate` gives articles a day at a moment, never over `most`."""
    times, at = [], START - BEFORE
    while (at := at + rng.expovariate(most / DAY)) < end:
        if rng.random() * most < rate(at):
            times.append(at)
    return tuple(times)


def steady(daily: float) -> Rate:
    return lambda _at: daily


def by_day(daily: float, *, morning: float = 7, evening: float = 21, weekend: float = 1.0, night: float = 0.03) -> Rate:
    """`daily` articles on a weekday, nearly all between `morning` and `evening`, fewer on Saturday and Sunday."""
    share = (evening - morning) / 24

    def rate(at: float) -> float:
        hour, day = (at - START) % DAY / HOUR, int((at - START) // DAY) % 7
        level = daily / share if morning <= hour < evening else daily * night
        return level * (weekend if day >= 5 else 1.0)

    return rate


def outbreak(daily: float, *, begins: float, lasts: float, burst: float) -> Rate:
    """Steady, and from `begins` on so many more a day."""
    return lambda at: burst if begins <= at < begins + lasts else daily


def population(seed: int, days: float) -> list[Site]:
    """Sixty sites: most of them small, some large, with nights, weekends and outbreaks."""
    rng, end = random.Random(seed), START + days * DAY
    sites: list[Site] = []

    def add(name: str, count: int, window: int, most: float, rate: Callable[[], Rate], dated: bool = True) -> None:
        for one in range(count):
            sites.append(Site(name=f"{name}-{one}", times=publish(rng, rate(), most, end), window=window, dated=dated))

    add("2-a-day", 14, 10, 2, lambda: steady(2))
    add("weekly", 6, 10, 0.2, lambda: steady(0.2))
    add("24-a-day", 8, 30, 24, lambda: steady(24))
    add("150-a-day", 4, 50, 150, lambda: steady(150))
    add("undated", 4, 20, 12, lambda: steady(12), dated=False)
    add("office", 10, 20, 40, lambda: by_day(20, morning=8, evening=18, weekend=0.05, night=0.01))
    add("daily-paper", 8, 30, 150, lambda: by_day(80, morning=6, evening=22, weekend=0.6))
    add("outbreak", 4, 10, 720, lambda: outbreak(12, begins=START + rng.uniform(5, days - 3) * DAY, lasts=8 * HOUR, burst=720))
    for one in range(2):
        dead = publish(rng, steady(6), 6, START + 3 * DAY)
        sites.append(Site(name=f"dead-{one}", times=dead, window=20, dead_from=START + 3 * DAY))
    return sites


class Feed:
    """A site, as somebody who comes now and then sees it."""

    def __init__(self, site: Site, days: float) -> None:
        self.site, self.horizon = site, START + (days - 1) * DAY  # what comes on the last day may be seen after it
        self.count = 0  # articles that were out at the visit before
        self.result = Seen(published=sum(1 for at in site.times if START < at <= self.horizon))

    def visit(self, at: float) -> SeedVisit:
        site, seen = self.site, self.result
        seen.requests += 1
        seen.visits.append(at)
        if site.dead_from is not None and at >= site.dead_from:
            seen.empty += 1
            return SeedVisit(at=at, status="http-404")
        count = bisect_right(site.times, at)
        oldest = max(0, count - site.window)
        fresh = site.times[max(oldest, self.count) : count]
        sought = site.rival[bisect_right(site.rival, at) - 1] if site.rival and site.rival[0] <= at else None
        new = fresh if sought is None else [one for one in fresh if one > sought]
        first, self.count = self.count == 0, count
        seen.delays += [at - one for one in new if START < one <= self.horizon]
        seen.empty += not new
        if not fresh and not first:
            return SeedVisit(at=at, status="not_modified")
        dates = site.times[oldest:count] if site.dated else ()
        newest, last = max(dates, default=None), min(dates, default=None)
        return SeedVisit(at=at, status="ok", entries=count - oldest, new=len(new), unseen=len(fresh), newest=newest, oldest=last)


def follow(site: Site, days: float, limits: CadenceLimits | None = None) -> tuple[Seen, list[Cadence]]:
    """Asked as crawler.cadence says, by cron."""
    feed, cadence, history, now = Feed(site, days), None, [], START
    while now < START + days * DAY:
        if cadence is None or is_due(cadence.due, cadence.interval, now):
            cadence = next_visit(cadence, feed.visit(now), kind="feed", limits=limits or CadenceLimits())
            history.append(cadence)
        now += TICK
    return feed.result, history


def fixed(site: Site, days: float, interval: float) -> Seen:
    """Asked at the first tick after each whole `interval`."""
    feed, turn, now = Feed(site, days), 0, START
    while now < START + days * DAY:
        feed.visit(now)
        turn += 1
        now = START + max(ceil(turn * interval / TICK) * TICK, now - START + TICK)
    return feed.result


def together(parts: Sequence[Seen]) -> Seen:
    """Of a population."""
    return Seen(
        requests=sum(part.requests for part in parts),
        empty=sum(part.empty for part in parts),
        published=sum(part.published for part in parts),
        delays=[delay for part in parts for delay in part.delays],
    )
