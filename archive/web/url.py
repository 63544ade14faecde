"""What stands at `/url`: a calendar of all captures of an address, also of what is no article?"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from archive.errors import UsageError
from archive.timeline_text import reason_text
from archive.warc import timestamp14
from archive.web.article import as_stream
from archive.web.borrowed import Borrowed
from archive.web.cursor import bounded
from archive.web.errors import NotThere
from archive.web.origin_view import url_page
from archive.web.pages import render
from archive.web.url_view import PAGE, DayLine, UrlView, find_capture, url_view

router = APIRouter()
SAFE = ":/?&=%+,;@~!$()*"  # as in replay_path: an address stays readable in the path of another


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day in a calendar."""

    number: int
    day: str
    line: DayLine | None

    @property
    def look(self) -> str:
        """`good`, `mixed` or `bad`: what was answered that day."""
        if self.line is None:
            return ""
        if self.line.captures == self.line.good:
            return "good"
        return "bad" if self.line.captures == self.line.failed else "mixed"

    @property
    def told(self) -> str:
        """In words, for those who do not see the colours."""
        assert self.line is not None
        parts = [f"{self.line.captures} capture{'s' if self.line.captures != 1 else ''}"]
        parts += [f"{self.line.redirects} redirect{'s' if self.line.redirects != 1 else ''}"] if self.line.redirects else []
        parts += [f"{self.line.failed} failed"] if self.line.failed else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a calendar: weeks that begin on Monday, null for days of other months."""

    name: str
    captures: int
    weeks: list[list[Cell | None]]


def months_of(view: UrlView) -> list[Month]:
    """The months of the year that is told, from the first to the last that has captures."""
    if view.year is None:
        return []
    by_day = {one.day: one for one in view.days}
    used = [int(one.day[5:7]) for one in view.days]
    months = []
    for month in range(min(used), max(used) + 1) if used else ():
        weeks: list[list[Cell | None]] = []
        for week in calendar.Calendar().monthdayscalendar(view.year, month):
            cells: list[Cell | None] = []
            for number in week:
                day = date(view.year, month, number).isoformat() if number else ""
                cells.append(Cell(number=number, day=day, line=by_day.get(day)) if number else None)
            weeks.append(cells)
        captures = sum(one.captures for one in view.days if int(one.day[5:7]) == month)
        months.append(Month(name=calendar.month_name[month], captures=captures, weeks=weeks))
    return months


@router.get("/url", include_in_schema=False)
def url_page_(
    request: Request, archive: Borrowed, url: str = "", year: str = "", day: str = "", skip: str = "0", at: str = "", record: str = ""
) -> HTMLResponse:
    """The calendar, or a form that asks for an address."""
    if not url.strip():
        return render(request, "url.html", view=None, months=[], days=[], url_page=url_page, page=PAGE)
    view = url_view(archive, url, year=year, day=day, skip=bounded(skip, 0, 1_000_000, 0), at=at, record=record)
    used = [one.day for one in view.days]
    place = used.index(view.day) if view.day in used else None
    beside = (used[place - 1] if place else None, used[place + 1] if place is not None and place + 1 < len(used) else None)
    status = 200 if view.captures or view.article_id else 404
    timemap = f"/timemap/link/{quote(view.url, safe=SAFE)}"
    return render(
        request,
        "url.html",
        status,
        view=view,
        months=months_of(view),
        days=beside,
        url_page=url_page,
        page=PAGE,
        timemap=timemap,
        told=reason_text,
    )


@router.get("/url/capture.warc.gz", include_in_schema=False)
def capture_warc(archive: Borrowed, url: str = "", at: str = "", record: str = "") -> Response:
    """One capture of any address as a WARC file, its records copied byte for byte."""
    from archive.export_warc import warc_of

    ref = find_capture(archive, url, at, record)
    if ref is None:
        raise NotThere("no such capture", hint="/url?url= lists the captures of an address")
    name = f"capture-{timestamp14(ref.fetched_at)}-{re.sub(r'[^0-9a-f]', '', ref.record_id)[-12:]}.warc.gz"
    return as_stream(warc_of(archive, [ref]), "application/warc", {"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/api/url", tags=["captures"], summary="All captures of an address, with its other addresses and what became of it")
def api_url(
    archive: Borrowed,
    url: str,
    year: str = "",
    day: str = "",
    skip: str = "0",
    limit: str = str(PAGE),
    at: str = "",
    record: str = "",
) -> UrlView:
    """`year` (the last one) or `day` (`2024-11-08`, UTC) choose which captures `lines` has, `skip` and `limit` a part of them. Of a year
    with many captures it is the last day, unless one is named. `at` (14 digits) and `record` name one capture, whose `origin` is then read
    from its file. An address that nothing is known of has no captures, and is no error.
    """
    if not url.strip():
        raise UsageError("url is empty", hint="/api/url?url=https://example.org/page")
    part = {"skip": bounded(skip, 0, 1_000_000, 0), "limit": bounded(limit, 1, 1000, PAGE)}
    return url_view(archive, url, year=year, day=day, at=at, record=record, **part)
