"""Is a seed asked as often as it repays, and never forgotten?"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cadence import Cadence, CadenceLimits, SeedVisit, is_due, next_visit
from tests.crawler.habits import (
    DAY,
    HOUR,
    MINUTE,
    START,
    TICK,
    Seen,
    Site,
    by_day,
    fixed,
    follow,
    outbreak,
    population,
    publish,
    steady,
    together,
)

DAYS = 14.0
LIMITS = CadenceLimits()


@pytest.fixture(scope="module")
def sites() -> list[Site]:
    return population(4, DAYS)


@pytest.fixture(scope="module")
def ours(sites: list[Site]) -> Seen:
    return together([follow(site, DAYS)[0] for site in sites])


def _fixed_at(sites: list[Site], interval: float) -> Seen:
    return together([fixed(site, DAYS, interval) for site in sites])


def _ok(at: float, *, entries: int = 30, new: int = 0, unseen: int | None = None, span: float = 2 * DAY) -> SeedVisit:
    unseen = new if unseen is None else unseen
    return SeedVisit(at=at, status="ok", entries=entries, new=new, unseen=unseen, newest=at - HOUR, oldest=at - span)


# -- against fixed intervals


def test_over_a_mixed_population_it_beats_the_fixed_interval_of_equal_cost(sites: list[Site], ours: Seen) -> None:
    plain = _fixed_at(sites, len(sites) * DAYS * DAY / ours.requests)
    assert plain.requests == pytest.approx(ours.requests, rel=0.02), "both ask equally often"
    assert ours.missed < plain.missed / 4
    assert ours.typical < plain.typical * 0.6
    assert ours.total / len(ours.delays) < plain.total / len(plain.delays) * 0.75
    assert ours.empty / ours.requests < plain.empty / plain.requests - 0.1


def test_asking_always_every_ten_minutes_costs_three_times_as_much_and_wins_minutes(sites: list[Site], ours: Seen) -> None:
    always = _fixed_at(sites, 10 * MINUTE)
    assert always.requests > 3 * ours.requests
    assert ours.missed - always.missed < 0.003
    assert ours.typical - always.typical < 5 * MINUTE


@pytest.mark.parametrize("interval", [30 * MINUTE, 60 * MINUTE])
def test_with_the_requests_of_a_fixed_interval_it_sees_more_and_sooner(sites: list[Site], interval: float) -> None:
    plain = _fixed_at(sites, interval)
    unit = LIMITS.unit
    for _ in range(4):
        mine = together([follow(site, DAYS, CadenceLimits(unit=unit))[0] for site in sites])
        if abs(mine.requests / plain.requests - 1) < 0.02:
            break
        unit *= mine.requests / plain.requests
    assert mine.requests <= plain.requests * 1.03
    assert mine.missed < plain.missed / 3
    assert mine.typical < plain.typical * 0.7
    assert mine.empty / mine.requests < plain.empty / plain.requests


@pytest.mark.parametrize(("daily", "asked", "delay"), [(2, (8, 22), 90), (24, (36, 62), 20), (150, (110, 144), 8)])
def test_a_steady_site_is_asked_by_the_root_of_its_rate(daily: float, asked: tuple[float, float], delay: float) -> None:
    site = Site(name="steady", times=publish(random.Random(daily), steady(daily), daily, START + 28 * DAY), window=40)
    seen, _history = follow(site, 28)
    assert asked[0] <= seen.requests / 28 <= asked[1]
    assert seen.missed == 0
    assert seen.typical < delay * MINUTE


def test_nights_and_weekends_are_quiet_and_mornings_are_not_slept_through() -> None:
    habit = by_day(30, morning=7, evening=21, weekend=0.05, night=0.01)
    site = Site(name="office", times=publish(random.Random(8), habit, 60, START + 28 * DAY), window=20)
    seen, _history = follow(site, 28)
    late = [at for at in seen.visits if at > START + 14 * DAY]
    by_night = sum(1 for at in late if (at - START) % DAY < 6 * HOUR) / 6
    at_work = sum(1 for at in late if 9 * HOUR <= (at - START) % DAY < 19 * HOUR and (at - START) // DAY % 7 < 5) / 10 * 7 / 5
    at_leisure = sum(1 for at in late if 9 * HOUR <= (at - START) % DAY < 19 * HOUR and (at - START) // DAY % 7 >= 5) / 10 * 7 / 2
    assert by_night < at_work / 3
    assert at_leisure < at_work / 1.5
    plain = fixed(site, 28, 28 * DAY / seen.requests)
    assert seen.typical < plain.typical * 0.75


def test_a_burst_in_a_short_feed_speeds_up_at_once_and_little_is_lost() -> None:
    lost: list[tuple[float, float]] = []
    for seed in range(8):
        begins = START + 10 * DAY + seed * 3.1 * HOUR
        habit = outbreak(12, begins=begins, lasts=8 * HOUR, burst=720)
        site = Site(name="outbreak", times=publish(random.Random(seed), habit, 720, START + 20 * DAY), window=10)
        seen, history = follow(site, 20)
        after = [one for one in history if one.at > begins + 20 * MINUTE][:10]
        assert sum(one.interval == LIMITS.shortest for one in after) >= 8
        calm = [one.interval for one in history if one.at > begins + 2 * DAY]
        assert median(calm) > 20 * MINUTE, "and calms down again"
        lost.append((seen.missed, fixed(site, 20, 20 * DAY / seen.requests).missed))
    mine, plain = (sum(column) / len(lost) for column in zip(*lost, strict=True))
    assert mine < 0.04
    assert mine < plain / 5


def test_a_seed_that_only_repeats_another_is_asked_less_but_not_forgotten() -> None:
    times = publish(random.Random(3), steady(40), 40, START + 20 * DAY)
    rival = tuple(START + turn * TICK for turn in range(int(20 * DAY / TICK)))
    echo, history = follow(Site(name="echo", times=times, window=50, rival=rival), 20)
    alone, _ = follow(Site(name="alone", times=times, window=50), 20)
    assert echo.requests < alone.requests / 2
    assert max(one.interval for one in history) <= 2.5 * HOUR
    assert "elsewhere first" in history[-1].why


def test_a_seed_that_repeated_another_takes_over_where_that_falls_silent() -> None:
    times = publish(random.Random(3), steady(40), 40, START + 20 * DAY)
    rival = tuple(START + turn * TICK for turn in range(int(10 * DAY / TICK)))
    site = Site(name="echo", times=times, window=50, rival=rival)
    seen, _history = follow(site, 20)
    taken_over = [at for at in seen.visits if at > START + 11 * DAY]
    assert len(taken_over) / 9 > 30
    assert len(seen.delays) > 0.95 * sum(1 for at in times if START + 10 * DAY < at < START + 19 * DAY)


def test_a_quiet_weekly_seed_is_never_said_to_repeat_others() -> None:
    site = Site(name="weekly", times=publish(random.Random(2), steady(0.15), 0.15, START + 60 * DAY), window=10)
    seen, history = follow(site, 60)
    assert not [one.why for one in history if "elsewhere" in one.why]
    assert seen.requests / 60 < 8
    assert seen.missed == 0


# -- failures


def test_failures_double_the_wait_up_to_a_day_and_after_a_week_it_is_dead() -> None:
    cadence, now, waits = next_visit(None, _ok(START), kind="feed"), START, []
    for _ in range(25):
        now = cadence.due if waits else now + TICK
        cadence = next_visit(cadence, SeedVisit(at=now, status="http-503"), kind="feed")
        waits.append(cadence.interval)
    assert waits[:4] == [600, 1200, 2400, 4800]
    assert DAY in waits
    assert waits[-1] == 7 * DAY
    first_dead = waits.index(7 * DAY)
    assert sum(waits[:first_dead]) >= 7 * DAY
    assert cadence.why == f"http-503 for {round((cadence.at - START - TICK) / DAY)} days: looked at once in 7 days"


def test_one_good_answer_ends_a_row_of_failures_and_what_was_learnt_is_kept() -> None:
    good = next_visit(None, _ok(START), kind="feed")
    bad = next_visit(good, SeedVisit(at=START + HOUR, status="timeout"), kind="feed")
    assert bad.why == "timeout, 1 time in a row: again in 10 minutes"
    assert (bad.failures, bad.failing_since, bad.hours) == (1, START + HOUR, good.hours)
    again = next_visit(bad, _ok(START + 2 * HOUR, new=1), kind="feed")
    assert (again.failures, again.failing_since) == (0, None)
    assert again.interval < 2 * HOUR


def test_a_dead_seed_that_answers_again_is_alive_at_once() -> None:
    site = Site(name="back", times=publish(random.Random(5), steady(24), 24, START + 40 * DAY), window=30, dead_from=START + 3 * DAY)
    _seen, history = follow(site, 20)
    assert history[-1].interval == 7 * DAY
    back = next_visit(history[-1], _ok(START + 21 * DAY, new=30, entries=30, span=30 * HOUR), kind="feed")
    assert back.interval <= HOUR


@pytest.mark.parametrize(("told", "wait"), [(3 * HOUR, 3 * HOUR), (60.0, 600.0), (90 * DAY, DAY)])
def test_retry_after_is_kept_within_a_day(told: float, wait: float) -> None:
    cadence = next_visit(None, SeedVisit(at=START, status="http-429", retry_after=told), kind="feed")
    assert (cadence.due, cadence.interval) == (START + wait, wait)
    assert not is_due(cadence.due, cadence.interval, START + wait / 2)


# -- the clock


def test_what_was_never_asked_is_due() -> None:
    assert is_due(None, None, START)


@pytest.mark.parametrize(
    ("early", "interval", "due"), [(0, 600, True), (59, 600, True), (61, 600, False), (61, 7200, False), (5, 60, True), (7, 60, False)]
)
def test_a_tick_that_comes_a_little_early_asks(early: float, interval: float, due: bool) -> None:
    assert is_due(START + early, interval, START) is due


@given(
    interval=st.floats(600, 7 * DAY),
    back=st.floats(0, 3650 * DAY),
)
def test_a_clock_set_back_never_puts_a_visit_off_for_longer_than_twice_its_interval(interval: float, back: float) -> None:
    due, now = START + interval, START - back
    wait = next(step * TICK for step in range(2100) if is_due(due, interval, now + step * TICK))
    assert wait <= 2 * interval + TICK
    assert wait == 0 or due - now <= 2 * interval


def test_a_clock_set_back_an_hour_does_not_silence_a_fast_seed() -> None:
    assert is_due(START + 600, 600, START - HOUR)
    cadence = next_visit(None, _ok(START, span=3 * HOUR), kind="feed")
    later = next_visit(cadence, _ok(START - HOUR, new=2), kind="feed")
    assert START - HOUR < later.due <= START
    assert later.short_time >= 0


# -- what is remembered and said

visits = st.builds(
    SeedVisit,
    at=st.floats(START, START + 30 * DAY),
    status=st.sampled_from(["ok", "ok", "not_modified", "timeout", "http-500", "no-entries"]),
    entries=st.integers(0, 1000),
    new=st.integers(0, 1000),
    unseen=st.integers(0, 1000),
    newest=st.none() | st.floats(0, 4e9),
    oldest=st.none() | st.floats(0, 4e9),
    retry_after=st.none() | st.floats(0, 1e9),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(visits, max_size=8), st.sampled_from(["feed", "news_sitemap", "sitemap", "section"]))
def test_whatever_a_seed_shows_it_is_asked_again_within_the_limits_and_nothing_is_forgotten(shown: list[SeedVisit], kind: str) -> None:
    cadence: Cadence | None = None
    for visit in shown:
        cadence = next_visit(cadence, visit, kind=kind)
        assert LIMITS.shortest <= cadence.interval <= LIMITS.dead
        assert cadence.due == visit.at + cadence.interval
        assert cadence.why
        assert Cadence.from_json(cadence.to_json()) == cadence
        assert len(cadence.to_json()) < 1000


def test_a_row_written_by_another_version_is_read() -> None:
    cadence = Cadence.from_json('{"due":5.0,"interval":600.0,"why":"x","at":1.0,"good_at":1.0,"long_new":3.0,"mood":"blue"}')
    assert cadence.due == 5.0
    assert next_visit(cadence, _ok(START, new=1), kind="feed").interval >= 600


@pytest.mark.parametrize(
    ("entries", "span", "words"),
    [
        (49, DAY, "about 1.9 new entries an hour by its own dates: every 18 minutes"),
        (8, 7 * DAY, "about 1.0 new entries a day by its own dates"),
        (9, 365 * DAY, "about one new entry in "),
    ],
)
def test_the_first_visit_goes_by_the_entries_own_dates(entries: int, span: float, words: str) -> None:
    assert next_visit(None, _ok(START, entries=entries, new=entries, span=span), kind="feed").why.startswith(words)


def test_a_seed_without_dates_is_asked_again_soon_and_it_is_said_why() -> None:
    first = next_visit(None, SeedVisit(at=START, status="ok", entries=20, new=20, unseen=20), kind="section")
    assert first.why == "nothing is known of its habit yet: every 2 hours"


def test_the_sentence_says_the_rate_what_was_known_and_the_interval() -> None:
    cadence = next_visit(None, _ok(START, span=15 * HOUR), kind="feed")
    for turn in range(1, 25):
        cadence = next_visit(cadence, _ok(START + turn * HOUR, new=2), kind="feed")
    assert cadence.why == "about 2.0 new entries an hour lately; 28 of 30 were known: every 18 minutes"
    still = next_visit(cadence, SeedVisit(at=cadence.due, status="not_modified"), kind="feed")
    assert "unchanged at this visit" in still.why


def test_the_guard_says_that_old_entries_drop_out() -> None:
    first = next_visit(None, _ok(START, entries=10, span=5 * DAY), kind="feed")
    burst = next_visit(first, _ok(START + HOUR, entries=10, new=9, span=HOUR), kind="feed")
    assert burst.interval == LIMITS.shortest
    assert burst.why == "9 of its 10 entries are new since the last visit, and old ones drop out: every 10 minutes"


def test_links_that_only_change_places_on_a_section_page_are_no_burst() -> None:
    cadence = next_visit(None, replace(_ok(START, entries=60), newest=None, oldest=None), kind="section")
    for _ in range(30):
        cadence = next_visit(cadence, SeedVisit(at=cadence.due, status="ok", entries=60, new=0, unseen=40), kind="section")
    assert cadence.interval > 2 * HOUR


def test_quiet_slows_down_gradually() -> None:
    cadence = next_visit(None, _ok(START, span=15 * HOUR), kind="feed")
    for turn in range(1, 100):
        cadence = next_visit(cadence, _ok(START + turn * 20 * MINUTE, new=turn % 2), kind="feed")
    intervals = []
    for _ in range(300):
        cadence = next_visit(cadence, SeedVisit(at=cadence.due, status="not_modified"), kind="feed")
        intervals.append(cadence.interval)
    assert all(later < 1.6 * earlier for earlier, later in pairwise(intervals))
    assert intervals[30] > 1.4 * intervals[0]
    assert intervals[-1] > 3 * intervals[0]
