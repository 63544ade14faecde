"""The verbs that do the work: init, config, crawl, capture, doctor, demo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from archive.errors import UsageError
from crawler.verbs import given
from crawler.verbs.job import Job

if TYPE_CHECKING:
    from archive.config import Config
    from crawler.sources import Source


app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: warchive --store /srv/archive init --contact https://example.org/crawler")
def init(
    contact: Annotated[str, typer.Option("--contact", metavar="URL", help="Page or mailto: that tells publishers who crawls.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented warchive.toml into this folder and probe the store."""
    from archive.config import FILE
    from archive.config_text import render_commented_toml
    from archive.stores import open_store

    path = given.config_file or Path(FILE)
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", hint="look at it, or overwrite it with --force")
    values = {**given.overrides, **({"contact": contact} if contact else {})}
    setup = given.configuration(None, values, ignore_file=True)
    text = render_commented_toml(values)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    open_store(setup.store).probe()
    print(f"the store {setup.store} can be read and written")
    print("next: `warchive sources list`, `warchive sources enable NAME`, `warchive crawl`")
    if not setup.contact:
        print("note: real publishers are not crawled before `contact` is set in it", file=sys.stderr)


@app.command("config", epilog="Example: warchive config --json")
def show_config(as_json: given.Json = False) -> None:
    """Print each value that is in force, and where it came from."""
    setup = given.configuration()
    if as_json:
        given.print_json({key: {"value": _plain(value), "origin": setup.origins[key]} for key, value in setup.values().items()})
        return
    from archive.config_text import toml_value

    width = max(len(key) for key in setup.values())
    for key, value in setup.values().items():
        print(f"{key:<{width}} = {toml_value(value)}  # {setup.origins[key]}")


@app.command("crawl", epilog="Example, for cron: */10 * * * * warchive --config /srv/warchive.toml crawl --max-runtime 3000")
def crawl_verb(
    names: given.Names = None,
    now: Annotated[bool, typer.Option("--now", help="Ask every seed, due or not. Naming sources does the same.")] = False,
    recheck: Annotated[bool, typer.Option("--recheck", help="Ask for all finished articles again now, to find edits.")] = False,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Walk the sitemap archives of the named sources too, from where the last such run stopped.")
    ] = False,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="With --backfill: nothing older than this.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="With --backfill: nothing after this day.")] = None,
    order: Annotated[str, typer.Option("--order", metavar="newest|oldest", help="With --backfill: which end is walked first.")] = "newest",
    max_runtime: Annotated[
        float | None, typer.Option("--max-runtime", metavar="SECONDS", min=1, help="Stop cleanly after so long.")
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait so long for another run to end, instead of exit 75 at once.")
    ] = 0,
    no_text: Annotated[bool, typer.Option("--no-text", help="Capture only; `warchive extract --all` makes the text later.")] = False,
    metrics_file: Annotated[
        Path | None, typer.Option("--metrics-file", metavar="FILE", help="Write figures for Prometheus' textfile collector.")
    ] = None,
    as_json: given.Json = False,
) -> None:
    """The main job: find and keep the articles of these sources, make their text, publish both.

    Without names it asks only what is due: each seed as often as it brings something, each article again as it grows older. So one
    cron line, every ten minutes, serves all sources.
    """
    from crawler.options import Options

    with Job(metrics_file) as job:
        setup = job.configured()
        sources = given.chosen_sources(setup, names or ())
        given.one_of("--order", order, ("newest", "oldest"))
        if (since or until) and not backfill:
            raise UsageError("--since and --until belong to --backfill", hint="`crawl` without it takes what the seeds announce")
        options = Options(
            recheck=recheck,
            extract=not no_text,
            everything=now or bool(names),
            backfill=_backfill(setup, names, since, until, newest_first=order == "newest") if backfill else None,
        )
        _run(setup, sources, options, max_runtime=max_runtime, wait=wait, job=job, as_json=as_json)


def _backfill(setup: Config, names: list[str] | None, since: str | None, until: str | None, *, newest_first: bool) -> Any:
    from archive.period import Period
    from crawler.backfill import BackfillOrder

    if not names:
        raise UsageError("--backfill needs the names of sources", hint="as in `warchive crawl meduza --backfill --since 2022-02-24`")
    if since is None:
        raise UsageError("--backfill needs --since", hint="as in --since 2022-02-24: the walk ends there")
    period = Period.of(since=since, until=until)
    assert period.since is not None
    return BackfillOrder(
        since=period.since.timestamp(),
        until=None if period.until is None else period.until.timestamp(),
        newest_first=newest_first,
        pages=setup.schedule.backfill_pages,
    )


@app.command(epilog="Example: WARCHIVE_CONTACT=mailto:me@example.org warchive capture https://www.example.org/")
def capture(urls: Annotated[list[str], typer.Argument(metavar="URL", help="http or https URLs.")], as_json: given.Json = False) -> None:
    """Keep these URLs now, and make articles of them. robots.txt is obeyed; redirects are followed anywhere."""
    from crawler.adhoc import source_for
    from crawler.options import Options

    setup = given.configuration()
    _run(setup, [source_for(urls, setup)], Options(force=True), urls=urls, command="capture", as_json=as_json)


@app.command(epilog="Example: warchive doctor")
def doctor(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is wrong.")] = False,
    as_json: given.Json = False,
) -> None:
    """Is this environment, and is this store, fit for the job? Exit 78 or 6 where it is not."""
    from crawler.doctor import examine

    findings = examine(given.configuration())
    if as_json:
        given.print_json([finding.to_dict() for finding in findings])
    else:
        for finding in findings:
            if not quiet or not finding.ok:
                print(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.detail}", file=sys.stdout if finding.ok else sys.stderr)
    worst = [finding.exit_code for finding in findings if not finding.ok]
    if worst:
        raise typer.Exit(max(worst))


@app.command(epilog="Example: warchive demo --folder /tmp/demo")
def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where the demo's store and state go; made anew each time.")
    ] = Path("warchive-demo"),
) -> None:
    """Crawl a small newspaper on loopback twice, and show what came of it."""
    from crawler.demo import run_demo

    raise typer.Exit(run_demo(folder))


def _run(
    setup: Config,
    sources: Sequence[Source],
    options: Any,
    *,
    urls: Sequence[str] = (),
    max_runtime: float | None = None,
    command: str = "crawl",
    wait: float = 0,
    job: Job | None = None,
    as_json: bool,
) -> NoReturn:
    from rich.console import Console

    from crawler.run import crawl as run_crawl
    from crawler.terminal import Progress, closing_table, summary_line

    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(console) as progress:
        result = run_crawl(
            setup,
            sources,
            options=options,
            urls=urls,
            max_runtime=max_runtime,
            command=command,
            wait=wait,
            watch=progress.watch,
            say=progress.say,
        )
    if job is not None:
        job.result, job.summary = result, summary_line(result)
    if as_json:
        given.print_json(result.report or {"run": result.run, "ended_because": "nothing_due" if result.idle else None})
    else:
        if console.is_terminal and result.report is not None:
            console.print(closing_table(result.report))
        print(summary_line(result), flush=True)
    for run in result.recovered:
        print(f"warchive: run {run} of an earlier start was finished and published", file=sys.stderr)
    for problem in result.problems:
        print(f"warchive: {problem}", file=sys.stderr)
    raise typer.Exit(result.exit_code)


def _plain(value: object) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
