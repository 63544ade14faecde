"""Which of the page's pieces of text are the body of the article?

trafilatura reads the tree without its furniture and votes; our own pieces (see `blocks`) are what is kept, so that every paragraph has its
place in the page. Then come rules about neighbours, and rules about lines. Nothing here knows a site.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pipelines import lines
from pipelines.blocks import Block, clean
from pipelines.decisions import Decision, dropped, kept
from pipelines.livebox import without_live
from pipelines.page import Page
from pipelines.prose import Known, is_furniture, is_link_out
from pipelines.surroundings import one_article, sizes_of, standfirst, with_container, with_neighbours, without_captions
from pipelines.votes import clear_furniture, second_votes, votes

# A page that says that it is an article and gives less text than this is looked at again.
_HARDLY_ANY = 200


def prepare(blocks: list[Block]) -> None:
    """What must be known of the whole page before a piece of it is judged."""
    clear_furniture(blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The body in reading order, empty where there is none, and what became of every piece of the page."""

    blocks: list[Block]
    decisions: list[Decision]
    furniture: list[str]
    """Hashes of the lines of this page that the site's memory knew, sorted."""


def select(page: Page, furniture: frozenset[str] = frozenset()) -> Selection:
    """Which pieces of the page are its body."""
    tree, blocks, known = page.tree, page.pieces, page.known
    prepare(blocks)
    shown = [block for block in blocks if block.place.noise() is None]
    chosen = votes(tree, blocks)
    if known.article_body:
        stated = clean(known.article_body).replace(" ", "")
        chosen |= {block for block in shown if len(block.key) >= 40 and block.key in stated}
    chosen = with_container(shown, chosen)
    chosen = with_neighbours(shown, chosen)
    if known.marked and sum(len(block.text) for block in chosen) < _HARDLY_ANY:
        shown = blocks
        chosen |= second_votes(tree, blocks)
    sizes = sizes_of(blocks)
    body = without_captions(one_article(filtered([block for block in shown if block in chosen], known), known), sizes)
    body = without_live(filtered([*without_captions(standfirst(blocks, body, known), sizes), *body], known))
    own = set(body)
    told = [
        kept(block, known, None, "it was voted for") if block in own else dropped(block, known, None, "it was not voted for")
        for block in blocks
    ]
    return Selection(blocks=body, decisions=told, furniture=[])


def filtered(kept: list[Block], known: Known) -> list[Block]:
    """Without furniture lines and without a paragraph given twice."""
    out: list[Block] = []
    seen: set[str] = set()
    led_away: set[Block] = set()
    for block in kept:
        key = block.key.casefold()
        if key in seen or key in known.titles or is_furniture(block, known):
            led_away.add(block)
            continue
        if is_link_out(block):
            led_away.add(block)
            continue
        if len(key) > 8:
            seen.add(key)
        out.append(block)
    after = dict(pairwise(kept))
    # A heading over nothing but links and labels is theirs.
    out = [
        block
        for block in out
        if block.kind != "heading"
        or not (
            (following := after.get(block)) in led_away
            and following is not None
            and (is_link_out(following) or lines.is_see_also(following) or lines.is_call(following))
        )
    ]
    return _trimmed(out, known)


def _trimmed(out: list[Block], known: Known) -> list[Block]:
    """Without the labels before the first and after the last sentence: section, tags, headings of what followed."""
    first = next((number for number, block in enumerate(out) if len(block.text) >= 40 or lines.ends_sentence(block.text)), 0)
    out = [block for block in out[:first] if lines.words(block.text) > 4 and block.key.casefold() not in known.topics] + out[first:]
    while out and (
        out[-1].kind == "heading"
        or out[-1].key.casefold() in known.topics
        or (out[-1].links and out[-1].link_share > 0.5 and lines.words(out[-1].text) <= 4)
    ):
        out.pop()
    return out
