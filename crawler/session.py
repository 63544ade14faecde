"""What does one run hold together? Spool, frontier, children, counters, and what is done after each exchange.

The session lives in the reactor's thread. It is made by `crawler/run.py`, driven by the scheduler (what to ask) and by the one spider
(what came back), and knows nothing of locks, stores and exit codes.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request

from archive.catalogue import Catalogue
from archive.config import Config
from archive.errors import SpaceError, WarchiveError
from archive.http import MalformedMessage, parse_head, payload_offset, split_interim
from archive.ledger import Ledger, rfc3339, translate
from archive.model import Announcement, Capture, CaptureRef, Message
from archive.spool import Effect, Spool
from archive.warc import Original, digest, entity_digest
from crawler import outcomes
from crawler.answer import Judgement, judge, retry_delay
from crawler.frontier import Candidate, Frontier, host_of
from crawler.indexes import Children
from crawler.lines import Lines
from crawler.manners import HostPace, parse_retry_after
from crawler.robotsfile import RobotsCache
from crawler.scope import Anywhere, Scope
from crawler.source_file import scope_of
from crawler.sources import Source
from crawler.work import Work
from pipelines.pool import ChildPool
from pipelines.stages import PageItem, Workshop, now_text

if TYPE_CHECKING:
    from collections.abc import Awaitable

logger = logging.getLogger(__name__)

COMMIT_DELAY = 0.02  # seconds: group commit, at most 50 ms (DESIGN §5)
BACKLOG_PER_WORKER = 4  # captured pages that may wait for a child; more would only be memory


@dataclass(slots=True)
class SourceCount:
    """For the progress display; the report counts from the database."""

    announced: int = 0
    fetched: int = 0
    articles: int = 0
    failed: int = 0


@dataclass(slots=True, kw_only=True)
class Options:
    """What the command line asked of this run."""

    recheck: bool = False
    force: bool = False
    """Ask for announced URLs even if they are finished: `capture`."""
    extract: bool = True


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
        self.robots = RobotsCache(frontier, wall=wall, agent=user_agent, crawl_delay=self.pace.set_crawl_delay)
        self.lines = Lines(frontier, self.pace, self, clock=clock, wall=wall, budget=self._budget)
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
        self._commit_timer: asyncio.TimerHandle | None = None
        self.responses = 0
        self.wire_bytes = 0
        self.statuses: Counter[str] = Counter()
        self.workshop = Workshop(
            pool=pool,
            spool=spool,
            ledger=ledger,
            find_previous=catalogue.latest_version,
            run=spool.run,
            soon=self.soon,
            kept=self._on_kept,
            abandoned=lambda: self.abandoned,
        )

    # -- lifecycle

    def begin(self, announcements: Sequence[Announcement] = ()) -> None:
        """Queue the seeds of all sources, the pages that wait from earlier runs, and what the command line announced."""
        now = self._wall()
        for source in self.sources.values():
            for seed in source.seeds:
                self.lines.add(Work(kind="seed", url=seed.url, source=source, seed_url=seed.url, seed_type=seed.type))
            if self.options.recheck:
                self.spool.enqueue(self.frontier.recheck_all(source.name, now), self._refresh_when_done(source))
                self.soon()
            elif not announcements:
                self.lines.refresh(source)
        if announcements:
            self._announce_named(next(iter(self.sources.values())), announcements)

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
        for source, host, scheme, reason in self.lines.left_alone():
            self.spool.enqueue(self.frontier.close_host(source, host, reason, scheme=scheme))
        for name in self.lines.over_budget:
            self.spool.enqueue(self.frontier.close_source(name, "budget"))
        self.spool.enqueue(self.frontier.close_run(self.stopping or "next_run"))
        self.commit()

    # -- group commit

    def soon(self) -> None:
        """Commit within `COMMIT_DELAY`, or now where much is queued."""
        if self.spool.full:
            self.commit()
        elif self._commit_timer is None:
            self._commit_timer = asyncio.get_running_loop().call_later(COMMIT_DELAY, self.commit)

    def commit(self) -> None:
        """Commit what is queued; a full disk stops the run."""
        if self._commit_timer is not None:
            self._commit_timer.cancel()
            self._commit_timer = None
        try:
            self.spool.commit()
        except WarchiveError as error:
            self.stop("space" if isinstance(error, SpaceError) else "error", error)
            return
        if self.spool.bytes >= self.config.limits.max_spool_bytes:
            self.stop("spool_full")
        self.lines.wake()  # a commit may have been all that the end of the run waited for

    def durable(self, queue: Callable[[Callable[[WarchiveError | None], None]], Any]) -> Awaitable[bool]:
        """Queue something and wait until it is committed; false where the commit was undone."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def done(error: WarchiveError | None) -> None:
            if not future.done():
                future.set_result(error is None)

        queue(done)
        self.soon()
        return future

    # -- asking

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
        headers = self._conditional(work)
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
            },
        )

    spider: Any = None

    def _conditional(self, work: Work) -> dict[str, str]:
        """Validators for a seed, only where a published capture is there that a 304 can refer to.

        Pages are asked again without: a 304 has nothing to replay, an identical payload has (docs/decisions/0201).
        """
        if work.kind != "seed" or work.hops:
            return {}
        state = self.frontier.seed_state(work.source.name, work.seed_url)
        if not (state.etag or state.last_modified) or self._published(work.url) is None or self.ledger.last_entity(work.url) is not None:
            return {}  # the validators may be of a capture that is not published yet: a 304 must not be taken for an older one
        return {name: value for name, value in (("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified)) if value}

    def _published(self, url: str) -> Original | None:
        last = self.catalogue.last_capture(url)
        return self._original(last.entity_digest, url) if last is not None and last.status in (200, 304) else None

    def _last_entity(self, url: str) -> str | None:
        """What the newest capture of the URL held, published or not."""
        pending = self.ledger.last_entity(url)
        if pending is not None:
            return pending
        last = self.catalogue.last_capture(url)
        return last.entity_digest if last is not None else None

    def _original(self, entity_digest: str, url: str) -> Original | None:
        found = self.catalogue.original_of(entity_digest, url)
        if found is None:
            return None
        return Original(
            record_id=found.record_id,
            url=found.url,
            fetched_at=found.fetched_at,
            payload_digest=found.payload_digest,
            entity_digest=found.entity_digest,
        )

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
            self.lines.poke(host_of(work.seed_url))
        elif work.kind == "seed":
            self.spool.enqueue(self._visit(work, status=reason, detail=None))
        elif work.candidate is not None:
            if reason == outcomes.ROBOTS_DENIED or outcomes.group_of(reason) == outcomes.OUT_OF_SCOPE:
                effect = self.frontier.finish(work.candidate.id, work.source.name, reason)
                self.spool.enqueue(effect, self.releaser(work.candidate))
            else:  # stays handed out, so that this run does not take it again
                outcome = outcomes.name(outcomes.WAITING, reason)
                self.spool.enqueue(self.frontier.retry(work.candidate, outcome, due=self._wall(), charged=False))
        self.soon()

    # -- what came back

    def original_for(self, work: Work, capture: Capture, judgement: Judgement) -> Original | None:
        """The published capture that this answer repeats, if any. Pages that are new to us are always kept whole."""
        if judgement.what == "unchanged":
            return self._published(capture.url)
        fresh_page = work.candidate is not None and not work.candidate.recheck
        if judgement.what != "keep" or fresh_page:
            return None
        final = split_interim(capture.response)[1]
        entity = entity_digest(final)
        if work.candidate is not None and self._last_entity(capture.url) != entity:
            return None  # as it once was, but not as it was last: that is news
        original = self._original(entity, capture.url)
        if original is None or original.url != capture.url:
            return None
        # pywb serves the original's payload under the head of the revisit: chunks would show where this head does not announce them.
        chunked, was_chunked = digest(final[payload_offset(final) :]) != entity, original.payload_digest != original.entity_digest
        return original if chunked or not was_chunked else None

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

    def paced(self, work: Work, *, status: int | None, message: Message | None, latency: float) -> float | None:
        """Tell the host's pace; returns what Retry-After asked for, in seconds."""
        header = message.header("Retry-After") if message is not None else None
        retry_after = parse_retry_after(header, datetime.now(UTC)) if header else None
        self.pace.finished(work.host, self._clock(), status=status, retry_after=retry_after, latency=latency)
        return retry_after

    # -- pages

    def page_item(self, work: Work, ref: CaptureRef, row: int, capture: Capture, params: dict[str, Any]) -> PageItem:
        """A kept page for the stages."""
        candidate = work.candidate
        assert candidate is not None
        return PageItem(
            ref=ref,
            row=row,
            payload=split_interim(capture.response)[1],
            params=params,
            settle=settler(self.frontier, candidate.id, work.source.name),
        )

    def params(self, work: Work, capture: Capture) -> dict[str, Any]:
        """Parameters of `pipelines.extract.extract_task`."""
        candidate = work.candidate
        assert candidate is not None
        one = candidate.announcement
        return {
            "url": capture.url,
            "requested_url": candidate.url,
            "captured_at": rfc3339(capture.fetched_at),
            "extracted_at": now_text(),
            "max_decoded_bytes": self.config.limits.max_decoded_bytes,
            "timezone": work.source.timezone,
            "languages": list(work.source.languages),
            "announcement": {
                "type": one.seed_type,
                "url": one.seed_url,
                "record_id": one.seed_record_id,
                "seen_at": rfc3339(one.seen_at),
                "title": one.title,
                "published": one.published,
                "modified": one.modified,
                "language": one.language,
            },
            "options": None,
        }

    def fail(
        self, work: Work, reason: str, *, retry: bool, retry_after: float | None = None
    ) -> tuple[Effect | None, Callable[..., None] | None]:
        """The effect of a failed try, and what to call when it is committed."""
        candidate = work.candidate
        if candidate is None:
            return None, None
        release = self.releaser(candidate)
        if retry and self.stopping is not None:  # cut short by the stop: that says nothing of the page
            return self.frontier.retry(candidate, outcomes.name(outcomes.WAITING, self.stopping), due=self._wall(), charged=False), release
        self.counts[work.source.name].failed += 1
        outcome = outcomes.name(outcomes.FAILED, reason)
        if not retry:
            return self.frontier.finish(candidate.id, work.source.name, outcome), release
        delay = retry_delay(candidate.attempts, retry_after)
        self.lines.retry_later(candidate.host, delay)
        return self.frontier.retry(candidate, outcome, due=self._wall() + delay), release

    def releaser(self, candidate: Candidate) -> Callable[[WarchiveError | None], None]:
        """Called when the page's state is committed: the frontier speaks for it again."""
        return lambda _error: self.lines.release(candidate)

    def _on_kept(self, ref: CaptureRef, group: str, _reason: str | None) -> None:
        if ref.source in self.counts and group == outcomes.ARTICLE:
            self.counts[ref.source].articles += 1

    # -- seeds

    def _announce(self, source: Source, announcements: Sequence[Announcement], count: Callable[[int], None]) -> Awaitable[bool]:
        effect = self.frontier.announce(
            source.name,
            announcements,
            in_scope=self.scopes[source.name].in_scope,
            now=self._wall(),
            rank=lambda one: rank_of(one, self._wall()),
            known=self.catalogue.knows_page,
            others=self.sources,
            recheck=self.options.recheck,
            count=count,
        )
        return self.durable(lambda done: self.spool.enqueue(effect, self._and(done, self._refresh_when_done(source))))

    def _announce_named(self, source: Source, announcements: Sequence[Announcement]) -> None:
        effect = self.frontier.announce_named(
            source.name,
            announcements,
            in_scope=self.scopes[source.name].in_scope,
            now=self._wall(),
            known=self.catalogue.knows_page,
        )
        self.spool.enqueue(effect, self._refresh_when_done(source))
        self.soon()

    def _counter(self, source: Source) -> Callable[[int], None]:
        def count(new: int) -> None:
            self.counts[source.name].announced += new

        return count

    @staticmethod
    def _and(*calls: Callable[[WarchiveError | None], None]) -> Callable[[WarchiveError | None], None]:
        def both(error: WarchiveError | None) -> None:
            for call in calls:
                call(error)

        return both

    def _refresh_when_done(self, source: Source) -> Callable[[WarchiveError | None], None]:
        return lambda error: self.lines.refresh(source) if error is None else None

    async def announce_all(self, source: Source, announcements: Sequence[Announcement]) -> int:
        """Enter the candidates of a seed, in pieces that do not hold up the reactor; returns how many were new."""
        found: list[int] = []  # its own: other seeds of the source are being entered at the same time
        total = self._counter(source)

        def count(new: int) -> None:
            found.append(new)
            total(new)

        for at in range(0, len(announcements), 500):
            await self._announce(source, announcements[at : at + 500], count)
        return sum(found)

    def _visit(
        self, work: Work, *, status: str, detail: str | None, kind: str | None = None, entries: int = 0, new: int = 0,
        record_id: str | None = None, message: Message | None = None,
    ) -> Effect:  # fmt: skip
        complete = status == "ok" and message is not None
        keep = self.frontier.seed_state(work.source.name, work.seed_url) if status == "not_modified" else None
        return self.frontier.visited(
            work.source.name,
            work.seed_url,
            work.seed_type,
            status=status,
            detail=detail,
            kind=kind,
            entries=entries,
            new=new,
            record_id=record_id,
            asked_at=datetime.now(UTC),
            etag=keep.etag if keep else (message.header("ETag") if complete and message else None),
            last_modified=keep.last_modified if keep else (message.header("Last-Modified") if complete and message else None),
        )

    def visit(self, work: Work, **values: Any) -> None:
        """Enter what a seed said."""
        self.spool.enqueue(self._visit(work, **values))
        self.soon()


def settler(frontier: Frontier, page: bytes, source: str) -> Callable[[str, str | None], Effect]:
    """For `PageItem.settle`."""
    return lambda group, reason: frontier.finish(page, source, outcomes.name(group, reason))


def head_of(capture: Capture) -> Message | None:
    """Status and headers of the final answer, or null where it is no HTTP message."""
    try:
        return parse_head(split_interim(capture.response)[1])[0]
    except MalformedMessage:
        return None


def provenance(work: Work) -> Iterable[tuple[str, str]]:
    """Fields of the metadata record that proves how a page's URL was found; archive-format.md lists them."""
    candidate = work.candidate
    if candidate is None:
        return
    one = candidate.announcement
    yield "via", one.seed_url
    yield "hopsFromSeed", "L" + "R" * work.hops
    for name, value in (
        ("warchive-source", work.source.name),
        ("warchive-requested-url", candidate.url),
        ("warchive-seed-type", one.seed_type),
        ("warchive-seed-record", one.seed_record_id),
        ("warchive-seed-entry", one.entry),
        ("warchive-seen-at", rfc3339(one.seen_at)),
        ("warchive-announced-title", one.title),
        ("warchive-announced-published", one.published),
        ("warchive-announced-modified", one.modified),
    ):
        if value:
            yield name, value


def rank_of(one: Announcement, now: float) -> float:
    """Newest first: when it was published, or modified, or else seen; a date in the future counts as now."""
    for text in (one.published, one.modified):
        moment = read_date(text)
        if moment is not None:
            return min(moment, now)
    return one.seen_at.timestamp()


def read_date(text: str | None) -> float | None:
    """Unix time of an RFC 3339 or RFC 5322 date, for ordering alone: a missing zone counts as UTC."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, TypeError, IndexError):
            continue
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (OverflowError, ValueError):
            return None
    return None
