"""Does the keeper hear of every trouble, with its reason, and of nothing that is none?"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.source_days import Day, day_of, merge
from crawler.health import SourceHealth, health

NOW = datetime(2026, 3, 20, 20, 0, tzinfo=UTC)  # a Friday
TODAY = NOW.date()
FEED = "https://paper.example/feed"


def day(
    ago: int, *, articles: int = 12, new: int | None = None, visits: int = 20, seeds: Mapping[str, str] | None = None, **more: Any
) -> Day:
    """A day of a source, made of one report a few hours before its end; `outcomes` and other keys of the report in `more`."""
    at = datetime.combine(TODAY - timedelta(days=ago), datetime.min.time(), UTC) + timedelta(hours=18)
    outcomes = {"article": articles, **more.pop("outcomes", {})}
    total: Day = {}
    announced = articles if new is None else new
    for number in range(visits):
        seed_rows = [
            {"url": url, "type": "feed", "status": status, "new": announced if number == 0 and status == "ok" else 0}
            for url, status in (seeds or {FEED: "ok"}).items()
        ]
        for row in seed_rows:
            row.update(more.get("seed", {}))
        report = (
            {"outcomes": outcomes, "articles": articles, "seeds": seed_rows, **more}
            if number == 0
            else {"outcomes": {}, "seeds": seed_rows}
        )
        total = merge(total, day_of(report, run=f"{100 - ago:03}-{number:03}", at=at.isoformat()))
    return total


def verdict(days: Mapping[int, Day]) -> SourceHealth:
    """By days ago."""
    dated: dict[date, Day] = {TODAY - timedelta(days=ago): found for ago, found in days.items()}
    return health({"paper": dated}, now=NOW, sources=["paper"])[0]


def usual(first: int = 30, last: int = 0, **more: Any) -> dict[int, Day]:
    return {ago: day(ago, **more) for ago in range(last, first)}


def unanswered(ago: int, status: str) -> Day:
    return day(ago, articles=0, visits=6, seeds={FEED: status})


def on_monday_morning() -> dict[int, Day]:
    """Quiet since Friday evening."""
    return {ago: day(ago, articles=0 if ago in (0, 1, 2, 7, 8, 14, 15, 21, 22) else 12) for ago in range(30)}


SICK: dict[str, tuple[dict[int, Day], str, str]] = {
    "a week of 503": (
        usual(30, 2) | {ago: day(ago, articles=0, visits=6, seeds={FEED: "http_503"}) for ago in (0, 1)},
        "failing",
        "http_503",
    ),
    "a dead name": (usual(30, 2) | {ago: unanswered(ago, "dns") for ago in (0, 1)}, "failing", "dns"),
    "nobody runs it": (usual(30, 4), "failing", "does cron run"),
    "never answered": ({ago: day(ago, articles=0, visits=5, seeds={FEED: "http_404"}) for ago in range(3)}, "failing", "ever"),
    "its feed is behind a wall": (
        usual(30, 2) | {ago: day(ago, articles=0, visits=6, seeds={FEED: "http_403"}) for ago in (0, 1)},
        "blocked",
        "http_403",
    ),
    "a bot wall before its pages": (
        usual(30, 1) | {0: day(0, articles=0, new=12, outcomes={"blocked:bot_challenge": 4, "waiting:blocked": 8})},
        "blocked",
        "bot_challenge",
    ),
    "one of two feeds died": (
        {ago: day(ago, seeds={FEED: "ok", "https://paper.example/rss": "ok" if ago > 1 else "http_404"}) for ago in range(30)},
        "seed_failing",
        "https://paper.example/rss",
    ),
    "a web page where the feed was": (
        usual(30, 3)
        | {ago: day(ago, articles=2, new=0, seeds={FEED: "wrong-kind", "https://paper.example/map": "ok"}) for ago in range(3)},
        "seed_failing",
        "none any more",
    ),
    "a redesign that hides the text": (
        usual(30, 1) | {0: day(0, articles=1, new=12, outcomes={"not_article:too_short": 8})},
        "layout_changed",
        "no text",
    ),
    "a redesign that hides the dates": (usual(30, 1) | {0: day(0, dateless=11)}, "layout_changed", "no date"),
    "a redesign that leaves a teaser": (usual(30, 1, short=1) | {0: day(0, short=12)}, "layout_changed", "short"),
    "a redesign of a small paper": (
        usual(30, 2, articles=3) | {ago: day(ago, articles=3, dateless=3) for ago in (0, 1)},
        "layout_changed",
        "no date",
    ),
    "silent, though it answers": (usual(30, 3) | {ago: day(ago, articles=0) for ago in range(3)}, "quiet", "longest silence"),
    "robots.txt closed it": (
        usual(30, 1) | {0: day(0, articles=0, new=12, outcomes={"robots_denied": 12})},
        "robots_closed",
        "12 pages",
    ),
    "its seeds are forbidden": (
        usual(30, 2) | {ago: day(ago, articles=0, visits=6, seeds={FEED: "robots_denied"}) for ago in (0, 1)},
        "robots_closed",
        "seeds",
    ),
    "its rules refuse everything": (
        {ago: day(ago, articles=0, new=30, outcomes={"out_of_scope:other-host": 30}) for ago in range(8)},
        "out_of_scope",
        "other-host",
    ),
    "no page is an article": (
        {ago: day(ago, articles=0, new=8, outcomes={"not_article:section": 8}) for ago in range(3)},
        "no_articles",
        "section",
    ),
    "its pages fail": (usual(30, 1) | {0: day(0, articles=1, new=12, outcomes={"failed:http_500": 11})}, "failing", "http_500"),
}

WELL: dict[str, dict[int, Day]] = {
    "as ever": usual(),
    "a quiet week-end": on_monday_morning(),
    "a small paper with one article a week": {ago: day(ago, articles=1 if ago % 7 == 3 else 0) for ago in range(40)},
    "a monthly": {ago: day(ago, articles=1 if ago in (25, 55) else 0) for ago in range(58)},
    "the first days of a new source": usual(2),
    "a first quiet week-end": {ago: day(ago, articles=0 if ago < 3 else 12) for ago in range(6)},
    "one bad page a day": usual(outcomes={"not_article:too_short": 1, "failed:http_500": 1, "blocked:login": 1}),
    "a night": usual(30, 1) | {0: day(0, articles=0, visits=3)},
    "always short": usual(short=11),
    "never a date": usual(dateless=12),
    "one seed failed once": usual(30, 1) | {0: merge(day(0), day(0, articles=0, visits=1, seeds={FEED: "http_503"}))},
    "an hour of 503": usual(30, 1) | {0: merge(day(0, visits=10), day(0, articles=0, visits=4, seeds={FEED: "http_503"}))},
    "a gap that was filled": usual(30, 1)
    | {0: day(0, gaps=[{"url": FEED, "since": "a", "until": "b", "state": "filled", "found": 3, "note": "n"}])},
    "paywalled now and then": usual(outcomes={"not_article:paywall_stub": 4}),
    "many edits": usual(outcomes={"changed": 40}),
}


@pytest.mark.parametrize("habit", SICK)
def test_a_trouble_is_named_with_its_reason(habit: str) -> None:
    days, expected, reason = SICK[habit]
    found = verdict(days)
    assert (found.level, found.verdict) == ("sick", expected), found.reason
    assert reason in found.reason
    assert found.since is not None


@pytest.mark.parametrize("habit", WELL)
def test_what_is_only_a_habit_is_no_trouble(habit: str) -> None:
    found = verdict(WELL[habit])
    assert found.level == "ok", f"{found.verdict}: {found.reason}"


@pytest.mark.parametrize(("habit", "since"), [("a redesign that hides the dates", 0), ("a redesign of a small paper", 1)])
def test_a_changed_layout_says_since_when(habit: str, since: int) -> None:
    assert verdict(SICK[habit][0]).since == str(TODAY - timedelta(days=since))


def test_what_moved_for_good_is_a_note_with_the_new_address() -> None:
    found = verdict(usual(30, 1) | {0: day(0, seed={"redirected_to": "https://paper.example/rss.xml"})})
    assert (found.level, found.verdict) == ("note", "moved")
    assert "https://paper.example/rss.xml" in found.reason


def test_gaps_that_nobody_filled_are_told_and_many_of_them_need_a_person() -> None:
    gaps = [
        {
            "url": FEED,
            "since": f"2026-03-19T0{n}",
            "until": f"2026-03-19T1{n}",
            "state": "unknown",
            "found": 0,
            "note": "others may be missing",
        }
        for n in range(6)
    ]
    assert verdict(usual(30, 1) | {0: day(0, gaps=gaps[:1])}).level == "note"
    many = verdict(usual(30, 1) | {0: day(0, gaps=gaps)})
    assert (many.level, many.verdict) == ("sick", "incomplete")
    assert many.figures["gaps_unknown_30d"] == 6


def test_a_source_that_was_never_asked_is_new_and_the_sickest_stand_first() -> None:
    dated = {TODAY - timedelta(days=ago): found for ago, found in SICK["a dead name"][0].items()}
    well = {TODAY - timedelta(days=ago): found for ago, found in usual().items()}
    found = health({"b": well, "c": dated}, now=NOW, sources=["a", "b", "c"])
    assert [(one.source, one.level) for one in found] == [("c", "sick"), ("a", "note"), ("b", "ok")]


def test_sums_of_days_are_the_same_in_whatever_order_their_runs_come() -> None:
    parts = [
        day(0, articles=2, visits=1, seeds={FEED: "ok"}, seed={"redirected_to": "https://x.example/"}),
        day(0, articles=0, visits=1, seeds={FEED: "http_503", "https://paper.example/b": "ok"}),
        day(0, articles=1, visits=2, gaps=[{"url": FEED, "since": "a", "until": "b", "state": "open", "found": 0, "note": "n"}]),
    ]
    sums = []
    for order in itertools.permutations(parts):
        total: Day = {}
        for one in order:
            total = merge(total, one)
        sums.append(total)
    assert all(total == sums[0] for total in sums)
