"""What exactly is to be stored, and is it what its digest says?"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamagedError

PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Bytes, or the file that has them, measured once."""

    data: bytes | Path
    size: int
    md5: str
    """Base64, as Content-MD5 has it (RFC 1864)."""
    sha256: str


def pieces(data: bytes | Path) -> Iterator[bytes]:
    """The bytes, or the file's in pieces of 1 MiB."""
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def measure(key: str, data: bytes | Path, sha256: str) -> Payload:
    """Size and digests in one pass; raises DamagedError where the SHA-256 is another."""
    md5, found, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    for piece in pieces(data):
        md5.update(piece)
        found.update(piece)
        size += len(piece)
    check_digest(key, found.hexdigest(), sha256)
    return Payload(data=data, size=size, md5=base64.b64encode(md5.digest()).decode(), sha256=sha256)


def check_digest(key: str, found: str, expected: str) -> None:
    """Raises DamagedError where the bytes to store are not those that were promised."""
    if found != expected:
        raise DamagedError(f"{key}: the bytes to store have SHA-256 {found}, expected {expected}", hint="nothing was stored")
