"""How is the text of archived captures made again? `warchive extract --run`, `--source`, `--since`, `--all`.

    choose → first pass: each capture as it was kept, in a child → what stands on many articles of a site → second pass: pages on which
    that is → versions, files, report, manifest

What comes out follows from what lies in the store and from the extractor's version: neither a clock nor an order nor a number of children
has a part in it. Every step may be the last of a process; the next call goes on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from archive.config import Config
from archive.crashpoints import crashpoint
from archive.errors import BusyError, DamagedError, WarchiveError
from archive.lock import StateLock
from archive.model import CaptureRef
from archive.neighbours import Neighbours
from archive.reader import Archive
from archive.sweep import Swept, sweep
from crawler.children import open_pool
from crawler.extraction_choice import Choice, choose, request_digest
from crawler.extraction_memory import remember
from crawler.extraction_task import MAKE_AGAIN
from crawler.extraction_work import Chosen, Work, as_json
from crawler.overriding import read_overrides
from pipelines.pool import ChildFailed, ChildPool

FOLDER = "extractions"
"""Below the state folder of the collection."""
_LOOK = 0.5  # seconds between two looks whether we were told to stop


class Interrupted(WarchiveError):
    """Stopped by a signal; what was done is kept."""

    exit_code = 11


@dataclass(slots=True, kw_only=True)
class Counters:
    """For whoever watches."""

    step: str = "choosing"
    """`choosing`, `first pass`, `second pass`, `writing`."""
    total: int = 0
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    found_done: int = 0
    """That an earlier call had done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to do and how."""

    choice: Choice
    workers: int
    zones: Mapping[str, dict[str, Any]]
    """Zone and languages of each source, for captures that do not tell them."""
    watch: Callable[[Counters], None] = lambda _counters: None
    stopped: Callable[[], bool] = lambda: False


@contextmanager
def open_work(archive: Archive, order: Order, config: Config) -> Iterator[tuple[Work, str]]:
    """The work of this order, begun or found as it was left, under the lock, and the id of the extraction."""
    folder = config.state / config.collection / FOLDER
    try:
        with StateLock(folder):
            request = request_digest(order.choice, config.limits.max_decoded_bytes, read_overrides(config.extraction.overrides))
            work = Work(folder / request[:16])
            try:
                yield work, choose(archive, order.choice, work, request)
            finally:
                work.close()
    except BusyError as error:
        holder = error.message.partition(": ")[2]
        raise BusyError(
            f"another extraction over this archive is under way: {holder}", hint="wait for its end; a crawl may go on"
        ) from error


def make_all(archive: Archive, order: Order, config: Config, work: Work) -> None:
    """Both passes, or what is left of them. Raises `Interrupted`, and `StoreError` where the store does not answer."""
    counters = Counters(total=work.total(), done=work.done(1))
    counters.found_done = counters.done
    pool = open_pool(config, workers=order.workers)
    try:
        counters.step = "first pass"
        _pass(archive, order, config, work, pool, counters, 1)
        if work.fact("tried twice") is None:
            # The first time a neighbour may have taken the machine: a page fails where it fails once more, among the few that did.
            work.forget_failed()
            work.remember("tried twice", "yes")
            counters.done = work.done(1)
            _pass(archive, order, config, work, pool, counters, 1)
        if not order.choice.site_memory:
            return
        if work.fact("remembered") is None:
            remember(work)
        counters.step, counters.total, counters.done = "second pass", work.wanted_again(), work.done(2)
        counters.found_done, counters.began = counters.done, time.monotonic()
        _pass(archive, order, config, work, pool, counters, 2)
    finally:
        pool.close()


def _pass(archive: Archive, order: Order, config: Config, work: Work, pool: ChildPool, counters: Counters, number: int) -> None:
    asked: deque[Chosen] = deque()
    waiting: deque[tuple[Chosen, Future[dict[str, Any]] | dict[str, Any]]] = deque()
    articles = Neighbours(archive.store, archive.collection)

    def refs() -> Iterator[CaptureRef]:
        for one in work.first_pass() if number == 1 else work.second_pass():
            asked.append(one)
            yield one.ref

    def settle() -> None:
        one, made = waiting.popleft()
        try:
            found = made if isinstance(made, dict) else _awaited(made, order, stop)
        except ChildFailed as error:
            found = {"outcome": "failed", "reasons": [f"{error.reason}: {error.detail}"[:500]]}
        work.settle(one.seq, number, found)
        crashpoint("extraction-settled")
        counters.done += 1
        order.watch(counters)

    def stop() -> NoReturn:
        work.commit()
        raise Interrupted(
            f"stopped: {counters.done:,} of {counters.total:,} captures of the {counters.step} are done",
            hint="the same command goes on from there",
        )

    order.watch(counters)
    for swept in sweep(archive.store, archive.collection, refs()):
        if order.stopped():
            stop()
        one = asked.popleft()
        waiting.append((one, _submit(archive, order, config, work, pool, articles, one, swept)))
        while len(waiting) > 4 * order.workers:
            settle()
    while waiting:
        settle()
    work.commit()


def _awaited(future: Future[dict[str, Any]], order: Order, stop: Callable[[], NoReturn]) -> dict[str, Any]:
    """Its result; a page that takes its time does not make a signal wait."""
    while True:
        try:
            return future.result(timeout=_LOOK)
        except TimeoutError:
            if order.stopped():
                stop()


def _submit(
    archive: Archive, order: Order, config: Config, work: Work, pool: ChildPool, articles: Neighbours, one: Chosen, swept: Swept
) -> Future[dict[str, Any]] | dict[str, Any]:
    if swept.problem is not None:
        return {"outcome": "damaged", "reasons": [swept.problem.message]}
    repeated, original = b"", None
    try:
        if one.ref.record_type == "revisit":
            original = archive.original_of(one.ref)
            repeated = archive.member_of(original)
        before = articles.member(one.ref.run, one.at, one.length) if one.at is not None and one.length is not None else b""
    except DamagedError as error:
        return {"outcome": "damaged", "reasons": [error.message]}
    params = {
        "sizes": [len(swept.data), len(repeated), len(before)],
        "ref": as_json(one.ref),
        "original": as_json(original) if original is not None else None,
        "source": order.zones.get(one.ref.source or "", {}),
        "max_decoded_bytes": config.limits.max_decoded_bytes,
        "furniture": work.furniture_of(one.seq),
        "memory": order.choice.site_memory,
        "whole": order.choice.is_whole,
    }
    return pool.submit(MAKE_AGAIN, swept.data + repeated + before, params)
