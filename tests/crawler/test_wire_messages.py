from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scrapy import Request

from archive.http import parse_response, split_interim
from tests.servers.rawhttp import RawServer, Step
from tests.servers.tls import make_authority
from tests.servers.wireclient import Outcome, ask, to_port

OK = b"HTTP/1.1 200 OK\r\n"
BIG = bytes(range(256)) * 4096  # 1 MiB
GZIPPED = gzip.compress(b"<p>Kherson</p>" * 100, mtime=0)


@dataclass(frozen=True)
class Odd:
    """What a server sends, and what must come of it."""

    steps: Sequence[Step]
    status: int | None = 200
    completeness: str = "complete"
    body: bytes | None = None
    """The payload as archive.http reads it."""
    reused: bool = True
    """Whether the connection serves the next request, too."""
    method: str = "GET"
    truncated: str | None = None
    failure: str | None = None
    flags: list[str] = field(default_factory=list)


def chunked(*chunks: bytes, extension: bytes = b"", trailer: bytes = b"", end: bytes = b"\r\n") -> bytes:
    out = b"".join(b"%x%s%s%s%s" % (len(chunk), extension, end, chunk, end) for chunk in chunks)
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + out + b"0" + end + trailer + end


def short(body: bytes = b"hello", head: bytes = b"") -> bytes:
    return OK + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


