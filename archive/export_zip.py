"""How is a zip file written to a stream that cannot go back? In pieces, stored, with its sizes behind each file.

Nothing is compressed, since a WACZ is read in ranges; zip64 where a file or the whole is large. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Iterable, Iterator

from archive.model import FileEntry

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format can say
# ReplayWeb.page takes it that the head of a file has no extra field where the directory has none for it, and a file of any size has one in
# its head alone. So both get the usual one, of the time: Info-ZIP's, 1980 once more.
_EXTRA = b"UT" + struct.pack("<HBl", 5, 1, 315532800)


class ZipStream:
    """Each method yields the bytes that come next."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = _Zip(self._sink, "w", zipfile.ZIP_STORED, allowZip64=True)  # type: ignore[call-overload]
        self.files: list[FileEntry] = []
        """Those that are complete."""

    def file(self, path: str, pieces: Iterable[bytes], *, large: bool = False) -> Iterator[bytes]:
        """Add a file; `large`: it may have more than 4 GiB."""
        info = zipfile.ZipInfo(path, date_time=_TIME)
        info.create_system, info.external_attr = 3, 0o644 << 16
        info.extra = _EXTRA if large else b""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=large) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
                yield from self._sink.taken()
        yield from self._sink.taken()
        self.files.append(FileEntry(path=path, size=size, sha256=digest.hexdigest()))

    def end(self) -> Iterator[bytes]:
        """The directory at the end."""
        self._zip.close()
        yield from self._sink.taken()


class _Zip(zipfile.ZipFile):
    def __del__(self) -> None:
        """What was given up has no directory: zipfile would write one, into nothing, and complain."""


class _Sink:
    """What zipfile takes for a pipe: it can only be written to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> Iterator[bytes]:
        if self._pieces:
            pieces, self._pieces = self._pieces, []
            yield b"".join(pieces)
