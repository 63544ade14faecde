"""Which containers of a page show something that goes on without an editor: weather, rates, tickers, counters?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from pipelines.blocks import Block, Place

_ROLES = frozenset(("log", "timer", "marquee", "status", "alert", "feed"))
_SURE = r"ticker|weather|weather-box|wetter|meteo|forecast|currency|currencies|exchange-rates?|stock-quotes?|countdown"
_SURE_NAMES = re.compile(rf"(?:^|[\s_-])(?:{_SURE})(?=$|[\s_-])", re.IGNORECASE)
_NAMES = re.compile(
    rf"(?:^|[\s_-])(?:{_SURE}|live|tiempo|rates|stocks?|quotes?-box|markets|counter|counts?|views|likes|reactions|trending|mostread|popular"
    r"|personali[sz]ed|experiment|variant|ab-test|clock|scores?|recs|recommended|today|now)(?=$|[\s_-])",
    re.IGNORECASE,
)
_LARGEST = 0.3  # share of an article's text beyond which a container is no box in it, whatever it is called
LEVELS = 100
"""Containers around a piece of text that are looked at; pages of newspapers have some 30."""


def is_live(place: Place) -> bool:
    """Whether what stands in this container may be another thing at each visit. Ancestors are not looked at."""
    return _says_so(place) or _named(names(place))


def without_live(body: Sequence[Block]) -> list[Block]:
    """The text without the boxes in it that surely are of that kind."""
    weights: Counter[Place] = Counter()
    for block in body:
        for place in block.place.near(LEVELS):
            weights[place] += len(block.text)
    most = _LARGEST * sum(len(block.text) for block in body)
    live = {place for place, weight in weights.items() if weight <= most and (_says_so(place) or _surely(names(place)))}
    return [block for block in body if live.isdisjoint(block.place.near(LEVELS))] if live else list(body)


def names(place: Place) -> str:
    """Class and id, as far as a person would have written them."""
    return f"{place.element.get('class') or ''} {place.element.get('id') or ''}"[:400].strip()


def _says_so(place: Place) -> bool:
    if place.tag in ("article", "main", "body", "html"):
        return False
    get = place.element.get
    return get("aria-live") in ("polite", "assertive") or get("role") in _ROLES


@lru_cache(maxsize=8192)
def _named(text: str) -> bool:
    return bool(text) and _NAMES.search(text) is not None


@lru_cache(maxsize=8192)
def _surely(text: str) -> bool:
    return bool(text) and _SURE_NAMES.search(text) is not None
