"""What does a store promise, and how is one opened from its URL?

Every store keeps the same promises; `tests/archive/test_stores.py` asks each of them the same questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What a store says of one object."""

    key: str
    size: int
    sha256: str | None
    """Lower-case hex where the store knows it without reading the object, else null."""


PutResult = Literal["stored", "already"]


class Store(Protocol):
    """Bytes under keys, written once and never changed.

    Keys match `layout.KEY`; any other raises ValueError before anything is sent. Every method raises `StoreUnreachable`
    (after retries with jitter), `StoreDenied` or `StoreMissing`; see archive/errors.py. Methods may be called from any thread.
    """

    url: str
    """As a user would write it, without credentials."""

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        """Create the object; never overwrite. Atomic: no reader sees part of it. Durable when it returns.

        `sha256` (hex) is that of the data: the store refuses bytes that do not match. `already` means that the key held
        exactly these bytes (a lost reply, a second try). Raises `StoreConflict` where it holds others.
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
        """Objects whose key begins with `prefix` and sorts after `start_after`, in byte order of their keys, streaming."""
        ...

    def probe(self) -> None:
        """Find out whether the store can be read and written and honours create-only; raises a `StoreError` that says what is wrong.

        Leaves at most one small object, `.warchive-probe`, behind.
        """
        ...


def open_store(url: str, *, base: Path | None = None) -> Store:
    """A store from `file:///path`, a plain path (relative to `base`), `s3://bucket/prefix?endpoint_url=...&region=...`, or `memory://name`.

    Opening sends nothing and creates nothing. Raises `UsageError` for any other URL.
    """
    raise NotImplementedError  # implemented by the stores' author
