"""What happened with each source on each day, and how does each stand? Small sums of the runs' reports, kept in the catalogue.

A sum is the same in whatever order its runs are entered: numbers are added, moments are the first or the last of them, and of two words on
the same thing that of the later run stays. So a catalogue that is rebuilt from the store says the same again. What a report says of a
source in a way that nobody understands is left out: it is on the way to a catalogue of everything else.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

MAX_SEEDS = 40  # of one source, feeds before sitemaps: those of an index are many, and are told together
MAX_GAPS = 100  # of one source and run
MAX_FAILED = 4  # last hours without an answer that are remembered

Day = dict[str, Any]
"""`add`: numbers; `first` and `last`: moments of `new` and `article`; `word`: gaps."""
Standing = dict[str, Any]
"""`first` and `last`: moments of `asked`, `answered`, `new`, `article`; `failed`: the last hours (`2024-11-08T18`) in which a seed did not
answer; `seeds`: of each seed the same, with `word`s on its `status`, `type`, and where it `moved`."""

_GOOD = frozenset({"ok", "not_modified", "no-entries", "wrong-kind", "not-utf8", "too-many-entries"})
_REASONED = frozenset({"blocked", "failed", "not_article", "out_of_scope"})
# What most days have in common, the most usual last: a day alone is too short to be compressed against itself.
_USUAL = (
    b'"outcome blocked":"blocked bot_challenge":"failed http_503":"not_article section":"not_article too_short":"out_of_scope deny":'
    b'"outcome out_of_scope":"outcome robots_denied":"outcome waiting":"outcome gone":"outcome missing":"outcome redirected":'
    b'"seed http_503":"first news_sitemap":"first sitemap":"first section":"only news_sitemap":"only sitemap":"only section":'
    b'"latency 86400":"latency 43200":"latency 28800":"latency 14400":"latency 7200":"latency 5400":"latency 3600":'
    b'"latency 2700":"latency 1800":"latency 1200":'
    b'{"add":{"announced":12,"answered":48,"articles":12,"asked":48,"dateless":1,"empty":40,"failed http_404":1,"first feed":12,'
    b'"latency 300":1,"latency 600":2,"latency 900":3,"new_versions":1,"not_article section":1,"only feed":1,"outcome alias":1,'
    b'"outcome article":12,"outcome changed":1,"outcome failed":1,"outcome known":240,"outcome not_article":1,"outcome unchanged":24,'
    b'"runs":48,"short":1},"first":{"article":"2026-01-01T06:00:00.000000Z","new":"2026-01-01T06:00:00.000000Z"},'
    b'"last":{"article":"2026-01-01T18:00:00.000000Z","new":"2026-01-01T18:00:00.000000Z"}}'
)


def enter_report(db: sqlite3.Connection, report: Mapping[str, Any], *, run: str, started_at: str, ended_at: str) -> None:
    """Add a run's report to the day on which it began; inside a transaction of the caller."""
    day, sources = started_at[:10], report.get("sources")
    if not isinstance(sources, Mapping):  # a report of another kind: nothing is known of its sources
        return
    for name, source in sources.items():
        try:
            if not (source["outcomes"] or source["seeds"] or source.get("gaps")):
                continue  # it had no part in this run
            found, standing = day_of(source, run=run, at=ended_at), standing_of(source, run=run, at=ended_at)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        row = db.execute("SELECT sums FROM days WHERE source = ? AND day = ?", (name, day)).fetchone()
        merged = merge(_unpack(row["sums"]), found) if row else found
        db.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?)", (name, day, _pack(merged)))
        row = db.execute("SELECT standing FROM standings WHERE source = ?", (name,)).fetchone()
        merged = merge(json.loads(row["standing"]), standing) if row else standing
        db.execute("INSERT OR REPLACE INTO standings VALUES (?, ?)", (name, _text(merged)))


def read_days(db: sqlite3.Connection, *, since: str, source: str | None = None) -> Iterator[tuple[str, str, Day]]:
    """Source, day (`2024-11-08`, UTC) and sum, from a day on, by source and day."""
    query, values = "SELECT * FROM days WHERE day >= ? ORDER BY source, day", [since]
    if source is not None:
        query, values = "SELECT * FROM days WHERE source = ? AND day >= ? ORDER BY day", [source, since]
    for row in db.execute(query, values):
        yield row["source"], row["day"], _unpack(row["sums"])


def read_standings(db: sqlite3.Connection) -> Iterator[tuple[str, Standing]]:
    """Each source and how it stands, by its name."""
    for row in db.execute("SELECT * FROM standings ORDER BY source"):
        yield row["source"], json.loads(row["standing"])


