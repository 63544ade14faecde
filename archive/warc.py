"""How does a capture become WARC records?

WARC 1.1 (ISO 28500:2017). The block of a response is what came over the wire, and nothing re-serialises it: a record is its head, its
block and two empty lines, which takes no writer (warcio's leaves the block of a revisit out where it is opaque). Each record is one gzip
member. `archive/spool.py` decides where they go.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from archive.errors import DamagedError
from archive.gzipmember import gzip_member
from archive.http import parse_response, payload_offset, split_interim
from archive.model import Capture
from archive.urls import urlkey

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
WARC_FIELDS = "application/warc-fields"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MIME_END = re.compile(r"[;\s]")  # cdxj-indexer cuts the media type here, and our lines must equal its lines

NewId = Callable[[], uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The capture that a revisit repeats."""

    record_id: str
    url: str
    fetched_at: datetime
    payload_digest: str
    entity_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One record, compressed, not yet anywhere."""

    record_id: str
    record_type: str
    data: bytes
    index: dict[str, str] | None
    """Fields of its CDXJ line but for length, offset and filename; null for records that indexers leave out."""
    urlkey: str
    timestamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What one capture becomes: the main record first, then request, interim responses, provenance."""

    members: list[Member]
    record_type: Literal["response", "revisit", "metadata"]
    status: int | None
    mime: str | None
    payload_digest: str
    block_digest: str
    entity_digest: str

    @property
    def main(self) -> Member:
        """The response or revisit record (`metadata` where the reply was no HTTP message)."""
        return self.members[0]


def digest(data: bytes) -> str:
    """`sha256:` and base32: the spelling that every reader's digest check understands."""
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")


def warc_date(moment: datetime) -> str:
    """WARC 1.1 §5.4: W3C date with up to nine decimals; we give six. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a WARC-Date needs a time with zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def timestamp14(moment: datetime) -> str:
    """`yyyymmddhhmmss` in UTC, as in CDXJ lines."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def entity_digest(response: bytes) -> str:
    """Digest of a final response's payload without its transfer coding; of all bytes where it is no HTTP message."""
    try:
        return digest(parse_response(response).raw_body)
    except Exception:  # whatever stands there, it has a digest
        return digest(response)


def _entity_digest(final: bytes, at: int, *, payload: str, block: str) -> str:
    """As `entity_digest`, without a second pass over what has a digest already."""
    try:
        body = parse_response(final).raw_body
    except Exception:  # see entity_digest
        return block
    return payload if body == final[at:] else digest(body)


def warcinfo(filename: str, moment: datetime, fields: Iterable[tuple[str, str]], *, new_id: NewId = uuid.uuid4) -> Member:
    """The first record of a file: WARC 1.1 §6.2."""
    block = _warc_fields(fields)
    headers = [("WARC-Filename", filename)]
    return _member("warcinfo", None, moment, block, WARC_FIELDS, headers, new_id=new_id, payload=None)


