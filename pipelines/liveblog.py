"""Is this page a live blog: entries that each begin with the time at which they were written?"""

from __future__ import annotations

from itertools import pairwise

from pipelines import kindwords as words
from pipelines.jsonld import JsonLd, types_of
from pipelines.livemarks import Mark, candidates, commonest, find_marks
from pipelines.matter import Matter

_ENTRY = 40  # characters that an entry has at least
_FEW = 3  # entries where the page calls itself live
_MANY = 5  # entries where it does not


def judge(matter: Matter, jsonld: JsonLd, names: tuple[str, ...], *, language: str | None = None) -> tuple[str, ...] | None:
    """The reasons, or null. `names` are title and headline."""
    if jsonld.article is not None and "liveblogposting" in types_of(jsonld.article):
        return ("JSON-LD says LiveBlogPosting",)
    if any("liveblogposting" in types_of(root) for root in jsonld.roots):
        return ("JSON-LD says LiveBlogPosting",)
    if matter.size < _FEW * _ENTRY or len(candidates(matter.around)) < _FEW:
        return None
    marks = commonest(matter.blocks, find_marks(matter.blocks, language=language))
    if len(marks) < _FEW:
        return None
    entries, share, linked = _entries(matter, marks)
    if len(entries) < _FEW or share < 0.4 or linked * 3 > len(entries):
        return None
    called = (
        words.LIVE_PATH.search(matter.path) is not None
        or any(words.LIVE_TITLE.search(name) for name in names)
        or any(_named_live(matter, mark) for mark in entries[:5])
    )
    if called:
        return (f"it calls itself live, and {len(entries)} entries begin with a time",)
    alone = all(mark.alone for mark in entries)
    if alone and len(entries) >= _MANY and share >= 0.6 and _in_order(entries):
        return (f"{len(entries)} entries in the order of their times",)
    return None


def _entries(matter: Matter, marks: list[Mark]) -> tuple[list[Mark], float, int]:
    """Marks that are followed by text, their share of all text, and how many of them lead to another page instead."""
    led, own, blocks = frozenset(matter.led), matter.own, matter.blocks
    found: list[Mark] = []
    told = linked = 0
    for mark, end in zip(marks, [*(mark.at for mark in marks[1:]), len(blocks)], strict=True):
        inside = range(mark.at, end)
        length = sum(len(blocks[number].text) for number in inside if blocks[number] in own and blocks[number].kind != "heading")
        if length >= _ENTRY:
            found.append(mark)
            told += length
            head = [number for number in inside[:3] if number in led]
            linked += any(not _own_page(matter, number) for number in head)
    return found, told / max(1, matter.size), linked


def _own_page(matter: Matter, number: int) -> bool:
    """The link leads to a place on this page."""
    element = matter.blocks[number].place.element
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any((link.get("href") or "").startswith("#") for link in links[:2])


def _named_live(matter: Matter, mark: Mark) -> bool:
    return any(
        words.LIVE_NAMES.search(f"{place.element.get('class') or ''} {place.element.get('id') or ''}"[:300])
        for place in matter.blocks[mark.at].place.near(6)
    )


def _in_order(entries: list[Mark]) -> bool:
    steps = [one.clock < other.clock for one, other in pairwise(entries) if one.clock != other.clock]
    return len(steps) >= 3 and max(sum(steps), len(steps) - sum(steps)) >= 0.8 * len(steps)
