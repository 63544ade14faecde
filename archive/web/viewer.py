"""How does a person see a capture as it was? In a frame of our page, on another origin, with the time of capture above it.

The frame cannot leave for the live web, since our own policy holds it (`frame-src`), nor touch this page, since it is of another origin,
nor open windows, since it is sandboxed. What is said above it comes from the index, not from the frame.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from archive.catalogue import Catalogue
from archive.catalogue_rows import StoredArticle
from archive.cdxquery import Span, captures_in, moment_of_digits, nearest, original, shown
from archive.ledger import rfc3339
from archive.model import CaptureRef
from archive.neutral import one_line
from archive.reader import Archive
from archive.replay.gateway.policy import PREFIX, SANDBOX
from archive.urls import article_id, urlkey
from archive.warc import timestamp14
from archive.web.addresses import rest_of_path, web_address
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.errors import NotThere
from archive.web.memento import base_of, links_of
from archive.web.pages import render, replay_path
from archive.web.settings import WebSettings

router = APIRouter()


class Beside(Told):
    """Another capture of the same address."""

    at: str
    path: str


class Shown(Told):
    """One capture, and what stands above it."""

    url: str
    at: str
    timestamp: str
    title: str | None
    language: str | None
    article: str | None
    """Id of the version of the article that was made of it, or of the one that was current then."""
    source: str | None
    status: int | None
    mime: str | None
    repeats: str | None
    """When its payload was captured first, where the server sent the same again."""
    previous: Beside | None
    next: Beside | None
    first: Beside | None
    last: Beside | None
    frame: str | None
    """Address of the frame; null where nothing is replayed."""


@router.get("/replay/{timestamp}/{url:path}", include_in_schema=False)
def replay(request: Request, archive: Borrowed, timestamp: str) -> Response:
    """The capture nearest to a time of 4 to 14 digits."""
    settings: WebSettings = request.app.state.settings
    url = web_address(rest_of_path(request, f"/replay/{timestamp}/"))
    ref = capture_at(archive.catalogue, url, timestamp)
    if ref is None:
        raise NotThere(f"{one_line(url)[:300]} was never captured.", hint="Nothing is fetched from the live web in its place.")
    if timestamp14(ref.fetched_at) != timestamp:
        return RedirectResponse(replay_path(timestamp14(ref.fetched_at), ref.url), status_code=302)
    page = shown_of(archive, ref, settings)
    trouble = settings.replay_trouble() if settings.replay_trouble else None
    answer = render(request, "viewer.html", page=page, trouble=trouble, sandbox=SANDBOX)
    answer.headers["Link"] = links_of(settings, base_of(request), archive.catalogue, ref)
    return answer


def capture_at(catalogue: Catalogue, url: str, digits: str) -> CaptureRef | None:
    """The capture that the replay shows: nearest in time; of several in one second that of this very URL, and pages before redirects."""
    refs = shown(nearest(catalogue, urlkey(url), moment_of_digits(digits)))
    first = next(refs, None)
    if first is None:
        return None
    same = [first, *takewhile(lambda ref: timestamp14(ref.fetched_at) == timestamp14(first.fetched_at), refs)]
    return min(same, key=lambda ref: (ref.url != url, 300 <= (ref.status or 0) < 400))


def shown_of(archive: Archive, ref: CaptureRef, settings: WebSettings) -> Shown:
    """What our page says of a capture; reads the catalogue alone."""
    catalogue, key = archive.catalogue, ref.urlkey
    second = ref.fetched_at.replace(microsecond=0)
    version = _version(catalogue, ref)
    first = original(catalogue, ref) if ref.record_type == "revisit" else None
    timestamp = timestamp14(ref.fetched_at)
    return Shown(
        url=ref.url,
        at=rfc3339(ref.fetched_at),
        timestamp=timestamp,
        title=version.title if version else None,
        language=version.language if version else None,
        article=version.id if version else None,
        source=ref.source,
        status=ref.status,
        mime=first.mime if first else ref.mime,
        repeats=rfc3339(first.fetched_at) if first else None,
        previous=_beside(catalogue, Span(low=key, high=None, until=second - timedelta(microseconds=1), newest_first=True)),
        next=_beside(catalogue, Span(low=key, high=None, since=second + timedelta(seconds=1))),
        first=_beside(catalogue, Span(low=key, high=None, until=second - timedelta(microseconds=1))),
        last=_beside(catalogue, Span(low=key, high=None, since=second + timedelta(seconds=1), newest_first=True)),
        frame=f"{settings.replay_origin}{PREFIX}{timestamp}/{web_address(ref.url)}" if settings.replay_origin else None,
    )


def _beside(catalogue: Catalogue, span: Span) -> Beside | None:
    ref = next(shown(captures_in(catalogue, span, size=4)), None)
    return Beside(at=rfc3339(ref.fetched_at), path=replay_path(timestamp14(ref.fetched_at), ref.url)) if ref else None


def _version(catalogue: Catalogue, ref: CaptureRef) -> StoredArticle | None:
    try:
        versions = list(catalogue.versions(article_id(ref.url)))
    except ValueError:
        return None
    at = rfc3339(ref.fetched_at)
    earlier = [version for version in versions if version.captured_at and version.captured_at <= at]
    return earlier[-1] if earlier else None
