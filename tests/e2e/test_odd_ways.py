"""Do redirects, sitemap indexes and named URLs lead where they should, and nowhere for ever?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.indexes import MAX_CHILDREN, MAX_DEPTH
from crawler.newspaper.exchange import Reply, data, html, redirect
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("odd-ways")

BASE = "http://town.example"
FEED, A, B = f"{BASE}/feed", f"{BASE}/a", f"{BASE}/b"


def bench(folder: Path, town: Town, *, seed: tuple[str, str] = ("feed", FEED), store: str = "store") -> Bench:
    made = Bench.make(folder, connect_to=town.connect_to, store=store)
    made.source("town", f"{BASE}/", [seed])
    return made


def index(urls: list[str]) -> Reply:
    items = "".join(f"<sitemap><loc>{url.replace('&', '&amp;')}</loc></sitemap>" for url in urls)
    return data(
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</sitemapindex>'.encode(),
        "application/xml",
    )


@pytest.mark.parametrize("target", ["http://far.example:99999/feed", "http://xn--\xfc..example/feed", "http://a\x1b]0;x.example/f"])
def test_a_seed_that_is_redirected_to_no_url_at_all_is_a_named_failure_and_ends_the_run(tmp_path: Path, target: str) -> None:
    with Town({FEED: redirect(302, target)}) as town:
        done = bench(tmp_path, town).crawl(timeout=60)
    assert done.exit_code == 4, done.stderr
    assert [seed["status"] for seed in done.source("town")["seeds"]] == ["bad_redirect"]


def test_an_index_that_lists_itself_and_others_asks_for_each_sitemap_once_and_for_no_strange_host(tmp_path: Path) -> None:
    first, second, strange = f"{BASE}/i0", f"{BASE}/i1", "http://strange.example/s"
    with Town({first: index([first, second, strange]), second: index([first, second])}) as town:
        done = bench(tmp_path, town, seed=("sitemap", first)).crawl()
        asked = Counter(town.asked())
    assert asked == {f"{BASE}/robots.txt": 1, first: 1, second: 1}
    details = {seed["url"]: seed["detail"] for seed in done.source("town")["seeds"]}
    assert "1 sitemaps of the index lie on hosts that the source does not name" in details[first]
    assert MAX_CHILDREN**MAX_DEPTH > 100_000, "what an index with a thousand spellings of itself would have cost"


def test_a_page_that_is_again_what_it_once_was_is_a_new_version(tmp_path: Path) -> None:
    with Town({FEED: feed([A])}) as town:
        made = bench(tmp_path, town)
        for note in ("", "Nobody was hurt.", "", ""):
            town.answers[A] = story("A", note=note)
            last = made.crawl("--recheck")
    assert last.groups == {"unchanged": 1}
    articles = made.articles()
    assert [article["version"] for article in articles] == [1, 2, 3]
    assert articles[0]["text_sha256"] == articles[2]["text_sha256"] != articles[1]["text_sha256"]
    assert [article["previous_id"] for article in articles[1:]] == [articles[0]["id"], articles[1]["id"]]


def test_a_304_is_never_taken_for_an_older_capture_than_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    with Town({A: story("A"), B: story("B"), FEED: replace(feed([A]), validators=True)}) as town:
        made = bench(tmp_path, town, store="disk/store")
        assert made.crawl().exit_code == 0
        (tmp_path / "disk").rename(tmp_path / "away")
        town.answers[FEED] = replace(feed([A, B]), validators=True)
        assert made.crawl().exit_code == 6  # the new feed is captured, and stays in the spool
        assert made.crawl().exit_code == 6
        (tmp_path / "away").rename(tmp_path / "disk")
        last = made.crawl()
        statuses = [row["status"] for row in town.rows() if row["target"] == "/feed"]
    assert last.exit_code == 0, last.stderr
    assert statuses == [200, 200, 200, 304]
    feeds = {record.id: record for record in made.records() if record.url == FEED and record.type == "response"}
    for record in made.records():
        if record.url == FEED and record.type == "revisit":
            original = feeds[record.headers["WARC-Refers-To"]]
            assert original.headers["WARC-Date"] == record.headers["WARC-Refers-To-Date"]
            assert _etag(original.block) == _etag(record.block), "the 304 is of the entity that the record names"


def _etag(block: bytes) -> bytes:
    return next(line for line in block.split(b"\r\n") if line.lower().startswith(b"etag:"))


def test_capture_keeps_what_it_is_told_to_whatever_sources_know_of_it_and_takes_nothing_from_them(tmp_path: Path) -> None:
    with Town({FEED: feed([A, B]), A: story("A"), f"{BASE}/to-a": redirect(302, A)}) as town:
        made = bench(tmp_path, town)
        assert made.crawl().groups == {"article": 1, "failed": 1}
        named = made.run("capture", "--json", A, B, f"{BASE}/to-a")
        assert named.exit_code == 4, "one of the three is not there"
        assert named.groups == {"failed": 1, "unchanged": 2}
        assert made.run("capture", "--json", f"{BASE}/new").exit_code == 5
        town.answers[f"{BASE}/new"] = story("New")
        town.answers[FEED] = feed([A, f"{BASE}/new"])
        assert made.crawl().groups == {"article": 1, "known": 1}
        town.answers[f"{BASE}/robots.txt"] = html("busy", status=503)
    assert Counter(town.asked())[A] == 3


def test_a_robots_txt_whose_redirect_leads_to_a_closed_host_costs_its_site_the_run_and_says_so(tmp_path: Path) -> None:
    down = "http://down.example"
    away = html("no", status=503, headers=[("Retry-After", "7200")])
    with Town({f"{BASE}/robots.txt": redirect(302, f"{down}/robots.txt"), f"{down}/robots.txt": away, FEED: feed([A])}) as town:
        made = bench(tmp_path, town)
        made.source("down", f"{down}/", [("feed", f"{down}/feed")])
        done = made.crawl(timeout=60)
    assert done.exit_code == 4
    statuses = {name: [seed["status"] for seed in done.source(name)["seeds"]] for name in ("town", "down")}
    assert statuses["town"] == ["robots_unreachable"]
    assert len(statuses["down"]) == 1


def test_a_crawl_that_could_not_begin_does_not_end_as_if_nothing_was_new(tmp_path: Path) -> None:
    with Town({FEED: feed([A])}) as town:
        made = Bench.make(tmp_path, connect_to=town.connect_to, network={"ca_bundle": "warchive.toml"})
        made.source("town", f"{BASE}/", [("feed", FEED)])
        done = made.crawl()
    assert done.exit_code == 3, done.stderr
    assert "holds no certificate" in done.stderr
    assert "Traceback" not in done.stderr


def test_data_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    made = Bench.make(tmp_path)
    made.source("town", f"{BASE}/", [("feed", FEED)], title="Вісник долини")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for arguments in (("sources", "show", "town"), ("sources", "show", "town", "--json")):
        done = made.run(*arguments, env=plain)
        assert done.exit_code == 0, done.stderr
        assert "Вісник долини" in done.stdout
