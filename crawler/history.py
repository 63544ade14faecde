"""What do the days of one source add up to?

A view over the sums of `archive/source_days.py`: totals of a span, moments, and windows that hold enough to judge by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from archive.source_days import Day, merge
from crawler.harvest import EDGES, quantile

ASKED = ("article", "changed", "unchanged", "back", "moved", "alias", "not_article", "blocked", "failed", "missing", "gone", "captured")
"""Groups of outcomes of pages that were asked for."""
TEXTLESS = ("too_short", "empty", "extraction_failed")


@dataclass(frozen=True, slots=True)
class History:
    """The days of one source, by date, oldest first."""

    days: Mapping[date, Day]

    def __bool__(self) -> bool:
        return bool(self.days)

    @property
    def first_day(self) -> date:
        """Raises ValueError where there is none."""
        return min(self.days)

    def span(self, since: date, until: date) -> History:
        """From a day up to, not with, another."""
        return History({day: found for day, found in self.days.items() if since <= day < until})

    def total(self, key: str) -> int:
        """Of a number in `add`."""
        return sum(int(day.get("add", {}).get(key, 0)) for day in self.days.values())

    def by_reason(self, group: str) -> dict[str, int]:
        """Of `blocked`, `failed`, `not_article`, `out_of_scope`, or `seed`: reason → number, most first."""
        found: dict[str, int] = {}
        for day in self.days.values():
            for key, count in day.get("add", {}).items():
                if key.startswith(f"{group} "):
                    reason = key[len(group) + 1 :]
                    found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def asked(self) -> int:
        """Pages that were asked for."""
        return sum(self.total(f"outcome {group}") for group in ASKED)

    def first_versions(self) -> int:
        """Articles that were new."""
        return self.total("articles") - self.total("new_versions")

    def textless(self) -> int:
        """Pages of which no text could be made."""
        return sum(self.total(f"not_article {verdict}") for verdict in TEXTLESS)

    def last(self, key: str) -> datetime | None:
        """Latest moment of that name: `article`, `new`, `answered`, `unanswered`."""
        moments = [day["last"][key] for day in self.days.values() if key in day.get("last", {})]
        return datetime.fromisoformat(max(moments)) if moments else None

    def longest_silence(self) -> timedelta:
        """Between two days on which something new was announced, as far as their first and last moments say."""
        longest, before = timedelta(0), None
        for day in self.days.values():
            if "new" in day.get("last", {}):
                if before is not None:
                    longest = max(longest, datetime.fromisoformat(day["first"]["new"]) - before)
                before = datetime.fromisoformat(day["last"]["new"])
        return longest

    def latency(self, share: float) -> float | None:
        """Seconds from publication to capture below which that share of the new articles lies."""
        return quantile({edge: self.total(f"latency {edge}") for edge in EDGES}, share)

    def timed(self) -> int:
        """New articles whose latency is known."""
        return sum(self.total(f"latency {edge}") for edge in EDGES)

    def seeds(self) -> dict[str, Day]:
        """Seed → its sums over these days."""
        found: dict[str, Day] = {}
        for day in self.days.values():
            for url, seed in day.get("seeds", {}).items():
                found[url] = merge(found[url], seed) if url in found else seed
        return found

    def gaps(self) -> list[dict[str, Any]]:
        """The last word on each gap, oldest first."""
        words: dict[str, list[Any]] = {}
        for day in self.days.values():
            for key, word in day.get("word", {}).items():
                if key.startswith("gap ") and (key not in words or word[0] > words[key][0]):
                    words[key] = word
        names = ("state", "since", "until", "found", "note", "url")
        return sorted((dict(zip(names, word[1:], strict=True)) for word in words.values()), key=lambda gap: str(gap["until"]))

    def backwards(self) -> Iterator[date]:
        """Days, latest first."""
        return iter(sorted(self.days, reverse=True))


def day_of(moment: datetime) -> date:
    """In UTC."""
    return moment.astimezone(UTC).date()
