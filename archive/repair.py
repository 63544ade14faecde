"""What is left of a damaged segment, and how do the rows follow?

A segment that is not as it was goes whole to quarantine. The captures whose records are all still good are copied into a new segment,
and every row that named the old place names the new one: in one transaction, with the captures that are lost.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import uuid
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from archive.cdxj import parse_line
from archive.crashpoints import crashpoint
from archive.layout import warc_name
from archive.ledger import Ledger
from archive.members import check_records
from archive.quarantine import keep_copy
from archive.spool import disk_error, file_sha256, sync_folder
from archive.warc import warcinfo

_STAMP = re.compile(r"-(\d{14})-\d{5,}-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that is not as it was."""

    run: str
    file: str
    offset: int
    record_id: str | None
    """Of the capture's main record; null where the damage belongs to no capture."""
    url: str | None
    reason: str

    def __str__(self) -> str:
        what = f" (record {self.record_id}, {self.url})" if self.record_id else ""
        return f"{self.file} of run {self.run}, offset {self.offset}{what}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A capture that was acknowledged and is gone."""

    run: str
    row: int
    """Its id in the table of captures, where it no longer is."""
    url: str
    kind: str
    source: str | None
    record_id: str
    task: str | None
    """JSON, as the spool was given it."""


OnLost = Callable[[sqlite3.Connection, Lost], None]
"""Runs in the transaction in which the capture's row is deleted: puts its URL back to the frontier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The records of one capture: they stand together, the main one first."""

    row: sqlite3.Row | None
    """Null for what stands before the first capture: the warcinfo record."""
    start: int
    end: int
    problem: str | None
    warcinfo: bytes = b""


class Moved(NamedTuple):
    """Where the bytes from `start` to `end` of the old segment begin in the new one."""

    start: int
    end: int
    now: int


def groups_of(db: sqlite3.Connection, segment: sqlite3.Row, path: Path | None) -> list[Group]:
    """Check every record of a segment up to where its rows end. `path` is null where the file is missing."""
    query = "SELECT id, url, kind, source, task, record_id, offset, length FROM captures WHERE run = ? AND filename = ? ORDER BY offset"
    rows = db.execute(query, (segment["run"], segment["filename"])).fetchall()
    ends = [row["offset"] for row in rows] + [segment["committed"]]
    if path is None:
        return [
            Group(row=row, start=row["offset"], end=end, problem="the file is missing") for row, end in zip(rows, ends[1:], strict=True)
        ]
    try:
        with path.open("rb") as file:
            groups = [_check_group(file, None, 0, ends[0])] if ends[0] else []
            groups += [_check_group(file, row, row["offset"], end) for row, end in zip(rows, ends[1:], strict=True)]
            return groups
    except OSError as error:
        raise disk_error(error, path) from error


def _check_group(file: BinaryIO, row: sqlite3.Row | None, start: int, end: int) -> Group:
    records = list(check_records(file, start, end, ours=True))
    problem = next((record.problem for record in records if record.problem), None)
    if problem is None and (not records or (row is None and records[0].record_type != "warcinfo")):
        problem = "the warcinfo record is missing"
    if problem is None and row is not None and (records[0].record_id, records[0].length) != (row["record_id"], row["length"]):
        problem = "another record stands in its place"
    return Group(row=row, start=start, end=end, problem=problem, warcinfo=records[0].block if row is None and problem is None else b"")


def salvage(
    ledger: Ledger, state: Path, segment: sqlite3.Row, path: Path | None, groups: list[Group], reason: str, on_lost: OnLost | None
) -> Path | None:
    """Replace a damaged segment by what is good of it; returns where the damaged one is kept. May be killed anywhere and begun anew."""
    run, folder = str(segment["run"]), state / "spool" / str(segment["run"])
    good = [group for group in groups if group.row is not None and group.problem is None]
    kept: Path | None = None
    if path is not None:
        kept = keep_copy(state, run, path)
        crashpoint("recover-quarantined")
    name, serial, size = str(segment["filename"]), 0, 0
    moved: list[Moved] = []
    if good and path is not None:
        highest = ledger.db.execute("SELECT max(serial) FROM segments WHERE run = ?", (run,)).fetchone()[0]
        serial = highest + 1
        collection = ledger.db.execute("SELECT collection FROM runs WHERE run = ?", (run,)).fetchone()[0]
        begun = _begun(str(segment["filename"]))
        name = warc_name(collection, begun, serial, run.rsplit("-", 1)[-1])
        moved, size = _copy_good(path, folder / name, segment, good, groups[0].warcinfo, begun)
        crashpoint("recover-repaired")
    damages = _damages(segment, groups, reason)
    sha256 = file_sha256(folder / name) if moved else ""
    with ledger.transaction() as db:
        _move_rows(db, run, str(segment["filename"]), name, moved)
        for group in groups:
            if group.row is not None and group.problem is not None:
                _drop_row(db, run, group.row, on_lost)
        db.execute("DELETE FROM segments WHERE filename = ?", (segment["filename"],))
        if moved:
            values = (name, run, serial, segment["warcinfo_id"], size, sha256)
            db.execute(
                "INSERT INTO segments (filename, run, serial, warcinfo_id, committed, closed, sha256) VALUES (?, ?, ?, ?, ?, 1, ?)", values
            )
        db.execute("DELETE FROM meta WHERE key = ?", (f"derived:{run}",))
        for damage in damages:
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"damage:{damage.file}@{damage.offset:015d}", json.dumps(_fields(damage)))
            )
    crashpoint("recover-rewritten")
    if path is not None:
        try:
            path.unlink()
            sync_folder(folder)
        except OSError as error:
            raise disk_error(error, path) from error
    return kept


