"""Which pieces would rules alone take for the body?

Weights of containers, neighbours that are made alike, and rules about lines, whatever the site. Their word is one of the numbers that the
labeller sees, and what is left where it finds nothing.
"""

from __future__ import annotations

from itertools import pairwise

from pipelines import lines
from pipelines.blocks import Block, clean
from pipelines.prose import Known, findings, is_furniture, is_link_out
from pipelines.surroundings import one_article, standfirst, with_container, with_neighbours, without_captions


def by_rules(blocks: list[Block], known: Known, chosen: set[Block], *, names: bool = True) -> list[Block]:
    """The body in reading order; empty where there is none. `chosen` begins with what others vote for. Without `names`, pieces count
    that stand in elements with a name of furniture.
    """
    shown = [block for block in blocks if block.place.noise() is None] if names else blocks
    if known.article_body:
        stated = clean(known.article_body).replace(" ", "")
        chosen = chosen | {block for block in shown if len(block.key) >= 40 and block.key in stated}
    chosen = with_neighbours(shown, with_container(shown, chosen))
    body = without_captions(one_article(filtered([block for block in shown if block in chosen], known), known))
    return filtered([*without_captions(standfirst(blocks, body, known)), *body], known)


def filtered(kept: list[Block], known: Known) -> list[Block]:
    """Without furniture lines and without a paragraph given twice."""
    out: list[Block] = []
    seen: set[str] = set()
    led_away: set[Block] = set()
    for block in kept:
        key = block.key.casefold()
        if key in seen or key in known.titles or is_furniture(block, known) or is_link_out(block):
            led_away.add(block)
            continue
        if len(key) > 8:
            seen.add(key)
        out.append(block)
    return trimmed(without_empty_headings(out, kept, led_away, known), known)


def without_empty_headings(out: list[Block], before: list[Block], led_away: set[Block], known: Known) -> list[Block]:
    """Without headings over nothing but links and labels, which are theirs. `before`: the pieces before the `led_away` went."""
    after = dict(pairwise(before))
    return [
        block
        for block in out
        if block.kind != "heading"
        or not (
            (following := after.get(block)) in led_away
            and following is not None
            and (is_link_out(following) or (said := findings(following, known)).see_also or said.call)
        )
    ]


def without_names_of_calls(out: list[Block], blocks: list[Block], known: Known) -> list[Block]:
    """Without short lines right above one that asks to subscribe and is left out: "The morning briefing". `blocks`: all of the page."""
    kept = set(out)
    names = {
        block
        for block, following in pairwise(blocks)
        if block in kept
        and following not in kept
        and len(block.text) <= 60
        and not lines.ends_sentence(block.text)
        and findings(following, known).call
        and following.place.parent is not None
        and following.place.parent in block.place.near(3)
    }
    return [block for block in out if block not in names]


def trimmed(out: list[Block], known: Known) -> list[Block]:
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
