"""When was each block of a live blog written?

JSON-LD tells it exactly (`liveBlogUpdate`), `<time datetime>` too; otherwise the clock that stands at the entry is read, and its day is
found by walking from the oldest entry to the newest. What is not known is null: a day or a zone is never invented.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta, tzinfo
from itertools import pairwise

from lxml.html import HtmlElement

from pipelines.blocks import Block, Place
from pipelines.claims import as_moment
from pipelines.dates import Reading, read_date
from pipelines.jsonld import JsonLd, Node, texts
from pipelines.livemarks import Mark, find_marks
from pipelines.zones import iana

MAX_UPDATES = 2_000
MAX_UPDATE_TEXT = 300_000  # characters of all updates in which blocks are looked for
_LEVELS = 40
_HEAD = 60  # characters of a block by which it is found in its update
_MOST = 2_000  # blocks that are looked for
_TAGS = re.compile(r"<[^<>]{0,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """A time at a piece of the page: as exact as it was told."""

    at: int
    clock: time
    day: date | None
    zone: tzinfo | None


def entry_times(
    body: Sequence[Block],
    jsonld: JsonLd,
    tree: HtmlElement,
    *,
    pieces: Sequence[Block],
    published: str | None,
    language: str | None = None,
    timezone: str | None = None,
) -> list[str | None]:
    """The time of each block of `body`, in its order: RFC 3339, without offset where no zone is known; null before the first entry.

    `pieces` are all blocks of the page, `published` is the article's `date_published`, `timezone` the IANA zone of the source.
    """
    zone = iana(timezone) or _offset_of(published)
    told = _told(body, jsonld, zone)
    first_day = _day_of(published)
    stamps = _stamps(pieces, tree, language=language, timezone=timezone, year=first_day.year if first_day else None)
    owner = _owners(body, pieces, [stamp.at for stamp in stamps])
    shown = _dated(stamps, first_day, zone)
    by_entry: dict[int | None, str] = {}
    for block, entry in zip(body, owner, strict=True):
        if entry is not None and block in told:
            by_entry.setdefault(entry, told[block])
    found: list[str | None] = []
    last: str | None = None
    for block, entry in zip(body, owner, strict=True):
        if entry is not None:
            value = by_entry.get(entry) or shown[entry]
        else:
            # Without a time on the page, what follows the beginning of an update belongs to it.
            value = last = told.get(block) or (last if not stamps else None)
        found.append(value)
    return found


def clock_lines(pieces: Sequence[Block], *, language: str | None = None, timezone: str | None = None) -> frozenset[Block]:
    """The pieces of a live blog that say nothing but the time of an entry: it goes to the entry's blocks, and is no text."""
    return frozenset(pieces[mark.at] for mark in find_marks(pieces, language=language, timezone=timezone) if mark.alone)


def _told(body: Sequence[Block], jsonld: JsonLd, zone: tzinfo | None) -> dict[Block, str]:
    """Times by JSON-LD: a block is an update's headline or stands in its text."""
    heads: dict[str, str] = {}
    whole: list[str] = []
    starts: list[tuple[int, str]] = []
    length = 0
    for node in _updates(jsonld):
        raw = next(iter(texts(node.get("datePublished")) + texts(node.get("dateModified"))), None)
        reading = read_date(raw) if raw else None
        if reading is None or reading.clock is None:
            continue
        value = reading.with_zone(zone).value()
        for headline in texts(node.get("headline")) + texts(node.get("name")):
            heads.setdefault(_key(headline), value)
        text = _key(" ".join(texts(node.get("articleBody")) + texts(node.get("text")))[:20_000])
        if text and length < MAX_UPDATE_TEXT:
            starts.append((length, value))
            whole.append(text)
            length += len(text) + 1
    if not heads and not whole:
        return {}
    everything = "\n".join(whole)
    found: dict[Block, str] = {}
    at = 0
    for number, block in enumerate(body):
        key = block.key.casefold()
        if key in heads:
            found[block] = heads[key]
            continue
        if len(key) < 20 or not everything or number >= _MOST:
            continue
        # Entries stand in the order of the page: the next one is looked for where the last one was found.
        place = everything.find(key[:_HEAD], at)
        if place < 0:
            place = everything.find(key[:_HEAD], 0, at)
        if place >= 0:
            at = place
            found[block] = starts[bisect_right(starts, place, key=lambda entry: entry[0]) - 1][1]
    return found


def _updates(jsonld: JsonLd) -> Iterator[Node]:
    seen = 0
    for node in [*([jsonld.article] if jsonld.article else []), *jsonld.roots[:40], *_graph(jsonld)]:
        value = node.get("liveBlogUpdate")
        for update in value if isinstance(value, list) else [value]:
            resolved = jsonld.resolve(update)
            if isinstance(resolved, dict) and seen < MAX_UPDATES:
                seen += 1
                yield resolved


