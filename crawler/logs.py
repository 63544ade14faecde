"""How does the program log? To stderr, one line per event, never a raw control character from the web; as JSON for machines."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class OneLine(logging.Formatter):
    """Time, level, logger, message; controls are escaped, so that a hostile URL can forge no line."""

    def format(self, record: logging.LogRecord) -> str:
        """As Formatter's."""
        text = _escape(record.getMessage())
        if record.exc_info:
            text += " | " + _escape(self.formatException(record.exc_info))
        return f"{_moment(record)} {record.levelname.lower()} {record.name}: {text}"


class JsonLine(logging.Formatter):
    """The same as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """As Formatter's."""
        event = {"time": _moment(record), "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event)  # ASCII: escapes controls and bidi marks as well


class QuietLibraries(logging.Filter):
    """Drops what libraries say below a level. Not by their loggers' levels: Scrapy sets its own anew when a process is made."""

    _NAMES = ("scrapy", "twisted", "trafilatura", "botocore", "boto3", "urllib3", "s3transfer", "asyncio", "htmldate", "filelock")

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """As Filter's."""
        return record.levelno >= self._level or record.name.split(".", 1)[0] not in self._NAMES


def set_up_logging(*, json_lines: bool, verbose: int) -> None:
    """Once per process, by the command line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if json_lines else OneLine())
    handler.addFilter(QuietLibraries(logging.DEBUG if verbose > 2 else logging.WARNING if verbose == 2 else logging.ERROR))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[min(verbose, 2)])


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _escape(text: str) -> str:
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode("ascii") for character in text)
