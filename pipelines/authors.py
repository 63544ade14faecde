"""Who wrote the article, as a list of names with their pages?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines import labels
from pipelines.blocks import Block, clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, types_of

MAX_AUTHORS = 30
_JOINED = re.compile(
    r"\s*[;|•·、，،\n]\s*|\s+/\s+|\s*,\s+|\s+(?:and|und|et|y|en|og|och|ja|i|e|a|и|і|та|و|ve|dan|with|mit|avec|con)\s+|\s*&\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S*(?:https?:|www\.|@)\S*|\((?:image|photo|picture|foto|bild)[^()]{0,80}\)?", re.IGNORECASE)
_PREFIX = re.compile(
    r"^\W*(?:(?:written|story|words|text|reported|reporting|posted|published|edited|analysis|opinion|review|interview|a?\s?commentary"
    r"|ein kommentar|eine analyse|ein gastbeitrag|propos recueillis|publié|publicado|escrito|scritto|geschreven|skrevet|skriven)\s+)?"
    r"(?:by|von|par|por|de|di|door|av|af|przez|od|текст|автор|автори|авторы|yazan|haber|بقلم|كتب|نویسنده|מאת|oleh|a cura di|autor|autorin"
    r"|author|authors|redaktion|文|记者|記者|取材)\b\s*:?\s*",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"^(?:https?://|www\.|@|#)|@\w|\.(?:com|org|net|de|html?)\b|[<>{}\[\]=]|^\d+$"
    r"|^(?:admin|administrator|editor|user|guest|null|none|undefined|unknown|anonymous|n/a|staff|author|wordpress|root)\d*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*(?:,|\(|\||–|—|-\s)\s*(?:[\w\s]{0,30}\b(?:reporter|correspondent|editor|writer|journalist|columnist|redakteur"
    r"|redakteurin|korrespondent"
    r"|korrespondentin|journaliste|correspondante?|periodista|corresponsal|journalista|producer|contributor|staff|bbc|afp"
    r"|reuters|ap)\b.*)$",
    re.IGNORECASE,
)
_ROLE_WORD = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|journalist|columnist|redakteurin|redakteur|korrespondentin|korrespondent|journaliste"
    r"|correspondante?|periodista|corresponsal|journalista|producer|contributor)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"^(?:m\.?[adsp]\.?|ph\.?d\.?|j\.?d\.?|r\.?[dn]\.?|b\.?[as]\.?|m\.?b\.?a\.?|mph|msc|bsc|dds|dvm|cfa|cpa|cfp|cepf|rdn|fand|lcsw)®?$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(（][^()（）]{1,60}[)）]\s*$")
_PARTICLE = re.compile(r"^(?:jr|sr|ii|iii|iv|phd|ph\.d|md|m\.d|mba|dr|esq)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    name: str
    url: str | None = None
    organisation: bool = False


def find_authors(
    jsonld: JsonLd, head: Head, blocks: list[Block], tree: HtmlElement, *, site: str | None, titles: frozenset[str]
) -> list[Name]:
    """From JSON-LD, else meta, else marked links, else the visible byline; the first that names a person counts, then organisations."""
    site_key = (site or "").casefold()
    structured = _of_jsonld(jsonld, head.base)
    by_label = ("twitter:data1",) if (head.first("twitter:label1") or "").casefold() in _WRITTEN_BY else ()
    meta = [Name(name=value) for value in head.all(*_META, *by_label)]
    for found in (
        [name for name in structured if not name.organisation],
        meta,
        _marked(tree, head.base),
        _visible(blocks, titles),
    ):
        people = _cleaned(found, site_key)
        if people:
            # An agency beside a person is an author too; the site itself is its publisher.
            return _cleaned([*found, *(name for name in structured if name.organisation)], site_key) if found is not meta else people
    # Better the newsroom's name than none, where the page itself gives it as the author.
    return _cleaned(structured, "")


_META = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "byline",
    "cxenseparse:author",
    "article:author_name",
)
_WRITTEN_BY = frozenset(
    (
        "written by",
        "verfasst von",
        "écrit par",
        "escrito por",
        "scritto da",
        "geschreven door",
        "författare",
        "skrevet av",
        "napisane przez",
        "автор",
        "yazan",
    )
)


def _of_jsonld(jsonld: JsonLd, base: str) -> list[Name]:
    article = jsonld.article or {}
    found: list[Name] = []
    values = article.get("author") or article.get("creator") or []
    for value in (values if isinstance(values, list) else [values])[:MAX_AUTHORS]:
        item = jsonld.resolve(value)
        if isinstance(item, str):
            found.append(Name(name=item))
        elif isinstance(item, dict):
            names = item.get("name")
            url = item.get("url") or item.get("sameAs")
            link = absolute(
                url[0] if isinstance(url, list) and url and isinstance(url[0], str) else url if isinstance(url, str) else None, base
            )
            group = bool(types_of(item) & {"organization", "newsmediaorganization", "corporation"})
            found.extend(
                Name(name=name, url=link, organisation=group)
                for name in (names if isinstance(names, list) else [names])
                if isinstance(name, str)
            )
    return found


def _marked(tree: HtmlElement, base: str) -> list[Name]:
    """Links with rel=author, elements with itemprop=author."""
    found: list[Name] = []
    for link in tree.iter("a"):
        if "author" in (link.get("rel") or "").split() or (link.get("itemprop") or "") in ("author", "author name"):
            found.append(Name(name=clean("".join(link.itertext())[:200]), url=absolute(link.get("href"), base)))
        if len(found) >= 8:
            break
    if found:
        return found
    for element in tree.iter("span", "div", "p", "address", "meta"):
        if (element.get("itemprop") or "") == "author":
            inner = next((part for part in element.iter() if (part.get("itemprop") or "") == "name"), element)
            if inner is element and any(part.get("itemprop") for part in element.iterdescendants()):
                continue  # its parts are named, and none is the name
            found.append(Name(name=clean((inner.get("content") or "".join(inner.itertext()))[:200])))
            if len(found) >= 5:
                break
    return [name for name in found if name.name]


_BY = re.compile(
    r"^\W*(?:written\s+by|story\s+by|by|von|par|por|di|door|av|af|автор|текст|текст|бy|yazan|بقلم|نویسنده|מאת|oleh"
    r"|autor)\b\s*:?\s+(.{3,100})$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:[|•·–—]|\s-\s|\d|\b(?:published|updated|posted|on|am|le|el)\b).*$", re.IGNORECASE)


def _visible(blocks: list[Block], titles: frozenset[str]) -> list[Name]:
    """The first short line near the headline that begins as a byline or stands in a byline's container."""
    start = next((number for number, block in enumerate(blocks) if block.tag == "h1" or block.key.casefold() in titles), None)
    if start is None:
        return []
    for block in blocks[max(0, start - 3) : start + 14]:
        if len(block.text) > 120:
            continue
        if match := _BY.match(block.text):
            rest = _TAIL.sub("", match[1])
            if rest and not rest[0].islower():
                return [Name(name=rest)]
        elif _in_byline(block) and _only_names(block.text):
            return [Name(name=block.text)]
    return []


