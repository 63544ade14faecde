"""Which block is an answer that is no page, by its status, head and the beginning of its body?"""

from __future__ import annotations

from archive.http import decode_body, parse_response, split_interim
from archive.model import Capture, Message
from pipelines.blocked import recognise

SEEN = 64 * 1024  # bytes of the decoded body


def reason_of(capture: Capture, message: Message) -> str | None:
    """One of `outcomes.BLOCKS`, or null: a 503 that says nothing more is an overloaded server, and a 405 a mistake of somebody's."""
    body = decode_body(parse_response(split_interim(capture.response)[1]), max_bytes=SEEN).body
    found = recognise(status=message.status, headers=message.headers, body=body, url=capture.url)
    if found is not None:
        return found.reason
    return {403: "forbidden", 429: "rate_limited", 451: "geo_block"}.get(message.status)
