"""What does the person at the terminal see while texts are made again? One line that moves; elsewhere nothing."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crawler.extraction_archive import Counters

_EVERY = 0.25


class ExtractionProgress:
    """A live line on a terminal."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._shown = 0.0

    def __enter__(self) -> ExtractionProgress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def watch(self, counters: Counters) -> None:
        """Called for each capture."""
        now = time.monotonic()
        if self._live is not None and now - self._shown >= _EVERY:
            self._shown = now
            self._live.update(Text(status(counters, now)), refresh=True)


def status(counters: Counters, now: float) -> str:
    """Step, how far, how fast, how long still."""
    done, seconds = counters.done - counters.found_done, max(now - counters.began, 0.001)
    text = f"{counters.step}: {counters.done:,} of {counters.total:,} captures"
    if done < 20 or seconds < 1:
        return text
    rate = done / seconds
    left = (counters.total - counters.done) / rate
    return f"{text}, {rate:,.0f} a second, {_spoken(left)} left"


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