def records_of(
    capture: Capture,
    *,
    warcinfo_id: str,
    revisit_of: Original | None = None,
    provenance: Iterable[tuple[str, str]] = (),
    new_id: NewId = uuid.uuid4,
) -> Records:
    """All records of one capture, linked to each other by WARC-Concurrent-To (§5.7).

    With `revisit_of`, the response becomes a revisit (§6.7) that keeps the head of this response and names the capture that holds
    the payload. Raises ValueError where a value for a header holds a control character: it would forge a record.
    """
    interim, final = split_interim(capture.response)
    at = payload_offset(final)
    is_http = final.startswith(b"HTTP/")
    http = _index_head(final[:at]) if is_http else None
    status, mime = _status_and_mime(http)
    payload, block = digest(final[at:]), digest(final)
    entity = _entity_digest(final, at, payload=payload, block=block)
    common = [("WARC-Warcinfo-ID", f"<{warcinfo_id}>")]
    if capture.ip_address:
        common.append(("WARC-IP-Address", capture.ip_address))
    if capture.truncated and capture.truncated != "unspecified":
        common.append(("WARC-Truncated", capture.truncated))
    elif capture.truncated:
        common.append(("WARC-Truncated", "unspecified"))

    members: list[Member] = []
    if not is_http:
        urn = f"urn:warchive:malformed:{new_id()}"
        main = _member(
            "metadata",
            urn,
            capture.fetched_at,
            final,
            "application/octet-stream",
            [*common, ("WARC-Refers-To-Target-URI", capture.url)],
            new_id=new_id,
        )
    elif revisit_of is not None:
        head = final[:at]
        payload, entity = revisit_of.payload_digest, revisit_of.entity_digest
        block = digest(head)
        profile = SERVER_NOT_MODIFIED if status == 304 else IDENTICAL_PAYLOAD
        extra = [
            ("WARC-Profile", profile),
            ("WARC-Refers-To", f"<{revisit_of.record_id}>"),
            ("WARC-Refers-To-Target-URI", revisit_of.url),
            ("WARC-Refers-To-Date", warc_date(revisit_of.fetched_at)),
        ]
        main = _member(
            "revisit",
            capture.url,
            capture.fetched_at,
            head,
            HTTP_RESPONSE,
            [*common, *extra],
            payload=payload,
            http=http,
            new_id=new_id,
        )
    else:
        coded = http is not None and bool(http.get_header("content-encoding"))
        main = _member(
            "response",
            capture.url,
            capture.fetched_at,
            final,
            HTTP_RESPONSE,
            common,
            payload=payload,
            http=http,
            new_id=new_id,
            coded_from=at if coded else None,
            block_digest=block,
        )
    members.append(main)
    concurrent = [("WARC-Concurrent-To", f"<{main.record_id}>"), ("WARC-Warcinfo-ID", f"<{warcinfo_id}>")]
    if capture.ip_address:
        concurrent.append(("WARC-IP-Address", capture.ip_address))
    if capture.request:
        body = digest(capture.request[payload_offset(capture.request) :])
        members.append(
            _member("request", capture.url, capture.fetched_at, capture.request, HTTP_REQUEST, concurrent, payload=body, new_id=new_id)
        )
    for one in interim:
        # A response record for the same URL would be replayed in place of the page: RFC 9110 §15.2 says that it is no final answer.
        urn = f"urn:warchive:interim:{new_id()}"
        members.append(_member("metadata", urn, capture.fetched_at, one, HTTP_RESPONSE, concurrent, new_id=new_id))
    fields = list(provenance)
    if fields:
        members.append(_member("metadata", capture.url, capture.fetched_at, _warc_fields(fields), WARC_FIELDS, concurrent, new_id=new_id))
    record_type: Literal["response", "revisit", "metadata"] = (
        "metadata" if not is_http else "revisit" if revisit_of is not None else "response"
    )
    return Records(
        members=members, record_type=record_type, status=status, mime=mime, payload_digest=payload, block_digest=block, entity_digest=entity
    )


def cdxj_line(member: Member, *, filename: str, offset: int) -> str | None:
    """The line that cdxj-indexer writes for this record, without line end; null for records that it leaves out."""
    if member.index is None:
        return None
    fields = {**member.index, "length": str(len(member.data)), "offset": str(offset), "filename": filename}
    return f"{member.urlkey} {member.timestamp} {json.dumps(fields)}"


def index_fields_of(record_type: str, uri: str, content_type: str, payload_digest: str, block: bytes) -> dict[str, str] | None:
    """Fields of the index line of a record of ours that is read again, but for its place; null where indexers leave it out."""
    if record_type == "metadata" and content_type != WARC_FIELDS:
        return _index_fields(record_type, uri, content_type, payload_digest, None)
    if record_type not in ("response", "revisit"):
        return None
    return _index_fields(record_type, uri, content_type, payload_digest, _index_head(block[: payload_offset(block)]))


