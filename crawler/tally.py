"""What became of each page that a run has seen?

Table `sightings`: one row a page and run, with one outcome at the end. The report counts them, so its sums balance.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from archive.ledger import Ledger
from archive.spool import Effect
from crawler import outcomes
from crawler.effects import statement

KINDS = ("feed", "news_sitemap", "section", "sitemap", "command-line")
"""Of seeds, in the order of their bits in `pages.kinds`."""
FIRST_KIND = 8  # bits; above them stands the kind that announced the page first
MAX_ALIASES = 1000  # of one source in a report: the rest is counted


class Tally:
    """The sightings of one run."""

    def __init__(self, ledger: Ledger, run: str) -> None:
        self._db, self._run = ledger.db, run

    def sight(self, db: sqlite3.Connection, source: str, page: bytes, outcome: str | None) -> bool:
        """The page was seen; true for the first time in this run. An outcome that it has stays."""
        return bool(db.execute("INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?)", (self._run, source, page, outcome)).rowcount)

    def decide(self, db: sqlite3.Connection, source: str, page: bytes, outcome: str) -> None:
        """The page has this outcome in this run."""
        db.execute(
            "INSERT INTO sightings VALUES (?, ?, ?, ?) ON CONFLICT (run, source, page) DO UPDATE SET outcome = excluded.outcome",
            (self._run, source, page, outcome),
        )

    # -- the end of a run

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
        which = f"EXISTS (SELECT 1 FROM pages WHERE id = sightings.page AND {condition} AND state IN (0, 3))"
        sql = f"UPDATE sightings SET outcome = ? WHERE run = ? AND source = ? AND outcome IS NULL AND {which}"
        return statement(sql, (outcome, self._run, source, *values))

    def close_run(self, reason: str) -> Effect:
        """Whatever is still undecided stays in the frontier, and says why."""
        outcome = outcomes.name(outcomes.WAITING, reason)
        return statement("UPDATE sightings SET outcome = ? WHERE run = ? AND outcome IS NULL", (outcome, self._run))

    # -- the report

    def counts(self) -> dict[str, dict[str, int]]:
        """Source → outcome → number of pages, of this run."""
        table: dict[str, dict[str, int]] = {}
        query = "SELECT source, COALESCE(outcome, 'undecided') AS outcome, COUNT(*) AS n FROM sightings WHERE run = ? GROUP BY 1, 2"
        for row in self._db.execute(query, (self._run,)):
            table.setdefault(row["source"], {})[row["outcome"]] = row["n"]
        return table

    def finds(self) -> dict[str, dict[str, dict[str, int]]]:
        """Source → `first` and `only` → kind of seed → number of this run's new articles that it announced first, and that no other
        kind had announced by the end of the run.
        """
        table: dict[str, dict[str, dict[str, int]]] = {}
        query = (
            "SELECT sightings.source AS source, pages.kinds AS kinds, COUNT(*) AS n FROM sightings JOIN pages ON pages.id = sightings.page"
            " WHERE sightings.run = ? AND sightings.outcome = ? GROUP BY 1, 2"
        )
        for row in self._db.execute(query, (self._run, outcomes.ARTICLE)):
            first, bits = KINDS[row["kinds"] >> FIRST_KIND], row["kinds"] & ((1 << FIRST_KIND) - 1)
            entry = table.setdefault(row["source"], {"first": {}, "only": {}})
            entry["first"][first] = entry["first"].get(first, 0) + row["n"]
            if bits == 1 << KINDS.index(first):
                entry["only"][first] = entry["only"].get(first, 0) + row["n"]
        return table

    def found_late(self, source: str, since: float, until: float) -> int:
        """Pages of this run, published between two Unix times, that a sitemap or a section page announced first."""
        firsts = [KINDS.index(kind) for kind in ("news_sitemap", "section", "sitemap")]
        query = (
            "SELECT COUNT(*) AS n FROM sightings JOIN pages ON pages.id = sightings.page WHERE sightings.run = ? AND sightings.source = ?"
            " AND sightings.outcome != 'known' AND pages.rank BETWEEN ? AND ? AND (pages.kinds >> ?) IN (?, ?, ?)"
        )
        return int(self._db.execute(query, (self._run, source, since, until, FIRST_KIND, *firsts)).fetchone()["n"])

    def aliases(self) -> dict[str, list[dict[str, str]]]:
        """Source → other addresses of its pages that this run learnt: `url`, `of` and the reason; at most `MAX_ALIASES` a source."""
        table: dict[str, list[dict[str, str]]] = {}
        query = (
            "SELECT aliases.*, pages.url AS main FROM aliases LEFT JOIN pages ON pages.id = aliases.page WHERE aliases.run = ?"
            " ORDER BY aliases.source, aliases.url"
        )
        for row in self._db.execute(query, (self._run,)):
            found = table.setdefault(row["source"], [])
            if len(found) < MAX_ALIASES:
                found.append({"url": row["url"], "of": row["main"] or "", "reason": row["reason"]})
        return table

    def runs(self) -> Iterator[str]:
        """Runs of which something is still counted here, found without reading the rows of each."""
        for table in ("sightings", "visits", "wanted"):
            run = ""
            while row := self._db.execute(f"SELECT run FROM {table} WHERE run > ? ORDER BY run LIMIT 1", (run,)).fetchone():
                run = str(row["run"])
                yield run

    def forget(self, run: str) -> Effect:
        """The sums are in the published report; the rows behind them may go."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("DELETE FROM sightings WHERE run = ?", (run,))
            db.execute("DELETE FROM visits WHERE run = ?", (run,))
            db.execute("DELETE FROM wanted WHERE run = ?", (run,))

        return effect


def kind_bits(kind: str) -> int:
    """The bit of a kind of seed."""
    return 1 << KINDS.index(kind if kind in KINDS else "command-line")


def first_kind(kind: str) -> int:
    """`pages.kinds` of a page that this kind of seed announced first."""
    return (KINDS.index(kind if kind in KINDS else "command-line") << FIRST_KIND) | kind_bits(kind)
