"""Which keys may a store hold?

The same in every store, so that an archive can be copied from any to any: what S3 would take and a folder would not, or the
other way round, is refused by both.
"""

from __future__ import annotations

import re

from archive.layout import KEY

PROBE = ".warchive-probe"
PROBE_BYTES = b"Written by warchive to see whether this store can be written. It may be deleted.\n"

_PART_OF_A_KEY = re.compile(r"[A-Za-z0-9/._-]{0,300}")
_LONGEST_SEGMENT = 255  # NAME_MAX of the usual file systems


def is_key(key: str) -> bool:
    """Whether `key` is one; `fullmatch`, since `$` alone lets a newline through."""
    return bool(KEY.fullmatch(key)) and all(0 < len(part) <= _LONGEST_SEGMENT and part not in (".", "..") for part in key.split("/"))


def check_key(key: str) -> str:
    """The key; raises ValueError where it is not one."""
    if not is_key(key):
        raise ValueError(f"not a key of ours: {key[:320]!r}")
    return key


def check_prefix(prefix: str) -> str:
    """The prefix (or start) of a listing: any beginning of a key; raises ValueError for what no key begins with."""
    if not _PART_OF_A_KEY.fullmatch(prefix) or prefix.startswith("/") or "//" in prefix or ".." in prefix.split("/")[:-1]:
        raise ValueError(f"no key of ours begins with {prefix[:320]!r}")
    return prefix


def check_span(offset: int, length: int) -> None:
    """Raises ValueError for a range that begins before the object or is less than nothing."""
    if offset < 0 or length < 0:
        raise ValueError(f"not a range: offset {offset}, length {length}")
