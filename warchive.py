"""The front door: the command line of warchive, and its names for other programs.

For programs: `extract` with `Article` and `NotAnArticle`, `open_archive` and `crawl`. Heavy imports happen inside the functions, so that
`--help` is quick.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import exits
from archive.errors import ConfigError, WarchiveError
from crawler.verbs import (
    explaining,
    exporting,
    extracting,
    given,
    importing,
    keeping,
    reading,
    replaying,
    scheduling,
    searching,
    sources,
    timeline,
    working,
)

if TYPE_CHECKING:
    from archive.article import Article, NotAnArticle
    from archive.reader import Archive
    from crawler.run import RunResult

__all__ = ["Article", "NotAnArticle", "app", "crawl", "extract", "main", "open_archive"]


def __getattr__(name: str) -> Any:
    """`Article` and `NotAnArticle`: what `extract` gives. Imported when they are asked for, so that `--help` is quick."""
    if name in ("Article", "NotAnArticle"):
        import archive.article

        return getattr(archive.article, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# -- for other programs


def extract(
    html: bytes,
    url: str,
    *,
    content_type: str | None = None,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    status: int = 200,
    captured_at: datetime | None = None,
    timezone: str | None = None,
    languages: Sequence[str] = (),
    furniture: Sequence[str] = (),
) -> Article | NotAnArticle:
    """The article of one web page: an object with the fields of the article record (docs/article.md), or a `NotAnArticle` with verdict and
    reasons.

    In this process, with no archive and no configuration; nothing is written, nobody is asked. Without limits of time and memory either:
    for pages that you trust, or in a process of your own. Deterministic: the same arguments give the same record on any day.

    `html` is the body without content coding, whatever its charset; `url` is the final one. `content_type` and `headers` are those of the
    response, where you have them (they tell charset, date of modification, robots and blocks), `status` its code. `captured_at` (aware)
    bounds the dates: none is later. `timezone` (IANA) is for dates that state no zone, `languages` (BCP 47) are those of the publisher.
    `furniture` are lines that stand on every page of the site: `extractor.furniture` of an earlier record makes the same text again.

    Raises `TypeError` for text in place of bytes, and `ValueError` for a URL that is not http or https, for a time without zone, and for a
    zone that nobody knows.
    """
    from pipelines.calling import extract_page

    return extract_page(
        html,
        url,
        content_type=content_type,
        headers=headers,
        status=status,
        captured_at=captured_at,
        timezone=timezone,
        languages=languages,
        furniture=furniture,
    )


def open_archive(store: str, *, collection: str | None = None, state: Path | None = None) -> Archive:
    """A published archive for reading: `.articles(...)`, `.captures(url)`, `.read(capture)`; see `archive.reader.Archive`.

    `store` is a folder or an S3 URL as in `warchive.toml`; `state` the folder of the crawl's catalogue, where it is on this machine.
    """
    from archive.reader import open_archive as open_it

    return open_it(store, collection=collection, state=state)


def crawl(
    names: Sequence[str] = (), *, config: Path | None = None, overrides: Mapping[str, object] | None = None, recheck: bool = False
) -> RunResult:
    """One crawl run over the named sources, or over what is due of all enabled ones if none is named; published at the end.

    Runs the Twisted reactor, so once per process. Raises `archive.errors.WarchiveError` before anything is asked; afterwards everything
    is in the result: `exit_code`, `report`, `problems`.
    """
    from crawler.options import Options
    from crawler.run import crawl as run_crawl

    setup = given.configuration(config, overrides or {})
    return run_crawl(setup, given.chosen_sources(setup, names), options=Options(recheck=recheck, everything=bool(names)))


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
app.add_typer(working.app)
app.add_typer(extracting.app)
app.add_typer(sources.app, name="sources")
app.add_typer(reading.app)
app.add_typer(searching.app)
app.add_typer(exporting.app)
app.add_typer(explaining.app)
app.add_typer(timeline.app)
app.add_typer(importing.app)
app.add_typer(keeping.app)
app.add_typer(replaying.app)
app.add_typer(scheduling.app, name="schedule")


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
    source_folders: Annotated[
        list[Path] | None, typer.Option("--sources", metavar="DIR", help="Folder of source files; repeatable.")
    ] = None,
    connect_to: Annotated[
        list[str] | None, typer.Option("--connect-to", metavar="HOST:PORT:HOST:PORT", help="As curl's; repeatable.")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log one JSON line per event on stderr.")] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="More log; twice: everything.")] = 0,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version)] = False,
) -> None:
    """Options before the verb hold for every verb."""
    values: dict[str, Any] = {
        "store": store,
        "state": state,
        "collection": collection,
        "sources": [str(folder) for folder in source_folders] if source_folders else None,
        "network.connect_to": connect_to or None,
    }
    given.config_file = config
    given.overrides.clear()
    given.overrides.update({key: value for key, value in values.items() if value is not None})
    from crawler.logs import set_up_logging

    set_up_logging(json_lines=log_json, verbose=verbose)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: errors as one message on stderr, with the exit code that the documentation names."""
    from crawler.logs import hold_standard_streams

    hold_standard_streams()
    # Data is UTF-8 whatever the locale of cron's shell is; a terminal gets what it can show.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=sys.stdout.encoding if sys.stdout.isatty() else "utf-8", errors="backslashreplace")
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
