"""How often is a seed asked? As often as what it shows repays.

Pure. The rate at which a seed brings entries that nobody had announced before is estimated from a short memory (bursts) that leans on a
long one (its habit by the hour of the day). For a given number of requests the total delay is least where a seed is asked in proportion to
the square root of its rate: Cho and Garcia-Molina, "Effective page refresh policies for Web crawlers", 2003; Sia, Cho and Cho, "Efficient
monitoring algorithm for fast news alerts", 2007. Beside that a guard: a seed that drops old entries is asked before a third of them is new.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from archive.durations import show_duration

HOUR, DAY = 3600.0, 86400.0
_SHORT, _LONG = 1.5 * HOUR, 8 * DAY  # half-lives of the two memories
_LEAN = 1.5 * HOUR  # the long memory counts as much as this much watching
_HOUR_LEAN = 2 * HOUR  # and for one hour of the day, the whole day counts as much as this much watching
_NOTHING_KNOWN = (0.5, 12 * HOUR)  # entries and seconds that are taken for seen of a seed that says nothing of its habit
_STEP = 600.0  # seconds: how finely the hours ahead are looked at
_WINDOW_SHARE = 1 / 3
_REPEATER = 3  # visits in a row with entries new to the seed, all of which others had announced before
_REPEATED = 2 * HOUR  # how often such a seed is asked, lest the others fall silent
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
    unit: float = 1500.0
    """Between two visits of a seed that brings one new entry an hour: what all seeds together cost goes by this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When a seed is due, why, and what was learnt of it."""

    due: float
    """Unix time."""
    interval: float
    """Seconds from the visit to `due`."""
    why: str
    """One sentence for a person."""
    at: float
    """Unix time of the last visit."""
    good_at: float | None = None
    """Of the last one that was answered."""
    short_new: float = 0.0
    short_unseen: float = 0.0
    short_time: float = 0.0
    hours: tuple[float, ...] = ()
    """New entries in the long memory, by hour of the day (UTC)."""
    long_unseen: float = 0.0
    long_time: float = 0.0
    window: int = 0
    """Entries that it showed last."""
    failures: int = 0
    """In a row."""
    failing_since: float | None = None
    empty: int = 0
    """Visits in a row without a new entry."""
    echoes: int = 0
    """Of those, the ones that showed entries which others had announced before."""

    def to_json(self) -> str:
        """Small, and read again by `from_json`."""
        values = {key: value for key, value in asdict(self).items() if value not in (None, 0, ())}
        return json.dumps(values, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Cadence:
        """What `to_json` wrote, by this or another version."""
        values: dict[str, Any] = {"due": 0.0, "interval": 0.0, "why": "", "at": 0.0, **json.loads(text)}
        values["hours"] = tuple(values.get("hours", ()))
        return cls(**{key: value for key, value in values.items() if key in cls.__slots__})


def next_visit(before: Cadence | None, visit: SeedVisit, *, kind: str, limits: CadenceLimits = CadenceLimits()) -> Cadence:
    """When to ask again, after a visit. `kind` is the seed's type."""
    start = before or Cadence(due=visit.at, interval=limits.shortest, why="", at=visit.at)
    if visit.status not in _OK:
        return _after_failure(start, visit, limits)
    first = start.good_at is None or len(start.hours) != 24
    watched = _watched(start, visit, limits)
    learnt = _first_guess(start, visit) if first else _learn(start, visit, watched)
    rate = _rate(learnt, visit.at, 0.0)
    wanted = _ahead(learnt, visit.at, limits)
    why = _habit(rate, visit, first=first)
    plain = limits.unit / (rate * HOUR) ** 0.5
    if wanted > 1.5 * plain:
        why += ", and fewer are usual in the next hours"
    elif wanted < plain / 1.5:
        why += ", and more are usual in the next hours"
    if not first and kind != "sitemap":
        wanted, why = _guarded(learnt, visit, watched, wanted, why, kind=kind, limits=limits)
    interval = min(max(wanted, limits.shortest), limits.longest)
    why = f"{why}: every {show_duration(interval)}"
    if visit.retry_after and visit.retry_after > interval:
        interval = min(visit.retry_after, limits.longest)
        why += f", but it asks us to wait {show_duration(interval)}"
    return replace(
        learnt, due=visit.at + interval, interval=interval, why=why, at=visit.at, good_at=visit.at, failures=0, failing_since=None
    )


