"""Which bytes go over the wire for a reply: coding, chunks, conditional requests, odd messages as they are."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

CHUNK = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for."""

    method: str
    host: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered, before coding."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    coding: Literal["gzip", "br", "none"] = "none"
    """Used where the client accepts it."""
    chunked: bool = False
    validators: bool = False
    """Give an ETag and honour conditional requests."""
    modified: float | None = None
    """Seconds since 1970, for Last-Modified."""
    stream: Callable[[], Iterator[bytes]] | None = None
    """A body that is made while it is sent, in chunks."""
    raw: bytes | None = None
    """The whole message as it is; the connection is closed after it."""


def html(text: str, **more: object) -> Reply:
    """A page in UTF-8."""
    return replace(Reply(headers=(("Content-Type", "text/html; charset=utf-8"),), body=text.encode()), **more)  # type: ignore[arg-type]


def data(body: bytes, content_type: str, **more: object) -> Reply:
    """Bytes of a type."""
    return replace(Reply(headers=(("Content-Type", content_type),), body=body), **more)  # type: ignore[arg-type]


def redirect(status: int, location: str) -> Reply:
    """A redirect with the little body that servers send along."""
    body = f"<html><body><h1>{HTTPStatus(status).phrase}</h1></body></html>".encode()
    return Reply(status=status, headers=(("Location", location), ("Content-Type", "text/html")), body=body)


def message(reply: Reply, request: Request, *, close: bool, date: str | None = None) -> tuple[int, Iterator[bytes]]:
    """Status and the bytes of the answer, in pieces."""
    if reply.raw is not None:
        return reply.status, iter([reply.raw])
    headers = [("Date", date or formatdate(usegmt=True)), ("Server", "newspaper"), *reply.headers]
    body = reply.body
    if reply.validators and reply.status == 200:
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers.append(("ETag", etag))
        if reply.modified is not None:
            headers.append(("Last-Modified", formatdate(reply.modified, usegmt=True)))
        if _unchanged(request, etag, reply.modified):
            return 304, iter([_head(304, headers, close)])
    if reply.coding != "none" and reply.coding in request.headers.get("accept-encoding", "") and body:
        body = _encode(body, reply.coding)
        headers += [("Content-Encoding", reply.coding), ("Vary", "Accept-Encoding")]
    if reply.stream is None and not reply.chunked:
        headers.append(("Content-Length", str(len(body))))
        return reply.status, iter([_head(reply.status, headers, close) + (b"" if request.method == "HEAD" else body)])
    headers.append(("Transfer-Encoding", "chunked"))
    head = _head(reply.status, headers, close)
    if request.method == "HEAD":
        return reply.status, iter([head])
    if reply.stream is not None:
        return reply.status, _chunks(head, reply.stream())
    return reply.status, iter([b"".join(_chunks(head, (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))))])


def _head(status: int, headers: list[tuple[str, str]], close: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers)]
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _chunks(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    for piece in pieces:
        if piece:
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _unchanged(request: Request, etag: str, modified: float | None) -> bool:
    # RFC 9110 §13.2.2: If-None-Match is asked first, and then alone.
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        return etag in wanted or wanted.strip() == "*"
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= int(modified)
    except (TypeError, ValueError):
        return False


def _encode(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    import brotli  # not in the standard library, but what warchive itself decodes with

    return bytes(brotli.compress(body, quality=5))
