"""Is what servers really send read as browsers read it, and within limits?"""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http import (
    Decoded,
    MalformedMessage,
    content_codings,
    decode_body,
    parse_head,
    parse_response,
    payload_offset,
    split_interim,
)
from tests.archive.samples import ODD_MESSAGES

BODY = b"<p>" + bytes(range(256)) * 40


def response(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body


@given(
    st.lists(st.binary(min_size=1, max_size=300), max_size=6),
    st.sampled_from([b"\r\n", b"\n"]),
    st.sampled_from([b"", b";name=v", b' ; a="b"']),
)
def test_chunking_undone_gives_the_body(chunks: list[bytes], end: bytes, extension: bytes) -> None:
    coded = b"".join(f"{len(chunk):X}".encode() + extension + end + chunk + end for chunk in chunks) + b"0" + end + end
    message = parse_response(response(b"Transfer-Encoding: chunked\r\n", coded))
    assert message.raw_body == b"".join(chunks)
    assert message.body_complete


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=4), st.data())
def test_a_cut_chunked_body_is_reported_not_accepted(chunks: list[bytes], data: st.DataObject) -> None:
    coded = b"".join(f"{len(chunk):x}".encode() + b"\r\n" + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"
    cut = data.draw(st.integers(0, len(coded) - 3))
    message = parse_response(response(b"Transfer-Encoding: chunked\r\n", coded[:cut]))
    assert not message.body_complete
    if cut > len(coded.split(b"\r\n", 1)[0]) + 2:
        assert b"".join(chunks).startswith(message.raw_body)


@pytest.mark.parametrize(
    ("name", "body", "complete"),
    [
        ("plain", b"hello", True),
        ("only line feeds", b"line\nfeeds", True),
        ("trailers", b"hello", True),
        ("chunk extensions", b"hello", True),
        ("chunked in capitals", b"0123456789", True),
        ("chunked that is not", b"<p>not chunked at all", False),
        ("cut in a chunk", b"only this", False),
        ("cut in a chunk's size", b"hello", False),
        ("shorter than Content-Length", b"short", False),
        ("longer than Content-Length", b"lo", True),
        ("bad Content-Length", b"hello", True),
        ("HTTP/1.0", b"until the end", True),
        ("no content", b"", True),
        ("not modified", b"", True),
        ("head alone", b"", True),
    ],
)
def test_bodies_of_odd_messages(name: str, body: bytes, complete: bool) -> None:
    message = parse_response(ODD_MESSAGES[name])
    assert (message.raw_body, message.body_complete) == (body, complete)


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("order and case of headers", "content-type", "text/html;charset=UTF-8"),
        ("folded line", "X-Long", "one two three"),
        ("folded content type", "Content-Type", "text/html"),
        ("8-bit header value", "X-Author", "Jørgen"),
        ("blanks around the colon", "Content-Type", "text/html"),
        ("line without colon", "this is no header", None),
        ("mixed line ends", "X-One", "1"),
    ],
)
def test_headers_of_odd_messages(name: str, header: str, value: str | None) -> None:
    assert parse_head(ODD_MESSAGES[name])[0].header(header) == value


def test_a_status_line_gives_status_reason_and_version() -> None:
    message, _ = parse_head(ODD_MESSAGES["own reason phrase"])
    assert (message.status, message.reason, message.version) == (200, "Everything's fine here", "HTTP/1.1")
    assert parse_head(ODD_MESSAGES["no reason phrase"])[0].reason == ""


@pytest.mark.parametrize("name", ["not HTTP at all", "nothing", "status that is a word", "bytes of anything", "no status", "ICY"])
def test_what_begins_otherwise_is_no_message(name: str) -> None:
    with pytest.raises(MalformedMessage):
        parse_response(ODD_MESSAGES[name])


def test_interim_responses_are_taken_off_and_nothing_is_lost() -> None:
    interim, final = split_interim(ODD_MESSAGES["interim responses"])
    assert [one.split(b"\r\n")[0] for one in interim] == [b"HTTP/1.1 103 Early Hints", b"HTTP/1.1 100 Continue"]
    assert final.startswith(b"HTTP/1.1 200 OK")
    assert b"".join(interim) + final == ODD_MESSAGES["interim responses"]
    for name in ("interim response alone", "switching protocols", "plain", "nothing"):
        assert split_interim(ODD_MESSAGES[name]) == ([], ODD_MESSAGES[name])


