"""What pieces of text does a page show, in which order, and where do they stand?

One walk over the tree, without recursion. Every piece is kept, furniture too: metadata is read from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from lxml.html import HtmlElement

from pipelines.furniture import SKIPPED, look

Kind = Literal["paragraph", "heading", "quote", "list_item", "preformatted", "table_row"]
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong"
    " sub sup time tt u var wbr img".split()
)
_BOLD = frozenset(("b", "strong"))
_MAY_BE_ASIDE = frozenset(("span", "a", "small", "time", "cite", "label"))
# Soft hyphen, zero-width space, word joiner, byte order mark. The zero-width (non-)joiners stay: Persian and Hindi are spelt with them.
_HAS_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_INVISIBLE = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}


class Place:
    """An element that stands for itself in the layout, and those around it."""

    __slots__ = ("_kind", "_noise", "around", "cleared", "element", "furniture", "names", "parent", "size", "style", "tag")

    def __init__(self, element: HtmlElement, tag: str, parent: Place | None, looks: tuple[str | None, str, str]) -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self.furniture, self.style, self.names = looks
        self.cleared = False
        """Set where the furniture holds so much of the page's prose that the name must mean something else."""
        self.around: Any = None
        """What `features` remembers of it."""
        self.size = 0
        """Characters of text in it, up to three levels below; set by `body.prepare`."""
        self._noise: str | None = "?"
        self._kind: Kind | None = None

    def chain(self) -> Iterator[Place]:
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent

    def near(self, levels: int) -> list[Place]:
        """Itself and those directly above it, `levels` in all."""
        out: list[Place] = []
        place: Place | None = self
        while place is not None and len(out) < levels:
            out.append(place)
            place = place.parent
        return out

    def noise(self) -> str | None:
        """The kind of the nearest furniture around, cleared ones aside. Remembered: to be asked when clearing is done."""
        if self._noise == "?":
            unknown: list[Place] = []
            place: Place | None = self
            while place is not None and place._noise == "?":
                unknown.append(place)
                place = place.parent
            inherited = place._noise if place is not None else None
            for below in reversed(unknown):
                inherited = below._noise = below.furniture if below.furniture and not below.cleared else inherited
        return self._noise

    def kind(self) -> Kind:
        """What a piece of text is that stands here."""
        if self._kind is None:
            self._kind = _kind(self)
        return self._kind


class Block:
    """One piece of text as a reader sees it."""

    __slots__ = ("bold_chars", "findings", "key", "kind", "link_chars", "link_share", "links", "place", "tag", "text")

    def __init__(self, text: str, kind: Kind, place: Place, link_chars: int, bold_chars: int, links: int) -> None:
        self.text = text
        self.kind: Kind = kind
        self.place = place
        self.tag = place.tag
        self.link_chars = link_chars
        self.bold_chars = bold_chars
        self.links = links
        self.link_share = min(1.0, link_chars / max(1, len(text)))
        self.key = text.replace(" ", "")
        """The text without white space: what comparisons use."""
        self.findings: object = None
        """What the rules about lines said of it; remembered by `prose.findings`."""


def clean(text: str) -> str:
    """One line, single spaces, no invisible characters."""
    if not text.isascii():
        text = text.translate(_INVISIBLE) if _HAS_INVISIBLE.search(text) else text
    return " ".join(text.split())


