"""How does one crawl run go, from the lock to the exit code?

    open the workplace (recover) → begin the run → Scrapy until nothing is due → report → publish → exit code

A first signal stops it cleanly: nothing more is asked, what is under way gets a few seconds, what was captured is published, all within
`STOP_SECONDS`. A second signal ends the process at once, which loses nothing either.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archive import exits
from archive.config import Config
from archive.errors import ConfigError, SpaceError, WarchiveError
from archive.layout import new_run_id
from archive.ledger import rfc3339
from archive.model import Announcement
from archive.software import software
from archive.spool import Spool
from archive.stores import Store
from crawler.due import Due, what_is_due
from crawler.options import Options
from crawler.report import exit_code, make_report
from crawler.sources import Source
from crawler.workplace import Workplace, extract_pending, open_workplace, told

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawler.session import RunSession

logger = logging.getLogger(__name__)

STOP_SECONDS = 10.0  # from the first signal to the end of the process
HURRY_SECONDS = 2.0  # for the requests under way
CHILD_SECONDS = 4.0  # for the pages that are being extracted
PUBLISH_MARGIN = 1.0

Watch = Callable[["RunSession"], None]


@dataclass(slots=True, kw_only=True)
class RunResult:
    """How a run ended."""

    run: str | None
    exit_code: int
    report: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)
    """For stderr, one message each."""
    recovered: list[str] = field(default_factory=list)
    published: bool = False
    seconds: float = 0.0
    idle: Due | None = None
    """Set where nothing was due, so that no run began."""


def user_agent(contact: str) -> str:
    """RFC 9110 §10.1.5: product, then who to talk to."""
    return f"{software()} (+{contact})" if contact else f"{software()} (no contact configured)"


def crawl(
    config: Config,
    sources: Sequence[Source],
    *,
    options: Options | None = None,
    urls: Sequence[str] = (),
    max_runtime: float | None = None,
    command: str = "crawl",
    wait: float = 0.0,
    watch: Watch | None = None,
    say: Callable[[str], None] = lambda _text: None,
    handle_signals: bool = True,
) -> RunResult:
    """One run over the sources; with `urls`, these are announced to the first source (`warchive capture`).

    Raises `BusyError`, `ConfigError`, `SpaceError` before anything is asked; afterwards everything is in the result. Runs the Twisted
    reactor, so once per process.
    """
    began = time.monotonic()
    from crawler.dial import trust

    options = options or Options()
    trust(str(config.network.ca_bundle or ""))  # Scrapy would take what is wrong with it for a scheme that nobody knows
    with ExitStack() as stack:
        place = stack.enter_context(open_workplace(config, say=say, wait=wait))
        result = RunResult(run=None, exit_code=0, recovered=place.recovered)
        if not urls and not options.insists:
            due = what_is_due(place.frontier("", sources), sources, place.wall())
            if not due.now:
                result.idle = due
                judge_place(place, result)
                return result
        run = new_run_id(place.now())
        session = begin_run(place, sources, run=run, options=options, command=command)
        stopper = Stopper(session, place.store)
        drive(session, stopper, urls=urls, max_runtime=max_runtime, watch=watch, handle_signals=handle_signals)
        end_run(place, session, result, stopper, say)
        result.seconds = time.monotonic() - began
        if stopper.overdue(PUBLISH_MARGIN) and not result.published:
            result.problems.append(f"run {run} is not published yet: it stays in the spool, and the next start publishes it")
    return result


def begin_run(
    place: Workplace,
    sources: Sequence[Source],
    *,
    run: str,
    options: Options,
    command: str,
    clock: Callable[[], float] = time.monotonic,
) -> RunSession:
    """Enter the run in the ledger and make its session."""
    from crawler.session import RunSession  # with Scrapy and all that belongs to it: not for who finds that nothing is due

    config = place.config
    agent = user_agent(config.contact)
    info: dict[str, Any] = {"command": command, "software": software(), "user_agent": agent, "sources": [source.name for source in sources]}
    if options.backfill is not None:
        info["backfill"] = True
    fields = [
        ("software", f"{software()} https://pypi.org/project/warchive/"),
        ("format", "WARC file version 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("isPartOf", config.collection),
        ("warchive-run", run),
        ("http-header-user-agent", agent),
        ("robots", "obeyed, RFC 9309"),
    ]
    if config.contact:
        fields.append(("operator", config.contact))
    spool = Spool(
        place.state,
        place.ledger,
        run=run,
        collection=config.collection,
        info=fields,
        min_free_bytes=config.limits.min_free_bytes,
        now=place.now,
    )
    if spool.bytes >= config.limits.max_spool_bytes:
        problem = place.store_problem
        raise SpaceError(
            f"the spool holds {spool.bytes >> 20} MiB, and limits.max_spool_bytes allows {config.limits.max_spool_bytes >> 20} MiB",
            hint=f"the store must take it first: {problem.message}" if problem else "raise limits.max_spool_bytes",
        )
    place.ledger.begin_run(run, config.collection, place.now(), info)
    place.lock.note(run)
    return RunSession(
        config,
        sources,
        ledger=place.ledger,
        spool=spool,
        frontier=place.frontier(run, sources),
        catalogue=place.catalogue,
        pool=place.pool,
        user_agent=agent,
        options=options,
        stories=place.stories,
        earlier_of=place.earlier_of,
        clock=clock,
        wall=place.wall,
    )


class Stopper:
    """From the first signal to the end, in time."""

    def __init__(self, session: RunSession, store: Store) -> None:
        self._session, self._store = session, store
        self.deadline: float | None = None

    def signalled(self, number: int) -> None:
        """The first signal stops the run, the second one the process."""
        if self.deadline is not None:
            os._exit(exits.INTERRUPTED)  # everything acknowledged is durable: there is nothing to tidy up
        self.deadline = time.monotonic() + STOP_SECONDS
        self._store.no_more_retries()
        self._session.stop("interrupted")

    def overdue(self, margin: float) -> bool:
        """Less than `margin` seconds are left."""
        return self.deadline is not None and time.monotonic() > self.deadline - margin

    def seconds_left(self) -> float | None:
        """Until the deadline; null where there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())


