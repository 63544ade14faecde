"""Which records are in somebody's WARC file, and what does an index say of each?

The file is read once, from its beginning to its end, and nothing is changed in it. Each record ends in exactly one of four ways: it gets
a row and a line of the index, it stands beside such a one, it is left out with a reason, or it is where the file breaks off. Lines are
those that cdxj-indexer writes: warcio reads the heads here as there.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal

from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import iso_date_to_datetime

from archive.importblock import PIECE, http_head, message_of, take
from archive.model import CaptureRef, Completeness
from archive.neutral import one_line
from archive.urls import urlkey
from archive.warc import WARC_FIELDS, digest, timestamp14
from archive.warcinput import DamagedFileError, Input, Records

_MAX_URL = 1 << 14
_INDEXED = ("response", "revisit", "resource", "metadata")
_MIME_END = re.compile(r"[;\s]")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,300}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Outcome = Literal["capture", "beside", "skipped", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One record of the file, or the place where it breaks off."""

    outcome: Outcome
    kind: str
    """The record's type; of what was skipped or is broken, why."""
    offset: int
    detail: str = ""
    """For a person; nothing of the web raw."""
    ref: CaptureRef | None = None
    """Of a capture. `kind` in it is not yet judged."""
    line: str | None = None
    """Of the index, without its end."""
    location: str | None = None
    """Where a redirect leads, as it says."""
    method: str | None = None
    """Of a request."""
    belongs_to: tuple[str, ...] = ()
    """Ids of records that are of one capture with it, as it says."""
    record_id: str | None = None
    wrong: tuple[str, ...] = ()
    """Digests that the record names and does not have: `block`, `payload`."""
    unchecked: bool = False
    """It names no digest that could be compared."""


