"""What became of each piece of text of a page, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pipelines.blocks import Block
from pipelines.prose import Known, findings, is_link_out
from pipelines.surroundings import introduces

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
REMEMBERED = "the line stands on other pages of the site too"
TWICE = "the page gives it twice"
CAPTION = "it is a caption"
_ALL_THEIRS = frozenset(("footer", "navigation", "comments"))
"""Names of elements in which a line is never about the article, whatever it looks like: "© The Courier" is no credit there."""
_BY_REASON: dict[str, Label] = {REMEMBERED: "site_furniture", TWICE: "repeated", CAPTION: "caption"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Kept or dropped."""

    kept: bool
    label: Label
    probability: float | None
    """That the block is of the body, 0 to 1; null where nobody was asked."""
    reason: str
    """One short sentence for a person."""


def kept(block: Block, probability: float, why: str | None) -> Decision:
    """A block of the text; `why` where not the labeller decided."""
    return Decision(
        kept=True,
        label="standfirst" if block.kind == "paragraph" and introduces(block, 2) else "body",
        probability=probability,
        reason=why or "the labeller takes it for body",
    )


def dropped(block: Block, known: Known, probability: float, why: str | None) -> Decision:
    """A block that is not of the text: what it is, as far as its line, its place and its links tell."""
    label = _BY_REASON.get(why or "")
    told = ""
    if label is None:
        label, told = _what(block, known)
    reason = why or "the labeller does not take it for body"
    return Decision(kept=False, label=label, probability=probability, reason=f"{reason}; {told}" if told else reason)


def _what(block: Block, known: Known) -> tuple[Label, str]:
    if block.key.casefold() in known.titles:
        return "title", "it is the headline"
    noise = block.place.noise()
    if noise in _ALL_THEIRS:
        return _BY_NAME[noise], f"it stands in an element that is called {noise}"
    said = findings(block, known)
    if said.credit:
        return "credit", "the line names who made a picture"
    if said.byline:
        return "byline", "the line names who wrote it"
    if said.dateline:
        return "date", "the line is a date"
    if noise is not None:
        return _BY_NAME.get(noise, "other"), f"it stands in an element that is called {noise}"
    if said.see_also:
        return "related", "the line leads to another article"
    if said.call:
        return "newsletter", "the line asks to subscribe, to follow or to accept"
    if said.label:
        return "widget", "the line is the heading of a box, or a button"
    if is_link_out(block):
        return "related", "the line is a link"
    return "other", ""
