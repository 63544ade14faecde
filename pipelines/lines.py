"""Is this one line furniture: a label, a credit, a byline, a date, a call to subscribe?

Rules of shape, with the words of `labels`. A line is only judged by them where it is short: sentences of an article may name
newsletters and photographers.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines import labels
from pipelines.blocks import Block
from pipelines.dates import normalise, read_date

_EDGES = " \t.,:;!?|/\\-–—−_*•·●▪►▶▸»«›‹>→←↓…\"'“”„()[]{}#+&©✓✔🔗📰👉"
_WORDS = re.compile(r"\w+")
_LIST_OF_TAGS = re.compile(r"\W{0,3}([^:：]{2,24})[:：]\s*\S")
_UNSPACED_NAME = re.compile("[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]{2,5}$")
_DIGIT = re.compile(r"\d")
_CREDIT_MARK = re.compile(r"\s*(?:[:：|/©–—=]|-\s|\bby\b|\bvia\b|\bcourtesy\b|\bde\b\s*:)\s*", re.IGNORECASE)
_AFTER_LABEL = re.compile(r"\s*(?:[:：｜|»›>→►▶▸–—]|-\s)")
_NAME_WORD = re.compile(r"^[^\W\d_][\w.'’‘`-]*$")
_SENTENCE_END = re.compile(r"[.!?。！？؟।…][\"'”’»)\]]*$")
_READING_TIME = re.compile(
    r"^\W*\d{1,3}\s?-?\s?(?:min(?:ute|uten|utes|uti|utos|uter|s)?|мин|хв|dk|分|분|دقائق|دقيقة)\.?(?:\s(?:read|lesezeit"
    r"|de lecture|de lectura|de leitura|di lettura|lesetid|läsning|leestijd|чтения|читання|okuma|czytania))?\W*$",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"^\W*(?:\w+\s)?(?:\d{1,3}|an?|one)\s(?:second|sec|minute|min|hour|hr|day|week|month|year)s?\sago\W*$"
    r"|^\W*vor\s\d{1,3}\s\w+\W*$|^\W*il y a\s\d{1,3}\s\w+\W*$|^\W*hace\s\d{1,3}\s\w+\W*$|^\W*há\s\d{1,3}\s\w+\W*$"
    r"|^\W*\d{1,3}\s\w+\s(?:назад|тому|önce|fa|geleden|sedan|siden|sitten|temu)\W*$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^\W*[\d.,]{1,9}\s?[kKmM]?\s?(?:\w+\s?)?\W*$")
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:with files from|(?:additional |with additional |with )?(?:reporting|writing|editing|edited|compiled"
    r"|research|production|translation|translated|written|fact-checked|illustrations?|photographs?"
    r"|graphics?) by)\s+[^\W\d_])",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"^@\w{2,30}$|^\S+@\S+\.\w{2,10}$|^https?://\S+$")
_AGENCY_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*$")
_CLOCK_REST = re.compile(r"[\d:.,hH|/\\()\-–—+\s]+")


def _phrases(words: frozenset[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


# All of these are matched against lower case text: comparing without case costs twice as much.
_SEE_ALSO = re.compile(rf"^\W*(?:{_phrases(labels.SEE_ALSO)})(?!\w)")
_CREDIT = re.compile(rf"^\W*(?:{_phrases(labels.CREDITS)})(?!\w)")
_BYLINE = re.compile(rf"^\W*(?:{_phrases(labels.BYLINES)})\b\s*[:：]?\s*")
_DATELINE = re.compile(rf"(?<!\w)(?:{_phrases(labels.DATELINES)})(?!\w)")
_NEWSLETTER = re.compile(rf"(?<!\w)(?:{_phrases(labels.NEWSLETTER)})(?!\w)")
_CLOSING = re.compile(rf"(?<!\w)(?:{_phrases(labels.CLOSING)})(?!\w)")
_FIRST_OF_AGENCY = frozenset(found[0] for agency in labels.AGENCIES if (found := _WORDS.findall(agency)))
_LABELS = labels.WIDGETS | labels.SHARE | labels.ADVERT


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The line as `labels` spells it: lower case, no punctuation at the ends."""
    return text[:200].casefold().strip(_EDGES)


