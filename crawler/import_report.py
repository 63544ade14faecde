"""What became of the records of imported files? Each has one outcome, and the sums balance.

Where a text was asked for, the outcome is read from the rows that are published: verdict of the capture, version of the article.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from archive import exits
from archive.ledger import Ledger, rfc3339
from archive.neutral import one_line
from crawler.report import FORMAT, captures_of_run

ARTICLE_VERDICTS = ("article", "live_blog", "paywall_stub")
OUTCOMES: Mapping[str, str] = {
    "article": "a page, and the first version of an article that anybody captured until then was made",
    "changed": "a page, and a version that follows an earlier one was made",
    "unchanged": "a page whose article says what the version captured before or after it says",
    "not_article": "a page that is no article; the reason is the verdict",
    "captured": "a page; no text was asked for",
    "known": "the very same record is in the collection already",
    "redirect": "a page that leads to another address",
    "http_error": "a page with another status than 200; the reason is the status",
    "other_method": "the answer to a request that was no GET",
    "requisite": "what a page needs, or a frame in it, or no page at all",
    "seed": "a feed, or other XML",
    "robots": "a robots.txt",
    "revisit": "says that the payload was that of an earlier capture",
    "resource": "a thing that came with no HTTP head",
    "metadata": "a record about others that indexers list",
    "beside": "has no line of its own in an index; the reason is its type",
    "skipped": "left out of the index; the reason says why",
    "broken": "the file ends within it, or is damaged there; what lies behind was not read",
}


def make_import_report(
    ledger: Ledger, row: sqlite3.Row, counts: Mapping[str, dict[str, Any]], *, ended_at: datetime, skipped: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The report of an import: JSON-able. `counts` are those of each file by its name here; `skipped` are files that were here already."""
    run, info = str(row["run"]), json.loads(row["info"])
    texts = _texts(ledger, run)
    files = []
    for entry in info["imported"]:
        told = counts[entry["filename"]]
        outcomes = Counter(told["outcomes"]) + texts.get(entry["filename"], Counter())
        digests = {"wrong": told["digests_wrong"], "missing": told["digests_missing"]}
        size = ledger.db.execute("SELECT committed FROM segments WHERE filename = ?", (entry["filename"],)).fetchone()
        files.append(
            {
                **entry,
                "bytes": size["committed"] if size else None,
                "records": told["records"],
                "outcomes": dict(sorted(outcomes.items())),
                "digests": digests,
                "broken_at": told["broken_at"],
                "problems": told["problems"],
            }
        )
    groups: Counter[str] = Counter()
    for file in files:
        for outcome, count in file["outcomes"].items():
            groups[outcome.partition(":")[0]] += count
    return {
        "format": FORMAT,
        "run": run,
        "collection": row["collection"],
        "started_at": row["started_at"],
        "ended_at": rfc3339(ended_at),
        "ended_because": "finished",
        "command": "import",
        "software": info.get("software"),
        "totals": {
            "candidates": sum(file["records"] for file in files),
            "outcomes": dict(sorted(groups.items())),
            "articles": groups["article"] + groups["changed"],
            "new_versions": groups["changed"],
            "seeds": 0,
            "seeds_failed": 0,
        },
        "captures": captures_of_run(ledger, run),
        "sources": {},  # what others captured says nothing of the health of a source
        "sources_not_due": 0,
        "damage": [],
        "source": info.get("source"),
        "imported": files,
        "already_here": list(skipped),
    }


def _texts(ledger: Ledger, run: str) -> dict[str, Counter[str]]:
    """Outcomes of the pages of which a text was to be made, by file."""
    found: dict[str, Counter[str]] = {}
    query = (
        "SELECT captures.filename AS filename, captures.verdict AS verdict, count(*) AS n, articles.id IS NOT NULL AS made,"
        " json_extract(articles.json, '$.previous_id') IS NOT NULL AS follows FROM captures"
        " LEFT JOIN articles ON articles.run = captures.run AND articles.capture = captures.id"
        " WHERE captures.run = ? AND captures.task IS NOT NULL GROUP BY 1, 2, 4, 5"
    )
    for row in ledger.db.execute(query, (run,)):
        verdict = row["verdict"] or "pending"
        if row["made"]:
            outcome = "changed" if row["follows"] else "article"
        else:
            outcome = "unchanged" if verdict in ARTICLE_VERDICTS else f"not_article:{verdict}"
        found.setdefault(row["filename"], Counter())[outcome] += row["n"]
    return found


def import_exit_code(report: Mapping[str, Any]) -> int:
    """0; 4 where a file breaks off, a record was left out, or a digest is wrong: all of it is kept, and the report says where."""
    groups = report["totals"]["outcomes"]
    bad = groups.get("skipped", 0) + groups.get("broken", 0) + sum(file["digests"]["wrong"] for file in report["imported"])
    return exits.PARTIAL if bad else exits.OK


def summary_line(report: Mapping[str, Any], seconds: float) -> str:
    """One line for whoever ran it."""
    totals = report["totals"]
    groups = totals["outcomes"]
    captures = report["captures"]["total"]
    parts = [
        f"{totals['candidates']:,} records of {len(report['imported'])} files",
        f"{captures:,} captures",
        f"{totals['articles']:,} articles",
    ]
    for name, text in (("known", "known before"), ("skipped", "left out"), ("broken", "cut off")):
        if groups.get(name):
            parts.append(f"{groups[name]:,} {text}")
    wrong = sum(file["digests"]["wrong"] for file in report["imported"])
    if wrong:
        parts.append(f"{wrong:,} with a wrong digest")
    return f"warchive: run {report['run']}: {', '.join(parts)}; {seconds:.1f} s"


def lines_of(report: Mapping[str, Any]) -> Iterator[str]:
    """For a person: each file with what became of its records, and the first of what is wrong."""
    for file in report["imported"]:
        package = f" in {file['package']['name']}" if file.get("package") else ""
        yield one_line(f"{file['name']}{package}, SHA-256 {file['sha256']}, here {file['filename']}")
        for outcome, count in file["outcomes"].items():
            yield f"  {count:>9,} {one_line(outcome)}"
        for problem in file["problems"][:20]:
            yield one_line(f"  offset {problem['offset']}: {problem['what']} {problem['detail']}")
    for one in report.get("already_here", ()):
        yield one_line(f"{one['name']}: was here already, in run {one['run']}")
