"""Is a source well, and if not, what is wrong, since when, and does it need a person?

Pure: from the catalogue's sums of days to a verdict. The examinations are in crawler/examinations.py; the gravest finding is the verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from archive.durations import show_duration
from archive.source_days import Day, Standing
from crawler.examinations import EXAMINATIONS, LOOK_BACK, Finding, Level, lasting
from crawler.history import DAY, History, day_of

__all__ = ["LOOK_BACK", "VERDICTS", "Finding", "SourceHealth", "health"]

_RANK: dict[Level, int] = {"sick": 0, "note": 1, "ok": 2}

VERDICTS: Mapping[str, str] = {
    "ok": "works as it always did",
    "new": "was not asked yet, or too little is known of it",
    "paused": "is not enabled",
    "moved": "a seed answers from another address for good",
    "slow": "articles are captured much later than they used to be",
    "incomplete": "a feed dropped entries between two visits, and nobody could say what they were",
    "seed_failing": "one of several seeds does not answer any more",
    "failing": "no seed answers, or most pages fail",
    "blocked": "most answers are blocks in the place of pages",
    "robots_closed": "robots.txt no longer allows what it allowed",
    "layout_changed": "texts or dates are missing that used to be there: the pages are built in another way",
    "quiet": "answers, but has announced nothing new for much longer than it ever did",
    "out_of_scope": "almost everything that it announces is refused by the rules of its source file",
    "no_articles": "announces pages, of which none became an article",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How one source is."""

    source: str
    verdict: str
    level: Level
    reason: str
    since: str | None
    findings: tuple[Finding, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "source": self.source,
            "verdict": self.verdict,
            "level": self.level,
            "reason": self.reason,
            "since": self.since,
            "findings": [{"verdict": one.verdict, "level": one.level, "reason": one.reason, "since": one.since} for one in self.findings],
            **self.figures,
        }


def health(
    days: Mapping[str, Mapping[date, Day]],
    standings: Mapping[str, Standing],
    *,
    now: datetime,
    sources: Sequence[str],
    paused: Collection[str] = (),
) -> list[SourceHealth]:
    """Each source's state at `now`, the gravest first; `paused` are those that nobody asks. `days` and `standings` are the catalogue's."""
    found = []
    for name in sources:
        if name in paused:
            found.append(SourceHealth(source=name, verdict="paused", level="note", reason="it is not enabled", since=None))
        else:
            found.append(examine(name, History.of(days.get(name, {}), standings.get(name, {})), now))
    return gravest_first(found)


def gravest_first(states: list[SourceHealth]) -> list[SourceHealth]:
    """In the order in which a person should read them."""
    return sorted(states, key=lambda one: (_RANK[one.level], one.source))


def examine(name: str, history: History, now: datetime) -> SourceHealth:
    """One source."""
    if history.first_asked() is None:
        return SourceHealth(source=name, verdict="new", level="note", reason="no published run has asked it yet", since=None)
    findings = [finding for look in EXAMINATIONS if (finding := look(history, now)) is not None]
    findings.sort(key=lambda one: _RANK[one.level])
    figures = figures_of(history, now)
    if not findings:
        return SourceHealth(source=name, verdict="ok", level="ok", reason=_well(figures), since=None, figures=figures)
    worst = findings[0]
    return SourceHealth(
        source=name,
        verdict=worst.verdict,
        level=worst.level,
        reason=worst.reason,
        since=worst.since,
        findings=tuple(findings),
        figures=figures,
    )


def figures_of(history: History, now: datetime) -> dict[str, Any]:
    """The numbers behind a verdict; times in seconds."""
    today = day_of(now)
    week, month = (history.span(today - (size - 1) * DAY, today + DAY) for size in (7, 30))
    new = month.first_versions()
    gaps = month.gaps()
    last_article, last_new = history.last("article"), history.last("new")
    return {
        "last_article": last_article.isoformat() if last_article else None,
        "last_new": last_new.isoformat() if last_new else None,
        "days_without_new": _days_without_new(history),
        "empty_visits_in_a_row": _visits_without_new(history),
        "usual_new_per_day": _usual(history),
        "longest_silence": history.longest_silence().total_seconds() or None,
        "announced_7d": week.total("announced"),
        "captured_7d": week.asked(),
        "articles_7d": week.first_versions(),
        "new_versions_7d": week.total("new_versions"),
        "announced_30d": month.total("announced"),
        "captured_30d": month.asked(),
        "articles_30d": new,
        "seed_visits_7d": week.total("asked"),
        "empty_visits_7d": week.total("empty"),
        "failed_visits_7d": week.total("asked") - week.total("answered"),
        "gaps_30d": len(gaps),
        "gaps_unknown_30d": sum(1 for gap in gaps if lasting(gap, now)),
        "blocked_7d": week.total("outcome blocked"),
        "gone_30d": month.total("outcome gone"),
        "dateless_share_30d": round(month.total("dateless") / new, 3) if new else None,
        "short_share_30d": round(month.total("short") / new, 3) if new else None,
        "textless_share_30d": round(month.textless() / (new + month.textless()), 3) if new + month.textless() else None,
        "latency_median_7d": week.latency(0.5),
        "latency_p95_7d": week.latency(0.95),
        "first_found_by_30d": {kind: count for kind, count in month.by_reason("first").items() if " " not in kind},
        "only_found_by_30d": {kind: count for kind, count in month.by_reason("only").items() if " " not in kind},
    }


def _days_without_new(history: History) -> int:
    """Days in a row, up to the last one known, on which its seeds were asked and announced nothing new."""
    streak = 0
    for day in history.backwards():
        part = history.apart(day)
        if part.total("announced"):
            break
        streak += bool(part.total("asked"))
    return streak


def _visits_without_new(history: History) -> int:
    """Answers of seeds on those days, none of which had anything new."""
    visits = 0
    for day in history.backwards():
        part = history.apart(day)
        if part.total("announced"):
            break
        visits += part.total("empty")
    return visits


def _usual(history: History) -> float | None:
    """New entries a day; those of the first day are a past of unknown length, and are not counted."""
    first, last = history.first_asked(), max(history.days, default=None)
    if first is None or last is None:
        return None
    rest = history.span(day_of(first) + DAY, last + DAY)
    return round(rest.total("announced") / ((last - min(rest.days)).days + 1), 2) if rest.days else None


def _well(figures: Mapping[str, Any]) -> str:
    text = f"{figures['articles_7d']} articles in a week"
    if figures["latency_median_7d"] is not None:
        text += f", half of them within {show_duration(figures['latency_median_7d'])} of publication"
    return text