def day_of(source: Mapping[str, Any], *, run: str, at: str) -> Day:
    """What one run says of one source, as a sum of one."""
    made, versions = int(source.get("articles", 0)), int(source.get("new_versions", 0))
    add = {
        "runs": 1,
        "articles": made,
        "new_versions": versions,
        "dateless": int(source.get("dateless", 0)),
        "short": int(source.get("short", 0)),
        **{f"first {kind}": int(count) for kind, count in source.get("first_found_by", {}).items()},
        **{f"only {kind}": int(count) for kind, count in source.get("only_found_by", {}).items()},
        **{f"latency {edge}": int(count) for edge, count in source.get("latency", {}).get("histogram", {}).items()},
    }
    for outcome, count in source.get("outcomes", {}).items():
        group, _, reason = outcome.partition(":")
        add[f"outcome {group}"] = add.get(f"outcome {group}", 0) + int(count)
        if reason and group in _REASONED:
            add[f"{group} {reason}"] = int(count)
    for seed in source.get("seeds", ()):
        good, new = seed["status"] in _GOOD, int(seed.get("new") or 0)
        names = ["asked", *(["answered"] if good else [f"seed {seed['status']}"]), *(["empty"] if good and not new else [])]
        for key, count in (*((name, 1) for name in names), ("announced", new)):
            add[key] = add.get(key, 0) + count
    moments = {key: at for key, given in (("article", made > versions), ("new", add.get("announced"))) if given}
    words = {
        f"gap {gap['until']} {gap['url']}": [run, *(gap[key] for key in ("state", "since", "until", "found", "note", "url"))]
        for gap in source.get("gaps", ())[:MAX_GAPS]
    }
    return _whole({"add": add, "first": moments, "last": moments, "word": words})


def standing_of(source: Mapping[str, Any], *, run: str, at: str) -> Standing:
    """How the source stands after one run, as far as that run says."""
    standing: Standing = {"seeds": {}}
    for seed in source.get("seeds", ()):
        status, new = str(seed["status"]), int(seed.get("new") or 0)
        good = status in _GOOD
        one = {
            "first": {"asked": at},
            "last": {"asked": at, **({"answered": at} if good else {}), **({"new": at} if new else {})},
            "failed": [] if good else [at[:13]],
        }
        standing = merge(standing, one)
        word: dict[str, list[Any]] = {"status": [run, status], "type": [run, str(seed["type"])]}
        if seed.get("redirected_to") or good:
            word["moved"] = [run, seed.get("redirected_to")]
        standing = merge(standing, {"seeds": {str(seed["url"]): _whole({**one, "word": word})}})
    if int(source.get("articles", 0)) > int(source.get("new_versions", 0)):
        standing = merge(standing, {"last": {"article": at}})
    return _whole(standing)


def merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of both; whichever comes first."""
    merged: dict[str, Any] = {}
    for part in ("add", "failed", "first", "last", "seeds", "word"):
        left, right = one.get(part), other.get(part)
        if not left or not right:
            merged[part] = left or right or {}
        elif part == "failed":
            merged[part] = sorted({*left, *right})[-MAX_FAILED:]
        else:
            found = dict(left)
            for key, value in right.items():
                found[key] = _either(part, found[key], value) if key in found else value
            merged[part] = found
        if part == "seeds" and len(merged[part]) > MAX_SEEDS:
            merged[part] = dict(sorted(merged[part].items(), key=_importance)[:MAX_SEEDS])
    return _whole(merged)


def _either(part: str, left: Any, right: Any) -> Any:
    if part == "add":
        return left + right
    if part == "first":
        return min(left, right)
    if part == "seeds":
        return merge(left, right)
    return max(left, right, key=lambda value: value[0] if isinstance(value, list) else value)  # the later moment, or run


def _importance(seed: tuple[str, Mapping[str, Any]]) -> tuple[bool, str]:
    return seed[1]["word"]["type"][1] == "sitemap", seed[0]


def _whole(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty or naught."""
    found = {name: {key: value for key, value in part.items() if value} if name == "add" else part for name, part in parts.items()}
    return {name: part for name, part in found.items() if part}


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _pack(day: Day) -> bytes:
    packer = zlib.compressobj(zdict=_USUAL)
    return packer.compress(_text(day).encode()) + packer.flush()


def _unpack(data: bytes) -> Day:
    found: Day = json.loads(zlib.decompressobj(zdict=_USUAL).decompress(data))
    return found
