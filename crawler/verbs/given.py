"""What did the command line say before the verb, and what do the verbs share?"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.errors import ConfigError, Problem, UsageError

if TYPE_CHECKING:
    from archive.config import Config
    from archive.reader import Archive
    from crawler.sources import Source, SourceSet

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Names of sources; none: all that are enabled.")]

_SOON, _EVERY = 1.0, 0.2  # seconds before a terminal is told of work, and between two tellings

config_file: Path | None = None
overrides: dict[str, Any] = {}
"""Set by the options before the verb, by dotted key."""


def configuration_file() -> Path | None:
    """The file that would be read; null where there is none, or where it is not clear which."""
    from archive.config import find_config

    try:
        return find_config(config_file, environ=os.environ, folder=Path.cwd())
    except (ConfigError, OSError):
        return None


def configuration(path: Path | None = None, values: Mapping[str, object] | None = None, *, ignore_file: bool = False) -> Config:
    """What is in force; raises `ConfigError` with everything that is wrong."""
    from archive.config import find_config, load_config

    found = None if ignore_file else find_config(path or config_file, environ=os.environ, folder=Path.cwd())
    return load_config(found, environ=os.environ, overrides=overrides if values is None else values)


def all_sources(setup: Config) -> SourceSet:
    """The catalogue and the user's folders, with what was switched on."""
    from crawler.source_cache import FILE as CACHE
    from crawler.source_switches import FILE, read_switches
    from crawler.sources import load_sources

    folders = [folder for folder in setup.sources if folder.is_dir() or setup.origins["sources"] != "default"]
    return load_sources(folders, switches=read_switches(setup.state / FILE), cache=setup.state / CACHE)


def chosen_sources(setup: Config, names: Iterable[str]) -> list[Source]:
    """The named sources, or all enabled ones; raises `ConfigError` for unknown names and for publishers that need a contact."""
    from crawler.public import crawlable

    sources = all_sources(setup)
    names = list(names)
    chosen = sources.select(names) if names else sources.enabled()
    if not chosen:
        hint = "name some, switch some on with `warchive sources enable NAME`, or describe one with `warchive sources add URL`"
        raise ConfigError([Problem(path=setup.path, line=None, message="no source is enabled", hint=hint)])
    network = setup.network
    problems = [crawlable(source, setup.contact, allow_private=network.allow_private, connect_to=network.connect_to) for source in chosen]
    found = [problem for problem in problems if problem is not None]
    if found:
        raise ConfigError(found)
    return chosen


def published(*, sync: bool = True) -> Archive:
    """The archive that is configured, for reading; `sync` as in `open_archive`."""
    from archive.layout import MARKER
    from archive.reader import open_archive

    setup = configuration()
    archive = open_archive(setup.store, collection=setup.collection, state=setup.state, sync=sync)
    if archive.store.head(MARKER) is None:
        print(f"warchive: nothing was ever published in {archive.store.url}: is that the right store?", file=sys.stderr)
    return archive


def one_of(option: str, value: str, allowed: Iterable[str]) -> None:
    """Raises `UsageError` for a value that the option does not take."""
    allowed = tuple(allowed)
    if value not in allowed:
        raise UsageError(f"{option} {value[:80]!r} is not one of {', '.join(allowed)}", hint="see --help")


@contextmanager
def counting(words: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """How far long work is: `words` has places for what is done and for all. A line on a terminal after a second, elsewhere nothing."""
    shown, began, told = sys.stderr.isatty() and not quiet, time.monotonic(), 0.0

    def progress(done: int, expected: int) -> None:
        nonlocal told
        now = time.monotonic()
        if shown and now - began > _SOON and now - told > _EVERY:
            told = now
            print("\rwarchive: " + words.format(f"{done:,}", f"{expected:,}"), end="", file=sys.stderr, flush=True)

    yield progress
    if told:
        print(file=sys.stderr)


def print_json(value: Any) -> None:
    """For programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """For people and `awk`: columns two spaces apart, nothing of the web raw."""
    from archive.neutral import one_line

    table = [tuple(heads), *(tuple(one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(heads))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
