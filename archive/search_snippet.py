"""Which piece of a text shows best why it was found, and where in it are the words?"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from archive.search_forms import Forms
from archive.search_words import FIRST_UNSPACED, fold, is_unspaced, matches_of, small, terms_of

SIZE = 240  # characters: three lines of a page, two or three of a terminal
_BEFORE = 60  # of them, at most, before the first word that was found
_FIRST_LOOK, _FAR_LOOK = 20_000, 400_000  # characters of a text in which words are looked for: most have far fewer
_FIRST_HEBREW = "\u0590"
_SPACES = re.compile(r"\s+")

Piece = tuple[str, bool]
"""A piece of text, and whether it is something that was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What was looked for, as terms of the index."""

    terms: frozenset[str] = frozenset()
    sequences: tuple[tuple[str, ...], ...] = ()
    """Terms that stand one after the other."""
    beginnings: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to mark."""
        return bool(self.terms or self.sequences or self.beginnings)


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    what: str


def snippet(text: str, sought: Sought, forms: Forms, *, size: int = SIZE, titled: bool = False) -> list[Piece]:
    """About `size` characters of the text in which most of what is sought stands; its beginning where nothing of it does. Where the title
    has it (`titled`), a text that does not seem to have it is not searched twice.
    """
    places = find(text[:_FIRST_LOOK], sought, forms)
    if not places and not titled and sought.anything:
        places = find(text[:_FIRST_LOOK], sought, forms, thorough=bool(sought.terms))
        if not places and len(text) > _FIRST_LOOK:
            places = find(text[:_FAR_LOOK], sought, forms, thorough=True)
    start, end = _window(text, places, size)
    return marked(text, [place for place in places if place.start >= start and place.end <= end], start, end)


def marked(text: str, places: list[_Place], start: int, end: int) -> list[Piece]:
    """That part of a text in pieces, white space made one blank."""
    pieces: list[Piece] = [("… ", False)] if start > 0 else []
    at = start
    for place in places:
        if place.end <= at:
            continue
        begin = max(place.start, at)
        pieces += [(text[at:begin], False), (text[begin : place.end], True)]
        at = place.end
    pieces += [(text[at:end], False), (" …" if end < len(text.rstrip()) else "", False)]
    return _joined(pieces)


def find(text: str, sought: Sought, forms: Forms, *, thorough: bool = False) -> list[_Place]:
    """Where the words are, in their order. Dictionaries are asked only about words that begin as one that is sought, unless it is to be
    `thorough`: that is a hundredth of the work, and misses only such forms as `went` of `go`.
    """
    if not sought.anything:
        return []
    row: list[_Place] = []  # what is term by term in the index, with its place
    found: list[_Place] = []
    near = frozenset(term[: 3 if len(term) < 6 else 4 if len(term) < 8 else 5] for term in sought.terms)
    told: dict[str, str | None] = {}
    for match in matches_of(text):
        word = match[0]
        if word[0] >= FIRST_UNSPACED and is_unspaced(word):
            if sought.sequences or sought.beginnings:
                _letters(word, match.start(), sought, row, found)
            continue
        if word not in told:
            told[word] = _hit(word, sought, forms, near, thorough)
        hit = told[word]
        if hit is not None:
            found.append(_Place(match.start(), match.end(), hit))
        if sought.sequences:
            row += [_Place(match.start(), match.end(), term) for term in _terms(word)]
    names = [place.what for place in row]
    for sequence in filter(None, sought.sequences):
        at = -1
        while True:
            try:
                at = names.index(sequence[0], at + 1)
            except ValueError:
                break
            if tuple(names[at : at + len(sequence)]) == sequence:
                found.append(_Place(row[at].start, row[at + len(sequence) - 1].end, " ".join(sequence)))
    return sorted(found, key=lambda place: (place.start, -place.end))


def _letters(piece: str, start: int, sought: Sought, row: list[_Place], found: list[_Place]) -> None:
    """The pairs of letters of a script without spaces."""
    end = start + len(piece)
    same = len(fold(small(piece))) == len(piece)  # else nobody knows which letter became which
    for at, term in enumerate(terms_of(piece)):
        begin = start + at if same else start
        row.append(_Place(begin, min(begin + len(term), end) if same else end, term))
        for beginning in sought.beginnings:
            if term.startswith(beginning):
                found.append(_Place(begin, min(begin + len(beginning), end) if same else end, beginning))


def _hit(token: str, sought: Sought, forms: Forms, near: frozenset[str], thorough: bool) -> str | None:
    """What is sought that this word is a form of."""
    if not thorough and "'" not in token and "’" not in token:
        if token[0] < _FIRST_HEBREW:
            begin = fold(token[:6].casefold())
            likely = begin[:3] in near or begin[:4] in near or begin[:5] in near
        else:  # before a Hebrew or an Arabic word stands what is written together with it
            word = fold(small(token))
            likely = any(term in word for term in sought.terms)
        if not likely:
            word = fold(small(token)) if sought.beginnings else ""
            return next((one for one in sought.beginnings if word.startswith(one)), None)
    terms, others = forms[token]
    every = (*terms.split(" "), *others)
    hit = next((one for one in every if one in sought.terms), None)
    return hit or next((one for one in sought.beginnings if any(term.startswith(one) for term in every)), None)


@functools.lru_cache(maxsize=20_000)
def _terms(token: str) -> tuple[str, ...]:
    return terms_of(token)


def _window(text: str, places: list[_Place], size: int) -> tuple[int, int]:
    best: tuple[int, int] | None = None
    chosen = 0
    for at, first in enumerate(places[:2000]):
        inside = [place for place in places[at : at + 40] if place.end <= first.start + size - _BEFORE]
        worth = (len({place.what for place in inside}), min(len(inside), 6))
        if best is None or worth > best:
            best, chosen = worth, first.start
    start = chosen if best is not None else 0
    if start <= _BEFORE:
        start = 0
    else:
        start -= _BEFORE
        # From the beginning of a sentence or a word, where there is one near.
        blank = re.search(r"[.!?。]\s+|\n", text[start : start + _BEFORE]) or re.search(r"\s+", text[start : start + _BEFORE])
        start += blank.end() if blank else 0
    end = min(len(text), start + size)
    if end < len(text):
        blank_at = text.rfind(" ", start + size - 30, end)
        end = blank_at if blank_at > chosen else end
        for place in places:
            if place.start < end < place.end:
                end = place.end
    return start, end


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[list[object]] = []
    for text, is_match in pieces:
        clean = _SPACES.sub(" ", text)
        if not clean:
            continue
        if joined and joined[-1][1] == is_match:
            joined[-1][0] = f"{joined[-1][0]}{clean}"
        else:
            joined.append([clean, is_match])
    return [(str(text), bool(is_match)) for text, is_match in joined]
