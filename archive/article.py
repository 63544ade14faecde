"""What an article record is: every field, its format, and the JSON Schema made of them.

One JSON line a version. Times are RFC 3339 with offset; unknown is an explicit null; lists are arrays.
"""

from __future__ import annotations

import uuid
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["warchive.article/1"] = "warchive.article/1"
_VERSIONS = uuid.UUID("6f0f4f0e-7d0b-5a6e-9a55-3c1f6d6f2b11")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Block(_Part):
    """One paragraph, heading, list item or quote of the body, in reading order."""

    type: Literal["paragraph", "heading", "quote", "list_item", "preformatted", "table_row"]
    text: str
    """Plain text on one line, white space collapsed."""
    xpath: str | None
    """Where in the page it came from, or null where the extractor cannot say."""
    time: str | None = None
    """RFC 3339 of the live blog's entry that it belongs to; null elsewhere."""


class Credit(_Part):
    """Who had a part in the article beside its authors: an agency, an editor, a translator, a photographer."""

    name: str
    role: str | None = None
    """As the page says it, or `agency`."""


class Author(_Part):
    """One person or organisation that the page names as author."""

    name: str
    url: str | None = None
    """Absolute URL of the author's page."""


class Image(_Part):
    """A picture that belongs to the article."""

    url: str
    """Absolute URL."""
    caption: str | None = None
    credit: str | None = None


class DateClaim(_Part):
    """One statement about when the article was published or modified; every claim is kept."""

    value: str | None
    """RFC 3339 with offset; a date alone (`2024-11-08`) where no time was given; without offset where no zone is known; null where
    the text could not be read."""
    raw: str
    """As it was written."""
    source: str
    """Where it was found: `json-ld:datePublished`, `meta:article:published_time`, `itemprop:datePublished`, `time`, `visible`, `url`,
    `feed`, `news_sitemap`, `http:last-modified` ...; `;zone=Europe/Kyiv` behind it names the zone of the source where that was used."""
    kind: Literal["published", "modified"]
    zone: Literal["stated", "source"] | None = None
    """Who says how far the clock is from UTC: the page, or only the source's `timezone`; null where there is no clock, or nobody says."""
    chosen: bool = False
    """`date_published` or `date_modified` is this claim."""


class Change(_Part):
    """What differs from the version before; null fields did not change."""

    title: bool
    text: bool
    authors: bool
    dates: bool
    page: bool
    """Words of the page changed, in the article or around it; see `page_sha256`."""
    similarity: float | None = None
    """Share of words that both texts have in common, 0 to 1."""


class WarcPointer(_Part):
    """Where the capture lies that this article was made of."""

    filename: str
    """Base name of the WARC file in the run's `archive/` folder."""
    offset: int
    """Of the record's gzip member, in bytes."""
    length: int
    """Of the record's gzip member, in bytes."""
    record_id: str
    """`urn:uuid:...`"""
    payload_digest: str
    """As in the record's WARC-Payload-Digest."""


class Extractor(_Part):
    """What made the text: the same bytes, version and options give the same text on any day."""

    name: str
    version: str
    options_sha256: str
    """Lower-case hex of the options as canonical JSON."""
    furniture: list[str] = []
    """Lines of this page that the memory of the site knew as furniture, each as the first 16 hex digits of the SHA-256 of its key,
    sorted: given again, the same bytes give the same text again."""


class DiscoveredVia(_Part):
    """How the URL was found for the first time."""

    type: Literal["feed", "sitemap", "news_sitemap", "section", "command-line"]
    url: str
    record_id: str | None
    """Record of the seed as captured."""
    seen_at: str
    """RFC 3339 with offset."""


