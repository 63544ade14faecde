"""Where does a capture come from: its request, what was told along with it, the file that holds it, the feed that announced it?

The records of one capture stand together in their file, and here a few kilobytes around the main one are read, never the file. Files of
others may order them in another way, or have none of them: what is not found is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from archive.article import DiscoveredVia
from archive.catalogue import Catalogue
from archive.errors import DamagedError, ObjectMissing
from archive.http import payload_offset
from archive.imported import original_of_imported
from archive.layout import RunFolder
from archive.loose import LooseRecord, loose_record, record_starts
from archive.model import CaptureRef
from archive.period import moment_of
from archive.reader import Archive
from archive.warc import WARC_FIELDS, digest

_AROUND = 1 << 14  # request and provenance are half a kilobyte each; what a longer URL needs is here many times over
_WHOLE = 8 << 20  # compressed bytes of a record that is read whole, so that its digests can be compared
_HEAD = 1 << 18  # read of a larger one, for its heads
_MAX_BLOCK = 64 << 20  # uncompressed, of the main record; beyond it, its digest is not computed
_MAX_SMALL = 1 << 20
_NEIGHBOURS = 12  # records behind the main one that are looked at: request, interim answers, provenance
_BESIDE = timedelta(hours=6)  # a seed is read soon after it was captured
_SEED_CAPTURES = 500  # newest ones of a seed's address that are looked through for the one that is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """How the address of a page became known. Strings as the seed wrote them; null where nobody noted it."""

    type: str
    url: str
    entry: str | None = None
    """The entry's own id, or its position (`#12`)."""
    seen_at: str | None = None
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    requested_url: str | None = None
    record_id: str | None = None
    capture: CaptureRef | None = None
    """The capture of the seed itself, in which the entry can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Everything that lies beside one capture."""

    ref: CaptureRef
    key: str
    """Of the WARC file, in the store."""
    main: LooseRecord | None
    """Response, revisit, or whatever the answer was kept as."""
    verified: bool | None
    """Whether the main record has the digest that was written when it was captured, or computed when it was imported; null where it is too
    large to be read while somebody waits."""
    problem: str | None
    """What is wrong with it, for a person."""
    request_record: LooseRecord | None
    metadata_record: LooseRecord | None
    interim: tuple[LooseRecord, ...]
    """Answers 1xx that came before the final one."""
    warcinfo: LooseRecord | None
    original: CaptureRef | None
    """Of a revisit: the capture whose payload it repeats."""
    discovery: Discovery | None

    @property
    def request(self) -> bytes | None:
        """As it was sent."""
        return self.request_record.block if self.request_record else None

    @property
    def response_head(self) -> bytes:
        """Status line and headers of the answer as they came."""
        block = self.main.block if self.main else b""
        return block[: payload_offset(block)]

    @property
    def metadata(self) -> dict[str, str]:
        """Fields of the metadata record: archive-format.md lists those of ours."""
        return self.metadata_record.fields() if self.metadata_record else {}


def provenance_of(archive: Archive, ref: CaptureRef, *, announced: DiscoveredVia | None = None) -> Provenance:
    """What is known of one capture; `announced` is what an article's record says of its discovery, for captures that lack it.

    Damage is a `problem`; raises `DamagedError` only where the file is gone, and `StoreError` where the store does not answer.
    """
    key = RunFolder(collection=archive.collection, run=ref.run).warc(ref.filename)
    store = archive.store
    info = store.head(key)
    if info is None:
        raise DamagedError(f"{key} is not in {store.url}, but a manifest names it", hint="restore the file from a copy of the store")
    end, whole = ref.offset + ref.length, ref.length <= _WHOLE
    stop = min(info.size, end + _AROUND)
    main_data, behind, problem = b"", b"", None
    try:
        if whole:
            data = store.get_range(key, ref.offset, max(stop, end) - ref.offset)
            main_data, behind = data[: ref.length], data[ref.length :]
        else:
            main_data = store.get_range(key, ref.offset, _HEAD)
            behind = store.get_range(key, end, stop - end) if stop > end else b""
    except (DamagedError, ObjectMissing) as error:
        problem = f"{key}, offset {ref.offset}: {error.message}"
    main = loose_record(main_data, ref.offset, max_block=_MAX_BLOCK, cut=not whole)
    problem = problem or _problem(main, ref)
    beside = [one for one in _following(behind, end) if belongs(one, main, ref)]
    if main is not None and not any(one.record_type == "request" for one in beside) and ref.offset:
        start = max(0, ref.offset - _AROUND)
        before = _preceding(store.get_range(key, start, ref.offset - start), start)
        beside += [one for one in before if belongs(one, main, ref)]
    metadata = next((one for one in beside if one.record_type == "metadata" and one.content_type == WARC_FIELDS), None)
    first = loose_record(store.get_range(key, 0, min(info.size, _AROUND)), 0, max_block=_MAX_SMALL) if ref.offset else main
    return Provenance(
        ref=ref,
        key=key,
        main=main,
        verified=False if problem else _verified(main, ref) if whole else None,
        problem=problem,
        request_record=next((one for one in beside if one.record_type == "request"), None),
        metadata_record=metadata,
        interim=tuple(one for one in beside if one.record_type == "metadata" and "interim" in (one.header("WARC-Target-URI") or "")),
        warcinfo=first if first is not None and first.record_type == "warcinfo" else None,
        original=_original(archive.catalogue, main, ref),
        discovery=discovery_of(archive.catalogue, metadata.fields() if metadata else {}, announced),
    )


