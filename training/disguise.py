"""How does a page look whose markup tells nothing? Class names become hashes, elements with a meaning become `div`.

A model that has seen both versions of each page leans on names where they help and does without where there are none.
"""

from __future__ import annotations

import hashlib
import re

from lxml import etree
from lxml.html import HtmlElement

from pipelines import dom

_MEANT = frozenset("article main aside nav footer header section figure figcaption address details summary".split())
_TEXT = frozenset("h2 h3 h4 h5 h6 ul ol li dl dd dt blockquote p".split())
_NAMES = ("class", "id", "itemprop", "role", "data-component", "data-testid", "aria-label")
# Classes by which a page hides things stay: a reader does not see those either.
_HIDDEN = re.compile(r"hidden|hide|sr-only|d-none|invisible|screen-?reader")


def disguised(text: str, *, salt: str, tags: bool) -> str:
    """The page with hashed names, and with `tags` without elements that have a meaning: headings, lists and, on every other page,
    paragraphs are then told from each other by their hashes alone. The same names become the same hashes.
    """
    tree = dom.parse(text)
    plain = _TEXT if int(_hash("p", salt)[4:], 16) % 2 else _TEXT - {"p"}
    for element in tree.iter():
        if not isinstance(element, HtmlElement) or not isinstance(element.tag, str) or element.tag in ("meta", "link", "html", "body"):
            continue
        for name in _NAMES:
            if (value := element.get(name)) is None:
                continue
            if name == "class":
                element.set(name, " ".join(one if _HIDDEN.search(one) else _hash(one, salt) for one in value.split()[:12]))
            elif name != "itemprop" or element.tag not in ("meta", "time"):
                del element.attrib[name]
        if tags and (element.tag in _MEANT or element.tag in plain):
            if element.get("class") is None:  # what was told by the element is told by a style
                element.set("class", _hash(str(element.tag), salt))
            element.tag = "div"
    return etree.tostring(tree, encoding="unicode", method="html")


def _hash(name: str, salt: str) -> str:
    return "css-" + hashlib.sha256(f"{salt} {name}".encode()).hexdigest()[:6]
