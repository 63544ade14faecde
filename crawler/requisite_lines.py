"""Which host may be asked now for a file that a page needs?

Beside the lines of pages (crawler/lines.py), which always go first: a host is borrowed from its line for one exchange, and only while
nothing of it is due. Files come in small batches from the ledger. A host that fails, or has given enough, is left for the next run.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from archive.config import Requisites
from archive.spool import Effect
from crawler import requisite_outcomes as outcomes
from crawler.lightpace import LightPace
from crawler.lines import HOST_WAIT, RETRY_WINDOW, Lines
from crawler.requisite_book import Needed, RequisiteBook
from crawler.sources import Source
from crawler.work import Work

BATCH = 8
AT_ONCE = 32  # requests under way: half of those that Scrapy makes at once, so that slow pictures leave room for pages
REFUSALS = 64  # files of one host that are refused in one go


@dataclass(slots=True)
class _Host:
    at: float | None = None
    """Time of its one entry in the heap that counts."""
    batch: deque[Needed] = field(default_factory=deque)
    handed: set[bytes] = field(default_factory=set)
    """Taken from the ledger, and what became of them is not committed yet."""
    asked: int = 0
    closed: bool = False
    barred: str | None = None
    """Why its robots.txt could not be had."""


class RequisiteLines:
    """All hosts that have such files, in one run."""

    def __init__(
        self,
        book: RequisiteBook,
        pace: LightPace,
        lines: Lines,
        *,
        sources: Mapping[str, Source],
        limits: Requisites,
        robots_verdict: Callable[[str], str | None],
        queue: Callable[[Effect], None],
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._book, self._pace, self._lines = book, pace, lines
        self._sources, self._limits, self._robots_verdict, self._queue = sources, limits, robots_verdict, queue
        self._clock, self._wall = clock, wall
        self._hosts: dict[str, _Host] = {}  # the run's limit bounds them
        self._heap: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self.active: set[str] = set()
        """Hosts of which a file is being asked for."""
        self.asked = 0
        self.bytes = 0

    @property
    def full(self) -> bool:
        """The run has asked for as much as it may."""
        return self.asked >= self._limits.max_per_run or self.bytes >= self._limits.max_run_bytes

    def busy(self) -> bool:
        """Something waits for its time within this run."""
        return bool(self._heap) and not self._lines.draining and not self.full

    def look(self, hosts: Iterable[str]) -> None:
        """There may be something to ask of them now."""
        for name in hosts:
            host = self._hosts.setdefault(name, _Host())
            if name not in self.active and not host.closed:
                self._push(name, host, max(self._clock(), self._pace.ready_at(name)))

    def freed(self, name: str) -> None:
        """An exchange with the host is over, whatever it was for."""
        self.active.discard(name)
        if name in self._hosts:
            self.look([name])

    def look_again(self, name: str) -> None:
        """Its robots.txt is known now."""
        if name in self._hosts:
            self.look([name])

    def waiting_for(self) -> tuple[str, float] | None:
        """The host that may be asked next, and in how many seconds: for the progress display."""
        if not self.busy():
            return None
        at, _order, name = self._heap[0]
        return name, max(0.0, at - self._clock())

    def barred(self, name: str, reason: str) -> None:
        """Its robots.txt could not be had, and why."""
        if name in self._hosts:
            self._hosts[name].barred = reason

    def committed(self, needed: Needed) -> None:
        """What became of it is in the ledger."""
        self._hosts[needed.host].handed.discard(needed.id)

    def later(self, needed: Needed, seconds: float) -> None:
        """It is due again then: the host is looked at, where this run has the patience."""
        if seconds <= RETRY_WINDOW:
            self._push(needed.host, self._hosts[needed.host], self._clock() + seconds)

    def next(self) -> tuple[Work | None, float | None]:
        """Work that may be done now, or null and the seconds until some may be (null where nothing waits for time)."""
        if not self.busy() or len(self.active) >= AT_ONCE:
            return None, None
        now = self._clock()
        while self._heap:
            at, _order, name = self._heap[0]
            host = self._hosts[name]
            if at != host.at:
                heapq.heappop(self._heap)
                continue
            ready = self._pace.ready_at(name)
            if ready - now > HOST_WAIT:
                self._close(name, host, self._pace.closed(name, now) or "host_backoff")
                continue
            if max(at, ready) > now:
                if ready > at:
                    self._push(name, host, ready, later=True)
                    continue
                return None, at - now
            heapq.heappop(self._heap)
            host.at = None
            work = self._borrow(name, host, now)
            if work is not None:
                return work, None
        return None, None

    def _borrow(self, name: str, host: _Host, now: float) -> Work | None:
        reason = self._pace.closed(name, now) or ("host_limit" if host.asked >= self._limits.max_per_host else None)
        if reason is not None:
            self._close(name, host, reason)
            return None
        if not self._lines.lend(name):
            return None  # a page is being asked for: `freed` brings it back
        work = self._work_of(name, host)
        if work is None:
            self._lines.give_back(name)
            return None
        self._pace.started(name, now)
        self.active.add(name)
        return work

    def _work_of(self, name: str, host: _Host) -> Work | None:
        for _ in range(REFUSALS):
            if not host.batch:
                host.batch.extend(self._book.take(name, now=self._wall(), limit=BATCH, skip=host.handed))
                host.handed.update(needed.id for needed in host.batch)
            if not host.batch:
                self._watch_due(name, host)
                return None
            needed = host.batch[0]
            source = self._sources[needed.source]
            work = Work(kind="requisite", url=needed.url, source=source, needed=needed)
            verdict = self._robots_verdict(needed.url)
            if verdict == "ask":
                return Work(kind="robots", url=work.origin + "/robots.txt", source=source, seed_url=work.origin)
            if verdict == "wait":
                return None
            if verdict == "unreachable":
                self._unreachable(name, host)
                return None
            host.batch.popleft()
            if verdict is not None:
                self._queue(self._book.decide(needed, outcomes.ROBOTS_DENIED))
            elif self._book.bytes_of(needed.page) >= self._limits.max_page_bytes:
                self._queue(self._book.decide(needed, outcomes.name(outcomes.OVER_LIMIT, "page_bytes")))
            else:
                host.asked += 1
                self.asked += 1
                return work
        self._push(name, host, self._clock())  # the rest after others had their turn
        return None

    def _watch_due(self, name: str, host: _Host) -> None:
        due = self._book.next_due(name, after=self._wall())
        if due is not None and due - self._wall() <= RETRY_WINDOW:
            self._push(name, host, self._clock() + due - self._wall())

    def _unreachable(self, name: str, host: _Host) -> None:
        if host.barred == "private-address":  # that is no trouble that passes
            self._queue(self._book.refuse_host(name, outcomes.name(outcomes.FAILED, host.barred)))
        self._close(name, host, "robots_unreachable")

    def _close(self, name: str, host: _Host, reason: str) -> None:
        host.closed, host.at = True, None
        host.batch.clear()
        self._queue(self._book.close_host(name, reason))

    def _push(self, name: str, host: _Host, at: float, *, later: bool = False) -> None:
        if not host.closed and (host.at is None or later or at < host.at):
            host.at = at
            heapq.heappush(self._heap, (at, next(self._order), name))
