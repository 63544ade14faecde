"""Which of the page's pieces of text are the body of the article?

The labeller judges every piece, knowing what rules alone would take. Then come a few rules that no judgement of single pieces can keep:
nothing twice, no heading over nothing, nothing that the memory of the site knows as furniture. trafilatura has a vote on pages of which
the labeller is not sure, and reads those that say that they are an article where next to nothing is found. Nothing here knows a site.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from pipelines import sitememory
from pipelines.blocks import Block
from pipelines.decisions import CAPTION, REMEMBERED, TWICE, Decision, dropped, kept
from pipelines.features import Floats, Sight
from pipelines.labeller import labeller
from pipelines.livebox import without_live
from pipelines.page import Page
from pipelines.prose import findings, is_link_out
from pipelines.ruling import by_rules, trimmed, without_empty_headings, without_names_of_calls
from pipelines.surroundings import measure, one_article, without_captions
from pipelines.votes import clear_furniture, second_votes, votes

# A page that says that it is an article and gives less text than this is looked at again.
_HARDLY_ANY = 200
_LIKELY = 0.5
# A line of which rules think that it is furniture stays where the labeller, who was told so, is as sure as this that it is body.
_SURE = 0.8
_REPEATED = 25
_SHORT_CALL = 120  # "Sign up for our morning letter" among paragraphs looks like one of them
# Share of doubtful text beyond which trafilatura is asked, and the weight of its vote. It reads pages by their paragraph elements, so it
# has no vote where most of what is surely body stands in others, nor where it misses much of that. All by cross-validation.
_VOTES = ((0.8, 0.55), (0.2, 0.3))
_SURELY = 0.8
_MOST_PARAGRAPHS, _MOST_READ = 0.5, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The body in reading order, empty where there is none, and how it came to be."""

    blocks: list[Block]
    lines: list[sitememory.Line]
    """The body before the memory of the site was asked."""
    furniture: list[str]
    """Hashes of the lines of this page that the memory knew, sorted."""
    page: Page
    chances: dict[Block, float]
    """How likely each piece is body, 0 to 1."""
    reasons: dict[Block, str]
    """What else decided."""
    overruled: list[Decision] | None = None
    """Decisions of an override, one a piece."""

    def without(self, out: Collection[Block], why: str) -> Selection:
        """The same without these blocks."""
        return replace(
            self,
            blocks=[block for block in self.blocks if block not in out],
            reasons={**self.reasons, **{block: why for block in self.blocks if block in out}},
        )

    def decisions(self) -> list[Decision]:
        """What became of every piece of the page. Made when it is asked for: a crawl does not."""
        if self.overruled is not None:
            return self.overruled
        own = set(self.blocks)
        given = {block.key.casefold() for block in own if len(block.key) >= _REPEATED}
        return [
            kept(block, self.chances[block], self.reasons.get(block))
            if block in own
            else dropped(
                block, self.page.known, self.chances[block], self.reasons.get(block) or (TWICE if block.key.casefold() in given else None)
            )
            for block in self.page.pieces
        ]


def prepare(blocks: list[Block]) -> None:
    """What must be known of the whole page before a piece of it is judged."""
    clear_furniture(blocks)
    measure(blocks)


def select(page: Page, furniture: Collection[str] = frozenset()) -> Selection:
    """Which pieces of the page are its body. `furniture`: lines that the memory of the site knows."""
    blocks = page.pieces
    chances = judge(page)
    reasons: dict[Block, str] = {}
    body = decide(page, chances, reasons)
    chance_of = dict(zip(blocks, chances.tolist(), strict=True))
    lines = [sitememory.Line(text=block.text, kind=block.kind, probability=chance_of[block], link_share=block.link_share) for block in body]
    out = sitememory.taken_out(lines, furniture)
    for number in out:
        reasons[body[number]] = REMEMBERED
    return Selection(
        blocks=[block for number, block in enumerate(body) if number not in out],
        lines=lines,
        furniture=sitememory.provenance(lines, furniture),
        page=page,
        chances=chance_of,
        reasons=reasons,
    )


