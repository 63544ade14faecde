"""Which day do three numbers name, in the calendars that news sites use?

Gregorian, Iranian (Persian sites) and Thai Buddhist years are told apart by their numbers.
"""

from __future__ import annotations

from datetime import date

# No news page is older than the web; a later year is a mistake or another calendar.
FIRST_YEAR, LAST_YEAR = 1990, 2100


def day_of(year: int, month: int, day: int) -> date | None:
    if 1370 <= year <= 1499:
        return iranian(year, month, day)
    if 2500 <= year <= 2600:  # Thai Buddhist era
        year -= 543
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def iranian(year: int, month: int, day: int) -> date | None:
    """Iranian calendar to Gregorian, by the 33-year rule, exact from 1799 to 2256."""
    if not (1370 <= year <= 1499 and 1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    passed = year + 1595
    days = (
        -355668
        + 365 * passed
        + (passed // 33) * 8
        + ((passed % 33) + 3) // 4
        + day
        + ((month - 1) * 31 if month < 7 else (month - 7) * 30 + 186)
    )
    # `days` counts from 1 January of year 0 in the proleptic Gregorian calendar, which date.fromordinal begins 366 days later.
    try:
        return date.fromordinal(days - 365)
    except (ValueError, OverflowError):
        return None
