"""Which URLs wait to be asked for, and what became of each in this run?

Tables in the ledger's SQLite file, so that a capture and the page that becomes done are one transaction (DESIGN §5.2). Functions that
change rows are `Effect`s for the spool: they run inside its group commit, in order. A page that waits is simply not done: a killed run
leaves no lease to give back. Nothing here is read whole: pages are handed out in batches per host.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from archive.ledger import Ledger, rfc3339
from archive.model import Announcement
from archive.spool import Effect
from archive.urls import article_id, normalize
from crawler import outcomes

WAITING, CAPTURED, DONE = 0, 1, 2
# Over all runs; a URL that failed so often is given up. With the pauses of crawler/answer.py that is after two days and a half: sites
# that are attacked or without power come back after hours.
MAX_ATTEMPTS = 10

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    id BLOB PRIMARY KEY,            -- the article id: SHA-256 of the normalised URL
    url TEXT NOT NULL,              -- as announced first
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    state INTEGER NOT NULL,         -- 0 waiting, 1 captured and the verdict is pending, 2 done
    rank REAL NOT NULL,             -- higher is asked first: when it was published, or else seen
    due REAL NOT NULL,              -- Unix time before which it is not asked
    attempts INTEGER NOT NULL DEFAULT 0,
    fetch_url TEXT,                 -- where its redirects have led so far
    hops INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- the last one
    announcement TEXT NOT NULL      -- JSON: the first one
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_waiting ON pages (source, host, rank DESC) WHERE state = 0;
CREATE INDEX IF NOT EXISTS pages_done ON pages (source) WHERE state = 2;
CREATE TABLE IF NOT EXISTS sightings (
    run TEXT NOT NULL, source TEXT NOT NULL, page BLOB NOT NULL,
    outcome TEXT,                   -- null while nothing is decided
    PRIMARY KEY (run, source, page)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seeds (
    source TEXT NOT NULL, url TEXT NOT NULL,
    asked_at TEXT, status TEXT, etag TEXT, last_modified TEXT,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visits (
    run TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, type TEXT NOT NULL,
    status TEXT NOT NULL, detail TEXT, kind TEXT, entries INTEGER NOT NULL, new INTEGER NOT NULL, record_id TEXT,
    PRIMARY KEY (run, source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots (
    origin TEXT PRIMARY KEY, fetched_at REAL NOT NULL, status INTEGER, body BLOB
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page as it is handed out."""

    id: bytes
    url: str
    """As announced."""
    fetch_url: str
    """What to ask for now: `url`, or where its redirects have led."""
    hops: int
    source: str
    host: str
    """Under which the frontier keeps it: that of `url`."""
    attempts: int
    recheck: bool
    """It was finished before: an equal payload is `unchanged`."""
    announcement: Announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedState:
    """What is remembered of a seed between runs."""

    etag: str | None
    last_modified: str | None


def page_id(url: str) -> bytes:
    """The article id as 32 bytes; for what is no URL, the digest of the text as it is."""
    try:
        return bytes.fromhex(article_id(url))
    except ValueError:
        return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()


def named_page_id(url: str) -> bytes:
    """For a URL that the command line names: another id than that of the page which a source may know."""
    return hashlib.sha256(b"command-line " + page_id(url)).digest()


