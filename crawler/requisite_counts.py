"""What became of the files that the pages of a run need, counted by source?"""

from __future__ import annotations

from archive.ledger import Ledger
from archive.spool import Effect
from crawler import requisite_outcomes as outcomes
from crawler.effects import statement
from crawler.requisite_schema import prepare


def close_run(run: str, reason: str) -> Effect:
    """Whatever is still undecided is owed to the next run, and says why."""
    return statement("UPDATE wanted SET outcome = ? WHERE run = ? AND outcome IS NULL", (outcomes.name(outcomes.WAITING, reason), run))


def counts(ledger: Ledger, run: str) -> dict[str, dict[str, int]]:
    """Source → outcome → number of files, of one run."""
    prepare(ledger)
    table: dict[str, dict[str, int]] = {}
    query = "SELECT source, COALESCE(outcome, 'undecided') AS outcome, COUNT(*) AS n FROM wanted WHERE run = ? GROUP BY 1, 2 ORDER BY 1, 2"
    for row in ledger.db.execute(query, (run,)):
        table.setdefault(row["source"], {})[row["outcome"]] = row["n"]
    return table