def judge(page: Page) -> Floats:
    """(pieces,) How likely each piece is body, 0 to 1."""
    blocks = page.pieces
    prepare(blocks)
    ruled = set(by_rules(blocks, page.known, set()))
    sight = Sight(blocks, page.known)
    return second_opinion(page, labeller().chances(sight, np.array([block in ruled for block in blocks], dtype=np.float32)))


def second_opinion(page: Page, chances: Floats) -> Floats:
    """The same, or where the labeller is in doubt about much of the text, with trafilatura's vote for or against each piece."""
    sizes = np.array([len(block.text) for block in page.pieces], dtype=np.float32)
    likely = float((sizes * chances).sum())
    doubt = 2 * float((sizes * np.minimum(chances, 1 - chances)).sum()) / likely if likely else 0.0
    weight = next((weight for least, weight in _VOTES if doubt > least), 0.0)
    surely = sizes * (chances > _SURELY)
    whole = float(surely.sum())
    paragraphs = np.array([block.tag == "p" for block in page.pieces], dtype=np.float32)
    if not weight or not whole or float((surely * paragraphs).sum()) < _MOST_PARAGRAPHS * whole:
        return chances
    taken = votes(page.tree, page.pieces)
    vote = np.array([block in taken for block in page.pieces], dtype=np.float32)
    if float((surely * vote).sum()) < _MOST_READ * whole:
        return chances
    mixed: Floats = np.round(chances * (1 - weight) + vote * weight, 4).astype(np.float32)
    return mixed


def decide(page: Page, chances: Floats, reasons: dict[Block, str]) -> list[Block]:
    """The body in reading order, by what is likely and what rules forbid; says in `reasons` what decided against the likely."""
    known, blocks = page.known, page.pieces
    chance_of = dict(zip(blocks, chances.tolist(), strict=True))
    likely = [block for block in blocks if chance_of[block] > _LIKELY]
    chosen = _without(likely, one_article(likely, known), reasons, "it is of another article on the page")
    led_away: set[Block] = set()
    for block in chosen:
        if block.key.casefold() in known.titles:
            reasons[block] = "it is the headline once more"
        elif chance_of[block] < _SURE and is_link_out(block):
            reasons[block] = "the line leads to another page"
        elif (said := findings(block, known)).any and (
            said.certain or chance_of[block] < _SURE or (said.call and len(block.text) <= _SHORT_CALL)
        ):
            reasons[block] = "a rule about lines knows it as furniture"
        else:
            continue
        led_away.add(block)
    out = _without(chosen, without_captions([block for block in chosen if block not in led_away]), reasons, CAPTION)
    out = _each_once(out, chance_of, reasons)
    out = _without(out, without_empty_headings(out, chosen, led_away, known), reasons, "nothing of the text stands below the heading")
    out = _without(out, without_names_of_calls(out, blocks, known), reasons, "it is the name of a box that asks to subscribe")
    out = _without(out, trimmed(out, known), reasons, "it is a label at the edge of the text")
    out = _without(out, without_live(out), reasons, "it stands in a box that changes by itself")
    if known.marked and sum(len(block.text) for block in out) < _HARDLY_ANY:
        read = by_rules(blocks, known, votes(page.tree, blocks)) or by_rules(blocks, known, second_votes(page.tree, blocks), names=False)
        if sum(len(block.text) for block in read) > sum(len(block.text) for block in out):
            reasons.update((block, "the labeller found next to nothing; trafilatura and rules take it") for block in read)
            return without_live(read)
    return out


def _without(before: list[Block], after: list[Block], reasons: dict[Block, str], why: str) -> list[Block]:
    if len(after) < len(before):
        left = set(after)
        reasons.update((block, why) for block in before if block not in left and block not in reasons)
    return after


def _each_once(body: list[Block], chance_of: dict[Block, float], reasons: dict[Block, str]) -> list[Block]:
    """Of paragraphs that are given twice the likelier one, else the first. Short lines may recur: "Meal 1" does in every recipe."""
    best: dict[str, Block] = {}
    for block in body:
        key = block.key.casefold()
        if len(key) >= _REPEATED and (key not in best or chance_of[block] > chance_of[best[key]] + 0.15):
            best[key] = block
    out: list[Block] = []
    for block in body:
        if best.get(block.key.casefold(), block) is not block or (out and out[-1].key == block.key):
            reasons[block] = TWICE
        else:
            out.append(block)
    return out
