"""Does Scrapy get the next request when one may be made, and does nothing that goes wrong here hold up the run?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from scrapy import Request

from crawler.scheduler import FrontierScheduler
from crawler.work import Work
from tests.crawler.frontiers import source


class Session:
    """What the scheduler needs of a run."""

    def __init__(self) -> None:
        self.stopping: str | None = None
        self.works: list[Work | Exception] = []
        self.wait: float | None = None
        self.room = True
        self.broke: list[BaseException] = []
        self.unaskable: list[str] = []
        self.spool = SimpleNamespace(waiting=False)
        self.lines = SimpleNamespace(wake=lambda: None)
        self.spider = SimpleNamespace(on_unaskable=lambda work, _error: self.unaskable.append(work.url))
        self.on_open: Callable[[], None] = lambda: None

    def busy(self) -> bool:
        return bool(self.works)

    def next_work(self) -> tuple[Work | None, float | None]:
        work = self.works.pop(0) if self.works else None
        if isinstance(work, Exception):
            raise work
        return work, None if work is not None else self.wait

    def ready_for_more(self) -> bool:
        return self.room

    def request(self, work: Work) -> Request:
        return Request(work.url)

    def broken(self, error: BaseException) -> None:
        self.broke.append(error)


class Clockwork:
    """A scheduler with a session, and the number of times the engine was woken."""

    def __init__(self) -> None:
        self.woken = 0
        self.session = Session()
        slot = SimpleNamespace(closing=None, nextcall=SimpleNamespace(schedule=self._count))
        settings = SimpleNamespace(getbool=lambda _name: False)
        crawler: Any = SimpleNamespace(engine=SimpleNamespace(_slot=slot), settings=settings)
        self.scheduler = FrontierScheduler(crawler)
        spider: Any = SimpleNamespace(session=self.session)
        self.scheduler.open(spider)

    def _count(self) -> None:
        self.woken += 1


def page(url: str) -> Work:
    return Work(kind="page", url=url, source=source())


def test_it_hands_out_what_the_lines_have_and_wakes_the_engine_when_there_will_be_more() -> None:
    async def go() -> None:
        works = Clockwork()
        works.session.works.append(page("http://town.example/a"))
        request = works.scheduler.next_request()
        assert request is not None
        assert request.url == "http://town.example/a"
        works.session.wait = 0.02
        assert works.scheduler.next_request() is None
        assert works.woken == 0
        await asyncio.sleep(0.06)
        assert works.woken == 1

    asyncio.run(go())


def test_an_earlier_time_moves_the_wake_up_and_a_later_one_does_not() -> None:
    async def go() -> None:
        works = Clockwork()
        for wait in (60.0, 0.01, 30.0):
            works.session.wait = wait
            assert works.scheduler.next_request() is None
        await asyncio.sleep(0.05)
        assert works.woken == 1

    asyncio.run(go())


def test_a_url_of_which_no_request_can_be_made_is_given_up_and_the_next_one_is_asked() -> None:
    async def go() -> None:
        works = Clockwork()
        works.session.works += [page("/no-url"), page("http://town.example/b")]
        assert works.scheduler.next_request() is None
        assert works.session.unaskable == ["/no-url"]
        await asyncio.sleep(0.02)
        assert works.woken == 1
        request = works.scheduler.next_request()
        assert request is not None
        assert request.url == "http://town.example/b"

    asyncio.run(go())


def test_an_error_while_work_is_looked_for_stops_the_run_and_is_not_lost_in_a_log() -> None:
    works = Clockwork()
    fault = RuntimeError("no such table")
    works.session.works.append(fault)
    assert works.scheduler.next_request() is None
    assert works.session.broke == [fault]


def test_the_run_goes_on_while_something_waits_or_is_being_committed_and_no_longer_than_that() -> None:
    works = Clockwork()
    assert not works.scheduler.has_pending_requests()
    works.session.spool.waiting = True
    assert works.scheduler.has_pending_requests()
    works.session.stopping = "interrupted"
    assert not works.scheduler.has_pending_requests()


def test_nothing_is_handed_out_while_captured_pages_wait_for_a_child_or_the_run_stops() -> None:
    works = Clockwork()
    works.session.works.append(page("http://town.example/a"))
    works.session.room = False
    assert works.scheduler.next_request() is None
    works.session.room, works.session.stopping = True, "interrupted"
    assert works.scheduler.next_request() is None
    assert len(works.session.works) == 1
