"""Where do the texts lie that were made again, and what does the manifest of such an extraction say?

An extraction is one pass of one version of the extractor over captures that are in the store. Its files stand beside those of the runs,
which are never touched; what its manifest names exists, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.errors import DamagedError
from archive.layout import COLLECTION, FORMAT, KEY, MANIFEST, REPORT
from archive.manifest import entry_of, resources
from archive.model import FileEntry
from archive.stores import Store

EXTRACTION_ID = re.compile(r"^[a-z0-9][a-z0-9.-]{0,120}-[0-9a-f]{16}$")
_PATH = re.compile(r"^(articles|changes|reports)/[A-Za-z0-9._-]{1,200}$")
_NOT_IN_ID = re.compile(r"[^a-z0-9.]+")


def extraction_id(version: str, digest: str) -> str:
    """`rules-3-trafilatura-2.3.1-libxml2-2.14.6-<16 hex>`: who made it, and of what; the same twice where both are the same."""
    slug = _NOT_IN_ID.sub("-", version.lower()).strip("-.")[:120].replace("..", "-").strip("-.")
    return f"{slug or 'unknown'}-{digest[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionFolder:
    """Keys of one extraction in a store."""

    collection: str
    extraction: str

    @property
    def prefix(self) -> str:
        """`<collection>/extractions/<extraction>/`; raises ValueError for an id that is not one of ours."""
        if not EXTRACTION_ID.fullmatch(self.extraction) or ".." in self.extraction or not COLLECTION.fullmatch(self.collection):
            raise ValueError(f"not an extraction of ours: {self.collection!r}/{self.extraction!r}")
        return f"{extractions_prefix(self.collection)}{self.extraction}/"

    def key(self, path: str) -> str:
        """Key of one of its files; raises ValueError where it would not be a key of ours."""
        key = self.prefix + path
        if not KEY.fullmatch(key) or ".." in key or "//" in key:
            raise ValueError(f"not a key of ours: {key!r}")
        return key


def extractions_prefix(collection: str) -> str:
    """Prefix of all extractions of a collection."""
    return f"{collection}/extractions/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionManifest:
    """The files of one extraction, and what is known of it."""

    collection: str
    extraction: str
    created: str
    """RFC 3339, UTC: when it was finished; the newer of two goes before the older."""
    software: str
    extractor: dict[str, Any]
    """`name`, `version`, `options_sha256`, as in the records."""
    selection: dict[str, Any]
    """What was asked for: `runs`, `source`, `since`, `until`, null where it set no bound; `site_memory`."""
    captures: int
    """Looked at."""
    articles: int
    """Records in its article files."""
    store_id: str
    create_only: bool | None
    files: tuple[FileEntry, ...]

    @property
    def folder(self) -> ExtractionFolder:
        """Keys of it."""
        return ExtractionFolder(collection=self.collection, extraction=self.extraction)

    def paths(self, folder: str) -> Iterator[FileEntry]:
        """Its files in that folder, in their order."""
        return (entry for entry in self.files if entry.path.startswith(f"{folder}/"))

    def to_bytes(self) -> bytes:
        """The same facts give the same bytes."""
        package = {
            "profile": "data-package",
            "title": f"{self.collection} {self.extraction}",
            "software": self.software,
            "created": self.created,
            "resources": resources(self.files),
            "warchive": {
                "format": FORMAT,
                "collection": self.collection,
                "extraction": self.extraction,
                "extractor": self.extractor,
                "selection": self.selection,
                "captures": self.captures,
                "articles": self.articles,
                "store_id": self.store_id,
                "create_only": self.create_only,
            },
        }
        return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def parse_extraction(key: str, data: bytes) -> ExtractionManifest:
    """Read a manifest that lies under this key. Nothing in it is believed before it was looked at: raises `DamagedError`."""
    try:
        package = json.loads(data)
        ours = package["warchive"]
        if ours["format"] != FORMAT:
            raise DamagedError(
                f"{key}: written in format {str(ours['format'])[:40]!r}, this version knows {FORMAT!r}", hint="use a newer warchive"
            )
        manifest = ExtractionManifest(
            collection=ours["collection"],
            extraction=ours["extraction"],
            created=str(package["created"]),
            software=str(package["software"]),
            extractor=dict(ours["extractor"]),
            selection=dict(ours["selection"]),
            captures=int(ours["captures"]),
            articles=int(ours["articles"]),
            store_id=str(ours["store_id"]),
            create_only=ours["create_only"],
            files=tuple(_entry(resource) for resource in package["resources"]),
        )
        if manifest.folder.key(MANIFEST) != key:
            raise ValueError("it is the manifest of another extraction")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(
            f"{key} is not a readable manifest: {error.__class__.__name__}: {str(error)[:200]}",
            hint="its extraction is left out; compare the file with a copy of the store",
        ) from error
    return manifest


def list_extractions(store: Store, collection: str) -> Iterator[str]:
    """Ids of the extractions that exist, in the order of their ids; what no manifest names is passed over."""
    prefix = extractions_prefix(collection)
    after = prefix
    # Two questions an extraction, however many files it has: what follows "id/" in the order of keys is "id0".
    while (found := next(iter(store.list(prefix, after)), None)) is not None:
        name = found.key.removeprefix(prefix).split("/", 1)[0]
        if EXTRACTION_ID.fullmatch(name) and store.head(f"{prefix}{name}/{MANIFEST}") is not None:
            yield name
        after = f"{prefix}{name}0"


def read_extraction(store: Store, collection: str, extraction: str) -> ExtractionManifest:
    """Its manifest; raises `ObjectMissing` and `DamagedError`."""
    key = ExtractionFolder(collection=collection, extraction=extraction).key(MANIFEST)
    return parse_extraction(key, store.get(key))


def _entry(resource: dict[str, Any]) -> FileEntry:
    entry = entry_of(resource, _PATH)
    if entry.path.startswith("reports/") and entry.path != REPORT:
        raise ValueError(f"path {entry.path[:100]!r}")
    return entry
