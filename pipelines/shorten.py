"""Which part of a very long page is read?

Pages of several megabytes are long by pictures in `data:` URLs, scripts and styles far more often than by text: these go first.
"""

from __future__ import annotations

import re

_DATA = re.compile(r"(?<=data:)[a-zA-Z0-9.+/-]{1,60};base64,[a-zA-Z0-9+/=]{100,}+")
# What is not closed goes on to the end, as it does for a browser. Nothing is looked at twice.
_UNREAD = re.compile(
    r"<!--(?:-?>|(?s:.*?)(?:--!?>|\Z))|<(script|style)(?=[\s/>])([^<>]*+)>((?s:.*?))(?:</\1(?=[\s/>])[^<>]*+>|\Z)", re.IGNORECASE
)
_MOST_DATA_SCRIPTS = 40
_LONGEST_DATA_SCRIPT = 500_000


def shortened(text: str, most: int) -> tuple[str, bool]:
    """At most so many characters of markup, and whether any were cut off that may have been read. Shorter pages stay as they are."""
    if len(text) <= most:
        return text, False
    text = _DATA.sub(",", text)
    kept = 0

    def one(found: re.Match[str]) -> str:
        nonlocal kept
        if found[1] and found[1].lower() == "script" and "ld+json" in found[2].lower() and len(found[3]) <= _LONGEST_DATA_SCRIPT:
            kept += 1
            return found[0] if kept <= _MOST_DATA_SCRIPTS else ""
        return ""

    if len(text) > most:
        text = _UNREAD.sub(one, text)
    return text[:most], len(text) > most
