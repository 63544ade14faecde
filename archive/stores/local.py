"""How does a folder keep the promises of a store?

An object is a file at its key. It is written to `~warchive-tmp/` (no key has a `~`, so no reader sees it), synced, and then given
its name in one step that fails where the name exists (see place.py).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from archive.errors import DamagedError, ObjectMissing, StoreConflict, StoreError, StoreMissing
from archive.stores import ObjectInfo, PutResult
from archive.stores.keys import PROBE, PROBE_BYTES, check_key, check_prefix, check_span
from archive.stores.localerrors import translated
from archive.stores.localwalk import walk
from archive.stores.payload import PIECE, check_digest, measure, pieces
from archive.stores.place import WAYS, Way, by_looking, place, sync_file, sync_folder

TEMPORARY = "~warchive-tmp"
_LEFT_OVER_SECONDS = 3600  # no segment takes an hour to write; a younger file may be another process's


class LocalStore:
    """A folder. The first `put` creates it where its parent exists: a path below an unmounted disk is an error, not a new folder."""

    def __init__(self, root: Path, *, ways: Sequence[Way] = WAYS) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 (resolve() would follow the operator's symbolic links for good)
        self.url = str(self.root)
        self.create_only: bool | None = None
        self._ways = ways
        self._swept = False

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        check_key(key)
        target = self.root / key
        with translated(self.root, key, "store"):
            if os.path.lexists(target):
                return self._already(key, target, data, sha256)
            self._make_root()
            if not self._swept:
                self._swept = True
                self._sweep()
            self._make_folders(target.parent)
            temporary = self.root / TEMPORARY / secrets.token_hex(16)
            try:
                self._write(temporary, key, data, sha256)
                way = place(temporary, target, self._ways)
            except FileExistsError:
                return self._already(key, target, data, sha256)
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(target.parent)
            self.create_only = way is not by_looking
        return "stored"

    def get(self, key: str) -> bytes:
        with self._reading(key) as file:
            return file.read()

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        check_span(offset, length)
        with self._reading(key) as file:
            size = os.fstat(file.fileno()).st_size
            if offset + length > size:
                raise DamagedError(f"{key} in {self.url} ends at {size}, before the range {offset}+{length}", hint="run `warchive verify`")
            file.seek(offset)
            return file.read(length)

    def open(self, key: str) -> Iterator[bytes]:
        reading = self._pieces(key)
        next(reading)  # opens the file; from here on the generator closes it, whether it is read or not
        return reading

    def head(self, key: str) -> ObjectInfo | None:
        check_key(key)
        with translated(self.root, key, "look up"):
            return None if self._empty_until_first_put() else self._info(key)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        check_prefix(prefix)
        check_prefix(start_after)
        return self._list(prefix, start_after)

    def probe(self) -> None:
        """As the protocol says; also deletes what killed writers left more than an hour ago."""
        with translated(self.root, PROBE, "probe"):
            self._make_root()
            self._sweep()
            # The object of an earlier probe says nothing of today's permissions and file system: write another file each time.
            (self.root / TEMPORARY).mkdir(exist_ok=True)
            first, second = (self.root / TEMPORARY / secrets.token_hex(16) for _ in range(2))
            try:
                first.write_bytes(PROBE_BYTES)
                self.create_only = place(first, second, self._ways) is not by_looking
            finally:
                first.unlink(missing_ok=True)
                second.unlink(missing_ok=True)
        self.put(PROBE, PROBE_BYTES, sha256=hashlib.sha256(PROBE_BYTES).hexdigest())
        if self.get(PROBE) != PROBE_BYTES:
            raise StoreError(f"{self.url} gives back other bytes than were written to it", hint="do not use this folder; look at its disk")

    def no_more_retries(self) -> None:
        """A folder is never asked twice."""

    def _list(self, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
        with translated(self.root, prefix, "list"):
            if self._empty_until_first_put():
                return
            for key in walk(self.root, prefix, start_after):
                info = self._info(key)
                if info is not None:
                    yield info

    def _info(self, key: str) -> ObjectInfo | None:
        path = self.root / key
        try:
            found = path.stat()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                return None
            raise
        return ObjectInfo(key=key, size=found.st_size, sha256=None) if stat.S_ISREG(found.st_mode) else None

    @contextlib.contextmanager
    def _reading(self, key: str) -> Iterator[BinaryIO]:
        check_key(key)
        with translated(self.root, key, "read"):
            try:
                file = (self.root / key).open("rb")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                self._empty_until_first_put()
                raise ObjectMissing(f"{key} is not in {self.url}") from None
            with file:
                yield file

    def _pieces(self, key: str) -> Iterator[bytes]:
        with self._reading(key) as file:
            yield b""
            while piece := file.read(PIECE):
                yield piece

    def _empty_until_first_put(self) -> bool:
        """Whether the folder does not exist yet; raises where it could not be made either."""
        if self.root.is_dir():
            return False
        if os.path.lexists(self.root):
            raise StoreError(f"the store {self.url} is not a folder", hint="name a folder, or move that file away")
        if not self.root.parent.is_dir():
            raise StoreMissing(
                f"the folder of the store {self.url} does not exist, nor does the folder above it",
                hint=f"is its disk mounted? Otherwise: mkdir -p {self.root}",
            )
        return True

    def _make_root(self) -> None:
        if self._empty_until_first_put():
            self.root.mkdir(exist_ok=True)
            sync_folder(self.root.parent)
        (self.root / TEMPORARY).mkdir(exist_ok=True)

    def _make_folders(self, folder: Path) -> None:
        missing = []
        while not folder.is_dir():
            if os.path.lexists(folder) and not folder.is_dir():  # another thread may just have made it
                raise StoreConflict(f"{folder} is a file where a folder is needed", hint="nothing was overwritten; move that file away")
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            sync_folder(each.parent)

    def _write(self, temporary: Path, key: str, data: bytes | Path, sha256: str) -> None:
        digest = hashlib.sha256()
        # 0o666 under the umask, as any program's files: other readers of the archive are the operator's to choose.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces(data):
                digest.update(piece)
                file.write(piece)
            file.flush()
            sync_file(file.fileno())
        check_digest(key, digest.hexdigest(), sha256)

    def _already(self, key: str, target: Path, data: bytes | Path, sha256: str) -> PutResult:
        if not target.is_file():
            raise StoreConflict(f"{key} in {self.url} is not a file", hint="nothing was overwritten; move it away")
        measure(key, data, sha256)
        with target.open("rb") as file:
            theirs = hashlib.file_digest(file, "sha256").hexdigest()
            if theirs != sha256:
                raise StoreConflict(
                    f"{key} in {self.url} exists and holds other bytes (SHA-256 {theirs}, ours {sha256})", hint="nothing was overwritten"
                )
            sync_file(file.fileno())  # whoever wrote it may have died before its own sync
        sync_folder(target.parent)
        return "already"

    def _sweep(self) -> None:
        before = time.time() - _LEFT_OVER_SECONDS
        with contextlib.suppress(FileNotFoundError), os.scandir(self.root / TEMPORARY) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # another process swept it, or owns it
                    if entry.stat(follow_symlinks=False).st_mtime < before:
                        Path(entry.path).unlink()
