"""What did it change to make the texts again?

Counted as the captures come, in their order: no clock and no rate is in the report, so that the same work gives the same report.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import Any

from archive.neutral import one_line
from crawler.extraction_choice import Choice
from crawler.extraction_versions import Settled
from crawler.extraction_work import Chosen, Result
from pipelines.options import NAME, ExtractOptions, extractor_version

FORMAT = "warchive.extraction/1"
MOST = 100  # texts that the report names, of those that changed most; of what went, came and failed as many
_BANDS = ((0.99, "0.99-1"), (0.95, "0.95-0.99"), (0.8, "0.8-0.95"), (0.5, "0.5-0.8"), (-1.0, "0-0.5"))


class Tally:
    """Counters, and the texts that changed most."""

    def __init__(self) -> None:
        self.changes: Counter[str] = Counter()
        self.written = 0
        self._by: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._bands: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._most: list[tuple[float, int, dict[str, Any]]] = []
        self._named: dict[str, list[dict[str, Any]]] = {"gone": [], "new": [], "failed": [], "damaged": []}
        self.unlike = 0
        """Texts that the very same version makes otherwise: a fault of ours, or other words of the configuration than then."""

    def add(self, one: Chosen, made: Result, settled: Settled) -> dict[str, Any] | None:
        """One capture; returns its line for the list of changes, null where there is nothing to tell."""
        facts, change = made.facts, settled.change
        self.changes[change] += 1
        self.written += settled.member is not None
        if facts.get("by"):
            self._by[str(facts["by"])] += 1
        if change in ("identical", "same", "none", "known"):
            return None
        row: dict[str, Any] = {
            "id": facts.get("id"),
            "article_id": facts.get("article_id"),
            "record_id": one.ref.record_id,
            "run": one.ref.run,
            "url": one.ref.url,
            "source": one.ref.source,
            "title": facts.get("title"),
            "change": change,
            "verdict_before": facts.get("was") or one.verdict,
            "verdict": facts.get("verdict"),
        }
        if change in ("text", "metadata"):
            row |= {"similarity": facts["similarity"], "fields": facts["fields"], "values": facts.get("shown", {})}
            self._fields.update(facts["fields"])
            self.unlike += bool(facts.get("final"))
        if row["verdict_before"] != row["verdict"] and change not in ("failed", "damaged"):
            self._verdicts[f"{row['verdict_before'] or 'none'} > {row['verdict']}"] += 1
        if change == "text":
            self._bands[next(name for bound, name in _BANDS if facts["similarity"] >= bound)] += 1
            heapq.heappush(self._most, (-facts["similarity"], -one.seq, row))
            if len(self._most) > MOST:
                heapq.heappop(self._most)
        if change in self._named:
            row["reasons"] = facts.get("reasons", [])
            if change == "failed":
                self._reasons.update(reason.split(":", 1)[0] for reason in row["reasons"][:1])
            if len(self._named[change]) < MOST:
                self._named[change].append(row)
        return row

    def report(self, *, collection: str, extraction: str, choice: Choice) -> dict[str, Any]:
        """As it is stored."""
        count = self.changes
        return {
            "format": FORMAT,
            "collection": collection,
            "extraction": extraction,
            "extractor": extractor(),
            "made_before_by": dict(sorted(self._by.items())),
            "selection": choice.as_json(),
            "captures": {
                "looked_at": count.total(),
                "articles": sum(count[name] for name in ("identical", "same", "metadata", "text", "new")),
                "unchanged_then": count["known"],
                "no_article": count["none"] + count["gone"],
                "failed": count["failed"],
                "damaged": count["damaged"],
            },
            "texts": {
                "equal": count["identical"] + count["same"] + count["metadata"],
                "changed": count["text"],
                "new": count["new"],
                "gone": count["gone"],
            },
            "records": {"identical": count["identical"], "written": self.written},
            "unlike_by_the_same_version": self.unlike,
            "fields": dict(sorted(self._fields.items())),
            "verdicts": dict(sorted(self._verdicts.items())),
            "similarity": {name: self._bands[name] for _, name in _BANDS if self._bands[name]},
            "failures": dict(sorted(self._reasons.items())),
            "most_changed": [row for _, _, row in sorted(self._most, key=lambda found: (-found[0], -found[1]))],
            **self._named,
        }


def extractor() -> dict[str, str]:
    """What makes texts now."""
    return {"name": NAME, "version": extractor_version(), "options_sha256": ExtractOptions().sha256()}


def summary_line(report: dict[str, Any], *, stored: str, seconds: float | None = None, done: int = 0) -> str:
    """The one line that cron may mail. `done` are the captures that took these seconds."""
    texts, captures = report["texts"], report["captures"]
    parts = [f"{texts['equal']:,} texts equal", f"{texts['changed']:,} changed"]
    parts += [f"{texts[name]:,} {name}" for name in ("new", "gone") if texts[name]]
    parts += [f"{captures[name]:,} {name}" for name in ("failed", "damaged") if captures[name]]
    pace = ""
    if seconds is not None:
        pace = f", {seconds:.1f} s" + (f" ({done / seconds:,.0f} captures a second)" if done and seconds > 0 else "")
    return f"warchive: {captures['looked_at']:,} captures: {', '.join(parts)}; {stored}{pace}"


def lines_of(report: dict[str, Any], *, most: int = 10) -> list[str]:
    """The rest of it for a person at a terminal."""
    lines: list[str] = []
    before = ", ".join(f"{name} ({count:,})" for name, count in report["made_before_by"].items()) or "nothing"
    lines.append(f"made before by {before}; now by {report['extractor']['version']}")
    for title, counts in (("fields that differ", report["fields"]), ("verdicts", report["verdicts"]), ("similarity", report["similarity"])):
        if counts:
            lines.append(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    if report["unlike_by_the_same_version"]:
        lines.append(f"{report['unlike_by_the_same_version']:,} were made by this very version and differ all the same: please report it")
    for row in report["most_changed"][:most]:
        lines.append(one_line(f"  {row['similarity']:.2f}  {row['url']}  {row['title'] or ''}")[:160])
    for name in ("gone", "failed", "damaged"):
        for row in report[name][:most]:
            lines.append(one_line(f"  {name}  {row['url']}  {'; '.join(row['reasons'])}")[:200])
    return lines