def is_due(due: float | None, interval: float | None, now: float) -> bool:
    """Whether a seed is to be asked now. A tick of cron that comes a little early counts; and a time that lies further ahead than twice
    the interval was set by a clock that has been put back since.
    """
    if due is None:
        return True
    usual = max(interval or 0.0, 0.0)
    return due - now <= min(usual * _SLACK, _SLACK_MOST) or due - now > 2 * usual


def _watched(before: Cadence, visit: SeedVisit, limits: CadenceLimits) -> float:
    """For how long what this visit showed has been gathering: since the last one, or where all of it is new, since its oldest entry."""
    # A clock that was put back must not make time negative; one that leapt must not make a year of silence.
    elapsed = min(max(visit.at - (visit.at if before.good_at is None else before.good_at), 60.0), limits.dead)
    if visit.entries and visit.unseen >= visit.entries and visit.oldest is not None:
        elapsed = min(elapsed, max(visit.at - visit.oldest, 60.0))
    return elapsed


def _first_guess(start: Cadence, visit: SeedVisit) -> Cadence:
    """The entries' own dates tell how often there was a new one; the memory begins with that."""
    count, time = _NOTHING_KNOWN
    if visit.entries > 1 and visit.newest is not None and visit.oldest is not None and visit.newest > visit.oldest:
        # Up to now, not to the newest entry: silence since then counts. As one visit, it weighs no more than twenty entries or two days.
        span = max(visit.at - visit.oldest, HOUR)
        weight = min(1.0, 20.0 / (visit.entries - 1), 2 * DAY / span)
        count, time = (visit.entries - 1) * weight, span * weight
    hours = (round(count / 24, 4),) * 24
    return replace(start, hours=hours, long_unseen=round(count, 4), long_time=time, window=visit.entries)


def _learn(before: Cadence, visit: SeedVisit, watched: float) -> Cadence:
    short, long = 0.5 ** (watched / _SHORT), 0.5 ** (watched / _LONG)
    return replace(
        before,
        short_new=round(before.short_new * short + visit.new, 4),
        short_unseen=round(before.short_unseen * short + visit.unseen, 4),
        short_time=round(before.short_time * short + watched, 1),
        hours=_by_hour(before, visit, watched, long),
        long_unseen=round(before.long_unseen * long + visit.unseen, 4),
        long_time=round(before.long_time * long + watched, 1),
        window=visit.entries or before.window,
        empty=0 if visit.new else before.empty + 1,
        echoes=0 if visit.new else before.echoes + (visit.unseen > 0),
    )


