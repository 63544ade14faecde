"""Do others read what we write, and do they read the same bytes?"""

from __future__ import annotations

import contextlib
import io
import uuid
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cdxj_indexer.main import CDXJIndexer
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive.http import payload_offset, split_interim
from archive.members import check_records
from archive.model import Capture
from archive.warc import (
    IDENTICAL_PAYLOAD,
    SERVER_NOT_MODIFIED,
    Member,
    Original,
    Records,
    cdxj_line,
    digest,
    records_of,
    warc_date,
    warcinfo,
)
from tests.archive.samples import ODD_MESSAGES, START, make_capture

NAME = "conflict-news-20241108081500-00000-1f2e3d4c.warc.gz"


def write(records: list[Records], path: Path) -> list[str]:
    """A WARC file of these records; returns its index lines."""
    info = warcinfo(path.name, START, [("software", "warchive")])
    members: list[Member] = [info, *(member for one in records for member in one.members)]
    lines, at = [], 0
    with path.open("wb") as file:
        for member in members:
            file.write(member.data)
            line = cdxj_line(member, filename=path.name, offset=at)
            if line is not None:
                lines.append(line + "\n")
            at += len(member.data)
    return lines


def original(response: bytes) -> Original:
    return Original(
        record_id="urn:uuid:12345678-1234-5678-1234-567812345678",
        url="https://www.example.org/before",
        fetched_at=START - timedelta(days=3),
        payload_digest=digest(response[payload_offset(response) :]),
        entity_digest=digest(response[payload_offset(response) :]),
    )


