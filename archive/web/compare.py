"""What stands at `/compare`: two versions beside each other, the words that differ marked?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from archive.articlefile import read_articles
from archive.catalogue_rows import StoredArticle
from archive.compare import compared
from archive.reader import Archive
from archive.web.article import missing_article
from archive.web.article_view import VersionLine, find_version, versions_of
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.compare_rows import Row, rows_of
from archive.web.direction import direction
from archive.web.listed import ArticleLine, article_line
from archive.web.pages import render
from archive.worddiff import Kind, count_words

router = APIRouter()
_TITLES = {"title": "Title", "authors": "Authors", "date_published": "Published", "date_modified": "Modified", "text": "Text"}


class PieceLine(Told):
    """A run of text that both versions have, or one of them."""

    op: Kind
    """`equal`, `removed` or `added`."""
    text: str
    words: int
    """Words of it; characters, where a script writes no spaces."""
    from_: tuple[int, int] = Field(alias="from", serialization_alias="from")
    """Where it stands in the old text, in characters: from the first, and up to before the second."""
    to: tuple[int, int]
    """Where in the new one."""


class PartView(Told):
    """Title, authors, a date, or the text."""

    changed: bool
    removed: int
    """Words that only the old version has."""
    added: int
    equal: int
    operations: list[PieceLine]
    """In reading order; what was removed in a place comes before what was added there."""


class CompareView(Told):
    """Two versions and what differs."""

    old: ArticleLine
    new: ArticleLine
    old_words: int
    new_words: int
    changed: list[str]
    """Parts that differ: `title`, `authors`, `date_published`, `date_modified`, `text`."""
    similarity: float
    """Share of words that both texts have in common, 0 to 1, whatever their order."""
    same_article: bool
    parts: dict[str, PartView]
    versions: list[VersionLine]
    """Of the newer one's article, newest first."""


def compare_view(archive: Archive, a: str, b: str) -> CompareView | None:
    """`a` is the old one, `b` the new one: ids of versions, or of articles, which stand for their newest version. Of one alone the version
    before it is the other. Null where one that is named is not there.
    """
    old, new = find_version(archive, a) if a else None, find_version(archive, b) if b else None
    if (a and old is None) or (b and new is None):
        return None
    if new is None and old is not None:
        old, new = _previous(archive, old), old
    elif new is not None and old is None:
        old = _previous(archive, new)
    if old is None or new is None:
        return None
    # In the order of their places in the store, so that neighbours are one read.
    first, second = (
        read_articles(archive.store, archive.collection, iter([old])),
        read_articles(archive.store, archive.collection, iter([new])),
    )
    found = compared(next(first), next(second))
    return CompareView(
        old=article_line(old),
        new=article_line(new),
        old_words=count_words(found.old.text),
        new_words=count_words(found.new.text),
        changed=[part.name for part in found.parts if part.changed],
        similarity=found.similarity,
        same_article=old.article_id == new.article_id,
        parts={
            part.name: PartView(
                changed=part.changed,
                removed=part.words("removed"),
                added=part.words("added"),
                equal=part.words("equal"),
                operations=[PieceLine(op=one.kind, text=one.text, words=one.words, **{"from": one.old}, to=one.new) for one in part.pieces],
            )
            for part in found.parts
        },
        versions=versions_of(archive, new),
    )


@router.get("/compare", include_in_schema=False)
def compare_page(request: Request, archive: Borrowed, a: str = "", b: str = "", view: str = "inline") -> HTMLResponse:
    """Two versions."""
    if not a and not b:
        return render(request, "compare.html", found=None, rows={}, titles=_TITLES, dirs=("auto", "auto"), view="inline")
    found = compare_view(archive, a, b)
    if found is None:
        missing_article(a if find_version(archive, a) is None else b)
    rows: dict[str, list[Row]] = {name: rows_of((one.op, one.text) for one in part.operations) for name, part in found.parts.items()}
    dirs = (direction(found.old.language), direction(found.new.language))
    return render(request, "compare.html", found=found, rows=rows, titles=_TITLES, dirs=dirs, view="side" if view == "side" else "inline")


@router.get("/api/compare", tags=["articles"], summary="What differs between two versions, word by word")
def api_compare(archive: Borrowed, a: str = "", b: str = "") -> CompareView:
    """`a` and `b` are ids of versions (or of articles: then the newest version); with one alone the version before it is the other. The
    operations are those of `warchive diff --json`.
    """
    found = compare_view(archive, a, b)
    if found is None:
        missing_article(a if find_version(archive, a) is None else b)
    return found


def _previous(archive: Archive, one: StoredArticle) -> StoredArticle:
    """The version before; itself where it is the first."""
    before = archive.catalogue.article(one.previous_id) if one.previous_id else None
    return before if before is not None else one
