"""What went over a connection in one exchange, byte for byte?

A `Tape` is wound by a `WireConnection`: the request as it was written, and all that came in from then on until the exchange was over.

Which bytes belong to an exchange: everything that was read while it was under way. Should a server send more than its message says
(text after Content-Length, a body after 304), what came in the same read as the message's last byte is on the tape, since it was on the
wire, and the connection is closed at once: nothing that follows can be mistaken for another response. Readers find the end of the
message by its own headers, so the record stays readable. What comes in between exchanges belongs to none and closes the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, Protocol, cast

from archive.model import Completeness, TruncatedReason
from crawler.framing import Framing
from crawler.guard import Address

# After a message whose end cannot be known, the server has this long to say more or to close.
_LINGER_SECONDS = 5.0

TapeEnd = Literal["done", "closed", "reset", "length", "time", "headers-too-large", "linger", "stopped"]


class Tape:
    """One exchange while it is under way, and what is left of it."""

    __slots__ = ("_received", "_waiter", "end", "framing", "head_seen", "limit", "request", "reused", "sent_at", "sent_time", "surplus")

    def __init__(self, request: bytes, framing: Framing, limit: int) -> None:
        self.request = request
        self.framing = framing
        self.limit = limit
        self.sent_at: datetime | None = None
        self.sent_time = 0.0
        self.head_seen: float | None = None
        self.surplus = 0
        self.reused = False
        self.end: TapeEnd | None = None
        self._received = bytearray()  # not a list of pieces: a drip of single bytes would cost forty times their size
        self._waiter: asyncio.Future[None] | None = None

    @property
    def response(self) -> bytes:
        """All that came in."""
        return bytes(self._received)

    def __len__(self) -> int:
        return len(self._received)

    @property
    def stale(self) -> bool:
        """A connection that had served before was gone before a byte came: RFC 9112 §9.3.1, the server closed it as we asked."""
        return self.reused and self.end in ("closed", "reset") and not self._received

    def started(self, now: float) -> None:
        """The request is being written."""
        self.sent_at = datetime.now(UTC)
        self.sent_time = now

    def take(self, data: bytes, now: float) -> None:
        """Bytes that came in, never kept beyond the limit."""
        room = self.limit - len(self._received)
        kept = data if len(data) <= room else data[:room]
        self._received += kept
        framing = self.framing
        used = framing.feed(kept)
        if self.head_seen is None and framing.head is not None:
            self.head_seen = now
        if framing.done:
            self.surplus = len(data) - used
            self.finish("done")
        elif framing.problem == "headers-too-large":
            self.finish("headers-too-large")
        elif len(data) > room:
            self.finish("length")

    def finish(self, end: TapeEnd) -> None:
        """The exchange is over; the first reason given counts."""
        if self.end is None:
            self.end = end
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)

    async def over(self) -> None:
        """Wait for the end."""
        if self.end is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def verdict(self) -> tuple[Completeness, TruncatedReason | None]:
        """How whole the response is, and in the words of WARC-Truncated why it is not."""
        closed = self.framing.closed()
        if closed == "complete":
            return "complete", None
        if self.end == "closed":
            return (closed, None) if closed == "length-unknown" else ("truncated", "disconnect")
        if self.end == "reset":
            return "truncated", "disconnect"
        if self.end in ("length", "headers-too-large"):
            return "truncated", "length"
        if self.end in ("time", "linger"):
            return "truncated", "time"
        return "truncated", "unspecified"


class Carrier(Protocol):
    """What a connection needs of what lies below it: a TCP transport or TLS."""

    def write(self, data: bytes) -> None:
        """Send."""

    def abort(self) -> None:
        """Close at once."""


class WireConnection(asyncio.Protocol):
    """A connection to one address of one origin; serves one exchange at a time."""

    def __init__(self, *, address: Address, trusted: bool, on_lost: Callable[[WireConnection], None]) -> None:
        self.address = address
        self.trusted = trusted
        """False where the address is not public: each request needs an allowance of its own to use it."""
        self.open = False
        self.used = False
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._carrier: Carrier | None = None
        self._tape: Tape | None = None
        self._linger: asyncio.TimerHandle | None = None

    def play(self, tape: Tape) -> None:
        """Send the tape's request and record until the response is over; `tape.over()` waits for that."""
        tape.started(self._loop.time())
        tape.reused, self.used = self.used, True
        if not self.open or self._carrier is None:
            tape.finish("closed")
            return
        self._tape = tape
        self._carrier.write(tape.request)

    def abort(self) -> None:
        """Close at once, without a farewell. Idle connections hold nothing that could be lost."""
        self.open = False
        if self._carrier is not None:
            self._carrier.abort()

    def attach(self, carrier: Carrier) -> None:
        """From now on this connection can be used."""
        self._carrier = carrier
        self.open = True

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.attach(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        tape = self._tape
        if tape is None:
            self.abort()
            return
        tape.take(data, self._loop.time())
        if tape.end is not None:
            self._release(tape)
        elif tape.framing.problem:
            self._rewind_linger(tape)

    def eof_received(self) -> bool:
        self.open = False  # even if asyncio has not closed it yet: no request may be written any more
        return False

    def stop(self, end: TapeEnd) -> None:
        """End the exchange from our side, for the reason given."""
        tape = self._tape
        if tape is not None:
            tape.finish(end)
            self._release(tape)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._carrier = None
        tape, self._tape = self._tape, None
        self._cancel_linger()
        if tape is not None:
            tape.finish("closed" if exc is None else "reset")
        self._on_lost(self)

    def _release(self, tape: Tape) -> None:
        self._tape = None
        self._cancel_linger()
        if tape.end != "done" or tape.surplus or not tape.framing.reusable:
            self.abort()

    def _rewind_linger(self, tape: Tape) -> None:
        self._cancel_linger()
        self._linger = self._loop.call_later(_LINGER_SECONDS, self.stop, "linger")

    def _cancel_linger(self) -> None:
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
