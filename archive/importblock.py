"""What is in the block of somebody's record, and has it the digests that it names?

Read once, in pieces: the beginning is held, the rest only hashed, so that a film costs no more memory than a page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from archive.http import parse_response
from archive.model import Message
from archive.record import ALGORITHMS, same_digest

HELD_BYTES = 32 << 20  # of a block that is held in memory; of a longer one the rest is only hashed
PIECE = 1 << 18
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)


@dataclass(slots=True, kw_only=True)
class Block:
    """What was read of a block: its beginning, and the digests of all of it."""

    held: bytes
    size: int
    sha256: str
    at: int
    """Where the payload begins."""
    payload_sha256: str
    payload_sha1: str
    names: dict[str, bool | None]
    """`block` and `payload`: whether they have the digest that the head names; null where it names none that can be computed."""


def take(record: Any, first: bytes, at: int, declared: dict[str, str | None]) -> Block:
    """Read the block to its end. `first` is its beginning, which holds the whole head; the payload begins at `at`."""
    hashes = {name: [hashlib.sha256(), hashlib.sha1(usedforsecurity=False)] for name in ("block", "payload")}
    wanted: dict[str, Any] = {}
    for name, value in declared.items():
        algorithm = (value or "").partition(":")[0].strip().lower().replace("-", "")
        if algorithm in ALGORITHMS[2:]:
            wanted[name] = hashlib.new(algorithm, usedforsecurity=False)
    held, size, piece = bytearray(), 0, first
    while piece:
        for name, part in (("block", piece), ("payload", piece[max(0, at - size) :])):
            for one in hashes[name]:
                one.update(part)
            if name in wanted:
                wanted[name].update(part)
        size += len(piece)
        if size <= HELD_BYTES:
            held += piece
        piece = record.raw_stream.read(PIECE)
    names: dict[str, bool | None] = {}
    for name, value in declared.items():
        algorithm = (value or "").partition(":")[0].strip().lower().replace("-", "")
        found = {"sha256": hashes[name][0], "sha1": hashes[name][1]}.get(algorithm) or wanted.get(name)
        names[name] = None if found is None else same_digest((value or "").partition(":")[2], found.digest())
    return Block(
        held=bytes(held),
        size=size,
        sha256=_b32(hashes["block"][0].digest()),
        at=at,
        payload_sha256=_b32(hashes["payload"][0].digest()),
        payload_sha1="sha1:" + _b32(hashes["payload"][1].digest()),
        names=names,
    )


def _b32(value: bytes) -> str:
    return base64.b32encode(value).decode("ascii")


def http_head(kind: str, first: bytes) -> tuple[StatusAndHeaders | None, int]:
    """Of an HTTP message as warcio reads it, and where it ends."""
    if kind == "request":
        return None, _request_end(first)
    stream = BytesIO(first)
    try:
        head = _HTTP.parse(stream)
    except Exception:  # an empty revisit, or a head that nobody can read
        return None, 0
    return head, stream.tell()


def _request_end(first: bytes) -> int:
    match = re.search(rb"\r?\n\r?\n", first)
    return match.end() if match else len(first)


def message_of(block: bytes) -> Message | None:
    """As an HTTP response; null where it is none."""
    try:
        return parse_response(block)
    except Exception:  # whatever stands there, it has a digest
        return None
