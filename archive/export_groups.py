"""Which bytes of a WARC file belong to one capture, and how are those of many captures read in few requests?

The records of a capture stand together: the main one, then its request, interim answers, provenance. They are handed out compressed as
they lie in their file, after their digests were compared. Files of others may have the request first, and records that are not compressed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from archive.errors import DamagedError, ObjectMissing
from archive.gzipmember import gzip_member
from archive.layout import RunFolder
from archive.loose import LooseRecord, loose_record, record_starts
from archive.model import CaptureRef
from archive.provenance import belongs
from archive.reader import Archive
from archive.record import MAX_RECORD_BYTES, check_record, read_record
from archive.stores import Store

_AHEAD, _LARGEST_AHEAD = 1 << 14, 4 << 20  # a lone capture costs its records alone; neighbours are read together
_SMALL = 1 << 20  # uncompressed, of a record that stands beside the main one
_BESIDE = 12  # records behind the main one that are looked at
_BEFORE = 1 << 14
_FILES = 4  # whose last range is kept: an original, a redirect and a picture lie in other files than the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One record as it lies in its file."""

    data: bytes
    """Its gzip member; of a file that is not compressed, the record as a member of ours."""
    record: LooseRecord
    """What it says; the block of the main record is here whole."""
    main: bool = False


class GroupReader:
    """Reads captures of one archive. Holds a few ranges, and one capture at a time. Not thread-safe."""

    def __init__(self, archive: Archive) -> None:
        self._store, self._collection = archive.store, archive.collection
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._infos: dict[str, Copied | None] = {}

    def records(self, ref: CaptureRef) -> list[Copied]:
        """The records of a capture in the order of their file. Raises `DamagedError` where one is not as it was written."""
        window, key = self._window(ref), self._key(ref)
        where = f"{key} at {ref.offset}"
        data = window.read(ref.offset, ref.length)
        if ref.imported:
            found = loose_record(data, ref.offset, max_block=MAX_RECORD_BYTES)
            if found is None or found.record_id != ref.record_id or found.verified is False:
                raise DamagedError(f"{where}: the record is not the one that the index means", hint="compare the file with a copy")
            main = found
        else:
            ours = read_record(data, where)
            check_record(ours, ref, where)
            main = LooseRecord(offset=ref.offset, length=ref.length, headers=ours.headers, block=ours.block, verified=True)
        behind = self._behind(window, main, ref)
        before = [] if any(one.record.record_type == "request" for one in behind) or not ref.imported else self._before(window, main, ref)
        return [*before, Copied(data=_member(data), record=main, main=True), *behind]

    def warcinfo(self, ref: CaptureRef) -> Copied | None:
        """The record at the head of the file in which a capture lies, which says what made it; null where it has none."""
        key = self._key(ref)
        if key not in self._infos:
            if len(self._infos) >= 1000:
                self._infos.clear()
            window = _Window(self._store, key)
            record = loose_record(window.read(0, min(_AHEAD, window.size)), 0, max_block=_SMALL)
            found = record is not None and record.record_type == "warcinfo" and record.length and record.verified is not False
            self._infos[key] = Copied(data=_member(window.read(0, record.length)), record=record) if found and record else None
        return self._infos[key]

    def _behind(self, window: _Window, main: LooseRecord, ref: CaptureRef) -> list[Copied]:
        found: list[Copied] = []
        at = ref.offset + ref.length
        while len(found) < _BESIDE and at < window.size:
            size = _AHEAD
            while True:  # a record that does not fit is read again with more
                data = window.read(at, min(size, window.size - at))
                one = loose_record(data, at, max_block=_SMALL, cut=True)
                if one is None or one.record_type in ("response", "revisit", "warcinfo") or not belongs(one, main, ref):
                    return found
                if one.length or size > _SMALL or at + size >= window.size:
                    break
                size *= 8
            if not one.length:
                return found
            if one.verified is False:
                raise DamagedError(f"{window.key} at {at}: the block is not what was written: its digest differs")
            found.append(Copied(data=_member(data[: one.length]), record=one))
            at += one.length
        return found

    def _before(self, window: _Window, main: LooseRecord, ref: CaptureRef) -> list[Copied]:
        start = max(0, ref.offset - _BEFORE)
        data = self._store.get_range(window.key, start, ref.offset - start)
        for place in record_starts(data):
            one = loose_record(data[place:], start + place, max_block=_SMALL)
            if one is not None and one.length == len(data) - place:
                wanted = one.record_type == "request" and belongs(one, main, ref) and one.verified is not False
                return [Copied(data=_member(data[place:]), record=one)] if wanted else []
        return []

    def _key(self, ref: CaptureRef) -> str:
        return RunFolder(collection=self._collection, run=ref.run).warc(ref.filename)

    def _window(self, ref: CaptureRef) -> _Window:
        key = self._key(ref)
        if key not in self._windows:
            while len(self._windows) >= _FILES:
                self._windows.popitem(last=False)
            self._windows[key] = _Window(self._store, key)
        self._windows.move_to_end(key)
        return self._windows[key]


class _Window:
    """The last range that was read of a file; it grows while the file is read on."""

    def __init__(self, store: Store, key: str) -> None:
        self._store, self.key = store, key
        info = store.head(key)
        if info is None:
            raise _gone(store, key)
        self.size = info.size
        self._start, self._data, self._ahead = 0, b"", _AHEAD

    def read(self, offset: int, length: int) -> bytes:
        have = self._start + len(self._data)
        if not self._start <= offset or offset + length > have:
            near = self._start <= offset <= have + _AHEAD and have > 0
            self._ahead = min(self._ahead * 4, _LARGEST_AHEAD) if near else _AHEAD
            kept = self._data[offset - self._start :] if self._start <= offset < have else b""
            begin = offset + len(kept)
            end = max(offset + length, min(begin + self._ahead, self.size))
            try:
                self._data = kept + self._store.get_range(self.key, begin, end - begin)
            except ObjectMissing as error:
                raise _gone(self._store, self.key) from error
            self._start = offset
        at = offset - self._start
        return self._data[at : at + length]


def _member(data: bytes) -> bytes:
    return data if data.startswith(b"\x1f\x8b") else gzip_member(b"", data, b"")


def _gone(store: Store, key: str) -> DamagedError:
    return DamagedError(f"{key} is not in {store.url}, but a manifest names it", hint="restore the file from a copy of the store")