UNKNOWN = "length-unknown"
MESSAGES: dict[str, Odd] = {
    # heads
    "plain": Odd([short()], body=b"hello"),
    "headers in odd order and case": Odd(
        [b"HTTP/1.1 200 OK\r\nx-B: 1\r\nCONTENT-length: 2\r\nX-a: 2\r\ncontent-TYPE: text/html\r\n\r\nhi"], body=b"hi"
    ),
    "the same header often": Odd([short(head=b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nset-cookie: a=1\r\n")], body=b"hello"),
    "folded lines": Odd([short(head=b"X-Long: one\r\n  two\r\n\tthree\r\n")], body=b"hello"),
    "a folded Content-Length": Odd([OK + b"Content-Length:\r\n 5\r\n\r\nhello"], body=b"hello"),
    "a folded line first": Odd([OK + b" odd\r\nContent-Length: 5\r\n\r\nhello"], body=b"hello"),
    "8-bit header values": Odd([short(head=b"X-Name: caf\xe9 \xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2\r\n")], body=b"hello"),
    "8-bit reason": Odd([b"HTTP/1.1 200 D'accord \xe9\r\nContent-Length: 0\r\n\r\n"], body=b""),
    "no reason": Odd([b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi"], body=b"hi"),
    "no reason and no space": Odd([b"HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nhi"], status=404, body=b"hi"),
    "a long reason": Odd([b"HTTP/1.1 503 " + b"so sorry " * 200 + b"\r\nContent-Length: 0\r\n\r\n"], status=503, body=b""),
    "an unknown status": Odd([b"HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nhi"], status=799, body=b"hi"),
    "a status of four digits": Odd([b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nhi"], body=b"hi"),
    "lines without colon": Odd([short(head=b"this is no header\r\n:nor this\r\n")], body=b"hello"),
    "space before the colon": Odd([OK + b"Content-Length : 5\r\n\r\nhello"], body=b"hello"),
    "empty values": Odd([short(head=b"X-Empty:\r\nX-Blank:   \r\n")], body=b"hello"),
    "control characters in values": Odd([short(head=b"X-Odd: a\x00b\x1b[31mc\rd\r\n")], body=b"hello"),
    "LF alone": Odd([b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"], body=b"hello"),
    "LF and CRLF mixed": Odd([b"HTTP/1.1 200 OK\r\nX: 1\nContent-Length: 5\r\n\nhello"], body=b"hello"),
    "many headers": Odd([short(head=b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(500)))], body=b"hello"),
    "head in single bytes": Odd([bytes([byte]) for byte in short()], body=b"hello"),
    "HTTP/1.2": Odd([b"HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nhi"], body=b"hi", reused=False),
    # interim responses
    "100 Continue first": Odd([b"HTTP/1.1 100 Continue\r\n\r\n", short()], body=b"hello"),
    "103 with headers, twice": Odd([b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 2 + short()], body=b"hello"),
    "102 in pieces": Odd([b"HTTP/1.1 102 Proc", 0.02, b"essing\r\n\r", 0.02, b"\n" + short()], body=b"hello"),
    "101": Odd([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"], status=101, body=b"", reused=False),
    # where it ends
    "empty body": Odd([OK + b"Content-Length: 0\r\n\r\n"], body=b""),
    "204": Odd([b"HTTP/1.1 204 No Content\r\n\r\n"], status=204, body=b""),
    "304 with a length": Odd([b'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: "x"\r\n\r\n'], status=304, body=b""),
    "HEAD": Odd([OK + b"Content-Length: 12345\r\n\r\n"], method="HEAD"),
    "HEAD, chunked": Odd([OK + b"Transfer-Encoding: chunked\r\n\r\n"], method="HEAD"),
    "Content-Length twice": Odd([short(head=b"Content-Length: 5\r\n")], body=b"hello"),
    "Content-Length as a list": Odd([OK + b"Content-Length: 5, 5\r\n\r\nhello"], body=b"hello"),
    "Content-Length with zeros": Odd([OK + b"Content-Length: 0005\r\n\r\nhello"], body=b"hello"),
    "two different lengths": Odd([OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhelloooo!"], reused=False),
    "two different lengths, the smaller is true": Odd(
        [OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello", "close"], body=b"hello", reused=False
    ),
    "a length that is none": Odd(
        [OK + b"Content-Length: 5 bytes\r\n\r\nhello", "close"], completeness=UNKNOWN, body=b"hello", reused=False
    ),
    "a length of superscripts": Odd([OK + b"Content-Length: \xb2\r\n\r\nhi", "close"], completeness=UNKNOWN, reused=False),
    "a negative length": Odd([OK + b"Content-Length: -5\r\n\r\nhello", "close"], completeness=UNKNOWN, body=b"hello", reused=False),
    "a length of 5,000 digits": Odd(
        [OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello", "close"], completeness=UNKNOWN, reused=False
    ),
    "up to the close": Odd([OK + b"\r\nhello", "close"], completeness=UNKNOWN, body=b"hello", reused=False),
    "up to a cut": Odd([OK + b"\r\nhello", "cut"], completeness=UNKNOWN, body=b"hello", reused=False),
    "HTTP/1.0": Odd(
        [b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>old</p>", "close"], completeness=UNKNOWN, body=b"<p>old</p>", reused=False
    ),
    "HTTP/1.0 with a length": Odd([b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"], body=b"hi", reused=False),
    "HTTP/1.0 keep-alive": Odd([b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi"], body=b"hi"),
    "Connection: close": Odd([short(head=b"Connection: Close\r\n"), "close"], body=b"hello", reused=False),
    "a redirect": Odd([b"HTTP/1.1 301 Moved Permanently\r\nLocation: /elsewhere\r\nContent-Length: 3\r\n\r\nbye"], status=301, body=b"bye"),
    "a big body": Odd([short(BIG)], body=BIG),
    "a big body in slow pieces": Odd([short(BIG)[:70000], 0.05, short(BIG)[70000:900000], 0.05, short(BIG)[900000:]], body=BIG),
    "gzip": Odd([short(GZIPPED, b"Content-Encoding: gzip\r\n")], body=GZIPPED),
    # chunked
    "chunked": Odd([chunked(b"hello", b" world")], body=b"hello world"),
    "chunk extensions and quotes": Odd([chunked(b"hello", b"x" * 300, extension=b';name="va;lue";flag')], body=b"hello" + b"x" * 300),
    "trailers": Odd([chunked(b"hello", trailer=b"Digest: sha-256=abc\r\nX-Late: yes\r\n")], body=b"hello"),
    "chunked with LF alone": Odd([chunked(b"hello", end=b"\n")], body=b"hello"),
    "capital and padded chunk sizes": Odd([OK + b"Transfer-Encoding: chunked\r\n\r\n000A \r\n0123456789\r\n0\r\n\r\n"], body=b"0123456789"),
    "chunks cut anywhere": Odd(
        [bytes([byte]) for byte in chunked(b"hello", b"again", extension=b";x=y", trailer=b"T: 1\r\n")], body=b"helloagain"
    ),
    "a big chunked body": Odd([chunked(*[BIG[at : at + 50000] for at in range(0, len(BIG), 50000)])], body=BIG),
    "CHUNKED in capitals": Odd([chunked(b"hello").replace(b"chunked", b"CHUNKED")], body=b"hello"),
    "gzip, chunked": Odd([chunked(b"hello").replace(b"chunked", b"gzip, chunked")], body=b"hello"),
    "chunked and a length": Odd(
        [chunked(b"hello").replace(b"\r\n\r\n", b"\r\nContent-Length: 999\r\n\r\n", 1)], body=b"hello", reused=False
    ),
    "an unknown coding and a length": Odd([short(head=b"Transfer-Encoding: snappy\r\n")], body=b"hello", reused=False),
    "an unknown coding": Odd([OK + b"Transfer-Encoding: snappy\r\n\r\nhello", "close"], completeness=UNKNOWN, body=b"hello", reused=False),
    "identity and a length": Odd([short(head=b"Transfer-Encoding: identity\r\n")], body=b"hello", reused=False),
    "said to be chunked and is not": Odd(
        [OK + b"Transfer-Encoding: chunked\r\n\r\n<p>plain</p>\n", "close"],
        completeness=UNKNOWN,
        body=b"<p>plain</p>\n",
        reused=False,
        flags=["wire-bad-chunk"],
    ),
    "a chunk size that is none": Odd(
        [chunked(b"hello")[:-5] + b"zz\r\nrest", "close"], completeness=UNKNOWN, body=b"hello", reused=False, flags=["wire-bad-chunk"]
    ),
    "a chunk without its line end": Odd([OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello3\r\nyou\r\n0\r\n\r\n"], body=b"helloyou"),
    # more than was said
    "bytes after Content-Length": Odd([short() + b"and more"], body=b"hello", reused=False, flags=["wire-surplus"]),
    "a second response at once": Odd(
        [short() + OK + b"Content-Length: 6\r\n\r\nforged"], body=b"hello", reused=False, flags=["wire-surplus"]
    ),
    "bytes after the last chunk": Odd([chunked(b"hello") + b"\r\n<!-- cache -->"], body=b"hello", reused=False, flags=["wire-surplus"]),
    "304 with a body": Odd([b"HTTP/1.1 304 Not Modified\r\n\r\n<p>no</p>"], status=304, body=b"", reused=False, flags=["wire-surplus"]),
    "204 with a body": Odd(
        [b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi"], status=204, body=b"", reused=False, flags=["wire-surplus"]
    ),
    "HEAD with a body": Odd([short()], method="HEAD", reused=False, flags=["wire-surplus"]),
    # less than was said
    "a body that is cut": Odd(
        [OK + b"Content-Length: 500\r\n\r\nhello", "close"], completeness="truncated", truncated="disconnect", reused=False
    ),
    "a body cut in pieces": Odd(
        [OK + b"Content-Length: 500\r\n\r\n", b"hello", 0.03, b"again", "cut"],
        completeness="truncated",
        truncated="disconnect",
        reused=False,
    ),
    "no body at all": Odd([OK + b"Content-Length: 500\r\n\r\n", "close"], completeness="truncated", truncated="disconnect", reused=False),
    "a chunk that is cut": Odd([chunked(b"hello world")[:-12], "close"], completeness="truncated", truncated="disconnect", reused=False),
    "no last chunk": Odd([chunked(b"hello")[:-5], "close"], completeness="truncated", truncated="disconnect", body=b"hello", reused=False),
    "no line after the last chunk": Odd(
        [chunked(b"hello")[:-2], "close"], completeness="truncated", truncated="disconnect", body=b"hello", reused=False
    ),
    "a reset in the body": Odd(
        [OK + b"Content-Length: 500\r\n\r\nhello", 0.05, "reset"],
        completeness="truncated",
        truncated="disconnect",
        reused=False,
        flags=["wire-reset"],
    ),
    "a reset without a length": Odd(
        [OK + b"\r\nhello", 0.05, "reset"], completeness="truncated", truncated="disconnect", reused=False, flags=["wire-reset"]
    ),
    # no HTTP
    "HTTP/0.9": Odd([b"<html>hello</html>\n", "close"], status=None, completeness=UNKNOWN, failure="malformed", reused=False),
    "a status that is no number": Odd(
        [b"HTTP/1.1 OK\r\nA: b\r\n\r\nhello", "close"], status=None, completeness=UNKNOWN, failure="malformed", reused=False
    ),
    "an empty line first": Odd([b"\r\n" + short(), "close"], status=None, completeness=UNKNOWN, failure="malformed", reused=False),
    "an SSH greeting": Odd([b"SSH-2.0-OpenSSH_9.2\r\n", "close"], status=None, completeness=UNKNOWN, failure="malformed", reused=False),
    "zeros": Odd([b"\0" * 5000, "close"], status=None, completeness=UNKNOWN, failure="malformed", reused=False),
    "a head that is cut": Odd(
        [OK + b"Content-Ty", "close"], status=None, completeness="truncated", truncated="disconnect", failure="malformed", reused=False
    ),
    "a reset in the head": Odd(
        [OK + b"Content-Ty", 0.05, "reset"], status=None, completeness="truncated", truncated="disconnect", failure="reset", reused=False
    ),
}


@dataclass(frozen=True)
class Site:
    scheme: str
    server: RawServer
    settings: dict[str, object]

    def url(self, path: str) -> str:
        return f"{self.scheme}://news.example{path}"


@pytest.fixture(scope="module", params=["http", "https"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    scheme: str = request.param
    folder: Path = tmp_path_factory.mktemp("ca")
    authority = make_authority(folder)
    with RawServer(tls=authority.server_context("news.example") if scheme == "https" else None) as server:
        server.reply("/next", short(b"next"))
        for number, odd in enumerate(MESSAGES.values()):
            server.reply(f"/{number}", *odd.steps)
        yield Site(scheme, server, {"WARCHIVE_CONNECT_TO": to_port(server.port), "WARCHIVE_CA_BUNDLE": str(authority.bundle)})


@pytest.mark.parametrize(("number", "odd"), [pytest.param(n, odd, id=name) for n, (name, odd) in enumerate(MESSAGES.items())])
def test_an_odd_message_is_kept_byte_for_byte(site: Site, number: int, odd: Odd) -> None:
    path = f"/{number}"
    first, after = ask(Request(site.url(path), method=odd.method), site.url("/next"), settings=site.settings)
    capture = first.capture
    assert capture is not None
    sent = site.server.sent(path)
    assert hashlib.sha256(capture.response).hexdigest() == hashlib.sha256(sent).hexdigest()
    assert (capture.completeness, capture.truncated) == (odd.completeness, odd.truncated)
    assert capture.request == next(one.raw for one in reversed(site.server.asked) if one.path == path)
    assert capture.ip_address == "127.0.0.1"
    assert capture.url == site.url(path)
    _check_answer(first, odd)
    if odd.body is not None:
        message = parse_response(split_interim(capture.response)[1])
        assert message.raw_body == odd.body
        assert message.status == odd.status
    # Whatever came, the next request gets its own response.
    assert after.capture is not None
    assert after.capture.response == short(b"next")
    earlier, later = site.server.asked[-2:]
    assert (earlier.connection == later.connection) == odd.reused


def _check_answer(outcome: Outcome, odd: Odd) -> None:
    if odd.failure:
        assert outcome.failure is not None
        assert outcome.failure.reason == odd.failure
        return
    assert outcome.response is not None, outcome.failure
    assert outcome.response.status == odd.status
    assert outcome.response.body == b""
    assert outcome.response.flags == odd.flags
    assert str(outcome.response.ip_address) == "127.0.0.1"


def test_headers_reach_scrapy_with_all_their_values(site: Site) -> None:
    path = "/" + str(list(MESSAGES).index("the same header often"))
    (outcome,) = ask(site.url(path), settings=site.settings)
    assert outcome.response is not None
    assert outcome.response.headers.getlist("Set-Cookie") == [b"a=1", b"b=2", b"a=1"]
    assert outcome.response.protocol == "HTTP/1.1"


def test_three_hundred_exchanges_over_one_connection_are_kept_each_for_itself(site: Site) -> None:
    names = ["plain", "chunked", "trailers", "100 Continue first", "304 with a length", "LF alone"] * 50
    paths = ["/" + str(list(MESSAGES).index(name)) for name in names]
    before = site.server.connections
    outcomes = ask(*[site.url(path) for path in paths], settings=site.settings)
    for outcome, path in zip(outcomes, paths, strict=True):
        assert outcome.capture is not None
        assert outcome.capture.response == site.server.sent(path)
    assert site.server.connections == before + 1
