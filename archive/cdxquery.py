"""Which captures answer a question to the index: by URL, prefix, host or domain, in a span of time, nearest to a moment?

Rows of the catalogue, in the order of the index and in batches, so that a million lines are handed out without being held. Captures that
were no HTTP messages are in no index that others read, and not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any, Literal

from archive.catalogue import Catalogue
from archive.catalogue_rows import SELECT_CAPTURE, capture_of, microseconds, pack_digest
from archive.errors import UsageError
from archive.model import CaptureRef
from archive.urls import urlkey

MatchType = Literal["exact", "prefix", "host", "domain"]
Position = tuple[str, int, int]
"""Where a batch ended: urlkey, microseconds, number of the row."""

_DOWN, _UP = "00000101000000", "99991231235959"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of the index: keys from `low` on and before `high` (null: `low` alone), captured within inclusive times."""

    low: str
    high: str | None
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = False
    """The whole order turned around, as `sort=reverse` does."""


def span_of(url: str, match: MatchType, **times: Any) -> Span:
    """The keys that a URL means: as pywb has it, also for `*.example.com` and `example.com/path*`."""
    key = urlkey(url)
    host = key.split(")/", 1)[0]
    if match == "exact":
        return Span(low=key, high=None, **times)
    if match == "host":
        return Span(low=f"{host})/", high=f"{host}*", **times)
    if match == "domain":
        # "com," for a whole top-level domain; below one, ")" and "," follow its name, and both sort before "-".
        return Span(low=f"{host}," if "," not in host else f"{host})/", high=f"{host}-", **times)
    for end in "/?":
        if url.endswith(end) and not key.endswith(end):  # SURT takes them off
            key += end
    return Span(low=key, high=key[:-1] + chr(ord(key[-1]) + 1), **times)


def batch(catalogue: Catalogue, span: Span, *, after: Position | None, size: int) -> list[tuple[Position, CaptureRef]]:
    """The next captures of a span, at most `size`; an empty list at its end."""
    where, values = ("urlkey = ?", [span.low]) if span.high is None else ("urlkey >= ? AND urlkey < ?", [span.low, span.high])
    bounds: list[Any] = [*values]
    for moment, operator in ((span.since, ">="), (span.until, "<=")):
        if moment is not None:
            where += f" AND fetched_at {operator} ?"
            bounds.append(microseconds(moment))
    way, beyond = ("DESC", "<") if span.newest_first else ("ASC", ">")
    if after is not None:
        where += f" AND (urlkey, fetched_at, captures.id) {beyond} (?, ?, ?)"
        bounds += after
    order = f"urlkey {way}, fetched_at {way}, captures.id {way}"
    query = f"{SELECT_CAPTURE} WHERE {where} AND record_type != 'metadata' ORDER BY {order} LIMIT ?"
    return [((row["urlkey"], row["fetched_at"], row["id"]), capture_of(row)) for row in catalogue.rows(query, (*bounds, size))]


def captures_in(catalogue: Catalogue, span: Span, *, size: int = 64) -> Iterator[CaptureRef]:
    """All of them, in batches."""
    after: Position | None = None
    while found := batch(catalogue, span, after=after, size=size):
        after = found[-1][0]
        yield from (ref for _, ref in found)
        if len(found) < size:
            return


def nearest(
    catalogue: Catalogue, key: str, moment: datetime, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[CaptureRef]:
    """Captures under a urlkey, the nearest to a moment first; by whole seconds, since 14 digits say no more, the older of two first."""
    moment = moment.replace(microsecond=0)

    def distance(ref: CaptureRef) -> timedelta:
        return abs(ref.fetched_at.replace(microsecond=0) - moment)

    before = Span(low=key, high=None, since=since, until=_earlier(moment - timedelta(microseconds=1), until), newest_first=True)
    after = Span(low=key, high=None, since=moment if since is None else max(moment, since), until=until)
    return merge(captures_in(catalogue, before), captures_in(catalogue, after), key=distance)


def shown(refs: Iterator[CaptureRef]) -> Iterator[CaptureRef]:
    """Those that can be shown as they were: a 304 has no body of its own, the capture that it confirmed has."""
    return (ref for ref in refs if ref.status != 304)


def original(catalogue: Catalogue, ref: CaptureRef) -> CaptureRef | None:
    """The response that a revisit repeats: the one that it names, else one with the same entity, of the same URL before others."""
    packed = pack_digest(ref.entity_digest)
    where = (
        "substr(ifnull(entity_digest, payload_digest), 1, 8) = substr(?, 1, 8) AND record_type = 'response'"
        " AND ifnull(entity_digest, payload_digest) = ?"
    )
    rows = catalogue.rows(f"{SELECT_CAPTURE} WHERE {where} ORDER BY fetched_at LIMIT 1000", (packed, packed))
    found = [capture_of(row) for row in rows]
    return min(found, key=lambda one: (one.record_id != ref.refers_to, one.urlkey != ref.urlkey), default=None)


def moment_of_digits(digits: str, *, end: bool = False) -> datetime:
    """A time of 4 to 14 digits as in CDXJ lines; what is missing is the beginning of that span of time, or its end. Raises `UsageError`."""
    try:
        if not (4 <= len(digits) <= 14 and digits.isascii() and digits.isdigit()):
            raise ValueError
        padded = digits + (_UP if end else _DOWN)[len(digits) :]
        year, month, day = int(padded[:4]), int(padded[4:6]), int(padded[6:8])
        hour, minute, second = int(padded[8:10]), int(padded[10:12]), int(padded[12:])
        day = min(day, _last_day(year, month)) if end and len(digits) < 8 else day
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{digits[:40]!r} is no time", hint="4 to 14 digits, as in 2024, 202411 or 20241108081500") from error
    return moment + timedelta(microseconds=999999) if end else moment


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else _DAYS[month - 1]


def _earlier(one: datetime, other: datetime | None) -> datetime:
    return one if other is None else min(one, other)
