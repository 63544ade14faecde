"""Which host may be asked now, and for what?

One line per host: its seeds, the pages whose redirects lead to it, and its waiting pages, taken from the frontier in small batches. A heap
holds the hosts by the time at which they may be asked; a host that is being asked is not in it. The robots.txt of an origin is asked
before anything else of it (RFC 9309), and a line whose host does not answer is closed for the run, with the reason counted.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from crawler.frontier import Candidate, Frontier
from crawler.manners import HostPace
from crawler.sources import Source
from crawler.work import Work

BATCH = 32
RETRY_WINDOW = 60.0  # seconds: a retry that is due within it is waited for, a later one is the next run's
HOST_WAIT = 300.0  # seconds: a host that wants a longer pause is left for the next run


class Referee(Protocol):
    """Decides what is outside this module: robots.txt, and what to do with work that is refused."""

    def robots_verdict(self, work: Work) -> str | None:
        """`ask` where robots.txt must be asked for first, `wait` while it is, `deny`, `unreachable`, or null: it may be asked for."""
        ...

    def refuse(self, work: Work, reason: str) -> None:
        """The work will not be done in this run: `robots_denied`, `robots_unreachable`, or why its host was closed."""
        ...


@dataclass(slots=True)
class HostLine:
    """What waits for one host."""

    host: str
    sources: dict[str, Source] = field(default_factory=dict)
    urgent: deque[Work] = field(default_factory=deque)
    """robots.txt, seeds, redirects and retries."""
    pages: deque[Work] = field(default_factory=deque)
    active: bool = False
    queued: bool = False
    closed: str | None = None


class Lines:
    """All host lines of a run."""

    def __init__(
        self,
        frontier: Frontier,
        pace: HostPace,
        referee: Referee,
        *,
        clock: Callable[[], float],
        wall: Callable[[], float],
        budget: Callable[[Source], int],
    ) -> None:
        self._frontier, self._pace, self._referee = frontier, pace, referee
        self._clock, self._wall, self._budget = clock, wall, budget
        self._lines: dict[str, HostLine] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._handed: dict[bytes, None] = {}
        self._spent: dict[str, int] = {}
        self._retries: dict[str, float] = {}
        self.active = 0
        self.over_budget: set[str] = set()
        self.wake: Callable[[], None] = lambda: None

    # -- filling

    def add(self, work: Work) -> None:
        """Seeds, redirects, retries within the run."""
        line = self._line(work.host)
        if line.closed:
            self._referee.refuse(work, line.closed)
            return
        line.urgent.append(work)
        self._queue(line)

    def add_source_hosts(self, source: Source, hosts: Iterable[str]) -> None:
        """Hosts with waiting pages of a source."""
        for host in hosts:
            line = self._line(host)
            line.sources[source.name] = source
            self._queue(line)

    def refresh(self, source: Source) -> None:
        """New candidates of the source were committed."""
        self.add_source_hosts(source, [host for host, _count in self._frontier.hosts(source.name)])
        self.wake()

    def release(self, page: bytes) -> None:
        """The page's state is committed: the frontier speaks for it again."""
        self._handed.pop(page, None)

    def retry_later(self, host: str, seconds: float) -> None:
        """A page of the host waits that long: look again then, where that is within this run's patience."""
        if seconds <= RETRY_WINDOW:
            now = self._clock()
            at, known = now + seconds, self._retries.get(host, 0.0)
            self._retries[host] = min(at, known) if known > now else at

    # -- handing out

    def next(self) -> tuple[Work | None, float | None]:
        """Work that may be done now, or null and the seconds until some may be (null where nothing waits for time)."""
        now = self._clock()
        while self._heap:
            at, _order, host = self._heap[0]
            line = self._lines[host]
            ready = self._pace.ready_at(host)
            if ready > at:  # its pace slowed down while it was in the heap
                heapq.heapreplace(self._heap, (ready, next(self._order), host))
                continue
            if at > now:
                if at - now <= HOST_WAIT:
                    return None, at - now
                heapq.heappop(self._heap)
                line.queued = False
                self.close(host, "host_backoff")
                continue
            heapq.heappop(self._heap)
            line.queued = False
            if line.closed:
                continue
            work = self._work_of(line)
            if work is not None:
                line.active = True
                self.active += 1
                self._pace.started(host, now)
                return work, None
            self._retry_or_leave(line, now)
        return None, None

    def _retry_or_leave(self, line: HostLine, now: float) -> None:
        at = self._retries.pop(line.host, None)
        if at is not None and at > now:
            self._retries[line.host] = at
            line.queued = True
            heapq.heappush(self._heap, (at, next(self._order), line.host))

    def _work_of(self, line: HostLine) -> Work | None:
        while True:
            if line.urgent:
                work = line.urgent.popleft()
            else:
                if not line.pages:
                    self._refill(line)
                if not line.pages:
                    return None
                work = line.pages.popleft()
            if work.host != line.host:  # its redirects have led elsewhere
                self.add(work)
                continue
            verdict = self._referee.robots_verdict(work) if work.kind != "robots" else None
            if verdict in ("ask", "wait"):
                line.urgent.appendleft(work)
                if verdict == "wait":
                    return None
                return Work(kind="robots", url=work.origin + "/robots.txt", source=work.source, seed_url=work.origin)
            if verdict is not None:
                self._referee.refuse(work, "robots_denied" if verdict == "deny" else "robots_unreachable")
                continue
            if work.candidate is not None and work.tries == 0 and work.hops == work.candidate.hops:
                self._spent[work.source.name] = self._spent.get(work.source.name, 0) + 1
            return work

    def _refill(self, line: HostLine) -> None:
        now = self._wall()
        for name, source in list(line.sources.items()):
            left = self._budget(source) - self._spent.get(name, 0)
            if left <= 0:
                self.over_budget.add(name)
                del line.sources[name]
                continue
            found = self._frontier.take(name, line.host, now=now, limit=min(BATCH, left), skip=self._handed)
            if not found:
                self._watch_due(line, name, now)
            for candidate in found:
                self._handed[candidate.id] = None
                line.pages.append(self.page_work(candidate, source))

    def _watch_due(self, line: HostLine, source: str, now: float) -> None:
        due = self._frontier.next_due(source, line.host, after=now)
        if due is not None:
            self.retry_later(line.host, due - now)

    @staticmethod
    def page_work(candidate: Candidate, source: Source) -> Work:
        """A candidate as work."""
        return Work(kind="page", url=candidate.fetch_url, source=source, candidate=candidate, hops=candidate.hops)

    # -- after an exchange

    def finished(self, host: str) -> None:
        """The exchange with the host is over; its pace was told."""
        line = self._line(host)
        if line.active:
            line.active = False
            self.active -= 1
        closed = self._pace.closed(host, self._clock())
        if closed is not None:
            self.close(host, closed.reason)
        else:
            self._queue(line)
        self.wake()

    def poke(self, host: str) -> None:
        """What the host's work waited for is known now."""
        self._queue(self._line(host))
        self.wake()

    def close(self, host: str, reason: str) -> None:
        """Ask this host nothing more in this run. Its pages stay in the frontier; its seeds are refused, with the reason."""
        line = self._line(host)
        line.closed = line.closed or reason
        left = list(line.urgent)
        line.urgent.clear()
        for work in (*left, *line.pages):
            if work.candidate is not None:
                self._handed.pop(work.candidate.id, None)
        line.pages.clear()
        for work in left:
            if work.kind != "page":
                self._referee.refuse(work, reason)

    def closed(self) -> dict[str, str]:
        """Hosts that were closed, with the reason."""
        return {line.host: line.closed for line in self._lines.values() if line.closed}

    def busy(self) -> bool:
        """Something is under way or waits for its time within this run."""
        return self.active > 0 or bool(self._heap)

    def waiting_for(self) -> tuple[str, float] | None:
        """The host that may be asked next, and in how many seconds: for the progress display."""
        if not self._heap:
            return None
        at, _order, host = self._heap[0]
        return host, max(0.0, max(at, self._pace.ready_at(host)) - self._clock())

    def _line(self, host: str) -> HostLine:
        if host not in self._lines:
            self._lines[host] = HostLine(host)
        return self._lines[host]

    def _queue(self, line: HostLine) -> None:
        if line.active or line.queued or line.closed:
            return
        line.queued = True
        heapq.heappush(self._heap, (max(self._clock(), self._pace.ready_at(line.host)), next(self._order), line.host))
