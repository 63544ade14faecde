"""What does the person at the terminal see of an import? A line that changes while it goes on; elsewhere nothing."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text


class ImportProgress:
    """A live line on a terminal."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._told = 0.0

    def __enter__(self) -> ImportProgress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """What is done now."""
        if self._live is not None:
            self._live.update(Text(text, style="dim"))

    def watch(self, step: str, done: int, total: int) -> None:
        """How far it is."""
        if self._live is not None and time.monotonic() - self._told > 0.25:
            self._told = time.monotonic()
            self._live.update(Text(f"{step}: {done:,} of {total:,}", style="dim"))
