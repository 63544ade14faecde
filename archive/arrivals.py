"""What came in last: new articles, new versions with other words, pages that went?

Newest first, by three small indexes of the catalogue, however many articles there are. What is gone is told as `warchive history` tells it
(docs/decisions/0303): two answers 404 or 410 so far apart, with nothing good between them, of a page that once was there.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from archive.catalogue import Catalogue
from archive.catalogue_rows import SELECT_ARTICLE, SELECT_CAPTURE, StoredArticle, article_of, capture_of, microseconds, moment, pack_id
from archive.model import CaptureRef
from archive.timeline import APART, answer_of
from archive.urls import article_id

_HISTORY = 400  # captures of one page that are looked at on each side of a 404
_MOST_LANGUAGES = 1000
_LOST_LOOKED_AT = 5000  # answers 404 and 410 that one call looks at: most of them confirm nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A place in a list, newest first: what follows is older."""

    at: datetime
    id: str
    """Of what stood last: the version, or the record of a capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A version whose words or title are others than those of the one before."""

    article: StoredArticle
    previous: StoredArticle | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A page that went, as it was found out."""

    ref: CaptureRef
    """The capture that confirmed it."""
    since: datetime
    """The first answer of that kind, a day or more before."""
    article: StoredArticle | None
    """The last version that was kept, where there is one."""
    back_at: datetime | None
    """When it was there again, where it was."""


def articles_before(
    catalogue: Catalogue,
    which: Literal["new", "all"] = "new",
    *,
    source: str | None = None,
    language: str | None = None,
    before: Before | None = None,
    limit: int = 50,
) -> list[StoredArticle]:
    """First versions, or all of them, the newest capture first."""
    where = "articles.version = 1" if which == "new" else "1"
    return _newest(catalogue, "", where, source, language, before, limit)


def changed_before(
    catalogue: Catalogue, *, source: str | None = None, language: str | None = None, before: Before | None = None, limit: int = 50
) -> list[Changed]:
    """Later versions that do not say the same as the one before, the newest capture first."""
    join = "LEFT JOIN articles AS earlier ON earlier.uuid = articles.previous"
    where = (
        "articles.version > 1"
        " AND (earlier.id IS NULL OR earlier.text_sha256 <> articles.text_sha256 OR earlier.title IS NOT articles.title)"
    )
    found = _newest(catalogue, join, where, source, language, before, limit)
    return [Changed(article=one, previous=catalogue.article(one.previous_id) if one.previous_id else None) for one in found]


def languages_of(catalogue: Catalogue) -> list[str]:
    """The languages of all articles, as their records spell them: a step of an index for each."""
    found: list[str] = []
    while len(found) < _MOST_LANGUAGES:
        query = "SELECT language FROM articles WHERE language > ? ORDER BY language LIMIT 1"
        row = next(catalogue.rows(query, (found[-1] if found else "",)), None)
        if row is None:
            break
        found.append(row["language"])
    return found


def gone_before(
    catalogue: Catalogue, *, source: str | None = None, language: str | None = None, before: Before | None = None, limit: int = 50
) -> list[Gone]:
    """Pages that went, the latest first. `language` is that of the last version that was kept."""
    found: list[Gone] = []
    for row in _lost(catalogue, source, before):
        since = _confirms(catalogue, row["urlkey"], row["fetched_at"])
        if since is None:
            continue
        ref = capture_of(next(catalogue.rows(f"{SELECT_CAPTURE} WHERE captures.id = ?", (row["id"],))))
        article = _last_version(catalogue, ref)
        if language is not None and not _is_language(article.language if article else None, language):
            continue
        found.append(Gone(ref=ref, since=since, article=article, back_at=_back(catalogue, ref)))
        if len(found) >= limit:
            break
    return found


def _newest(
    catalogue: Catalogue, join: str, where: str, source: str | None, language: str | None, before: Before | None, limit: int
) -> list[StoredArticle]:
    values: list[Any] = []
    where += " AND articles.captured_at IS NOT NULL"
    if source is not None:
        where += " AND articles.source = ?"
        values.append(source)
    if before is not None:
        where += " AND (articles.captured_at, articles.uuid) < (?, ?)"
        values += [microseconds(before.at), pack_id(before.id)]
    order = "ORDER BY articles.captured_at DESC, articles.uuid DESC LIMIT ?"
    if language is None:
        return [article_of(row) for row in catalogue.rows(f"{SELECT_ARTICLE} {join} WHERE {where} {order}", (*values, limit))]
    found: list[StoredArticle] = []
    spellings = [one for one in languages_of(catalogue) if _is_language(one, language)]
    if source is None:  # each spelling by its own place in an index, which knows their order
        for one in spellings:
            rows = catalogue.rows(f"{SELECT_ARTICLE} {join} WHERE articles.language = ? AND {where} {order}", (one, *values, limit))
            found += map(article_of, rows)
        return sorted(found, key=lambda one: (one.captured_at or "", one.id), reverse=True)[:limit]
    where += f" AND +articles.language IN ({', '.join('?' * len(spellings))})"
    return [article_of(row) for row in catalogue.rows(f"{SELECT_ARTICLE} {join} WHERE {where} {order}", (*values, *spellings, limit))]


def _is_language(tag: str | None, wanted: str) -> bool:
    """Whether a language is the wanted one, or a regional form of it."""
    return f"{tag or ''}-".lower().startswith(f"{wanted.lower()}-")


def _lost(catalogue: Catalogue, source: str | None, before: Before | None) -> list[sqlite3.Row]:
    where, values = "kind = 'page' AND status IN (404, 410)", list[Any]()
    if source is not None:
        where += " AND source = ?"
        values.append(source)
    if before is not None:
        where += " AND (fetched_at, record_id) < (?, ?)"
        values += [microseconds(before.at), pack_id(before.id)]
    query = f"SELECT id, urlkey, fetched_at FROM captures WHERE {where} ORDER BY fetched_at DESC, record_id DESC LIMIT ?"
    # Read at once: each of them is followed by queries of its own.
    return list(catalogue.rows(query, (*values, _LOST_LOOKED_AT)))


def _confirms(catalogue: Catalogue, key: str, at: int) -> datetime | None:
    """Since when the page is lost, where the capture of that moment is the one that makes it certain; null where it is not."""
    first, last = at, None
    apart = APART.total_seconds() * 1_000_000
    query = (
        "SELECT fetched_at, status, record_type, verdict FROM captures WHERE urlkey = ? AND fetched_at < ? AND kind = 'page'"
        " ORDER BY fetched_at DESC LIMIT ?"
    )
    for row in catalogue.rows(query, (key, at, _HISTORY)):
        answer = answer_of(row["status"], row["record_type"], row["verdict"])
        if answer == "lost":
            first = row["fetched_at"]
            last = first if last is None else last
        elif answer == "good":
            certain = last is not None and at - first >= apart
            known_before = last is not None and last - first >= apart
            return moment(first) if certain and not known_before else None
    return None  # it was never there, as far as is known


def _back(catalogue: Catalogue, ref: CaptureRef) -> datetime | None:
    query = (
        "SELECT fetched_at, status, record_type, verdict FROM captures WHERE urlkey = ? AND fetched_at > ? AND kind = 'page'"
        " ORDER BY fetched_at LIMIT ?"
    )
    for row in catalogue.rows(query, (ref.urlkey, microseconds(ref.fetched_at), _HISTORY)):
        if answer_of(row["status"], row["record_type"], row["verdict"]) == "good":
            return moment(row["fetched_at"])
    return None


def _last_version(catalogue: Catalogue, ref: CaptureRef) -> StoredArticle | None:
    try:
        return catalogue.latest_version(article_id(ref.url))
    except ValueError:
        return None
