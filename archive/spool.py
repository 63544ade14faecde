"""Where do records lie until their run is in the store, and when is one acknowledged?

Segments under `<state>/spool/<run>/`. Bytes first (fdatasync), then the row (one transaction with the frontier's rows), then the
callback: DESIGN §5, steps 1 to 3. A segment is open under the name `.open` and never written again after its rename.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.crashpoints import crashpoint
from archive.errors import SpaceError, WarchiveError
from archive.layout import warc_name
from archive.ledger import CAPTURE_COLUMNS, Ledger, rfc3339
from archive.model import Capture, CaptureRef
from archive.urls import urlkey
from archive.warc import Member, NewId, Original, Records, cdxj_line, records_of, warcinfo

SEGMENT_BYTES = 64 << 20  # one PUT in S3, without multipart
SEGMENT_SECONDS = 600.0
COMMIT_RECORDS = 64
RESERVE_BYTES = 8 << 20  # given back to the disk when it is full, so that SQLite can still commit

Effect = Callable[[sqlite3.Connection, int], None]
"""Runs inside the transaction of a capture, with the capture's row id (0 where there is none)."""


@dataclass(slots=True)
class _Pending:
    ref: CaptureRef | None
    task: str | None
    lines: list[str]
    effect: Effect | None
    done: Callable[[WarchiveError | None], None] | None


class Segment:
    """One open WARC file."""

    def __init__(self, folder: Path, filename: str, serial: int, info: Member, opened: float) -> None:
        self.filename, self.serial, self.warcinfo_id, self.opened = filename, serial, info.record_id, opened
        self.path = folder / f"{filename}.open"
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self.size = 0
        self.committed = 0
        self.entered = False
        try:
            self.write(info.data)
        except WarchiveError:
            os.close(self.fd)
            self.path.unlink()  # or its name would be taken at the next try
            raise
        self._floor = self.size

    def write(self, data: bytes) -> int:
        """Append; returns the offset. On a full disk the file is cut back to where it was."""
        offset = self.size
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.fd, view) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self.fd, offset)
                os.lseek(self.fd, offset, os.SEEK_SET)
            raise disk_error(error, self.path) from error
        self.size += len(data)
        return offset

    def cut_back(self) -> None:
        """Drop what was written after the last commit."""
        end = max(self.committed, self._floor)  # the warcinfo record stays: what comes next refers to it
        os.ftruncate(self.fd, end)
        os.lseek(self.fd, end, os.SEEK_SET)
        self.size = end


