"""What differs between two texts, word by word?

Paragraphs are aligned first, then the words of those that changed: so the work grows with the text, and a rewritten paragraph costs no
more than its own length allows. Words are found in every script; where a script writes no spaces, each character with its marks is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["equal", "removed", "added"]

# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u3099\u309a\ufe00-\ufe0f"
# A character of such a script with its marks; a word (marks and joiners of Indic and Arabic scripts stay inside); white space; a sign.
_TOKEN = re.compile(
    rf"[{_DENSE}][{_MARKS}]*"
    rf"|(?:(?![{_DENSE}])[\w\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u0dff\u200c\u200d])+"
    r"(?:['’](?:(?!['’])\w)+)*"
    r"|\s+|."
)
_MOST_PRODUCT = 250_000  # words of one times words of the other in one comparison: beyond it lines are cut at rare common words
_MOST_PARAGRAPHS = 4_000_000
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that both have, or one of them. Offsets are characters; of what a text does not have, where it would stand."""

    kind: Kind
    text: str
    old: tuple[int, int]
    new: tuple[int, int]

    @property
    def words(self) -> int:
        """How many words it has; characters, where a script writes no spaces."""
        return count_words(self.text)


def similarity(one: str, other: str) -> float:
    """Share of words that both have in common, 0 to 1, whatever their order (Sørensen–Dice over words with their counts)."""
    first, second = Counter(_words(one.casefold())), Counter(_words(other.casefold()))
    total = first.total() + second.total()
    return 1.0 if not total else round(2 * (first & second).total() / total, 4)


def count_words(text: str) -> int:
    """Words of a text; characters, where a script writes no spaces."""
    return sum(1 for _ in _words(text))


def tokens(text: str) -> list[str]:
    """Words, white space and signs; joined they are the text."""
    return _TOKEN.findall(text) if "\n" not in text else [one[0] for one in re.finditer(_TOKEN, text)]


def paragraphs(text: str) -> list[str]:
    """Parts of a text between blank lines, each with the blank lines that follow it; joined they are the text."""
    return [part for part in re.split(r"(?<=\n\n)(?!\n)", text) if part]


def diff(old: str, new: str) -> list[Piece]:
    """The pieces in reading order, what was removed before what was added. Neighbours differ in kind."""
    raw: list[tuple[Kind, str]] = []
    before, after = paragraphs(old), paragraphs(new)
    for same, left, right in _aligned(_keys(before), _keys(after), _MOST_PARAGRAPHS):
        olds, news = before[left[0] : left[1]], after[right[0] : right[1]]
        if same:
            for one, other in zip(olds, news, strict=True):
                raw.extend([("equal", one)] if one == other else _by_words(one, other))
        else:
            for one, other in _paired(olds, news):
                raw.extend(_by_words(one, other))
    return _placed(raw)


def _keys(parts: Sequence[str]) -> list[str]:
    return [part.strip() for part in parts]


