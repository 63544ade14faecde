"""What is told along with a page, so that its discovery can be proven and its text be made?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from archive.ledger import rfc3339
from archive.model import Capture
from crawler.requisite_book import Needed
from crawler.work import Work


def provenance(work: Work) -> Iterable[tuple[str, str]]:
    """Fields of the metadata record that proves how a page's URL was found; archive-format.md lists them."""
    if work.needed is not None:
        yield from _need(work, work.needed)
    candidate = work.candidate
    if candidate is None:
        return
    one = candidate.announcement
    yield "via", one.seed_url
    yield "hopsFromSeed", "L" + "R" * work.hops
    for name, value in (
        ("warchive-source", work.source.name),
        # What the text depends on beside the page: with it, the same text can be made again when the source's file has changed or is gone.
        ("warchive-source-timezone", work.source.timezone),
        ("warchive-source-languages", ", ".join(work.source.languages) or "und"),
        ("warchive-requested-url", candidate.url),
        ("warchive-seed-type", one.seed_type),
        ("warchive-seed-record", one.seed_record_id),
        ("warchive-seed-entry", one.entry),
        ("warchive-seen-at", rfc3339(one.seen_at)),
        ("warchive-announced-title", one.title),
        ("warchive-announced-published", one.published),
        ("warchive-announced-modified", one.modified),
        ("warchive-announced-language", one.language),
    ):
        if value:
            yield name, value


def _need(work: Work, needed: Needed) -> Iterable[tuple[str, str]]:
    """Of a file that a page needs: which page, and what names it there."""
    yield "via", needed.via
    yield "hopsFromSeed", "L" + needed.path
    yield "warchive-source", work.source.name
    yield "warchive-needed-as", needed.what
    if needed.named_by is not None:
        yield "warchive-named-by", needed.named_by


def extraction_params(work: Work, capture: Capture, *, max_decoded_bytes: int, now: datetime, requisites: str = "none") -> dict[str, Any]:
    """Parameters of `pipelines.extract.extract_task`."""
    candidate = work.candidate
    assert candidate is not None
    one = candidate.announcement
    return {
        "url": capture.url,
        "requested_url": candidate.url,
        "captured_at": rfc3339(capture.fetched_at),
        "extracted_at": rfc3339(now),
        "max_decoded_bytes": max_decoded_bytes,
        "timezone": work.source.timezone,
        "languages": list(work.source.languages),
        "announcement": {
            "type": one.seed_type,
            "url": one.seed_url,
            "record_id": one.seed_record_id,
            "seen_at": rfc3339(one.seen_at),
            "title": one.title,
            "published": one.published,
            "modified": one.modified,
            "language": one.language,
        },
        "requisites": requisites,
        "options": None,
    }
