"""Does one cron line serve all sources: what is due is asked, what is not is left alone, and what was missed is looked for?"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.ledger import rfc3339
from crawler.newspaper.exchange import Reply, data, html, redirect
from tests.e2e.aging import DAY, HOUR, age
from tests.e2e.driver import Bench, wait_until
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("cron-line")

BASE = "http://town.example"
FEED, MAP = f"{BASE}/feed", f"{BASE}/sitemap.xml"


def page(name: str) -> str:
    return f"{BASE}/{name}"


def sitemap(urls: dict[str, str]) -> Reply:
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{modified}</lastmod></url>" for url, modified in urls.items())
    return data(
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode(), "application/xml"
    )


def bench(folder: Path, town: Town, *seeds: tuple[str, str], **keys: object) -> Bench:
    made = Bench.make(folder, connect_to=town.connect_to)
    made.source("town", f"{BASE}/", seeds or [("feed", FEED)], **keys)
    return made


def asked_since(town: Town, before: int) -> list[str]:
    return [url for url in town.asked()[before:] if not url.endswith("/robots.txt")]


def test_a_run_with_nothing_due_asks_nothing_begins_no_run_and_says_when(tmp_path: Path) -> None:
    with Town({FEED: feed([page("a")]), page("a"): story("A")}) as town:
        made = bench(tmp_path, town)
        assert made.run("crawl").exit_code == 0
        before, runs = len(town.rows()), len(made.runs())
        done = made.run("crawl")
        assert done.exit_code == 0
        assert len(town.rows()) == before
        assert len(made.runs()) == runs
    assert done.stdout.startswith("warchive: nothing is due; next: town at ")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_a_source_that_is_named_is_asked_at_once(tmp_path: Path) -> None:
    with Town({FEED: feed([page("a")]), page("a"): story("A")}) as town:
        made = bench(tmp_path, town)
        made.run("crawl")
        for arguments in (["town"], ["--now"]):
            before = len(town.rows())
            assert made.run("crawl", *arguments).exit_code == 0
            assert asked_since(town, before) == [FEED]


def test_what_is_due_is_asked_and_an_unchanged_seed_is_asked_conditionally(tmp_path: Path) -> None:
    with Town({FEED: replace(feed([page("a")]), validators=True), page("a"): story("A")}) as town:
        made = bench(tmp_path, town)
        made.run("crawl")
        age(made, 4 * HOUR)
        done = made.crawl(due=True)
        assert [row["status"] for row in town.rows() if row["target"] == "/feed"] == [200, 304]
    assert done.report is not None
    seed = done.source("town")["seeds"][0]
    assert (seed["status"], done.groups) == ("not_modified", {"unchanged": 1})
    assert "every" in seed["why"]
    assert seed["next_due"] > done.report["ended_at"]
    assert [capture["record_type"] for capture in made.captures() if capture["url"] == FEED] == ["response", "revisit"]


def test_an_edit_a_removal_and_a_return_are_noticed_without_being_told(tmp_path: Path) -> None:
    names = ("edited", "removed", "returned", "same")
    with Town({FEED: feed([page(name) for name in names]), **{page(name): story(name) for name in names}}) as town:
        made = bench(tmp_path, town)
        assert made.crawl(due=True).groups == {"article": 4}
        town.answers[page("edited")] = story("edited", note="The number of cows was corrected.")
        town.answers[page("removed")] = town.answers[page("returned")] = html("gone", status=404)
        age(made, 1.2 * HOUR)
        first = made.crawl(due=True)
        assert first.source("town")["outcomes"] == {"changed": 1, "missing:http_404": 2, "unchanged": 1}
        town.answers[page("returned")] = story("returned")
        age(made, 26 * HOUR)
        second = made.crawl(due=True)
    assert second.source("town")["outcomes"] == {"unchanged": 2, "gone:http_404": 1, "back": 1}
    versions = [article for article in made.articles() if article["version"] == 2]
    assert [article["title"] for article in versions] == ["edited"]
    assert versions[0]["change"]["text"]
    assert 0.5 < versions[0]["change"]["similarity"] < 1


def test_an_article_that_moves_for_good_goes_on_under_its_new_address(tmp_path: Path) -> None:
    with Town({FEED: feed([page("old")]), page("old"): story("A")}) as town:
        made = bench(tmp_path, town)
        made.crawl(due=True)
        town.answers[page("old")] = redirect(301, page("new"))
        town.answers[page("new")] = story("A", note="It moved.")
        age(made, 2 * HOUR)
        assert made.crawl(due=True).source("town")["outcomes"] == {"moved": 1}
        age(made, 2 * DAY)
        before = len(town.rows())
        assert made.crawl(due=True).source("town")["outcomes"] == {"unchanged": 1}
        assert page("old") not in asked_since(town, before)
    first, second = made.articles()
    assert (second["article_id"], second["version"], second["url"]) == (first["article_id"], 2, page("new"))


def test_an_article_under_many_addresses_is_asked_once_and_kept_once(tmp_path: Path) -> None:
    addresses = [f"{BASE}/a", "http://www.town.example/a?utm_source=x", f"{BASE}/a/amp", "http://m.town.example/a", f"{BASE}/a?print=1"]
    linked = f'<link rel="canonical" href="{BASE}/a">'
    slug = story("A")
    slug = replace(slug, body=slug.body.replace(b"</head>", linked.encode() + b"</head>"))
    with Town({FEED: feed([*addresses, f"{BASE}/fake-slug-a"]), page("a"): slug, page("fake-slug-a"): slug}) as town:
        made = bench(tmp_path, town, scope={"allow_hosts": ["m.town.example"]})
        done = made.crawl(due=True)
        pages = [url for url in town.asked() if not url.endswith(("/robots.txt", "/feed"))]
    assert sorted(done.source("town")["outcomes"].items()) == [("alias", 1), ("article", 1)]
    assert len(made.articles()) == 1
    assert sorted(pages) == [page("a"), page("fake-slug-a")]
    assert {alias["reason"] for alias in done.source("town")["aliases"]} == {"spelling", "canonical"}


def test_a_feed_that_rolled_over_is_a_gap_that_the_sitemap_fills(tmp_path: Path) -> None:
    names = [f"story-{number}" for number in range(8)]
    pages = {page(name): story(name) for name in names}
    seeds = [("feed", FEED), ("sitemap", MAP)]
    with Town({FEED: feed([page(name) for name in names[:3]]), MAP: sitemap({page(names[0]): "2020-01-01"}), **pages}) as town:
        made = bench(tmp_path, town, *seeds)
        made.crawl(due=True)
        age(made, 3 * HOUR)
        town.answers[FEED] = feed([page(name) for name in names[5:]])
        town.answers[MAP] = sitemap({page(names[0]): "2020-01-01", **{page(name): rfc3339(datetime.now(UTC)) for name in names[1:]}})
        done = made.crawl(due=True)
    source = done.source("town")
    assert source["outcomes"]["article"] == 5
    [gap] = source["gaps"]
    assert gap["url"] == FEED
    assert gap["since"] < gap["until"]
    assert gap["state"] == "filled"
    assert "reaches back" in gap["note"]
    assert source["first_found_by"]["sitemap"] >= 2
    assert sum(source["first_found_by"].values()) == 5


def test_a_gap_that_nobody_can_fill_says_what_remains_unknown(tmp_path: Path) -> None:
    pages = {page(name): story(name) for name in "abcdef"}
    with Town({FEED: feed([page(name) for name in "abc"]), **pages}) as town:
        made = bench(tmp_path, town)
        made.crawl(due=True)
        age(made, 3 * HOUR)
        town.answers[FEED] = feed([page(name) for name in "def"])
        [gap] = made.crawl(due=True).source("town")["gaps"]
    assert gap["state"] == "unknown"
    assert "may be missing" in gap["note"]


def test_a_backfill_walks_the_archive_within_its_budget_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    old = {page(f"2022/03/{day:02}/report"): story(f"Report {day}") for day in range(1, 10)}
    older = {page(f"2021/05/{day:02}/report"): story(f"Old {day}") for day in range(1, 4)}
    index = f"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>{BASE}/2022.xml</loc><lastmod>2022-12-31</lastmod></sitemap>
      <sitemap><loc>{BASE}/2021.xml</loc><lastmod>2021-12-31</lastmod></sitemap></sitemapindex>"""
    with Town(
        {
            FEED: feed([]),
            MAP: data(index.encode(), "application/xml"),
            f"{BASE}/2022.xml": sitemap({url: url[len(BASE) + 1 :][:10].replace("/", "-") for url in old}),
            f"{BASE}/2021.xml": sitemap({url: url[len(BASE) + 1 :][:10].replace("/", "-") for url in older}),
            f"{BASE}/robots.txt": data(f"Sitemap: {MAP}\n".encode(), "text/plain"),
            **old,
            **older,
        }
    ) as town:
        made = bench(tmp_path, town)
        config = made.folder / "warchive.toml"
        config.write_text(config.read_text() + "\n[schedule]\nbackfill_pages = 4\n")
        order = ("town", "--backfill", "--since", "2022-02-24")
        runs = [made.crawl(*order).source("town") for _ in range(4)]
    assert [run["outcomes"].get("article", 0) for run in runs] == [4, 4, 1, 0]
    assert runs[-1]["backfill"] == {"read": 2, "waiting": 1, "failed": 0, "taken": 9}
    assert {article["url"] for article in made.articles()} == set(old)
    assert f"{BASE}/2021.xml" not in town.asked()


