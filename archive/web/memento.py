"""When was a URL captured, and which capture was current then? Memento (RFC 7089): TimeGate and TimeMaps.

A memento is what the replay answers with (`Memento-Datetime` is in its head). A browser that opens one by itself is led to our viewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import Field

from archive.catalogue import Catalogue
from archive.cdxquery import Span, captures_in, moment_of_digits, nearest, shown
from archive.errors import UsageError
from archive.model import CaptureRef
from archive.neutral import one_line
from archive.replay.gateway.policy import PREFIX
from archive.urls import urlkey
from archive.warc import timestamp14
from archive.web.addresses import rest_of_path, web_address
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.errors import NotThere
from archive.web.settings import WebSettings

router = APIRouter()

_PAGE = 5000  # mementos in one TimeMap
_FROM = "from/"


class Place(Told):
    """Where something is, and of which time it is."""

    datetime_: str | None = Field(default=None, serialization_alias="datetime")
    uri: str


class Mementos(Told):
    """The captures of a URL that can be shown, oldest first."""

    places: list[Place] = Field(serialization_alias="list")
    first: Place
    last: Place


class TimeMap(Told):
    """As MemGator and its like write a TimeMap in JSON."""

    original_uri: str
    here: str = Field(serialization_alias="self")
    mementos: Mementos
    timegate_uri: str
    timemap_uri: dict[str, str]
    next: str | None
    """The next part of a long one."""


def memento_address(settings: WebSettings, base: str, ref: CaptureRef) -> str:
    """URI-M: where that capture is answered as it was; our page that says what is missing where nothing is replayed."""
    place = f"{timestamp14(ref.fetched_at)}/{web_address(ref.url)}"
    return f"{settings.replay_origin}{PREFIX}{place}" if settings.replay_origin else f"{base}/replay/{place}"


def links_of(settings: WebSettings, base: str, catalogue: Catalogue, ref: CaptureRef) -> str:
    """The Link header of a TimeGate's answer or of a page about a capture: original, timegate, timemap, and its neighbours."""
    url = web_address(ref.url)
    found: dict[str, tuple[CaptureRef, list[str]]] = {}
    key = ref.urlkey
    choices = (
        ("first", Span(low=key, high=None)),
        ("prev", Span(low=key, high=None, until=ref.fetched_at - timedelta(microseconds=1), newest_first=True)),
        ("", Span(low=key, high=None, since=ref.fetched_at)),
        ("next", Span(low=key, high=None, since=ref.fetched_at + timedelta(microseconds=1))),
        ("last", Span(low=key, high=None, newest_first=True)),
    )
    for name, span in choices:
        one = next(shown(captures_in(catalogue, span, size=4)), None)
        if one is not None:
            found.setdefault(memento_address(settings, base, one), (one, []))[1].append(name)
    mementos = [
        f'<{address}>; rel="{" ".join([*filter(None, names), "memento"])}"; datetime="{http_date(one.fetched_at)}"'
        for address, (one, names) in found.items()
    ]
    return ", ".join([*_standing(base, url), *mementos])


@router.get("/timegate/{url:path}", include_in_schema=False)
def timegate(
    request: Request, archive: Borrowed, accept_datetime: Annotated[str | None, Header(alias="Accept-Datetime")] = None
) -> Response:
    """The capture nearest to the time that Accept-Datetime names, else the newest."""
    url = web_address(rest_of_path(request, "/timegate/"))
    wanted = _wanted(accept_datetime)
    ref = next(shown(nearest(archive.catalogue, urlkey(url), wanted)), None)
    if ref is None:
        raise NotThere(f"{one_line(url)[:200]} was never captured", hint="spelling and scheme may differ: /url looks for others")
    settings, base = request.app.state.settings, base_of(request)
    headers = {
        "Location": memento_address(settings, base, ref),
        "Vary": "accept-datetime",
        "Link": links_of(settings, base, archive.catalogue, ref),
    }
    return PlainTextResponse(f"captured {http_date(ref.fetched_at)}\n", status_code=302, headers=headers)


@router.get("/timemap/link/{url:path}", include_in_schema=False)
def timemap_link(request: Request, archive: Borrowed) -> Response:
    """All captures of a URL that can be shown, as links (RFC 7089 §5); a long list in parts."""
    part = _Part(request, archive.catalogue, "/timemap/link/")
    return StreamingResponse(part.as_links(), media_type="application/link-format")


