"""What does a run do about the files that its pages need? Enter what pages and sheets name, ask for it, keep it, give it its outcome.

An answer is kept together with what follows from it: a style sheet is read in a child first, and what it names is entered in the
transaction of its capture. So a killed run owes the rest to the next one, and nothing is captured twice for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from archive.http import split_interim
from archive.model import Capture
from archive.spool import Effect
from archive.warc import Original
from crawler import outcomes as page_outcomes
from crawler import requisite_outcomes as outcomes
from crawler.answer import Judgement, retry_delay
from crawler.failures import FetchFailed
from crawler.lightpace import LightPace
from crawler.requisite_book import Needed, RequisiteBook
from crawler.requisite_counts import close_run
from crawler.requisite_lines import RequisiteLines
from crawler.sources import Source
from crawler.work import Work, origin_of
from pipelines.pool import ChildFailed
from pipelines.stages import PageItem

if TYPE_CHECKING:
    from crawler.session import RunSession

READ_SHEET = "pipelines.stylesheet:stylesheet_task"
READ_PAGE = "pipelines.requisites:requisites_task"
TIMEOUT = 30.0  # seconds for a whole exchange: a host is asked for one thing at a time, and its pages wait meanwhile
_MAX_SHEET_BYTES = 16 << 20

Rest = Callable[[], Awaitable[None]]


class RunRequisites:
    """Those of one run."""

    def __init__(self, session: RunSession, *, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self._session, self._clock, self._wall = session, clock, wall
        self._limits = session.config.requisites
        self.book = RequisiteBook(session.ledger, session.spool.run, self._limits, wall=wall, catalogue=session.catalogue)
        self.pace = LightPace(session.pace, self._limits.delay)
        self.lines = RequisiteLines(
            self.book,
            self.pace,
            session.lines,
            sources=session.sources,
            limits=self._limits,
            robots_verdict=session.robots.verdict,
            queue=session.spool.enqueue,
            clock=clock,
            wall=wall,
        )

    def wanted_of(self, source: Source) -> str:
        """What is taken beside the pages of the source."""
        return self._limits.take if source.requisites is None else source.requisites

    # -- what pages need

    def begin(self) -> None:
        """What earlier runs owe."""
        self._session.spool.enqueue(self.book.take_up(set(self._session.sources)))
        self._session.soon()

    def of_page(self, item: PageItem, group: str) -> Effect | None:
        """For `Workshop.needs`: what an article's page names; with `warchive capture` that of every page."""
        return needs_of(self.book, item, group, every_page=self._session.options.force)

    async def of_unread(self, payload: bytes, url: str, source: Source) -> None:
        """Of a page of which no text is made."""
        wanted = self.wanted_of(source)
        if wanted == "none":
            return
        params = {"url": url, "wanted": wanted, "max_decoded_bytes": self._session.config.limits.max_decoded_bytes}
        try:
            found = await asyncio.wrap_future(self._session.pool.submit(READ_PAGE, payload, params))
        except ChildFailed:
            return
        await self._session.commits.durable(
            lambda done: self._session.spool.enqueue(self.book.enter(found["requisites"], source=source.name, via=url), done)
        )

    def committed(self) -> None:
        """Look at what was entered."""
        if self.book.news:
            news, self.book.news = self.book.news, set()
            self.lines.look(news)

    def close(self, reason: str) -> Effect:
        """What is undecided at the end of the run is owed."""
        return close_run(self._session.spool.run, "run_limit" if self.lines.full else reason)

    # -- asking

    def headers(self, work: Work) -> dict[str, str]:
        """As a browser's: what is taken, and which page asks (to another origin, its origin alone)."""
        assert work.needed is not None
        via, origin = work.needed.via, origin_of(work.needed.via)
        return {"Accept": "*/*", "Referer": via.split("#")[0] if origin_of(work.url) == origin else f"{origin}/"}

    def meta(self) -> dict[str, Any]:
        """For crawler/wire.py: how much and how long."""
        return {
            "max_response_bytes": min(self._limits.max_bytes, self._session.config.limits.max_response_bytes),
            "download_timeout": min(TIMEOUT, self._session.config.limits.timeout),
        }

    # -- what came back

    def keep(self, work: Work, capture: Capture, judgement: Judgement, retry_after: float | None) -> Rest | None:
        """Enter an answer; returns what is left to do once the host is free again."""
        session, needed, size = self._session, work.needed, len(capture.response)
        assert needed is not None
        self.lines.bytes += size
        original = session.earlier.original_for(work, capture, judgement)
        if judgement.what == "follow" and judgement.target is not None:
            self._receive(work, capture, self.book.redirected(needed, judgement.target))
        elif judgement.what == "retry":
            wait = retry_delay(needed.tries, retry_after)
            self._receive(work, capture, self._again(needed, judgement.reason or "unknown", wait))
        elif judgement.what != "keep":
            outcome = outcomes.name(outcomes.FAILED, judgement.reason or "http_304")
            self._receive(work, capture, self.book.decide(needed, outcome, size=size))
        else:
            kept = self.book.decide(needed, outcomes.UNCHANGED if original else outcomes.CAPTURED, size=size)
            if needed.what == "style":
                session.reading += 1
                return lambda: self._keep_sheet(work, capture, kept, original)
            self._receive(work, capture, kept, original=original)
        return None

    async def _keep_sheet(self, work: Work, capture: Capture, kept: Effect, original: Original | None) -> None:
        session, needed = self._session, work.needed
        assert needed is not None
        entered: Effect = _nothing
        limit = min(_MAX_SHEET_BYTES, session.config.limits.max_decoded_bytes)
        params = {"url": capture.url, "max_decoded_bytes": limit}
        try:
            found = await asyncio.wrap_future(session.pool.submit(READ_SHEET, split_interim(capture.response)[1], params))
            entered = self.book.enter(
                found["names"], source=needed.source, via=needed.via, page=needed.page, named_by=capture.url, path=needed.path
            )
        except ChildFailed:
            if session.abandoned:  # the run is cut short: the sheet is asked for again, for what it names
                return
        finally:
            session.reading -= 1
            session.lines.wake()

        def both(db: Any, row: int) -> None:
            kept(db, row)
            entered(db, row)

        self._receive(work, capture, both, original=original)

    def failed(self, work: Work, reason: str, *, transient: bool, capture: Capture | None) -> None:
        """No usable answer came."""
        needed = work.needed
        assert needed is not None
        if transient:
            effect = self._again(needed, reason, retry_delay(needed.tries, None))
        else:
            effect = self.book.decide(needed, outcomes.name(outcomes.FAILED, reason))
        if capture is not None:
            self._receive(work, capture, effect)
        else:
            self._session.spool.enqueue(effect, lambda _error: self.lines.committed(needed))
            self._session.soon()

    def paced(self, work: Work, *, status: int | None, retry_after: float | None, latency: float, error: FetchFailed | None = None) -> None:
        """Tell the pace of files."""
        reason = error.reason if error is not None else None
        self.pace.finished(work.host, self._clock(), status=status, retry_after=retry_after, latency=latency, reason=reason)

    def _again(self, needed: Needed, reason: str, wait: float) -> Effect:
        self.lines.later(needed, wait)
        return self.book.retry(needed, reason, due=self._wall() + wait)

    def _receive(self, work: Work, capture: Capture, effect: Effect, *, original: Original | None = None) -> None:
        needed = work.needed
        assert needed is not None
        self._session.receive(work, capture, original=original, effect=effect, done=lambda _error: self.lines.committed(needed))


def needs_of(book: RequisiteBook, item: PageItem, group: str, *, every_page: bool = False) -> Effect | None:
    """What the page of a finished extraction needs; null where it needs nothing, or is none of which more is kept."""
    names = item.result.get("requisites")
    if not names or (group == page_outcomes.NOT_ARTICLE and not every_page):
        return None
    return book.enter(names, source=item.ref.source or "", via=item.ref.url)


def _nothing(_db: Any, _row: int) -> None:
    """No effect."""
