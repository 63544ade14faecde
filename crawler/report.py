"""What became of a run? The report that is published with it, and the exit code that it means.

Counted from the database, so that a run that was killed has the same report as one that ended. For each source the outcomes add up to
the number of its candidates: a test says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from archive import exits
from archive.ledger import Ledger, rfc3339
from crawler import outcomes, requisite_counts
from crawler.backfill import progress as backfill_progress
from crawler.frontier import Frontier
from crawler.harvest import Made, articles_of
from crawler.requisite_outcomes import by_group

FORMAT = "warchive.report/1"
# A seed that says one of these was read, and is worth a look; any other status but these and `ok` is a failure.
READ = frozenset({"ok", "not_modified", "no-entries", "wrong-kind", "not-utf8", "too-many-entries"})
BLOCKED = frozenset({"robots_denied", "http_401", "http_403", "http_451", "http_429"})


def make_report(
    ledger: Ledger, frontier: Frontier, row: sqlite3.Row, *, ended_at: datetime, reason: str, damage: Sequence[str] = ()
) -> dict[str, Any]:
    """The report of a run: JSON-able, keys in reading order."""
    info = json.loads(row["info"])
    counts = frontier.tally.counts()
    visits = frontier.seeds.visits()
    made = articles_of(ledger, row["run"])
    finds, gaps, aliases = frontier.tally.finds(), frontier.seeds.gaps_of_run(), frontier.tally.aliases()
    given = set(info.get("sources", ()))
    walks = {name: walk for name, walk in backfill_progress(ledger.db).items() if name in given} if info.get("backfill") else {}
    # A run every ten minutes over thousands of sources has to do with a few of them: the others are counted.
    needed = requisite_counts.counts(ledger, row["run"])
    names = sorted(set(counts) | set(needed) | {visit["source"] for visit in visits} | set(made) | set(gaps) | set(walks))
    sources = {
        name: {
            **_source(name, counts.get(name, {}), visits, made.get(name, Made())),
            "first_found_by": dict(sorted(finds.get(name, {}).get("first", {}).items())),
            "only_found_by": dict(sorted(finds.get(name, {}).get("only", {}).items())),
            "gaps": gaps.get(name, []),
            "aliases": aliases.get(name, []),
            "requisites": needed.get(name, {}),
            **({"backfill": walks[name]} if name in walks else {}),
        }
        for name in names
    }
    totals = _sum(sources)
    return {
        "format": FORMAT,
        "run": row["run"],
        "collection": row["collection"],
        "started_at": row["started_at"],
        "ended_at": rfc3339(ended_at),
        "ended_because": reason,
        "command": info.get("command"),
        "software": info.get("software"),
        "totals": totals,
        "captures": captures_of_run(ledger, row["run"]),
        "sources": sources,
        "sources_not_due": len(given - set(names)),
        "damage": list(damage),
    }


def _source(name: str, counts: dict[str, int], visits: list[dict[str, Any]], made: Made) -> dict[str, Any]:
    own = [visit for visit in visits if visit["source"] == name]
    failed = [visit for visit in own if visit["status"] not in READ]
    if not failed:
        status = "ok"
    elif all(visit["status"] in BLOCKED for visit in failed) and len(failed) == len(own):
        status = "blocked"
    else:
        status = "failed" if len(failed) == len(own) else "partial"
    return {
        "status": status,
        "candidates": sum(counts.values()),
        "outcomes": dict(sorted(counts.items())),
        "articles": made.articles,
        "new_versions": made.new_versions,
        "dateless": made.dateless,
        "short": made.short,
        "latency": made.latency.as_dict(),
        "seeds": [{key: value for key, value in visit.items() if key != "source"} for visit in own],
    }


def _sum(sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    groups: dict[str, int] = {}
    for source in sources.values():
        for outcome, count in source["outcomes"].items():
            group = outcomes.group_of(outcome)
            groups[group] = groups.get(group, 0) + count
    return {
        "candidates": sum(source["candidates"] for source in sources.values()),
        "outcomes": dict(sorted(groups.items())),
        "articles": sum(source["articles"] for source in sources.values()),
        "new_versions": sum(source["new_versions"] for source in sources.values()),
        "requisites": _requisites(sources),
        "seeds": sum(len(source["seeds"]) for source in sources.values()),
        "seeds_failed": sum(1 for source in sources.values() for seed in source["seeds"] if seed["status"] not in READ),
    }


def _requisites(sources: dict[str, dict[str, Any]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for source in sources.values():
        total.update(source["requisites"])
    return by_group(total)


def captures_of_run(ledger: Ledger, run: str) -> dict[str, Any]:
    """How many captures a run has, and of what kinds."""
    table: dict[str, Any] = {"total": 0, "bytes": 0, "by_kind": {}, "by_record_type": {}, "by_completeness": {}}
    query = (
        "SELECT kind, record_type, completeness, COUNT(*) AS n, SUM(length) AS size FROM captures WHERE run = ?"
        " GROUP BY kind, record_type, completeness"
    )
    for row in ledger.db.execute(query, (run,)):
        table["total"] += row["n"]
        table["bytes"] += row["size"]
        for key in ("kind", "record_type", "completeness"):
            part = table[f"by_{key}"]
            part[row[key]] = part.get(row[key], 0) + row["n"]
    return table


def exit_code(report: dict[str, Any]) -> int:
    """What the report alone says: 0, 4 or 5, or 11 for a run that was stopped. Store, space and damage are the caller's matter."""
    if report["ended_because"] in ("interrupted", "max_runtime", "killed"):
        return exits.INTERRUPTED
    if report["totals"]["seeds_failed"]:
        return exits.PARTIAL
    groups = report["totals"]["outcomes"]
    good = sum(groups.get(group, 0) for group in (*outcomes.OURS, outcomes.CAPTURED))
    bad = sum(groups.get(group, 0) for group in (outcomes.NOT_ARTICLE, outcomes.FAILED, outcomes.BLOCKED))
    if report["command"] == "capture":  # each URL was asked for by name: what was not kept was not done
        missed = sum(groups.get(group, 0) for group in (outcomes.FAILED, outcomes.WAITING, outcomes.ROBOTS_DENIED, outcomes.OUT_OF_SCOPE))
        if missed and good:
            return exits.PARTIAL
        bad += missed
        announced = 1
    else:  # a quiet tick of cron that looks at an old stub again has not failed to make anything of what was announced
        announced = sum(seed["new"] for source in report["sources"].values() for seed in source["seeds"])
    if bad and not good and announced:
        return exits.EMPTY
    return exits.OK
