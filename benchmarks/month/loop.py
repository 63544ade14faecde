"""How does asyncio's time pass without waiting? It jumps to the next timer when nothing else is left to do.

What is real is waited for really: sockets (the loop's own wake-up pipe), and work in threads, which may go on while time stands still.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Asks the system without waiting; where asyncio would have waited for a timer, virtual time passes instead."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.in_threads or timeout is None:
            return super().select(None if timeout is None else 0.05)
        self.loop.pass_time(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock reads `now`, in seconds from whatever it was started at."""

    def __init__(self, now: float) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = now
        self.in_threads = 0
        super().__init__(selector)

    def time(self) -> float:
        """Virtual."""
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Without waiting. A timer's own arithmetic may round down to a moment before it is due: a microsecond more does no harm."""
        self.now += seconds + 1e-6

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """As asyncio does, and time stands still until it is done."""
        self.in_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _future: asyncio.Future[Any]) -> None:
        self.in_threads -= 1
