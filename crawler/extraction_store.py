"""How does what was made again get into the store, whole or not at all?

Article files and lists of changes part by part, then the report, and the manifest last: what no manifest names does not exist. A file bears
the beginning of its hash in its name, so that no try ever meets other bytes under its key.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from archive.crashpoints import crashpoint
from archive.errors import DamagedError, StoreConflict, StoreError
from archive.extractions import ExtractionFolder, ExtractionManifest, parse_extraction
from archive.layout import MANIFEST, REPORT
from archive.ledger import rfc3339
from archive.marker import store_identity
from archive.model import FileEntry
from archive.reader import Archive
from archive.software import software
from crawler.extraction_choice import Choice
from crawler.extraction_report import Tally, extractor
from crawler.extraction_versions import Versions
from crawler.extraction_work import Work

PART = 2_000  # captures whose records share a file: some 8 MB


def existing(archive: Archive, extraction: str) -> dict[str, Any] | None:
    """The report of an extraction that the store has; null where it has none of that id."""
    folder = ExtractionFolder(collection=archive.collection, extraction=extraction)
    if archive.store.head(folder.key(MANIFEST)) is None:
        return None
    report: dict[str, Any] = json.loads(archive.store.get(folder.key(REPORT)))
    return report


def tell(archive: Archive, work: Work, choice: Choice, extraction: str, *, out: TextIO | None = None) -> dict[str, Any]:
    """The report alone; with `out` every record goes there as a line, those that are as they were too."""
    tally, versions = Tally(), Versions(work, archive.catalogue.latest_version, archive.catalogue.last_number)
    for one, made in work.results():
        settled = versions.settle(one, made)
        tally.add(one, made, settled)
        member = settled.member if settled.change != "identical" else made.member
        if out is not None and member is not None:
            out.write(zlib.decompress(member, zlib.MAX_WBITS + 16).decode("utf-8"))
    return tally.report(collection=archive.collection, extraction=extraction, choice=choice)


def store_all(archive: Archive, work: Work, choice: Choice, extraction: str) -> tuple[dict[str, Any], bool]:
    """The report, and whether anything was stored: where every record is as it was, nothing need be."""
    folder = ExtractionFolder(collection=archive.collection, extraction=extraction)
    tally, files = Tally(), list[FileEntry]()
    for number, (members, changes) in enumerate(_parts(archive, work, tally)):
        for name, lines in (("articles", members), ("changes", [_member("".join(changes))] if changes else [])):
            if lines:
                files.append(_put(archive, folder, f"{name}/{name}-{number + 1:05d}", ".jsonl.gz", b"".join(lines), "application/gzip"))
                crashpoint("extraction-part")
    report = tally.report(collection=archive.collection, extraction=extraction, choice=choice)
    if not tally.written and not tally.changes["gone"]:
        return report, False
    files.sort(key=lambda entry: entry.path)
    text = (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
    files.append(_put_as(archive, folder, REPORT, text, "application/json"))
    crashpoint("extraction-report")
    manifest = ExtractionManifest(
        collection=archive.collection,
        extraction=extraction,
        created=rfc3339(datetime.now(UTC)),
        software=software(),
        extractor=extractor(),
        selection=choice.as_json(),
        captures=tally.changes.total(),
        articles=tally.written,
        store_id=store_identity(archive.store, create=False),
        create_only=archive.store.create_only,
        files=tuple(files),
    )
    _commit(archive, folder, manifest)
    crashpoint("extraction-manifest")
    return report, True


def _parts(archive: Archive, work: Work, tally: Tally) -> Iterator[tuple[list[bytes], list[str]]]:
    versions = Versions(work, archive.catalogue.latest_version, archive.catalogue.last_number)
    members: list[bytes] = []
    changes: list[str] = []
    part = 0
    for one, made in work.results():
        if one.seq // PART != part:
            yield members, changes
            members, changes, part = [], [], one.seq // PART
        settled = versions.settle(one, made)
        row = tally.add(one, made, settled)
        if settled.member is not None:
            members.append(settled.member)
        if row is not None:
            changes.append(json.dumps(row, ensure_ascii=False) + "\n")
    yield members, changes


def _commit(archive: Archive, folder: ExtractionFolder, manifest: ExtractionManifest) -> None:
    key = folder.key(MANIFEST)
    try:
        _put_as(archive, folder, MANIFEST, manifest.to_bytes(), "application/json")
    except StoreConflict:
        # Another machine made the same extraction, and was first.
        theirs = parse_extraction(key, archive.store.get(key))
        if [entry.sha256 for entry in theirs.files] != [entry.sha256 for entry in manifest.files]:
            raise DamagedError(
                f"{key} is there already and names other files than were made here from the same captures by the same extractor",
                hint="compare both: are the files of the sources the same on both machines?",
            ) from None


def _put(archive: Archive, folder: ExtractionFolder, stem: str, suffix: str, data: bytes, content_type: str) -> FileEntry:
    return _put_as(archive, folder, f"{stem}-{hashlib.sha256(data).hexdigest()[:8]}{suffix}", data, content_type)


def _put_as(archive: Archive, folder: ExtractionFolder, path: str, data: bytes, content_type: str) -> FileEntry:
    digest = hashlib.sha256(data).hexdigest()
    key = folder.key(path)
    archive.store.put(key, data, sha256=digest, content_type=content_type)
    info = archive.store.head(key)
    if info is None or info.size != len(data) or info.sha256 not in (None, digest):
        raise StoreError(f"{key} was stored in {archive.store.url} and is not there as it was sent", hint="try again; look at the store")
    return FileEntry(path=path, size=len(data), sha256=digest)


def _member(text: str) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return compressor.compress(text.encode("utf-8", "replace")) + compressor.flush()
