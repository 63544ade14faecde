from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.ask import read_target, write_request
from crawler.failures import FetchFailed
from tests.servers.rawhttp import RawServer
from tests.servers.wireclient import ask, to_port


def test_a_request_has_its_headers_in_an_order_that_people_can_read() -> None:
    headers = [
        (b"If-None-Match", b'"x"'),
        (b"Accept", b"text/html"),
        (b"User-Agent", b"warchive"),
        (b"Accept-Encoding", b"gzip, deflate, zstd"),
    ]
    assert write_request(read_target("https://news.example/a?b=c#d"), "GET", headers) == (
        b"GET /a?b=c HTTP/1.1\r\nHost: news.example\r\nUser-Agent: warchive\r\nAccept: text/html\r\n"
        b'Accept-Encoding: gzip, br\r\nIf-None-Match: "x"\r\n\r\n'
    )


def test_headers_that_are_not_the_callers_to_set_are_left_out() -> None:
    names = [b"Host", b"Connection", b"Transfer-Encoding", b"Content-Length", b"Proxy-Authorization", b"TE", b"Upgrade", b"Expect"]
    assert write_request(read_target("http://news.example/"), "GET", [(name, b"evil") for name in names]).count(b"\r\n") == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [(b"If-None-Match", b'"x"\r\nEvil: 1'), (b"If-None-Match", b"a\rb"), (b"X", b"\0"), (b"X Y", b"1"), (b"", b"1"), (b"X:Y", b"1")],
)
def test_a_header_that_would_break_the_message_is_not_sent(name: bytes, value: bytes) -> None:
    sent = write_request(read_target("http://news.example/"), "GET", [(name, value)])
    assert sent == b"GET / HTTP/1.1\r\nHost: news.example\r\nAccept-Encoding: gzip, br\r\n\r\n"


@pytest.mark.parametrize(
    ("url", "authority", "path", "recorded"),
    [
        ("http://news.example", "news.example", "/", "http://news.example"),
        ("HTTP://news.example:80/", "news.example", "/", "http://news.example:80/"),
        ("https://news.example:80/", "news.example:80", "/", "https://news.example:80/"),
        ("http://News.Example/A", "news.example", "/A", "http://News.Example/A"),
        ("http://news.example?q=1", "news.example", "/?q=1", "http://news.example/?q=1"),
        ("http://news.example/a?", "news.example", "/a?", "http://news.example/a?"),
        ("http://news.example/a;b//../c?d?e#f#g", "news.example", "/a;b//../c?d?e", "http://news.example/a;b//../c?d?e"),
        ("http://user:secret@news.example/", "news.example", "/", "http://news.example/"),
        ("http://a@b@news.example/", "news.example", "/", "http://news.example/"),
        ("http://[2606:4700::1]:81/x", "[2606:4700::1]:81", "/x", "http://[2606:4700::1]:81/x"),
        (
            "http://новини.укр/шлях",
            "xn--b1amarcd.xn--j1amh",
            "/%D1%88%D0%BB%D1%8F%D1%85",
            "http://xn--b1amarcd.xn--j1amh/%D1%88%D0%BB%D1%8F%D1%85",
        ),
        ("http://news.example/a b\r\nX: y", "news.example", "/a%20b%0D%0AX:%20y", "http://news.example/a%20b%0D%0AX:%20y"),
        ("http://evil.example\\@news.example/", "evil.example", "/@news.example/", "http://evil.example/@news.example/"),
    ],
)
def test_a_url_is_taken_apart_for_asking(url: str, authority: str, path: str, recorded: str) -> None:
    target = read_target(url)
    assert (target.authority, target.path, target.url) == (authority, path, recorded)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("news.example", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http:///x", "dns"),
        ("http://a b/", "dns"),
        ("http://a:b/", "connect"),
        ("http://a:65536/", "connect"),
        ("http://a:٣/", "connect"),
    ],
)
def test_what_cannot_be_asked_for_has_a_reason(url: str, reason: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        read_target(url)
    assert caught.value.reason == reason


@given(st.text(max_size=60), st.lists(st.tuples(st.binary(max_size=12), st.binary(max_size=20)), max_size=4))
def test_no_url_and_no_header_makes_two_requests_of_one(text: str, headers: list[tuple[bytes, bytes]]) -> None:
    try:
        target = read_target("http://news.example/" + text)
    except FetchFailed:
        return
    sent = write_request(target, "GET", headers)
    assert sent.count(b"\r\n\r\n") == 1
    assert sent.endswith(b"\r\n\r\n")
    lines = sent[:-4].split(b"\r\n")
    assert lines[0].count(b" ") == 2
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert target.url.isascii()
    assert target.url.isprintable()


def test_user_names_and_passwords_are_neither_sent_nor_recorded() -> None:
    with RawServer({"/": [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]}) as server:
        (outcome,) = ask("http://user:secret@news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(server.port)})
        assert outcome.capture is not None
        assert "secret" not in outcome.capture.url
        assert b"uthorization" not in server.asked[0].raw
