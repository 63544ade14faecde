"""Which language is the text in, as a BCP 47 tag?

What the page says, checked against the script of the text and, between languages of one script, against their commonest words and
letters (`languagewords`). No model: a claim that nothing contradicts is believed, a contradicted one gives way to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipelines.languagewords import COMMON_WORDS, DEFAULT_FLOOR, DEFAULT_OF_SCRIPT, FAMILY, FLOORS, LETTERS, SCRIPT_OF, SCRIPTS, TWINS

_TAG = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?(?:[-_.@].*)?$")
_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "russian": "ru",
    "русский": "ru",
    "ukrainian": "uk",
    "українська": "uk",
    "arabic": "ar",
    "العربية": "ar",
    "turkish": "tr",
    "türkçe": "tr",
    "italian": "it",
    "portuguese": "pt",
    "polish": "pl",
    "dutch": "nl",
    "hebrew": "he",
    "persian": "fa",
    "farsi": "fa",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
    "hindi": "hi",
}
# Codes that were renamed, and country codes that are often written for the language.
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "ua": "uk",
    "jp": "ja",
    "cz": "cs",
    "gr": "el",
    "kr": "ko",
    "cn": "zh",
    "dk": "da",
    "se": "sv",
    "mo": "ro",
    "sh": "sr",
    "ger": "de",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "rus": "ru",
    "ukr": "uk",
    "ara": "ar",
    "tur": "tr",
    "heb": "he",
    "fas": "fa",
    "per": "fa",
}
_THREE_LETTERS = frozenset("ckb fil gsw haw kea nds rhg sah tet wuu yue hak ceb ast kmr prs zgh".split())
# What is looked at: a sample tells as much as the whole.
_SAMPLE_LETTERS, _SAMPLE_TEXT, _SAMPLE_WORDS = 800, 3_000, 400
# A word is a letter and all that is neither space, digit nor punctuation: words of Hindi and Urdu hold marks that are no letters.
_WORD = re.compile(r"[^\W\d_][^\s\d!-&(-/:-@\[-`{-~\u060c\u061b\u061f\u06d4\u0964\u2013\u2014\u201c-\u201f\u2026\u00ab\u00bb]*")
_SCRIPT_OF_BLOCK = {block: name for name, low, high in SCRIPTS for block in range(ord(low) >> 4, (ord(high) >> 4) + 1)}
_LANGUAGES_OF_WORD: dict[str, tuple[str, ...]] = {}
for _code, _words in COMMON_WORDS.items():
    for _word in _words:
        _LANGUAGES_OF_WORD[_word] = (*_LANGUAGES_OF_WORD.get(_word, ()), _code)
_LANGUAGE_OF_LETTER = {letter: code for code, letters in LETTERS.items() for letter in letters}


def tag(value: str | None) -> str | None:
    """A BCP 47 tag out of what sites write: `en_US`, `ENG`, `Deutsch`, `ua`."""
    if not value:
        return None
    value = value.strip().split(",")[0].strip()
    if value.lower() in _NAMES:
        return _NAMES[value.lower()]
    match = _TAG.match(value)
    if not match:
        return None
    code = match[1].lower()
    code = _RENAMED.get(code, code)
    if len(code) == 3 and code not in _THREE_LETTERS:  # "utf-8" is no language
        return None
    parts = [code] + ([match[2].title()] if match[2] else []) + ([match[3].upper()] if match[3] else [])
    return "-".join(parts) if code not in ("und", "mul", "zxx", "xx") else None


def choose(text: str, stated: Iterable[str | None], likely: Iterable[str] = ()) -> str | None:
    """The first stated tag that the text does not contradict; else what the text shows; else null. `likely` are the source's languages."""
    tags = [found for value in stated if (found := tag(value))]
    script = _script(text)
    sample = _Sample(text)
    for candidate in tags:
        if not _contradicted(candidate, script, sample):
            return candidate
    hints = [found for value in likely if (found := tag(value))]
    if sample.shown and not _other_script(sample.shown, script):
        return next((hint for hint in hints if _base(hint) == sample.shown), sample.shown)
    if script in DEFAULT_OF_SCRIPT:
        return next((hint for hint in hints if not _contradicted(hint, script, None)), DEFAULT_OF_SCRIPT[script])
    return next((hint for hint in hints if not _contradicted(hint, script, sample)), None)


class _Sample:
    """The first words of the text, counted by the languages that have them among their commonest."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text[:_SAMPLE_TEXT].lower())[:_SAMPLE_WORDS]
        self.words = len(words)
        self.hits: Counter[str] = Counter()
        for word, count in Counter(words).items():
            languages = _LANGUAGES_OF_WORD.get(word, ())
            for code in languages:
                self.hits[code] += count
            if not word.isascii():
                lettered = {_LANGUAGE_OF_LETTER[letter] for letter in word if letter in _LANGUAGE_OF_LETTER}
                for other in lettered.difference(languages):
                    self.hits[other] += count
        # Measured against what is usual: a twentieth is much in Zulu and little in English.
        self.strengths = {code: hits / FLOORS.get(code, DEFAULT_FLOOR) / max(1, self.words) for code, hits in self.hits.items()}
        ranked = sorted(self.strengths.items(), key=lambda entry: (-entry[1], entry[0]))
        self.shown = _winner(ranked) if self.words >= 40 else None
        """The language whose commonest words make up the text."""

    def denies(self, code: str) -> bool:
        """Another language explains the text clearly better."""
        return self.shown is not None and self.shown != code and self.strengths.get(code, 0.0) * 1.3 < self.strengths[self.shown]

    def plausible(self, code: str) -> bool:
        """At least a word in forty is one of the commonest; running text of most languages has one in eight."""
        least = 40 if code not in FLOORS else 100
        return self.words < 150 or self.hits[code] * least >= self.words


def _winner(ranked: list[tuple[str, float]]) -> str | None:
    if not ranked:
        return None
    (code, best), (second, rival) = ranked[0], ranked[1] if len(ranked) > 1 else ("", 0.0)
    if best >= 1:
        return code if best > rival * 1.04 or TWINS.get(code) == second else None
    # Lists and tables have few of the common words, but those of one language.
    return code if best >= 0.5 and best > rival * 1.5 else None


def _base(code: str) -> str:
    first = code.split("-")[0]
    return FAMILY.get(first, first)


def _other_script(code: str, script: str | None) -> bool:
    return script is not None and code in SCRIPT_OF and script not in SCRIPT_OF[code]


def _contradicted(candidate: str, script: str | None, sample: _Sample | None) -> bool:
    code = candidate.split("-")[0]
    if _other_script(code, script):
        return True
    base = _base(candidate)
    if sample is None:
        return False
    if base not in COMMON_WORDS:
        # Nothing is known of it: a text that is clearly of a great language is not of this one.
        return sample.shown in ("en", "de", "fr", "es", "ru", "ar")
    return sample.denies(base) or not sample.plausible(base)


def _script(text: str) -> str | None:
    sample = text[:_SAMPLE_LETTERS]
    counts: Counter[str] = Counter()
    for character, count in Counter(sample).items():
        if character.isalpha() and (name := _SCRIPT_OF_BLOCK.get(ord(character) >> 4)) is not None:
            counts[name] += count
    total = sum(counts.values())
    if total < 40:
        return None
    if counts["Jpan"] > total * 0.1:
        return "Jpan"
    name, count = max(sorted(counts.items()), key=lambda entry: entry[1])
    return name if count > total * 0.5 else None
