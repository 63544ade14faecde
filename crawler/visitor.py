"""What does a URL answer to somebody who only wants to look? Redirects followed, robots.txt obeyed, nothing kept.

For `sources add` and `sources check`: the wire of the crawl (same guard, same limits, same connect rules) without Scrapy, so that it needs
no reactor and can be used many times in a process. One request at a time per host, and `delay` seconds between two.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from archive.config import Config
from archive.http import MalformedMessage, decode_body, parse_response, split_interim
from archive.model import Message
from crawler.ask import read_target, write_request
from crawler.connect import parse_connect_rules
from crawler.dial import Dialer, trust
from crawler.failures import FetchFailed
from crawler.framing import Framing
from crawler.guard import parse_allowance
from crawler.resolve import Resolver, system_lookup
from crawler.robots import MAX_BYTES, Robots, parse
from crawler.settings import DEFAULT_REQUEST_HEADERS
from crawler.tape import Tape, WireConnection
from crawler.work import origin_of

MAX_HOPS = 5
MAX_CRAWL_DELAY = 60.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking for one URL."""

    url: str
    """As asked for."""
    final: str
    """Where its redirects led."""
    problem: str | None
    """Null for a success; else `http_NNN`, `robots_denied`, or the name of a failure of the wire."""
    detail: str | None = None
    response: bytes = b""
    """The final response as it came over the wire."""
    moved_to: str | None = None
    """Set where every redirect was a permanent one."""


class Visitor:
    """Asks politely. Use within `async with`."""

    def __init__(self, config: Config, agent: str) -> None:
        self._limits, self._agent = config.limits, agent
        self._network = config.network
        self._resolver = Resolver(system_lookup)
        self._dialer = Dialer(
            rules=parse_connect_rules(config.network.connect_to),
            allowance=parse_allowance(config.network.allow_private),
            context=trust(str(config.network.ca_bundle or "")),
            resolver=self._resolver,
        )
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._origins: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._robots: dict[str, Robots] = {}
        self.requests = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._resolver.close()

    async def get(self, url: str, *, delay: float | None = None, allow_private: tuple[str, ...] = ()) -> Answer:
        """Ask for a URL; never raises for what the web does."""
        at, permanent, hops = url, True, 0
        try:
            while True:
                robots = await self.robots(at, delay=delay, allow_private=allow_private)
                if not robots.allows(at, self._agent):
                    return Answer(url=url, final=at, problem="robots_denied", detail=robots.reason)
                response = await self._exchange(at, delay, allow_private)
                message = parse_response(split_interim(response)[1])
                target = _target(message, at)
                if target is None or hops >= MAX_HOPS:
                    break
                permanent, hops, at = permanent and message.status in _PERMANENT, hops + 1, target
        except FetchFailed as error:
            return Answer(url=url, final=at, problem=error.reason, detail=str(error))
        except MalformedMessage as error:
            return Answer(url=url, final=at, problem="malformed", detail=error.message)
        good = 200 <= message.status < 300
        return Answer(
            url=url,
            final=at,
            problem=None if good else "too-many-redirects" if target else f"http_{message.status}",
            response=response,
            moved_to=at if good and hops and permanent else None,
        )

    async def robots(self, url: str, *, delay: float | None = None, allow_private: tuple[str, ...] = ()) -> Robots:
        """The rules of the URL's origin, asked for once."""
        origin = origin_of(url)
        async with self._origins[origin]:
            if origin not in self._robots:
                self._robots[origin] = robots = await self._ask_robots(origin, delay, allow_private)
                wanted = robots.crawl_delay(self._agent)
                if wanted is not None:
                    host = urlsplit(url).hostname or ""
                    self._delays[host] = max(self._delays.get(host, 0.0), min(wanted, MAX_CRAWL_DELAY))
            return self._robots[origin]

    async def _ask_robots(self, origin: str, delay: float | None, allow_private: tuple[str, ...]) -> Robots:
        at = origin + "/robots.txt"
        for _ in range(MAX_HOPS + 1):
            response = await self._exchange(at, delay, allow_private)
            message = parse_response(split_interim(response)[1])
            target = _target(message, at)
            if target is None:
                body = decode_body(message, max_bytes=MAX_BYTES + 1).body or message.raw_body
                return parse(message.status, body)
            at = target
        return parse(404, None)

    async def _exchange(self, url: str, delay: float | None, allow_private: tuple[str, ...]) -> bytes:
        host = urlsplit(url).hostname or ""
        loop = asyncio.get_running_loop()
        async with self._hosts[host]:
            await asyncio.sleep(max(0.0, self._free_at.get(host, 0.0) - loop.time()))
            try:
                self.requests += 1
                return await self._play(url, allow_private)
            finally:
                pause = self._limits.delay if delay is None else delay
                self._free_at[host] = loop.time() + max(pause, self._delays.get(host, 0.0))

    async def _play(self, url: str, allow_private: tuple[str, ...]) -> bytes:
        target = read_target(url)
        headers = {"User-Agent": self._agent, **DEFAULT_REQUEST_HEADERS}
        pairs = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        tape = Tape(write_request(target, "GET", pairs), Framing("GET", self._limits.max_header_bytes), self._limits.max_response_bytes)
        connection: WireConnection | None = None
        try:
            async with asyncio.timeout(self._limits.timeout):
                connection = await self._dialer.dial(
                    host=target.host,
                    port=target.port,
                    tls=target.scheme == "https",
                    allowance=parse_allowance(allow_private),
                    on_lost=lambda _lost: None,
                )
                connection.play(tape)
                await tape.over()
        except TimeoutError:
            raise FetchFailed("timeout", f"{target.host} did not answer in {self._limits.timeout:g} s") from None
        finally:
            if connection is not None:
                connection.abort()
        if tape.framing.head is None:
            raise FetchFailed("no-response", f"{target.host} closed the connection without an answer")
        return tape.response


def _target(message: Message, base: str) -> str | None:
    """Where a redirect leads."""
    location = message.header("Location")
    if message.status not in _REDIRECTS or not location:
        return None
    try:
        target = urljoin(base, location.strip())
        urlsplit(target).port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    return target if target[:8].lower().startswith(("http://", "https://")) else None
