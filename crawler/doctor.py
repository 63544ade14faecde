"""Is this environment, and is this store, fit for the job?"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.config import Config
from archive.errors import UnfitError, WarchiveError
from archive.http import decode_body
from archive.model import Message
from crawler.workplace import state_folder

UNFIT = 78
_SAMPLE = b"The quick brown fox jumps over the lazy dog. " * 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str
    exit_code: int = UNFIT

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


def examine(config: Config) -> list[Finding]:
    """Every check, in order; none stops the others."""
    return list(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    yield _try("python", _python)
    yield _try("sqlite", _sqlite)
    yield _try("content codings", _codings)
    yield _try("time zones", _zones)
    yield _try("extractor child", lambda: _child(config))
    yield _try("state folder", lambda: _state(config))
    yield _try("disk space", lambda: _space(config), exit_code=8)
    yield _try("store", lambda: _store(config), exit_code=6)
    yield Finding(
        what="contact",
        ok=True,
        detail=config.contact or "not set: real publishers will not be crawled before it is",
    )


def _try(what: str, check: Callable[[], str], *, exit_code: int = UNFIT) -> Finding:
    try:
        return Finding(what=what, ok=True, detail=check())
    except WarchiveError as error:
        return Finding(what=what, ok=False, detail=str(error), exit_code=error.exit_code if error.exit_code != 1 else exit_code)
    except Exception as error:  # a doctor that falls ill tells nobody anything
        return Finding(what=what, ok=False, detail=f"{type(error).__name__}: {error}", exit_code=exit_code)


def _python() -> str:
    return sys.version.split()[0]


def _sqlite() -> str:
    if sqlite3.sqlite_version_info < (3, 35):
        raise UnfitError(f"SQLite {sqlite3.sqlite_version} is too old", hint="use a Python built with 3.35 or newer")
    return sqlite3.sqlite_version


def _codings() -> str:
    import brotli

    samples = {"gzip": gzip.compress(_SAMPLE), "deflate": zlib.compress(_SAMPLE), "br": brotli.compress(_SAMPLE)}
    for coding, body in samples.items():
        message = Message(status=200, reason="OK", version="HTTP/1.1", headers=[("Content-Encoding", coding)], raw_body=body)
        decoded = decode_body(message, max_bytes=1 << 20)
        if decoded.body != _SAMPLE or decoded.problem:
            raise UnfitError(
                f"a {coding} sample was not decoded: {decoded.problem}",
                hint="is another brotli package (brotlipy, brotlicffi) installed beside ours? give warchive an environment of its own",
            )
    return ", ".join(samples)


def _zones() -> str:
    from zoneinfo import ZoneInfo

    return str(ZoneInfo("Europe/Kyiv"))


def _child(config: Config) -> str:
    from crawler.children import open_pool
    from pipelines.stages import EXTRACT

    pool = open_pool(config, workers=1)
    sentence = "The bridge over the river was repaired on Tuesday after the shelling of last week, the mayor of the town said. "
    body = f"<h1>Bridge repaired</h1><p>{sentence * 3}</p><p>{sentence[::-1] * 3}</p>"
    page = f"<html><head><title>Bridge repaired</title></head><body><article>{body}</article></body></html>"
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    params = {"url": "http://doctor.invalid/bridge", "captured_at": "2024-11-08T00:00:00Z", "max_decoded_bytes": 1 << 20}
    try:
        result = pool.submit(EXTRACT, payload, params).result(60)
    finally:
        pool.close()
    if "repaired" not in str(result.get("article", {}).get("text", "")):
        raise UnfitError("the extractor made no article of a sample page", hint="reinstall warchive in an environment of its own")
    return "makes text of a sample page"


def _state(config: Config) -> str:
    folder = state_folder(config)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".doctor-")
    try:
        os.write(handle, b"x")
        os.fsync(handle)
    finally:
        os.close(handle)
        Path(name).unlink()
    return f"{folder} is writable"


def _space(config: Config) -> str:
    status = os.statvfs(state_folder(config) if state_folder(config).exists() else Path.cwd())
    free = status.f_bavail * status.f_frsize
    if free < config.limits.min_free_bytes:
        raise UnfitError(f"{free >> 20} MiB are free, limits.min_free_bytes is {config.limits.min_free_bytes >> 20} MiB", hint="make room")
    return f"{free >> 20:,} MiB free"


def _store(config: Config) -> str:
    from archive.stores import open_store

    store = open_store(config.store)
    store.probe()
    promise = "it refuses to overwrite" if store.create_only else "it would overwrite, so each key is looked up first"
    return f"{store.url} can be read and written; {promise}"
