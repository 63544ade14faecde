"""How do many requests read one archive at once, and see what was published since?

A reader is not thread-safe: each request borrows one of a few, and all of them share one store. New runs are entered into the catalogue
by one thread, asked for when somebody looks and the last look is a few seconds old.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from archive.errors import WarchiveError
from archive.marker import store_identity
from archive.reader import Archive

logger = logging.getLogger(__name__)

READERS = 16
"""How many requests read at the same time; more wait their turn. Pages take milliseconds, but a download holds its reader to the end."""
_CACHE = 3072  # kB of pages that each index of a reader keeps: what is read twice is in the kernel's cache anyhow
_IDLE_SECONDS = 60.0
_WAIT_FOR_SYNC = 0.7  # seconds a request waits for new runs to be entered; usually there are none, and it is over at once
_WAIT_AT_END = 5.0


class Readers:
    """A few archives, opened when they are first needed. Thread-safe; `take` may block for `_WAIT_FOR_SYNC`, `give` does not."""

    def __init__(
        self, open_one: Callable[[], Archive], *, sync_seconds: float, after_sync: Callable[[Archive], None] | None = None
    ) -> None:
        self._open, self._sync_seconds, self._after_sync = open_one, sync_seconds, after_sync
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._first: Archive | None = None  # the one that syncs, and whose store all share
        self._idle: list[tuple[float, Archive]] = []  # the one used last at the end
        self._last_sync = float("-inf")
        self._syncing: threading.Thread | None = None
        self._following: threading.Thread | None = None
        self._entered = threading.Event()
        self._wait_until = 0.0
        self._closed = False
        self.problem: str | None = None
        """Why new runs cannot be seen, if they cannot: what is known is shown all the same."""
        self.left_out: tuple[str, ...] = ()
        """Runs that the store has and that cannot be read, each with its reason."""
        self.behind: str | None = None
        """Why what is made after a sync, the index of the search, could not be brought up to date."""

    @contextlib.contextmanager
    def borrow(self, *, wait: bool = True) -> Iterator[Archive]:
        """An archive that nobody else uses until the end of the `with` statement; `wait` as in `take`."""
        archive = self.take(wait=wait)
        try:
            yield archive
        except BaseException:
            self.give(archive, spoiled=True)
            raise
        self.give(archive)

    def take(self, *, wait: bool = True) -> Archive:
        """An archive for one thread at a time, after a look at what is new, or with `wait` false while somebody looks; `give` it back."""
        self._see_what_is_new(wait=wait)
        while True:
            with self._lock:
                archive = self._idle.pop()[1] if self._idle else None
            if archive is None:
                return self._another()
            if not archive.catalogue.replaced:
                return archive
            archive.close()  # somebody rebuilt the catalogue: this one still reads the file that was deleted

    def give(self, archive: Archive, *, spoiled: bool = False) -> None:
        """Take it back. A spoiled one, left in the middle of something, is closed: an unfinished query would show it the past for ever."""
        now = time.monotonic()
        with self._lock:
            old = [idle for since, idle in self._idle if now - since > _IDLE_SECONDS]
            self._idle = [(since, idle) for since, idle in self._idle if now - since <= _IDLE_SECONDS]
            if spoiled or self._closed:
                old.append(archive)
            else:
                self._idle.append((now, archive))
        for one in old:
            one.close()

    def start(self) -> None:
        """Have a first look, without waiting for what it finds."""
        with self._lock:
            self._look()

    def close(self) -> None:
        """Close those that are idle, after a sync that is under way, and the others when they are given back."""
        with self._lock:
            threads, self._closed = (self._syncing, self._following), True
        for thread in threads:
            if thread is not None:
                thread.join(_WAIT_AT_END)
        with self._lock:
            idle, self._idle = [archive for _, archive in self._idle], []
            if self._first is not None and self._syncing is None:
                idle.append(self._first)
                self._first = None
        for archive in idle:
            archive.close()

    def _another(self) -> Archive:
        with self._opening:
            if self._first is None:
                self._first = self._open()
            return self._first.sibling(memory=_CACHE)

    def _see_what_is_new(self, *, wait: bool) -> None:
        with self._lock:
            self._look()
            waiting = wait and self._syncing is not None
        if waiting:
            self._entered.wait(max(0.0, self._wait_until - time.monotonic()))

    def _look(self) -> None:
        if self._syncing is None and not self._closed and time.monotonic() - self._last_sync >= self._sync_seconds:
            self._entered.clear()
            self._wait_until = time.monotonic() + _WAIT_FOR_SYNC  # nobody waits for a sync that takes longer, however often he asks
            self._syncing = threading.Thread(target=self._sync, name="sync", daemon=True)
            self._syncing.start()

    def _sync(self) -> None:
        try:
            archive = self._syncer()
            entered = archive.catalogue.sync(archive.store, archive.collection)
            if archive.catalogue.identity() is not None:
                store_identity(archive.store, create=False)  # a folder that is not mounted is empty, and a sync finds nothing new in it
            self.left_out = tuple(problem.message for problem in archive.catalogue.problems)
            self.problem = None
            if entered:
                archive.catalogue.release_memory()
            self._follow(archive)
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
            self._entered.set()

    def _follow(self, archive: Archive) -> None:
        """Begin what is done after a sync, in a thread and with an archive of its own, unless it is still being done."""
        if self._after_sync is not None and (self._following is None or not self._following.is_alive()) and not self._closed:
            self._following = threading.Thread(target=self._do_after, args=(archive.sibling(), self._after_sync), name="after", daemon=True)
            self._following.start()

    def _do_after(self, archive: Archive, after_sync: Callable[[Archive], None]) -> None:
        try:
            with contextlib.closing(archive):
                after_sync(archive)
            self.behind = None
        except WarchiveError as error:
            self.behind = error.message
            logger.warning("cannot bring the search up to date: %s", error)
        except Exception:
            self.behind = "an unforeseen error: the log has it"
            logger.exception("cannot bring the search up to date")

    def _syncer(self) -> Archive:
        with self._opening:
            if self._first is None:
                self._first = self._open()
            elif self._first.catalogue.replaced:
                old, self._first = self._first, self._first.sibling()
                old.close()
            return self._first
