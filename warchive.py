"""The front door: the command line of warchive, and its names for other programs.

For programs: `extract`, `open_archive` and `crawl`. Heavy imports happen inside the functions, so that `--help` is quick.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer

from archive import exits
from archive.errors import ConfigError, UsageError, WarchiveError

if TYPE_CHECKING:
    from archive.article import Article, NotAnArticle
    from archive.config import Config
    from archive.reader import Archive
    from crawler.run import RunResult
    from crawler.sources import Source, SourceSet

__all__ = ["app", "crawl", "extract", "main", "open_archive"]


# -- for other programs


def extract(
    html: bytes,
    url: str,
    *,
    content_type: str | None = None,
    captured_at: datetime | None = None,
    timezone: str | None = None,
    languages: Sequence[str] = (),
) -> Article | NotAnArticle:
    """The article of one web page, in this process and without limits: for pages that you trust, or in a process of your own.

    `content_type` is the Content-Type header as sent; `captured_at` (aware) bounds dates; `timezone` (IANA) is for dates that state none.
    Deterministic: the same arguments give the same text on any day.
    """
    from pipelines.extract import extract as extract_page

    moment = captured_at.isoformat() if captured_at is not None else None
    return extract_page(html, url, content_type=content_type, captured_at=moment, timezone=timezone, languages=tuple(languages))


def open_archive(store: str, *, collection: str | None = None, state: Path | None = None) -> Archive:
    """A published archive for reading: `.articles(...)`, `.captures(url)`, `.read(capture)`; see `archive.reader.Archive`.

    `store` is a folder or an S3 URL as in `warchive.toml`; `state` the folder of the crawl's catalogue, where it is on this machine.
    """
    from archive.reader import open_archive as open_it

    return open_it(store, collection=collection, state=state)


def crawl(
    sources: Sequence[str] = (), *, config: Path | None = None, overrides: Mapping[str, object] | None = None, recheck: bool = False
) -> RunResult:
    """One crawl run over the named sources (all enabled ones if none is named), published at the end.

    Runs the Twisted reactor, so once per process. Raises `archive.errors.WarchiveError` before anything is asked; afterwards everything
    is in the result: `exit_code`, `report`, `problems`.
    """
    from crawler.run import crawl as run_crawl
    from crawler.session import Options

    setup = _load(config, overrides or {})
    return run_crawl(setup, chosen_sources(setup, sources), options=Options(recheck=recheck))


# -- the command line

app = typer.Typer(
    name="warchive",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keeps what news sites served, byte for byte, and hands on the clean text of it.",
    epilog="Exit codes: " + ", ".join(f"{code.code} {code.name}" for code in exits.EXIT_CODES) + ".",
)
sources_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The publishers: what is there, what is switched on, what answers."
)
runs_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Runs and their reports.")
catalogue_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The local index over the store.")
app.add_typer(sources_app, name="sources")
app.add_typer(runs_app, name="runs")
app.add_typer(catalogue_app, name="catalogue")

_given: dict[str, Any] = {"config": None, "overrides": {}, "log_json": False, "verbose": 0}

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Names of sources; none: all that are enabled.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from archive.software import software

        print(software())
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Configuration; else WARCHIVE_CONFIG, else ./warchive.toml.")
    ] = None,
    store: Annotated[str | None, typer.Option("--store", metavar="URL", help="Folder or s3://bucket/prefix?endpoint_url=...")] = None,
    state: Annotated[Path | None, typer.Option("--state", metavar="DIR", help="Folder of spool, frontier and catalogue.")] = None,
    collection: Annotated[str | None, typer.Option("--collection", metavar="NAME", help="Collection in the store.")] = None,
    sources: Annotated[list[Path] | None, typer.Option("--sources", metavar="DIR", help="Folder of source files; repeatable.")] = None,
    connect_to: Annotated[
        list[str] | None, typer.Option("--connect-to", metavar="HOST:PORT:HOST:PORT", help="As curl's; repeatable.")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log one JSON line per event on stderr.")] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="More log; twice: everything.")] = 0,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version)] = False,
) -> None:
    """Options before the verb hold for every verb."""
    overrides: dict[str, Any] = {
        "store": store,
        "state": state,
        "collection": collection,
        "sources": [str(folder) for folder in sources] if sources else None,
        "network.connect_to": connect_to or None,
    }
    _given.update(
        config=config, overrides={key: value for key, value in overrides.items() if value is not None}, log_json=log_json, verbose=verbose
    )
    from crawler.logs import set_up_logging

    set_up_logging(json_lines=log_json, verbose=verbose)


@app.command(epilog="Example: warchive --store /srv/archive init --contact https://example.org/crawler")
def init(
    contact: Annotated[str, typer.Option("--contact", metavar="URL", help="Page or mailto: that tells publishers who crawls.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented warchive.toml into this folder and probe the store."""
    from archive.config import FILE
    from archive.config_text import render_commented_toml
    from archive.stores import open_store

    path = _given["config"] or Path(FILE)
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", hint="look at it, or overwrite it with --force")
    values = {**_given["overrides"], **({"contact": contact} if contact else {})}
    setup = _load(None, values, ignore_file=True)
    text = render_commented_toml(values)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    open_store(setup.store).probe()
    print(f"the store {setup.store} can be read and written")
    print("next: `warchive sources list`, `warchive sources enable NAME`, `warchive crawl`")
    if not setup.contact:
        print("note: real publishers are not crawled before `contact` is set in it", file=sys.stderr)


