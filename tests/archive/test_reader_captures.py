"""Are the bytes of a capture given back as they were, and only if they are?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import DamagedError, UsageError
from archive.http import MalformedMessage, split_interim
from archive.model import CaptureRef
from archive.reader import Archive, open_archive
from tests.archive.samples import ODD_MESSAGES
from tests.archive.shelf import SITE, Entry, page, publish

BODY = b"<p>" + b"Hello, world. " * 100
ZIPPED = gzip.compress(BODY, mtime=0)
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED)
HEAD = b"HTTP/1.1 200 OK\r\nx-Odd: caf\xe9\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
FIRST = page("/a", CHUNKED, head=HEAD)
AGAIN = page("/a", CHUNKED, head=HEAD.replace(b"OK", b"Fine"), after=60)
NOT_MODIFIED = page("/a", b"", head=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n', after=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    first = publish(tmp_path, [Entry(capture=FIRST, article={}), Entry(capture=page("/b", after=1))])
    entries = [
        Entry(capture=AGAIN, repeats=first[0]),
        Entry(capture=NOT_MODIFIED, repeats=first[0]),
        Entry(capture=page("/copy", CHUNKED, head=HEAD, after=180), repeats=first[0]),
        Entry(capture=page("/noise", b"SSH-2.0\r\n\r\nfoo", head=b"", after=200)),
    ]
    publish(tmp_path, entries, token="2f2e3d4c")
    return tmp_path


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(str(folder / "store"), state=folder / "state") as opened:
        yield opened


def test_captures_of_a_url_come_oldest_first(archive: Archive) -> None:
    refs = list(archive.captures(f"{SITE}/a"))
    assert [ref.fetched_at for ref in refs] == [FIRST.fetched_at, AGAIN.fetched_at, NOT_MODIFIED.fetched_at]
    assert [ref.record_type for ref in refs] == ["response", "revisit", "revisit"]
    assert list(archive.captures(f"{SITE}/nothing")) == []


@pytest.mark.parametrize("url", ["HTTPS://news.example:443/a?utm_source=x#y", "http://www.news.example/a", "news.example/a"])
def test_other_spellings_of_a_url_find_its_captures(archive: Archive, url: str) -> None:
    assert len(list(archive.captures(url))) == 3


def test_an_exact_url_hides_captures_of_other_spellings(folder: Path) -> None:
    publish(folder, [Entry(capture=page("/a?y=1&x=2", after=300)), Entry(capture=page("/a?x=2&y=1", after=301))], token="3f2e3d4c")
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        assert [ref.url for ref in archive.captures(f"{SITE}/a?x=2&y=1")] == [f"{SITE}/a?x=2&y=1"]


def test_with_a_time_the_nearest_capture_comes_first(archive: Archive) -> None:
    assert [ref.fetched_at.minute for ref in archive.captures(f"{SITE}/a", at="2024-11-08T08:15:50Z")] == [16, 15, 17]
    with pytest.raises(UsageError):
        archive.captures(f"{SITE}/a", at="noon")


def test_a_response_is_given_back_byte_for_byte(archive: Archive) -> None:
    ref = next(archive.captures(f"{SITE}/a"))
    kept = archive.read(ref)
    assert kept.response == FIRST.response
    assert kept.original is None
    assert kept.ip_address == "192.0.2.7"
    assert archive.payload(ref) == BODY
    assert archive.decoded(kept).problem is None


def test_a_revisit_gives_its_own_head_and_the_payload_it_repeats(archive: Archive) -> None:
    ref = list(archive.captures(f"{SITE}/a"))[1]
    kept = archive.read(ref)
    assert kept.response == HEAD.replace(b"OK", b"Fine") + b"\r\n"
    assert kept.whole_response == FIRST.response
    assert kept.message().reason == "Fine"
    assert archive.payload(ref) == BODY


def test_a_304_gives_the_payload_that_it_confirms(archive: Archive) -> None:
    ref = list(archive.captures(f"{SITE}/a"))[2]
    assert archive.read(ref).message().status == 304
    assert archive.payload(ref) == BODY


def test_a_revisit_of_another_url_is_followed_into_another_run(archive: Archive) -> None:
    ref = next(archive.captures(f"{SITE}/copy"))
    assert ref.refers_to is not None
    assert archive.read(ref).original.url == f"{SITE}/a"  # type: ignore[union-attr]
    assert archive.payload(ref) == BODY


def test_a_reply_that_was_no_http_message_is_given_back_too(archive: Archive) -> None:
    ref = next(ref for ref in archive.all_captures() if ref.record_type == "metadata")
    assert archive.read(ref).response == b"\r\nSSH-2.0\r\n\r\nfoo"
    with pytest.raises(MalformedMessage):
        archive.payload(ref)


def test_all_captures_can_be_walked_through(archive: Archive) -> None:
    assert len(list(archive.all_captures())) == 6
    assert [ref.url for ref in archive.all_captures(since="2024-11-08T08:16:00Z", until="2024-11-08T08:17:00Z")] == [f"{SITE}/a"]
    assert list(archive.all_captures(kind="seed")) == []
    assert list(archive.all_captures(source="nobody")) == []


def test_the_capture_of_an_article_is_found(archive: Archive) -> None:
    article = archive.article(f"{SITE}/a")
    assert article is not None
    assert archive.capture_of(article) == next(archive.captures(f"{SITE}/a"))


def flip(path: Path, offset: int) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x01
    path.write_bytes(data)


def warc_of(folder: Path, ref: CaptureRef) -> Path:
    return next((folder / "store").rglob(ref.filename))


def test_any_flipped_bit_of_a_record_is_damage_or_changes_nothing(folder: Path, archive: Archive) -> None:
    ref = next(archive.captures(f"{SITE}/a"))
    path = warc_of(folder, ref)
    found = 0
    for offset in range(ref.offset, ref.offset + ref.length, 7):
        flip(path, offset)
        try:
            assert archive.read(ref).response == FIRST.response
        except DamagedError:
            found += 1
        flip(path, offset)
    assert found > ref.length / 7 - 10  # bits of the gzip head say nothing about the content
    assert archive.read(ref).response == FIRST.response


def test_a_record_of_another_capture_is_not_accepted(archive: Archive) -> None:
    one, other = next(archive.captures(f"{SITE}/a")), next(archive.captures(f"{SITE}/b"))
    forged = CaptureRef(**{name: getattr(other, name) for name in CaptureRef.__slots__} | {"offset": one.offset, "length": one.length})
    with pytest.raises(DamagedError, match="WARC-Record-ID"):
        archive.read(forged)


def test_a_cut_or_lost_warc_file_is_damage(folder: Path, archive: Archive) -> None:
    ref = next(archive.captures(f"{SITE}/a"))
    path = warc_of(folder, ref)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[: ref.offset + ref.length - 1])
    with pytest.raises(DamagedError):
        archive.read(ref)
    path.unlink()
    with pytest.raises(DamagedError, match="manifest names it"):
        archive.read(ref)


def test_a_revisit_without_its_original_says_what_is_missing(folder: Path, tmp_path: Path) -> None:
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        refs = list(archive.captures(f"{SITE}/a"))
        run = refs[0].run
    next((folder / "store").rglob(f"{run}/datapackage.json")).unlink()
    with (
        open_archive(str(folder / "store"), collection="news", state=tmp_path / "fresh") as archive,
        pytest.raises(DamagedError, match="which no run"),
    ):
        archive.read(refs[1])


def test_every_odd_message_is_given_back_byte_for_byte(tmp_path: Path) -> None:
    captures = [replace(page(f"/odd/{number}", after=number), response=response) for number, response in enumerate(ODD_MESSAGES.values())]
    refs = publish(tmp_path, [Entry(capture=capture) for capture in captures])
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        assert sorted(ref.record_id for ref in archive.all_captures()) == sorted(ref.record_id for ref in refs)
        for ref, capture in zip(refs, captures, strict=True):
            assert archive.read(ref).response == split_interim(capture.response)[1], capture.response[:80]
