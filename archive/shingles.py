"""Into which small pieces does a text fall, so that two texts can be compared by the pieces they share, in any script?

Two words where words are written apart; three signs where they are not and a sign is a syllable or more (Chinese, Japanese); seven where
it is a letter (Thai, Lao, Khmer, Burmese). So a word that is replaced costs about the same share of pieces in every script. What the same
story may be set with differently does not count: case, width, points and vowel marks of Hebrew and Arabic, invisible signs, punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

MAX_CHARACTERS = 200_000
"""Of a longer text only the beginning is compared: thirty thousand words tell it from every other."""

_WORDS, _SYLLABLES, _LETTERS = 2, 3, 7  # how many tokens make a piece, by the script of its first

_IDEOGRAPHS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED = (  # Thai, Lao, Burmese, Khmer, Tai; digits and punctuation are not among them
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u104e\u1050-\u109f\u1780-\u17d3\u17dc\u17dd\u1950-\u19ca\u1a20-\u1a7c"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"
)
# Signs that continue a word though `\w` does not know them: vowel signs and accents. Whole blocks, where their other signs are letters.
_MARKS = (
    "\u0300-\u036f\u0488\u0489\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0816-\u082d\u0859-\u085b\u08d3-\u08ff\u0900-\u0963\u0971-\u0df3"
    "\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f\u0f71-\u0f84\u0f8d-\u0fbc\u135d-\u135f\u1712-\u1715\u1732-\u1734\u1752\u1753\u18a9\u1920-\u193b"
    "\u1ab0-\u1aff\u1b00-\u1b44\u1b80-\u1bad\u1c24-\u1c37\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302f\ua66f-\ua672\ua674-\ua67d\ua802-\ua827\ua880-\ua8c5"
    "\ua8e0-\ua8f1\ua980-\ua9c0\uabe3-\uabed\ufe20-\ufe2f\U00010a00-\U00011fff\U0001e000-\U0001e94a"
)
# Soft hyphens, joiners, marks of direction, variation selectors; points of Hebrew; vowel marks and the lengthener of Arabic.
_LEFT_OUT = (
    "\u00ad\u034f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_WORD = f"[^\\W_{_IDEOGRAPHS}{_UNSPACED}]+(?:[{_MARKS}]+[^\\W_{_IDEOGRAPHS}{_UNSPACED}]*)*"  # nothing must follow: it never goes back
_LETTERS_ALONE = re.compile(r"[^\W_]+")
_SPACED_TOKENS = re.compile(_WORD)
_TOKENS = re.compile(f"[{_IDEOGRAPHS}{_UNSPACED}]|{_WORD}")
_SIGN = re.compile(f"[{_IDEOGRAPHS}{_UNSPACED}]")
_LETTER = re.compile(f"[{_UNSPACED}]")
_SPECIAL = re.compile(f"[{_IDEOGRAPHS}{_UNSPACED}{_MARKS}{_LEFT_OUT}]")
_REMOVED = re.compile(f"[{_LEFT_OUT}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shingles:
    """The different pieces of a text."""

    pieces: list[str]
    """In the order in which they first come, each once."""
    words: int
    """How many they are, told in words: a piece of signs counts half, since about two signs make a word."""


def shingles(text: str) -> Shingles:
    """The pieces of a text; the same for texts that differ only in what does not count."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold()
    if _SPECIAL.search(plain) is None:
        return _of_words(_LETTERS_ALONE.findall(plain))
    plain = _REMOVED.sub("", plain)
    if _SIGN.search(plain) is None:
        return _of_words(_SPACED_TOKENS.findall(plain))
    return _mixed(_TOKENS.findall(plain))


def _of_words(words: list[str]) -> Shingles:
    pieces = list(dict.fromkeys(map(" ".join, pairwise(words))))
    return Shingles(pieces=pieces, words=len(pieces))


def _mixed(tokens: list[str]) -> Shingles:
    lengths = [_WORDS if _SIGN.match(token) is None else _SYLLABLES if _LETTER.match(token) is None else _LETTERS for token in tokens]
    found = {" ".join(tokens[at : at + length]): length == _WORDS for at, length in enumerate(lengths) if at + length <= len(tokens)}
    spaced = sum(found.values())
    return Shingles(pieces=list(found), words=spaced + (len(found) - spaced) // 2)
