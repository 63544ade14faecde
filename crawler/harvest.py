"""What articles did a run make of each source: how many, how complete, and how soon after their publication?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.ledger import Ledger

SHORT = 500  # characters: below that an article is called short; whole articles seldom are
EDGES = (60, 120, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 14400, 28800, 43200, 86400, 172800, 604800)
"""Upper edges of the classes of latency, in seconds. What was published longer before it was captured is not counted: it was found late,
not fetched slowly."""


@dataclass(slots=True)
class Latency:
    """From publication to capture, of many articles."""

    histogram: dict[int, int] = field(default_factory=dict)

    def add(self, seconds: float) -> None:
        """One article; what says that it is from the future is not counted."""
        edge = next((edge for edge in EDGES if seconds <= edge), None)
        if seconds >= 0 and edge is not None:
            self.histogram[edge] = self.histogram.get(edge, 0) + 1

    @property
    def count(self) -> int:
        """Articles that state a time of publication with its zone."""
        return sum(self.histogram.values())

    def quantile(self, share: float) -> float | None:
        """Seconds below which that share lies, interpolated within its class; null where nothing was counted."""
        return quantile(self.histogram, share)

    def as_dict(self) -> dict[str, Any]:
        """For the report."""
        return {
            "count": self.count,
            "median": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "histogram": {str(edge): self.histogram[edge] for edge in sorted(self.histogram)},
        }


def quantile(histogram: Mapping[int, int], share: float) -> float | None:
    """Of counts by upper edge."""
    total, below, floor = sum(histogram.values()), 0, 0
    if not total:
        return None
    for edge in EDGES:
        count = histogram.get(edge, 0)
        if count and below + count >= share * total:
            return round(floor + (edge - floor) * (share * total - below) / count, 1)
        below, floor = below + count, edge
    return float(EDGES[-1])


@dataclass(slots=True)
class Made:
    """Of one source in one run."""

    articles: int = 0
    """Versions, first and later."""
    new_versions: int = 0
    dateless: int = 0
    """First versions without a date of publication."""
    short: int = 0
    """First versions with less text than `SHORT`."""
    latency: Latency = field(default_factory=Latency)


def articles_of(ledger: Ledger, run: str) -> dict[str, Made]:
    """Source → what was made in the run."""
    table: dict[str, Made] = {}
    query = (
        "SELECT captures.source AS source, captures.fetched_at AS captured_at, articles.version AS version,"
        " json_extract(articles.json, '$.date_published') AS published, length(json_extract(articles.json, '$.text')) AS size"
        " FROM articles JOIN captures ON captures.id = articles.capture WHERE articles.run = ?"
    )
    for row in ledger.db.execute(query, (run,)):
        made = table.setdefault(row["source"], Made())
        made.articles += 1
        if row["version"] > 1:
            made.new_versions += 1
            continue
        made.dateless += row["published"] is None
        made.short += row["size"] < SHORT
        published = _moment(row["published"])
        if published is not None:
            made.latency.add((datetime.fromisoformat(row["captured_at"]) - published).total_seconds())
    return table


def _moment(text: str | None) -> datetime | None:
    """Null for a day alone, and for a time without its zone: neither says how long ago it was."""
    if text is None or "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
