"""What does an answer mean for the work that asked? Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from archive.model import Capture, Message

# RFC 9110 §15: these may pass by themselves; every other status of 400 and more is the server's last word.
TRANSIENT = frozenset({408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
RETRY_FIRST = 5.0  # seconds; times four for each further attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What to do next."""

    what: Literal["keep", "unchanged", "follow", "retry", "fail"]
    reason: str | None = None
    target: str | None = None
    """For `follow`: absolute URL."""


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
        target = urljoin(capture.url, location.strip())
        parts = urlsplit(target)
    except ValueError:
        return Judgement(what="fail", reason="bad_redirect")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Judgement(what="fail", reason="bad_redirect")
    return Judgement(what="follow", target=target.split("#", 1)[0])


def retry_delay(attempts: int, retry_after: float | None) -> float:
    """Seconds before the next try: 5, 20, 80, 320 ..., at least what the server asked for."""
    return max(RETRY_FIRST * 4.0**attempts, retry_after or 0.0)
