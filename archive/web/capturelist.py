"""What do pages and API say of one capture?"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from archive.catalogue_rows import StoredArticle
from archive.ledger import rfc3339
from archive.model import CaptureRef
from archive.warc import timestamp14
from archive.web.pages import replay_path


class Told(BaseModel):
    """Base of what pages show and the API returns: immutable, docstrings of fields stand in the OpenAPI document."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class CaptureLine(Told):
    """One capture as lists show it."""

    at: str
    """When the request was sent: RFC 3339, UTC."""
    timestamp: str
    """The same as 14 digits, as in CDXJ lines."""
    url: str
    status: int | None
    """Null where the answer was no HTTP message."""
    mime: str | None
    kind: str
    """`page`, `seed`, `robots` or `requisite`."""
    record_type: str
    """`response`, or `revisit` where the payload is that of an earlier capture; `metadata` where the answer was no HTTP message."""
    verdict: str | None
    """What was found in a page; null where nothing was looked for."""
    completeness: str
    source: str | None
    run: str
    filename: str
    offset: int
    length: int
    record_id: str
    payload_digest: str
    block_digest: str
    imported: bool
    """Whether somebody else made it, and it was imported."""
    replay: str | None
    """Path of the page that shows it as it was; null where nothing can be shown."""
    article_id: str | None = None
    version: int | None = None
    """Of the article's version that was made of it."""
    version_id: str | None = None


def capture_line(ref: CaptureRef, verdict: str | None = None, version: StoredArticle | None = None) -> CaptureLine:
    """Of a capture, with what was made of it."""
    timestamp = timestamp14(ref.fetched_at)
    return CaptureLine(
        at=rfc3339(ref.fetched_at),
        timestamp=timestamp,
        url=ref.url,
        status=ref.status,
        mime=ref.mime,
        kind=ref.kind,
        record_type=ref.record_type,
        verdict=verdict if verdict is not None else version.verdict if version is not None else None,
        completeness=ref.completeness,
        source=ref.source,
        run=ref.run,
        filename=ref.filename,
        offset=ref.offset,
        length=ref.length,
        record_id=ref.record_id,
        payload_digest=ref.payload_digest,
        block_digest=ref.block_digest,
        imported=ref.imported,
        replay=replay_path(timestamp, ref.url) if ref.record_type != "metadata" else None,
        article_id=version.article_id if version is not None else None,
        version=version.version if version is not None else None,
        version_id=version.id if version is not None else None,
    )


def moment_text(value: datetime | None) -> str | None:
    """RFC 3339, or null."""
    return None if value is None else rfc3339(value)
