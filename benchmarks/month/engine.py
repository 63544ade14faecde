"""How does a run go without Scrapy's engine and without a wire? Spider, scheduler, stages and session are the real ones.

What this stands for: the engine asks the scheduler, the downloader answers, the spider's callback is awaited, its item passes the two
stages. Bytes come from the world after a latency; time is that of loop.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.exceptions import DropItem
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.model import Capture
from benchmarks.month.gate import Gate
from benchmarks.month.loop import VirtualLoop
from benchmarks.month.world import World
from crawler import settings
from crawler.ask import read_target, write_request
from crawler.failures import FetchFailed
from crawler.scheduler import FrontierScheduler
from crawler.session import RunSession
from crawler.spiders.source import SourceSpider
from crawler.watchdog import watch_over
from crawler.work import Work
from pipelines.stages import ExtractStage, KeepStage

HEARTBEAT = 5.0  # Scrapy's own
REFUSED_AFTER = 0.3


@dataclass(slots=True)
class Engine:
    """Drives one session to its end."""

    world: World
    gate: Gate
    session: RunSession
    loop: VirtualLoop
    true: Callable[[], float]
    wall: Callable[[], float]
    max_runtime: float | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _downloading: int = 0
    _again: asyncio.Event = field(default_factory=asyncio.Event)
    faults: list[BaseException] = field(default_factory=list)

    async def run(self) -> None:
        """Until nothing is due, or the session was told to stop."""
        session = self.session
        spider = SourceSpider(session=session)
        session.spider = spider
        stages = ExtractStage(lambda: session.workshop), KeepStage(lambda: session.workshop)
        session.on_open = lambda: self._opened(session)
        session.on_stop = self._again.set
        scheduler = FrontierScheduler(self._crawler())
        scheduler.open(spider)
        beat = self.loop.call_later(HEARTBEAT, self._beat)
        while True:
            while self._downloading < settings.CONCURRENT_REQUESTS:
                request = scheduler.next_request()
                if request is None:
                    break
                self._downloading += 1
                task = self.loop.create_task(self._exchange(request, spider, stages))
                self._tasks.add(task)
                task.add_done_callback(self._done)
            if not self._tasks and not scheduler.has_pending_requests():
                break
            await self._again.wait()
            self._again.clear()
        beat.cancel()
        session.on_stop = lambda: None
        scheduler.close(session.stopping or "finished")
        if self.faults:
            raise self.faults[0]

    def _opened(self, session: RunSession) -> None:
        if self.max_runtime is not None:
            self.loop.call_later(self.max_runtime, session.stop, "max_runtime")
        watch_over(session)
        session.begin()

    def _beat(self) -> None:
        self._again.set()
        self.loop.call_later(HEARTBEAT, self._beat)

    def _crawler(self) -> Any:
        """As much of a Scrapy crawler as the scheduler looks at."""
        slot = SimpleNamespace(closing=None, nextcall=SimpleNamespace(schedule=self._again.set))
        return SimpleNamespace(settings=SimpleNamespace(getbool=lambda _name: False), engine=SimpleNamespace(_slot=slot))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.faults.append(task.exception())  # type: ignore[arg-type]
            self.session.stop("error")
        self._again.set()

    async def _exchange(self, request: Request, spider: SourceSpider, stages: tuple[ExtractStage, KeepStage]) -> None:
        response = failure = None
        try:
            response = await self._download(request)
        except FetchFailed as error:
            failure = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
        finally:
            self._downloading -= 1
            self._again.set()
        if failure is not None:
            await spider.on_failure(failure)
            return
        assert response is not None
        async for item in spider.on_response(response):
            try:
                for stage in stages:
                    item = await stage.process_item(item)
            except DropItem:
                pass
            finally:
                self.session.extracted()

    async def _download(self, request: Request) -> Response:
        """In place of crawler/wire.py."""
        work: Work = request.meta["work"]
        target = read_target(request.url)
        pairs = [(name, value) for name, values in request.headers.items() for value in values]
        pairs += [(name.encode(), value.encode()) for name, value in settings.DEFAULT_REQUEST_HEADERS.items()]
        sent = write_request(target, request.method, [(b"User-Agent", self.session.user_agent.encode()), *pairs], request.body)
        began, clock = self.true(), self.wall()
        host = target.authority
        self.gate.enters(host, target.path, work.kind, began, clock)
        site = self.world.site_of(host)
        asked = {name.decode().lower(): value.decode() for name, value in pairs}
        answer = self.world.answer(host, target.path, asked, began)
        latency = REFUSED_AFTER if site is None or answer.failure else site.latency * (0.6 + 0.8 * ((began * 7.0) % 1.0))
        await asyncio.sleep(latency)
        self.gate.leaves(host, answer, self.true(), self.wall())
        if answer.failure is not None:
            raise FetchFailed(answer.failure, f"{host} does not answer")  # type: ignore[arg-type]
        assert site is not None
        if work.kind == "page" and answer.status == 200:
            self.gate.serves(site.number, answer, began, clock)
        request.meta["download_latency"] = latency
        request.meta["capture"] = Capture(
            url=target.url,
            fetched_at=datetime.fromtimestamp(clock, UTC),
            request=sent,
            response=answer.message(began),
            ip_address=site.address,
            kind=request.meta.get("capture_kind", "page"),
        )
        headers = dict(answer.headers)
        return Response(request.url, status=answer.status, headers=headers, request=request, ip_address=None)