class Frontier:
    """The waiting pages of one state folder, seen from one run."""

    def __init__(self, ledger: Ledger, run: str) -> None:
        self._db = ledger.db
        self.run = run
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                self._db.execute(statement)

    # -- discovery

    def announce(
        self,
        source: str,
        announcements: Sequence[Announcement],
        *,
        in_scope: Callable[[str], str | None],
        now: float,
        rank: Callable[[Announcement], float],
        known: Callable[[str], bool],
        others: Collection[str],
        recheck: bool,
        count: Callable[[int], None],
    ) -> Effect:
        """Enter candidates; `count` is told how many were new. A URL is one candidate however often it is announced in a run.

        `known` says whether the archive already holds this page, for state folders that were made anew beside an old store. A page of a
        source that is not of this run (`others` are) becomes ours: that source may have another name by now, or be gone.
        """

        def effect(db: sqlite3.Connection, _row: int) -> None:
            new = 0
            for one in announcements:
                new += self._announce_one(db, source, one, in_scope, now, rank, known, others, recheck)
            count(new)

        return effect

    def announce_named(
        self,
        source: str,
        announcements: Sequence[Announcement],
        *,
        in_scope: Callable[[str], str | None],
        now: float,
        known: Callable[[str], bool],
    ) -> Effect:
        """Enter the URLs that the command line names, and let it forget those of earlier commands.

        They are asked for whatever became of them before, and are nobody's pages: what a source knows of the same URL stays as it is, and
        a source to which it is new asks for it itself.
        """

        def effect(db: sqlite3.Connection, _row: int) -> None:
            for state in (WAITING, DONE):  # each has an index of its own
                db.execute(f"DELETE FROM pages WHERE source = ? AND state = {state}", (source,))
            for one in announcements:
                page = named_page_id(one.url)
                reason = in_scope(one.url)
                self._sight(db, source, page, None if reason is None else outcomes.name(outcomes.OUT_OF_SCOPE, reason))
                if reason is None:
                    before = outcomes.ARTICLE if known(one.url) else None
                    self._enter(db, page, source, one, state=WAITING, rank=0.0, now=now, outcome=before)

        return effect

    @staticmethod
    def _enter(
        db: sqlite3.Connection, page: bytes, source: str, one: Announcement, *, state: int, rank: float, now: float, outcome: str | None
    ) -> None:
        db.execute(
            "INSERT OR IGNORE INTO pages (id, url, source, host, state, rank, due, outcome, announcement)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (page, one.url, source, host_of(one.url), state, rank, now, outcome, announcement_json(one)),
        )

    def _announce_one(
        self,
        db: sqlite3.Connection,
        source: str,
        one: Announcement,
        in_scope: Callable[[str], str | None],
        now: float,
        rank: Callable[[Announcement], float],
        known: Callable[[str], bool],
        others: Collection[str],
        recheck: bool,
    ) -> int:
        page = page_id(one.url)
        reason = in_scope(one.url)
        if reason is not None:
            self._sight(db, source, page, outcomes.name(outcomes.OUT_OF_SCOPE, reason))
            return 0
        row = db.execute("SELECT source, state, outcome FROM pages WHERE id = ?", (page,)).fetchone()
        if row is None:
            state = DONE if known(one.url) else WAITING
            before = outcomes.ARTICLE if state == DONE else None
            self._enter(db, page, source, one, state=state, rank=rank(one), now=now, outcome=before)
            if state == WAITING:
                self._sight(db, source, page, None)
                return 1
            row = {"source": source, "state": DONE, "outcome": outcomes.ARTICLE}
        ours = row["source"] == source
        if not ours and row["source"] not in others and row["state"] != CAPTURED:
            db.execute("UPDATE pages SET source = ? WHERE id = ?", (source, page))
            ours = True
        if not ours:
            self._sight(db, source, page, outcomes.ELSEWHERE)
        elif row["state"] == WAITING:
            self._sight(db, source, page, None)
        elif row["state"] == DONE and recheck and row["outcome"] in (outcomes.ARTICLE, outcomes.UNCHANGED):
            # Only the first sighting of a run asks again: what this run finished stays finished.
            if self._sight(db, source, page, None):
                db.execute(
                    "UPDATE pages SET state = ?, due = ?, fetch_url = NULL, hops = 0, attempts = 0 WHERE id = ?", (WAITING, now, page)
                )
        else:
            self._sight(db, source, page, outcomes.KNOWN)
        return 0

    def _sight(self, db: sqlite3.Connection, source: str, page: bytes, outcome: str | None) -> bool:
        return bool(db.execute("INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?)", (self.run, source, page, outcome)).rowcount)

    def recheck_all(self, source: str, now: float) -> Effect:
        """Every finished article of the source waits again, and is seen in this run."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            which = "source = ? AND state = 2 AND outcome IN ('article', 'unchanged')"
            db.execute(f"INSERT OR IGNORE INTO sightings SELECT ?, source, id, NULL FROM pages WHERE {which}", (self.run, source))
            db.execute(f"UPDATE pages SET state = 0, due = ?, fetch_url = NULL, hops = 0, attempts = 0 WHERE {which}", (now, source))

        return effect

    # -- handing out

    def hosts(self, source: str) -> Iterator[str]:
        """Hosts of the source with waiting pages. One look into the index a host, however many pages wait there."""
        query = "SELECT host FROM pages WHERE source = ? AND state = 0 AND host > ? ORDER BY host LIMIT 1"
        host = ""
        while (row := self._db.execute(query, (source, host)).fetchone()) is not None:
            host = str(row["host"])
            yield host

    def take(
        self, source: str, host: str, *, now: float, limit: int, skip: Collection[bytes] = (), not_of: Collection[str] = ()
    ) -> list[Candidate]:
        """Up to `limit` due pages of a host, highest rank first, without those in `skip` (in flight) and those of the schemes `not_of`."""
        others = "".join(" AND url NOT LIKE ?" for _ in not_of)
        rows = self._db.execute(
            f"SELECT * FROM pages WHERE source = ? AND host = ? AND state = 0 AND due <= ?{others} ORDER BY rank DESC LIMIT ?",
            (source, host, now, *(f"{scheme}:%" for scheme in not_of), limit + len(skip)),
        ).fetchall()
        return [_candidate(row) for row in rows if row["id"] not in skip][:limit]

    def next_due(self, source: str, host: str, *, after: float) -> float | None:
        """When the earliest page of the host is due of those that are not due yet."""
        query = "SELECT MIN(due) AS due FROM pages WHERE source = ? AND host = ? AND state = 0 AND due > ?"
        row = self._db.execute(query, (source, host, after)).fetchone()
        return None if row is None or row["due"] is None else float(row["due"])

    # -- what became of a page

    def captured(self, candidate: Candidate, *, final_url: str) -> Effect:
        """The final answer is kept; the verdict is pending. Runs in the transaction of the capture."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self._sight(db, candidate.source, candidate.id, None)
            db.execute("UPDATE pages SET state = ? WHERE id = ?", (CAPTURED, candidate.id))
            self._alias(db, candidate, final_url)

        return effect

    def _alias(self, db: sqlite3.Connection, candidate: Candidate, final_url: str) -> None:
        """The URL that a redirect led to is finished as well, so that its own announcement asks nothing again."""
        alias = page_id(final_url)
        if candidate.id != named_page_id(candidate.url) and alias != candidate.id:
            one = replace(candidate.announcement, url=final_url)
            self._enter(db, alias, candidate.source, one, state=DONE, rank=0.0, now=0.0, outcome=outcomes.REDIRECTED)

    def finish(self, page: bytes, source: str, outcome: str) -> Effect:
        """The page is done with this outcome."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("UPDATE pages SET state = ?, outcome = ?, fetch_url = NULL, hops = 0 WHERE id = ?", (DONE, outcome, page))
            self._decide(db, source, page, outcome)

        return effect

    def hop(self, candidate: Candidate, target: str) -> Effect:
        """A redirect was kept: the page goes on from its target, also after a crash."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self._sight(db, candidate.source, candidate.id, None)
            db.execute("UPDATE pages SET fetch_url = ?, hops = hops + 1 WHERE id = ?", (target, candidate.id))

        return effect

    def retry(self, candidate: Candidate, outcome: str, *, due: float, charged: bool = True) -> Effect:
        """The page waits until `due`; after `MAX_ATTEMPTS` it is given up with this outcome."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            attempts = candidate.attempts + (1 if charged else 0)
            state = DONE if attempts >= MAX_ATTEMPTS else WAITING
            values = (state, outcome, attempts, due, candidate.id)
            db.execute("UPDATE pages SET state = ?, outcome = ?, attempts = ?, due = ? WHERE id = ?", values)
            self._decide(db, candidate.source, candidate.id, outcome)

        return effect

    def _decide(self, db: sqlite3.Connection, source: str, page: bytes, outcome: str) -> None:
        db.execute(
            "INSERT INTO sightings VALUES (?, ?, ?, ?) ON CONFLICT (run, source, page) DO UPDATE SET outcome = excluded.outcome",
            (self.run, source, page, outcome),
        )

    @staticmethod
    def is_same(candidate: Candidate, url: str) -> bool:
        """The URL is the candidate's own page, in another spelling."""
        return page_id(url) == page_id(candidate.url)

    def state_of(self, url: str) -> int | None:
        """State of the page of this URL, or null where it was never announced."""
        row = self._db.execute("SELECT state FROM pages WHERE id = ?", (page_id(url),)).fetchone()
        return None if row is None else int(row["state"])

    # -- seeds and robots.txt

    def seed_state(self, source: str, url: str) -> SeedState:
        """Validators of the last complete answer."""
        row = self._db.execute("SELECT etag, last_modified FROM seeds WHERE source = ? AND url = ?", (source, url)).fetchone()
        return SeedState(etag=row["etag"], last_modified=row["last_modified"]) if row else SeedState(etag=None, last_modified=None)

    def visited(
        self, source: str, url: str, seed_type: str, *, status: str, detail: str | None, kind: str | None, entries: int, new: int,
        record_id: str | None, asked_at: datetime, etag: str | None, last_modified: str | None,
    ) -> Effect:  # fmt: skip
        """A seed was asked; `status` is `ok`, `not_modified` or the name of what went wrong."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute(
                "INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self.run, source, url, seed_type, status, detail, kind, entries, new, record_id),
            )
            db.execute(
                "INSERT INTO seeds VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source, url) DO UPDATE SET"
                " asked_at = excluded.asked_at, status = excluded.status, etag = excluded.etag, last_modified = excluded.last_modified",
                (source, url, rfc3339(asked_at), status, etag, last_modified),
            )

        return effect

    def robots(self, origin: str) -> sqlite3.Row | None:
        """The cached answer: fetched_at (Unix time), status, body."""
        row: sqlite3.Row | None = self._db.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        return row

    def keep_robots(self, origin: str, *, fetched_at: float, status: int | None, body: bytes) -> Effect:
        """Remember an answer for up to a day (RFC 9309 §2.4)."""
        return lambda db, _row: _run(db, "INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (origin, fetched_at, status, body))

    # -- the report

    def close_host(self, source: str, host: str, reason: str, *, scheme: str | None = None) -> Effect:
        """Undecided pages of the source on a host that this run was not allowed to get to."""
        condition, values = "source = ? AND host = ?", [source, host]
        if scheme is not None:
            condition += " AND url LIKE ?"
            values.append(f"{scheme}:%")
        return self._close_where(condition, source, values, reason)

    def close_source(self, source: str, reason: str) -> Effect:
        """Undecided pages of a source that spent its budget."""
        return self._close_where("source = ?", source, [source], reason)

    def _close_where(self, condition: str, source: str, values: Sequence[str], reason: str) -> Effect:
        outcome = outcomes.name(outcomes.WAITING, reason)
        which = f"page IN (SELECT id FROM pages WHERE {condition} AND state = 0)"
        statement = f"UPDATE sightings SET outcome = ? WHERE run = ? AND source = ? AND outcome IS NULL AND {which}"
        return lambda db, _row: _run(db, statement, (outcome, self.run, source, *values))

    def close_run(self, reason: str) -> Effect:
        """Whatever is still undecided stays in the frontier, and says why."""
        outcome = outcomes.name(outcomes.WAITING, reason)
        return lambda db, _row: _run(db, "UPDATE sightings SET outcome = ? WHERE run = ? AND outcome IS NULL", (outcome, self.run))

    def counts(self) -> dict[str, dict[str, int]]:
        """Source → outcome → number of URLs, of this run."""
        table: dict[str, dict[str, int]] = {}
        query = "SELECT source, COALESCE(outcome, 'undecided') AS outcome, COUNT(*) AS n FROM sightings WHERE run = ? GROUP BY 1, 2"
        for row in self._db.execute(query, (self.run,)):
            table.setdefault(row["source"], {})[row["outcome"]] = row["n"]
        return table

    def visits(self) -> list[dict[str, Any]]:
        """Seeds asked in this run."""
        rows = self._db.execute("SELECT * FROM visits WHERE run = ? ORDER BY source, url", (self.run,))
        return [{key: row[key] for key in row.keys() if key != "run"} for row in rows]  # noqa: SIM118 - sqlite3.Row iterates over values

    def runs(self) -> Iterator[str]:
        """Runs of which something is still counted here, found without reading the rows of each."""
        for table in ("sightings", "visits"):
            run = ""
            while row := self._db.execute(f"SELECT run FROM {table} WHERE run > ? ORDER BY run LIMIT 1", (run,)).fetchone():
                run = str(row["run"])
                yield run

    def forget(self, run: str) -> Effect:
        """The sums are in the published report; the rows behind them may go."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("DELETE FROM sightings WHERE run = ?", (run,))
            db.execute("DELETE FROM visits WHERE run = ?", (run,))

        return effect


