"""Which articles say this, in which order, and where in them?

The index gives numbers (archive/search_index.py), the catalogue what lists show, the store the texts of the hits on the page. Work is
bounded whatever is asked: of what very many articles say, the newest are looked at, and the answer says since when.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Literal

from archive.catalogue_rows import StoredArticle, unpack_id
from archive.errors import UsageError, WarchiveError
from archive.period import Period
from archive.search_forms import Forms
from archive.search_index import SearchIndex
from archive.search_plan import Plan, plan_of
from archive.search_query import parse_words
from archive.search_ranking import Found, Order, look
from archive.search_snippet import Piece, Sought, find, marked, snippet
from archive.stored import read_article

if TYPE_CHECKING:
    from archive.reader import Archive

SORTS = ("relevance", "newest", "oldest")
BY = ("published", "captured")
MOST_HITS = 100
_AT_ONCE = 8  # texts read from a store on the net at the same time
_LANGUAGES = 12  # of those in the archive whose forms a search tries


@dataclass(frozen=True, slots=True)
class Query:
    """A search; empty words: every article, the newest first."""

    words: str = ""
    _: KW_ONLY
    source: str | None = None
    language: str | None = None
    """BCP 47; takes in its regional forms (`en`: also `en-GB`)."""
    verdict: str | None = None
    since: str | None = None
    """A date or RFC 3339 time, inclusive."""
    until: str | None = None
    """Exclusive if it is a time; a date takes the whole day in."""
    by: Literal["published", "captured"] = "published"
    """Which time bounds and orders; of a page that states no date of publication it is the time of capture."""
    sort: Literal["relevance", "newest", "oldest"] = "relevance"
    limit: int = 20
    cursor: str | None = None
    """`more` of the results before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article: its newest version that has the words and passes the filters."""

    article: StoredArticle
    title: list[Piece]
    snippet: list[Piece]
    """Of its text; empty where the store does not give it."""
    score: float | None
    """Of relevance, higher is better; comparable within one answer."""
    newer: bool
    """Whether the article has a newer version, which does not have the words or not the filters' values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found."""

    hits: list[Hit]
    total: int | None
    """Articles found; null where counting would be dear: then there are more than could be shown."""
    more: str | None
    """Cursor of the page after this one."""
    took_ms: float
    words: list[str]
    """The terms that were looked for, other forms among them."""
    looked_since: str | None
    """Where only the newest were ranked, the day since which."""
    notes: tuple[str, ...]
    """What a reader should know, one sentence each."""


def search(index: SearchIndex, archive: Archive, query: Query) -> Results:
    """Search what the index has. Raises `UsageError` for a search that says nothing, and for filters that cannot be."""
    began = time.perf_counter()
    _check(query)
    period = Period.of(since=query.since or None, until=query.until or None)
    words = parse_words(query.words)
    filters = [
        (kind, value if kind != "language" else value.lower())
        for kind, value in (("source", query.source), ("language", query.language), ("verdict", query.verdict))
        if value
    ]
    languages = [query.language] if query.language else [value for value, _ in index.facets("language")[:_LANGUAGES]]
    plan = plan_of(index, words, filters, languages)
    order = Order.of(query.sort if words.clauses else "newest" if query.sort == "relevance" else query.sort, query.by, query.cursor)
    found = look(index, plan, period, order, query.limit)
    hits, notes = _hits(archive, found, plan.sought)
    if found.looked_since is not None:
        notes.append(
            f"very many articles have these words: the newest were compared, those since {found.looked_since}"
            if order.sort == "relevance"
            else f"very many articles were looked through, as far as {found.looked_since}: the next page goes on there"
        )
    return Results(
        hits=hits,
        total=found.total,
        more=found.more,
        took_ms=round((time.perf_counter() - began) * 1000, 2),
        words=sorted({*plan.sought.terms, *map(" ".join, plan.sought.sequences), *(f"{one}*" for one in plan.sought.beginnings)}),
        looked_since=found.looked_since,
        notes=(*plan.notes, *notes),
    )


def next_page(query: Query, results: Results) -> Query | None:
    """The search for what follows; null at the end."""
    return None if results.more is None else replace(query, cursor=results.more)


def _check(query: Query) -> None:
    for name, value, allowed in (("sort", query.sort, SORTS), ("by", query.by, BY)):
        if value not in allowed:
            raise UsageError(f"{name} {str(value)[:40]!r} is not one of {', '.join(allowed)}")
    if not 1 <= query.limit <= MOST_HITS:
        raise UsageError(f"a page of {query.limit} hits", hint=f"from 1 to {MOST_HITS}; the next page goes on")


def _hits(archive: Archive, found: Found, sought: Sought) -> tuple[list[Hit], list[str]]:
    rows = [(row, archive.catalogue.article(unpack_id(row.uuid) or "")) for row in found.rows]
    known = [(row, stored) for row, stored in rows if stored is not None]
    texts, problem = _texts(archive, [stored for _, stored in known])
    forms: dict[str | None, Forms] = {}
    hits = []
    for (row, stored), text in zip(known, texts, strict=True):
        own = forms.setdefault(stored.language, forms_of(stored.language))
        title = stored.title or ""
        in_title = find(title, sought, own)
        hits.append(
            Hit(
                article=stored,
                title=marked(title, in_title, 0, len(title)),
                snippet=snippet(text, sought, own, titled=bool(in_title)) if text is not None else [],
                score=row.score,
                newer=bool(row.later),
            )
        )
    return hits, [problem] if problem else []


_FORMS: dict[str, Forms] = {}
_REMEMBERED = 10_000  # words of a language, for snippets


def forms_of(language: str | None) -> Forms:
    """Shared by the searches of a process: forms are remembered, and the same for all."""
    key = (language or "").lower()
    if key not in _FORMS:
        if len(_FORMS) >= 32:
            _FORMS.clear()
        _FORMS[key] = Forms(key or None, kept=_REMEMBERED)
    return _FORMS[key]


def _texts(archive: Archive, stored: list[StoredArticle]) -> tuple[list[str | None], str | None]:
    """The texts, read at once where the store is far away; null for those that it does not give, and why."""
    problems: list[str] = []

    def read(one: StoredArticle) -> str | None:
        try:
            return str(read_article(archive.store, archive.collection, one).get("text") or "")
        except WarchiveError as error:
            problems.append(error.message)
            return None

    if archive.store.url.startswith("s3:") and len(stored) > 1:
        with ThreadPoolExecutor(min(_AT_ONCE, len(stored)), thread_name_prefix="snippets") as pool:
            texts = list(pool.map(read, stored))
    else:
        texts = [read(one) for one in stored]
    return texts, f"the texts of {len(problems)} hits cannot be read: {problems[0]}" if problems else None


__all__ = ["MOST_HITS", "Hit", "Plan", "Query", "Results", "SearchIndex", "next_page", "search"]
