"""Is this a whole WACZ, and which WARC files and pages does it bring?

A WACZ is a zip file made by strangers: no name in it becomes a path of ours, nothing is unpacked that its datapackage does not name, and
nothing beyond the size that it names there. Each WARC file is copied out byte for byte and compared with its hash on the way.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from archive.importscan import NotImportable
from archive.neutral import one_line

MAX_ENTRIES = 100_000
MAX_PACKAGE_BYTES = 64 << 20
MAX_PAGES = 1_000_000
_MAX_LINE = 1 << 20
_MAX_RATIO = 200  # WARC files in a WACZ are stored as they are: nothing honest shrinks so far
_PIECE = 1 << 20
_WARC = re.compile(r"archive/[^/\\\x00-\x1f]{1,255}\.warc\.gz")
_HASH = re.compile(r"(sha256|md5|sha1|sha512)?:?([0-9a-f]{32,128})")
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_TAKE_OUT = "unpack it (`unzip FILE`) and import the WARC files in its archive/ folder, if you trust them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """One WARC file in the package."""

    path: str
    size: int
    algorithm: str
    hash: str


class Wacz:
    """An open WACZ file. Raises `NotImportable` for what is none, or is not as its own datapackage says."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise NotImportable("it is no zip file, or one that is cut or damaged", "get the file again") from error
        try:
            self.warcs = self._warcs()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _warcs(self) -> list[Inner]:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise NotImportable(f"it has {len(entries):,} entries, more than {MAX_ENTRIES:,}", _TAKE_OUT)
        names: set[str] = set()
        for entry in entries:
            name = entry.orig_filename
            if name in names:
                raise NotImportable(f"it names {_shown(name)} twice", _TAKE_OUT)
            if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\x00" in name or re.match(r"[A-Za-z]:", name):
                raise NotImportable(f"it names {_shown(name)}, a path that leads out of it", "do not unpack it with a careless program")
            if entry.flag_bits & 1:
                raise NotImportable(f"{_shown(name)} in it is encrypted", _TAKE_OUT)
            names.add(name)
        if "datapackage.json" not in names:
            raise NotImportable("it has no datapackage.json: nothing says what should be in it", _TAKE_OUT)
        listed = _resources(self._read("datapackage.json", MAX_PACKAGE_BYTES))
        found = []
        for entry in entries:
            if not entry.filename.startswith("archive/") or entry.is_dir():
                continue
            if not _WARC.fullmatch(entry.filename):
                hint = _TAKE_OUT if not entry.filename.endswith(".warc") else "unpack it, `warcio recompress` each file, and import those"
                raise NotImportable(f"{_shown(entry.filename)} in it is no .warc.gz file", hint)
            resource = listed.pop(entry.filename, None)
            if resource is None:
                raise NotImportable(f"its datapackage.json does not name {_shown(entry.filename)}", _TAKE_OUT)
            if resource.size != entry.file_size:
                raise NotImportable(
                    f"{_shown(entry.filename)} has {entry.file_size:,} bytes, its datapackage.json says {resource.size:,}", _TAKE_OUT
                )
            if entry.file_size > _PIECE and entry.file_size > _MAX_RATIO * max(entry.compress_size, 1):
                raise NotImportable(
                    f"{_shown(entry.filename)} would be {entry.file_size:,} bytes of {entry.compress_size:,}", "it is a bomb"
                )
            found.append(resource)
        missing = next((path for path in listed if path.startswith("archive/")), None)
        if missing is not None:
            raise NotImportable(f"its datapackage.json names {_shown(missing)}, which is not in it", "get the file again")
        if not found:
            inside = any(name.endswith(".wacz") for name in names)
            hint = "unpack it, and import the .wacz files that are in it" if inside else "is it a WACZ?"
            raise NotImportable("it has no WARC file", hint)
        return found

    def copy(self, inner: Inner, out: BinaryIO) -> str:
        """Write a WARC file out; returns its SHA-256. Raises `NotImportable` where it is not as the datapackage says."""
        sha256, declared, size = hashlib.sha256(), hashlib.new(inner.algorithm, usedforsecurity=False), 0
        try:
            with self._zip.open(inner.path) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    if size > inner.size:
                        break
                    sha256.update(piece)
                    declared.update(piece)
                    out.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise NotImportable(f"{_shown(inner.path)} in it cannot be read: {one_line(str(error))[:200]}", "get the file again") from error
        if size != inner.size or declared.hexdigest() != inner.hash:
            found = declared.hexdigest()
            raise NotImportable(
                f"{_shown(inner.path)} is not as its datapackage.json says: {inner.algorithm} is {found}, named is {inner.hash}",
                "get the file again; to keep the damaged one, unpack it and import its WARC files",
            )
        return sha256.hexdigest()

    def pages(self) -> Iterator[str]:
        """URLs of the page lists, in their order; none where there is no list that can be read."""
        count = 0
        for name in ("pages/pages.jsonl", "pages/extraPages.jsonl"):
            if name not in self._zip.NameToInfo:
                continue
            try:
                with self._zip.open(name) as lines:
                    while (line := lines.readline(_MAX_LINE)) and count < MAX_PAGES:
                        count += 1
                        url = _page(line)
                        if url is not None:
                            yield url
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                return  # the list only helps to tell pages from what they need

    def _read(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(name) as member:
                data = member.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise NotImportable(f"{name} in it cannot be read", "get the file again") from error
        if len(data) > most:
            raise NotImportable(f"{name} in it is larger than {most >> 20} MiB", _TAKE_OUT)
        return data


def _resources(data: bytes) -> dict[str, Inner]:
    try:
        resources = json.loads(data)["resources"]
        found = {}
        for one in resources:
            path, size = one["path"], one["bytes"]
            match = _HASH.fullmatch(str(one["hash"]).strip().lower())
            if not isinstance(path, str) or not isinstance(size, int) or match is None:
                raise ValueError(path)
            algorithm = match[1] or _ALGORITHMS[len(match[2])]
            found[path] = Inner(path=path, size=size, algorithm=algorithm, hash=match[2])
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise NotImportable("its datapackage.json is not one: paths, sizes and hashes cannot be read", _TAKE_OUT) from error
    return found


def _page(line: bytes) -> str | None:
    try:
        page: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    url = page.get("url") if isinstance(page, dict) else None
    return url if isinstance(url, str) and len(url) < 1 << 14 else None


def _shown(name: str) -> str:
    return repr(one_line(name)[:120])
