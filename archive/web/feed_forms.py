"""How is a feed written: as Atom (RFC 4287), or as JSON Feed 1.1?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from archive.web.feed_entries import Entry

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to be written."""

    id: str
    title: str
    subtitle: str
    base: str
    """`http://localhost:8080`: what paths are appended to."""
    path: str
    """Of this feed, with its query."""
    home: str
    """Path of the page about it."""
    updated: str
    next: str | None
    """Path of the next page."""
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """RFC 4287; pages of it are linked as RFC 5005 has it."""
    root = ElementTree.Element("feed", {"xmlns": _NAMESPACE})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", feed.updated)
    _add(_add(root, "author"), "name", "warchive")
    _add(root, "generator", "warchive")
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.base + feed.path)
    _add(root, "link", rel="alternate", type="text/html", href=feed.base + feed.home)
    if feed.next is not None:
        _add(root, "link", rel="next", type="application/atom+xml", href=feed.base + feed.next)
    for one in feed.entries:
        entry = _add(root, "entry")
        if one.language and _LANGUAGE.fullmatch(one.language):
            entry.set("xml:lang", one.language)
        _add(entry, "id", one.id)
        _add(entry, "title", one.title)
        _add(entry, "updated", one.updated)
        if one.published:
            _add(entry, "published", one.published)
        for name in one.authors:
            _add(_add(entry, "author"), "name", name)
        _add(entry, "link", rel="alternate", type="text/html", href=feed.base + one.path)
        if one.external:
            _add(entry, "link", rel="via", href=one.external)
        for tag in one.tags:
            _add(entry, "category", term=tag)
        if one.summary:
            _add(entry, "summary", one.summary)
        if one.html is not None:
            _add(entry, "content", one.html, type="html")
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def json_feed(feed: Feed) -> bytes:
    """https://www.jsonfeed.org/version/1.1/"""
    items: list[dict[str, Any]] = []
    for one in feed.entries:
        item: dict[str, Any] = {
            "id": one.id,
            "url": feed.base + one.path,
            "external_url": one.external,
            "title": one.title,
            "content_html": one.html,
            "content_text": one.summary if one.html is None else None,
            "summary": one.summary or None,
            "date_published": one.published or one.updated,
            "date_modified": one.updated,
            "language": one.language,
            "authors": [{"name": name} for name in one.authors] or None,
            "tags": list(one.tags) or None,
            "_warchive": one.extra,
        }
        items.append({name: value for name, value in item.items() if value is not None})
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.base + feed.home,
        "feed_url": feed.base + feed.path,
        "description": feed.subtitle,
        "next_url": None if feed.next is None else feed.base + feed.next,
        "_warchive": {"id": feed.id, "updated": feed.updated},
        "items": items,
    }
    text = json.dumps({name: value for name, value in document.items() if value is not None}, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace") + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, {key: _NOT_XML.sub("\ufffd", value) for key, value in attributes.items()})
    if text is not None:
        child.text = _NOT_XML.sub("\ufffd", text)
    return child
