"""Which words do made-up articles in eight languages use? Real inflected words of Ukrainian and Russian, made-up ones of the others.

By Zipf's law over words, and each word in its forms: a search has to bring them together again.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy

LANGUAGES = ("uk", "ru", "ar", "en", "de", "fa", "he", "zh")
_WORDS, _REAL_WORDS = 30_000, 12_000  # lexemes of a language; of those that a dictionary makes
_SYLLABLES = {
    "en": ("b c d f g h l m n p r s t st tr br ch sh".split(), "a e i o u ea ou".split(), ["", "", "n", "r", "t", "l", "nd"]),
    "de": ("b d f g h k l m n p r s t sch st pf z w".split(), "a e i o u ei au ä ö ü".split(), ["", "n", "r", "t", "l", "ch", "nd"]),
    "ar": ("ب ت ج ح د ر س ش ص ط ع ف ق ك ل م ن ه".split(), ["", "ا", "و", "ي", ""], [""]),
    "fa": ("ب پ ت ج چ خ د ر ز س ش ف ک گ ل م ن".split(), ["", "ا", "و", "ی"], [""]),
    "he": ("א ב ג ד ה ז ח ט כ ל מ נ ס ע פ צ ק ר ש ת".split(), ["", "ו", "י", ""], [""]),
}
_ENDINGS = {"en": ("", "", "s", "ed", "ing", "'s"), "de": ("", "", "en", "er", "es", "e")}
_BEGINNINGS = {"ar": ("", "ال", "ال", "وال", "بال", "و", "لل"), "he": ("", "ה", "ה", "ו", "ב", "ל", "מה")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one language, each form with its share in texts."""

    language: str
    forms: list[str]
    cumulated: numpy.ndarray
    lexemes: list[list[str]]
    """The forms of each word, the commonest word first."""
    joined: str
    """What stands between words."""


@cache
def vocabulary(language: str) -> Vocabulary:
    """The same on any day."""
    draw = random.Random(f"words {language}")
    lexemes = _real_once(language, draw) if language in ("uk", "ru") else _made_up(language, draw)
    forms, weights = [], []
    for rank, lexeme in enumerate(lexemes):
        share = 1 / (rank + 2.7) / len(lexeme)
        forms += lexeme
        weights += [share] * len(lexeme)
    sums = list(accumulate(weights))
    return Vocabulary(
        language=language,
        forms=forms,
        cumulated=numpy.array(sums) / sums[-1],
        lexemes=lexemes,
        joined="" if language == "zh" else " ",
    )


def _real_once(language: str, draw: random.Random) -> list[list[str]]:
    """Made once on a machine: each of the processes that write would spend half a minute on it."""
    path = Path(tempfile.gettempdir()) / f"warchive-million-{_REAL_WORDS}-{language}.json"
    if path.is_file():
        kept: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    lexemes = _real(language, draw)
    path.write_text(json.dumps(lexemes, ensure_ascii=False), encoding="utf-8")
    return lexemes


def _real(language: str, draw: random.Random) -> list[list[str]]:
    import pymorphy3

    found: dict[str, list[str]] = {}
    morphology = pymorphy3.MorphAnalyzer(lang=language)
    known = [word for word, *_ in morphology.dictionary.iter_known_words() if 2 < len(word) < 16]
    for word in draw.sample(known, 3 * _REAL_WORDS):
        parse = morphology.parse(word)[0]
        if parse.normal_form not in found and len(found) < _REAL_WORDS:
            lexeme = dict.fromkeys(form.word for form in parse.lexeme)
            found[parse.normal_form] = draw.sample(list(lexeme), min(8, len(lexeme)))
    return list(found.values())


def _made_up(language: str, draw: random.Random) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    while len(found) < _WORDS:
        if language == "zh":
            word = "".join(chr(0x4E00 + int(3500 * draw.random() ** 2) * 5) for _ in range(draw.choice((1, 2, 2, 2, 3))))
            found.setdefault(word, [word])
            continue
        starts, middles, ends = _SYLLABLES[language]
        word = "".join(draw.choice(starts) + draw.choice(middles) + draw.choice(ends) for _ in range(draw.choice((1, 2, 2, 3, 3))))
        if len(word) < 2 or word in found:
            continue
        found[word] = (
            [begin + word for begin in _BEGINNINGS[language]]
            if language in _BEGINNINGS
            else [word, word + "\u200cها", word + "\u200cهای"]
            if language == "fa"
            else [word + end for end in dict.fromkeys(_ENDINGS[language])]
        )
    return list(found.values())
