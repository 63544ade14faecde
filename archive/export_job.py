"""How is one export carried out: which format, of what, into one stream or into a folder?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from archive.article import Article
from archive.errors import UsageError
from archive.export import ExportFormat, rendered
from archive.export_cdxj import cdxj_of
from archive.export_choice import Chosen, articles, places
from archive.export_files import put_file
from archive.export_groups import GroupReader
from archive.export_needs import units
from archive.export_notes import notes
from archive.export_scratch import Scratch
from archive.export_wacz import WaczVolume
from archive.export_warc import Unit, WarcVolume
from archive.export_wet import wet_head, wet_record
from archive.period import moment_of
from archive.reader import Archive

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["jsonl", "csv", "text", "markdown", "parquet", "wet", "warc", "wacz", "cdxj"]
FORMATS: tuple[Format, ...] = get_args(Format)
CAPTURES: tuple[Format, ...] = ("warc", "wacz", "cdxj")
"""Those that hold captures; the others hold articles."""
SPLIT: tuple[Format, ...] = ("warc", "wacz", "wet")
"""Those that can be several files of a given size."""
SUFFIXES: dict[Format, str] = {
    "jsonl": ".jsonl",
    "csv": ".csv",
    "text": ".txt",
    "markdown": ".md",
    "parquet": ".parquet",
    "wet": ".warc.wet.gz",
    "warc": ".warc.gz",
    "wacz": ".wacz",
    "cdxj": ".cdxj",
}
_SMALLEST_SPLIT = 1_000_000
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Tally:
    """What went out so far."""

    articles: int = 0
    captures: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One export."""

    format: Format
    chosen: Chosen
    split: int | None = None
    """Bytes of a file, about."""
    text: bool = True
    """Whether the page list of a WACZ holds the clean texts."""
    requisites: bool = True
    """Whether pages bring what they need to look as they did."""

    def __post_init__(self) -> None:
        if self.split is not None and self.format not in SPLIT:
            raise UsageError(f"--split is not for {self.format}", hint=f"for {', '.join(SPLIT)}")
        if self.split is not None and self.split < _SMALLEST_SPLIT:
            raise UsageError("--split: files of less than 1 MB", hint="write 1GB, 500MB, ...")

    def is_folder(self, output: Path | None) -> bool:
        """Whether several files are written to a place of that name."""
        if self.split is not None:
            return True
        if output is None:
            return False
        if self.format == "parquet":
            return output.suffix != ".parquet" and not (output.exists() and not output.is_dir())
        return self.format == "markdown" and output.is_dir()


def pieces_of(archive: Archive, order: Order, tally: Tally) -> Iterator[bytes]:
    """The export as one stream of bytes; `tally` grows with it."""
    about = order.chosen.choice.about()
    if order.format in ("warc", "wacz"):
        for _, pieces in _volumes(archive, order, tally):
            yield from pieces
    elif order.format == "wet":
        for _, pieces in _wet_volumes(archive, order, tally):
            yield from pieces
    elif order.format == "cdxj":
        reader = GroupReader(archive)
        found = units(archive, order.chosen, reader, text=False, requisites=order.requisites)
        for line in cdxj_of(archive, order.chosen, found, reader):
            tally.captures += 1
            yield line
    elif order.format == "parquet":
        from archive.export_parquet import parquet_of

        yield from parquet_of(_tables(archive, order.chosen), about=about, counted=_counter(tally))
    else:
        for piece in rendered(_counted(articles(archive, order.chosen), tally), cast(ExportFormat, order.format)):
            if piece:
                yield piece.encode("utf-8", "replace")


