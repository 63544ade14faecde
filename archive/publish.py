"""How does a run get into the store, whole or not at all?

DESIGN §5.4 and 5.5: WARC files, then index, pages, captures, articles, report, and the manifest last: what no manifest names does not
exist. Any step may be the last one of a process: publishing again does the rest, and sends no other bytes. The run is forgotten, and
its spool deleted, only after the manifest was seen in the store.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.crashpoints import crashpoint
from archive.derived import FOLDER, ORDER, derived_files
from archive.errors import DamagedError, StoreError, WarchiveError
from archive.layout import ARTICLES, CAPTURES, CDXJ, MANIFEST, PAGES, REPORT, RunFolder
from archive.ledger import Ledger
from archive.marker import store_identity
from archive.model import FileEntry
from archive.spool import Reserve, disk_error, file_sha256, sync_folder
from archive.stores import Store

_UPLOADS = 3  # at once: hides the latency of a store, and three segments of 64 MiB still fit into the memory of a small machine
_TYPES = {CDXJ: "text/plain", PAGES: "application/jsonl", CAPTURES: "application/gzip", ARTICLES: "application/gzip"}
_POINTS = {
    CDXJ: "publish-index",
    PAGES: "publish-pages",
    CAPTURES: "publish-captures",
    ARTICLES: "publish-articles",
    REPORT: "publish-report",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of a run."""

    run: str
    empty: bool
    """Nothing was captured and no article made: the run was forgotten, nothing was stored."""
    files: tuple[FileEntry, ...] = ()
    """As in the manifest, which is not among them."""
    manifest: FileEntry | None = None

    @property
    def size(self) -> int:
        """Bytes stored."""
        return sum(entry.size for entry in self.files) + (self.manifest.size if self.manifest else 0)


def publish_run(
    ledger: Ledger,
    state: Path,
    run: str,
    store: Store,
    *,
    progress: Callable[[str], None] | None = None,
    catalogue: Catalogue | None = None,
) -> Published:
    """Store a run that has ended (`Ledger.end_run`), tell the catalogue, forget it.

    A `StoreError` leaves everything as it is, for the next try. `DamagedError`: a segment is not as it was; `recover_spool` saves what
    can be saved. A run in which nothing was captured and no article made is only forgotten: docs/decisions/0103.
    """
    tell = progress or (lambda _text: None)
    row = ledger.db.execute("SELECT * FROM runs WHERE run = ?", (run,)).fetchone()
    if row is None or row["report"] is None:
        raise ValueError(f"run {run} is not in the ledger, or has not ended")
    crashpoint("publish-begun")
    Reserve(state).release()  # what is written here makes the room that a full disk lacks; the next spool takes it back
    folder = state / "spool" / run
    keys = RunFolder(collection=row["collection"], run=run)
    if not _has_rows(ledger.db, "captures", run) and not _has_rows(ledger.db, "articles", run):
        _forget(ledger, folder, run)
        return Published(run=run, empty=True)
    store_id = store_identity(store)
    _belongs_to(ledger, run, store_id)
    crashpoint("publish-marked")
    warcs = _upload_warcs(ledger, folder, keys, store, store_id, tell)
    crashpoint("publish-warcs")
    derived = derived_files(ledger, folder, row, warcs, store_id=store_id, create_only=_storing(ledger, run)["create_only"])
    crashpoint("publish-derived")
    *files, manifest = derived
    for entry in files:
        _put(store, keys.key(entry.path), folder / FOLDER / entry.path, entry, _TYPES.get(entry.path, "application/json"))
        tell(entry.path)
        crashpoint(_POINTS[entry.path])
    assert tuple(entry.path for entry in files) == ORDER
    _put(store, keys.key(MANIFEST), folder / FOLDER / MANIFEST, manifest, "application/json")
    tell(MANIFEST)
    crashpoint("publish-manifest")
    if catalogue is not None:
        catalogue.add_published(keys.key(MANIFEST), folder / FOLDER)
    crashpoint("publish-catalogued")
    _forget(ledger, folder, run)
    return Published(run=run, empty=False, files=(*warcs, *files), manifest=manifest)


