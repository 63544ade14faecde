"""How are articles made of files that are already there? `warchive extract`: the chain of the crawl over HTML and WARC files of anybody."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from archive.config import Config
from archive.errors import UsageError
from archive.foreign import Skipped, WarcCapture, iter_warc_captures, looks_like_warc
from archive.ledger import rfc3339
from crawler.children import open_pool
from pipelines.pool import ChildFailed
from pipelines.stages import EXTRACT, failed_extraction

MAX_HTML = 64 << 20
NO_URL = "http://unknown.invalid/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something to extract."""

    payload: bytes
    """A response block."""
    url: str
    captured_at: str | None
    record: dict[str, Any] | None


def extract_files(files: Sequence[str], *, url: str | None, config: Config, out: TextIO, refused: TextIO | None) -> int:
    """Articles of all files as JSON lines on `out`, in order; returns how many. What is no article goes to `refused`, one line each."""
    pool = open_pool(config)
    made = 0
    waiting: deque[tuple[Page | Skipped, Future[dict[str, Any]] | None]] = deque()

    def settle() -> None:
        nonlocal made
        page, future = waiting.popleft()
        if isinstance(page, Skipped) or future is None:
            _refuse(refused, {"verdict": "skipped", "reasons": [str(page)]})
            return
        try:
            result = future.result()
        except ChildFailed as error:
            result = failed_extraction(error, page.url)
        if "article" in result:
            made += 1
            article = result["article"]
            if page.record is not None:
                article["warc"] = page.record
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
        else:
            _refuse(refused, result["not_article"])

    try:
        for page in _pages(files, url):
            future = None if isinstance(page, Skipped) else pool.submit(EXTRACT, page.payload, _params(page, config))
            waiting.append((page, future))
            while len(waiting) > 4 * config.extraction.workers:
                settle()
        while waiting:
            settle()
    finally:
        pool.close()
    out.flush()
    return made


def _refuse(stream: TextIO | None, row: dict[str, Any]) -> None:
    if stream is not None:
        stream.write(json.dumps(row) + "\n")


def _params(page: Page, config: Config) -> dict[str, Any]:
    return {
        "url": page.url,
        "requested_url": None,
        "captured_at": page.captured_at,
        "max_decoded_bytes": config.limits.max_decoded_bytes,
        "timezone": None,
        "languages": [],
        "announcement": None,
        "options": None,
    }


def _pages(files: Sequence[str], url: str | None) -> Iterator[Page | Skipped]:
    for name in files:
        if name == "-":
            yield from _of_stream(sys.stdin.buffer, "stdin", url)
            continue
        try:
            with Path(name).open("rb") as file:
                yield from _of_stream(file, name, url)
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}", hint="name an HTML or WARC file, or `-` for stdin") from error


def _of_stream(file: BinaryIO, name: str, url: str | None) -> Iterator[Page | Skipped]:
    stream = file if isinstance(file, BufferedReader) else BufferedReader(file)  # type: ignore[type-var]
    if looks_like_warc(stream.peek(1024)[:1024]):  # of gzip, fewer may be no more than the tables
        yield from _of_warc(stream, name)
        return
    html = stream.read(MAX_HTML + 1)
    if len(html) > MAX_HTML:
        raise UsageError(f"{name} is larger than {MAX_HTML >> 20} MiB and is no WARC file", hint="give HTML or WARC files")
    yield Page(payload=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html, url=url or NO_URL, captured_at=None, record=None)


def _of_warc(stream: BinaryIO, name: str) -> Iterator[Page | Skipped]:
    for one in iter_warc_captures(stream, filename=Path(name).name):
        if isinstance(one, Skipped):
            yield one
            continue
        yield Page(payload=one.response, url=one.url, captured_at=rfc3339(one.date) if one.date else None, record=_pointer(one, name))


def _pointer(one: WarcCapture, name: str) -> dict[str, Any] | None:
    """The article's `warc`, where the file could be seeked and names its records."""
    if one.offset is None or one.record_id is None:
        return None
    return {
        "filename": one.filename or Path(name).name,
        "offset": one.offset,
        "length": 0,  # a stream does not tell where the record's member ends
        "record_id": one.record_id,
        "payload_digest": one.payload_digest or "",
    }
