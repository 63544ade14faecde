"""What moment does a date mean, as sites write it?

Machine formats (ISO 8601, RFC 5322, epoch, JavaScript's) and visible lines ("Nov.08 - 2024 9:11 AM CET", "8 листопада 2024, 09:11",
"۱۸ آبان ۱۴۰۳") in one reader. A missing time or zone stays missing; a date that could be two days is not read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from pipelines.calendars import FIRST_YEAR, LAST_YEAR, day_of, iranian
from pipelines.months import IRANIAN, month_of
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
_YMD = re.compile(r"(?<![\d./-])((?:19|20|13|14|25)\d\d)\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})\s?[日일]?\.?(?!\d)")
_DMY = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:19|20|25)\d\d|\d\d)(?![\d/]|\.\d)")
_CLOCK = re.compile(
    r"(?<![\d:.])(午後|午前|오후|오전|下午|上午)?\s?([01]?\d|2[0-4])(?:\s?[:：時시点點]\s?|[h.](?=\d\d(?!\d|\.\d)))([0-5]\d)?(?:[:.]([0-5]\d))?(?:[.,]\d{1,6})?\s?"
    r"(?:[分분]\s?)?([apπμ]\.?\s?[mμ]\b\.?|صباحا|صباحًا|مساء|مساءً|ص\b|م\b)?",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(r"(?<![\d:.])(1[0-2]|[1-9])\s?([ap]\.?\s?m\b\.?)", re.IGNORECASE)
# A word is a letter and all that is neither space, digit nor ASCII punctuation: words of Thai and Hindi hold marks that are no letters.
_TOKEN = re.compile(r"\d+|[^\W\d_][^\s\d!-/:-@\[-`{-~،、。–—]*|[^\w\s]")
_FILLERS = frozenset(
    "de del of the . , - – — / º ª ° th st nd rd er e d den g gada m год года р року г la le يوم من به ה' ב วันที่ ngày ten".split()
)
_NEAR_YEAR = frozenset("de del of . , - – — / g m la st nd rd th er e năm พ ศ ค به ، anno |".split())


def normalise(raw: str) -> str:
    """Digits of any script as 0-9, compatibility characters as plain ones, lower case, no marks of direction."""
    text = unicodedata.normalize("NFKC", raw[:MAX_LENGTH]).translate(
        {0x200E: None, 0x200F: None, 0x202A: None, 0x202B: None, 0x202C: None, 0xAD: None}
    )
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(character)) if not character.isascii() and character.isdigit() else character for character in text
    )


def read_date(raw: str, *, language: str | None = None, month_first: bool | None = None, source_zone: str | None = None) -> Reading | None:
    """The first date in the text, or null. `month_first` says how 3/4/2024 is meant; null: it is not read."""
    text = normalise(raw)
    found = _machine(text, source_zone)
    if found:
        return found
    found_day = _numeric(text, month_first) or _worded(text, language)
    if not found_day:
        return None
    day, start, end = found_day
    return _with_clock(text, day, start, end, source_zone)


def _machine(text: str, source_zone: str | None) -> Reading | None:
    stripped = text.strip()
    if match := _EPOCH.match(stripped):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return Reading(day=moment.date(), clock=moment.time(), zone=UTC, end=len(text)) if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    if match := _COMPACT.match(stripped):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        clock = _time(match[4], match[5], match[6]) if match[4] else None
        if day:
            zone = read_zone(stripped[match.end() :], source_zone=source_zone)[0] if clock else None
            return Reading(day=day, clock=clock, zone=zone, end=len(text))
    if match := _ISO.search(text):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return None
        if match[4] is None:
            return _with_clock(text, day, match.start(), match.end(), source_zone)
        clock = _time(match[4], match[5], match[6], match[7])
        zone, used = read_zone(text[match.end() :], source_zone=source_zone)
        if clock is None or _afternoon(text[match.end() : match.end() + 8]):
            return _with_clock(text, day, match.start(), match.start() + 10, source_zone)
        return Reading(day=day, clock=clock, zone=zone, start=match.start(), end=match.end() + used)
    return None


def _afternoon(text: str) -> bool:
    return re.match(r"\s*[ap]\.?m\b", text, re.IGNORECASE) is not None


def _numeric(text: str, month_first: bool | None) -> tuple[date, int, int] | None:
    if match := _YMD.search(text):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        if day:
            return day, match.start(), match.end()
    for match in _DMY.finditer(text):
        first, separator, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
        if year < 100:
            year += 2000
        if first > 12 or separator == "." or (month_first is False and second <= 12):
            day = day_of(year, second, first)
        elif second > 12 or month_first:
            day = day_of(year, first, second)
        else:
            day = day_of(year, first, second) if first == second else None
        if day:
            return day, match.start(), match.end()
    return None


def _worded(text: str, language: str | None) -> tuple[date, int, int] | None:
    tokens = [(match[0].casefold(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    for at, (word, _, _) in enumerate(tokens):
        if not word[0].isalpha():
            continue
        month = IRANIAN.get(word)
        solar = month is not None
        width = 1
        if month is None:
            if at + 1 < len(tokens) and (month := month_of(f"{word} {tokens[at + 1][0]}", language)):
                width = 2
            elif at + 2 < len(tokens) and word == "tháng" and tokens[at + 1][0].isdigit():
                month, width = int(tokens[at + 1][0]), 2
            else:
                # Hebrew writes "in" as a letter before the month: בנובמבר.
                month = month_of(word, language) or (month_of(word[1:], language) if word[0] in "בל" else None)
        if month is None or not 1 <= month <= 12:
            continue
        before = _number(tokens, at - 1, -1, _FILLERS, 2, range(1, 32))
        after = _number(tokens, at + width, 1, _FILLERS, 2, range(1, 32))
        number = before or after
        if not number:
            continue
        year = _number(tokens, max(number[1], at + width - 1) + 1, 1, _NEAR_YEAR, 3, range(1300, 2601)) or _number(
            tokens, min(number[1], at) - 1, -1, _FILLERS | _NEAR_YEAR, 3, range(1300, 2601)
        )
        if not year:  # "8 Nov 24" is not read either: 24 could be anything
            continue
        day = iranian(year[0], month, number[0]) if solar else day_of(year[0], month, number[0])
        if day is None:
            continue
        places = [at, at + width - 1, number[1], year[1]]
        return day, tokens[min(places)][1], tokens[max(places)][2]
    return None


def _number(
    tokens: list[tuple[str, int, int]], at: int, step: int, fillers: frozenset[str], most: int, allowed: range
) -> tuple[int, int] | None:
    """The next number in that direction with at most `most` fillers before it."""
    for _ in range(most + 1):
        if not 0 <= at < len(tokens):
            return None
        word = tokens[at][0]
        if word.isascii() and word.isdigit():
            following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            if following == ":" and len(word) <= 2:  # a time of day
                return None
            return (int(word), at) if len(word) <= 4 and int(word) in allowed else None
        if word not in fillers:
            return None
        at += step
    return None


def _with_clock(text: str, day: date, start: int, end: int, source_zone: str | None) -> Reading:
    """Look for the time of day after the date, then before it."""
    for low, high in ((end, min(len(text), end + 40)), (max(0, start - 40), start)):
        part = text[low:high]
        match = _CLOCK.search(part)
        hour: int | None = None
        if match and (match[3] or match[5] or match[1]):
            half = (match[5] or match[1] or "").casefold().replace(".", "").replace(" ", "")
            hour, minute, second = int(match[2]), int(match[3] or 0), int(match[4] or 0)
        elif match := _BARE_HOUR.search(part):
            half, hour, minute, second = match[2].casefold().replace(".", ""), int(match[1]), 0, 0
        if match is None or hour is None:
            continue
        if half in ("pm", "μμ", "午後", "오후", "下午", "م", "مساء", "مساءً") and hour < 12:
            hour += 12
        elif half in ("am", "πμ", "午前", "오전", "上午", "ص", "صباحا", "صباحًا") and hour == 12:
            hour = 0
        if hour > 23:
            continue
        zone, used = read_zone(text[low + match.end() : low + match.end() + 16], source_zone=source_zone)
        return Reading(
            day=day,
            clock=time(hour, minute, second),
            zone=zone,
            start=min(start, low + match.start()),
            end=max(end, low + match.end() + used),
        )
    return Reading(day=day, start=start, end=end)


def _time(hour: str, minute: str, second: str | None, fraction: str | None = None) -> time | None:
    try:
        return time(
            int(hour) % 24 if int(hour) == 24 and int(minute) == 0 else int(hour),
            int(minute),
            min(59, int(second or 0)),
            int((fraction or "0")[:6].ljust(6, "0")),
        )
    except ValueError:
        return None
