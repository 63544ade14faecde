"""Which feeds and sitemaps announce something else than articles: comments, tags, authors, searches, podcasts, pictures, films?

Told by the address, by the title, and by what stands in the document; never by the name of a site. What is passed over is said, so that
a person can take it all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.http import decode_body, parse_response, split_interim
from archive.model import Message
from crawler import feeds
from crawler.reading import Gatherer
from crawler.scope import is_not_a_page
from crawler.seedtext import decode
from crawler.xmlclean import read_prolog
from crawler.xmlreader import EntryTarget, walk

MOST = 0.8  # of the entries that must be so, for the whole to be so: a news feed holds a podcast now and then
_GZIP_LAYERS = 2  # as crawler/discovery.py reads them

COMMENTS, TAG, AUTHOR, SEARCH, PODCAST = (
    "a feed of comments",
    "a feed of one tag",
    "a feed of one author",
    "a feed of a search",
    "a podcast",
)
_SEGMENTS = {
    **dict.fromkeys(("comment", "comments", "comments.xml", "comments.rss"), COMMENTS),
    **dict.fromkeys(("tag", "tags", "tagged", "label", "labels", "keyword", "keywords", "etiqueta", "schlagwort"), TAG),
    **dict.fromkeys(("author", "authors", "autor", "autoren", "auteur", "autore", "contributor", "byline"), AUTHOR),
    **dict.fromkeys(("search", "suche", "recherche", "buscar", "poisk"), SEARCH),
    **dict.fromkeys(("podcast", "podcasts", "podcast.xml", "podcast.rss"), PODCAST),
    **dict.fromkeys(("oembed", "wp-json"), "no feed, but an interface for programs"),
}
_KEYS = {"tag": TAG, "author": AUTHOR, "s": SEARCH, "q": SEARCH, "query": SEARCH, "search": SEARCH}
# As the content systems write it; a bare `Kommentare` is the opinion pages of many a newspaper.
_TITLES = (
    (
        re.compile(
            r"(?:^|[»›|:–—-] ?)(?:comments? (?:on|for)\b|kommentare? (?:zu|für|auf)\b|commentaires? (?:sur|pour)\b"
            r"|comentarios (?:en|de|sobre)\b|comentários (?:sobre|em)\b|commenti (?:su|per|a)\b|komentarze do\b|reacties (?:op|voor)\b"
            r"|комментари[ий] (?:к|на|для)\b|коментарі (?:до|для)\b)"
            r"|\bcomments? (?:feed|rss)\b|kommentar-feed|flux des commentaires|feed de los comentarios|feed dei commenti"
            r"|лента комментариев|стрічка коментарів",
            re.IGNORECASE,
        ),
        COMMENTS,
    ),
    (re.compile(r"\btag feed\b", re.IGNORECASE), TAG),
    (re.compile(r"\bposts by .{1,200} feed\b", re.IGNORECASE), AUTHOR),
    (re.compile(r"\bsearch results for\b", re.IGNORECASE), SEARCH),
    (re.compile(r"\bpodcasts?\b|подкаст", re.IGNORECASE), PODCAST),
)
_COMMENT_LINK = re.compile(r"#(?:comment|respond|disqus)", re.IGNORECASE)
_AUDIO = re.compile(r"\.(?:mp3|m4a|ogg|opus|aac)(?:\?|$)", re.IGNORECASE)


def by_url(url: str) -> str | None:
    """What a feed at this address would be, if no feed of articles."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query[:2000], max_num_fields=50)
    except ValueError:
        return None
    for segment in unquote(parts.path[:2000]).lower().split("/"):
        if segment in _SEGMENTS:
            return _SEGMENTS[segment]
        if segment == "-" and "/feeds/posts/" in parts.path:  # Blogger: /feeds/posts/default/-/LABEL
            return TAG
    for key, value in pairs:
        if key.lower() in _KEYS and value:
            return _KEYS[key.lower()]
        if key.lower() == "feed" and value.lower().startswith("comments"):
            return COMMENTS
    return None


def by_title(title: str | None) -> str | None:
    """What a feed of this title would be, if no feed of articles."""
    title = (title or "")[:300]
    return next((what for pattern, what in _TITLES if pattern.search(title)), None)


