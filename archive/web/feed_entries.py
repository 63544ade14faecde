"""What do the feeds tell: which articles are new, changed or gone, in words that any reader of feeds can show?"""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from archive.arrivals import Before, Changed, Gone, articles_before, changed_before, gone_before
from archive.article import Article
from archive.articlefile import read_articles
from archive.catalogue_rows import StoredArticle
from archive.errors import DamagedError
from archive.ledger import rfc3339
from archive.neutral import one_line, web_url
from archive.period import moment_of
from archive.reader import Archive
from archive.web.article_view import grouped
from archive.web.cursor import cursor_of, cut
from archive.web.direction import direction
from archive.web.origin_view import url_page
from archive.worddiff import count_words

Which = Literal["new", "changed", "gone"]
KINDS: tuple[Which, ...] = get_args(Which)
_SUMMARY = 500  # characters
_GONE = uuid.UUID("a3c5b3f2-0f6d-5c0e-8b0c-6f1f0c3d9f41")
_TAGS = {"heading": "h2", "quote": "blockquote", "preformatted": "pre", "paragraph": "p"}
_PARTS = ("title", "text", "authors", "dates", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed. Texts are harmless: on one line, no control characters."""

    id: str
    """`urn:uuid:...`, the same for ever."""
    path: str
    """Of our page about it."""
    external: str | None
    """The address on the web."""
    title: str
    summary: str
    html: str | None
    """The whole text as HTML of ours, where it was asked for."""
    updated: str
    published: str | None
    language: str | None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)
    """For programs: `_warchive` of a JSON Feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a feed is asked for."""

    which: Which
    source: str | None = None
    language: str | None = None
    words: str = ""
    """Only articles that the search finds for these."""
    limit: int = 50
    before: Before | None = None
    full: bool = False


def entries_of(archive: Archive, wanted: Wanted) -> tuple[list[Entry], str | None]:
    """The entries, newest first, and the cursor of the next page where there is one."""
    options = {"source": wanted.source, "language": wanted.language, "before": wanted.before, "limit": wanted.limit}
    cursor: str | None = None
    if wanted.which == "gone":
        gone = gone_before(archive.catalogue, **options)  # type: ignore[arg-type]
        if len(gone) == wanted.limit:
            cursor = cursor_of(gone[-1].ref.fetched_at, gone[-1].ref.record_id)
        return [_gone(one) for one in gone], cursor
    if wanted.which == "changed":
        changed = changed_before(archive.catalogue, **options)  # type: ignore[arg-type]
        stored = [one.article for one in changed]
        texts = _texts(archive, [*stored, *(one.previous for one in changed if one.previous is not None)])
        entries = [_changed(one, texts, full=wanted.full) for one in changed]
    else:
        stored = _found(archive, wanted) if wanted.words else articles_before(archive.catalogue, "new", **options)  # type: ignore[arg-type]
        texts = _texts(archive, stored)
        entries = [_new(one, texts.get(one.id), full=wanted.full) for one in stored]
    last = moment_of(stored[-1].captured_at) if len(stored) == wanted.limit and not wanted.words else None
    return entries, cursor_of(last, stored[-1].id) if last is not None else None


def _found(archive: Archive, wanted: Wanted) -> list[StoredArticle]:
    from archive.search import Query  # its word lists are loaded by who searches

    query = Query(wanted.words, source=wanted.source, language=wanted.language, by="captured", sort="newest", limit=wanted.limit)
    found = {hit.article.article_id: hit.article for hit in archive.search(query).hits}
    # The first version of each: an entry of this feed stays the same when its article changes.
    firsts = [next(archive.catalogue.versions(name), one) for name, one in found.items()]
    return sorted(firsts, key=lambda one: (one.captured_at or "", one.id), reverse=True)


def _new(one: StoredArticle, article: Article | None, *, full: bool) -> Entry:
    summary = ""
    if article is not None:
        summary = article.description if article.description and one_line(article.description) else article.text
    return _entry(one, article, path=f"/articles/{_bare(one.id)}", summary=summary, full=full)


def _changed(one: Changed, texts: dict[str, Article], *, full: bool) -> Entry:
    article, before = texts.get(one.article.id), texts.get(one.previous.id) if one.previous is not None else None
    said = f"Version {one.article.version}."
    parts: list[str] = []
    if article is not None and article.change is not None:
        change = article.change
        parts = [name for name in _PARTS if getattr(change, name)]
        said = f"Version {one.article.version}: {', '.join(parts) or 'nothing that is told'} changed."
        if change.text and change.similarity is not None:
            said += f" {change.similarity:.1%} of words in common"
            said += f", {count_words(before.text):,} -> {count_words(article.text):,} words." if before is not None else "."
    if one.previous is not None and one.previous.title != one.article.title:
        said += f" The title was: {one_line(one.previous.title or '')}"
    extra: dict[str, object] = {"changed": parts, "previous_id": one.article.previous_id}
    return _entry(one.article, article, path=f"/compare?b={_bare(one.article.id)}", summary=said, full=full, extra=extra)


def _gone(one: Gone) -> Entry:
    title = (one.article.title if one.article else None) or one.ref.url
    said = f"Answered {one.ref.status} at {rfc3339(one.ref.fetched_at)[:16]}Z, and had been away since {rfc3339(one.since)[:16]}Z."
    if one.article is not None and one.article.captured_at:
        said += f" The last version that is kept is of {one.article.captured_at[:16]}Z."
    if one.back_at is not None:
        said += f" It was there again at {rfc3339(one.back_at)[:16]}Z."
    path = f"/articles/{_bare(one.article.id)}" if one.article else url_page(one.ref.url)
    return Entry(
        id=uuid.uuid5(_GONE, one.ref.record_id).urn,
        path=path,
        external=web_url(one.ref.url),
        title=f"Gone: {one_line(title)}",
        summary=one_line(said),
        html=None,
        updated=_second(rfc3339(one.back_at or one.ref.fetched_at)),
        published=_second(rfc3339(one.ref.fetched_at)),
        language=one.article.language if one.article else None,
        authors=tuple(map(one_line, one.article.authors)) if one.article else (),
        tags=_tags(one.ref.source, None),
        extra={
            "event": "gone",
            "url": one.ref.url,
            "status": one.ref.status,
            "record_id": one.ref.record_id,
            "since": rfc3339(one.since),
            "back_at": None if one.back_at is None else rfc3339(one.back_at),
            "article_id": one.article.article_id if one.article else None,
            "id": one.article.id if one.article else None,
            "source": one.ref.source,
        },
    )


def _entry(
    one: StoredArticle, article: Article | None, *, path: str, summary: str, full: bool, extra: dict[str, object] | None = None
) -> Entry:
    published = moment_of(one.date_published)
    return Entry(
        id=one.id,
        path=path,
        external=web_url(one.url),
        title=one_line(one.title or "") or one_line(one.url),
        summary=cut(one_line(summary), _SUMMARY),
        html=_html(article) if full and article is not None else None,
        updated=_second(one.captured_at or "1970-01-01T00:00:00Z"),
        published=_second(rfc3339(published)) if published is not None and _stated(one.date_published) else None,
        language=one.language,
        authors=tuple(filter(None, map(one_line, one.authors))),
        tags=_tags(one.source, article),
        extra={
            "event": "changed" if one.version > 1 else "new",
            "id": one.id,
            "article_id": one.article_id,
            "version": one.version,
            "url": one.url,
            "source": one.source,
            "verdict": one.verdict,
            "captured_at": one.captured_at,
            "date_published": one.date_published,
            **(extra or {}),
        },
    )


def _html(article: Article) -> str:
    """The body by its blocks, everything of it escaped."""
    parts = [f'<div dir="{direction(article.language)}">']
    for kind, blocks in grouped(article):
        if kind in ("list_item", "table_row"):
            parts.append("<ul>" + "".join(f"<li>{_text(block.text)}</li>" for block in blocks) + "</ul>")
        else:
            tag = _TAGS.get(kind, "p")
            parts.append(f"<{tag}>{_text(blocks[0].text)}</{tag}>")
    return "".join([*parts, "</div>"])


def _texts(archive: Archive, stored: Sequence[StoredArticle]) -> dict[str, Article]:
    """The records, by id; one that cannot be read is left out: the feed tells of it all the same."""
    ordered = sorted({one.id: one for one in stored}.values(), key=lambda one: (one.run, one.offset))
    try:
        return _by_id(read_articles(archive.store, archive.collection, iter(ordered)))
    except DamagedError:
        found: dict[str, Article] = {}
        for one in ordered:
            try:
                found |= _by_id(read_articles(archive.store, archive.collection, iter([one])))
            except DamagedError:
                continue
        return found


def _by_id(articles: Iterable[Article]) -> dict[str, Article]:
    return {article.id: article for article in articles if article.id}


def _tags(source: str | None, article: Article | None) -> tuple[str, ...]:
    named = [source or "", article.section or "" if article else "", *(article.keywords[:10] if article else ())]
    return tuple(dict.fromkeys(filter(None, (one_line(name)[:100] for name in named))))


def _stated(text: str | None) -> bool:
    """Whether a date names its day and, where it names a clock, its zone: a reader of feeds would take any other for UTC."""
    try:
        return text is not None and ("T" not in text or datetime.fromisoformat(text).tzinfo is not None)
    except ValueError:
        return False


def _second(text: str) -> str:
    """RFC 3339 without fractions, UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return html.escape(one_line(text))


def _bare(id: str) -> str:
    return id.removeprefix("urn:uuid:")
