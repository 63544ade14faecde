"""What differs between two texts, word by word?"""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"\w+", re.UNICODE)


def similarity(one: str, other: str) -> float:
    """Share of words that both have in common, 0 to 1, whatever their order (Sørensen–Dice over words with their counts)."""
    first, second = Counter(_WORD.findall(one.casefold())), Counter(_WORD.findall(other.casefold()))
    total = first.total() + second.total()
    return 1.0 if not total else round(2 * (first & second).total() / total, 4)
