"""Does an article of ours stay ours, wherever its publisher sends us?"""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.newspaper.exchange import html, redirect
from tests.e2e.aging import DAY, HOUR, age
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

BASE = "http://town.example"
FEED, A, B = f"{BASE}/feed", f"{BASE}/old", f"{BASE}/new"


def bench(folder: Path, town: Town) -> Bench:
    made = Bench.make(folder, connect_to=town.connect_to)
    made.source("town", f"{BASE}/", [("feed", FEED)])
    return made


def test_an_article_that_moves_there_and_back_is_asked_for_ever_after(tmp_path: Path) -> None:
    with Town({FEED: feed([A]), A: story("A")}) as town:
        made = bench(tmp_path, town)
        made.crawl(due=True)
        town.answers |= {A: redirect(301, B), B: story("A", note="It moved.")}
        age(made, 2 * HOUR)
        assert made.crawl(due=True).source("town")["outcomes"] == {"moved": 1}
        town.answers |= {B: redirect(301, A), A: story("A", note="It is back.")}
        age(made, 2 * DAY)
        assert made.crawl(due=True).source("town")["outcomes"] == {"moved": 1}
        age(made, 10 * DAY)
        before = len(town.rows())
        assert made.crawl(due=True).source("town")["outcomes"] == {"unchanged": 1}
        assert A in town.asked()[before:]
        assert B not in town.asked()[before:]
    assert [(one["version"], one["url"]) for one in made.articles()] == [(1, A), (2, B), (3, A)]


def test_an_article_that_leads_to_another_one_for_now_is_asked_again(tmp_path: Path) -> None:
    with Town({FEED: feed([A, B]), A: story("A"), B: story("B")}) as town:
        made = bench(tmp_path, town)
        made.crawl(due=True)
        town.answers[A] = redirect(302, B)
        age(made, 2 * HOUR)
        assert made.crawl(due=True).source("town")["outcomes"] == {"redirected": 1, "unchanged": 1}
        town.answers[A] = story("A", note="It is here again.")
        age(made, 2 * DAY)
        assert made.crawl(due=True).source("town")["outcomes"] == {"changed": 1, "unchanged": 1}


def test_an_article_moves_to_an_address_that_was_asked_for_too_early(tmp_path: Path) -> None:
    with Town({FEED: feed([A, B]), A: story("A"), B: html("<p>Forbidden</p>", status=400)}) as town:
        made = bench(tmp_path, town)
        assert made.crawl(due=True).groups == {"article": 1, "failed": 1}
        town.answers |= {A: redirect(301, B), B: story("A", note="It moved.")}
        age(made, 2 * HOUR)
        assert made.crawl(due=True).source("town")["outcomes"]["moved"] == 1
        age(made, 2 * DAY)
        assert made.crawl(due=True).source("town")["outcomes"]["unchanged"] == 1
    assert [(one["version"], one["url"]) for one in made.articles()] == [(1, A), (2, B)]
