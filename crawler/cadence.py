"""How often is a seed asked? As often as what it shows repays.

Pure. The rate at which a seed brings entries that nobody had announced before is estimated with a short memory (bursts, nights) that leans
on a long one (its habit). For a given number of requests the total delay is least where each interval is proportional to 1/sqrt(rate):
Cho and Garcia-Molina, "Effective page refresh policies for Web crawlers", 2003; Sia, Cho and Cho, "Efficient monitoring algorithm for
fast news alerts", 2007. Beside that a guard: a seed that drops old entries is asked before a third of them is new.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from archive.durations import show_duration

HOUR, DAY = 3600.0, 86400.0
_UNIT = 1500.0  # seconds between two visits of a seed that brings one new entry an hour
_SHORT, _LONG = 3 * HOUR, 4 * DAY  # half-lives of the two memories
_LEAN = 1.5 * HOUR  # the long memory counts as much as this much watching
_LONG_PRIOR = (0.5, 12 * HOUR)  # entries and seconds that are taken for seen of a seed of which nothing is known
_WINDOW_SHARE = 1 / 3
_SLACK, _SLACK_MOST = 0.1, 60.0
_OK = frozenset({"ok", "not_modified", "no-entries", "wrong-kind", "not-utf8", "too-many-entries"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedVisit:
    """What one visit showed."""

    at: float
    """Unix time."""
    status: str
    """`ok`, `not_modified`, or the name of a failure."""
    entries: int = 0
    new: int = 0
    """That no seed had announced before."""
    unseen: int = 0
    """That were not in this seed at its visit before."""
    newest: float | None = None
    oldest: float | None = None
    """Unix times, of the entries that are dated."""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceLimits:
    """Seconds."""

    shortest: float = 600.0
    longest: float = DAY
    dead: float = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When a seed is due, why, and what was learnt of it."""

    due: float
    """Unix time."""
    interval: float
    """Seconds."""
    why: str
    """One sentence for a person."""
    at: float
    """Unix time of the last visit."""
    good_at: float | None = None
    """Of the last one that was answered."""
    short_new: float = 0.0
    short_time: float = 0.0
    long_new: float = 0.0
    long_time: float = 0.0
    failures: int = 0
    """In a row."""
    failing_since: float | None = None
    empty: int = 0
    """Visits in a row without a new entry."""

    def to_json(self) -> str:
        """Small, and read again by `from_json`."""
        return json.dumps({key: value for key, value in asdict(self).items() if value not in (None, 0, 0.0)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cadence:
        """What `to_json` wrote."""
        values: dict[str, Any] = {"due": 0.0, "interval": 0.0, "why": "", "at": 0.0, **json.loads(text)}
        return cls(**{key: value for key, value in values.items() if key in cls.__slots__})


def next_visit(before: Cadence | None, visit: SeedVisit, *, kind: str, limits: CadenceLimits = CadenceLimits()) -> Cadence:
    """When to ask again, after a visit."""
    start = before or Cadence(due=visit.at, interval=limits.shortest, why="", at=visit.at)
    if visit.status not in _OK:
        return _after_failure(start, visit, limits)
    first = start.good_at is None
    if first:
        learnt = _first_guess(start, visit)
    else:
        # A clock that was set back must not make time negative; one that leapt must not make a year of silence.
        elapsed = min(max(visit.at - (start.good_at or visit.at), 60.0), limits.dead)
        learnt = replace(
            start,
            short_new=_fade(start.short_new, elapsed, _SHORT) + visit.new,
            short_time=_fade(start.short_time, elapsed, _SHORT) + elapsed,
            long_new=_fade(start.long_new, elapsed, _LONG) + visit.new,
            long_time=_fade(start.long_time, elapsed, _LONG) + elapsed,
            empty=0 if visit.new else start.empty + 1,
        )
    rate = _rate(learnt)
    interval = _UNIT / (rate * HOUR) ** 0.5
    why = _habit(rate, visit)
    if kind != "sitemap" and visit.entries and not first:
        elapsed = max(visit.at - (start.good_at or visit.at), 60.0)
        rolling = max(visit.unseen / elapsed, 1e-9)
        guard = visit.entries * _WINDOW_SHARE / rolling
        if visit.unseen * 2 >= visit.entries:
            guard = min(guard, limits.shortest)
        if guard < interval:
            interval = guard
            why = f"{visit.unseen} of its {visit.entries} entries were new to it after {show_duration(elapsed)}, and old ones drop out"
    interval = min(max(interval, limits.shortest), limits.longest)
    due = visit.at + max(interval, visit.retry_after or 0.0)
    return replace(
        learnt,
        due=due,
        interval=interval,
        why=f"{why}: every {show_duration(interval)}",
        at=visit.at,
        good_at=visit.at,
        failures=0,
        failing_since=None,
    )


def is_due(due: float | None, interval: float | None, now: float) -> bool:
    """Whether a seed is to be asked now: a tick of cron that comes a little early counts, and so does a clock that was set back."""
    if due is None:
        return True
    usual = interval or 0.0
    return due - min(usual * _SLACK, _SLACK_MOST) <= now or due - now > 2 * max(usual, DAY)


def _first_guess(start: Cadence, visit: SeedVisit) -> Cadence:
    """The entries' own dates tell how often there was a new one; the two memories begin with that."""
    count, span = float(max(visit.entries - 1, 0)), None
    if visit.newest is not None and visit.oldest is not None and visit.newest > visit.oldest:
        # Up to now, not to the newest entry: silence since then counts.
        span = max(visit.at - visit.oldest, HOUR)
    if not count or span is None:
        return replace(start, long_new=_LONG_PRIOR[0], long_time=_LONG_PRIOR[1])
    weight = min(1.0, 20.0 / count, 2 * DAY / span)
    return replace(start, long_new=count * weight, long_time=span * weight)


def _rate(learnt: Cadence) -> float:
    """New entries a second, never quite none."""
    long_rate = (learnt.long_new + 0.05) / (learnt.long_time + HOUR)
    return (learnt.short_new + long_rate * _LEAN) / (learnt.short_time + _LEAN)


def _fade(value: float, elapsed: float, half_life: float) -> float:
    return float(value * 0.5 ** (elapsed / half_life))


def _habit(rate: float, visit: SeedVisit) -> str:
    hourly = rate * HOUR
    if hourly >= 1:
        words = f"about {hourly:.1f} new entries an hour lately"
    elif hourly * 24 >= 1:
        words = f"about {hourly * 24:.1f} new entries a day lately"
    else:
        words = f"about one new entry in {show_duration(1 / rate)} lately"
    if visit.status == "not_modified":
        return f"{words}; unchanged at this visit"
    if visit.entries:
        return f"{words}; {max(0, visit.entries - visit.new)} of {visit.entries} were known"
    return words


def _after_failure(before: Cadence, visit: SeedVisit, limits: CadenceLimits) -> Cadence:
    failures = before.failures + 1
    since = visit.at if before.failing_since is None or before.failing_since > visit.at else before.failing_since
    if visit.at - since >= limits.dead:
        interval = limits.dead
        why = f"{visit.status} for {show_duration(visit.at - since)}: looked at once in {show_duration(interval)}"
    else:
        interval = min(limits.shortest * 2.0 ** min(failures - 1, 20), limits.longest)
        why = f"{visit.status}, {failures} time{'' if failures == 1 else 's'} in a row: again in {show_duration(interval)}"
    return replace(
        before,
        due=visit.at + max(interval, min(visit.retry_after or 0.0, limits.longest)),
        interval=interval,
        why=why,
        at=visit.at,
        failures=failures,
        failing_since=since,
    )
