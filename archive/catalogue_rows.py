"""How is a capture or an article written as a row of the catalogue, and read again?

Ten million captures: what every row repeats is written small. Digests and record ids are kept as bytes, times as microseconds, and an
entity digest that equals the payload digest not at all. What does not have our spelling is kept as it is.
"""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from archive.errors import DamagedError
from archive.ledger import rfc3339
from archive.model import CaptureRef

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
    captures INTEGER NOT NULL, articles INTEGER NOT NULL, bytes INTEGER NOT NULL, manifest_sha256 TEXT NOT NULL,
    info TEXT NOT NULL, report TEXT NOT NULL,
    first_capture INTEGER NOT NULL  -- its rows in captures lie together: from this id on, as many as it has captures
);
CREATE TABLE days (source TEXT NOT NULL, day TEXT NOT NULL, sums BLOB NOT NULL, PRIMARY KEY (source, day)) WITHOUT ROWID;
CREATE TABLE standings (source TEXT PRIMARY KEY, standing TEXT NOT NULL);
CREATE TABLE files (id INTEGER PRIMARY KEY, filename TEXT NOT NULL UNIQUE, run INTEGER NOT NULL, imported INTEGER NOT NULL);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    url TEXT NOT NULL, urlkey TEXT NOT NULL, fetched_at INTEGER NOT NULL, status INTEGER, mime TEXT,
    record_type TEXT NOT NULL, record_id BLOB NOT NULL,
    payload_digest BLOB NOT NULL, block_digest BLOB NOT NULL, entity_digest BLOB,
    kind TEXT NOT NULL, completeness TEXT NOT NULL, source TEXT, refers_to BLOB, verdict TEXT
);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    uuid BLOB NOT NULL, article_id BLOB NOT NULL, version INTEGER NOT NULL, previous BLOB,
    url TEXT NOT NULL, hostname TEXT NOT NULL, source TEXT, language TEXT, verdict TEXT NOT NULL, title TEXT, authors TEXT NOT NULL,
    text_sha256 BLOB NOT NULL, page_sha256 BLOB, date_published TEXT, date_modified TEXT, captured_at INTEGER, extracted_at TEXT,
    furniture BLOB                  -- hashes of eight bytes, one after the other; null where there are none
);
"""
INDEXES = {
    "captures_by_urlkey": "captures (urlkey, fetched_at)",
    "captures_by_entity": ("captures (substr(ifnull(entity_digest, payload_digest), 1, 8), fetched_at) WHERE record_type = 'response'"),
    "articles_by_uuid": "articles (uuid)",
    "articles_by_article": "articles (article_id, captured_at, version)",
    "articles_by_run": "articles (run, offset)",
    "articles_by_capture": "articles (captured_at)",
    "articles_by_source": "articles (source, captured_at)",
    "runs_by_counts": "runs (captures, articles)",  # sums without a look at the reports, which lie in the same rows
    # Of archive/arrivals.py, which filters by the other columns without a look at the rows.
    "articles_new": "articles (captured_at, uuid, source) WHERE version = 1",
    "articles_changed": "articles (captured_at, uuid, source) WHERE version > 1",
    "articles_by_language": "articles (language, captured_at, uuid)",
    "captures_lost": "captures (fetched_at, record_id, source) WHERE kind = 'page' AND status IN (404, 410)",
}

_TO_INT = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_OURS = re.compile(r"^sha256:[A-Z2-7]{52}====$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CAPTURE = ("offset", "length", "url", "urlkey", "status", "mime", "record_type", "kind", "completeness", "source")
_INSERTED = (*_CAPTURE, "verdict", "fetched_at", "record_id", "refers_to", "payload_digest", "block_digest", "entity_digest", "file")
INSERT_CAPTURE = f"INSERT INTO captures ({', '.join(_INSERTED)}) VALUES ({', '.join('?' * len(_INSERTED))})"
_ARTICLE = ("version", "url", "hostname", "source", "language", "verdict", "title", "date_published", "date_modified", "extracted_at")
_ARTICLE_INSERTED = (
    *_ARTICLE,
    "captured_at",
    "authors",
    "uuid",
    "article_id",
    "previous",
    "text_sha256",
    "page_sha256",
    "furniture",
    "run",
    "offset",
    "length",
)
INSERT_ARTICLE = f"INSERT INTO articles ({', '.join(_ARTICLE_INSERTED)}) VALUES ({', '.join('?' * len(_ARTICLE_INSERTED))})"
SELECT_CAPTURE = (
    "SELECT captures.*, files.filename AS filename, files.imported AS imported, runs.run AS run FROM captures"
    " JOIN files ON files.id = captures.file JOIN runs ON runs.id = files.run"
)
SELECT_ARTICLE = "SELECT articles.*, runs.run AS run_name FROM articles JOIN runs ON runs.id = articles.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """One version of an article in the store: what lists and choices need, and where its whole record lies."""

    id: str
    article_id: str
    version: int
    previous_id: str | None
    url: str
    hostname: str
    source: str | None
    language: str | None
    verdict: str
    title: str | None
    authors: tuple[str, ...]
    """Names, in the order of the page."""
    text_sha256: str
    page_sha256: str | None
    date_published: str | None
    date_modified: str | None
    captured_at: str | None
    extracted_at: str | None
    furniture: tuple[str, ...]
    """As in its `Extractor`."""
    run: str
    offset: int
    length: int
    """Of its gzip member in the run's articles.jsonl.gz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """One published run."""

    run: str
    started_at: str
    ended_at: str
    captures: int
    articles: int
    bytes: int
    manifest_sha256: str
    info: dict[str, Any]
    report: dict[str, Any]


