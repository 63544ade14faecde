"""At which pieces of a page does an entry of a live blog begin, by the time that stands there?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, tzinfo

from pipelines import lines
from pipelines.blocks import Block
from pipelines.dates import normalise, read_date

_LABELS = (
    r"(?:(?:last )?updated?|posted|published|um|at|kl|klo|godz|ore|ora|alle|aos|às|as|a las|las|à|об|о|в|at|le|den|stand|saat"
    r"|الساعة|ساعت|בשעה|публ\w*|обновлено|оновлено)"
)
# A clock at the beginning. With a point or an h it needs more than itself: 12.30 may be money.
_CLOCK = re.compile(
    rf"^\W{{0,3}}(?:{_LABELS}\W{{0,3}}){{0,2}}(?P<clock>(?:午後|午前|오후|오전|下午|上午)?\s?(?P<hour>[01]?\d|2[0-4])(?P<mark>\s?[:٫時时시点點]\s?|[.h]|\s?h\s?)"
    r"(?P<minute>[0-5]\d)(?![\d%])(?::[0-5]\d)?\s?[分분]?\s?(?P<half>[ap]\.?\s?m\b\.?|صباحا|مساء|ص\b|م\b)?)\s?(?P<uhr>uhr\b|h\b|год\b|ч\b|hrs?\b)?",
    re.IGNORECASE,
)
_LONGEST = 60  # of a piece that is nothing but a time, with its date and zone
_SIGN = re.compile(r"\d\s?[:٫.h時时시点點]\s?\d\d")
_AFTER = re.compile(r"^\s*(?:[|:–—\-,.)\]•·/]|$)")
_INNER = re.compile(r"(?<![\d:.])(?:[01]?\d|2[0-4])[:h][0-5]\d(?![\d:])")
_DIGITS = re.compile(r"\d+")
_LINKING = re.compile(r"\s(?:at|à|a las|às|um|alle|ore|o|om|kl\.?|klo|godz\.?|в|об?|saat|الساعة|ساعت)\s*$")
_ANY_DAY = "2000-01-01"
MAX_MARKS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A time at the head of something."""

    at: int
    """Which piece of the page."""
    clock: time
    day: date | None
    zone: tzinfo | None
    alone: bool
    """The piece says nothing else."""


def candidates(pieces: Sequence[Block]) -> list[int]:
    """Pieces that may begin with a time: a cheap question, asked of all pages."""
    return [number for number, piece in enumerate(pieces) if _SIGN.search(piece.text, 0, _LONGEST)]


def find_marks(pieces: Sequence[Block], *, language: str | None = None, timezone: str | None = None, year: int | None = None) -> list[Mark]:
    """The times of every build that stands twice on the page, in its order. An article's date line is built like no entry's.

    `year` is the one of which days are that are written without.
    """
    found: list[tuple[str, Mark]] = []
    for number in candidates(pieces)[:MAX_MARKS]:
        if (mark := _read(number, pieces[number], language, timezone, year)) is not None:
            found.append((_build(pieces[number]), mark))
    counts = Counter(build for build, _ in found)
    return [mark for build, mark in found if counts[build] >= 2]


def commonest(pieces: Sequence[Block], marks: Iterable[Mark]) -> list[Mark]:
    """Those of the one build that has most of them; the first of equals."""
    by_build: dict[str, list[Mark]] = {}
    for mark in marks:
        by_build.setdefault(_build(pieces[mark.at]), []).append(mark)
    return max(by_build.values(), key=len, default=[])


def read_clock(text: str, *, timezone: str | None = None) -> tuple[time, tzinfo | None] | None:
    """A time of day as it is written, with its zone where one is named."""
    reading = read_date(f"{_ANY_DAY} | {text}", source_zone=timezone)
    return None if reading is None or reading.clock is None else (reading.clock, reading.zone)


def _read(number: int, piece: Block, language: str | None, timezone: str | None, year: int | None) -> Mark | None:
    text = normalise(piece.text[:100])
    short = len(piece.text) <= _LONGEST
    if match := _CLOCK.match(text):
        rest = text[match.end() :]
        alone = short and lines.words(rest) <= 5
        sure = match["mark"].strip() not in (".", "h") or match["uhr"] or _AFTER.match(rest) or alone
        if not sure or (told := read_clock(f"{match['clock']} {rest[: 16 if alone else 8]}", timezone=timezone)) is None:
            return None
        return Mark(at=number, clock=told[0], zone=told[1], day=_day(rest, language, year) if alone else None, alone=alone)
    if not short:
        return None
    # A day before the clock: with its year, or without and with hardly another word.
    reading = read_date(text, language=language, month_first=False, source_zone=timezone)
    if reading is not None and reading.clock is not None and reading.start <= 16:
        return Mark(at=number, clock=reading.clock, zone=reading.zone, day=reading.day, alone=True)
    if (inner := _INNER.search(text)) and lines.words(text[: inner.start()]) <= 4 and lines.words(text[inner.end() :]) <= 2:
        told = read_clock(text[inner.start() :], timezone=timezone)
        return Mark(at=number, clock=told[0], zone=told[1], day=_day(text[: inner.start()], language, year), alone=True) if told else None
    return None


def _day(text: str, language: str | None, year: int | None) -> date | None:
    if not _DIGITS.search(text):
        return None
    reading = read_date(text, language=language, month_first=False)
    if reading is None and year is not None:
        plain = _LINKING.sub("", text).strip(" ,.|–—-")
        reading = read_date(f"{plain} {year}", language=language, month_first=False)
    return reading.day if reading else None


def _build(piece: Block) -> str:
    """How the piece is built: its element and class, and those of the element around it, numbers aside."""
    place, around = piece.place, piece.place.parent
    names = _DIGITS.sub("", place.element.get("class") or "")[:80]
    return f"{place.tag}.{names}/{around.tag if around else ''}"
