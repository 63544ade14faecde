"""Who is asked next, and when? Scrapy's scheduler over the frontier.

One request at a time per host, and the next not before the host's pace allows: so nothing waits inside Scrapy's downloader, and a stop
is a matter of the few requests under way, whatever the delay is. Hosts take turns by the time at which they may be asked, which is fair
between sources however many URLs one of them has waiting. Seeds go before pages, pages by rank, and what pages need fills the time that
pages leave.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.session import RunSession

logger = logging.getLogger(__name__)


class FrontierScheduler(BaseScheduler):
    """Hands out what `Lines` has ready. Without a run (in `scrapy shell`) it is a plain queue."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._plain: deque[Request] = deque()
        self._session: RunSession | None = None
        self._wake: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """As Scrapy makes it."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Find the run of the spider; `scrapy shell` (KEEP_ALIVE) has none."""
        if self._crawler.settings.getbool("KEEP_ALIVE"):
            return
        session = getattr(spider, "session", None)
        if session is None and hasattr(spider, "open_session"):
            session = spider.open_session()
        self._session = session
        if session is not None:
            session.lines.wake = self.wake_now
            session.on_open()

    def close(self, reason: str) -> None:
        """Nothing to keep: what waits is in the frontier."""
        if self._wake is not None:
            self._wake.cancel()
        if self._session is not None:
            self._session.lines.wake = lambda: None  # the last commits come when no loop runs any more

    def has_pending_requests(self) -> bool:
        """Whether the run goes on: something waits for its time, or for the commit that announces it."""
        if self._plain:
            return True
        session = self._session
        return session is not None and not session.stopping and (session.busy() or session.spool.waiting)

    def enqueue_request(self, request: Request) -> bool:
        """For requests that are not the frontier's: `scrapy shell`, `scrapy fetch`."""
        self._plain.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request that may be made now; else null, and the engine is woken when one may."""
        if self._plain:
            return self._plain.popleft()
        session = self._session
        if session is None or session.stopping or not session.ready_for_more():
            return None
        try:
            work, wait = session.next_work()
        except Exception as error:  # what is raised here, Scrapy logs and forgets: the run would wait for ever
            session.broken(error)
            return None
        if work is None:
            self._wake_in(wait)
            return None
        try:
            return session.request(work)
        except Exception as error:
            session.spider.on_unaskable(work, error)
            self.wake_now()
            return None

    def wake_now(self) -> None:
        """Something became ready: let the engine ask."""
        self._wake_in(0.0)

    def _wake_in(self, seconds: float | None) -> None:
        if seconds is None:
            return
        loop = asyncio.get_running_loop()
        at = loop.time() + max(0.0, seconds)
        if self._wake is not None:
            if self._wake.when() <= at:
                return
            self._wake.cancel()
        self._wake = loop.call_at(at, self._ask)

    def _ask(self) -> None:
        self._wake = None
        engine = self._crawler.engine
        slot = getattr(engine, "_slot", None)  # Scrapy has no public way to say "ask the scheduler again" but its 5 s heartbeat
        if slot is not None and slot.closing is None:
            slot.nextcall.schedule()
