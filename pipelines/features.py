"""What can be seen of each piece of text of a page, as numbers?

Two tables of floats, a row a block: `Sight.plain` for all blocks (shape, links, markup, neighbours, containers), `Sight.rich` for the few
that may be body (what the rules of `lines` say, what headline, description and JSON-LD say, and what the first judgement was of those
around). No number depends on a site's name or on a page's address. Lengths are in characters, wide scripts counted as 2.5.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines import lines
from pipelines.blocks import Block, Place
from pipelines.prose import Known, findings
from pipelines.surroundings import description_key, introduces, is_caption, is_described

Floats = NDArray[np.float32]

_KINDS = {kind: number for number, kind in enumerate(("paragraph", "heading", "quote", "list_item", "preformatted", "table_row"))}
_TAGS = {
    tag: number
    for number, tag in enumerate(
        "p div span a li h1 h2 h3 h4 h5 h6 td dd dt blockquote section article figcaption small time button label aside header"
        " footer".split()
    )
}
_FURNITURE = {
    kind: number
    for number, kind in enumerate(
        "share newsletter advert related comments byline caption tags navigation overlay player box hidden aside form footer figure button"
        " header".split()
    )
}
# What people call the element that holds an article, and its paragraphs.
_CONTENT_NAMES = re.compile(
    r"(?:^|[\s_-])(?:article|story|entry|post|content|body|text|paragraph|rich-?text|wysiwyg|prose|copy|main|artikel|beitrag|noticia|nota"
    r"|cuerpo|corps|texte?|testo|texto|articulo|articolo|treść|tekst|material|detail)s?(?=$|[\s_-]|__)",
    re.IGNORECASE,
)
_ENDS = frozenset(".!?。！？؟।…။")
_CLOSING = "\"'”’»)]“"
_QUOTES = frozenset("\"“„«»‘'「『”")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_DIGIT = re.compile(r"\d")
_NONE: frozenset[str] = frozenset()
_PROSE = 80
_LABEL = 80
_LONGEST = 5_000  # characters of a block that are looked at: one giant paragraph must not outweigh all others
_LEVELS = 5
WINDOW = 3


@lru_cache(maxsize=8192)
def _is_content(names: str) -> bool:
    return _CONTENT_NAMES.search(names) is not None


class _Around:
    """What is said of a place once, for all blocks in it."""

    __slots__ = (
        "articles",
        "asks",
        "content_depth",
        "depth",
        "kinds",
        "links",
        "marks",
        "mass",
        "named",
        "number",
        "parent",
        "pieces",
        "prose",
        "sign",
    )

    def __init__(self, place: Place, parent: _Around | None, signs: dict[tuple[str, str], int], number: int, asks: bool) -> None:
        self.number = number
        self.parent = parent
        names = place.names
        self.named = _is_content(names) if len(names) > 2 else False
        kind = _FURNITURE.get(place.furniture) if place.furniture and not place.cleared else None
        if parent is None:
            self.depth = self.articles = self.kinds = 0
            self.content_depth = 0 if self.named else 10
        else:
            self.depth = parent.depth + 1
            self.articles = parent.articles
            self.kinds = parent.kinds
            self.content_depth = 0 if self.named else parent.content_depth + 1
        if place.tag == "article" or place.tag == "main":
            self.articles += 1
        # The nearest element around a field: its mass tells whether it is a box.
        self.asks: _Around | None = self if asks else parent.asks if parent is not None else None
        if kind is not None:
            self.kinds |= 1 << kind
        self.sign = signs.setdefault((place.tag, place.style[:200]), len(signs))
        self.mass = self.links = 0.0
        self.pieces = self.prose = self.marks = 0


def _is_link_of_furniture(block: Block) -> bool:
    """Hardly ever body: of 13,677 blocks that are, 30 look so."""
    return block.link_share >= 0.8 and len(block.text) < 120 and block.place.noise() is not None and not lines.ends_sentence(block.text)


class Sight:
    """Everything seen of one page. Blocks keep the order of the page; links within furniture, a third of all, are not looked at."""

    plain: Floats
    """(blocks looked at, PLAIN_NAMES)"""
    looked_at: NDArray[np.intp]
    """Numbers of the blocks that the rows stand for."""
    sizes: Floats
    """(blocks looked at,) lengths."""

    def __init__(self, blocks: Sequence[Block], known: Known) -> None:
        looked_at = [number for number, block in enumerate(blocks) if not _is_link_of_furniture(block)]
        self.looked_at = np.array(looked_at, dtype=np.intp)
        self._blocks = [blocks[number] for number in looked_at]
        self._known = known
        self._around: list[_Around] = []
        self._places: list[Place] = []
        self._signs: dict[tuple[str, str], int] = {}
        self.plain = self._plain()
        for place in self._places:
            place.around = None

    # -- the first table

    def _of(self, place: Place) -> _Around:
        chain: list[Place] = []
        here: Place | None = place
        while here is not None and here.around is None:
            chain.append(here)
            here = here.parent
        above: _Around | None = here.around if here is not None else None
        asking = self._known.asking
        for below in reversed(chain):
            above = below.around = _Around(below, above, self._signs, len(self._around), below.element in asking)
            self._around.append(above)
            self._places.append(below)
        assert above is not None  # the place itself has one now
        return above

    def _plain(self) -> Floats:
        blocks = self._blocks
        count = len(blocks)
        rounds = [block.place.around or self._of(block.place) for block in blocks]
        lengths: list[float] = []
        titles = self._known.titles
        heading = title_at = -1
        rows: list[tuple[float, ...]] = []
        seen: dict[str, int] = {}
        for number, block in enumerate(blocks):
            text, around = block.text[:_LONGEST], rounds[number]
            length = size = float(len(text))
            if not text.isascii():
                size += 1.5 * len(_WIDE.findall(text))
            lengths.append(size)
            link = block.link_share
            last, first, kind = text[-1], text[0], block.kind
            ends = last in _ENDS or (last in _CLOSING and text.rstrip(_CLOSING)[-1:] in _ENDS)
            prose = link < 0.35 and kind != "heading" and (size >= _PROSE or (ends and size >= 40))
            linked, heading_here = size * link, kind == "heading"
            here: _Around | None = around
            for _ in range(_LEVELS):
                if here is None:
                    break
                here.mass += size
                here.links += linked
                here.pieces += 1
                if prose:
                    here.prose += 1
                if heading_here:
                    here.marks += 1
                here = here.parent
            if heading < 0 and block.tag == "h1":
                heading = number
            if heading_here and title_at < 0 and block.key.casefold() in titles:
                title_at = number
            key = block.key
            times = seen[key] = seen.get(key, 0) + 1
            words = text.count(" ") + 1.0
            parent = around.parent
            rows.append(
                (
                    size,
                    words,
                    size / words,
                    ends,
                    len(_DIGIT.findall(text)) / size,
                    text.count(",") + text.count("،") + text.count("、"),
                    text.count(". ") + text.count("。"),
                    last == ":",
                    last == "?",
                    first in _QUOTES,
                    first.isupper(),
                    first.islower(),
                    size < 200 and text.isupper(),
                    "|" in text or "©" in text,
                    link,
                    block.links,
                    min(1.0, block.bold_chars / length),
                    _KINDS[kind],
                    _TAGS.get(block.tag, -1),
                    prose,
                    times,
                    around.depth,
                    around.articles,
                    around.content_depth,
                    around.named,
                    parent is not None and parent.named,
                    around.asks is not None,
                )
            )
        own = np.array(rows, dtype=np.float32).reshape(count, len(_OWN))
        own[:, 0] = np.log1p(own[:, 0])
        self.sizes = np.array(lengths, dtype=np.float32)
        self._prose = own[:, _OWN.index("prose")] > 0
        self._title = title_at if title_at >= 0 else heading
        prose_size = self.sizes * self._prose
        total = max(1.0, float(prose_size.sum()))
        # Kinds of furniture around, one column each.
        masks = np.array([around.kinds for around in rounds], dtype=np.int64)
        kinds = ((masks[:, None] >> np.arange(len(_FURNITURE))) & 1).astype(np.float32) if count else np.zeros((0, len(_FURNITURE)))
        # Those that are made alike: the same tag and class, in a parent of the same tag and class.
        pairs = np.array(
            [around.sign * 65536 + (around.parent.sign if around.parent is not None else 0) for around in rounds], dtype=np.int64
        )
        _, groups = np.unique(pairs, return_inverse=True)
        self._groups = groups
        group_prose = np.bincount(groups, weights=prose_size) if count else np.zeros(0)
        group_count = np.bincount(groups) if count else np.zeros(0)
        group_links = np.bincount(groups, weights=own[:, _OWN.index("link")] * self.sizes) if count else np.zeros(0)
        group_size = np.bincount(groups, weights=self.sizes) if count else np.zeros(0)
        alike = np.stack(
            (group_prose[groups] / total, np.log1p(group_count[groups]), group_links[groups] / np.maximum(1.0, group_size[groups])), axis=1
        )
        # The containers around. That which asks the reader to write something is a box where it is small.
        asking = np.array([math.log1p(one.asks.mass) if one.asks is not None else -1.0 for one in rounds], dtype=np.float32)
        every = self._around
        measured = np.array([(one.mass, one.links, one.pieces, one.prose, one.marks) for one in every], dtype=np.float32).reshape(-1, 5)
        measured[:, 1] /= np.maximum(1.0, measured[:, 0])
        measured[:, 0] = np.log1p(measured[:, 0])
        measured[:, 2:] = np.log1p(measured[:, 2:])
        measured = np.concatenate([measured, np.full((1, 5), -0.7, dtype=np.float32)])  # the last row stands for what is not there
        above = np.array([*(one.parent.number if one.parent is not None else len(every) for one in every), len(every)], dtype=np.intp)
        here_at = np.array([around.number for around in rounds], dtype=np.intp)
        levels: list[Floats] = [measured[here_at][:, :3]]
        parents = above[here_at]
        here_at = parents
        for _ in range(3):
            levels.append(measured[here_at])
            here_at = above[here_at]
        self._parents, self._grands, self._slots = parents, above[parents], len(every) + 1
        # Where on the page.
        at = np.arange(count, dtype=np.float32)
        before = np.cumsum(prose_size) - prose_size
        head = float(self._title)
        position = np.stack(
            (
                at / max(1, count),
                before / total,
                (total - before - prose_size) / total,
                np.clip(at - head, -30, 60) if head >= 0 else np.full(count, -99.0),
                _since(self._prose),
                _since(self._prose[::-1])[::-1],
                np.full(count, math.log1p(total)),
                np.full(count, math.log1p(count)),
                asking,
            ),
            axis=1,
        ).astype(np.float32)
        near: list[Floats] = []
        telling = own[:, _TELLING]
        for step in (-2, -1, 1, 2):
            near.append(_shifted(telling, step))
            same_parent = _shifted_equal(parents, step)
            same_group = _shifted_equal(groups, step)
            near.append(np.stack((same_parent, same_group), axis=1))
        return np.concatenate([own, kinds, alike, *levels, position, *near], axis=1).astype(np.float32)

    # -- the second

    def rich(self, chances: Floats, ruled: Floats, rows: NDArray[np.intp]) -> Floats:
        """(rows, RICH_NAMES): for these blocks the plain numbers, and what the first judgement of all blocks (0..1), the rules' choice of
        all blocks (0 or 1) and the rules about single lines say.
        """
        blocks, known = self._blocks, self._known
        count = len(blocks)
        weight = chances * self.sizes
        group_chance = np.bincount(self._groups, weights=weight) / np.maximum(1.0, np.bincount(self._groups, weights=self.sizes))
        slots = self._slots
        mass_up, whole_up = np.bincount(self._parents, weight, slots), np.bincount(self._parents, self.sizes, slots)
        mass_over = mass_up + np.bincount(self._grands, weight, slots)
        whole_over = whole_up + np.bincount(self._grands, self.sizes, slots)
        likely = np.flatnonzero((chances > 0.5) & self._prose)
        first, last = (int(likely[0]), int(likely[-1])) if len(likely) else (-1, -1)
        ahead = np.cumsum(weight)
        total = max(1.0, float(ahead[-1])) if count else 1.0
        near = [_shifted(chances[:, None], step)[:, 0] for step in range(-WINDOW, WINDOW + 1) if step]
        sides = np.stack(near, axis=1)
        agreed = float((ruled * weight).sum())
        choice = np.stack(
            (
                ruled,
                _shifted(ruled[:, None], -1)[:, 0],
                _shifted(ruled[:, None], 1)[:, 0],
                np.full(count, agreed / max(1.0, float((ruled * self.sizes).sum()))),
                np.full(count, agreed / max(1.0, float(weight.sum()))),
            ),
            axis=1,
        )
        description = description_key(known)
        stated = (known.article_body or "").replace(" ", "") if known.article_body else ""
        title_words = known.title_words
        head = self._title
        headings = _headings(blocks)
        marks = np.array([len(block.text) <= _LABEL and lines.is_label(block.text) for block in blocks], dtype=np.bool_)
        since = _since(marks)
        # How much likely body stands between the last label of a box and the block, and how many labels stand before it in all.
        upto = np.where(marks, np.cumsum(weight), 0.0)
        between = np.log1p(np.maximum(0.0, np.cumsum(weight) - weight - np.maximum.accumulate(upto)))
        labels = np.cumsum(marks & (np.arange(count) > first)).astype(np.float32)
        under = np.stack((since, between, labels, _shifted(marks[:, None].astype(np.float32), 1)[:, 0]), axis=1)
        out: list[tuple[float, ...]] = []
        chance_of, weight_of, ahead_of = chances.tolist(), weight.tolist(), ahead.tolist()
        group_of = group_chance[self._groups].tolist()
        for number in rows.tolist():
            block = blocks[number]
            said = findings(block, known)
            text, key = block.text, block.key
            low = key.casefold()
            words = set(lines.word_list(text)) if title_words and len(text) < 400 else _NONE
            over = headings[number]
            out.append(
                (
                    chance_of[number],
                    group_of[number],
                    (ahead_of[number] - weight_of[number]) / total,
                    float(max(-40, min(200, number - first))) if first >= 0 else -99.0,
                    float(max(-40, min(200, last - number))) if first >= 0 else -99.0,
                    said.scrap,
                    said.label,
                    said.see_also,
                    said.credit,
                    said.byline,
                    said.dateline,
                    said.call,
                    low in known.titles,
                    low in known.topics,
                    len(words & title_words) / len(title_words) if title_words else -1.0,
                    is_described(low, description),
                    (1.0 if key in stated else 0.0) if len(stated) > 200 and len(key) >= 20 else -1.0,
                    is_caption(block),
                    introduces(block, 3),
                    lines.is_widget_heading(blocks[over].text) if over >= 0 else -1.0,
                    float(number - over) if over >= 0 else -1.0,
                    chance_of[over] if over >= 0 else -1.0,
                    float(number - head) if head >= 0 else -99.0,
                )
            )
        up, grand = self._parents[rows], self._grands[rows]
        shares = np.stack(
            (
                mass_over[up] / np.maximum(1.0, whole_over[up]),
                mass_over[grand] / np.maximum(1.0, whole_over[grand]),
                mass_over[up] / total,
                mass_over[grand] / total,
            ),
            axis=1,
        )
        table = np.array(out, dtype=np.float32).reshape(len(rows), len(_RICH))
        return np.concatenate([self.plain[rows], table, shares, sides[rows], choice[rows], under[rows]], axis=1).astype(np.float32)


_OWN = (
    "size words word_length ends digits commas sentences colon question quote upper lower capitals bar link links bold kind tag prose times"
    " depth articles content_depth named parent_named asks"
).split()
_TELLING = [_OWN.index(name) for name in ("size", "link", "ends", "kind", "prose", "bold")]
_RICH = (
    "chance group_chance ahead from_first to_last scrap label see_also credit byline"
    " dateline call title topic title_words described stated caption introduces under_widget below_heading heading_chance from_title"
).split()
PLAIN_NAMES = (
    *_OWN,
    *(f"in_{kind}" for kind in _FURNITURE),
    "alike_prose",
    "alike_count",
    "alike_links",
    *(f"own_{name}" for name in ("mass", "links", "pieces")),
    *(f"up{level}_{name}" for level in (1, 2, 3) for name in ("mass", "links", "pieces", "prose", "headings")),
    *"at before after from_title since_prose until_prose page_prose page_blocks asking".split(),
    *(f"near{step:+d}_{name}" for step in (-2, -1, 1, 2) for name in (*(_OWN[index] for index in _TELLING), "same_parent", "same_group")),
)
RICH_NAMES = (
    *PLAIN_NAMES,
    *_RICH,
    *"parent_chance grand_chance parent_share grand_share".split(),
    *(f"chance{step:+d}" for step in range(-WINDOW, WINDOW + 1) if step),
    *"ruled ruled-1 ruled+1 ruled_agreed likely_agreed since_label between_label labels label+1".split(),
)


def _since(marks: NDArray[np.bool_]) -> Floats:
    """Blocks since the last marked one, at most 50; 50 where there was none."""
    count = len(marks)
    at = np.arange(count)
    last = np.maximum.accumulate(np.where(marks, at, -50)) if count else at
    before = np.concatenate(([-50], last[:-1])) if count else last
    return np.minimum(50, at - before).astype(np.float32)


def _shifted(table: Floats, step: int) -> Floats:
    """Row i holds what row i + step holds; -1 beyond the ends."""
    out = np.full_like(table, -1.0)
    if step < 0:
        out[-step:] = table[:step]
    else:
        out[:-step] = table[step:]
    return out


def _shifted_equal(values: NDArray[np.int64], step: int) -> Floats:
    out = np.full(len(values), -1.0, dtype=np.float32)
    if step < 0:
        out[-step:] = values[-step:] == values[:step]
    else:
        out[:-step] = values[:-step] == values[step:]
    return out


def _headings(blocks: Sequence[Block]) -> list[int]:
    """For each block the nearest heading before it, at most 12 blocks away; -1 where there is none."""
    out: list[int] = []
    last = -100
    for number, block in enumerate(blocks):
        out.append(last if number - last <= 12 else -1)
        if block.kind == "heading":
            last = number
    return out
