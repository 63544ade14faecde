"""Asks through WireDownloadHandler, outside of a crawl, and gives all that came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.model import Capture
from crawler.resolve import Resolver
from crawler.wire import FetchFailed, WireDownloadHandler

LONG_ENOUGH = 10.0


class _Nobody(Spider):
    name = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    response: Response | None
    failure: FetchFailed | None
    capture: Capture | None
    seconds: float


def handler(settings: dict[str, object], resolver: Resolver | None = None) -> WireDownloadHandler:
    """To be called inside of a running loop."""
    return WireDownloadHandler(Crawler(_Nobody, {"DOWNLOAD_TIMEOUT": LONG_ENOUGH, **settings}), resolver=resolver)


async def one(tap: WireDownloadHandler, request: Request | str) -> Outcome:
    request = Request(request) if isinstance(request, str) else request
    response = failure = None
    start = asyncio.get_running_loop().time()
    try:
        response = await tap.download_request(request)
    except FetchFailed as error:
        failure = error
    seconds = asyncio.get_running_loop().time() - start
    return Outcome(response=response, failure=failure, capture=request.meta.get("capture"), seconds=seconds)


def ask(
    *requests: Request | str, settings: dict[str, object] | None = None, resolver: Resolver | None = None, pause: float = 0
) -> list[Outcome]:
    """One after the other, through one handler."""

    async def run() -> list[Outcome]:
        tap = handler(settings or {}, resolver)
        try:
            outcomes: list[Outcome] = []
            for request in requests:
                if outcomes and pause:
                    await asyncio.sleep(pause)
                outcomes.append(await one(tap, request))
            return outcomes
        finally:
            await tap.close()

    return asyncio.run(run())


def to_port(port: int, host: str = "127.0.0.1") -> list[str]:
    """Settings value that leads every connection to a server on loopback."""
    return [f"::{host}:{port}"]


def lookup(table: dict[str, Sequence[str]]) -> Resolver:
    """A resolver with the answers of a table; a name that is not in it has none."""

    def find(host: str) -> list[str]:
        if host not in table:
            raise OSError(-2, "Name or service not known")
        return list(table[host])

    return Resolver(find)