def capture_values(record: dict[str, Any], file: int) -> tuple[Any, ...]:
    """Values for `INSERT_CAPTURE` of a line of captures.jsonl."""
    try:
        payload, entity = record["payload_digest"], record["entity_digest"]
        packed = pack_digest(payload)
        return (
            *[record[name] for name in _CAPTURE],
            record["verdict"],
            microseconds(datetime.fromisoformat(record["fetched_at"])),
            pack_id(record["record_id"]),
            pack_id(record["refers_to"]),
            packed,
            packed if record["block_digest"] == payload else pack_digest(record["block_digest"]),
            None if entity == payload else pack_digest(entity),
            file,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedError(f"not a line about a capture: {error.__class__.__name__}: {str(error)[:100]}") from error


def capture_of(row: sqlite3.Row) -> CaptureRef:
    """A row of `SELECT_CAPTURE` as the shared noun."""
    payload = unpack_digest(row["payload_digest"])
    return CaptureRef(
        **{name: row[name] for name in _CAPTURE},
        fetched_at=moment(row["fetched_at"]),
        record_id=unpack_id(row["record_id"]) or "",
        refers_to=unpack_id(row["refers_to"]),
        payload_digest=payload,
        block_digest=unpack_digest(row["block_digest"]),
        entity_digest=payload if row["entity_digest"] is None else unpack_digest(row["entity_digest"]),
        filename=row["filename"],
        run=row["run"],
        imported=bool(row["imported"]),
    )


def article_values(record: dict[str, Any], run: int, offset: int, length: int) -> tuple[Any, ...]:
    """Values for `INSERT_ARTICLE` of a line of articles.jsonl."""
    try:
        return (
            *[record[name] for name in _ARTICLE],
            None if record["captured_at"] is None else microseconds(datetime.fromisoformat(record["captured_at"])),
            json.dumps([author["name"] for author in record["authors"]], ensure_ascii=False),
            pack_id(record["id"]),
            bytes.fromhex(record["article_id"]),
            pack_id(record["previous_id"]),
            bytes.fromhex(record["text_sha256"]),
            bytes.fromhex(record["page_sha256"]) if record.get("page_sha256") else None,
            bytes.fromhex("".join((record.get("extractor") or {}).get("furniture", ()))) or None,
            run,
            offset,
            length,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedError(f"not an article record: {error.__class__.__name__}: {str(error)[:100]}") from error


def article_of(row: sqlite3.Row) -> StoredArticle:
    """A row of `SELECT_ARTICLE`."""
    return StoredArticle(
        **{name: row[name] for name in _ARTICLE},
        captured_at=None if row["captured_at"] is None else rfc3339(moment(row["captured_at"])),
        id=unpack_id(row["uuid"]) or "",
        article_id=row["article_id"].hex(),
        previous_id=unpack_id(row["previous"]),
        authors=tuple(json.loads(row["authors"])),
        text_sha256=row["text_sha256"].hex(),
        page_sha256=None if row["page_sha256"] is None else row["page_sha256"].hex(),
        furniture=tuple(row["furniture"].hex()[at : at + 16] for at in range(0, 2 * len(row["furniture"]), 16)) if row["furniture"] else (),
        run=row["run_name"],
        offset=row["offset"],
        length=row["length"],
    )


def run_of(row: sqlite3.Row) -> StoredRun:
    """A row of `runs`."""
    names: tuple[Literal["run", "started_at", "ended_at", "captures", "articles", "bytes", "manifest_sha256"], ...] = (
        "run", "started_at", "ended_at", "captures", "articles", "bytes", "manifest_sha256",
    )  # fmt: skip
    return StoredRun(**{name: row[name] for name in names}, info=json.loads(row["info"]), report=json.loads(row["report"]))


def pack_digest(text: str) -> bytes | str:
    """32 bytes for a digest in our spelling, anything else as it is."""
    if not _OURS.match(text):
        return text
    # Nine times as fast as base64.b32decode, which is a loop: 52 digits of base 32 are 256 bits and 4 that must be zero.
    value = int(text[7:59].translate(_TO_INT), 32)
    return text if value & 15 else (value >> 4).to_bytes(32, "big")


def unpack_digest(value: bytes | str) -> str:
    """As it was packed."""
    return value if isinstance(value, str) else "sha256:" + base64.b32encode(value).decode("ascii")


def pack_id(text: str | None) -> bytes | str | None:
    """16 bytes for `urn:uuid:` in our spelling, anything else as it is."""
    if text is None or not text.startswith("urn:uuid:") or len(text) != 45:
        return text
    try:
        packed = bytes.fromhex(text[9:].replace("-", ""))
    except ValueError:
        return text
    return packed if unpack_id(packed) == text else text


def unpack_id(value: bytes | str | None) -> str | None:
    """As it was packed."""
    if not isinstance(value, bytes):
        return value
    digits = value.hex()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def microseconds(value: datetime) -> int:
    """Since 1970, exactly."""
    return (value.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """As it was written."""
    return _EPOCH + timedelta(microseconds=value)


def dump_row(row: sqlite3.Row) -> str:
    """A capture row as text that does not depend on when it was entered."""
    ref = capture_of(row)
    values = {name: getattr(ref, name) for name in CaptureRef.__slots__}
    return json.dumps({**values, "fetched_at": rfc3339(ref.fetched_at), "verdict": row["verdict"]}, ensure_ascii=False, sort_keys=True)
