"""What does a page show, as far as its first 64 KiB tell without a tree?

For answers that no extractor reads (status 403 and the like): one pass over the tags, linear in their length.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

SEEN = 64 * 1024  # of the decoded body: walls are small, and what is wanted stands at their beginning
PROSE = 60  # characters from which a piece of text is taken for a sentence, not for a label
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "object"))
_INLINE = frozenset("a abbr b bdi big cite code em font i kbd mark s samp small span strong sub sup time tt u".split())
_SAYS_ARTICLE = re.compile(
    r"""property=["']?og:type["']?[^<>]{1,40}content=["']?(?:article|news)|property=["']?article:published_time"""
    r"""|"@type"\s?:\s?\[?\s?"(?:News|Reportage\w{0,9}|Opinion\w{0,9}|Analysis\w{0,9})?Article|"LiveBlogPosting\"""",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"""<input\b[^<>]*\btype\s?=\s?["']?password""", re.IGNORECASE)
_REFRESH = re.compile(r"""<meta\b[^<>]*\bhttp-equiv\s?=\s?["']?refresh\b[^<>]*>""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person would see of a page, and its source."""

    names: tuple[str, ...]
    """Title and headline."""
    pieces: tuple[str, ...]
    """Text between two block-level tags, in order."""
    prose: int
    """Width of what may be an article's text."""
    marked: bool
    """It calls itself an article."""
    markup: str
    """At most SEEN characters of the source."""
    whole: bool
    """All of the page is known by this; else a good page may have its text further down."""
    led: int = 0
    """Linked headlines, where they were counted."""

    @property
    def total(self) -> int:
        return sum(map(len, self.pieces))

    @property
    def has_password(self) -> bool:
        return _PASSWORD.search(self.markup) is not None

    @property
    def refresh(self) -> str | None:
        """The tag that sends the reader on."""
        found = _REFRESH.search(self.markup)
        return found[0] if found else None


def look(text: str, *, whole: bool) -> Shown:
    """Read the beginning of a page."""
    markup = text[:SEEN]
    pieces: list[str] = []
    title = headline = ""
    buffer: list[str] = []
    inside = silent = ""
    at = 0
    source = _without_comments(markup)

    def flush() -> str:
        piece = " ".join(html.unescape(" ".join(buffer)).split())
        buffer.clear()
        return piece

    for tag in _TAG.finditer(source):
        name, closing = tag[2].lower(), bool(tag[1])
        if silent:
            if closing and name == silent:
                silent, at = "", tag.end()
            continue
        if tag.start() > at:
            buffer.append(source[at : tag.start()])
        at = tag.end()
        if name in _INLINE:
            continue
        piece = flush()
        if inside == "title" and closing and name == "title":
            title = title or piece
        elif piece:
            pieces.append(piece)
            if inside == "h1" and not headline:
                headline = piece
        inside = "" if closing else name
        if name in _SILENT and not closing and not tag[3].endswith("/"):
            silent = name
    if not silent and at < len(source):
        buffer.append(source[at:] if "<" not in source[at:] else source[at : source.index("<", at)])
        if piece := flush():
            pieces.append(piece)
    return Shown(
        names=tuple(name for name in (title, headline) if name),
        pieces=tuple(pieces),
        prose=sum(size for piece in pieces if (size := width(piece)) >= PROSE),
        marked=says_article(markup),
        markup=markup,
        whole=whole,
    )


def width(text: str) -> int:
    """Length in which a Chinese, Japanese or Korean character counts as two."""
    return len(text) if text.isascii() or max(text) < "\u2e80" else len(text) + sum(character >= "\u2e80" for character in text)


def says_article(markup: str) -> bool:
    """Its head calls it an article."""
    return _SAYS_ARTICLE.search(markup) is not None


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    kept.append(text[at:])
    return "".join(kept)
