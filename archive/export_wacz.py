"""How do captures leave an archive as a WACZ, which opens in ReplayWeb.page?

WACZ 1.1.1: the records in one WARC file, an index in compressed blocks that a browser reads one by one, the list of pages with their clean
text so that they can be searched, and hashes of it all. Written to a stream as it is made.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any

from archive.article import Article
from archive.export_groups import GroupReader
from archive.export_scratch import Scratch
from archive.export_warc import PageLine, Pending, Unit, WarcVolume
from archive.export_zip import ZipStream
from archive.layout import MANIFEST, PAGES
from archive.ledger import rfc3339
from archive.manifest import WACZ_VERSION, resources
from archive.model import CaptureRef
from archive.neutral import one_line, plain
from archive.reader import Archive
from archive.software import software

FORMAT = "warchive-export/1"
_BLOCK_LINES = 300  # as py-wacz does
_IN_MEMORY = 4 << 20


def wacz_of(
    archive: Archive,
    refs: Iterable[CaptureRef],
    *,
    articles: Iterable[Article] = (),
    about: Mapping[str, str] | None = None,
    text: bool = True,
) -> Iterator[bytes]:
    """One WACZ with these captures, and those that they repeat, in pieces. The page list names those of `articles` whose captures are
    among them, with title and text, and the other captures of pages by their address.

    Raises `DamagedError` where something kept is not as it was written.
    """
    told = {one.warc.record_id: one for one in articles if one.warc}
    units = (Unit(refs=(ref,), page=page_line(ref, told.get(ref.record_id), text=text)) for ref in refs)
    with_reader = GroupReader(archive)
    volume = WaczVolume(archive, with_reader, about=about or {})
    try:
        for unit in units:
            yield from volume.write(volume.lacking(unit))
        yield from volume.end()
    finally:
        volume.close()


def page_line(ref: CaptureRef, article: Article | None, *, text: bool = True) -> PageLine | None:
    """A page of the list; null for captures that nobody looks at by themselves."""
    if article is not None:
        words = article.text if text else None
        return PageLine(
            id=article.id or ref.record_id, url=ref.url, fetched_at=ref.fetched_at, title=article.title or article.url, text=words
        )
    if ref.kind != "page" or (ref.status is not None and 300 <= ref.status < 400 and ref.record_type != "revisit"):
        return None
    return PageLine(id=ref.record_id, url=ref.url, fetched_at=ref.fetched_at, title=ref.url)


class WaczVolume:
    """One WACZ that is being made."""

    def __init__(self, archive: Archive, reader: GroupReader, *, about: Mapping[str, str], serial: int = 1) -> None:
        self._archive, self._about = archive, about
        self._scratch = Scratch()
        self._warc = WarcVolume(archive, reader, self._scratch, about=about, serial=serial, indexed=True)
        self._pages = _Spool()
        self._zip = ZipStream()
        self._warc_file: _Open | None = None
        self._texts = False

    @property
    def captures(self) -> int:
        """How many it holds."""
        return self._warc.captures

    @property
    def measured(self) -> int:
        """Its size, about."""
        return self._warc.measured

    def close(self) -> None:
        """Give temporary files back."""
        self._scratch.close()
        self._pages.close()

    def lacking(self, unit: Unit) -> Pending:
        """What it does not hold of a unit."""
        return self._warc.lacking(unit)

    def write(self, pending: Pending) -> Iterator[bytes]:
        """Take it in."""
        if pending.page is not None:
            self._page(pending.page)
        yield from self._warc_pieces(self._warc.write(pending))

    def end(self) -> Iterator[bytes]:
        """The rest of the file."""
        yield from self._warc_pieces(self._warc.end())
        assert self._warc_file is not None
        yield from self._warc_file.end()
        blocks = _Blocks(self._scratch.lines())
        yield from self._zip.file("indexes/index.cdx.gz", blocks.pieces(), large=True)
        yield from self._zip.file("indexes/index.idx", [blocks.directory()])
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages", **({"hasText": True} if self._texts else {})}
        yield from self._zip.file(PAGES, [_json_line(head), *([] if self._pages.empty else self._pages.pieces())], large=True)
        package = self._package()
        yield from self._zip.file(MANIFEST, [package])
        digest = {"path": MANIFEST, "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        yield from self._zip.file("datapackage-digest.json", [json.dumps(digest, indent=2).encode() + b"\n"])
        yield from self._zip.end()

    def _warc_pieces(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if self._warc_file is None:
                self._warc_file = _Open(self._zip, f"archive/{self._warc.filename}")
            yield from self._warc_file.add(piece)

    def _page(self, page: PageLine) -> None:
        line: dict[str, Any] = {"id": page.id, "url": page.url, "ts": page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        if page.title:
            line["title"] = one_line(page.title)
        if page.text:
            line["text"] = plain(page.text)
            self._texts = True
        self._pages.add(_json_line(line))

    def _package(self) -> bytes:
        newest = self._warc.newest
        package = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": self._about.get("title") or self._archive.collection,
            "software": software(),
            "created": rfc3339(newest) if newest else "1980-01-01T00:00:00Z",
            "resources": resources(self._zip.files),
            "warchive": {"format": FORMAT, "collection": self._archive.collection, "selection": dict(self._about)},
        }
        return (json.dumps(package, ensure_ascii=True, indent=2) + "\n").encode()


class _Open:
    """A file of the zip that is fed piece by piece."""

    def __init__(self, stream: ZipStream, path: str) -> None:
        self._waiting: list[bytes] = []
        self._ended = False
        self._pieces = stream.file(path, iter(self._next, None), large=True)

    def add(self, piece: bytes) -> Iterator[bytes]:
        self._waiting.append(piece)
        yield next(self._pieces)

    def end(self) -> Iterator[bytes]:
        self._ended = True
        yield from self._pieces

    def _next(self) -> bytes | None:
        return self._waiting.pop(0) if self._waiting else None


class _Blocks:
    """An index in gzip members of 300 lines, and the directory that says where each begins: cdxj-gzip-1.0."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._directory, self._offset = lines, [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'], 0

    def pieces(self) -> Iterator[bytes]:
        while block := list(islice(self._lines, _BLOCK_LINES)):
            compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
            data = compressor.compress(b"".join(block)) + compressor.flush()
            facts = {"offset": self._offset, "length": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
            self._directory.append(block[0].split(b" {", 1)[0] + b" " + json.dumps(facts).encode() + b"\n")
            self._offset += len(data)
            yield data

    def directory(self) -> bytes:
        return b"".join(self._directory)


class _Spool:
    """Lines that are written now and read at the end."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self.empty = True

    def add(self, line: bytes) -> None:
        self.empty = False
        self._file.write(line)

    def pieces(self) -> Iterator[bytes]:
        self._file.seek(0)
        read: Callable[[], bytes] = lambda: self._file.read(1 << 18)  # noqa: E731
        yield from iter(read, b"")

    def close(self) -> None:
        self._file.close()


def _json_line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
