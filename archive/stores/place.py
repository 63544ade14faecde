"""How does a finished file appear under its name, whole, and never in the place of another?"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

# What a file system answers when it has no such operation (vfat and exFAT: EPERM on link; FUSE: ENOSYS; others: EINVAL).
_HAS_NOT = {errno.EPERM, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOTTY}
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1

Way = Callable[[Path, Path], None]
"""Give the finished file `temporary` the name `target`; FileExistsError where that is taken."""


def by_link(temporary: Path, target: Path) -> None:
    """link(2) fails where the name exists, on every POSIX file system that has links, NFS among them. The caller deletes `temporary`."""
    os.link(temporary, target, follow_symlinks=False)


def by_rename(temporary: Path, target: Path) -> None:
    """renameat2(2) of Linux with RENAME_NOREPLACE, for file systems without links."""
    rename = _renameat2()
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if rename(_AT_FDCWD, os.fsencode(temporary), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


def by_looking(temporary: Path, target: Path) -> None:
    """Look, then rename: whole, but two writers could overtake each other between the two. For file systems that have neither."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    temporary.rename(target)


WAYS: tuple[Way, ...] = (by_link, by_rename, by_looking)


def place(temporary: Path, target: Path, ways: Sequence[Way] = WAYS) -> Way:
    """Place the file in the first way that the file system has, and return that way; FileExistsError where the name is taken."""
    for way in ways[:-1]:
        try:
            way(temporary, target)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _HAS_NOT:
                raise
        else:
            return way
    ways[-1](temporary, target)
    return ways[-1]


def sync_file(descriptor: int) -> None:
    """Down to the medium; fsync of macOS stops at the drive's cache."""
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:  # pragma: no cover (macOS)
        fcntl.fcntl(descriptor, full)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; some network file systems have no such call and need none."""
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _HAS_NOT:
            raise
    finally:
        os.close(descriptor)


@cache
def _renameat2() -> Callable[..., int] | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):  # not Linux, or a C library from before 2018
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    function.restype = ctypes.c_int
    result: Callable[..., int] = function
    return result
