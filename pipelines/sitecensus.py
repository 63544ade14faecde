"""Which lines stand on so many articles of a site that they are furniture?

A memory is a function of a set of articles and of their lines as `sitememory.observe` tells them: neither the order in which they came
nor a clock has a part in it. docs/decisions/0404 says why the rules are as they are.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from struct import Struct, error
from typing import Final

from pipelines.sitememory import EDGE, GUARDED, HEADING, LOOSE, MAX_FURNITURE, PROSE

OTHERS = 2  # articles of the site beside this one: DESIGN §11
OTHERS_EDGE = 4
OTHERS_PROSE, SHARE_PROSE = 3, 0.5  # a writer repeats a sentence of background in some articles, a site its own in nearly all
SHARE_HEADING = 0.8  # "Background", "What we know"
RARE = 200  # a line of which there is not one in so many articles is no furniture: in large sets true lines come back by chance
ALIKE = 0.5  # share of the characters of two articles' sentences that both have: near duplicates count as one article
COMMON = 30  # a line on more articles says nothing of which two are alike; comparing each with each would take too long

OF_ONE = 5_000  # articles of one source from which the memory of a whole set need be made: those with the smallest ids are a fair sample

_ENTRY: Final = Struct(">8sBH")  # a packed line: hash, look, number of characters
_CAREFUL = {LOOSE: 0, EDGE: 1, PROSE: 2, HEADING: 3, GUARDED: 4}
_CAREFUL_OF_BYTE = {ord(look): careful for look, careful in _CAREFUL.items()}
_Lines = Mapping[bytes, tuple[int, int]]


def pack(lines: Sequence[str]) -> bytes:
    """What `sitememory.observe` tells, eleven bytes a line. What is not of its form is left out."""
    packed = bytearray()
    for line in lines:
        try:
            packed += _ENTRY.pack(bytes.fromhex(line[:16]), ord(line[16]), min(int(line[17:].partition(" ")[0]), 0xFFFF))
        except (ValueError, IndexError, error):
            continue
    return bytes(packed)


@dataclass(slots=True)
class _Count:
    articles: int = 0
    looks: list[int] = field(default_factory=lambda: [0] * len(_CAREFUL))
    """How many articles for each of `_CAREFUL`."""

    def add(self, careful: int, number: int = 1) -> None:
        self.articles += number
        self.looks[careful] += number

    def is_enough(self, of: int, own: int | None = None) -> bool:
        """Whether the line is furniture on one more article; `own` is how it looks on that one, where it is among the counted."""
        others = self.articles - (own is not None)
        among = of - (own is not None)
        edge, prose, heading, guarded = (self.looks[careful] - (own == careful) for careful in (1, 2, 3, 4))
        if guarded or others < OTHERS or others * RARE < among:
            return False
        if (prose + heading) * 4 > others:  # a page on which it stood elsewhere, or looked less sure, does not make it furniture
            return others >= OTHERS_PROSE and others > among * (SHARE_HEADING if heading * 4 > others else SHARE_PROSE)
        return others >= (OTHERS_EDGE if edge else OTHERS)


class Memory:
    """What is known of one site: a set of articles (id → `pack`ed lines), each with its latest version alone."""

    def __init__(self, articles: Mapping[str, bytes]) -> None:
        lines = {article: _unpack(articles[article]) for article in sorted(articles)}
        times = Counter(chain.from_iterable(lines.values()))
        often = {line for line, number in times.items() if number > 1}  # all that matters: the rest stands on one article
        shared = {article: {line: found[line] for line in often & found.keys()} for article, found in lines.items()}
        self._group = _groups(lines, shared)
        self._members: dict[str, dict[bytes, int]] = defaultdict(dict)
        for article, found in shared.items():
            seen = self._members[self._group[article]]
            for line, (careful, _length) in found.items():
                seen[line] = max(careful, seen.get(line, 0))
        self.articles = len(self._members)
        """How many there are; near duplicates count as one."""
        self._counts: dict[bytes, _Count] = defaultdict(_Count)
        for seen in self._members.values():
            for line, careful in seen.items():
                self._counts[line].add(careful)
        known = (line for line, count in self._counts.items() if count.is_enough(self.articles))
        self._known = heapq.nsmallest(MAX_FURNITURE, known, key=lambda line: (-self._counts[line].articles, line))

    def furniture(self, article: str | None = None) -> list[str]:
        """Hashes of the lines that are furniture on one more article of the site, or on this one where it is among the counted: then
        only other articles speak against its lines. The most frequent ones, sorted.
        """
        group = self._group.get(article) if article is not None else None
        own = self._members[group] if group is not None else {}
        kept = [line for line in self._known if line not in own or self._counts[line].is_enough(self.articles, own[line])]
        return sorted(line.hex() for line in kept)

    def frequent(self) -> list[tuple[str, int]]:
        """The furniture, most frequent first, each with the number of articles on which it stands."""
        return [(line.hex(), self._counts[line].articles) for line in self._known]


def again(furniture: Collection[str], stood: bytes, before: Collection[str]) -> list[str]:
    """For a later version of an article: the furniture by which the memory alone never makes a version.

    What was taken out of the version before (`before`) stays out, what stood there (`stood`, its `pack`ed lines) stays, and only a line
    that is new is judged by today's `furniture`.
    """
    there = {line.hex() for line in _unpack(stood)}
    return sorted({*before, *(line for line in furniture if line not in there)})


def _unpack(packed: bytes) -> dict[bytes, tuple[int, int]]:
    """Line → how careful one must be with it, and its length. Of a line that is there twice the more careful look counts."""
    lines: dict[bytes, tuple[int, int]] = {}
    for line, look, length in _ENTRY.iter_unpack(packed[: len(packed) - len(packed) % _ENTRY.size]):
        found = (_CAREFUL_OF_BYTE.get(look, 4), length)
        lines[line] = max(found, lines[line]) if line in lines else found
    return lines


def _groups(whole: Mapping[str, _Lines], often: Mapping[str, _Lines]) -> dict[str, str]:
    """Article → the first of its near duplicates. Only sentences speak for likeness, so that furniture does not."""
    careful = _CAREFUL[PROSE]
    holders: dict[bytes, list[str]] = defaultdict(list)
    for article, lines in often.items():
        for line, (look, _length) in lines.items():
            if look >= careful:
                holders[line].append(article)
    weight = {article: sum(length for look, length in lines.values() if look >= careful) for article, lines in whole.items()}
    shared: Counter[tuple[str, str]] = Counter()
    for line, among in holders.items():
        length = often[among[0]][line][1]
        if len(among) > COMMON:
            for article in among:
                weight[article] -= length
        else:
            for pair in combinations(among, 2):
                shared[pair] += length
    parent = {article: article for article in whole}

    def root(article: str) -> str:
        while parent[article] != article:
            parent[article] = parent[parent[article]]
            article = parent[article]
        return article

    for (one, other), length in shared.items():
        if length > 0 and length >= ALIKE * (weight[one] + weight[other] - length):
            first, second = sorted((root(one), root(other)))
            parent[second] = first
    return {article: root(article) for article in whole}
