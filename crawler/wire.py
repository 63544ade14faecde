"""How does Scrapy fetch a URL so that every byte of the exchange is kept?

A download handler for http and https. It stands on asyncio's own transports and not on Twisted's HTTP client, because the question here
is only where a response ends (crawler/framing.py): a client that parses more refuses more, and what is refused is lost as evidence.
So a Twisted reactor must be the asyncio one, which is Scrapy's default.

The bytes are in `request.meta["capture"]`; the Response that Scrapy gets has status and headers, and no body.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.utils.asyncio import is_asyncio_available

from archive.errors import ConfigError, Problem
from archive.model import Capture
from crawler.ask import Target, read_target, write_request
from crawler.connect import parse_connect_rules
from crawler.dial import Dialer, trust
from crawler.failures import FetchFailed
from crawler.framing import Framing, Head
from crawler.guard import Allowance, parse_allowance
from crawler.idle import IdleConnections
from crawler.resolve import Resolver, system_lookup
from crawler.tape import Tape, WireConnection

__all__ = ["FetchFailed", "WireDownloadHandler", "hurry"]

hurry = object()
"""Signal: `crawler.signals.send_catch_log(wire.hurry, seconds=5.0)` gives what is under way, and what is still asked for, no more than
so long. For a crawl that is told to stop while a server drips."""

_MIB = 1 << 20
_DEFAULTS = {"WARCHIVE_MAX_RESPONSE_BYTES": 64 * _MIB, "WARCHIVE_MAX_HEADER_BYTES": 128 * 1024}
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110 §9.2.1, as far as we use them


class WireDownloadHandler(BaseDownloadHandler):
    """See the module. One instance serves one scheme and owns its connections."""

    lazy = False  # a wrong setting shows at the start, not at the first https URL

    def __init__(self, crawler: Crawler, *, resolver: Resolver | None = None) -> None:
        if not is_asyncio_available():
            raise NotConfigured("WireDownloadHandler needs Scrapy's asyncio reactor; leave TWISTED_REACTOR at its default")
        super().__init__(crawler)
        settings = crawler.settings
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_response = settings.getint("WARCHIVE_MAX_RESPONSE_BYTES", _DEFAULTS["WARCHIVE_MAX_RESPONSE_BYTES"])
        self._max_header = settings.getint("WARCHIVE_MAX_HEADER_BYTES", _DEFAULTS["WARCHIVE_MAX_HEADER_BYTES"])
        self._resolver = resolver or Resolver(system_lookup)
        try:
            rules = parse_connect_rules(settings.getlist("WARCHIVE_CONNECT_TO"))
            allowance = parse_allowance(settings.getlist("WARCHIVE_ALLOW_PRIVATE"))
        except ValueError as error:
            raise ConfigError([Problem(path=None, line=None, message=f"network: {error}")]) from error
        self._dialer = Dialer(
            rules=rules, allowance=allowance, context=trust(settings.get("WARCHIVE_CA_BUNDLE") or ""), resolver=self._resolver
        )
        self._idle = IdleConnections(max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")))
        self._scopes: set[asyncio.Timeout] = set()
        self._latest: float | None = None
        crawler.signals.connect(self._hurry, signal=hurry)

    async def download_request(self, request: Request) -> Response:
        """Fetch it. Raises FetchFailed; leaves `meta["capture"]` whenever any byte came back."""
        request.meta.pop("capture", None)  # a retried request carries the meta of the first try
        if request.meta.get("proxy"):
            raise FetchFailed("connect", "proxies are not supported: whoever asked for one would be surprised to see us go without")
        target = read_target(request.url)
        loop = asyncio.get_running_loop()
        allowed = float(request.meta.get("download_timeout") or self._timeout)
        deadline = loop.time() + allowed
        tape: Tape | None = None
        connection: WireConnection | None = None
        try:
            async with asyncio.timeout_at(deadline if self._latest is None else min(deadline, self._latest)) as scope:
                self._scopes.add(scope)
                try:
                    connection, tape = await self._connect_and_play(request, target)
                    await tape.over()
                    if tape.stale and request.method in _SAFE_TO_REPEAT:
                        connection = tape = None
                        connection, tape = await self._connect_and_play(request, target, fresh=True)
                        await tape.over()
                finally:
                    self._scopes.discard(scope)
        except TimeoutError:
            if connection is None or tape is None:
                raise FetchFailed("timeout", f"no connection to {target.host} within {allowed:g} s") from None
            connection.stop("time")
        except BaseException:  # cancelled: by the engine's stop, for one
            if connection is not None and tape is not None:
                connection.stop("stopped")
                self._keep(request, target, connection, tape)
            raise
        self._keep(request, target, connection, tape)
        self._idle.give(target.origin, connection)
        return _response(request, connection, tape, allowed)

    async def close(self) -> None:
        """Close all connections and give up lookups, at once."""
        self.crawler.signals.disconnect(self._hurry, signal=hurry)
        self._idle.close()
        self._resolver.close()
        await asyncio.sleep(0)  # asyncio closes the sockets in its next turn

    async def _connect_and_play(self, request: Request, target: Target, *, fresh: bool = False) -> tuple[WireConnection, Tape]:
        allowance = _allowance(tuple(request.meta.get("allow_private") or ()))
        connection = None if fresh else self._idle.take(target.origin)
        if connection is not None and not self._dialer.may_reuse(connection, target.host, allowance):
            self._idle.give(target.origin, connection)
            connection = None
        if connection is None:
            connection = await self._dialer.dial(
                host=target.host,
                port=target.port,
                tls=target.scheme == "https",
                allowance=allowance,
                on_lost=lambda lost: self._idle.forget(lost, target.origin),
            )
        pairs = [(name, value) for name, values in request.headers.items() for value in values]
        sent = write_request(target, request.method, pairs, request.body)
        most = min(self._max_response, int(request.meta.get("max_response_bytes") or self._max_response))
        tape = Tape(sent, Framing(request.method, self._max_header), most)
        connection.play(tape)
        return connection, tape

    def _keep(self, request: Request, target: Target, connection: WireConnection, tape: Tape) -> None:
        if tape.head_seen is not None:
            request.meta["download_latency"] = tape.head_seen - tape.sent_time  # Scrapy's AutoThrottle reads it
        if len(tape) and tape.sent_at is not None:
            completeness, truncated = tape.verdict()
            request.meta["capture"] = Capture(
                url=target.url,
                fetched_at=tape.sent_at,
                request=tape.request,
                response=tape.response,
                ip_address=str(connection.address),
                kind=request.meta.get("capture_kind", "page"),
                completeness=completeness,
                truncated=truncated,
            )

    def _hurry(self, seconds: float) -> None:
        self._latest = asyncio.get_running_loop().time() + seconds
        for scope in self._scopes:
            when = scope.when()
            if not scope.expired() and (when is None or when > self._latest):
                scope.reschedule(self._latest)


def _response(request: Request, connection: WireConnection, tape: Tape, allowed: float) -> Response:
    head = tape.framing.head
    if head is None:
        raise _failure(connection, tape, allowed)
    flags = [f"wire-{tape.end}"] if tape.end not in ("done", "closed") else []
    if tape.surplus:
        flags.append("wire-surplus")
    if tape.framing.problem:
        flags.append(f"wire-{tape.framing.problem}")
    return Response(
        request.url,
        status=head.status,
        headers=_headers(head),
        flags=flags,
        ip_address=connection.address,
        protocol=head.version.decode("latin-1"),
    )


def _failure(connection: WireConnection, tape: Tape, allowed: float) -> FetchFailed:
    who = str(connection.address)
    if tape.framing.problem == "headers-too-large" or (tape.end == "length" and tape.framing.problem is None):
        return FetchFailed("headers-too-large", f"{who} sent {len(tape)} bytes of header and had not done")
    if tape.framing.problem == "malformed":
        return FetchFailed("malformed", f"what {who} sent does not begin as an HTTP response does")
    if tape.end == "time":
        return FetchFailed("timeout", f"no response from {who} within {allowed:g} s")
    if tape.end == "reset":
        return FetchFailed("reset", f"{who} reset the connection after {len(tape)} bytes")
    if not len(tape):
        return FetchFailed("no-response", f"{who} closed the connection without a byte")
    return FetchFailed("malformed", f"the response of {who} ends within its header, after {len(tape)} bytes")


def _headers(head: Head) -> Headers:
    grouped: dict[bytes, list[bytes]] = {}
    for name, value in head.headers:
        grouped.setdefault(name.title(), []).append(value)
    return Headers(grouped)


@lru_cache(maxsize=256)
def _allowance(entries: tuple[Any, ...]) -> Allowance:
    return parse_allowance(str(entry) for entry in entries)
