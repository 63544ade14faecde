"""What can go wrong, who is told, and with which exit code the command ends.

Every error that a user may see names the thing, the reason and the next step. Foreign exceptions
(boto3, SQLite, OSError) are translated where they enter, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class WarchiveError(Exception):
    """Base of all errors that a user is shown as one message without a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(WarchiveError):
    """The command line is wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a configuration or source file."""

    path: Path | None
    line: int | None
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = str(self.path) if self.path else "(command line or environment)"
        if self.line is not None:
            where += f":{self.line}"
        return f"{where}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class ConfigError(WarchiveError):
    """`warchive.toml` or a source file is wrong; `problems` lists everything that is, not just the first."""

    exit_code = 3

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class StoreError(WarchiveError):
    """The store cannot be read or written; what is in the spool stays there."""

    exit_code = 6


class StoreUnreachable(StoreError):
    """No answer, 5xx, a reset or a time-out, after all retries."""


class StoreDenied(StoreError):
    """The store answered that we may not: wrong key, wrong secret, missing permission, folder not writable."""


class StoreMissing(StoreError):
    """The bucket or the folder of the store itself does not exist."""


class ObjectMissing(StoreError):
    """The store is there, this key is not."""


class StoreConflict(StoreError):
    """The key exists and holds other bytes. Nothing was overwritten."""


class DamagedError(WarchiveError):
    """Something that was written is not as it was: a digest, a size, a row does not match."""

    exit_code = 7


class SpaceError(WarchiveError):
    """Refused to capture for want of disk space; nothing acknowledged is lost."""

    exit_code = 8


class BusyError(WarchiveError):
    """Another run holds the lock of this state folder."""

    exit_code = 75


class UnfitError(WarchiveError):
    """The environment's self-test failed."""

    exit_code = 78
