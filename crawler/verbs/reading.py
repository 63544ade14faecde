"""The verbs that read what is published: runs, captures, articles."""

from __future__ import annotations

import dataclasses
import sys
from typing import Annotated, Any, cast

import typer

from archive import exits
from archive.errors import UsageError
from crawler.verbs import given


def after_demo(arguments: str) -> str:
    """An example that works in the folder that `warchive demo` made; the control character keeps click from wrapping it."""
    return f"\b\nExample, after the demo:\n  cd warchive-demo && warchive {arguments}"


app = typer.Typer(rich_markup_mode=None)
runs_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Runs and their reports.")
catalogue_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The local index over the store.")
app.add_typer(runs_app, name="runs")
app.add_typer(catalogue_app, name="catalogue")

Extraction = Annotated[
    str | None,
    typer.Option(
        "--extraction",
        metavar="latest|ID",
        help="Records that `warchive extract` made again: of each the newest, or those of one extraction. Else those made at capture.",
    ),
]


@runs_app.command("list", epilog=after_demo("runs list --json"))
def runs_list(as_json: given.Json = False) -> None:
    """List the published runs, oldest first."""
    with given.published() as archive:
        every = list(archive.runs())
    if as_json:
        names = ("run", "started_at", "ended_at", "captures", "articles", "bytes")
        given.print_json(
            [{**{name: getattr(run, name) for name in names}, "ended_because": run.report.get("ended_because")} for run in every]
        )
        return
    rows = [
        (
            run.run,
            run.started_at[:19] + "Z",
            str(run.captures),
            str(run.articles),
            f"{run.bytes / 1e6:.1f}",
            str(run.report.get("ended_because", "")),
        )
        for run in every
    ]
    given.print_table(("run", "started", "captures", "articles", "MB", "ended"), rows)


@runs_app.command("show", epilog=after_demo("runs show last"))
def runs_show(run: Annotated[str, typer.Argument(help="Id of the run, or `last`.")], as_json: given.Json = False) -> None:
    """Show the report of one run: outcomes, seeds, what failed and why."""
    with given.published() as archive:
        if run == "last":
            every = [one.run for one in archive.runs()]
            if not every:
                raise UsageError("nothing is published yet", hint="`warchive crawl` makes the first run")
            run = every[-1]
        report = archive.report(run)
    if as_json:
        given.print_json(report)
        return
    from rich.console import Console

    from crawler.import_report import lines_of as import_lines
    from crawler.terminal import closing_table, discoveries, failures

    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)  # 80 would cut names in a pipe
    if report.get("imported"):
        for line in import_lines(report):
            console.print(line, soft_wrap=True)
        return
    console.print(closing_table(report))
    for line in (*discoveries(report), *failures(report)):
        console.print(line, soft_wrap=not console.is_terminal)


@app.command(epilog=after_demo("lookup 'http://sada-aljibal.example/he/article.php?id=7004'"))
def lookup(
    url: Annotated[str, typer.Argument(help="The URL.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Nearest to this time first (2024-11-08, RFC 3339).")] = None,
    as_json: given.Json = False,
) -> None:
    """List the captures of a URL. Exit 5 where there is none."""
    from archive.ledger import rfc3339
    from archive.neutral import one_line

    with given.published() as archive:
        found = list(archive.captures(url, at=at))
    columns = ("fetched_at", "status", "record_type", "kind", "completeness", "imported", "filename", "offset", "url")
    if as_json:
        given.print_json([{**dataclasses.asdict(ref), "fetched_at": rfc3339(ref.fetched_at)} for ref in found])
    else:
        rows = [{**dataclasses.asdict(ref), "fetched_at": rfc3339(ref.fetched_at)[:19] + "Z"} for ref in found]
        rows = [{**row, "imported": "yes" if row["imported"] else ""} for row in rows]
        given.print_table(columns, [["" if row[column] is None else str(row[column]) for column in columns] for row in rows])
    if not found:
        print(f"warchive: no capture of {one_line(url)} is published", file=sys.stderr)
        raise typer.Exit(exits.EMPTY)


@app.command(epilog=after_demo("show 'http://sada-aljibal.example/he/article.php?id=7004'"))
def show(
    what: Annotated[str, typer.Argument(metavar="URL-or-ID", help="URL, article_id, or id of a version.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was at this time.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|markdown|json", help="How to print it.")] = "text",
    extraction: Extraction = None,
) -> None:
    """Print an article, with where it lies and how it was found. Exit 5 where there is none."""
    from archive.neutral import one_line
    from archive.show import FORMATS, show_article

    given.one_of("--format", form, FORMATS)
    with given.published() as archive:
        article = archive.article(what, at=at, extraction=extraction)
        if article is None:
            print(f"warchive: no article {one_line(what)} is published", file=sys.stderr)
            raise typer.Exit(exits.EMPTY)
        print(show_article(archive, article, cast(Any, form)), end="")


@app.command(epilog=after_demo("twins 'http://sada-aljibal.example/he/article.php?id=7004' --json"))
def twins(
    what: Annotated[str, typer.Argument(metavar="URL-or-ID", help="URL, article_id, or id of a version.")],
    as_json: given.Json = False,
) -> None:
    """List the articles that say nearly the same words as one, the first that was captured at the head. Exit 5 where there is no other."""
    from archive.neutral import one_line

    with given.published() as archive:
        found = archive.cluster(what)
    if as_json:
        names = ("article_id", "id", "version", "captured_at", "date_published", "source", "language", "title", "url")
        given.print_json([{name: getattr(one, name) for name in names} for one in found])
    elif len(found) > 1:
        rows = [(one.captured_at or "", one.date_published or "", one.source or "", one.title or "", one.url) for one in found]
        given.print_table(("captured", "published", "source", "title", "url"), [(row[0][:16] + "Z", *row[1:]) for row in rows])
    if len(found) < 2:
        missing = f"no article {one_line(what)} is published" if not found else f"no other article says nearly the words of {found[0].url}"
        print(f"warchive: {missing}", file=sys.stderr)
        raise typer.Exit(exits.EMPTY)


@catalogue_app.command("rebuild", epilog=after_demo("catalogue rebuild"))
def catalogue_rebuild() -> None:
    """Make the local catalogue again from the store alone, and beside it the indexes of near duplicates and of words."""
    from crawler.workplace import rebuild_catalogue

    setup = given.configuration()
    with given.counting("{} of {} articles entered into the search index") as progress:
        runs, captures, articles = rebuild_catalogue(setup, progress=progress)
    print(f"warchive: {runs:,} runs, {captures:,} captures, {articles:,} articles")
