"""On which days was an address captured, and what came of it?

Counted by the catalogue, day by day and year by year: an address that was captured every ten minutes for years is shown as quickly as one
that was captured once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.catalogue import Catalogue
from archive.catalogue_rows import SELECT_CAPTURE, capture_of, microseconds, moment
from archive.model import CaptureRef

_MOST_KEYS = 60
_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Captures of one day, in UTC."""

    day: str
    """`2024-11-08`."""
    captures: int
    good: int
    """Answered with 2xx or 304."""
    redirects: int
    failed: int
    """Everything else, or no HTTP answer at all."""


def years_of(catalogue: Catalogue, keys: Iterable[str]) -> dict[int, int]:
    """Year → number of captures under these urlkeys, oldest first."""
    place, values = _keys(keys)
    ends = f"SELECT min(fetched_at) AS first, max(fetched_at) AS last FROM captures WHERE urlkey IN ({place})"
    row = next(catalogue.rows(ends, values))
    if row["first"] is None:
        return {}
    counted = f"SELECT count(*) AS captures FROM captures WHERE urlkey IN ({place}) AND fetched_at >= ? AND fetched_at < ?"
    years: dict[int, int] = {}
    for year in range(moment(row["first"]).year, moment(row["last"]).year + 1):
        found = next(catalogue.rows(counted, (*values, _new_year(year), _new_year(year + 1))))["captures"]
        if found:
            years[year] = found
    return years


def days_of(catalogue: Catalogue, keys: Iterable[str], year: int) -> list[Day]:
    """The days of a year on which something was captured."""
    place, values = _keys(keys)
    good = "sum(ifnull(status BETWEEN 200 AND 299 OR status = 304, 0))"
    redirects = "sum(ifnull(status IN (301, 302, 303, 307, 308), 0))"
    query = (
        f"SELECT fetched_at / {_DAY} AS day, count(*) AS captures, {good} AS good, {redirects} AS redirects"
        f" FROM captures WHERE urlkey IN ({place}) AND fetched_at >= ? AND fetched_at < ? GROUP BY day ORDER BY day"
    )
    return [
        Day(
            day=moment(row["day"] * _DAY).date().isoformat(),
            captures=row["captures"],
            good=row["good"],
            redirects=row["redirects"],
            failed=row["captures"] - row["good"] - row["redirects"],
        )
        for row in catalogue.rows(query, (*values, _new_year(year), _new_year(year + 1)))
    ]


def captures_between(
    catalogue: Catalogue, keys: Iterable[str], since: datetime, until: datetime, *, limit: int, skip: int = 0
) -> Iterator[tuple[CaptureRef, str | None]]:
    """Captures from `since` up to and without `until`, oldest first, each with its verdict."""
    place, values = _keys(keys)
    query = (
        f"{SELECT_CAPTURE} WHERE urlkey IN ({place}) AND fetched_at >= ? AND fetched_at < ?"
        " ORDER BY fetched_at, captures.id LIMIT ? OFFSET ?"
    )
    bounds = microseconds(since), microseconds(until)
    return ((capture_of(row), row["verdict"]) for row in catalogue.rows(query, (*values, *bounds, limit, skip)))


def addresses_near(catalogue: Catalogue, key: str, *, limit: int = 20) -> list[str]:
    """Addresses whose urlkey begins as this one does, one of each key: first those below its path, then others of its host."""
    host, _, path = key.partition(")")
    folder = f"{host}){path.split('?')[0].rpartition('/')[0]}/"
    found: dict[str, str] = {}
    for prefix in (folder, f"{host})"):
        at, end = prefix, prefix + "\U0010ffff"
        for _ in range(limit + len(found)):
            if len(found) >= limit:
                break
            # A step an address, not a step a capture.
            row = next(catalogue.rows(_NEXT, (at, end)), None)
            if row is None:
                break
            at = row["urlkey"]
            if at != key:
                found.setdefault(at, row["url"])
    return list(found.values())


_NEXT = "SELECT urlkey, url FROM captures WHERE urlkey > ? AND urlkey < ? ORDER BY urlkey LIMIT 1"


def _new_year(year: int) -> int:
    return microseconds(datetime(year, 1, 1, tzinfo=UTC))


def _keys(keys: Iterable[str]) -> tuple[str, tuple[Any, ...]]:
    chosen = tuple(sorted(set(keys))[:_MOST_KEYS])
    return ", ".join("?" * len(chosen)), chosen
