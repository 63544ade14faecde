"""What does a server answer to one request over a connection of its own, without Scrapy and without a reactor?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from archive.config import Limits
from archive.http import parse_response, split_interim
from archive.model import Message
from crawler.ask import read_target, write_request
from crawler.dial import Dialer
from crawler.failures import FetchFailed
from crawler.framing import Framing
from crawler.guard import parse_allowance
from crawler.settings import DEFAULT_REQUEST_HEADERS
from crawler.tape import Tape, WireConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """An answer whose head could be read."""

    response: bytes
    """As it came over the wire."""
    message: Message
    whole: bool
    """Not cut by the server or the network. What we cut ourselves for its length is whole enough for robots.txt (RFC 9309 §2.5)."""


async def exchange(url: str, dialer: Dialer, limits: Limits, *, agent: str, allow_private: tuple[str, ...] = ()) -> Exchanged:
    """Ask once; raises `FetchFailed`, and `MalformedMessage` for a head that cannot be read."""
    target = read_target(url)
    headers = {"User-Agent": agent, **DEFAULT_REQUEST_HEADERS}
    pairs = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    tape = Tape(write_request(target, "GET", pairs), Framing("GET", limits.max_header_bytes), limits.max_response_bytes)
    connection: WireConnection | None = None
    try:
        async with asyncio.timeout(limits.timeout):
            connection = await dialer.dial(
                host=target.host,
                port=target.port,
                tls=target.scheme == "https",
                allowance=parse_allowance(allow_private),
                on_lost=lambda _lost: None,
            )
            connection.play(tape)
            await tape.over()
    except TimeoutError:
        raise FetchFailed("timeout", f"{target.host} did not answer in {limits.timeout:g} s") from None
    finally:
        if connection is not None:
            connection.abort()
    if tape.framing.head is None:
        raise _nothing(tape, target.host)
    complete, why = tape.verdict()
    whole = complete != "truncated" or why == "length"
    return Exchanged(response=tape.response, message=parse_response(split_interim(tape.response)[1]), whole=whole)


def _nothing(tape: Tape, host: str) -> FetchFailed:
    """Named as crawler/wire.py names it."""
    if tape.framing.problem == "headers-too-large" or (tape.end == "length" and tape.framing.problem is None):
        return FetchFailed("headers-too-large", f"{host} sent {len(tape)} bytes of header and had not done")
    if tape.framing.problem == "malformed":
        return FetchFailed("malformed", f"what {host} sent does not begin as an HTTP response does")
    if tape.end == "reset":
        return FetchFailed("reset", f"{host} reset the connection after {len(tape)} bytes")
    if not len(tape):
        return FetchFailed("no-response", f"{host} closed the connection without a byte")
    return FetchFailed("malformed", f"the response of {host} ends within its header, after {len(tape)} bytes")
