"""Does this page show only the beginning of an article, because the rest costs money or a name?

A stub is an article all the same, so that nothing is lost by the word; but it must not stand on whole articles, which carry the same
sentences in boxes that nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines import kindwords as words
from pipelines import lines
from pipelines.blocks import Block
from pipelines.jsonld import JsonLd
from pipelines.matter import Matter

_SHORT = 700  # width of a beginning that no page shows as the whole
_BEGINNING = 1_800  # width of the longest beginning where a wall stands below it
_WHOLE = 14_000  # characters of a long article: more would not be left
_APART = 8  # pieces between two that belong to one text
_BELOW = 14  # pieces below the text in which the wall stands
_SUM = re.compile(r"\d\s?(?:%|文字|字)")
_CUT = ("…", "...", "[…]", "[...]", "….")


def judge(matter: Matter, jsonld: JsonLd, free: bool | None) -> tuple[str, ...] | None:
    """The reasons, or null. `free` is what the page states."""
    if not matter.body:
        return None
    size = matter.size
    if size > _WHOLE or (free is True and size > _BEGINNING):
        return None
    below = _below(matter)
    if (left := _left(below, size)) is not None:
        return (left,)
    if size > 2 * _BEGINNING and free is not False:
        return None
    told = f"the page says that it is not free and shows {size} characters of text"
    if free is False and (count := _stated_words(jsonld)) and sum(lines.words(block.text) for block in matter.body) < 0.45 * count:
        return (told, f"it states that there are {count} words")
    wide = matter.wide
    if wide >= _BEGINNING or free is True:
        return None
    if free is False and wide < 350 and len(matter.prose) < 3:
        return (told,)
    cut = _is_cut(matter.body)
    wall = next((found[0] for block in below if (found := words.WALL_SAYS.search(block.text))), None)
    if free is False and (wall or cut):
        return (told, f"below it stands {wall[:60]!r}" if wall else "the text breaks off")
    if wall and free is None and (wide < _SHORT or cut):
        return (f"below {size} characters of text stands {wall[:60]!r}",)
    return None


def _below(matter: Matter) -> list[Block]:
    """What stands at the end of the text and shortly after it; what is hidden and what belongs to the foot aside."""
    last = most = length = 0
    before = -_APART - 1
    for number in matter.places:  # a line far below may have been taken for text: the longest part counts
        length = len(matter.blocks[number].text) + (length if number - before <= _APART else 0)
        before = number
        if length > most:
            last, most = number, length
    near = matter.blocks[last : last + 1 + _BELOW]
    return [block for block in near if len(block.text) <= 400 and block.place.noise() not in ("hidden", "footer", "comments")]


def _left(below: Sequence[Block], size: int) -> str | None:
    """Some walls tell how much is left; on a page that shows all the same, the sum cannot be right."""
    for block in below:
        if len(block.text) > 200 or not _SUM.search(block.text) or not (found := words.WALL_LEFT.search(block.text)):
            continue
        if found[1]:
            share = float(found[1].replace(",", ".")) / 100
            if 0.05 <= share < 1 and size / (1 - share) <= _WHOLE:
                return f"the page says that {found[1]} % of the text is left"
        elif words.WALL_SAYS.search(block.text) and size < 1_500:
            return f"the page says that {found[2]} characters are left"
    return None


def _is_cut(body: Sequence[Block]) -> bool:
    last = next((block for block in reversed(body) if block.kind != "heading"), None)
    return last is not None and last.text.rstrip().endswith(_CUT)


def _stated_words(jsonld: JsonLd) -> int | None:
    value = (jsonld.article or {}).get("wordCount")
    try:
        count = int(value) if isinstance(value, int | str) else 0
    except ValueError:
        return None
    return count if 150 <= count <= 100_000 else None
