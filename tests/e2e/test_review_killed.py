"""Does a run that is killed take with it what a host asked of us?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler.newspaper.exchange import html
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

BASE = "http://town.example"


def test_a_retry_after_is_kept_although_the_run_that_was_told_is_killed(tmp_path: Path) -> None:
    busy = replace(html("<p>Too many requests</p>", status=429), headers=(("Retry-After", "3600"),))
    with Town({f"{BASE}/feed": feed([f"{BASE}/a", f"{BASE}/b"]), f"{BASE}/a": busy, f"{BASE}/b": busy}) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed")])
        killed = bench.run("crawl", env={"WARCHIVE_CRASH_AT": "segment-synced"})
        assert killed.exit_code == -9
        town.answers |= {f"{BASE}/a": story("A"), f"{BASE}/b": story("B")}
        before = len(town.rows())
        bench.crawl(due=True)
        assert town.asked()[before:] == []
