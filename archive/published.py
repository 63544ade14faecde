"""How are the lists of a published run read, wherever they lie, without holding them?

Each reader takes the pieces of one file as they come, checks the SHA-256 that the manifest names, and yields line by line. Sizes
are bounded: a store is somebody else's disk.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from archive.errors import DamagedError
from archive.model import FileEntry

_MAX_LINE = 64 << 20
_STEP = 1 << 20


def checked(pieces: Iterable[bytes], entry: FileEntry) -> Iterator[bytes]:
    """The same pieces; raises `DamagedError` at the end where they are not the file that the manifest names."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        if size > entry.size:
            break
        digest.update(piece)
        yield piece
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise DamagedError(f"{entry.path} is not as its manifest says", hint="restore it from a copy of the store, then sync again")


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a gzip file, of one member or many."""
    rest = bytearray()
    for data, _, _ in _inflate(pieces):
        rest += data
        if b"\n" in data:
            *lines, last = bytes(rest).split(b"\n")
            rest = bytearray(last)
            yield from lines
        elif len(rest) > _MAX_LINE:
            raise DamagedError("a line is longer than 64 MiB")
    if rest:
        yield bytes(rest)


def members_of(pieces: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and content of each gzip member that is not empty."""
    content, begin = bytearray(), 0
    for data, end, complete in _inflate(pieces):
        content += data
        if len(content) > _MAX_LINE:
            raise DamagedError("an article is longer than 64 MiB")
        if complete:
            if content:
                yield begin, end - begin, bytes(content)
            content, begin = bytearray(), end


def record_of(line: bytes) -> dict[str, Any]:
    """A line of JSON as an object; raises `DamagedError`."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"not a line of JSON: {line[:100]!r}") from error
    if not isinstance(record, dict):
        raise DamagedError(f"not a JSON object: {line[:100]!r}")
    return record


def _inflate(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int, bool]]:
    """Uncompressed bytes, the offset in the file up to which they were read, and whether a member ends there."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    begun, at = False, 0
    try:
        for piece in pieces:
            at += len(piece)
            data = piece
            while data:
                begun = True
                out = inflater.decompress(data, _STEP)
                data = inflater.unconsumed_tail
                if inflater.eof:
                    data = inflater.unused_data
                    yield out, at - len(data), True
                    inflater, begun = zlib.decompressobj(zlib.MAX_WBITS + 16), False
                else:
                    yield out, at - len(data), False
    except zlib.error as error:
        raise DamagedError(f"the gzip data is damaged: {error}") from error
    if begun:
        raise DamagedError("the gzip data is cut")
