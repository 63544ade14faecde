"""Which other forms of a word are found by this one?

By the language of the article: the dictionary forms of Ukrainian and Russian words, all of them where a form may belong to several; stems
of the languages that Snowball knows; Arabic and Hebrew words without what is written together with them. A search does not know its
language: it looks for the forms in all that are plausible.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING

from archive.search_words import fold, is_unspaced, small, terms_of

if TYPE_CHECKING:
    import pymorphy3

METHOD = "1"
"""Raised whenever other forms come out: an index of another method is made anew."""
STEMMERS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "nn": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_MOST = 3  # dictionary forms of one word; more have only strings that are no words
_SHORTEST = 3  # letters; shorter words have no other forms worth a place in the index
_KEPT, _KEPT_OF_DEAR = 20_000, 80_000
"""Words of a language whose forms are remembered, at 400 bytes each; more of those that are looked up in a dictionary."""

_CYRILLIC, _ARABIC, _HEBREW, _LATIN = (
    re.compile(f"[{letters}]")
    for letters in ("\u0400-\u052f", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "\u0590-\u05ff", "a-zà-ɏ")
)
_PERSIAN = ("fa", "ps", "ku", "ckb", "ur", "prs", "tg")
_LATIN_LANGUAGES = frozenset(STEMMERS) - {"el", "hi", "hy", "ne", "sr", "ta", "yi"}


class Forms(dict[str, tuple[str, tuple[str, ...]]]):
    """Token → its terms with spaces between them, and the other terms under which it is found; of the articles of one language.

    Filled as it is asked: the words of a language come again and again.
    """

    def __init__(self, language: str | None, *, kept: int | None = None) -> None:
        super().__init__()
        self._language = primary(language)
        self._kept = kept or (_KEPT_OF_DEAR if self._language in ("uk", "ru") else _KEPT)

    def __missing__(self, token: str) -> tuple[str, tuple[str, ...]]:
        terms = terms_of(token)
        found = (" ".join(terms), other_forms(token, terms, self._language))
        if not is_unspaced(token):
            if len(self) >= self._kept:  # the half that came first goes; what is common of it comes back at once
                for known in list(islice(self, self._kept // 2)):
                    self.pop(known, None)  # other threads share what a search remembers
            self[token] = found
        return found


def primary(language: str | None) -> str:
    """`uk` of `uk-UA`; empty where it is unknown."""
    return (language or "").lower().replace("_", "-").split("-")[0]


def other_forms(token: str, terms: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The further terms under which a word of an article in this language is entered."""
    if len(terms) != 1 or len(terms[0]) < _SHORTEST or is_unspaced(token) or terms[0].isdigit():
        return ()
    term, word = terms[0], small(token)
    if _CYRILLIC.match(term):
        languages: Iterable[str] = (language,) if language in ("uk", "ru", "sr") else () if language in ("bg", "mk") else ("uk", "ru")
        found = [form for one in languages for form in _cyrillic(word, one)]
    elif _ARABIC.match(term):
        found = [*_persian(word)] if language in _PERSIAN else _arabic(term, every=True)
    elif _HEBREW.match(term):
        found = [fold(stem_of(word, "yi"))] if language == "yi" else _hebrew(term, every=True)
    elif language in STEMMERS and (language not in _LATIN_LANGUAGES or _LATIN.match(word)):
        found = [fold(stem_of(word, language))]
    else:
        return ()
    return tuple(dict.fromkeys(form for form in found if form and form != term))


