"""Which time of day, in which zone, stands beside a date?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, tzinfo

from pipelines.zones import read_zone

# How far from its date a time is looked for, and how much of the text after it may name a zone.
_NEAR, _ZONE_TEXT = 40, 48
_AFTERNOON = frozenset("pm μμ ös ch 午後 오후 下午 晚上 م مساء مساءً بظ بعدازظهر अपराह्न شام".split())
_MORNING = frozenset("am πμ öö sa 午前 오전 上午 早上 凌晨 ص صباحا صباحًا قظ قبلازظهر पूर्वाह्न صبح".split())
_HALF_BEFORE = "午後|午前|오후|오전|下午|上午|晚上|早上|凌晨|अपराह्न|पूर्वाह्न"
_HALF_AFTER = r"[apπμ]\.?\s?[mμ]\b\.?|öö\b|ös\b|sa\b|ch\b|صباحًا|صباحا|مساءً|مساء|صبح|شام|ق\.?\s?ظ|ب\.?\s?ظ|قبل از ظهر|بعد از ظهر|ص\b|م\b"
_CLOCK = re.compile(
    rf"(?<![\d:.])(?:(?P<before>{_HALF_BEFORE})\s?)?(?P<hour>[01]?\d|2[0-4])(?:\s?[:：時时시点點]\s?|[h.](?=\d\d(?!\d|\.\d)))"
    rf"(?P<minute>[0-5]\d)?(?:[:.](?P<second>[0-5]\d))?(?:[.,]\d{{1,9}})?\s?(?:[分분]\s?)?(?P<after>{_HALF_AFTER})?",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(r"(?<![\d:.])(?P<hour>1[0-2]|[1-9])\s?(?P<after>[ap]\.?\s?m\b\.?)", re.IGNORECASE)
_FRENCH_HOUR = re.compile(r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])\s?(?:h(?:\s?(?P<minute>[0-5]\d))?|uhr)(?![^\W_])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BETWEEN = re.compile(r"\s*(?:uhr|hrs?|hours|klo|год|час(?:ов|а)?|saat|ساعت|น|น\.)(?![^\W\d_])\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, its zone where one is stated, and which characters stated both."""

    at: time
    zone: tzinfo | None
    start: int
    end: int


def near(text: str, start: int, end: int, source_zone: str | None) -> Clock | None:
    """The time of day after the date at `start` to `end`, else before it."""
    for low, high in ((end, min(len(text), end + _NEAR)), (max(0, start - _NEAR), start)):
        part = text[low:high]
        if low == end and (year := _YEAR.search(part)):  # what stands there belongs to another date
            part = part[: year.start()].rstrip(" .,/-0123456789")
        match = _CLOCK.search(part)
        if match and not (match["minute"] or match["after"] or match["before"]):
            match = None
        match = match or _BARE_HOUR.search(part) or _FRENCH_HOUR.search(part)
        if match is None:
            continue
        found = match.groupdict()
        half = "".join(character for character in (found.get("after") or found.get("before") or "").casefold() if character not in ". ")
        hour, minute, second = int(found["hour"]), int(found.get("minute") or 0), int(found.get("second") or 0)
        if half in _AFTERNOON and hour < 12:
            hour += 12
        elif half in _MORNING and hour == 12:
            hour = 0
        if hour > 23:
            continue
        last = low + match.end()
        if between := _BETWEEN.match(text, last):
            last = between.end()
        zone, used = read_zone(text[last : last + _ZONE_TEXT], source_zone=source_zone)
        return Clock(at=time(hour, minute, second), zone=zone, start=low + match.start(), end=last + used)
    return None


def of_numbers(hour: str, minute: str, second: str | None, fraction: str | None = None) -> time | None:
    """A time out of the fields of a machine format; 24:00 is midnight and a leap second the second before."""
    try:
        return time(
            int(hour) % 24 if int(hour) == 24 and int(minute) == 0 else int(hour),
            int(minute),
            min(59, int(second or 0)),
            int((fraction or "0")[:6].ljust(6, "0")),
        )
    except ValueError:
        return None
