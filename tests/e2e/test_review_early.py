"""Is an article that was announced too early found, where its feed gives no dates?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.aging import HOUR, age
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

BASE = "http://town.example"


def test_a_page_without_a_date_that_answers_404_at_first_is_asked_again(tmp_path: Path) -> None:
    with Town({f"{BASE}/feed": feed([f"{BASE}/a"])}) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed")])
        assert bench.crawl(due=True).source("town")["outcomes"] == {"failed:http_404": 1}
        town.answers[f"{BASE}/a"] = story("A")
        age(bench, HOUR)
        assert bench.crawl(due=True).source("town")["outcomes"] == {"article": 1}
