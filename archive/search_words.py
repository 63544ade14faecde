"""Which words does a text have, and in which spelling are they compared?

Small letters, no accents over Latin and Greek letters, no vowel points in Arabic and Hebrew, one letter where keyboards differ. Chinese,
Japanese, Korean, Thai and their neighbours, which put no spaces between words, are taken as pairs of letters that overlap.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator

# Han, kana, bopomofo, hangul, and the scripts from Thai to Khmer. Signs of the same blocks that are no letters are left out.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\uff66-\uff9d\U00020000-\U0003ffff"
)


def _marks() -> str:
    """Combining marks, as the inside of a character class: Python counts them as no part of a word, and they are."""
    codes = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# Inside a word: marks, the joiners of Persian, a soft hyphen, the line that stretches Arabic words, an apostrophe between two letters.
_LETTER, _INSIDE = f"[^\\W_{_UNSPACED}]", f"(?:[{_marks()}\u200c\u200d\u00ad\u0640]|['’ʼ](?=[^\\W\\d_]))"
_TOKEN = re.compile(f"{_LETTER}+(?:{_INSIDE}{_LETTER}*)*|[{_UNSPACED}]+")
FIRST_UNSPACED = "\u0e01"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_FINAL = 64  # letters of one term that are compared; a longer "word" is a program's


def _folding() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in (*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x2000)):
        base = "".join(one for one in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(one))
        if base != chr(code):
            table[code] = base.casefold()
    plain = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ё": "е", "ς": "σ"}
    # Arabic letters that are written one for the other, by Arabs and by Persians; digits of both.
    plain |= dict(zip("أإآٱىیئؤةکگهۀەھ", "ااااييءءهكگهههه", strict=True))
    plain |= {chr(start + digit): str(digit) for start in (0x660, 0x6F0, 0x966) for digit in range(10)}
    table.update({ord(key): value for key, value in plain.items()})
    gone = (*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE))
    table.update(dict.fromkeys((*gone, 0x640, 0xAD, 0x200C, 0x200D), None))
    for curly in "’ʼ":
        table[ord(curly)] = "'"
    return table


_FOLD = _folding()


def tokens_of(text: str) -> list[str]:
    """The pieces of a text as they stand there."""
    return _TOKEN.findall(text)


def matches_of(text: str) -> Iterator[re.Match[str]]:
    """The same, and where."""
    return _TOKEN.finditer(text)


def is_unspaced(token: str) -> bool:
    """Whether the piece is of a script without spaces."""
    return _IS_UNSPACED.match(token) is not None


def small(token: str) -> str:
    """In small letters and in one spelling of Unicode, accents kept: as dictionaries and stemmers know it."""
    return token.casefold() if token.isascii() else unicodedata.normalize("NFKC", token).casefold()


def fold(text: str) -> str:
    """Without the marks and differences that people leave out."""
    return text if text.isascii() else text.translate(_FOLD)


def terms_of(token: str) -> tuple[str, ...]:
    """The terms under which a piece is entered, in their order. One for a word, pairs of letters for a script without spaces, none for
    marks alone.
    """
    word = fold(small(token))
    if is_unspaced(token):
        # The last letter stands alone as well: a search for one letter is one for all that begins with it.
        return tuple(sys.intern(word[at : at + 2]) for at in range(len(word)))
    if "'" in word and not _CYRILLIC.match(word):
        # `l'homme`, `Kyiv's`: two words. In Ukrainian it is a letter of the word.
        return tuple(part[:_FINAL] for part in word.split("'") if part)
    # NFKC makes several words of some single signs (`½`, `㎞/h`).
    return tuple(part[:_FINAL] for part in _TERM.findall(word))


_TERM = re.compile(r"[^\W_](?:[^\W_]|[^\x00-\x7f\s]|')*")