def _by_hour(before: Cadence, visit: SeedVisit, watched: float, fade: float) -> tuple[float, ...]:
    """The new entries are laid to the hours since the last visit, by what is usual in each."""
    hours = [value * fade for value in before.hours]
    if visit.new:
        parts = min(int(watched // _STEP) + 1, 144)
        moments = [visit.at - watched * (part + 0.5) / parts for part in range(parts)]
        weights = [_usual(before, moment) for moment in moments]
        one = visit.new / sum(weights)
        for moment, weight in zip(moments, weights, strict=True):
            hours[_hour(moment)] += weight * one
    return tuple(round(value, 4) for value in hours)


def _hour(at: float) -> int:
    return int(at % DAY // HOUR) % 24


def _usual(learnt: Cadence, at: float) -> float:
    """New entries a second at that hour of the day, in the long memory; never quite none."""
    whole = (sum(learnt.hours) + 0.05) / (learnt.long_time + HOUR)
    return (learnt.hours[_hour(at)] + whole * _HOUR_LEAN) / (learnt.long_time / 24 + _HOUR_LEAN)


def _rate(learnt: Cadence, at: float, later: float) -> float:
    """New entries a second, so much later: what was seen just now fades away, what is usual at that hour remains."""
    fade: float = 0.5 ** (later / _SHORT)
    return (learnt.short_new * fade + _usual(learnt, at + later) * _LEAN) / (learnt.short_time * fade + _LEAN)


def _ahead(learnt: Cadence, at: float, limits: CadenceLimits) -> float:
    """Seconds until one visit's worth has gathered: the integral of sqrt(rate) over the hours ahead."""
    worth, later = 0.0, 0.0
    while later < limits.longest:
        more: float = _STEP * (_rate(learnt, at, later + _STEP / 2) * HOUR) ** 0.5 / limits.unit
        if worth + more >= 1:
            return later + _STEP * (1 - worth) / more
        worth, later = worth + more, later + _STEP
    return limits.longest


def _guarded(
    learnt: Cadence, visit: SeedVisit, watched: float, wanted: float, why: str, *, kind: str, limits: CadenceLimits
) -> tuple[float, str]:
    """Not so seldom that entries drop out unseen, and not quite forgotten where others are faster."""
    # The links of a section page change places: only what is new pushes others out.
    moved, lately = (visit.new, learnt.short_new) if kind == "section" else (visit.unseen, learnt.short_unseen)
    repeats = learnt.echoes >= _REPEATER
    rolling = max(moved / watched, lately / max(learnt.short_time, _LEAN))
    if rolling and not repeats:
        if visit.entries and moved * 2 >= visit.entries and limits.shortest < wanted:
            return limits.shortest, f"{moved} of its {visit.entries} entries are new since the last visit, and old ones drop out"
        guard = learnt.window * _WINDOW_SHARE / rolling // limits.shortest * limits.shortest  # cron's next tick would be too late
        if guard < wanted:
            return guard, f"about {_often(rolling)} pass through its {learnt.window}, and old ones drop out"
    if repeats and kind != "section":
        alone = limits.unit / (learnt.long_unseen / max(learnt.long_time, HOUR) * HOUR) ** 0.5
        if (most := max(_REPEATED, 2 * alone)) < wanted:
            return most, "all that it shows was found elsewhere first, and is watched lest that end"
    return wanted, why


def _habit(rate: float, visit: SeedVisit, *, first: bool) -> str:
    if first and (visit.newest is None or visit.newest == visit.oldest):
        return "nothing is known of its habit yet"
    words = f"about {_often(rate)} " + ("by its own dates" if first else "lately")
    if visit.status == "not_modified":
        return f"{words}; unchanged at this visit"
    if visit.status != "ok" and not visit.entries:
        return f"{words}; nothing could be read from it at this visit ({visit.status})"
    return f"{words}; {max(0, visit.entries - visit.new)} of {visit.entries} were known" if visit.entries and not first else words


def _often(rate: float) -> str:
    for seconds, name in ((HOUR, "an hour"), (DAY, "a day")):
        if rate * seconds >= 0.95:
            return f"{rate * seconds:.1f} new entries {name}"
    return f"one new entry in {show_duration(1 / rate)}"


def _after_failure(before: Cadence, visit: SeedVisit, limits: CadenceLimits) -> Cadence:
    """Twice as long each time, up to a day; after a week without an answer it counts as dead."""
    failures = before.failures + 1
    since = visit.at if before.failing_since is None else min(before.failing_since, visit.at)
    if visit.at - since >= limits.dead:
        interval = limits.dead
        why = f"{visit.status} for {show_duration(visit.at - since)}: looked at once in {show_duration(interval)}"
    else:
        interval = min(limits.shortest * 2.0 ** min(failures - 1, 20), limits.longest)
        asked = min(visit.retry_after or 0.0, limits.longest)
        why = f"{visit.status}, {failures} time{'' if failures == 1 else 's'} in a row"
        why += f", and it asks us to wait: again in {show_duration(asked)}" if asked > interval else f": again in {show_duration(interval)}"
        interval = max(interval, asked)
    return replace(before, due=visit.at + interval, interval=interval, why=why, at=visit.at, failures=failures, failing_since=since)
