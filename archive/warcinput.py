"""How does warcio read a file that wants to do harm?

warcio finds records in files of anybody; these thin subclasses bound what it holds in memory and keep it from writing bytes of the
file to the terminal.
"""

from __future__ import annotations

import logging
import zlib
from typing import Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader

_MAX_HEAD_BYTES = 1 << 20  # all WARC header lines of one record
_MAX_LINE_BYTES = 1 << 16
_BLOCK = 1 << 14  # what is read at once may become a thousand times as much

# It writes URLs into its warnings as they are.
logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)


class DamagedFileError(Exception):
    """The file is not as it was written; the message is for a person."""


class Readable(Protocol):
    """Anything with `read`."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


class Input:
    """A stream that tells where it is, whose first bytes were looked at."""

    def __init__(self, source: Readable) -> None:
        self._source, self._offset = source, 0
        self.ended = False
        self.head = source.read(4)
        self._ahead = self.head

    def read(self, size: int = -1) -> bytes:
        data, self._ahead = (self._ahead, b"") if self._ahead else (self._source.read(size), b"")
        self._offset += len(data)
        self.ended = not data
        return data

    def tell(self) -> int:
        return self._offset

    def close(self) -> None:
        """Nothing: whoever opened the source closes it."""


class Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader, but no line is longer than memory, and damage is an error instead of a line on stderr."""

    head_bytes = 0

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(length or _MAX_HEAD_BYTES)
        self.head_bytes += len(line)
        if (len(line) >= _MAX_LINE_BYTES and not line.endswith(b"\n")) or self.head_bytes > _MAX_HEAD_BYTES:
            raise DamagedFileError("a WARC header without end")
        return line

    def _decompress(self, data: bytes) -> bytes:
        if self.decompressor is None or not data or self.num_block_read == 0:
            return bytes(super()._decompress(data))
        try:
            return bytes(self.decompressor.decompress(data))
        except zlib.error as error:
            raise DamagedFileError(f"the gzip member is damaged: {error}") from error


class Records(ArchiveIterator):  # type: ignore[misc]
    """warcio's iterator with that reader; a file compressed as a whole is read as well, only that nobody can seek in it."""

    INC_RECORD = ""  # the warning that it would write to stderr, bytes of the file and all

    def __init__(self, stream: Input) -> None:
        super().__init__(stream, no_record_parse=True)
        self.reader = Reader(stream, block_size=_BLOCK)
        self.stream = stream
        self.whole_file = False
        self.cut = False
        """Known at the end: the file ends within a gzip member."""

    def _raise_invalid_gzip_err(self) -> None:
        self.whole_file = True

    def close(self) -> None:
        decompressor = self.reader.decompressor if self.reader else None
        self.cut = decompressor is not None and not decompressor.eof and self.stream.tell() > 0
        super().close()
