"""When may a host be asked again?

A state machine without a clock: times are seconds that the caller passes in, of any one clock. One request at a time per host; the
pause begins when the answer ended, so that a slow host is asked more slowly. Who schedules asks `ready_at`, calls `started`, then
`finished` (or `released`), and nothing else.

A host that fails as a host (no connection, 429, 502, 503, 504) is given time, twice as long after each failure in a row. After
`breaker_after` of them it is closed for `breaker_for` seconds, twice as long each time; then one request is let through, and a success
opens the host slowly: the pause begins `SLOW_START` times as long as usual and halves with each success.

Hosts that share an address or a network are slowed down together where one of them says 429. A host that puts a block before its pages
is left alone after `blocks_before_closing` of them in a row, for an hour and twice as long each time. What is owed to a host in trouble
outlives the run: `dump` and `load`.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

from crawler.links import host_of

MAX_CRAWL_DELAY = 60.0  # longer ones would be a ban in other words, for which robots.txt has words; DESIGN §9
MAX_LATENCY_PAUSE = 30.0
MAX_WAIT = 24 * 3600.0  # no Retry-After keeps a host for longer: an hour is common, a year is a mistake or a trick
SLOW_START = 8
_HOST_LEVEL = frozenset({429, 502, 503, 504})
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")

ClosedReason = Literal["unreachable", "overloaded", "retry-after", "blocked"]
BLOCK_FOR = 3600.0  # the first closing for blocks; twice as long each time, up to a day
GROUP_SLOWEST = 8  # how many times the usual pause a group may be made to wait
GROUP_EASES = 600.0  # seconds without another 429 after which a group is half as slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The host is not asked before `until`, and why."""

    reason: ClosedReason
    """`unreachable`: no answer so many times in a row; `overloaded`: 429, 502, 503, 504 so many times in a row; `retry-after`: it
    named a time further off than our patience; `blocked`: blocks so many times in a row."""
    until: float
    failures: int


class _Host:
    __slots__ = ("block_closings", "blocks", "busy", "closed", "ended", "failures", "groups", "openings", "ready", "slow", "used")

    def __init__(self) -> None:
        self.busy = False
        self.ready = 0.0
        self.used = 0.0
        self.failures = 0
        self.openings = 0
        self.slow = 1
        self.closed: ClosedReason | None = None
        self.blocks = 0
        self.block_closings = 0
        self.groups: tuple[str, ...] = ()
        self.ended = 0.0

    @property
    def in_trouble(self) -> bool:
        return bool(self.failures or self.openings or self.blocks or self.block_closings or self.slow > 1 or self.closed)


class _Group:
    __slots__ = ("at", "slow")

    def __init__(self) -> None:
        self.slow = 1.0
        self.at = 0.0

    def factor(self, now: float) -> float:
        """How many times the usual pause; eases with time."""
        return float(max(1.0, self.slow * 0.5 ** (max(0.0, now - self.at) / GROUP_EASES)))


