"""How do many requests read one archive at once, and see what was published since?

A reader is not thread-safe: each request borrows one of a few. New runs are entered into the catalogue by one thread, asked for when
somebody looks and the last look is a few seconds old.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, LifoQueue

from archive.errors import WarchiveError
from archive.reader import Archive

logger = logging.getLogger(__name__)

_READERS = 8  # a few more than the pages that one person opens at once; each holds a SQLite connection
_WAIT_FOR_SYNC = 0.7  # seconds a request waits for new runs to be entered; usually there are none, and it is over at once


class Readers:
    """A few archives, opened when they are first needed. Thread-safe."""

    def __init__(
        self, open_one: Callable[[], Archive], *, sync_seconds: float, after_sync: Callable[[Archive], None] | None = None
    ) -> None:
        self._open, self._sync_seconds, self._after_sync = open_one, sync_seconds, after_sync
        self._idle: LifoQueue[Archive] = LifoQueue()
        self._slots = threading.BoundedSemaphore(_READERS)
        self._lock = threading.Lock()
        self._last_sync = float("-inf")
        self._syncing: threading.Thread | None = None
        self.problem: str | None = None
        """Why new runs cannot be seen, if they cannot: what is known is shown all the same."""

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Archive]:
        """An archive that nobody else uses until the end of the `with` statement."""
        self._see_what_is_new()
        with self._slots:
            try:
                archive = self._idle.get_nowait()
            except Empty:
                archive = self._open()
            try:
                yield archive
            finally:
                self._idle.put(archive)

    def close(self) -> None:
        """Close those that are idle, after a sync that is under way."""
        with self._lock:
            thread = self._syncing
        if thread is not None:
            thread.join()
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _see_what_is_new(self) -> None:
        with self._lock:
            if self._syncing is None and time.monotonic() - self._last_sync >= self._sync_seconds:
                self._syncing = threading.Thread(target=self._sync, name="sync", daemon=True)
                self._syncing.start()
            thread = self._syncing
        if thread is not None:
            thread.join(_WAIT_FOR_SYNC)

    def _sync(self) -> None:
        try:
            with contextlib.closing(self._open()) as archive:
                archive.catalogue.sync(archive.store, archive.collection)
                if self._after_sync is not None:
                    self._after_sync(archive)
            self.problem = None
        except WarchiveError as error:
            self.problem = str(error)
            logger.warning("cannot look for new runs: %s", error)
        except Exception:
            self.problem = "an unforeseen error while looking for new runs: the log has it"
            logger.exception("cannot look for new runs")
        finally:
            with self._lock:
                self._last_sync = time.monotonic()
                self._syncing = None
