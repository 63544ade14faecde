"""Which sources fail now, by what this machine remembers and no published run tells?

A run that captured nothing is not published (docs/decisions/0103), so that a network that is down for days leaves no trace in the archive.
The ledger knows: it is read beside a run that works, and never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.durations import show_duration
from crawler.examinations import SILENT, Finding
from crawler.health import SourceHealth, gravest_first
from crawler.seedview import remembered
from crawler.sources import Source


def failing(known: Mapping[str, Mapping[str, Any]], seeds: Iterable[str], now: datetime) -> Finding | None:
    """Where every seed of the source that was ever asked has failed for a day, up to its last visit."""
    states = [known[seed] for seed in seeds if seed in known]
    began = [state.get("failing_since") for state in states]
    if not states or any(moment is None for moment in began):
        return None
    since = datetime.fromtimestamp(max(float(moment) for moment in began if moment is not None), UTC)
    if now - since < SILENT:
        return None
    statuses = ", ".join(sorted({str(state["status"]) for state in states}))
    reason = f"no seed has answered for {show_duration((now - since).total_seconds())}: {statuses}"
    return Finding(verdict="failing", level="sick", reason=reason, since=since.isoformat())


def with_unpublished(states: list[SourceHealth], sources: Iterable[Source], ledger: Path, now: datetime) -> list[SourceHealth]:
    """What the published runs say, and what the ledger adds; the gravest first."""
    by_name = {source.name: source for source in sources}
    found = []
    for state in states:
        source = by_name[state.source]
        finding = failing(remembered(ledger, source.name), [seed.url for seed in source.seeds], now)
        if finding is not None and state.level != "sick" and source.enabled:
            state = replace(
                state,
                verdict=finding.verdict,
                level=finding.level,
                reason=finding.reason,
                since=finding.since,
                findings=(finding, *state.findings),
            )
        found.append(state)
    return gravest_first(found)
