"""How does what was taken out get to where it is wanted: a stream, a file or a folder, whole or not at all?

A file and a folder appear under their names when they are complete and durable, and until then under a hidden name beside it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from archive.errors import UsageError, WarchiveError
from archive.spool import disk_error, sync_file, sync_folder

_MANY_FILES = 64  # beyond, everything is synced at once


def to_stream(pieces: Iterable[bytes], stream: BinaryIO, *, written: Callable[[], None] | None = None) -> bool:
    """Write the pieces as they come. False where the reader went away, as `head` does: no error, and nothing more is said to it."""
    try:
        for piece in pieces:
            stream.write(piece)
            if written is not None:
                written()
        stream.flush()
    except BrokenPipeError:
        give_up(stream)
        return False
    return True


def is_stream(path: Path) -> bool:
    """Whether it is written to directly: `/dev/stdout`, a named pipe."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextlib.contextmanager
def whole_file(path: Path, *, temporary: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write to, which takes the name at the end and replaces what was there. After an error nothing has changed.

    With `temporary` it stays under that name, durable: the caller gives it its own. Raises `WarchiveError` where it cannot be written.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file, or - for standard output")
    try:
        target = path.resolve()  # a link stays a link
        if temporary is None:
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".tmp")
            hidden = Path(name)
        else:
            hidden = temporary
            handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(error, path) from error
    done = False
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        hidden.chmod(_mode(target))
        if temporary is None:
            hidden.replace(target)
        sync_folder(target.parent)
        done = True
    except OSError as error:
        raise unwritable(error, path) from error
    finally:
        if not done or temporary is None:
            with contextlib.suppress(OSError):
                hidden.unlink()


@contextlib.contextmanager
def whole_folder(path: Path, *, temporary: Path | None = None) -> Iterator[Path]:
    """A folder to fill, which takes the name at the end. One that is there already must be empty: nobody's files are replaced."""
    check_folder(path)
    hidden = temporary or path.parent / f".{path.name[:80]}.{secrets.token_hex(4)}.tmp"
    done = False
    try:
        if temporary is not None and hidden.exists():
            shutil.rmtree(hidden)
        hidden.mkdir()
        yield hidden
        _sync_all(hidden)
        if temporary is None:
            os.rename(hidden, path)  # noqa: PTH104 (over an empty folder, which Path.rename is not said to do)
        sync_folder(path.parent)
        done = True
    except OSError as error:
        raise unwritable(error, path) from error
    finally:
        if not done:
            shutil.rmtree(hidden, ignore_errors=True)


def check_folder(path: Path) -> None:
    """Raises `UsageError` where a folder of ours cannot take that name."""
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file", hint="several files are written: name a folder that is not there yet")
    if path.is_dir() and any(path.iterdir()):
        raise UsageError(f"{path} is not empty", hint="name a folder that is not there yet: nothing is replaced in one that has files")
    if not path.parent.is_dir():
        raise WarchiveError(f"cannot write {path}: {path.parent} is no folder", hint="name a place in a folder that exists")


def put_file(path: Path, pieces: Iterable[bytes]) -> int:
    """A file in a folder that is being filled; returns its size. Raises OSError."""
    size = 0
    with path.open("xb") as stream:
        for piece in pieces:
            stream.write(piece)
            size += len(piece)
    return size


def unwritable(error: OSError, path: Path) -> WarchiveError:
    """An OSError of an output as one of ours."""
    found = disk_error(error, path)
    if found.exit_code != 1:
        return type(found)(f"no space left for {path}", hint="make room on that disk and export again; nothing was replaced")
    return WarchiveError(f"cannot write {path}: {error.strerror}", hint="name a file in a folder that exists and is writable")


def give_up(stream: BinaryIO) -> None:
    """Nobody reads any more: what is still in the buffer goes nowhere, so that closing it at the end of the program is quiet too."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _sync_all(folder: Path) -> None:
    files = [Path(root, name) for root, _, names in os.walk(folder) for name in names]
    if len(files) > _MANY_FILES:
        os.sync()
        return
    for file in files:
        sync_file(file)
    for root, _, _ in os.walk(folder):
        sync_folder(Path(root))


def _mode(target: Path) -> int:
    """Permissions as an ordinary new file gets them, or as the old file has them."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
