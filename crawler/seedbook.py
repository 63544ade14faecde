"""What did each seed show, when is it due again, and what may have been lost between two visits?

Tables `seeds`, `visits` and `gaps` of the frontier. Functions that change rows are `Effect`s for the spool.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.ledger import Ledger, rfc3339
from archive.spool import Effect
from crawler.cadence import Cadence, is_due
from crawler.effects import statement

ROLLING = frozenset({"feed", "news_sitemap", "section"})
"""Kinds of seeds that show what is new and drop what is old. A sitemap keeps everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedState:
    """What is remembered of a seed between runs."""

    etag: str | None = None
    last_modified: str | None = None
    cadence: Cadence | None = None
    due: float | None = None
    interval: float | None = None
    window: bytes = b""
    window_at: str | None = None
    marked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """Entries may have been lost between two visits, and nobody has looked for them yet."""

    source: str
    url: str
    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One visit, as it is entered."""

    source: str
    url: str
    type: str
    status: str
    """`ok`, `not_modified`, or the name of what went wrong."""
    detail: str | None
    kind: str | None
    entries: int
    new: int
    unseen: int
    record_id: str | None
    asked_at: datetime
    etag: str | None
    last_modified: str | None
    cadence: Cadence
    window: bytes | None
    """Null where the visit showed no entries: the window before stays."""
    marked: str | None
    newest: float | None
    redirected_to: str | None


class SeedBook:
    """The seeds of one state folder, seen from one run."""

    def __init__(self, ledger: Ledger, run: str) -> None:
        self._db, self._run = ledger.db, run

    def state(self, source: str, url: str) -> SeedState:
        """What is remembered; all null for a seed that was never asked."""
        row = self._db.execute("SELECT * FROM seeds WHERE source = ? AND url = ?", (source, url)).fetchone()
        if row is None:
            return SeedState()
        return SeedState(
            etag=row["etag"],
            last_modified=row["last_modified"],
            cadence=Cadence.from_json(row["cadence"]) if row["cadence"] else None,
            due=row["due"],
            interval=row["interval"],
            window=row["window"] or b"",
            window_at=row["window_at"],
            marked=row["marked"],
        )

    def due(self, source: str, url: str, now: float) -> bool:
        """Whether the seed is to be asked now."""
        row = self._db.execute("SELECT due, interval FROM seeds WHERE source = ? AND url = ?", (source, url)).fetchone()
        return row is None or is_due(row["due"], row["interval"], now)

    def any_due(self, seeds: Collection[tuple[str, str]], now: float) -> bool:
        """Whether one of these (source and URL) is to be asked now, of those that were asked before."""
        rows = self._db.execute("SELECT source, url FROM seeds WHERE due <= ?", (now,))
        return any((row["source"], row["url"]) in seeds for row in rows)

    def next_due(self, source: str, url: str) -> float | None:
        """When it is due; null for one that was never asked."""
        row = self._db.execute("SELECT due FROM seeds WHERE source = ? AND url = ?", (source, url)).fetchone()
        return None if row is None else row["due"]

    def visited(self, visit: Visited) -> Effect:
        """A seed was asked."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            asked_at = rfc3339(visit.asked_at)
            newest = None if visit.newest is None else rfc3339(datetime.fromtimestamp(visit.newest, UTC))
            db.execute(
                "INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._run, visit.source, visit.url, visit.type, visit.status, visit.detail, visit.kind, visit.entries, visit.new,
                    visit.record_id, visit.redirected_to, rfc3339(datetime.fromtimestamp(visit.cadence.due, UTC)), visit.cadence.why,
                ),
            )  # fmt: skip
            db.execute(
                "INSERT INTO seeds (source, url, asked_at, status, etag, last_modified, type, due, interval, cadence, window, window_at,"
                " marked, newest, entries, unseen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (source, url) DO UPDATE SET asked_at = excluded.asked_at, status = excluded.status, etag = excluded.etag,"
                " last_modified = excluded.last_modified, type = excluded.type, due = excluded.due, interval = excluded.interval,"
                " cadence = excluded.cadence, window = COALESCE(excluded.window, window),"
                " window_at = COALESCE(excluded.window_at, window_at),"
                " marked = COALESCE(excluded.marked, marked), newest = COALESCE(excluded.newest, newest), entries = excluded.entries,"
                " unseen = excluded.unseen",
                (
                    visit.source, visit.url, asked_at, visit.status, visit.etag, visit.last_modified, visit.type, visit.cadence.due,
                    visit.cadence.interval, visit.cadence.to_json(), visit.window, asked_at if visit.window is not None else None,
                    visit.marked, newest, visit.entries, visit.unseen,
                ),
            )  # fmt: skip
            if visit.status == "not_modified":  # it was seen to be what it was: nothing was lost up to now
                db.execute("UPDATE seeds SET window_at = ? WHERE source = ? AND url = ?", (asked_at, visit.source, visit.url))

        return effect

    def visits(self) -> list[dict[str, Any]]:
        """Seeds asked in this run."""
        rows = self._db.execute("SELECT * FROM visits WHERE run = ? ORDER BY source, url", (self._run,))
        return [{key: row[key] for key in row.keys() if key != "run"} for row in rows]  # noqa: SIM118 - sqlite3.Row iterates over values

    # -- gaps

    def open_gap(self, gap: OpenGap, note: str) -> Effect:
        """Two visits share no entry."""
        values = (gap.source, gap.url, gap.since, gap.until, self._run, note)
        return statement("INSERT OR IGNORE INTO gaps VALUES (?, ?, ?, ?, ?, 'open', 0, ?)", values)

    def open_gaps(self, sources: Sequence[str]) -> list[OpenGap]:
        """Of these sources, oldest first."""
        found: list[OpenGap] = []
        for row in self._db.execute("SELECT * FROM gaps INDEXED BY gaps_open WHERE state = 'open' ORDER BY source, until"):
            if row["source"] in sources:
                found.append(OpenGap(source=row["source"], url=row["url"], since=row["since"], until=row["until"]))
        return found

    def note_gap(self, gap: OpenGap, *, state: str, found: int, note: str) -> Effect:
        """What looking for its entries brought."""
        values = (self._run, state, found, note, gap.source, gap.url, gap.until)
        sql = "UPDATE gaps SET run = ?, state = ?, found = ?, note = ? WHERE source = ? AND url = ? AND until = ?"
        return statement(sql, values)

    def gaps_of_run(self) -> dict[str, list[dict[str, Any]]]:
        """Source → gaps of which this run said something."""
        table: dict[str, list[dict[str, Any]]] = {}
        for row in self._db.execute("SELECT * FROM gaps WHERE run = ? ORDER BY source, until, url", (self._run,)):
            table.setdefault(row["source"], []).append({key: row[key] for key in ("url", "since", "until", "state", "found", "note")})
        return table
