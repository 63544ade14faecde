"""What stands at `/feeds`: what other programs subscribe to, of all sources and of each?"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from archive.errors import UsageError
from archive.period import moment_of
from archive.reader import Archive
from archive.software import software
from archive.web.borrowed import Borrowed
from archive.web.cursor import before_of, bounded
from archive.web.errors import NotThere
from archive.web.feed_entries import KINDS, Wanted, Which, entries_of
from archive.web.feed_forms import ATOM, JSON_FEED, Feed, atom, json_feed
from archive.web.pages import render

router = APIRouter()
_FILE = re.compile(r"(new|changed|gone)\.(atom|json)")
_FEEDS = uuid.UUID("5b0e1c5e-6f4f-5a53-9f0e-2c1a7e3e8d10")
_LIMIT, _MOST = 50, 200
_TITLES: dict[Which, tuple[str, str]] = {
    "new": ("new articles", "Articles as they were captured for the first time, newest first"),
    "changed": ("changed articles", "New versions of articles whose title or text is another one than before"),
    "gone": ("pages that went", "Pages that answered 404 or 410 at two visits that lie 20 hours apart or more, with nothing good between"),
}

_ABOUT: dict[int | str, dict[str, object]] = {
    200: {"description": "The feed.", "content": {"application/atom+xml": {}, "application/feed+json": {}}},
    304: {"description": "Nothing changed since (If-None-Match, If-Modified-Since)."},
}


@router.get("/feeds", include_in_schema=False)
def feeds_page(request: Request, archive: Borrowed) -> HTMLResponse:
    """The list of feeds."""
    return render(request, "feeds.html", sources=source_names(archive), kinds=KINDS, titles=_TITLES, limit=_LIMIT, most=_MOST)


@router.get(
    "/feeds/{file}",
    tags=["feeds"],
    summary="New, changed or gone: new.atom, new.json, changed.atom, changed.json, gone.atom, gone.json",
    response_class=Response,
    responses=_ABOUT,
)
def feed(
    request: Request,
    archive: Borrowed,
    file: str,
    language: str = "",
    q: str = "",
    content: str = "",
    limit: str = "",
    before: str = "",
) -> Response:
    """`language` is BCP 47 and takes in its regional forms; `q` leaves only new articles that the search finds; `content=full` gives whole
    texts; `limit` is 200 at most; `before` is the cursor of a next page.
    """
    return _answer(request, archive, file, None, {"language": language, "q": q, "content": content, "limit": limit, "before": before})


@router.get(
    "/feeds/sources/{name}/{file}",
    tags=["feeds"],
    summary="The same of one source",
    response_class=Response,
    responses=_ABOUT,
)
def source_feed(
    request: Request,
    archive: Borrowed,
    name: str,
    file: str,
    language: str = "",
    q: str = "",
    content: str = "",
    limit: str = "",
    before: str = "",
) -> Response:
    """As `/feeds/{file}`."""
    if not _is_source(archive, name):
        raise NotThere(f"no source {name[:80]!r} in this collection", hint="/feeds lists those that there are")
    return _answer(request, archive, file, name, {"language": language, "q": q, "content": content, "limit": limit, "before": before})


def source_names(archive: Archive) -> list[str]:
    """Sources that have articles, or were asked for some, by name: a step of an index for each."""
    names: list[str] = []
    at = ""
    while len(names) < 10_000:
        query = "SELECT source FROM articles WHERE source > ? ORDER BY source LIMIT 1"
        row = next(archive.catalogue.rows(query, (at,)), None)
        if row is None:
            break
        at = str(row["source"])
        names.append(at)
    return sorted({*names, *(str(row["source"]) for row in archive.catalogue.rows("SELECT source FROM standings"))})


def _is_source(archive: Archive, name: str) -> bool:
    tables = ("articles", "standings")
    return any(next(archive.catalogue.rows(f"SELECT 1 FROM {table} WHERE source = ? LIMIT 1", (name,)), None) for table in tables)


def _answer(request: Request, archive: Archive, file: str, source: str | None, asked: Mapping[str, str]) -> Response:
    found = _FILE.fullmatch(file)
    if found is None:
        raise NotThere(f"no feed {file[:80]!r}", hint="/feeds lists them: new, changed, gone, each as .atom and .json")
    which: Which = "new" if found[1] == "new" else "changed" if found[1] == "changed" else "gone"
    words = asked["q"].strip()
    if words and which != "new":
        raise UsageError("q filters new articles alone", hint=f"leave q out, or ask for new.{found[2]}")
    newest = archive.catalogue.newest_run()
    changed_at = moment_of(newest[2]) if newest is not None else None
    state = [archive.catalogue.identity(), archive.catalogue.run_count(), newest, software(), str(request.url)]
    tag = _tag(repr(state).encode())
    if not words and _is_known(request, tag, changed_at):
        return _unchanged(tag, changed_at)
    wanted = Wanted(
        which=which,
        source=source,
        language=asked["language"].strip() or None,
        words=words,
        limit=bounded(asked["limit"], 1, _MOST, _LIMIT),
        before=before_of(asked["before"]),
        full=asked["content"] == "full",
    )
    entries, cursor = entries_of(archive, wanted)
    path = quote(request.url.path)
    kept = {name: value for name, value in asked.items() if value and name != "before"}
    title, subtitle = _TITLES[which]
    made = Feed(
        id=uuid.uuid5(_FEEDS, f"{archive.catalogue.identity()} {which} {source or ''} {wanted.language or ''} {words}").urn,
        title=f"{request.app.state.settings.title}{f', {source}' if source else ''}: {title}{f' with {words}' if words else ''}",
        subtitle=subtitle,
        base=str(request.base_url).rstrip("/"),
        path=path + (f"?{request.url.query}" if request.url.query else ""),
        home=f"/sources/{quote(source, safe='')}" if source else "/feeds",
        updated=max((one.updated for one in entries), default=_moment(changed_at)),
        next=None if cursor is None else f"{path}?{urlencode({**kept, 'before': cursor})}",
        entries=entries,
    )
    body = atom(made) if found[2] == "atom" else json_feed(made)
    if words:  # the index of the search follows the catalogue after a while: what was made tells whether it changed
        tag, changed_at = _tag(body), None
        if _is_known(request, tag, None):
            return _unchanged(tag, None)
    return Response(body, media_type=ATOM if found[2] == "atom" else JSON_FEED, headers=_headers(tag, changed_at))


def _tag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def _headers(tag: str, changed_at: datetime | None) -> dict[str, str]:
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.replace(microsecond=0), usegmt=True)
    return headers


def _unchanged(tag: str, changed_at: datetime | None) -> Response:
    return Response(status_code=304, headers=_headers(tag, changed_at))


def _is_known(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """RFC 9110 §13.1: If-None-Match goes before If-Modified-Since."""
    named = request.headers.get("if-none-match")
    if named is not None:
        return named.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in named.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) >= changed_at.replace(microsecond=0)


def _moment(value: datetime | None) -> str:
    return (value or datetime(1970, 1, 1, tzinfo=UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
