"""How does what is new since the last time go out exactly once, whenever the process is killed?

The batch is made under a hidden name and synced; then the mark notes which runs it holds; then it gets its name, which is one atomic step;
then the mark is settled. Killed before the note, nothing was handed out and the batch is made anew. Killed after it, the hidden name tells
whether the batch still has to be given its own: nobody gets it twice, and nobody misses it. Runs are noted by their ids, each by itself:
one that another machine publishes late is as new as any.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive.crashpoints import crashpoint
from archive.errors import UsageError
from archive.export_files import check_folder, is_stream, to_stream, unwritable, whole_file, whole_folder
from archive.export_job import SUFFIXES, Order, Tally, fill, pieces_of
from archive.export_marks import Delivery, Mark, held_mark, save_mark
from archive.extraction_index import FILE as INDEX
from archive.extraction_index import LATEST, ExtractionIndex
from archive.reader import Archive
from archive.spool import sync_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one call handed out."""

    serial: int
    """0 where nothing was new."""
    place: Path | None
    """File or folder; null where there is none."""
    earlier: Delivery | None = None
    """What an earlier call had made when it was killed, and what is in its place now."""
    complete: bool = True
    """False where the reader of a pipe went away: nothing is noted then."""


def export_since(
    archive: Archive,
    order: Order,
    output: Path | BinaryIO,
    *,
    name: str,
    state: Path,
    tally: Tally,
    told: Callable[[], None] = lambda: None,
) -> Batch:
    """Hand out what is new to that name. `state` is the folder of the collection.

    Into a folder come batches named by their numbers, and nothing where nothing is new. A file holds the last batch, and is empty where
    nothing is new, so that a script that reads it after each call sees each row once. A stream is noted when its reader has taken all
    of it: where the process is killed before that, the next call gives the same again.
    """
    if order.chosen.choice.runs:
        raise UsageError("--since-last chooses the runs itself", hint="leave --run out")
    facts = order.chosen.choice.facts()
    what = {"format": order.format, "split": order.split, "text": order.text, "requisites": order.requisites, **facts}
    what = {key: value for key, value in what.items() if value not in (None, True)}
    with held_mark(state, name, store=archive.catalogue.identity() or "", what=what) as mark:
        earlier = _finish(state, mark)
        target = _Target.of(order, output, mark)
        if earlier is not None and earlier.runs and not target.gathers and Path(earlier.final) == target.final:
            tally.articles, tally.captures, tally.files = earlier.articles, earlier.captures, 1
            return Batch(serial=earlier.serial, place=target.final, earlier=earlier)
        runs = [run for run in archive.catalogue.run_names() if run not in mark.runs]
        made_again = [one for one in _extractions(archive, order) if one not in mark.extractions]
        new = Order(
            format=order.format,
            chosen=order.chosen.only(runs, known={*mark.runs, *runs}, fresh=made_again),
            split=order.split,
            text=order.text,
            requisites=order.requisites,
        )
        if isinstance(output, Path) and not is_stream(output):
            batch = _deliver(archive, new, state, mark, target, runs, made_again, tally, told)
            return replace(batch, earlier=earlier)
        with _stream(output) as stream:
            if not to_stream(_measured(pieces_of(archive, new, tally), tally), stream, written=told):
                return Batch(serial=0, place=None, complete=False, earlier=earlier)
            crashpoint("export-made")
            if not runs and not made_again:
                return Batch(serial=0, place=None, earlier=earlier)
            mark.serial += 1
            mark.runs.update(runs)
            mark.extractions.update(made_again)
            save_mark(state, mark)
        return Batch(serial=mark.serial, place=None, earlier=earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where a batch goes."""

    final: Path
    hidden: Path
    batch_is_folder: bool
    gathers: bool
    """Whether batches lie side by side; else each takes the place of the one before."""

    @classmethod
    def of(cls, order: Order, output: Path | BinaryIO, mark: Mark) -> _Target:
        if not isinstance(output, Path):
            return cls(final=Path(), hidden=Path(), batch_is_folder=False, gathers=False)
        several = order.split is not None or (order.format == "parquet" and output.suffix != ".parquet")
        if several or output.is_dir():
            several = several or order.format == "markdown"
            label = f"batch={mark.serial + 1:05d}" if order.format == "parquet" else f"{mark.name}-{mark.serial + 1:05d}"
            file = label if several else label + SUFFIXES[order.format]
            return cls(
                final=output.resolve() / file, hidden=output.resolve() / f".{mark.name}-next.tmp", batch_is_folder=several, gathers=True
            )
        final = output.resolve()
        return cls(final=final, hidden=final.parent / f".{final.name[:80]}.{mark.name}-next.tmp", batch_is_folder=False, gathers=False)


def _deliver(
    archive: Archive,
    order: Order,
    state: Path,
    mark: Mark,
    target: _Target,
    runs: Collection[str],
    made_again: Collection[str],
    tally: Tally,
    told: Callable[[], None],
) -> Batch:
    final, hidden = target.final, target.hidden
    if target.gathers:
        if not runs and not made_again:
            return Batch(serial=0, place=None)
        _make_folder(final.parent)
    if target.batch_is_folder:
        if final.exists():
            check_folder(final)
        with whole_folder(final, temporary=hidden) as folder:
            fill(archive, order, folder, tally, told)
    else:
        if target.gathers and final.exists():
            raise UsageError(f"{final} is there already", hint="another mark of this name wrote here: name another folder, or move it away")
        with whole_file(final, temporary=hidden) as stream:
            tally.files = 1
            to_stream(_measured(pieces_of(archive, order, tally), tally), stream, written=told)
    crashpoint("export-made")
    if target.gathers and not tally.articles and not tally.captures:  # new runs, but nothing in them that was asked for
        _remove(hidden)
        mark.runs.update(runs)
        mark.extractions.update(made_again)
        save_mark(state, mark)
        return Batch(serial=0, place=None)
    stat = hidden.stat()
    mark.delivery = Delivery(
        serial=mark.serial + (1 if runs or made_again else 0),
        hidden=str(hidden),
        final=str(final),
        identity=(stat.st_dev, stat.st_ino),
        runs=tuple(runs),
        extractions=tuple(made_again),
        articles=tally.articles,
        captures=tally.captures,
    )
    save_mark(state, mark)
    crashpoint("export-noted")
    _give_name(hidden, final)
    crashpoint("export-named")
    mark.settle()
    save_mark(state, mark)
    crashpoint("export-marked")
    return Batch(serial=mark.serial if runs or made_again else 0, place=final)


def _finish(state: Path, mark: Mark) -> Delivery | None:
    """End what an earlier call began: the delivery, where nobody can have been told of it and its place still holds it."""
    delivery = mark.delivery
    if delivery is None:
        return None
    hidden, final = Path(delivery.hidden), Path(delivery.final)
    if _is(hidden, delivery.identity):
        _give_name(hidden, final)
    mark.settle()
    save_mark(state, mark)
    return delivery if _is(final, delivery.identity) else None


def _give_name(hidden: Path, final: Path) -> None:
    try:
        os.rename(hidden, final)  # noqa: PTH104 (over an empty folder, too)
        sync_folder(final.parent)
    except OSError as error:
        raise unwritable(error, final) from error


def _is(path: Path, identity: tuple[int, int]) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return False
    return (stat.st_dev, stat.st_ino) == identity


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(error, path) from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _stream(output: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(output, Path):
        yield output
        return
    try:
        with output.open("wb") as stream:
            yield stream
    except OSError as error:
        raise unwritable(error, output) from error


def _extractions(archive: Archive, order: Order) -> list[str]:
    wanted = order.chosen.choice.extraction
    if wanted is None:
        return []
    index = ExtractionIndex(archive.catalogue.path.with_name(INDEX), wanted)
    try:
        index.sync(archive.store, archive.collection)
        return index.names() if wanted == LATEST else [wanted]
    finally:
        index.close()


def _measured(pieces: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    for piece in pieces:
        tally.bytes += len(piece)
        yield piece