@given(st.binary(max_size=200))
def test_any_bytes_have_a_head_and_a_rest(block: bytes) -> None:
    at = payload_offset(block)
    assert 0 <= at <= len(block)
    interim, final = split_interim(block)
    assert b"".join(interim) + final == block


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


@pytest.mark.parametrize("coding", CODERS)
def test_each_coding_is_undone(coding: str) -> None:
    message = parse_response(response(f"Content-Encoding: {coding.upper()}\r\n".encode(), CODERS[coding](BODY)))
    assert decode_body(message, max_bytes=1 << 20) == decoded(BODY)


def decoded(body: bytes, problem: str | None = None) -> Decoded:
    return Decoded(body=body, problem=problem)


def test_deflate_without_its_zlib_head_is_undone_as_browsers_do() -> None:
    raw = zlib.compressobj(wbits=-15)
    message = parse_response(response(b"Content-Encoding: deflate\r\n", raw.compress(BODY) + raw.flush()))
    assert decode_body(message, max_bytes=1 << 20) == decoded(BODY)


def test_two_codings_are_undone_in_order_and_three_are_refused() -> None:
    twice = response(b"Content-Encoding: br\r\nContent-Encoding: identity, gzip\r\n", gzip.compress(brotli.compress(BODY)))
    assert content_codings(parse_response(twice)) == ["br", "gzip"]
    assert decode_body(parse_response(twice), max_bytes=1 << 20) == decoded(BODY)
    thrice = response(b"Content-Encoding: gzip, gzip, gzip\r\n", b"x")
    assert decode_body(parse_response(thrice), max_bytes=1 << 20) == decoded(b"", "too-many-codings")


@pytest.mark.parametrize("coding", CODERS)
def test_a_cut_coded_body_is_a_problem_and_its_beginning_is_kept(coding: str) -> None:
    data = CODERS[coding](BODY * 20)
    for cut in (len(data) - 1, len(data) // 2, 12):
        found = decode_body(parse_response(response(f"Content-Encoding: {coding}\r\n".encode(), data[:cut])), max_bytes=1 << 20)
        assert found.problem == "cut"
        assert (BODY * 20).startswith(found.body)


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_stays_within_its_limit(coding: str) -> None:
    bomb = brotli.compress(bytes(50 << 20), quality=1) if coding == "br" else CODERS[coding](bytes(50 << 20))
    found = decode_body(parse_response(response(f"Content-Encoding: {coding}\r\n".encode(), bomb)), max_bytes=100_000)
    assert found.problem == "too-large"
    assert len(found.body) == 100_000


@pytest.mark.parametrize("coding", CODERS)
def test_a_coded_body_that_is_not_is_corrupt(coding: str) -> None:
    found = decode_body(
        parse_response(response(f"Content-Encoding: {coding}\r\n".encode(), b"<p>plain text, not coded at all")), max_bytes=1 << 20
    )
    assert found.problem in ("corrupt", "cut")


def test_an_unknown_coding_is_named_and_the_bytes_are_given() -> None:
    assert decode_body(parse_response(ODD_MESSAGES["unknown coding"]), max_bytes=99) == decoded(
        b"\x28\xb5\x2f\xfd\x00", "unknown-coding:zstd"
    )


def test_several_gzip_members_are_one_body_and_rubbish_behind_is_passed_over() -> None:
    both = gzip.compress(BODY) + gzip.compress(b"more")
    for tail in (b"", b"\x00\x00", b"rubbish"):
        message = parse_response(response(b"Content-Encoding: gzip\r\n", both + tail))
        assert decode_body(message, max_bytes=1 << 20) == decoded(BODY + b"more")


def test_a_plain_body_over_the_limit_is_cut_and_says_so() -> None:
    assert decode_body(parse_response(response(b"", b"0123456789")), max_bytes=4) == decoded(b"0123", "too-large")
