"""Which files do pages need that are not captured yet, and what became of each in this run?

Functions that change rows are `Effect`s for the spool, as those of the frontier. A URL is one row however many pages name it, and is
entered once a run; what the archive has got lately is `known` and never becomes one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.catalogue import Catalogue
from archive.config import Requisites
from archive.ledger import Ledger
from archive.spool import Effect
from crawler import requisite_outcomes as outcomes
from crawler.effects import statement
from crawler.requisite_schema import prepare
from crawler.requisite_url import asked_as, url_id
from pipelines.requisite_kinds import ORDER

MAX_TRIES = 3
MAX_STEPS = 4
"""From a page to its sheet, to what that imports, and on: honest sheets import one deep."""
MAX_REDIRECTS = 5
MAX_HOSTS = 30
"""Hosts that one page may make us ask: each costs a robots.txt."""
REFUSED_FRESH = 86400.0
"""Seconds for which a 404 is not asked again: each page of a site may name the same lost picture."""
# CROSS JOIN: SQLite begins with the host's rows, in the order of their index, and never with all that the run has seen.
_OF_THIS_RUN = "requisites CROSS JOIN wanted ON wanted.run = ? AND wanted.id = requisites.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A file as it is handed out."""

    id: bytes
    url: str
    host: str
    source: str
    what: str
    page: bytes
    via: str
    named_by: str | None
    path: str
    tries: int


