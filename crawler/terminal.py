"""What does the person at the terminal see of a run? Progress while it runs, a table at its end; one line under cron.

Progress goes to stderr, so that stdout holds data alone. Names of sources are ours; nothing from the web is printed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from archive.neutral import one_line
from crawler.due import Due
from crawler.run import RunResult
from crawler.session import RunSession

ROWS = 12  # sources shown at once: the ones that did something last


class Progress:
    """A live table on a terminal, nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._began = time.monotonic()
        self._last: dict[str, tuple[int, int, int, int]] = {}
        self._active: dict[str, float] = {}

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """One line above the table, on a terminal only."""
        if self._live is not None:
            self._console.print(Text(text, style="dim"))

    def watch(self, session: RunSession) -> None:
        """Called a few times a second."""
        if self._live is not None:
            self._live.update(self._picture(session))

    def _picture(self, session: RunSession) -> Group:
        now = time.monotonic()
        for name, count in session.counts.items():
            values = (count.announced, count.fetched, count.articles, count.failed)
            if self._last.get(name) != values:
                self._last[name] = values
                self._active[name] = now
        names = sorted(session.counts, key=lambda name: -self._active.get(name, 0.0))
        table = Table(box=None, pad_edge=False)
        table.add_column("source")
        for column in ("new", "fetched", "articles", "failed"):
            table.add_column(column, justify="right")
        for name in sorted(names[:ROWS]):
            count = session.counts[name]
            table.add_row(name, *(f"{value:,}" for value in (count.announced, count.fetched, count.articles, count.failed)))
        if len(names) > ROWS:
            rest = [session.counts[name] for name in names[ROWS:]]
            totals = (
                sum(c.announced for c in rest),
                sum(c.fetched for c in rest),
                sum(c.articles for c in rest),
                sum(c.failed for c in rest),
            )
            table.add_row(f"{len(rest)} others", *(f"{value:,}" for value in totals), style="dim")
        return Group(table, Text(self._status(session, now), style="dim"))

    def _status(self, session: RunSession, now: float) -> str:
        seconds = max(0.001, now - self._began)
        text = f"{session.responses:,} answers, {session.wire_bytes / 1e6:,.1f} MB, {session.responses / seconds:,.1f} a second"
        if session.stopping:
            return f"{text}; stopping ({session.stopping})"
        if session.extracting:
            text += f"; {session.extracting} pages at the extractor"
        waiting = session.waiting_for()
        if session.lines.active:
            text += f"; {session.lines.active} requests under way"
        elif waiting is not None and waiting[1] > 0:
            text += f"; next: {waiting[0][:60]} in {waiting[1]:.0f} s"
        return text