@pytest.fixture(scope="module")
def odd_file(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    path = tmp_path_factory.mktemp("warc") / NAME
    captures = [make_capture(number, response=response) for number, response in enumerate(ODD_MESSAGES.values())]
    records = [records_of(capture, warcinfo_id="urn:uuid:0", provenance=[("found-in", "feed")]) for capture in captures]
    records += [
        records_of(capture, warcinfo_id="urn:uuid:0", revisit_of=original(capture.response))
        for capture in captures
        if capture.response.startswith(b"HTTP/")
    ]
    return SimpleNamespace(path=path, captures=captures, records=records, lines=write(records, path))


def test_warcio_and_fastwarc_give_back_every_odd_message_byte_for_byte(odd_file: SimpleNamespace) -> None:
    expected = [split_interim(capture.response)[1] for capture in odd_file.captures]
    with odd_file.path.open("rb") as file:
        read = {
            record.rec_headers.get_header("WARC-Record-ID").strip("<>"): record.content_stream().read()
            for record in ArchiveIterator(file, no_record_parse=True)
        }
    fast = {record.record_id.strip("<>"): record.reader.read() for record in FastIterator(str_stream(odd_file.path), parse_http=False)}
    for wanted, one in zip(expected, odd_file.records, strict=False):
        assert read[one.main.record_id] == wanted
        assert fast[one.main.record_id] == wanted


def str_stream(path: Path) -> io.BytesIO:
    return io.BytesIO(path.read_bytes())


def test_fastwarc_confirms_every_block_digest(odd_file: SimpleNamespace) -> None:
    checked = [record.verify_block_digest() for record in FastIterator(str_stream(odd_file.path), parse_http=False)]
    assert len(checked) == 1 + sum(len(one.members) for one in odd_file.records)
    assert all(checked)


def test_warcio_check_finds_nothing_wrong(odd_file: SimpleNamespace) -> None:
    assert check(odd_file.path) == (0, "")


def check(path: Path) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = Checker(SimpleNamespace(inputs=[str(path)], verbose=False)).process_all()
    return code, out.getvalue()


def indexed(path: Path) -> list[str]:
    out = io.StringIO()
    CDXJIndexer(out, [str(path)], sort=True).process_all()
    return out.getvalue().splitlines(keepends=True)


def test_our_index_lines_are_those_of_cdxj_indexer(odd_file: SimpleNamespace) -> None:
    assert sorted(odd_file.lines) == indexed(odd_file.path)


def test_our_own_reader_finds_every_record_good(odd_file: SimpleNamespace) -> None:
    with odd_file.path.open("rb") as file:
        found = list(check_records(file, 0, odd_file.path.stat().st_size, ours=True))
    assert [record.problem for record in found] == [None] * len(found)
    assert [record.record_id for record in found[1:]] == [member.record_id for one in odd_file.records for member in one.members]


def test_request_and_response_name_each_other(tmp_path: Path) -> None:
    records = records_of(make_capture(1), warcinfo_id="urn:uuid:0")
    path = tmp_path / NAME
    write([records], path)
    with path.open("rb") as file:
        _, response, request = [
            (record.rec_type, record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(file, no_record_parse=True)
        ]
    assert (response[0], request[0]) == ("response", "request")
    assert request[1].get_header("WARC-Concurrent-To") == response[1].get_header("WARC-Record-ID")
    assert request[1].get_header("WARC-Target-URI") == response[1].get_header("WARC-Target-URI") == "https://www.example.org/news/1"
    assert request[2] == make_capture(1).request


def test_the_records_of_a_capture_are_these_texts() -> None:
    ids = iter([uuid.UUID(int=number) for number in range(9)])
    capture = make_capture(1, response=ODD_MESSAGES["plain"])
    provenance = [("found-in", "feed\r\nforged: 1")]
    records = records_of(capture, warcinfo_id="urn:uuid:info", provenance=provenance, new_id=lambda: next(ids))
    response, request, found = [unzip(member.data) for member in records.members]
    assert response == (
        b"WARC/1.1\r\n"
        b"WARC-Type: response\r\n"
        b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        b"WARC-Date: 2024-11-08T08:15:01.000001Z\r\n"
        b"WARC-Target-URI: https://www.example.org/news/1\r\n"
        b"WARC-Warcinfo-ID: <urn:uuid:info>\r\n"
        b"WARC-IP-Address: 192.0.2.7\r\n"
        b"WARC-Block-Digest: sha256:7RK3DCSDUMX4YEUES7SDNMP72WB25FD6TGJTN5X3AG4W7263PJVQ====\r\n"
        b"WARC-Payload-Digest: sha256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA====\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        b"Content-Length: 68\r\n"
        b"\r\n" + capture.response + b"\r\n\r\n"
    )
    assert request.startswith(b"WARC/1.1\r\nWARC-Type: request\r\n")
    assert b"\r\nContent-Type: application/warc-fields\r\n" in found
    assert found.endswith(b"\r\n\r\nfound-in: feed  forged: 1\r\n\r\n\r\n")


def unzip(data: bytes) -> bytes:
    return zlib.decompress(data, zlib.MAX_WBITS + 16)


def test_a_revisit_names_what_it_repeats_and_keeps_its_own_head() -> None:
    response = ODD_MESSAGES["plain"]
    records = records_of(make_capture(1, response=response), warcinfo_id="urn:uuid:0", revisit_of=original(response))
    text = unzip(records.main.data)
    assert records.record_type == "revisit"
    assert f"WARC-Profile: {IDENTICAL_PAYLOAD}".encode() in text
    assert b"WARC-Refers-To: <urn:uuid:12345678-1234-5678-1234-567812345678>\r\n" in text
    assert b"WARC-Refers-To-Target-URI: https://www.example.org/before\r\n" in text
    assert b"WARC-Refers-To-Date: 2024-11-05T08:15:00.000000Z\r\n" in text
    assert text.endswith(b"\r\n\r\n" + response[: payload_offset(response)] + b"\r\n\r\n")
    assert records.payload_digest == original(response).payload_digest


def test_not_modified_is_a_revisit_of_its_own_profile() -> None:
    response = ODD_MESSAGES["not modified"]
    records = records_of(make_capture(1, response=response), warcinfo_id="urn:uuid:0", revisit_of=original(ODD_MESSAGES["plain"]))
    assert f"WARC-Profile: {SERVER_NOT_MODIFIED}".encode() in unzip(records.main.data)
    assert records.entity_digest == original(ODD_MESSAGES["plain"]).entity_digest


def test_chunked_and_plain_have_one_entity_digest() -> None:
    plain = records_of(make_capture(1, response=ODD_MESSAGES["plain"]), warcinfo_id="urn:uuid:0")
    chunked = records_of(make_capture(1, response=ODD_MESSAGES["chunked"]), warcinfo_id="urn:uuid:0")
    assert plain.entity_digest == chunked.entity_digest == digest(b"hello")
    assert plain.payload_digest != chunked.payload_digest


def test_interim_responses_are_kept_and_are_never_the_page() -> None:
    records = records_of(make_capture(1, response=ODD_MESSAGES["interim responses"]), warcinfo_id="urn:uuid:0")
    assert [member.record_type for member in records.members] == ["response", "request", "metadata", "metadata"]
    urls = [member.index["url"] for member in records.members if member.index]
    assert urls[0] == "https://www.example.org/news/1"
    assert len(urls) == 3
    assert all(url.startswith("urn:warchive:interim:") for url in urls[1:])


@pytest.mark.parametrize("url", ["https://example.org/\r\nWARC-Type: warcinfo", "https://example.org/\x00", "https://example.org/\x7f"])
def test_a_url_with_a_control_character_forges_no_record(url: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        records_of(make_capture(1, url=url), warcinfo_id="urn:uuid:0")


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        warc_date(datetime(2024, 11, 8))


LINES = st.lists(
    st.tuples(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), st.sampled_from([b"\r\n", b"\n", b"\r\r\n", b" \r\n"])),
    max_size=5,
).map(lambda pairs: b"".join(line + end for line, end in pairs))
MESSAGES = st.builds(
    lambda start, lines, end, body: start + lines + end + body,
    st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404 \n", b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n", b"HTTP/1.1 200", b""]),
    LINES,
    st.sampled_from([b"\r\n", b"\n", b""]),
    st.binary(max_size=60),
)


@settings(max_examples=120, deadline=None)
@given(messages=st.lists(MESSAGES, min_size=1, max_size=4))
def test_whatever_a_server_sends_others_read_it_back_and_index_it_alike(
    messages: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any", numbered=True) / NAME
    captures: list[Capture] = [make_capture(number, response=message) for number, message in enumerate(messages)]
    records = [records_of(capture, warcinfo_id="urn:uuid:0") for capture in captures]
    lines = write(records, path)
    with path.open("rb") as file:
        read = {
            record.rec_headers.get_header("WARC-Record-ID").strip("<>"): record.content_stream().read()
            for record in ArchiveIterator(file, no_record_parse=True)
        }
    for message, one in zip(messages, records, strict=True):
        interim, final = split_interim(message)
        assert read[one.main.record_id] == final
        assert b"".join(interim) + final == message
    assert sorted(lines) == indexed(path)
    assert check(path) == (0, "")
