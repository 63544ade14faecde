"""How does a list, newest first, say where its next page begins?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from archive.arrivals import Before
from archive.catalogue_rows import microseconds, moment

_CURSOR = re.compile(r"(\d{1,17})\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_URN = "urn:uuid:"


def cursor_of(at: datetime, id: str) -> str | None:
    """For a query of an address; null where the id is none of ours, and a list cannot go on."""
    text = f"{max(0, microseconds(at))}.{id.removeprefix(_URN)}"
    return text if _CURSOR.fullmatch(text) else None


def before_of(cursor: str) -> Before | None:
    """What a cursor means; null where it is none: the list begins at its beginning."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    try:
        return Before(at=moment(int(found[1])), id=_URN + found[2])
    except OverflowError:
        return None


def bounded(text: str, low: int, high: int, usual: int) -> int:
    """A number of an address between two bounds; the usual one where it is none."""
    return min(high, max(low, int(text))) if text.isascii() and text.isdigit() and len(text) < 10 else usual


def cut(text: str, characters: int) -> str:
    """The beginning of a text, up to a blank, with an ellipsis where more follows."""
    if len(text) <= characters:
        return text
    head = text[:characters]
    return f"{head.rsplit(None, 1)[0] if ' ' in head[characters // 2 :] else head} …"


def lines_of(text: str) -> Iterator[str]:
    """Lines that are not empty."""
    return (line for line in text.split("\n") if line.strip())