def closing_table(report: dict[str, Any]) -> Table:
    """What became of each source."""
    table = Table(title=f"run {report['run']}", title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    table.add_column("source", no_wrap=True, overflow="ellipsis")
    for column in ("seeds", "URLs", "new", "edited", "same", "known", "other", "failed", "waiting", "files"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True, overflow="ellipsis")
    for name, source in report["sources"].items():
        groups = _groups(source["outcomes"])
        bad = [seed for seed in source["seeds"] if seed["status"] not in ("ok", "not_modified")]
        seeds = f"{len(source['seeds']) - len(bad)}/{len(source['seeds'])}"
        state = source["status"] if not bad else f"{source['status']}: {bad[0]['status']}"
        style = {"ok": "", "partial": "yellow"}.get(source["status"], "red")
        shown = ("article", "changed", "unchanged", "known", "failed", "waiting")
        groups["failed"] = groups.get("failed", 0) + groups.get("blocked", 0)
        counts = {column: groups.get(column, 0) for column in shown}
        other = source["candidates"] - sum(counts.values())
        values = (*(counts[column] for column in shown[:4]), other, *(counts[column] for column in shown[4:]))
        files = sum(count for outcome, count in source.get("requisites", {}).items() if outcome in ("captured", "unchanged"))
        row = [seeds, f"{source['candidates']:,}", *(f"{value:,}" for value in (*values, files))]
        table.add_row(name, *row, state, style=style)
    return table


def _groups(outcomes: dict[str, int]) -> dict[str, int]:
    groups: dict[str, int] = {}
    for outcome, count in outcomes.items():
        group = outcome.split(":", 1)[0]
        groups[group] = groups.get(group, 0) + count
    return groups


def summary_line(result: RunResult) -> str:
    """The one line that cron may mail."""
    if result.idle is not None:
        return f"warchive: nothing is due{_next_due(result.idle)}"
    if result.report is None:
        return f"warchive: run {result.run}: not finished; the next start finishes it"
    totals = result.report["totals"]
    parts = [f"{totals['articles']:,} articles"]
    if totals["new_versions"]:
        parts[0] += f" ({totals['new_versions']:,} new versions)"
    for group in (
        "captured",
        "changed",
        "unchanged",
        "back",
        "moved",
        "missing",
        "gone",
        "blocked",
        "alias",
        "known",
        "not_article",
        "robots_denied",
        "out_of_scope",
        "redirected",
        "elsewhere",
        "failed",
        "waiting",
    ):
        if count := totals["outcomes"].get(group):
            parts.append(f"{count:,} {group.replace('_', ' ')}")
    if totals["seeds_failed"]:
        parts.append(f"{totals['seeds_failed']} of {totals['seeds']} seeds failed ({_failing(result.report)})")
    if needed := _needed(totals.get("requisites", {})):
        parts.append(needed)
    captures = result.report["captures"]
    where = "published" if result.published else "in the spool"
    return f"warchive: run {result.run}: {', '.join(parts)}; {captures['total']:,} captures {where}, {result.seconds:.1f} s"


def _needed(groups: dict[str, int]) -> str:
    """What became of the files that pages need, in a few words; empty where there were none."""
    kept = groups.get("captured", 0) + groups.get("unchanged", 0)
    if not sum(groups.values()):
        return ""
    rest = [f"{groups[group]:,} {group.replace('_', ' ')}" for group in ("failed", "waiting", "over_limit", "dropped") if groups.get(group)]
    return f"{kept:,} requisites" + (f" ({', '.join(rest)})" if rest else "")


def _failing(report: dict[str, Any]) -> str:
    """The first of the sources whose seeds failed."""
    names = [name for name, source in report["sources"].items() if source["status"] != "ok"]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _next_due(idle: Due) -> str:
    if idle.next_at is None:
        return ""
    return f"; next: {idle.source} at {datetime.fromtimestamp(idle.next_at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def discoveries(report: dict[str, Any]) -> list[str]:
    """Which kind of seed found the new articles of each source, what may have been missed, what became of the files that pages need, and
    what is left of a backfill.
    """
    lines: list[str] = []
    for name, source in report["sources"].items():
        first, alone = source.get("first_found_by", {}), source.get("only_found_by", {})
        if first:
            found = ", ".join(f"{kind} {count:,}" + (f" ({alone[kind]:,} alone)" if kind in alone else "") for kind, count in first.items())
            lines.append(f"{name}: new articles found first by {found}")
        if needed := source.get("requisites"):
            lines.append(f"{name}: requisites: " + ", ".join(f"{count:,} {outcome}" for outcome, count in needed.items()))
        lines += [one_line(f"{name}: gap in {gap['url']}: {gap['note']}") for gap in source.get("gaps", ())]
        if walk := source.get("backfill"):
            lines.append(f"{name}: backfill: {walk['read']:,} sitemaps read, {walk['waiting']:,} to go, {walk['taken']:,} pages entered")
    return lines


def failures(report: dict[str, Any]) -> list[str]:
    """What went wrong, one line each, for a person."""
    lines: list[str] = []
    for name, source in report["sources"].items():
        for seed in source["seeds"]:
            if seed["status"] not in ("ok", "not_modified"):
                lines.append(
                    one_line(f"{name}: {seed['type']} {seed['url']}: {seed['status']}" + (f" ({seed['detail']})" if seed["detail"] else ""))
                )
        for outcome, count in source["outcomes"].items():
            if outcome.split(":", 1)[0] in ("failed", "not_article", "blocked", "missing", "gone", "waiting"):
                lines.append(f"{name}: {count:,} {outcome}")
    return lines + [one_line(text) for text in report.get("damage", ())]
