"""Which files are to be imported, which are here already, and how do they come into the spool, untouched?

A file is judged by its first bytes before anything is copied, a WACZ by its own list. What is copied is the file itself, under a name of
ours; on the same disk it is linked, so that a large file takes no room twice. The store compares the SHA-256 again when it takes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import SpaceError, UsageError, WarchiveError
from archive.importscan import NotImportable, judge
from archive.importwacz import Inner, Wacz
from archive.layout import warc_name
from archive.neutral import one_line
from archive.spool import disk_error, file_sha256, sync_file, sync_folder

_HEAD = 4096


class RefusedError(UsageError):
    """Files that cannot be imported as they are: all of them, each with what to do. Nothing was stored."""

    def __init__(self, problems: list[tuple[Path, NotImportable]]) -> None:
        lines = [f"{one_line(str(path))[:300]}: {problem.message}\n  {problem.hint}" for path, problem in problems]
        super().__init__("\n".join([*lines, "nothing was imported"]))


@dataclass(slots=True, kw_only=True)
class Given:
    """One file of the command line, or one WARC file in a WACZ."""

    path: Path
    name: str
    """Base name, for people: nothing of the web raw."""
    size: int
    inner: Inner | None = None
    package: dict[str, Any] | None = None
    """Name and SHA-256 of the WACZ."""
    sha256: str = ""
    pages: list[str] = field(default_factory=list)
    """Page list of the WACZ."""

    def entry(self, filename: str) -> dict[str, Any]:
        """As the manifest's `imported` has it."""
        return {"name": self.name, "sha256": self.sha256, "filename": filename, **({"package": self.package} if self.package else {})}


def given_files(paths: list[Path], *, say: Callable[[str], None]) -> list[Given]:
    """All WARC files that are named, those in WACZ files too, with their hashes. Raises `RefusedError` with all that cannot be taken."""
    found: list[Given] = []
    problems: list[tuple[Path, NotImportable]] = []
    for path in paths:
        try:
            if not path.is_file():
                raise NotImportable("there is no such file" if not path.exists() else "it is no file", "name .warc.gz or .wacz files")
            say(f"reading {one_line(path.name)}")
            found += _of(path)
        except NotImportable as problem:
            problems.append((path, problem))
        except OSError as error:
            problems.append((path, NotImportable(f"it cannot be read: {error.strerror or error}", "look at its permissions and its disk")))
    if problems:
        raise RefusedError(problems)
    return found


def _of(path: Path) -> Iterator[Given]:
    name, size = one_line(path.name)[:200], path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(b"PK\x03\x04"):
        judge(head)
        with contextlib.suppress(zlib.error):
            inside = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, 64)
            if not inside.startswith(b"WARC/"):
                judge(inside if inside.startswith(b"filedesc://") else b"")
        yield Given(path=path, name=name, size=size, sha256=file_sha256(path))
        return
    package = {"name": name, "sha256": file_sha256(path)}
    with contextlib.closing(Wacz(path)) as wacz:
        pages = list(wacz.pages())
        for inner in wacz.warcs:
            sink = _Nothing()
            yield Given(
                path=path,
                name=one_line(inner.path.rsplit("/", 1)[-1])[:200],
                size=inner.size,
                inner=inner,
                package=package,
                sha256=wacz.copy(inner, sink),  # type: ignore[arg-type]
                pages=pages,
            )


class _Nothing:
    def write(self, data: bytes) -> int:
        return len(data)


def bring(given: Given, target: Path, *, min_free_bytes: int) -> None:
    """The file under a name in the spool, durable. Raises `SpaceError`, and `NotImportable` where it is no longer what was judged."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source = given.path.resolve()
    try:
        if given.inner is None and _linked(source, target):
            sync_folder(target.parent)
        else:
            status = os.statvfs(target.parent)
            if status.f_bavail * status.f_frsize < given.size + min_free_bytes:
                raise SpaceError(
                    f"{given.name} has {given.size >> 20} MiB, and fewer are free under {target.parent}",
                    hint="make room, or put the file on the disk of the state folder: there it takes no room twice",
                )
            temporary = target.with_name(target.name + ".open")
            _copy(given, source, temporary)
            temporary.rename(target)
            sync_folder(target.parent)
    except OSError as error:
        raise disk_error(error, target) from error


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:  # another disk, a file of somebody else, a file system without links
        return False
    return True


def _copy(given: Given, source: Path, temporary: Path) -> None:
    with temporary.open("wb") as out:
        if given.inner is not None:
            with contextlib.closing(Wacz(source)) as wacz:
                found = wacz.copy(given.inner, out)
        else:
            digest = hashlib.sha256()
            with source.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
                    out.write(piece)
            found = digest.hexdigest()
        out.flush()
        os.fsync(out.fileno())
    if found != given.sha256:
        raise WarchiveError(f"{given.name} changed while it was read", hint="import it when it is complete")
    sync_file(temporary)


def spool_name(collection: str, now: datetime, serial: int, run: str) -> str:
    """A name of ours, as a segment of the run has it."""
    return warc_name(collection, now, serial, run.rsplit("-", 1)[1])
