"""Who works in this state folder? At most one process at a time: the one that holds its lock.

`flock` on `<state>/lock`: the kernel gives it back when its holder dies, however it dies. What is written in the file only tells a
person who holds it; nothing is decided by it. The file itself is never deleted: two processes could then lock two files of one name.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
import weakref
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from archive.errors import BusyError, WarchiveError

_NOTE_BYTES = 512
_LOOK = 0.2  # seconds between two looks at a lock that is waited for
_held: weakref.WeakSet[StateLock] = weakref.WeakSet()


class StateLock:
    """Held between `with StateLock(state):` and its end. Raises `BusyError`, which names the holder: at once, or after `wait` seconds."""

    def __init__(self, state: Path, *, wait: float = 0.0) -> None:
        self.path = state / "lock"
        self._wait = wait
        self._fd: int | None = None
        self._since = ""

    def __enter__(self) -> StateLock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            self._take(fd)
        except BlockingIOError as error:
            holder = _holder(fd)
            os.close(fd)
            raise BusyError(
                f"another process works in {self.path.parent}: {holder}",
                hint="wait for it to end (`crawl --wait SECONDS` does), or give this run a --state folder of its own; "
                "a lock never outlives its process",
            ) from error
        except OSError as error:
            os.close(fd)
            raise _unusable(self.path, error) from error
        self._fd = fd
        self._since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        _held.add(self)
        self.note(None)
        return self

    def _take(self, fd: int) -> None:
        """Raises BlockingIOError where it is still held when our patience ends."""
        deadline = time.monotonic() + self._wait
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK)

    def note(self, run: str | None) -> None:
        """Write down which run this is, for whoever finds the folder busy."""
        if self._fd is None:
            raise ValueError("the lock is not held")
        text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "run": run, "since": self._since}) + "\n"
        with contextlib.suppress(OSError):  # a full disk does not forbid to hold a lock
            os.pwrite(self._fd, text.encode().ljust(_NOTE_BYTES), 0)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        _held.discard(self)
        if fd is not None:
            os.close(fd)


def _holder(fd: int) -> str:
    try:
        note = json.loads(os.pread(fd, _NOTE_BYTES, 0))
        run = f", run {note['run']}" if note["run"] else ""
        return f"process {int(note['pid'])} on {note['host']}{run}, since {note['since']}"
    except (ValueError, KeyError, TypeError, OSError):
        return "it has not written down which one it is"


def _unusable(path: Path, error: OSError) -> WarchiveError:
    return WarchiveError(f"cannot lock {path}: {error.strerror}", hint="make the state folder writable, or name another with --state")


def _let_go_in_child() -> None:
    # A lock of flock belongs to the open file, which a fork shares: a child that lives longer than we would keep it.
    for lock in list(_held):
        lock._close()


os.register_at_fork(after_in_child=_let_go_in_child)
