"""In which languages does a site publish, as far as its announcements show?

What a feed states is often the default of the content system (`en-US` over Ukrainian titles), so it counts only where the titles do not
contradict it. Where nothing is stated, letters and words tell, and neighbours (Danish and Norwegian) are not told apart by a few titles.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from crawler import codes
from crawler.family import family
from crawler.reading import SeedEntry
from pipelines.language import choose, tag

MOST = 8
ENTRIES = 2000  # looked at of each seed
TITLES = 200  # of those without a stated language
SHARE = 0.03  # of the entries that a language must have beside the commonest one
GUESSED_FEWEST, GUESSED_SHARE = 3, 0.1  # where it was only guessed from titles
_NEIGHBOURS = [frozenset(group.split()) for group in ("no nb nn da sv", "hr sr bs sl mk bg", "cs sk", "id ms", "zu xh", "es pt gl ca")]
_LETTERS = (("be", re.compile("[ўЎ]")), ("uk", re.compile("[іїєґІЇЄҐ]")), ("ru", re.compile("[ыэёЫЭЁ]")))
_WORDS = 40  # fewer say nothing to `choose`


def languages_of(seeds: Sequence[Iterable[SeedEntry]], page: dict[str, Any]) -> tuple[list[str], str]:
    """BCP 47 tags, the commonest first, and how they were come by: empty where the page states the only one and its text agrees."""
    of_page = _good(page["language"])
    stated, untold = _sorted(seeds)
    counts: Counter[str] = Counter()
    for found, titles in stated.items():
        shown = _good(choose(" ".join(titles)[:6000], [found]))
        if shown:
            counts[shown] += len(titles)
        else:  # contradicted
            untold += titles
    guesses = _guessed(untold[:TITLES], of_page)
    if counts:  # what is stated of some entries is a surer sign than what the other titles look like
        guesses = Counter({found: count for found, count in guesses.items() if _base(found) in map(_base, counts) or count >= 10})
    merged = _merged(counts + guesses, [of_page, *counts])
    if merged:
        commonest = merged.most_common(1)[0][0]
        kept = [found for found, count in merged.most_common(MOST) if found == commonest or count >= SHARE * merged.total()]
        if kept == [of_page]:
            return kept, ""
        return kept, "what its feeds say and the titles in them" if counts else "the titles in its feeds"
    seen = _good(choose(page["text"], [of_page]))
    if seen and seen != of_page:
        return [seen], "its text"
    if of_page:
        return [of_page], "" if seen else "its page, whose text does not look like it"
    return ["en"], "nothing: it states none; please correct"


def _sorted(seeds: Sequence[Iterable[SeedEntry]]) -> tuple[dict[str, list[str]], list[str]]:
    """Titles by stated language, and those of entries of which no seed states one. An article of several seeds counts once."""
    titles: dict[str, str] = {}
    tags: dict[str, str] = {}
    for entries in seeds:
        for _, entry in zip(range(ENTRIES), entries, strict=False):
            key = _key(entry.url)
            if entry.title:
                titles.setdefault(key, entry.title)
            if found := _good(entry.language):
                tags.setdefault(key, found)
    stated: dict[str, list[str]] = {}
    for key, found in tags.items():
        stated.setdefault(found, []).append(titles.get(key, ""))
    return stated, [title for key, title in titles.items() if key not in tags]


def _guessed(titles: list[str], of_page: str | None) -> Counter[str]:
    """Language → titles that look like it."""
    groups: dict[str, list[str]] = {}
    for title in titles:
        groups.setdefault(_script(title), []).append(title)
    counts: Counter[str] = Counter()
    # Bulgarian, Kazakh and others share some of these letters: there the page's word counts, unless it is of another script.
    lettered = of_page is None or _base(of_page) in dict(_LETTERS) or choose("ы" * 60, [of_page]) is None
    for script, group in groups.items():
        for letters, part in _by_letters(group) if script == "CYRILLIC" and lettered else [("", group)]:
            text = " ".join(part)[:6000]
            # By words, else by letters and script, of which some have one language alone.
            found = _good(choose(text, [letters, of_page])) or letters
            counts[found] += len(part) if found else 0
            if script == "LATIN":
                counts = counts - Counter({found: len(part)}) + _by_words(part, found)
    del counts[""]
    return Counter(
        {found: count for found, count in counts.items() if found == of_page or count >= max(GUESSED_FEWEST, GUESSED_SHARE * len(titles))}
    )


def _by_letters(titles: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Cyrillic titles by letters that only one language has; those without any go with the commonest."""
    parts: dict[str, list[str]] = {}
    for title in titles:
        letters = next((found for found, pattern in _LETTERS if pattern.search(title)), "")
        if letters == "uk" and re.search("[ыэ]", title):
            letters = "be"
        parts.setdefault(letters, []).append(title)
    rest = parts.pop("", [])
    if not parts:
        yield "", rest
        return
    commonest = max(parts, key=lambda letters: len(parts[letters]))
    parts[commonest] += rest
    yield from parts.items()


def _by_words(titles: list[str], whole: str) -> Counter[str]:
    """Titles of one script, one by one; languages that do not hold together, and neighbours of the commonest, go to the whole's."""
    parts: dict[str, list[str]] = {}
    for title in titles:
        words = title.split()
        # The chooser wants running text; a title said again and again has the same share of its words.
        found = choose(" ".join(words * (_WORDS // max(1, len(words)) + 1))[:3000], []) if len(words) >= 3 else None
        parts.setdefault(found or "", []).append(title)
    counts: Counter[str] = Counter()
    first = _base(whole)
    if first and first not in parts:  # a language whose words we do not know: all else were guesses
        return Counter({whole: len(titles)})
    for found, part in parts.items():
        near = any(first in group and found in group for group in _NEIGHBOURS)
        text = " ".join(part)
        sure = len(text.split()) >= _WORDS // 2 and choose(" ".join([text] * 3)[:6000], []) == found
        counts[whole if not found or found == first or near or not sure else found] += len(part)
    return counts


def _merged(counts: Counter[str], preferred: Iterable[str | None]) -> Counter[str]:
    """`en` and `en-GB` are one: as the page writes it, else as it is stated most often."""
    written = {_base(found): found for found, _ in reversed(counts.most_common())}
    written |= {_base(found): found for found in reversed([one for one in preferred if one]) if _base(found) in written}
    merged: Counter[str] = Counter()
    for found, count in counts.most_common():
        merged[written[_base(found)]] += count
    return merged


@lru_cache(maxsize=512)
def _good(value: str | None) -> str | None:
    found = tag(value)
    return found if found and codes.language(found) is None else None


def _base(found: str) -> str:
    return found.split("-")[0]


def _key(url: str) -> str:
    try:
        return family(url)
    except ValueError:
        return url


def _script(title: str) -> str:
    """First word of the Unicode names of most of its letters: LATIN, CYRILLIC, ARABIC ..."""
    names = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in title[:200] if letter.isalpha())
    return names.most_common(1)[0][0] if names else ""
