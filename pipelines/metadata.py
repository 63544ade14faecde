"""What does the page say of its article, from all its sources, reconciled?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.blocks import Block, clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, texts

MAX_KEYWORDS = 60
_SEPARATOR = re.compile(r"\s+[|\-–—:·•»›/]+\s+|\s*[|｜»]\s*|\s*[_＿]\s*")
_WORDS = re.compile(r"\w+")
_LICENSE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The headline, and everything on the page that is a form of it."""

    text: str | None
    keys: frozenset[str]


def find_title(jsonld: JsonLd, head: Head, blocks: list[Block], site: str | None) -> Title:
    """The headline without the site's name. The visible h1 decides between claims that differ; it does not decide alone."""
    article = jsonld.article or {}
    claims = [clean(text) for text in texts(article.get("headline"))[:1] + texts(article.get("name"))[:1]]
    claims += [
        value
        for value in (
            head.first("og:title"),
            head.first("twitter:title"),
            head.first("dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title"),
            head.title,
        )
        if value
    ]
    stripped = [without_site(claim, site) for claim in claims]
    headlines = [block.text.lstrip("-–—|:· ") for block in blocks if block.tag == "h1" and len(block.text) < 400][:6]
    keys = {_key(text) for text in (*claims, *stripped, *headlines)}
    best = next(iter(stripped), None)
    matching = [text for text in headlines if any(_alike(text, claim) >= 0.5 for claim in stripped)]
    shown = matching[0] if matching else None
    if best is None:
        best = headlines[0] if headlines else None
    elif shown is not None and (best not in headlines) and (_alike(shown, best) >= 0.75 or best.endswith(("…", "..."))):
        best = shown
    return Title(text=best or None, keys=frozenset(key for key in keys if key))


def _key(text: str) -> str:
    return text.replace(" ", "").casefold()


def _alike(one: str, other: str) -> float:
    first, second = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    return len(first & second) / max(1, min(len(first), len(second))) if first and second else 0.0


def without_site(title: str, site: str | None) -> str:
    """Take "| Site" off the end and "Site:" off the front, where what is taken is the site's name."""
    parts = list(_SEPARATOR.finditer(title))
    names = {_plain(name) for name in (site or "").split("\n") if name}
    names.discard("")
    for cut in reversed(parts):
        tail = _plain(title[cut.end() :])
        if tail and (
            tail in names or any(len(name) > 3 and (tail.startswith(name) or (name.startswith(tail) and len(tail) > 3)) for name in names)
        ):
            title = title[: cut.start()]
        else:
            break
    if parts and (match := _SEPARATOR.search(title)) and _plain(title[: match.start()]) in names:
        title = title[match.end() :]
    return title.strip()


def _plain(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def site_names(jsonld: JsonLd, head: Head, hostname: str) -> tuple[str | None, str]:
    """The site's name, and all its forms, one a line: name, publisher, host, the host's chief label."""
    publisher = (jsonld.article or {}).get("publisher")
    published_by = texts(jsonld.resolve(publisher[0] if isinstance(publisher, list) and publisher else publisher), "name")[:1]
    websites = [
        name for node in jsonld.by_id.values() if str(node.get("@type", "")).lower() == "website" for name in texts(node.get("name"))[:1]
    ]
    name = head.first("og:site_name", "application-name", "al:ios:app_name", "apple-mobile-web-app-title") or next(
        iter(published_by + websites), None
    )
    labels = [label for label in hostname.split(".") if label not in ("www", "m", "amp", "news", "com", "co", "org", "net")]
    forms = [
        form
        for form in (
            name,
            *published_by,
            *websites,
            head.first("twitter:site", "al:android:app_name", "apple-mobile-web-app-title"),
            hostname,
            hostname.removeprefix("www."),
            labels[0] if labels else None,
        )
        if form
    ]
    return (clean(name)[:200] or None) if name else None, "\n".join(dict.fromkeys(forms))


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


def find_license(jsonld: JsonLd, head: Head, tree: HtmlElement) -> str | None:
    stated = texts((jsonld.article or {}).get("license"), "url", "@id", "name")
    if stated:
        return clean(stated[0])[:500] or None
    if linked := head.link("license"):
        return linked
    for link in tree.iter("a"):
        if "license" in (link.get("rel") or "").lower().split() and _LICENSE.search(link.get("href") or ""):
            return absolute(link.get("href"), head.base)
    return (
        head.first("dc.rights", "dcterms.license", "dcterms.rights")
        if _LICENSE.search(head.first("dc.rights", "dcterms.license", "dcterms.rights") or "")
        else None
    )


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
