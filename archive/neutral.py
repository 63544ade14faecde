"""What may a string from the web still do to a terminal or a spreadsheet? Nothing.

Titles, authors and texts are written by strangers. What stands here makes them harmless and leaves everything that people read: all
scripts, combining marks, the joiners of Persian and of emoji, the marks of direction.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Line feed stays: it parts paragraphs.
_CONTROL = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x0A} | {0x7F: "␡"}  # shown as their own pictures: ␛ for ESC
_CONTROL |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")  # C1: U+009B begins an escape sequence as well
_CONTROL |= {0x09: " ", 0x0D: "", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
# Embeddings, overrides and isolates reorder what stands beside them, beyond the end of the string. U+200E, U+200F and U+061C only
# say the direction of one place, and Arabic, Hebrew and Persian pages use them: they stay.
_CONTROL |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], None)
# Invisible tag characters spell hidden text; interlinear annotations hide it.
_CONTROL |= dict.fromkeys([*range(0xE0000, 0xE0080), *range(0xFFF9, 0xFFFC)], None)
_CONTROL |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a character: UTF-8 has no bytes for it

_SPACES = re.compile(r"\s+")
# What makes a spreadsheet calculate; the full-width forms too, since Excel reads them as the plain ones in Chinese and Japanese.
_FORMULA = re.compile(r"[\s\u200b-\u200f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")

_NOT_IN_URL = re.compile(r"[^\w!#$%&'()*+,\-./:;=?@\[\]~]")  # \w: letters of every script, as in addresses that people share


def plain(text: str) -> str:
    """The text for a terminal or a text file: control characters shown as pictures or taken out, line feeds kept."""
    return text.translate(_CONTROL)


def one_line(text: str) -> str:
    """The same on one line, white space collapsed."""
    return _SPACES.sub(" ", plain(text)).strip()


def cell(text: str) -> str:
    """The text for a cell of a CSV file: a leading apostrophe where a spreadsheet would read a formula.

    Leading white space and invisible characters do not hide the formula; tab and carriage return cannot begin a cell, they are gone.
    Taking off one leading apostrophe before `=`, `+`, `-`, `@` and their full-width forms gives the text back.
    """
    text = plain(text)
    return f"'{text}" if _FORMULA.match(text) else text


def web_url(url: str | None) -> str | None:
    """The URL where it is an http or https URL, with everything percent-encoded that could end it early; else null."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return _NOT_IN_URL.sub(lambda match: quote(match[0], safe="", errors="replace"), url.strip())
