"""What came of the month, held against what the world knows to be true?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks.month.changes import Kept, dates, deletions, edits, read_archive, versions
from benchmarks.month.habits import DAY, HOUR, Site, Story
from benchmarks.month.month import Month

LAST = 6 * HOUR
"""What is published in the last hours of the month is not counted as missed: its seeds were not due again."""
STAYS = 2 * HOUR
"""Nor is what was deleted within this time, if it was not had."""


def quantile(values: list[float], share: float) -> float | None:
    """Of sorted values."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def measure(month: Month, *, until: float | None = None) -> dict[str, Any]:
    """All figures, JSON-able, up to the end of the month or to an earlier time of the world."""
    until = month.world.end if until is None else until
    kept = read_archive(month)
    captured = _captured(month, kept, until)
    return {
        "captured": captured,
        "requests": _requests(month, captured["articles"]),
        "edits": edits(month, kept, until),
        "versions": versions(month, kept),
        "deletions": deletions(month, until),
        "dates": dates(month, kept),
        "politeness": {
            "least_gap": month.gate.closest,
            "answers": dict(sorted(month.gate.answers.items())),
            "broken": {rule: {"times": len(cases), "examples": cases[:5]} for rule, cases in month.gate.broken.items()},
            "busiest_host": max((log.requests for log in month.gate.hosts.values()), default=0),
        },
        "runs": {
            "runs": month.tallies.runs,
            "idle_ticks": month.tallies.idle,
            "busy_ticks": month.tallies.busy,
            "longest_run": month.tallies.longest_run,
            "exit_codes": {str(code): count for code, count in sorted(month.tallies.exit_codes.items())},
            "problems": Counter(month.tallies.problems).most_common(5),
            "outcomes": dict(sorted(month.tallies.outcomes.items())),
            "gaps": dict(Counter(month.tallies.gaps.values())),
        },
    }


def _captured(month: Month, kept: Mapping[tuple[int, int], Kept], until: float) -> dict[str, Any]:
    world = month.world
    wanted = had = late = shut = shut_had = 0
    delays: list[float] = []
    missed: list[str] = []
    for site in world.sites:
        for story in world.published(site):
            first = _first_served(month, site, story) if (site.number, story.number) in kept else None
            if story.published >= until:
                break
            if not world.is_open(site, story.published):
                shut += 1
                shut_had += first is not None
                continue
            if story.published >= until - LAST or (story.deleted is not None and story.deleted < story.published + STAYS and first is None):
                late += 1
                continue
            wanted += 1
            if first is None:
                missed.append(_why_missed(month, site, story))
                continue
            had += 1
            delays.append(first - story.published)
    delays.sort()
    return {
        "published_while_open": wanted,
        "captured": had,
        "share": had / wanted if wanted else None,
        "delay_median": quantile(delays, 0.5),
        "delay_95": quantile(delays, 0.95),
        "published_while_shut": shut,
        "of_those_captured": shut_had,
        "not_counted": late,
        "missed": Counter(line.partition(" ")[0] for line in missed).most_common(12),
        "missed_examples": missed[:20],
        "articles": len(kept),
    }


def _first_served(month: Month, site: Site, story: Story) -> float | None:
    served = month.gate.served.get((site.number, story.number))
    return served[0][0] if served else None


def _why_missed(month: Month, site: Site, story: Story) -> str:
    troubles = "+".join(sorted({one.kind for one in month.world.by_site.get(site.number, ())})) or "none"
    served = month.gate.served.get((site.number, story.number))
    seeds = "+".join(["feed", *(["news"] if site.news_sitemap else []), *(["sitemap"] if site.sitemap else [])])
    day = (story.published - month.world.start) / DAY
    return f"{troubles} {site.name} #{story.number} on day {day:.2f}, {seeds} of {site.feed_size}, served {len(served or ())} times"


def _requests(month: Month, articles: int) -> dict[str, Any]:
    tallies = month.tallies
    total = sum(month.gate.kinds.values())
    return {
        **month.gate.kinds,
        "total": total,
        "per_article": total / articles if articles else None,
        "seed_visits": tallies.seed_requests,
        "seed_visits_empty": tallies.seed_requests_empty / tallies.seed_requests if tallies.seed_requests else None,
        "seed_visits_failed": tallies.seed_requests_failed / tallies.seed_requests if tallies.seed_requests else None,
    }
