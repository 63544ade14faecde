"""Who hears how a crawl ended, in whatever way it did?

The ping service and the metrics file: also of a configuration that is wrong, of a lock that is held, and of an error of ours.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from archive.errors import WarchiveError
from crawler.verbs import given

if TYPE_CHECKING:
    from archive.config import Config
    from crawler.notify import Pinger
    from crawler.run import RunResult


class Job:
    """One call of `warchive crawl`, as a context manager."""

    def __init__(self, metrics_file: Path | None) -> None:
        self._metrics_file = metrics_file
        self._pinger: Pinger | None = None
        self.result: RunResult | None = None
        """Set where a run came to its end."""
        self.summary = ""

    def configured(self) -> Config:
        """The configuration that is in force, and the beginning told; of one that is wrong, who can still be told is."""
        from crawler.notify import Pinger, notify_despite_errors

        try:
            setup = given.configuration()
        except WarchiveError:
            self._pinger = Pinger(notify_despite_errors(given.configuration_file(), os.environ))
            raise
        self._pinger = Pinger(setup.notify)
        self._pinger.started()
        return setup

    def __enter__(self) -> Job:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        from crawler.notify import exit_code_of

        code = exit_code_of(error)
        if self._metrics_file is not None:
            from crawler.metrics import write_metrics

            write_metrics(self._metrics_file, self.result.report if self.result else None, code, self.result)
        if self._pinger is not None:
            # An error that is ours has a message for people; of any other the kind alone is told, since its text may hold anything.
            message = str(error) if isinstance(error, WarchiveError) else "" if error is None else type(error).__name__
            self._pinger.ended(code, self.summary or message)