def test_a_backfill_without_a_date_or_a_name_is_told_what_it_needs(tmp_path: Path) -> None:
    with Town({}) as town:
        made = bench(tmp_path, town)
        for arguments, need in ((["--backfill", "--since", "2022-01-01"], "names"), (["town", "--backfill"], "--since")):
            done = made.run("crawl", *arguments)
            assert done.exit_code == 2
            assert need in done.stderr


def test_blocks_are_kept_named_not_hammered_and_never_an_article(tmp_path: Path) -> None:
    wall = html(
        "<!DOCTYPE html><title>Just a moment...</title><body><noscript>Enable JavaScript and cookies to continue</noscript>"
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script></body>',
        status=403,
    )
    wall = replace(wall, headers=(*wall.headers, ("cf-mitigated", "challenge")))
    urls = [page(f"story-{number}") for number in range(12)]
    with Town({FEED: feed(urls), **dict.fromkeys(urls, wall)}) as town:
        made = bench(tmp_path, town)
        done = made.crawl(due=True)
        tried = [url for url in town.asked() if "story" in url]
        again = made.crawl("--now")
    outcomes = done.source("town")["outcomes"]
    assert outcomes["blocked:bot_challenge"] == len(tried) <= 4
    assert outcomes["waiting:blocked"] == 12 - len(tried)
    assert made.articles() == []
    assert len([url for url in town.asked() if "story" in url]) == len(tried), "the next run must leave the host alone, too"
    assert sum(again.source("town")["outcomes"].values()) == again.source("town")["candidates"]


