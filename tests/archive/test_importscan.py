"""Which records does a scan find in files of others, and how does each end?"""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
from collections import Counter

import pytest

from archive.importscan import NotImportable, Scanned, judge, scan
from archive.record import record_of
from tests.archive.theirs import Exchange, record, revisit, story, warc_of

PAGE = Exchange(url="http://river.example/1", body=story("The wall"))
FILE_ID = "ab" * 32


def scanned(data: bytes) -> list[Scanned]:
    return list(scan(io.BytesIO(data), filename="f.warc.gz", run="r", source=None, file_id=FILE_ID))


def ends(data: bytes) -> Counter[tuple[str, str]]:
    return Counter((one.outcome, one.kind) for one in scanned(data))


@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("brackets", [False, True], ids=["plain", "wget"])
def test_each_record_is_found_where_it_lies_and_reads_as_it_was_kept(version: str, brackets: bool) -> None:
    data = warc_of([PAGE, Exchange(url="http://river.example/2?a=b c", body=b"two")], version=version, brackets=brackets)
    found = [one.ref for one in scanned(data) if one.ref is not None]
    assert [ref.url for ref in found] == ["http://river.example/1", "http://river.example/2?a=b%20c"]
    for ref, body in zip(found, (PAGE.body, b"two"), strict=True):
        kept = record_of(data[ref.offset : ref.offset + ref.length], ref, "here")
        assert kept.block.endswith(b"\r\n\r\n" + body)
        assert ref.payload_digest.startswith("sha1:")
        assert ref.block_digest.startswith("sha256:")
        assert ref.imported
    assert not any(one.wrong or one.unchecked for one in scanned(data) if one.ref)


def test_every_record_ends_in_one_way() -> None:
    data = warc_of([PAGE])
    data += revisit(PAGE.url, of=PAGE, date="2024-11-09T00:00:00Z")
    data += record("resource", "urn:text:http://river.example/1", b"words", content_type="text/plain")
    data += record("metadata", PAGE.url, b"a: b\r\n", content_type="application/warc-fields")
    data += record("metadata", "metadata://gnu.org/log", b"wget said", content_type="text/plain")
    data += record("conversion", PAGE.url, b"words", content_type="text/plain")
    data += record("response", "dns:river.example", b"20241108\r\nriver.example. A 192.0.2.1\r\n", content_type="text/dns")
    data += record("response", "http://river.example/" + "a" * 20_000, b"HTTP/1.1 200 OK\r\n\r\n", content_type="application/http")
    data += record("resource", "urn:x:y", b"z", content_type="text/plain", headers={"WARC-Date": "yesterday"})
    assert ends(data) == Counter(
        {
            ("beside", "warcinfo"): 1,
            ("beside", "request"): 1,
            ("beside", "metadata"): 1,
            ("beside", "conversion"): 1,
            ("capture", "response"): 2,
            ("capture", "revisit"): 1,
            ("capture", "resource"): 1,
            ("capture", "metadata"): 1,
            ("skipped", "bad-url"): 1,
            ("skipped", "no-date"): 1,
        }
    )


def test_a_file_that_is_cut_gives_all_records_before_the_cut_wherever_it_is() -> None:
    data = warc_of([PAGE, Exchange(url="http://river.example/2")])
    whole = scanned(data)
    begins = [one.offset for one in whole]
    for at in (begins[1] + 5, begins[2] + 300, begins[-1] + 40, len(data) - 3):
        found = scanned(data[:at])
        assert found[-1].outcome == "broken"
        assert [one.offset for one in found[:-1]] == [begin for begin in begins if begin < found[-1].offset]


def test_damage_in_the_middle_ends_the_reading_there_and_is_told() -> None:
    data = bytearray(warc_of([PAGE, PAGE, PAGE]))
    third = scanned(bytes(data))[3]
    data[third.offset + 30] ^= 0xFF
    found = scanned(bytes(data))
    assert found[-1].outcome == "broken"
    assert found[-1].offset == third.offset
    assert len(found) == 4


def test_wrong_digests_are_told_and_the_record_is_kept() -> None:
    data = record(
        "resource",
        "urn:a:b",
        b"words",
        content_type="text/plain",
        headers={"WARC-Block-Digest": "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "WARC-Payload-Digest": "crc32:1"},
    )
    (found,) = scanned(data)
    assert found.wrong == ("block",)
    assert found.ref is not None
    assert record_of(data, found.ref, "here").block == b"words"


def test_digests_in_hexadecimal_are_read_as_well() -> None:
    hexadecimal = "sha256:" + hashlib.sha256(b"words").hexdigest()
    (found,) = scanned(record("resource", "urn:a:b", b"words", content_type="text/plain", headers={"WARC-Block-Digest": hexadecimal}))
    assert not found.wrong
    assert not found.unchecked


def test_a_record_without_an_id_gets_one_that_is_the_same_at_every_reading() -> None:
    data = record("resource", "urn:a:b", b"words", content_type="text/plain", headers={"WARC-Record-ID": ""})
    first, second = scanned(data)[0].ref, scanned(data)[0].ref
    assert first is not None
    assert first.record_id.startswith("urn:uuid:")
    assert first == second


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no WARC"),
        (b"hello", "no WARC"),
        (b"WARC/1.0\r\n", "not compressed"),
        (b"filedesc://x 0.0.0.0 1 2 3\n", "ARC"),
        (b"\x28\xb5\x2f\xfdxxxx", "zstd"),
    ],
)
def test_what_cannot_be_taken_as_it_is_says_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(NotImportable, match=why) as problem:
        judge(data)
    assert problem.value.hint


def test_a_file_compressed_as_a_whole_is_refused_since_nobody_can_seek_in_it() -> None:
    data = gzip.compress(warc_of([PAGE], compressed=False))
    with pytest.raises(NotImportable, match="share one gzip member") as problem:
        scanned(data)
    assert "warcio recompress" in problem.value.hint


def test_a_gzip_file_of_something_else_is_no_warc() -> None:
    with pytest.raises(NotImportable, match="no WARC"):
        scanned(gzip.compress(b"root:x:0:0\n" * 100))


def test_a_header_without_end_and_a_bomb_cost_little_memory() -> None:
    bomb = gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * (64 << 20))
    big = record("resource", "urn:a:b", b"\0" * (96 << 20), content_type="application/octet-stream")
    tracemalloc.start()
    assert [one.outcome for one in scanned(warc_of([PAGE]) + bomb)][-1] == "broken"
    (found,) = scanned(big)
    assert found.ref is not None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 128 << 20