def _paired(olds: Sequence[str], news: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Which rewritten paragraph was which: the first later one that is like it; the rest came or went whole."""
    counts = [Counter(_words(one.casefold())) for one in news]
    at = 0
    for one in olds:
        words = Counter(_words(one.casefold()))
        found = next((place for place in range(at, min(len(news), at + 12)) if _alike(words, counts[place])), None)
        if found is None:
            yield one, ""
            continue
        for skipped in news[at:found]:
            yield "", skipped
        yield one, news[found]
        at = found + 1
    for rest in news[at:]:
        yield "", rest


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    total = one.total() + other.total()
    return bool(total) and 2 * (one & other).total() >= 0.4 * total


def _by_words(old: str, new: str) -> Iterator[tuple[Kind, str]]:
    if not old or not new:
        yield ("removed", old) if old else ("added", new)
        return
    one, other = tokens(old), tokens(new)
    for same, left, right in _aligned(one, other, _MOST_PRODUCT):
        gone, come = "".join(one[left[0] : left[1]]), "".join(other[right[0] : right[1]])
        if same:
            yield "equal", come
            continue
        if gone:
            yield "removed", gone
        if come:
            yield "added", come


Span = tuple[int, int]


def _aligned(one: Sequence[str], other: Sequence[str], most: int) -> Iterator[tuple[bool, Span, Span]]:
    """Stretches that are the same and that are not. Bounded: what is too long for a comparison is cut at what both have just once."""
    start, low, high = 0, len(one), len(other)
    while start < min(low, high) and one[start] == other[start]:
        start += 1
    while low > start and high > start and one[low - 1] == other[high - 1]:
        low, high = low - 1, high - 1
    if start:
        yield True, (0, start), (0, start)
    for left, right in _cuts(one, other, (start, low), (start, high), most):
        if (left[1] - left[0]) * (right[1] - right[0]) > most:
            yield False, left, right
            continue
        matcher = SequenceMatcher(None, one[left[0] : left[1]], other[right[0] : right[1]], autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag == "equal", (left[0] + a, left[0] + b), (right[0] + c, right[0] + d)
    if low < len(one):
        yield True, (low, len(one)), (high, len(other))


def _cuts(one: Sequence[str], other: Sequence[str], left: Span, right: Span, most: int) -> Iterator[tuple[Span, Span]]:
    if (left[1] - left[0]) * (right[1] - right[0]) <= most:
        if left[0] < left[1] or right[0] < right[1]:
            yield left, right
        return
    places = _unique(one, left), _unique(other, right)
    pairs = [(place, places[1][token]) for token, place in places[0].items() if token in places[1]]
    a, b = left[0], right[0]
    for x, y in _rising(pairs):
        if (x - a) * (y - b) >= most // 4 or (x - a) + (y - b) >= 400:
            yield (a, x), (b, y)
            a, b = x, y
    if a < left[1] or b < right[1]:
        yield (a, left[1]), (b, right[1])


def _unique(words: Sequence[str], span: Span) -> dict[str, int]:
    counts = Counter(words[span[0] : span[1]])
    return {words[at]: at for at in range(*span) if counts[words[at]] == 1}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both rise."""
    from bisect import bisect_left

    ends: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        back.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            last.append(number)
        else:
            ends[at], last[at] = place, number
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = back[at]
    return found[::-1]


def _placed(raw: Sequence[tuple[Kind, str]]) -> list[Piece]:
    """With offsets; what was removed in one place stands together, before what was added there."""
    pieces: list[Piece] = []
    old = new = 0
    gone: list[str] = []
    come: list[str] = []
    same: list[str] = []

    def flush() -> None:
        nonlocal old, new
        if same:
            text = "".join(same)
            pieces.append(Piece(kind="equal", text=text, old=(old, old + len(text)), new=(new, new + len(text))))
            old, new = old + len(text), new + len(text)
        if gone:
            text = "".join(gone)
            pieces.append(Piece(kind="removed", text=text, old=(old, old + len(text)), new=(new, new)))
            old += len(text)
        if come:
            text = "".join(come)
            pieces.append(Piece(kind="added", text=text, old=(old, old), new=(new, new + len(text))))
            new += len(text)
        for part in (same, gone, come):
            part.clear()

    for number, (kind, text) in enumerate(raw):
        if kind == "equal":
            # A space between two changed words parts nothing for a reader.
            if (gone or come) and not text.strip() and "\n" not in text and number + 1 < len(raw) and raw[number + 1][0] != "equal":
                if gone:
                    gone.append(text)
                if come:
                    come.append(text)
                if not (gone and come):
                    (come if gone else gone).append(text)
                continue
            if gone or come:
                flush()
            same.append(text)
        else:
            (gone if kind == "removed" else come).append(text)
    flush()
    return pieces


def _words(text: str) -> Iterator[str]:
    return (token for token in tokens(text) if token[0].isalnum())