def words(text: str) -> int:
    """Number of words; for scripts without spaces an estimate by characters."""
    return _count(text) if len(text) <= 500 else _count.__wrapped__(text)  # nothing long is remembered


@lru_cache(maxsize=4096)
def _count(text: str) -> int:
    count = len(_WORDS.findall(text))
    return max(count, len(text) // 6) if not text.isascii() and " " not in text else count


@lru_cache(maxsize=1024)
def _tokens(low: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(low))


def _openings(phrases: frozenset[str]) -> frozenset[str]:
    """The first word of each phrase: a text without any of them holds no phrase, and is spared the long expression."""
    return frozenset(_WORDS.findall(phrase)[0] for phrase in phrases)


_OPENS_NEWSLETTER, _OPENS_CLOSING, _OPENS_DATELINE = map(_openings, (labels.NEWSLETTER, labels.CLOSING, labels.DATELINES))


def word_list(text: str) -> list[str]:
    """Its words, lower case."""
    return _WORDS.findall(text.casefold())


def ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-12:]) is not None


def is_label(text: str) -> bool:
    """It is the heading of a widget, a button, or an advert's mark, and nothing else; or it lists the subjects of an article."""
    if len(text) <= 80 and bare(text) in _LABELS:
        return True
    head = _LIST_OF_TAGS.match(text) if len(text) <= 240 else None
    return head is not None and bare(head[1]) in labels.TAGS and not ends_sentence(text)


def is_widget_heading(text: str) -> bool:
    """It announces links to other pages."""
    return len(text) <= 80 and bare(text) in labels.WIDGETS


def is_see_also(block: Block) -> bool:
    """Read also: and the headline of another page."""
    text = block.text
    if len(text) > 300 or not (match := _SEE_ALSO.match(text.lower())):
        return False
    mark = _AFTER_LABEL.match(text, match.end()) is not None
    return (mark and (block.links > 0 or not ends_sentence(text) or match.end() > 8)) or (block.links > 0 and block.link_share > 0.4)


def is_credit(text: str) -> bool:
    """Who made the picture, without a word about the matter."""
    if len(text) > 220 or words(text) > 24:
        return False
    if text.startswith(("©", "(c) ", "(C) ", "📷", "📸")):
        return True
    if match := _CREDIT.match(text.lower()):
        if bare(text) == bare(match[0]):
            return True
        if _CREDIT_MARK.match(text, match.end()):
            return words(text) <= 14 or not ends_sentence(text)
    if words(text) <= 8 and not _FIRST_OF_AGENCY.isdisjoint(_WORDS.findall(text.lower())) and _all_agencies(text):
        return True
    bracket = _AGENCY_IN_BRACKETS.search(text)
    return bracket is not None and words(text) <= 24 and _credit_words(bracket[1])


def _credit_words(text: str) -> bool:
    low = text.casefold()
    return any(
        f" {agency} " in f" {low.replace('/', ' ').replace(',', ' ').replace('-', ' ')} "
        for agency in ("ap", "afp", "reuters", "getty", "epa", "dpa", "shutterstock", "imago", "alamy")
    ) and ("photo" in low or "foto" in low or "image" in low or "/" in low or low.count(" ") <= 3)


def _all_agencies(text: str) -> bool:
    parts = [bare(part) for part in re.split(r"[/,|&+()\[\]]|\bvia\b|\bund\b|\band\b|\s-\s|\s–\s", text)]
    parts = [part for part in parts if part]
    return (
        bool(parts)
        and any(part in labels.AGENCIES for part in parts)
        and all(part in labels.AGENCIES or (len(parts) > 1 and _is_name(part)) for part in parts)
    )


