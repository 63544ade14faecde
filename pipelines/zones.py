"""How far from UTC is a clock whose zone is given as people write it?

Only offsets and names that mean one thing are read. `IST` and `CST` mean three things and two: then the zone of the source decides, and
without it the zone counts as not stated.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_HOURS: dict[str, float] = {
    **dict.fromkeys("utc gmt z wet гмт".split(), 0),
    **dict.fromkeys("cet mez west bst hec".split(), 1),
    **dict.fromkeys("cest mesz eet cat sast hfec".split(), 2),
    **dict.fromkeys("eest oesz msk мск trt tsi eat ast-arabia".split(), 3),
    "irst": 3.5,
    "irdt": 4.5,
    "gst": 4,
    "aft": 4.5,
    "pkt": 5,
    "npt": 5.75,
    "mmt": 6.5,
    **dict.fromkeys("wib ict".split(), 7),
    **dict.fromkeys("wita hkt sgt myt pht awst".split(), 8),
    **dict.fromkeys("wit jst kst".split(), 9),
    "acst": 9.5,
    "acdt": 10.5,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "wat": 1,
    "nst": -3.5,
    "ndt": -2.5,
    "adt": -3,
    "brt": -3,
    "art": -3,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "akdt": -8,
    "hst": -10,
}
# Clock names that follow the law of a place.
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
# The same in words, as beginnings of what stands behind a clock; lower case.
_PHRASES = {
    "kyiv time|kiev time|за києвом|за київським часом|по києву|по киеву|по киевскому времени|за київ": "Europe/Kyiv",
    "moscow time|по москве|по московскому времени|за московським часом": "Europe/Moscow",
    "по минску|по минскому времени": "Europe/Minsk",
    "по астане|по времени астаны": "Asia/Almaty",
    "istanbul time|turkish time|türkiye saati": "Europe/Istanbul",
    "beijing time|北京时间|北京時間": "Asia/Shanghai",
    "日本時間": "Asia/Tokyo",
    "한국시간|한국 시간": "Asia/Seoul",
    "israel time|jerusalem time|שעון ישראל": "Asia/Jerusalem",
    "tehran time|به وقت تهران|وقت تهران": "Asia/Tehran",
    "kabul time|به وقت کابل|د کابل په وخت": "Asia/Kabul",
    "بتوقيت غرينتش|بتوقيت جرينتش|توقيت غرينتش|توقيت جرينتش|(غرينتش|غرينتش|جرينتش|greenwich mean time|coordinated universal time": "UTC",
    "بتوقيت مكة|توقيت مكة|mecca time|makkah time": "Asia/Riyadh",
    "بتوقيت القاهرة|cairo time": "Africa/Cairo",
    "بتوقيت دمشق|damascus time": "Asia/Damascus",
    "بتوقيت بيروت|beirut time": "Asia/Beirut",
    "بتوقيت بغداد|baghdad time": "Asia/Baghdad",
    "بتوقيت القدس|بتوقيت فلسطين|gaza time": "Asia/Hebron",
    "india standard time|indian standard time": "Asia/Kolkata",
    "pakistan standard time": "Asia/Karachi",
    "myanmar standard time|မြန်မာစံတော်ချိန်": "Asia/Yangon",
    "east africa time|saa za afrika mashariki": "Africa/Nairobi",
    "heure de paris|heure française": "Europe/Paris",
    "hora peninsular|hora española": "Europe/Madrid",
    "hora de brasília|horário de brasília": "America/Sao_Paulo",
    "czasu polskiego": "Europe/Warsaw",
    "ora italiana": "Europe/Rome",
    "london time": "Europe/London",
    "eastern time|eastern standard time|eastern daylight time": "America/New_York",
    "central european time|central european summer time|mitteleuropäische": "Europe/Berlin",
}
_PHRASE = re.compile("|".join(sorted((re.escape(one) for many in _PHRASES for one in many.split("|")), key=len, reverse=True)))
_PLACE_OF = {one: place for many, place in _PHRASES.items() for one in many.split("|")}
_IANA = re.compile(r"^\(?((?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Za-z_]{3,20})\)?")
# Names of several zones: the offset is taken where the source's own zone uses that name or one of these places.
_AMBIGUOUS: dict[str, dict[str, float]] = {
    "ist": {"Asia/Kolkata": 5.5, "Asia/Calcutta": 5.5, "Asia/Jerusalem": 2, "Asia/Tel_Aviv": 2, "Europe/Dublin": 1},
    "idt": {"Asia/Jerusalem": 3, "Asia/Tel_Aviv": 3},
    "cst": {"America/": -6, "Asia/": 8},
    "ast": {"America/": -4, "Asia/": 3},
}
_UNAMBIGUOUS_ALONE = {"idt": 3.0}
_OFFSET = re.compile(r"^(?:utc|gmt)?\s?([+\-\u2212\u2013])\s?(\d{1,2})(?::?([0-5]\d))?(?!\d)", re.IGNORECASE)
_NAME = re.compile(r"^\(?([^\W\d_]{1,5})\b\)?")


def read_zone(text: str, *, source_zone: str | None = None) -> tuple[tzinfo | None, int]:
    """Read a zone at the beginning of the text: the zone and how many characters told it, or null and 0."""
    start = len(text) - len(text.lstrip(" ,("))
    rest = text[start:]
    if match := _OFFSET.match(rest):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 14:
            return None, 0
        delta = timedelta(hours=hours, minutes=minutes)
        return timezone(delta if match[1] == "+" else -delta), start + match.end()
    low = rest.lower()
    if (match := _PHRASE.match(low)) or (match := _IANA.match(rest)):
        return iana(_PLACE_OF.get(match[0]) or match[1]), start + match.end()
    if not (match := _NAME.match(rest)):
        return None, 0
    name = match[1].casefold().replace("\u0307", "")  # the dot of İ
    end = start + match.end()
    if name in ("utc", "gmt") and (further := _OFFSET.match(rest[match.end() :].lstrip())):
        delta = timedelta(hours=int(further[2]), minutes=int(further[3] or 0))
        return timezone(delta if further[1] == "+" else -delta), end + further.end()
    if name in _HOURS:
        hours_east = _HOURS[name]
        return (UTC if hours_east == 0 else timezone(timedelta(hours=hours_east))), end
    if name in _PLACES and match[1].isupper():
        return iana(_PLACES[name]), end
    if name in _AMBIGUOUS:
        for place, east in _AMBIGUOUS[name].items():
            if source_zone and source_zone.startswith(place):
                return timezone(timedelta(hours=east)), end
        if name in _UNAMBIGUOUS_ALONE:
            return timezone(timedelta(hours=_UNAMBIGUOUS_ALONE[name])), end
    return None, 0


@lru_cache(maxsize=64)
def iana(name: str | None) -> tzinfo | None:
    """The zone of that IANA name, null where the system does not know it."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def offset_text(moment: datetime) -> str:
    """RFC 3339 with offset: `+00:00` rather than `Z`, so that all values of a record look alike."""
    return moment.isoformat()