def fill(archive: Archive, order: Order, folder: Path, tally: Tally, told: Callable[[], None]) -> None:
    """The export as files in an empty folder. Raises OSError where there is no room."""
    if order.format == "parquet":
        from archive.export_parquet import write_folder

        count = _counter(tally)

        def counted(rows: int) -> None:
            count(rows)
            told()

        write_folder(_tables(archive, order.chosen), folder, about=order.chosen.choice.about(), counted=counted)
        files = list(folder.rglob("*.parquet"))
        tally.files, tally.bytes = len(files), sum(file.stat().st_size for file in files)
    elif order.format == "markdown":
        made = set[Path]()
        for path, content in notes(_counted(articles(archive, order.chosen), tally)):
            target = folder / path
            if target.parent not in made:
                target.parent.mkdir(exist_ok=True)
                made.add(target.parent)
            tally.bytes += put_file(target, [content])
            tally.files += 1
            told()
    else:
        volumes = _wet_volumes(archive, order, tally) if order.format == "wet" else _volumes(archive, order, tally)
        for serial, pieces in volumes:
            tally.files += 1
            put_file(folder / f"{archive.collection}-{serial:05d}{SUFFIXES[order.format]}", _measured(pieces, tally, told))


def _measured(pieces: Iterable[bytes], tally: Tally, told: Callable[[], None]) -> Iterator[bytes]:
    for piece in pieces:
        tally.bytes += len(piece)
        told()
        yield piece


def _volumes(archive: Archive, order: Order, tally: Tally) -> Iterator[tuple[int, Iterator[bytes]]]:
    """One file after the other, each with all that its pages need; one must be read to its end before the next is asked for."""
    reader, about = GroupReader(archive), order.chosen.choice.about()
    waiting = units(archive, order.chosen, reader, text=order.text, requisites=order.requisites)
    ahead = [unit for unit in [next(waiting, None)] if unit is not None]
    serial = 0

    def pieces(volume: WaczVolume | WarcVolume) -> Iterator[bytes]:
        held = 0
        while ahead:
            pending = volume.lacking(ahead[0])
            if order.split is not None and held and volume.measured + pending.size > order.split:
                break
            yield from volume.write(pending)
            held += 1
            tally.captures += len(pending.groups)
            tally.articles += _is_article(ahead[0], order)
            ahead.clear()
            ahead.extend(unit for unit in [next(waiting, None)] if unit is not None)
        yield from volume.end()

    while serial == 0 or ahead:
        serial += 1
        if order.format == "wacz":
            wacz = WaczVolume(archive, reader, about=about, serial=serial)
            try:
                yield serial, pieces(wacz)
            finally:
                wacz.close()
        else:
            scratch = Scratch()
            try:
                yield serial, pieces(WarcVolume(archive, reader, scratch, about=about, serial=serial))
            finally:
                scratch.close()


def _is_article(unit: Unit, order: Order) -> int:
    return int(order.chosen.choice.captures == "articles" and unit.page is not None)


def _wet_volumes(archive: Archive, order: Order, tally: Tally) -> Iterator[tuple[int, Iterator[bytes]]]:
    about = order.chosen.choice.about()
    waiting = articles(archive, order.chosen)
    ahead = [one for one in [next(waiting, None)] if one is not None]
    serial = 0

    def pieces(serial: int) -> Iterator[bytes]:
        moment = moment_of(ahead[0].captured_at) if ahead else None
        head = wet_head(archive.collection, about, serial=serial, moment=moment or _EPOCH)
        size, held = len(head), 0
        yield head
        while ahead:
            record = wet_record(ahead[0])
            if order.split is not None and held and size + len(record) > order.split:
                break
            yield record
            size, held = size + len(record), held + 1
            tally.articles += 1
            ahead.clear()
            ahead.extend(one for one in [next(waiting, None)] if one is not None)

    while serial == 0 or ahead:
        serial += 1
        yield serial, pieces(serial)


def _tables(archive: Archive, chosen: Chosen) -> Iterator[pa.Table]:
    from archive.export_parquet import tables, tables_of

    if chosen.choice.extraction is not None:
        return tables_of(articles(archive, chosen))
    return tables(archive.store, places(archive, chosen))


def _counter(tally: Tally) -> Callable[[int], None]:
    def count(rows: int) -> None:
        tally.articles += rows

    return count


def _counted(found: Iterable[Article], tally: Tally) -> Iterator[Article]:
    for one in found:
        tally.articles += 1
        yield one
