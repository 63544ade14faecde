"""Which day does a text name, in figures or in words?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from pipelines.calendars import day_of, ethiopian, hebrew, iranian
from pipelines.months import ETHIOPIAN, HEBREW, IRANIAN, month_of

Found = tuple[date, int, int]
_YMD = re.compile(r"(?<![\d./-])((?:19|20|13|14|25)\d\d)\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})\s?[日일]?\.?(?!\d)")
_DMY = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:19|20|25)\d\d|\d\d)(?![\d/]|\.\d)")
# Years of a reign, and of the Republic of China.
_ERA = re.compile(r"(令和|平成|民國|民国)\s?(\d{1,3}|元)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_ERA_BEGINS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
# Hebrew numbers are letters, with a mark before the last or after the only one: כ"ז בחשוון תשפ"ה.
_HEBREW = re.compile(
    r"(?<![א-ת])([א-ת]{1,2}|[א-ת][\"״''׳][א-ת])[\"״'׳]?\s+[בל]?("
    + "|".join(sorted(HEBREW, key=len, reverse=True))
    + r")(?:\s([אב])['׳])?,?\s+"
    r"(?:שנת\s+)?(?:ה['׳]?)?(תש[א-ת]{0,2}[\"״][א-ת]|תש[\"״][א-ת]|תש[א-ת]{1,2})(?![א-ת])"
)
_LETTERS = dict(zip("אבגדהוזחטיכלמנסעפצקרשת", (*range(1, 11), *range(20, 100, 10), 100, 200, 300, 400), strict=True))
# A word is a letter and all that is neither space, digit nor ASCII punctuation: words of Thai and Hindi hold marks that are no letters.
_TOKEN = re.compile(r"\d+|[^\W\d_][^\s\d!-/:-@\[-`{-~،、。–—]*|[^\w\s]")
_FILLERS = frozenset(
    "de del of the . , - – — / º ª ° th st nd rd er e d den g gada m год года року г la le يوم من به ה' ב วันที่ ngày ten ቀን ء ፣ ၊ ရက်".split()
)
_NEAR_YEAR = frozenset("de del of . , - – — / g m la st nd rd th er e năm พ ศ ค به ، anno | ዓ ቀን ፣ ၊ ء 'ta".split())
_PERSIAN_ORDINALS = {
    word: number
    for number, word in enumerate(
        "یکم دوم سوم چهارم پنجم ششم هفتم هشتم نهم دهم یازدهم دوازدهم سیزدهم چهاردهم پانزدهم شانزدهم هفدهم هجدهم نوزدهم بیستم".split(),
        start=1,
    )
}
Token = tuple[str, int, int]
Calendar = Callable[[int, int, int], date | None]


def in_figures(text: str, month_first: bool | None) -> Found | None:
    """Year-month-day, day-month-year or the year of an era; `month_first` says how 3/4/2024 is meant, null: it is not read."""
    if (match := _ERA.search(text)) and (day := _era(match)):
        return day, match.start(), match.end()
    if (match := _YMD.search(text)) and (day := day_of(int(match[1]), int(match[2]), int(match[3]))):
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


def _era(match: re.Match[str]) -> date | None:
    year = 1 if match[2] == "元" else int(match[2])
    return day_of(_ERA_BEGINS[match[1]] + year, int(match[3]), int(match[4]))


def in_words(text: str, language: str | None) -> Found | None:
    """A day whose month is named."""
    if (match := _HEBREW.search(text)) and (day := _hebrew(match)):
        return day, match.start(), match.end()
    tokens: list[Token] = [(match[0].casefold(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    for at, (word, _, _) in enumerate(tokens):
        if not word[0].isalpha():
            continue
        month, width, calendar = _month(tokens, at, language)
        if month is None:
            continue
        number = _number(tokens, at - 1, -1, _FILLERS, 2, range(1, 32)) or _number(tokens, at + width, 1, _FILLERS, 2, range(1, 32))
        if not number:
            continue
        year = _number(tokens, max(number[1], at + width - 1) + 1, 1, _NEAR_YEAR, 3, range(1300, 2601), month) or _number(
            tokens, min(number[1], at) - 1, -1, _FILLERS | _NEAR_YEAR, 3, range(1300, 2601), month
        )
        if not year:  # "8 Nov 24" is not read either: 24 could be anything
            continue
        day = calendar(year[0], month, number[0])
        if day is not None:
            places = [at, at + width - 1, number[1], year[1]]
            return day, tokens[min(places)][1], tokens[max(places)][2]
    return None


def _month(tokens: Sequence[Token], at: int, language: str | None) -> tuple[int | None, int, Calendar]:
    """The month that the word there names, alone or with the one behind it, how many words name it, and of which calendar."""
    word = tokens[at][0]
    if (month := IRANIAN.get(word)) is not None:
        return month, 1, iranian
    if (month := ETHIOPIAN.get(word)) is not None:
        return month, 1, ethiopian
    if at + 1 < len(tokens):
        following = tokens[at + 1][0]
        if month := month_of(f"{word} {following}", language):
            return month, 2, day_of
        if word == "tháng" and following.isdigit() and len(following) <= 2:
            return (int(following) if 1 <= int(following) <= 12 else None), 2, day_of
    # Hebrew writes "in" as a letter before the month: בנובמבר.
    return month_of(word, language) or (month_of(word[1:], language) if word[0] in "בל" else None), 1, day_of


def _number(
    tokens: Sequence[Token], at: int, step: int, fillers: frozenset[str], most: int, allowed: range, month: int | None = None
) -> tuple[int, int] | None:
    """The next number in that direction with at most `most` fillers before it; `month` may be named again, in another language."""
    for _ in range(most + 1):
        if not 0 <= at < len(tokens):
            return None
        word = tokens[at][0]
        if word.isascii() and word.isdigit():
            following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            if following == ":" and len(word) <= 2:  # a time of day
                return None
            return (int(word), at) if len(word) <= 4 and int(word) in allowed else None
        if (ordinal := _PERSIAN_ORDINALS.get(word)) is not None and ordinal in allowed:
            return ordinal, at
        if word not in fillers and not (month is not None and month_of(word, None) == month):
            return None
        at += step
    return None


def _hebrew(match: re.Match[str]) -> date | None:
    day, year = (sum(_LETTERS[letter] for letter in match[group] if letter in _LETTERS) for group in (1, 4))
    month = HEBREW[match[2]]
    return hebrew(5000 + year, month, day, second_adar=month == 6 and match[3] == "ב")