def by_entries(urls: Iterable[str]) -> str | None:
    """What a sitemap of these addresses is, if none of articles."""
    lists = files = total = 0
    for url in urls:
        total += 1
        path = urlsplit(url).path
        files += is_not_a_page(path)
        lists += any(_SEGMENTS.get(segment) in (TAG, AUTHOR) for segment in path.lower().split("/")[:-1])
    if total and files >= MOST * total:
        return "a sitemap of files that are no pages"
    return "a sitemap of tags and authors" if total and lists >= MOST * total else None


def judge_task(payload: bytes, **params: Any) -> dict[str, Any]:
    """For children: `judge` over a response block. Params: `url`, `max_decoded_bytes`."""
    limit = int(params["max_decoded_bytes"])
    message = parse_response(split_interim(payload)[1])
    body = decode_body(message, max_bytes=limit).body
    for _ in range(_GZIP_LAYERS):
        if body[:2] == b"\x1f\x8b":
            file = Message(status=200, reason="", version="HTTP/1.1", headers=[("Content-Encoding", "gzip")], raw_body=body)
            body = decode_body(file, max_bytes=limit).body
    return {"noise": judge(decode(body, content_type=message.header("Content-Type")).text, str(params["url"]))}


def judge(text: str, url: str) -> str | None:
    """What the document is, if it announces no articles; null for articles, and for what is no XML."""
    prolog = read_prolog(text)
    root = prolog.root.lower().rpartition(":")[2]
    if prolog.entities or root not in (*feeds.ROOTS, "urlset"):
        return None
    target = _Counter(Gatherer(url))
    walk(text, prolog, target)
    return target.verdict(sitemap=root == "urlset")


class _Counter(EntryTarget):
    """Counts entries, and what they carry."""

    def __init__(self, gather: Gatherer) -> None:
        super().__init__(gather)
        self.title: str | None = None
        self.entries = self.audio = self.comments = self.films = self.pictures = self.dated = self.news = 0
        self._carries: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        if self.inside > 0 and tag.startswith("{"):
            space = tag[1:].partition("}")[0].lower()
            self._carries |= {mark for mark in ("sitemap-video", "sitemap-image", "sitemap-news") if mark in space}

    def is_entry(self, family: str, name: str) -> bool:
        return name in ("item", "entry", "url") and family == "core"

    def field_of(self, family: str, name: str, attributes: Mapping[str, str]) -> str | None:
        if self.entry_name is None:
            return "feed-title" if name == "title" and family == "core" and self.title is None and self.depth <= 3 else None
        if self.inside != 1:
            return None
        values = {key.rpartition("}")[2].lower(): value.strip().lower() for key, value in attributes.items()}
        if name == "enclosure" or (name == "link" and values.get("rel") == "enclosure"):
            address = values.get("url") or values.get("href") or ""
            if values.get("type", "").startswith("audio/") or _AUDIO.search(address[:2000]):
                self._carries.add("audio")
        elif name == "link" and family == "core" and _COMMENT_LINK.search(values.get("href", "")[:2000]):
            self._carries.add("comment")
        return name if name in ("link", "guid", "lastmod") and family == "core" else None

    def text(self, field: str, text: str) -> None:
        if field == "feed-title":
            self.title = text[:300]
        super().text(field, text)

    def finish(self, name: str, base: str, links: list[str], fields: dict[str, str]) -> None:
        comment = "comment" in self._carries or any(_COMMENT_LINK.search(fields.get(field, "")[:2000]) for field in ("link", "guid"))
        self.entries += 1
        self.comments += comment
        self.audio += "audio" in self._carries
        self.films += "sitemap-video" in self._carries
        self.pictures += "sitemap-image" in self._carries
        self.news += "sitemap-news" in self._carries
        self.dated += bool(fields.get("lastmod"))
        self._carries.clear()

    def verdict(self, *, sitemap: bool) -> str | None:
        """What the whole is."""
        most = max(1.0, MOST * self.entries)
        if not sitemap:
            if self.comments >= most:
                return COMMENTS
            return PODCAST if self.audio >= most else by_title(self.title)
        if self.news:
            return None
        if self.films >= most:
            return "a sitemap of films"
        # The sitemaps that content systems write for their articles list the pictures in them, too, and say when each article changed.
        return "a sitemap of pictures" if self.pictures >= most and not self.dated else None
