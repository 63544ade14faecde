"""How is an HTTP response, kept as bytes, read again?

Pure functions over the block of a response record. They are lenient, as browsers are: news sites send odd messages, and
what was kept must stay readable. Nothing here changes or re-serialises the bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.errors import WarchiveError
from archive.model import Message

MAX_CODINGS = 2  # RFC 9110 §8.4 allows any number; more than two is an attack or a mistake
_CHUNK = 1 << 16
_STATUS = re.compile(rb"[0-9]{3}")  # not isdigit(), to which a superscript two is a digit
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")  # int() alone would take `0x5`, `+5` and `1_0`


class MalformedMessage(WarchiveError):
    """The bytes do not begin with an HTTP status line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body after its content codings were undone."""

    body: bytes
    problem: str | None
    """Null, or `too-large`, `cut`, `corrupt`, `unknown-coding:NAME`, `too-many-codings`; `body` then holds what could be read."""


def payload_offset(block: bytes) -> int:
    """Index of the first byte after the head: after the first line that is empty or blank, ended by LF.

    The rule is warcio's, line by line (what counts as blank is Python's, in UTF-8 or else Latin-1), so that the payload digest that
    we write is the one that readers compute, and the body that we read is the one that pywb replays.
    """
    at = 0
    while True:
        end = block.find(b"\n", at)
        if end < 0:
            return len(block)
        line = block[at:end]
        if not line.strip() or (len(line) < 16 and _is_blank(line)):
            return end + 1
        at = end + 1


def _is_blank(line: bytes) -> bool:
    try:
        return not line.decode().strip()
    except UnicodeDecodeError:
        return not line.decode("latin-1").strip()


def split_interim(response: bytes) -> tuple[list[bytes], bytes]:
    """Take the interim (1xx) responses off the front: RFC 9110 §15.2. 101 is final for us: the protocol was left."""
    interim: list[bytes] = []
    while True:
        status = _status(response)
        if status is None or not 100 <= status < 200 or status == 101:
            return interim, response
        end = payload_offset(response)
        if end >= len(response):
            return interim, response
        interim.append(response[:end])
        response = response[end:]


def _status(block: bytes) -> int | None:
    parts = block[:64].split(None, 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not _STATUS.match(parts[1]):
        return None
    return int(parts[1][:3])


def parse_head(block: bytes) -> tuple[Message, int]:
    """Read status line and headers; return them and the offset of the body.

    Raises `MalformedMessage` where there is no status line.
    """
    offset = payload_offset(block)
    lines = block[:offset].decode("latin-1").split("\n")
    first = lines[0].rstrip("\r").split(" ", 2)
    if len(first) < 2 or not first[0].startswith("HTTP/") or not _STATUS.match(first[1].encode("latin-1")):
        raise MalformedMessage("the response does not begin with an HTTP status line")
    message = Message(status=int(first[1][:3]), reason=first[2] if len(first) > 2 else "", version=first[0])
    for line in lines[1:]:
        line = line.rstrip("\r")
        if not line:
            continue
        if line[0] in " \t":  # RFC 9112 §5.2: a folded line continues the value
            if message.headers:
                name, value = message.headers[-1]
                message.headers[-1] = (name, (value + " " + line.strip()).strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            message.headers.append((name.strip(), value.strip()))
    return message, offset


def parse_response(block: bytes) -> Message:
    """Take a final response apart; the transfer coding is undone, the content coding is not (see `decode_body`)."""
    message, offset = parse_head(block)
    body = block[offset:]
    if message.status in (204, 304) or 100 <= message.status < 200:
        return message
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in message.headers):
        message.raw_body, message.body_complete = _dechunk(body)
        return message
    length = (message.header("Content-Length") or "").split(",")[0].strip()
    if _LENGTH.fullmatch(length):
        message.raw_body = body[: int(length)]
        message.body_complete = len(body) >= int(length)
    else:
        message.raw_body = body
    return message


def _dechunk(body: bytes) -> tuple[bytes, bool]:
    """RFC 9112 §7.1. Chunk extensions and trailers are passed over; a body that is not chunked after all is given as it is."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\n", at)
        if end < 0:
            return (b"".join(parts), False) if parts or not body else (body, False)
        size_text = body[at:end].split(b";", 1)[0].strip()
        if not _CHUNK_SIZE.fullmatch(size_text):
            return (b"".join(parts), False) if parts else (body, True)
        size = int(size_text, 16)
        if size == 0:
            # The trailer section ends with an empty line; without it the message was cut.
            return b"".join(parts), payload_offset(body[end + 1 :]) > 0 and body[end + 1 :].find(b"\n") >= 0
        at = end + 1
        parts.append(body[at : at + size])
        if len(body) < at + size:
            return b"".join(parts), False
        at += size
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1


