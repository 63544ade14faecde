"""Does a run survive a clock that is set while it works? The clock is the only thing that is not real here."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.desk import environment
from tests.e2e.driver import Bench, completed
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("clock")

BASE, DELAY = "http://town.example", 0.3
URLS = [f"{BASE}/story-{number}" for number in range(8)]
# The time of day leaps by so many seconds when the program has run for so long; the monotonic clock does not, as on any machine.
PROGRAM = """
import sys, time
leap, after = float(sys.argv[1]), float(sys.argv[2])
real, began = time.time, time.monotonic()
time.time = lambda: real() + (leap if time.monotonic() - began > after else 0.0)
import warchive
warchive.main(sys.argv[3:])
"""


@pytest.mark.parametrize("leap", [-3600.0, 3600.0, -400 * 86400.0])
def test_a_clock_that_is_set_in_the_middle_of_a_run_loses_nothing_and_asks_nothing_twice(tmp_path: Path, leap: float) -> None:
    with Town({f"{BASE}/feed": feed(URLS), **{url: story(url[-7:]) for url in URLS}}) as town:
        made = Bench.make(tmp_path, connect_to=town.connect_to, limits={"delay": DELAY})
        made.source("town", f"{BASE}/", [("feed", f"{BASE}/feed")], delay=DELAY)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(leap), "2.5", "crawl", "--json"],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        first = completed(done.returncode, done.stdout, done.stderr, 0.0)
        assert first.exit_code == 0, first.stderr
        assert first.groups == {"article": len(URLS)}
        assert min(later["at"] - earlier["at"] for earlier, later in pairwise(town.rows())) >= DELAY
        # By a clock that is right again: nothing is lost for a year because of an hour that was wrong.
        second = made.crawl()
        third = made.run("crawl")
        asked = Counter(row["target"] for row in town.rows())
    assert second.exit_code == 0, second.stderr
    assert third.exit_code == 0, third.stderr
    assert [asked[f"/story-{number}"] for number in range(8)] == [1] * 8
    assert len(made.articles()) == 8
