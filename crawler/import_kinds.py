"""What was each imported response to whoever captured it: a page, something a page needs, a feed, robots.txt?

A WARC file does not say. The media type and the address do mostly; the page list of a WACZ tells pages from the frames in them.
"""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from archive.importscan import Scanned
from archive.model import CaptureKind, CaptureRef

HTML = frozenset({"text/html", "application/xhtml+xml"})
_FEEDS = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "text/xml", "application/xml", "application/rdf+xml"}
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

TEXT = "text"
"""The outcome of a record of which a text is to be made: what comes of that is the outcome in the end."""


class Pages:
    """The pages that a WACZ lists, and those to which they lead; empty: any HTML is a page."""

    def __init__(self, urls: set[str]) -> None:
        self._urls = urls

    @classmethod
    def of(cls, urls: list[str]) -> Pages:
        """From its page lists."""
        return cls({urldefrag(url).url for url in urls})

    def has(self, url: str) -> bool:
        """Whether this is the address of a page."""
        return not self._urls or urldefrag(url).url in self._urls

    def follow(self, url: str, location: str | None) -> None:
        """A page redirects: what it leads to is one too."""
        if self._urls and location and self.has(url) and len(self._urls) < 1_000_000:
            try:
                self._urls.add(urldefrag(urljoin(url, location)).url)
            except ValueError:
                return


def kind_of(ref: CaptureRef, pages: Pages) -> CaptureKind:
    """By address and media type."""
    try:
        parts = urlsplit(ref.url)
    except ValueError:
        return "requisite"
    if parts.scheme not in ("http", "https") or ref.record_type in ("resource", "metadata"):
        return "requisite"
    if parts.path == "/robots.txt":
        return "robots"
    mime = (ref.mime or "").lower()
    if mime in _FEEDS:
        return "seed"
    if (mime in HTML or (ref.status in _REDIRECTS and not mime.startswith(("image/", "text/css")))) and pages.has(ref.url):
        return "page"
    return "requisite"


def outcome_of(ref: CaptureRef, *, known: bool, method: str) -> str:
    """How this record ends, where it has a row; `TEXT` for what the extractor judges."""
    if known:
        return "known"
    if ref.record_type != "response":
        return ref.record_type
    if method not in ("GET", ""):
        return "other_method"
    if ref.kind != "page":
        return ref.kind
    if ref.status in _REDIRECTS:
        return "redirect"
    if ref.status != 200:
        return f"http_error:{ref.status}" if ref.status else "http_error"
    return TEXT if (ref.mime or "").lower() in HTML else "requisite"


def outcome_beside(scanned: Scanned) -> str:
    """How a record without a row ends."""
    return f"{scanned.outcome}:{scanned.kind}"
