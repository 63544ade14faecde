"""What is the article's headline, without the site's name?

A page states it up to six times, and editors write it up to three times: for the page, for search engines, for social networks. The
statements vote; what a reader sees counts most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.blocks import Block, clean
from pipelines.head import Head
from pipelines.jsonld import JsonLd, texts

MAX_TITLE = 500
_SEPARATOR = re.compile(r"\s+[|\-–—:·•»›/]+\s+|\s*[|｜»]\s*|\s*[_＿]\s*|\s*--\s*")
_WORDS = re.compile(r"\w+")
_UNSHOWN = frozenset(("hidden", "navigation", "related", "share"))
_DOTS = ("…", "...")
# How much a statement counts: two that agree outvote one, and only the visible headline outvotes a single other.
_JSON_LD, _OPEN_GRAPH, _TWITTER, _TITLE, _SHOWN, _UNLIKE = 1.0, 1.1, 0.2, 0.2, 1.8, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The headline, and everything on the page that is a form of it."""

    text: str | None
    keys: frozenset[str]


def find_title(jsonld: JsonLd, head: Head, blocks: Sequence[Block], site: str | None) -> Title:
    """The headline without the site's name; `site` holds the forms of that name, one a line."""
    article = jsonld.article or {}
    names = frozenset(_plain(name) for name in (site or "").split("\n")) - {""}
    stated = {
        "json-ld": next(iter(texts(article.get("headline")) or texts(article.get("name"))), None),
        "og": head.first("og:title"),
        "twitter": head.first("twitter:title"),
        "meta": head.first("dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title"),
        "title": head.title,
    }
    whole = {source: clean(text[:MAX_TITLE]) for source, text in stated.items() if text}
    alternative = [clean(text[:MAX_TITLE]) for text in texts(article.get("alternativeHeadline"))[:2]]
    claims = {source: bare for source, text in whole.items() if (bare := _without(text, names))}
    headlines = [
        found
        for block in blocks
        if block.place.tag == "h1"
        and len(block.text) < 400
        and (found := _without(block.text.lstrip("-–—|:· "), names))
        and _plain(found) not in names
    ][:6]
    shown = _shown(headlines, list(claims.values()))
    keys = {_key(text) for text in (*whole.values(), *claims.values(), *alternative, *headlines)}
    return Title(text=_best(claims, shown) or next(iter(headlines), None), keys=frozenset(key for key in keys if key))


def _best(claims: dict[str, str], headline: tuple[str, float] | None) -> str | None:
    """The statement with most votes."""
    shown, weight = headline or (None, 0.0)
    votes: dict[str, float] = {}
    spelt: dict[str, str] = {}
    weights = {"json-ld": _JSON_LD, "og": _OPEN_GRAPH, "twitter": _TWITTER, "meta": _TWITTER, "title": _TITLE}
    for text in ([shown] if shown is not None else []) + list(claims.values()):
        spelt.setdefault(_key(text), text)
    for source, text in claims.items():
        key = _grown(_key(text), spelt) if text.endswith(_DOTS) else _key(text)
        votes[key] = votes.get(key, 0.0) + weights[source]
    if shown is not None:
        key = _headline_in(_key(shown), [_key(text) for text in claims.values()])
        votes[key] = votes.get(key, 0.0) + weight
    if not votes:
        return None
    best = max(votes, key=lambda key: votes[key])
    own = _editors(claims, shown)
    return own if own is not None else spelt[best]


def _editors(claims: dict[str, str], shown: str | None) -> str | None:
    """The one statement that differs from three others which are a single string for search engines.

    Where the page's headline, `<title>` and one of the two structured headlines are one string and the other is another, then the string
    is the search engine's: always for JSON-LD's `headline`, which has no other use, and for OpenGraph's where it is not the shorter.
    """
    structured, social, title = claims.get("json-ld"), claims.get("og"), claims.get("title")
    if structured is None or social is None or title is None or shown is None or structured.endswith(_DOTS):
        return None
    one, other, common = _key(structured), _key(social), _key(title)
    if one == other or common != _key(shown):
        return None
    if other == common:
        return structured
    return social if one == common and len(social) >= 0.95 * len(structured) else None


def _shown(headlines: list[str], claims: list[str]) -> tuple[str, float] | None:
    """The h1 that is likest a claim, and how much it counts: others are the site's name, the section, a heading of the text."""
    if not headlines:
        return None
    likeness = [max((_likeness(headline, claim) for claim in claims), default=1.0) for headline in headlines]
    best = max(range(len(headlines)), key=lambda number: (likeness[number], -number))
    if likeness[best] >= 0.3:
        return headlines[best], _SHOWN
    return (headlines[best], _UNLIKE) if len(headlines) == 1 and len(headlines[0]) >= 25 else None


def _headline_in(shown: str, claims: list[str]) -> str:
    """A visible headline may begin with its kicker: then a claim is its end."""
    return max((key for key in claims if 15 <= len(key) < len(shown) and shown.endswith(key)), key=len, default=shown)


def _grown(key: str, others: dict[str, str]) -> str:
    """The whole of a statement that was cut."""
    stem = key.rstrip("….")
    return max((other for other in others if len(stem) >= 15 and other.startswith(stem)), key=len, default=key)


def _key(text: str) -> str:
    return text.replace(" ", "").casefold()


def _likeness(one: str, other: str) -> float:
    """Share of words that two lines have in common, 0 to 1; the shorter may be a part of the longer if it is not a few words of many."""
    first, second = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def without_site(title: str, site: str | None) -> str:
    """Take "| Site" off the end and "Site:" off the front, where what is taken is the site's name."""
    return _without(title, frozenset(_plain(name) for name in (site or "").split("\n")) - {""})


def _without(title: str, names: frozenset[str]) -> str:
    parts = list(_SEPARATOR.finditer(title))
    for cut in reversed(parts):
        if cut.start() and _is_site(_plain(title[cut.end() :]), names):
            title = title[: cut.start()]
        else:
            break
    if parts and (match := _SEPARATOR.search(title)) and _plain(title[: match.start()]) in names:
        title = title[match.end() :]
    return title.strip()


def _is_site(tail: str, names: frozenset[str]) -> bool:
    return bool(tail) and (
        tail in names or any(len(name) > 3 and (tail.startswith(name) or (len(tail) > 3 and name.startswith(tail))) for name in names)
    )


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


def headline_at(blocks: Sequence[Block], titles: frozenset[str]) -> int | None:
    """Where among the pieces the headline stands: a shown heading that is a form of it, else the first h1, else any such piece."""
    heading: int | None = None
    shown: int | None = None
    first: int | None = None
    # Most pieces are told from a title by their length; letters that grow when case is folded leave some room.
    shortest, longest = min(map(len, titles), default=0) - 8, max(map(len, titles), default=0) + 8
    for number, block in enumerate(blocks):
        key = block.key
        if shortest <= len(key) <= longest and key.casefold() in titles:
            if block.tag in ("h1", "h2") and not any(place.furniture in _UNSHOWN for place in block.place.near(4)):
                return number
            if block.kind == "heading" and heading is None:
                heading = number
            first = number if first is None else first
        elif shown is None and block.place.tag == "h1":
            shown = number
    return next((found for found in (shown, heading, first) if found is not None), None)