def discovery_of(catalogue: Catalogue, fields: dict[str, str], announced: DiscoveredVia | None = None) -> Discovery | None:
    """How the address was found, by the fields of a metadata record or by an article's record; with the capture of the seed."""
    url = fields.get("via") or (announced.url if announced else None)
    if not url:
        return None
    record_id = fields.get("warchive-seed-record") or (announced.record_id if announced else None)
    seen_at = fields.get("warchive-seen-at") or (announced.seen_at if announced else None)
    return Discovery(
        type=fields.get("warchive-seed-type") or (announced.type if announced else "unknown"),
        url=url,
        entry=fields.get("warchive-seed-entry"),
        seen_at=seen_at,
        title=fields.get("warchive-announced-title"),
        published=fields.get("warchive-announced-published"),
        modified=fields.get("warchive-announced-modified"),
        language=fields.get("warchive-announced-language"),
        requested_url=fields.get("warchive-requested-url"),
        record_id=record_id,
        capture=_seed_capture(catalogue, url, record_id, moment_of(seen_at)) if record_id else None,
    )


def _seed_capture(catalogue: Catalogue, url: str, record_id: str, seen_at: datetime | None) -> CaptureRef | None:
    # There is no index over record ids: beside the time at which the entry was seen there are few captures of a seed.
    near = catalogue.captures(url, since=seen_at - _BESIDE, until=seen_at + _BESIDE, limit=_SEED_CAPTURES) if seen_at else iter(())
    for ref in near:
        if ref.record_id == record_id:
            return ref
    return next((ref for ref in catalogue.captures(url, newest_first=True, limit=_SEED_CAPTURES) if ref.record_id == record_id), None)


def _original(catalogue: Catalogue, main: LooseRecord | None, ref: CaptureRef) -> CaptureRef | None:
    if ref.record_type != "revisit" or main is None:
        return None
    moment, url = moment_of(main.header("WARC-Refers-To-Date")), main.header("WARC-Refers-To-Target-URI")
    if ref.imported:
        return original_of_imported(catalogue, ref, url, moment)
    found = catalogue.captures(url or ref.url, since=moment, until=moment, limit=_SEED_CAPTURES)
    return next((one for one in found if one.record_id == ref.refers_to), None)


def _problem(main: LooseRecord | None, ref: CaptureRef) -> str | None:
    if main is None:
        return "no record can be read there"
    if main.record_id != ref.record_id and not ref.imported:
        return f"another record lies there: {main.record_id[:80] or 'one without an id'}"
    if _verified(main, ref) is False:
        return "its block is not what was imported" if ref.imported else "its block does not have the digest that was written with it"
    return None


def _verified(main: LooseRecord | None, ref: CaptureRef) -> bool | None:
    if main is None or not main.length:
        return None
    if ref.imported:  # what others wrote may be missing, or wrong: the index knows what was imported
        return digest(main.block) == ref.block_digest
    return main.verified is True and main.header("WARC-Block-Digest") == ref.block_digest


def _following(data: bytes, offset: int) -> Iterator[LooseRecord]:
    for _ in range(_NEIGHBOURS):
        record = loose_record(data, offset, max_block=_MAX_SMALL)
        if record is None or record.record_type in ("response", "revisit", "warcinfo") or not record.length:
            return
        yield record
        data, offset = data[record.length :], offset + record.length


def _preceding(data: bytes, start: int) -> Iterator[LooseRecord]:
    """Records of others that end right before the main one, the nearest first: wget writes the request first."""
    end = len(data)
    for place in islice(record_starts(data), 200):
        record = loose_record(data[place:end], start + place, max_block=_MAX_SMALL)
        if record is not None and record.length == end - place:
            if record.record_type in ("response", "revisit", "warcinfo"):
                return
            yield record
            end = place


def belongs(one: LooseRecord, main: LooseRecord | None, ref: CaptureRef) -> bool:
    """WARC 1.1 §5.7: records of one capture name each other, in either direction. Some programs only repeat address and time."""
    named = f"<{ref.record_id}>"
    if named in one.values("WARC-Concurrent-To") or one.header("WARC-Refers-To") == named:
        return True
    if main is None:
        return False
    if f"<{one.record_id}>" in main.values("WARC-Concurrent-To"):
        return True
    same = all(one.header(name) is not None and one.header(name) == main.header(name) for name in ("WARC-Target-URI", "WARC-Date"))
    return one.record_type == "request" and not one.values("WARC-Concurrent-To") and same
