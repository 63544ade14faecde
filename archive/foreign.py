"""Which captures are in this WARC file, whoever wrote it?

Common Crawl's, Browsertrix's, Heritrix's, wget's and ours: gzip or plain, WARC/1.0 and 1.1, ARC, a WACZ, a pipe. warcio finds the
records; what is added here is that nothing in a file may fill memory or the terminal, and that nothing is passed over in silence.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import urlsplit

from warcio.exceptions import ArchiveLoadFailed

from archive.errors import WarchiveError
from archive.http import MalformedMessage, split_interim
from archive.imported import without_undone_coding
from archive.period import moment_of
from archive.warcinput import DamagedFileError, Input, Readable, Records

MAX_BLOCK_BYTES = 256 << 20
_PIECE = 1 << 16
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")
# They are not captures: nobody misses them in a list of what was left out.
_SILENT = frozenset({"warcinfo", "request", "metadata", "arc_header"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcCapture:
    """One response of a WARC file of anybody."""

    url: str
    date: datetime | None
    """WARC-Date, UTC; null where it cannot be read."""
    response: bytes
    """The final HTTP response for `archive.http.parse_response`: the block of the record, without interim responses before it."""
    record_id: str | None
    """Without angle brackets; null where there is none, as in ARC files."""
    filename: str | None
    """Base name of the WARC file; null for a stream without a name."""
    offset: int | None
    """Of the record in that file (of its gzip member where it has one of its own); null where nobody could seek to it."""
    payload_digest: str | None
    truncated: str | None
    """What WARC-Truncated says."""


SkipReason = Literal["revisit", "not-http", "no-url", "too-large", "cut", "damaged", "unknown-format"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """One record that gave no capture, and why. After `damaged`, `cut` and `unknown-format` the rest of that file was not read."""

    reason: SkipReason
    detail: str
    """For a person; without control characters."""
    record_type: str | None = None
    record_id: str | None = None
    url: str | None = None
    filename: str | None = None
    offset: int | None = None


def looks_like_warc(head: bytes) -> bool:
    """Whether a file that begins with these bytes (some hundred of them) is a WARC, ARC or WACZ file."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith((b"WARC/", b"filedesc://", b"PK\x03\x04"))


def iter_warc_captures(
    source: Path | str | Readable, *, filename: str | None = None, max_block_bytes: int = MAX_BLOCK_BYTES
) -> Iterator[WarcCapture | Skipped]:
    """The responses of a file or stream in its order, one in memory at a time; in between, what was skipped and why.

    Revisits are skipped: their payload is in another record, mostly of another file. A stream need not be seekable.
    Raises `WarchiveError` where the file cannot be opened.
    """
    if not isinstance(source, (str, Path)):
        yield from _captures(source, filename, max_block_bytes)
        return
    path = Path(source)
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head == b"PK\x03\x04":
                yield from _wacz(file, path.name, max_block_bytes)
            else:
                yield from _captures(file, filename or path.name, max_block_bytes)
    except OSError as error:
        raise WarchiveError(
            f"cannot read {path}: {error.strerror or error}", hint="name a WARC or WACZ file, or - for standard input"
        ) from error


def _wacz(file: BinaryIO, filename: str, max_block_bytes: int) -> Iterator[WarcCapture | Skipped]:
    try:
        with zipfile.ZipFile(file) as package:
            for entry in package.infolist():
                if re.match(r"archive/[^/]+\.warc(\.gz)?$", entry.filename):
                    with package.open(entry) as member:
                        yield from _captures(member, entry.filename.rsplit("/", 1)[-1], max_block_bytes)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        yield Skipped(reason="damaged", detail=_clean(f"not a readable WACZ: {error}"), filename=filename)


