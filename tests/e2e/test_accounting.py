"""Does every discovered URL end in exactly one counted, named outcome, and do the sums balance?"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from crawler.newspaper import Newspaper
from crawler.newspaper.exchange import data, html, redirect
from crawler.pageid import page_id
from tests.e2e.driver import Bench, CompletedRun, StoredRunFiles
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("accounting")

BUDGET, PAGES = 5, 30
BASE = "http://town.example"
OTHER = "http://elsewhere.example"
PAYWALL = html(
    '<!DOCTYPE html><html><head><title>Letters</title><script type="application/ld+json">{"@context": "https://schema.org",'
    ' "@type": "NewsArticle", "headline": "Letters", "isAccessibleForFree": false}</script></head><body><article><h1>Letters</h1>'
    "<p>He wrote every day.</p><p>Subscribe to continue reading.</p></article></body></html>"
)
ANSWERS = {
    f"{BASE}/robots.txt": data(b"User-agent: *\nDisallow: /closed/\n", "text/plain"),
    f"{BASE}/a": story("A"),
    f"{BASE}/b": story("B"),
    f"{BASE}/chain": redirect(301, "/chain/2"),
    f"{BASE}/chain/2": redirect(302, "/chain/3"),
    f"{BASE}/chain/3": story("At the end of a chain"),
    f"{BASE}/to-a": redirect(302, "/a"),
    f"{BASE}/to-the-closed-part": redirect(302, "/closed/press"),
    f"{BASE}/away": redirect(302, f"{OTHER}/x"),
    f"{BASE}/nowhere": redirect(301, ""),
    f"{BASE}/loop": redirect(302, "/loop"),
    f"{BASE}/gone": html("gone", status=410),
    f"{BASE}/forbidden": html("no", status=403),
    f"{BASE}/pdf": data(b"%PDF-1.4\n%%EOF\n", "application/pdf"),
    f"{BASE}/empty": data(b"", "text/html"),
    f"{BASE}/paywall": PAYWALL,
    f"{BASE}/tag/war": story("A tag page"),
}
# What the feed of the town announces, and what must become of it. A URL that is announced twice is one candidate.
EXPECTED = {
    f"{BASE}/a": "article",
    f"{BASE}/b": "article",
    f"{BASE}/b?utm_source=rss": "article",
    f"{BASE}/chain": "article",
    f"{BASE}/to-a": "redirected",
    f"{BASE}/to-the-closed-part": "robots_denied",
    f"{BASE}/away": "out_of_scope:redirect:other-host",
    f"{BASE}/nowhere": "failed:redirect_without_location",
    f"{BASE}/loop": "failed:too_many_redirects",
    f"{BASE}/missing": "failed:http_404",
    f"{BASE}/gone": "failed:http_410",
    f"{BASE}/forbidden": "blocked:forbidden",
    f"{BASE}/pdf": "not_article:not_html",
    f"{BASE}/empty": "not_article:empty",
    f"{BASE}/paywall": "article",
    f"{BASE}/closed/door": "robots_denied",
    f"{BASE}/tag/war": "out_of_scope:denied-by-rule",
    f"{BASE}/map.pdf": "out_of_scope:not-a-page",
    f"{OTHER}/x": "out_of_scope:other-host",
}
NO_PAGES = ("mailto:desk@town.example", "javascript:void(0)")  # announced as well: links that are no page of any web site


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """A run over everything that can happen to a URL, whose store was not there, and the run after it."""

    paper: Newspaper
    bench: Bench
    first: CompletedRun
    sightings: list[dict[str, Any]]
    spooled: int
    second: CompletedRun
    runs: list[StoredRunFiles]

    def outcome_of(self, source: str, url: str) -> str | None:
        found = [row["outcome"] for row in self.sightings if row["source"] == source and row["page"] == page_id(url)]
        assert len(found) == 1, f"{url} has {len(found)} outcomes in {source}"
        outcome: str | None = found[0]
        return outcome


@pytest.fixture(scope="module")
def accounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounted]:
    folder = tmp_path_factory.mktemp("accounting")
    with Newspaper(pages=PAGES, page_hosts=1) as paper, Town({**ANSWERS, f"{BASE}/feed.rss": feed([*EXPECTED, *NO_PAGES])}) as town:
        rules = [f"{host}::127.0.0.1:{town.port}" for host in ("town.example", "elsewhere.example")] + paper.connect_to
        # The folder above the store is not there: the rows of the run stay in the ledger, where a test can read them.
        bench = Bench.make(folder, connect_to=rules, store="unmounted/store")
        paper.write_sources(folder / "sources", odd_post=True)
        press = folder / "sources" / "press-0.toml"
        lines = [line for line in press.read_text().splitlines() if not line.startswith("max_pages_per_run")]
        press.write_text("\n".join([f"max_pages_per_run = {BUDGET}", *lines]) + "\n")
        copy = (folder / "sources" / "courier.toml").read_text().replace('name = "courier"', 'name = "courier-copy"')
        (folder / "sources" / "courier-copy.toml").write_text(copy)
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed.rss"), ("feed", f"{BASE}/not-there.rss")], scope={"deny": ["^/tag/"]})
        first = bench.crawl()
        sightings = bench.ledger_rows("SELECT * FROM sightings")
        spooled = len(bench.acknowledged())
        (folder / "unmounted").mkdir()
        second = bench.crawl("town", "press-0")
        yield Accounted(paper=paper, bench=bench, first=first, sightings=sightings, spooled=spooled, second=second, runs=bench.runs())


def test_each_announced_url_has_the_outcome_that_it_should(accounted: Accounted) -> None:
    assert {url: accounted.outcome_of("town", url) for url in EXPECTED} == EXPECTED


def test_no_url_is_left_undecided(accounted: Accounted) -> None:
    assert [row for row in accounted.sightings if row["outcome"] is None] == []
    assert accounted.first.report is not None
    assert not any("undecided" in source["outcomes"] for source in accounted.first.report["sources"].values())


def test_for_each_source_and_in_total_the_outcomes_add_up_to_the_candidates(accounted: Accounted) -> None:
    for report in (accounted.first.report, accounted.second.report, *(run.report for run in accounted.runs)):
        assert report is not None
        sources = report["sources"].values()
        for source in sources:
            assert sum(source["outcomes"].values()) == source["candidates"]
        assert sum(report["totals"]["outcomes"].values()) == report["totals"]["candidates"]
        assert sum(source["candidates"] for source in sources) == report["totals"]["candidates"]
        assert sum(source["articles"] for source in sources) == report["totals"]["articles"]


def test_the_candidates_are_the_distinct_urls_that_the_publishers_announced(accounted: Accounted) -> None:
    report = accounted.first
    assert report.source("town")["candidates"] == len({page_id(url) for url in EXPECTED})
    assert report.source("press-0")["candidates"] == PAGES
    courier = [url for url in accounted.paper.truth() if "harbour-courier" in url]
    assert report.source("courier")["candidates"] == len(courier) + 3, "its stories, and three announced pages that are none"


def test_a_spent_budget_leaves_the_rest_waiting_for_the_next_run(accounted: Accounted) -> None:
    assert accounted.first.source("press-0")["outcomes"] == {"article": BUDGET, "waiting:budget": PAGES - BUDGET}
    # The sitemap has not changed since: what waits is in the frontier, not in what is announced.
    assert accounted.second.source("press-0")["outcomes"]["article"] == BUDGET


def test_a_url_that_two_sources_announce_is_asked_for_once_and_counted_in_both(accounted: Accounted) -> None:
    outcomes = Counter(accounted.first.source("courier")["outcomes"]) + Counter(accounted.first.source("courier-copy")["outcomes"])
    announced = accounted.first.source("courier")["candidates"]
    assert outcomes["elsewhere"] == announced
    assert sum(outcomes.values()) == 2 * announced
    asked = Counter(row["target"].partition("?")[0] for row in accounted.paper.log_rows() if row["host"] == "www.harbour-courier.example")
    stories = [url for url in accounted.paper.truth() if "harbour-courier" in url]
    assert {asked[url.partition(".example")[2]] for url in stories} == {1}


def test_a_seed_that_is_not_there_is_a_named_failure_and_the_run_partial(accounted: Accounted) -> None:
    town = accounted.second.source("town")
    assert {seed["url"]: seed["status"] for seed in town["seeds"]} == {f"{BASE}/feed.rss": "ok", f"{BASE}/not-there.rss": "http_404"}
    assert town["status"] == "partial"
    assert accounted.second.exit_code == 4


def test_links_that_are_no_pages_are_told_with_the_seed_that_has_them(accounted: Accounted) -> None:
    seed = next(seed for seed in accounted.first.source("town")["seeds"] if seed["url"] == f"{BASE}/feed.rss")
    assert seed["entries"] == len(EXPECTED)
    assert seed["detail"] == "2 with another scheme than http or https, dropped"


def test_finished_urls_are_known_at_the_next_run_and_not_asked_again(accounted: Accounted) -> None:
    again = dict(accounted.second.source("town")["outcomes"])
    later = {page_id(url) for url, outcome in EXPECTED.items() if outcome.startswith("blocked") or outcome == "failed:http_404"}
    in_scope = {page_id(url) for url, outcome in EXPECTED.items() if not outcome.startswith("out_of_scope") or "redirect" in outcome}
    assert again.pop("known") == len(in_scope - later)
    assert again.pop("waiting:next_run") == len(later)
    assert {outcome.partition(":")[0] for outcome in again} == {"out_of_scope"}


def test_a_page_that_was_busy_once_is_asked_again_in_the_same_run_and_then_kept(accounted: Accounted) -> None:
    rows = [row for row in accounted.paper.log_rows() if row["target"].startswith("/busy-once")]
    assert [row["status"] for row in rows] == [503, 200]
    busy = [row["at"] for row in accounted.paper.log_rows() if row["target"].partition("?")[0] == "/busy"]
    assert len(busy) >= 3, "503 passes by itself: tried again while the run has the patience"
    assert all(later - earlier > 1 for earlier, later in itertools.pairwise(busy)), "Retry-After: 1 is honoured"


def test_every_outcome_group_of_the_documentation_was_met(accounted: Accounted) -> None:
    met = {row["outcome"].partition(":")[0] for row in accounted.sightings} | set(accounted.second.groups)
    assert met >= {
        "article", "not_article", "known", "elsewhere", "redirected", "robots_denied", "out_of_scope", "failed", "waiting",
    }  # fmt: skip


def test_a_store_that_is_not_there_costs_nothing_and_the_next_start_publishes_the_run(accounted: Accounted) -> None:
    first = accounted.first
    assert first.exit_code == 6
    assert "does not exist" in first.stderr
    assert "stays in the spool" in first.stderr
    assert first.report is not None
    assert accounted.spooled == first.report["captures"]["total"] > 100
    assert [run.run for run in accounted.runs] == [first.report["run"], (accounted.second.report or {})["run"]]
    assert accounted.runs[0].report == first.report
    assert len(accounted.runs[0].captures) == accounted.spooled
    assert first.report["run"] in accounted.second.stderr


def test_after_publication_the_spool_is_empty_and_the_ledger_too(accounted: Accounted) -> None:
    assert accounted.bench.spool_files() == []
    for table in ("runs", "segments", "captures", "index_lines", "articles", "sightings", "visits", "wanted", "requisites"):
        assert accounted.bench.ledger_rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}], table


def test_the_published_report_is_what_runs_show_prints(accounted: Accounted) -> None:
    shown = accounted.bench.run("runs", "show", "last", "--json")
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout) == accounted.second.report
    text = accounted.bench.run("runs", "show", accounted.runs[0].run).stdout
    assert "too_many_redirects" in text
    assert "waiting:budget" in text
