"""Which pieces would trafilatura take, of the page without its furniture?"""

from __future__ import annotations

import logging
from itertools import islice

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines.blocks import Block, Place, clean
from pipelines.prose import is_prose

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its messages quote the page
# A container that holds this much of the page's prose is not furniture, whatever it is called.
_CLEARED = 0.3
_CLEARED_HIDDEN = 0.5
_MAX_ELEMENTS = 20_000


def clear_furniture(blocks: list[Block]) -> int:
    """Mark the containers whose name lies; gives the length of all prose."""
    total = 0
    held: dict[Place, int] = {}
    for block in blocks:
        if not is_prose(block):
            continue
        size = len(block.text)
        total += size
        for place in block.place.chain():
            if place.furniture:
                held[place] = held.get(place, 0) + size
    for place, size in held.items():
        limit = _CLEARED_HIDDEN if place.furniture in ("hidden", "caption", "figure") else _CLEARED
        if size > total * limit and (place.furniture != "comments" or _has_headline(place)):
            place.cleared = True
    return total


def _has_headline(place: Place) -> bool:
    return next(place.element.iter("h1"), None) is not None


def votes(tree: HtmlElement, blocks: list[Block]) -> set[Block]:
    """The blocks that trafilatura takes of the page without its furniture."""
    return _matching([block for block in blocks if block.place.noise() is None], _read_without_furniture(tree, blocks))


def second_votes(tree: HtmlElement, blocks: list[Block]) -> set[Block]:
    """For a page whose names all mislead: trafilatura's whole cascade on the whole page, comments and hidden text left out."""
    readable = [block for block in blocks if block.place.noise() not in ("comments", "hidden", "navigation", "footer", "overlay")]
    return _matching(readable, _read(tree, fast=False))


def _matching(blocks: list[Block], text: str) -> set[Block]:
    lines_read = [clean(line).lstrip("-–•* ").replace(" ", "").replace("|", "") for line in text.split("\n")]
    keys = set(lines_read) - {""}
    whole = "\x00".join(lines_read)
    long_keys = [key for key in keys if len(key) >= 30]
    chosen: set[Block] = set()
    for block in blocks:
        key = block.key.replace("|", "")
        # trafilatura may join what we part, and part what we join.
        if key in keys or (len(key) >= 30 and key in whole) or (len(key) >= 60 and any(part in key for part in long_keys)):
            chosen.add(block)
    return chosen


def _read_without_furniture(tree: HtmlElement, blocks: list[Block]) -> str:
    """The furniture is lifted out for the time of the call, so that trafilatura's copies are small, and put back: XPaths count on it."""
    lifted: list[tuple[HtmlElement, HtmlElement]] = []
    looked_at: set[Place] = set()
    for block in blocks:
        if block.place.noise() is None:
            continue
        outermost = None
        for place in block.place.chain():
            if place.furniture and not place.cleared:
                outermost = place
        if outermost is None or outermost in looked_at:
            continue
        looked_at.add(outermost)
        parent = outermost.element.getparent()
        if parent is not None:
            stand_in = parent.makeelement("noindex")
            stand_in.tail = outermost.element.tail
            parent.replace(outermost.element, stand_in)
            lifted.append((outermost.element, stand_in))
    try:
        return _read(tree, fast=True)
    finally:
        for element, stand_in in reversed(lifted):
            parent = stand_in.getparent()
            if parent is not None:
                parent.replace(stand_in, element)


def _read(tree: HtmlElement, *, fast: bool) -> str:
    if next(islice(tree.iter(), _MAX_ELEMENTS, None), None) is not None:  # its time grows with the square of siblings
        return ""
    try:
        document = bare_extraction(
            tree, fast=fast, favor_precision=True, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False
        )
    except Exception:  # whatever it stumbles over, the page has other votes
        return ""
    text = getattr(document, "text", None)
    return text if isinstance(text, str) else ""
