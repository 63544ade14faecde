"""How do tests have a store without a disk or a server?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import ClassVar

from archive.errors import DamagedError, ObjectMissing, StoreConflict
from archive.stores import ObjectInfo, PutResult
from archive.stores.keys import PROBE, PROBE_BYTES, check_key, check_prefix, check_span
from archive.stores.payload import PIECE, check_digest


class MemoryStore:
    """A store of that name lives as long as the process; two of the same name are the same store."""

    _stores: ClassVar[dict[str, dict[str, bytes]]] = {}
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, name: str) -> None:
        self.url = f"memory://{name}"
        self.create_only: bool | None = True
        with self._lock:
            self._objects = self._stores.setdefault(name, {})

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        check_key(key)
        kept = data.read_bytes() if isinstance(data, Path) else bytes(data)
        check_digest(key, hashlib.sha256(kept).hexdigest(), sha256)
        with self._lock:
            existing = self._objects.get(key)
            if existing is None:
                self._objects[key] = kept
                return "stored"
        if existing != kept:
            raise StoreConflict(f"{key} in {self.url} exists and holds other bytes", hint="nothing was overwritten")
        return "already"

    def get(self, key: str) -> bytes:
        try:
            return self._objects[check_key(key)]
        except KeyError:
            raise ObjectMissing(f"{key} is not in {self.url}") from None

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        check_span(offset, length)
        data = self.get(key)
        if offset + length > len(data):
            raise DamagedError(f"{key} in {self.url} ends at {len(data)}, before the range {offset}+{length}")
        return data[offset : offset + length]

    def open(self, key: str) -> Iterator[bytes]:
        data = self.get(key)
        return (data[at : at + PIECE] for at in range(0, len(data), PIECE))

    def head(self, key: str) -> ObjectInfo | None:
        data = self._objects.get(check_key(key))
        return None if data is None else _info(key, data)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        check_prefix(prefix)
        check_prefix(start_after)
        with self._lock:
            found = sorted((key, data) for key, data in self._objects.items() if key.startswith(prefix) and key > start_after)
        return (_info(key, data) for key, data in found)

    def probe(self) -> None:
        self.put(PROBE, PROBE_BYTES, sha256=hashlib.sha256(PROBE_BYTES).hexdigest())

    def no_more_retries(self) -> None:
        """Nothing here is ever tried twice."""


def _info(key: str, data: bytes) -> ObjectInfo:
    return ObjectInfo(key=key, size=len(data), sha256=hashlib.sha256(data).hexdigest())