@router.get("/timemap/json/{url:path}", summary="TimeMap of a URL", tags=["index"], response_model=TimeMap)
def timemap_json(request: Request, archive: Borrowed, url: str) -> Response:
    """All captures of a URL that can be shown, oldest first, each with the address of its memento (RFC 7089); a long list in parts."""
    part = _Part(request, archive.catalogue, "/timemap/json/")
    return JSONResponse(part.as_json().model_dump(by_alias=True))


class _Part:
    """One page of a TimeMap."""

    def __init__(self, request: Request, catalogue: Catalogue, prefix: str) -> None:
        text, since = rest_of_path(request, prefix), None
        if text.startswith(_FROM):
            digits, _, text = text.removeprefix(_FROM).partition("/")
            since = moment_of_digits(digits)
        self.url, self.base, self._settings, self._prefix = web_address(text), base_of(request), request.app.state.settings, prefix
        span = Span(low=urlkey(self.url), high=None, since=since)
        found = list(islice(shown(captures_in(catalogue, span, size=1000)), _PAGE + 1))
        if not found:
            raise NotThere(f"{one_line(self.url)[:200]} was never captured", hint="spelling and scheme may differ: /url looks for others")
        # 14 digits say whole seconds: a part ends before the second in which the next one begins.
        self.more = found[_PAGE].fetched_at.replace(microsecond=0) if len(found) > _PAGE else None
        self.refs = [ref for ref in found if self.more is None or ref.fetched_at < self.more] or found[:_PAGE]
        self.here = f"{self.base}{prefix}{f'{_FROM}{timestamp14(since)}/' if since else ''}{self.url}"

    def as_links(self) -> Iterator[str]:
        first, last = http_date(self.refs[0].fetched_at), http_date(self.refs[-1].fetched_at)
        kind = 'type="application/link-format"'
        yield f'<{self.url}>; rel="original",\n<{self.here}>; rel="self"; {kind}; from="{first}"; until="{last}",\n'
        yield f'<{self.base}/timegate/{self.url}>; rel="timegate"'
        if self.more:
            there = f"{self.base}{self._prefix}{_FROM}{timestamp14(self.more)}/{self.url}"
            yield f',\n<{there}>; rel="timemap"; {kind}; from="{http_date(self.more)}"'
        for at, ref in enumerate(self.refs):
            names = [name for name, here in (("first", at == 0), ("last", at == len(self.refs) - 1 and not self.more)) if here]
            address = memento_address(self._settings, self.base, ref)
            yield f',\n<{address}>; rel="{" ".join([*names, "memento"])}"; datetime="{http_date(ref.fetched_at)}"'
        yield "\n"

    def as_json(self) -> TimeMap:
        places = [
            Place(datetime_=f"{ref.fetched_at:%Y-%m-%dT%H:%M:%SZ}", uri=memento_address(self._settings, self.base, ref))
            for ref in self.refs
        ]
        return TimeMap(
            original_uri=self.url,
            here=self.here,
            mementos=Mementos(places=places, first=places[0], last=places[-1]),
            timegate_uri=f"{self.base}/timegate/{self.url}",
            timemap_uri={"link_format": f"{self.base}/timemap/link/{self.url}", "json_format": f"{self.base}/timemap/json/{self.url}"},
            next=f"{self.base}{self._prefix}{_FROM}{timestamp14(self.more)}/{self.url}" if self.more else None,
        )


def base_of(request: Request) -> str:
    """Our own address, as it was asked for: the Host header was checked."""
    return f"{request.url.scheme}://{request.headers['host']}"


def http_date(moment: datetime) -> str:
    """RFC 9110 §5.6.7: `Fri, 08 Nov 2024 08:15:00 GMT`."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _standing(base: str, url: str) -> list[str]:
    return [
        f'<{url}>; rel="original"',
        f'<{base}/timegate/{url}>; rel="timegate"',
        f'<{base}/timemap/link/{url}>; rel="timemap"; type="application/link-format"',
    ]


def _wanted(accept_datetime: str | None) -> datetime:
    if not accept_datetime:
        return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    try:
        moment = parsedate_to_datetime(accept_datetime)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(
            f"Accept-Datetime {one_line(accept_datetime)[:80]!r} is no date", hint="as in Fri, 08 Nov 2024 08:15:00 GMT (RFC 7089 §2.1.1)"
        ) from error
