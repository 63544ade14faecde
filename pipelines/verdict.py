"""What is this response: an article, or which other thing?

Careful in one direction: a real article must not be refused. Where text and claims disagree, text decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines import blocked, listing, liveblog, media, wall
from pipelines.blocks import Block
from pipelines.head import Head
from pipelines.jsonld import ARTICLE_TYPES, JsonLd, types_of
from pipelines.matter import Matter
from pipelines.options import ExtractOptions
from pipelines.shown import PROSE, SEEN, Shown

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
_MANY = 5  # articles in JSON-LD at the top level: of a page with one there may be a second and a third, for its parts
RECORDS = frozenset(("article", "live_blog", "paywall_stub"))
"""Verdicts of pages of which a record is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`article`, `live_blog` and `paywall_stub` make a record; the others do not."""

    verdict: str
    reasons: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        return self.verdict in RECORDS


def of_bytes(body: bytes, content_type: str | None) -> Judgement | None:
    """What can be said without parsing; null: go on."""
    if not body or body.isspace():
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
    matter = Matter(blocks=blocks, body=body, markup=markup, url=url)
    size = matter.size
    headline = next((block.text for block in blocks if block.tag == "h1"), "")
    names = tuple(name[:300] for name in dict.fromkeys((title, head.title, headline)) if name)
    marked = says_article(jsonld, head)
    if status >= 400 or status == 202 or size < blocked.GATE:
        # Beside a text, what lies over the page is a banner; what nobody sees says nothing.
        unseen = ("hidden", "overlay") if size >= PROSE else ("hidden",)
        page = Shown(
            names=names,
            pieces=tuple(block.text for block in blocks if block.place.noise() not in unseen),
            prose=matter.wide,
            marked=marked,
            markup=markup[:SEEN],
            whole=True,
            led=len(matter.led),
        )
        told = {name.lower(): value.lower() for name, value in headers}
        if (found := blocked.name(page, status=status, told=told, url=url, requested_url=requested_url)) is not None:
            return Judgement(verdict=found.reason, reasons=found.evidence)
        if status < 400 and (said := blocked.failure(page)):
            return Judgement(verdict="error", reasons=(f"status is {status}, but the page is called {said!r}",))
    if status >= 400:
        return Judgement(verdict="error", reasons=(f"the server answered with status {status}",))
    return _of_text(matter, names, jsonld, head, marked=marked, free=free, options=options)


def _of_text(
    matter: Matter, names: tuple[str, ...], jsonld: JsonLd, head: Head, *, marked: bool, free: bool | None, options: ExtractOptions
) -> Judgement:
    """Judge what a good answer shows."""
    size = matter.size
    language = (head.lang or "").split("-")[0].lower() or None
    reasons = ("the page says that it is not free; the text may be cut",) if free is False else ()
    if (live := liveblog.judge(matter, jsonld, names, language=language)) and size >= options.min_chars:
        return Judgement(verdict="live_blog", reasons=(*live, *reasons))
    certain = marked and (head.first("article:published_time") is not None or (jsonld.article is not None and _of_one(jsonld)))
    if found := media.judge(matter, jsonld, head, names, marked=marked):
        return Judgement(verdict=found[0], reasons=found[1])
    if not matter.blocks:
        return Judgement(verdict="empty", reasons=("the page shows no text",))
    if listed := listing.judge(matter, jsonld, marked=marked, certain=certain):
        return Judgement(verdict="section", reasons=listed)
    if not marked and (found := media.unsaid(matter)):
        return Judgement(verdict=found[0], reasons=found[1])
    if walled := wall.judge(matter, jsonld, free):
        return Judgement(verdict="paywall_stub", reasons=walled)
    least = options.min_chars if marked else options.min_chars_unmarked
    if size < least and matter.wide < least and not (matter.prose and marked):
        if size == 0 and not any(block.tag == "h1" for block in matter.blocks):
            return Judgement(verdict="empty", reasons=("no body text was found",))
        return Judgement(verdict="too_short", reasons=(f"only {size} characters of text",))
    return Judgement(verdict="article", reasons=reasons)


def says_article(jsonld: JsonLd, head: Head) -> bool:
    """The page calls itself an article."""
    if jsonld.article is not None and types_of(jsonld.article) & ARTICLE_TYPES:
        return True
    return (head.first("og:type") or "").lower() in ("article", "news", "newsarticle", "news.article") or head.first(
        "article:published_time"
    ) is not None


def _of_one(jsonld: JsonLd) -> bool:
    """JSON-LD speaks of this article, and not of each of those to which a list leads."""
    tops = [node for root in jsonld.roots for node in (root, *_items(root.get("@graph")))]
    return sum(bool(types_of(node) & ARTICLE_TYPES) for node in tops if isinstance(node, dict)) < _MANY


def _items(value: object) -> list[object]:
    return value[:200] if isinstance(value, list) else []
