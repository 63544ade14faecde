"""Is this piece of text prose, furniture, or a link to elsewhere, given what is known of the page?"""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines import lines
from pipelines.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the metadata say of the page; it tells headline, byline and standfirst from the body."""

    title: str | None = None
    titles: frozenset[str] = frozenset()
    """Keys (see `Block.key`, lower case) of everything that is a headline of this page."""
    title_words: frozenset[str] = frozenset()
    """Words of the headline, lower case."""
    description: str | None = None
    authors: frozenset[str] = frozenset()
    article_body: str | None = None
    language: str | None = None
    marked: bool = False
    """The page says that it is an article."""
    asking: frozenset[HtmlElement] = frozenset()
    """Elements that stand closely around a field in which a reader writes something."""
    topics: frozenset[str] = frozenset()
    """Keys of section and keywords."""


def is_prose(block: Block) -> bool:
    """A sentence or more that is not mainly a link."""
    return (
        block.kind != "heading"
        and block.link_share < 0.35
        and (len(block.text) >= 80 or (len(block.text) >= 40 and lines.ends_sentence(block.text)))
    )


def is_link_out(block: Block) -> bool:
    """A line that is a link and no sentence leads to another page."""
    return block.link_share >= (0.5 if block.kind == "list_item" else 0.8) and not lines.ends_sentence(block.text)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules about lines say of one piece of text on its page."""

    scrap: bool
    label: bool
    see_also: bool
    credit: bool
    byline: bool
    dateline: bool
    call: bool
    any: bool

    @property
    def certain(self) -> bool:
        """Words that leave no doubt: a credit, the heading of a box, the headline of another article."""
        return self.credit or self.label or self.see_also


def findings(block: Block, known: Known) -> Findings:
    """Asked once a block: `known` is the same for a whole page."""
    found = block.findings
    if not isinstance(found, Findings):
        text = block.text
        said = (
            lines.is_scrap(text),
            lines.is_label(text),
            lines.is_see_also(block),
            lines.is_credit(text),
            lines.is_byline(text, known.authors),
            lines.is_dateline(text, known.language, known.authors),
            lines.is_call(block),
        )
        found = block.findings = Findings(*said, any(said))
    return found


def is_furniture(block: Block, known: Known) -> bool:
    return findings(block, known).any
