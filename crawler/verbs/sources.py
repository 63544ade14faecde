"""The verbs about publishers: what is there, what is switched on, what answers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import exits
from archive.errors import ConfigError, Problem
from archive.neutral import one_line
from crawler.verbs import given, sourcing

if TYPE_CHECKING:
    from crawler.sources import Source

MOST_LINES = 20  # of a source's furniture that are shown to a person; `--json` has them all

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The publishers: what is there, what is switched on, what answers.")
app.command("add", epilog="Example: warchive sources add https://www.example.org/ --dry-run")(sourcing.sources_add)
app.command("import", epilog="Example: warchive sources import subscriptions.opml")(sourcing.sources_import)
app.command("export", epilog="Example: warchive sources export --format csv")(sourcing.sources_export)


@app.command("list", epilog="Example: warchive sources list --language uk")
def sources_list(
    as_json: given.Json = False,
    enabled: Annotated[bool, typer.Option("--enabled", help="Only those that `crawl` takes.")] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="Only those in this language (BCP 47).")] = None,
) -> None:
    """List the publishers of the catalogue and of your folders."""
    every = [
        source
        for source in given.all_sources(given.configuration()).values()
        if (source.enabled or not enabled)
        and (language is None or any(tag == language or tag.startswith(f"{language}-") for tag in source.languages))
    ]
    if as_json:
        given.print_json([_source_json(source) for source in every])
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
    given.print_table(("name", "enabled", "checked", "languages", "country", "title"), rows)


@app.command("show", epilog="Example: warchive sources show meduza")
def sources_show(name: Annotated[str, typer.Argument(help="Name of the source.")], as_json: given.Json = False) -> None:
    """Show one publisher: its seeds, its scope, what is known of it."""
    from crawler import sitelines
    from crawler.seedview import remembered, sentences

    setup = given.configuration()
    source = given.all_sources(setup).select([name])[0]
    ledger = setup.state / setup.collection / "ledger.sqlite"
    known = remembered(ledger, source.name)
    furniture = sitelines.remembered(ledger, source.name)
    if as_json:
        shown = _source_json(source)
        for seed in shown["seeds"]:
            seed["visited"] = known.get(seed["url"])
        given.print_json({**shown, "furniture": furniture})
        return
    for key, value in _source_json(source).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                print(f"{key:<12} {one['type']:<13} {one['url']}")
                for sentence in sentences(known.get(one["url"])):
                    print(f"{'':<12} {'':<13} {one_line(sentence)}")
        elif isinstance(value, dict):
            print(f"{key:<12} {json.dumps(value, ensure_ascii=False)}")
        else:
            print(f"{key:<12} {', '.join(map(str, value)) if isinstance(value, list) else '-' if value is None else value}")
    if furniture is not None:
        print(f"{'furniture':<12} {len(furniture['lines'])} lines, known from the last {furniture['articles']} articles")
        for one in furniture["lines"][:MOST_LINES]:
            print(f"{'':<12} {one['articles']:>5} x {one_line(one['text'] or one['hash'])}")


@app.command("check", epilog="Example: warchive sources check meduza ukrinform")
def sources_check(
    names: given.Names = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write URLs that moved for good into your own source files.")] = False,
    as_json: given.Json = False,
) -> None:
    """Ask every seed of these sources, and say what it answers. Nothing is archived. Exit 4 where a seed fails."""
    from crawler.check import check_sources
    from crawler.report import READ

    setup = given.configuration()
    chosen = given.chosen_sources(setup, names or ())
    terminal = sys.stderr.isatty()
    rows = check_sources(setup, chosen, say=lambda done, of: print(f"\r{done} of {of}", end="", file=sys.stderr) if terminal else None)
    if terminal:
        print("\r\033[K", end="", file=sys.stderr)
    if as_json:
        given.print_json(rows)
    else:
        given.print_table(
            ("source", "seed", "status", "kind", "entries", "newest", "in scope", "url", "what is wrong"),
            [
                (
                    row["source"],
                    row["type"],
                    row["status"],
                    row["kind"] or "",
                    str(row["entries"]),
                    (row["newest"] or "")[:10],
                    "" if row["in_scope"] is None else f"{row['in_scope']:.0%}",
                    row["url"],
                    "; ".join(row["wrong"]),
                )
                for row in rows
            ],
        )
    if fix:
        _fix(chosen, rows)
    if any(row["status"] not in READ for row in rows):
        raise typer.Exit(exits.PARTIAL)


def _fix(chosen: list[Source], rows: list[dict[str, Any]]) -> None:
    from crawler.check import moves_of
    from crawler.seedmoves import write_moves

    problems: list[Problem] = []
    for source in chosen:
        moves, refused = moves_of(source, rows)
        for sentence in refused:
            print(f"{source.name}: {one_line(sentence)}", file=sys.stderr)
        if moves and source.builtin:
            print(f"{source.name} is of the catalogue, which is not changed: copy {source.path} into a folder of yours", file=sys.stderr)
        elif moves:
            try:
                print(f"{source.path}: {write_moves(source, moves)} moved seeds written", file=sys.stderr)
            except ConfigError as error:  # the others are written all the same
                problems += error.problems
    if problems:
        raise ConfigError(problems)


@app.command("enable", epilog="Example: warchive sources enable meduza ukrinform")
def sources_enable(names: Annotated[list[str], typer.Argument(help="Names of sources.")]) -> None:
    """Switch sources on for `crawl` without names."""
    _switch(names, True)


@app.command("disable", epilog="Example: warchive sources disable meduza")
def sources_disable(names: Annotated[list[str], typer.Argument(help="Names of sources.")]) -> None:
    """Switch sources off for `crawl` without names."""
    _switch(names, False)


def _switch(names: list[str], value: bool) -> None:
    from crawler.source_switches import FILE, set_enabled

    setup = given.configuration()
    given.all_sources(setup).select(names)
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
        "requisites": source.requisites,
        "file": str(source.path),
        "notes": source.notes,
    }
