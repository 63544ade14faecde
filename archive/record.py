"""What does one record of ours say, and is it as it was written?

With the standard library alone: one gzip member, a head of names and values, a block. Nothing is believed before its digest was
computed.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from archive.errors import DamagedError
from archive.http import payload_offset
from archive.model import CaptureRef
from archive.warc import digest

MAX_RECORD_BYTES = 1 << 30  # uncompressed; the crawler keeps far less, so more is damage or an attack
_END = b"\r\n\r\n"
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


def read_record(data: bytes, where: str, *, max_bytes: int = MAX_RECORD_BYTES) -> Record:
    """Take a compressed record apart and verify its block digest; raises `DamagedError`. `where` names it in messages."""
    content = read_member(data, where, max_bytes=max_bytes)
    end = content.find(_END)
    if not content.startswith(b"WARC/1.") or end < 0:
        raise DamagedError(f"{where}: no WARC record begins there", hint=_HINT)
    lines = content[:end].decode("utf-8", "replace").split("\r\n")[1:]
    headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    record = Record(headers=headers, block=content[end + len(_END) : -len(_END)])
    length = record.header("Content-Length") or ""
    if not content.endswith(_END) or length != str(len(record.block)):
        raise DamagedError(f"{where}: the block has {len(record.block)} bytes, its head says {length[:20] or 'nothing'}", hint=_HINT)
    if record.header("WARC-Block-Digest") != digest(record.block):
        raise DamagedError(f"{where}: the block is not what was captured: its digest differs", hint=_HINT)
    return record


def check_record(record: Record, ref: CaptureRef, where: str) -> None:
    """Whether this is the record that the index means; raises `DamagedError`."""
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