@app.command("config", epilog="Example: warchive config --json")
def show_config(as_json: Json = False) -> None:
    """Print each value that is in force, and where it came from."""
    setup = _load()
    if as_json:
        _print_json({key: {"value": _plain(value), "origin": setup.origins[key]} for key, value in setup.values().items()})
        return
    from archive.config_text import toml_value

    width = max(len(key) for key in setup.values())
    for key, value in setup.values().items():
        print(f"{key:<{width}} = {toml_value(value)}  # {setup.origins[key]}")


@sources_app.command("list", epilog="Example: warchive sources list --language uk")
def sources_list(
    as_json: Json = False,
    enabled: Annotated[bool, typer.Option("--enabled", help="Only those that `crawl` takes.")] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="Only those in this language (BCP 47).")] = None,
) -> None:
    """List the publishers of the catalogue and of your folders."""
    every = [
        source
        for source in all_sources(_load()).values()
        if (source.enabled or not enabled)
        and (language is None or any(tag == language or tag.startswith(f"{language}-") for tag in source.languages))
    ]
    if as_json:
        _print_json([_source_json(source) for source in every])
        return
    rows = [
        (
            source.name,
            "on" if source.enabled else "-",
            "yes" if source.verified else "no",
            " ".join(source.languages),
            source.country or "",
            source.title,
        )
        for source in every
    ]
    _print_table(("name", "enabled", "checked", "languages", "country", "title"), rows)


@sources_app.command("show", epilog="Example: warchive sources show meduza")
def sources_show(name: Annotated[str, typer.Argument(help="Name of the source.")], as_json: Json = False) -> None:
    """Show one publisher: its seeds, its scope, what is known of it."""
    source = all_sources(_load()).select([name])[0]
    if as_json:
        _print_json(_source_json(source))
        return
    for key, value in _source_json(source).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                print(f"{key:<12} {one['type']:<13} {one['url']}")
        elif isinstance(value, dict):
            print(f"{key:<12} {json.dumps(value, ensure_ascii=False)}")
        else:
            print(f"{key:<12} {', '.join(map(str, value)) if isinstance(value, list) else value}")


@sources_app.command("check", epilog="Example: warchive sources check meduza ukrinform")
def sources_check(names: Names = None, as_json: Json = False) -> None:
    """Ask every seed of these sources, and say what it answers. Nothing is archived. Exit 4 where a seed fails."""
    from crawler.check import check_sources

    setup = _load()
    rows = check_sources(setup, chosen_sources(setup, names or ()))
    if as_json:
        _print_json(rows)
    else:
        _print_table(
            ("source", "seed", "status", "kind", "entries", "url", "detail"),
            [(r["source"], r["type"], r["status"], r["kind"] or "", str(r["entries"]), r["url"], r["detail"] or "") for r in rows],
        )
    from crawler.report import READ

    if any(row["status"] not in READ for row in rows):
        raise typer.Exit(exits.PARTIAL)


