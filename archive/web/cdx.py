"""What does the index say? A CDX server, as pywb and its like ask one.

Lines are those of the runs' own `indexes/index.cdxj`. They are streamed, and a reader of the archive is borrowed for each batch alone, so
that somebody who takes a million lines over a slow line keeps nobody else from reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from archive.catalogue import Catalogue
from archive.cdxquery import MatchType, Position, Span, batch, moment_of_digits, nearest, original, span_of
from archive.errors import UsageError
from archive.model import CaptureRef
from archive.warc import timestamp14
from archive.web.cdxfilter import Collapse, fields_named, filters_of
from archive.web.readers import Readers

router = APIRouter()
Fields = dict[str, str]

_FIRST, _BATCH = 64, 500
_MOST_NEAREST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    span: Span
    closest: str | None
    keep: Callable[[Fields], bool]
    resolve: bool
    limit: int | None


@router.get(
    "/cdx",
    response_class=StreamingResponse,
    summary="CDX server",
    tags=["index"],
    responses={200: {"content": {"text/x-cdxj": {}, "text/x-ndjson": {}, "text/plain": {}}}},
)
def cdx(
    request: Request,
    url: Annotated[str, Query(description="A URL, `example.com/path*` or `*.example.com`.", max_length=8000)],
    match: Annotated[MatchType | None, Query(alias="matchType", description="Else by the stars in `url`, else exact.")] = None,
    since: Annotated[str, Query(alias="from", description="Captured from then on: 4 to 14 digits.")] = "",
    until: Annotated[str, Query(alias="to", description="Captured until then, inclusive.")] = "",
    condition: Annotated[
        list[str] | None,
        Query(
            alias="filter", description="`[!][=|~]field:value`: contains, `=` equals, `~` matches the regular expression; all must hold."
        ),
    ] = None,
    limit: Annotated[list[int] | None, Query(description="So many lines at most; the smallest counts if there are several.")] = None,
    sort: Annotated[Literal["", "default", "reverse", "closest"], Query(description="`closest` takes one URL and `closest=`.")] = "",
    closest: Annotated[str, Query(description="Nearest to this time first; 4 to 14 digits, or `now`.")] = "",
    output: Annotated[Literal["cdxj", "text", "json"], Query(description="`text` gives the fields of `fl` alone.")] = "cdxj",
    fl: Annotated[str, Query(description="These fields alone, parted by commas.")] = "",
    fields: Annotated[str, Query(description="As `fl`.")] = "",
    collapse: Annotated[str, Query(description="`field` or `field:N`: of neighbours that agree in it (in N characters) the first.")] = "",
    collapse_time: Annotated[int | None, Query(alias="collapseTime", ge=1, le=14, description="As pywb's.")] = None,
    resolve: Annotated[str, Query(alias="resolveRevisits", description="Add `orig.length`, `orig.offset` and `orig.filename`.")] = "",
) -> StreamingResponse:
    """Captures by URL, in the order of the index: revisits too, of imported files too. One a line."""
    span = _span(url, match, since, until, newest_first=sort == "reverse")
    moment = ("99991231235959" if closest == "now" else closest) if sort != "reverse" else ""
    if moment:
        moment_of_digits(moment)
    if moment and span.high is not None:
        raise UsageError("closest= takes one URL", hint="leave matchType out, or closest")
    if sort == "closest" and not moment and span.high is None and "closest" not in request.query_params:
        raise UsageError("sort=closest needs closest=", hint="closest=20241108081500")
    asked = _Asked(
        span=span,
        closest=moment or None,
        keep=filters_of(condition or []),
        resolve=resolve.lower() not in ("", "0", "false", "f", "off"),
        limit=min(limit) if limit else None,
    )
    collapsed = Collapse.of(collapse, collapse_time)
    write, kind = _writer(output, fields_named(fl or fields))
    lines = (write(one) for one in islice(collapsed(_found(request.app.state.readers, asked)), asked.limit))
    # What is wrong is found out before the head is sent.
    first = list(islice(lines, _FIRST))
    return StreamingResponse(_pieces(first, lines), media_type=kind)


def fields_of(ref: CaptureRef) -> Fields:
    """The fields of a line, as cdxj-indexer writes them: all are strings, and what is unknown is left out."""
    mime = "warc/revisit" if ref.record_type == "revisit" else ref.mime
    known = {"url": ref.url, "mime": mime, "status": None if ref.status is None else str(ref.status), "digest": ref.payload_digest}
    place = {"length": str(ref.length), "offset": str(ref.offset), "filename": ref.filename}
    return {
        "urlkey": ref.urlkey,
        "timestamp": timestamp14(ref.fetched_at),
        **{key: value for key, value in known.items() if value is not None},
        **place,
    }


def line_of(fields: Fields) -> str:
    """A line of a CDXJ index, without its end."""
    rest = {key: value for key, value in fields.items() if key not in ("urlkey", "timestamp")}
    return f"{fields['urlkey']} {fields['timestamp']} {json.dumps(rest)}"


def _span(url: str, match: MatchType | None, since: str, until: str, *, newest_first: bool) -> Span:
    url = url.strip()
    if match is None:
        match = "domain" if url.startswith("*.") else "prefix" if url.endswith("*") else "exact"
        url = url.removeprefix("*.") if match == "domain" else url[:-1] if match == "prefix" else url
    if not url:
        raise UsageError("url= is empty", hint="url=https://example.com/page, or url=*.example.com")
    return span_of(
        url,
        match,
        since=moment_of_digits(since) if since else None,
        until=moment_of_digits(until, end=True) if until else None,
        newest_first=newest_first,
    )


def _found(readers: Readers, asked: _Asked) -> Iterator[Fields]:
    if asked.closest is not None:
        with readers.borrow(wait=False) as archive:
            yield from _nearest(archive.catalogue, asked)
        return
    after: Position | None = None
    size = _FIRST
    while True:
        with readers.borrow(wait=False) as archive:
            rows = batch(archive.catalogue, asked.span, after=after, size=size)
            found = [_resolved(archive.catalogue, asked, ref) for _, ref in rows]
        yield from filter(asked.keep, found)
        if len(rows) < size:
            return
        after, size = rows[-1][0], _BATCH


def _nearest(catalogue: Catalogue, asked: _Asked) -> list[Fields]:
    span, most = asked.span, min(asked.limit or _MOST_NEAREST, _MOST_NEAREST)
    refs = nearest(catalogue, span.low, moment_of_digits(asked.closest or ""), since=span.since, until=span.until)
    return list(islice(filter(asked.keep, (_resolved(catalogue, asked, ref) for ref in refs)), most))


def _resolved(catalogue: Catalogue, asked: _Asked, ref: CaptureRef) -> Fields:
    fields = fields_of(ref)
    if not asked.resolve:
        return fields
    first = original(catalogue, ref) if ref.record_type == "revisit" else None
    if first is None:
        return {**fields, "orig.length": "-", "orig.offset": "-", "orig.filename": "-"}
    told = fields_of(first)
    return {
        **fields,
        **{name: told[name] for name in ("mime", "status") if name in told},
        **{f"orig.{name}": told[name] for name in ("length", "offset", "filename")},
    }


def _writer(output: str, names: list[str] | None) -> tuple[Callable[[Fields], str], str]:
    if output == "json":
        return lambda one: json.dumps(one if names is None else {name: one[name] for name in names if name in one}), "text/x-ndjson"
    if output == "text" and names is not None:
        return lambda one: " ".join(one.get(name, "-").replace(" ", "%20") for name in names), "text/plain"
    if names is None:
        return line_of, "text/x-cdxj"
    kept = {"urlkey", "timestamp", *names}
    return lambda one: line_of({key: value for key, value in one.items() if key in kept}), "text/x-cdxj"


def _pieces(first: list[str], lines: Iterator[str]) -> Iterator[str]:
    piece = first
    while piece:
        yield "\n".join(piece) + "\n"
        piece = list(islice(lines, _BATCH))
