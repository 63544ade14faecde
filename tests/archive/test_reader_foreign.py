"""Are the captures in WARC files of others found, and is nothing passed over in silence?"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import WarchiveError
from archive.foreign import Skipped, WarcCapture, iter_warc_captures, looks_like_warc
from archive.http import decode_body, parse_response
from tests.archive.shelf import Entry, page, publish

HTML = b"<!doctype html><p>The bridge was hit again."


def record(
    block: bytes,
    *,
    type: str = "response",
    url: str = "https://news.example/a",
    version: str = "1.0",
    extra: str = "",
    length: int | None = None,
) -> bytes:
    head = (
        f"WARC/{version}\r\nWARC-Type: {type}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-11-08T08:15:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n{extra}"
        f"Content-Type: application/http; msgtype={type}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(headers: bytes = b"", body: bytes = HTML) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n" + body


def body_of(found: WarcCapture | Skipped) -> bytes:
    assert isinstance(found, WarcCapture), found
    decoded = decode_body(parse_response(found.response), max_bytes=1 << 20)
    assert decoded.problem is None
    return decoded.body


def read(data: bytes, **options: int) -> list[WarcCapture | Skipped]:
    return list(iter_warc_captures(io.BytesIO(data), **options))


FORMS = {
    "plain": lambda records: b"".join(records),
    "gzip": lambda records: b"".join(map(gzip.compress, records)),
    "gzip as a whole": lambda records: gzip.compress(b"".join(records)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_every_form_of_a_warc_file_is_read(form: str, version: str) -> None:
    records = [
        record(b"software: x\r\n", type="warcinfo", version=version),
        record(b"GET / HTTP/1.1\r\n\r\n", type="request"),
        record(response(), version=version),
    ]
    data = FORMS[form](records)
    [found] = read(data)
    assert isinstance(found, WarcCapture)
    assert found.url == "https://news.example/a"
    assert found.date == datetime(2024, 11, 8, 8, 15, tzinfo=UTC)
    assert found.record_id == "urn:uuid:00000000-0000-0000-0000-000000000001"
    assert found.response == response()
    if form == "gzip as a whole":
        assert found.offset is None
    else:
        assert found.offset is not None
        assert looks_like_warc(data[found.offset : found.offset + 512])
        assert body_of(read(data[found.offset :])[0]) == HTML


def test_our_own_files_are_read_like_any_other(tmp_path: Path) -> None:
    ours = page("/a", HTML)
    refs = publish(
        tmp_path,
        [Entry(capture=ours), Entry(capture=page("/b", b"HTTP", head=b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n", after=1))],
    )
    found = list(iter_warc_captures(next((tmp_path / "store").rglob("*.warc.gz"))))
    assert [(one.filename, one.offset, one.record_id) for one in found] == [(ref.filename, ref.offset, ref.record_id) for ref in refs]
    assert found[0].response == ours.response  # type: ignore[union-attr]
    assert found[0].date == ours.fetched_at  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        # Common Crawl: codings undone, headers renamed.
        (b"X-Crawl-Transfer-Encoding: chunked\r\nX-Crawl-Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(HTML), HTML),
        # Writers that undo a coding and leave the header.
        (b"Transfer-Encoding: chunked\r\n", HTML),
        (b"Content-Encoding: gzip\r\n", HTML),
        (b"content-encoding : br\r\nContent-Length: 9999\r\n", HTML),
        # As on the wire.
        (b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(HTML), HTML)),
        (b"Content-Encoding: gzip\r\n", gzip.compress(HTML, mtime=0)),
    ],
)
def test_bodies_are_read_whether_or_not_the_writer_undid_their_codings(headers: bytes, body: bytes) -> None:
    assert body_of(read(record(response(headers, body)))[0]) == HTML


def test_wget_writes_angle_brackets_around_the_url() -> None:
    assert read(record(response(), url="<https://news.example/a>"))[0].url == "https://news.example/a"


def test_an_arc_file_is_read() -> None:
    block = response()
    data = b"filedesc://x.arc 0.0.0.0 20240101000000 text/plain 64\n1 0 Org\nURL IP-address Archive-date Content-type Archive-length\n\n"
    data += b"https://news.example/a 192.0.2.7 20241108081500 text/html %d\n%s\n" % (len(block), block)
    [found] = [one for one in read(data) if isinstance(one, WarcCapture)]
    assert (found.url, found.record_id, found.date) == ("https://news.example/a", None, datetime(2024, 11, 8, 8, 15, tzinfo=UTC))
    assert body_of(found) == HTML


def test_a_wacz_is_read_file_by_file(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/one.warc.gz", gzip.compress(record(response())))
        package.writestr("archive/two.warc", record(response(), url="https://news.example/b"))
        package.writestr("pages/pages.jsonl", "{}")
    assert [(one.filename, one.url) for one in iter_warc_captures(path)] == [
        ("one.warc.gz", "https://news.example/a"),
        ("two.warc", "https://news.example/b"),
    ]


def test_what_gives_no_capture_is_named(tmp_path: Path) -> None:
    records = [
        record(response(body=b""), type="revisit"),
        record(b"text", type="conversion"),
        record(b"\x15\x03\x01"),
        record(response(), url="ftp://news.example/a"),
        record(response(), url="https://news.example/\x1b[31mred"),
        record(response(body=b"x" * 5000)),
        record(response()),
    ]
    found = read(b"".join(map(gzip.compress, records)), max_block_bytes=4096)
    assert [getattr(one, "reason", "read") for one in found] == ["revisit", "not-http", "not-http", "no-url", "no-url", "too-large", "read"]
    assert "\x1b" not in repr([one.url for one in found])  # no escape sequence reaches a terminal


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_a_file_cut_anywhere_gives_what_is_whole_and_says_that_it_is_cut(form: str) -> None:
    records = [record(response(body=bytes(str(n) * 40, "ascii")), url=f"https://news.example/{n}") for n in range(3)]
    data = FORMS[form](records)
    ends = [len(FORMS[form](records[:n])) for n in range(4)]
    slack = 4 if form == "plain" else 0  # the line ends behind a block may be missing: the capture is whole all the same
    for at in range(len(data)):
        found = read(data[:at])
        whole = sum(isinstance(one, WarcCapture) for one in found)
        # Of a gzip member only the checksum may be missing: then the capture is given, and that the file is cut is said.
        assert whole - sum(end - slack <= at for end in ends[1:]) in ((0, 1) if form == "gzip" else (0,)), at
        if any(end - slack <= at <= end for end in ends):
            assert len(found) == whole, at
        else:
            assert len(found) == whole + 1, at
            assert isinstance(found[-1], Skipped), at
            assert found[-1].reason in ("cut", "damaged", "unknown-format"), at


def test_a_damaged_member_ends_the_reading_with_a_reason() -> None:
    members = [gzip.compress(record(response(body=bytes(range(256)) * 20), url=f"https://news.example/{n}")) for n in range(2)]
    broken = bytearray(members[1])
    broken[len(broken) // 2] ^= 0xFF
    found = read(members[0] + broken)
    assert [type(one) for one in found] == [WarcCapture, Skipped]
    assert found[1].reason == "damaged"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "data",
    [b"<html>" * 1000, b"\x28\xb5\x2f\xfd" + b"x" * 100, b"PK\x03\x04" + b"x" * 100, b"\x00" * 1000],
    ids=["html", "zstd", "zip from a pipe", "zeros"],
)
def test_what_is_no_warc_file_is_named(data: bytes) -> None:
    [found] = read(data)
    assert isinstance(found, Skipped)
    assert found.reason == "unknown-format"


def test_a_header_without_end_does_not_fill_memory() -> None:
    [found] = read(gzip.compress(b"WARC/1.0\r\n" + b"a" * (8 << 20)))
    assert isinstance(found, Skipped)
    assert found.reason == "damaged"
    [found] = read(gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * (1 << 20)))
    assert isinstance(found, Skipped)
    assert found.reason == "damaged"


@pytest.mark.parametrize("length", ["", "-5", "many", "99999999999999999999999"])
def test_an_impossible_length_ends_the_reading_with_a_reason(length: str) -> None:
    data = record(response(), extra="").replace(b"Content-Length: %d" % len(response()), f"Content-Length: {length}".encode())
    found = read(data + record(response()))
    assert Counter(type(one) for one in found) == {Skipped: 1}


def test_a_stream_that_cannot_seek_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.rest = data

        def read(self, size: int = -1) -> bytes:
            piece, self.rest = self.rest[: min(size, 100)], self.rest[min(size, 100) :]
            return piece

        def tell(self) -> int:
            raise OSError("a pipe")

    found = list(iter_warc_captures(Pipe(gzip.compress(record(response())) * 3)))
    assert [body_of(one) for one in found] == [HTML] * 3


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    read(record(response(), length=10) + b"\x1b[31m" + record(response(), url="https://news.example/a b"))
    assert capfd.readouterr() == ("", "")


def test_a_missing_file_is_a_message() -> None:
    with pytest.raises(WarchiveError, match="cannot read"):
        list(iter_warc_captures(Path("/nonexistent/x.warc")))
