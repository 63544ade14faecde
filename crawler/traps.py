"""Does this URL look like a step into an endless space: a calendar, a session, a path that repeats itself?

Pure, and careful: articles live under dates, numbers and long slugs. What is not seen here ends at the budget of its source.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REASONS = ("trap-repeating-segments", "trap-session-id", "trap-calendar", "trap-depth")
MAX_DEPTH = 15  # segments; the deepest archives by date, section and subsection have half of that
MOST_LOOKED_AT = 64  # segments in which repetition is looked for: what repeats, does so from early on
FIRST_YEAR, LAST_YEAR = 1990, 2040  # before the first there were no news sites; a calendar goes on for ever

# Servers' own names for sessions take any value. `sid` and its like are story numbers in old portals (`article.php?sid=1234567`) and words
# in others: as a session they hold 16 characters and more, letters and digits mixed, and no words between hyphens.
_SESSION = re.compile(
    r";jsessionid=|(?:^|&)(?:jsessionid|phpsessid|aspsessionid[a-z]{1,16}|cftoken)=[0-9a-z_.-]{8,}(?:&|$)"
    r"|(?:^|&)(?:sid|session_?id|sess_?id|osCsid|zenid)=(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{16,128}(?:&|$)"
    r"|(?:^|&)(?:sid|session_?id)=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:&|$)"
    r"|/\(S\([a-z0-9]{16,64}\)\)/",
    re.IGNORECASE,
)
_CALENDAR = re.compile(r"/(?:calendar|calendrier|kalender|calendario|kalendar|takvim)(?:/|$)", re.IGNORECASE)
_DIARY = re.compile(r"/(?:events?|agenda)(?:/|$)", re.IGNORECASE)  # here, articles are found as well, and numbered ones
_PLUGIN = re.compile(r"(?:^|&)(?:tribe-bar-date|ical)=", re.IGNORECASE)
_STEP = re.compile(r"(?:^|&)(?:month|year|week|date|day|mon|yr|y|m)=-?\d{1,8}(?:-\d{1,2}){0,2}(?:&|$)", re.IGNORECASE)
_DAY = re.compile(r"/\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?/?$")
_YEAR_ALONE = re.compile(r"/(\d{4})/?$")
_YEAR = re.compile(r"(?:^|&)(?:year|yr)=(-?\d{1,8})(?:&|$)", re.IGNORECASE)
_MONTH = re.compile(r"(?:^|&)(?:month|mon)=-?\d{1,8}(?:&|$)", re.IGNORECASE)


def trap(url: str) -> str | None:
    """The name of the trap, or null. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if _repeats(segments[:MOST_LOOKED_AT]):
        return "trap-repeating-segments"
    if len(segments) > MAX_DEPTH:
        return "trap-depth"
    if _SESSION.search(parts.path) or _SESSION.search(parts.query):
        return "trap-session-id"
    return "trap-calendar" if _turns_leaves(parts.path, parts.query) else None


def _turns_leaves(path: str, query: str) -> bool:
    """A day or month of a calendar; or, wherever it is, a month of a year in which nothing can have been written."""
    calendar = _CALENDAR.search(path) is not None
    if (calendar or _DIARY.search(path) or _PLUGIN.search(query)) and (_STEP.search(query) or _DAY.search(path)):
        return True
    if calendar and (year := _YEAR_ALONE.search(path)) and not FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
        return True
    asked = _YEAR.search(query) if _MONTH.search(query) else None
    return asked is not None and not FIRST_YEAR <= int(asked[1]) <= LAST_YEAR


def _repeats(segments: list[str]) -> bool:
    """One segment four times, or a run of segments three times in a row: what a relative link on a wrong page makes. Numbers may."""
    if any(len(segment) > 1 and not segment.isdigit() and segments.count(segment) >= 4 for segment in set(segments)):
        return True
    for size in range(1, len(segments) // 3 + 1) if len(segments) >= 4 else ():
        for at in range(len(segments) - 3 * size + 1):
            run = segments[at : at + size]
            if run == segments[at + size : at + 2 * size] == segments[at + 2 * size : at + 3 * size] and not all(map(str.isdigit, run)):
                return True
    return False
