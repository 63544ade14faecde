"""How are stories announced: RSS, Atom, JSON Feed, sitemaps and news sitemaps, written out?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announced URL."""

    url: str
    title: str
    summary: str
    published: str
    modified: str
    language: str
    author: str
    id: str


def rss(title: str, base: str, entries: Iterable[Entry]) -> bytes:
    """RSS 2.0 as blogs write it: dates as RFC 822, links with tracking parameters, ids that are no links."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{escape(_tracked(entry.url))}</link>"
        f'<guid isPermaLink="false">{escape(entry.id)}</guid><pubDate>{format_datetime(datetime.fromisoformat(entry.published))}</pubDate>'
        f"<dc:creator><![CDATA[{entry.author}]]></dc:creator><description><![CDATA[<p>{escape(entry.summary)}</p>]]></description></item>\n"
        for entry in entries
    )
    return (
        f'{DECLARATION}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f'<title>{escape(title)}</title><link>{base}/</link><atom:link href="{base}/feed.rss" rel="self"/><description/>\n{items}</channel></rss>\n'
    ).encode()


def atom(title: str, base: str, entries: Iterable[Entry]) -> bytes:
    """Atom 1.0."""
    rows = list(entries)
    items = "".join(
        f'<entry><title type="html">{escape(escape(entry.title))}</title><link rel="alternate" href="{escape(entry.url)}"/><id>{escape(entry.id)}</id>'
        f"<published>{entry.published}</published><updated>{entry.modified}</updated><author><name>{escape(entry.author)}</name></author>"
        f'<summary xml:lang="{entry.language}">{escape(entry.summary)}</summary></entry>\n'
        for entry in rows
    )
    updated = max((entry.modified for entry in rows), default="2025-01-01T00:00:00+00:00")
    return (
        f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(title)}</title><id>{base}/</id>'
        f'<link rel="self" href="{base}/feed.atom"/><updated>{updated}</updated>\n{items}</feed>\n'
    ).encode()


def json_feed(title: str, base: str, entries: Iterable[Entry]) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "date_published": entry.published,
            "date_modified": entry.modified,
            "language": entry.language,
            "authors": [{"name": entry.author}],
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feed.json",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def sitemap_index(urls: Iterable[str]) -> bytes:
    """A sitemap of sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in urls)
    return f"{DECLARATION}<sitemapindex {_SITEMAPS}>\n{rows}</sitemapindex>\n".encode()


def sitemap(rows: Iterable[tuple[str, str]]) -> bytes:
    """A sitemap of (URL, last modification)."""
    items = "".join(f"<url><loc>{escape(url)}</loc><lastmod>{modified}</lastmod></url>\n" for url, modified in rows)
    return f"{DECLARATION}<urlset {_SITEMAPS}>\n{items}</urlset>\n".encode()


def news_sitemap(title: str, entries: Iterable[Entry]) -> bytes:
    """A sitemap with Google's news extension."""
    items = "".join(
        f"<url><loc>{escape(entry.url)}</loc><news:news><news:publication><news:name>{escape(title)}</news:name>"
        f"<news:language>{entry.language}</news:language></news:publication><news:publication_date>{entry.published}</news:publication_date>"
        f"<news:title>{escape(entry.title)}</news:title></news:news></url>\n"
        for entry in entries
    )
    return f'{DECLARATION}<urlset {_SITEMAPS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{items}</urlset>\n'.encode()


def gzipped(data: bytes) -> bytes:
    """The same bytes every time: no time stamp in the header."""
    return gzip.compress(data, 6, mtime=0)


def _tracked(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}utm_source=rss&utm_medium=feed"
