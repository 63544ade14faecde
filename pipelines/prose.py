"""Is this piece of text prose, furniture, or a link to elsewhere, given what is known of the page?"""

from __future__ import annotations

from dataclasses import dataclass

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


def is_furniture(block: Block, known: Known) -> bool:
    text = block.text
    return (
        lines.is_scrap(text)
        or lines.is_label(text)
        or lines.is_see_also(block)
        or lines.is_credit(text)
        or lines.is_byline(text, known.authors)
        or lines.is_dateline(text, known.language)
        or lines.is_call(block)
    )
