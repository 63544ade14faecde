"""Which host may be asked now, and for what?

One line per host: its seeds, the pages whose redirects lead to it, and its waiting pages, taken from the frontier in small batches. A heap
holds the hosts by the time at which they may be asked; a host that is being asked is not in it. The robots.txt of an origin is asked
before anything else of it (RFC 9309), and a line whose host does not answer is closed for the run, with the reason counted.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from crawler.frontier import Candidate, Frontier
from crawler.manners import HostPace
from crawler.sources import Source
from crawler.work import SCHEMES, Work, scheme_of

BATCH = 8  # pages of a host and source that are held: thousands of hosts may wait at once
REFUSALS = 128  # pages of one host that are refused in one go: a site that is closed to us must not hold up all others
RETRY_WINDOW = 60.0  # seconds: a retry that is due within it is waited for, a later one is the next run's
UNBOUNDED = 1 << 60
HOST_WAIT = 300.0  # seconds: a host that wants a longer pause is left for the next run


class Referee(Protocol):
    """Decides what is outside this module: robots.txt, scope, and what to do with work that is refused."""

    def robots_verdict(self, work: Work) -> str | None:
        """`ask` where robots.txt must be asked for first, `wait` while it is, `deny`, `unreachable`, or null: it may be asked for."""
        ...

    def scope_verdict(self, work: Work) -> str | None:
        """Why a page must not be asked for by the rules of today, or null: it may have waited since other rules held."""
        ...

    def refuse(self, work: Work, reason: str) -> None:
        """The work will not be done in this run: `robots_denied`, `robots_unreachable`, `out_of_scope:...`, or why its host was closed."""
        ...


@dataclass(slots=True)
class HostLine:
    """What waits for one host."""

    host: str
    known: dict[str, Source] = field(default_factory=dict)
    """Every source that has anything here."""
    sources: dict[str, Source] = field(default_factory=dict)
    """Those whose pages are still taken from the frontier."""
    urgent: deque[Work] = field(default_factory=deque)
    """robots.txt, seeds, redirects and retries."""
    pages: deque[Work] = field(default_factory=deque)
    handed: set[bytes] = field(default_factory=set)
    """Pages that the frontier keeps under this host and that were taken from it: their state is not committed yet."""
    blocked: set[str] = field(default_factory=set)
    """Schemes whose robots.txt cannot be reached: their pages are left where they are."""
    active: bool = False
    at: float | None = None
    """When it is looked at next: the time of its one entry in the heap that counts."""
    lent_at: float | None = None
    """`at` before the host was lent."""
    retry_at: float = 0.0
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
        run_budget: int = 0,
    ) -> None:
        self._frontier, self._pace, self._referee = frontier, pace, referee
        self._clock, self._wall, self._budget = clock, wall, budget
        self._run_budget = run_budget or UNBOUNDED
        self._lines: dict[str, HostLine] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._spent: dict[str, int] = {}
        self._spent_in_all = 0
        self.active = 0
        self.over_budget: set[str] = set()
        self.draining = False
        """Nothing more is taken from the frontier: what is under way is finished, and the run ends."""
        self.wake: Callable[[], None] = lambda: None

    # -- filling

    def add(self, work: Work) -> None:
        """Seeds, redirects, retries within the run."""
        line = self._line(work.host)
        if work.kind == "seed" and not work.hops:
            self._know(line, work.source)
        if line.closed:
            self._referee.refuse(work, line.closed)
            return
        line.urgent.append(work)
        self._queue(line)

    def add_source_hosts(self, source: Source, hosts: Iterable[str]) -> None:
        """Hosts with waiting pages of a source."""
        for host in hosts:
            line = self._line(host)
            self._know(line, source)
            line.sources[source.name] = source
            self._queue(line)

    def refresh(self, source: Source) -> None:
        """New candidates of the source were committed."""
        self.add_source_hosts(source, self._frontier.hosts(source.name))
        self.wake()

    def release(self, candidate: Candidate) -> None:
        """The page's state is committed: the frontier speaks for it again."""
        line = self._lines.get(candidate.host)
        if line is not None:
            line.handed.discard(candidate.id)

    def retry_later(self, host: str, seconds: float) -> None:
        """A page that the frontier keeps under the host waits that long: look again then, where this run has the patience."""
        if seconds > RETRY_WINDOW:
            return
        line, now = self._line(host), self._clock()
        at = now + seconds
        line.retry_at = min(at, line.retry_at) if line.retry_at > now else at
        self._queue(line, line.retry_at)

    def _know(self, line: HostLine, source: Source) -> None:
        """A host of several sources is asked as slowly as the most careful of them says."""
        if source.name in line.known:
            return
        line.known[source.name] = source
        if any(one.delay is not None for one in line.known.values()):
            delays = [self._pace.delay if one.delay is None else one.delay for one in line.known.values()]
            self._pace.set_delay(line.host, max(delays))

    # -- handing out

    def next(self) -> tuple[Work | None, float | None]:
        """Work that may be done now, or null and the seconds until some may be (null where nothing waits for time)."""
        now = self._clock()
        while self._heap:
            at, _order, host = self._heap[0]
            line = self._lines[host]
            if at != line.at:  # it was queued anew for an earlier time, and that entry is gone by
                heapq.heappop(self._heap)
                continue
            ready = self._pace.ready_at(host)
            if ready > at:  # its pace slowed down while it was in the heap
                line.at = ready
                heapq.heapreplace(self._heap, (ready, next(self._order), host))
                continue
            if at - now > HOST_WAIT:
                closed = self._pace.closed(host, now)
                self.close(host, closed.reason if closed is not None else "host_backoff")
                continue
            if at > now:
                return None, at - now
            heapq.heappop(self._heap)
            line.at = None
            work, more = self._look_for_work(line)
            if work is not None:
                self.active += 1
                self._pace.started(host, now)
                return work, None
            if more:
                self._queue(line)
                return None, 0.0
            if line.retry_at > now:
                self._queue(line, line.retry_at)
        return None, None

    def _look_for_work(self, line: HostLine) -> tuple[Work | None, bool]:
        """The line is active meanwhile: a refusal may commit, and what is committed may queue lines."""
        line.active = True
        work = None
        try:
            work, more = self._work_of(line)
        finally:
            line.active = work is not None
        return work, more

    def _work_of(self, line: HostLine) -> tuple[Work | None, bool]:
        """The line's next work; or null, and whether there may be more of it in a moment."""
        for _ in range(REFUSALS):
            if line.closed:
                return None, False
            taken = not line.urgent
            if line.urgent:
                work = line.urgent.popleft()
            else:
                if not line.pages:
                    self._refill(line)
                if not line.pages:
                    return None, False
                work = line.pages.popleft()
            if work.host != line.host:  # its redirects have led elsewhere
                self.add(work)
                continue
            if not self._affordable(work):
                continue
            verdict = self._referee.scope_verdict(work)
            if verdict is not None:
                self._referee.refuse(work, f"out_of_scope:{verdict}")
                continue
            verdict = self._referee.robots_verdict(work) if work.kind != "robots" else None
            if verdict in ("ask", "wait"):
                line.urgent.appendleft(work)
                if verdict == "wait":
                    return None, False
                return Work(kind="robots", url=work.origin + "/robots.txt", source=work.source, seed_url=work.origin), False
            if verdict == "unreachable" and taken and work.candidate is not None and scheme_of(work.candidate.url) == scheme_of(work.url):
                line.blocked.add(scheme_of(work.url))
                self.release(work.candidate)
                continue
            if verdict is not None:
                self._referee.refuse(work, "robots_denied" if verdict == "deny" else "robots_unreachable")
                continue
            if _is_first_try(work):
                self._spent[work.source.name] = self._spent.get(work.source.name, 0) + 1
                self._spent_in_all += 1
            return work, False
        return None, True

    def _affordable(self, work: Work) -> bool:
        """Several hosts may have taken pages of a source before its budget was spent: the rest go back."""
        if not _is_first_try(work) or (self._left(work.source) > 0 and not self.draining):
            return True
        assert work.candidate is not None
        if not self.draining:
            self.over_budget.add(work.source.name)
        self.release(work.candidate)
        return False

    def _left(self, source: Source) -> int:
        return min(self._budget(source) - self._spent.get(source.name, 0), self._run_budget - self._spent_in_all)

    def _refill(self, line: HostLine) -> None:
        """The next pages of each source in turns: one that has a hundred thousand waiting does not delay the ten of another."""
        now = self._wall()
        batches: list[list[Work]] = []
        if self.draining:
            return
        for name, source in list(line.sources.items()):
            left = self._left(source)
            if left <= 0:
                self.over_budget.add(name)
                del line.sources[name]
                continue
            if line.blocked >= SCHEMES:
                continue
            found = self._frontier.take(name, line.host, now=now, limit=min(BATCH, left), skip=line.handed, not_of=line.blocked)
            if not found:
                self._watch_due(line, name, now)
            line.handed.update(candidate.id for candidate in found)
            batches.append([self.page_work(candidate, source) for candidate in found])
        line.pages.extend(work for turn in itertools.zip_longest(*batches) for work in turn if work is not None)

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

    def lend(self, host: str) -> bool:
        """Whether somebody else may ask the host for something now; then the line is busy until `finished`, or `give_back`."""
        line = self._line(host)
        if line.active or line.closed:
            return False
        line.active, line.lent_at, line.at = True, line.at, None
        self.active += 1
        return True

    def give_back(self, host: str) -> None:
        """The host was lent, and nothing was asked: its line waits for the same time as before."""
        line = self._line(host)
        line.active = False
        self.active -= 1
        if line.lent_at is not None:
            self._queue(line, line.lent_at)

    def poke(self, host: str) -> None:
        """What the host's work waited for is known now."""
        self._queue(self._line(host))
        self.wake()

    def close(self, host: str, reason: str) -> None:
        """Ask this host nothing more in this run. Its pages stay in the frontier; its seeds are refused, with the reason."""
        line = self._line(host)
        line.closed = line.closed or reason
        line.at = None
        left = list(line.urgent)
        line.urgent.clear()
        for work in (*left, *line.pages):
            if work.candidate is not None:
                self.release(work.candidate)
        line.pages.clear()
        for work in left:
            if work.kind != "page":
                self._referee.refuse(work, reason)

    def left_alone(self) -> Iterator[tuple[str, str, str | None, str]]:
        """Source, host, scheme (null: any) and reason of the pages that this run was not allowed to get to."""
        for line in self._lines.values():
            for source in line.known:
                if line.closed:
                    yield source, line.host, None, line.closed
                for scheme in sorted(line.blocked):
                    yield source, line.host, scheme, "robots_unreachable"

    def busy(self) -> bool:
        """Something is under way or waits for its time within this run."""
        return self.active > 0 or bool(self._heap)

    def waiting_for(self) -> tuple[str, float] | None:
        """The host that may be asked next, and in how many seconds: for the progress display."""
        while self._heap and self._heap[0][0] != self._lines[self._heap[0][2]].at:
            heapq.heappop(self._heap)
        if not self._heap:
            return None
        at, _order, host = self._heap[0]
        return host, max(0.0, max(at, self._pace.ready_at(host)) - self._clock())

    def _line(self, host: str) -> HostLine:
        if host not in self._lines:
            self._lines[host] = HostLine(host)
        return self._lines[host]

    def _queue(self, line: HostLine, at: float | None = None) -> None:
        if line.active or line.closed:
            return
        if at is None:
            at = max(self._clock(), self._pace.ready_at(line.host))
        if line.at is None or at < line.at:
            line.at = at
            heapq.heappush(self._heap, (at, next(self._order), line.host))


def _is_first_try(work: Work) -> bool:
    """It was taken from the frontier just now, and no redirect has moved it on since."""
    return work.candidate is not None and work.hops == work.candidate.hops
