"""The front page: what came in lately, how much of each source on which day, and what is unwell?

Everything on it is read from sums and indexes: it takes the same time for a thousand articles and for a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.reader import Archive
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.charts import stacked
from archive.web.health import HealthReport, health_of
from archive.web.listed import ArticleLine, article_line
from archive.web.pages import render
from archive.web.sums import Sums

router = APIRouter(tags=["front"])
DAYS = 30
_LEAST_DAYS = 7
_LATEST = 20
_UNWELL = 6  # on the page; the API has all
_WAIT_FOR_HEALTH = 0.1


class Totals(Told):
    """How much there is."""

    runs: int
    captures: int
    articles: int
    """Versions of articles."""
    sources: int
    """That any published run had to do with."""


class DaySum(Told):
    """What one source gave on one day."""

    source: str
    day: str
    """UTC, by the beginning of the run."""
    articles: int
    """Versions of articles that were made, new ones and changed ones."""
    new_versions: int
    """Of these: versions of articles that were there before."""


class Front(Told):
    """What the front page shows."""

    collection: str
    totals: Totals
    newest_run: str | None
    newest_run_ended_at: str | None
    since: str | None
    """The first of the days."""
    until: str | None
    """The last: the day of the newest run."""
    days: list[DaySum]
    latest: list[ArticleLine]
    """The newest version of each article, newest capture first."""
    health: HealthReport
    """Only the sources that are not well; `/api/health` has all."""
    left_out: list[str]
    """Runs that the store has and that cannot be read, with the reason."""


def days_until(last: str, count: int) -> list[str]:
    """So many days up to the last, as they are written."""
    end = date.fromisoformat(last)
    return [str(end - timedelta(days=back)) for back in range(count - 1, -1, -1)]


def days_between(first: str | None, last: str | None) -> list[str]:
    """All days from the first to the last."""
    if first is None or last is None:
        return []
    return days_until(last, (date.fromisoformat(last) - date.fromisoformat(first)).days + 1)


def shown_days(days: list[str], happened: Iterable[str], least: int) -> list[str]:
    """Without the days before anything happened, but no fewer than `least`: a young archive has no long history to show."""
    first = min(happened, default=days[0] if days else "")
    return [day for position, day in enumerate(days) if day >= first or len(days) - position <= least]


def front_of(archive: Archive, request: Request) -> Front:
    """Read what the front page shows."""
    state = request.app.state
    runs, captures, articles = archive.catalogue.counts()
    newest = archive.catalogue.newest_run()
    days: list[str] = [] if newest is None else days_until(newest[1][:10], DAYS)
    sums: Sums = state.sums
    made = [one for one in sums.made(archive, days[0] if days else "") if one.articles]
    days = shown_days(days, (one.day for one in made), _LEAST_DAYS)
    return Front(
        collection=archive.collection,
        totals=Totals(runs=runs, captures=captures, articles=articles, sources=archive.catalogue.source_count()),
        newest_run=newest[0] if newest else None,
        newest_run_ended_at=newest[2] if newest else None,
        since=days[0] if days else None,
        until=days[-1] if days else None,
        days=[DaySum(source=one.source, day=one.day, articles=one.articles, new_versions=one.new_versions) for one in made],
        latest=[article_line(stored) for stored in archive.catalogue.recent(limit=_LATEST)],
        health=health_of(state.wellness, _WAIT_FOR_HEALTH, unwell_only=True),
        left_out=list(state.readers.left_out),
    )


def amounts(sums: list[DaySum]) -> dict[str, dict[str, int]]:
    """By source and day."""
    found: dict[str, dict[str, int]] = {}
    for one in sums:
        found.setdefault(one.source, {})[one.day] = one.articles
    return found


@router.get("/", include_in_schema=False)
def front_page(request: Request, archive: Borrowed) -> HTMLResponse:
    """As HTML."""
    front = front_of(archive, request)
    by_source = amounts(front.days)
    days = days_between(front.since, front.until)
    totals = sorted(((sum(by_day.values()), source) for source, by_day in by_source.items()), key=lambda one: (-one[0], one[1]))
    return render(
        request,
        "front.html",
        front=front,
        days=days,
        by_source=by_source,
        source_totals=totals,
        chart=stacked(days, by_source, what="articles"),
        unwell=front.health.states[:_UNWELL],
    )


@router.get("/api/front", summary="What came in lately, sums of days, and what is unwell")
def api_front(request: Request, archive: Borrowed) -> Front:
    """The same as the front page shows."""
    return front_of(archive, request)