def settler(frontier: Frontier, page: bytes, source: str) -> Callable[[str, str | None], Effect]:
    """For `PageItem.settle`."""
    return lambda group, reason: frontier.finish(page, source, outcomes.name(group, reason))


def host_of(url: str) -> str:
    """`host` or `host:port` of the normalised URL: what manners go by."""
    try:
        return normalize(url).split("/", 3)[2]
    except ValueError:
        return ""


def announcement_json(one: Announcement) -> str:
    """As kept in the frontier."""
    return json.dumps({**asdict(one), "seen_at": rfc3339(one.seen_at)}, ensure_ascii=False)


def announcement_of(text: str) -> Announcement:
    """The inverse of `announcement_json`."""
    values = json.loads(text)
    values["seen_at"] = datetime.fromisoformat(values["seen_at"])
    return Announcement(**values)


def _candidate(row: sqlite3.Row) -> Candidate:
    return Candidate(
        id=row["id"],
        url=row["url"],
        fetch_url=row["fetch_url"] or row["url"],
        hops=row["hops"],
        source=row["source"],
        host=row["host"],
        attempts=row["attempts"],
        recheck=row["outcome"] in (outcomes.ARTICLE, outcomes.UNCHANGED),
        announcement=announcement_of(row["announcement"]),
    )


def _run(db: sqlite3.Connection, statement: str, values: tuple[Any, ...]) -> None:
    db.execute(statement, values)
