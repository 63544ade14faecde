"""Which links does an HTML page hold, with their text and the part of the page that they stand in?

One pass of libxml2's HTML parser over a target; no tree is built, nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lxml import etree

MAX_LINKS = 20_000  # the largest real front page in the corpora has some 2,000
MAX_TEXT = 600
_CHUNK = 1 << 16

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "button", "select"})
_BLOCKS = frozenset({"div", "ul", "ol", "section", "aside", "header", "form", "p"})
# Class names and ids as template authors all over the world write them, matched whole: `nav-open` on a body says nothing.
_MENU = re.compile(
    r"(?:(?:main|site|top|primary|secondary|global|header|footer|mobile|sub|page|user|legal|social|lang|language)[-_]?)*"
    r"(?:nav|navbar|navigation|menu|footer|breadcrumbs?|pagination|pager|cookies?|consent|login|share|sharing|social|tags?|taglist|newsletter)"
    r"(?:[-_](?:list|wrapper|wrap|container|inner|main|bar|links?|items?|box|block))*"
)
_ROLES = frozenset({"navigation", "contentinfo", "menu", "menubar", "search", "dialog", "banner"})


@dataclass(slots=True, kw_only=True)
class PageLink:
    """One `<a href>`; filled while the page is read."""

    href: str
    heading: bool
    """It stands in a heading, or a heading stands in it."""
    article: bool
    """It stands in an `<article>`."""
    frame: bool
    """It stands in `<nav>`, `<footer>`, the page's `<header>`, or an element with such a role."""
    menu: bool
    """It stands in an element whose class or id says menu, footer, share ..."""
    label: str = ""
    """`title` or `aria-label` of the link, or `alt` of a picture in it: for links without text."""
    parts: list[str] = field(default_factory=list)
    room: int = MAX_TEXT

    @property
    def text(self) -> str:
        """Its text, white space collapsed; else its label."""
        return " ".join("".join(self.parts).split()) or " ".join(self.label.split())


class _LinkTarget:
    def __init__(self) -> None:
        self.links: list[PageLink] = []
        self.base: str | None = None
        self.elements = 0
        self.left_out = 0
        self._stack: list[tuple[str, str]] = []
        self._within = {"heading": 0, "article": 0, "frame": 0, "menu": 0, "silent": 0}
        self._link: PageLink | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        part = self._part(tag, attributes)
        self._stack.append((tag, part))
        if part:
            self._within[part] += 1
        if tag == "a":
            self._open_link(attributes)
        elif self._link is not None:
            if part == "heading":
                self._link.heading = True
            if tag == "img" and not self._link.label:
                self._link.label = attributes.get("alt", "")[:MAX_TEXT]
            self._link.parts.append(" ")
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")

    def _part(self, tag: str, attributes: Mapping[str, str]) -> str:
        if tag in _HEADINGS:
            return "heading"
        if tag in ("article", "main"):
            return "article" if tag == "article" else ""
        if tag in _SILENT:
            return "silent"
        if tag in ("nav", "footer") or attributes.get("role", "").strip().lower() in _ROLES:
            return "frame"
        if tag == "header" and not self._within["article"]:
            return "frame"
        if tag in _BLOCKS:
            names = (attributes.get("class", "")[:300] + " " + attributes.get("id", "")[:100]).lower().split()
            if any(_MENU.fullmatch(name) for name in names[:20] if len(name) < 60):
                return "menu"
        return ""

    def _open_link(self, attributes: Mapping[str, str]) -> None:
        self._link = None
        href = attributes.get("href")
        if not href:
            return
        if len(self.links) >= MAX_LINKS:
            self.left_out += 1
            return
        self._link = PageLink(
            href=href,
            heading=self._within["heading"] > 0,
            article=self._within["article"] > 0,
            frame=self._within["frame"] > 0,
            menu=self._within["menu"] > 0,
            label=(attributes.get("title") or attributes.get("aria-label") or "")[:MAX_TEXT],
        )
        self.links.append(self._link)

    def data(self, text: str) -> None:
        link = self._link
        if link is not None and link.room > 0 and not self._within["silent"]:
            link.parts.append(text[: link.room])
            link.room -= len(text)

    def end(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        if not self._stack:
            return
        # libxml2 gives an end for each start, the innermost first; should it once not, the stack still ends empty.
        _, part = self._stack.pop()
        if part:
            self._within[part] -= 1

    def close(self) -> None:
        """The page is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """The links of a page, in their order."""

    links: list[PageLink]
    base: str | None
    """`<base href>` as written."""
    elements: int
    left_out: int
    """Links beyond `MAX_LINKS`."""


def read_links(text: str) -> PageLinks:
    """Read a page's links; never fails, whatever the text is."""
    target = _LinkTarget()
    parser = etree.HTMLParser(target=cast("Any", target), encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        for at in range(0, len(text), _CHUNK):
            parser.feed(text[at : at + _CHUNK].replace("\0", "").encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        pass  # an empty document; what was found before stays
    return PageLinks(links=target.links, base=target.base, elements=target.elements, left_out=target.left_out)
