"""In which direction is a language written?"""

from __future__ import annotations

from typing import Literal

_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi", "ji", "azb", "lrc", "mzn"}
)
_SCRIPTS = frozenset({"arab", "aran", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg"})


def direction(tag: str | None) -> Literal["ltr", "rtl", "auto"]:
    """`rtl`, `ltr`, or `auto` where no language is named: the first letter decides. A script in the tag has the last word."""
    if not tag:
        return "auto"
    first, *rest = tag.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script is not None:
        return "rtl" if script in _SCRIPTS else "ltr"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"
