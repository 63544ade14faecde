"""Is what lies beside a capture found, in our files and in those of others, and damage told?"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.errors import DamagedError
from archive.layout import RunFolder
from archive.model import CaptureRef
from archive.provenance import Provenance, provenance_of
from archive.reader import Archive, open_archive
from archive.warc import digest
from tests.archive.shelf import SITE, START, Entry, page, publish

# warcio leaves the spooled files of its writer to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")

TOLD = (
    ("via", f"{SITE}/feed"),
    ("warchive-seed-type", "feed"),
    ("warchive-seed-entry", "guid-7"),
    ("warchive-seen-at", "2024-11-08T08:15:00Z"),
)


def opened(folder: Path) -> Archive:
    return open_archive(str(folder / "store"), collection="news", state=folder / "state")


def test_our_records_stand_behind_the_response(tmp_path: Path) -> None:
    (feed,) = publish(tmp_path, [Entry(capture=page("/feed"))], token="00000000")
    entries = [
        Entry(capture=page("/a", after=1), told=(*TOLD, ("warchive-seed-record", feed.record_id))),
        Entry(capture=page("/b", after=2)),
    ]
    first, second = publish(tmp_path, entries)
    with opened(tmp_path) as archive:
        found = provenance_of(archive, first)
        assert (found.verified, found.problem) == (True, None)
        assert found.request == b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n"
        assert found.response_head == b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        assert found.metadata["via"] == f"{SITE}/feed"
        assert found.warcinfo is not None
        assert found.warcinfo.fields()["software"] == "warchive"
        assert found.discovery is not None
        assert (found.discovery.entry, found.discovery.capture) == ("guid-7", feed)
        bare = provenance_of(archive, second)
        assert (bare.metadata, bare.discovery) == ({}, None)
        assert bare.request == b"GET /b HTTP/1.1\r\nHost: news.example\r\n\r\n"
        assert bare.request_record is not None
        data = archive.store.get_range(bare.key, bare.request_record.offset, bare.request_record.length)
        assert data.startswith(b"\x1f\x8b")


def test_a_revisit_names_the_capture_whose_bytes_it_repeats(tmp_path: Path) -> None:
    (first,) = publish(tmp_path, [Entry(capture=page("/a"))])
    (again,) = publish(tmp_path, [Entry(capture=page("/a", after=60), repeats=first)], token="00000002", started=START + timedelta(hours=1))
    with opened(tmp_path) as archive:
        assert provenance_of(archive, again).original == first


def test_little_is_read_of_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(20_000))
    refs = publish(tmp_path, [Entry(capture=page(f"/{number}", noise, after=number)) for number in range(4)])
    with opened(tmp_path) as archive:
        asked: list[int] = []
        get_range = archive.store.get_range

        def counted(key: str, offset: int, length: int) -> bytes:
            asked.append(length)
            return get_range(key, offset, length)

        monkeypatch.setattr(archive.store, "get_range", counted)
        found = provenance_of(archive, refs[2])
        assert found.verified is True
        assert sum(asked) < refs[2].length + 64 * 1024
        monkeypatch.setattr("archive.provenance._WHOLE", 1000)
        monkeypatch.setattr("archive.provenance._HEAD", 4096)
        asked.clear()
        found = provenance_of(archive, refs[2])
        assert (found.verified, found.problem) == (None, None)
        assert found.request is not None
        assert found.response_head.startswith(b"HTTP/1.1 200 OK")
        assert sum(asked) < 64 * 1024


@pytest.mark.parametrize("place", [40, -30])
def test_damage_is_told_and_the_rest_is_shown(tmp_path: Path, place: int) -> None:
    (ref,) = publish(tmp_path, [Entry(capture=page("/a"))])
    path = tmp_path / "store" / RunFolder(collection="news", run=ref.run).warc(ref.filename)
    data = bytearray(path.read_bytes())
    data[ref.offset + (place if place > 0 else ref.length + place)] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(bytes(data))
    with opened(tmp_path) as archive:
        found = provenance_of(archive, ref)
        assert found.verified is False
        assert found.problem
        path.unlink()
        with pytest.raises(DamagedError, match="a manifest names it"):
            provenance_of(archive, ref)


def foreign(folder: Path, write: Callable[[WARCWriter], None], *, compressed: bool = True) -> Provenance:
    """A file of somebody else's in the place of one of ours, and what is found of its response."""
    (ref,) = publish(folder, [Entry(capture=page("/a"))])
    out = io.BytesIO()
    write(WARCWriter(out, gzip=compressed, warc_version="WARC/1.0"))
    data = out.getvalue()
    path = folder / "store" / RunFolder(collection="news", run=ref.run).warc(ref.filename)
    path.chmod(0o644)
    path.write_bytes(data)
    with opened(folder) as archive:
        return provenance_of(archive, theirs(data, ref))


def theirs(data: bytes, ref: CaptureRef) -> CaptureRef:
    """The response in it, as an import would have entered it."""
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    for record in records:
        block = record.content_stream().read()
        offset, length = records.get_record_offset(), records.get_record_length()
        if record.rec_type == "response":
            record_id = record.rec_headers["WARC-Record-ID"].strip("<>")
            return replace(ref, offset=offset, length=length, record_id=record_id, block_digest=digest(block), imported=True)
    raise AssertionError("no response")


def response(writer: WARCWriter, **headers: str) -> object:
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return writer.create_warc_record(f"{SITE}/a", "response", io.BytesIO(b"hello"), http_headers=http, warc_headers_dict=named)


def request(writer: WARCWriter, **headers: str) -> object:
    http = StatusAndHeaders("GET /a HTTP/1.1", [("Host", "news.example")], is_http_request=True)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return writer.create_warc_record(f"{SITE}/a", "request", http_headers=http, warc_headers_dict=named)


@pytest.mark.parametrize("compressed", [True, False])
def test_a_request_that_stands_before_its_response_is_found(tmp_path: Path, compressed: bool) -> None:
    def write(writer: WARCWriter) -> None:
        writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "Wget/1.21"}))
        asked = request(writer)
        writer.write_record(asked)
        writer.write_record(response(writer, WARC_Concurrent_To=asked.rec_headers["WARC-Record-ID"]))  # type: ignore[attr-defined]

    found = foreign(tmp_path, write, compressed=compressed)
    assert found.request == b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n"
    assert found.warcinfo is not None
    assert found.warcinfo.fields()["software"] == "Wget/1.21"
    assert (found.verified, found.problem, found.discovery) == (True, None, None)


def test_the_request_of_another_capture_is_not_taken_for_its_own(tmp_path: Path) -> None:
    def write(writer: WARCWriter) -> None:
        writer.write_record(request(writer, WARC_Date="2020-01-01T00:00:00Z"))
        writer.write_record(response(writer, WARC_Date="2021-01-01T00:00:00Z"))
        writer.write_record(request(writer, WARC_Date="2022-01-01T00:00:00Z"))

    found = foreign(tmp_path, write)
    assert (found.request, found.warcinfo) == (None, None)


def test_a_request_that_only_repeats_address_and_time_is_its_own(tmp_path: Path) -> None:
    def write(writer: WARCWriter) -> None:
        writer.write_record(response(writer, WARC_Date="2021-01-01T00:00:00Z"))
        writer.write_record(request(writer, WARC_Date="2021-01-01T00:00:00Z"))

    assert foreign(tmp_path, write).request == b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n"
