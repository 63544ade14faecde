"""Where does an export keep what it must remember or sort, however much that is? In a file without a name, not in memory.

SQLite's temporary database: a few MiB in memory, the rest in the folder for temporary files, gone with the process.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.errors import SpaceError, WarchiveError


class Scratch:
    """Lines that come out sorted by bytes, things sorted by name, and names that were seen."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA cache_size=-16384",
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "CREATE TABLE lines (line BLOB PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE things (name TEXT PRIMARY KEY, thing BLOB) WITHOUT ROWID",
        ):
            self._run(statement)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def clear(self) -> None:
        """Begin anew."""
        self._run("DELETE FROM lines")
        self._run("DELETE FROM seen")
        self._run("DELETE FROM things")

    def add_line(self, line: bytes) -> None:
        """Keep a line; the same one counts once."""
        self._run("INSERT OR IGNORE INTO lines VALUES (?)", (line,))

    def lines(self) -> Iterator[bytes]:
        """All of them in the order of their bytes."""
        return (row[0] for row in self._run("SELECT line FROM lines ORDER BY line"))

    def put(self, name: str, thing: Any) -> None:
        """Keep something of this process under a name by which it is sorted."""
        self._run("INSERT OR REPLACE INTO things VALUES (?, ?)", (name, pickle.dumps(thing)))

    def get(self, name: str) -> Any:
        """The thing under that name, or null."""
        row = self._run("SELECT thing FROM things WHERE name = ?", (name,)).fetchone()
        return None if row is None else pickle.loads(row[0])

    def values(self) -> Iterator[Any]:
        """The things in the order of their names."""
        return (pickle.loads(row[0]) for row in self._run("SELECT thing FROM things ORDER BY name"))

    def see(self, name: str) -> bool:
        """Whether this name is new; from now on it is not."""
        return self._run("INSERT OR IGNORE INTO seen VALUES (?)", (name.encode("utf-8", "replace"),)).rowcount == 1

    def has_seen(self, name: str) -> bool:
        """Whether it was seen."""
        return self._run("SELECT 1 FROM seen WHERE name = ?", (name.encode("utf-8", "replace"),)).fetchone() is not None

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise SpaceError(
                    "no space for temporary files while exporting", hint="make room, or name a larger folder with TMPDIR"
                ) from error
            raise WarchiveError(f"cannot keep temporary files: {error}", hint="make the folder that TMPDIR names writable") from error
