"""The verb that shows why a line was kept or dropped: explain."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from archive import exits
from archive.errors import UsageError
from crawler.verbs import given
from crawler.verbs.reading import after_demo

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=after_demo("explain 'http://sada-aljibal.example/he/article.php?id=7004'"))
def explain(
    what: Annotated[str, typer.Argument(metavar="URL|FILE", help="An archived URL, an HTML file, or `-` for stdin.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes; `-` is stdout. Default: explain.html.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="URL of an HTML file, for links and metadata.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="The capture nearest to this time.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs in place of a page; to stdout, unless -o is given.")] = False,
) -> None:
    """Show why each line of a page was kept or dropped, as a web page that loads nothing. Exit 5 where no such page is archived.

    Every piece of text of the page is on it, coloured by label, with the probability that it is body, the reason that decided, and its
    place in the page; above them verdict, names, and every claim about a date.
    """
    from archive.neutral import one_line
    from crawler.explanation import explain as explain_subject
    from crawler.explanation import is_address, of_archive, of_file

    if is_address(what):
        if url is not None:
            raise UsageError("--url is for files", hint="an archived page has its URL; leave the option out")
        setup = given.configuration()
        with given.published() as archive:
            subject = of_archive(archive, what, at, setup)
        if subject is None:
            print(f"warchive: no capture of {one_line(what)} is published", file=sys.stderr)
            print(f"  keep it now with `warchive capture {shlex.quote(one_line(what))}`, or give an HTML file", file=sys.stderr)
            raise typer.Exit(exits.EMPTY)
    else:
        if at is not None:
            raise UsageError("--at is for archived URLs", hint=f"{what[:200]} is taken for a file, since it has no http:// or https://")
        setup = given.configuration()
        subject = of_file(what, url, setup)
    told = explain_subject(subject, setup)
    if as_json:
        import json

        text = json.dumps({**told, "about": dict(subject.about)}, ensure_ascii=False, indent=2) + "\n"
    else:
        from pipelines.explain_page import render

        text = render(told, subject.about)
    _write(text, output or ("-" if as_json else "explain.html"))
    kept = sum(label["kept"] for label in told["labels"].values())
    every = kept + sum(label["dropped"] for label in told["labels"].values())
    if output != "-" and not (as_json and output is None):
        where = output or "explain.html"
        what_became = "kept" if told["article"] else "would be kept"
        print(f"{told['verdict']}: {kept:,} of {every:,} pieces of text {what_became}; look at {where}")


def _write(text: str, where: str) -> None:
    data = text.encode("utf-8", "replace")
    if where == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(where).write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {where}: {error.strerror}", hint="name another file with -o, or - for stdout") from error
