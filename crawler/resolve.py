"""Which addresses does a host name have, just now?

`getaddrinfo` blocks, so it runs in threads; daemon threads, since one that hangs must not keep the process from ending. Answers are
kept for a minute: a crawl asks one host many times. That is safe against rebinding because an address is judged whenever it is
connected to, not when it is looked up.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

from crawler.failures import FetchFailed
from crawler.guard import Address, plain_address

Lookup = Callable[[str], list[str]]

_FOUND_SECONDS = 60.0
_MISSING_SECONDS = 10.0  # a resolver that stumbled should be asked again soon
_MAX_NAMES = 2000
_MAX_THREADS = 16
_MAX_ADDRESSES = 16  # a hostile name server may send hundreds


def system_lookup(host: str) -> list[str]:
    """Ask the system's resolver; raises OSError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Resolver:
    """Host names to addresses, with a bounded, short-lived memory."""

    def __init__(self, lookup: Lookup = system_lookup, clock: Callable[[], float] | None = None) -> None:
        self._lookup = lookup
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, tuple[Address, ...] | FetchFailed]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[tuple[Address, ...]]] = {}
        self._threads = asyncio.Semaphore(_MAX_THREADS)

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """All addresses of the host, IPv4 in its plain form, in the order of the system's preference. Raises FetchFailed(`dns`)."""
        now = self._now()
        known = self._known.get(host)
        if known and known[0] > now:
            if isinstance(known[1], FetchFailed):
                raise FetchFailed(known[1].reason, known[1].detail)
            return known[1]
        asking = self._asking.get(host)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(host))
            self._asking[host] = asking
            asking.add_done_callback(lambda done: self._keep(host, done))
        # Shielded: one request that runs out of time must not take the answer away from the others that wait for it.
        return await asyncio.shield(asking)

    def close(self) -> None:
        """Give up what is being asked."""
        for asking in list(self._asking.values()):
            asking.cancel()

    async def _ask(self, host: str) -> tuple[Address, ...]:
        async with self._threads:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[list[str]] = loop.create_future()
            threading.Thread(target=self._in_thread, args=(host, loop, answer), name="warchive-resolver", daemon=True).start()
            try:
                texts = await answer
            except (OSError, UnicodeError) as error:
                raise FetchFailed("dns", f"{host} has no address: {getattr(error, 'strerror', None) or error}") from error
        found = dict.fromkeys(plain_address(ip_address(text)) for text in texts)
        if not found:
            raise FetchFailed("dns", f"{host} has no address")
        return tuple(found)[:_MAX_ADDRESSES]

    def _in_thread(self, host: str, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[list[str]]) -> None:
        found: list[str] = []
        problem: Exception | None = None
        try:
            found = self._lookup(host)
        except Exception as error:  # whatever it is, it belongs to whoever waits
            problem = error

        def tell() -> None:
            if answer.done():
                return
            if problem is None:
                answer.set_result(found)
            else:
                answer.set_exception(problem)

        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:
            return  # the loop was closed while we asked: nobody waits any more

    def _keep(self, host: str, done: asyncio.Future[tuple[Address, ...]]) -> None:
        self._asking.pop(host, None)
        if done.cancelled():
            return
        error = done.exception()
        self._known.pop(host, None)  # so that what is written now is the newest
        if error is None:
            self._known[host] = (self._now() + _FOUND_SECONDS, done.result())
        elif isinstance(error, FetchFailed):
            self._known[host] = (self._now() + _MISSING_SECONDS, error)
        while len(self._known) > _MAX_NAMES:
            self._known.popitem(last=False)

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()