def _in_byline(block: Block) -> bool:
    for place in block.place.near(3):
        names = f"{place.element.get('class') or ''} {place.element.get('id') or ''}".lower()
        if place.furniture == "byline" and ("author" in names or "byline" in names):
            return True
    return False


def _only_names(text: str) -> bool:
    if len(text) > 100 or any(character.isdigit() or character in ":?!" for character in text):
        return False
    parts = [part.split() for part in _JOINED.split(text) if part]
    return bool(parts) and all(2 <= len(part) <= 4 and all(not word[0].islower() or len(word) <= 3 for word in part) for part in parts)


def _cleaned(found: Iterable[Name], site_key: str) -> list[Name]:
    out: list[Name] = []
    seen: set[str] = set()
    for entry in found:
        for name in split(entry.name):
            key = name.casefold()
            if key in seen or (site_key and key == site_key):
                continue
            seen.add(key)
            out.append(Name(name=name, url=entry.url))
    # "Jane Doe" and "Jane Doe Kyiv": the shorter one is the name.
    return [
        name for name in out if not any(other is not name and name.name.casefold().startswith(other.name.casefold() + " ") for other in out)
    ][:MAX_AUTHORS]


def split(text: str) -> list[str]:
    """Names out of a line that may join several: "By Jane Doe and John Roe, Reuters"."""
    text = clean(_ADDRESS.sub(" ", html.unescape(text[:400])))
    text = _PREFIX.sub("", text, count=1) if len(text.split()) > 1 else text
    parts = [part for part in _JOINED.split(text) if part]
    # "Doe, Jane" is one name; so is "Martin Luther King, Jr."
    if "," in text and len(parts) == 2 and all(len(part.split()) == 1 for part in parts) and " " in text:
        parts = [f"{parts[1]} {parts[0]}"]
    names: list[str] = []
    for part in parts:
        if names and _PARTICLE.match(part):
            names[-1] = f"{names[-1]}, {part}"
            continue
        if names and (_ROLE_WORD.search(part) or _DEGREE.match(part)):
            continue
        name = _BRACKETS.sub("", _ROLE.sub("", _PREFIX.sub("", part, count=1) if len(part.split()) > 2 else part)).strip(" .,:;-–—|*\"'")
        if _is_name(name):
            names.append(name)
    return names


def _is_name(name: str) -> bool:
    if not 2 <= len(name) <= 80 or len(name.split()) > 8 or _JUNK.search(name):
        return False
    if name.casefold() in labels.BYLINES | labels.SHARE:
        return False
    return any(character.isalpha() for character in name)
