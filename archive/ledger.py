"""What has been acknowledged? The SQLite file in the state folder that says so.

A capture is acknowledged when its row here is committed (WAL, synchronous=FULL) after its bytes were fsynced: DESIGN §5. The
frontier keeps its tables in the same file, so that a capture and the URL that becomes done are one transaction. Rows of a
run are deleted when its manifest is stored: from then on the catalogue, which the store can rebuild, tells of it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.errors import DamagedError, SpaceError, WarchiveError
from archive.model import CaptureRef

_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    collection TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,                 -- null while it runs, or after it was killed
    info TEXT NOT NULL,            -- JSON: command, versions, contact
    report TEXT                    -- JSON: set once, at the end, so that publishing twice writes the same bytes
) WITHOUT ROWID;
CREATE TABLE segments (
    filename TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    serial INTEGER NOT NULL,
    warcinfo_id TEXT NOT NULL,
    committed INTEGER NOT NULL,    -- bytes up to here are acknowledged
    closed INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT,
    stored INTEGER NOT NULL DEFAULT 0  -- it is in the store: what becomes of the file here no longer matters
) WITHOUT ROWID;
CREATE INDEX segments_by_run ON segments (run, serial);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    url TEXT NOT NULL, urlkey TEXT NOT NULL, fetched_at TEXT NOT NULL,
    status INTEGER, mime TEXT,
    record_type TEXT NOT NULL, record_id TEXT NOT NULL,
    filename TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    payload_digest TEXT NOT NULL, block_digest TEXT NOT NULL, entity_digest TEXT NOT NULL,
    kind TEXT NOT NULL, completeness TEXT NOT NULL, source TEXT, refers_to TEXT,
    task TEXT,                     -- JSON: parameters of the extraction; null where there is nothing to extract
    verdict TEXT                   -- null while the extraction is pending
);
CREATE INDEX captures_by_run ON captures (run, urlkey, fetched_at);
CREATE INDEX captures_by_url ON captures (url);
CREATE INDEX captures_pending ON captures (run) WHERE task IS NOT NULL AND verdict IS NULL;
CREATE TABLE index_lines (run TEXT NOT NULL, line TEXT NOT NULL);
CREATE INDEX index_lines_by_run ON index_lines (run, line);
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    capture INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    json TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_run ON articles (run, capture);
CREATE INDEX articles_by_article ON articles (article_id, version);
"""

CAPTURE_COLUMNS = (
    "run", "url", "urlkey", "fetched_at", "status", "mime", "record_type", "record_id", "filename", "offset", "length",
    "payload_digest", "block_digest", "entity_digest", "kind", "completeness", "source", "refers_to",
)  # fmt: skip


