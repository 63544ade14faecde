"""How does markup become one that every parser bears, where it has too many levels or attributes?

Works on bytes, before a tree is made, in time linear in their number. What a page says keeps its order: of levels beyond the limit only
the tags go, and what they part stays parted.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

# libxml2 walks along all attributes of a tag for each new one: 1,000 cost a few milliseconds, 100,000 a quarter of a minute.
MAX_ATTRIBUTES = 1_000
# What is kept of nesting: less than what any reader of the tree gives up at (libxml2's own limit is 256, trafilatura's 255).
LEVELS = 200
_INLINE_LEVELS = 40
# HTML standard §13.2.5.32 to 40; a value in quotes may hold `>`. Long names and values count as several, so that no part is looked at
# again and again from every `<` in it; possessive, so that nothing is tried twice.
_ATTRIBUTE = rb"""[\s/]*+[^\s/>][^\s/>=]{0,64}+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]{0,64}+)?+)?+"""
_CROWDED = re.compile(rb"<[a-zA-Z](?:%s){%d}" % (_ATTRIBUTE, MAX_ATTRIBUTES + 1))
_MARKUP = re.compile(
    rb"<(?:!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"  # a comment
    rb"|(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<kept>(?:%s){0,%d}+)(?P<surplus>(?:%s)*+)(?P<end>[\s/]*+(?:>|\Z))"
    rb"|[!?/][^>]*+(?:>|\Z))" % (_ATTRIBUTE, MAX_ATTRIBUTES, _ATTRIBUTE)  # a doctype, or something that is read as a comment
)
_RAW = {
    name: re.compile(rb"</%s(?=[\s/>])" % name, re.IGNORECASE)
    for name in b"script style textarea title xmp iframe noembed noframes".split()
}
_VOID = frozenset(b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split())
_INLINE = frozenset(
    b"a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong"
    b" sub sup time tt u var".split()
)
_HEADINGS = frozenset(b"h1 h2 h3 h4 h5 h6".split())
# Open element to the names that end it where they begin: libxml2's htmlStartClose as far as pages have them unclosed by the hundred.
_CELLS = frozenset(b"td th tr tbody thead tfoot".split())
_ENDED_BY: dict[bytes, frozenset[bytes]] = {
    b"p": frozenset(b"p div ul ol dl li dd dt table tr td th tbody tfoot pre blockquote address center menu dir h1 h2 h3 h4 h5 h6".split()),
    b"li": frozenset((b"li",)),
    b"dd": frozenset((b"dd", b"dt")),
    b"dt": frozenset((b"dd", b"dt")),
    b"td": _CELLS,
    b"th": _CELLS,
    b"tr": frozenset(b"tr tbody thead tfoot".split()),
    b"option": frozenset((b"option", b"optgroup")),
    b"a": frozenset((b"a",)),
}
# An end tag closes no open element of a higher rank: libxml2's htmlEndPriority.
_RANK = {b"div": 150, b"td": 160, b"th": 160, b"tr": 170, b"thead": 180, b"tbody": 180, b"tfoot": 180, b"table": 190}
_RANK |= {b"head": 200, b"body": 200, b"html": 220}


def is_crowded(markup: bytes) -> bool:
    """Whether a tag may have more attributes than are kept. Scripts may look so: then nothing is lost but the time to look closer."""
    # Such a tag is long, or a value in it holds a `<`: then the next `<` comes before its end.
    codes = np.frombuffer(markup, dtype=np.uint8)
    opens = np.flatnonzero(codes == ord("<"))
    if not len(opens):
        return False
    ends = np.append(np.flatnonzero(codes == ord(">")), len(markup))
    following = np.append(opens[1:], len(markup))
    odd = opens[(following - opens > 2 * MAX_ATTRIBUTES) | (ends[np.searchsorted(ends, opens)] > following)]
    return any(_CROWDED.match(markup, at) for at in odd.tolist() if markup[at + 1 : at + 2].isalpha())


def tamed(markup: bytes, levels: int | None = LEVELS) -> bytes:
    """The same page with at most 1,000 attributes a tag and so many levels (null: as many as there are)."""
    tree = _Levels(levels)
    out: list[bytes] = []
    at = 0
    while (found := _MARKUP.search(markup, at)) is not None:
        tree.text(markup, at, found.start(), out)
        at = found.end()
        name = found["name"]
        if name is None:
            continue  # what is no element is no text either
        name = name.lower()
        tag = found[0] if not found["surplus"] else b"<%s%s%s>" % (found["close"], found["name"], found["kept"])
        if found["close"]:
            tree.close(name, tag, out)
        elif name in _VOID or found["end"].startswith(b"/"):
            out.append(tag)
        elif (ending := _RAW.get(name)) is not None:
            stop = ending.search(markup, at)
            end = stop.start() if stop else len(markup)
            out += (tag, markup[at:end])
            at = end
            if stop and (closing := _MARKUP.match(markup, at)):
                out.append(closing[0])
                at = closing.end()
        elif name == b"plaintext":
            break
        else:
            tree.open(name, tag, out)
    tree.text(markup, at, len(markup), out)
    return b"".join(out)


class _Levels:
    """Which elements are open, as libxml2 sees it, and which tags have gone."""

    def __init__(self, levels: int | None) -> None:
        self._most = levels
        self._open: list[bytes] = []
        self._names: Counter[bytes] = Counter()
        self._inline = 0
        self._gone: Counter[bytes] = Counter()
        self._blocks_gone = 0
        self._stuck: set[bytes] = set()
        """Names whose end tags close nothing until something else opens or closes."""
        self._heading = b""
        """The end tag that a heading beyond the limit waits for."""
        self._parted = False
        """Nothing was said since paragraphs were parted."""

    def text(self, markup: bytes, start: int, end: int, out: list[bytes]) -> None:
        if start < end:
            out.append(markup[start:end])
            if self._parted and not markup[start:end].isspace():
                self._parted = False

    def open(self, name: bytes, tag: bytes, out: list[bytes]) -> None:
        while self._open and not self._blocks_gone and name in _ENDED_BY.get(self._open[-1], ()):
            self._pop()
        inline = name in _INLINE
        if self._most is None or (len(self._open) < self._most and (not inline or self._inline < _INLINE_LEVELS)):
            self._part_heading(out)
            self._open.append(name)
            self._names[name] += 1
            self._inline += inline
            self._stuck.clear()
            self._parted = False
            out.append(tag)
            return
        self._gone[name] += 1
        self._blocks_gone += not inline
        if name in _HEADINGS:
            self._part_heading(out)
            out.append(b"<%s>" % name)
            self._heading = b"</%s>" % name
            self._parted = False
        elif not inline:
            self._part(out)

    def close(self, name: bytes, tag: bytes, out: list[bytes]) -> None:
        if self._gone[name]:
            self._gone[name] -= 1
            if name not in _INLINE:
                self._blocks_gone -= 1
                self._part(out)
            return
        if not self._names[name] or name in self._stuck:
            return
        rank = _RANK.get(name, 100)
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number] == name:
                break
            if _RANK.get(self._open[number], 100) > rank:
                self._stuck.add(name)
                return
        self._part_heading(out)
        while len(self._open) > number:
            self._pop()
        self._stuck.clear()
        self._parted = False
        out.append(tag)

    def _pop(self) -> None:
        name = self._open.pop()
        self._names[name] -= 1
        self._inline -= name in _INLINE

    def _part(self, out: list[bytes]) -> None:
        self._part_heading(out)
        if not self._parted:
            out.append(b"<p>")
            self._parted = True

    def _part_heading(self, out: list[bytes]) -> None:
        if self._heading:
            out.append(self._heading)
            self._heading = b""
