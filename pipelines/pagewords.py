"""Did anything change on this page that a reader reads?

A digest of all visible words of a page, of its frame too. Two pages that differ only in markup, scripts, tokens, numbers (counters, times,
prices) or white space have the same one. It tells an edit outside the article (a correction below it, say) from a page that was merely
served again; docs/decisions/0202 says what versions make of it.
"""

from __future__ import annotations

import hashlib
import re

from lxml.html import HtmlElement

_WORD = re.compile(r"[^\W\d_]+")


def words_sha256(tree: HtmlElement) -> str:
    """Lower-case hex SHA-256 over the words, case folded, of a tree without scripts and styles."""
    found = hashlib.sha256()
    for text in tree.itertext():
        for word in _WORD.findall(text):
            found.update(word.casefold().encode("utf-8", "replace"))
            found.update(b" ")
    return found.hexdigest()