class _Run:
    """Text that is being put together, with what stands in one place."""

    __slots__ = ("bold", "breaks", "link", "links", "parts", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.parts: list[str] = []
        self.link = self.bold = self.links = self.breaks = 0


def segment(root: HtmlElement) -> list[Block]:
    """All pieces of text of the tree, in document order."""
    blocks: list[Block] = []
    run = _Run(Place(root, root.tag, None, (None, "", "")))
    in_link = in_bold = 0
    # One entry a nesting level: iterator over children, what to restore when it ends.
    stack: list[tuple[Iterator[HtmlElement], HtmlElement, str, _Run]] = [(iter(root), root, "block", run)]
    if root.text:
        run.parts.append(root.text)
    while stack:
        children, element, mode, outer = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if mode == "link":
                in_link -= 1
            elif mode == "bold":
                in_bold -= 1
            elif mode != "inline":
                if run.parts:
                    _flush(run, blocks)
                run = outer
            if stack and (tail := element.tail):
                _add(run, tail, in_link, in_bold)
            continue
        tag = child.tag
        if tag in SKIPPED or not isinstance(tag, str):
            if tail := child.tail:
                _add(run, tail, in_link, in_bold)
            continue
        if tag == "br":
            run.parts.append("\n")
            run.breaks += 1
            if tail := child.tail:
                _add(run, tail, in_link, in_bold)
            continue
        outer_run = run
        if tag in _INLINE:
            looks = look(child, tag) if tag in _MAY_BE_ASIDE else None
            kind = looks[0] if looks is not None else None
            if kind is None and not len(child):  # most links and spans: nothing to come back to
                in_here = in_bold + (tag in _BOLD)
                if tag == "a":
                    run.links += 1
                if text := child.text:
                    _add(run, text, in_link + (tag == "a"), in_here)
                if tail := child.tail:
                    _add(run, tail, in_link, in_bold)
                continue
            if kind is not None and looks is not None:
                mode = "aside"
                run = _Run(Place(child, tag, run.place, looks))
                if tag == "a":
                    run.links = 1
            elif tag == "a":
                mode = "link"
                in_link += 1
                run.links += 1
            elif tag in _BOLD:
                mode = "bold"
                in_bold += 1
            else:
                mode = "inline"
        else:
            if run.parts:
                _flush(run, blocks)
            else:
                run.links = 0
            if tag == "tr" and (row := _row(child)) is not None:
                here = Place(child, tag, run.place, look(child, tag))
                blocks.append(Block(row, "table_row", here, _link_length(child), 0, 0))
                if tail := child.tail:
                    _add(run, tail, in_link, in_bold)
                continue
            text = child.text
            if not len(child):  # nothing to come back to
                if text and (line := clean(text)):
                    here = Place(child, tag, run.place, look(child, tag))
                    length = len(text.strip())
                    blocks.append(Block(line, here.kind(), here, length if in_link else 0, length if in_bold else 0, 0))
                if tail := child.tail:
                    _add(run, tail, in_link, in_bold)
                continue
            mode = "block"
            run = _Run(Place(child, tag, run.place, look(child, tag)))
        if text := child.text:
            _add(run, text, in_link, in_bold)
        stack.append((iter(child), child, mode, outer_run))
    return blocks


def _add(run: _Run, text: str, in_link: int, in_bold: int) -> None:
    if not run.parts and text.isspace():
        return
    run.parts.append(text)
    if in_link or in_bold:
        length = len(text.strip())
        if in_link:
            run.link += length
        if in_bold:
            run.bold += length


def _flush(run: _Run, blocks: list[Block]) -> None:
    raw = "".join(run.parts)
    link, bold, links, breaks = run.link, run.bold, run.links, run.breaks
    run.parts, run.link, run.bold, run.links, run.breaks = [], 0, 0, 0, 0
    if not raw or raw.isspace():
        return
    place = run.place
    kind = place.kind()
    pieces = _by_breaks(raw) if breaks > 1 and kind != "preformatted" else [raw]
    for piece in pieces:
        text = clean(piece)
        if text:
            share = len(text) / max(1, len(raw)) if len(pieces) > 1 else 1.0
            blocks.append(Block(text, kind, place, round(link * share), round(bold * share), links))


def _by_breaks(raw: str) -> list[str]:
    # Two line breaks with nothing between them end a paragraph.
    return re.split(r"\n[ \t\r\u00a0]*\n", raw) if "\n" in raw else [raw]


def _kind(place: Place) -> Kind:
    if place.tag in HEADINGS:
        return "heading"
    if place.tag == "pre":
        return "preformatted"
    around: Place | None = place
    for _ in range(5):
        if around is None:
            break
        tag = around.tag
        if tag == "li" or tag == "dd" or tag == "dt":
            return "list_item"
        if tag == "blockquote":
            return "quote"
        around = around.parent
    return "paragraph"


def _row(row: HtmlElement) -> str | None:
    """The cells of a row of data; null for a row that only lays out the page."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2:
        return None
    for cell in cells:
        if any(
            inner.tag in ("div", "p", "table", "ul", "ol", "h1", "h2", "h3", "section", "article", "form", "script")
            for inner in cell.iterdescendants()
        ):
            return None
    texts = [clean("".join(cell.itertext())) for cell in cells]
    return " | ".join(text for text in texts if text) or None


def _link_length(element: HtmlElement) -> int:
    return sum(len(clean("".join(link.itertext()))) for link in element.iter("a"))
