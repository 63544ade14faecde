"""Which store is this? The marker at its root names the format and gives the store an id of its own.

A state folder remembers the id, so that captures are never deduplicated against one store and published to another.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid

from archive.errors import DamagedError, ObjectMissing, StoreConflict
from archive.layout import FORMAT, MARKER
from archive.stores import Store

_NAME, _MAJOR = FORMAT.split("/")


def store_identity(store: Store, *, create: bool = True, new_id: uuid.UUID | None = None) -> str:
    """The id of a store (`urn:uuid:...`). With `create` a store without marker gets one; two who try agree on the first.

    Raises `ObjectMissing` where there is none and none may be made, `DamagedError` for a marker that is not one or of another format.
    """
    try:
        return _parse(store.get(MARKER), store.url)
    except ObjectMissing:
        if not create:
            raise
    marker = {"format": _NAME, "version": int(_MAJOR), "store_id": f"urn:uuid:{new_id or uuid.uuid4()}"}
    data = (json.dumps(marker) + "\n").encode()
    with contextlib.suppress(StoreConflict):  # somebody was faster: theirs counts
        store.put(MARKER, data, sha256=hashlib.sha256(data).hexdigest(), content_type="application/json")
    return _parse(store.get(MARKER), store.url)


def _parse(data: bytes, url: str) -> str:
    try:
        marker = json.loads(data)
        name, version, store_id = marker["format"], marker["version"], marker["store_id"]
        if name != _NAME or not isinstance(store_id, str) or not store_id.startswith("urn:uuid:"):
            raise ValueError("other fields than a marker's")
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            f"{MARKER} in {url} is not a marker of warchive", hint="name another store or prefix, or restore that file"
        ) from error
    if version != int(_MAJOR):
        raise DamagedError(
            f"{url} is in format {name}/{version}, this warchive knows {FORMAT}", hint="use the version of warchive that made it"
        )
    return store_id
