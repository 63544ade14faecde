"""What did each host see of us, and were we polite? The world's own log, written where the requests arrive."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.month.world import Answer, World

SLACK = 1e-3
ROBOTS_FRESH = 24 * 3600.0 + 3600.0  # a robots.txt may be used for a day (RFC 9309 §2.4), and a run that began with it may go on


@dataclass(slots=True)
class HostLog:
    """Of one host."""

    under_way: int = 0
    ended: float = float("-inf")
    not_before: float = float("-inf")
    not_before_by_our_clock: float = float("-inf")
    requests: int = 0


@dataclass(slots=True)
class Gate:
    """All requests pass here. Times are those of the world, not of our clock."""

    world: World
    delay: float
    hosts: dict[str, HostLog] = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=dict)
    """Rule → cases in which it was broken."""
    closest: float = float("inf")
    """Least gap between an answer and the next request to the same host."""
    kinds: dict[str, int] = field(default_factory=dict)
    """Requests by kind of work."""
    answers: dict[str, int] = field(default_factory=dict)
    """Answers by status, and how many of them named a time in Retry-After."""
    told_closed: dict[int, float] = field(default_factory=dict)
    """Site → when we first read that its robots.txt is closed: what was read before holds for a day."""
    run: str = ""
    served: dict[tuple[int, int], list[tuple[float, float, int, bool]]] = field(default_factory=dict)
    """(Site, story) → each time it was served: the world's time, our clock's, edits so far, and whether its text was all there."""

    def enters(self, host: str, path: str, kind: str, now: float, clock: float) -> None:
        """A request begins."""
        log = self.hosts.setdefault(host, HostLog())
        if log.under_way:
            self._breaks("one connection a host", host, path, now)
        gap = now - log.ended
        self.closest = min(self.closest, gap)
        if gap < self.delay - SLACK:
            self._breaks("delay between requests", host, path, now, f"{gap:.3f} s after the answer before")
        # A clock that leapt ahead between two runs has told us that the time is over.
        if now < log.not_before - SLACK and clock < log.not_before_by_our_clock - SLACK:
            self._breaks("Retry-After", host, path, now, f"{log.not_before - now:.3f} s too early")
        site = self.world.site_of(host)
        if site is not None and kind != "robots":
            closed = self.world.trouble(site.number, now, "robots_closed")
            if closed is not None and now > closed.begin + ROBOTS_FRESH:
                self._breaks("robots.txt", host, path, now)
        if site is not None and kind == "robots" and self.world.trouble(site.number, now, "robots_closed"):
            self.told_closed.setdefault(site.number, now)
        log.under_way += 1
        log.requests += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def leaves(self, host: str, answer: Answer, now: float, clock: float) -> None:
        """Its answer is over."""
        log = self.hosts[host]
        log.under_way -= 1
        for name in (answer.failure or str(answer.status), *(["Retry-After"] if answer.retry_after is not None else [])):
            self.answers[name] = self.answers.get(name, 0) + 1
        log.ended = now
        wait = float("-inf") if answer.retry_after is None else answer.retry_after
        log.not_before, log.not_before_by_our_clock = now + wait, clock + wait

    def serves(self, site: int, answer: Answer, now: float, clock: float) -> None:
        """A story's page goes out."""
        if answer.story is not None:
            self.served.setdefault((site, answer.story.number), []).append((now, clock, answer.story.edits_by(now), not answer.teaser))

    def _breaks(self, rule: str, host: str, path: str, now: float, more: str = "") -> None:
        day = (now - self.world.start) / 86400
        self.broken.setdefault(rule, []).append(f"{host}{path[:40]} on day {day:.3f} in {self.run} {more}".strip())
