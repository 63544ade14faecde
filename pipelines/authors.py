"""Who wrote the article, as a list of names with their pages?

Roles are taken off, and news agencies beside a person belong to the `credits`. Where nobody but an agency or the newsroom is named, it is
the author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from pipelines.blocks import Block
from pipelines.bylines import marked, shown, signed
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, types_of
from pipelines.names import is_agency, is_domain, is_name, is_person, key, split

MAX_AUTHORS = 30
_ORGANISATIONS = frozenset(("organization", "newsmediaorganization", "corporation", "ngo", "governmentorganization"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    name: str
    url: str | None = None
    organisation: bool = False


def find_authors(
    jsonld: JsonLd, head: Head, blocks: list[Block], tree: HtmlElement, *, site: str | None, titles: frozenset[str]
) -> list[Name]:
    """From JSON-LD, else meta, else marked elements, else what the page shows; the first that names a person counts.

    `site` holds the forms of the site's name, one a line.
    """
    site_keys = frozenset(key(form) for form in (site or "").split("\n")) - {""}
    structured = _of_jsonld(jsonld, head.base)
    meta = [Name(name=value) for value in of_meta(head)]
    people = [name for name in structured if not name.organisation]
    by = [Name(name=name, url=url) for name, url in marked(head, tree)]
    seen = cache(lambda: [Name(name=name, url=url) for name, url in shown(blocks, titles, head.base)])
    sources: tuple[Callable[[], list[Name]], ...] = (
        lambda: _cleaned(people, site_keys),
        lambda: _strong(_cleaned(meta, site_keys)),
        lambda: _strong(_cleaned(by, site_keys)),
        lambda: _cleaned(seen(), site_keys),
        lambda: [Name(name=name) for name in signed(blocks, titles)],
    )
    for source in sources:
        found = source()
        persons = [name for name in found if not is_agency(name.name)]
        if persons and not all(_is_login(name.name) for name in persons):
            return persons[:MAX_AUTHORS]
    # Better the newsroom's name, an agency's or a login than none, where the page itself gives it as the author.
    for weak in (
        _cleaned(people, site_keys),
        _organisations(structured),
        _cleaned([*meta, *by], site_keys),
        _organisations(meta),
        _organisations(seen()),
    ):
        if weak:
            return weak[:MAX_AUTHORS]
    return []


def _strong(names: list[Name]) -> list[Name]:
    """Names that look like persons, and what stands beside them."""
    return names if any(is_person(name.name) or is_agency(name.name) for name in names) else []


def _is_login(name: str) -> bool:
    return name.islower() and name.isascii() and " " not in name


_META = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "byline",
    "article:byline",
    "cxenseparse:author",
    "article:author_name",
    "article:authors",
    "news:author",
    "mrf:authors",
    "rbauthors",
    "og:author",
    "og:article:author",
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
        "написано",
        "yazan",
        "كُتب بواسطة",
        "כתוב על ידי",
    )
)


def of_meta(head: Head) -> list[str]:
    """What the head's elements say of the author: the first of them that is no address."""
    by_label = ("twitter:data1",) if (head.first("twitter:label1") or "").casefold() in _WRITTEN_BY else ()
    for name in (*_META, *by_label):
        if values := [value for value in head.all(name)[:MAX_AUTHORS] if "://" not in value]:
            return values
    return []


def _of_jsonld(jsonld: JsonLd, base: str) -> list[Name]:
    article = jsonld.article or {}
    found: list[Name] = []
    values = article.get("author") or article.get("creator") or []
    for value in flat(values):
        item = jsonld.resolve(value)
        if isinstance(item, str):
            found.append(Name(name=item))
        elif isinstance(item, dict):
            names = item.get("name")
            if not names and isinstance(item.get("familyName"), str):
                names = f"{item.get('givenName') or ''} {item['familyName']}".strip()
            url = item.get("url") or item.get("sameAs")
            first = url[0] if isinstance(url, list) and url else url
            link = absolute(first if isinstance(first, str) else None, base)
            group = bool(types_of(item) & _ORGANISATIONS)
            found.extend(Name(name=name, url=link, organisation=group) for name in flat(names) if isinstance(name, str))
    return found


def flat(values: object) -> list[object]:
    """The items of a list, of the lists in it, or the one value."""
    items = values if isinstance(values, list) else [values]
    return [inner for item in items[:MAX_AUTHORS] for inner in (item[:MAX_AUTHORS] if isinstance(item, list) else [item])][:MAX_AUTHORS]


def _organisations(found: Iterable[Name]) -> list[Name]:
    """Names as they are: "Center for Drug Evaluation and Research" is one."""
    whole = [Name(name=" ".join(entry.name.split())[:200], url=entry.url) for entry in found]
    return _once(entry for entry in whole if is_name(entry.name) and "://" not in entry.name and not entry.name.startswith("@"))


def _cleaned(found: Iterable[Name], site_keys: frozenset[str]) -> list[Name]:
    """The single names, the site's own left out."""
    names = [Name(name=name, url=entry.url) for entry in found for name in split(entry.name)]
    out = _once(name for name in names if key(name.name) not in site_keys and not is_domain(name.name))
    # "Jane Doe" and "Jane Doe Kyiv": the shorter one is the name.
    return [name for name in out if not any(other is not name and key(name.name).startswith(key(other.name) + " ") for other in out)]


def _once(names: Iterable[Name]) -> list[Name]:
    out: dict[str, Name] = {}
    for name in names:
        out.setdefault(key(name.name), name)
    return list(out.values())
