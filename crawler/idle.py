"""Which open connection may serve the next request?

Connections are kept for a short time after a response that allows it, a few per origin: by default one, as we ask one thing at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from crawler.tape import WireConnection

_IDLE_SECONDS = 15.0  # the servers that we meet close after 5 to 75 s; a stale connection costs a retry


class IdleConnections:
    """The connections that wait for another request, by origin."""

    def __init__(self, per_origin: int) -> None:
        self._per_origin = per_origin
        self._idle: dict[Hashable, list[tuple[WireConnection, asyncio.TimerHandle]]] = {}

    def take(self, origin: Hashable) -> WireConnection | None:
        """The connection that was used last; it is the caller's now."""
        waiting = self._idle.get(origin)
        while waiting:
            connection, timer = waiting.pop()
            timer.cancel()
            if not waiting:
                del self._idle[origin]
            if connection.open:
                return connection
        return None

    def give(self, origin: Hashable, connection: WireConnection) -> None:
        """Keep a connection for later, or close it where enough are kept."""
        if not connection.open:
            return
        waiting = self._idle.setdefault(origin, [])
        if len(waiting) >= self._per_origin:
            connection.abort()
            return
        timer = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._expire, origin, connection)
        waiting.append((connection, timer))

    def forget(self, connection: WireConnection, origin: Hashable) -> None:
        """A connection was closed by the server."""
        waiting = self._idle.get(origin)
        if not waiting:
            return
        for place, (one, timer) in enumerate(waiting):
            if one is connection:
                timer.cancel()
                del waiting[place]
                break
        if not waiting:
            del self._idle[origin]

    def close(self) -> None:
        """Close all, now."""
        for waiting in self._idle.values():
            for connection, timer in waiting:
                timer.cancel()
                connection.abort()
        self._idle.clear()

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self._idle.values())

    def _expire(self, origin: Hashable, connection: WireConnection) -> None:
        self.forget(connection, origin)
        connection.abort()
