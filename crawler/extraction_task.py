"""What does a child make of a capture that was kept, and what differs from what was made of it before?

Everything that costs time happens here: the record is unpacked and its digests compared, the page extracted, the new record packed.
The record names its version, its place and its neighbours as they were captured; only what the extractor says is new.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from archive.article import Article, version_id
from archive.errors import DamagedError
from archive.http import MalformedMessage, parse_head, parse_response
from archive.imported import without_undone_coding
from archive.model import CaptureRef
from archive.record import read_member, record_of
from archive.sweep import provenance_of
from archive.worddiff import similarity
from pipelines.extract import extract_task
from pipelines.options import ExtractOptions, extractor_version
from pipelines.overrides.registry import MARK

MAKE_AGAIN = "crawler.extraction_task:make_again"
_MAX_ARTICLE_BYTES = 256 << 20
# As they were captured: the extractor has no say in them.
_KEPT = ("id", "article_id", "version", "previous_id", "source", "run", "captured_at", "warc", "near_duplicate_of", "cluster_id")
# Whatever else differs is a difference in what the page says.
_BESIDE = frozenset({*_KEPT, "schema", "extracted_at", "extractor", "change", "text", "text_sha256", "page_sha256", "blocks"})
SHOWN = ("title", "authors", "date_published", "date_modified", "language", "verdict")
"""Fields whose two values a report shows."""


def make_again(
    payload: bytes,
    *,
    sizes: Sequence[int],
    ref: dict[str, Any],
    original: dict[str, Any] | None,
    source: dict[str, Any],
    max_decoded_bytes: int,
    furniture: Sequence[str],
    memory: bool,
    whole: bool,
    overrides: Sequence[dict[str, str]] = (),
) -> dict[str, Any]:
    """One capture once more, for `ChildPool`.

    `payload` is, in these `sizes`, the capture with what stands behind it in its file, the record whose payload a revisit repeats, and
    the gzip member of the article that was made of it; each may be empty. `source` says zone and languages for captures that do not tell
    them. `furniture` are lines that the memory of the site knows; `memory` false: none are taken out, whatever was known then.
    `whole`: all articles of the site are counted, so that what was known then says nothing to another version of the extractor.
    """
    group, repeated, before = _cut(payload, sizes)
    here = CaptureRef(**{**ref, "fetched_at": datetime.fromisoformat(ref["fetched_at"])})
    old = json.loads(read_member(before, "the article", max_bytes=_MAX_ARTICLE_BYTES)) if before else None
    try:
        block = _block(group[: here.length], here)
        if original is not None:
            there = CaptureRef(**{**original, "fetched_at": datetime.fromisoformat(original["fetched_at"])})
            block = _with_body_of(block, _block(repeated, there))
    except DamagedError as error:
        return {"outcome": "damaged", "reasons": [error.message], **_facts_of(old)}
    told = {} if here.imported else provenance_of(group[here.length :], here.record_id)  # what others wrote there is no word of ours
    same_extractor = old is not None and _general(old) == (extractor_version(), ExtractOptions().sha256())
    known = list((old or {}).get("extractor", {}).get("furniture", ())) if memory and (same_extractor or not whole) else []
    result = extract_task(
        block,
        **params_of(here, told, old, source),
        max_decoded_bytes=max_decoded_bytes,
        furniture=known if same_extractor else sorted({*known, *furniture}),
        with_lines=True,
        overrides=overrides,
    )
    lines = result.get("lines", [])
    if "article" not in result:
        refused = result["not_article"]
        return {
            "outcome": "refused", "verdict": refused["verdict"], "reasons": refused["reasons"], "lines": lines, **_facts_of(old)
        }  # fmt: skip
    record = _kept(result["article"], old, here)
    return {
        "outcome": "article",
        "verdict": record["verdict"],
        "lines": lines,
        "final": same_extractor and memory and old is not None and _extractor(old) == _extractor(record),
        "knows": record["extractor"]["furniture"],
        **_facts_of(old),
        **compared(old, record),
        "id": record["id"],
        "article_id": record["article_id"],
        "previous": record["previous_id"],
        "title": record["title"],
        "member": base64.b64encode(packed(record)).decode("ascii"),
    }


def params_of(ref: CaptureRef, told: dict[str, str], old: dict[str, Any] | None, source: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the first extraction, of what the archive tells: the records beside the capture, else the article."""
    if "warchive-source-languages" in told:
        languages = [tag for tag in told["warchive-source-languages"].split(", ") if tag != "und"]
        zone = told.get("warchive-source-timezone")
    else:  # kept before both were written down
        languages, zone = list(source.get("languages", ())), source.get("timezone")
    announcement = None
    if told.get("via") and told.get("warchive-seed-type") and told.get("warchive-seen-at"):
        announcement = {
            "type": told["warchive-seed-type"],
            "url": told["via"],
            "record_id": told.get("warchive-seed-record"),
            "seen_at": told["warchive-seen-at"],
            "title": told.get("warchive-announced-title"),
            "published": told.get("warchive-announced-published"),
            "modified": told.get("warchive-announced-modified"),
            "language": told.get("warchive-announced-language"),
        }
    elif old is not None and old.get("discovered_via"):
        announcement = {"title": None, "published": None, "modified": None, "language": None, **old["discovered_via"]}
    return {
        "url": ref.url,
        "requested_url": told.get("warchive-requested-url") or (old or {}).get("requested_url"),
        "captured_at": ref.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "timezone": zone,
        "languages": languages,
        "announcement": announcement,
        "options": None,
    }


