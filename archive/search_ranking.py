"""In which order do the found articles come, and how much work may that be?

What few articles have is looked at whole. Of what many have, days are looked at one after the other from the end that is asked for, as
many as should hold enough: so the work for a page is bounded, and an order by time exact all the same. A page ends with a key, not with
a number: what comes in meanwhile moves nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from archive.catalogue_rows import microseconds
from archive.errors import UsageError
from archive.period import Period
from archive.search_entry import cover, day_number, day_of
from archive.search_index import SearchIndex
from archive.search_plan import Plan

FEW = 6_000
"""Articles that are looked at whole: 30 ms on a small machine."""
_RANKED = 3_000  # of those that are more, so many of the newest, about
_SECONDS = 0.25  # for windows of days; then the answer is what was found by then
_WEIGHTS = "8.0, 3.0, 4.0, 1.0, 0.0"  # bm25, by column: title, text, other forms of both, facets
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -(2**62), 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which articles come first, and where this page begins."""

    sort: str
    by: str
    known: int | None = None
    """Articles that the index had when the first page was asked for."""
    skip: int = 0
    """Of the order by relevance."""
    after: tuple[int, bytes] | None = None
    """Time and id of the last hit of the page before."""

    @classmethod
    def of(cls, sort: str, by: str, cursor: str | None) -> Order:
        """Raises `UsageError` for a cursor that is none, or of another search."""
        if not cursor:
            return cls(sort=sort, by=by)
        try:
            told = json.loads(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True))
            if told["s"] != sort or told["b"] != by:
                raise UsageError("this page belongs to a search in another order", hint="begin with the first page")
            if sort == "relevance":
                return cls(sort=sort, by=by, known=_small(told["k"]), skip=_small(told["n"]))
            return cls(sort=sort, by=by, after=(_small(told["t"]), bytes.fromhex(told["i"])))
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
            raise UsageError("there is no such page", hint="begin with the first page: leave the cursor out") from error

    def cursor(self, **told: Any) -> str:
        """Where the next page begins."""
        text = json.dumps({"s": self.sort, "b": self.by, **told}, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode("ascii")


class Row(NamedTuple):
    """A version that was found. A tuple: there are thousands of them in a search."""

    id: int
    uuid: bytes
    article: bytes
    number: int
    captured: int
    later: int
    time: int
    score: float | None

    @property
    def version(self) -> tuple[int, int, bytes]:
        """By it the versions of an article follow each other."""
        return self.number, self.captured, self.uuid


_COLUMNS = "docs.id, docs.uuid, docs.article, docs.version, docs.captured, docs.later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page."""

    rows: list[Row]
    total: int | None
    more: str | None
    looked_since: str | None


def look(index: SearchIndex, plan: Plan, period: Period, order: Order, limit: int) -> Found:
    """The rows of a page."""
    asking = _Asking(index, plan, period, order)
    if plan.most == 0 or asking.days is None:
        return Found(rows=[], total=0, more=None, looked_since=None)
    if order.sort == "relevance":
        return _by_relevance(asking, limit)
    return _by_time(asking, limit)


def _by_relevance(asking: _Asking, limit: int) -> Found:
    order = asking.order
    known = order.known if order.known is not None else asking.index.size()
    whole, since = asking.few(), None
    rows: list[Row] = []
    if whole:
        rows = asking.rows(asking.days, ranked=True, known=known)
    else:
        began = time.perf_counter()
        windows = asking.windows(_RANKED)
        for window in windows:
            rows += asking.rows(window, ranked=True, known=known)
            if len(rows) >= _RANKED // 2 or time.perf_counter() - began > _SECONDS:
                since = str(window[0])
                break
        if next(windows, None) is None:
            whole, since = True, None
    rows = _newest_of_each(rows)
    rows.sort(key=lambda row: (-(row.score or 0.0), -row.time, row.uuid))
    page = rows[order.skip : order.skip + limit]
    at = order.skip + len(page)
    more = order.cursor(k=known, n=at) if at < len(rows) else None
    return Found(
        rows=[row for row in page if whole or not asking.has_later(row)],
        total=len(rows) if whole else None,
        more=more,
        looked_since=since,
    )


def _by_time(asking: _Asking, limit: int) -> Found:
    order = asking.order
    newest = order.sort == "newest"
    kept: list[Row] = []
    total: int | None = None
    stopped: date | None = None
    if asking.few():
        rows = _newest_of_each(asking.rows(asking.days, ranked=False))
        total = len(rows)
        kept = [row for row in _sorted(rows, newest) if _follows(row, order)]
    else:
        began = time.perf_counter()
        windows = asking.windows(4 * limit + 20)
        for window in windows:
            found = _sorted([row for row in asking.rows(window, ranked=False) if _follows(row, order)], newest)
            for row in found:
                if not asking.has_later(row):
                    kept.append(row)
                    if len(kept) > limit:
                        break
            if len(kept) > limit:
                break
            if time.perf_counter() - began > _SECONDS:
                stopped = window[0] if newest else window[1]
                break
        if stopped is not None and next(windows, None) is None:
            stopped = None
    page = kept[:limit]
    more: str | None = None
    if len(kept) > limit:
        more = order.cursor(t=page[-1].time, i=page[-1].uuid.hex())
    elif stopped is not None:
        more = order.cursor(t=_border(stopped, newest), i="" if newest else "ff" * 17)
    return Found(rows=page, total=total, more=more, looked_since=None if stopped is None else str(stopped))


class _Asking:
    """One search of the index."""

    def __init__(self, index: SearchIndex, plan: Plan, period: Period, order: Order) -> None:
        self.index, self.plan, self.order = index, plan, order
        self._since = microseconds(period.since) if period.since else _FIRST
        self._until = microseconds(period.until) if period.until else _LAST
        self._bounded = period.bounded
        bounds = index.rows("SELECT min(day) AS first, max(day) AS last FROM days WHERE kind = ?", (order.by,))[0]
        self.days: tuple[date, date] | None = None
        if bounds["first"] is not None:
            first = max(day_of(bounds["first"]), period.since.date() if period.since else date.min)
            last = min(day_of(bounds["last"]), (period.until - timedelta(microseconds=1)).date() if period.until else date.max)
            if order.after is not None:  # what stands before this page need not be looked at again
                reached = (_EPOCH + timedelta(microseconds=min(max(order.after[0], -(2**55)), 2**57))).date()
                first, last = (first, min(last, reached)) if order.sort == "newest" else (max(first, reached), last)
            self.days = (first, last) if first <= last else None

    def few(self) -> bool:
        """Whether everything can be looked at."""
        if self.plan.most <= FEW:
            return True
        if not self._bounded or self.days is None:
            return False
        query = "SELECT ifnull(sum(docs), 0) FROM days WHERE kind = ? AND day BETWEEN ? AND ?"
        bounds = (self.order.by, day_number(self.days[0]), day_number(self.days[1]))
        return self.order.after is None and int(self.index.rows(query, bounds)[0][0]) <= FEW

    def rows(self, days: tuple[date, date] | None, *, ranked: bool, known: int = _LAST) -> list[Row]:
        """What is found of these days."""
        parts = [] if self.plan.expression is None else [self.plan.expression]
        if days is not None and (self._bounded or days != self.days or not parts):
            parts.append("{facets} : (" + " OR ".join(f'"{word}"' for word in cover(self.order.by, *days)) + ")")
        score = f"-bm25(texts, {_WEIGHTS})" if ranked else "NULL"
        query = (
            f"SELECT {_COLUMNS}, docs.{self.order.by}, {score} FROM texts CROSS JOIN docs ON docs.id = texts.rowid"
            f" WHERE texts MATCH ? AND texts.rowid <= ? AND docs.{self.order.by} >= ? AND docs.{self.order.by} < ?"
        )
        found = self.index.rows(query, (_both(parts), known, self._since, self._until))
        return [Row._make(row) for row in found]

    def windows(self, wanted: int) -> Iterator[tuple[date, date]]:
        """The days, from the end that is asked for, in pieces that should each hold so many of what is found, and then more and more."""
        if self.days is None:
            return
        share = max(self.plan.most / max(1, self.index.size()), 1e-9)
        newest = self.order.sort != "oldest"
        way = "DESC" if newest else "ASC"
        query = f"SELECT day, docs FROM days WHERE kind = ? AND day BETWEEN ? AND ? ORDER BY day {way}"
        begun: date | None = None
        docs = 0
        last: date | None = None
        for row in self.index.rows(query, (self.order.by, day_number(self.days[0]), day_number(self.days[1]))):
            last = day_of(row["day"])
            begun = begun or last
            docs += row["docs"]
            if docs * share >= wanted:
                yield (last, begun) if newest else (begun, last)
                begun, docs, wanted = None, 0, wanted * 2
        if begun is not None and last is not None:
            yield (last, begun) if newest else (begun, last)

    def has_later(self, row: Row) -> bool:
        """Whether a later version of the same article is found as well: then that one is the hit."""
        if not row.later:
            return False
        query = "SELECT id, version, captured, uuid FROM docs WHERE article = ?"
        later = [
            one["id"] for one in self.index.rows(query, (row.article,)) if (one["version"], one["captured"], one["uuid"]) > row.version
        ]
        if not later:
            return False
        marks = ", ".join(map(str, later))
        where = f"docs.id IN ({marks}) AND docs.{self.order.by} >= ? AND docs.{self.order.by} < ?"
        if self.plan.expression is None:
            return bool(self.index.rows(f"SELECT 1 FROM docs WHERE {where} LIMIT 1", (self._since, self._until)))
        query = f"SELECT 1 FROM docs CROSS JOIN texts ON texts.rowid = docs.id WHERE texts MATCH ? AND {where} LIMIT 1"
        return bool(self.index.rows(query, (self.plan.expression, self._since, self._until)))


def _both(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else " AND ".join(f"({part})" for part in parts)


def _newest_of_each(rows: list[Row]) -> list[Row]:
    if not any(row.later for row in rows):
        return rows
    newest: dict[bytes, Row] = {}
    for row in rows:
        other = newest.get(row.article)
        if other is None or row.version > other.version:
            newest[row.article] = row
    return list(newest.values())


def _sorted(rows: list[Row], newest: bool) -> list[Row]:
    return sorted(rows, key=lambda row: (row.time, row.uuid), reverse=newest)


def _follows(row: Row, order: Order) -> bool:
    if order.after is None:
        return True
    return (row.time, row.uuid) < order.after if order.sort == "newest" else (row.time, row.uuid) > order.after


def _border(day: date, newest: bool) -> int:
    """The edge of a day beyond which the next page goes on."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return microseconds(moment) if newest else microseconds(moment) + 86_400_000_000 - 1


def _small(value: Any) -> int:
    if not isinstance(value, int) or not -(2**62) <= value <= 2**62:
        raise ValueError("a number of ours is smaller")
    return value
