"""What is told of one article on its page and by the API: text, dates, captures, versions, and where it comes from?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from pydantic import Field

from archive.article import Article, Block
from archive.articlefile import read_articles
from archive.calendar import years_of
from archive.catalogue_rows import StoredArticle
from archive.errors import DamagedError, StoreError
from archive.layout import RunFolder
from archive.model import CaptureRef
from archive.reader import Archive
from archive.urls import urlkey
from archive.web.capturelist import CaptureLine, Told, capture_line
from archive.web.origin_view import OriginView, origin_of
from archive.worddiff import count_words

_UUID = re.compile(r"^(?:urn:uuid:)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$")
_ARTICLE_ID = re.compile(r"^[0-9a-f]{64}$")
_MOST_VERSIONS = 40  # newest ones that are told with what changed: each is a range read
_MOST_IMAGES = 60
_CAPTURES = 10


class VersionLine(Told):
    """One version of the article."""

    id: str
    version: int
    captured_at: str | None
    title: str | None
    text_sha256: str
    changed: list[str] | None = None
    """Which of title, text, authors, dates, page; null for the first, and where it was not read."""
    similarity: float | None = None
    """Share of words that the texts of this and the version before have in common, where the text changed."""
    shown: bool = False


class MadeAgainLine(Told):
    """A text that a later extraction made of the same capture."""

    extraction: str
    is_article: bool
    """False where the later extractor found no article in the page."""
    text_differs: bool | None
    """Null where its text was not compared."""


class ImageLine(Told):
    """A picture of the article; never loaded from elsewhere."""

    url: str
    caption: str | None
    credit: str | None
    replay: str | None
    """Path of the page that shows the archived picture, where it was captured."""


class ArticleView(Told):
    """One version of an article with everything that is known of it."""

    article: Article
    """The record, as the archive format has it."""
    extraction: Literal["kept", "latest"] = "kept"
    """Whether the record is the one made when the page was captured, or one that was made again."""
    made_again: MadeAgainLine | None = None
    words: int
    newest: VersionLine | None = None
    """The newest version, where another one is shown."""
    previous: VersionLine | None = None
    versions: list[VersionLine] = Field(default_factory=list)
    """Newest first."""
    more_versions: bool = False
    capture: CaptureLine | None = None
    captures: int = 0
    """Of its address, in all."""
    latest_captures: list[CaptureLine] = Field(default_factory=list)
    near_duplicate_of: VersionLine | None = None
    near_duplicate_url: str | None = None
    images: list[ImageLine] = Field(default_factory=list)
    key: str | None = None
    """Of the WARC file in the store."""
    origin: OriginView | None = None
    """Where it comes from, read from the file just now."""
    origin_problem: str | None = None


def find_version(archive: Archive, ref: str) -> StoredArticle | None:
    """A version by its id, with or without `urn:uuid:`, or the newest by the article's id."""
    wanted = ref.strip().lower()
    found = _UUID.match(wanted)
    if found is not None:
        return archive.catalogue.article(f"urn:uuid:{found[1]}")
    return archive.catalogue.latest_version(wanted) if _ARTICLE_ID.match(wanted) else None


def article_view(archive: Archive, ref: str, *, latest: bool = False) -> ArticleView | None:
    """Null where there is no such article. Raises `DamagedError` where its record is not as it was written."""
    stored = find_version(archive, ref)
    if stored is None:
        return None
    (kept,) = read_articles(archive.store, archive.collection, iter([stored]))
    again = archive.made_again(stored.id)
    remade = archive.read_made_again(again) if again is not None else None
    shown = remade if latest and remade is not None else kept
    versions, more = _versions(archive, stored)
    newest = versions[0] if versions and versions[0].id != stored.id else None
    place = next((number for number, one in enumerate(versions) if one.shown), None)
    capture = archive.capture_of(kept)
    origin, problem = _origin(archive, capture, kept)
    first = archive.catalogue.latest_version(kept.near_duplicate_of) if kept.near_duplicate_of else None
    keys = {urlkey(url) for url in (kept.url, kept.requested_url) if url}
    return ArticleView(
        article=shown,
        extraction="latest" if shown is remade else "kept",
        made_again=None
        if again is None
        else MadeAgainLine(
            extraction=again.extraction,
            is_article=again.place is not None,
            text_differs=None if remade is None else remade.text_sha256 != kept.text_sha256,
        ),
        words=count_words(shown.text),
        newest=newest,
        previous=versions[place + 1] if place is not None and place + 1 < len(versions) else None,
        versions=versions,
        more_versions=more,
        capture=None if capture is None else capture_line(capture, kept.verdict, stored),
        captures=sum(years_of(archive.catalogue, keys).values()),
        latest_captures=_latest_captures(archive, kept.url, versions),
        near_duplicate_of=None if first is None else _line(first),
        near_duplicate_url=None if first is None else first.url,
        images=[_image(archive, one.url, one.caption, one.credit) for one in shown.images[:_MOST_IMAGES]],
        key=_key(archive, kept, capture),
        origin=origin,
        origin_problem=problem,
    )


