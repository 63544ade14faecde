"""What is done with each answer? The one generic spider: seeds → candidates → pages.

Each source is a spider of its name (crawler/loader.py makes the classes); `warchive crawl` runs one spider over all its sources. What to
ask comes from the scheduler; every exchange is kept before anything is read from it. Pages and robots.txt are dealt with here, seeds in
crawler/seedanswers.py, what pages need in crawler/requisites.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.http import split_interim
from archive.model import Capture, CaptureRef
from crawler import blocks, outcomes
from crawler.answer import Judgement
from crawler.failures import FetchFailed
from crawler.home import leads_home
from crawler.robotsfile import MAX_HOPS
from crawler.session import RunSession
from crawler.sources import Source
from crawler.told import extraction_params
from crawler.work import Work
from pipelines.stages import PageItem

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

BLOCKING = frozenset({401, 402, 403, 405, 406, 418, 428, 429, 451, 503})
"""Statuses under which blocks are served; those under 2xx are found by who reads the page."""

Rest = Callable[[], Awaitable[PageItem | None]]


class SourceSpider(Spider):
    """Asks the publishers of a run."""

    name = "warchive"
    source: ClassVar[Source | None] = None
    session: RunSession

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> SourceSpider:
        """With `session=` from `warchive crawl`; without, `scrapy crawl NAME` opens one when the scheduler opens."""
        spider: SourceSpider = super().from_crawler(crawler, *args, **kwargs)
        if getattr(spider, "session", None) is not None:
            spider.session.spider = spider
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """With what `warchive.toml` says, for Scrapy's own commands; `warchive crawl` has set it already."""
        super().update_settings(settings)
        if cls.source is not None:
            from crawler.loader import configured
            from crawler.run import settings_for, user_agent

            config = configured(settings)
            settings.setdict(settings_for(config, user_agent(config.contact)), priority="spider")

    def open_session(self) -> RunSession | None:
        """For `scrapy crawl NAME`: a run of this one source, published when the spider closes."""
        if self.source is None or type(self).start is not SourceSpider.start:  # `scrapy fetch` asks for its own URL, by such a method
            return None
        from crawler.run import open_for_scrapy

        self.session = open_for_scrapy(self.crawler, self.source)
        self.session.spider = self
        return self.session

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the scheduler has the seeds."""
        return
        yield

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Nothing: for the foreign requests of `scrapy shell` and `scrapy fetch`, which call it."""

    async def on_response(self, response: Response) -> AsyncIterator[PageItem]:
        """Keep the exchange, free the host for its next request, then go on from what was kept."""
        work: Work = response.meta["work"]
        latency = float(response.meta.get("download_latency", 0.0))
        rest = self._free_host_after(work, lambda: self._keep(work, response.meta["capture"], latency))
        if rest is None:
            return
        try:
            item = await rest()
        except Exception:
            self._fault(work)
            return
        if item is not None:
            yield item

    async def on_failure(self, failure: Failure) -> None:
        """No usable answer: keep what came, and give the work its outcome."""
        request: Request = failure.request  # type: ignore[attr-defined]
        work: Work = request.meta["work"]
        rest = self._free_host_after(work, lambda: self._failed(work, failure.value, request.meta.get("capture")))
        if rest is not None:
            await rest()

    def on_unaskable(self, work: Work, error: Exception) -> None:
        """No request could be made of the URL: as if it had been asked for in vain."""
        self._free_host_after(work, lambda: self._failed(work, FetchFailed("malformed", f"no URL that can be asked for: {error}"), None))

    def _free_host_after(self, work: Work, step: Callable[[], Rest | None]) -> Rest | None:
        try:
            return step()
        except Exception:
            self._fault(work)
            return None
        finally:
            self.session.freed(work.host)

    def _fault(self, work: Work) -> None:
        logger.exception("could not handle the answer of %s", work.url.encode("unicode_escape").decode("ascii"))
        self._given_up(work)

    def _given_up(self, work: Work) -> None:
        """For an error of ours. A page stays undecided, and waits for the next run; nothing else may wait for ever, or pass for read."""
        self.session.faults += 1
        if work.kind not in ("page", "requisite") and self.session.stopping is None:
            self.session.refuse(work, "internal_error")

    # -- an answer

    def _keep(self, work: Work, capture: Capture, latency: float) -> Rest | None:
        session = self.session
        judgement, message = session.judge(work, capture)
        retry_after = session.paced(
            work, status=message.status if message else None, message=message, latency=latency, address=capture.ip_address
        )
        block = None
        if message is not None and message.status in BLOCKING:
            block = blocks.reason_of(capture, message)
        if work.kind == "page":
            return self._keep_page(work, capture, judgement, retry_after, block)
        if work.kind == "requisite":
            return session.requisites.keep(work, capture, judgement, retry_after)
        if work.kind == "seed":
            return session.seed_answers.keep(work, capture, judgement, message, block, retry_after)
        return self._keep_robots(work, capture, judgement)

    def _failed(self, work: Work, error: BaseException | None, capture: Capture | None) -> Rest | None:
        session = self.session
        if not isinstance(error, FetchFailed):  # the engine's stop, or a fault of ours: says nothing of the host
            session.released(work)
            if session.stopping is None:
                self._given_up(work)
                logger.error("%s: %r", work.url.encode("unicode_escape").decode("ascii"), error)
            return None
        session.unanswered(work, error)
        if session.stopping is not None:
            return None  # cut short by the stop: the page waits for the next run
        if work.kind == "page":
            effect, done = session.fail(work, error.reason, retry=error.transient)
            self._enter(work, capture, effect, done)
        elif work.kind == "requisite":
            session.requisites.failed(work, error.reason, transient=error.transient, capture=capture)
        elif work.kind == "robots":
            self._enter(work, capture, None, None)
            session.robots.learn(work.seed_url, None)
            session.robots_known(work.seed_url, barred=error.reason)
        else:
            self._enter(work, capture, None, None)
            session.seed_answers.failed(work, error.reason, str(error), retry=error.transient)
        return None

    def _enter(self, work: Work, capture: Capture | None, effect: Any, done: Any) -> None:
        if capture is not None:
            self.session.receive(work, capture, effect=effect, done=done)
        elif effect is not None:
            self.session.spool.enqueue(effect, done)
            self.session.soon()

    # -- pages

    def _keep_page(self, work: Work, capture: Capture, judgement: Judgement, retry_after: float | None, block: str | None) -> Rest | None:
        session, frontier = self.session, self.session.frontier
        candidate = work.candidate
        assert candidate is not None
        release = session.releaser(candidate)
        original = session.earlier.original_for(work, capture, judgement)
        if judgement.what == "follow":
            self._follow(work, capture, judgement)
        elif judgement.what == "unchanged" or (original is not None and judgement.what == "keep"):
            session.pace.unblocked(work.host)
            session.receive(work, capture, original=original, effect=frontier.unchanged(candidate), done=release)
        elif block is not None and judgement.what == "retry" and block == "rate_limited":
            failed, done = session.fail(work, judgement.reason or "unknown", retry=True, retry_after=retry_after, block=block)
            session.receive(work, capture, effect=failed, done=done)
        elif block is not None:
            blocked, done = session.blocked(work, block, retry_after=retry_after)
            session.receive(work, capture, effect=blocked, done=done)
        elif judgement.what in ("retry", "fail"):
            failed, done = session.fail(work, judgement.reason or "unknown", retry=judgement.what == "retry", retry_after=retry_after)
            session.receive(work, capture, effect=failed, done=done)
        else:
            return self._keep_new_page(work, capture)
        return None

    def _keep_new_page(self, work: Work, capture: Capture) -> Rest | None:
        session, frontier = self.session, self.session.frontier
        candidate = work.candidate
        assert candidate is not None
        captured = frontier.captured(candidate, final_url=capture.url)
        params = extraction_params(
            work,
            capture,
            max_decoded_bytes=session.config.limits.max_decoded_bytes,
            now=session.today(),
            requisites=session.requisites.wanted_of(work.source),
        )
        rows: list[int] = []
        wanted = session.options.extract

        def effect(db: Any, row: int) -> None:
            rows.append(row)
            captured(db, row)
            if not wanted:
                frontier.finish(candidate.id, work.source.name, outcomes.CAPTURED)(db, row)

        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def done(error: Any) -> None:
            session.lines.release(candidate)
            if not future.done():
                future.set_result(error is None)

        told = {"page": candidate.id.hex(), "source": work.source.name, "params": params, "article": candidate.article}
        task = told if wanted else None
        ref = session.receive(work, capture, effect=effect, task=task, done=done)
        if ref is None:
            return None
        if not wanted:
            return lambda: session.requisites.of_unread(split_interim(capture.response)[1], capture.url, work.source)
        kept: CaptureRef = ref
        session.extracting += 1

        async def rest() -> PageItem | None:
            if not await future:
                session.extracting -= 1
                return None
            return session.page_item(work, kept, rows[0], capture, params)

        return rest

    def _follow(self, work: Work, capture: Capture, judgement: Judgement) -> None:
        session, frontier = self.session, self.session.frontier
        candidate, target = work.candidate, judgement.target
        assert candidate is not None
        assert target is not None
        release = session.releaser(candidate)
        refused = session.scopes[work.source.name].in_scope(target)
        ahead = work.at(target, permanent=judgement.permanent)
        # What the command line names is followed whatever is known of the target: `capture` keeps it now.
        state = None if session.options.force else frontier.state_of(target)
        same = frontier.is_same(candidate, target)
        if not session.options.force and not same and leads_home(work.url, target, work.source.homepage):
            effect, done = session.blocked(work, "redirected_home")
            session.receive(work, capture, effect=effect, done=done)
        elif refused is not None:
            effect = frontier.finish(candidate.id, work.source.name, outcomes.name(outcomes.OUT_OF_SCOPE, f"redirect:{refused}"))
            session.receive(work, capture, effect=effect, done=release)
        elif not same and state is not None and not frontier.leads_on(candidate, target):
            if candidate.recheck and not ahead.permanent:  # for now: our article is asked again when its time comes
                effect = frontier.finish(candidate.id, work.source.name, outcomes.REDIRECTED)
            else:
                effect = frontier.lead_away(candidate, target, outcomes.MOVED if candidate.recheck else outcomes.REDIRECTED)
            session.receive(work, capture, effect=effect, done=release)
        else:
            moved = candidate.recheck and ahead.permanent and frontier.is_elsewhere(candidate, target)
            session.receive(work, capture, effect=frontier.hop(candidate, target, moved=moved))
            session.lines.add(ahead)

    # -- robots.txt

    def _keep_robots(self, work: Work, capture: Capture, judgement: Judgement) -> Rest | None:
        session = self.session
        original = session.earlier.original_for(work, capture, judgement)
        if judgement.what == "follow" and work.hops < MAX_HOPS and judgement.target is not None:
            session.receive(work, capture)
            session.lines.add(work.at(judgement.target, permanent=judgement.permanent))
            return None
        effect = session.robots.learn(work.seed_url, None if judgement.reason == "malformed" else capture)
        session.receive(work, capture, original=original, effect=effect)
        session.backfill.learn_roots(work.source, session.robots.sitemaps(work.seed_url))
        session.robots_known(work.seed_url)
        return None