class Article(_Part):
    """The clean text of one capture with its metadata: warchive's product."""

    schema_: Literal["warchive.article/1"] = Field(default=SCHEMA, alias="schema")
    """Name and major version of this format."""
    id: str | None = None
    """`urn:uuid:...` of this version; null until it is kept in an archive."""
    article_id: str
    """Lower-case hex SHA-256 of the normalised URL; the same for all versions."""
    version: int = 1
    """1 for the first version kept, then counting up."""
    previous_id: str | None = None
    """`id` of the version before."""
    change: Change | None = None
    """What differs from the version before; null for the first."""
    source: str | None = None
    """Name of the source; null for captures that no source made."""
    url: str
    """Final URL, after redirects."""
    requested_url: str | None = None
    """URL as announced, before redirects."""
    canonical_url: str | None = None
    """What the page says is its canonical URL, absolute."""
    hostname: str
    """Host of `url`, lower case."""
    site_name: str | None = None
    title: str | None = None
    """The headline, without the site's name."""
    description: str | None = None
    text: str
    """The body alone: paragraphs, headings, quotes and list items in reading order, separated by blank lines."""
    blocks: list[Block] = []
    """The same text in pieces."""
    authors: list[Author] = []
    credits: list[Credit] = []
    section: str | None = None
    keywords: list[str] = []
    images: list[Image] = []
    language: str | None = None
    """BCP 47."""
    license: str | None = None
    """URL or text of the licence that the page states."""
    is_accessible_for_free: bool | None = None
    """schema.org isAccessibleForFree, where the page states it."""
    date_published: str | None = None
    """The best claim: RFC 3339 with offset; a date alone where no time is known; without offset where no zone is known."""
    date_modified: str | None = None
    """As `date_published`."""
    dates: list[DateClaim] = []
    """Every claim that was found."""
    captured_at: str | None = None
    """RFC 3339, UTC, of the capture."""
    extracted_at: str | None = None
    """RFC 3339, UTC, of the extraction; null in records that were made again, of which the manifest of the extraction tells the time."""
    verdict: str = "article"
    """What the response is: `article`, `live_blog`, or `paywall_stub` where only the beginning of an article is shown, because the rest
    costs money or a name. The others make no record; see docs."""
    verdict_reasons: list[str] = []
    text_sha256: str
    """Lower-case hex SHA-256 of `text` in UTF-8."""
    page_sha256: str | None = None
    """Lower-case hex SHA-256 of the page's own visible words: text, headline, captions, notes and imprint, without boxes, counters and
    times. Comparable between records of the same extractor version."""
    near_duplicate_of: str | None = None
    """`article_id` of the earliest article in the collection with nearly the same text, where one was there before this one: null for the
    first, and where there is none. As it was known when the version was kept."""
    cluster_id: str | None = None
    """The same for all articles whose texts are nearly the same: `article_id` of the first of them, which is its own where it is the first
    or the only one. Null where the text is too short to be compared. As it was known when the version was kept."""
    warc: WarcPointer | None = None
    extractor: Extractor
    discovered_via: DiscoveredVia | None = None
    robots: str | None = None
    """What the page's robots meta tag or X-Robots-Tag says, as written."""
    run: str | None = None
    """Id of the run that made it."""

    def to_json(self) -> str:
        """One line of JSON, keys in the order of this class, non-ASCII as it is."""
        return self.model_dump_json(by_alias=True)


class NotAnArticle(_Part):
    """Why no article was made of a response."""

    verdict: str
    """A block: `bot_challenge`, `consent`, `login`, `geo_block`, `soft_404`, `redirected_home`, `rate_limited`. Another page: `section`,
    `video`, `gallery`, `audio`. No page: `too_short`, `empty`, `not_html`, `error`, `extraction_failed`."""
    reasons: list[str]
    """One short sentence each, for a person."""
    url: str
    title: str | None = None


def version_id(article_id: str, record_id: str) -> str:
    """`id` of the version that is made of this record: the same whenever it is made."""
    return uuid.uuid5(_VERSIONS, f"{article_id} {record_id}").urn


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line of articles.jsonl."""
    schema = Article.model_json_schema(by_alias=True, mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = "urn:warchive:schema:article:1"
    schema["required"] = list(schema["properties"])
    return schema