def compared(old: dict[str, Any] | None, record: dict[str, Any]) -> dict[str, Any]:
    """What the new record says otherwise: `change` is `new`, `text`, `metadata`, `same`, or `identical` where nothing need be written."""
    if old is None:
        return {"change": "new"}
    if {**old, "extracted_at": None} == {**record, "extracted_at": None}:
        return {"change": "identical", "similarity": 1.0, "fields": []}
    fields = sorted(name for name in record if name not in _BESIDE and record[name] != old.get(name))
    shown = {name: [_shown(old.get(name)), _shown(record[name])] for name in SHOWN if name in fields}
    if old["text"] != record["text"]:
        return {"change": "text", "similarity": similarity(old["text"], record["text"]), "fields": ["text", *fields], "shown": shown}
    return {"change": "metadata" if fields else "same", "similarity": 1.0, "fields": fields, "shown": shown}


def packed(record: dict[str, Any]) -> bytes:
    """The record's line as a gzip member, as it is kept."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)  # zlib writes no time into the head: equal in, equal out
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    return compressor.compress(line) + compressor.flush()


def _kept(article: dict[str, Any], old: dict[str, Any] | None, ref: CaptureRef) -> dict[str, Any]:
    """The record as it is kept: of an article that is known, as it was captured."""
    if old is not None:
        values = {name: old.get(name) for name in _KEPT} | {"change": old.get("change")}
    else:
        values = {
            "id": version_id(article["article_id"], ref.record_id),
            "source": ref.source,
            "run": ref.run,
            "warc": {
                "filename": ref.filename,
                "offset": ref.offset,
                "length": ref.length,
                "record_id": ref.record_id,
                "payload_digest": ref.payload_digest,
            },
        }
    made = Article.model_validate({**article, **values, "extracted_at": None})
    record: dict[str, Any] = made.model_dump(mode="json", by_alias=True)
    return record


def _facts_of(old: dict[str, Any] | None) -> dict[str, Any]:
    return (
        {}
        if old is None
        else {"id": old["id"], "article_id": old["article_id"], "was": old["verdict"], "title": old["title"], "by": _extractor(old)[0]}
    )


def _general(record: dict[str, Any]) -> tuple[str, str]:
    """What made the record, but for an override: what that changes has nothing to do with the memory of the site."""
    version, options = _extractor(record)
    return version.partition(MARK)[0], options


def _extractor(record: dict[str, Any]) -> tuple[str, str]:
    return record["extractor"]["version"], record["extractor"]["options_sha256"]


def _shown(value: Any) -> Any:
    return [one.get("name") for one in value] if isinstance(value, list) else value


def _cut(payload: bytes, sizes: Sequence[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(payload[at : at + size])
        at += size
    return pieces


def _block(member: bytes, ref: CaptureRef) -> bytes:
    where = f"{ref.filename} at {ref.offset}"
    block = record_of(member, ref, where).block
    try:
        return without_undone_coding(block) if ref.imported else block
    except MalformedMessage:
        return block


def _with_body_of(head: bytes, original: bytes) -> bytes:
    """The response that a revisit stands for: its own head, and the body that it repeats with the coding in which that was kept."""
    try:
        ours, theirs = parse_head(head)[0], parse_response(original)
    except MalformedMessage:
        return original
    codings = [(name, value) for name, value in theirs.headers if name.lower() == "content-encoding"]
    framing = ("content-encoding", "transfer-encoding", "content-length")
    headers = [(name, value) for name, value in ours.headers if name.lower() not in framing] + codings
    whole = replace(theirs, headers=headers)
    length = len(whole.raw_body) + (0 if whole.body_complete else 1)  # a body that was cut stays one that was cut
    lines = [f"{ours.version} {ours.status} {ours.reason}".rstrip(), *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join([*lines, f"Content-Length: {length}", "", ""])).encode("latin-1", "replace") + whole.raw_body
