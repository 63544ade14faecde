"""What of an archive is to be taken out? The same filters for every format, checked before anything is written.

A name that the archive does not know is an error, not an empty file: a cron line with a typing error would hand on nothing for years.
"""

from __future__ import annotations

import difflib
import json
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from archive.addresses import article_ids_of
from archive.article import Article
from archive.articlefile import Place, read_places
from archive.catalogue_rows import microseconds, unpack_id
from archive.errors import UsageError
from archive.extraction_index import FILE as INDEX
from archive.extraction_index import ExtractionIndex
from archive.layout import ARTICLES, RunFolder
from archive.madeagain import Wanted, places_made_again
from archive.neutral import one_line
from archive.period import Period, moment_of
from archive.reader import Archive
from archive.urls import normalize

TEXT_VERDICTS = ("article", "live_blog", "paywall_stub")
OTHER_VERDICTS = (
    "bot_challenge", "consent", "login", "geo_block", "soft_404", "redirected_home", "rate_limited", "section", "video", "gallery",
    "audio", "too_short", "empty", "not_html", "error", "extraction_failed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a user asks for."""

    runs: tuple[str, ...] = ()
    """Ids, or `last`; none: all."""
    source: str | None = None
    language: str | None = None
    verdict: str | None = None
    since: str | None = None
    until: str | None = None
    by: Literal["published", "captured"] = "published"
    urls: tuple[str, ...] | None = None
    all_versions: bool = False
    extraction: str | None = None
    captures: Literal["articles", "pages", "all"] = "articles"
    """Of formats that hold captures: those that articles were made of, with what these need; those of all pages; everything."""

    def facts(self) -> dict[str, Any]:
        """What differs from asking for everything."""
        plain = asdict(Choice())
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value != plain[name]}

    def about(self) -> dict[str, str]:
        """The same in words, for files that say what is in them."""
        facts = self.facts()
        if self.urls is not None:
            facts["urls"] = f"{len(self.urls)} addresses"
        runs = facts.pop("runs", None)
        if runs:
            facts["runs"] = ", ".join(runs) if len(runs) <= 20 else f"{len(runs)} runs from {runs[0]} to {runs[-1]}"
        told = "; ".join(f"{name}={one_line(str(value))}" for name, value in sorted(facts.items())) or "everything"
        return {"warchive-selection": told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice that this archive can answer."""

    choice: Choice
    period: Period
    runs: frozenset[str] | None
    known: frozenset[str] | None
    """Runs among whose versions the newest of an article is looked for: those that were named, or all."""
    articles: frozenset[str] | None
    """Ids of articles, where addresses were given."""
    addresses: frozenset[str] | None
    """Those addresses, normalised."""
    unknown: tuple[str, ...] = ()
    """Addresses that no article has."""
    fresh: frozenset[str] = frozenset()
    """Extractions whose records count as new, whichever run their captures lie in."""

    def only(self, runs: Collection[str], *, known: Collection[str], fresh: Collection[str] = ()) -> Chosen:
        """The same of these runs."""
        return replace(self, runs=frozenset(runs), known=frozenset(known), fresh=frozenset(fresh))


def check_choice(archive: Archive, choice: Choice, *, sources: Collection[str] = (), articles: bool = True) -> Chosen:
    """Compare a choice with the archive. `sources`: names that count as known besides; `articles`: what is asked for is articles.

    Raises `UsageError` for a run, a source or a verdict that is not there, and for filters that do not go together.
    """
    _check_words(choice, articles)
    period = Period.of(since=choice.since, until=choice.until)
    runs: frozenset[str] | None = None
    if choice.runs:
        names = archive.catalogue.run_names()
        if not names:
            raise UsageError("nothing is published yet", hint="`warchive crawl` makes the first run")
        wanted = [names[-1] if run == "last" else run for run in choice.runs]
        for run in wanted:
            if run not in names:
                raise UsageError(
                    f"no run {run[:80]!r} in collection {archive.collection}", hint="`warchive runs list` shows those that are there"
                )
        runs = frozenset(wanted)
    if choice.source is not None and choice.source not in sources:
        _check_source(archive, choice.source)
    ids, addresses, unknown = _resolve(archive, choice)
    return Chosen(choice=choice, period=period, runs=runs, known=runs, articles=ids, addresses=addresses, unknown=unknown)


def places(archive: Archive, chosen: Chosen) -> Iterator[Place]:
    """Where the records of the articles lie, in the order in which they were kept. Not for a choice with `extraction`."""
    choice, period = chosen.choice, chosen.period
    where, values = "articles.run = ?", list[Any]()
    if choice.by == "captured" or not period.bounded:
        for bound, operator in ((period.since, ">="), (period.until, "<")):
            if bound is not None:
                where += f" AND articles.captured_at {operator} ?"
                values.append(microseconds(bound))
    for column, value in (("source", choice.source), ("verdict", choice.verdict)):
        if value is not None:
            where += f" AND articles.{column} = ?"
            values.append(value)
    if choice.language is not None:
        tag = choice.language.lower()
        where += " AND (lower(language) = ? OR substr(lower(language), 1, ?) = ?)"
        values += [tag, len(tag) + 1, tag + "-"]
    if not choice.all_versions:
        where += (
            " AND NOT EXISTS (SELECT 1 FROM articles AS later WHERE later.article_id = articles.article_id"
            " AND (ifnull(later.captured_at, 0), later.version, later.uuid)"
            " > (ifnull(articles.captured_at, 0), articles.version, articles.uuid)"
        )
        if chosen.known is not None:
            where += " AND later.run IN (SELECT id FROM runs WHERE run IN (SELECT value FROM json_each(?)))"
            values.append(json.dumps(sorted(chosen.known)))
        where += ")"
    dated = choice.by == "published" and period.bounded
    columns = "uuid, offset, length, article_id, date_published, captured_at"
    query = f"SELECT {columns} FROM articles WHERE {where} ORDER BY offset"
    for run in list(archive.catalogue.rows("SELECT id, run FROM runs ORDER BY run")):
        if chosen.runs is not None and run["run"] not in chosen.runs:
            continue
        key = RunFolder(collection=archive.collection, run=run["run"]).key(ARTICLES)
        for row in archive.catalogue.rows(query, (run["id"], *values)):
            if chosen.articles is not None and row["article_id"].hex() not in chosen.articles:
                continue
            if dated and not _published(period, row["date_published"], row["captured_at"]):
                continue
            yield Place(id=unpack_id(row["uuid"]) or "", key=key, offset=row["offset"], length=row["length"])


def articles(archive: Archive, chosen: Chosen) -> Iterator[Article]:
    """Their records, in that order; of a choice with `extraction` those that were made again, in their place."""
    if chosen.choice.extraction is None:
        yield from read_places(archive.store, places(archive, chosen))
        return
    choice = chosen.choice
    wanted = Wanted(period=chosen.period, by=choice.by, source=choice.source, language=choice.language, latest=not choice.all_versions)
    index = ExtractionIndex(archive.catalogue.path.with_name(INDEX), choice.extraction or "")
    behind: deque[Place] = deque()  # those that are read ahead

    def noted() -> Iterator[Place]:
        for place in places_made_again(archive.catalogue, index, archive.collection, wanted):
            if _may_pass(chosen, place):
                behind.append(place)
                yield place

    try:
        index.sync(archive.store, archive.collection)
        for article in read_places(archive.store, noted()):
            if _passes(chosen, article, behind.popleft()):
                yield article
    finally:
        index.close()


def _may_pass(chosen: Chosen, place: Place) -> bool:
    """By its key alone; records of an extraction must be read."""
    parts = place.key.split("/")
    return chosen.runs is None or parts[1] != "runs" or parts[4] in chosen.runs


def _passes(chosen: Chosen, article: Article, place: Place) -> bool:
    parts = place.key.split("/")
    if chosen.runs is not None and article.run not in chosen.runs and not (parts[1] == "extractions" and parts[2] in chosen.fresh):
        return False
    if chosen.articles is not None and article.article_id not in chosen.articles:
        return False
    return chosen.choice.verdict in (None, article.verdict)


def _published(period: Period, published: str | None, captured: int | None) -> bool:
    if moment_of(published) is not None:
        return period.has(published)
    if captured is None:
        return False
    return (period.since is None or microseconds(period.since) <= captured) and (
        period.until is None or captured < microseconds(period.until)
    )


def _check_words(choice: Choice, articles: bool) -> None:
    if choice.by not in ("published", "captured"):
        raise UsageError(f"by {choice.by!r}", hint="published or captured")
    if choice.verdict is not None and choice.verdict not in (*TEXT_VERDICTS, *OTHER_VERDICTS):
        near = difflib.get_close_matches(choice.verdict, (*TEXT_VERDICTS, *OTHER_VERDICTS), 1)
        raise UsageError(
            f"no verdict {choice.verdict[:40]!r}", hint=f"did you mean {near[0]}?" if near else f"one of {', '.join(TEXT_VERDICTS)}"
        )
    if choice.captures == "articles":
        if choice.verdict in OTHER_VERDICTS:
            raise UsageError(
                f"no article has the verdict {choice.verdict}",
                hint="pages that are none: --format warc, wacz or cdxj with --captures pages",
            )
        return
    if articles:
        raise UsageError("--captures is for formats that hold captures", hint="--format wacz, warc or cdxj")
    for name, given in (
        ("--language", choice.language),
        ("--extraction", choice.extraction),
        ("--all-versions", choice.all_versions or None),
    ):
        if given is not None:
            raise UsageError(f"{name} is about articles, and --captures {choice.captures} about pages", hint="leave one of them out")


def _check_source(archive: Archive, source: str) -> None:
    known = {str(row[0]) for row in archive.catalogue.rows("SELECT DISTINCT source FROM days UNION SELECT source FROM standings")}
    if source in known:
        return
    if next(archive.catalogue.rows("SELECT 1 FROM captures WHERE source = ? LIMIT 1", (source,)), None) is not None:
        return
    near = difflib.get_close_matches(source, sorted(known), 1)
    there = ", ".join(sorted(known)[:8]) or "none yet"
    raise UsageError(
        f"no source {source[:80]!r} in collection {archive.collection}", hint=f"did you mean {near[0]}?" if near else f"there are: {there}"
    )


def _resolve(archive: Archive, choice: Choice) -> tuple[frozenset[str] | None, frozenset[str] | None, tuple[str, ...]]:
    if choice.urls is None:
        return None, None, ()
    ids, addresses, unknown = set[str](), set[str](), list[str]()
    for url in choice.urls:
        try:
            addresses.add(normalize(url))
        except ValueError as error:
            raise UsageError(f"{url[:200]!r} is no http or https URL", hint="one address a line, as `warchive lookup` takes it") from error
        found = (one for one in article_ids_of(archive.catalogue, url, archive.redirect_of) if archive.catalogue.last_number(one))
        first = next(found, None)
        if first is None:
            unknown.append(url)
        else:
            ids.add(first)
    return frozenset(ids), frozenset(addresses), tuple(unknown)
