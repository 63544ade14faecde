"""How do characters become a tree, whatever they are?

One parse a page, with the element class that lxml.html and trafilatura use. Guards against the two shapes that cost minutes or drop
text in silence: tags with thousands of attributes and deep nesting (see `tame`). No tree has more than 256 levels.
"""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from pipelines.tame import is_crowded, tamed

# XML 1.0 §2.2: characters that lxml refuses; a NUL would end the page for libxml2. Form feed is white space in HTML.
_PLAIN = bytes(0x20 if (byte < 0x20 and byte not in b"\t\n\f\r") or byte == 0x7F else byte for byte in range(256))
_NONCHARACTERS = ("\ufffe", "\uffff")
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
_ENDS_DRAWING = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote")


class EmptyPage(ValueError):
    """There is no element in it."""


def parse(text: str) -> HtmlElement:
    """Make a tree of at most 256 levels without comments and processing instructions. Raises EmptyPage, MemoryError."""
    # UTF-8 in, so that no `<meta charset>` of the page is believed a second time.
    for character in _NONCHARACTERS:
        if character in text:
            text = text.replace(character, " ")
    markup = text.encode("utf-8", "replace").translate(_PLAIN)
    if is_crowded(markup):
        markup = tamed(markup, levels=None)
    # Without `huge_tree` libxml2 stops at 256 levels, in next to no time; it also stops at texts of 10 MB, and at the names of many pages.
    tree, limit = _parse(markup, huge=False)
    if limit and "depth" not in limit:
        tree, limit = _parse(markup, huge=True)
        limit = limit or ("depth" if tree is not None and _is_deep(tree) else "")
    if limit:
        tree, limit = _parse(tamed(markup), huge=True)
    if limit:
        tree, _ = _parse(tamed(markup, levels=0), huge=True)
    if tree is None:
        raise EmptyPage("the page has no element")
    return tree


def strip_unread(tree: HtmlElement) -> None:
    """Take out what holds no reading text. XPaths of other elements stay as they are: they count siblings of one name."""
    for drawing in [found for found in tree.iter("svg", "math") if _is_left_open(found)]:
        drawing.drop_tag()
    etree.strip_elements(tree, *_UNREAD, with_tail=False)


def _is_left_open(drawing: HtmlElement) -> bool:
    """HTML standard §13.2.6.5: a paragraph ends a drawing that nobody ended."""
    return next(drawing.iter(*_ENDS_DRAWING), None) is not None and next(drawing.iter("foreignobject"), None) is None


def _parse(markup: bytes, *, huge: bool) -> tuple[HtmlElement | None, str]:
    """The tree, and which limit of the parser it was stopped by."""
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=huge)
    # One class for all elements: lxml.html's own lookup asks Python for each, which costs a tenth of the whole extraction.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    tree: HtmlElement | None = None
    code = 0
    try:
        tree = etree.fromstring(markup, parser)
    except etree.XMLSyntaxError as error:
        code = getattr(error, "code", 0)
    last = parser.error_log.last_error
    code = code or (last.type if last is not None else 0)
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        if huge:
            raise MemoryError("no memory for the tree")
        return None, "memory"
    limit = (last.message.lower() if last is not None else "") or "size" if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT else ""
    return tree if isinstance(tree, HtmlElement) else None, limit


def _is_deep(tree: HtmlElement) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > 256:
            return True
    return False