def versions_of(archive: Archive, stored: StoredArticle) -> list[VersionLine]:
    """All versions of the article that this one is of, newest first, with what changed as far as it is read."""
    return _versions(archive, stored)[0]


def grouped(article: Article) -> Iterator[tuple[str, list[Block]]]:
    """The body in groups: the items of a list, and the rows of a table, together."""
    blocks = article.blocks or [Block(type="paragraph", text=part, xpath=None) for part in article.text.split("\n\n") if part.strip()]
    group: list[Block] = []
    for block in blocks:
        if group and (block.type != group[0].type or block.type not in ("list_item", "table_row") or block.time != group[0].time):
            yield group[0].type, group
            group = []
        group.append(block)
    if group:
        yield group[0].type, group


def _versions(archive: Archive, stored: StoredArticle) -> tuple[list[VersionLine], bool]:
    found = list(islice(archive.catalogue.versions(stored.article_id, newest_first=True), _MOST_VERSIONS + 1))
    more = len(found) > _MOST_VERSIONS
    found = found[:_MOST_VERSIONS]
    changes: dict[str, tuple[list[str], float | None]] = {}
    later = sorted((one for one in found if one.previous_id), key=lambda one: (one.run, one.offset))
    try:
        for article in read_articles(archive.store, archive.collection, iter(later)):
            if article.change is not None and article.id:
                parts = [name for name in ("title", "text", "authors", "dates", "page") if getattr(article.change, name)]
                changes[article.id] = parts, article.change.similarity if article.change.text else None
    except DamagedError:
        pass  # what changed is then not told; the page of that version says what is wrong
    return [_line(one, *changes.get(one.id, (None, None)), shown=one.id == stored.id) for one in found], more


def _line(one: StoredArticle, changed: list[str] | None = None, similarity: float | None = None, *, shown: bool = False) -> VersionLine:
    return VersionLine(
        id=one.id,
        version=one.version,
        captured_at=one.captured_at,
        title=one.title,
        text_sha256=one.text_sha256,
        changed=changed,
        similarity=similarity,
        shown=shown,
    )


def _origin(archive: Archive, capture: CaptureRef | None, article: Article) -> tuple[OriginView | None, str | None]:
    if capture is None:
        return None, "the capture that it was made of is not in the catalogue"
    try:
        return origin_of(archive, capture, announced=article.discovered_via), None
    except (DamagedError, StoreError) as error:
        return None, error.message


def _latest_captures(archive: Archive, url: str, versions: list[VersionLine]) -> list[CaptureLine]:
    verdicts = {one.captured_at: one for one in versions}
    found = list(archive.catalogue.captures(url, newest_first=True, limit=_CAPTURES))
    lines = []
    for ref in found:
        line = capture_line(ref)
        version = verdicts.get(line.at)
        lines.append(line if version is None else line.model_copy(update={"version": version.version, "version_id": version.id}))
    return lines


def _image(archive: Archive, url: str, caption: str | None, credit: str | None) -> ImageLine:
    ref = archive.catalogue.last_capture(url)
    good = ref is not None and ref.status == 200
    return ImageLine(url=url, caption=caption, credit=credit, replay=capture_line(ref).replay if ref is not None and good else None)


def _key(archive: Archive, article: Article, capture: CaptureRef | None) -> str | None:
    run = capture.run if capture is not None else article.run
    if article.warc is None or run is None:
        return None
    try:
        return RunFolder(collection=archive.collection, run=run).warc(article.warc.filename)
    except ValueError:
        return None
