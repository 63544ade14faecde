"""What does one run hold together? Spool, frontier, children, counters, and what is done after each exchange.

The session lives in the reactor's thread. It is made by `crawler/run.py`, driven by the scheduler (what to ask) and by the one spider
(what came back), and knows nothing of locks, stores and exit codes.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request

from archive.catalogue import Catalogue
from archive.config import Config
from archive.errors import SpaceError, WarchiveError
from archive.http import split_interim
from archive.ledger import Ledger, translate
from archive.model import Announcement, Capture, CaptureRef, Message
from archive.spool import Effect, Spool
from archive.stories import Stories
from archive.urls import article_id
from archive.warc import Original
from crawler import outcomes
from crawler.addressbook import AddressBook
from crawler.answer import Judgement, head_of, judge, retry_delay
from crawler.backfill import Backfill
from crawler.cadence import CadenceLimits
from crawler.cdn import groups
from crawler.discoveries import Discoveries
from crawler.earlier import Earlier
from crawler.failures import FetchFailed
from crawler.frontier import Candidate, Frontier, host_of, settler
from crawler.gapseeker import GapSeeker
from crawler.groupcommit import GroupCommit
from crawler.indexes import Children
from crawler.lines import Lines
from crawler.manners import MAX_WAIT, HostPace, parse_retry_after
from crawler.options import Options
from crawler.ranking import read_date
from crawler.requisites import RunRequisites
from crawler.robotsfile import RobotsCache
from crawler.scope import Anywhere, Scope
from crawler.seedanswers import SeedAnswers
from crawler.seedbook import ROLLING
from crawler.sitelines import SiteLines
from crawler.source_file import scope_of
from crawler.sources import Source
from crawler.told import provenance
from crawler.work import Work
from pipelines.pool import ChildPool
from pipelines.stages import PageItem, Previous, VersionBefore, Workshop, latest_version

logger = logging.getLogger(__name__)

HAND_OVER_LOOK = 5.0  # seconds between two looks whether a long run has to hand over
# A page that is announced before it is everywhere answers 404 for minutes, sometimes for hours.
EARLY_PAUSES, EARLY_FOR = (1800.0, 7200.0, 21600.0, 57600.0), 86400.0
UNANSWERED = frozenset({"dns", "connect", "tls", "timeout", "reset", "no-response"})
BACKLOG_PER_WORKER = 4  # captured pages that may wait for a child; more would only be memory


@dataclass(slots=True)
class SourceCount:
    """For the progress display; the report counts from the database."""

    announced: int = 0
    fetched: int = 0
    articles: int = 0
    failed: int = 0


class RunSession:
    """One run while it runs."""

    def __init__(
        self,
        config: Config,
        sources: Sequence[Source],
        *,
        ledger: Ledger,
        spool: Spool,
        frontier: Frontier,
        catalogue: Catalogue,
        pool: ChildPool,
        user_agent: str,
        options: Options,
        stories: Stories | None = None,
        earlier_of: Callable[[Previous], VersionBefore | None] = lambda _previous: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.config, self.options, self.user_agent = config, options, user_agent
        self.sources = {source.name: source for source in sources}
        self.ledger, self.spool, self.frontier, self.catalogue, self.pool = ledger, spool, frontier, catalogue, pool
        self._clock, self._wall = clock, wall
        self.scopes: dict[str, Scope | Anywhere] = {source.name: Anywhere() if options.force else scope_of(source) for source in sources}
        self.children = Children(sources, {source.name: scope_of(source).seed_in_scope for source in sources})
        self.pace = HostPace(config.limits.delay)
        self.pace.load(frontier.host_states(), now=clock(), wall=wall())
        self.robots = RobotsCache(frontier, wall=wall, agent=user_agent, crawl_delay=self.pace.set_crawl_delay)
        self.lines = Lines(frontier, self.pace, self, clock=clock, wall=wall, budget=self._budget, run_budget=config.limits.max_run_pages)
        self.counts: dict[str, SourceCount] = {name: SourceCount() for name in self.sources}
        self.stopping: str | None = None
        self.abandoned = False
        self.faults = 0
        """Errors of our own in the callbacks: the run goes on, and ends with exit code 1."""
        self.error: WarchiveError | None = None
        self.on_stop: Callable[[], None] = lambda: None
        self.on_open: Callable[[], None] = lambda: None
        """Called when Scrapy's engine has opened the spider: the reactor runs."""
        self._tasks: set[asyncio.Future[Any]] = set()
        self.extracting = 0
        self.reading = 0
        """Captured pages that wait for a child, and seeds that are being read."""
        self.responses = 0
        self.wire_bytes = 0
        self._asked: set[tuple[str, str]] = set()
        self._began = clock()
        self.earlier = Earlier(frontier, ledger, catalogue)
        self.commits = GroupCommit(spool, failed=self._commit_failed, committed=self._committed)
        self.soon, self.commit = self.commits.soon, self.commits.now
        self.discoveries = Discoveries(
            frontier,
            catalogue,
            spool,
            self.commits,
            scopes=self.scopes,
            recheck=options.recheck,
            wall=wall,
            limits=CadenceLimits(shortest=config.schedule.seed_shortest, longest=config.schedule.seed_longest),
            refresh=self.lines.refresh,
            count=self._count_announced,
        )
        self.backfill = Backfill(
            ledger, spool, options.backfill, self.sources, ask=self.lines.add, may_ask=self.children.may_ask, soon=self.soon
        )
        self.gaps = GapSeeker(
            frontier,
            self.sources,
            self.discoveries,
            wall=wall,
            ask=self.ask_seed,
            may_ask=self.children.may_ask,
            sitemaps=self.robots.sitemaps,
        )
        self.memories = SiteLines(ledger, spool.run, lambda article: latest_version(article, ledger, catalogue.latest_version))
        self.seed_answers = SeedAnswers(self)
        self.requisites = RunRequisites(self, clock=clock, wall=wall)
        self.workshop = Workshop(
            pool=pool,
            spool=spool,
            ledger=ledger,
            find_previous=catalogue.latest_version,
            last_number=catalogue.last_number,
            run=spool.run,
            soon=self.soon,
            kept=self._on_kept,
            addresses=AddressBook(frontier),
            memories=self.memories,
            stories=stories,
            earlier_of=earlier_of,
            needs=self.requisites.of_page,
            abandoned=lambda: self.abandoned,
        )

    # -- lifecycle

    def begin(self, announcements: Sequence[Announcement] = ()) -> None:
        """Queue the seeds that are due, the pages that wait or are due again, and what the command line announced."""
        now = self._wall()
        everything = self.options.everything or self.options.recheck
        for source in self.sources.values():
            for seed in source.seeds:
                if everything or self.frontier.seeds.due(source.name, seed.url, now):
                    self.ask_seed(Work(kind="seed", url=seed.url, source=source, seed_url=seed.url, seed_type=seed.type))
            if self.options.recheck:
                self.spool.enqueue(self.frontier.recheck_all(source.name, now), self.discoveries.refresh_when_done(source))
                self.soon()
            elif not announcements:
                self.lines.refresh(source)
        for gap in self.frontier.seeds.open_gaps(list(self.sources)):
            self.gaps.seek(self.sources[gap.source])
        if self.options.backfill is not None:
            self.backfill.begin()
        self.requisites.begin()
        if not self.options.insists:
            self._began = self._clock()
            asyncio.get_running_loop().call_later(HAND_OVER_LOOK, self._look_for_others)
        if announcements:
            self.discoveries.announce_named(next(iter(self.sources.values())), announcements)

    def _look_for_others(self) -> None:
        """A run from cron that has lasted long hands over when a seed is due: a backlog of one source must not delay the others' news.

        What waits stays in the frontier, and the next tick asks the seeds first.
        """
        if self.stopping is not None or self.lines.draining:
            return
        if self._clock() - self._began >= self.config.schedule.hand_over:
            seeds = {(source.name, seed.url) for source in self.sources.values() for seed in source.seeds}
            if self.frontier.seeds.any_due(seeds, self._wall()):
                self.lines.draining = True
                return
        asyncio.get_running_loop().call_later(HAND_OVER_LOOK, self._look_for_others)

    def ask_seed(self, work: Work) -> None:
        """Once in a run."""
        key = (work.source.name, work.seed_url)
        if key not in self._asked:
            self._asked.add(key)
            self.lines.add(work)

    def is_due(self, source: Source, child: dict[str, Any]) -> bool:
        """Whether a sitemap of an index is to be asked: its lastmod is another one than last time, or its own time has come."""
        if self.options.everything or self.options.recheck or source.name in self.gaps.sought:
            return True
        state = self.frontier.seeds.state(source.name, child["url"])
        modified = child["modified"]
        today = datetime.fromtimestamp(self._wall(), UTC).strftime("%Y-%m-%d")
        if modified and state.marked == modified and not (len(modified) <= 10 and modified >= today):
            return False  # a day alone may go on changing while it lasts
        changed = bool(modified) and state.marked is not None and state.marked != modified
        return changed or self.frontier.seeds.due(source.name, child["url"], self._wall())

    def _budget(self, source: Source) -> int:
        return self.config.limits.max_pages_per_run if source.max_pages_per_run is None else source.max_pages_per_run

    def stop(self, reason: str, error: WarchiveError | None = None) -> None:
        """Ask for nothing more. The first reason counts."""
        if self.stopping is None:
            self.stopping, self.error = reason, error
            self.on_stop()

    def broken(self, error: BaseException) -> None:
        """Nothing can be handed out any more, for an error of ours or of the database."""
        logger.error("the run stops", exc_info=error)
        if isinstance(error, sqlite3.Error):
            error = translate(error, self.ledger.path)
        if isinstance(error, WarchiveError):
            self.stop("error", error)
            return
        self.faults += 1
        self.stop("error")

    def keep_task(self, task: asyncio.Future[Any]) -> None:
        """Hold a task until it is done: asyncio itself does not."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close_frontier(self) -> None:
        """Give every undecided URL of this run its reason, and commit."""
        tally = self.frontier.tally
        for source, host, scheme, reason in self.lines.left_alone():
            self.spool.enqueue(tally.close_host(source, host, reason, scheme=scheme))
        for name in self.lines.over_budget:
            self.spool.enqueue(tally.close_source(name, "budget"))
        for effect in self.gaps.judge(cut_short=self.stopping is not None):
            self.spool.enqueue(effect)
        self.spool.enqueue(self.frontier.keep_host_states(self.pace.dump(now=self._clock(), wall=self._wall())))
        self.spool.enqueue(self.memories.forget())
        reason = self.stopping or ("handed_over" if self.lines.draining else "next_run")
        self.spool.enqueue(tally.close_run(reason))
        self.spool.enqueue(self.requisites.close(reason))
        self.commit()

    # -- commits

    def _commit_failed(self, error: WarchiveError) -> None:
        self.stop("space" if isinstance(error, SpaceError) else "error", error)

    def _committed(self) -> None:
        if self.spool.bytes >= self.config.limits.max_spool_bytes:
            self.stop("spool_full")
        self.requisites.committed()
        self.lines.wake()  # a commit may have been all that the end of the run waited for

    def _count_announced(self, source: Source, new: int) -> None:
        self.counts[source.name].announced += new

    # -- asking

    def next_work(self) -> tuple[Work | None, float | None]:
        """What may be asked for now: pages and what leads to them, then what pages need. Else null, and the seconds until some may be."""
        work, wait = self.lines.next()
        if work is not None:
            return work, None
        work, other = self.requisites.lines.next()
        waits = [seconds for seconds in (wait, other) if seconds is not None]
        return work, min(waits, default=None)

    def busy(self) -> bool:
        """Something is under way or waits for its time within this run."""
        return self.lines.busy() or self.requisites.lines.busy()

    def waiting_for(self) -> tuple[str, float] | None:
        """The host that may be asked next, and in how many seconds."""
        found = [one for one in (self.lines.waiting_for(), self.requisites.lines.waiting_for()) if one is not None]
        return min(found, key=lambda one: one[1], default=None)

    def freed(self, host: str) -> None:
        """The exchange with the host is over; its pace was told."""
        self.requisites.lines.freed(host)
        self.lines.finished(host)

    def robots_known(self, origin: str, *, barred: str | None = None) -> None:
        """What waited for the robots.txt of the origin may go on; `barred`: why it could not be had."""
        host = host_of(origin)
        if barred is not None:
            self.requisites.lines.barred(host, barred)
        self.requisites.lines.look_again(host)
        self.lines.poke(host)

    def now(self) -> float:
        """The clock of paces and lines."""
        return self._clock()

    def extracted(self) -> None:
        """A page has left the stages, one way or the other."""
        self.extracting -= 1
        self.lines.wake()

    def ready_for_more(self) -> bool:
        """False while captured pages wait for a child: fetching on would only fill the memory."""
        return self.extracting < self.config.extraction.workers * BACKLOG_PER_WORKER

    def request(self, work: Work) -> Request:
        """The Scrapy request for this work."""
        spider = self.spider
        headers = self.requisites.headers(work) if work.kind == "requisite" else self.earlier.validators(work)
        return Request(
            work.url,
            callback=spider.on_response,
            errback=spider.on_failure,
            dont_filter=True,
            headers=headers,
            meta={
                "work": work,
                "capture_kind": work.kind,
                "allow_private": work.source.allow_private,
                "handle_httpstatus_all": True,
                **(self.requisites.meta() if work.kind == "requisite" else {}),
            },
        )

    spider: Any = None

    # -- the referee of Lines

    def robots_verdict(self, work: Work) -> str | None:
        """See `Referee`."""
        return self.robots.verdict(work.url)

    def scope_verdict(self, work: Work) -> str | None:
        """See `Referee`."""
        return self.scopes[work.source.name].in_scope(work.url) if work.kind == "page" else None

    def refuse(self, work: Work, reason: str) -> None:
        """See `Referee`. A seed that is refused is a named failure, never an empty success."""
        if work.kind == "robots":  # it was redirected to a host that is closed
            self.robots.learn(work.seed_url, None)
            self.robots_known(work.seed_url)
        elif work.kind == "seed":
            self.spool.enqueue(self.discoveries.visit_effect(work, status=reason, detail=None))
            if work.backfill:  # the walk goes on past it
                self.spool.enqueue(
                    self.backfill.failed(work, reason), lambda error: self.backfill.go_on(work.source) if error is None else None
                )
        elif work.candidate is not None:
            if reason == outcomes.ROBOTS_DENIED or outcomes.group_of(reason) == outcomes.OUT_OF_SCOPE:  # for an article: not this time
                effect = self.frontier.finish(work.candidate.id, work.source.name, reason)
                self.spool.enqueue(effect, self.releaser(work.candidate))
            else:  # stays handed out, so that this run does not take it again
                outcome = outcomes.name(outcomes.WAITING, reason)
                self.spool.enqueue(self.frontier.retry(work.candidate, outcome, due=self._wall(), charged=False))
        self.soon()

    # -- what came back

    def receive(
        self,
        work: Work,
        capture: Capture,
        *,
        original: Original | None = None,
        effect: Effect | None = None,
        task: dict[str, Any] | None = None,
        done: Callable[[WarchiveError | None], None] | None = None,
    ) -> CaptureRef | None:
        """Append an exchange to the spool; null where the disk refused (the run then stops)."""
        try:
            ref, _records = self.spool.append(
                capture, source=work.source.name, revisit_of=original, provenance=provenance(work), task=task, effect=effect, done=done
            )
        except WarchiveError as error:
            self.stop("space", error)
            return None
        self.responses += 1
        self.wire_bytes += len(capture.response)
        if work.candidate is not None:
            self.counts[work.source.name].fetched += 1
        self.soon()
        return ref

    def judge(self, work: Work, capture: Capture) -> tuple[Judgement, Message | None]:
        """What the answer means for this work."""
        message = head_of(capture)
        conditional = b"\r\nif-none-match:" in capture.request.lower() or b"\r\nif-modified-since:" in capture.request.lower()
        verdict = judge(capture, message, hops=work.hops, max_redirects=self.config.limits.max_redirects, conditional=conditional)
        return verdict, message

    def paced(self, work: Work, *, status: int | None, message: Message | None, latency: float, address: str | None) -> float | None:
        """Tell the host's pace; returns what Retry-After asked for, in seconds."""
        header = message.header("Retry-After") if message is not None else None
        retry_after = parse_retry_after(header, datetime.fromtimestamp(self._wall(), UTC)) if header else None
        if message is not None:
            self.pace.together(work.host, groups(address, message.headers))
        if work.kind == "requisite":
            self.requisites.paced(work, status=status, retry_after=retry_after, latency=latency)
        else:
            self.pace.finished(work.host, self._clock(), status=status, retry_after=retry_after, latency=latency)
        if self.pace.closed(work.host, self._clock()) is not None:  # with the capture, so that a killed run does not forget it
            states = self.pace.dump(now=self._clock(), wall=self._wall(), host=work.host)
            self.spool.enqueue(self.frontier.keep_host_state(states))
        return retry_after

    def unanswered(self, work: Work, error: FetchFailed) -> None:
        """Tell the host's pace that no usable answer came."""
        if error.reason not in UNANSWERED:
            self.released(work)
        elif work.kind == "requisite":
            self.requisites.paced(work, status=None, retry_after=None, latency=0.0, error=error)
        else:
            self.pace.finished(work.host, self._clock(), status=None, retry_after=None, latency=0.0)

    def released(self, work: Work) -> None:
        """Tell the host's pace that what was asked for ended, and says nothing of it."""
        if work.kind == "requisite":
            self.requisites.pace.released(work.host, self._clock())
        else:
            self.pace.released(work.host, self._clock())

    def today(self) -> datetime:
        """The time of day."""
        return datetime.fromtimestamp(self._wall(), UTC)

    # -- pages

    def page_item(self, work: Work, ref: CaptureRef, row: int, capture: Capture, params: dict[str, Any]) -> PageItem:
        """A kept page for the stages."""
        candidate = work.candidate
        assert candidate is not None
        return PageItem(
            ref=ref,
            row=row,
            payload=split_interim(capture.response)[1],
            params={**params, **self.memories.params(ref.source, candidate.article or article_id(capture.url))},
            settle=settler(self.frontier, candidate.id, work.source.name),
            page=candidate.id,
            article=candidate.article,
        )

    def blocked(self, work: Work, reason: str, *, retry_after: float | None = None) -> tuple[Effect | None, Callable[..., None] | None]:
        """The answer is a block: the effect on its page, and what to call when it is committed. The host hears of it, too."""
        if reason in outcomes.HOST_BLOCKS:
            self.pace.blocked(work.host, self._clock(), reason)
        if work.candidate is None:
            return None, None
        self.counts[work.source.name].failed += 1
        due = None if retry_after is None else self._wall() + min(retry_after, MAX_WAIT)
        return self.frontier.blocked(work.candidate, reason, due=due), self.releaser(work.candidate)

    def fail(
        self, work: Work, reason: str, *, retry: bool, retry_after: float | None = None, block: str | None = None
    ) -> tuple[Effect | None, Callable[..., None] | None]:
        """The effect of a failed try, and what to call when it is committed."""
        candidate = work.candidate
        if candidate is None:
            return None, None
        release = self.releaser(candidate)
        if retry and self.stopping is not None:  # cut short by the stop: that says nothing of the page
            return self.frontier.retry(candidate, outcomes.name(outcomes.WAITING, self.stopping), due=self._wall(), charged=False), release
        self.counts[work.source.name].failed += 1
        outcome = outcomes.name(outcomes.FAILED, reason) if block is None else outcomes.name(outcomes.BLOCKED, block)
        gone = reason in ("http_404", "http_410")
        if gone and candidate.recheck:
            return self.frontier.missing(candidate, reason), release
        told = candidate.announcement
        published = read_date(told.published) or (told.seen_at.timestamp() if told.seed_type in ROLLING else 0.0)
        if reason == "http_404" and candidate.attempts < len(EARLY_PAUSES) and self._wall() - published < EARLY_FOR:
            return self.frontier.retry(candidate, outcome, due=self._wall() + EARLY_PAUSES[candidate.attempts]), release
        if not retry:
            return self.frontier.finish(candidate.id, work.source.name, outcome), release
        delay = retry_delay(candidate.attempts, retry_after)
        self.lines.retry_later(candidate.host, delay)
        return self.frontier.retry(candidate, outcome, due=self._wall() + delay), release

    def releaser(self, candidate: Candidate) -> Callable[[WarchiveError | None], None]:
        """Called when the page's state is committed: the frontier speaks for it again."""
        return lambda _error: self.lines.release(candidate)

    def _on_kept(self, ref: CaptureRef, group: str, reason: str | None) -> None:
        host = host_of(ref.url)
        if group == outcomes.NOT_ARTICLE and reason in outcomes.HOST_BLOCKS:
            self.pace.blocked(host, self._clock(), str(reason))
        elif group in outcomes.OURS or group == outcomes.ALIAS:
            self.pace.unblocked(host)
        if ref.source in self.counts and group == outcomes.ARTICLE:
            self.counts[ref.source].articles += 1
