"""Does the check of records find what it must, with little memory?"""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib

import pytest
from warcio.warcwriter import WARCWriter

from archive.members import check_records
from archive.warc import records_of, warcinfo
from tests.archive.samples import START, make_capture


def problems(data: bytes, *, ours: bool = False) -> list[str | None]:
    return [record.problem for record in check_records(io.BytesIO(data), 0, len(data), ours=ours)]


def zipped(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def test_files_of_other_writers_are_read() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "warcio"}))
    writer.write_record(writer.create_warc_record("https://example.org/", "resource", payload=io.BytesIO(b"x" * 99999), length=99999))
    assert problems(out.getvalue()) == [None, None]


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", None),
        (b"WARC/1.1\r\nContent-Length: 3\r\n\r\nab\r\n\r\n", "two empty lines"),
        (b"WARC/1.1\r\nContent-Length: 3\r\n\r\nab", "lacks 1 byte"),
        (b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n\r\n", "bytes follow"),
        (b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n", "two empty lines"),
        (b"WARC/1.1\r\nContent-Length: -3\r\n\r\nabc\r\n\r\n", "Content-Length"),
        (b"WARC/1.1\r\nContent-Length: 9999999999999999999\r\n\r\nabc\r\n\r\n", "Content-Length"),
        (b"WARC/1.1\r\n\r\nabc\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\n\r\nabc\r\n\r\n", "does not begin"),
        (b"WARC/1.1\r\nContent-Length: 3\r\n", "no end"),
        (b"WARC/1.1\r\nX: " + b"x" * (2 << 20), "too long"),
        (b"WARC/1.1\r\nWARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", None),
        (b"WARC/1.1\r\nWARC-Block-Digest: sha1:a9993e364706816aba3e25717850c26c9cd0d89d\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", None),
        (b"WARC/1.1\r\nWARC-Block-Digest: sha1:a9993e364706816aba3e25717850c26c9cd0d89d\r\nContent-Length: 3\r\n\r\nabd\r\n\r\n", "digest"),
    ],
)
def test_each_thing_that_may_be_wrong_with_a_record(record: bytes, problem: str | None) -> None:
    (found,) = problems(zipped(record))
    assert found is None if problem is None else problem in str(found)


def test_every_flipped_bit_of_a_record_is_found() -> None:
    data = warcinfo("x.warc.gz", START, [("software", "warchive")]).data
    assert problems(data, ours=True) == [None]
    for bit in range(8 * len(data)):
        if bit // 8 == 8:
            continue  # the hint of the level tells nothing
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        # Deflate pads its last byte with bits that mean nothing.
        assert problems(bytes(damaged), ours=True)[0] is not None or zlib.decompress(damaged, 31) == zlib.decompress(data, 31), bit


def test_every_cut_of_a_record_is_found() -> None:
    data = records_of(make_capture(1), warcinfo_id="urn:uuid:0").main.data
    for end in range(1, len(data)):
        assert problems(data[:end], ours=True) != [None], end


def test_rubbish_behind_a_member_is_the_next_records_problem() -> None:
    data = warcinfo("x.warc.gz", START, []).data
    found = list(check_records(io.BytesIO(data + b"rubbish"), 0, len(data) + 7))
    assert [record.problem is None for record in found] == [True, False]
    assert (found[1].offset, found[1].length) == (len(data), 7)


def test_a_record_of_200_mb_needs_little_memory() -> None:
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    size = 200 << 20
    data = compressor.compress(f"WARC/1.1\r\nContent-Length: {size}\r\n\r\n".encode())
    block = bytes(1 << 20)
    data += b"".join(compressor.compress(block) for _ in range(200)) + compressor.compress(b"\r\n\r\n") + compressor.flush()
    tracemalloc.start()
    assert problems(data) == [None]
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
