"""What else does the page say of its article: description, section, keywords, licence, access, canonical URL?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.blocks import clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, texts

MAX_KEYWORDS = 60
_LICENSE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)


def find_description(jsonld: JsonLd, head: Head) -> str | None:
    choices = [
        head.first("og:description"),
        head.first("description"),
        *texts((jsonld.article or {}).get("description"))[:1],
        head.first("twitter:description", "dc.description", "dcterms.description"),
    ]
    values = [clean(re.sub(r"<[^<>]{1,200}>", " ", choice)) for choice in choices if choice]
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
    return clean(value)[:200] or None if value else None


def find_keywords(jsonld: JsonLd, head: Head) -> list[str]:
    article = jsonld.article or {}
    given: list[str] = []
    stated = article.get("keywords")
    given += _split_words(texts(stated, "name"))
    if not given:
        given = (
            head.all("article:tag", "og:article:tag", "parsely-tags") or head.all("news_keywords") or head.all("keywords", "sailthru.tags")
        )
        given = _split_words(given)
    out: dict[str, str] = {}
    for word in given:
        word = clean(word)[:100].strip(" ,;#")
        if word and not word.casefold().startswith(("http", "type:", "tag:", "id:")):
            out.setdefault(word.casefold(), word)
    return list(out.values())[:MAX_KEYWORDS]


def _split_words(values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for value in values:
        found.extend(re.split(r"\s*[,;،、，]\s*", value))
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
    value = (jsonld.article or {}).get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.rsplit("/", 1)[-1].strip().lower()
        return True if word in ("true", "1", "yes") else False if word in ("false", "0", "no") else None
    tier = (head.first("article:content_tier") or "").lower()
    return True if tier == "free" else False if tier in ("locked", "metered") else None


def find_canonical(jsonld: JsonLd, head: Head) -> str | None:
    return (
        head.link("canonical")
        or absolute(head.first("og:url"), head.base)
        or absolute(next(iter(texts((jsonld.article or {}).get("mainEntityOfPage"), "@id", "url")), None), head.base)
    )
