"""What does one record of a WARC file of anybody say, as far as it can be read?

Lenient where `archive/record.py` is strict: one gzip member or none, digests of any spelling or none, a record that is cut. Nothing of it
is believed that was not compared, and no more is held than was asked for.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from archive.record import has_digest

_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")  # WARC 1.1 §4: a line that begins with white space goes on with the one before
_MAX_TAIL = 8  # line ends behind a record that is not compressed: four bytes, as it should be
_MAX_HEAD = 1 << 20
_START = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.")
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseRecord:
    """One record as found. Header values in their order, names in their spelling."""

    offset: int
    length: int
    """Of its gzip member, or of the record where it is not compressed; 0 where its end is not in what was read."""
    headers: tuple[tuple[str, str], ...]
    block: bytes
    """As much as was read."""
    verified: bool | None
    """Whether the block has the digest that the record names; null where it names none, or the block is not here whole."""

    @property
    def record_type(self) -> str:
        """`response`, `request`, ..."""
        return (self.header("WARC-Type") or "").lower()

    @property
    def record_id(self) -> str:
        """Without angle brackets."""
        return (self.header("WARC-Record-ID") or "").strip("<>")

    @property
    def content_type(self) -> str:
        """Of the block, without parameters that follow a blank."""
        return self.header("Content-Type") or ""

    def header(self, name: str) -> str | None:
        """First value of the header, names compared without case."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of the header."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def fields(self) -> dict[str, str]:
        """The block as `application/warc-fields`: the first value of each name."""
        found: dict[str, str] = {}
        for line in self.block.decode("utf-8", "replace").splitlines():
            name, colon, value = line.partition(":")
            if colon:
                found.setdefault(name.strip(), value.strip())
        return found


def loose_record(data: bytes, offset: int, *, max_block: int, cut: bool = False) -> LooseRecord | None:
    """The record at the beginning of `data`, which lies at `offset` in its file; null where none begins there.

    `cut` says that the record may go on behind `data`: then its block may lack its end. No more than `max_block` bytes are uncompressed.
    """
    length = 0
    if data.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            content = inflater.decompress(data, max_block + _MAX_HEAD)
        except zlib.error:
            return None
        if inflater.eof:
            length = len(data) - len(inflater.unused_data)
        elif not cut and not inflater.unconsumed_tail:
            return None
    else:
        content = data
    end = _END.search(content, 0, _MAX_HEAD)
    if not content.startswith(b"WARC/") or end is None:
        return None
    lines = _FOLD.sub(b" ", content[: end.start()]).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")[1:]
    headers = tuple((name.strip(), value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon)
    stated = next((value for name, value in headers if name.lower() == "content-length"), "")
    if not _LENGTH.fullmatch(stated):
        return None
    size, at = int(stated), end.end()
    block = content[at : at + size]
    whole = len(block) == size
    if content is data and whole:
        tail = content[at + size : at + size + _MAX_TAIL]
        length = at + size + len(tail) - len(tail.lstrip(b"\r\n"))
    claim = next((value for name, value in headers if name.lower() == "warc-block-digest"), None)
    verified = has_digest(claim, block) if whole and claim else None if whole or cut or len(content) >= max_block else False
    return LooseRecord(offset=offset, length=length, headers=headers, block=block, verified=verified)


def record_starts(data: bytes) -> Iterator[int]:
    """Where in `data` a record may begin, from the end backwards."""
    return reversed([match.start() for match in _START.finditer(data)])
