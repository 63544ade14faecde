"""What does a collection of a million made-up texts look like: which words, and which of them tell another's story again?

Nothing is kept: any text can be made again from its number. Words are drawn from seven invented languages in seven scripts by Zipf's law,
two of them written without spaces.
"""

from __future__ import annotations

import random
from array import array
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Literal

Kind = Literal["original", "agency", "repost", "replaced", "mixed", "passages", "cut", "quoting", "translated"]
EDITS: tuple[Kind, ...] = ("replaced", "mixed", "passages", "cut")
LEVELS = (0.01, 0.05, 0.20, 0.50)

_WORDS, _POOL = 20_000, 2_000_000
_NAMES = -10_000
"""Ranks below zero are numbers and names, which a translation keeps."""
_SCRIPTS: tuple[tuple[str, str, str, tuple[int, int]], ...] = (
    ("bdfghklmnprstvw", "aeiou", " ", (1, 4)),
    ("бвгджзклмнпрстх", "аеиоуыя", " ", (1, 4)),
    ("بتثجحخدرسشصطعفقكلمنه", "اوي", " ", (1, 3)),
    ("कखगघचजटडतदनपबमयरलसह", "ािीुूेो", " ", (1, 3)),
    ("가나다라마바사아자차카타파하고노도로모보소오조초호구누두루무부수우주추후기니디리미비시이지치히", "은는이가", " ", (1, 3)),
    ("".join(chr(0x4E00 + 7 * at) for at in range(1500)), "", "", (1, 2)),
    ("กขคงจชซญดตถทนบปผพฟมยรลวสหอ", "ะาิีึืุู", "", (1, 3)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Sentences of ranks of words, in one of the languages."""

    language: int
    sentences: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """One text of the collection."""

    text: str
    kind: Kind
    level: float
    """Share that was edited."""
    root: int
    """Number of the original that it tells again, quotes or translates; its own where it is one."""


def text_number(number: int, seed: int = 1) -> MadeUp:
    """The text of this number, made of nothing but the number."""
    draw = random.Random(f"{seed} {number}")
    kind, level = kind_of(number)
    if kind == "original":
        return MadeUp(text=rendered(original(number, seed)), kind=kind, level=0.0, root=number)
    root = _root(number, kind, draw)
    story = original(root, seed)
    match kind:
        case "agency":
            level = draw.choice((0.0, 0.0, 0.01, 0.02, 0.03))
            story = edited(story, "mixed", level, draw)
            if draw.random() < 0.5:  # a line of the paper's own above it
                story.sentences.insert(0, _sentence(draw, draw.randint(8, 14)))
        case "quoting":
            at = draw.randrange(len(story.sentences))
            quoted = story.sentences[at : at + 4]
            story = original(number, seed, language=story.language)
            story.sentences[2:2] = quoted
        case "translated":
            story = Story(
                language=(story.language + 1 + draw.randrange(4)) % 5, sentences=[_reordered(one, draw) for one in story.sentences]
            )
        case "replaced" | "mixed" | "passages" | "cut":
            story = edited(story, kind, level, draw)
        case _:
            pass
    return MadeUp(text=rendered(story), kind=kind, level=level, root=root)


def root_of(number: int, seed: int = 1) -> int:
    """The original that the text of this number tells again, quotes or translates; itself where it is one."""
    kind, _ = kind_of(number)
    return number if kind == "original" else _root(number, kind, random.Random(f"{seed} {number}"))


def kind_of(number: int) -> tuple[Kind, float]:
    """What the text of this number is, and how much of it is edited where the number says that."""
    turn, place = divmod(number, 20)
    if number < 100 or place < 11:
        return "original", 0.0
    if place < 15:
        return "agency", 0.0
    if place in (16, 17):
        at = 2 * turn + place - 16
        return EDITS[at % 4], LEVELS[(at // 4) % 4]
    return ("repost", 0.0) if place == 15 else ("quoting", 0.0) if place == 18 else ("translated", 0.0)


def original(number: int, seed: int, *, language: int | None = None) -> Story:
    """The story of this number: 45 to 2,500 words, 320 in the median."""
    draw = random.Random(f"{seed} {number} story")
    length = min(2500, max(45, round(draw.lognormvariate(5.77, 0.6))))
    sentences: list[list[int]] = []
    while length > 0:
        sentences.append(_sentence(draw, min(length, draw.randint(8, 25))))
        length -= len(sentences[-1])
    chosen = draw.choices(range(len(_SCRIPTS)), (6, 5, 3, 2, 2, 2, 1))[0] if language is None else language
    # What a site puts under all its texts, where the extractor does not see through it.
    site = random.Random(f"{seed} site {draw.randrange(2000)}")
    if draw.random() < 0.25:
        sentences.extend(_sentence(site, 12) for _ in range(2))
    return Story(language=chosen, sentences=sentences)


def rendered(story: Story) -> str:
    """As characters."""
    words, space = _vocabulary(story.language), _SCRIPTS[story.language][2]
    stop = ". " if space else "。" if story.language == 5 else " "
    lines = (space.join([words[rank] if rank >= 0 else f" {-rank} " for rank in sentence]) for sentence in story.sentences)
    return stop.join(lines)


def _root(number: int, kind: Kind, draw: random.Random) -> int:
    while True:
        # Agencies' reports are every twentieth text, and each is printed by four papers in the mean.
        root = draw.randrange(number // 20) * 20 if kind == "agency" else draw.randrange(number)
        if kind_of(root)[0] == "original":
            return root


def _sentence(draw: random.Random, length: int) -> list[int]:
    at = draw.randrange(_POOL - length)
    ranks = _pool()[at : at + length].tolist()
    if draw.random() < 0.4:
        ranks[draw.randrange(length)] = -draw.randint(1, -_NAMES)
    return ranks


def _word(draw: random.Random) -> int:
    return _pool()[draw.randrange(_POOL)]


def _reordered(sentence: list[int], draw: random.Random) -> list[int]:
    """As another language puts it: words move by a few places."""
    keyed = sorted(range(len(sentence)), key=lambda at: at + draw.random() * 4)
    return [sentence[at] for at in keyed]


def edited(story: Story, kind: Kind, level: float, draw: random.Random) -> Story:
    """The story with this share of its words replaced, cut off or the like."""
    sentences = [list(sentence) for sentence in story.sentences]
    places = [(at, within) for at, sentence in enumerate(sentences) for within in range(len(sentence))]
    count = round(len(places) * level)
    if kind == "passages":  # whole sentences as far as they go
        for at in draw.sample(range(len(sentences)), len(sentences)):
            taken = min(count, len(sentences[at]))
            sentences[at][:taken] = [_word(draw) for _ in range(taken)]
            count -= taken
        return Story(language=story.language, sentences=sentences)
    if kind == "cut":
        kept = len(places) - count
        for at, sentence in enumerate(sentences):
            sentences[at], kept = sentence[: max(0, kept)], kept - len(sentence)
        return Story(language=story.language, sentences=[sentence for sentence in sentences if sentence])
    for at, within in sorted(draw.sample(places, count), reverse=True):
        way = 0 if kind == "replaced" else draw.randrange(3)
        new = [_word(draw)]
        sentences[at][within : within + (0 if way == 1 else 1)] = [] if way == 2 else new
    return Story(language=story.language, sentences=[sentence for sentence in sentences if sentence])


@cache
def _pool() -> array[int]:
    """Words in a row, from which sentences are taken at any place: a million texts draw three hundred million."""
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(_WORDS)))
    return array("h", random.Random("pool").choices(range(_WORDS), cum_weights=weights, k=_POOL))


@cache
def _vocabulary(language: int) -> list[str]:
    first, second, _space, (low, high) = _SCRIPTS[language]
    draw = random.Random(f"words {language}")
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        # Frequent words are short, as they are everywhere.
        syllables = draw.randint(low, high) + (len(found) > 200) + (len(found) > 4000)
        found["".join(draw.choice(first) + (draw.choice(second) if second else "") for _ in range(syllables))] = None
    return list(found)
