"""In which tables does the crawler keep the files that pages need, until they are captured?

In the ledger's SQLite file, as the frontier: a capture and the row that is done with are one transaction. Nothing of it is held in memory.
"""

from __future__ import annotations

from archive.ledger import Ledger

_FACT, _VERSION = "requisites", "1"
_STATEMENTS = (
    # Those that wait, of this run or of one before.
    """CREATE TABLE IF NOT EXISTS requisites (
        n INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,        -- of the URL
        url TEXT NOT NULL, host TEXT NOT NULL, source TEXT NOT NULL,
        what TEXT NOT NULL,             -- pipelines/requisites.py: style, script, image ...
        rank INTEGER NOT NULL,          -- the lower is asked first: what a page misses most
        page BLOB NOT NULL, via TEXT NOT NULL,  -- the page that needs it: id and URL
        named_by TEXT,                  -- the style sheet, or the redirect, that names it; null: the page itself
        path TEXT NOT NULL,             -- E for each step from page or sheet, R for a redirect
        since REAL NOT NULL, due REAL NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX IF NOT EXISTS requisites_by_host ON requisites (host, rank, n)",
    "CREATE INDEX IF NOT EXISTS requisites_by_age ON requisites (since)",
    # What became of each that a run has to do with.
    """CREATE TABLE IF NOT EXISTS wanted (
        run TEXT NOT NULL, id BLOB NOT NULL, source TEXT NOT NULL,
        outcome TEXT,                   -- null while nothing is decided
        PRIMARY KEY (run, id)
    ) WITHOUT ROWID""",
    # What was taken of each page, for as long as something of it may be owed.
    """CREATE TABLE IF NOT EXISTS requisite_pages (
        page BLOB PRIMARY KEY, since REAL NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL
    ) WITHOUT ROWID""",
)


def prepare(ledger: Ledger) -> None:
    """Make the tables."""
    if ledger.get(_FACT) == _VERSION:
        return
    with ledger.transaction() as db:
        for statement in _STATEMENTS:
            db.execute(statement)
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FACT, _VERSION))
