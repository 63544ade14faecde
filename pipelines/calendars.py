"""Which day do three numbers name, in the calendars that news sites use?

Gregorian, Iranian and Thai Buddhist years are told apart by their numbers; the Hebrew and Ethiopian calendars by the names of their
months. The lunar Hijri calendar is not read: its months begin when the moon is seen, so that a date of it may be two days.
"""

from __future__ import annotations

from datetime import date

# No news page is older than the web; a later year is a mistake or another calendar.
FIRST_YEAR, LAST_YEAR = 1990, 2100
# Beyond it a number is likelier a year of the Hijri calendar (1436 was 2015) than an Iranian one (1436 will be 2057).
_LAST_IRANIAN = 1435
_HEBREW_EPOCH = -1373427
_ETHIOPIAN_EPOCH = 2796


def day_of(year: int, month: int, day: int) -> date | None:
    if 1370 <= year <= _LAST_IRANIAN:
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
    return _from_ordinal(days - 365)


def hebrew(year: int, month: int, day: int, *, second_adar: bool = False) -> date | None:
    """Hebrew calendar to Gregorian. Months from Tishri = 1 to Elul = 12; Adar is 6, in a leap year the first unless `second_adar`."""
    if not (5700 <= year <= 5900 and 1 <= month <= 12):
        return None
    start = _hebrew_new_year(year)
    length = _hebrew_new_year(year + 1) - start
    leap = length > 380
    months = [
        30,
        30 if length % 10 == 5 else 29,
        29 if length % 10 == 3 else 30,
        29,
        30,
        *([30] if leap else []),
        29,
        30,
        29,
        30,
        29,
        30,
        29,
    ]
    at = month - 1 + (1 if leap and (month > 6 or (month == 6 and second_adar)) else 0)
    if not 1 <= day <= months[at]:
        return None
    return _from_ordinal(start + sum(months[:at]) + day - 1)


def _hebrew_new_year(year: int) -> int:
    """Ordinal of 1 Tishri: the mean new moon, put off where its weekday or the length of the year is not allowed."""
    before, this, after = (_hebrew_elapsed(number) for number in (year - 1, year, year + 1))
    put_off = 2 if after - this == 356 else 1 if this - before == 382 else 0
    return _HEBREW_EPOCH + this + put_off


def _hebrew_elapsed(year: int) -> int:
    months = (235 * year - 234) // 19
    days = 29 * months + (12084 + 13753 * months) // 25920
    return days + 1 if 3 * (days + 1) % 7 < 3 else days


def ethiopian(year: int, month: int, day: int) -> date | None:
    """Ethiopian calendar to Gregorian; month 13 has five days, six before a leap year."""
    if not (1980 <= year <= 2095 and 1 <= month <= 13 and 1 <= day <= (30 if month < 13 else 6 if year % 4 == 3 else 5)):
        return None
    return _from_ordinal(_ETHIOPIAN_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1)


def _from_ordinal(number: int) -> date | None:
    try:
        found = date.fromordinal(number)
    except (ValueError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
