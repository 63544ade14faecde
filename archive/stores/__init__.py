"""What does a store promise, and how is one opened from its URL?

Every store keeps the same promises; `tests/archive/test_stores.py` asks each of them the same questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from archive.errors import SpaceError, StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What a store says of one object."""

    key: str
    size: int
    sha256: str | None
    """Lower-case hex where the store knows it without reading the object, else null."""


PutResult = Literal["stored", "already"]


class StoreFull(StoreError, SpaceError):
    """The store has no room left (disk, quota). A store error for who publishes, exit code 8 for who must make room."""

    exit_code = SpaceError.exit_code


class Store(Protocol):
    """Bytes under keys, written once and never changed.

    Keys match `layout.KEY` and have no empty, `.` or `..` segment (see `archive.stores.keys`); any other raises ValueError
    before anything is sent. Every method raises `StoreUnreachable` (after retries with jitter), `StoreDenied` or
    `StoreMissing`; see archive/errors.py. Methods may be called from any thread.
    """

    url: str
    """As a user would write it, without credentials."""

    create_only: bool | None
    """Whether the store itself refuses a second object under a key, so that no race can overwrite one; null: not yet known.

    Where it is not true, `put` looks before it writes, and only the caller's lock keeps two writers apart: the manifest says so.
    """

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        """Create the object; never overwrite. Atomic: no reader sees part of it. Durable when it returns.

        `sha256` (hex) is that of the data; other bytes raise `DamagedError` and are not stored. `already` means that the key
        held exactly these bytes (a lost reply, a second try). Raises `StoreConflict` where it holds others, and `StoreFull`.
        """
        ...

    def get(self, key: str) -> bytes:
        """The whole object; raises `ObjectMissing`. Not for WARC files: use `get_range` or `open`."""
        ...

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Exactly these bytes; raises `ObjectMissing`, and `DamagedError` where the object ends before."""
        ...

    def open(self, key: str) -> Iterator[bytes]:
        """The object in pieces of about 1 MiB; raises `ObjectMissing` at once, not at the first piece."""
        ...

    def head(self, key: str) -> ObjectInfo | None:
        """Size and digest, or null where the key does not exist. Strongly consistent with `put`."""
        ...

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """Objects whose key begins with `prefix` and sorts after `start_after`, in byte order of their keys, streaming.

        Things in the folder or bucket whose names are not keys (half-written files, other people's objects) are passed over.
        """
        ...

    def probe(self) -> None:
        """Find out whether the store can be read and written and honours create-only; raises a `StoreError` that says what is wrong.

        Leaves at most one small object, `.warchive-probe`, behind. Sets `create_only`.
        """
        ...

    def no_more_retries(self) -> None:
        """From now on everything is tried once, and whoever waits for another try gives up: a run that was told to stop calls this."""
        ...


def open_store(url: str, *, base: Path | None = None) -> Store:
    """A store from `file:///path`, a plain path (relative to `base`), `s3://bucket/prefix?endpoint_url=...`, or `memory://name`.

    Opening sends nothing and creates nothing: a folder is created by the first `put` where its parent exists, and until then
    counts as empty. Raises `UsageError` for any other URL. What may stand after the `?` of an S3 URL: `archive.stores.s3url`.
    """
    from archive.stores.opening import open_url  # the implementations import this module

    return open_url(url, base=base)