class RequisiteBook:
    """The files of one state folder, seen from one run."""

    def __init__(
        self, ledger: Ledger, run: str, limits: Requisites, *, wall: Callable[[], float], catalogue: Catalogue | None = None
    ) -> None:
        prepare(ledger)
        self._ledger, self._db, self._catalogue = ledger, ledger.db, catalogue
        self._run, self._limits, self._wall = run, limits, wall
        self.news: set[str] = set()
        """Hosts for which something was entered; whoever looks at it empties it."""

    # -- entering

    def take_up(self, sources: Collection[str]) -> Effect:
        """What earlier runs owe is this run's matter, where it has to do with these sources; what was owed for too long is dropped."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            long_ago = self._wall() - self._limits.owed
            old = "SELECT id FROM requisites WHERE since < ?"
            db.execute(
                f"INSERT OR IGNORE INTO wanted SELECT ?, id, source, ? FROM requisites WHERE id IN ({old})",
                (self._run, outcomes.name(outcomes.DROPPED, "too_old"), long_ago),
            )
            db.execute("DELETE FROM requisites WHERE since < ?", (long_ago,))
            db.execute("DELETE FROM requisite_pages WHERE since < ?", (long_ago - self._limits.owed,))
            for row in db.execute("SELECT DISTINCT source FROM requisites").fetchall():
                if row["source"] in sources:
                    db.execute(
                        "INSERT OR IGNORE INTO wanted SELECT ?, id, source, NULL FROM requisites WHERE source = ?",
                        (self._run, row["source"]),
                    )
            self.news.update(row["host"] for row in db.execute("SELECT DISTINCT host FROM requisites"))

        return effect

    def enter(
        self,
        names: Iterable[Sequence[str]],
        *,
        source: str,
        via: str,
        page: bytes | None = None,
        named_by: str | None = None,
        path: str = "",
    ) -> Effect:
        """What a page, or with `named_by` and `path` a sheet or a redirect of it, names: pairs of URL and kind."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self._enter(db, names, source, via, page or url_id(via), named_by, path + "E")

        return effect

    def redirected(self, needed: Needed, target: str) -> Effect:
        """It lies elsewhere, and is wanted from there."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self.decide(needed, outcomes.REDIRECTED)(db, 0)
            self._enter(db, [(target, needed.what)], needed.source, needed.via, needed.page, needed.url, needed.path + "R")

        return effect

    def _enter(
        self, db: sqlite3.Connection, names: Iterable[Sequence[str]], source: str, via: str, page: bytes, named_by: str | None, path: str
    ) -> None:
        row = db.execute("SELECT number, bytes FROM requisite_pages WHERE page = ?", (page,)).fetchone()
        number, size = (row["number"], row["bytes"]) if row is not None else (0, 0)
        entered, now, hosts = 0, self._wall(), set()
        for written, what in names:
            key = url_id(written)
            if not self._is_news(db, key):  # as nearly all of them: the files that each page of a site names
                continue
            url, host, outcome = asked_as(written)
            if url != written:
                key = url_id(url)
                if not self._is_news(db, key):
                    continue
            if outcome is None:
                hosts.add(host)
                outcome = self._refusal(url, path, number + entered, size, len(hosts), now)
            db.execute("INSERT OR REPLACE INTO wanted VALUES (?, ?, ?, ?)", (self._run, key, source, outcome))
            if outcome is not None:
                continue
            db.execute(
                "INSERT INTO requisites (id, url, host, source, what, rank, page, via, named_by, path, since, due)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET source = excluded.source",
                (key, url, host, source, what, _RANKS.get(what, len(_RANKS)), page, via, named_by, path, now, now),
            )
            entered += 1
            self.news.add(host)
        if entered:
            db.execute(
                "INSERT INTO requisite_pages VALUES (?, ?, ?, 0) ON CONFLICT (page) DO UPDATE SET number = number + excluded.number",
                (page, now, entered),
            )

    def _is_news(self, db: sqlite3.Connection, key: bytes) -> bool:
        """Whether this run has not decided on it, or only that it was too much for another page."""
        row = db.execute("SELECT outcome FROM wanted WHERE run = ? AND id = ?", (self._run, key)).fetchone()
        return row is None or outcomes.group_of(row["outcome"] or "") == outcomes.OVER_LIMIT

    def _refusal(self, url: str, path: str, number: int, size: int, hosts: int, now: float) -> str | None:
        if path.count("E") > MAX_STEPS or path.count("R") > MAX_REDIRECTS:
            return outcomes.name(outcomes.OVER_LIMIT, "depth") if path.count("E") > MAX_STEPS else _name_of("too_many_redirects")
        if self._is_fresh(url, now):
            return outcomes.KNOWN
        if number >= self._limits.max_per_page:
            return outcomes.name(outcomes.OVER_LIMIT, "page")
        if size >= self._limits.max_page_bytes:
            return outcomes.name(outcomes.OVER_LIMIT, "page_bytes")
        return outcomes.name(outcomes.OVER_LIMIT, "page_hosts") if hosts > MAX_HOSTS else None

    def _is_fresh(self, url: str, now: float) -> bool:
        """The archive has an answer of this URL that is young enough: published, or still in the spool."""
        row = self._db.execute("SELECT fetched_at, status FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)).fetchone()
        if row is not None:
            at, status = datetime.fromisoformat(row["fetched_at"]).timestamp(), row["status"]
        else:
            last = self._catalogue.last_capture(url) if self._catalogue is not None else None
            if last is None:
                return False
            at, status = last.fetched_at.timestamp(), last.status
        good = status is not None and 200 <= status < 400
        age = self._limits.fresh if good else REFUSED_FRESH if status in (403, 404, 410) else 0.0
        return abs(now - at) < age

    # -- handing out

    def take(self, host: str, *, now: float, limit: int, skip: Collection[bytes]) -> list[Needed]:
        """Up to `limit` due files of a host that this run has to do with, without those that are under way."""
        query = f"SELECT requisites.* FROM {_OF_THIS_RUN} WHERE host = ? AND due <= ? ORDER BY rank, n LIMIT ?"
        rows = self._db.execute(query, (self._run, host, now, limit + len(skip))).fetchall()
        return [_needed(row) for row in rows if row["id"] not in skip][:limit]

    def next_due(self, host: str, *, after: float) -> float | None:
        """When the first of those of the host that are not due yet will be."""
        query = f"SELECT MIN(due) AS due FROM {_OF_THIS_RUN} WHERE host = ? AND due > ?"
        due = self._db.execute(query, (self._run, host, after)).fetchone()["due"]
        return None if due is None else float(due)

    def bytes_of(self, page: bytes) -> int:
        """Bytes that were taken for this page."""
        row = self._db.execute("SELECT bytes FROM requisite_pages WHERE page = ?", (page,)).fetchone()
        return 0 if row is None else int(row["bytes"])

    # -- what became of one

    def decide(self, needed: Needed, outcome: str, *, size: int = 0) -> Effect:
        """It ended so, and cost its page so many bytes."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("UPDATE wanted SET outcome = ? WHERE run = ? AND id = ?", (outcome, self._run, needed.id))
            db.execute("DELETE FROM requisites WHERE id = ?", (needed.id,))
            db.execute("UPDATE requisite_pages SET bytes = bytes + ? WHERE page = ?", (size, needed.page))

        return effect

    def retry(self, needed: Needed, reason: str, *, due: float) -> Effect:
        """It failed in a way that may pass; at the third time it is given up."""
        if needed.tries + 1 >= MAX_TRIES:
            return self.decide(needed, outcomes.name(outcomes.FAILED, reason))

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("UPDATE requisites SET tries = tries + 1, due = ? WHERE id = ?", (due, needed.id))
            outcome = outcomes.name(outcomes.WAITING, f"retry_{reason}")
            db.execute("UPDATE wanted SET outcome = ? WHERE run = ? AND id = ?", (outcome, self._run, needed.id))

        return effect

    def refuse_host(self, host: str, outcome: str) -> Effect:
        """Nothing of the host can be had, and that will not change."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            these = "SELECT id FROM requisites WHERE host = ?"
            db.execute(f"UPDATE wanted SET outcome = ? WHERE run = ? AND id IN ({these})", (outcome, self._run, host))
            db.execute("DELETE FROM requisites WHERE host = ? AND id IN (SELECT id FROM wanted WHERE run = ?)", (host, self._run))

        return effect

    def close_host(self, host: str, reason: str) -> Effect:
        """What is undecided of the host is not got to in this run."""
        return statement(
            "UPDATE wanted SET outcome = ? WHERE run = ? AND outcome IS NULL AND id IN (SELECT id FROM requisites WHERE host = ?)",
            (outcomes.name(outcomes.WAITING, reason), self._run, host),
        )


_RANKS: dict[str, int] = {what: rank for rank, what in enumerate(ORDER)}


def _name_of(reason: str) -> str:
    return outcomes.name(outcomes.FAILED, reason)


def _needed(row: sqlite3.Row) -> Needed:
    return Needed(**{name: row[name] for name in Needed.__slots__})