def _graph(jsonld: JsonLd) -> Iterator[Node]:
    for root in jsonld.roots[:40]:
        graph = root.get("@graph")
        yield from (node for node in (graph if isinstance(graph, list) else [])[:200] if isinstance(node, dict))


def _stamps(pieces: Sequence[Block], tree: HtmlElement, *, language: str | None, timezone: str | None, year: int | None) -> list[_Stamp]:
    """What stands at the entries, in the order of the page; `<time datetime>` before the words beside it."""
    marks = {mark.at: mark for mark in find_marks(pieces, language=language, timezone=timezone, year=year)}
    exact = {at: reading for at, reading in _machine_times(pieces, tree, timezone) if at in marks or len(pieces[at].text) <= 60}
    if len(exact) < 2:
        exact = {}
    stamps = [
        _Stamp(at=at, clock=exact[at].clock or time(), day=exact[at].day, zone=exact[at].zone) if at in exact else _of_mark(marks[at])
        for at in sorted({*marks, *exact})
        if at not in exact or exact[at].clock is not None
    ]
    return stamps


def _of_mark(mark: Mark) -> _Stamp:
    return _Stamp(at=mark.at, clock=mark.clock, day=mark.day, zone=mark.zone)


def _machine_times(pieces: Sequence[Block], tree: HtmlElement, timezone: str | None) -> Iterator[tuple[int, Reading]]:
    first: dict[HtmlElement, int] = {}
    for number, piece in enumerate(pieces):
        first.setdefault(piece.place.element, number)
    found: dict[str, list[tuple[int, Reading]]] = {}
    for count, element in enumerate(tree.iter("time")):
        stated = element.get("datetime")
        if count >= MAX_UPDATES or not stated:
            continue
        around: HtmlElement | None = element
        for _ in range(4):
            if around is None or around in first:
                break
            around = around.getparent()
        if around is None or around not in first:
            continue
        reading = read_date(stated, source_zone=timezone)
        if reading is not None:
            build = f"{element.get('class') or ''}/{around.tag}.{around.get('class') or ''}"
            found.setdefault(build, []).append((first[around], reading))
    # The date line of the article is built like no entry's.
    for group in found.values():
        if len(group) >= 2:
            yield from group


def _owners(body: Sequence[Block], pieces: Sequence[Block], at: Sequence[int]) -> list[int | None]:
    """To which stamp each block belongs: the one in the smallest container that holds any, or in a flat page the last one before it."""
    number_of = {piece: number for number, piece in enumerate(pieces)}
    inside: dict[Place, list[int]] = {}
    for stamp, piece in enumerate(at):
        for place in pieces[piece].place.near(_LEVELS):
            inside.setdefault(place, []).append(stamp)
    found: list[int | None] = []
    for block in body:
        held = next((inside[place] for place in block.place.near(_LEVELS) if place in inside), [])
        number = number_of.get(block, -1)
        before = [stamp for stamp in held if at[stamp] <= number]
        found.append(held[0] if len(held) == 1 and len(at) > 1 else before[-1] if before else None)
    return found


def _dated(stamps: Sequence[_Stamp], first_day: date | None, zone: tzinfo | None) -> list[str | None]:
    """Give each stamp its day: the oldest entry is of the day of publication, and a clock that goes back has passed midnight."""
    rising = sum(one.clock < other.clock for one, other in pairwise(stamps))
    falling = sum(one.clock > other.clock for one, other in pairwise(stamps))
    order = range(len(stamps)) if rising > falling else range(len(stamps) - 1, -1, -1)
    values: list[str | None] = [None] * len(stamps)
    day, before = first_day, None
    for number in order:
        stamp = stamps[number]
        if stamp.day is not None:
            day = stamp.day
        elif day is not None and before is not None and _hours(before) - _hours(stamp.clock) > 6:
            day += timedelta(days=1)
        before = stamp.clock
        if day is not None:
            values[number] = Reading(day=day, clock=stamp.clock, zone=stamp.zone).with_zone(zone).value()
    return values


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _day_of(published: str | None) -> date | None:
    reading = read_date(published) if published else None
    return reading.day if reading else None


def _offset_of(published: str | None) -> tzinfo | None:
    """The clock of the site, if the article's date names it: UTC is what machines write, and says nothing of the clock on the page."""
    moment = as_moment(published) if published and "T" in published else None
    return None if moment is None or moment.utcoffset() in (None, timedelta(0)) else moment.tzinfo


def _key(text: str) -> str:
    return "".join(_TAGS.sub("", text).split()).casefold()