@sources_app.command("enable", epilog="Example: warchive sources enable meduza ukrinform")
def sources_enable(names: Annotated[list[str], typer.Argument(help="Names of sources.")]) -> None:
    """Switch sources on for `crawl` without names."""
    _switch(names, True)


@sources_app.command("disable", epilog="Example: warchive sources disable meduza")
def sources_disable(names: Annotated[list[str], typer.Argument(help="Names of sources.")]) -> None:
    """Switch sources off for `crawl` without names."""
    _switch(names, False)


@app.command("crawl", epilog="Example, for cron: warchive --config /srv/warchive.toml crawl --max-runtime 3000")
def crawl_verb(
    names: Names = None,
    recheck: Annotated[bool, typer.Option("--recheck", help="Ask for finished articles again, to find edits.")] = False,
    max_runtime: Annotated[
        float | None, typer.Option("--max-runtime", metavar="SECONDS", min=1, help="Stop cleanly after so long.")
    ] = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Capture only; `warchive extract` can make the text later.")] = False,
    as_json: Json = False,
) -> None:
    """The main job: find and keep the articles of these sources, make their text, publish both."""
    from crawler.session import Options

    setup = _load()
    _run(setup, chosen_sources(setup, names or ()), Options(recheck=recheck, extract=not no_text), max_runtime=max_runtime, as_json=as_json)


@app.command(epilog="Example: warchive capture https://www.example.org/news/article-1")
def capture(urls: Annotated[list[str], typer.Argument(metavar="URL", help="http or https URLs.")], as_json: Json = False) -> None:
    """Keep these URLs now, and make articles of them. robots.txt is obeyed; redirects are followed anywhere."""
    from crawler.adhoc import source_for
    from crawler.session import Options

    setup = _load()
    _run(setup, [source_for(urls, setup)], Options(force=True), urls=urls, command="capture", as_json=as_json)


@runs_app.command("list", epilog="Example: warchive runs list --json")
def runs_list(as_json: Json = False) -> None:
    """List the published runs, oldest first."""
    with _archive() as archive:
        every = list(archive.runs())
    if as_json:
        names = ("run", "started_at", "ended_at", "captures", "articles", "bytes")
        _print_json([{name: getattr(run, name) for name in names} for run in every])
        return
    rows = [(run.run, run.started_at[:19] + "Z", str(run.captures), str(run.articles), f"{run.bytes / 1e6:.1f}") for run in every]
    _print_table(("run", "started", "captures", "articles", "MB"), rows)


@runs_app.command("show", epilog="Example: warchive runs show last")
def runs_show(run: Annotated[str, typer.Argument(help="Id of the run, or `last`.")], as_json: Json = False) -> None:
    """Show the report of one run: outcomes, seeds, what failed and why."""
    with _archive() as archive:
        if run == "last":
            every = [one.run for one in archive.runs()]
            if not every:
                raise UsageError("nothing is published yet", hint="`warchive crawl` makes the first run")
            run = every[-1]
        report = archive.report(run)
    if as_json:
        _print_json(report)
        return
    from rich.console import Console

    from crawler.terminal import closing_table, failures

    console = Console(highlight=False, markup=False)
    console.print(closing_table(report))
    for line in failures(report):
        console.print(line)


@app.command(epilog="Example: warchive lookup https://www.example.org/news/article-1")
def lookup(
    url: Annotated[str, typer.Argument(help="The URL.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Nearest to this time first (2024-11-08, RFC 3339).")] = None,
    as_json: Json = False,
) -> None:
    """List the captures of a URL. Exit 5 where there is none."""
    from archive.ledger import rfc3339
    from archive.neutral import one_line

    with _archive() as archive:
        found = list(archive.captures(url, at=at))
    columns = ("fetched_at", "status", "record_type", "kind", "completeness", "filename", "offset", "url")
    if as_json:
        _print_json([{**dataclasses.asdict(ref), "fetched_at": rfc3339(ref.fetched_at)} for ref in found])
    else:
        rows = [{**dataclasses.asdict(ref), "fetched_at": rfc3339(ref.fetched_at)[:19] + "Z"} for ref in found]
        _print_table(columns, [["" if row[column] is None else str(row[column]) for column in columns] for row in rows])
    if not found:
        print(f"warchive: no capture of {one_line(url)} is published", file=sys.stderr)
        raise typer.Exit(exits.EMPTY)


