"""Which articles say this? The page with the form, and the same for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from archive.errors import UsageError
from archive.neutral import web_url
from archive.reader import Archive
from archive.search import MOST_HITS, Results
from archive.search import Query as Search
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.languages import language_name
from archive.web.listed import ArticleLine, article_line
from archive.web.pages import render

router = APIRouter(tags=["search"])
_SORTS = {"relevance": "best first", "newest": "newest first", "oldest": "oldest first"}
_BY = {"published": "publication", "captured": "capture"}
_CHOICES = 500  # values that a field of the form offers: the commonest
_FILTERS = ("source", "language", "verdict", "since", "until")


class Piece(Told):
    """A piece of a title or text."""

    text: str
    match: bool
    """Whether it is something that was looked for."""


class HitLine(Told):
    """One article that was found: its newest version that has the words and passes the filters."""

    article: ArticleLine
    title: list[Piece]
    snippet: list[Piece]
    """Of the text; empty where the store does not give it."""
    score: float | None
    """Of relevance, higher is better; comparable within one answer."""
    newer_version: bool
    """Whether the article has a newer version, which has not the words, or not what the filters ask for."""


class SearchAnswer(Told):
    """What was found."""

    hits: list[HitLine]
    total: int | None
    """Articles found; null where counting would be dear."""
    cursor: str | None
    """Give it as `cursor` for the next page; null at the end."""
    next: str | None
    """Path of that page."""
    took_ms: float
    words: list[str]
    """The terms that were looked for, other forms among them."""
    looked_since: str | None
    """Where only the newest articles were ranked: the day since which."""
    notes: list[str]
    """What a reader should know, one sentence each."""
    runs_waiting: int
    """Published runs that are not in the index yet: they are being entered."""


Words = Annotated[str, Query(description='Words, "a phrase", -without, this OR that, begin*; empty: every article, the newest first.')]
Source = Annotated[str, Query(description="Articles of this source alone.")]
Language = Annotated[str, Query(description="BCP 47; takes in regional forms: `en` also finds `en-GB`.")]
Verdict = Annotated[str, Query(description="`article`, `live_blog`, `paywall_stub`, ...")]
Since = Annotated[str, Query(description="A date or RFC 3339 time, inclusive.")]
Until = Annotated[str, Query(description="The same; a date takes the whole day in, a time is exclusive.")]
By = Annotated[str, Query(description="`published` or `captured`: which time is meant by since, until and sort.")]
Sort = Annotated[str, Query(description="`relevance`, `newest` or `oldest`.")]
Limit = Annotated[int, Query(description="Hits of one page.", ge=1, le=MOST_HITS)]
Cursor = Annotated[str, Query(description="Of the answer before.")]


def asked_of(q: str, source: str, language: str, verdict: str, since: str, until: str, by: str, sort: str) -> dict[str, str]:
    """What was asked for, without what was left empty; the parameters of its address."""
    given = {"q": q, "source": source, "language": language, "verdict": verdict, "since": since, "until": until, "by": by, "sort": sort}
    stripped = {name: value.strip() for name, value in given.items()}
    usual = {"by": "published", "sort": "relevance"}
    return {name: value for name, value in stripped.items() if value and usual.get(name) != value}


def answer_of(archive: Archive, asked: Mapping[str, str], *, limit: int, cursor: str, path: str) -> SearchAnswer:
    """Search. Raises `UsageError` for what cannot be looked for."""
    found: Results = archive.search(
        Search(
            asked.get("q", ""),
            source=asked.get("source"),
            language=asked.get("language"),
            verdict=asked.get("verdict"),
            since=asked.get("since"),
            until=asked.get("until"),
            by=cast(Literal["published", "captured"], asked.get("by", "published")),
            sort=cast(Literal["relevance", "newest", "oldest"], asked.get("sort", "relevance")),
            limit=limit,
            cursor=cursor or None,
        )
    )
    following = {**asked, **({"limit": str(limit)} if limit != 20 else {}), "cursor": found.more or ""}
    return SearchAnswer(
        hits=[
            HitLine(
                article=article_line(hit.article),
                title=[Piece(text=text, match=match) for text, match in hit.title],
                snippet=[Piece(text=text, match=match) for text, match in hit.snippet],
                score=hit.score,
                newer_version=hit.newer,
            )
            for hit in found.hits
        ],
        total=found.total,
        cursor=found.more,
        next=f"{path}?{urlencode(following)}" if found.more else None,
        took_ms=found.took_ms,
        words=list(found.words),
        looked_since=found.looked_since,
        notes=list(found.notes),
        runs_waiting=archive.search_index().behind(archive),
    )


@router.get("/search", include_in_schema=False)
def search_page(
    request: Request,
    archive: Borrowed,
    q: Words = "",
    source: Source = "",
    language: Language = "",
    verdict: Verdict = "",
    since: Since = "",
    until: Until = "",
    by: By = "published",
    sort: Sort = "relevance",
    cursor: Cursor = "",
) -> HTMLResponse:
    """As HTML; a search that cannot be is told beside the form, so that it can be mended."""
    asked = asked_of(q, source, language, verdict, since, until, by, sort)
    problem: UsageError | None = None
    answer: SearchAnswer | None = None
    try:
        answer = answer_of(archive, asked, limit=20, cursor=cursor, path="/search")
    except UsageError as error:
        problem = error
    return render(
        request,
        "search.html",
        status=400 if problem else 200,
        asked=asked,
        answer=answer,
        behind=request.app.state.readers.behind,
        trouble=problem,
        options=_options(archive, asked),
        continued=bool(cursor),
        dates={name: len(asked.get(name, "")) in (0, 10) for name in ("since", "until")},  # a field for a day shows no time
        without=[(name, asked[name], _address({key: value for key, value in asked.items() if key != name}))
                 for name in _FILTERS if name in asked],
        first=_address(asked),
        address=web_url(asked.get("q")),
        sorts=_SORTS,
        bys=_BY,
    )  # fmt: skip


@router.get("/api/search", summary="Full-text search")
def api_search(
    archive: Borrowed,
    q: Words = "",
    source: Source = "",
    language: Language = "",
    verdict: Verdict = "",
    since: Since = "",
    until: Until = "",
    by: By = "published",
    sort: Sort = "relevance",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> SearchAnswer:
    """Finds inflected forms of Ukrainian, Russian, Arabic and the languages that have a stemmer; the same as `warchive search --json`."""
    asked = asked_of(q, source, language, verdict, since, until, by, sort)
    return answer_of(archive, asked, limit=limit, cursor=cursor, path="/api/search")


def _address(asked: Mapping[str, str]) -> str:
    return "/search" + (f"?{urlencode(asked)}" if asked else "")


def _options(archive: Archive, asked: Mapping[str, str]) -> dict[str, list[tuple[str, str, bool]]]:
    """What can be chosen, as value, word and whether it is: what the archive has, and what was asked for in any case."""
    names: dict[str, Callable[[str], str]] = {"source": str, "language": language_name, "verdict": lambda value: value.replace("_", " ")}
    found = {}
    for kind, name in names.items():
        chosen = asked.get(kind, "")
        values = [value for value, _ in archive.search_index().facets(kind)[:_CHOICES]]
        if chosen and chosen.lower() not in map(str.lower, values):
            values.append(chosen)
        options = [(value, name(value), value.lower() == chosen.lower()) for value in values]
        found[kind] = sorted(options, key=lambda one: one[1].lower())
    return found
