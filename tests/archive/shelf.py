"""How does a test get a published archive of a few captures and articles? With the parts that the crawler uses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from archive.article import Article
from archive.layout import new_run_id
from archive.ledger import Ledger, rfc3339
from archive.model import Capture, CaptureRef
from archive.publish import publish_run
from archive.spool import Spool
from archive.stores import open_store
from archive.urls import article_id
from archive.warc import Original

START = datetime(2024, 11, 8, 8, 15, tzinfo=UTC)
SITE = "https://news.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A capture, what it repeats, and fields of the article made of it (null: none was)."""

    capture: Capture
    repeats: CaptureRef | None = None
    article: dict[str, Any] | None = None
    told: tuple[tuple[str, str], ...] = ()
    """Fields of its metadata record."""
    source: str | None = None


def page(
    path: str, body: bytes = b"<p>Hello", *, after: float = 0, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
) -> Capture:
    """A capture of a page of the site, `after` seconds after the start."""
    return Capture(
        url=SITE + path,
        fetched_at=START + timedelta(seconds=after),
        request=f"GET {path} HTTP/1.1\r\nHost: news.example\r\n\r\n".encode(),
        response=head + b"\r\n" + body,
        ip_address="192.0.2.7",
    )


def article_of(ref: CaptureRef, **fields: Any) -> Article:
    """A whole article record of a capture; `fields` replace what it says."""
    text = fields.pop("text", f"Text of {ref.url}.\n\nМіст: second paragraph.")
    values: dict[str, Any] = {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, ref.record_id)}",
        "article_id": article_id(ref.url),
        "source": ref.source,
        "url": ref.url,
        "hostname": "news.example",
        "title": "A title",
        "text": text,
        "language": "en",
        "captured_at": rfc3339(ref.fetched_at),
        "extracted_at": rfc3339(ref.fetched_at + timedelta(seconds=1)),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "extractor": {"name": "warchive", "version": "0.1.0", "options_sha256": "0" * 64},
        "discovered_via": {"type": "feed", "url": f"{SITE}/feed", "record_id": None, "seen_at": rfc3339(ref.fetched_at)},
        "warc": {
            "filename": ref.filename,
            "offset": ref.offset,
            "length": ref.length,
            "record_id": ref.record_id,
            "payload_digest": ref.payload_digest,
        },
        "run": ref.run,
    }
    return Article(**{**values, **fields})


def publish(
    folder: Path,
    entries: Iterable[Entry],
    *,
    started: datetime = START,
    collection: str = "news",
    token: str = "1f2e3d4c",
    report: dict[str, Any] | None = None,
) -> list[CaptureRef]:
    """Publish one run with these into the store `folder/store`; the state is `folder/state`. `report` adds to what it says of itself."""
    state = folder / "state" / collection
    run = new_run_id(started, token)
    ledger = Ledger(state / "ledger.sqlite")
    try:
        ledger.begin_run(run, collection, started, {"software": "warchive"})
        spool = Spool(state, ledger, run=run, collection=collection, info=[("software", "warchive")], min_free_bytes=0, now=lambda: started)
        refs = []
        for entry in entries:
            original = entry.repeats and Original(
                record_id=entry.repeats.record_id,
                url=entry.repeats.url,
                fetched_at=entry.repeats.fetched_at,
                payload_digest=entry.repeats.payload_digest,
                entity_digest=entry.repeats.entity_digest,
            )
            source = entry.source or (entry.article or {}).get("source", "news")
            ref, _ = spool.append(entry.capture, source=source, revisit_of=original, provenance=entry.told)
            refs.append(ref)
            spool.commit()
            if entry.article is not None:
                article = article_of(ref, **entry.article)
                row = ledger.db.execute("SELECT id FROM captures WHERE record_id = ?", (ref.record_id,)).fetchone()["id"]
                values = (article.id, run, row, article.article_id, article.version, article.to_json())
                with ledger.transaction() as db:
                    db.execute("INSERT INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)", values)
        spool.close_segment()
        ledger.end_run(run, started + timedelta(minutes=5), {"counters": {"captures": len(refs)}, **(report or {})})
        publish_run(ledger, state, run, open_store(str(folder / "store")))
    finally:
        ledger.close()
    return refs
