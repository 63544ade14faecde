"""Does the keeper hear of every trouble, with its reason, and of nothing that is none?"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.source_days import Day, Standing, day_of, merge, standing_of
from crawler.health import VERDICTS, SourceHealth, health

NOW = datetime(2026, 3, 20, 20, 0, tzinfo=UTC)  # a Friday
TODAY = NOW.date()
FEED = "https://paper.example/feed"
Reports = list[tuple[dict[str, Any], str, str]]
"""What runs said of a source: report, run, end."""


def day(
    ago: int,
    *,
    articles: int = 12,
    new: int | None = None,
    visits: int = 20,
    hours: tuple[float, float] = (0.5, 19.0),
    seeds: Mapping[str, str] | None = None,
    **more: Any,
) -> Reports:
    """A day of a source, visited between two hours; the last visit finds everything. `outcomes` and other keys of the report in `more`."""
    begin = datetime.combine(TODAY - timedelta(days=ago), datetime.min.time(), UTC)
    outcomes = {"article": articles, **more.pop("outcomes", {})}
    extra = more.pop("seed", {})
    announced = articles if new is None else new
    reports: Reports = []
    for number in range(visits):
        last = number == visits - 1
        at = begin + timedelta(hours=hours[0] + (hours[1] - hours[0]) * (number + 1) / visits)
        seed_rows = [
            {"url": url, "type": "feed", "status": status, "new": announced if last and status == "ok" else 0, **extra}
            for url, status in (seeds or {FEED: "ok"}).items()
        ]
        report = {"outcomes": outcomes, "articles": articles, "seeds": seed_rows, **more} if last else {"outcomes": {}, "seeds": seed_rows}
        reports.append((report, f"{at:%Y%m%dt%H%M%Sz}-00000000", at.isoformat()))
    return reports


def sums(reports: Iterable[tuple[dict[str, Any], str, str]]) -> tuple[dict[date, Day], Standing]:
    """As the catalogue keeps them."""
    days: dict[date, Day] = {}
    standing: Standing = {}
    for report, run, at in reports:
        on = date.fromisoformat(at[:10])
        days[on] = merge(days.get(on, {}), day_of(report, run=run, at=at))
        standing = merge(standing, standing_of(report, run=run, at=at))
    return days, standing


def verdict(past: Mapping[int, Reports], *, now: datetime = NOW) -> SourceHealth:
    """By days ago; what lies within the last LOOK_BACK days is read."""
    days, standing = sums(itertools.chain.from_iterable(past.values()))
    days = {day: found for day, found in days.items() if day >= now.date() - timedelta(days=90)}
    return health({"paper": days}, {"paper": standing}, now=now, sources=["paper"])[0]


def usual(first: int = 30, last: int = 0, **more: Any) -> dict[int, Reports]:
    return {ago: day(ago, **more) for ago in range(last, first)}


def unanswered(ago: int, status: str) -> Reports:
    return day(ago, articles=0, visits=6, seeds={FEED: status})


def on_monday_morning() -> dict[int, Reports]:
    """Quiet since Friday evening."""
    return {ago: day(ago, articles=0 if ago in (0, 1, 2, 7, 8, 14, 15, 21, 22) else 12) for ago in range(30)}


def weekly(issue: int = 30, *, first: int = 4, last_issue: int = 4, old: int = 30) -> dict[int, Reports]:
    """A magazine: so many pages each seventh day, asked once a day; the first visit finds the old ones as well."""
    past = {ago: day(ago, articles=issue if ago % 7 == last_issue % 7 else 0, visits=1) for ago in range(first)}
    return past | {first: day(first, articles=old, visits=1)}


SICK: dict[str, tuple[dict[int, Reports], str, str]] = {
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
    "a redesign of six weeks ago": (
        usual(80, 42) | {ago: day(ago, articles=1, new=12, outcomes={"not_article:too_short": 11}) for ago in range(42)},
        "layout_changed",
        "no text",
    ),
    "a redesign that hides two dates of three": (
        usual(60, 6, articles=3) | {ago: day(ago, articles=3, dateless=ago % 3 + 1) for ago in range(6)},
        "layout_changed",
        "no date",
    ),
    "robots.txt closed it a month ago": (
        usual(80, 30) | {ago: day(ago, articles=0, new=12, outcomes={"robots_denied": 12}) for ago in range(30)},
        "robots_closed",
        "12 pages",
    ),
    "robots.txt never let us in": (
        {ago: day(ago, articles=0, new=12, outcomes={"robots_denied": 12}) for ago in range(5)},
        "robots_closed",
        "forbids",
    ),
    "dead for two months, asked once a week": (
        usual(100, 60) | {ago: day(ago, articles=0, visits=1, seeds={FEED: "dns"}) for ago in range(0, 60, 7)},
        "failing",
        "dns",
    ),
    "one of two feeds died two months ago": (
        usual(100, 60, seeds={FEED: "ok", "https://paper.example/rss": "ok"})
        | {ago: day(ago, seeds={FEED: "ok", **({"https://paper.example/rss": "http_410"} if ago % 7 == 0 else {})}) for ago in range(60)},
        "seed_failing",
        "http_410",
    ),
    "silent for longer than is read": (usual(140, 100) | {ago: day(ago, articles=0, visits=2) for ago in range(100)}, "quiet", "100 days"),
    "an empty feed from the beginning": ({ago: day(ago, articles=0, visits=2) for ago in range(62)}, "quiet", "asked first"),
    "a weekly that has stopped": (
        weekly(first=80) | {ago: day(ago, articles=0, visits=1) for ago in range(40)},
        "quiet",
        "longest silence",
    ),
    "a bot wall that lets some through": (
        usual(30, 1) | {0: day(0, articles=8, new=24, outcomes={"blocked:consent": 16})},
        "blocked",
        "16 of 24",
    ),
    "its pages fail": (usual(30, 1) | {0: day(0, articles=1, new=12, outcomes={"failed:http_500": 11})}, "failing", "http_500"),
}

WELL: dict[str, dict[int, Reports]] = {
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
    "one seed failed once": usual(30, 1) | {0: day(0) + day(0, articles=0, visits=1, hours=(19, 19.5), seeds={FEED: "http_503"})},
    "an hour of 503": usual(30, 1) | {0: day(0, visits=10) + day(0, articles=0, visits=4, hours=(19, 20), seeds={FEED: "http_503"})},
    "a gap that was filled": usual(30, 1)
    | {0: day(0, gaps=[{"url": FEED, "since": "a", "until": "b", "state": "filled", "found": 3, "note": "n"}])},
    "short now and then": usual(outcomes={"not_article:too_short": 4}),
    "a new magazine on day 5": weekly(first=5),
    "a new magazine whose next issue came": weekly(first=12, last_issue=9),
    "a magazine on the sixth day": weekly(first=60, last_issue=6),
    "a new paper with a long past in its feed": {ago: day(ago, articles=0, visits=2) for ago in range(6)} | {6: day(6, articles=200)},
    "asked once a day, and once in vain": {ago: day(ago, visits=1, hours=(18, 18)) for ago in range(1, 30)}
    | {9: day(9, articles=0, visits=1, hours=(18, 18), seeds={FEED: "http_503"})},
    "added late in the evening, one seed failing": {0: day(0, articles=0, visits=2, hours=(19, 20), seeds={FEED: "http_503"})},
    "a second feed was added, and fails for an hour": usual(30, 1)
    | {0: day(0) + day(0, articles=0, visits=4, hours=(19, 20), seeds={FEED: "ok", "https://paper.example/rss": "http_503"})},
    "ten blocked pages in a night": usual(30, 1)
    | {0: day(0, visits=2, hours=(0, 1), articles=0, outcomes={"blocked:rate_limited": 10}) + day(0, articles=8)},
    "an hour after midnight in which pages fail": usual(30, 1, hours=(0.5, 23.9))
    | {0: day(0, visits=2, hours=(0, 1), articles=0, outcomes={"failed:http_500": 7})},
    "much is forbidden, as it always was": usual(outcomes={"robots_denied": 60}),
    "a gap that a sitemap may yet fill": usual(30, 1)
    | {0: day(0, gaps=[{"url": FEED, "since": "2026-03-20T01", "until": "2026-03-20T02", "state": "open", "found": 0, "note": "n"}])},
    "dates missing on a day in ten": {ago: day(ago, dateless=6 if ago % 10 == 0 else 0) for ago in range(60)},
    "a redesign that was mended": usual(60, 30) | usual(30, 25, dateless=12) | usual(25),
    "a weekly that leaves out an issue": weekly(first=60, last_issue=12) | {ago: day(ago, articles=0, visits=1) for ago in range(12)},
    "Easter, of a paper that rests at week-ends": {
        ago: day(ago, articles=0 if ago < 4 or (TODAY - timedelta(days=ago)).weekday() >= 5 else 12) for ago in range(60)
    },
    "blocked as often as ever, of few": usual(30, 1, articles=4, outcomes={"blocked:login": 1})
    | {0: day(0, visits=1, hours=(0, 1), articles=2, outcomes={"blocked:login": 3})},
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
    now = NOW.replace(hour=1) if "midnight" in habit else NOW
    found = verdict(WELL[habit], now=now)
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
    known = {"b": sums(itertools.chain(*usual().values())), "c": sums(itertools.chain(*SICK["a dead name"][0].values()))}
    days, standings = ({name: both[part] for name, both in known.items()} for part in (0, 1))
    found = health(days, standings, now=NOW, sources=["a", "b", "c", "d"], paused=["d"])  # type: ignore[arg-type]
    assert [(one.source, one.level, one.verdict) for one in found] == [
        ("c", "sick", "failing"),
        ("a", "note", "new"),
        ("d", "note", "paused"),
        ("b", "ok", "ok"),
    ]


def test_every_verdict_is_explained() -> None:
    assert {expected for _past, expected, _reason in SICK.values()} <= set(VERDICTS)


@pytest.mark.parametrize(
    ("habit", "since"),
    [("a redesign of six weeks ago", 41), ("a redesign that hides two dates of three", 5), ("robots.txt closed it a month ago", 29)],
)
def test_what_began_long_ago_still_says_since_when(habit: str, since: int) -> None:
    assert verdict(SICK[habit][0]).since == str(TODAY - timedelta(days=since))


def test_figures_say_what_is_usual_for_the_source() -> None:
    found = verdict(usual(30, 2) | {ago: day(ago, articles=0, visits=5) for ago in range(2)}).figures
    assert (found["usual_new_per_day"], found["days_without_new"], found["empty_visits_in_a_row"]) == (round(27 * 12 / 29, 2), 2, 10)
    assert found["longest_silence"] == 86400
    assert found["last_article"] == "2026-03-18T19:00:00+00:00"


def test_sums_are_the_same_in_whatever_order_their_runs_come() -> None:
    many = {f"https://paper.example/{number:03}": "ok" for number in range(50)}
    reports = [
        *day(0, articles=2, visits=1, seed={"redirected_to": "https://x.example/"}, hours=(1, 1)),
        *day(0, articles=0, visits=1, seeds={FEED: "http_503", "https://paper.example/b": "ok"}, hours=(2, 2)),
        *day(
            0,
            articles=1,
            visits=1,
            hours=(3, 3),
            gaps=[{"url": FEED, "since": "a", "until": "b", "state": "open", "found": 0, "note": "n"}],
        ),
        *day(
            0,
            articles=1,
            visits=1,
            hours=(4, 4),
            gaps=[{"url": FEED, "since": "a", "until": "b", "state": "filled", "found": 2, "note": "m"}],
        ),
        *day(0, visits=1, seeds=many, seed={"type": "sitemap"}, hours=(5, 5)),
    ]
    found = [sums(order) for order in itertools.permutations(reports)]
    assert all(one == found[0] for one in found)
    days, standing = found[0]
    assert days[TODAY]["word"] == {"gap b " + FEED: [reports[3][1], "filled", "a", "b", 2, "m", FEED]}
    assert len(standing["seeds"]) == 40
    assert FEED in standing["seeds"], "feeds are remembered before the many sitemaps of an index"


def test_a_source_is_judged_in_a_few_milliseconds() -> None:
    past = [
        sums(itertools.chain(*SICK[habit][0].values())) for habit in ("a redesign of six weeks ago", "robots.txt closed it a month ago")
    ]
    days, standings = ({str(number): past[number % 2][part] for number in range(30)} for part in (0, 1))
    began = time.process_time()
    assert len(health(days, standings, now=NOW, sources=list(days))) == 30  # type: ignore[arg-type]
    assert time.process_time() - began < 0.6  # 2 ms each where nothing else runs
