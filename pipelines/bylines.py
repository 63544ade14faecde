"""Which authors does the page show: in marked elements, in the line by the headline, under the text?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

from pipelines.blocks import Block, clean
from pipelines.dates import read_date
from pipelines.head import Head, absolute, is_within
from pipelines.names import begins_with_by, is_person, is_titled, split
from pipelines.titles import headline_at

# How far above and under the headline a byline stands, in pieces of text.
ABOVE, UNDER = 4, 16
MAX_MARKED = 8
# How far up the element that holds the text is looked for.
LEVELS = 12
_TAIL = re.compile(
    r"\s*(?:[|•·⋅●]|\s[–—-]\s|\d|\b(?:published|updated|posted|aktualisiert|publié|publicado|actualizado|on|am|le|el|in|for"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b).*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[|•·⋅●/]\s*|\s+[–—-]\s+|\s*,\s+(?=\d)")
_WORD = re.compile(r"[^\W\d_]+")
_PAGE_OF_AUTHOR = re.compile(
    r"/(?:authors?|autor(?:en|es|e)?|auteurs?|autore|writers?|journalists?|journalistes?|redakteure?|redaktion|reporters?|people|person|profiles?|staff"
    r"|team|contributors?|by|bio|columnists?|yazar(?:lar)?|muhabir|penulis|tac-gia|avtor|author-profile|producers|byline)s?/[^/?#]{2,}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"author|byline|writer|reporter|journalist|auteur|autor|verfasser|muhabir|yazar|penulis|redakteur|contributor", re.IGNORECASE
)


def marked(head: Head, tree: HtmlElement) -> list[tuple[str, str | None]]:
    """Names, with their pages, of links with rel=author and of microdata."""
    links = [
        (clean("".join(link.itertext())[:200]), absolute(link.get("href"), head.base))
        for link in head.by
        if link.tag == "a" and "author" in f"{link.get('rel') or ''} {link.get('itemprop') or ''}".lower() and is_within(link, tree)
    ][:MAX_MARKED]
    if links := [link for link in links if link[0]]:
        return links
    found: list[tuple[str, str | None]] = []
    for element in head.by:
        if element.tag == "a" or not is_within(element, tree):
            continue
        inner = next((part for part in element.iter() if (part.get("itemprop") or "") == "name"), element)
        if inner is element and any(part.get("itemprop") for part in element.iterdescendants()):
            continue  # its parts are named, and none is the name
        if name := clean((inner.get("content") or "".join(inner.itertext()))[:200]):
            found.append((name, None))
        if len(found) >= 5:
            break
    return found


def shown(blocks: Sequence[Block], titles: frozenset[str], base: str) -> list[tuple[str, str | None]]:
    """The first line near the headline that is a byline by its words, its container, its shape, or its link to an author's page."""
    start = headline_at(blocks, titles)
    if start is None:
        return []
    around = blocks[max(0, start - ABOVE) : start + 1 + UNDER]
    for number, block in enumerate(around):
        if len(block.text) > 160 or block.kind == "heading" or block.tag in ("h1", "h2"):
            continue
        if found := _by_words(block, around[number + 1 : number + 2]):
            return [(found, _link(block, base))]
        if _in_byline(block) and _only_names(_TAIL.sub("", block.text)):
            return [(_TAIL.sub("", block.text), _link(block, base))]
        if linked := list(_linked(block, base)):
            return linked
        if number + max(0, start - ABOVE) > start and (found := _before_date(block.text)):
            return [(found, _link(block, base))]
    return []


def signed(blocks: Sequence[Block], titles: frozenset[str]) -> list[str]:
    """Names that stand alone, in bold, over the first paragraph or under the last."""
    start = headline_at(blocks, titles)
    if start is None:
        return []
    prose = [number for number in range(start + 1, len(blocks)) if _is_prose(blocks[number])]
    if not prose:
        return []
    root = next((place for place in blocks[prose[0]].place.near(LEVELS) if place.tag in ("article", "main")), blocks[prose[0]].place.parent)
    last = max((number for number in prose if any(place is root for place in blocks[number].place.near(LEVELS))), default=prose[0])
    for block in (*blocks[max(start + 1, prose[0] - 2) : prose[0]], *blocks[last + 1 : last + 2]):
        if block.bold_chars >= 0.9 * len(block.text) and block.kind == "paragraph" and block.links == 0:
            names = [name for name in split(block.text) if is_person(name)]
            if names and sum(map(len, names)) >= 0.8 * len(block.text) and not _are_words(names, (blocks[number] for number in prose[:40])):
                return names
    return []


def _are_words(names: Sequence[str], prose: Iterable[Block]) -> bool:
    """Words that the text writes small are no names; where a script has no capitals nothing tells."""
    parts = {part.casefold() for name in names for part in name.split() if len(part) > 2}
    small = {word for block in prose for word in _WORD.findall(block.text[:3_000]) if word.islower()}
    return not parts or not parts.isdisjoint(small) or not any(name.lower() != name for name in names)


def _is_prose(block: Block) -> bool:
    return block.kind != "heading" and len(block.text) >= 100 and block.link_share < 0.35


def _by_words(block: Block, following: Sequence[Block]) -> str | None:
    rest = begins_with_by(block.text)
    if rest is None:
        return None
    if not rest.strip():
        # The word alone, and the name in the next element.
        after = following[0].text if following else ""
        return after if _only_names(_TAIL.sub("", after)) else None
    rest = _TAIL.sub("", rest)
    names = split(rest)
    return rest if len(rest) <= 100 and names and is_titled(names[0]) and not rest[0].islower() else None


def _in_byline(block: Block) -> bool:
    for place in block.place.near(3):
        if place.furniture == "byline" and _NAMED.search(f"{place.element.get('class') or ''} {place.element.get('id') or ''}"):
            return True
    return False


def _only_names(text: str) -> bool:
    names = split(text)
    return bool(names) and len(text) <= 100 and all(is_person(name) for name in names) and sum(map(len, names)) >= 0.6 * len(text)


def _before_date(text: str) -> str | None:
    """`Jane Doe | 8 November 2024`: names before a date and nothing else."""
    if len(text) > 100 or not any(character.isdigit() for character in text):
        return None
    first, *rest = _SEPARATOR.split(text)
    return first if rest and _only_names(first) and read_date(" ".join(rest), month_first=True) is not None else None


def _linked(block: Block, base: str) -> Iterator[tuple[str, str | None]]:
    if not block.links or len(block.text) > 120 or (len(block.text) > 60 and block.link_share < 0.5):
        return
    for link in block.place.element.iter("a"):
        target = link.get("href") or ""
        if len(target) < 500 and _PAGE_OF_AUTHOR.search(target) and is_person(name := clean("".join(link.itertext())[:200])):
            yield name, absolute(target, base)


def _link(block: Block, base: str) -> str | None:
    return next((absolute(link.get("href"), base) for link in block.place.element.iter("a") if block.links == 1), None)
