"""What moment does a date mean, as sites write it?

Machine formats (ISO 8601, RFC 5322, epoch, JavaScript's) and visible lines ("Nov.08 - 2024 9:11 AM CET", "8 листопада 2024, 09:11",
"۱۸ آبان ۱۴۰۳") in one reader. A missing time or zone stays missing; a date that could be two days is not read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache

from pipelines.calendars import FIRST_YEAR, LAST_YEAR, day_of
from pipelines.clocks import near, of_numbers
from pipelines.daytext import in_figures, in_words
from pipelines.zones import offset_text, read_zone

MAX_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date as far as it was stated, and which characters stated it."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None
    start: int = 0
    end: int = 0

    def moment(self) -> datetime | None:
        """The instant; null where time or zone is not known."""
        return None if self.clock is None or self.zone is None else datetime.combine(self.day, self.clock, self.zone)

    def value(self) -> str:
        """As `DateClaim.value` wants it."""
        if self.clock is None:
            return self.day.isoformat()
        at = datetime.combine(self.day, self.clock)
        return offset_text(at.replace(tzinfo=self.zone)) if self.zone else at.isoformat()

    def with_zone(self, zone: tzinfo | None) -> Reading:
        """The same clock in that zone, where no zone was stated."""
        if zone is None or self.zone is not None or self.clock is None:
            return self
        return Reading(day=self.day, clock=self.clock, zone=zone, start=self.start, end=self.end)


_ISO = re.compile(
    r"(?<![\d.])((?:19|20|21)\d\d)-(\d\d?)-(\d\d?)(?:(?:T|t|\s+|\s*,\s*|\s+-\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?|(?![\dT]))"
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?=Z|[+-]\d\d|$|\s)")
_EPOCH = re.compile(r"^(\d{10})(\d{3})?(?:\.\d+)?$")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_CHINESE = re.compile("[〇零○一二三四五六七八九十]{1,5}(?=\\s?[年月日号號时時点點分])")
_CHINESE_DIGITS = {**dict.fromkeys("〇零○", 0), **{digit: number for number, digit in enumerate("一二三四五六七八九", start=1)}}
_MARKS = {
    0x200E: None,
    0x200F: None,
    0x202A: None,
    0x202B: None,
    0x202C: None,
    0x2066: None,
    0x2067: None,
    0x2068: None,
    0x2069: None,
    0xAD: None,
}


@lru_cache(maxsize=256)
def normalise(raw: str) -> str:
    """Digits of any script as 0-9, compatibility characters as plain ones, no marks of direction."""
    if (raw := raw[:MAX_LENGTH]).isascii():
        return raw
    text = unicodedata.normalize("NFKC", raw).translate(_MARKS)[: 2 * MAX_LENGTH]
    if text.isascii():
        return text
    text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.digit(match[0])), text)
    return _CHINESE.sub(_of_chinese, text) if "年" in text else text


def _of_chinese(match: re.Match[str]) -> str:
    """二〇二四 is read digit by digit, 二十八 as ten with what stands around it."""
    tens, ten, ones = match[0].partition("十")
    if not ten:
        return "".join(str(_CHINESE_DIGITS[digit]) for digit in tens)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return match[0]
    return str(10 * _CHINESE_DIGITS.get(tens, 1) + _CHINESE_DIGITS.get(ones, 0))


def read_date(raw: str, *, language: str | None = None, month_first: bool | None = None, source_zone: str | None = None) -> Reading | None:
    """The first date in the text, or null. `month_first` says how 3/4/2024 is meant; null: it is not read."""
    text = normalise(raw)
    return _read(text, language, month_first, source_zone)


def read_dates(
    raw: str, *, language: str | None = None, month_first: bool | None = None, source_zone: str | None = None
) -> list[tuple[str, Reading]]:
    """All dates in the text, four at most, each with the words since the one before."""
    rest = normalise(raw)
    found: list[tuple[str, Reading]] = []
    while rest and len(found) < 4 and (reading := _read(rest, language, month_first, source_zone)) is not None:
        found.append((rest[: reading.start], reading))
        rest = rest[reading.end :]
    if found and rest:
        words, last = found[-1]
        found[-1] = (words if len(found) > 1 else f"{words} {rest}", last)
    return found


def _read(text: str, language: str | None, month_first: bool | None, source_zone: str | None) -> Reading | None:
    if found := _machine(text, source_zone):
        return found
    found_day = in_figures(text, month_first) or in_words(text, language)
    return _with_clock(text, *found_day, source_zone) if found_day else None


def _machine(text: str, source_zone: str | None) -> Reading | None:
    stripped = text.strip()
    if match := _EPOCH.match(stripped):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return Reading(day=moment.date(), clock=moment.time(), zone=UTC, end=len(text)) if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    if match := _COMPACT.match(stripped):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        clock = of_numbers(match[4], match[5], match[6]) if match[4] else None
        if day:
            zone = read_zone(stripped[match.end() :], source_zone=source_zone)[0] if clock else None
            return Reading(day=day, clock=clock, zone=zone, end=len(text))
    if match := _ISO.search(text):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return None
        if match[4] is None:
            return _with_clock(text, day, match.start(), match.end(), source_zone)
        clock = of_numbers(match[4], match[5], match[6], match[7])
        zone, used = read_zone(text[match.end() :], source_zone=source_zone)
        if clock is None or _afternoon(text[match.end() : match.end() + 8]):
            return _with_clock(text, day, match.start(), match.start() + 10, source_zone)
        return Reading(day=day, clock=clock, zone=zone, start=match.start(), end=match.end() + used)
    return None


def _afternoon(text: str) -> bool:
    return re.match(r"\s*[ap]\.?m\b", text, re.IGNORECASE) is not None


def _with_clock(text: str, day: date, start: int, end: int, source_zone: str | None) -> Reading:
    clock = near(text, start, end, source_zone)
    if clock is None:
        return Reading(day=day, start=start, end=end)
    return Reading(day=day, clock=clock.at, zone=clock.zone, start=min(start, clock.start), end=max(end, clock.end))
