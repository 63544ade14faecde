"""How are the indexes that lie beside the catalogue brought up to date while pages are shown from them?

In a thread of their own, one at a time for each, started when somebody asks. Who asks waits a moment, and then gets what is there: a first
look at near duplicates among a million articles takes longer than anybody waits for a page.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from archive.errors import WarchiveError
from archive.reader import Archive

logger = logging.getLogger(__name__)

_CACHE = 2048  # kB of the catalogue that its own connection keeps


class Beside:
    """One index beside the catalogue. Thread-safe."""

    def __init__(self, open_one: Callable[[], Archive], sync: Callable[[Archive], object], *, seconds: float = 5.0) -> None:
        self._open, self._do, self._seconds = open_one, sync, seconds
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._thread: threading.Thread | None = None
        self._reading = threading.Lock()
        self._reader: Archive | None = None
        self.problem: str | None = None
        """Why it cannot be brought up to date, if it cannot."""

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Archive]:
        """The one reader of this index: a connection to it keeps megabytes of it, and looking something up takes milliseconds."""
        with self._reading:
            if self._reader is not None and self._reader.catalogue.replaced:
                self._reader.close()
                self._reader = None
            if self._reader is None:
                self._reader = self._small()
            yield self._reader

    def close(self) -> None:
        """Close the reader. What is being brought up to date ends with the process: it goes on where it was left."""
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def bring_up(self, wait: float) -> bool:
        """See to it that it is up to date, unless that was done lately; whether it is done, after `wait` seconds at most."""
        with self._lock:
            if self._thread is None and time.monotonic() - self._last >= self._seconds:
                self._thread = threading.Thread(target=self._sync, name="beside", daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(wait)
        return thread is None or not thread.is_alive()

    def _small(self) -> Archive:
        archive = self._open()
        archive.catalogue.use_memory(_CACHE)
        return archive

    def _sync(self) -> None:
        try:
            with contextlib.closing(self._small()) as archive:
                self._do(archive)
            self.problem = None
        except WarchiveError as error:
            self.problem = str(error)
            logger.warning("cannot bring an index up to date: %s", error)
        except Exception:
            self.problem = "an unforeseen error: the log has it"
            logger.exception("cannot bring an index up to date")
        finally:
            with self._lock:
                self._last, self._thread = time.monotonic(), None
