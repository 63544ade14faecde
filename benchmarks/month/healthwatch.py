"""When does `warchive health` name each trouble, and does it call anybody sick who is not? Asked as its keeper would ask it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from archive.catalogue import Catalogue
from archive.source_days import Day
from benchmarks.month.habits import DAY, HOUR
from benchmarks.month.troubles import NAMED, Trouble
from benchmarks.month.world import World
from crawler.health import LOOK_BACK, health
from crawler.workplace import state_folder

if TYPE_CHECKING:
    from benchmarks.month.month import Month

IN_TIME = 26 * HOUR
"""A day, and the hours that a run, and a look at the hour, may take."""
EVERY = 12
"""Hours between two looks at all sources."""


@dataclass(slots=True)
class HealthWatch:
    """Looks every hour while something began that is not named yet, else twice a day."""

    world: World
    named: dict[Trouble, tuple[float, str, str]] = field(default_factory=dict)
    """World's time, verdict and reason at the first look that named it."""
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Source, verdict) → when and why it was called sick first, though nothing was the matter."""
    looks: int = 0
    _hours: int = 0

    def look(self, month: Month) -> None:
        """Once an hour."""
        self._hours += 1
        now = month.true()
        waiting = [one for one in self.world.troubles if one.kind in NAMED and one not in self.named and 0 <= now - one.begin <= 2 * DAY]
        if not waiting and self._hours % EVERY:
            return
        self.looks += 1
        days: dict[str, dict[date, Day]] = {}
        clock = datetime.fromtimestamp(month.wall(), UTC)
        catalogue = Catalogue(state_folder(month.config) / "catalogue.sqlite")
        try:
            for source, day, found in catalogue.days(since=str((clock - timedelta(days=LOOK_BACK)).date())):
                days.setdefault(source, {})[date.fromisoformat(day)] = found
            standings = dict(catalogue.standings())
        finally:
            catalogue.close()
        names = [self.world.sites[one.site].name for one in waiting] if self._hours % EVERY else [source.name for source in month.sources]
        for state in health(days, standings, now=clock, sources=names):
            self._note(int(state.source.rpartition("-")[2]), state.as_dict(), now)

    def _note(self, site: int, state: dict[str, Any], now: float) -> None:
        troubles = [one for one in self.world.by_site.get(site, ()) if one.kind in NAMED]
        for one in troubles:
            if one.begin <= now and one not in self.named:
                reason = next((found["reason"] for found in state["findings"] if found["verdict"] == NAMED[one.kind]), None)
                if reason is not None:
                    self.named[one] = now, NAMED[one.kind], reason
        # What is over is forgotten a day later.
        if state["level"] == "sick" and not any(one.kind != "feed_moved" and one.begin <= now < one.end + DAY for one in troubles):
            day = (now - self.world.start) / DAY
            self.wrong.setdefault((state["source"], state["verdict"]), f"day {day:.2f}: {state['reason']}")

    def found(self, month: Month) -> dict[str, Any]:
        """JSON-able."""
        rows: list[dict[str, Any]] = []
        for one in self.world.troubles:
            if one.kind not in NAMED or one.begin + IN_TIME > self.world.end:
                continue
            at, verdict, reason = self.named.get(one, (None, None, None))
            known = month.gate.told_closed.get(one.site, one.begin) if one.kind == "robots_closed" else one.begin
            if known + IN_TIME > self.world.end:
                continue
            rows.append(
                {
                    "kind": one.kind,
                    "source": self.world.sites[one.site].name,
                    "began": (one.begin - self.world.start) / DAY,
                    "after": None if at is None else at - known,
                    "verdict": verdict,
                    "reason": reason,
                }
            )
        in_time = sum(1 for row in rows if row["after"] is not None and row["after"] <= IN_TIME)
        return {
            "troubles": len(rows),
            "named_within_a_day": in_time,
            "not_named": len(rows) - in_time,
            "wrongly_sick": len(self.wrong),
            "wrong_verdicts": dict(Counter(verdict for _source, verdict in self.wrong)),
            "wrong_examples": [f"{source} {verdict} {why}" for (source, verdict), why in self.wrong.items()][:20],
            "looks": self.looks,
            "rows": rows,
        }