def settings_for(config: Config, agent: str) -> dict[str, Any]:
    """What `warchive.toml` says, in Scrapy's words; on top of crawler/settings.py."""
    return {
        "USER_AGENT": agent,
        "DOWNLOAD_TIMEOUT": config.limits.timeout,
        "WARCHIVE_CONNECT_TO": list(config.network.connect_to),
        "WARCHIVE_CA_BUNDLE": str(config.network.ca_bundle or ""),
        "WARCHIVE_ALLOW_PRIVATE": list(config.network.allow_private),
        "WARCHIVE_MAX_RESPONSE_BYTES": config.limits.max_response_bytes,
        "WARCHIVE_MAX_HEADER_BYTES": config.limits.max_header_bytes,
    }


def drive(
    session: RunSession,
    stopper: Stopper,
    *,
    urls: Sequence[str],
    max_runtime: float | None,
    watch: Watch | None,
    handle_signals: bool,
) -> None:
    """Run Scrapy until nothing is due, or until the session is told to stop."""
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

    from crawler.spiders.source import SourceSpider
    from crawler.watchdog import watch_over

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(settings_for(session.config, session.user_agent), priority="cmdline")
    # The command line sets logging up for the whole program.
    settings.setdict({"LOG_ENABLED": False, "LOG_INSTALL_ROOT_HANDLER": False}, priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(SourceSpider)

    def ready() -> None:
        connect(session, crawler)
        if handle_signals and threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopper.signalled, number)
        if max_runtime is not None:
            asyncio.get_running_loop().call_later(max_runtime, session.stop, "max_runtime")
        if watch is not None:
            tick(session, watch)
        watch_over(session)
        session.begin(command_line_announcements(urls))

    session.on_open = ready
    crawled = process.crawl(crawler, session=session)
    crawled.addErrback(_not_begun, session)
    process.start(stop_after_crawl=True, install_signal_handlers=False)
    session.on_stop = lambda: None  # what stops the run from now on finds no loop that runs


def _not_begun(failure: Failure, session: RunSession) -> None:
    """Scrapy could not even begin: a run in which nothing was asked must not end as if nothing was new."""
    session.broken(failure.value if failure.value is not None else RuntimeError("the crawl did not begin"))


def connect(session: RunSession, crawler: Crawler) -> None:
    """What `session.stop` does to Scrapy: nothing new, a moment for what is under way, then the children too."""
    from scrapy import signals

    from crawler.wire import hurry

    def abandon() -> None:
        if session.extracting or session.reading:
            session.abandoned = True
            session.pool.close()

    def on_stop() -> None:
        crawler.signals.send_catch_log(hurry, seconds=HURRY_SECONDS)
        asyncio.get_running_loop().call_later(CHILD_SECONDS, abandon)
        engine = crawler.engine
        if engine is None or engine.spider is None:  # it has not come so far
            return
        close = engine.close_spider_async(reason=session.stopping or "stopped")
        session.keep_task(asyncio.ensure_future(close))

    session.on_stop = on_stop
    for ended in (signals.item_scraped, signals.item_dropped, signals.item_error):
        crawler.signals.connect(session.extracted, signal=ended)


def tick(session: RunSession, watch: Watch) -> None:
    """Call `watch` a few times a second while the run goes on."""

    def again() -> None:
        watch(session)
        loop.call_later(0.25, again)

    loop = asyncio.get_running_loop()
    loop.call_later(0.25, again)


