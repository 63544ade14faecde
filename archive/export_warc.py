"""How do captures leave an archive as WARC? Record by record, byte for byte, each once, with what a reader needs beside them.

A revisit brings the capture that it repeats, wherever that lies; each record brings the `warcinfo` of its file once, which says who made
it; at the head stands a `warcinfo` of ours that says what was selected. Nothing depends on a clock: the same captures give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from archive.catalogue import Catalogue
from archive.errors import DamagedError, WarchiveError
from archive.export_groups import Copied, GroupReader
from archive.export_scratch import Scratch
from archive.loose import LooseRecord
from archive.model import CaptureRef
from archive.neutral import one_line
from archive.period import moment_of
from archive.reader import Archive
from archive.software import software
from archive.urls import urlkey
from archive.warc import index_fields_of, timestamp14, warcinfo

_NAMES = uuid.UUID("b3a6c1ac-6a2d-5c0f-8d35-6a4e9d1f7c20")
_LINE_BYTES = 400  # of the index and the page list, for each capture, where a volume is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A page as the list of a WACZ shows it."""

    id: str
    url: str
    fetched_at: datetime
    title: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Captures that must not be parted: a page, and what it cannot be shown without."""

    refs: tuple[CaptureRef, ...]
    page: PageLine | None = None


@dataclass(slots=True, kw_only=True)
class Pending:
    """What a unit adds to a volume."""

    groups: list[tuple[CaptureRef, list[Copied]]] = field(default_factory=list)
    heads: dict[str, Copied] = field(default_factory=dict)
    page: PageLine | None = None

    @property
    def size(self) -> int:
        """Bytes, about: index and page list are guessed."""
        records = sum(len(one.data) for _, group in self.groups for one in group) + sum(len(one.data) for one in self.heads.values())
        text = len((self.page.text or "").encode()) + _LINE_BYTES if self.page else 0
        return records + text + _LINE_BYTES * len(self.groups)


def warc_of(archive: Archive, refs: Iterable[CaptureRef], *, about: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """One WARC file with these captures, in pieces: all their records as they were kept, and those of the captures that they repeat.

    Raises `DamagedError` where something kept is not as it was written.
    """
    scratch = Scratch()
    try:
        volume = WarcVolume(archive, GroupReader(archive), scratch, about=about or {})
        for ref in refs:
            yield from volume.write(volume.lacking(Unit(refs=(ref,))))
        yield from volume.end()
    finally:
        scratch.close()


class WarcVolume:
    """One WARC file that is being made. What it holds already it does not take again."""

    def __init__(
        self, archive: Archive, reader: GroupReader, scratch: Scratch, *, about: Mapping[str, str], serial: int = 1, indexed: bool = False
    ) -> None:
        self._archive, self._reader, self._scratch = archive, reader, scratch
        self._about, self._serial, self._indexed = about, serial, indexed
        self.filename = ""
        """Known with the first capture; no two selections share one."""
        self.size = self.captures = self.measured = 0
        self.newest: datetime | None = None

    def lacking(self, unit: Unit) -> Pending:
        """The records of a unit that are not here yet, read and verified."""
        pending, own = Pending(page=unit.page), set[str]()
        waiting = [(ref, 0) for ref in unit.refs]
        while waiting:
            ref, depth = waiting.pop(0)
            if ref.record_id in own or self._scratch.has_seen(ref.record_id):
                continue
            own.add(ref.record_id)
            group = self._reader.records(ref)
            pending.groups.append((ref, group))
            if ref.record_type == "revisit" and depth < 3:
                original = original_of(self._archive, ref, next(one.record for one in group if one.main))
                if original is not None:
                    waiting.insert(0, (original, depth + 1))
        for ref, _ in pending.groups:
            name = f"{ref.run}/{ref.filename}"
            if name not in pending.heads and not self._scratch.has_seen(name):
                head = self._reader.warcinfo(ref)
                if head is not None:
                    pending.heads[name] = head
        return pending

    def write(self, pending: Pending) -> Iterator[bytes]:
        """Take them in: the bytes that the file grows by."""
        if not pending.groups:
            return
        if not self.filename:
            yield self._begin(pending.groups[0][0].record_id, pending.groups[0][0].fetched_at)
        heads = dict(pending.heads)
        for ref, group in pending.groups:
            name = f"{ref.run}/{ref.filename}"
            head = heads.pop(name, None)
            if head is not None and self._scratch.see(name):
                yield self._put(head.data)
            self._scratch.see(ref.record_id)
            self.captures += 1
            self.newest = max(ref.fetched_at, self.newest or ref.fetched_at)
            for one in group:
                if self._indexed:
                    self._index(ref, one)
                yield self._put(one.data)
        self.measured += pending.size

    def end(self) -> Iterator[bytes]:
        """What is still to come: of a file without captures, its head."""
        if not self.filename:
            yield self._begin("", datetime.fromisoformat("1980-01-01T00:00:00Z"))

    def _begin(self, first: str, moment: datetime) -> bytes:
        facts = json.dumps([self._archive.collection, dict(self._about), first], sort_keys=True)
        token = hashlib.sha256(facts.encode()).hexdigest()[:8]
        self.filename = f"{self._archive.collection}-export-{token}-{self._serial:05d}.warc.gz"
        told = [(name, one_line(value)) for name, value in self._about.items()]
        fields = [
            ("software", software()),
            ("format", "WARC File Format 1.1"),
            ("isPartOf", self._archive.collection),
            ("description", "records of an archive, copied as they are"),
            *told,
        ]
        return self._put(warcinfo(self.filename, moment, fields, new_id=lambda: uuid.uuid5(_NAMES, f"{facts} {self._serial}")).data)

    def _put(self, data: bytes) -> bytes:
        self.size += len(data)
        return data

    def _index(self, ref: CaptureRef, one: Copied) -> None:
        line = index_line(ref, one, filename=self.filename, offset=self.size)
        if line is not None:
            self._scratch.add_line(line.encode() + b"\n")


def index_line(ref: CaptureRef, one: Copied, *, filename: str, offset: int) -> str | None:
    """The line of an index for a record of this capture, as cdxj-indexer writes it; null for records that it leaves out."""
    record = one.record
    uri = record.header("WARC-Target-URI") or ""
    if ref.imported:
        told = {"url": ref.url, "mime": "warc/revisit" if ref.record_type == "revisit" else ref.mime, "status": ref.status}
        fields = {name: str(value) for name, value in told.items() if value is not None} | {"digest": ref.payload_digest}
        if not one.main:
            return None
        key = ref.urlkey
    else:
        payload = record.header("WARC-Payload-Digest") or ""
        found = index_fields_of(record.record_type, uri, record.content_type, payload, record.block)
        if found is None:
            return None
        fields, key = found, urlkey(uri)
    place = {"length": str(len(one.data)), "offset": str(offset), "filename": filename}
    return f"{key} {timestamp14(ref.fetched_at)} {json.dumps({**fields, **place})}"


def original_of(archive: Archive, ref: CaptureRef, record: LooseRecord) -> CaptureRef | None:
    """The capture that a revisit repeats. Raises `DamagedError` where it is missing; of an imported one it may never have been here."""
    moment = moment_of(record.header("WARC-Refers-To-Date"))
    url = record.header("WARC-Refers-To-Target-URI") or ref.url
    found = _response(archive.catalogue, url, moment, ref.refers_to)
    if found is not None:
        return found
    try:
        return archive.original_of(ref)
    except (DamagedError, WarchiveError):
        if ref.imported:
            return None
        raise


def _response(catalogue: Catalogue, url: str, moment: datetime | None, record_id: str | None) -> CaptureRef | None:
    near = catalogue.captures(url, since=moment, until=moment)
    return next((one for one in near if one.record_id == record_id and one.record_type == "response"), None)