def _captures(source: Readable, filename: str | None, max_block_bytes: int) -> Iterator[WarcCapture | Skipped]:
    stream = Input(source)
    if stream.head.startswith(b"\x28\xb5\x2f\xfd"):
        yield Skipped(
            reason="unknown-format",
            detail="compressed with zstd: decompress it first (zstd -dc FILE | warchive extract -)",
            filename=filename,
        )
        return
    if stream.head.startswith(b"PK\x03\x04"):
        yield Skipped(reason="unknown-format", detail="a WACZ is read as a file, not from a pipe", filename=filename)
        return
    records = Records(stream)
    started = False
    while True:
        try:
            records.reader.head_bytes = 0
            record = next(records)
            found = _read(records, record, filename, max_block_bytes)
        except StopIteration:
            if records.cut:
                yield Skipped(reason="cut", detail="the file ends within a gzip member", filename=filename, offset=records.offset)
            return
        except Exception as error:  # warcio raises what its parsing hits
            reason, detail = _what_happened(error, stream, started=started)
            yield Skipped(reason=reason, detail=detail, filename=filename, offset=records.offset)
            return
        started = True
        if found is not None:
            yield found
            if isinstance(found, Skipped) and found.reason in ("cut", "damaged"):
                return


def _what_happened(error: Exception, stream: Input, *, started: bool) -> tuple[SkipReason, str]:
    if isinstance(error, DamagedFileError):
        return "damaged", str(error)
    if isinstance(error, ArchiveLoadFailed):  # its message repeats the bytes that it did not understand
        return ("damaged", "no WARC record begins here") if started else ("unknown-format", "neither a WARC nor an ARC file")
    if stream.ended:
        return "cut", "the file ends within this record"
    return "damaged", _clean(f"{type(error).__name__}: {error}")


def _read(records: Records, record: Any, filename: str | None, max_block_bytes: int) -> WarcCapture | Skipped | None:
    headers = record.rec_headers
    url = (headers.get_header("WARC-Target-URI") or headers.get_header("uri") or "").strip()
    record_id = (headers.get_header("WARC-Record-ID") or "").strip().strip("<>") or None
    declared = headers.get_header("Content-Length") if record.format == "warc" else record.length

    def skip(reason: SkipReason, detail: str) -> Skipped:
        where = None if records.whole_file else records.offset
        kind = _clean(str(record.rec_type or ""))[:40] or None
        ident = _clean(record_id) if record_id else None
        return Skipped(
            reason=reason, detail=detail, record_type=kind, record_id=ident, url=_clean(url) or None, filename=filename, offset=where
        )

    if record.length is None or not str(declared).strip().isdigit():
        # Without a length nobody knows where the next record begins.
        if records.stream.ended:
            return skip("cut", "the file ends within this record")
        return skip("damaged", "the record has no Content-Length")
    wanted = record.rec_type == "response"
    keep = wanted and record.length <= max_block_bytes
    block, size = bytearray(), 0
    while piece := record.raw_stream.read(_PIECE):
        size += len(piece)
        if keep:
            block += piece
    if size < record.length:
        return skip("cut", f"the file ends {record.length - size} bytes before the end of this record")
    if not wanted:
        if record.rec_type in _SILENT:
            return None
        if record.rec_type == "revisit":
            return skip("revisit", "its payload is in another record")
        return skip("not-http", f"a {_clean(str(record.rec_type))[:40]} record holds no HTTP response")
    if not keep:
        return skip("too-large", f"{record.length} bytes, and the limit is {max_block_bytes}")
    if not _is_web_url(url):
        return skip("no-url", "WARC-Target-URI is no http or https URL")
    _, response = split_interim(bytes(block))
    try:
        response = without_undone_coding(response)
    except MalformedMessage:
        return skip("not-http", "the block does not begin with an HTTP status line")
    return WarcCapture(
        url=url,
        date=moment_of(headers.get_header("WARC-Date") or headers.get_header("archive-date")),
        response=response,
        record_id=record_id,
        filename=filename,
        offset=None if records.whole_file else records.get_record_offset(),
        payload_digest=headers.get_header("WARC-Payload-Digest"),
        truncated=headers.get_header("WARC-Truncated"),
    )


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not _CONTROL.search(url)
    except ValueError:
        return False


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)[:300]
