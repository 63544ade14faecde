"""When was the article published and modified: which claims are there, and which is the best?

Precedence for publishing: JSON-LD, article meta, `<time>` marked as published, the visible line, other meta, other `<time>`, the
announcement, the address; of claims that agree on the day, one with a time and a zone beats one without. HTTP Last-Modified is kept as a
claim and never chosen; nor is what lies after the capture. A zone that nobody stated is never made up: where the source's zone is applied
to a clock, the claim says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.html import HtmlElement

from archive.article import DateClaim
from pipelines.blocks import Block
from pipelines.claimreader import NEVER, Kind, Reader
from pipelines.dates import Reading
from pipelines.head import Head
from pipelines.jsonld import JsonLd, texts
from pipelines.shownclaims import add_address, add_times, add_visible

_JSON_LD: tuple[tuple[str, Kind, float], ...] = (
    ("datePublished", "published", 0),
    ("dateCreated", "published", 12),
    ("uploadDate", "published", 13),
    ("dateModified", "modified", 0),
)
_PUBLISHED_META = (
    "article:published_time og:article:published_time og:published_time datepublished article:published publishdate publish-date "
    "publish_date pubdate dc.date.issued dcterms.issued dc.date dcterms.created dc.date.created date parsely-pub-date "
    "sailthru.date article.published cxenseparse:recs:publishtime bt:pubdate article_date_original originalpublicationdate "
    "publication_date datecreated release_date displaydate last_published_date iso-8601-publish-date published published_at "
    "published_date date_published published_time publish_time pub_date ptime publication-date article:post_date"
).split()
_MODIFIED_META = (
    "article:modified_time og:updated_time og:article:modified_time datemodified article:updated article:modified lastmod last-modified "
    "dcterms.modified dc.date.modified modified_time revised date-modified updated_time iso-8601-modified-date lastmodifieddate "
    "date_modified updated updated_at modified"
).split()
_STRONG_META = frozenset(("article:published_time", "og:article:published_time", "datepublished", "article:modified_time", "datemodified"))
_KINDS: tuple[tuple[Kind, list[str]], ...] = (("published", _PUBLISHED_META), ("modified", _MODIFIED_META))
# Rank within its kind: of several weak ones the first of the list above.
_META = {name: (kind, 1 if name in _STRONG_META else 4 + number / 100) for kind, names in _KINDS for number, name in enumerate(names)}


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
    url: str | None = None,
) -> Dates:
    """`announced` holds (kind of seed, published, modified) as the seed wrote them; `stated` (raw, source, kind) goes before all others;
    `url` is the page's own.
    """
    reader = Reader(language=language, timezone=timezone, captured_at=captured_at)
    article = jsonld.article or {}
    for raw, source, kind in stated:
        reader.add(raw, source, kind, -1)
    for key, kind, rank in _JSON_LD:
        for raw in texts(article.get(key)):
            reader.add(raw, f"json-ld:{key}", kind, rank)
    for name, values in head.meta.items():
        if name in _META:
            kind, rank = _META[name]
            for raw in values[:3]:
                reader.add(raw, f"meta:{name}", kind, rank)
    add_times(reader, head, tree, url)
    add_visible(reader, blocks, titles)
    for seed, published, modified in announced:
        reader.add(published, seed, "published", 8)
        # A sitemap's lastmod says when the page changed, not when the article did.
        reader.add(modified, seed, "modified", 8 if seed == "feed" else NEVER + 5)
    add_address(reader, url)
    reader.add(last_modified, "http:last-modified", "modified", NEVER + 9)
    reader.settle()
    first, last = reader.best("published"), reader.best("modified")
    if first is not None and last is not None and _before(last[1], first[1]):
        last = None
    return Dates(
        claims=reader.claims(*(entry[0] for entry in (first, last) if entry is not None)),
        published=first[1].value() if first else None,
        modified=last[1].value() if last else None,
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
