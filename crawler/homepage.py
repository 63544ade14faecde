"""What does a page say of its site: its name, its language, and where its feeds and sections are? Pure; runs in a child."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from archive.http import decode_body, parse_response, split_interim
from crawler import noise
from crawler.links import LinkRefused, resolve
from crawler.pagelinks import PageLink, read_links
from crawler.reading import tidy
from crawler.scope import is_not_a_page
from crawler.sections import same_site, score_link
from crawler.seedtext import decode

MAX_FEEDS = 40
MAX_NOISE = 20
MAX_TEXT = 4000
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json")
_FEEDISH = re.compile(r"(?:^|[/._-])(?:rss\d?|feeds?|atom|rdf)(?:$|[/._-])", re.IGNORECASE)
_LISTS = frozenset("category categories rubric topics thema themen tema temas temi".split())


class _Head:
    """Target of one pass over a page."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.names: dict[str, str] = {}
        self.alternates: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.room = MAX_TEXT
        self._stack: list[str] = []
        self._title: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._stack.append(tag)
        if tag == "html":
            self.language = attributes.get("lang") or attributes.get("xml:lang") or self.language
        elif tag == "meta":
            name = (attributes.get("property") or attributes.get("name") or "").lower()
            if name in ("og:site_name", "application-name") and attributes.get("content"):
                self.names.setdefault(name, attributes["content"])
        elif tag == "link":
            relations = attributes.get("rel", "").lower().split()
            kind = attributes.get("type", "").lower().split(";")[0].strip()
            if "alternate" in relations and kind in _TYPES and attributes.get("href") and len(self.alternates) < MAX_FEEDS:
                self.alternates.append((attributes["href"], attributes.get("title", "")[:300]))

    def data(self, text: str) -> None:
        inside = self._stack[-1] if self._stack else ""
        if inside == "title" and "svg" not in self._stack[-3:] and len(self._title) < 50:
            self._title.append(text)
        elif inside not in ("script", "style", "noscript", "template") and self.room > 0:
            self.words.append(text[: self.room])
            self.room -= len(text)

    def end(self, tag: str) -> None:
        if tag == "title" and self._title:
            self.names.setdefault("title", "".join(self._title))
        if self._stack:
            self._stack.pop()

    def close(self) -> None:
        """The page is read."""


def look_task(payload: bytes, **params: Any) -> dict[str, Any]:
    """For children: a response block → name, title, language, text, feeds (best first), feeds that are noise (and why), sections.

    Params: `url`, `max_decoded_bytes`.
    """
    message = parse_response(split_interim(payload)[1])
    body = decode_body(message, max_bytes=int(params["max_decoded_bytes"])).body
    return look(decode(body, content_type=message.header("Content-Type")).text, str(params["url"]))


def look(text: str, url: str) -> dict[str, Any]:
    """As `look_task`, of a decoded page."""
    head = _Head()
    parser = etree.HTMLParser(target=cast("Any", head), encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        parser.feed(text.replace("\0", "").encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        pass  # an empty page; what was found before stays
    host = urlsplit(url).hostname or ""
    feeds: dict[str, None] = {}
    sections: dict[str, None] = {}
    noisy: dict[str, str] = {}
    for href, title in head.alternates:
        if address := _absolute(href, url):
            _sort(address, title, feeds, noisy)
    for link in read_links(text).links:
        address = _absolute(link.href, url)
        if address is None or address in feeds:
            continue
        parts = urlsplit(address)
        if not same_site(parts.hostname or "", host):
            continue
        if _FEEDISH.search(parts.path):
            _sort(address, link.text, feeds, noisy)
        elif (link.frame or link.menu) and _may_be_section(parts, link) and noise.by_url(address) is None:
            sections[address] = None
    return {
        "site_name": tidy(head.names.get("og:site_name") or head.names.get("application-name"), 200),
        "title": tidy(head.names.get("title"), 200),
        "language": tidy(head.language, 40),
        "text": tidy(" ".join(head.words), MAX_TEXT) or "",
        "feeds": list(feeds)[:MAX_FEEDS],
        "noise": list(noisy.items())[:MAX_NOISE],
        "sections": list(sections)[:MAX_FEEDS],
    }


def _sort(address: str, title: str, feeds: dict[str, None], noisy: dict[str, str]) -> None:
    why = noise.by_url(address) or noise.by_title(title)
    if why:
        noisy.setdefault(address, why)
    elif len(feeds) < MAX_FEEDS:
        feeds[address] = None


def _may_be_section(parts: SplitResult, link: PageLink) -> bool:
    segments = [part for part in parts.path.lower().split("/") if part]
    if parts.query or not 1 <= len(segments) <= 2 or is_not_a_page(parts.path):
        return False
    # What leads to no article (imprint, login ...) leads to no list of them either, but for the words that sections are called by.
    return not _LISTS.isdisjoint(segments) or score_link(parts, dataclasses.replace(link, frame=False)) >= 0


def _absolute(href: str, base: str) -> str | None:
    try:
        return resolve(href, base)
    except (LinkRefused, ValueError):
        return None