class Spool:
    """The records of one run until they are published. One thread; see `Ledger`.

    `append` and `enqueue` only queue; `commit` makes everything queued durable at once and then calls each `done`. The caller commits
    at most 50 ms after something was queued, or when `full` says so.
    """

    def __init__(
        self,
        state: Path,
        ledger: Ledger,
        *,
        run: str,
        collection: str,
        info: Iterable[tuple[str, str]],
        min_free_bytes: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: NewId = uuid.uuid4,
        segment_bytes: int = SEGMENT_BYTES,
        segment_seconds: float = SEGMENT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger, self.run, self._collection, self._info = ledger, run, collection, list(info)
        self._now, self._new_id, self._monotonic = now, new_id, monotonic
        self._segment_bytes, self._segment_seconds = segment_bytes, segment_seconds
        self._min_free = min_free_bytes
        self.state = state
        self.folder = state / "spool" / run
        self._segment: Segment | None = None
        self._serial = 0
        self._pending: list[_Pending] = []
        self._bytes = spool_bytes(state)
        self._free_checked = 0.0
        self.reserve = Reserve(state)
        self.reserve.fill()
        self.check_space()

    @property
    def full(self) -> bool:
        """Enough is queued: commit now."""
        return len(self._pending) >= COMMIT_RECORDS

    @property
    def waiting(self) -> bool:
        """Something is queued that is not yet acknowledged."""
        return bool(self._pending)

    @property
    def bytes(self) -> int:
        """All bytes in the spool, other runs' too."""
        return self._bytes

    def check_space(self) -> None:
        """Refuse before acknowledging: raises `SpaceError` where less than `min_free_bytes` are free. Looks at most once a second."""
        moment = self._monotonic()
        if moment - self._free_checked < 1.0:
            return
        self._free_checked = moment
        status = os.statvfs(self.state)
        free = status.f_bavail * status.f_frsize
        if free < self._min_free:
            raise SpaceError(
                f"only {free >> 20} MiB are free under {self.state}, and limits.min_free_bytes keeps {self._min_free >> 20} MiB",
                hint="make room on that disk or lower limits.min_free_bytes, then start again; nothing acknowledged is lost",
            )

    def append(
        self,
        capture: Capture,
        *,
        source: str | None,
        revisit_of: Original | None = None,
        provenance: Iterable[tuple[str, str]] = (),
        task: dict[str, Any] | None = None,
        effect: Effect | None = None,
        done: Callable[[WarchiveError | None], None] | None = None,
    ) -> tuple[CaptureRef, Records]:
        """Write the records of a capture and queue its row.

        `task` is what an extraction needs (JSON-able); a capture with a task stays pending until a verdict is set. `effect` runs in
        the transaction of the capture. `done` is called after the commit with null, or with the error that undid it.
        Raises `SpaceError` where the bytes could not be written; nothing of this capture is then kept.
        """
        self.check_space()
        segment = self._current()
        records = records_of(capture, warcinfo_id=segment.warcinfo_id, revisit_of=revisit_of, provenance=provenance, new_id=self._new_id)
        before = segment.size
        data = b"".join(member.data for member in records.members)
        try:
            segment.write(data)
        except SpaceError:
            self.reserve.release()  # for the rows of what was written before
            raise
        crashpoint("append-written")
        self._bytes += len(data)
        lines: list[str] = []
        at = before
        for member in records.members:
            line = cdxj_line(member, filename=segment.filename, offset=at)
            if line is not None:
                lines.append(line)
            at += len(member.data)
        ref = CaptureRef(
            url=capture.url,
            # A reply that is no HTTP message is indexed under a URN, and still found under its URL.
            urlkey=records.main.urlkey if records.record_type != "metadata" else urlkey(capture.url),
            fetched_at=capture.fetched_at,
            status=records.status,
            mime=records.mime,
            record_type=records.record_type,
            record_id=records.main.record_id,
            filename=segment.filename,
            offset=before,
            length=len(records.main.data),
            payload_digest=records.payload_digest,
            block_digest=records.block_digest,
            entity_digest=records.entity_digest,
            kind=capture.kind,
            completeness=capture.completeness,
            source=source,
            run=self.run,
            refers_to=revisit_of.record_id if revisit_of else None,
        )
        encoded = None if task is None else json.dumps(task, ensure_ascii=False)
        self._pending.append(_Pending(ref, encoded, lines, effect, done))
        return ref, records

    def enqueue(self, effect: Effect, done: Callable[[WarchiveError | None], None] | None = None) -> None:
        """Queue a change of rows alone, in order with the captures."""
        self._pending.append(_Pending(None, None, [], effect, done))

    def commit(self) -> None:
        """Make everything queued durable, in order; then call each `done`.

        On a full disk, or where an effect fails, nothing queued is acknowledged: the segment is cut back, each `done` gets the error, and
        it is raised.
        """
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        segment = self._segment
        try:
            if segment is not None and segment.size > segment.committed:
                try:
                    os.fdatasync(segment.fd)
                except OSError as refused:
                    raise disk_error(refused, segment.path) from refused
            crashpoint("commit-synced")
            with self._ledger.transaction() as db:
                self._enter(db, segment)
                for one in pending:
                    self._write_rows(db, one)
        except Exception as failure:
            error = failure if isinstance(failure, WarchiveError) else WarchiveError(f"a commit failed: {failure!r}", hint="report it")
            if isinstance(error, SpaceError):
                self.reserve.release()
            if segment is not None:
                written = segment.size
                with contextlib.suppress(OSError):
                    segment.cut_back()
                self._bytes -= written - segment.size
            for one in pending:
                if one.done:
                    one.done(error)
            raise error from failure
        if segment is not None:
            segment.committed = segment.size
            segment.entered = True
        crashpoint("commit-done")
        for one in pending:
            if one.done:
                one.done(None)
        if segment is not None and self._is_old(segment):
            self.close_segment()

    def close_segment(self) -> None:
        """Commit, fsync, rename `.open` away: the file is never opened for writing again."""
        self.commit()
        segment, self._segment = self._segment, None
        if segment is None:
            return
        try:
            os.fsync(segment.fd)
        except OSError as error:
            raise disk_error(error, segment.path) from error
        finally:
            os.close(segment.fd)
        if not segment.entered:
            segment.path.unlink()  # nothing but the warcinfo record
            return
        crashpoint("segment-synced")
        final = self.folder / segment.filename
        segment.path.rename(final)
        sync_folder(self.folder)
        crashpoint("segment-renamed")
        sha256 = file_sha256(final)
        with self._ledger.transaction() as db:
            db.execute("UPDATE segments SET closed = 1, sha256 = ? WHERE filename = ?", (sha256, segment.filename))

    def _current(self) -> Segment:
        if self._segment is not None and self._is_old(self._segment):
            self.close_segment()
        if self._segment is None:
            try:
                new_folder = not self.folder.exists()
                self.folder.mkdir(parents=True, exist_ok=True)
                moment = self._now()
                name = warc_name(self._collection, moment, self._serial, self.run.rsplit("-", 1)[-1])
                info = warcinfo(name, moment, self._info, new_id=self._new_id)
                self._segment = Segment(self.folder, name, self._serial, info, self._monotonic())
            except OSError as error:
                raise disk_error(error, self.folder) from error
            sync_folder(self.folder)
            if new_folder:
                sync_folder(self.folder.parent)
                sync_folder(self.state)
            self._serial += 1
        return self._segment

    def _is_old(self, segment: Segment) -> bool:
        return segment.size >= self._segment_bytes or (segment.entered and self._monotonic() - segment.opened >= self._segment_seconds)

    def _enter(self, db: sqlite3.Connection, segment: Segment | None) -> None:
        if segment is None:
            return
        db.execute(
            "INSERT INTO segments (filename, run, serial, warcinfo_id, committed) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (filename) DO UPDATE SET committed = excluded.committed",
            (segment.filename, self.run, segment.serial, segment.warcinfo_id, segment.size),
        )

    def _write_rows(self, db: sqlite3.Connection, one: _Pending) -> None:
        row = 0
        if one.ref is not None:
            values = [getattr(one.ref, name) for name in CAPTURE_COLUMNS]
            values[3] = rfc3339(one.ref.fetched_at)
            marks = ", ".join("?" * (len(values) + 1))
            columns = f"{', '.join(CAPTURE_COLUMNS)}, task"
            row = db.execute(f"INSERT INTO captures ({columns}) VALUES ({marks})", (*values, one.task)).lastrowid or 0
            db.executemany("INSERT INTO index_lines VALUES (?, ?)", [(self.run, line) for line in one.lines])
        if one.effect is not None:
            one.effect(db, row)


class Reserve:
    """A file of zeros that is deleted when the disk is full, so that the last commits still find room."""

    def __init__(self, state: Path) -> None:
        self.path = state / "reserve"

    def fill(self) -> None:
        """Take the room, where there is room to take."""
        try:
            if self.path.exists() and self.path.stat().st_size == RESERVE_BYTES:
                return
            with self.path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        except OSError:
            self.release()  # the disk is nearly full already: `check_space` says so

    def release(self) -> None:
        """Give the room back."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def disk_error(error: OSError, path: Path) -> WarchiveError:
    """An OSError of the spool as one of ours."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SpaceError(f"no space left for {path}", hint="make room on that disk and start again; nothing acknowledged is lost")
    return WarchiveError(f"cannot write {path}: {error.strerror}", hint="make the state folder writable, or name another with --state")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable, whoever wrote them."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def file_sha256(path: Path) -> str:
    """Lower-case hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def spool_bytes(state: Path) -> int:
    """Bytes of all WARC files that wait in the spool."""
    return sum(path.stat().st_size for path in (state / "spool").glob("*/*.warc.gz*"))