def command_line_announcements(urls: Sequence[str]) -> list[Announcement]:
    """What `warchive capture URL ...` announces."""
    now = datetime.now(UTC)
    return [
        Announcement(url=url, seed_url=url, seed_type="command-line", seed_record_id=None, entry=f"#{number}", seen_at=now)
        for number, url in enumerate(urls, 1)
    ]


def end_run(place: Workplace, session: RunSession, result: RunResult, stopper: Stopper, say: Callable[[str], None]) -> None:
    """Decide, report, publish; fills `result`."""
    run = session.spool.run
    result.run = run
    reason = session.stopping or "finished"
    try:
        if session.abandoned:
            place.ledger.set(f"reason:{run}", reason)
            session.commit()
            session.spool.close_segment()
            result.exit_code = exits.INTERRUPTED
            return
        session.spool.close_segment()  # first: what is pending is read from closed segments
        extract_pending(place, session.frontier, session.workshop, session.spool)
        session.close_frontier()
        row = next(row for row in place.ledger.runs() if row["run"] == run)
        ended_at = place.now()
        report = make_report(place.ledger, session.frontier, row, ended_at=ended_at, reason=reason, damage=place.damage)
        place.ledger.end_run(run, ended_at, report)
        result.report = report
        result.exit_code = exit_code(report)
    except WarchiveError as error:
        session.error = session.error or error
    if session.error is not None:
        result.problems.append(str(session.error))
        result.exit_code = session.error.exit_code
    if result.report is not None:
        result.published = publish_in_time(place, run, stopper, say)
    _judge(place, session, result)


def publish_in_time(place: Workplace, run: str, stopper: Stopper, say: Callable[[str], None]) -> bool:
    """Publish; after a signal only as long as there is time. What is not stored then, the next start stores."""
    left = stopper.seconds_left()
    if left is None:
        return place.publish(run, say)
    outcome: list[bool] = []
    thread = threading.Thread(target=lambda: outcome.append(place.publish(run, say)), daemon=True)
    thread.start()
    thread.join(max(0.0, left - PUBLISH_MARGIN))
    if thread.is_alive():
        # Publication may be cut at any point (DESIGN §5.6), and its thread must not meet closed files.
        print(f"warchive: run {run} stays in the spool: no time to publish it; the next start does", flush=True)
        os._exit(exits.INTERRUPTED)
    return bool(outcome and outcome[0])


def _judge(place: Workplace, session: RunSession, result: RunResult) -> None:
    """The exit code, gravest first: damage, space, store, faults of ours, then what the report says."""
    if session.faults:
        result.problems.append(f"{session.faults} answers could not be handled for errors of our own; the log has them: please report it")
        result.exit_code = exits.ERROR
    judge_place(place, result, keep=isinstance(session.error, SpaceError))
    if session.stopping == "spool_full":
        result.problems.append("the spool reached limits.max_spool_bytes, and the run ended; make the store reachable, or raise the limit")
        if place.store_problem is None:
            result.exit_code = SpaceError.exit_code
    if place.damage:
        result.exit_code = exits.DAMAGED


def judge_place(place: Workplace, result: RunResult, *, keep: bool = False) -> None:
    """What the store and the files of the state folder add; `keep` the exit code where there was a graver reason than the store."""
    if place.store_problem is not None and not result.published:
        result.problems.append(
            f"{place.store_problem}\n  what was captured stays in the spool ({place.state / 'spool'}); the next start publishes it"
        )
        if not keep:
            result.exit_code = place.store_problem.exit_code
    if place.damage:
        result.problems += place.damage
        result.exit_code = exits.DAMAGED
        told(place)


def open_for_scrapy(crawler: Crawler, source: Source) -> RunSession:
    """A run of one source for `scrapy crawl NAME`; ended and published when the spider closes."""
    from scrapy import signals

    from crawler.loader import configured
    from crawler.public import crawlable

    config = configured(crawler.settings)
    network = config.network
    problem = crawlable(source, config.contact, allow_private=network.allow_private, connect_to=network.connect_to)
    if problem is not None:
        raise ConfigError([problem])
    stack = ExitStack()
    place = stack.enter_context(open_workplace(config, say=logger.info))
    session = begin_run(place, [source], run=new_run_id(place.now()), options=Options(everything=True), command="scrapy crawl")
    connect(session, crawler)
    stopper = Stopper(session, place.store)

    def closed(spider: Any, reason: str) -> None:
        if session.stopping is None and reason not in ("finished",):
            session.stopping = "interrupted"
        result = RunResult(run=None, exit_code=0)
        try:
            end_run(place, session, result, stopper, logger.info)
        finally:
            stack.close()
        for problem in result.problems:
            logger.error("%s", problem)
        logger.info(
            "run %s ended at %s, exit code %d if it were `warchive crawl`", result.run, rfc3339(datetime.now(UTC)), result.exit_code
        )

    crawler.signals.connect(closed, signal=signals.spider_closed, weak=False)
    session.on_open = session.begin
    return session