def _is_name(text: str) -> bool:
    names = text.split()
    return 0 < len(names) <= 4 and all(_NAME_WORD.match(name) for name in names)


def is_byline(text: str, authors: frozenset[str]) -> bool:
    """Who wrote it. `authors` are the known names, lower case."""
    if len(text) < 400 and _SIGN_OFF.match(text) and words(text) < 50:
        return True
    if len(text) > 160 or words(text) > 22:
        return False
    plain = bare(text)
    if plain in authors:
        return True
    match = _BYLINE.match(text.lower())
    rest = text[match.end() :] if match else text
    named = sorted((name for name in authors if len(name) > 3 and name in plain), key=lambda name: (-len(name), name))
    if named:
        left = plain
        for name in named:
            left = left.replace(name, " ")
        if match and not ends_sentence(text.rstrip(".")):
            left = left.replace(bare(match[0]), " ", 1)
        if words(left) <= (6 if not ends_sentence(text) else 2):
            return True
    if not match or ends_sentence(text):
        return False
    names = re.split(r",|;|/|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bи\b|\bі\b|\bта\b|\||–|—|\bin\b|\bfor\b|\bat\b", rest)
    parts = [name.split() for name in names if name.strip()]
    # Names are written with capitals; scripts without capitals are taken by length alone.
    return (
        bool(parts)
        and words(rest) <= 14
        and all(len(part) <= 6 and all(_capital(word) for word in part if len(word) > 3) for part in parts)
        and any(len(part) >= 2 or match[0].rstrip().endswith((":", "：")) or _UNSPACED_NAME.match(part[0]) for part in parts)
    )


def _capital(word: str) -> bool:
    letter = next((character for character in word if character.isalpha()), "")
    return not letter or letter.isupper() or letter.lower() == letter.upper()


def is_dateline(text: str, language: str | None = None, authors: frozenset[str] = frozenset()) -> bool:
    """A date, a time or how long ago, with the words that sites put before it, and maybe a byline beside it."""
    if len(text) > 140:
        return False
    if _READING_TIME.match(text) or _AGO.match(text):
        return True
    if not _DIGIT.search(text):
        return bare(text) in labels.DATELINES and text.rstrip().endswith(":")
    normal = normalise(text)
    found = read_date(normal, language=language, month_first=False)
    if found is None:
        return False
    beside = f"{normal[: found.start]} {normal[found.end :]}".strip(_EDGES + "0123456789")
    if beside and is_byline(beside, authors):
        return True
    left = _DATELINE.sub(" ", f"{normal[: found.start]} {normal[found.end :]}".lower())
    left = _CLOCK_REST.sub(" ", left)
    again = read_date(left, language=language, month_first=False) if _DIGIT.search(left) else None
    if again:
        left = left[: again.start] + " " + left[again.end :]
    return words(left) <= 4 and not (ends_sentence(text) and words(left) > 2)


def is_call(block: Block) -> bool:
    """It asks to subscribe, follow, join or accept."""
    text = block.text
    if len(text) > 500 or (count := words(text)) > 60:
        return False
    low = text.lower()
    tokens = _tokens(low)
    hits = 0 if _OPENS_NEWSLETTER.isdisjoint(tokens) else len(_NEWSLETTER.findall(low))
    if hits:
        at_start = _NEWSLETTER.match(low.lstrip(_EDGES)) is not None
        near = count <= 14 or hits >= 2 or block.link_chars > 0 or at_start
        direct = at_start or hits >= 2 or low.endswith(("!", ":")) or block.link_share > 0.15 or "?" in low[:120]
        if near and direct and not text.startswith(("“", '"', "„", "«")):
            return True
    return count <= 40 and not _OPENS_CLOSING.isdisjoint(tokens) and _CLOSING.search(low) is not None


def is_scrap(text: str) -> bool:
    """A number, a handle, an address or a mark without words."""
    return len(text) <= 60 and (not _WORDS.search(text) or _COUNT.match(text) is not None or _HANDLE.match(text) is not None)
