"""What do lists say of one article: on the front, in a search, on a source's page?"""

from __future__ import annotations

from urllib.parse import quote

from archive.catalogue_rows import StoredArticle
from archive.web.capturelist import Told


class ArticleLine(Told):
    """One version of an article as lists show it, without its text."""

    id: str
    """Of the version: `urn:uuid:...`."""
    article_id: str
    """SHA-256 of the normalised address: the same for all versions."""
    version: int
    url: str
    hostname: str
    title: str | None
    authors: list[str]
    source: str | None
    language: str | None
    """BCP 47."""
    verdict: str
    date_published: str | None
    """As the page states it: a date, or a time with its zone."""
    date_modified: str | None
    captured_at: str | None
    run: str
    page: str
    """Path of its page on this server."""


def article_line(stored: StoredArticle) -> ArticleLine:
    """Of a row of the catalogue."""
    return ArticleLine(
        id=stored.id,
        article_id=stored.article_id,
        version=stored.version,
        url=stored.url,
        hostname=stored.hostname,
        title=stored.title,
        authors=list(stored.authors),
        source=stored.source,
        language=stored.language,
        verdict=stored.verdict,
        date_published=stored.date_published,
        date_modified=stored.date_modified,
        captured_at=stored.captured_at,
        run=stored.run,
        page=f"/articles/{quote(stored.id.removeprefix('urn:uuid:'), safe='')}",
    )