class NotImportable(Exception):
    """The file as a whole cannot be taken as it is; the message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def scan(file: BinaryIO, *, filename: str, run: str, source: str | None, file_id: str) -> Iterator[Scanned]:
    """The records of an open file, one after the other; `file_id` (its SHA-256) makes ids for records that have none.

    Raises `NotImportable` where the file is none in which a record can be found by its place: judge its beginning first (`judge`).
    """
    stream = Input(file)
    records = Records(stream)
    begun = False
    while True:
        try:
            records.reader.head_bytes = 0
            record = next(records)
        except StopIteration:
            if records.cut:
                yield Scanned(outcome="broken", kind="cut", offset=records.offset, detail="the file ends within a gzip member")
            elif not begun:
                raise NotImportable("it has no WARC record", "is the file empty?") from None
            return
        except Exception as error:  # warcio raises what its parsing hits
            if not begun:
                raise NotImportable("it is no WARC file", "name .warc.gz or .wacz files") from error
            yield _broken(error, stream, records)
            return
        if records.whole_file:
            raise NotImportable("several records share one gzip member: nobody can seek in it", recompress())
        if record.format != "warc":
            raise NotImportable("it is an ARC file, the format before WARC", recompress())
        begun = True
        try:
            found = _read(records, record, filename=filename, run=run, source=source, file_id=file_id)
        except Exception as error:
            yield _broken(error, stream, records)
            return
        yield found
        if found.outcome == "broken":
            return


def judge(head: bytes) -> None:
    """Raises `NotImportable` for a file whose first bytes (some hundred) say that it must be made into another one first."""
    if head.startswith(b"WARC/"):
        raise NotImportable("it is not compressed: a collection keeps one gzip member a record", recompress())
    if head.startswith(b"filedesc://"):
        raise NotImportable("it is an ARC file, the format before WARC", recompress())
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        raise NotImportable("it is compressed with zstd", "zstd -d FILE, then " + recompress())
    if head.startswith(b"BZh") or head.startswith(b"\xfd7zXZ"):
        raise NotImportable("it is compressed with bzip2 or xz", "decompress it, then " + recompress())
    if not head.startswith(b"\x1f\x8b"):
        raise NotImportable("it is no WARC file", "name .warc.gz or .wacz files")


def recompress() -> str:
    """The next step, in words: nothing is changed silently."""
    return "`warcio recompress FILE NEW.warc.gz` makes one of it, then import that; keep the old file, its bytes are not in the new one"


def _broken(error: Exception, stream: Input, records: Records) -> Scanned:
    if isinstance(error, DamagedFileError):
        detail = str(error)
    elif isinstance(error, ArchiveLoadFailed):  # its message repeats the bytes that it did not understand
        detail = "no WARC record begins here"
    elif stream.ended:
        return Scanned(outcome="broken", kind="cut", offset=records.offset, detail="the file ends within this record")
    else:
        detail = f"{type(error).__name__}: {error}"
    return Scanned(outcome="broken", kind="damaged", offset=records.offset, detail=one_line(detail)[:300])


def _read(records: Records, record: Any, *, filename: str, run: str, source: str | None, file_id: str) -> Scanned:
    headers = record.rec_headers
    kind = one_line(str(record.rec_type or ""))[:40].lower() or "no type"
    offset = records.offset
    if record.length is None or not str(headers.get_header("Content-Length") or "").strip().isdigit():
        where: Literal["cut", "damaged"] = "cut" if records.stream.ended else "damaged"
        return Scanned(outcome="broken", kind=where, offset=offset, detail="the record has no Content-Length")
    url = (headers.get_header("WARC-Target-URI") or "").strip()
    record_id = _id(headers.get_header("WARC-Record-ID"))
    is_http = kind in ("response", "request", "revisit") and url.startswith(("http:", "https:"))
    first = record.raw_stream.read(PIECE)
    head, at = http_head(kind, first) if is_http else (None, 0)
    block = take(
        record, first, at, {"block": headers.get_header("WARC-Block-Digest"), "payload": headers.get_header("WARC-Payload-Digest")}
    )
    if block.size < record.length:
        return Scanned(
            outcome="broken", kind="cut", offset=offset, detail=f"the file ends {record.length - block.size} bytes before the record does"
        )
    offset, length = records.get_record_offset(), records.get_record_length()
    named = [value for value in block.names.values() if value is not None]
    base = Scanned(
        outcome="beside",
        kind=kind,
        offset=offset,
        record_id=record_id,
        wrong=tuple(name for name, value in block.names.items() if value is False and not (name == "payload" and kind == "revisit")),
        unchecked=not named,
        belongs_to=tuple(_id(value) or "" for name, value in headers.headers if name.lower() == "warc-concurrent-to"),
    )
    content_type = headers.get_header("Content-Type") or ""
    if kind not in _INDEXED or (kind in ("resource", "metadata") and content_type == WARC_FIELDS):
        method = first[:16].split(b" ", 1)[0].decode("latin-1") if kind == "request" and first else None
        return replace(base, method=method)
    moment = _moment(headers.get_header("WARC-Date"))
    if not url or len(url) > _MAX_URL or _CONTROL.search(url):
        return replace(base, outcome="skipped", kind="bad-url", detail=f"a {kind} whose WARC-Target-URI is no URL")
    if moment is None:
        return replace(base, outcome="skipped", kind="no-date", detail=f"a {kind} whose WARC-Date is no time")
    mime = _mime(kind, content_type, head)
    declared = headers.get_header("WARC-Payload-Digest")
    index: dict[str, Any] = {"url": url, "mime": "warc/revisit" if kind == "revisit" else mime}
    if kind in ("response", "revisit") and head:  # false for a head of which warcio could read nothing
        index["status"] = head.get_statuscode()
    index["digest"] = declared or block.payload_sha1
    index |= {"length": str(length), "offset": str(offset), "filename": filename}
    fields = {name: value for name, value in index.items() if value is not None}
    key = urlkey(url)
    truncated = headers.get_header("WARC-Truncated")
    message = None
    if kind == "response" and head and block.size == len(block.held):
        message = message_of(block.held)
    entity = "sha256:" + block.payload_sha256
    if message is not None and message.raw_body != block.held[block.at :]:
        entity = digest(message.raw_body)
    completeness: Completeness = "truncated" if truncated or (message is not None and not message.body_complete) else "complete"
    payload = fields["digest"]
    ref = CaptureRef(
        url=url,
        urlkey=key,
        fetched_at=moment,
        status=_status(head),
        mime=mime,
        record_type=kind,  # type: ignore[arg-type]
        record_id=record_id or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{file_id} {offset}')}",
        filename=filename,
        offset=offset,
        length=length,
        payload_digest=payload if _PRINTABLE.fullmatch(payload) else "sha256:" + block.payload_sha256,
        block_digest="sha256:" + block.sha256,
        entity_digest=entity if kind != "revisit" else payload,
        kind="page",
        completeness=completeness,
        source=source,
        run=run,
        refers_to=_id(headers.get_header("WARC-Refers-To")) if kind == "revisit" else None,
        imported=True,
    )
    location = head.get_header("Location") if head and ref.status in (301, 302, 303, 307, 308) else None
    line = f"{key} {timestamp14(moment)} {json.dumps(fields)}"
    return replace(base, outcome="capture", ref=ref, line=line, location=location)


def _mime(kind: str, content_type: str, head: StatusAndHeaders | None) -> str | None:
    value = content_type if kind in ("resource", "metadata") else head.get_header("content-type") if head else None
    return _MIME_END.split(value, maxsplit=1)[0].strip() if value else value or None


def _status(head: StatusAndHeaders | None) -> int | None:
    code = str(head.get_statuscode()) if head else ""
    return int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None


def _moment(value: str | None) -> datetime | None:
    try:
        found: datetime = iso_date_to_datetime(value or "")  # by digits alone, as in the lines of indexers
        return found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _id(value: str | None) -> str | None:
    found = (value or "").strip().strip("<>").strip()
    return found if _PRINTABLE.fullmatch(found) else None
