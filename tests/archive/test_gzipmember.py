"""Is a record the same bytes again when its gzip member is read?"""

from __future__ import annotations

import gzip
import os
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.gzipmember import gzip_member

TAIL = b"\r\n\r\n"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
PLAIN = b"".join(b"<p>Line %d of a page, and so on.</p>\n" % number for number in range(4000))


def unpacked(data: bytes) -> bytes:
    """What stands in exactly one member."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    found = inflater.decompress(data)
    assert inflater.eof
    assert inflater.unused_data == b""
    return found


@given(head=st.binary(max_size=6000), block=st.binary(max_size=12_000), coded_from=st.one_of(st.none(), st.integers(0, 12_000)))
def test_whatever_goes_in_comes_out(head: bytes, block: bytes, coded_from: int | None) -> None:
    data = gzip_member(head, block, TAIL, coded_from=None if coded_from is None else min(coded_from, len(block)))
    assert unpacked(data) == gzip.decompress(data) == head + block + TAIL


@pytest.mark.parametrize("size", [4_000, 16_383, 65_535, 65_536, 200_000, 3_000_000])
def test_a_compressed_body_is_stored_at_the_cost_of_its_frame(size: int) -> None:
    body = random.Random(size).randbytes(size)
    data = gzip_member(b"WARC/1.1\r\n\r\n", HTTP + body, TAIL, coded_from=len(HTTP))
    assert unpacked(data) == b"WARC/1.1\r\n\r\n" + HTTP + body + TAIL
    assert len(data) < size + 200 + size // 1000


def test_a_body_that_only_says_that_it_is_compressed_gets_smaller_all_the_same() -> None:
    data = gzip_member(b"WARC/1.1\r\n\r\n", HTTP + PLAIN, TAIL, coded_from=len(HTTP))
    assert unpacked(data).endswith(PLAIN + TAIL)
    assert len(data) < len(PLAIN) // 5


def test_a_small_record_is_as_small_as_with_the_usual_window() -> None:
    block = b"GET /news/2024/11/08/article.html HTTP/1.1\r\nHost: www.example.org\r\nAccept: text/html,application/xhtml+xml\r\n" * 24
    usual = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    assert len(gzip_member(b"", block, TAIL)) <= len(usual.compress(block + TAIL) + usual.flush()) * 1.05


def test_a_flipped_bit_in_what_is_stored_is_found() -> None:
    body = os.urandom(50_000)
    data = bytearray(gzip_member(b"WARC/1.1\r\n\r\n", HTTP + body, TAIL, coded_from=len(HTTP)))
    data[len(data) // 2] ^= 1
    with pytest.raises(zlib.error):
        unpacked(bytes(data))
