"""What do the head's elements say, and which elements does the page mark as author, date, licence?

One walk over the tree for all of them: each walk costs as much as all that is done with what it finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.blocks import clean

MAX_META = 500
MAX_CONTENT = 5_000
MAX_URL = 4_000
MAX_MARKED = 400
# Metadata stands outside of the head too; microdata on any element that holds text.
_MARKABLE = frozenset(("time", "a", "span", "div", "p", "address", "abbr", "section", "h3", "strong"))
_READ = ("meta", "link", "base", "title", "h1", *sorted(_MARKABLE))
_AUTHOR_PROPERTIES = frozenset(("author", "author name", "creator"))
_DATE_PROPERTIES = frozenset(("datepublished", "datemodified", "datecreated"))
# An absolute address in which joining and parsing would change nothing.
_PLAIN_URL = re.compile(r"https?://[a-zA-Z0-9.-]+(?:/[^\s#\\\[\]]*)?(?=#|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Values in the order of the page; names lower case."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    """`rel` to addresses as written."""
    title: str | None = None
    lang: str | None = None
    base: str = ""
    times: list[HtmlElement] = field(default_factory=list)
    """All `<time>`, those behind the first h1 before those above it."""
    dated: list[HtmlElement] = field(default_factory=list)
    """Elements that microdata call a date of publishing or change."""
    by: list[HtmlElement] = field(default_factory=list)
    """Elements that `rel` or microdata call the author."""
    licensed: list[HtmlElement] = field(default_factory=list)
    """Links with `rel=license`."""

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.meta.get(name, ())]

    def link(self, *rels: str) -> str | None:
        """The first that is an http or https address, absolute."""
        return next((found for rel in rels for target in self.links.get(rel, ()) if (found := absolute(target, self.base))), None)


def read_head(tree: HtmlElement, url: str) -> Head:
    """Read the whole tree: many pages have meta and link elements outside of the head."""
    base: str | None = None
    head = Head(base=url)
    title: str | None = None
    metas = links = 0
    above: int | None = None
    for element in tree.iter(*_READ):
        tag = element.tag
        get = element.get
        if tag in _MARKABLE:
            if (prop := get("itemprop")) is not None:
                prop = prop.strip().lower()
                if prop in _AUTHOR_PROPERTIES:
                    _keep(head.by, element)
                elif prop in _DATE_PROPERTIES and tag != "time":
                    _keep(head.dated, element)
            if tag == "a":
                if (rel := get("rel")) and len(rel) < 200:
                    rels = rel.lower().split()
                    if "author" in rels and prop is None:
                        _keep(head.by, element)
                    if "license" in rels:
                        _keep(head.licensed, element)
            elif tag == "time":
                _keep(head.times, element)
        elif tag == "meta":
            metas += 1
            if metas <= MAX_META:
                name = get("property") or get("name") or get("itemprop") or get("http-equiv")
                content = clean((get("content") or "")[:MAX_CONTENT])
                if name and content:
                    head.meta.setdefault(name.strip().lower()[:100], []).append(content)
            if get("itemprop") == "author":
                _keep(head.by, element)
        elif tag == "link":
            links += 1
            if links <= MAX_META and (target := get("href")) and len(target) <= MAX_URL:
                for rel in (get("rel") or "")[:200].lower().split():
                    head.links.setdefault(rel, []).append(target)
        elif tag == "h1":
            above = len(head.times) if above is None else above
        elif tag == "base":
            if base is None and (target := get("href")):
                base = absolute(target, url) or url
        elif title is None and not _in_svg(element):
            title = clean("".join(element.itertext())[:1_000])
    lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    return Head(
        meta=head.meta,
        links=head.links,
        title=title or None,
        lang=lang,
        base=base or url,
        times=[*head.times[above or 0 :], *head.times[: above or 0]],
        dated=head.dated,
        by=head.by,
        licensed=head.licensed,
    )


def _keep(found: list[HtmlElement], element: HtmlElement) -> None:
    if len(found) < MAX_MARKED:
        found.append(element)


@lru_cache(maxsize=256)
def absolute(reference: str | None, base: str) -> str | None:
    """An absolute http or https URL without fragment, or null."""
    if not reference or len(reference) > MAX_URL:
        return None
    reference = reference.strip()
    if (match := _PLAIN_URL.match(reference)) and not match[0].endswith("?") and match[0].isprintable():
        return match[0]
    try:
        joined = urljoin(base, reference)
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or any(character <= " " for character in joined):
        return None
    return parts._replace(fragment="").geturl()


def _in_svg(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "svg"


def is_within(element: HtmlElement, root: HtmlElement) -> bool:
    """Whether the element still stands in the tree: what holds no reading text is taken out after reading the head."""
    parent: HtmlElement | None = element
    while parent is not None:
        if parent is root:
            return True
        parent = parent.getparent()
    return False
