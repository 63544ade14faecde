"""What is on this page, before anything is decided: its tree, its pieces of text, and what it says of itself?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines import dom, lines, metadata, verdict
from pipelines.authors import Name, find_authors
from pipelines.blocks import Block, segment
from pipelines.head import Head, read_head
from pipelines.jsonld import JsonLd, read_jsonld, texts
from pipelines.language import tag
from pipelines.prose import Known
from pipelines.requisite_kinds import What
from pipelines.requisites import requisites_of
from pipelines.titles import Title, find_title, site_names

_MAX_FIELDS = 200
# A long page has 2,000 pieces of text. At 0.2 ms each, 8,000 are judged in less than two seconds.
_MAX_PIECES = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page."""

    tree: HtmlElement
    """Without what holds no reading text; see `dom.strip_unread`."""
    pieces: list[Block]
    """All pieces of text, in the order of the page."""
    more_pieces: bool
    """There are more than are looked at."""
    head: Head
    jsonld: JsonLd
    title: Title
    authors: list[Name]
    site: str | None
    description: str | None
    section: str | None
    keywords: list[str]
    stated_languages: tuple[str | None, ...]
    """What page, headers and announcement say, the nearest first."""
    language: str | None
    """The first of them that is a language, or the source's."""
    known: Known
    requisites: tuple[tuple[str, What], ...]
    """What else must be there for the page to look as it did; none where nobody asked."""


def read_page(
    text: str,
    url: str,
    *,
    requested_url: str | None = None,
    languages: Sequence[str] = (),
    announced_language: str | None = None,
    content_language: str | None = None,
    requisites: str = "none",
) -> Page:
    """Parse the characters of a page. `requisites` is the value of a source's key. Raises dom.EmptyPage."""
    tree = dom.parse(text)
    needed = tuple(requisites_of(tree, url, requisites))
    head = read_head(tree, url)
    jsonld = read_jsonld(tree, urls=tuple(found for found in (url, requested_url, head.link("canonical")) if found))
    asking = _around_fields(tree)
    dom.strip_unread(tree)
    every = segment(tree)
    pieces = every[:_MAX_PIECES]
    site, site_forms = site_names(jsonld, head, (urlsplit(url).hostname or "").lower())
    title = find_title(jsonld, head, pieces, site_forms)
    description = metadata.find_description(jsonld, head)
    authors = find_authors(jsonld, head, pieces, tree, site=site_forms, titles=title.keys)
    section = metadata.find_section(jsonld, head)
    keywords = metadata.find_keywords(jsonld, head)
    article = jsonld.article or {}
    stated = (
        head.lang,
        *texts(article.get("inLanguage"), "alternateName", "name"),
        head.first("og:locale"),
        head.first("content-language", "language", "dc.language"),
        content_language,
        announced_language,
    )
    language = next((found for value in stated if (found := tag(value))), None) or next(iter(languages), None)
    return Page(
        tree=tree,
        pieces=pieces,
        more_pieces=len(every) > _MAX_PIECES,
        head=head,
        jsonld=jsonld,
        title=title,
        authors=authors,
        site=site,
        description=description,
        section=section,
        keywords=keywords,
        stated_languages=stated,
        language=language,
        known=Known(
            titles=title.keys,
            title_words=frozenset(lines.word_list(title.text or "")),
            description=description,
            authors=frozenset(name.name.casefold() for name in authors),
            article_body=next(iter(texts(article.get("articleBody"))), None),
            language=(language or "").split("-")[0] or None,
            marked=verdict.says_article(jsonld, head),
            asking=asking,
            topics=frozenset(word.replace(" ", "").casefold() for word in (*keywords, section or "") if word),
        ),
        requisites=needed,
    )


def _around_fields(tree: HtmlElement) -> frozenset[HtmlElement]:
    """The elements around each field for text, up to four levels."""
    found: set[HtmlElement] = set()
    for field in islice(tree.iter("input", "textarea"), _MAX_FIELDS):
        if field.tag == "input" and (field.get("type") or "text").lower() not in ("text", "email", "search", "tel"):
            continue
        around = field.getparent()
        for _ in range(4):
            if around is None or around.tag in ("body", "html", "main", "article"):
                break
            found.add(around)
            around = around.getparent()
    return frozenset(found)
