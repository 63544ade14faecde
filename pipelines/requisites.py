"""What else must be there for a page to look as it did: style sheets, scripts, fonts, pictures?

Pure: the tree of a page and its URL give a list of URLs. Not among them: frames (pages of their own, most of them of advertisers), films
and sound (they outweigh everything else), and what only search engines and telephones' home screens read (`og:image`, manifests).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.http import decode_body, parse_response
from pipelines import charset, dom, srcset, stylesheet
from pipelines.options import ExtractOptions
from pipelines.requisite_kinds import WANTED, What
from pipelines.shorten import shortened
from pipelines.weburl import absolute

MAX_NAMES = 1_000
_MAX_INLINE_CSS = 1_000_000
_TAGS = ("link", "style", "script", "img", "source", "video", "input", "amp-img", "image", "use", "body", "table", "td", "th")
_DRESSED = XPath("//*[@style or @data-bg or @data-background-image]")
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "data-lazy")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_SCRIPTS = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma)script", re.IGNORECASE)
_PRELOADED: dict[str, What] = {"style": "style", "script": "script", "font": "font", "image": "image"}


def requisites_of(tree: HtmlElement, url: str, wanted: str = "all") -> list[tuple[str, What]]:
    """Absolute URLs, each once, at most `MAX_NAMES`, first those of elements in the order of the page, then those of attributes that dress
    others; of the tree as it was parsed, with its scripts and styles.
    """
    kinds = WANTED[wanted]
    if not kinds:
        return []
    base = _base(tree, url)
    found: dict[str, What] = {}
    for reference, what in _named(tree):
        if what in kinds and (target := absolute(reference, base)) is not None:
            found.setdefault(target, what)
            if len(found) >= MAX_NAMES:
                break
    found.pop(url.split("#", 1)[0], None)  # `src=""`, and tricks: the page is there already
    return list(found.items())


def _base(tree: HtmlElement, url: str) -> str:
    """HTML standard §2.4.3: the first `base` that has an href."""
    stated = next((element.get("href") for element in tree.iter("base") if element.get("href")), None)
    return (absolute(stated, url) if stated else None) or url


def _named(tree: HtmlElement) -> Iterator[tuple[str, What]]:
    css_left = _MAX_INLINE_CSS
    for element in tree.iter(*_TAGS):
        tag = element.tag
        if tag == "link":
            yield from _link(element)
        elif tag == "style":
            text = (element.text or "")[:css_left]
            css_left -= len(text)
            yield from stylesheet.names_in(text)
        elif tag == "script":
            if _is_run(element):
                yield element.get("src") or "", "script"
        elif tag in ("img", "amp-img"):
            yield from _img(element)
        elif tag == "source":
            if element.get("type", "image/").lower().startswith("image/"):
                yield from _choices(element)
        elif tag == "video":
            yield element.get("poster") or "", "image"
        elif tag == "input":
            if (element.get("type") or "").lower() == "image":
                yield element.get("src") or "", "image"
        elif tag in ("image", "use"):
            yield element.get("href") or element.get("xlink:href") or "", "image"
        else:
            yield element.get("background") or "", "image"
    for element in cast("list[HtmlElement]", _DRESSED(tree)):
        for name in ("data-bg", "data-background-image"):
            if value := element.get(name):
                yield from stylesheet.names_in(value) if "(" in value else ((value, "background"),)
        if (style := element.get("style")) and "(" in style and css_left > 0:
            css_left -= len(style)
            yield from stylesheet.names_in(style)


def _link(link: HtmlElement) -> Iterator[tuple[str, What]]:
    relations = (link.get("rel") or "").lower().split()
    href = link.get("href") or ""
    if "stylesheet" in relations:
        if "alternate" not in relations:
            yield href, "style"
    elif "icon" in relations:
        yield href, "icon"
    elif "modulepreload" in relations:
        yield href, "script"
    elif "preload" in relations and (what := _PRELOADED.get((link.get("as") or "").lower())) is not None:
        yield href, what
        if what == "image":
            yield from ((one, "choice") for one in srcset.candidates(link.get("imagesrcset") or ""))


def _img(image: HtmlElement) -> Iterator[tuple[str, What]]:
    if image.get("width") in ("0", "1") or image.get("height") in ("0", "1"):
        return  # it counts readers, and shows nothing
    for name in _SOURCES:
        if value := image.get(name):
            yield value, "image"
    yield from _choices(image)


def _choices(element: HtmlElement) -> Iterator[tuple[str, What]]:
    for name in _SETS:
        if value := element.get(name):
            yield from ((one, "choice") for one in srcset.candidates(value))


def _is_run(script: HtmlElement) -> bool:
    kind = (script.get("type") or "").strip()
    return script.get("nomodule") is None and (not kind or kind.lower() == "module" or _SCRIPTS.match(kind) is not None)


def requisites_task(payload: bytes, *, url: str, wanted: str, max_decoded_bytes: int) -> dict[str, Any]:
    """For a child, where no text is made of the page: `{"requisites": [[url, what], ...]}`."""
    message = parse_response(payload)
    kind = (message.header("Content-Type") or "text/html").partition(";")[0].strip().lower()
    if "html" not in kind:
        return {"requisites": []}
    body = decode_body(message, max_bytes=max_decoded_bytes).body
    text, _ = shortened(charset.decode(body, content_type=message.header("Content-Type")).text, ExtractOptions().max_chars)
    try:
        tree = dom.parse(text)
    except dom.EmptyPage:
        return {"requisites": []}
    return {"requisites": [list(pair) for pair in requisites_of(tree, url, wanted)]}
