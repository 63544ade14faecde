"""What happened with each source on each day? Small sums of the runs' reports, kept in the catalogue.

A day's sum is the same in whatever order its runs are entered: numbers are added, moments are the first or the last of them, and of two
words on the same thing that of the later run stays. So a catalogue that is rebuilt from the store says the same again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

MAX_SEEDS = 40  # of one source; the sitemaps of an index are many, and are told together
MAX_GAPS = 100

Day = dict[str, Any]


def enter_report(db: sqlite3.Connection, report: Mapping[str, Any], *, run: str, started_at: str, ended_at: str) -> None:
    """Add a run's report to the day on which it began; inside a transaction of the caller."""
    day, sources = started_at[:10], report.get("sources")
    if not isinstance(sources, Mapping):  # a report of another kind: nothing is known of its sources
        return
    for name, source in sources.items():
        row = db.execute("SELECT json FROM days WHERE source = ? AND day = ?", (name, day)).fetchone()
        before: Day = json.loads(row["json"]) if row else {}
        merged = merge(before, day_of(source, run=run, at=ended_at))
        db.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?)", (name, day, json.dumps(merged, ensure_ascii=False, sort_keys=True)))


def read_days(db: sqlite3.Connection, *, since: str) -> Iterator[tuple[str, str, Day]]:
    """Source, day (`2024-11-08`, UTC) and sum, from a day on, by source and day."""
    for row in db.execute("SELECT * FROM days WHERE day >= ? ORDER BY source, day", (since,)):
        yield row["source"], row["day"], json.loads(row["json"])


def day_of(source: Mapping[str, Any], *, run: str, at: str) -> Day:
    """What one run says of one source, as a sum of one."""
    groups: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {}
    for outcome, count in source.get("outcomes", {}).items():
        group, _, reason = outcome.partition(":")
        groups[group] = groups.get(group, 0) + count
        if reason and group in ("blocked", "failed", "not_article", "out_of_scope"):
            reasons.setdefault(group, {})[reason] = count
    made = source.get("articles", 0)
    day: Day = {
        "add": {
            "runs": 1,
            "articles": made,
            "new_versions": source.get("new_versions", 0),
            "dateless": source.get("dateless", 0),
            "short": source.get("short", 0),
            **{f"outcome {group}": count for group, count in groups.items()},
            **{f"{group} {reason}": count for group, found in reasons.items() for reason, count in found.items()},
            **{f"first {kind}": count for kind, count in source.get("first_found_by", {}).items()},
            **{f"only {kind}": count for kind, count in source.get("only_found_by", {}).items()},
            **{f"latency {edge}": count for edge, count in source.get("latency", {}).get("histogram", {}).items()},
        },
        "first": {},
        "last": {},
        "word": {},
        "seeds": {},
    }
    if made - source.get("new_versions", 0) > 0:
        day["first"]["article"] = day["last"]["article"] = at
    for seed in source.get("seeds", ()):
        _add_seed(day, seed, at, run)
    for gap in source.get("gaps", ())[:MAX_GAPS]:
        day["word"][f"gap {gap['until']} {gap['url']}"] = [
            run,
            gap["state"],
            gap["since"],
            gap["until"],
            gap["found"],
            gap["note"],
            gap["url"],
        ]
    return day


def _add_seed(day: Day, seed: Mapping[str, Any], at: str, run: str) -> None:
    status = str(seed["status"])
    good = status in ("ok", "not_modified", "no-entries", "wrong-kind", "not-utf8", "too-many-entries")
    new = int(seed.get("new") or 0)
    for key, count in (("asked", 1), ("answered", int(good)), ("empty", int(good and not new)), ("announced", new)):
        day["add"][key] = day["add"].get(key, 0) + count
    if not good:
        day["add"][f"seed {status}"] = day["add"].get(f"seed {status}", 0) + 1
    if new:
        day["first"]["new"] = day["last"]["new"] = at
    day["last"]["answered" if good else "unanswered"] = at
    url = str(seed["url"])
    if url in day["seeds"] or len(day["seeds"]) >= MAX_SEEDS:
        return
    entry: Day = {"add": {"asked": 1, "answered": int(good)}, "last": {"answered" if good else "unanswered": at}}
    if new:
        entry["last"]["new"] = at
    entry["word"] = {"status": [run, status], "type": ["", seed["type"]]}
    if seed.get("redirected_to"):
        entry["word"]["moved"] = [run, seed["redirected_to"]]
    elif good:
        entry["word"]["moved"] = [run, None]
    day["seeds"][url] = entry


def merge(one: Day, other: Day) -> Day:
    """The sum of both; whichever comes first."""
    merged: Day = {}
    for part in ("add", "first", "last", "word", "seeds"):
        left, right = one.get(part, {}), other.get(part, {})
        if not left and not right:
            continue
        found = dict(left)
        for key, value in right.items():
            if key not in found:
                found[key] = value
            elif part == "add":
                found[key] += value
            elif part == "first":
                found[key] = min(found[key], value)
            elif part == "seeds":
                found[key] = merge(found[key], value)
            else:  # the later moment, or the word of the later run
                found[key] = max(found[key], value, key=lambda pair: pair[0] if isinstance(pair, list) else pair)
        if part == "seeds":
            found = dict(sorted(found.items())[:MAX_SEEDS])
        merged[part] = {key: value for key, value in found.items() if part != "add" or value}
    return merged
