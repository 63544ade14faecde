"""Which source files are as they were when they were last read, and what did they say?

Thousands of source files take seconds to read and to check, and cron reads them every ten minutes. What they said is kept in the state
folder, by path, size and time of change; a file that has changed, or has a fault, is read again. Derived: it may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.errors import Problem
from archive.software import software
from crawler.source_file import ScopeRules, Seed, Source

FILE = "sources.cache.json"
_TUPLES = ("languages", "topics", "allow_private")


class SourceCache:
    """What one file in the state folder remembers. Without it, or with one that cannot be read, every source file is read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[str, list[Any]] = {}
        self._used: dict[str, list[Any]] = {}
        self._stale = False
        if path is not None:
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                found = json.loads(path.read_text(encoding="utf-8"))
                if found["software"] == software():
                    self._kept = found["files"]

    def read(self, path: Path, read: Callable[[Path], Source | list[Problem]]) -> Source | list[Problem]:
        """The source of a file, from memory where the file has not changed since."""
        try:
            about = path.stat()
        except OSError:
            return read(path)
        key, mark = str(path), [about.st_mtime_ns, about.st_size, about.st_ino]
        kept = self._kept.get(key)
        if kept is not None and kept[0] == mark:
            with contextlib.suppress(KeyError, TypeError, ValueError):
                source = source_of(kept[1], path)
                self._used[key] = kept
                return source
        self._stale = True
        found = read(path)
        if isinstance(found, Source):
            self._used[key] = [mark, values_of(found)]
        return found

    def save(self) -> None:
        """Remember what was read. A state folder that cannot be written costs time, nothing else."""
        if self._path is None or not (self._stale or len(self._used) != len(self._kept)):
            return
        text = json.dumps({"software": software(), "files": self._used}, ensure_ascii=False, separators=(",", ":"))
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._path)


def values_of(source: Source) -> dict[str, Any]:
    """JSON-able."""
    values = dataclasses.asdict(source)
    del values["path"]
    return values


def source_of(values: dict[str, Any], path: Path) -> Source:
    """The inverse of `values_of`. Raises KeyError, TypeError or ValueError for what is none."""
    scope = values["scope"]
    return Source(
        **{
            **values,
            **{name: tuple(values[name]) for name in _TUPLES},
            "recheck": None if values["recheck"] is None else tuple(values["recheck"]),
            "seeds": tuple(Seed(**seed) for seed in values["seeds"]),
            "scope": ScopeRules(**{name: tuple(scope[name]) for name in ("allow_hosts", "allow", "deny")}),
        },
        path=path,
    )