def content_codings(message: Message) -> list[str]:
    """Codings in the order in which they were applied, lower case, without `identity`."""
    values = [value for name, value in message.headers if name.lower() == "content-encoding"]
    names = [part.strip().lower() for part in ",".join(values).split(",")]
    return [name for name in names if name and name != "identity"]


def decode_body(message: Message, *, max_bytes: int) -> Decoded:
    """Undo the content codings, last applied first; never hold more than `max_bytes` decoded bytes.

    Scrapy and urllib accept a cut gzip body in silence: here it is a `problem`.
    """
    codings = content_codings(message)
    if len(codings) > MAX_CODINGS:
        return Decoded(body=b"", problem="too-many-codings")
    body = message.raw_body
    problem = None
    for coding in reversed(codings):
        if not body:
            break
        if coding in ("gzip", "x-gzip"):
            decoded = _inflate(body, zlib.MAX_WBITS + 16, max_bytes)
        elif coding == "deflate":
            decoded = _inflate(body, zlib.MAX_WBITS if _has_zlib_head(body) else -zlib.MAX_WBITS, max_bytes)
        elif coding == "br":
            decoded = _unbrotli(body, max_bytes)
        else:
            return Decoded(body=body, problem=f"unknown-coding:{coding[:20]}")
        body, problem = decoded.body, decoded.problem or problem
    if len(body) > max_bytes:
        return Decoded(body=body[:max_bytes], problem="too-large")
    return Decoded(body=body, problem=problem)


def _has_zlib_head(body: bytes) -> bool:
    # RFC 1950 §2.2: CM is 8 and the first two bytes are a multiple of 31. Some servers send raw deflate instead.
    return len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _inflate(body: bytes, wbits: int, max_bytes: int) -> Decoded:
    out = bytearray()
    rest = body
    while rest:
        inflater = zlib.decompressobj(wbits)
        try:
            data = rest
            while not inflater.eof:
                out += inflater.decompress(data, min(_CHUNK * 16, max_bytes - len(out) + 1))
                if len(out) > max_bytes:
                    return Decoded(body=bytes(out[:max_bytes]), problem="too-large")
                data = inflater.unconsumed_tail
                if not data and not inflater.eof:
                    out += inflater.flush()
                    if inflater.eof:
                        break
                    return Decoded(body=bytes(out[:max_bytes]), problem="cut")
        except zlib.error:
            if out and wbits > zlib.MAX_WBITS and rest is not body:
                break  # bytes after the last gzip member that are no member: browsers pass over them
            return Decoded(body=bytes(out), problem="corrupt")
        rest = inflater.unused_data if wbits > zlib.MAX_WBITS else b""  # RFC 1952 §2.2: members may follow each other
    return Decoded(body=bytes(out), problem=None)


def _unbrotli(body: bytes, max_bytes: int) -> Decoded:
    try:
        import brotli
    except ImportError:  # an archive must be readable without it
        return Decoded(body=body, problem="unknown-coding:br")
    decoder = brotli.Decompressor()
    out = bytearray()
    try:
        for piece in _pieces(body):
            out += _brotli_step(decoder.process, piece, max_bytes - len(out) + 1)
            while len(out) <= max_bytes and not decoder.is_finished() and not decoder.can_accept_more_data():
                out += _brotli_step(decoder.process, b"", max_bytes - len(out) + 1)
            if len(out) > max_bytes:
                return Decoded(body=bytes(out[:max_bytes]), problem="too-large")
    except brotli.error:
        return Decoded(body=bytes(out), problem="corrupt")
    return Decoded(body=bytes(out), problem=None if decoder.is_finished() else "cut")


def _brotli_step(process: Callable[..., Any], piece: bytes, limit: int) -> bytes:
    # brotli ≥ 1.2 bounds the output of one step; without a bound, one piece of 64 KiB can grow to gigabytes.
    return bytes(process(piece, output_buffer_limit=max(1, min(limit, _CHUNK * 16))))


def _pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), _CHUNK):
        yield body[at : at + _CHUNK]
