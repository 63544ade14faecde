"""Does a feed that is broken in a way of its own harm nobody else?"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crawler.newspaper.exchange import data
from tests.e2e.aging import DAY, age
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

ONE, OTHER = "http://town.example", "http://far.example"


def test_a_feed_dated_before_the_calendar_begins_does_not_end_the_run_of_all(tmp_path: Path) -> None:
    """`DateTime.MinValue` in a zone east of Greenwich lies before the year 1."""
    entry = f"<entry><title>A</title><link href='{ONE}/a'/><published>0001-01-01T00:00:00+02:00</published></entry>"
    strange = data(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{entry}</feed>".encode(), "application/atom+xml")
    answers = {f"{ONE}/feed": strange, f"{ONE}/a": story("A"), f"{OTHER}/feed": feed([f"{OTHER}/b"]), f"{OTHER}/b": story("B")}
    with Town(answers) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("far", f"{OTHER}/", [("feed", f"{OTHER}/feed")])
        bench.source("town", f"{ONE}/", [("feed", f"{ONE}/feed")])
        done = bench.crawl(due=True)
    assert done.exit_code == 0, done.stderr
    assert done.groups == {"article": 2}


def test_a_clock_that_was_years_ahead_when_a_run_began_hides_nothing_from_the_next_one(tmp_path: Path) -> None:
    with Town({f"{ONE}/feed": feed([f"{ONE}/a"]), f"{ONE}/a": story("A")}) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{ONE}/", [("feed", f"{ONE}/feed")])
        bench.crawl(due=True)
        age(bench, -10 * 365 * DAY)
        with sqlite3.connect(bench.state / "ledger.sqlite") as db:
            db.execute("UPDATE meta SET value = value + ? WHERE key = 'clock'", (10 * 365 * DAY,))
        assert bench.crawl(due=True).exit_code == 0
        age(bench, DAY)
        assert bench.crawl(due=True).source("town")["outcomes"] == {"unchanged": 1}