def remove_folder(ledger: Ledger, folder: Path, run: str) -> None:
    """Delete the spool of a forgotten run."""
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
            sync_folder(folder.parent)
    except OSError as error:
        raise disk_error(error, folder) from error
    crashpoint("publish-removed")
    ledger.unset(f"forgotten:{run}")


def _forget(ledger: Ledger, folder: Path, run: str) -> None:
    ledger.forget_run(run)
    crashpoint("publish-forgotten")
    remove_folder(ledger, folder, run)


def _has_rows(db: sqlite3.Connection, table: str, run: str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE run = ? LIMIT 1", (run,)).fetchone() is not None


def _belongs_to(ledger: Ledger, run: str, store_id: str) -> None:
    """What an earlier try stored counts only in the store in which it lies."""
    if _storing(ledger, run)["store_id"] != store_id:
        with ledger.transaction() as db:
            db.execute("UPDATE segments SET stored = 0 WHERE run = ?", (run,))
            _remember(db, run, store_id, None)


def _storing(ledger: Ledger, run: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(ledger.get(f"storing:{run}") or '{"store_id": null, "create_only": null}')
    return facts


def _remember(db: sqlite3.Connection, run: str, store_id: str, create_only: bool | None) -> None:
    fact = json.dumps({"store_id": store_id, "create_only": create_only})
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"storing:{run}", fact))


def _upload_warcs(
    ledger: Ledger, folder: Path, keys: RunFolder, store: Store, store_id: str, tell: Callable[[str], None]
) -> list[FileEntry]:
    segments = ledger.db.execute("SELECT * FROM segments WHERE run = ? ORDER BY serial", (keys.run,)).fetchall()
    entries: list[FileEntry] = []
    for segment in segments:
        if not segment["closed"]:
            raise WarchiveError(f"segment {segment['filename']} of run {keys.run} is not closed", hint="recover the spool first")
        entries.append(FileEntry(path=f"archive/{segment['filename']}", size=segment["committed"], sha256=segment["sha256"]))
    failure: BaseException | None = None
    waiting = list(zip(segments, entries, strict=True))
    running: dict[Future[None], FileEntry] = {}
    with ThreadPoolExecutor(_UPLOADS, thread_name_prefix="upload") as pool:
        while running or (waiting and failure is None):
            while waiting and failure is None and len(running) < _UPLOADS:
                segment, entry = waiting.pop(0)
                path = folder / segment["filename"]
                running[pool.submit(_upload_warc, store, keys.key(entry.path), path, entry, bool(segment["stored"]))] = entry
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                entry = running.pop(future)
                error = future.exception()
                if error is not None:
                    failure = failure or error
                    continue
                crashpoint("publish-warc")
                with ledger.transaction() as db:
                    db.execute("UPDATE segments SET stored = 1 WHERE filename = ?", (entry.path.rsplit("/", 1)[-1],))
                    if store.create_only is not None:
                        _remember(db, keys.run, store_id, store.create_only)
                tell(entry.path)
    if failure is not None:
        raise failure
    return entries


def _upload_warc(store: Store, key: str, path: Path, entry: FileEntry, was_stored: bool) -> None:
    if was_stored and _is_there(store, key, entry):
        return
    if path.is_file() and path.stat().st_size == entry.size and file_sha256(path) == entry.sha256:
        _put(store, key, path, entry, "application/warc")
    elif not _is_there(store, key, entry) or not _reads_as(store, key, entry):
        raise DamagedError(
            f"{path} is not as it was when it was closed",
            hint="start again: the records that are still good are saved into a new file, the others are named",
        )


def _put(store: Store, key: str, path: Path, entry: FileEntry, content_type: str) -> None:
    """Store a file and see it there."""
    store.put(key, path, sha256=entry.sha256, content_type=content_type)
    if not _is_there(store, key, entry):
        raise StoreError(f"{key} was stored in {store.url} and is not there as it was sent", hint="the spool is intact; look at the store")


def _is_there(store: Store, key: str, entry: FileEntry) -> bool:
    info = store.head(key)
    return info is not None and info.size == entry.size and info.sha256 in (None, entry.sha256)


def _reads_as(store: Store, key: str, entry: FileEntry) -> bool:
    digest = hashlib.sha256()
    for piece in store.open(key):
        digest.update(piece)
    return digest.hexdigest() == entry.sha256
