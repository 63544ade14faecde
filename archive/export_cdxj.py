"""Which lines of the index belong to a choice? Those of its captures, as they stand in the indexes of the runs, sorted as one.

They name the files of the archive itself: with them, somebody else's player finds the records where they lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.cdxj import parse_line
from archive.export_choice import Choice, Chosen
from archive.export_groups import GroupReader
from archive.export_scratch import Scratch
from archive.export_warc import Unit, original_of
from archive.layout import CDXJ, MANIFEST, RunFolder
from archive.manifest import parse_manifest
from archive.model import CaptureRef
from archive.published import checked
from archive.reader import Archive


def cdxj_of(archive: Archive, chosen: Chosen, units: Iterable[Unit], reader: GroupReader) -> Iterator[bytes]:
    """The lines, each ended by LF. Of everything in whole runs, all their lines."""
    scratch, wanted = Scratch(), Scratch()
    try:
        runs: set[str] = set()
        whole = chosen.choice == Choice(captures="all", runs=chosen.choice.runs)
        if whole:
            runs.update(run for run in archive.catalogue.run_names() if chosen.runs is None or run in chosen.runs)
        else:
            for unit in units:
                for ref in unit.refs:
                    for one in _with_original(archive, reader, ref):
                        wanted.see(f"{one.filename} {one.offset}")
                        runs.add(one.run)
        for run in sorted(runs):
            for line in _index(archive, run):
                fields = parse_line(line.decode("utf-8", "replace")).fields if not whole else {}
                if whole or wanted.has_seen(f"{fields.get('filename')} {fields.get('offset')}"):
                    scratch.add_line(line)
        yield from (line + b"\n" for line in scratch.lines())
    finally:
        scratch.close()
        wanted.close()


def _with_original(archive: Archive, reader: GroupReader, ref: CaptureRef) -> Iterator[CaptureRef]:
    yield ref
    if ref.record_type == "revisit":
        original = original_of(archive, ref, next(one.record for one in reader.records(ref) if one.main))
        if original is not None:
            yield original


def _index(archive: Archive, run: str) -> Iterator[bytes]:
    folder = RunFolder(collection=archive.collection, run=run)
    key = folder.key(MANIFEST)
    entry = parse_manifest(key, archive.store.get(key)).file(CDXJ)
    rest = b""
    for piece in checked(archive.store.open(folder.key(CDXJ)), entry):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest
