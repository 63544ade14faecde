"""How does the program log? To stderr, one line per event, never a raw control character from the web; as JSON for machines.

With `--log-json` everything on stderr is JSON, whoever wrote it: what is printed there by ourselves, by Python (warnings, tracebacks of
errors that nobody foresaw) or by a library becomes an event a line. Only what C code writes past Python stays as it is.
"""

from __future__ import annotations

import atexit
import io
import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_LONGEST = 1 << 16  # characters of a printed line that has no end


class OneLine(logging.Formatter):
    """Time, level, logger, message; controls are escaped, so that a hostile URL can forge no line."""

    def format(self, record: logging.LogRecord) -> str:
        """As Formatter's."""
        text = _escape(record.getMessage())
        if record.exc_info:
            text += " | " + _escape(self.formatException(record.exc_info))
        return f"{_moment(record.created)} {record.levelname.lower()} {record.name}: {text}"


class JsonLine(logging.Formatter):
    """The same as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """As Formatter's."""
        event = {"time": _moment(record.created), "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            event["stack"] = record.stack_info
        return json.dumps(event)  # ASCII: escapes controls and bidi marks as well


class QuietLibraries(logging.Filter):
    """Drops what libraries say below a level. Not by their loggers' levels: Scrapy sets its own anew when a process is made."""

    _NAMES = ("scrapy", "twisted", "trafilatura", "botocore", "boto3", "urllib3", "s3transfer", "asyncio", "htmldate", "filelock", "py")

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """As Filter's."""
        return record.levelno >= self._level or record.name.split(".", 1)[0] not in self._NAMES


class JsonStream(io.TextIOBase):
    """Stands for sys.stderr: each line that is printed becomes one event. Never a terminal, so that nobody draws on it."""

    def __init__(self, under: TextIO) -> None:
        super().__init__()
        self._under = under
        self._begun = ""
        self._lock = threading.RLock()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream below."""
        return self._under.encoding

    def fileno(self) -> int:
        """Of the stream below: for children that inherit it."""
        return self._under.fileno()

    def writable(self) -> bool:
        """As TextIOBase's."""
        return True

    def write(self, text: str) -> int:
        """Whole lines are passed on, the rest waits for its end."""
        with self._lock:
            *lines, self._begun = (self._begun + text).split("\n")
            if len(self._begun) > _LONGEST:
                lines.append(self._begun)
                self._begun = ""
            for line in lines:
                self._event(line)
        return len(text)

    def flush(self) -> None:
        """What has no end yet keeps waiting: half an event is none."""
        self._under.flush()

    def finish(self) -> None:
        """At the end of the process: what waits is an event too."""
        with self._lock:
            rest, self._begun = self._begun, ""
            self._event(rest)
            self._under.flush()

    def _event(self, line: str) -> None:
        if line.strip():
            event = {"time": _moment(datetime.now(UTC).timestamp()), "level": "warning", "logger": "stderr", "message": line.rstrip("\r")}
            self._under.write(json.dumps(event) + "\n")


def set_up_logging(*, json_lines: bool, verbose: int) -> None:
    """Once per process, by the command line."""
    under = sys.stderr
    handler = logging.StreamHandler(under)
    handler.setFormatter(JsonLine() if json_lines else OneLine())
    handler.addFilter(QuietLibraries(logging.DEBUG if verbose > 2 else logging.WARNING if verbose == 2 else logging.ERROR))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[min(verbose, 2)])
    logging.captureWarnings(True)  # logger py.warnings: quiet as the libraries that cause them
    if json_lines and under is not None and not isinstance(under, JsonStream):
        stream = JsonStream(under)
        sys.stderr = stream
        atexit.register(stream.finish)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


def hold_standard_streams() -> None:
    """Open on nothing what the parent closed of stdin, stdout and stderr.

    Otherwise the next file that is opened gets the free number, and what C code or a child prints lands in a WARC file.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            found = os.open(os.devnull, os.O_RDWR)
            if found != number:
                os.dup2(found, number)
                os.close(found)
            os.set_inheritable(number, True)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # print(file=None) would print error messages on stdout, among the data
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("warchive").critical("an error that nobody foresaw: please report it", exc_info=(kind, error, trace))


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _escape(text: str) -> str:
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode("ascii") for character in text)