@app.command(epilog="Example: warchive show https://www.example.org/news/article-1 --format markdown")
def show(
    what: Annotated[str, typer.Argument(metavar="URL-or-ID", help="URL, article_id, or id of a version.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was at this time.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|markdown|json", help="How to print it.")] = "text",
) -> None:
    """Print an article, with where it lies and how it was found. Exit 5 where there is none."""
    from archive.neutral import one_line
    from archive.show import FORMATS, show_article

    _one_of("--format", form, FORMATS)
    with _archive() as archive:
        article = archive.article(what, at=at)
        if article is None:
            print(f"warchive: no article {one_line(what)} is published", file=sys.stderr)
            raise typer.Exit(exits.EMPTY)
        print(show_article(archive, article, cast(Any, form)), end="")


@app.command(epilog="Example: warchive export --format csv --since 2024-11-01 --language uk -o articles.csv")
def export(
    form: Annotated[str, typer.Option("--format", metavar="jsonl|csv|text|markdown", help="What to write.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file, written whole or not at all; else stdout.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time on (2024-11-08, RFC 3339).")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="published|captured", help="Which time --since and --until mean.")] = "published",
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Of this source.")] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="In this language (BCP 47).")] = None,
    every_version: Annotated[bool, typer.Option("--all-versions", help="Every version, not just the latest.")] = False,
) -> None:
    """Write the articles out."""
    from archive.export import FORMATS, export_file, write_articles

    _one_of("--format", form, FORMATS)
    _one_of("--by", by, ("published", "captured"))
    with _archive() as archive:
        articles = archive.articles(
            since=since,
            until=until,
            by=cast(Any, by),
            source=source,
            language=language,
            versions="all" if every_version else "latest",
        )
        if output is None:
            write_articles(articles, sys.stdout.buffer, cast(Any, form))
        else:
            done = export_file(articles, output, cast(Any, form))
            print(f"warchive: {done.articles:,} articles in {output}", file=sys.stderr)


@app.command("extract", epilog="Example: warchive extract CC-NEWS-20241108.warc.gz > articles.jsonl")
def extract_verb(
    files: Annotated[list[str], typer.Argument(metavar="FILE|-", help="HTML or WARC files of anybody; `-` is stdin.")],
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="URL of an HTML file, for links and metadata.")] = None,
    as_json: Annotated[bool, typer.Option("--refused", help="Also print what is no article, and why, on stderr as JSON lines.")] = False,
) -> None:
    """Make articles of HTML and WARC files, one JSON line each on stdout. Exit 5 where none was made."""
    from crawler.extraction import extract_files

    setup = _load()
    made = extract_files(files, url=url, config=setup, out=sys.stdout, refused=sys.stderr if as_json else None)
    if not made:
        raise typer.Exit(exits.EMPTY)


@catalogue_app.command("rebuild", epilog="Example: warchive catalogue rebuild")
def catalogue_rebuild() -> None:
    """Make the local catalogue again from the store alone."""
    from crawler.workplace import rebuild_catalogue

    setup = _load()
    runs, captures, articles = rebuild_catalogue(setup)
    print(f"warchive: {runs:,} runs, {captures:,} captures, {articles:,} articles")


@app.command(epilog="Example: warchive doctor")
def doctor(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is wrong.")] = False,
    as_json: Json = False,
) -> None:
    """Is this environment, and is this store, fit for the job? Exit 78 or 6 where it is not."""
    from crawler.doctor import examine

    findings = examine(_load())
    if as_json:
        _print_json([finding.to_dict() for finding in findings])
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


# -- what the verbs share


def all_sources(setup: Config) -> SourceSet:
    """The catalogue and the user's folders, with what was switched on."""
    from crawler.source_switches import FILE, read_switches
    from crawler.sources import load_sources

    folders = [folder for folder in setup.sources if folder.is_dir() or setup.origins["sources"] != "default"]
    return load_sources(folders, switches=read_switches(setup.state / FILE))


