"""Which names of people and agencies stand in a line such as "By Jane Doe and John Roe, Reuters"?"""

from __future__ import annotations

import html
import re

from pipelines import labels
from pipelines.blocks import clean
from pipelines.namewords import AGENCIES, BEHIND, BY, GENERIC, ROLES

MAX_LINE = 400
_JOINED = re.compile(
    r"\s*[;|•●⋅·∙、，،؛\n]\s*|\s+/\s+|(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})|\s*,\s+"
    r"|\s+(?:and|und|et|y|en|og|och|ja|i|e|a|и|і|й|та|و|ve|dan|with|mit|avec|con|und|és|şi|și|ir|un|та|және|kaj|אנד|और|ও|与|和|及|και|na|နှင့်|እና)\s+"
    r"|\s*&\s*|\s+,",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S*(?:https?:|www\.|@)\S*|\((?:image|photo|picture|foto|bild)[^()]{0,80}\)?", re.IGNORECASE)


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_PREFIX = re.compile(rf"\W*(?:{_alternatives(BY)})(?!\w)\s*[:：፡]?\s*", re.IGNORECASE)
# A word looked up is a hundred times cheaper than the line matched.
_FIRST_WORD = re.compile(r"\w+")
_FIRST_WORDS = frozenset(match[0] for words in BY if (match := _FIRST_WORD.search(words)))
# "Updated by", "Posted 8 May by": whatever somebody did.
_DONE_BY = re.compile(r"\W*(?:[a-z]+\s){1,2}by\s*:?\s+", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*(?:{'|'.join(BEHIND)})$")
_ROLE = re.compile(rf"(?<!\w)(?:{_alternatives(ROLES)})(?!\w)", re.IGNORECASE)
_ROLE_TAIL = re.compile(r"\s+[–—-]\s+.*$|\s*[(（\[【][^()（）]{0,80}[)）\]】]?\s*$|,\s.*$")
_JUNK = re.compile(
    r"^(?:https?://|www\.|@|#)|@\w|[<>{}\[\]=]|^\d+$|^(?:view|more|read|see|follow|about|all|meet|posts?|contact|subscribe|updated|published)\s"
    r"|^[a-z_]+(?:\.[a-z_]+){2,}$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,8}$", re.IGNORECASE)
_DEGREE = re.compile(
    r"^(?:m\.?[adsp]\.?|ph\.?d\.?|j\.?d\.?|r\.?[dn]\.?|b\.?[as]\.?|m\.?b\.?a\.?|mph|msc|bsc|dds|dvm|vmd|cfa|cpa|cfp|cepf|rdn|fand|lcsw|psp|cpp"
    r"|faclm|dabom|foma|pharmd|mbbs|frcp|esq)\.?®?$",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"^(?:jr|sr|ii|iii|iv|phd|ph\.d|md|m\.d|mba|dr|esq)\.?$", re.IGNORECASE)
_NO_NAMES = labels.BYLINES | labels.SHARE | labels.WIDGETS | labels.ADVERT | labels.DATELINES
_SMALL = frozenset(
    "de del della di da do dos das du des le la van von vom zu zum zur der den ter ten te af av bin ibn bint al el ul e y i und abu ben bar"
    " ap o".split()
)


def split(text: str) -> list[str]:
    """Names out of a line that may join several."""
    text = _of_line(text)
    parts = [part for part in _JOINED.split(text) if part]
    # "Doe, Jane" is one name; so is "Martin Luther King, Jr."
    if "," in text and len(parts) == 2 and all(len(part.split()) == 1 for part in parts) and " " in text and not is_agency(parts[1]):
        parts = [f"{parts[1]} {parts[0]}"]
    names: list[str] = []
    for part in parts:
        if names and _PARTICLE.match(part):
            names[-1] = f"{names[-1]}, {part}"
            continue
        if names and (_ROLE.search(part) or _DEGREE.match(part) or (is_person(names[0]) and _describes(part))):
            continue
        name = bare(part)
        if is_name(name):
            names.append(name)
    return names


def _describes(part: str) -> bool:
    """No name: it has common words."""
    return any(word[0].islower() and word.casefold().strip("'’.") not in _SMALL for word in part.split())


def _of_line(text: str) -> str:
    text = clean(_ADDRESS.sub(" ", html.unescape(text[:MAX_LINE])))
    if len(text.split()) > 1 or any(mark in text for mark in ":："):
        text = without_by(text)
    return text


def without_by(text: str) -> str:
    """The line without the words before the name."""
    match = _PREFIX.match(text) or _DONE_BY.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def begins_with_by(text: str) -> str | None:
    """What follows "By" and its likes; null where the line does not begin so. Empty where it is nothing else."""
    first = _FIRST_WORD.search(text[:40])
    match = _PREFIX.match(text) if first is not None and first[0].casefold() in _FIRST_WORDS else None
    return text[match.end() :] if match else None


def bare(part: str) -> str:
    """One name without prefix, role, brackets and marks at its ends."""
    if len(part.split()) > 2:
        part = without_by(part)
    tail = _ROLE_TAIL.search(part)
    if tail and tail.start() > 1 and (tail[0].strip()[:1] in "(（[【" or _ROLE.search(tail[0]) or len(part[: tail.start()].split()) >= 2):
        part = part[: tail.start()]
    part = part.strip(" .,:;-–—|*\"'【】")
    if not any(mark in part for mark in "(（"):
        part = part.rstrip(")）]")
    return _BEHIND.sub("", part.lstrip("(（[")).strip(" .,:;-–—|*\"'")


def is_name(name: str) -> bool:
    """It may be the name of somebody."""
    if not 2 <= len(name) <= 80 or len(name.split()) > 8 or _JUNK.search(name) or not any(character.isalpha() for character in name):
        return False
    low = name.casefold()
    return low not in GENERIC and low not in _NO_NAMES and low.rstrip("0123456789") != "admin"


def is_domain(name: str) -> bool:
    return _DOMAIN.match(name) is not None


def is_agency(name: str) -> bool:
    low = name.casefold().strip(" .()/")
    return low in AGENCIES or any(low.startswith((f"{agency} ", f"{agency}/")) and len(low.split()) <= 2 for agency in _SHORT_AGENCIES)


_NOT_IN_NAMES = frozenset(':?!/«»„“”"')
_SHORT_AGENCIES = frozenset(("afp", "dpa", "reuters", "apa", "ap"))


def is_person(text: str) -> bool:
    """It looks like the name of one person: two to five words with capitals, or a short word of a script without them."""
    return is_titled(text) and (len(text.split()) > 1 or not _has_capitals(text)) and not _ROLE.search(text)


def is_titled(text: str) -> bool:
    """One to five words with capitals, or of a script without them: a name, if something says so."""
    words = text.split()
    if not words or len(text) > 60 or text.endswith(".") or any(character.isdigit() or character in _NOT_IN_NAMES for character in text):
        return False
    if not is_name(text) or len(words) > 5:
        return False
    return all(_is_part(word, at) for at, word in enumerate(words)) if _has_capitals(text) else len(text) <= 30


def _has_capitals(text: str) -> bool:
    return any(character.lower() != character.upper() for character in text)


def _is_part(word: str, at: int) -> bool:
    letter = next((character for character in word if character.isalpha()), "")
    return letter.isupper() or (bool(letter) and letter.lower() == letter.upper()) or (at > 0 and word.casefold().strip("'’.") in _SMALL)


def key(name: str) -> str:
    """The same for spellings of one name: `emma-mackenzie` is Emma Mackenzie."""
    return " ".join(re.findall(r"\w+", name.casefold().replace("_", " ")))
