"""What is told of where a capture comes from: file and place, digests, headers as they were, the feed that announced it?"""

from __future__ import annotations

from urllib.parse import quote

from archive.article import DiscoveredVia
from archive.http import payload_offset
from archive.loose import LooseRecord
from archive.manifest import imported_files
from archive.model import CaptureRef
from archive.provenance import Discovery, provenance_of
from archive.reader import Archive
from archive.web.capturelist import CaptureLine, Told, capture_line

_SHOWN = 1 << 16  # bytes of a head that are shown: real ones have one or two thousand


class RecordPlace(Told):
    """Where a record lies in its file."""

    record_id: str
    offset: int
    length: int


class DiscoveryView(Told):
    """How the address of the page became known, as it was noted when it was captured."""

    type: str
    url: str
    entry: str | None
    """The entry's own id in the feed, or its position."""
    seen_at: str | None
    title: str | None
    published: str | None
    modified: str | None
    language: str | None
    requested_url: str | None
    record_id: str | None
    capture: CaptureLine | None
    """The capture of the feed itself."""


class ImportedFile(Told):
    """Somebody else's file, as it was imported."""

    name: str | None
    """What it was called."""
    sha256: str | None
    package: str | None
    """Name of the WACZ that it came in."""


class OriginView(Told):
    """Where a capture comes from."""

    key: str
    """Of the WARC file in the store."""
    filename: str
    offset: int
    length: int
    record_id: str
    record_type: str
    payload_digest: str
    block_digest: str
    verified: bool | None
    """The record was read just now and its digests are those that were written when it was captured; null where that was not computed."""
    problem: str | None
    ip_address: str | None
    truncated: str | None
    warc_headers: list[tuple[str, str]]
    """Of the main record, in their order."""
    request: str | None
    """Request line and headers as they were sent."""
    request_record: RecordPlace | None
    response: str | None
    """Status line and headers as they came."""
    interim: list[str]
    metadata: dict[str, str]
    """What was told along with it."""
    metadata_record: RecordPlace | None
    warcinfo: dict[str, str]
    """What the file says of itself."""
    original: CaptureLine | None
    """Of a revisit: the capture whose payload it repeats."""
    imported: ImportedFile | None
    """Where somebody else made the capture: the file that it came in."""
    discovery: DiscoveryView | None


def origin_of(archive: Archive, ref: CaptureRef, *, announced: DiscoveredVia | None = None) -> OriginView:
    """As `archive.provenance.provenance_of`, in words. Raises `DamagedError` where the file is gone."""
    found = provenance_of(archive, ref, announced=announced)
    main = found.main
    return OriginView(
        key=found.key,
        filename=ref.filename,
        offset=ref.offset,
        length=ref.length,
        record_id=ref.record_id,
        record_type=ref.record_type,
        payload_digest=ref.payload_digest,
        block_digest=ref.block_digest,
        verified=found.verified,
        problem=found.problem,
        ip_address=main.header("WARC-IP-Address") if main else None,
        truncated=main.header("WARC-Truncated") if main else None,
        warc_headers=list(main.headers) if main else [],
        request=None if found.request is None else head_text(found.request),
        request_record=_place(found.request_record),
        response=head_text(found.response_head) or None if ref.record_type != "metadata" else None,
        interim=[head_text(one.block) for one in found.interim],
        metadata=found.metadata,
        metadata_record=_place(found.metadata_record),
        warcinfo=found.warcinfo.fields() if found.warcinfo else {},
        original=None if found.original is None else capture_line(found.original),
        imported=_imported(archive, ref) if ref.imported else None,
        discovery=None if found.discovery is None else _discovery(found.discovery),
    )


def head_text(block: bytes) -> str:
    """The head of a message as text: order, case and folding as they were. Servers write UTF-8 or Latin-1."""
    head = block[: min(payload_offset(block), _SHOWN)]
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")


def url_page(url: str) -> str:
    """Path of the page with all captures of an address."""
    return f"/url?url={quote(url, safe='')}"


def _imported(archive: Archive, ref: CaptureRef) -> ImportedFile | None:
    run = archive.catalogue.run(ref.run)
    entry = imported_files(run.info).get(ref.filename) if run is not None else None
    return None if entry is None else ImportedFile(name=entry.get("name"), sha256=entry.get("sha256"), package=entry.get("package"))


def _place(record: LooseRecord | None) -> RecordPlace | None:
    return None if record is None else RecordPlace(record_id=record.record_id, offset=record.offset, length=record.length)


def _discovery(found: Discovery) -> DiscoveryView:
    return DiscoveryView(
        type=found.type,
        url=found.url,
        entry=found.entry,
        seen_at=found.seen_at,
        title=found.title,
        published=found.published,
        modified=found.modified,
        language=found.language,
        requested_url=found.requested_url,
        record_id=found.record_id,
        capture=None if found.capture is None else capture_line(found.capture),
    )
