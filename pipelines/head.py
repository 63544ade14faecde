"""What do the head's elements say: meta, link, title, lang?"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.blocks import clean

MAX_META = 500
MAX_CONTENT = 5_000
MAX_URL = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Values in the order of the page; names lower case."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    """`rel` to URLs, absolute."""
    title: str | None = None
    lang: str | None = None
    base: str = ""

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.meta.get(name, ())]

    def link(self, *rels: str) -> str | None:
        return next((self.links[rel][0] for rel in rels if rel in self.links), None)


def read_head(tree: HtmlElement, url: str) -> Head:
    """Read the whole tree's meta and link elements: many pages have them outside of the head."""
    base = url
    if (found := next(tree.iter("base"), None)) is not None and found.get("href"):
        base = absolute(found.get("href"), url) or url
    meta: dict[str, list[str]] = {}
    for number, element in enumerate(tree.iter("meta")):
        if number >= MAX_META:
            break
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = clean((element.get("content") or "")[:MAX_CONTENT])
        if name and content:
            meta.setdefault(name.strip().lower()[:100], []).append(content)
    links: dict[str, list[str]] = {}
    for number, element in enumerate(tree.iter("link")):
        if number >= MAX_META:
            break
        target = absolute(element.get("href"), base)
        if target:
            for rel in (element.get("rel") or "").lower().split():
                links.setdefault(rel, []).append(target)
    title = next((clean("".join(element.itertext())[:1_000]) for element in tree.iter("title") if not _in_svg(element)), None)
    lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    return Head(meta=meta, links=links, title=title or None, lang=lang, base=base)


def absolute(reference: str | None, base: str) -> str | None:
    """An absolute http or https URL without fragment, or null."""
    if not reference or len(reference) > MAX_URL:
        return None
    try:
        joined = urljoin(base, reference.strip())
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
