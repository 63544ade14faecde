"""Did anything change on this page that is the page's own?

A digest of the visible words of a page that are in no link and no control, so without navigation and the headlines of other articles. Two
pages that differ only in those, in markup, scripts, tokens, numbers (counters, times, prices) or white space have the same one. It tells an
edit outside the article (a correction below it, say) from a page that was merely served again; docs/decisions/0202 says what versions
make of it.
"""

from __future__ import annotations

import hashlib
import re

from lxml.html import HtmlElement

_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = frozenset({"a", "button", "select", "textarea", "label", "time", "nav"})


def words_sha256(tree: HtmlElement) -> str:
    """Lower-case hex SHA-256 over the words, case folded, of a tree without scripts and styles."""
    words = _WORD.findall(" ".join(_own_text(tree)).casefold())
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()


def _own_text(tree: HtmlElement) -> list[str]:
    """In reading order. A stack of its own: pages are nested deeper than Python recurses."""
    found: list[str] = []
    body = tree.find("body")
    waiting: list[HtmlElement | str] = [tree if body is None else body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
            continue
        if one.text:
            found.append(one.text)
        for child in reversed(one):
            if child.tail:
                waiting.append(child.tail)
            if child.tag not in _FOREIGN:
                waiting.append(child)
    return found
