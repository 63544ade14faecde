"""Does this URL look like a step into an endless space: a calendar, a session, a path that repeats itself?

Pure, and careful: articles live under dates, numbers and long slugs. What is not seen here ends at the budget of its source.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REASONS = ("trap-repeating-segments", "trap-session-id", "trap-calendar", "trap-depth")
MAX_DEPTH = 15  # segments; the deepest archives by date, section and subsection have half of that
FIRST_YEAR, LAST_YEAR = 1990, 2040  # before the first there were no news sites; a calendar goes on for ever

_SESSION = re.compile(
    r";jsessionid=|(?:^|&)(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid|cfid|cftoken)=[0-9a-z_-]{8,}(?:&|$)|/\(S\([a-z0-9]{16,}\)\)/",
    re.IGNORECASE,
)
_CALENDAR_PLACE = re.compile(
    r"/(?:calendar|calendrier|kalender|calendario|events?|agenda|kalendar|takvim)(?:/|$)|(?:^|&)(?:tribe-bar-date|ical)=", re.IGNORECASE
)
_CALENDAR_STEP = re.compile(
    r"(?:^|&)(?:month|year|week|date|day|mon|yr|y|m)=-?\d{1,8}(?:-\d{1,2}){0,2}(?:&|$)|/\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?/?$", re.IGNORECASE
)
_YEAR = re.compile(r"(?:^|[/=-])(\d{4})(?=[/&-]|$)")


def trap(url: str) -> str | None:
    """The name of the trap, or null. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if _repeats(segments):
        return "trap-repeating-segments"
    if len(segments) > MAX_DEPTH:
        return "trap-depth"
    if _SESSION.search(parts.path) or _SESSION.search(parts.query):
        return "trap-session-id"
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if _CALENDAR_PLACE.search(parts.path) or _CALENDAR_PLACE.search(parts.query):
        step = _CALENDAR_STEP.search(parts.query) or _CALENDAR_STEP.search(parts.path)
        if step or any(not FIRST_YEAR <= int(year) <= LAST_YEAR for year in _YEAR.findall(target)):
            return "trap-calendar"
    return None


def _repeats(segments: list[str]) -> bool:
    """One segment four times, or a run of two and more of them three times in a row: what a relative link on a wrong page makes."""
    if len(segments) < 4:
        return False
    if any(len(segment) > 1 and not segment.isdigit() and segments.count(segment) >= 4 for segment in set(segments)):
        return True
    for size in range(1, len(segments) // 3 + 1):
        for at in range(len(segments) - 3 * size + 1):
            run = segments[at : at + size]
            if run == segments[at + size : at + 2 * size] == segments[at + 2 * size : at + 3 * size]:
                return not all(segment.isdigit() for segment in run)
    return False
