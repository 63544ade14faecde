"""What has an export of a name handed out already?

A mark in the state folder: the runs that went out, and the delivery that may still be under way. It is no copy of anything in the store:
who deletes it gets everything once more. Written anew as a whole, under a lock of its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.errors import BusyError, DamagedError, UsageError
from archive.lock import StateLock
from archive.spool import disk_error, sync_folder

FOLDER = "exports"
_FILE = "mark.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A batch that is complete under a hidden name and is being given its own."""

    serial: int
    hidden: str
    final: str
    identity: tuple[int, int]
    """Device and inode, by which the batch is known under either name."""
    runs: tuple[str, ...]
    extractions: tuple[str, ...]
    articles: int
    captures: int


@dataclass(slots=True, kw_only=True)
class Mark:
    """How far an export of one name has come."""

    name: str
    store: str
    """Identity of store and collection."""
    what: dict[str, Any]
    """Format and filters, as they were at the first time."""
    serial: int = 0
    """Of the last batch that was handed out."""
    runs: set[str] = field(default_factory=set)
    extractions: set[str] = field(default_factory=set)
    delivery: Delivery | None = None

    def settle(self) -> None:
        """The delivery has arrived."""
        if self.delivery is not None:
            self.serial = self.delivery.serial
            self.runs.update(self.delivery.runs)
            self.extractions.update(self.delivery.extractions)
            self.delivery = None


@contextlib.contextmanager
def held_mark(state: Path, name: str, *, store: str, what: dict[str, Any]) -> Iterator[Mark]:
    """The mark of that name, or a new one, locked. `state` is the folder of the collection.

    Raises `BusyError` where another process exports under this name, and `UsageError` where it was begun with something else.
    """
    folder = mark_folder(state, name)
    lock = StateLock(folder)
    try:
        lock.__enter__()
    except BusyError as error:
        raise BusyError(f"another export works with --since-last {name}", hint="wait for it to end, or use another name") from error
    try:
        mark = _read(folder / _FILE) or Mark(name=name, store=store, what=what)
        if mark.store != store:
            raise UsageError(
                f"--since-last {name} was begun with another store or collection",
                hint="use another name, or forget this one: `warchive export --marks --forget NAME`",
            )
        if mark.what != what:
            raise UsageError(
                f"--since-last {name} was begun with {_difference(mark.what, what)}",
                hint="ask as before, use another name, or forget this one: `warchive export --marks --forget NAME`",
            )
        yield mark
    finally:
        lock.__exit__(None, None, None)


def save_mark(state: Path, mark: Mark) -> None:
    """Durably."""
    delivery = mark.delivery
    facts = {
        "version": _VERSION,
        "name": mark.name,
        "store": mark.store,
        "what": mark.what,
        "serial": mark.serial,
        "extractions": sorted(mark.extractions),
        "delivery": None if delivery is None else {name: getattr(delivery, name) for name in Delivery.__slots__},
        "runs": sorted(mark.runs),
    }
    folder = mark_folder(state, mark.name)
    fresh = folder / f"{_FILE}.new"
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(facts, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(folder / _FILE)
        sync_folder(folder)
    except OSError as error:
        raise disk_error(error, fresh) from error


def marks(state: Path) -> list[Mark]:
    """Those that there are, by name."""
    folder = state / FOLDER
    names = sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else []
    return [mark for name in names if (mark := _read(folder / name / _FILE)) is not None]


def forget_mark(state: Path, name: str) -> None:
    """From now on everything is new to that name. Raises `UsageError` where there is none, `BusyError` where it is in use."""
    folder = mark_folder(state, name)
    if not (folder / _FILE).is_file():
        known = ", ".join(mark.name for mark in marks(state)[:8]) or "none"
        raise UsageError(f"no export was marked {name!r}", hint=f"there are: {known}")
    try:
        with StateLock(folder):
            (folder / _FILE).unlink()
            shutil.rmtree(folder, ignore_errors=True)
    except BusyError as error:
        raise BusyError(f"another export works with --since-last {name}", hint="wait for it to end") from error


def mark_folder(state: Path, name: str) -> Path:
    """Where the mark of a name lies. Raises `UsageError` for what cannot be one."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name[:80]!r} cannot be the name of an export", hint="letters, digits, hyphens and underscores")
    return state / FOLDER / name


def _read(path: Path) -> Mark | None:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["version"] != _VERSION:
            raise DamagedError(f"{path} was written by another version of warchive", hint="use that one, or forget the mark")
        found = facts["delivery"]
        delivery = None
        if found is not None:
            lists = {name: tuple(found[name]) for name in ("identity", "runs", "extractions")}
            delivery = Delivery(**{**found, **lists})
        return Mark(
            name=str(facts["name"]),
            store=str(facts["store"]),
            what=dict(facts["what"]),
            serial=int(facts["serial"]),
            runs=set(facts["runs"]),
            extractions=set(facts["extractions"]),
            delivery=delivery,
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_error(error, path) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            f"{path} cannot be read: {error.__class__.__name__}",
            hint="forget it with `warchive export --marks --forget NAME`: then everything is new to that name once more",
        ) from error


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    told = []
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            told.append(f"{name}={before.get(name)!r:.80}, and is asked for {now.get(name)!r:.80} now")
    return "; ".join(told)
