"""The nouns that every part shares: a capture, where it was put, and how it is told again.

The words are those of the glossary in docs/design/glossary.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CaptureKind = Literal["page", "seed", "robots", "requisite"]
Completeness = Literal["complete", "truncated", "length-unknown", "decode-error"]
# WARC 1.1 §5.13: the reasons that WARC-Truncated may give.
TruncatedReason = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One HTTP exchange at one moment, however it was made. Immutable; bytes are exactly those on the wire."""

    url: str
    """The URL that was asked for, without fragment."""
    fetched_at: datetime
    """When the request was sent: aware, UTC, microseconds."""
    request: bytes
    """As sent: request line, headers, body."""
    response: bytes
    """As received: interim (1xx) responses, status line, headers in their order and case, transfer coding and all."""
    ip_address: str | None
    kind: CaptureKind = "page"
    completeness: Completeness = "complete"
    truncated: TruncatedReason | None = None
    """Set exactly when `completeness` is `truncated`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRef:
    """Where a capture's response or revisit record lies, and what an index says of it."""

    url: str
    urlkey: str
    fetched_at: datetime
    status: int | None
    mime: str | None
    record_type: Literal["response", "revisit", "metadata", "resource"]
    """`metadata` only where the reply was no HTTP message at all: its bytes are kept all the same. `resource` only in imported files."""
    record_id: str
    """`urn:uuid:...`, without angle brackets."""
    filename: str
    """Base name of the WARC file."""
    offset: int
    length: int
    """Offset and length in bytes of the record's gzip member in the file."""
    payload_digest: str
    block_digest: str
    """`sha256:` and base32, as in WARC headers. Of an imported capture the payload digest is that which its index line says (often
    `sha1:`), and the block digest that of the block as it was imported."""
    entity_digest: str
    """`sha256:` and base32 of the payload with the transfer coding (chunked) removed: equal for equal entities however they
    were chunked. It is what revisits are found by."""
    kind: CaptureKind
    completeness: Completeness
    source: str | None
    run: str
    refers_to: str | None = None
    """For a revisit: record id of the capture whose payload this one repeats."""
    imported: bool = False
    """Somebody else captured it: its time, URL and headers are their word (`warchive import`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """That a URL was announced: where, when, in which entry, with what date and title."""

    url: str
    seed_url: str
    seed_type: Literal["feed", "sitemap", "news_sitemap", "section", "command-line"]
    seed_record_id: str | None
    """Record of the feed or sitemap as captured, so that the discovery can be proven; null where the seed was not captured."""
    entry: str | None
    """The entry's own id (RSS guid, Atom id) or its position (`#12`)."""
    seen_at: datetime
    title: str | None = None
    published: str | None = None
    """As the seed wrote it, untouched."""
    modified: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a run as its manifest names it."""

    path: str
    """Relative to the run's folder."""
    size: int
    sha256: str
    """Lower-case hex."""


@dataclass(slots=True, kw_only=True)
class Message:
    """An HTTP response taken apart for reading; `raw_body` still has its content coding, no longer its transfer coding."""

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw_body: bytes = b""
    body_complete: bool = True
    """False where Content-Length or the last chunk says that bytes are missing."""

    def header(self, name: str) -> str | None:
        """First value of the header, names compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
