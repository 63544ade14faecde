"""How are very many captures read back in few requests?

In the order in which they lie: neighbours in a WARC file come in one range, with the records that stand behind each of them, and the next
range is fetched while this one is worked on. One range, or one record where that is larger, is held at a time, and one ahead.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from archive.errors import DamagedError, ObjectMissing, WarchiveError
from archive.layout import RunFolder
from archive.model import CaptureRef
from archive.record import Record, read_record
from archive.stores import Store
from archive.warc import WARC_FIELDS

_RANGE = 4 << 20
_GAP = 1 << 18  # reading that much for nothing costs a store less than another request
# Request and provenance stand behind the main record, half a kilobyte each; what a longer URL needs is here many times over.
_BEHIND = 1 << 14
_MAX_SMALL = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """A capture with its bytes, or with what is wrong."""

    ref: CaptureRef
    data: bytes = b""
    """The main record's member, then what stands behind it in the file; `ref.length` parts them."""
    problem: WarchiveError | None = None


def sweep(store: Store, collection: str, refs: Iterable[CaptureRef]) -> Iterator[Swept]:
    """Each with its bytes, in the order given: best that of files and offsets. Damage is a `problem` of the captures that it hits;
    raises `StoreError` where the store does not answer.
    """
    sizes: dict[str, int] = {}

    def fetch(batch: list[CaptureRef]) -> list[Swept]:
        return _fetch(store, collection, batch, sizes)

    with ThreadPoolExecutor(1, thread_name_prefix="sweep") as ahead:
        waiting: Future[list[Swept]] | None = None
        for batch in _batches(refs):
            following = ahead.submit(fetch, batch)
            if waiting is not None:
                yield from waiting.result()
            waiting = following
        if waiting is not None:
            yield from waiting.result()


def provenance_of(behind: bytes, record_id: str) -> dict[str, str]:
    """The fields by which the capture's discovery is proven, of the records behind its main one; empty where there are none."""
    while behind:
        inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            inflater.decompress(behind, _MAX_SMALL)
            if not inflater.eof:
                return {}
            member, behind = behind[: len(behind) - len(inflater.unused_data)], inflater.unused_data
            record = read_record(member, "provenance", max_bytes=_MAX_SMALL)
        except (zlib.error, DamagedError):
            return {}
        if record.header("WARC-Concurrent-To") != f"<{record_id}>":
            return {}
        if record.header("WARC-Type") == "metadata" and record.header("Content-Type") == WARC_FIELDS:
            return _fields(record)
    return {}


def _fields(record: Record) -> dict[str, str]:
    lines = record.block.decode("utf-8", "replace").split("\r\n")
    return {name.strip(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}


def _batches(refs: Iterable[CaptureRef]) -> Iterator[list[CaptureRef]]:
    batch: list[CaptureRef] = []
    for ref in refs:
        if batch:
            first, last = batch[0], batch[-1]
            gap = ref.offset - (last.offset + last.length)
            fits = ref.offset + ref.length - first.offset <= _RANGE
            if (ref.run, ref.filename) != (first.run, first.filename) or not 0 <= gap <= _GAP or not fits:
                yield batch
                batch = []
        batch.append(ref)
    if batch:
        yield batch


def _fetch(store: Store, collection: str, batch: list[CaptureRef], sizes: dict[str, int]) -> list[Swept]:
    key = RunFolder(collection=collection, run=batch[0].run).warc(batch[0].filename)
    start, end = batch[0].offset, batch[-1].offset + batch[-1].length
    try:
        if key not in sizes:
            info = store.head(key)
            sizes.clear()  # files come one after the other
            sizes[key] = info.size if info is not None else 0
        if sizes[key] < end:
            raise ObjectMissing(f"{key} has {sizes[key]} bytes in {store.url}, and a capture ends at {end}")
        data = store.get_range(key, start, min(sizes[key], end + _BEHIND) - start)
    except (ObjectMissing, DamagedError) as error:
        problem = DamagedError(f"{key}: {error.message}", hint="restore the file from a copy of the store")
        if len(batch) > 1:  # what lies before the damage is good
            return [one for ref in batch for one in _fetch(store, collection, [ref], sizes)]
        return [Swept(ref=batch[0], problem=problem)]
    found = []
    for number, ref in enumerate(batch):
        stop = ref.offset + ref.length + _BEHIND
        if number + 1 < len(batch):
            stop = min(stop, batch[number + 1].offset)
        found.append(Swept(ref=ref, data=data[ref.offset - start : stop - start]))
    return found
