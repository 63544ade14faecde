"""What do fixed intervals bring for the same number of seed requests? Discovery alone: no page is asked for, so that it is quick.

Every ten minutes each seed of the world that is due under a policy is visited, and `crawler/cadence.py` is told what a run would tell it:
entries, those that no seed of the source had shown, those that this seed had not shown at its visit before. A story is found at the first
visit that shows it. Adaptive policies differ in `unit` alone, which is set so that they make as many requests as the fixed interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.month.habits import Site
from benchmarks.month.listings import NEWS_DAYS, SITEMAP_ENTRIES, visible
from benchmarks.month.measure import LAST, STAYS, quantile
from benchmarks.month.world import World
from crawler.cadence import DAY, Cadence, CadenceLimits, SeedVisit, is_due, next_visit

TICK = 600.0
CLOSE_ENOUGH = 0.04
TRIES = 6
USUAL = CadenceLimits()


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Of one policy."""

    name: str
    requests: int = 0
    empty: int = 0
    wanted: int = 0
    delays: list[float] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        self.delays.sort()
        return {
            "policy": self.name,
            "seed_requests": self.requests,
            "empty": self.empty / self.requests if self.requests else None,
            "found": len(self.delays) / self.wanted if self.wanted else None,
            "lost": self.wanted - len(self.delays),
            "delay_mean": sum(self.delays) / len(self.delays) if self.delays else None,
            "delay_median": quantile(self.delays, 0.5),
            "delay_95": quantile(self.delays, 0.95),
        }


@dataclass(slots=True)
class _Seed:
    site: Site
    kind: str
    cadence: Cadence | None = None
    shown: frozenset[tuple[int, int]] = frozenset()
    window: frozenset[int] = frozenset()


def follow(world: World, sites: Sequence[Site], *, name: str, interval: float | None = None, limits: CadenceLimits = USUAL) -> Outcome:
    """The month under one policy: a fixed `interval`, or ours where it is null."""
    outcome = Outcome(name=name)
    for site in sites:
        found: dict[int, float] = {}
        seeds = [_Seed(site, kind) for kind in _kinds(site)]
        agenda: dict[float, list[_Seed]] = {world.start: seeds}
        tick = world.start
        while tick < world.end:
            for seed in agenda.pop(tick, ()):
                _visit(world, seed, tick, found, outcome, interval, limits)
                assert seed.cadence is not None
                due = tick + interval if interval is not None else seed.cadence.due
                at = tick + TICK
                while not is_due(due, seed.cadence.interval, at):
                    at += TICK
                agenda.setdefault(at, []).append(seed)
            tick = min(agenda, default=world.end)
        for story in world.published(site):
            if not world.is_open(site, story.published) or story.published >= world.end - LAST:
                continue
            at_last = found.get(story.number)
            if at_last is None and story.deleted is not None and story.deleted < story.published + STAYS:
                continue
            outcome.wanted += 1
            if at_last is not None:
                outcome.delays.append(at_last - story.published)
    return outcome


def _kinds(site: Site) -> list[str]:
    return ["feed", *(["news_sitemap"] if site.news_sitemap else []), *(["sitemap"] if site.sitemap else [])]


def _visit(
    world: World, seed: _Seed, now: float, found: dict[int, float], outcome: Outcome, interval: float | None, limits: CadenceLimits
) -> None:
    outcome.requests += 1
    site = seed.site
    status = "ok"
    if world.trouble(site.number, now, "week_of_503", "bad_hour"):
        status = "http_503"
    elif world.trouble(site.number, now, "vanished"):
        status = "connect"
    elif world.trouble(site.number, now, "robots_closed"):
        status = "robots_denied"
    elif seed.kind == "feed" and world.trouble(site.number, now, "feed_died"):
        status = "http_404"
    visit = SeedVisit(at=now, status=status)
    if status == "ok":
        limit, since = {
            "feed": (site.feed_size, float("-inf")),
            "news_sitemap": (1000, now - NEWS_DAYS * DAY),
            "sitemap": (SITEMAP_ENTRIES, float("-inf")),
        }[seed.kind]
        stories = visible(site, now, limit=limit, since=since)
        shown = frozenset((story.number, story.edits_by(now)) for story in stories)
        numbers = frozenset(story.number for story in stories)
        new = [number for number in numbers if number not in found]
        for number in new:
            found[number] = now
        outcome.empty += not new
        if shown == seed.shown and site.validators:
            visit = SeedVisit(at=now, status="not_modified")
        else:
            times = [story.published for story in stories]
            unseen = numbers - seed.window if seed.kind != "sitemap" else new
            visit = SeedVisit(
                at=now,
                status="ok",
                entries=len(stories),
                new=len(new),
                unseen=len(unseen),
                newest=max(times, default=None),
                oldest=min(times, default=None),
            )
        seed.shown, seed.window = shown, numbers
    if interval is not None:
        seed.cadence = Cadence(due=now + interval, interval=interval, why="", at=now)
    else:
        seed.cadence = next_visit(seed.cadence, visit, kind=seed.kind, limits=limits)


def same_number(world: World, sites: Sequence[Site], requests: int, say: Callable[[str], None]) -> Outcome:
    """Ours, with `unit` set so that it makes about so many requests; as near as it comes in a few tries."""
    unit, tried = USUAL.unit, []
    for _ in range(TRIES):
        outcome = follow(world, sites, name=f"ours, unit {unit:.0f} s", limits=replace(USUAL, unit=unit))
        tried.append((abs(math.log(outcome.requests / requests)), outcome))
        say(f"  unit {unit:.0f} s: {outcome.requests} requests for {requests}")
        if tried[-1][0] <= CLOSE_ENOUGH:
            break
        unit *= (outcome.requests / requests) ** 1.2
    return min(tried, key=lambda pair: pair[0])[1]


def compare(
    world: World, sites: Sequence[Site], *, intervals: Sequence[float], say: Callable[[str], None] = lambda _text: None
) -> list[dict[str, Any]]:
    """Each fixed interval and ours at its number of requests; first ours as it is, and the fixed one of its cost."""
    ours = follow(world, sites, name="ours")
    # The fixed interval, in ticks of cron, that costs as much as ours does.
    equal = TICK * max(1, round(sum(len(_kinds(site)) for site in sites) * (world.end - world.start) / ours.requests / TICK))
    rows = [ours.as_dict(), follow(world, sites, name=f"every {equal / 60:.0f} min", interval=equal).as_dict()]
    for interval in intervals:
        fixed = follow(world, sites, name=f"every {interval / 60:.0f} min", interval=interval)
        say(f"every {interval / 60:.0f} min: {fixed.requests} requests")
        rows += [fixed.as_dict(), same_number(world, sites, fixed.requests, say).as_dict()]
    return rows
