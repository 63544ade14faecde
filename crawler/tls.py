"""How do bytes pass through TLS without one of them being lost?

asyncio's own TLS transport drops what it has decrypted when an error follows in the same read: a page whose server crashed with an
alert right behind it would leave nothing (a test shows such a server). This one hands on every byte before it reports the end. It is
also smaller, for it never has to hold back: a tape takes all that comes, up to its limit.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import cast

from crawler.tape import WireConnection

_RECORD = 1 << 16  # a TLS record has at most 16 KiB (RFC 8446 §5.1)


class TlsPipe(asyncio.Protocol):
    """Between a TCP transport and a WireConnection."""

    def __init__(self, context: ssl.SSLContext, host: str, inner: WireConnection) -> None:
        self._inner = inner
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._transport: asyncio.Transport | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended = False

    async def ready(self) -> None:
        """Wait for the handshake. Raises ssl.SSLError where it fails, ConnectionError where the connection does."""
        try:
            await self._ready
        except BaseException:
            self.abort()
            raise

    # What a WireConnection asks for.

    def write(self, data: bytes) -> None:
        """Encrypt and send."""
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            self._end(error)
            return
        self._flush()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._shake_hands()

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        self._incoming.write(data)
        if not self._ready.done():
            self._shake_hands()
        else:
            self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._end(exc)

    def _shake_hands(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self._flush()  # the alert that tells the server why
            self._end(error)
        else:
            self._flush()
            self._inner.attach(self)
            self._ready.set_result(None)
            self._read()

    def _read(self) -> None:
        plain = bytearray()
        over = False
        error: ssl.SSLError | None = None
        while not over:
            try:
                piece = self._tls.read(_RECORD)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError as problem:
                error, over = problem, True
            else:
                plain += piece
                over = not piece  # the server's close_notify
        self._flush()
        if plain:
            self._inner.data_received(bytes(plain))
        if over:
            self._end(error)

    def _end(self, error: Exception | None) -> None:
        if self._ended:
            return
        self._ended = True
        if not self._ready.done():
            self._ready.set_exception(error or ConnectionResetError("the connection was closed"))
        elif not self._ready.cancelled() and self._ready.exception() is None:
            self._inner.connection_lost(error)
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and self._transport is not None:
            self._transport.write(data)