def _member(
    record_type: str,
    uri: str | None,
    moment: datetime,
    block: bytes,
    content_type: str,
    headers: list[tuple[str, str]],
    *,
    new_id: NewId,
    payload: str | None = "block",
    http: StatusAndHeaders | None = None,
    coded_from: int | None = None,
    block_digest: str | None = None,
) -> Member:
    block_digest = block_digest or digest(block)
    payload_digest = block_digest if payload == "block" else payload
    record_id = f"urn:uuid:{new_id()}"
    fields = [("WARC-Type", record_type), ("WARC-Record-ID", f"<{record_id}>"), ("WARC-Date", warc_date(moment))]
    if uri is not None:
        fields.append(("WARC-Target-URI", uri))
    fields += headers
    fields.append(("WARC-Block-Digest", block_digest))
    if payload_digest is not None:
        fields.append(("WARC-Payload-Digest", payload_digest))
    fields.append(("Content-Type", content_type))
    for name, value in fields:
        if _CONTROL.search(value):
            raise ValueError(f"{name} holds a control character: {value[:200]!r}")
    fields.append(("Content-Length", str(len(block))))
    head = "".join(["WARC/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in fields), "\r\n"])
    data = gzip_member(head.encode(), block, b"\r\n\r\n", coded_from=coded_from)
    index: dict[str, str] | None = None
    if record_type in ("response", "revisit") or (record_type == "metadata" and content_type != WARC_FIELDS):
        index = _index_fields(record_type, uri or "", content_type, payload_digest or "", http)
    return Member(
        record_id=record_id,
        record_type=record_type,
        data=data,
        index=index,
        urlkey=urlkey(uri) if uri and index is not None else "",
        timestamp=timestamp14(moment),
    )


def _index_head(head: bytes) -> StatusAndHeaders | None:
    """The head as warcio reads it: indexes made by others go by its reading."""
    try:
        return StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(BytesIO(head))
    except Exception:  # warcio raises what its parsing hits; the record stays, its line has no status
        return None


def _status_and_mime(http: StatusAndHeaders | None) -> tuple[int | None, str | None]:
    if http is None:
        return None, None
    code = str(http.get_statuscode())
    mime = http.get_header("content-type")
    return (int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None), (
        _MIME_END.split(mime, maxsplit=1)[0].strip() if mime else None
    )


def _index_fields(record_type: str, uri: str, content_type: str, payload_digest: str, http: StatusAndHeaders | None) -> dict[str, str]:
    fields: dict[str, Any] = {"url": uri}
    if record_type == "revisit":
        fields["mime"] = "warc/revisit"
    elif record_type == "response":
        mime = http.get_header("content-type") if http else None
        fields["mime"] = _MIME_END.split(mime, maxsplit=1)[0].strip() if mime else mime
    else:
        fields["mime"] = _MIME_END.split(content_type, maxsplit=1)[0].strip()
    if record_type != "metadata" and http:  # false for a head of which warcio could read nothing
        fields["status"] = http.get_statuscode()
    fields["digest"] = payload_digest
    return {name: value for name, value in fields.items() if value is not None}


def _warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    lines = []
    for name, value in fields:
        lines.append(f"{name}: {_CONTROL.sub(' ', value)}\r\n")
    return "".join(lines).encode("utf-8", "replace")


def read_block(path: Path, offset: int, length: int) -> bytes:
    """Block of the record whose gzip member lies there; raises `DamagedError` where none does."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(length)
    try:
        record = zlib.decompress(data, zlib.MAX_WBITS + 16)
    except zlib.error as error:
        raise DamagedError(
            f"{path} holds no whole record at {offset}: {error}", hint="start a crawl: it saves what can be saved"
        ) from error
    at = payload_offset(record)
    size = next((int(line[15:]) for line in record[:at].split(b"\r\n") if line.lower().startswith(b"content-length:")), None)
    if size is None or len(record) < at + size:
        raise DamagedError(f"{path} holds no whole record at {offset}", hint="start a crawl: it saves what can be saved")
    return record[at : at + size]
