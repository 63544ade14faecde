"""What does the manifest of a run say, and is this one?

`datapackage.json`: a WACZ 1.1.1 data package, so that the run's folder, zipped, is a WACZ file; our own facts stand under `warchive`.
Writing it is the commit: what no manifest names does not exist.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.errors import DamagedError
from archive.layout import FORMAT, MANIFEST, RUN_ID, RunFolder
from archive.model import FileEntry

WACZ_VERSION = "1.1.1"
_PATH = re.compile(r"^(archive|indexes|pages|captures|articles|reports)/[A-Za-z0-9._-]{1,200}$")
_HASH = re.compile(r"^sha256:([0-9a-f]{64})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files of one run, and what is known of the run itself."""

    collection: str
    run: str
    started_at: str
    ended_at: str
    """RFC 3339, UTC, microseconds."""
    captures: int
    articles: int
    store_id: str
    create_only: bool | None
    """Whether the store itself refused a second object under a key; null: it was not known."""
    info: dict[str, Any]
    """Command, versions, contact, as the run was begun."""
    files: tuple[FileEntry, ...]
    """In the order in which they were stored."""

    @property
    def folder(self) -> RunFolder:
        """Keys of the run."""
        return RunFolder(collection=self.collection, run=self.run)

    @property
    def size(self) -> int:
        """Bytes of all files but the manifest."""
        return sum(entry.size for entry in self.files)

    def file(self, path: str) -> FileEntry:
        """The entry of that path; raises `DamagedError` where the manifest names none."""
        for entry in self.files:
            if entry.path == path:
                return entry
        raise DamagedError(f"the manifest of run {self.run} names no {path}")

    def to_bytes(self) -> bytes:
        """The same facts give the same bytes."""
        software = self.info.get("software")
        package = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": f"{self.collection} {self.run}",
            "software": software if isinstance(software, str) else "warchive",
            "created": self.ended_at,
            # frictionless, which py-wacz asks, reads every file as a table unless it is told that it is just a file.
            "resources": resources(self.files),
            "warchive": {
                "format": FORMAT,
                "collection": self.collection,
                "run": self.run,
                "started_at": self.started_at,
                "ended_at": self.ended_at,
                "captures": self.captures,
                "articles": self.articles,
                "store_id": self.store_id,
                "create_only": self.create_only,
                "info": self.info,
            },
        }
        return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def resources(files: Iterable[FileEntry]) -> list[dict[str, Any]]:
    """The files as a data package lists them."""
    return [
        {
            "name": entry.path.rsplit("/", 1)[-1],
            "path": entry.path,
            "hash": f"sha256:{entry.sha256}",
            "bytes": entry.size,
            "type": "file",
        }
        for entry in files
    ]


def entry_of(resource: dict[str, Any], paths: re.Pattern[str]) -> FileEntry:
    """A file that a data package lists; raises ValueError, KeyError or TypeError where it is none, or its path is none of `paths`."""
    path, size, digest = resource["path"], resource["bytes"], _HASH.match(resource["hash"])
    if not isinstance(path, str) or not paths.match(path) or ".." in path:
        raise ValueError(f"path {str(path)[:100]!r}")
    if not isinstance(size, int) or size < 0 or digest is None:
        raise ValueError(f"size or hash of {path}")
    return FileEntry(path=path, size=size, sha256=digest[1])


def is_manifest(key: str) -> bool:
    """Whether a key is that of a run's manifest."""
    parts = key.split("/")
    return len(parts) == 6 and parts[1] == "runs" and parts[5] == MANIFEST and RUN_ID.match(parts[4]) is not None


def parse_manifest(key: str, data: bytes) -> Manifest:
    """Read a manifest that lies under this key. Nothing in it is believed before it was looked at: raises `DamagedError`."""
    try:
        package = json.loads(data)
        ours = package["warchive"]
        if ours["format"] != FORMAT:
            raise DamagedError(
                f"{key}: written in format {str(ours['format'])[:40]!r}, this version knows {FORMAT!r}", hint="use a newer warchive"
            )
        manifest = Manifest(
            collection=ours["collection"],
            run=ours["run"],
            started_at=_text(ours["started_at"]),
            ended_at=_text(ours["ended_at"]),
            captures=int(ours["captures"]),
            articles=int(ours["articles"]),
            store_id=_text(ours["store_id"]),
            create_only=ours["create_only"],
            info=dict(ours["info"]),
            files=tuple(entry_of(resource, _PATH) for resource in package["resources"]),
        )
        if manifest.folder.key(MANIFEST) != key:
            raise ValueError("it is the manifest of another run")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(
            f"{key} is not a readable manifest: {error.__class__.__name__}: {str(error)[:200]}",
            hint="its run is left out; compare the file with a copy of the store",
        ) from error
    return manifest


def imported_files(info: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Of a run's `info`: the WARC files in it that are somebody else's, by their names here. What is not written as it should be is left
    out.
    """
    told = info.get("imported")
    entries = [entry for entry in told if isinstance(entry, dict)] if isinstance(told, list) else []
    return {str(entry["filename"]): entry for entry in entries if isinstance(entry.get("filename"), str)}


def manifest_sha256(data: bytes) -> str:
    """Lower-case hex: how a catalogue knows that it has read this very manifest."""
    return hashlib.sha256(data).hexdigest()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, {value!r:.40} found")
    return value
