"""What does an override say about one page, and what becomes of the general way's decisions then?

The code of a page object may fail, and its selectors may find nothing on a page of another layout. Then the general way stands, and the
record says so: a text that is not quite right with a reason beats none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from pipelines.authors import Name
from pipelines.blocks import Block, clean
from pipelines.body import Selection
from pipelines.claimreader import Kind
from pipelines.decisions import Decision, Label
from pipelines.overrides.page import FIELDS, PageObject
from pipelines.overrides.registry import MARK, Override, find
from pipelines.page import Page
from pipelines.sitememory import Line

_LONGEST = 2_000
_MOST_NAMES = 100
_ONCE = 8  # characters: shorter blocks may stand twice, as in the general way


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an override says about one page."""

    override: Override
    body: Mapping[Block, str] | None
    """Blocks that are the text, with the selector that says so; null where the general way decides."""
    dropped: Mapping[Block, str]
    """Blocks that are no text, with the selector that says so."""
    fields: Mapping[str, Any]
    """Those that it gives: text, or a list of names for `authors`."""
    complaints: tuple[str, ...]
    """What of it did not work on this page, for people."""

    @property
    def mark(self) -> str:
        """What the extractor's version gains: the same version still promises the same text. Empty where it had no part in the page."""
        return f"{MARK}{self.override.mark}" if self.body is not None or self.dropped or self.fields or self.complaints else ""

    @property
    def dates(self) -> tuple[tuple[str, str, Kind], ...]:
        """Claims for `claims.find_dates`."""
        kinds: tuple[tuple[str, Kind], ...] = (("date_published", "published"), ("date_modified", "modified"))
        return tuple((self.fields[name], f"override:{name}", kind) for name, kind in kinds if name in self.fields)

    def page_of(self, page: Page) -> Page:
        """The page with the fields that the override gives; others stay."""
        title, authors, known = page.title, page.authors, page.known
        if "title" in self.fields:
            text = self.fields["title"]
            title = replace(title, text=text, keys=title.keys | {text.replace(" ", "").casefold()})
            known = replace(known, titles=title.keys)
        if "authors" in self.fields:
            found = {name.name: name for name in authors}
            authors = [found.get(name) or Name(name=name) for name in self.fields["authors"]]
            known = replace(known, authors=frozenset(name.casefold() for name in self.fields["authors"]))
        description, section = self.fields.get("description", page.description), self.fields.get("section", page.section)
        return replace(page, title=title, authors=authors, description=description, section=section, known=known)

    def selection_of(self, page: Page, general: Selection) -> Selection:
        """The body with the override's word in it."""
        if self.body is None and not self.dropped:
            return general
        decisions = self._decide(page.pieces, general.decisions())
        kept = {block for block, decision in zip(page.pieces, decisions, strict=True) if decision.kept}
        if self.body is None:
            gone = {block.text for block in self.dropped}
            lines = [line for line in general.lines if line.text not in gone]
            blocks = [block for block in general.blocks if block in kept]
        else:
            blocks = [block for block in page.pieces if block in kept]
            lines = [
                Line(text=block.text, kind=block.kind, probability=decision.probability, link_share=block.link_share)
                for block, decision in zip(page.pieces, decisions, strict=True)
                if decision.kept
            ]
        return replace(general, blocks=blocks, overruled=decisions, lines=lines)

    def _decide(self, pieces: Sequence[Block], decisions: Sequence[Decision]) -> list[Decision]:
        seen: set[str] = set()  # a block that stands there twice is kept once
        return [_decided(self, block, decision, seen) for block, decision in zip(pieces, decisions, strict=True)]


def consult(page: Page, url: str, captured_at: datetime | None, own: Sequence[Mapping[str, str]]) -> Said | None:
    """Let the page object look at the page; null where there is none for it. Never raises for what a page object does."""
    override = find(url, captured_at, own)
    if override is None:
        return None
    name = override.name
    complaints: list[str] = []
    fields: dict[str, Any] = {}
    try:
        asked = override.rule.page(page.tree, url)
        wanted, unwanted = _regions(asked, asked.body), _regions(asked, asked.drop)
    except MemoryError:
        raise
    except Exception as error:
        told = f"override {name} failed: {_told(error)}; the general way was used"
        return Said(override=override, body=None, dropped={}, fields={}, complaints=(told,))
    for field in FIELDS:
        try:
            value = _value(field, getattr(asked, field)())
        except MemoryError:
            raise
        except Exception as error:
            complaints.append(f"override {name} failed at {field}: {_told(error)}; the general way was used for it")
            continue
        if value is not None:
            fields[field] = value
    dropped = _within(page.pieces, unwanted)
    body: dict[Block, str] | None = None
    if asked.body:
        body = {block: selector for block, selector in _within(page.pieces, wanted).items() if block not in dropped} or None
        if body is None:
            complaints.append(f"override {name} found no text on this page; the general way was used for it")
    return Said(override=override, body=body, dropped=dropped, fields=fields, complaints=tuple(complaints))


def _decided(said: Said, block: Block, decision: Decision, seen: set[str]) -> Decision:
    name = said.override.name
    if block in said.dropped:
        return _out(decision, f"override {name} drops {said.dropped[block]}")
    if said.body is None:
        return decision
    if block not in said.body:
        return _out(decision, f"override {name}: it is outside of the body")
    key = block.key.casefold()
    if key in seen:
        return Decision(kept=False, label="repeated", probability=decision.probability, reason=f"override {name}: it stands there twice")
    if len(key) > _ONCE:
        seen.add(key)
    label: Label = "standfirst" if decision.label == "standfirst" else "body"
    return Decision(kept=True, label=label, probability=decision.probability, reason=f"override {name} takes {said.body[block]}")


def _out(decision: Decision, reason: str) -> Decision:
    """Not kept; who was not kept before keeps the label that says why."""
    if decision.kept:
        return Decision(kept=False, label="other", probability=decision.probability, reason=reason)
    return replace(decision, reason=f"{decision.reason}; {reason}") if decision.reason else replace(decision, reason=reason)


def _regions(page: PageObject, selectors: Sequence[str]) -> dict[HtmlElement, str]:
    found: dict[HtmlElement, str] = {}
    for selector in selectors:
        for element in page.elements(selector):
            found.setdefault(element, selector)
    return found


def _within(pieces: Sequence[Block], regions: Mapping[HtmlElement, str]) -> dict[Block, str]:
    """Blocks that stand in one of these elements, with its selector. Each element of the tree is looked at once."""
    if not regions:
        return {}
    known: dict[HtmlElement, str | None] = {}
    found: dict[Block, str] = {}
    for block in pieces:
        above: list[HtmlElement] = []
        here: HtmlElement | None = block.place.element
        while here is not None and here not in known and here not in regions:
            above.append(here)
            here = here.getparent()
        selector = None if here is None else regions[here] if here in regions else known[here]
        known.update(dict.fromkeys(above, selector))
        if selector is not None:
            found[block] = selector
    return found


def _value(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field == "authors":
        if isinstance(value, str):
            raise TypeError("a list of names is wanted, not text")
        return [name for one in list(value)[:_MOST_NAMES] if (name := _line(one))]
    return _line(value) or None


def _line(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text is wanted, not {type(value).__name__}")
    return clean(value[:_LONGEST])


def _told(error: Exception) -> str:
    return clean(f"{type(error).__name__}: {error}"[:200])
