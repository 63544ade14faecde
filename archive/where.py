"""Which collection of a store is meant, and where does its catalogue lie when there is no state folder?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from archive.errors import UsageError
from archive.stores import Store

_MOST = 20  # collections that a message names


def only_collection(store: Store) -> str:
    """The name of the one collection of a store; raises `UsageError` where there is none, or more than one."""
    found: list[str] = []
    after = ""
    while len(found) < _MOST:
        # One question a collection, however many runs it has: what follows "name/" in the order of keys is "name0".
        key = next((info.key for info in store.list("", after) if "/runs/" in info.key), None)
        if key is None:
            break
        found.append(key.split("/", 1)[0])
        after = f"{found[-1]}0"
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"nothing was published in {store.url} yet", hint="name the collection, or another store")
    raise UsageError(f"{store.url} has several collections: {', '.join(found)}", hint="name one of them")


def cache_folder(store_url: str, environ: Mapping[str, str] = os.environ) -> Path:
    """A folder of this store alone in the user's cache folder."""
    base = environ.get("XDG_CACHE_HOME", "")
    # XDG Base Directory Specification: a relative path counts as not set.
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "warchive" / "catalogues" / sha256(store_url.encode()).hexdigest()[:32]
