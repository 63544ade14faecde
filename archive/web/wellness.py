"""What is unwell, told quickly? The answer of a minute ago, while a slow examination makes a new one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.errors import WarchiveError
from archive.web.readers import Readers
from archive.web.settings import Health

logger = logging.getLogger(__name__)

_SECONDS = 60.0  # how old an answer may be before a new one is made


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """How the sources were at one moment, the gravest first."""

    states: tuple[Mapping[str, Any], ...]
    at: datetime


class Wellness:
    """Keeps the last examination. Thread-safe."""

    def __init__(self, health: Health | None, readers: Readers) -> None:
        self._health, self._readers = health, readers
        self._lock = threading.Lock()
        self._last: Examined | None = None
        self._next = float("-inf")
        self._thread: threading.Thread | None = None
        self.problem: str | None = None
        """Why it cannot be told, if it cannot."""

    @property
    def asked(self) -> bool:
        """Whether there is anybody to ask."""
        return self._health is not None

    def look(self, wait: float) -> Examined | None:
        """The last answer, or what is there after `wait` seconds; null where there is none yet."""
        if self._health is None:
            return None
        with self._lock:
            if self._thread is None and time.monotonic() >= self._next:
                self._thread = threading.Thread(target=self._examine, args=(self._health,), name="health", daemon=True)
                self._thread.start()
            thread, known = self._thread, self._last
        if known is None and thread is not None:
            thread.join(wait)
        return self._last

    def _examine(self, health: Health) -> None:
        try:
            with self._readers.borrow() as archive:
                states: Sequence[Mapping[str, Any]] = health(archive)
            self._last = Examined(states=tuple(states), at=datetime.now(UTC))
            self.problem = None
        except WarchiveError as error:
            self.problem = error.message
            logger.warning("cannot tell what is unwell: %s", error)
        except Exception:
            self.problem = "the examination met an error that nobody foresaw: the log has it"
            logger.exception("cannot tell what is unwell")
        finally:
            with self._lock:
                self._next = time.monotonic() + _SECONDS
                self._thread = None
