"""Which files tell of a run beside its WARC files, and what stands in them?

Index, pages, captures, articles, report and manifest, made of the ledger's rows alone. They are written into the spool before the first
of them goes up, and are then what every further try sends: another zlib or another warchive can no longer change a byte of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

from archive.cdxj import index_of
from archive.errors import DamagedError
from archive.layout import ARTICLES, CAPTURES, CDXJ, MANIFEST, PAGES, REPORT
from archive.ledger import CAPTURE_COLUMNS, Ledger
from archive.manifest import Manifest, imported_files
from archive.model import FileEntry
from archive.spool import disk_error, file_sha256, sync_folder

FOLDER = "publish"
"""Below the run's folder in the spool."""
ORDER = (CDXJ, PAGES, CAPTURES, ARTICLES, REPORT)


class Sink(Protocol):
    """What the writers below need of a file."""

    def write(self, data: bytes, /) -> object:
        """Append."""
        ...


def derived_files(
    ledger: Ledger, folder: Path, run: sqlite3.Row, warcs: list[FileEntry], *, store_id: str, create_only: bool | None
) -> list[FileEntry]:
    """The files of a run in `folder/publish`, made now or found as they were made; the manifest is the last."""
    target = folder / FOLDER
    fact = ledger.get(f"derived:{run['run']}")
    if fact is not None:
        entries = [FileEntry(**entry) for entry in json.loads(fact)["files"]]
        if json.loads(fact)["store_id"] == store_id and all(_is_intact(target, entry) for entry in entries):
            return entries
    db, name = ledger.db, str(run["run"])
    report = json.loads(run["report"])
    writers: dict[str, Callable[[Sink], None]] = {
        CDXJ: lambda sink: _lines(sink, index_of(db, name)),
        PAGES: lambda sink: _lines(sink, _pages(db, run)),
        CAPTURES: lambda sink: _one_member(sink, _captures(db, name, imported_files(json.loads(run["info"])))),
        ARTICLES: lambda sink: _member_each(sink, _articles(db, name)),
        REPORT: lambda sink: _lines(sink, [json.dumps(report, ensure_ascii=False, indent=2) + "\n"]),
    }
    entries = [_write(target, path, writers[path]) for path in ORDER]
    manifest = Manifest(
        collection=run["collection"],
        run=name,
        started_at=run["started_at"],
        ended_at=run["ended_at"],
        captures=_count(db, "captures", name),
        articles=_count(db, "articles", name),
        store_id=store_id,
        create_only=create_only,
        info=json.loads(run["info"]),
        files=(*warcs, *entries),
    )
    entries.append(_write(target, MANIFEST, lambda sink: sink.write(manifest.to_bytes())))
    files = [{"path": entry.path, "size": entry.size, "sha256": entry.sha256} for entry in entries]
    ledger.set(f"derived:{name}", json.dumps({"store_id": store_id, "files": files}))
    return entries


def _is_intact(target: Path, entry: FileEntry) -> bool:
    path = target / entry.path
    return path.is_file() and path.stat().st_size == entry.size and file_sha256(path) == entry.sha256


def _count(db: sqlite3.Connection, table: str, run: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table} WHERE run = ?", (run,)).fetchone()[0])


def _write(target: Path, path: str, writer: Callable[[Sink], object]) -> FileEntry:
    """Write a file durably under a name that nobody sees before it is complete."""
    final = target / path
    temporary = final.with_name(final.name + ".tmp")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            sink = _HashingSink(file.write)
            writer(sink)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(final)
        sync_folder(final.parent)
    except OSError as error:
        raise disk_error(error, final) from error
    return FileEntry(path=path, size=sink.size, sha256=sink.hash.hexdigest())


class _HashingSink:
    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.size = 0
        self.hash = hashlib.sha256()

    def write(self, data: bytes, /) -> None:
        self._write(data)
        self.size += len(data)
        self.hash.update(data)


def _lines(sink: Sink, lines: Iterator[str] | list[str]) -> None:
    for line in lines:
        sink.write(line.encode())


def _gzip() -> zlib._Compress:
    return zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)  # zlib writes no time into the head: equal in, equal out


def _one_member(sink: Sink, lines: Iterator[str]) -> None:
    compressor = _gzip()
    for line in lines:
        sink.write(compressor.compress(line.encode()))
    sink.write(compressor.flush())


def _member_each(sink: Sink, lines: Iterator[str]) -> None:
    """One gzip member a line: an index can name the bytes of one article. Without lines, one empty member: still a gzip file."""
    written = False
    for line in lines:
        compressor = _gzip()
        sink.write(compressor.compress(line.encode()) + compressor.flush())
        written = True
    if not written:
        sink.write(_gzip().flush())


def _pages(db: sqlite3.Connection, run: sqlite3.Row) -> Iterator[str]:
    """WACZ 1.1.1 §pages.jsonl: a head, then one line a page, here an article, with URL and time of its capture: players find it by them."""
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": f"{run['collection']} {run['run']}"}, ensure_ascii=False) + "\n"
    query = (
        "SELECT articles.id, articles.json, captures.url, captures.fetched_at FROM articles"
        " LEFT JOIN captures ON captures.id = articles.capture AND captures.run = articles.run"
        " WHERE articles.run = ? ORDER BY articles.capture, articles.id"
    )
    for row in db.execute(query, (run["run"],)):
        article = _article(row["json"])
        moment = str(row["fetched_at"] or article.get("captured_at") or run["started_at"])
        page = {"id": row["id"], "url": row["url"] or article["url"], "ts": f"{moment[:19]}Z"}
        if article.get("title"):
            page["title"] = article["title"]
        yield json.dumps(page, ensure_ascii=False) + "\n"


def _captures(db: sqlite3.Connection, run: str, imported: Collection[str]) -> Iterator[str]:
    columns = (*CAPTURE_COLUMNS, "verdict")
    for row in db.execute("SELECT * FROM captures WHERE run = ? ORDER BY urlkey, fetched_at, id", (run,)):
        theirs = {"imported": True} if row["filename"] in imported else {}
        yield json.dumps({**{name: row[name] for name in columns}, **theirs}, ensure_ascii=False) + "\n"


def _articles(db: sqlite3.Connection, run: str) -> Iterator[str]:
    for row in db.execute("SELECT json FROM articles WHERE run = ? ORDER BY capture, id", (run,)):
        yield str(row["json"]).strip() + "\n"


def _article(text: str) -> dict[str, Any]:
    article = json.loads(text)
    if not isinstance(article, dict):
        raise DamagedError("a row of articles holds no article record")
    return article
