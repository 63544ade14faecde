"""The verbs that tell how a page changed: its timeline, and what differs between two versions."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from archive import exits
from crawler.verbs import given
from crawler.verbs.reading import after_demo

app = typer.Typer(rich_markup_mode=None)

_What = Annotated[str, typer.Argument(metavar="URL-or-ID", help="URL, article_id, or id of a version.")]


@app.command(epilog=after_demo("history 'http://sada-aljibal.example/he/article.php?id=7004'"))
def history(what: _What, as_json: given.Json = False) -> None:
    """Tell what became of a page: captured, unchanged, changed, missing, gone, back, moved, blocked. Exit 5 where nothing is known."""
    from archive import timeline_text
    from archive.history import timeline
    from archive.neutral import one_line

    with given.published() as archive:
        found = timeline(archive, what)
    if found is None:
        print(f"warchive: nothing of {one_line(what)} is published", file=sys.stderr)
        raise typer.Exit(exits.EMPTY)
    if as_json:
        given.print_json(timeline_text.as_json(found))
        return
    for line in timeline_text.timeline_text(found):
        print(line)
    print()
    given.print_table(timeline_text.HEADS, timeline_text.rows(found))


@app.command(epilog=after_demo("diff http://www.harbour-courier.example/2025/01/13/las-radios-de-la-frontera"))
def diff(
    what: _What,
    old: Annotated[str | None, typer.Option("--from", metavar="V", help="Version or time; else the one before.")] = None,
    new: Annotated[str | None, typer.Option("--to", metavar="V", help="Version or time; else the last.")] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="Mark words as [-removed-] and {+added+} on a terminal, too.")] = False,
    as_json: given.Json = False,
) -> None:
    """Show what differs between two versions of an article, word by word. Exit 5 where there are no two."""
    from archive import compare, compare_text
    from archive.neutral import one_line

    with given.published() as archive:
        found = compare.compare(archive, what, old=old, new=new)
    if found is None:
        print(f"warchive: no two versions of {one_line(what)} are published", file=sys.stderr)
        raise typer.Exit(exits.EMPTY)
    if as_json:
        given.print_json(compare.as_json(found))
        return
    # https://no-color.org: set and not empty
    colour = not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()
    print(compare_text.comparison_text(found, colour=colour), end="")
