"""What did an earlier run leave in the spool, and what of it is acknowledged?

DESIGN §5.6: rows and bytes are compared. Bytes behind the last row go to quarantine and are cut off, so that a segment ends where its
rows end; what is no longer as it was is salvaged (archive/repair.py) and named. Then every segment is closed and can be published.
Call it with the lock held, before a new run begins.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from archive.crashpoints import crashpoint
from archive.derived import FOLDER
from archive.ledger import Ledger
from archive.publish import remove_folder
from archive.quarantine import keep_copy, move_whole
from archive.repair import Damage, Group, Lost, OnLost, groups_of, lost_of, salvage
from archive.spool import Reserve, disk_error, file_sha256, sync_file, sync_folder


@dataclass(slots=True, kw_only=True)
class Recovery:
    """What was found and done."""

    unfinished: list[str] = field(default_factory=list)
    """Runs that were killed: they have no report yet; end them, then publish them."""
    ready: list[str] = field(default_factory=list)
    """Runs that ended and are not yet published."""
    quarantined: list[Path] = field(default_factory=list)
    """Bytes that were never acknowledged, or that are damaged."""
    lost: list[Lost] = field(default_factory=list)
    """Acknowledged captures that this recovery could not save."""
    damage: list[Damage] = field(default_factory=list)
    """All that was ever found and not yet told (`damage_told`), by this recovery or by one that was killed."""


def recover_spool(ledger: Ledger, state: Path, *, on_lost: OnLost | None = None) -> Recovery:
    """Make rows and bytes agree for every run that is not yet published. May be killed anywhere and called again.

    `on_lost` runs in the transaction that deletes the row of a lost capture. Raises `SpaceError` where there is no room to save what
    must be saved; nothing is then cut or deleted.
    """
    recovery = Recovery()
    Reserve(state).release()  # on a full disk this is the room in which to put things right; the next spool takes it back
    for run in ledger.facts("forgotten:"):
        remove_folder(ledger, state / "spool" / run, run)
    rows = ledger.runs()
    for row in rows:
        _recover_run(ledger, state, str(row["run"]), recovery, on_lost)
        (recovery.unfinished if row["report"] is None else recovery.ready).append(str(row["run"]))
    known = {str(row["run"]) for row in rows}
    for folder in _entries(state / "spool"):
        if folder.name not in known:
            recovery.quarantined.append(move_whole(state, folder.name, folder))
    recovery.damage = [Damage(**json.loads(value)) for value in ledger.facts("damage:").values()]
    return recovery


def damage_told(ledger: Ledger) -> None:
    """A person has been told of the damage (exit code 7, report): do not tell it again."""
    with ledger.transaction() as db:
        db.execute("DELETE FROM meta WHERE substr(key, 1, 7) = 'damage:'")


def _recover_run(ledger: Ledger, state: Path, run: str, recovery: Recovery, on_lost: OnLost | None) -> None:
    folder = state / "spool" / run
    segments = ledger.db.execute("SELECT * FROM segments WHERE run = ? ORDER BY serial", (run,)).fetchall()
    expected = {FOLDER}
    for segment in segments:
        closed, opened = folder / segment["filename"], folder / f"{segment['filename']}.open"
        expected.add(closed.name if closed.exists() else opened.name)
    # First what no row knows: a repaired segment of a killed recovery may bear the name that is needed next.
    for path in _entries(folder):
        if path.name.endswith(".repair"):
            path.unlink()  # half a copy of what lies in quarantine
        elif path.name not in expected:
            recovery.quarantined.append(move_whole(state, run, path))
    for segment in segments:
        if not segment["stored"]:
            _recover_segment(ledger, state, folder, segment, recovery, on_lost)


def _recover_segment(ledger: Ledger, state: Path, folder: Path, segment: sqlite3.Row, recovery: Recovery, on_lost: OnLost | None) -> None:
    closed, opened = folder / segment["filename"], folder / f"{segment['filename']}.open"
    path = next((one for one in (closed, opened) if one.is_file()), None)
    size = path.stat().st_size if path else 0
    if path is not None and segment["closed"] and size == segment["committed"] and file_sha256(path) == segment["sha256"]:
        return
    reason = "the file is missing" if path is None else "the file is not as it was when it was closed"
    groups = groups_of(ledger.db, segment, path)
    if path is not None and not segment["closed"] and not any(group.problem for group in groups):
        _close(ledger, state, segment, path, recovery)
        return
    kept = salvage(ledger, state, segment, path, groups, reason, on_lost)
    recovery.lost += _lost(segment, groups)
    if kept is not None:
        recovery.quarantined.append(kept)


def _close(ledger: Ledger, state: Path, segment: sqlite3.Row, path: Path, recovery: Recovery) -> None:
    """Cut a good segment to its acknowledged bytes and close it, as its run would have done."""
    final = path.with_name(segment["filename"])
    try:
        if path.stat().st_size > segment["committed"]:
            recovery.quarantined.append(keep_copy(state, segment["run"], path, segment["committed"]))
            crashpoint("recover-quarantined")
            os.truncate(path, segment["committed"])
        sync_file(path)
        crashpoint("recover-cut")
        if path != final:
            path.rename(final)
        sync_folder(final.parent)
        crashpoint("recover-renamed")
        sha256 = file_sha256(final)
    except OSError as error:
        raise disk_error(error, path) from error
    with ledger.transaction() as db:
        db.execute("UPDATE segments SET closed = 1, sha256 = ? WHERE filename = ?", (sha256, segment["filename"]))


def _lost(segment: sqlite3.Row, groups: list[Group]) -> list[Lost]:
    return [lost_of(str(segment["run"]), group.row) for group in groups if group.row is not None and group.problem is not None]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise disk_error(error, folder) from error
