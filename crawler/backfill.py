"""How are the articles found that were there before the first crawl? By walking the sitemaps of a source, a piece each run.

    roots (the source's sitemaps, and those that robots.txt names) → indexes → sitemaps → entries since a date → the frontier

The walk is kept in table `backfills`: a run takes up where the one before stopped, and asks no sitemap twice that it has read to its
end. Pages found so are old, and so the frontier hands them out after new ones. One sitemap a source is under way at a time, and none while
the run's budget of pages is spent.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.ledger import Ledger
from archive.model import Announcement
from archive.spool import Effect, Spool
from crawler.effects import statement
from crawler.ranking import read_date
from crawler.sources import Source
from crawler.work import Work

MAX_DEPTH = 4  # indexes within indexes
MAX_SITEMAPS = 100  # asked for one source in one run
_DATED = re.compile(r"/((?:19|20)[0-9]{2})[/-]?(0[1-9]|1[0-2])(?:[/-]?(0[1-9]|[12][0-9]|3[01]))?(?=[/-])")
_LAST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillOrder:
    """What `crawl --backfill` asks for."""

    since: float
    """Unix time: nothing older is taken."""
    until: float | None = None
    newest_first: bool = True
    pages: int = 500
    """New pages of one source in one run."""


class Backfill:
    """The walk of one run. `ask` queues a sitemap, `may_ask` says whether its host is the source's."""

    def __init__(
        self,
        ledger: Ledger,
        spool: Spool,
        order: BackfillOrder | None,
        sources: Mapping[str, Source],
        *,
        ask: Callable[[Work], None],
        may_ask: Callable[[Source, str], bool],
        soon: Callable[[], None],
    ) -> None:
        self._db, self._spool, self._order, self._sources = ledger.db, spool, order, sources
        self._ask, self._may_ask, self._soon = ask, may_ask, soon
        self._left = dict.fromkeys(sources, order.pages if order else 0)
        self._asked: dict[str, int] = {}

    def begin(self) -> None:
        """Enter the roots, and ask for the first sitemap of each source."""
        for source in self._sources.values():
            roots = [(seed.url, 0, None, position) for position, seed in enumerate(source.seeds) if seed.type == "sitemap"]
            self._spool.enqueue(self._enter(source.name, roots, again=True), self._then(source))
        self._soon()

    def learn_roots(self, source: Source, urls: Sequence[str]) -> None:
        """Sitemaps that robots.txt names: they count where the source names none."""
        if self._order is None or any(seed.type == "sitemap" for seed in source.seeds):
            return
        roots = [(url, 0, None, position) for position, url in enumerate(urls) if self._may_ask(source, url)]
        self._spool.enqueue(self._enter(source.name, roots), self._then(source))
        self._soon()

    def children(self, work: Work, children: Sequence[dict[str, Any]]) -> Effect:
        """The sitemaps of an index that was read."""
        rows = [
            (child["url"], work.depth + 1, child["modified"], position)
            for position, child in enumerate(children)
            if work.depth < MAX_DEPTH and self._may_ask(work.source, child["url"])
        ]
        return self._enter(work.source.name, rows)

    def wanted(self, entries: Sequence[Announcement]) -> list[Announcement]:
        """Those of the time that was ordered, and those that do not say when they are of; in the order in which they are wanted."""
        assert self._order is not None
        dated = [(date_of(one), one) for one in entries]
        chosen = [
            (moment, one)
            for moment, one in dated
            if moment is None or (moment >= self._order.since and (self._order.until is None or moment < self._order.until))
        ]
        chosen.sort(key=lambda pair: pair[0] or 0.0, reverse=self._order.newest_first)
        return [one for _moment, one in chosen]

    def left(self, source: Source) -> int:
        """New pages that this run may still take."""
        return max(0, self._left[source.name])

    def read(self, work: Work, *, entries: int, taken: int, whole: bool) -> Effect:
        """A sitemap was read; `whole`: to its end, so that it need not be asked again."""
        self._left[work.source.name] -= taken
        state = "read" if whole else "waiting"
        sql = "UPDATE backfills SET state = ?, entries = ?, taken = taken + ? WHERE source = ? AND url = ?"
        return statement(sql, (state, entries, taken, work.source.name, work.seed_url))

    def failed(self, work: Work, reason: str) -> Effect:
        """A sitemap could not be read: a later order asks it again."""
        return statement(
            "UPDATE backfills SET state = ? WHERE source = ? AND url = ?", (f"failed:{reason}", work.source.name, work.seed_url)
        )

    def go_on(self, source: Source) -> None:
        """Ask for the next sitemap, where there is one and the budget allows it."""
        if self._order is None or self.left(source) <= 0 or self._asked.get(source.name, 0) >= MAX_SITEMAPS:
            return
        row = self._next(source.name)
        if row is None:
            return
        self._asked[source.name] = self._asked.get(source.name, 0) + 1
        self._ask(
            Work(kind="seed", url=row["url"], source=source, seed_url=row["url"], seed_type="sitemap", depth=row["depth"], backfill=True)
        )

    def _next(self, source: str) -> sqlite3.Row | None:
        """Indexes first, so that the newest or oldest sitemap of all is known; then by date, and by place where there is none."""
        assert self._order is not None
        since = datetime.fromtimestamp(self._order.since, UTC).strftime("%Y-%m-%d")
        way = "DESC" if self._order.newest_first else "ASC"
        query = (
            "SELECT * FROM backfills WHERE source = ? AND state = 'waiting' AND (modified IS NULL OR substr(modified, 1, 10) >= ?)"
            f" ORDER BY depth > 0, ifnull(modified, ?) {way}, position LIMIT 1"
        )
        missing = _LAST if self._order.newest_first else ""
        row: sqlite3.Row | None = self._db.execute(query, (source, since, missing)).fetchone()
        return row

    def _enter(self, source: str, rows: Sequence[tuple[str, int, str | None, int]], *, again: bool = False) -> Effect:
        def effect(db: sqlite3.Connection, _row: int) -> None:
            for url, depth, modified, position in rows:
                db.execute(
                    "INSERT INTO backfills (source, url, depth, modified, position, state) VALUES (?, ?, ?, ?, ?, 'waiting')"
                    " ON CONFLICT (source, url) DO UPDATE SET"
                    " state = CASE WHEN modified IS NOT excluded.modified THEN 'waiting' ELSE state END,"
                    " modified = excluded.modified",
                    (source, url, depth, modified, position),
                )
            if again:  # indexes grow, and what failed may answer now
                db.execute("UPDATE backfills SET state = 'waiting' WHERE source = ? AND (depth = 0 OR state LIKE 'failed:%')", (source,))

        return effect

    def _then(self, source: Source) -> Callable[[Any], None]:
        return lambda error: self.go_on(source) if error is None else None


def progress(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Source → number of sitemaps `read`, `waiting` and `failed`, and pages `taken`, over all runs."""
    table: dict[str, dict[str, int]] = {}
    for row in db.execute(
        "SELECT source, substr(state, 1, instr(state || ':', ':') - 1) AS state, COUNT(*) AS n, SUM(taken) AS taken"
        " FROM backfills GROUP BY 1, 2"
    ):
        entry = table.setdefault(row["source"], {"read": 0, "waiting": 0, "failed": 0, "taken": 0})
        entry[row["state"]] = row["n"]
        entry["taken"] += row["taken"]
    return table


def date_of(one: Announcement) -> float | None:
    """Unix time of publication as announced, or as the URL says; null where neither does."""
    for text in (one.published, one.modified):
        moment = read_date(text)
        if moment is not None:
            return moment
    found = _DATED.search(one.url)
    if found is None:
        return None
    return datetime(int(found[1]), int(found[2]), int(found[3] or 28), tzinfo=UTC).timestamp()
