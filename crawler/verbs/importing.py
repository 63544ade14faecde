"""The verb that takes in what others captured."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import exits
from archive.errors import UsageError
from crawler.verbs import given
from crawler.verbs.reading import after_demo

if TYPE_CHECKING:
    from archive.config import Config
    from crawler.import_texts import Zone
    from crawler.importing import ImportResult

app = typer.Typer(rich_markup_mode=None)


@app.command("import", epilog=after_demo("import store/demo/runs/*/*/*/archive/*.warc.gz --dry-run"))
def import_verb(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="WARC files (.warc.gz) and WACZ files of anybody.")],
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Whose pages they are; a source of yours lends its time zone too.")
    ] = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Index only; `warchive extract --all` makes the text later.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the files and tell what would come of them; store nothing.")] = False,
    as_json: given.Json = False,
) -> None:
    """Take other people's captures into the collection: bytes untouched, marked as theirs, then found and replayed as ours are.

    One import is one run, published whole or not at all; a file that is here already is recognised and left out. Exit 4 where a file breaks
    off, or a record is not as it says: what is good is kept, the report names the rest.
    """
    if source is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", source):
        raise UsageError(f"{source[:80]!r} cannot be the name of a source", hint="lower-case letters, digits and hyphens")
    setup = given.configuration()
    if dry_run:
        raise typer.Exit(_dry(setup, files, as_json=as_json))
    began = time.monotonic()
    try:
        result = _import(setup, files, source=source, texts=not no_text)
    except KeyboardInterrupt:
        print("warchive: stopped; what is not finished is finished by the next start, or was not begun", file=sys.stderr)
        raise typer.Exit(exits.INTERRUPTED) from None
    _tell(result, time.monotonic() - began, as_json=as_json)
    raise typer.Exit(result.exit_code)


def _import(setup: Config, files: list[Path], *, source: str | None, texts: bool) -> ImportResult:
    from rich.console import Console

    from crawler.import_progress import ImportProgress
    from crawler.importing import import_files

    with ImportProgress(Console(stderr=True, highlight=False, markup=False)) as progress:
        return import_files(setup, files, source=source, zone=_zone(setup, source), texts=texts, say=progress.say, watch=progress.watch)


def _zone(setup: Config, source: str | None) -> Zone:
    from crawler.import_texts import Zone

    known = given.all_sources(setup).get(source) if source is not None else None
    return Zone() if known is None else Zone(timezone=known.timezone, languages=tuple(known.languages))


def _tell(result: ImportResult, seconds: float, *, as_json: bool) -> None:
    from crawler.import_report import summary_line

    if as_json:
        given.print_json(result.report or {"run": None, "imported": [], "already_here": result.here})
    for run in result.recovered:
        print(f"warchive: run {run} of an earlier start was finished and published", file=sys.stderr)
    for one in result.here:
        where = "given twice" if one["run"] == "this one" else f"in the collection already, in run {one['run']}"
        print(f"warchive: {one['name']} is {where}: nothing is stored again", file=sys.stderr)
    for file in (result.report or {}).get("imported", ()):
        _problems(file)
    for problem in result.problems:
        print(f"warchive: {problem}", file=sys.stderr)
    if not as_json:
        print(summary_line(result.report, seconds) if result.report else "warchive: nothing new to import", flush=True)


def _problems(file: dict[str, Any]) -> None:
    from archive.neutral import one_line

    for problem in file["problems"][:10]:
        what = one_line(
            f"{file['name']}, offset {problem['offset']}: {problem['what']}{', ' if problem['detail'] else ''}{problem['detail']}"
        )
        print(f"warchive: {what}", file=sys.stderr)
    more = len(file["problems"]) - 10
    if more > 0:
        print(f"warchive: {file['name']}: {more} more such records; `warchive runs show last --json` names them", file=sys.stderr)


def _dry(setup: Config, files: list[Path], *, as_json: bool) -> int:
    from archive.reader import open_archive
    from crawler.import_trial import try_import

    with open_archive(setup.store, collection=setup.collection, state=setup.state) as archive:
        found = try_import(archive.catalogue, files)
    if as_json:
        given.print_json(found)
    else:
        for file in found["files"]:
            outcomes = ", ".join(f"{count:,} {name}" for name, count in file["outcomes"].items())
            print(f"{file['name']}: {outcomes}" if file["outcomes"] else f"{file['name']}: in the collection already")
            _problems(file)
        print("warchive: nothing was stored", file=sys.stderr)
    return exits.PARTIAL if any(file["problems"] for file in found["files"]) else exits.OK
