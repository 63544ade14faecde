"""Do days of crawling go as they must: nothing lost, nobody hurried, no version without an edit, nothing called gone that is there?"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from benchmarks.month.__main__ import START
from benchmarks.month.compare import follow, same_number
from benchmarks.month.habits import DAY
from benchmarks.month.healthwatch import IN_TIME, HealthWatch
from benchmarks.month.measure import measure
from benchmarks.month.month import Month, clock_steps
from benchmarks.month.policies import Policy
from benchmarks.month.world import World, make_world

SITES, DAYS = 12, 2.5


def make_the_world() -> World:
    """Every trouble of the month is in it."""
    return make_world(count=SITES, days=DAYS, seed=1, start=START.timestamp(), median=4.0, old=200)


@pytest.fixture(scope="module")
def watch() -> HealthWatch:
    """Who looks at the month's health while it passes."""
    return HealthWatch(make_the_world())


@pytest.fixture(scope="module")
def month(watch: HealthWatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """A dozen sites for two days and a half, with every trouble of the month in proportion."""
    world = watch.world
    # Thousands of files are synced: a disk would take minutes for what memory does at once.
    memory = Path("/dev/shm")
    place = Path(mkdtemp(prefix="month-", dir=memory if memory.is_dir() else tmp_path_factory.mktemp("month")))
    folder = place / "installation"
    month = Month(world=world, folder=folder, policy=Policy(), offsets=clock_steps(world), hourly=watch.look)
    logging.disable(logging.ERROR)  # the world is full of errors, each meant
    try:
        month.pass_all()
        yield month
    finally:
        logging.disable(logging.NOTSET)
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def found(month: Month) -> dict[str, Any]:
    """All figures of it."""
    return measure(month)


def test_nearly_all_that_was_published_while_its_site_was_open_is_captured_and_soon(found: dict[str, Any]) -> None:
    captured = found["captured"]
    assert captured["published_while_open"] > 150
    assert captured["share"] >= 0.99, captured["missed_examples"]  # of so few, one is more than half a per cent
    assert captured["delay_median"] <= 1500
    assert captured["delay_95"] <= 2 * 3600


def test_every_edit_that_was_shown_is_a_version_and_nothing_else_is(found: dict[str, Any]) -> None:
    edits, versions = found["edits"], found["versions"]
    assert edits["edits_after_capture"] >= 5
    assert edits["shown_and_not_caught"] == []
    assert edits["of_those_caught"] == edits["visible_at_a_scheduled_recheck"] > 0
    assert versions["wrong_examples"] == []
    assert versions["articles_doubled"] == 0


def test_nothing_is_called_gone_that_is_there(found: dict[str, Any]) -> None:
    lost = found["deletions"]
    assert lost["missing_once"] > 0, "no page was missing even for a moment: the world is too kind to show anything"
    assert lost["wrong_examples"] == []


def test_the_hosts_never_saw_us_hurry(month: Month, found: dict[str, Any]) -> None:
    assert found["politeness"]["broken"] == {}
    assert found["politeness"]["answers"]["Retry-After"] > 0, "nobody asked us to wait"
    assert month.gate.closest >= month.gate.delay - 1e-3
    assert found["politeness"]["busiest_host"] > 100


def test_dates_are_those_of_the_publisher_whatever_way_they_are_written(found: dict[str, Any]) -> None:
    assert found["dates"]["right"] > 150
    assert found["dates"]["wrong_examples"] == []


def test_health_names_what_is_the_matter_within_a_day_and_calls_nobody_sick_who_is_well(month: Month, watch: HealthWatch) -> None:
    found = watch.found(month)
    assert {row["kind"] for row in found["rows"]} >= {"week_of_503", "feed_moved", "robots_closed"}
    assert [row for row in found["rows"] if row["after"] is None or row["after"] > IN_TIME] == []
    assert found["wrong_examples"] == []


def test_no_run_failed_for_a_reason_of_its_own(month: Month) -> None:
    assert month.tallies.problems == []
    assert set(month.tallies.exit_codes) <= {0, 4, 5}
    assert month.tallies.runs > 250


@pytest.mark.parametrize("interval", [1800.0, 3600.0])
def test_for_the_requests_of_a_fixed_interval_ours_finds_as_much_and_sooner(interval: float) -> None:
    world = make_world(count=10, days=3, seed=3, start=START.timestamp(), median=4.0, old=0)
    fixed = follow(world, world.sites, name="fixed", interval=interval)
    ours = same_number(world, world.sites, fixed.requests, lambda _text: None)
    assert ours.requests <= 1.1 * fixed.requests
    assert ours.as_dict()["delay_mean"] < 0.8 * fixed.as_dict()["delay_mean"]
    assert len(ours.delays) >= len(fixed.delays) - 1


def test_the_same_numbers_make_the_same_world() -> None:
    def answers(world: World) -> list[bytes]:
        return [
            world.answer(site.host, path, {}, world.start + DAY).message(world.start + DAY)
            for site in world.sites
            for path in ("/feed", "/robots.txt")
        ]

    one, other = (make_world(count=4, days=2, seed=5, start=START.timestamp()) for _ in range(2))
    assert answers(one) == answers(other)
    assert answers(one) != answers(make_world(count=4, days=2, seed=6, start=START.timestamp()))