def rfc3339(moment: datetime) -> str:
    """UTC with microseconds and `Z`: sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def capture_ref(row: sqlite3.Row) -> CaptureRef:
    """A row of `captures` (here or in the catalogue) as the shared noun."""
    values = {name: row[name] for name in CAPTURE_COLUMNS}
    values["fetched_at"] = datetime.fromisoformat(values["fetched_at"])
    return CaptureRef(**values)


class Ledger:
    """One open ledger. Not thread-safe: one thread writes, under the lock of the state folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self.db.row_factory = sqlite3.Row
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=FULL")
            self.db.execute("PRAGMA cache_size=-16000")
            version = self.db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                with self.transaction():
                    for statement in _statements(_SCHEMA):
                        self.db.execute(statement)
                    self.db.execute(f"PRAGMA user_version={_VERSION}")
            elif version != _VERSION:
                raise DamagedError(
                    f"{path} was written by another version of warchive (format {version}, this one knows {_VERSION})",
                    hint="use the version that wrote it, or another --state folder",
                )
        except sqlite3.DatabaseError as error:
            raise translate(error, path) from error
        except OSError as error:
            raise WarchiveError(
                f"cannot open the state folder {path.parent}: {error.strerror}", hint="make it writable, or name another with --state"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when the block is left. Translates SQLite's errors (disk full becomes `SpaceError`)."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield self.db
            self.db.execute("COMMIT")
        except BaseException as error:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise translate(error, self.path) from error
            raise

    def close(self) -> None:
        """Fold the write-ahead log in and close."""
        with contextlib.suppress(sqlite3.Error):  # the log is replayed at the next start
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    def get(self, key: str) -> str | None:
        """A remembered fact of this state folder, such as the id of the store it belongs to."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    def set(self, key: str, value: str) -> None:
        """Remember a fact."""
        with self.transaction() as db:
            db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    def unset(self, key: str) -> None:
        """Forget a fact."""
        with self.transaction() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (key,))

    def facts(self, prefix: str) -> dict[str, str]:
        """Remembered facts whose key begins so, in order; keys come without the prefix."""
        rows = self.db.execute("SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key", (len(prefix), prefix))
        return {str(row["key"])[len(prefix) :]: str(row["value"]) for row in rows}

    def begin_run(self, run: str, collection: str, started_at: datetime, info: dict[str, Any]) -> None:
        """Enter a run; from here on a crash leaves something to recover."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO runs (run, collection, started_at, info) VALUES (?, ?, ?, ?)",
                (run, collection, rfc3339(started_at), json.dumps(info, ensure_ascii=False, sort_keys=True)),
            )

    def end_run(self, run: str, ended_at: datetime, report: dict[str, Any]) -> None:
        """Fix the report; a run that has one is ready to be published."""
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET ended_at = ?, report = ? WHERE run = ?",
                (rfc3339(ended_at), json.dumps(report, ensure_ascii=False), run),
            )

    def runs(self) -> list[sqlite3.Row]:
        """Runs that are not yet published, oldest first."""
        return self.db.execute("SELECT * FROM runs ORDER BY run").fetchall()

    def forget_run(self, run: str) -> None:
        """Delete the rows of a published run, and remember that its folder in the spool may go (`forgotten:<run>`)."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"forgotten:{run}", ""))
            db.execute("DELETE FROM meta WHERE key IN (?, ?, ?)", (f"derived:{run}", f"storing:{run}", f"reason:{run}"))
            for table in ("articles", "index_lines", "captures", "segments", "runs"):
                db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))

    def captures(self, run: str) -> Iterator[CaptureRef]:
        """Captures of a run in the order of the index."""
        for row in self.db.execute("SELECT * FROM captures WHERE run = ? ORDER BY urlkey, fetched_at, id", (run,)):
            yield capture_ref(row)

    def last_entity(self, url: str) -> str | None:
        """Entity digest of the newest capture of exactly this URL among runs that are not yet published."""
        row = self.db.execute("SELECT entity_digest FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)).fetchone()
        return None if row is None else str(row["entity_digest"])

    def latest_version(self, article_id: str) -> dict[str, Any] | None:
        """The newest version among runs that are not yet published, as its article record: that which was captured last."""
        order = "json_extract(json, '$.captured_at') DESC, version DESC"
        row = self.db.execute(f"SELECT json FROM articles WHERE article_id = ? ORDER BY {order} LIMIT 1", (article_id,)).fetchone()
        return None if row is None else json.loads(row["json"])

    def last_number(self, article_id: str) -> int:
        """The highest number that such a version has; 0 where there is none."""
        return int(self.db.execute("SELECT max(version) FROM articles WHERE article_id = ?", (article_id,)).fetchone()[0] or 0)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def translate(error: sqlite3.Error, path: Path) -> WarchiveError:
    """SQLite's error as one of ours."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_FULL") or name.startswith("SQLITE_IOERR"):
        return SpaceError(f"no space left for {path}: {error}", hint="make room on that disk and start again; nothing acknowledged is lost")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DamagedError(
            f"{path} is damaged: {error}", hint="move it away: captures in the spool are kept as files, published runs are in the store"
        )
    return WarchiveError(f"{path}: {error}", hint="is another program using this state folder?")
