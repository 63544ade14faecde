"""When may a host be asked for the next file that a page needs?

Files come soon after each other, as a browser asks for them, where pages keep their distance. Both share the host: one request at a time,
`Crawl-delay`, `Retry-After` and 429 hold for both, and a host that cannot be connected to is left alone by both. But a file that fails for
itself (a broken picture service answers 502 behind a name whose pages are well) holds up files, and no page.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.manners import MAX_LATENCY_PAUSE, HostPace

FAILURES = 5  # in a row, after which a host is asked for no more files in this run
_BACKOFF = 1.0
_HOST_IS_DEAD = frozenset({"dns", "connect", "tls"})
_UNWELL = frozenset({502, 503, 504})


@dataclass(slots=True)
class _Files:
    ready: float = 0.0
    failures: int = 0


class LightPace:
    """The pace of files, beside that of pages."""

    def __init__(self, pace: HostPace, delay: float) -> None:
        self._pace, self._delay = pace, delay
        self._hosts: dict[str, _Files] = {}  # only those that were asked for files in this run: the run's limit bounds them

    def delay_of(self, host: str) -> float:
        """Seconds between two files: our own small delay, never longer than that of pages, but for a `Crawl-delay`."""
        return max(min(self._delay, self._pace.delay_of(host)), self._pace.crawl_delay_of(host))

    def ready_at(self, host: str) -> float:
        """The time from which the host may be asked for a file."""
        own = self._hosts.get(host)
        return max(own.ready if own is not None else 0.0, self._pace.trouble_until(host))

    def closed(self, host: str, now: float) -> str | None:
        """Why the host is asked for no more files in this run; null where it may be."""
        found = self._pace.closed(host, now)
        if found is not None:
            return found.reason
        own = self._hosts.get(host)
        return "failing" if own is not None and own.failures >= FAILURES else None

    def started(self, host: str, now: float) -> None:
        """A request goes out."""
        self._pace.started(host, now)

    def finished(
        self, host: str, now: float, *, status: int | None, retry_after: float | None, latency: float, reason: str | None = None
    ) -> None:
        """The answer ended, or none came (`status` null, and `reason` the name of the failure)."""
        own = self._hosts.setdefault(host, _Files())
        pause = self.delay_of(host)
        own.ready = now + (max(pause, min(latency, MAX_LATENCY_PAUSE)) if pause > 0 else 0.0)
        if status == 429 or (status == 503 and retry_after) or (status is None and reason in _HOST_IS_DEAD):
            self._pace.finished(host, now, status=status, retry_after=retry_after, latency=latency)
            return
        self._pace.given_back(host, now)
        if status is None or status in _UNWELL:
            own.failures += 1
            own.ready = max(own.ready, now + max(pause, _BACKOFF) * 2.0**own.failures)
        else:
            own.failures = 0

    def released(self, host: str, now: float) -> None:
        """The request was given up by us, and says nothing of the host."""
        self._hosts.setdefault(host, _Files()).ready = now + self.delay_of(host)
        self._pace.given_back(host, now)
