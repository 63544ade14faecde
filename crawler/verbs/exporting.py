"""The verb that takes articles and captures elsewhere: `export`."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from archive import exits
from archive.errors import UsageError, WarchiveError
from crawler.verbs import given
from crawler.verbs.reading import Extraction, after_demo

if TYPE_CHECKING:
    from archive.export_choice import Choice, Chosen
    from archive.export_job import Order, Tally
    from archive.export_since import Batch
    from archive.reader import Archive

app = typer.Typer(rich_markup_mode=None)

_SIZE = re.compile(r"(\d{1,15})\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_MAX_URLS = 1_000_000
_TICK = 0.2


@app.command(epilog=after_demo("export --format csv --since 2025-01-01 --language uk -o articles.csv"))
def export(
    form: Annotated[
        str,
        typer.Option("--format", metavar="jsonl|csv|text|markdown|parquet|wet|warc|wacz|cdxj", help="What to write."),
    ] = "jsonl",
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|FOLDER",
            help="Where to, written whole or not at all; else stdout. A name that ends in / is a folder.",
        ),
    ] = None,
    run: Annotated[list[str] | None, typer.Option("--run", metavar="RUN", help="Of this run (or `last`); repeatable.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Of this source.")] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="In this language (BCP 47).")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time on (2024-11-08, RFC 3339).")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="published|captured", help="Which time --since and --until mean.")] = "published",
    url: Annotated[list[str] | None, typer.Option("--url", metavar="URL", help="Of this address; repeatable.")] = None,
    urls: Annotated[str | None, typer.Option("--urls", metavar="FILE|-", help="Of the addresses in this file, one a line.")] = None,
    verdict: Annotated[str | None, typer.Option("--verdict", metavar="NAME", help="With this verdict (article, live_blog ...).")] = None,
    every_version: Annotated[bool, typer.Option("--all-versions", help="Every version, not just the latest.")] = False,
    extraction: Extraction = None,
    captures: Annotated[
        str,
        typer.Option(
            "--captures",
            metavar="articles|pages|all",
            help="For warc, wacz and cdxj: the captures of the chosen articles with what their pages need, of all pages, or everything.",
        ),
    ] = "articles",
    only_pages: Annotated[bool, typer.Option("--only-pages", help="For warc, wacz and cdxj: no pictures, styles and scripts.")] = False,
    no_text: Annotated[bool, typer.Option("--no-text", help="For wacz: no texts in the list of pages, by which it is searched.")] = False,
    split: Annotated[
        str | None, typer.Option("--split", metavar="SIZE", help="For wacz, warc and wet: files of about this size (1GB) in a folder.")
    ] = None,
    since_last: Annotated[
        str | None, typer.Option("--since-last", metavar="NAME", help="Only what is new since the last export of this name, exactly once.")
    ] = None,
    show_marks: Annotated[bool, typer.Option("--marks", help="List the names of --since-last, and export nothing.")] = False,
    forget: Annotated[str | None, typer.Option("--forget", metavar="NAME", help="With --marks: forget this name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as JSON: on stdout with -o, else on stderr.")] = False,
) -> None:
    """Write articles or captures out, in a format that other programs read."""
    from archive.export_choice import Choice, check_choice
    from archive.export_job import CAPTURES, FORMATS, Order, Tally

    if show_marks or forget is not None:
        _marks(forget, as_json, show_marks)
        return
    given.one_of("--format", form, FORMATS)
    given.one_of("--by", by, ("published", "captured"))
    given.one_of("--captures", captures, ("articles", "pages", "all"))
    addresses = _addresses(url or [], urls)
    choice = Choice(
        runs=tuple(run or ()),
        source=source,
        language=language,
        verdict=verdict,
        since=since,
        until=until,
        by=cast(Any, by),
        urls=addresses,
        all_versions=every_version,
        extraction=extraction,
        captures=cast(Any, captures),
    )
    begun, tally = time.monotonic(), Tally()
    with given.published() as archive:
        chosen = check_choice(archive, choice, sources=_configured(choice), articles=form not in CAPTURES)
        order = Order(format=cast(Any, form), chosen=chosen, split=_size(split), text=not no_text, requisites=not only_pages)
        with _Progress(tally) as progress:
            if since_last is not None:
                batch = _since(archive, order, output, since_last, tally, progress)
                complete, place = batch.complete, batch.place
            else:
                batch = None
                complete, place = _once(archive, order, output, tally, progress)
        for problem in archive.problems:
            print(f"warchive: {problem}", file=sys.stderr)
    if complete:
        _say(form, tally, place, time.monotonic() - begun, as_json, since_last, batch, chosen)
        if chosen.unknown and not tally.articles and not tally.captures:
            raise typer.Exit(exits.EMPTY)


def _once(archive: Archive, order: Order, output: str | None, tally: Tally, progress: _Progress) -> tuple[bool, Path | None]:
    from archive.export_files import is_stream, to_stream, unwritable, whole_file, whole_folder
    from archive.export_job import SPLIT, fill, pieces_of

    if output in (None, "-"):
        if order.split is not None:
            raise UsageError("--split writes several files", hint="name a folder with -o")
        return to_stream(progress.counted(pieces_of(archive, order, tally)), sys.stdout.buffer, written=progress.tick), None
    path = Path(output or "")
    if is_stream(path):
        try:
            with path.open("wb") as stream:
                return to_stream(progress.counted(pieces_of(archive, order, tally)), stream, written=progress.tick), path
        except OSError as error:
            raise unwritable(error, path) from error
    wants_folder = (output or "").endswith("/") and order.format in (*SPLIT, "markdown", "parquet")
    if order.is_folder(path) or wants_folder:
        with whole_folder(path) as folder:
            fill(archive, order, folder, tally, progress.tick)
    else:
        with whole_file(path) as stream:
            to_stream(progress.counted(pieces_of(archive, order, tally)), stream, written=progress.tick)
        tally.files = 1
    return True, path


def _since(archive: Archive, order: Order, output: str | None, name: str, tally: Tally, progress: _Progress) -> Batch:
    from archive.export_files import unwritable
    from archive.export_since import export_since

    path = None if output in (None, "-") else Path(output or "")
    if path is not None and (output or "").endswith("/"):
        try:
            path.mkdir(exist_ok=True)
        except OSError as error:
            raise unwritable(error, path) from error
    elif path is None and order.split is not None:
        raise UsageError("--split writes several files", hint="name a folder with -o")
    state = archive.catalogue.path.parent
    return export_since(archive, order, path or sys.stdout.buffer, name=name, state=state, tally=tally, told=progress.tick)


def _say(
    form: str, tally: Tally, place: Path | None, seconds: float, as_json: bool, name: str | None, batch: Batch | None, chosen: Chosen
) -> None:
    if batch is not None and batch.earlier is not None:
        print(
            f"warchive: batch {batch.earlier.serial} of {name}, whose export was interrupted, is in {batch.earlier.final}", file=sys.stderr
        )
        if batch.place is not None and str(batch.place) == batch.earlier.final:
            print("warchive: it was not replaced; export again for what came since", file=sys.stderr)
    if chosen.unknown:
        from archive.neutral import one_line

        more = f" and {len(chosen.unknown) - 3:,} more" if len(chosen.unknown) > 3 else ""
        first = ", ".join(one_line(one)[:200] for one in chosen.unknown[:3])
        print(f"warchive: no article is published of {first}{more}", file=sys.stderr)
    if as_json:
        facts: dict[str, Any] = {
            "format": form,
            "articles": tally.articles,
            "captures": tally.captures,
            "files": tally.files,
            "bytes": tally.bytes,
            "seconds": round(seconds, 3),
            "output": None if place is None else str(place),
            "unknown_urls": list(chosen.unknown),
        }
        if batch is not None:
            facts |= {"since_last": name, "batch": batch.serial or None, "interrupted": batch.earlier is not None}
        import json

        print(json.dumps(facts, ensure_ascii=False), file=sys.stderr if place is None else sys.stdout)
        return
    counts = [f"{tally.articles:,} articles"] if tally.articles or not tally.captures else []
    if tally.captures:
        counts.append(f"{tally.captures:,} {'lines' if form == 'cdxj' else 'captures'}")
    where = f" in {place}" if place is not None else ""
    number = f", batch {batch.serial} of {name}" if batch is not None and batch.serial else ""
    nothing = f", nothing new since the last export of {name}" if batch is not None and not batch.serial else ""
    print(f"warchive: {', '.join(counts)}{where}{number}{nothing}", file=sys.stderr)


def _marks(forget: str | None, as_json: bool, listed: bool) -> None:
    from archive.export_marks import forget_mark, marks

    if not listed:
        raise UsageError("--forget without --marks", hint="`warchive export --marks --forget NAME`")
    with given.published() as archive:
        state = archive.catalogue.path.parent
    if forget is not None:
        forget_mark(state, forget)
        print(f"warchive: {forget} is forgotten: everything is new to it", file=sys.stderr)
        return
    found = marks(state)
    if as_json:
        given.print_json([{"name": one.name, "batches": one.serial, "runs": len(one.runs), "what": one.what} for one in found])
        return
    rows = [
        (one.name, str(one.serial), str(len(one.runs)), ", ".join(f"{key}={value}" for key, value in one.what.items())) for one in found
    ]
    given.print_table(("name", "batches", "runs", "what"), rows)


def _addresses(named: list[str], file: str | None) -> tuple[str, ...] | None:
    if file is None:
        return tuple(named) if named else None
    try:
        with sys.stdin if file == "-" else Path(file).open(encoding="utf-8") as stream:
            lines = [line.strip() for line in stream]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--urls: cannot read {file}: {error}", hint="a text file, one address a line") from error
    found = [*named, *(line for line in lines if line and not line.startswith("#"))]
    if not found:
        raise UsageError(f"--urls: no address in {file}", hint="one address a line")
    if len(found) > _MAX_URLS:
        raise UsageError(f"--urls: {len(found):,} addresses", hint=f"at most {_MAX_URLS:,} at once")
    return tuple(found)


def _configured(choice: Choice) -> set[str]:
    """Sources that are described here, whether they gave something yet or not."""
    if choice.source is None:
        return set()
    try:
        return set(given.all_sources(given.configuration()))
    except WarchiveError:  # what is wrong with them is no concern of an export
        return set()


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--split {text[:40]!r} is no size", hint="1GB, 500MB, 2GiB")
    base = 1024 if match[3] else 1000
    return int(int(match[1]) * base ** " kmgt".index(match[2].lower() or " "))


class _Progress:
    """On a terminal, one line on stderr that says how far it is."""

    def __init__(self, tally: Tally) -> None:
        self._tally, self._next = tally, time.monotonic() + 1
        self._shown = False
        self._on = sys.stderr.isatty() and not sys.stdout.isatty()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def tick(self) -> None:
        if self._on and time.monotonic() >= self._next:
            self._next = time.monotonic() + _TICK
            counts = f"{self._tally.articles:,} articles, {self._tally.captures:,} captures, {self._tally.bytes / 1e6:,.1f} MB"
            print(f"\r\x1b[Kwarchive: {counts}", end="", file=sys.stderr, flush=True)
            self._shown = True

    def counted(self, pieces: Any) -> Any:
        for piece in pieces:
            self._tally.bytes += len(piece)
            yield piece
