"""What pieces of text does a page show, in which order, and where do they stand?

One walk over the tree, without recursion. Every piece is kept, furniture too: metadata is read from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from lxml.html import HtmlElement

from pipelines.furniture import SKIPPED, furniture

Kind = Literal["paragraph", "heading", "quote", "list_item", "preformatted", "table_row"]
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong"
    " sub sup time tt u var wbr img".split()
)
_BOLD = frozenset(("b", "strong"))
# Soft hyphen, zero-width space, word joiner, byte order mark. The zero-width (non-)joiners stay: Persian and Hindi are spelt with them.
_HAS_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_INVISIBLE = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}


@dataclass(slots=True, eq=False)
class Place:
    """An element that stands for itself in the layout, and those around it."""

    element: HtmlElement
    tag: str
    parent: Place | None
    furniture: str | None
    cleared: bool = False
    """Set where the furniture holds so much of the page's prose that the name must mean something else."""
    _noise: str | None = "?"

    def chain(self) -> Iterator[Place]:
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent

    def near(self, levels: int) -> Iterator[Place]:
        """Itself and those directly above it, `levels` in all."""
        return islice(self.chain(), levels)

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


@dataclass(slots=True, eq=False)
class Block:
    """One piece of text as a reader sees it."""

    text: str
    kind: Kind
    place: Place
    link_chars: int
    bold_chars: int
    links: int
    key: str = ""
    """The text without white space: what comparisons use."""

    @property
    def tag(self) -> str:
        return self.place.tag

    @property
    def link_share(self) -> float:
        return min(1.0, self.link_chars / max(1, len(self.text)))


def clean(text: str) -> str:
    """One line, single spaces, no invisible characters."""
    if not text.isascii():
        text = text.translate(_INVISIBLE) if _HAS_INVISIBLE.search(text) else text
    return " ".join(text.split())


@dataclass(slots=True)
class _Run:
    place: Place
    parts: list[str] = field(default_factory=list)
    link: int = 0
    bold: int = 0
    links: int = 0
    breaks: int = 0


def segment(root: HtmlElement) -> list[Block]:
    """All pieces of text of the tree, in document order."""
    blocks: list[Block] = []
    run = _Run(Place(root, root.tag, None, None))
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
            elif mode in ("block", "aside"):
                _flush(run, blocks)
                run = outer
            if stack and element.tail:
                _add(run, element.tail, in_link, in_bold)
            continue
        tag = child.tag
        if not isinstance(tag, str):
            if child.tail:
                _add(run, child.tail, in_link, in_bold)
            continue
        mode = "inline"
        if tag == "br":
            run.parts.append("\n")
            run.breaks += 1
            if child.tail:
                _add(run, child.tail, in_link, in_bold)
            continue
        if tag in SKIPPED:
            if child.tail:
                _add(run, child.tail, in_link, in_bold)
            continue
        outer_run = run
        if tag in _INLINE:
            if tag == "a":
                mode = "link"
                in_link += 1
                run.links += 1
            elif tag in _BOLD:
                mode = "bold"
                in_bold += 1
            kind = furniture(child, tag) if tag in ("span", "a", "small", "time", "cite", "label") and len(child.attrib) else None
            if kind:
                if mode == "link":
                    in_link -= 1
                    run.links -= 1
                mode = "aside"
                run = _Run(Place(child, tag, run.place, kind))
                if tag == "a":
                    run.links = 1
        else:
            if tag == "tr" and (row := _row(child)) is not None:
                _flush(run, blocks)
                here = Place(child, tag, run.place, furniture(child, tag))
                blocks.append(Block(row, "table_row", here, _link_length(child), 0, 0))
                if child.tail:
                    _add(run, child.tail, in_link, in_bold)
                continue
            _flush(run, blocks)
            mode = "block"
            run = _Run(Place(child, tag, run.place, furniture(child, tag)))
        if child.text:
            _add(run, child.text, in_link, in_bold)
        stack.append((iter(child), child, mode, outer_run))
    for block in blocks:
        block.key = block.text.replace(" ", "")
    return blocks


def _add(run: _Run, text: str, in_link: int, in_bold: int) -> None:
    run.parts.append(text)
    if in_link or in_bold:
        length = len(text.strip())
        if in_link:
            run.link += length
        if in_bold:
            run.bold += length


def _flush(run: _Run, blocks: list[Block]) -> None:
    if not run.parts:
        return
    raw = "".join(run.parts)
    link, bold, links, breaks = run.link, run.bold, run.links, run.breaks
    run.parts, run.link, run.bold, run.links, run.breaks = [], 0, 0, 0, 0
    if raw.isspace() or not raw:
        return
    place = run.place
    kind = _kind(place)
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
    for depth, around in enumerate(place.chain()):
        if around.tag in ("li", "dd", "dt"):
            return "list_item"
        if around.tag == "blockquote":
            return "quote"
        if depth > 3:
            break
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
