"""What is this response: an article, or which other thing?

Careful in one direction: a real article must not be refused. Where text and claims disagree, text decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines import blocked, lines
from pipelines.blocks import Block
from pipelines.head import Head
from pipelines.jsonld import ARTICLE_TYPES, LISTING_TYPES, JsonLd, types_of
from pipelines.options import ExtractOptions
from pipelines.prose import is_prose
from pipelines.shown import SEEN, Shown

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"))
_MAYBE_TYPES = frozenset(
    ("", "text/plain", "application/octet-stream", "text/xml", "application/xml", "unknown/unknown", "application/x-httpd-php", "*/*")
)
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|article|script)[\s>]", re.IGNORECASE)
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"ID3", "MP3"),
    (b"\x00\x00\x00", "MP4"),
    (b"wOF", "font"),
)
_LIVE_PATH = re.compile(r"live-?(?:blog|ticker|updates?|text)|news-?blog|/live/|minute-by-minute|en-direct|online-?trans", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`article` and `live_blog` make a record; the others do not."""

    verdict: str
    reasons: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        return self.verdict in ("article", "live_blog")


def of_bytes(body: bytes, content_type: str | None) -> Judgement | None:
    """What can be said without parsing; null: go on."""
    if not body.strip():
        return Judgement(verdict="empty", reasons=("the body has no bytes that mean anything",))
    media = (content_type or "").split(";")[0].strip().lower()
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return Judgement(verdict="not_html", reasons=(f"the body begins like {name}",))
    if media in _HTML_TYPES:
        return None
    if media in _MAYBE_TYPES:
        if _LOOKS_LIKE_HTML.search(start):
            return None
        return Judgement(verdict="not_html", reasons=(f"Content-Type is {media or 'missing'} and the body does not look like HTML",))
    return Judgement(verdict="not_html", reasons=(f"Content-Type is {media[:80]}",))


def of_no_page(
    early: Judgement, body: bytes, *, status: int, url: str, headers: Sequence[tuple[str, str]], requested_url: str | None
) -> Judgement:
    """What stands in the place of a page may be a block without a page: an empty body with a header, or JSON that names a captcha."""
    if status >= 400 or status == 202 or early.verdict == "empty" or body[:1] == b"{":
        found = blocked.recognise(status=status, headers=headers, body=body, url=url, requested_url=requested_url)
        if found is not None:
            return Judgement(verdict=found.reason, reasons=found.evidence)
    return Judgement(verdict="error", reasons=early.reasons) if status >= 400 else early


def of_page(
    *,
    status: int,
    url: str,
    title: str | None,
    blocks: list[Block],
    body: list[Block],
    jsonld: JsonLd,
    head: Head,
    markup: str,
    headers: Sequence[tuple[str, str]],
    requested_url: str | None,
    free: bool | None,
    options: ExtractOptions,
) -> Judgement:
    """Judge a parsed page by its status, what it says of itself and how much of it is text."""
    size = sum(len(block.text) for block in body)
    prose = [block for block in body if is_prose(block)]
    headline = next((block.text for block in blocks if block.tag == "h1"), "")
    marked = says_article(jsonld, head)
    if status >= 400 or status == 202 or size < blocked.GATE:
        page = Shown(
            names=tuple(name for name in dict.fromkeys((title, head.title, headline)) if name),
            pieces=tuple(block.text for block in blocks),
            prose=size,
            marked=marked,
            markup=markup[:SEEN],
            whole=True,
        )
        told = {name.lower(): value.lower() for name, value in headers}
        if (found := blocked.name(page, status=status, told=told, url=url, requested_url=requested_url)) is not None:
            return Judgement(verdict=found.reason, reasons=found.evidence)
    if status >= 400:
        return Judgement(verdict="error", reasons=(f"the server answered with status {status}",))
    if not blocks:
        return Judgement(verdict="empty", reasons=("the page shows no text",))
    if section := _section(url, blocks, prose, size, marked, jsonld):
        return section
    if free is False and (size < 350 and len(prose) < 3):
        return Judgement(verdict="paywall_stub", reasons=(f"the page says that it is not free and shows {size} characters of text",))
    if size < (options.min_chars if marked else options.min_chars_unmarked) and not (prose and marked):
        if size == 0:
            return Judgement(verdict="empty", reasons=("no body text was found",))
        return Judgement(verdict="too_short", reasons=(f"only {size} characters of text",))
    reasons = ("the page says that it is not free; the text may be cut",) if free is False else ()
    kinds = types_of(jsonld.article) if jsonld.article else set()
    if "liveblogposting" in kinds or "liveblogposting" in jsonld.types:
        return Judgement(verdict="live_blog", reasons=("JSON-LD says LiveBlogPosting", *reasons))
    if _LIVE_PATH.search(urlsplit(url).path) and sum(1 for block in blocks if lines.is_dateline(block.text)) >= 8:
        return Judgement(verdict="live_blog", reasons=("the URL says live and the page has many time marks", *reasons))
    return Judgement(verdict="article", reasons=reasons)


def says_article(jsonld: JsonLd, head: Head) -> bool:
    """The page calls itself an article."""
    if jsonld.article is not None and types_of(jsonld.article) & ARTICLE_TYPES:
        return True
    return (head.first("og:type") or "").lower() in ("article", "news", "newsarticle", "news.article") or head.first(
        "article:published_time"
    ) is not None


def _section(url: str, blocks: list[Block], prose: list[Block], size: int, marked: bool, jsonld: JsonLd) -> Judgement | None:
    shown = [block for block in blocks if block.place.noise() not in ("navigation", "footer")]
    led = [block for block in shown if block.link_share >= 0.8 and len(block.text) >= 25 and lines.words(block.text) >= 4]
    home = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    if home and len(led) >= 5 and jsonld.article is None:
        return Judgement(verdict="section", reasons=(f"the site's front page, with {len(led)} links to other pages",))
    linked = sum(len(block.text) for block in led)
    if marked:
        if len(led) >= 12 and size < 150 and linked > size * 5:
            return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and {size} characters of text",))
        return None
    # Paragraphs that follow each other in one element are a text; those of a list of teasers stand in elements of their own.
    together = Counter(block.place.parent for block in prose)
    if together and max(together.values()) >= 3:
        return None
    listing = bool(jsonld.types & LISTING_TYPES)
    if len(led) >= (6 if listing else 10) and linked > size * (0.7 if listing else 1.5):
        return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and {size} characters of text",))
    if len(led) >= 3 and size < 140:
        return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and hardly any text",))
    return None