def _copy_good(path: Path, target: Path, segment: sqlite3.Row, good: list[Group], info: bytes, begun: datetime) -> tuple[list[Moved], int]:
    """Write the repaired segment; returns where each group went, and its size."""
    # The id of the warcinfo record stays, since the records name it; the damaged file, in quarantine, is no part of the archive.
    fields = [*_fields_of(info), ("description", f"what was good of {segment['filename']}, repaired at the recovery of its run")]
    record_uuid = uuid.UUID(segment["warcinfo_id"].removeprefix("urn:uuid:"))
    head = warcinfo(target.name, begun, fields, new_id=lambda: record_uuid).data
    temporary = target.with_name(target.name + ".repair")
    moved: list[Moved] = []
    try:
        with path.open("rb") as source, temporary.open("wb") as out:
            out.write(head)
            for group in good:
                moved.append(Moved(group.start, group.end, out.tell()))
                source.seek(group.start)
                out.write(source.read(group.end - group.start))
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        temporary.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise disk_error(error, temporary) from error
    return moved, size


def _move_rows(db: sqlite3.Connection, run: str, old: str, new: str, moved: list[Moved]) -> None:
    changes: list[tuple[str, int]] = []
    gone: list[tuple[int]] = []
    for row in db.execute("SELECT rowid, line FROM index_lines WHERE run = ?", (run,)):
        line = parse_line(row["line"])
        if line.fields.get("filename") == old:
            now = _now(moved, int(line.fields["offset"]))
            if now is None:
                gone.append((row["rowid"],))
            else:
                changes.append((str(line.moved(filename=new, offset=now)), row["rowid"]))
    db.executemany("UPDATE index_lines SET line = ? WHERE rowid = ?", changes)
    db.executemany("DELETE FROM index_lines WHERE rowid = ?", gone)
    for row in db.execute("SELECT id, offset FROM captures WHERE run = ? AND filename = ?", (run, old)).fetchall():
        now = _now(moved, row["offset"])
        if now is None:
            continue
        db.execute("UPDATE captures SET filename = ?, offset = ? WHERE id = ?", (new, now, row["id"]))
        for article in db.execute("SELECT id, json FROM articles WHERE run = ? AND capture = ?", (run, row["id"])).fetchall():
            record: dict[str, Any] = json.loads(article["json"])
            if record.get("warc"):
                record["warc"] |= {"filename": new, "offset": now}
            # As pydantic writes it: no blanks, non-ASCII as it is.
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            db.execute("UPDATE articles SET json = ? WHERE id = ?", (text, article["id"]))


def _now(moved: list[Moved], offset: int) -> int | None:
    """The offset in the new segment; null where what stood there is lost."""
    at = bisect_right(moved, offset, key=lambda one: one.start) - 1
    return offset - moved[at].start + moved[at].now if at >= 0 and offset < moved[at].end else None


def _drop_row(db: sqlite3.Connection, run: str, row: sqlite3.Row, on_lost: OnLost | None) -> None:
    # An article without its capture is a text that nobody can prove: it goes too, and is made again when the page is.
    db.execute("DELETE FROM articles WHERE run = ? AND capture = ?", (run, row["id"]))
    db.execute("DELETE FROM captures WHERE id = ?", (row["id"],))
    if on_lost is not None:
        on_lost(db, lost_of(run, row))


def lost_of(run: str, row: sqlite3.Row) -> Lost:
    """A row of a capture as what was lost."""
    return Lost(
        run=run, row=row["id"], url=row["url"], kind=row["kind"], source=row["source"], record_id=row["record_id"], task=row["task"]
    )


def _damages(segment: sqlite3.Row, groups: list[Group], reason: str) -> list[Damage]:
    found = [
        Damage(
            run=segment["run"],
            file=segment["filename"],
            offset=group.start,
            record_id=group.row["record_id"] if group.row else None,
            url=group.row["url"] if group.row else None,
            reason=group.problem,
        )
        for group in groups
        if group.problem is not None
    ]
    return found or [Damage(run=segment["run"], file=segment["filename"], offset=0, record_id=None, url=None, reason=reason)]


def _fields(damage: Damage) -> dict[str, Any]:
    return {name: getattr(damage, name) for name in Damage.__slots__}


def _begun(filename: str) -> datetime:
    match = _STAMP.search(filename)
    return datetime.strptime(match[1] if match else "19700101000000", "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _fields_of(block: bytes) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in block.decode("utf-8", "replace").split("\r\n")]
    return [(name.strip(), value.strip()) for name, colon, value in pairs if colon]
