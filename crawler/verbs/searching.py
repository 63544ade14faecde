"""The verb that searches: full text, on the command line."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from archive import exits
from crawler.verbs import given
from crawler.verbs.reading import after_demo

if TYPE_CHECKING:
    from archive.reader import Archive
    from archive.search import Hit, Results
    from archive.search_snippet import Piece

app = typer.Typer(rich_markup_mode=None)

_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"


@app.command(epilog=after_demo("search 'школі OR truce' --sort newest"))
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help='Words, "a phrase", -without, this OR that, beginning*.')],
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Of this source.")] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG", help="In this language (BCP 47; en takes en-GB in).")] = None,
    verdict: Annotated[str | None, typer.Option("--verdict", metavar="NAME", help="article, live_blog or paywall_stub.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time on (2024-11-08, RFC 3339).")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time; a day counts whole.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="published|captured", help="Which time is meant, in bounds and order.")] = "published",
    sort: Annotated[str, typer.Option("--sort", metavar="relevance|newest|oldest", help="What comes first.")] = "relevance",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")] = 20,
    as_json: given.Json = False,
) -> None:
    """Search the articles: words in all their forms, in title and text. Exit 5 where nothing is found."""
    from archive.search import BY, MOST_HITS, SORTS, Query, next_page

    given.one_of("--by", by, BY)
    given.one_of("--sort", sort, SORTS)
    # A shell takes the quotes of a phrase away: `warchive search "black sea" grain` has two arguments, the first of them a phrase.
    words = query[0] if len(query) == 1 else " ".join(f'"{one}"' if " " in one and '"' not in one else one for one in query)
    asked = Query(
        words,
        source=source,
        language=language,
        verdict=verdict,
        since=since,
        until=until,
        by=cast(Any, by),
        sort=cast(Any, sort),
        limit=min(limit, MOST_HITS),
    )
    with given.published() as archive:
        _bring_up_to_date(archive, quiet=as_json)
        first = results = archive.search(asked)
        hits = list(results.hits)
        while len(hits) < limit and (following := next_page(dataclasses.replace(asked, limit=min(limit - len(hits), MOST_HITS)), results)):
            results = archive.search(following)
            hits += results.hits
    if as_json:
        given.print_json(as_record(first, hits))
    else:
        bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        for at, hit in enumerate(hits):
            print(("\n" if at else "") + told(hit, bold=bold))
        _say(first, len(hits))
    if not hits:
        raise typer.Exit(exits.EMPTY)


def told(hit: Hit, *, bold: bool) -> str:
    """A hit in three lines; nothing of it is raw."""
    from archive.neutral import one_line

    article = hit.article
    when = (article.date_published or article.captured_at or "")[:16].replace("T", " ")
    facts = [when, article.source or "", article.language or "", *([] if article.verdict == "article" else [article.verdict])]
    if hit.newer:
        facts.append(f"version {article.version}, which has a newer one")
    lines = [_line(hit.title, bold) or "(without a title)", "  ".join(one_line(fact) for fact in facts if fact), one_line(article.url)]
    piece = _line(hit.snippet, bold)
    return "\n".join([lines[0], *(f"    {line}" for line in (*lines[1:], *([piece] if piece else [])))])


def as_record(results: Results, hits: list[Hit]) -> dict[str, Any]:
    """For programs. Pieces are pairs of a text and whether it is something that was looked for."""
    names = ("id", "article_id", "version", "url", "source", "language", "verdict", "title", "date_published", "captured_at")
    return {
        "total": results.total,
        "more": results.more,
        "words": results.words,
        "looked_since": results.looked_since,
        "notes": list(results.notes),
        "took_ms": results.took_ms,
        "hits": [
            {
                **{name: getattr(hit.article, name) for name in names},
                "score": hit.score,
                "newer": hit.newer,
                "title_pieces": hit.title,
                "snippet": hit.snippet,
            }
            for hit in hits
        ],
    }


def _line(pieces: list[Piece], bold: bool) -> str:
    from archive.neutral import plain

    shown = "".join(f"{_BOLD}{_flat(plain(text))}{_PLAIN}" if bold and is_match else _flat(plain(text)) for text, is_match in pieces)
    return shown.strip()


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def _say(results: Results, shown: int) -> None:
    if not shown:
        print("warchive: nothing is found", file=sys.stderr)
    elif sys.stderr.isatty() or results.notes:
        of = "" if results.total is None else f" of {results.total:,}"
        print(f"warchive: {shown:,}{of} found", file=sys.stderr)
    for note in results.notes:
        print(f"warchive: {note}", file=sys.stderr)


def _bring_up_to_date(archive: Archive, *, quiet: bool) -> None:
    """Enter what was published since. A terminal is told where it takes long."""
    index = archive.search_index()
    with given.counting("{} of {} articles entered into the search index", quiet=quiet) as progress:
        index.sync(archive, progress=progress)
    for problem in index.problems:
        print(f"warchive: {problem}", file=sys.stderr)