class HostPace:
    """The pace of all hosts of a run. Every method is O(1); hosts that owe and are owed nothing are forgotten after `idle` seconds."""

    def __init__(
        self,
        delay: float = 2.0,
        *,
        backoff: float = 1.0,
        max_backoff: float = 300.0,
        breaker_after: int = 5,
        breaker_for: float = 900.0,
        max_breaker_for: float = 4 * 3600.0,
        patience: float = 600.0,
        idle: float = 600.0,
        blocks_before_closing: int = 3,
    ) -> None:
        self.delay = delay
        self._backoff = backoff
        self._max_backoff = max_backoff
        self._breaker_after = breaker_after
        self._breaker_for = breaker_for
        self._max_breaker_for = max_breaker_for
        self._patience = patience
        self._idle = idle
        self._blocks_before_closing = blocks_before_closing
        self._groups: dict[str, _Group] = {}  # only those in which somebody said 429
        self._hosts: dict[str, _Host] = {}  # in the order of last use, so that idle ones are found at the front
        # What a host or its source asked for outlives the host's state: a float a host, and only for those that asked.
        self._delays: dict[str, float] = {}
        self._crawl_delays: dict[str, float] = {}

    def set_delay(self, host: str, seconds: float) -> None:
        """The source's own delay for this host, in place of the general one."""
        self._delays[host] = max(0.0, seconds)

    def set_crawl_delay(self, host: str, seconds: float | None) -> None:
        """What robots.txt asks for: at most `MAX_CRAWL_DELAY` of it, and only where it is longer than our own delay. Null takes it back."""
        if seconds is None or not seconds > 0:
            self._crawl_delays.pop(host, None)
        else:
            self._crawl_delays[host] = min(seconds, MAX_CRAWL_DELAY)

    def delay_of(self, host: str) -> float:
        """Seconds from the end of one answer to the next request, when all is well."""
        return max(self._delays.get(host, self.delay), self._crawl_delays.get(host, 0.0))

    def ready_at(self, host: str) -> float:
        """The time from which the host may be asked; infinite while a request is under way, 0.0 for one that was not asked yet."""
        state = self._hosts.get(host)
        if state is None:
            return 0.0
        if state.busy:
            return math.inf
        # Slowed together: since its last answer ended, as many pauses as the slowest of its groups asks for.
        factor = max((self._groups[name].factor(state.ended) for name in state.groups if name in self._groups), default=1.0)
        return max(state.ready, state.ended + self.delay_of(host) * factor) if factor > 1.0 else state.ready

    def together(self, host: str, groups: tuple[str, ...]) -> None:
        """What the host shares with others is known now: crawler/cdn.py."""
        state = self._hosts.get(host)
        if state is not None:
            state.groups = groups

    def blocked(self, host: str, now: float, reason: str) -> None:
        """The answer that just ended was recognised as a block. A page that is none ends the row."""
        state = self._hosts.get(host)
        if state is None:
            return
        state.blocks += 1
        if state.blocks >= self._blocks_before_closing:
            wait = min(BLOCK_FOR * 2.0 ** min(state.block_closings, 10), MAX_WAIT)
            state.block_closings += 1
            state.blocks = self._blocks_before_closing - 1  # one more closes it again
            state.slow = SLOW_START
            state.closed = "blocked"
            state.ready = max(state.ready, now + wait)

    def unblocked(self, host: str) -> None:
        """A page came that is no block."""
        state = self._hosts.get(host)
        if state is not None:
            state.blocks = state.block_closings = 0

    def dump(self, *, now: float, wall: float, host: str | None = None) -> dict[str, str]:
        """Host → what the next run must know of it, as JSON; only of hosts in trouble, or owed a pause still. `now` is the
        clock of the other methods, `wall` Unix time; with `host`, of that one alone.
        """
        found = {}
        chosen = self._hosts if host is None else {host: self._hosts[host]} if host in self._hosts else {}
        for name, state in chosen.items():
            wait = state.ready - now
            if state.in_trouble or wait > 0:
                values = {
                    "until": round(wall + max(0.0, wait), 3),
                    "seen": round(wall, 3),
                    "failures": state.failures,
                    "openings": state.openings,
                    "slow": state.slow,
                    "closed": state.closed if wait > 0 else None,
                    "blocks": state.blocks,
                    "block_closings": state.block_closings,
                }
                found[name] = json.dumps({key: value for key, value in values.items() if value}, separators=(",", ":"))
        return found

    def load(self, states: dict[str, str], *, now: float, wall: float) -> None:
        """What `dump` gave, in a later run. Nothing keeps a host for longer than what it was owed, nor than `MAX_WAIT`, from now, whatever
        clocks have done.
        """
        for host, text in states.items():
            values = json.loads(text)
            until, seen = values.get("until", 0.0), values.get("seen", wall)
            wait = min(max(0.0, until - wall), max(0.0, until - seen), MAX_WAIT)
            if wait == 0.0 and not 0 <= wall - seen <= 2 * MAX_WAIT:
                continue  # long ago: it is met as a stranger
            state = _Host()
            state.failures, state.openings = values.get("failures", 0), values.get("openings", 0)
            state.slow, state.blocks = values.get("slow", 1), values.get("blocks", 0)
            state.block_closings = values.get("block_closings", 0)
            state.closed = values.get("closed") if wait else None
            state.ready, state.used = now + wait, now
            self._hosts[host] = state

    def closed(self, host: str, now: float) -> Closed | None:
        """Is the host closed, so that its candidates had better be put off to a later run?"""
        state = self._hosts.get(host)
        if state is None or state.closed is None or state.ready <= now:
            return None
        return Closed(reason=state.closed, until=state.ready, failures=state.failures)

    def started(self, host: str, now: float) -> None:
        """A request goes out. Raises ValueError where another one is under way: that is the caller's mistake, and the host's cost."""
        state = self._hosts.pop(host, None) or _Host()
        self._hosts[host] = state
        if state.busy:
            raise ValueError(f"a request to {host[:100]!r} is under way already; wait for finished() or released()")
        state.busy, state.used, state.closed = True, now, None
        self._forget(now)

    def released(self, host: str, now: float) -> None:
        """The request was given up by us (shutdown, size limit) and says nothing about the host; the pause is kept all the same."""
        self._end(host, now, 0.0)

    def given_back(self, host: str, now: float) -> None:
        """The exchange was one of those that crawler/lightpace.py paces: it moves no page."""
        state = self._hosts.get(host)
        if state is not None:
            state.busy, state.used = False, now

    def trouble_until(self, host: str) -> float:
        """Before this time the host is left alone by everybody, for what went wrong there; 0.0 where nothing did."""
        state = self._hosts.get(host)
        return state.ready if state is not None and not state.busy and state.in_trouble else 0.0

    def crawl_delay_of(self, host: str) -> float:
        """What its robots.txt asks for, as far as we go along; 0.0 where it asks for nothing."""
        return self._crawl_delays.get(host, 0.0)

    def finished(self, host: str, now: float, *, status: int | None, retry_after: float | None = None, latency: float = 0.0) -> None:
        """The answer ended, or none came (`status` null: no connection, no response). `retry_after` in seconds: `parse_retry_after`."""
        state = self._end(host, now, latency)
        failed = status is None or status in _HOST_LEVEL
        if status == 429:
            for name in state.groups:
                group = self._groups.setdefault(name, _Group())
                group.slow = min(group.factor(now) * 2.0, GROUP_SLOWEST)
                group.at = now
        if failed:
            self._fail(state, now, self.delay_of(host), overloaded=status is not None)
        else:
            state.failures = state.openings = 0
            state.slow = max(1, state.slow // 2)
        if retry_after is not None and retry_after > 0 and status is not None and (failed or not 200 <= status < 300):
            wait = min(retry_after, MAX_WAIT)
            if now + wait > state.ready:
                state.ready = now + wait
                state.closed = "retry-after" if wait > self._patience else state.closed

    def __len__(self) -> int:
        """Hosts in memory."""
        return len(self._hosts)

    def _end(self, host: str, now: float, latency: float) -> _Host:
        state = self._hosts.get(host)
        if state is None or not state.busy:
            raise ValueError(f"no request to {host[:100]!r} is under way")
        delay = self.delay_of(host)
        # A host that takes longer to answer than we wait is at its limit. With a delay of 0 the operator wants no pause at all.
        pause = max(delay, min(latency, MAX_LATENCY_PAUSE)) if delay > 0 else 0.0
        if state.slow > 1:
            pause = max(pause, self._backoff) * state.slow
        state.busy, state.used, state.ended = False, now, now
        state.ready = max(state.ready, now + pause)  # `blocked` may have been heard of an earlier answer meanwhile
        return state

    def _fail(self, state: _Host, now: float, delay: float, *, overloaded: bool) -> None:
        state.failures += 1
        if state.failures >= self._breaker_after:
            wait = min(self._breaker_for * 2.0 ** min(state.openings, 30), self._max_breaker_for)
            state.openings += 1
            state.slow = SLOW_START
            state.closed = "overloaded" if overloaded else "unreachable"
        else:
            wait = min(max(delay, self._backoff) * 2.0**state.failures, self._max_backoff)
        state.ready = max(state.ready, now + wait)

    def _forget(self, now: float) -> None:
        """Drop up to two hosts from the idle end: more than are added, so that memory follows what is in use."""
        for _ in range(2):
            host = next(iter(self._hosts))
            state = self._hosts[host]
            if state.used + self._idle > now:
                return
            last = max(state.used, state.ready)
            # A bad past still counts, but not for ever: after the longest closing the host is met as a stranger.
            keep = MAX_WAIT if state.block_closings else self._max_breaker_for if state.in_trouble else self._idle
            del self._hosts[host]
            if state.busy or last + keep > now:
                self._hosts[host] = state  # to the other end, so that those behind have their turn


def host_key(url: str) -> str:
    """By what hosts are told apart for their pace: the name, and the port where it is not the scheme's own. ValueError for no URL."""
    name, port = host_of(urlsplit(url))
    return name if port is None else f"{name}:{port}"


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, from either form of RFC 9110 §10.2.3 (a number, or a date in any of HTTP's three spellings); 0.0 for a date gone by.

    Null where there is none or it says nothing. Not capped: `HostPace` does that.
    """
    value = (value or "").strip()[:100]
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:  # asctime's form has no zone, and means UTC
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
