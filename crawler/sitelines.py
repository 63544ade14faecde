"""What does the crawler remember of the lines of each source's articles, and what does that say of the next page?

One row an article in the ledger's file, entered in the transaction of the article itself. What a run uses is what stood there before it
began: the rows of its own turn are invisible to it, so that neither the order of its pages nor a kill changes a text (decision 0404).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from archive.ledger import Ledger
from archive.spool import Effect
from crawler.adhoc import NAME as COMMAND_LINE
from pipelines.sitecensus import Memory, again, pack
from pipelines.sitememory import MAX_FURNITURE

WINDOW = 400  # articles of a source that are remembered, the latest ones: 170 kB a source
_VERSION = "1"
_FACT = "sitelines"
_TURN = "sitelines:turn"  # fact: ordinal of the latest run that remembered, and its id
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS sitelines (
    source TEXT NOT NULL,
    article BLOB NOT NULL,          -- first eight bytes of its id
    turn INTEGER NOT NULL,          -- ordinal of the run that kept this version
    lines BLOB NOT NULL,            -- pipelines/sitecensus.py: pack()
    PRIMARY KEY (source, article, turn)
) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS sitelines_known (
    source TEXT NOT NULL,
    line BLOB NOT NULL,             -- its hash
    text TEXT NOT NULL,             -- its beginning: for people
    turn INTEGER NOT NULL,          -- of the latest run in which it was on a page that was kept
    PRIMARY KEY (source, line)
) WITHOUT ROWID""",
)


class Version(Protocol):
    """The latest version of an article, kept or pending."""

    @property
    def furniture(self) -> Sequence[str]: ...


FindLatest = Callable[[str], Version | None]


class SiteLines:
    """The memories of all sources, as one run sees them."""

    def __init__(self, ledger: Ledger, run: str, find_latest: FindLatest) -> None:
        self._db, self._find = ledger.db, find_latest
        prepare(ledger)
        self._turn = _turn_of(ledger, run)
        self._furniture: dict[str, list[str]] = {}
        self._touched: set[str] = set()

    def params(self, source: str | None, article_id: str) -> dict[str, Any]:
        """For `extract_task`, beside its other parameters: what the memory takes out of this page, and that its lines are to be told.

        Pages that the command line names belong to many sites: of them nothing is known.
        """
        if source is None or source == COMMAND_LINE:
            return {}
        return {"furniture": self._furniture_for(source, article_id), "with_lines": True}

    def _furniture_for(self, source: str, article_id: str) -> list[str]:
        if source not in self._furniture:
            self._furniture[source] = Memory(_latest(self._db, source, self._turn)).furniture()
        known = self._furniture[source]
        before = self._find(article_id)
        if before is None:
            return known
        row = self._db.execute(
            "SELECT lines FROM sitelines WHERE source = ? AND article = ? AND turn < ? ORDER BY turn DESC LIMIT 1",
            (source, _key(article_id), self._turn),
        ).fetchone()
        # Where it is not known any more what stood in the version before, nothing new may be taken out of this one.
        return sorted(before.furniture) if row is None else again(known, row["lines"], before.furniture)

    def seen(self, source: str | None, article_id: str, lines: Sequence[str]) -> Effect:
        """A version of the article was kept, and has these lines (`sitememory.observe`): for the runs to come."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            if source is not None and source != COMMAND_LINE and lines:
                self._touched.add(source)
                db.execute("INSERT OR REPLACE INTO sitelines VALUES (?, ?, ?, ?)", (source, _key(article_id), self._turn, pack(lines)))
                known = [(source, bytes.fromhex(line[:16]), _text_of(line), self._turn) for line in lines if " " in line]
                db.executemany("INSERT OR REPLACE INTO sitelines_known VALUES (?, ?, ?, ?)", known)

        return effect

    def forget(self) -> Effect:
        """At the end of a run, when nothing is left to extract: what is out of the window goes."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            for source in sorted(self._touched):
                keep = dict(_window(db, source, self._turn + 1))
                rows = db.execute("SELECT article, turn FROM sitelines WHERE source = ?", (source,)).fetchall()
                gone = [(source, row["article"], row["turn"]) for row in rows if keep.get(row["article"]) != row["turn"]]
                db.executemany("DELETE FROM sitelines WHERE source = ? AND article = ? AND turn = ?", gone)
                db.execute(
                    "DELETE FROM sitelines_known WHERE source = ? AND line NOT IN"
                    " (SELECT line FROM sitelines_known WHERE source = ? ORDER BY turn DESC, line LIMIT ?)",
                    (source, source, MAX_FURNITURE),
                )

        return effect


def prepare(ledger: Ledger) -> None:
    """Make the table, all or nothing."""
    if ledger.get(_FACT) != _VERSION:
        with ledger.transaction() as db:
            for statement in _SCHEMA:
                db.execute(statement)
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FACT, _VERSION))


def remembered(ledger: Path, source: str) -> dict[str, Any] | None:
    """For a person: how many articles of the source are counted, and which lines are furniture by now, each with the number of articles
    on which it stands, and its text where it was taken out of one already. Null where nothing is known. Read-only, beside a run that works.
    """
    if not ledger.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            db.row_factory = sqlite3.Row
            memory = Memory(_latest(db, source, 1 << 62))
            rows = db.execute("SELECT line, text FROM sitelines_known WHERE source = ?", (source,))
            texts = {row["line"].hex(): str(row["text"]) for row in rows}
    except sqlite3.Error:  # no such table yet, or a ledger that cannot be read: the crawl says so, this only shows
        return None
    lines = [{"hash": line, "articles": number, "text": texts.get(line)} for line, number in memory.frequent()]
    return {"articles": memory.articles, "lines": lines} if memory.articles else None


def _turn_of(ledger: Ledger, run: str) -> int:
    """One more than that of the run before; a run that is finished after a kill has the turn that it had."""
    turn, _, owner = (ledger.get(_TURN) or "0 ").partition(" ")
    if owner == run:
        return int(turn)
    ledger.set(_TURN, f"{int(turn) + 1} {run}")
    return int(turn) + 1


def _latest(db: sqlite3.Connection, source: str, before: int) -> dict[str, bytes]:
    """The articles of the window, with their lines."""
    query = "SELECT lines FROM sitelines WHERE source = ? AND article = ? AND turn = ?"
    return {article.hex(): db.execute(query, (source, article, turn)).fetchone()["lines"] for article, turn in _window(db, source, before)}


def _window(db: sqlite3.Connection, source: str, before: int) -> list[tuple[bytes, int]]:
    """The last articles of the source that were kept before this turn, each with the turn of its latest version. Of those of one turn
    the smallest ids, which are digests: as good as a lot.
    """
    query = "SELECT article, max(turn) AS turn FROM sitelines WHERE source = ? AND turn < ? GROUP BY article ORDER BY 2 DESC, 1 LIMIT ?"
    return [(row["article"], row["turn"]) for row in db.execute(query, (source, before, WINDOW))]


def _key(article_id: str) -> bytes:
    return bytes.fromhex(article_id)[:8]


def _text_of(told: str) -> str:
    return told.partition(" ")[2].encode("utf-8", "replace").decode("utf-8")
