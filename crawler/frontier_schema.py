"""What does the crawler remember between runs, in which tables, and how does an older state folder become one of today?

The tables lie in the ledger's SQLite file, so that a capture and the page that becomes done are one transaction (DESIGN §5.2).
"""

from __future__ import annotations

import sqlite3

from archive.ledger import Ledger
from archive.urls import article_id
from crawler.pageid import page_id

_VERSION = "2"
_FACT = "frontier"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    id BLOB PRIMARY KEY,            -- page_id(): SHA-256 of what all addresses of the page have in common
    url TEXT NOT NULL,              -- the address that is asked for
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    state INTEGER NOT NULL,         -- 0 waiting, 1 captured and the verdict is pending, 2 done, 3 finished and asked again when due
    rank REAL NOT NULL,             -- higher is asked first: when it was published, or else seen
    due REAL NOT NULL,              -- Unix time before which it is not asked
    attempts INTEGER NOT NULL DEFAULT 0,
    fetch_url TEXT,                 -- where its redirects have led so far
    hops INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- the last one
    announcement TEXT NOT NULL,     -- JSON: the first one
    article BLOB,                   -- article id of its versions; empty where the archive has it and the id is not known; null: none yet
    checked REAL,                   -- Unix time of the last answer
    missing_since REAL,             -- Unix time of the first 404 or 410 of those that are not over
    blocks INTEGER NOT NULL DEFAULT 0,  -- in a row
    quiet INTEGER NOT NULL DEFAULT 0,   -- times in a row that a changed announcement brought nothing
    marks TEXT,                     -- JSON: what each kind of seed said last of when it changed
    kinds INTEGER NOT NULL DEFAULT 0    -- kinds of seeds that announced it, a bit each; above them the kind that was first
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_waiting ON pages (source, host, rank DESC) WHERE state = 0;
CREATE INDEX IF NOT EXISTS pages_done ON pages (source) WHERE state = 2;
CREATE INDEX IF NOT EXISTS pages_resting ON pages (source, host, due) WHERE state = 3;
CREATE TABLE IF NOT EXISTS aliases (
    page BLOB NOT NULL,             -- of the page that is asked
    url TEXT NOT NULL,              -- its other address
    source TEXT NOT NULL, run TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (page, url)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS aliases_by_run ON aliases (run);
CREATE TABLE IF NOT EXISTS claims (
    page BLOB NOT NULL,             -- a page that another one calls its canonical address
    article BLOB NOT NULL,          -- the article of that other one
    PRIMARY KEY (page, article)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sightings (
    run TEXT NOT NULL, source TEXT NOT NULL, page BLOB NOT NULL,
    outcome TEXT,                   -- null while nothing is decided
    PRIMARY KEY (run, source, page)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seeds (
    source TEXT NOT NULL, url TEXT NOT NULL,
    asked_at TEXT, status TEXT, etag TEXT, last_modified TEXT,
    type TEXT,
    due REAL, interval REAL,        -- Unix time, seconds
    cadence TEXT,                   -- JSON of crawler/cadence.py
    window BLOB,                    -- 8-byte keys of the entries of the last visit that had any
    window_at TEXT,                 -- when that was
    marked TEXT,                    -- lastmod in the sitemap index, when it was asked last
    newest TEXT,                    -- RFC 3339: newest entry
    entries INTEGER, unseen INTEGER,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visits (
    run TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, type TEXT NOT NULL,
    status TEXT NOT NULL, detail TEXT, kind TEXT, entries INTEGER NOT NULL, new INTEGER NOT NULL, record_id TEXT,
    redirected_to TEXT, next_due TEXT, why TEXT,
    PRIMARY KEY (run, source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gaps (
    source TEXT NOT NULL, url TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT NOT NULL,  -- RFC 3339: the two visits that share no entry
    run TEXT NOT NULL,                         -- that last said something of it
    state TEXT NOT NULL,                       -- open, filled, unknown
    found INTEGER NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (source, url, until)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS gaps_open ON gaps (source) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS robots (
    origin TEXT PRIMARY KEY, fetched_at REAL NOT NULL, status INTEGER, body BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, state TEXT NOT NULL  -- JSON of crawler/manners.py: what outlives a run
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS backfills (
    source TEXT NOT NULL, url TEXT NOT NULL,
    depth INTEGER NOT NULL, modified TEXT, position INTEGER NOT NULL,
    state TEXT NOT NULL,            -- waiting, read, or why it could not be
    entries INTEGER NOT NULL DEFAULT 0, taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
"""


def prepare(ledger: Ledger) -> None:
    """Make the tables, or bring those of an older version up to date, all or nothing."""
    if ledger.get(_FACT) == _VERSION:
        return
    with ledger.transaction() as db:
        old = bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'pages'").fetchone())
        if old:
            for name in ("pages", "seeds", "visits"):
                db.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
            for index in ("pages_waiting", "pages_done"):
                db.execute(f"DROP INDEX {index}")
        for statement in _statements():
            db.execute(statement)
        if old:
            _bring_over(db)
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FACT, _VERSION))


def _bring_over(db: sqlite3.Connection) -> None:
    """Rows of version 1, whose page ids were article ids. Where two addresses turn out to be one page, the finished one stays."""
    shared = "id, url, source, host, state, rank, due, attempts, fetch_url, hops, outcome, announcement"
    resting = "state = 2 AND outcome IN ('article', 'unchanged')"
    db.create_function("page_id", 1, page_id, deterministic=True)
    db.create_function("article_id", 1, _article_id, deterministic=True)
    kept = f"INSERT OR IGNORE INTO pages ({shared}, article)"
    own = "source != 'command-line'"
    rest = "source, host, {state}, rank, due, attempts, fetch_url, hops, outcome, announcement"
    db.execute(f"{kept} SELECT page_id(url), url, {rest.format(state=3)}, article_id(url) FROM old_pages WHERE {resting} AND {own}")
    db.execute(
        f"{kept} SELECT page_id(url), url, {rest.format(state='state')}, NULL FROM old_pages"
        f" WHERE NOT ({resting}) AND {own} ORDER BY state DESC"
    )
    for row in db.execute("SELECT id, url FROM old_pages WHERE state = 1 AND source != 'command-line'").fetchall():
        before, after = row["id"].hex(), page_id(row["url"]).hex()
        db.execute("UPDATE captures SET task = replace(task, ?, ?) WHERE task IS NOT NULL AND verdict IS NULL", (before, after))
    db.execute(
        "UPDATE OR IGNORE sightings SET page = (SELECT page_id(url) FROM old_pages WHERE old_pages.id = page)"
        " WHERE EXISTS (SELECT 1 FROM old_pages WHERE old_pages.id = page AND source != 'command-line')"
    )
    db.execute(
        "INSERT INTO seeds (source, url, asked_at, status, etag, last_modified)"
        " SELECT source, url, asked_at, status, etag, last_modified FROM old_seeds"
    )
    columns = "run, source, url, type, status, detail, kind, entries, new, record_id"
    db.execute(f"INSERT INTO visits ({columns}) SELECT {columns} FROM old_visits")
    for name in ("pages", "seeds", "visits"):
        db.execute(f"DROP TABLE old_{name}")


def _article_id(url: str) -> bytes:
    try:
        return bytes.fromhex(article_id(url))
    except ValueError:
        return b""


def _statements() -> list[str]:
    return [statement for statement in _SCHEMA.split(";\n") if statement.strip()]
