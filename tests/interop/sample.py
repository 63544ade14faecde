"""Which captures do other people's readers get to see? A run with every kind of message that the web sends."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import brotli

from archive.http import split_interim
from archive.model import Capture
from archive.spool import Spool
from archive.warc import Original

START = datetime(2024, 11, 8, 8, 15, tzinfo=UTC)
SITE = "http://news.example"
HTML = (
    b"<!doctype html><html><head><title>Bridge</title></head><body><p>"
    + b"The bridge at Antonivka was hit again. " * 60
    + b"</p></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One capture, the decoded body that a reader must see, and the name of the capture that it repeats."""

    name: str
    capture: Capture
    body: bytes
    repeats: str | None = None


def chunked(body: bytes, *, size: int = 700, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """The body in chunked coding: RFC 9112 §7.1."""
    out = bytearray()
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        out += b"%x%s\r\n%s\r\n" % (len(piece), extension, piece)
    return bytes(out + b"0\r\n" + trailer + b"\r\n")


def message(head: bytes, body: bytes = b"") -> bytes:
    """Lines of a head, written with LF here, as they go over the wire, then the body."""
    return head.strip().replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def samples() -> list[Sample]:
    """All of them, in the order in which they were captured, each a second after the other."""
    return list(_samples())


def _samples() -> Iterator[Sample]:
    seconds = count()

    def one(name: str, response: bytes, body: bytes, *, path: str | None = None, repeats: str | None = None, **fields: Any) -> Sample:
        url = SITE + (path or f"/{name}")
        target = url.removeprefix(SITE)
        request = f"GET {target} HTTP/1.1\r\nHost: news.example\r\nUser-Agent: warchive\r\nAccept-Encoding: gzip, br\r\n\r\n".encode()
        moment = START + timedelta(seconds=next(seconds), microseconds=123456)
        capture = Capture(url=url, fetched_at=moment, request=request, response=response, ip_address="192.0.2.7", **fields)
        return Sample(name=name, capture=capture, body=body, repeats=repeats)

    zipped, browned = gzip.compress(HTML, mtime=0), brotli.compress(HTML)
    ok = b"HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\n"
    plain = message(ok + b"Content-Length: %d" % len(HTML), HTML)
    yield one("plain", plain, HTML)
    yield one("chunked", message(ok + b"Transfer-Encoding: chunked", chunked(HTML)), HTML)
    yield one("chunked-gzip", message(ok + b"Content-Encoding: gzip\nTransfer-Encoding: chunked", chunked(zipped, size=100)), HTML)
    yield one("br", message(ok + b"Content-Encoding: br\nContent-Length: %d" % len(browned), browned), HTML)
    yield one("chunked-br", message(ok + b"Content-Encoding: br\nTransfer-Encoding: chunked", chunked(browned, size=50)), HTML)
    yield one("extension", message(ok + b"Transfer-Encoding: chunked", chunked(HTML, extension=b";name=value")), HTML)
    yield one("close", message(b"HTTP/1.0 200 OK\nContent-Type: text/html", HTML), HTML)
    odd = b"HTTP/1.1 200\nx-LOWER: 1\nX-Folded: one\n two\nX-Eight-Bit: caf\xe9\nSet-Cookie: a=1\nSet-Cookie: b=2\ncontent-type:text/html\n"
    yield one("odd-head", message(odd + b"Content-Length: %d" % len(HTML), HTML), HTML)
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    yield one("interim", early + plain, HTML)
    yield one("empty", message(ok + b"Content-Length: 0"), b"")
    yield one("no-content", message(b"HTTP/1.1 204 No Content"), b"")
    yield one("moved", message(b"HTTP/1.1 301 Moved Permanently\nLocation: http://news.example/plain\nContent-Length: 0"), b"")
    missing = b"<html><body>No such page</body></html>"
    yield one("missing", message(b"HTTP/1.1 404 Not Found\nContent-Type: text/html\nContent-Length: %d" % len(missing), missing), missing)
    cut = HTML[:500]
    yield one("cut", message(ok + b"Content-Length: %d" % len(HTML), cut), cut, completeness="truncated", truncated="disconnect")
    yield one("feed", message(b"HTTP/1.1 200 OK\nContent-Type: application/rss+xml", b"<rss/>"), b"<rss/>", kind="seed")
    yield one("query", plain, HTML, path="/query?b=2&a=1&utm_source=feed&q=%D0%BC%D1%96%D1%81%D1%82")
    yield one("not-http", b"\x15\x03\x01\x00\x02\x02\x46", b"", path="/not-http")
    # The same pages again, later: revisits of the same URL, of another URL, and the answer 304.
    again = plain.replace(b"200 OK\r\n", b"200 OK\r\nX-Again: yes\r\n")
    yield one("plain-again", again, HTML, path="/plain", repeats="plain")
    yield one(
        "chunked-gzip-again",
        message(ok + b"Content-Encoding: gzip\nTransfer-Encoding: chunked", chunked(zipped, size=100)),
        HTML,
        path="/chunked-gzip",
        repeats="chunked-gzip",
    )
    yield one("br-again", message(ok + b"Content-Encoding: br\nContent-Length: %d" % len(browned), browned), HTML, path="/br", repeats="br")
    yield one("not-modified", message(b'HTTP/1.1 304 Not Modified\nETag: "1"'), HTML, path="/chunked", repeats="chunked")
    yield one("copy-of-plain", plain, HTML, repeats="plain")
    # The same entity under another transfer coding. The other way round, pywb would serve the chunk framing as text: archive/warc.py.
    yield one("rechunked", message(ok + b"Transfer-Encoding: chunked", chunked(HTML, size=300)), HTML, path="/plain", repeats="plain")


def append_all(spool: Spool) -> dict[str, Any]:
    """Append every sample with its provenance; returns the references by name."""
    refs: dict[str, Any] = {}
    for sample in samples():
        original = None
        if sample.repeats:
            ref = refs[sample.repeats]
            original = Original(
                record_id=ref.record_id,
                url=ref.url,
                fetched_at=ref.fetched_at,
                payload_digest=ref.payload_digest,
                entity_digest=ref.entity_digest,
            )
        provenance = [("discovered-in", f"{SITE}/feed"), ("title", "Міст: удар\r\nforged: yes")] if sample.capture.kind == "page" else []
        refs[sample.name], _ = spool.append(sample.capture, source="news", revisit_of=original, provenance=provenance)
    spool.commit()
    return refs


def final(capture: Capture) -> Capture:
    """The capture without interim responses: what the block of its record holds."""
    return replace(capture, response=split_interim(capture.response)[1])
