"""When was the article published and modified: which claims are there, and which is the best?

Precedence for publishing: JSON-LD, article meta, `<time>` marked as published, the visible line, other meta, other `<time>`, the
announcement; of claims that agree on the day, one with a time and a zone beats one without. HTTP Last-Modified is kept as a claim and never
chosen; nor is what lies more than a day after the capture.
A zone that nobody stated is never made up: where the source's zone is applied to a clock, the claim's source says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.html import HtmlElement

from archive.article import DateClaim
from pipelines.blocks import Block
from pipelines.claimreader import Kind, Reader, add_times, add_visible
from pipelines.dates import Reading
from pipelines.head import Head
from pipelines.jsonld import JsonLd, texts

_JSON_LD: tuple[tuple[str, Kind, int], ...] = (
    ("datePublished", "published", 0),
    ("dateCreated", "published", 12),
    ("uploadDate", "published", 13),
    ("dateModified", "modified", 0),
)
_PUBLISHED_META = (
    "article:published_time og:article:published_time og:published_time datepublished article:published publishdate publish-date "
    "publish_date pubdate dc.date.issued dcterms.issued dc.date dcterms.created dc.date.created date parsely-pub-date "
    "sailthru.date article.published cxenseparse:recs:publishtime bt:pubdate article_date_original originalpublicationdate "
    "publication_date datecreated release_date displaydate last_published_date iso-8601-publish-date"
).split()
_MODIFIED_META = (
    "article:modified_time og:updated_time og:article:modified_time datemodified article:updated article:modified lastmod last- "
    "modified dcterms.modified dc.date.modified modified_time revised date-modified updated_time iso-8601-modified-date "
    "lastmodifieddate"
).split()
_STRONG_META = frozenset(("article:published_time", "og:article:published_time", "datepublished", "article:modified_time", "datemodified"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    claims: tuple[DateClaim, ...]
    published: str | None
    modified: str | None


def find_dates(
    jsonld: JsonLd,
    head: Head,
    blocks: list[Block],
    tree: HtmlElement,
    *,
    titles: frozenset[str],
    language: str | None,
    timezone: str | None = None,
    captured_at: datetime | None = None,
    announced: tuple[tuple[str, str | None, str | None], ...] = (),
    last_modified: str | None = None,
    stated: tuple[tuple[str, str, Kind], ...] = (),
) -> Dates:
    """`announced` holds (kind of seed, published, modified) as the seed wrote them; `stated` (raw, source, kind) goes before all others."""
    reader = Reader(language=language, timezone=timezone, captured_at=captured_at)
    article = jsonld.article or {}
    for raw, source, kind in stated:
        reader.add(raw, source, kind, -1)
    for key, kind, rank in _JSON_LD:
        for raw in texts(article.get(key)):
            reader.add(raw, f"json-ld:{key}", kind, rank)
    for name in _PUBLISHED_META:
        for raw in head.all(name)[:3]:
            reader.add(raw, f"meta:{name}", "published", 1 if name in _STRONG_META else 4)
    for name in _MODIFIED_META:
        for raw in head.all(name)[:3]:
            reader.add(raw, f"meta:{name}", "modified", 1 if name in _STRONG_META else 4)
    add_times(reader, tree)
    add_visible(reader, blocks, titles)
    for seed, published, modified in announced:
        reader.add(published, seed, "published", 8)
        # A sitemap's lastmod says when the page changed, not when the article did.
        reader.add(modified, seed, "modified", 8 if seed == "feed" else 95)
    reader.add(last_modified, "http:last-modified", "modified", 99)
    first, last = reader.best("published"), reader.best("modified")
    if first is not None and last is not None and _before(last, first):
        last = None
    return Dates(
        claims=tuple(entry.claim for entry in reader.found),
        published=first.value() if first else None,
        modified=last.value() if last else None,
    )


def _before(one: Reading, other: Reading) -> bool:
    first, second = one.moment(), other.moment()
    return first < second if first and second else one.day < other.day


def as_moment(text: str | None) -> datetime | None:
    """An RFC 3339 time as an aware datetime; null for what is none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
