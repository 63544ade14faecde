"""What is told of an address: on which days it was captured, what came of it, and under which other names it is known?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field

from archive.calendar import addresses_near, captures_between, days_of, years_of
from archive.catalogue_rows import StoredArticle
from archive.errors import DamagedError, StoreError
from archive.history import find_article, timeline
from archive.model import CaptureRef
from archive.period import moment_of
from archive.reader import Archive
from archive.timeline_text import as_json
from archive.urls import article_id, normalize, urlkey
from archive.web.capturelist import CaptureLine, Told, capture_line, moment_text
from archive.web.origin_view import OriginView, origin_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BARE = re.compile(r"[^\s/?#:@]+\.[^\s/?#:@]+(:\d+)?([/?#]\S*)?")
WHOLE_YEAR = 120  # so many captures of a year are listed without choosing a day
PAGE = 200  # captures of one page of a list
_MOST_TOLD = 1500  # captures of an address of which a history is still told while somebody waits
_SECOND, _IN_A_SECOND = timedelta(seconds=1), 50
_MOST_READS = 25  # redirects whose records are read for it: each may be a request to the store


class AddressLine(Told):
    """Another address of the same page."""

    url: str
    how: str
    """`article`, `asked for`, `canonical`, `captured`, `redirect 301`."""
    captures: int


class YearLine(Told):
    """Captures of a year."""

    year: int
    captures: int


class DayLine(Told):
    """Captures of one day, UTC."""

    day: str
    captures: int
    good: int
    """Answered with 2xx or 304."""
    redirects: int
    failed: int


class UrlView(Told):
    """Everything that is known of an address."""

    url: str
    """As it was asked for, with a scheme."""
    captures: int
    """In all, of it and its other addresses."""
    first: str | None
    last: str | None
    article_id: str | None
    title: str | None
    newest_version: str | None
    """Id of the newest version of its article."""
    addresses: list[AddressLine]
    years: list[YearLine]
    year: int | None
    """Which one `days` and `lines` tell."""
    days: list[DayLine]
    day: str | None
    """Which one `lines` tell; null where it is the whole year."""
    lines: list[CaptureLine]
    """Oldest first."""
    skip: int
    more: bool
    """Whether the day or the year has more than `skip` and these."""
    events: list[dict[str, Any]] | None = Field(
        description="What became of the page, as `warchive history --json` tells it; null where it has too many captures to be told here."
    )
    capture: CaptureLine | None = None
    """The one that `at` and `record` name."""
    origin: OriginView | None = None
    """Where that one comes from, read from its file just now."""
    origin_problem: str | None = None
    near: list[str]
    """Where nothing is known of it: addresses that begin like it."""


def find_capture(archive: Archive, asked: str, at: str, record: str) -> CaptureRef | None:
    """The capture of an address that was made at `at` (14 digits, or RFC 3339); of several in one second, that with this record id."""
    moment = moment_of(at)
    if moment is None:
        return None
    wanted = record if record.startswith("urn:") or not record else f"urn:uuid:{record}"
    found = archive.catalogue.captures(_whole(asked), since=moment, until=moment + _SECOND, limit=_IN_A_SECOND)
    return next((ref for ref in found if wanted in ("", ref.record_id)), None)


def url_view(
    archive: Archive, asked: str, *, year: str = "", day: str = "", skip: int = 0, limit: int = PAGE, at: str = "", record: str = ""
) -> UrlView:
    """Of any address: what is not known has no captures, and addresses near it."""
    url = _whole(asked)
    ref = find_capture(archive, asked, at, record) if at else None
    day = day or (ref.fetched_at.date().isoformat() if ref is not None else "")
    origin, problem = _origin(archive, ref) if ref is not None else (None, None)
    identity = find_article(archive, url, most_reads=_MOST_READS) if _is_url(url) else None
    how = _addresses(archive, url, identity)
    events: list[dict[str, Any]] | None = []
    title = None
    if sum(years_of(archive.catalogue, map(urlkey, how)).values()) <= _MOST_TOLD:
        events, title, more = _told(archive, url)
        how = {**how, **{other: said for other, said in more.items() if other not in how}}
    else:
        events = None
    keys = {urlkey(one) for one in how}
    years = years_of(archive.catalogue, keys)
    newest = archive.catalogue.latest_version(identity) if identity else None
    chosen = _chosen_year(years, year, day)
    days = days_of(archive.catalogue, keys, chosen) if chosen else []
    chosen_day = _chosen_day(days, day)
    found = list(_captures(archive, keys, chosen, chosen_day, skip, limit + 1)) if chosen else []
    versions = _versions(archive, {identity} if identity else set(), [ref for ref, _ in found])
    counts = {key: sum(years_of(archive.catalogue, [key]).values()) for key in keys}
    first, last = _ends(archive, keys, years)
    return UrlView(
        url=url,
        captures=sum(years.values()),
        first=moment_text(first),
        last=moment_text(last),
        article_id=identity,
        title=newest.title if newest else title,
        newest_version=newest.id if newest else None,
        addresses=[AddressLine(url=one, how=said, captures=counts.get(urlkey(one), 0)) for one, said in how.items() if one != url],
        years=[YearLine(year=one, captures=count) for one, count in years.items()],
        year=chosen,
        days=[DayLine(day=one.day, captures=one.captures, good=one.good, redirects=one.redirects, failed=one.failed) for one in days],
        day=chosen_day,
        lines=[capture_line(ref, verdict, versions.get((ref.url, capture_line(ref).at))) for ref, verdict in found[:limit]],
        skip=skip,
        more=len(found) > limit,
        events=events,
        capture=None if ref is None else capture_line(ref, archive.catalogue.verdicts(ref.urlkey).get(ref.record_id)),
        origin=origin,
        origin_problem=problem,
        near=addresses_near(archive.catalogue, urlkey(url)) if not years and _is_url(url) else [],
    )


def _origin(archive: Archive, ref: CaptureRef) -> tuple[OriginView | None, str | None]:
    try:
        return origin_of(archive, ref), None
    except (DamagedError, StoreError) as error:
        return None, error.message


def _whole(asked: str) -> str:
    """With a scheme, as people leave it out."""
    text = asked.strip()[:8000]
    return f"https://{text}" if _BARE.fullmatch(text) else text


def _is_url(url: str) -> bool:
    try:
        return bool(normalize(url))
    except ValueError:
        return False


def _addresses(archive: Archive, url: str, identity: str | None) -> dict[str, str]:
    """Addresses that the catalogue alone knows: nothing is read from the store."""
    how = {url: "asked for"}
    if _is_url(url):
        how.setdefault(normalize(url), "asked for")
    for version in archive.catalogue.versions(identity) if identity else ():
        if len(how) < 30:
            how.setdefault(version.url, "article")
    return how


def _told(archive: Archive, url: str) -> tuple[list[dict[str, Any]] | None, str | None, dict[str, str]]:
    if not _is_url(url):
        return [], None, {}
    try:
        found = timeline(archive, url, most_reads=_MOST_READS)
    except (DamagedError, StoreError):
        return None, None, {}  # the calendar is there all the same; the article's page says what is wrong
    if found is None:
        return [], None, {}
    events: list[dict[str, Any]] = as_json(found)["events"]
    return events, found.title, {one.url: one.how for one in found.addresses}


def _chosen_year(years: dict[int, int], year: str, day: str) -> int | None:
    for text in (day[:4] if _DAY.fullmatch(day) else "", year):
        if text.isascii() and text.isdigit() and int(text) in years:
            return int(text)
    return max(years) if years else None


def _chosen_day(days: list[Any], day: str) -> str | None:
    """The one that was asked for; of a year with many captures the last one."""
    if any(one.day == day for one in days):
        return day
    return days[-1].day if sum(one.captures for one in days) > WHOLE_YEAR else None


def _captures(
    archive: Archive, keys: Iterable[str], year: int | None, day: str | None, skip: int, limit: int
) -> Iterable[tuple[CaptureRef, str | None]]:
    assert year is not None
    since = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else datetime(year, 1, 1, tzinfo=UTC)
    until = since + timedelta(days=1) if day else datetime(year + 1, 1, 1, tzinfo=UTC)
    return captures_between(archive.catalogue, keys, since, until, limit=limit, skip=skip)


def _versions(archive: Archive, identities: set[str], refs: list[CaptureRef]) -> dict[tuple[str, str], StoredArticle]:
    """Versions by address and time of their captures: an article's row knows no record id."""
    wanted = set(identities)
    times = {(ref.url, moment_text(ref.fetched_at) or ""): ref for ref in refs if ref.kind == "page"}
    for url in {url for url, _ in times}:
        try:
            wanted.add(article_id(url))
        except ValueError:
            continue
    found: dict[tuple[str, str], StoredArticle] = {}
    by_time: dict[str, list[StoredArticle]] = {}
    for one in wanted:
        for version in archive.catalogue.versions(one):
            by_time.setdefault(version.captured_at or "", []).append(version)
    for url, at in times:
        versions = by_time.get(at, [])
        same = next((one for one in versions if one.url == url), versions[0] if versions else None)
        if same is not None and times[url, at].status not in (301, 302, 303, 307, 308):
            found[url, at] = same
    return found


def _ends(archive: Archive, keys: set[str], years: dict[int, int]) -> tuple[datetime | None, datetime | None]:
    if not years:
        return None, None
    firsts = [ref.fetched_at for key in keys for ref in archive.catalogue.captures_by_urlkey(key, limit=1)]
    lasts = [ref.fetched_at for key in keys for ref in archive.catalogue.captures_by_urlkey(key, newest_first=True, limit=1)]
    return min(firsts), max(lasts)