def test_a_page_that_leads_to_the_front_page_is_a_block_and_no_article(tmp_path: Path) -> None:
    with Town({FEED: feed([page("a")]), page("a"): redirect(302, f"{BASE}/"), f"{BASE}/": story("Front")}) as town:
        done = bench(tmp_path, town).crawl()
        assert f"{BASE}/" not in town.asked()
    assert done.source("town")["outcomes"] == {"blocked:redirected_home": 1}


def test_the_backlog_of_one_source_does_not_delay_the_news_of_another(tmp_path: Path) -> None:
    backlog = [f"http://big.example/story-{number}" for number in range(200)]
    with Town(
        {
            "http://big.example/feed": feed(backlog),
            **{url: story(url[-9:]) for url in backlog},
            FEED: feed([page("a")]),
            page("a"): story("A"),
        }
    ) as town:
        made = bench(tmp_path, town)
        made.source("big", "http://big.example/", [("feed", "http://big.example/feed")], delay=0.3)
        config = made.folder / "warchive.toml"
        config.write_text(config.read_text() + '\n[schedule]\nhand_over = "1s"\n')
        made.crawl("town")
        asked_before = town.asked().count(FEED)
        with made.start("crawl", "--json") as running:
            wait_until(lambda: sum("/story-" in url for url in town.asked()) >= 5, what="the fifth page of the backlog")
            with sqlite3.connect(made.state / "ledger.sqlite") as db:  # the feed of the small one becomes due while the big one is at work
                db.execute("UPDATE seeds SET due = ? WHERE source = 'town'", (time.time(),))
            first = running.finish()
        assert town.asked().count(FEED) == asked_before
        second = made.run("crawl", "--max-runtime", "2")
    assert first.exit_code == 0, first.stderr
    assert first.source("big")["outcomes"]["waiting:handed_over"] > 100
    assert sum(first.source("big")["outcomes"].values()) == 200
    assert second.exit_code == 11
    assert town.asked().count(FEED) == asked_before + 1


def test_the_report_of_a_run_is_json_whatever_was_due(tmp_path: Path) -> None:
    with Town({FEED: feed([])}) as town:
        made = bench(tmp_path, town)
        made.crawl(due=True)
        assert json.loads(made.run("crawl", "--json").stdout)["ended_because"] == "nothing_due"