def chosen_sources(setup: Config, names: Iterable[str]) -> list[Source]:
    """The named sources, or all enabled ones; raises `ConfigError` for unknown names and for publishers that need a contact."""
    from archive.errors import Problem
    from crawler.public import crawlable

    sources = all_sources(setup)
    names = list(names)
    chosen = sources.select(names) if names else sources.enabled()
    if not chosen:
        hint = "name some, or switch some on with `warchive sources enable NAME`"
        raise ConfigError([Problem(path=setup.path, line=None, message="no source is enabled", hint=hint)])
    network = setup.network
    problems = [crawlable(source, setup.contact, allow_private=network.allow_private, connect_to=network.connect_to) for source in chosen]
    found = [problem for problem in problems if problem is not None]
    if found:
        raise ConfigError(found)
    return chosen


def _run(
    setup: Config,
    sources: Sequence[Source],
    options: Any,
    *,
    urls: Sequence[str] = (),
    max_runtime: float | None = None,
    command: str = "crawl",
    as_json: bool,
) -> NoReturn:
    from rich.console import Console

    from crawler.run import crawl as run_crawl
    from crawler.terminal import Progress, closing_table, summary_line

    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(console) as progress:
        result = run_crawl(
            setup, sources, options=options, urls=urls, max_runtime=max_runtime, command=command, watch=progress.watch, say=progress.say
        )
    if as_json:
        _print_json(result.report or {"run": result.run, "ended_because": None})
    else:
        if console.is_terminal and result.report is not None:
            console.print(closing_table(result.report))
        print(summary_line(result), flush=True)
    for run in result.recovered:
        print(f"warchive: run {run} of an earlier start was finished and published", file=sys.stderr)
    for problem in result.problems:
        print(f"warchive: {problem}", file=sys.stderr)
    raise typer.Exit(result.exit_code)


def _load(path: Path | None = None, overrides: Mapping[str, object] | None = None, *, ignore_file: bool = False) -> Config:
    from archive.config import find_config, load_config

    given = path or _given["config"]
    found = None if ignore_file else find_config(given, environ=os.environ, folder=Path.cwd())
    return load_config(found, environ=os.environ, overrides=_given["overrides"] if overrides is None else overrides)


def _archive() -> Archive:
    from archive.layout import MARKER

    setup = _load()
    archive = open_archive(setup.store, collection=setup.collection, state=setup.state)
    if archive.store.head(MARKER) is None:
        print(f"warchive: nothing was ever published in {archive.store.url}: is that the right store?", file=sys.stderr)
    return archive


def _one_of(option: str, value: str, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    if value not in allowed:
        raise UsageError(f"{option} {value[:80]!r} is not one of {', '.join(allowed)}", hint="see --help")


def _switch(names: list[str], value: bool) -> None:
    from crawler.source_switches import FILE, set_enabled

    setup = _load()
    all_sources(setup).select(names)
    set_enabled(setup.state / FILE, names, value)
    print(f"{'enabled' if value else 'disabled'}: {', '.join(names)}")


def _source_json(source: Source) -> dict[str, Any]:
    rules = source.scope
    return {
        "name": source.name,
        "title": source.title,
        "homepage": source.homepage,
        "languages": list(source.languages),
        "country": source.country,
        "timezone": source.timezone,
        "topics": list(source.topics),
        "seeds": [{"type": seed.type, "url": seed.url} for seed in source.seeds],
        "scope": {"allow_hosts": list(rules.allow_hosts), "allow": list(rules.allow), "deny": list(rules.deny)},
        "enabled": source.enabled,
        "verified": source.verified,
        "delay": source.delay,
        "max_pages_per_run": source.max_pages_per_run,
        "file": str(source.path),
        "notes": source.notes,
    }


def _plain(value: object) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from archive.neutral import one_line

    table = [tuple(heads), *(tuple(one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(heads))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: errors as one message on stderr, with the exit code that the documentation names."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="warchive")
    except WarchiveError as error:
        for line in _messages(error):
            print(f"warchive: {line}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # `warchive export | head`: the reader has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _messages(error: WarchiveError) -> Iterator[str]:
    if isinstance(error, ConfigError):
        yield from (str(problem) for problem in error.problems)
    else:
        yield str(error)


if __name__ == "__main__":
    main()
