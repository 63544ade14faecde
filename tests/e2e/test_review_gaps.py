"""Is a gap closed by runs that are always stopped before they have asked everything?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crawler.newspaper.exchange import Reply, Request, data
from tests.e2e.aging import HOUR, age
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

BASE = "http://town.example"


def slow(_request: Request) -> Reply:
    time.sleep(8)
    return story("slow")


def test_a_gap_is_judged_although_each_run_ends_by_its_longest_time(tmp_path: Path) -> None:
    names = "abcdef"
    rows = "".join(f"<url><loc>{BASE}/{name}</loc></url>" for name in names)
    pages = {f"{BASE}/{name}": story(name) for name in names}
    site = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    answers = {
        f"{BASE}/feed": feed([f"{BASE}/{name}" for name in "abc"]),
        f"{BASE}/map.xml": data(site.encode(), "application/xml"),
        **pages,
    }
    with Town(answers) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed"), ("sitemap", f"{BASE}/map.xml")])
        bench.crawl(due=True)
        age(bench, 30 * HOUR)
        town.answers[f"{BASE}/feed"] = feed([f"{BASE}/{name}" for name in "def"])
        town.answers |= {f"{BASE}/{name}": slow for name in names}
        first = bench.crawl("--max-runtime", "4", due=True)
        assert first.report is not None
        assert first.report["ended_because"] == "max_runtime"
        assert [gap["state"] for gap in first.source("town")["gaps"]] == ["open"]
        age(bench, 7 * HOUR)
        second = bench.crawl("--max-runtime", "4", due=True)
        assert second.report is not None
        assert second.report["ended_because"] == "max_runtime"
    assert [gap["state"] for gap in second.source("town")["gaps"]] == ["unknown"]
