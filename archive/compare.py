"""Which two versions of an article are compared, and what differs between them part by part?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive.article import Article
from archive.articlefile import read_articles
from archive.catalogue_rows import StoredArticle
from archive.errors import UsageError
from archive.history import find_article
from archive.period import moment_of
from archive.reader import Archive
from archive.worddiff import Piece, count_words, diff, similarity

PARTS = ("title", "authors", "date_published", "date_modified", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of both versions: `title`, `authors`, a date, or `text`."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs in it."""
        return any(piece.kind != "equal" for piece in self.pieces)

    def words(self, kind: str) -> int:
        """Words of the pieces of that kind."""
        return sum(piece.words for piece in self.pieces if piece.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions and what differs."""

    old: Article
    new: Article
    parts: tuple[Part, ...]
    similarity: float

    @property
    def changed(self) -> bool:
        """Whether any part differs."""
        return any(part.changed for part in self.parts)


def compare(archive: Archive, what: str, *, old: str | None = None, new: str | None = None) -> Comparison | None:
    """Two versions of the article that is meant by URL, `article_id` or id of a version; the last two where none is chosen.

    `old` and `new` are numbers of versions, or times: then the version that was current at that time. Null where there is no such
    article, or only one version and none was chosen. Raises `UsageError` for a version that is not there.
    """
    identity = find_article(archive, what)
    if identity is None:
        return None
    versions = list(archive.versions(identity))
    if len(versions) < 2 and old is None and new is None:
        return None
    right = len(versions) - 1 if new is None else _chosen(versions, new, "--to")
    left = max(0, right - 1) if old is None else _chosen(versions, old, "--from")
    (first,) = read_articles(archive.store, archive.collection, iter([versions[left]]))
    (second,) = read_articles(archive.store, archive.collection, iter([versions[right]]))
    return compared(first, second)


def compared(old: Article, new: Article) -> Comparison:
    """Two records of one article, part by part."""
    parts = tuple(Part(name=name, pieces=tuple(diff(_text(old, name), _text(new, name)))) for name in PARTS)
    return Comparison(old=old, new=new, parts=parts, similarity=similarity(old.text, new.text))


def as_json(found: Comparison) -> dict[str, Any]:
    """For programs: the operations in reading order, with offsets in characters and sizes in words."""
    return {
        "article_id": found.new.article_id,
        "url": found.new.url,
        "from": _head(found.old),
        "to": _head(found.new),
        "changed": [part.name for part in found.parts if part.changed],
        "similarity": found.similarity,
        "parts": {
            part.name: {
                "changed": part.changed,
                "words": {kind: part.words(kind) for kind in ("equal", "removed", "added")},
                "operations": [
                    {"op": one.kind, "words": one.words, "text": one.text, "from": list(one.old), "to": list(one.new)}
                    for one in part.pieces
                ],
            }
            for part in found.parts
        },
    }


def _head(article: Article) -> dict[str, Any]:
    return {
        "version": article.version,
        "id": article.id,
        "captured_at": article.captured_at,
        "words": count_words(article.text),
        "text_sha256": article.text_sha256,
    }


def _text(article: Article, name: str) -> str:
    if name == "authors":
        return ", ".join(author.name for author in article.authors)
    return getattr(article, name) or ""


def _chosen(versions: Sequence[StoredArticle], wanted: str, option: str) -> int:
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 8:  # eight digits are a date
        for place, one in enumerate(versions):
            if one.version == int(wanted):
                return place
        numbers = ", ".join(str(one.version) for one in versions[:20])
        raise UsageError(f"{option}: there is no version {wanted}", hint=f"there are {numbers}; `warchive history` shows them")
    moment = moment_of(wanted, end_of_day=True)
    if moment is None:
        raise UsageError(
            f"{option}: {wanted[:80]!r} is neither a version nor a time", hint="write 2, or 2024-11-08, or 2024-11-08T08:15:00Z"
        )
    found = None
    for place, one in enumerate(versions):
        captured = moment_of(one.captured_at)
        if captured is not None and captured <= moment:
            found = place
    if found is None:
        raise UsageError(f"{option}: nothing was captured until {wanted}", hint=f"the first version is of {versions[0].captured_at}")
    return found
