"""How is each source, what did it give on which day, and what came in last of it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from archive.reader import Archive
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.charts import stacked
from archive.web.errors import NotThere
from archive.web.front import DAYS, days_between, days_until, shown_days
from archive.web.health import SourceState, health_of
from archive.web.listed import ArticleLine, article_line
from archive.web.pages import render
from archive.web.sums import Made, made_of

router = APIRouter(tags=["sources"])
_SOURCE_DAYS = 90
_LEAST_DAYS = 14
_LATEST = 20
_WAIT_FOR_HEALTH = 0.1
_COLOURS = {"new articles": 1, "new versions": 3, "failed or blocked": 5}


class SourceLine(Told):
    """One source, as lists show it."""

    source: str
    articles: int
    """Versions of articles that were made in the last 30 days up to the newest run."""
    new_versions: int
    announced: int
    failed: int
    last_article: str | None
    last_asked: str | None
    state: SourceState | None
    """As health has it; null where nobody has examined it."""
    page: str


class SourceList(Told):
    """All sources that any published run had to do with."""

    since: str | None
    until: str | None
    sources: list[SourceLine]


class SeedStanding(Told):
    """How one seed stands, by the last word of any run."""

    url: str
    type: str
    status: str
    good: bool
    last_asked: str | None
    last_answered: str | None
    last_new: str | None
    moved_to: str | None


class SourceDay(Told):
    """What one day gave."""

    day: str
    articles: int
    new_versions: int
    announced: int
    captured: int
    failed: int


class SourcePage(Told):
    """One source."""

    source: str
    state: SourceState | None
    seeds: list[SeedStanding]
    since: str | None
    until: str | None
    days: list[SourceDay]
    """Those on which anything happened, oldest first."""
    latest: list[ArticleLine]
    feeds: list[str]


def sources_of(archive: Archive, request: Request) -> SourceList:
    """All sources with their sums of thirty days."""
    newest = archive.catalogue.newest_run()
    days = [] if newest is None else days_until(newest[1][:10], DAYS)
    sums: dict[str, list[Made]] = {}
    for one in request.app.state.sums.made(archive, days[0] if days else ""):
        sums.setdefault(one.source, []).append(one)
    states = _states(request)
    found = []
    for name, standing in archive.catalogue.standings():
        part, last = sums.get(name, []), standing.get("last", {})
        found.append(
            SourceLine(
                source=name,
                articles=sum(one.articles for one in part),
                new_versions=sum(one.new_versions for one in part),
                announced=sum(one.announced for one in part),
                failed=sum(one.failed for one in part),
                last_article=last.get("article"),
                last_asked=last.get("asked"),
                state=states.get(name),
                page=f"/sources/{quote(name, safe='')}",
            )
        )
    return SourceList(since=days[0] if days else None, until=days[-1] if days else None, sources=found)


def source_of(archive: Archive, request: Request, name: str) -> SourcePage:
    """One source."""
    standing = dict(archive.catalogue.standings()).get(name)
    latest = archive.catalogue.recent(limit=_LATEST, source=name)
    if standing is None and not latest:
        raise NotThere(f"No run has had to do with a source named {name[:80]}.", hint="/sources lists those that are there")
    newest = archive.catalogue.newest_run()
    days = [] if newest is None else days_until(newest[1][:10], _SOURCE_DAYS)
    made = made_of(archive, days[0] if days else "", name)
    days = shown_days(days, (one.day for one in made), _LEAST_DAYS)
    return SourcePage(
        source=name,
        state=_states(request).get(name),
        seeds=[_seed(url, seed) for url, seed in (standing or {}).get("seeds", {}).items()],
        since=days[0] if days else None,
        until=days[-1] if days else None,
        days=[_day(one) for one in made],
        latest=[article_line(stored) for stored in latest],
        feeds=[f"/feeds/sources/{quote(name, safe='')}/{kind}.{form}" for kind in ("new", "changed", "gone") for form in ("atom", "json")],
    )


def _states(request: Request) -> dict[str, SourceState]:
    report = health_of(request.app.state.wellness, _WAIT_FOR_HEALTH)
    return {state.source: state for state in report.states}


def _seed(url: str, seed: Mapping[str, Any]) -> SeedStanding:
    words, last = seed.get("word", {}), seed.get("last", {})
    said = {name: value[1] for name, value in words.items() if isinstance(value, list) and len(value) == 2}
    status = str(said.get("status") or "")
    return SeedStanding(
        url=url,
        type=str(said.get("type") or ""),
        status=status,
        good=status in ("ok", "not_modified"),
        last_asked=last.get("asked"),
        last_answered=last.get("answered"),
        last_new=last.get("new"),
        moved_to=said.get("moved"),
    )


def _day(one: Made) -> SourceDay:
    return SourceDay(
        day=one.day,
        articles=one.articles,
        new_versions=one.new_versions,
        announced=one.announced,
        captured=one.captured,
        failed=one.failed,
    )


Name = Annotated[str, Path(description="Of the source, as its file is called.")]


@router.get("/sources", include_in_schema=False)
def sources_page(request: Request, archive: Borrowed) -> HTMLResponse:
    """As HTML."""
    return render(request, "sources.html", list=sources_of(archive, request))


@router.get("/api/sources", summary="All sources with their sums of thirty days")
def api_sources(request: Request, archive: Borrowed) -> SourceList:
    """In the order of their names."""
    return sources_of(archive, request)


@router.get("/sources/{name}", include_in_schema=False)
def source_page(request: Request, archive: Borrowed, name: Name) -> HTMLResponse:
    """As HTML."""
    source = source_of(archive, request, name)
    amounts = {
        "new articles": {one.day: one.articles - one.new_versions for one in source.days},
        "new versions": {one.day: one.new_versions for one in source.days},
        "failed or blocked": {one.day: one.failed for one in source.days},
    }
    days = days_between(source.since, source.until)
    return render(request, "source.html", source=source, chart=stacked(days, amounts, what="pages", colours=_COLOURS))


@router.get("/api/sources/{name}", summary="One source: state, seeds, days, latest articles")
def api_source(request: Request, archive: Borrowed, name: Name) -> SourcePage:
    """By the last word of the published runs."""
    return source_of(archive, request, name)
