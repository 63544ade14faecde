"""How are WARC files and pieces of them handed out? By the names that the catalogue knows, from wherever the store is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from archive.layout import RunFolder
from archive.stores import Store
from archive.web.borrowed import Borrowed
from archive.web.errors import NotThere

router = APIRouter()

_NAME = re.compile(r"^[A-Za-z0-9._-]{1,255}$")
_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")
_STEP = 4 << 20


@router.get("/warcs/{filename}", response_class=StreamingResponse, summary="A WARC file, or a range of it", tags=["index"])
def warc(
    archive: Borrowed,
    filename: str,
    asked: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header(alias="If-Range")] = None,
) -> Response:
    """The bytes as they lie in the store. One range at a time (RFC 9110 §14); of several, the whole file is sent, as servers may."""
    row = None
    if _NAME.match(filename):
        query = "SELECT runs.run AS run FROM files JOIN runs ON runs.id = files.run WHERE filename = ?"
        row = next(archive.catalogue.rows(query, (filename,)), None)
    if row is None:
        raise NotThere(f"no WARC file {filename[:200]!r} in this archive", hint="/cdx names the file of each capture")
    key, store = RunFolder(collection=archive.collection, run=row["run"]).warc(filename), archive.store
    tag = f'"{filename}"'  # files are written once and never changed: the name says which bytes
    headers = {"Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    found = _RANGE.match(asked.replace(" ", "")) if asked and if_range in (None, tag) else None
    size = _size(store, key)
    if found is None or found[0] == "bytes=-":
        return StreamingResponse(store.open(key), media_type="application/warc", headers={**headers, "Content-Length": str(size)})
    first, last = (int(found[1]), min(int(found[2] or size), size - 1)) if found[1] else (max(0, size - int(found[2])), size - 1)
    if first > last or first >= size:
        words = f"{filename} has {size} bytes, no such range\n"
        return PlainTextResponse(words, status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    if last - first < _STEP:  # a record, usually: what is wrong with it is known before the head is sent
        return Response(store.get_range(key, first, last + 1 - first), status_code=206, media_type="application/warc", headers=headers)
    return StreamingResponse(_pieces(store, key, first, last), status_code=206, media_type="application/warc", headers=headers)


def _pieces(store: Store, key: str, first: int, last: int) -> Iterator[bytes]:
    for at in range(first, last + 1, _STEP):
        yield store.get_range(key, at, min(_STEP, last + 1 - at))


_sizes: dict[tuple[str, str], int] = {}


def _size(store: Store, key: str) -> int:
    """Asked of the store once: a file never changes."""
    known = _sizes.get((store.url, key))
    if known is not None:
        return known
    info = store.head(key)
    if info is None:
        raise NotThere(f"{key} is not in {store.url}, but a manifest names it", hint="restore the file from a copy of the store")
    if len(_sizes) > 4096:
        _sizes.clear()
    _sizes[store.url, key] = info.size
    return info.size
