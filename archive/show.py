"""How is one article shown to a person, with the proof of where it came from?

The proof is what somebody else needs to find the same bytes without us: the file in the store, the place in it, the record's id and
digests, the capture's time, and how the address was found.
"""

from __future__ import annotations

import json
from typing import Any, Literal, get_args

from archive.article import Article
from archive.catalogue_rows import StoredArticle
from archive.errors import UsageError
from archive.export import RULE, article_text
from archive.layout import RunFolder
from archive.ledger import rfc3339
from archive.manifest import imported_files
from archive.markdown import article_markdown, escaped
from archive.model import CaptureRef
from archive.neutral import one_line
from archive.reader import Archive

ShowFormat = Literal["text", "markdown", "json"]
FORMATS: tuple[ShowFormat, ...] = get_args(ShowFormat)


def provenance(archive: Archive, article: Article) -> dict[str, Any]:
    """Where this article came from, as JSON-able facts; null where the archive does not say."""
    capture = archive.capture_of(article)
    seed = article.discovered_via
    return {
        "store": archive.store.url,
        "collection": archive.collection,
        "run": article.run,
        "captured_at": rfc3339(capture.fetched_at) if capture else article.captured_at,
        "warc": _place(archive, capture, article),
        "extracted_at": article.extracted_at,
        "extractor": article.extractor.model_dump(),
        "discovered_via": seed.model_dump() if seed else None,
        "near_duplicate_of": _other(archive, article.near_duplicate_of),
        "versions": [_version(one) for one in archive.versions(article.article_id)],
    }


def show_article(archive: Archive, article: Article, format: ShowFormat) -> str:
    """The article and its provenance as text, Markdown or one JSON object of both."""
    facts = provenance(archive, article)
    if format == "json":
        return json.dumps({"article": json.loads(article.to_json()), "provenance": facts}, ensure_ascii=False, indent=2) + "\n"
    if format == "text":
        lines = [f"{name:<12} {one_line(value)}" for name, value in _lines(facts)]
        return f"{article_text(article)}\n{RULE}\n" + "\n".join(lines) + "\n"
    if format == "markdown":
        lines = [f"- **{name}**: {escaped(value)}" for name, value in _lines(facts)]
        return f"{article_markdown(article)}\n---\n\n" + "\n".join(lines) + "\n"
    raise UsageError(f"unknown format {str(format)[:40]!r}", hint="one of text, markdown, json")


def _place(archive: Archive, capture: CaptureRef | None, article: Article) -> dict[str, Any] | None:
    pointer = article.warc
    if pointer is None:
        return None
    run = capture.run if capture else article.run
    return {
        "key": RunFolder(collection=archive.collection, run=run).warc(pointer.filename) if run else None,
        "filename": pointer.filename,
        "offset": pointer.offset,
        "length": pointer.length,
        "record_id": pointer.record_id,
        "record_type": capture.record_type if capture else None,
        "url": capture.url if capture else article.url,
        "status": capture.status if capture else None,
        "completeness": capture.completeness if capture else None,
        "payload_digest": pointer.payload_digest,
        "block_digest": capture.block_digest if capture else None,
        "imported": _imported(archive, capture),
    }


def _imported(archive: Archive, capture: CaptureRef | None) -> dict[str, Any] | None:
    """Name and SHA-256 of somebody else's file, where the capture is of one."""
    run = archive.catalogue.run(capture.run) if capture is not None and capture.imported else None
    entry = imported_files(run.info).get(capture.filename) if run is not None and capture is not None else None
    return {"name": entry.get("name"), "sha256": entry.get("sha256"), "package": entry.get("package")} if entry is not None else None


def _other(archive: Archive, article_id: str | None) -> dict[str, Any] | None:
    first = next(archive.versions(article_id), None) if article_id else None
    return {"article_id": article_id, "url": first.url if first else None, "title": first.title if first else None} if article_id else None


def _version(one: StoredArticle) -> dict[str, Any]:
    return {"version": one.version, "id": one.id, "captured_at": one.captured_at, "title": one.title, "text_sha256": one.text_sha256}


def _lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    warc, seed, made = facts["warc"], facts["discovered_via"], facts["extractor"]
    lines = [("captured", facts["captured_at"] or "unknown")]
    if warc:
        status = "" if warc["status"] is None else f", status {warc['status']}, {warc['completeness']}"
        lines += [
            ("from", f"{warc['url']}{status}"),
            ("file", f"{facts['store']}: {warc['key'] or warc['filename']}"),
            ("place", f"offset {warc['offset']}, {warc['length']} bytes"),
            ("record", warc["record_id"]),
            ("payload", warc["payload_digest"]),
        ]
        if warc["block_digest"]:
            lines.append(("block", warc["block_digest"]))
        if warc["imported"]:
            lines.append(("imported", f"from {warc['imported']['name']}, SHA-256 {warc['imported']['sha256']}: others captured it"))
    if seed:
        record = f", record {seed['record_id']}" if seed["record_id"] else ""
        lines.append(("found in", f"{seed['type']} {seed['url']} at {seed['seen_at']}{record}"))
    if facts["near_duplicate_of"]:
        other = facts["near_duplicate_of"]
        lines.append(("same words", f"in {other['url'] or other['article_id']}, which was captured before"))
    lines.append(
        ("extracted", f"{facts['extracted_at'] or 'unknown'} by {made['name']} {made['version']}, options {made['options_sha256'][:12]}")
    )
    lines.append(("run", facts["run"] or "unknown"))
    for version in facts["versions"]:
        lines.append(
            (f"version {version['version']}", f"{version['captured_at'] or 'unknown'} {version['id']} {version['title'] or ''}".rstrip())
        )
    return lines
