"""How is a record compressed: as one gzip member, without work that makes nothing smaller?

RFC 1952 and RFC 1951: a member holds one deflate stream, whose blocks may each be compressed or stored. What came compressed over the wire
is stored: to compress 35 kB of it again costs half a millisecond, a third of what it takes to keep a page, and saves nothing.
"""

from __future__ import annotations

import struct
import zlib

# No flags, no time (equal in, equal out), no hint of a level, Unix: `archive/members.py` asks for this head.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
# What fits into one of zlib's small windows is compressed as well there: to set up the 256 KiB of the usual state costs more than to
# compress half a kilobyte, and most records are requests and provenance.
_SMALL, _SMALL_WINDOW, _SMALL_MEMORY = 4096, 12, 5
_SAMPLE = 2048


def gzip_member(head: bytes, block: bytes, tail: bytes, *, coded_from: int | None = None) -> bytes:
    """Head, block and tail as one member. `coded_from` is where in the block a body begins that says of itself that it is compressed."""
    if len(head) + len(block) + len(tail) <= _SMALL:
        compressor = zlib.compressobj(6, zlib.DEFLATED, _SMALL_WINDOW + 16, _SMALL_MEMORY)
    elif coded_from is not None and _is_dense(block, coded_from):
        return _half_stored(head + block[:coded_from], block[coded_from:] + tail)
    else:
        compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return compressor.compress(head) + compressor.compress(block) + compressor.compress(tail) + compressor.flush()


def _is_dense(block: bytes, start: int) -> bool:
    """Whether the body is what it says: servers have sent plain text as gzip. Looks at a piece from the middle."""
    middle = start + max(0, len(block) - start - _SAMPLE) // 2
    sample = block[middle : middle + _SAMPLE]
    compressor = zlib.compressobj(1, zlib.DEFLATED, -_SMALL_WINDOW, _SMALL_MEMORY)
    return len(compressor.compress(sample) + compressor.flush()) > len(sample) * 0.9


def _half_stored(packed: bytes, stored: bytes) -> bytes:
    first = zlib.compressobj(6, zlib.DEFLATED, -_SMALL_WINDOW, _SMALL_MEMORY)
    second = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends at a byte and without an end mark, so that the blocks of another stream can follow: RFC 1951 §3.2.3.
    pieces = [_HEAD, first.compress(packed), first.flush(zlib.Z_FULL_FLUSH), second.compress(stored), second.flush()]
    pieces.append(struct.pack("<LL", zlib.crc32(stored, zlib.crc32(packed)), (len(packed) + len(stored)) & 0xFFFFFFFF))
    return b"".join(pieces)
