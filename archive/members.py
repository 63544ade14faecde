"""Are the records in this part of a WARC file as they were written?

Read with nothing but the standard library: each record is one gzip member, its CRC must hold, its head must be readable, its block
must be as long as Content-Length says and have the digest that WARC-Block-Digest names. Memory stays small however long a block is.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_PIECE = 1 << 16
_OUT = 1 << 18
_MAX_HEAD = 1 << 20
_KEPT_BLOCK = 1 << 16
_END = b"\r\n\r\n"
# RFC 1952 §2.3: method 8, no flags, no time, then the hint of the level, then 3 for Unix: zlib writes it so.
_OUR_HEAD = re.compile(rb"\x1f\x8b\x08\x00\x00\x00\x00\x00[\x00\x02\x04]\x03")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """One record as found; `problem` says what is wrong with it, else null."""

    offset: int
    length: int
    """Of the gzip member; up to the end of the part where the member is damaged."""
    record_type: str = ""
    record_id: str = ""
    """Without angle brackets; empty where the head could not be read."""
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    block: bytes = b""
    """The first 64 KiB of the block of a warcinfo record; of others nothing is kept."""
    problem: str | None = None


def check_records(file: BinaryIO, start: int, end: int, *, ours: bool = False) -> Iterator[CheckedRecord]:
    """The records from `start` up to `end`, which must fill that part exactly. Stops behind the first with a problem.

    `ours` asks for the gzip head that we write as well: its bytes are covered by no CRC.
    """
    at = start
    while at < end:
        record = _check_member(file, at, end, ours=ours)
        yield record
        if record.problem:
            return
        at += record.length


def _check_member(file: BinaryIO, offset: int, end: int, *, ours: bool) -> CheckedRecord:
    file.seek(offset)
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    reader = _RecordReader()
    at = offset
    problem: str | None = None
    while problem is None and not inflater.eof:
        piece = file.read(min(_PIECE, end - at))
        if not piece:
            problem = "the gzip member is cut"
            break
        if ours and at == offset and not _OUR_HEAD.match(piece):
            problem = "the gzip head is not as it was written"
            break
        at += len(piece)
        try:
            problem = reader.feed(inflater.decompress(piece, _OUT))
            while problem is None and inflater.unconsumed_tail and not inflater.eof:
                problem = reader.feed(inflater.decompress(inflater.unconsumed_tail, _OUT))
        except zlib.error as error:
            problem = f"the gzip member is damaged ({error})"
    if problem is None:
        at -= len(inflater.unused_data)
        problem = reader.finish()
    return CheckedRecord(
        offset=offset,
        length=(end if problem else at) - offset,
        record_type=reader.headers.get("warc-type", ""),
        record_id=reader.headers.get("warc-record-id", "").strip("<>"),
        headers=reader.headers,
        block=bytes(reader.kept),
        problem=problem,
    )


class _RecordReader:
    """Takes the uncompressed bytes of one record as they come."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.kept = bytearray()
        self._head = bytearray()
        self._left: int | None = None  # bytes of the block that are still to come; null while the head is read
        self._tail = b""
        self._hash: hashlib._Hash | None = None
        self._wanted = ""

    def feed(self, data: bytes) -> str | None:
        """Take some; returns what is wrong."""
        if self._left is None:
            self._head += data
            end = self._head.find(_END)
            if end < 0:
                return "its head is too long" if len(self._head) > _MAX_HEAD else None
            data = bytes(self._head[end + len(_END) :])
            problem = self._read_head(bytes(self._head[:end]))
            if problem:
                return problem
            self._head.clear()
        assert self._left is not None
        block = data[: self._left]
        if self._hash is not None:
            self._hash.update(block)
        if self.headers.get("warc-type") == "warcinfo" and len(self.kept) < _KEPT_BLOCK:
            self.kept += block[: _KEPT_BLOCK - len(self.kept)]
        self._left -= len(block)
        self._tail += data[len(block) :]
        return "bytes follow behind the record" if len(self._tail) > len(_END) else None

    def finish(self) -> str | None:
        """The member has ended; returns what is wrong."""
        if self._left is None:
            return "its head has no end"
        if self._left:
            return f"its block lacks {self._left} bytes"
        if self._tail != _END:
            return "the record does not end with two empty lines"
        if self._hash is not None and not _same(self._wanted, self._hash.digest()):
            return "its block does not have the digest that WARC-Block-Digest names"
        return None

    def _read_head(self, head: bytes) -> str | None:
        lines = head.decode("utf-8", "replace").split("\r\n")
        if not lines[0].startswith("WARC/1."):
            return "it does not begin as a WARC record does"
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or len(length) > 18:
            return "it has no readable Content-Length"
        self._left = int(length)
        algorithm, _, self._wanted = self.headers.get("warc-block-digest", "").partition(":")
        if algorithm.lower() in ("sha256", "sha1", "md5", "sha512"):
            self._hash = hashlib.new(algorithm.lower(), usedforsecurity=False)
        return None


def _same(wanted: str, digest: bytes) -> bool:
    # WARC 1.1 §5.8 leaves the spelling open: base32 is usual, hexadecimal occurs.
    return wanted.upper().rstrip("=") == base64.b32encode(digest).decode("ascii").rstrip("=") or wanted.lower() == digest.hex()
