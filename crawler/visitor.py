"""What does a URL answer to somebody who only wants to look? Redirects followed, robots.txt obeyed, nothing kept.

For `sources add` and `sources check`: the wire of the crawl (same guard, same limits, same connect rules) without Scrapy, so that it needs
no reactor and can be used many times in a process. One request at a time per host, and the pauses of the crawl (crawler/manners.py). A
host that refuses twice in a row is not asked again: who only looks has less right to insist than who archives.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from archive.config import Config
from archive.http import MalformedMessage, decode_body
from archive.model import Message
from crawler.ask import read_target
from crawler.connect import parse_connect_rules
from crawler.dial import Dialer, trust
from crawler.exchange import Exchanged, exchange
from crawler.failures import FetchFailed
from crawler.guard import parse_allowance
from crawler.manners import HostPace, parse_retry_after
from crawler.resolve import Resolver, system_lookup
from crawler.robots import MAX_BYTES, Robots, parse
from crawler.work import origin_of

MAX_HOPS = 5
REFUSALS = 2
"""Failures of a host in a row (no connection, 429, 502, 503, 504), after which it is left alone."""
PATIENCE = 60.0
"""Seconds: a longer Retry-After is not waited for by somebody who sits before a terminal."""
LEFT_ALONE = frozenset({"overloaded", "unreachable", "retry-after"})
"""Problems that say of a URL that it was not asked for, because of what its host answered before."""
_BUSY = frozenset({429, 503})
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
    """Null for a success; else `http_NNN`, `robots_denied`, `robots_unreachable`, the name of a failure of the wire, or why the host was
    left alone: `overloaded`, `unreachable`, `retry-after`."""
    detail: str | None = None
    response: bytes = b""
    """The final response as it came over the wire."""
    moved_to: str | None = None
    """Set where every redirect was a permanent one."""


class LeftAlone(Exception):
    """The host refused before, and is not asked now."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason, detail)


class Visitor:
    """Asks politely. Use within `async with`."""

    def __init__(self, config: Config, agent: str) -> None:
        self._limits, self._agent = config.limits, agent
        self._resolver = Resolver(system_lookup)
        self._dialer = Dialer(
            rules=parse_connect_rules(config.network.connect_to),
            allowance=parse_allowance(config.network.allow_private),
            context=trust(str(config.network.ca_bundle or "")),
            resolver=self._resolver,
        )
        delay = config.limits.delay
        self._pace = HostPace(delay, backoff=min(1.0, delay), breaker_after=REFUSALS, patience=PATIENCE)
        self._own: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._origins: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._robots: dict[str, Robots | FetchFailed] = {}
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
                robots = await self._rules(at, delay, allow_private)
                if isinstance(robots, FetchFailed):
                    return Answer(url=url, final=at, problem=robots.reason, detail=robots.detail)
                if not robots.allows(at, self._agent):
                    if robots.verdict == "rules":
                        return Answer(url=url, final=at, problem="robots_denied", detail="its robots.txt does not allow it")
                    return Answer(url=url, final=at, problem="robots_unreachable", detail=robots.reason)
                played = await self._exchange(at, delay, allow_private)
                message, target = played.message, _target(played.message, at)
                if target is None or hops >= MAX_HOPS:
                    break
                permanent, hops, at = permanent and message.status in _PERMANENT, hops + 1, target
        except (FetchFailed, LeftAlone) as error:
            return Answer(url=url, final=at, problem=error.reason, detail=error.detail)
        except MalformedMessage as error:
            return Answer(url=url, final=at, problem="malformed", detail=error.message)
        good = 200 <= message.status < 300
        return Answer(
            url=url,
            final=at,
            problem=None if good else "too-many-redirects" if target else f"http_{message.status}",
            response=played.response,
            moved_to=at if good and hops and permanent else None,
        )

    async def robots(self, url: str) -> Robots:
        """The rules of the URL's origin, asked for once; where they cannot be had, those that forbid everything."""
        found = await self._rules(url, None, ())
        return parse(None, None) if isinstance(found, FetchFailed) else found

    async def _rules(self, url: str, delay: float | None, allow_private: tuple[str, ...]) -> Robots | FetchFailed:
        origin = origin_of(url)
        async with self._origins[origin]:
            if origin not in self._robots:
                try:
                    robots = await self._ask_robots(origin, delay, allow_private)
                except FetchFailed as error:  # RFC 9309 §2.3.1.4; not asked for again before each page
                    self._robots[origin] = error
                    return error
                self._robots[origin] = robots
                self._pace.set_crawl_delay(read_target(url).authority, robots.crawl_delay(self._agent))
            return self._robots[origin]

    async def _ask_robots(self, origin: str, delay: float | None, allow_private: tuple[str, ...]) -> Robots:
        at = origin + "/robots.txt"
        for _ in range(MAX_HOPS + 1):
            try:
                played = await self._exchange(at, delay, allow_private)
            except MalformedMessage:
                return parse(None, None)
            if not played.whole:  # the rule that is for us may be in the rest
                return parse(None, None)
            target = _target(played.message, at)
            if target is None:
                body = decode_body(played.message, max_bytes=MAX_BYTES + 1).body or played.message.raw_body
                return parse(played.message.status, body)
            at = target
        return parse(404, None)

    async def _exchange(self, url: str, delay: float | None, allow_private: tuple[str, ...]) -> Exchanged:
        """One request in its turn; a second one where the host says that it is busy, and for how short a time."""
        host = read_target(url).authority
        async with self._hosts[host]:
            if delay is not None:  # several sources of one host: the longest counts
                self._own[host] = max(delay, self._own.get(host, 0.0))
                self._pace.set_delay(host, self._own[host])
            played, wait = await self._turn(url, host, allow_private)
            if played.message.status in _BUSY and wait is not None and wait <= PATIENCE:
                played, _ = await self._turn(url, host, allow_private)
            return played

    async def _turn(self, url: str, host: str, allow_private: tuple[str, ...]) -> tuple[Exchanged, float | None]:
        """One request when the host may be asked, and what Retry-After says; raises `LeftAlone` where it may not."""
        loop = asyncio.get_running_loop()
        closed = self._pace.closed(host, loop.time())
        if closed is not None:
            asks = f"{host} asks not to be asked for another {closed.until - loop.time():.0f} s"
            raise LeftAlone(
                closed.reason, asks if closed.reason == "retry-after" else f"{host} failed {REFUSALS} times in a row, and is left alone"
            )
        # The second term: the answer before may have been the robots.txt that told us of a longer delay.
        ready = max(self._pace.ready_at(host), self._ended.get(host, -math.inf) + self._pace.delay_of(host))
        while (wait := ready - loop.time()) > 0:  # a timer may be early by its resolution
            await asyncio.sleep(wait)
        began = loop.time()
        self._pace.started(host, began)
        status: int | None = None
        retry_after: float | None = None
        self.requests += 1
        try:
            played = await exchange(url, self._dialer, self._limits, agent=self._agent, allow_private=allow_private)
            status = played.message.status
            retry_after = parse_retry_after(played.message.header("Retry-After"), datetime.now(UTC))
        except MalformedMessage:
            status = 502  # it answers, and what it says is no HTTP
            raise
        except asyncio.CancelledError:
            self._pace.released(host, loop.time())
            raise
        finally:
            self._ended[host] = loop.time()
            if self._pace.ready_at(host) == math.inf:
                self._pace.finished(host, loop.time(), status=status, retry_after=retry_after, latency=loop.time() - began)
        return played, retry_after


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
