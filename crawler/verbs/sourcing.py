"""The verbs that bring publishers in and take them out: `sources add`, `import`, `export`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import exits
from archive.errors import ConfigError, Problem, UsageError, WarchiveError
from crawler.verbs import given

if TYPE_CHECKING:
    from archive.config import Config
    from crawler.proposal import Proposal
    from crawler.siteprobe import Probe
    from crawler.source_file import Source

Folder = Annotated[Path | None, typer.Option("--folder", metavar="DIR", help="Where to write; else the first folder of `sources`.")]


def sources_add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Front page of the site, or one of its feeds; without a scheme, https is tried, then http.")
    ],
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Of the source; else made of the host name.")] = None,
    folder: Folder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the proposal, write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    as_json: given.Json = False,
) -> None:
    """Look at a site, propose a source file, and write it. Exit 4 where the site cannot be reached, 5 where it announces nothing."""
    from crawler.children import open_pool
    from crawler.proposal import propose, validate, write_new
    from crawler.siteprobe import addresses_of, probe
    from crawler.visitor import Visitor

    setup = given.configuration()
    addresses = addresses_of(url)
    _must_say_who_we_are(addresses[0], setup)
    into = folder or (setup.sources[0] if setup.sources else Path("sources"))
    taken = given.all_sources(setup)
    if name is not None and name in taken and not dry_run:
        raise ConfigError(
            [Problem(path=taken[name].path, line=None, message=f"there is a source `{name}` already", hint="give another --name")]
        )

    async def look() -> Probe:
        from crawler.run import user_agent

        async with Visitor(setup, user_agent(setup.contact)) as visitor:
            return await probe(setup, visitor, pool, addresses, _say)

    pool = open_pool(setup)
    try:
        seen = asyncio.run(look())
    finally:
        pool.close()
    proposal = propose(seen, name=name)
    source = validate(proposal)
    path: Path | None = None
    if not as_json:
        _show(seen, proposal, source)
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not yes and not as_json
    if not dry_run and (not asks or typer.confirm(f"write {into / (proposal.name + '.toml')}?", default=True)):
        if proposal.name in taken:
            hint = "give another --name"
            raise ConfigError(
                [Problem(path=taken[proposal.name].path, line=None, message=f"there is a source `{proposal.name}` already", hint=hint)]
            )
        path = write_new(into, proposal.name, proposal.text)
        print(f"wrote {path}; `warchive crawl {proposal.name}` crawls it", file=sys.stderr)
    if as_json:
        given.print_json(_as_json(seen, proposal, source, path))


def sources_import(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A list that another program wrote; - for standard input.")],
    kind: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="opml, csv or urls; else by what is in it.")] = None,
    folder: Folder = None,
    as_json: given.Json = False,
) -> None:
    """Make a source file of each entry of a list. Nothing is asked for, nothing overwritten. Exit 4 where entries were refused."""
    from crawler.proposal import Proposal, validate, write_new
    from crawler.seedtext import decode
    from crawler.sourcelists import FORMATS, MAX_BYTES, Refused, guess_format, read_list, source_texts

    if kind is not None:
        given.one_of("--format", kind, FORMATS)
    try:
        with contextlib.nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint="name a file, or - for standard input") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{file} is longer than {MAX_BYTES >> 20} MiB", hint="split it")
    text = decode(data, content_type=None).text
    setup = given.configuration()
    into = folder or (setup.sources[0] if setup.sources else Path("sources"))
    taken = given.all_sources(setup)
    listed, refused = read_list(text, kind or guess_format(file, text))
    known = {seed.url: source.name for source in taken.values() for seed in source.seeds}
    fresh = []
    for one in listed:
        if one.url in known:
            refused.append(Refused(where=one.where, reason=f"{one.url} is a seed of `{known[one.url]}` already"))
        else:
            fresh.append(one)
    written: list[str] = []
    for name, content, group in source_texts(fresh, taken):
        try:
            if name in taken:
                raise UsageError(f"there is a source `{name}` already")
            validate(Proposal(name=name, text=content, seeds=()))
            write_new(into, name, content)
            written.append(name)
        except WarchiveError as error:
            refused += [Refused(where=one.where, reason=error.message.splitlines()[0]) for one in group]
    if as_json:
        given.print_json({"written": written, "refused": [{"where": one.where, "reason": one.reason} for one in refused]})
    else:
        for entry in refused:
            print(f"{file}: {entry.where}: {entry.reason}", file=sys.stderr)
        print(f"{len(written)} sources written to {into}, {len(refused)} entries refused")
    if refused:
        raise typer.Exit(exits.PARTIAL)
    if not written:
        raise typer.Exit(exits.EMPTY)


def sources_export(
    names: given.Names = None,
    kind: Annotated[str, typer.Option("--format", metavar="FORMAT", help="opml, csv, urls or toml.")] = "opml",
) -> None:
    """Print sources as a list that other programs read; OPML holds feeds alone."""
    from crawler.sourcelists import FORMATS, write_list

    given.one_of("--format", kind, (*FORMATS, "toml"))
    every = given.all_sources(given.configuration())
    chosen = every.select(names) if names else every.enabled()
    if kind == "toml":
        print("\n".join(f"# {source.name}.toml\n{source.path.read_text(encoding='utf-8')}" for source in chosen), end="")
        return
    print(write_list(chosen, kind), end="")
    left_out = sum(seed.type != "feed" for source in chosen for seed in source.seeds)
    if kind == "opml" and left_out:
        print(f"{left_out} seeds that are no feeds are left out: OPML knows no others", file=sys.stderr)


def _must_say_who_we_are(homepage: str, setup: Config) -> None:
    from crawler.adhoc import source_for

    source_for([homepage], setup)  # raises where a public publisher would be asked without a contact


def _say(text: str) -> None:
    from archive.neutral import one_line

    if sys.stderr.isatty():
        print(f"  {one_line(text)[:150]}", file=sys.stderr)


def _rows(seen: Probe, source: Source) -> list[dict[str, Any]]:
    from archive.ledger import rfc3339
    from crawler.source_file import scope_of
    from crawler.trial import in_scope

    judge = scope_of(source).in_scope
    rows = []
    for trial in seen.seeds:
        inside, _ = in_scope(trial.entries, judge)
        rows.append(
            {
                "type": trial.type,
                "url": trial.url,
                "kind": trial.kind,
                "entries": len(trial.entries),
                "newest": rfc3339(trial.newest) if trial.newest else None,
                "in_scope": round(inside / len(trial.entries), 4) if trial.entries else None,
                "titles": [entry.title for entry in trial.entries if entry.title][:3],
            }
        )
    return rows


def _show(seen: Probe, proposal: Proposal, source: Source) -> None:
    from archive.neutral import one_line

    print(proposal.text)
    rows = _rows(seen, source)
    given.print_table(
        ("seed", "kind", "entries", "newest", "in scope", "url"),
        [(r["type"], r["kind"] or "", str(r["entries"]), (r["newest"] or "")[:10], f"{r['in_scope'] or 0:.0%}", r["url"]) for r in rows],
    )
    for title in dict.fromkeys(title for row in rows for title in row["titles"]):
        print(f"  {one_line(title)[:120]}")
    for url, why in seen.passed_over:
        print(f"passed over: {one_line(url)[:200]}: {why}", file=sys.stderr)


def _as_json(seen: Probe, proposal: Proposal, source: Source, path: Path | None) -> dict[str, Any]:
    return {
        "name": proposal.name,
        "file": str(path) if path else None,
        "languages": list(source.languages),
        "country": source.country,
        "timezone": source.timezone,
        "allow_hosts": list(source.scope.allow_hosts),
        "seeds": _rows(seen, source),
        "passed_over": [{"url": url, "why": why} for url, why in seen.passed_over],
        "requests": seen.requests,
        "toml": proposal.text,
    }
