"""Where do bytes go that no row vouches for, or that are not as they were?

`<state>/quarantine/<run>/<name>@<offset>`, durably and before anything is cut or deleted. Nothing here is ever read again by us: it
is for a person.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from archive.spool import disk_error, file_sha256, sync_file, sync_folder

_PIECE = 1 << 20


def keep_copy(state: Path, run: str, path: Path, offset: int = 0) -> Path:
    """Copy a file from an offset on."""
    folder = _folder(state, run)
    name = f"{path.name.removesuffix('.open')}@{offset}"
    temporary = folder / f"{name}.tmp"
    try:
        with path.open("rb") as source, temporary.open("wb") as target:
            source.seek(offset)
            shutil.copyfileobj(source, target, _PIECE)
            target.flush()
            os.fsync(target.fileno())
        return _settle(folder, temporary, name)
    except OSError as error:
        raise disk_error(error, temporary) from error


def move_whole(state: Path, run: str, path: Path) -> Path:
    """Move a file, or a folder that is none of ours, as it is: takes no room, so that it works on a full disk too."""
    folder = _folder(state, run)
    try:
        if path.is_file() and not path.is_symlink():
            sync_file(path)
        kept = _settle(folder, path, f"{path.name.removesuffix('.open')}@0")
        sync_folder(path.parent)
        return kept
    except OSError as error:
        raise disk_error(error, path) from error


def _folder(state: Path, run: str) -> Path:
    folder = state / "quarantine" / run
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            sync_folder(folder.parent)
            sync_folder(state)
    except OSError as error:
        raise disk_error(error, folder) from error
    return folder


def _settle(folder: Path, path: Path, name: str) -> Path:
    """Give it a free name; the same bytes are kept once, since a recovery may be killed and begin anew."""
    number = 1
    while True:
        final = folder / (name if number == 1 else f"{name}.{number}")
        if not (final.exists() or final.is_symlink()):
            path.rename(final)
            sync_folder(folder)
            return final
        if path.is_file() and final.is_file() and path.stat().st_size == final.stat().st_size and file_sha256(path) == file_sha256(final):
            path.unlink()
            return final
        number += 1
