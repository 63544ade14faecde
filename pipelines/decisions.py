"""What became of each piece of text of a page, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pipelines import lines
from pipelines.blocks import Block
from pipelines.prose import Known, is_link_out
from pipelines.surroundings import INTRODUCES

Label = Literal[
    "body",
    "standfirst",
    "title",
    "byline",
    "date",
    "caption",
    "credit",
    "related",
    "widget",
    "share",
    "newsletter",
    "advert",
    "comments",
    "tags",
    "navigation",
    "footer",
    "overlay",
    "hidden",
    "repeated",
    "site_furniture",
    "other",
]
LABELS: tuple[Label, ...] = get_args(Label)
_BY_NAME: dict[str, Label] = {
    "share": "share",
    "newsletter": "newsletter",
    "advert": "advert",
    "related": "related",
    "comments": "comments",
    "byline": "byline",
    "caption": "caption",
    "figure": "caption",
    "tags": "tags",
    "navigation": "navigation",
    "header": "navigation",
    "form": "widget",
    "button": "widget",
    "player": "widget",
    "box": "widget",
    "aside": "widget",
    "overlay": "overlay",
    "hidden": "hidden",
    "footer": "footer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Kept or dropped."""

    kept: bool
    label: Label
    probability: float | None
    """That the block is of the body, 0 to 1; null where nobody was asked."""
    reason: str
    """One short sentence for a person."""


def kept(block: Block, known: Known, probability: float | None, reason: str) -> Decision:
    """A block of the text."""
    first = next((place for place in block.place.near(2) if INTRODUCES.search(place.element.get("class") or "")), None)
    label: Label = "standfirst" if first is not None and block.kind == "paragraph" else "body"
    return Decision(kept=True, label=label, probability=probability, reason=reason)


def dropped(block: Block, known: Known, probability: float | None, reason: str) -> Decision:
    """A block that is not of the text: what it is, as far as its line, its place and its links tell."""
    label, told = _what(block, known)
    return Decision(kept=False, label=label, probability=probability, reason=f"{reason}; {told}" if told else reason)


def _what(block: Block, known: Known) -> tuple[Label, str]:
    text = block.text
    if block.key.casefold() in known.titles:
        return "title", "it is the headline"
    if lines.is_credit(text):
        return "credit", "the line names who made a picture"
    if lines.is_byline(text, known.authors):
        return "byline", "the line names who wrote it"
    if lines.is_dateline(text, known.language):
        return "date", "the line is a date"
    noise = block.place.noise()
    if noise is not None:
        return _BY_NAME.get(noise, "other"), f"it stands in an element that is called {noise}"
    if lines.is_see_also(block):
        return "related", "the line leads to another article"
    if lines.is_call(block):
        return "newsletter", "the line asks to subscribe, to follow or to accept"
    if lines.is_label(text):
        return "widget", "the line is the heading of a box, or a button"
    if is_link_out(block):
        return "related", "the line is a link"
    return "other", ""
