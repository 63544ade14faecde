"""What does an answer mean for the work that asked? Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from archive.http import MalformedMessage, parse_head, split_interim
from archive.model import Capture, Message
from crawler.ask import read_target
from crawler.failures import FetchFailed
from crawler.work import origin_of

# RFC 9110 §15: these may pass by themselves; every other status of 400 and more is the server's last word.
TRANSIENT = frozenset({408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
RETRY_FIRST = 5.0  # seconds; times four for each further attempt
RETRY_LAST = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What to do next."""

    what: Literal["keep", "unchanged", "follow", "retry", "fail"]
    reason: str | None = None
    target: str | None = None
    """For `follow`: absolute URL."""
    permanent: bool = False
    """For `follow`: the redirect is meant to last (301, 308)."""


def judge(capture: Capture, message: Message | None, *, hops: int, max_redirects: int, conditional: bool) -> Judgement:
    """`message` is the parsed head, null where the reply was no HTTP message."""
    if message is None:
        return Judgement(what="retry", reason="malformed")
    status = message.status
    if status == 304:
        return Judgement(what="unchanged") if conditional else Judgement(what="fail", reason="http_304")
    if status in REDIRECTS:
        return _redirect(capture, message, hops, max_redirects)
    if status in TRANSIENT:
        return Judgement(what="retry", reason=f"http_{status}")
    if not 200 <= status < 300:
        return Judgement(what="fail", reason=f"http_{status}")
    if capture.truncated == "length":
        return Judgement(what="fail", reason="too_large")
    if capture.truncated is not None:
        return Judgement(what="retry", reason=f"cut_{capture.truncated}")
    return Judgement(what="keep")


def _redirect(capture: Capture, message: Message, hops: int, max_redirects: int) -> Judgement:
    location = message.header("Location")
    if not location:
        return Judgement(what="fail", reason="redirect_without_location")
    if hops >= max_redirects:
        return Judgement(what="fail", reason="too_many_redirects")
    with suppress(UnicodeError):
        # Servers send UTF-8 in Location, though RFC 9110 §10.2.2 wants a URI; the head was read as Latin-1.
        location = location.encode("latin-1").decode("utf-8")
    try:
        target = urljoin(capture.url, location.strip()).split("#", 1)[0]
        read_target(target)
    except (ValueError, FetchFailed):
        return Judgement(what="fail", reason="bad_redirect")
    if not origin_of(target):  # then nobody could say which robots.txt it is under
        return Judgement(what="fail", reason="bad_redirect")
    return Judgement(what="follow", target=target, permanent=message.status in PERMANENT)


def head_of(capture: Capture) -> Message | None:
    """Status and headers of the final answer, or null where it is no HTTP message."""
    try:
        return parse_head(split_interim(capture.response)[1])[0]
    except MalformedMessage:
        return None


def retry_delay(attempts: int, retry_after: float | None) -> float:
    """Seconds before the next try: 5, 20, 80, 320 ... up to a day, at least what the server asked for, but not for ever."""
    return min(max(RETRY_FIRST * 4.0 ** min(attempts, 20), retry_after or 0.0), RETRY_LAST)
