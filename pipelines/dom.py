"""How do characters become a tree, whatever they are?

One parse a page, with the element class that lxml.html and trafilatura use. Guards against the two shapes that cost minutes or drop
text in silence: tags with thousands of attributes (libxml2 compares each with each) and deep nesting (libxml2 stops at 2048).
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

MAX_ATTRIBUTES = 256
_LONG_TAG = 16_384
_ATTRIBUTE = re.compile(r"""[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?""")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})([^<>]*)>")
# XML 1.0 §2.2: characters that lxml refuses; a NUL would end the page for libxml2.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEPT_WHEN_FLAT = frozenset("html head body meta title link script style p h1 h2 h3 h4 h5 h6 br time".split())
_UNREAD = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "embed",
    "canvas",
    "audio",
    "video",
    "select",
    "textarea",
    "input",
    "math",
    "map",
)
_INLINE = frozenset("a abbr b bdi bdo big cite code em font i kbd mark q s samp small span strike strong sub sup tt u var".split())


class EmptyPage(ValueError):
    """There is no element in it."""


def parse(text: str) -> HtmlElement:
    """Make a tree of at most 2048 levels without comments and processing instructions. Raises EmptyPage."""
    text = _CONTROLS.sub(" ", text)
    tree, complete = _parse(_cut_long_tags(text))
    if not complete:
        tree, _ = _parse(_flatten(text))
    return tree


def strip_unread(tree: HtmlElement) -> None:
    """Take out what holds no reading text. XPaths of other elements stay as they are: they count siblings of one name."""
    etree.strip_elements(tree, *_UNREAD, with_tail=False)


def _parse(text: str) -> tuple[HtmlElement, bool]:
    # UTF-8 in, so that no `<meta charset>` of the page is believed a second time.
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=True)
    # One class for all elements: lxml.html's own lookup asks Python for each, which costs a tenth of the whole extraction.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError("no memory for the tree") from error
        raise EmptyPage("the page has no element") from error
    if not isinstance(tree, HtmlElement):
        raise EmptyPage("the page has no element")
    last = parser.error_log.last_error
    return tree, last is None or last.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _cut_long_tags(text: str) -> str:
    """Drop the attributes of a tag beyond the 256th. Linear in the length of the text."""
    pieces = text.split(">")
    if max(map(len, pieces)) < _LONG_TAG:
        return text
    for number, piece in enumerate(pieces):
        if len(piece) < _LONG_TAG:
            continue
        start = piece.rfind("<")
        if start < 0 or not piece[start + 1 : start + 2].isalpha() or len(piece) - start < _LONG_TAG:
            continue
        for count, attribute in enumerate(_ATTRIBUTE.finditer(piece, start + 1)):
            if count > MAX_ATTRIBUTES:
                pieces[number] = piece[: attribute.start()]
                break
    return ">".join(pieces)


def _flatten(text: str) -> str:
    """Keep the order of the text and give up the nesting: containers become paragraph breaks, inline tags vanish."""

    def one(match: re.Match[str]) -> str:
        name = match[2].lower()
        if name in _KEPT_WHEN_FLAT:
            return match[0]
        return " " if name in _INLINE else "<p>"

    return _TAG.sub(one, text)
