"""Did anything change on this page that somebody edited?

A digest of the words of the article and of what stands around it and stays: headline, captions, notes above and below the text, the
imprint at the foot. What differs from one visit to the next without an editor is left out: boxes and lists of other articles, adverts,
comments, banners, counters, times. docs/decisions/0202 says what versions make of it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from pipelines import lines
from pipelines.blocks import Block, Place
from pipelines.livebox import LEVELS, is_live, names
from pipelines.passing import lasting_words

_WORD = re.compile(r"[^\W\d_]+")
# Furniture that differs between visits, or that one visitor sees and another does not.
_PASSING = frozenset("related advert comments share newsletter overlay player hidden form navigation button tags byline aside".split())
_FOOT_NAMES = re.compile(r"footer|foot__|copyright|legal(?:line|ese)?|imprint|colophon", re.IGNORECASE)
_PASSING_AT_THE_FOOT = _PASSING - {"navigation", "aside"}
_MOST = 0.9


def words_sha256(blocks: Sequence[Block], body: Sequence[Block], titles: frozenset[str]) -> str:
    """Lower-case hex SHA-256 over the lasting words, case folded. `blocks`: all of the page; `body`: those of the article's text;
    `titles`: keys of what is a headline of this page.
    """
    own = set(body)
    region = _region(blocks, body, titles)
    around = _Around(blocks, own, region)
    found: list[str] = []
    for block in blocks:
        if block in own:
            found += _WORD.findall(block.text.casefold())
        elif _lasts(block, around, titles):
            found += lasting_words(block)
    return hashlib.sha256(" ".join(found).encode("utf-8", "replace")).hexdigest()


def _lasts(block: Block, around: _Around, titles: frozenset[str]) -> bool:
    """Whether a piece of text beside the article's is the page's own."""
    if block.tag in ("h1", "h2") and block.key.casefold() in titles:
        return True
    # What costs little is asked first: most pieces of a page are links.
    if block.link_share >= 0.6:
        return False
    sentence = lines.ends_sentence(block.text)
    if not (sentence or len(block.text) >= 15):
        return False
    if around.is_inside(block.place):
        if block.link_share >= 0.5 or around.is_shut(block.place):
            return False
        caption = any(place.tag == "figcaption" or place.furniture == "caption" for place in around.up_to_region(block.place, 4))
        return sentence or (caption and len(block.text) >= 15)
    # The foot of a page is written once: an edit there is an edit. Whatever else lies outside belongs to the site.
    above = block.place.near(LEVELS)
    if not sentence or not any(place.tag == "footer" or _is_foot(names(place)) for place in above):
        return False
    return not any(_passes(place, _PASSING_AT_THE_FOOT) for place in above)


@lru_cache(maxsize=4096)
def _is_foot(names: str) -> bool:
    return _FOOT_NAMES.search(names) is not None


def _passes(place: Place, kinds: frozenset[str]) -> bool:
    if place.furniture in kinds and not place.cleared:
        return True
    return place.tag not in ("article", "main", "body", "html") and is_live(place)


def _region(blocks: Sequence[Block], body: Sequence[Block], titles: frozenset[str]) -> Place | None:
    """The smallest container with most of the text and its headline, unless that is the whole page; the `<article>` around it if any."""
    weights: Counter[Place] = Counter()
    for block in body:
        for place in block.place.near(LEVELS):
            weights[place] += len(block.text)
    total = sum(len(block.text) for block in body)
    if not total:
        return None
    first = max(body, key=lambda block: len(block.text))
    smallest = next((place for place in first.place.chain() if weights[place] >= _MOST * total), None)
    if smallest is None:
        return None
    heads = [block for block in blocks if block.key.casefold() in titles and block.tag in ("h1", "h2")]
    heads = heads or [block for block in blocks if block.tag == "h1"]
    region = smallest
    if heads:
        above = set(heads[0].place.chain())
        both = next((place for place in smallest.chain() if place in above), smallest)
        if both.tag not in ("body", "html"):
            region = both
    article = next((place for place in region.chain() if place.tag == "article"), None)
    if article is None and region.tag == "p" and region.parent is not None:
        region = region.parent
    return article or region


class _Around:
    """What stands around the pieces of text in the region; asked once a place.

    Parts of the region are boxes of other articles, whatever they are called, where they hold several links or headings and none of our
    text.
    """

    def __init__(self, blocks: Sequence[Block], own: set[Block], region: Place | None) -> None:
        self._region = region
        self._inside: dict[Place | None, bool] = {None: False}
        self._shut: dict[Place, bool] = {}
        self._links: Counter[Place] = Counter()
        self._heads: Counter[Place] = Counter()
        self._own: set[Place] = set()
        if region is None:
            return
        self._inside[region] = True
        self._shut[region] = False
        for block in blocks:
            mine = block in own
            leads_away, heading = block.links > 0 and block.link_share >= 0.5, block.kind == "heading"
            if not (mine or leads_away or heading) or not self.is_inside(block.place):
                continue
            inside = self.up_to_region(block.place, LEVELS)
            if mine:
                self._own.update(inside)
                continue
            for place in inside:
                self._links[place] += leads_away
                self._heads[place] += heading

    def up_to_region(self, place: Place, levels: int) -> list[Place]:
        """The place and those above it, below the region; at most `levels`."""
        out: list[Place] = []
        here: Place | None = place
        while here is not None and here is not self._region and len(out) < levels:
            out.append(here)
            here = here.parent
        return out

    def is_inside(self, place: Place) -> bool:
        unknown: list[Place] = []
        here: Place | None = place
        while here is not None and here not in self._inside:
            unknown.append(here)
            here = here.parent
        known = self._inside[here]
        self._inside.update(dict.fromkeys(unknown, known))
        return known

    def is_shut(self, place: Place) -> bool:
        """Whether it, or a place around it in the region, passes or is a box. For places inside the region."""
        unknown: list[Place] = []
        here = place
        while here not in self._shut and here.parent is not None:
            unknown.append(here)
            here = here.parent
        shut = self._shut.get(here, False)
        for below in reversed(unknown):
            shut = self._shut[below] = shut or _passes(below, _PASSING) or self._is_box(below)
        return shut

    def _is_box(self, place: Place) -> bool:
        return place not in self._own and (self._links[place] >= 2 or self._heads[place] >= 2)
