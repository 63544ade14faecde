"""How does what was found on a page become an article record?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from archive.article import Article, Author, Block, DiscoveredVia, Extractor
from archive.urls import article_id
from pipelines import metadata, options
from pipelines.body import Selection
from pipelines.claims import as_moment, find_dates
from pipelines.credits import find_credits
from pipelines.decisions import REMEMBERED
from pipelines.images import find_images
from pipelines.language import choose
from pipelines.live import entry_times
from pipelines.options import ExtractOptions
from pipelines.overrides.apply import Said
from pipelines.page import Page
from pipelines.pagewords import words_sha256

# libxml2 counts all siblings for each path: a table of 40,000 rows would take seconds.
_MAX_PATHS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known of a page from elsewhere than the page; see `extract.extract`."""

    url: str
    requested_url: str | None = None
    captured_at: str | None = None
    extracted_at: str | None = None
    timezone: str | None = None
    languages: Sequence[str] = ()
    announcement: Mapping[str, Any] = field(default_factory=dict)
    last_modified: str | None = None
    x_robots_tag: str | None = None


def article_of(
    page: Page,
    selection: Selection,
    visit: Visit,
    *,
    verdict: str,
    reasons: list[str],
    free: bool | None,
    said: Said | None,
    settings: ExtractOptions,
) -> Article:
    """The record of a page that is an article; `said` is an override's word."""
    jsonld, head, tree, title, body = page.jsonld, page.head, page.tree, page.title, selection.blocks
    told = visit.announcement
    text = "\n\n".join(block.text for block in body)
    dates = find_dates(
        jsonld,
        head,
        page.pieces,
        tree,
        titles=title.keys,
        language=page.language,
        timezone=visit.timezone,
        captured_at=as_moment(visit.captured_at),
        announced=((str(told.get("type") or "announcement"), told.get("published"), told.get("modified")),) if told else (),
        last_modified=visit.last_modified,
        stated=said.dates if said is not None else (),
        url=visit.url,
    )
    language = choose(text, page.stated_languages, visit.languages)
    return Article(
        article_id=article_id(visit.url),
        url=visit.url,
        requested_url=visit.requested_url,
        canonical_url=metadata.find_canonical(jsonld, head),
        hostname=(urlsplit(visit.url).hostname or "").lower(),
        site_name=page.site,
        title=title.text or told.get("title"),
        description=page.description,
        text=text,
        blocks=_blocks(page, selection, verdict, published=dates.published, language=language, timezone=visit.timezone),
        authors=[Author(name=name.name, url=name.url) for name in page.authors],
        credits=find_credits(jsonld, head, page.pieces, authors=page.authors, titles=title.keys, body=body),
        section=page.section,
        keywords=page.keywords,
        images=find_images(jsonld, head, body, tree),
        language=language,
        license=metadata.find_license(jsonld, head),
        is_accessible_for_free=free,
        date_published=dates.published,
        date_modified=dates.modified,
        dates=list(dates.claims),
        captured_at=visit.captured_at,
        extracted_at=visit.extracted_at,
        verdict=verdict,
        verdict_reasons=reasons,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        # What the memory of the site took out is no word of this page: put on all pages at once, it would make a version of each.
        page_sha256=words_sha256([block for block in page.pieces if selection.reasons.get(block) != REMEMBERED], body, title.keys),
        extractor=Extractor(
            name=options.NAME,
            version=options.extractor_version() + (said.mark if said is not None else ""),
            options_sha256=settings.sha256(),
            furniture=selection.furniture,
        ),
        discovered_via=DiscoveredVia(type=told["type"], url=told["url"], record_id=told.get("record_id"), seen_at=told["seen_at"])
        if told.get("seen_at") and told.get("url")
        else None,
        robots=head.first("robots", "googlebot") or visit.x_robots_tag,
    )


def _blocks(
    page: Page, selection: Selection, verdict: str, *, published: str | None, language: str | None, timezone: str | None
) -> list[Block]:
    body = selection.blocks
    times: Sequence[str | None] = (
        entry_times(
            body, page.jsonld, page.tree, pieces=page.pieces, published=published, language=page.language or language, timezone=timezone
        )
        if verdict == "live_blog"
        else [None] * len(body)
    )
    paths = page.tree.getroottree()
    return [
        Block(type=block.kind, text=block.text, xpath=paths.getpath(block.place.element) if number < _MAX_PATHS else None, time=moment)
        for number, (block, moment) in enumerate(zip(body, times, strict=True))
    ]
