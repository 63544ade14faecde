"""The verb that makes texts: of files of anybody, and again of what the archive keeps."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import exits
from archive.errors import UsageError
from crawler.verbs import given

if TYPE_CHECKING:
    from archive.config import Config
    from archive.reader import Archive
    from crawler.extraction_archive import Counters, Order

app = typer.Typer(rich_markup_mode=None)


@app.command("extract", epilog="Example: warchive extract CC-NEWS-20241108.warc.gz > articles.jsonl")
def extract_verb(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|-", help="HTML or WARC files of anybody; `-` is stdin. Or none, with the options below."),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="URL of an HTML file, for links and metadata.")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Also print what is no article, and why, on stderr as JSON lines.")] = False,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="The captures of this run; `last` is the newest.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="The captures of this source.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="Captured from this time on (2024-11-08, RFC 3339).")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Captured before this time.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All captures of the collection.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would change.")] = False,
    to_stdout: Annotated[bool, typer.Option("--stdout", help="Print the records as JSON lines, and store nothing.")] = False,
    no_site_memory: Annotated[
        bool, typer.Option("--no-site-memory", help="Keep lines that stand on other articles of the same site too.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Child processes that make text; else one for each processor.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With the archive: print the whole report as JSON.")] = False,
) -> None:
    """Make articles: of HTML and WARC files, one JSON line each on stdout; or again of what the archive keeps.

    Of files, exit 5 where none was made. With --run, --source, --since, --until or --all the texts of archived captures are made once
    more: the same extractor makes the same bytes, a newer one stores new article files beside the old ones, and what changed is
    reported. A call that was cut short is taken up by the next one like it. `warchive export --extraction latest` reads what is new.
    """
    chosen = [name for name, value in (("--run", run), ("--source", source), ("--since", since), ("--until", until)) if value is not None]
    chosen += ["--all"] if everything else []
    if files and chosen:
        raise UsageError(f"files and {chosen[0]} are two different things", hint="name files, or say what of the archive to make again")
    if not files and not chosen:
        raise UsageError("nothing to extract was named", hint="give HTML or WARC files, `-` for stdin, or --run last, --source NAME, --all")
    if files:
        for option, value in (("--dry-run", dry_run), ("--stdout", to_stdout), ("--json", as_json)):
            if value:
                raise UsageError(f"{option} belongs to --run, --source, --since, --until and --all", hint="of files, records go to stdout")
        _of_files(files, url=url, refused=refused, workers=workers, site_memory=not no_site_memory)
        return
    for option, given_too in (("--url", url), ("--refused", refused)):
        if given_too:
            raise UsageError(f"{option} belongs to files", hint="the archive knows its URLs; the report tells what is no article")
    if everything and len(chosen) > 1:
        raise UsageError(f"--all and {chosen[0]} contradict each other", hint="leave one of them out")
    if to_stdout and (as_json or dry_run):
        raise UsageError("--stdout prints records, and nothing else", hint="leave --json or --dry-run out")
    _of_archive(
        run=run,
        source=source,
        since=since,
        until=until,
        site_memory=not no_site_memory,
        workers=workers,
        how="stdout" if to_stdout else "dry" if dry_run else "store",
        as_json=as_json,
    )


def _of_files(files: list[str], *, url: str | None, refused: bool, workers: int | None, site_memory: bool) -> None:
    from crawler.extraction import extract_files

    made = extract_files(
        files,
        url=url,
        config=given.configuration(),
        out=sys.stdout,
        refused=sys.stderr if refused else None,
        said=None if refused else sys.stderr,
        workers=workers,
        site_memory=site_memory,
    )
    if not made:
        raise typer.Exit(exits.EMPTY)


def _of_archive(*, how: str, workers: int | None, as_json: bool, **wanted: Any) -> None:
    from rich.console import Console

    from crawler.extraction_archive import Order, open_work
    from crawler.extraction_choice import choice_of
    from crawler.extraction_progress import ExtractionProgress

    setup = given.configuration()
    stopped = _stopper()
    with given.published() as archive, ExtractionProgress(Console(stderr=True, highlight=False, markup=False)) as progress:
        choice = choice_of(archive, **wanted)
        order = Order(
            choice=choice, workers=workers or _processors(), zones=_zones(setup), watch=progress.watch, stopped=lambda: bool(stopped)
        )
        with open_work(archive, order, setup) as (work, extraction):
            report = _make(archive, order, setup, work, extraction, how=how, as_json=as_json)
    if report["captures"]["damaged"]:
        raise typer.Exit(exits.DAMAGED)
    if not report["captures"]["looked_at"]:
        raise typer.Exit(exits.EMPTY)


def _make(archive: Archive, order: Order, setup: Config, work: Any, extraction: str, *, how: str, as_json: bool) -> dict[str, Any]:
    from crawler.extraction_archive import make_all
    from crawler.extraction_store import existing, store_all, tell

    began, count = time.monotonic(), [0]
    watch = order.watch

    def counted(counters: Counters) -> None:
        if counters.step == "first pass":
            count[0] = counters.done - counters.found_done
        watch(counters)

    report = existing(archive, extraction) if how == "store" else None
    if report is not None:
        work.delete()
        _print(report, stored=f"extraction {extraction} was stored before", as_json=as_json, seconds=None, done=0)
        return report
    import dataclasses

    make_all(archive, dataclasses.replace(order, watch=counted), setup, work)
    if how == "store":
        report, written = store_all(archive, work, order.choice, extraction)
        stored = f"{report['records']['written']:,} records stored in extraction {extraction}" if written else "nothing to store"
    else:
        report = tell(archive, work, order.choice, extraction, out=sys.stdout if how == "stdout" else None)
        sys.stdout.flush()
        stored = "nothing was stored"
    work.delete()
    _print(report, stored=stored, as_json=as_json, seconds=time.monotonic() - began, done=count[0], to_stderr=how == "stdout")
    return report


def _print(report: dict[str, Any], *, stored: str, as_json: bool, seconds: float | None, done: int, to_stderr: bool = False) -> None:
    from crawler.extraction_report import lines_of, summary_line

    if as_json:
        given.print_json(report)
        return
    if sys.stderr.isatty() and not to_stderr:
        for line in lines_of(report):
            print(line, file=sys.stderr)
    print(summary_line(report, stored=stored, seconds=seconds, done=done), file=sys.stderr if to_stderr else sys.stdout, flush=True)


def _zones(setup: Config) -> dict[str, dict[str, Any]]:
    """Of the sources as they are described now: for captures that were kept before zone and languages were written down with them."""
    return {source.name: {"timezone": source.timezone, "languages": list(source.languages)} for source in given.all_sources(setup).values()}


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stopper() -> list[int]:
    """Filled when the process is told to stop; a second time kills it."""
    told: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        told.append(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return told