def sought_forms(token: str, languages: Iterable[str]) -> list[str]:
    """The terms for which a search for one word looks, the word itself first. `languages` are those of the articles, by their frequency."""
    terms = terms_of(token)
    if len(terms) != 1 or is_unspaced(token):
        return list(terms)
    term, word = terms[0], small(token)
    found = [term]
    if len(term) < _SHORTEST or term.isdigit():
        return found
    known = [primary(language) for language in languages]
    if _CYRILLIC.match(term):
        for one in ("uk", "ru", "sr"):
            if one in known or (one != "sr" and not {"uk", "ru", "sr", "bg", "mk"} & {*known}):
                found += _cyrillic(word, one)
    elif _ARABIC.match(term):
        found += _arabic(term, every=False)
        if not known or any(one in known for one in _PERSIAN):
            found += _persian(word)
    elif _HEBREW.match(term):
        found += _hebrew(term, every=False)
    else:
        latin = _LATIN.match(word) is not None
        stems = [one for one in known if one in STEMMERS and one not in ("sr", "yi") and (one in _LATIN_LANGUAGES) == latin]
        found += [fold(stem_of(word, one)) for one in stems[:8]]
    return list(dict.fromkeys(form for form in found if form))


@functools.cache
def _stemmer(language: str) -> Callable[[str], str]:
    import Stemmer  # PyStemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(STEMMERS[language] if language != "fa" else "persian", 0).stemWord
    return stem


def stem_of(word: str, language: str) -> str:
    """By Snowball."""
    return _stemmer(language)(word)


@functools.cache
def _morphology(language: str) -> pymorphy3.MorphAnalyzer:
    import pymorphy3  # 20 MB a language: loaded when the first Cyrillic word comes

    return pymorphy3.MorphAnalyzer(lang=language)


def _cyrillic(word: str, language: str) -> list[str]:
    word = word.replace("’", "'").replace("ʼ", "'").replace("\u0301", "")
    if language == "sr":
        return [fold(stem_of(word, "sr"))]
    return [fold(form) for form in _dictionary_forms(word, language)[:_MOST]]


def _dictionary_forms(word: str, language: str) -> list[str]:
    """Of known words by the dictionary alone: a tenth of the time that a whole analysis takes. Others are guessed by their endings."""
    morphology = _morphology(language)
    dictionary = morphology.dictionary
    known = dictionary.words.similar_items(word, morphology.char_substitutes)
    found = {dictionary.build_normal_form(paradigm, at, fixed): None for fixed, places in known for paradigm, at in places}
    return list(found) if found else list(morphology.normal_forms(word))


_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")  # teh marbuta is already heh


def _arabic(term: str, *, every: bool) -> list[str]:
    """Stems: without article, conjunction, preposition and the commonest endings. Of what may be a preposition or the first letter of the
    word, the articles' words are entered both ways (`every`), and a search takes it off long words alone.
    """
    starts = []
    for beginning in _ARTICLES:
        if term.startswith(beginning) and len(term) - len(beginning) >= 2:
            starts.append(term[len(beginning) :])
            break
    else:
        starts.append(term)
        rest = term[1:] if term[0] in "وف" and len(term) > 3 else term
        if rest != term:
            starts.append(rest)
        if rest[0] in "بلكس" and len(rest) > (3 if every else 4):
            starts.append(rest[1:])
    return [form for start in starts for form in (start, _without_ending(start))]


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _persian(word: str) -> list[str]:
    """Its stem, and the parts that a zero-width non-joiner parts."""
    parts = [fold(part) for part in word.split("\u200c")] if "\u200c" in word else []
    whole = fold(word)
    return [fold(stem_of(whole.replace("ي", "ی").replace("ك", "ک"), "fa")), *(part for part in parts if len(part) > 1)]


_BEGINNINGS = ("וכש", "ולכש", "לכש", "מה", "שה", "וה", "וב", "ול", "ומ", "וש", "כש", "בה", "ה", "ו", "ב", "ל", "מ", "ש", "כ")


def _hebrew(term: str, *, every: bool) -> list[str]:
    """Without the letters that are written together with a word, each way it may be read; and without the endings of the plural."""
    shortest = 2 if every else 3
    starts = [term, *(term[len(one) :] for one in _BEGINNINGS if term.startswith(one) and len(term) - len(one) >= shortest)]
    return [form for start in starts for form in (start, start[:-2] if start.endswith(("ים", "ות")) and len(start) > 4 else start)]
