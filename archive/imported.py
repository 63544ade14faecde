"""What is otherwise with captures that somebody else made, when they are read?

Many writers keep what their HTTP library gave them, not what was sent: a body without its content coding under a head that still names it.
And a revisit often says only which payload it repeats, not which record. Nothing here changes a byte that is kept.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from archive.http import parse_head
from archive.model import CaptureRef, Message

if TYPE_CHECKING:
    from archive.catalogue import Catalogue

_MANY = 5000  # captures of one URL that are looked through for a payload


def original_of_imported(catalogue: Catalogue, ref: CaptureRef, url: str | None, moment: datetime | None) -> CaptureRef | None:
    """The response whose payload an imported revisit repeats, by the digest of the payload: of the URL that it names, else of its own; the
    one of that moment, else the newest before the revisit, else the first after it. Null where no run has it.
    """
    found = [
        one
        for place in dict.fromkeys((url or ref.url, ref.url))
        for one in catalogue.captures(place, limit=_MANY)
        if one.record_type == "response" and one.payload_digest == ref.payload_digest
    ]
    exact = [one for one in found if moment is not None and one.fetched_at.replace(microsecond=0) == moment.replace(microsecond=0)]
    if exact:
        return exact[0]
    before = [one for one in found if one.fetched_at <= ref.fetched_at]
    return max(before, key=lambda one: one.fetched_at, default=None) or min(found, key=lambda one: one.fetched_at, default=None)


def is_exchange(ref: CaptureRef) -> bool:
    """Whether it has an HTTP head: others keep files, logs and answers of name servers in records of their own."""
    return ref.record_type in ("response", "revisit") and ref.url.lower().startswith(("http:", "https:"))


def resource_message(block: bytes, mime: str | None) -> Message:
    """A record without an HTTP head as a reader of captures needs it: the thing itself, under no head that anybody sent."""
    headers = [("Content-Type", mime)] if mime else []
    return Message(status=200, reason="OK", version="HTTP/1.1", headers=headers, raw_body=block)


def without_undone_coding(response: bytes) -> bytes:
    """Some writers undo the content coding and leave the header that announces it: then the header is renamed, as Common Crawl does.

    The transfer coding needs no such care: `archive.http` gives a body as it is when it is not chunked after all.
    """
    message, offset = parse_head(response)
    coding = (message.header("Content-Encoding") or "").lower()
    body = response[offset : offset + 64].lstrip()
    undone = ("gzip" in coding and not body.startswith(b"\x1f\x8b") and body[:1] == b"<") or (
        coding in ("br", "zstd", "deflate") and body[:1] == b"<"
    )
    if not undone or "chunked" in (message.header("Transfer-Encoding") or "").lower():
        return response
    return re.sub(rb"(?im)^content-encoding(?=[ \t]*:)", b"X-Crawl-Content-Encoding", response[:offset]) + response[offset:]
