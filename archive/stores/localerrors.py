"""What does an error of the file system mean for who uses the store?"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from archive.errors import StoreDenied, StoreError, StoreMissing, StoreUnreachable
from archive.stores import StoreFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_AWAY = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENXIO, errno.ENODEV}


@contextlib.contextmanager
def translated(root: Path, key: str, doing: str) -> Iterator[None]:
    """Errors of files below `root` become store errors; those of others (the spool's) pass as they are."""
    try:
        yield
    except OSError as error:
        named = error.filename
        # A failed write or sync names no file: only the store is written to here.
        if named is not None and not _below(root, named):
            raise
        raise _store_error(error, root, key, doing) from error


def _below(root: Path, named: object) -> bool:
    if not isinstance(named, (str, bytes, os.PathLike)):
        return True
    path = Path(os.fsdecode(named))
    return path == root or root in path.parents or path == root.parent


def _store_error(error: OSError, root: Path, key: str, doing: str) -> StoreError:
    thing = f"cannot {doing} {key or 'anything'} in {root}: {error.strerror or 'input/output error'}"
    match error.errno:
        case number if number in _FULL:
            return StoreFull(thing, hint="make room there, or move the store; what is in the spool stays there")
        case number if number in _DENIED:
            return StoreDenied(thing, hint=f"let this user (uid {os.geteuid()}) read and write {root}, or name another store")
        case number if number in _AWAY:
            return StoreUnreachable(thing, hint="look at the disk or the network file system, then try again")
        case errno.EXDEV:
            return StoreError(thing, hint=f"all of {root} must lie on one file system: mount the disk at the store's own folder")
        case number if number in (errno.ENOENT, errno.ENOTDIR):
            return StoreMissing(thing, hint=f"was the folder {root} moved or unmounted meanwhile?")
        case _:
            return StoreError(thing)
