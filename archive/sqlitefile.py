"""How is an SQLite file treated that is derived, and may be made anew at any time?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import DamagedError, WarchiveError
from archive.ledger import translate


def delete_derived(path: Path) -> None:
    """With what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def opening(path: Path, what: str = "") -> Iterator[None]:
    """Raises what goes wrong while the file is opened or made as errors of ours; `what` stands before its name: `the catalogue `."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        problem = translate(error, path)
        if isinstance(problem, DamagedError):
            problem = DamagedError(problem.message, hint=f"delete {path}: it is made again from the store")
        raise problem from error
    except OSError as error:
        raise WarchiveError(
            f"cannot open {what}{path}: {error.strerror}", hint="make the state folder writable, or name another"
        ) from error
