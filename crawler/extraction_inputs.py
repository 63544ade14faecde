"""Which pages are in these files: HTML, WARC, a pipe? Read once, or twice in the same order."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import UsageError
from archive.foreign import Skipped, WarcCapture, iter_warc_captures, looks_like_warc
from archive.ledger import rfc3339

MAX_HTML = 64 << 20
NO_URL = "http://unknown.invalid/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something to extract, or a record that gave nothing to extract."""

    payload: bytes
    """A response block."""
    url: str
    captured_at: str | None = None
    record: dict[str, Any] | None = None
    """The article's `warc`."""
    in_warc: bool = False
    skipped: Skipped | None = None
    furniture: tuple[str, ...] = ()
    """Lines that the other pages of its host have."""

    def with_furniture(self, lines: Sequence[str]) -> Page:
        """The same page, better known."""
        return replace(self, furniture=tuple(lines))

    def without_bytes(self) -> Page:
        """For whoever waits for its article."""
        return replace(self, payload=b"")


class Inputs:
    """The files of a command line."""

    def __init__(self, files: Sequence[str], *, url: str | None, copies: Path | None) -> None:
        """`copies` is a folder for what cannot be read twice; null where nothing will be."""
        self._files, self._url, self._copies = files, url, copies
        self.warcs = 0
        """WARC files that were met so far."""

    def pages(self, *, again: bool = False) -> Iterator[Page]:
        """All pages in order. Raises `UsageError` for a file that cannot be read."""
        for number, name in enumerate(self._files):
            copy = self._copies / f"stdin-{number}" if self._copies is not None else None
            if name == "-" and again and copy is not None:
                if copy.exists():
                    with copy.open("rb") as file:
                        yield from self._of_stream(file, "stdin")
                continue
            if name == "-":
                yield from self._of_stdin(copy)
                continue
            try:
                with Path(name).open("rb") as file:
                    yield from self._of_stream(file, name)
            except OSError as error:
                raise UsageError(f"cannot read {name}: {error.strerror}", hint="name an HTML or WARC file, or `-` for stdin") from error

    def _of_stdin(self, copy: Path | None) -> Iterator[Page]:
        stream = sys.stdin.buffer
        if copy is None or not looks_like_warc(_peek(stream)):
            yield from self._of_stream(stream, "stdin")
            return
        with copy.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        with copy.open("rb") as file:
            yield from self._of_stream(file, "stdin")

    def _of_stream(self, file: BinaryIO, name: str) -> Iterator[Page]:
        stream = file if isinstance(file, BufferedReader) else BufferedReader(file)  # type: ignore[type-var]
        if looks_like_warc(_peek(stream)):
            self.warcs += 1
            yield from _of_warc(stream, name)
            return
        html = stream.read(MAX_HTML + 1)
        if len(html) > MAX_HTML:
            raise UsageError(f"{name} is larger than {MAX_HTML >> 20} MiB and is no WARC file", hint="give HTML or WARC files")
        yield Page(payload=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html, url=self._url or NO_URL)


def _peek(stream: Any) -> bytes:
    head: bytes = stream.peek(1024)[:1024]  # of gzip, fewer may be no more than the tables
    return head


def _of_warc(stream: BinaryIO, name: str) -> Iterator[Page]:
    for one in iter_warc_captures(stream, filename=Path(name).name):
        if isinstance(one, Skipped):
            yield Page(payload=b"", url=one.url or NO_URL, in_warc=True, skipped=one)
            continue
        moment = rfc3339(one.date) if one.date else None
        yield Page(payload=one.response, url=one.url, captured_at=moment, record=_pointer(one, name), in_warc=True)


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
