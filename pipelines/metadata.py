"""What else does the page say of its article: description, section, keywords, licence, access, canonical URL?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from pipelines.blocks import clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, texts, types_of

MAX_KEYWORDS = 60
_MARKUP = re.compile(r"<[^<>]{1,200}>")
_INLINE = re.compile(r"</?(?:a|b|i|em|strong|span|u|q)(?:\s[^<>]{1,200})?>", re.IGNORECASE)
# `Category: Travel` is a keyword with a label; identifiers are none.
_MACHINE_LABEL = re.compile(r"^\s*(?:nlp [\w ]{1,30}|category|section|topic|subject)\s?:\s?", re.IGNORECASE)
_MACHINE_WORD = re.compile(
    r"(?:https?:|type:|tag:|id:|[\w-]{1,40}:[\w-]{1,40}:|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{8,}$|[0-9a-f]{24,}$|\d+$)", re.IGNORECASE
)
_LICENSE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)


def find_description(jsonld: JsonLd, head: Head) -> str | None:
    choices = [
        head.first("og:description"),
        head.first("description"),
        *texts((jsonld.article or {}).get("description"))[:1],
        head.first("twitter:description", "dc.description", "dcterms.description"),
    ]
    # Written by systems that escape what is escaped already.
    values = [clean(_MARKUP.sub(" ", _INLINE.sub("", html.unescape(choice) if "&" in choice else choice))) for choice in choices if choice]
    values = [value for value in values if len(value) > 3]
    if not values:
        return None
    first = values[0]
    # A cut one gives way to the whole of it.
    return next(
        (
            value
            for value in values[1:]
            if first.endswith(("...", "…")) and value.startswith(first.rstrip(".… ")[:60]) and len(value) > len(first)
        ),
        first,
    )


def find_section(jsonld: JsonLd, head: Head) -> str | None:
    """As the page states it, else the first step of its bread crumbs under the home page."""
    section = texts((jsonld.article or {}).get("articleSection"), "name")
    value = next(iter(section), None) or head.first(
        "article:section",
        "og:article:section",
        "section",
        "parsely-section",
        "cxenseparse:section",
        "category",
        "sailthru.section",
        "dc.subject.section",
    )
    return clean(value or _crumb(jsonld, head) or "")[:200] or None


def _crumb(jsonld: JsonLd, head: Head) -> str | None:
    trails = (node for node in jsonld.roots if "breadcrumblist" in types_of(node))
    graph = (node for root in jsonld.roots if isinstance(nodes := root.get("@graph"), list) for node in nodes if isinstance(node, dict))
    trail = next(trails, None) or next((node for node in graph if "breadcrumblist" in types_of(node)), None)
    items = trail.get("itemListElement") if trail else None
    steps = [step for step in (items if isinstance(items, list) else [])[:12] if isinstance(step, dict)]
    named = [
        (name, _path(step.get("item"), head.base))
        for step in steps
        for name in (texts(step.get("name")) or texts(step.get("item"), "name"))[:1]
    ]
    # The last step is the page itself, the first the home page.
    inner = [name for name, path in named[:-1] if path != "/" and len(name) <= 60]
    return inner[0] if inner and (named[0][1] == "/" or len(named) > 2) else None


def _path(item: object, base: str) -> str | None:
    address = absolute(next(iter(texts(item, "@id", "url")), None), base)
    return (urlsplit(address).path or "/") if address else None


def find_keywords(jsonld: JsonLd, head: Head) -> list[str]:
    """Those of the article, without the marks that systems keep among them."""
    given = _split_words(texts((jsonld.article or {}).get("keywords"), "name"))
    if not given:
        given = _split_words(
            head.all("article:tag", "og:article:tag", "parsely-tags") or head.all("news_keywords") or head.all("keywords", "sailthru.tags")
        )
    out: dict[str, str] = {}
    for word in given:
        word = clean(_MACHINE_LABEL.sub("", word[:300]))[:100].strip(" ,;#")
        if word and not _MACHINE_WORD.match(word):
            out.setdefault(word.casefold(), word)
    return list(out.values())[:MAX_KEYWORDS]


def _split_words(values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for value in values:
        parts = re.split(r"\s*[,;،、，]\s*", value)
        # Some write a list with nothing but spaces.
        found.extend(value.split() if len(parts) == 1 and len(value) > 60 else parts)
    return found


def find_license(jsonld: JsonLd, head: Head) -> str | None:
    """Stated in JSON-LD, by `rel=license`, or as the address of a Creative Commons licence in the rights' metadata."""
    stated = texts((jsonld.article or {}).get("license"), "url", "@id", "name")
    if stated:
        return clean(stated[0])[:500] or None
    if linked := head.link("license"):
        return linked
    for link in head.licensed:
        if _LICENSE.search(link.get("href") or ""):
            return absolute(link.get("href"), head.base)
    rights = head.first("dc.rights", "dcterms.license", "dcterms.rights", "license")
    return rights if rights and _LICENSE.search(rights) else None


def is_free(jsonld: JsonLd, head: Head) -> bool | None:
    """schema.org isAccessibleForFree of the article; sites write it as boolean, word and URL."""
    article = jsonld.article or {}
    parts = article.get("hasPart")
    stated = [
        _truth(node.get("isAccessibleForFree"))
        for node in (article, *(parts if isinstance(parts, list) else [parts]))
        if isinstance(node, dict)
    ]
    if stated[:1] != [None] and stated:
        return stated[0]
    if False in stated:  # a part that is not free is named where the whole is not said to be
        return False
    tier = (head.first("article:content_tier", "og:article:content_tier") or "").lower()
    return True if tier == "free" else False if tier in ("locked", "metered") else None


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.rsplit("/", 1)[-1].strip().lower() if isinstance(value, str) else ""
    return True if word in ("true", "1", "yes") else False if word in ("false", "0", "no") else None


def find_canonical(jsonld: JsonLd, head: Head) -> str | None:
    return (
        head.link("canonical")
        or absolute(head.first("og:url"), head.base)
        or absolute(next(iter(texts((jsonld.article or {}).get("mainEntityOfPage"), "@id", "url")), None), head.base)
    )
