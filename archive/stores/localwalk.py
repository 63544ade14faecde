"""In which order do the files of a folder come as keys?

A folder `a` sorts as `a/`: `a-b` and `a.b` come before `a/x`, `a0` after it, as their bytes do in S3. One folder's names are held
at a time for each level, never those of the whole tree.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archive.stores.keys import is_key


def walk(root: Path, prefix: str, start_after: str) -> Iterator[str]:
    """Keys below `root` that begin with `prefix` and sort after `start_after`, in byte order; folders that cannot have any are not read."""
    top = prefix.rpartition("/")[0]
    levels = [_names(root, f"{top}/" if top else "", prefix, start_after)]
    while levels:
        key = next(levels[-1], None)
        if key is None:
            levels.pop()
        elif key.endswith("/"):
            levels.append(_names(root, key, prefix, start_after))
        else:
            yield key


def _names(root: Path, above: str, prefix: str, start_after: str) -> Iterator[str]:
    """Keys of the files and, with a slash at the end, of the folders in `above`."""
    found = []
    try:
        entries = os.scandir(root / above)
    except (FileNotFoundError, NotADirectoryError):  # deleted, or a prefix that nothing has
        return iter(())
    with entries:
        for entry in entries:
            key = above + entry.name
            if not is_key(key):
                continue
            if _is_folder(entry):
                key += "/"
                # The longest key is 300 bytes, so a link to a folder above itself comes to an end.
                wanted = (key.startswith(prefix) or prefix.startswith(key)) and start_after[: len(key)] <= key
            else:
                wanted = key.startswith(prefix) and key > start_after
            if wanted:
                found.append(key)
    found.sort()
    return iter(found)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link to itself
        return False
