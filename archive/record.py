"""What does one record say, and is it as it was written, or as it was imported?

With the standard library alone: one gzip member, a head of names and values, a block. Nothing is believed before its digest was
computed. Records of others name another digest, or none, or a wrong one: of them the index of the run says what was imported.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass

from archive.errors import DamagedError
from archive.http import payload_offset
from archive.model import CaptureRef
from archive.warc import digest

MAX_RECORD_BYTES = 1 << 30  # uncompressed; the crawler keeps far less, so more is damage or an attack
MAX_HEAD_BYTES = 1 << 20
ALGORITHMS = ("sha1", "sha256", "md5", "sha512", "sha384")
_END = b"\r\n\r\n"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")  # WARC 1.1 §4: a line that begins with white space goes on with the one before
_HINT = "compare the file with a copy of the store; `warchive verify` looks at everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record; header values are kept in their order."""

    headers: tuple[tuple[str, str], ...]
    block: bytes

    def header(self, name: str) -> str | None:
        """First value of the header, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def read_member(data: bytes, where: str, *, max_bytes: int = MAX_RECORD_BYTES) -> bytes:
    """What a gzip member holds; raises `DamagedError` where the bytes are not exactly one member, whole and undamaged."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        content = inflater.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise DamagedError(f"{where}: the gzip member is damaged ({error})", hint=_HINT) from error
    if len(content) > max_bytes:
        raise DamagedError(f"{where}: more than {max_bytes} bytes uncompressed", hint=_HINT)
    if not inflater.eof or inflater.unused_data:
        raise DamagedError(f"{where}: offset and length are not those of one gzip member", hint=_HINT)
    return content


def read_record(data: bytes, where: str, *, max_bytes: int = MAX_RECORD_BYTES, theirs: bool = False) -> Record:
    """Take a compressed record apart and verify its block digest; raises `DamagedError`. `where` names it in messages.

    `theirs`: whatever WARC-Block-Digest says, or where it is missing, the block is as it is, and `check_record` compares it with what was
    imported.
    """
    content = read_member(data, where, max_bytes=max_bytes)
    end = _HEAD_END.search(content, 0, MAX_HEAD_BYTES)
    if not content.startswith(b"WARC/") or end is None:
        raise DamagedError(f"{where}: no WARC record begins there", hint=_HINT)
    headers = _headers(content[: end.start()])
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    size = int(length) if length.isdecimal() and len(length) < 19 else -1
    record = Record(headers=headers, block=content[end.end() : end.end() + max(size, 0)])
    rest = content[end.end() + len(record.block) :]
    if size != len(record.block) or (rest.strip(b"\r\n") if theirs else rest != _END):
        found = len(content) - end.end() - len(_END)
        raise DamagedError(f"{where}: the block has {found} bytes, its head says {length[:20] or 'nothing'}", hint=_HINT)
    if not theirs and record.header("WARC-Block-Digest") != digest(record.block):
        raise DamagedError(f"{where}: the block is not what was captured: its digest differs", hint=_HINT)
    return record


def record_of(data: bytes, ref: CaptureRef, where: str, *, max_bytes: int = MAX_RECORD_BYTES) -> Record:
    """The record that the index means, ours or imported, as it was kept; raises `DamagedError`."""
    record = read_record(data, where, max_bytes=max_bytes, theirs=ref.imported)
    check_record(record, ref, where)
    return record


def has_digest(declared: str, data: bytes) -> bool | None:
    """Whether the data has the digest that a WARC header names; null where nobody can tell."""
    algorithm, _, value = declared.strip().partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in ALGORITHMS:
        return None
    return same_digest(value, hashlib.new(algorithm, data, usedforsecurity=False).digest())


def same_digest(value: str, found: bytes) -> bool:
    """Whether this is the digest, in whatever spelling: WARC 1.1 §5.8 leaves it open. Base32 is usual, hexadecimal and base64 occur."""
    value = value.strip()
    spellings = (base64.b32encode(found), base64.b64encode(found), base64.urlsafe_b64encode(found))
    return (
        value.lower() == found.hex()
        or value.rstrip("=") in {one.decode("ascii").rstrip("=") for one in spellings}
        or (value.upper().rstrip("=") == spellings[0].decode("ascii").rstrip("="))
    )


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    lines = _FOLD.sub(b" ", head).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")[1:]
    return tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))


def check_record(record: Record, ref: CaptureRef, where: str) -> None:
    """Whether this is the record that the index means; raises `DamagedError`."""
    if ref.imported:
        _check_imported(record, ref, where)
        return
    target, payload = record.header("WARC-Target-URI"), record.header("WARC-Payload-Digest")
    claims = [
        ("WARC-Record-ID", record.header("WARC-Record-ID"), f"<{ref.record_id}>"),
        ("WARC-Type", record.header("WARC-Type"), ref.record_type),
        ("WARC-Target-URI", target, target if ref.record_type == "metadata" else ref.url),
        ("WARC-Block-Digest", record.header("WARC-Block-Digest"), ref.block_digest),
        ("WARC-Payload-Digest", payload, payload if ref.record_type == "metadata" else ref.payload_digest),
    ]
    for name, found, expected in claims:
        if found != expected:
            raise DamagedError(f"{where}: {name} is {(found or 'missing')[:200]!r}, the index says {expected!r}", hint=_HINT)
    if ref.record_type == "response" and digest(record.block[payload_offset(record.block) :]) != ref.payload_digest:
        raise DamagedError(f"{where}: the payload is not what was captured: its digest differs", hint=_HINT)


def _check_imported(record: Record, ref: CaptureRef, where: str) -> None:
    kind = record.header("WARC-Type")
    if (kind or "").lower() != ref.record_type:
        raise DamagedError(f"{where}: WARC-Type is {(kind or 'missing')[:200]!r}, the index says {ref.record_type!r}", hint=_HINT)
    if digest(record.block) != ref.block_digest:
        raise DamagedError(f"{where}: the block is not what was imported: its digest differs", hint=_HINT)
