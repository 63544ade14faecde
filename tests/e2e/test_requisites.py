"""Is what a page needs to be shown captured beside it: whole, once, politely, bounded, and each with one counted outcome?"""

from __future__ import annotations

import itertools
import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from crawler.newspaper import Newspaper, rags, wardrobe
from crawler.requisite_url import url_id
from tests.e2e.driver import Bench, CompletedRun, StoredRunFiles

pytestmark = pytest.mark.xdist_group("requisites")

STATIC = wardrobe.HOST
COURIER = "www.harbour-courier.example"
EVERY_COURIER_PAGE = {
    f"http://{COURIER}/style.css",
    f"http://{COURIER}/favicon.svg",
    f"http://{COURIER}/img/quote.svg",
    *(
        f"http://{STATIC}{path}"
        for path in (
            "/courier/main.css", "/courier/courier-wide.css", "/shared/type.css", "/shared/print.css", "/shared/reader.js",
            "/fonts/blocks.woff", "/img/paper.png", "/img/anchor.svg", "/img/portrait.jpg",
        )
    ),
}  # fmt: skip


def make_bench(folder: Path, paper: Newspaper, *, publishers: bool = True, **requisites: Any) -> Bench:
    """Every host leads to the newspaper, and no address does: the guard must refuse those by itself."""
    rules = [f"{host}::127.0.0.1:{paper.port}" for host in paper.hosts]
    bench = Bench.make(folder, connect_to=rules, requisites={"take": "all", **requisites})
    paper.write_sources(folder / "sources", publishers=publishers)
    return bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressed:
    """The newspaper and the page in rags, crawled, and crawled again after the next edition."""

    paper: Newspaper
    bench: Bench
    first: CompletedRun
    asked: list[dict[str, Any]]
    """What the servers saw of the first run."""
    outcomes: dict[bytes, str | None]
    """Of the first run, from the ledger."""
    second: CompletedRun
    runs: list[StoredRunFiles]


@pytest.fixture(scope="module")
def dressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dressed]:
    folder = tmp_path_factory.mktemp("dressed")
    with Newspaper() as paper:
        bench = make_bench(folder, paper, max_bytes="1 MiB")
        bench.source("rags", f"http://{rags.HOST}/", [("feed", f"http://{rags.HOST}{rags.FEED}")], languages=["ru"])
        (folder / "store").write_text("no folder: the rows of the run stay in the ledger, where a test can read them")
        first = bench.crawl()
        rows = bench.ledger_rows("SELECT id, outcome FROM wanted")
        asked = paper.log_rows()
        (folder / "store").unlink()
        paper.edition = 2
        second = bench.crawl("--recheck", env={"WARCHIVE_REQUISITES_FRESH": "1s"})
        outcomes = {row["id"]: row["outcome"] for row in rows}
        yield Dressed(paper=paper, bench=bench, first=first, asked=asked, outcomes=outcomes, second=second, runs=bench.runs())


def captures(run: StoredRunFiles) -> list[dict[str, Any]]:
    return [capture for capture in run.captures if capture["kind"] == "requisite"]


def test_a_page_is_captured_with_its_sheets_and_what_they_name_its_font_scripts_and_pictures(dressed: Dressed) -> None:
    kept = {capture["url"] for capture in captures(dressed.runs[0])}
    assert kept >= EVERY_COURIER_PAGE
    numbers = {match[1] for url in kept if (match := re.fullmatch(rf"http://{COURIER}/img/(\d+)\.jpg", url))}
    assert len(numbers) == sum(COURIER in url for url in dressed.paper.truth(1))
    for number in numbers:
        assert {f"http://{STATIC}/img/courier-{number}-{width}.png" for width in wardrobe.WIDTHS} <= kept


def test_each_is_in_the_archive_byte_for_byte_as_it_was_sent(dressed: Dressed) -> None:
    sent = {f"http://{row['host']}{row['target']}": row["sha256"] for row in dressed.asked if row["host"] == STATIC}
    kept = {record.url: record.sha256 for record in dressed.runs[0].records() if record.type == "response"}
    assert len(sent) > 90
    assert {url: kept[url] for url in sent} == sent


def test_each_url_is_asked_for_once_in_a_run_whoever_names_it(dressed: Dressed) -> None:
    asked = Counter((row["host"], row["target"]) for row in dressed.asked)
    assert [name for name, times in asked.items() if times > 1] == []


def test_a_host_of_files_is_asked_for_its_robots_txt_first_and_then_for_one_thing_at_a_time(dressed: Dressed) -> None:
    rows = [row for row in dressed.asked if row["host"] == STATIC]
    assert rows[0]["target"] == "/robots.txt"
    assert max(row["connections"] for row in rows) == 1


def test_nothing_that_a_hostile_page_names_gets_more_than_it_should(dressed: Dressed) -> None:
    expected = {url_id(urljoin(f"http://{rags.HOST}/", name)): outcome for name, outcome in rags.EXPECTED.items()}
    found = {key: dressed.outcomes.get(key) for key in expected}
    names = {url_id(urljoin(f"http://{rags.HOST}/", name)): name for name in rags.EXPECTED}
    assert {names[key]: outcome for key, outcome in found.items()} == rags.EXPECTED
    assert dressed.first.source("rags")["requisites"] == dict(sorted(Counter(rags.EXPECTED.values()).items()))
    assert not [row for row in dressed.asked if row["target"].startswith("/private/rag")]
    huge = next(capture for capture in captures(dressed.runs[0]) if capture["url"].endswith("/rags/huge.png"))
    assert huge["completeness"] == "truncated"
    assert huge["length"] < 1 << 20


def test_each_that_was_named_has_one_outcome_and_the_sums_balance(dressed: Dressed) -> None:
    assert None not in dressed.outcomes.values()
    for report in (dressed.first.report, dressed.second.report):
        assert report is not None
        counted = Counter[str]()
        for source in report["sources"].values():
            for outcome, count in source["requisites"].items():
                counted[outcome.partition(":")[0]] += count
        assert report["totals"]["requisites"] == {group: count for group, count in counted.items() if count}
        for source in report["sources"].values():
            assert sum(source["outcomes"].values()) == source["candidates"], "pages are counted by themselves"
    first = dressed.first.report
    assert first is not None
    assert sum(first["totals"]["requisites"].values()) == len(dressed.outcomes)
    answered = [
        name for name in dressed.outcomes.values() if name and name.partition(":")[0] not in ("known", "over_limit", "robots_denied")
    ]
    unreached = sum(outcome == "failed:private-address" for outcome in answered)
    assert first["captures"]["by_kind"]["requisite"] == len(answered) - unreached, "each answer is one capture"


def test_the_state_of_a_source_and_of_the_run_does_not_depend_on_pictures(dressed: Dressed) -> None:
    assert dressed.first.source("rags")["status"] == "ok"
    assert dressed.first.source("rags")["outcomes"] == {"article": 1}


def test_a_requisite_tells_which_page_needs_it_and_what_names_it_there(dressed: Dressed) -> None:
    told = {
        record.url: dict(re.findall(r"^([\w-]+): (.*?)\r$", record.block.decode(), re.MULTILINE))
        for record in dressed.runs[0].records()
        if record.type == "metadata" and "warchive-needed-as" in record.block.decode()
    }
    font = told[f"http://{STATIC}/fonts/blocks.woff"]
    assert font["via"].partition("?utm_")[0] in dressed.paper.truth(1)
    assert font["hopsFromSeed"] == "LEEE"
    assert font["warchive-needed-as"] == "font"
    assert font["warchive-named-by"] == f"http://{STATIC}/shared/type.css"
    icon = told[f"http://{COURIER}/favicon.svg"]
    assert icon["hopsFromSeed"] == "LE"
    assert "warchive-named-by" not in icon
    assert told[f"http://{rags.HOST}/rags/round-b.png"]["hopsFromSeed"] == "LER"


def test_requisites_are_in_the_index_and_are_neither_pages_nor_articles(dressed: Dressed) -> None:
    run = dressed.runs[0]
    index = run.file("indexes/index.cdxj").decode()
    pages = run.file("pages/pages.jsonl").decode()
    for capture in captures(run):
        assert capture["verdict"] is None
        assert f'"url": "{capture["url"]}"' in index
        assert f'"url": "{capture["url"]}"' not in pages
    assert {article["url"] for article in run.articles}.isdisjoint(capture["url"] for capture in captures(run))


def test_bytes_that_the_archive_has_are_kept_as_a_revisit_when_they_are_asked_for_again(dressed: Dressed) -> None:
    second = captures(dressed.runs[1])
    again = [capture for capture in second if capture["record_type"] == "revisit"]
    assert f"http://{STATIC}/courier/main.css" in {capture["url"] for capture in again}
    assert dressed.second.source("courier")["requisites"]["unchanged"] == sum(1 for one in again if one["source"] == "courier")
    before = {capture["record_id"] for capture in dressed.runs[0].captures}
    assert {capture["refers_to"] for capture in again} <= before
    new = {capture["url"] for capture in second if capture["record_type"] == "response"}
    assert new, "the new story has a picture of its own"


def test_people_see_what_became_of_them(dressed: Dressed) -> None:
    shown = dressed.bench.run("runs", "show", dressed.runs[0].run).stdout
    assert re.search(r"^rags: requisites: 10 captured, .*2 failed:private-address", shown, re.MULTILINE), shown
    assert "files" in shown


def test_what_the_archive_got_lately_is_not_asked_for_again_and_a_page_has_no_more_than_its_bound(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = make_bench(tmp_path, paper, max_per_page=5)
        (tmp_path / "sources" / "visnyk.toml").unlink()
        sada = tmp_path / "sources" / "sada.toml"
        sada.write_text('requisites = "none"\n' + sada.read_text())
        first = bench.crawl()
        before = len(paper.log_rows())
        paper.edition = 2
        second = bench.crawl("--recheck", "courier")
        later = [row for row in paper.log_rows()[before:] if row["host"] == STATIC or "/img/" in row["target"]]
    assert first.source("sada")["requisites"] == {}
    courier = first.source("courier")["requisites"]
    pages = first.source("courier")["outcomes"]["article"]
    assert courier["captured"] <= 5 * pages
    assert courier["over_limit:page"] > 0
    again = second.source("courier")["requisites"]
    assert again["known"] > 0
    asked = [row["target"] for row in later]
    assert len(asked) == len(set(asked)) <= again["captured"] + 1
    new = {row["url"] for row in captures(bench.runs()[1])}
    assert new.isdisjoint(row["url"] for row in captures(bench.runs()[0]))


def test_a_run_that_is_killed_in_the_middle_owes_the_rest_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = make_bench(tmp_path, paper)
        killed = bench.run("crawl", "--now", env={"WARCHIVE_CRASH_AT": "append-written:110"})
        assert killed.exit_code == -signal.SIGKILL
        acknowledged = [row["url"] for row in bench.acknowledged() if row["kind"] == "requisite"]
        assert acknowledged
        done = bench.crawl()
        assert done.exit_code == 0, done.stderr
        runs = bench.runs()
        sent = {f"http://{row['host']}{row['target']}" for row in paper.log_rows() if row["status"] == 200}
    report = runs[0].report
    assert report["ended_because"] == "killed"
    assert report["totals"]["requisites"]["waiting"] > 0
    assert report["totals"]["requisites"]["captured"] == len(acknowledged)
    kept = [capture["url"] for run in runs for capture in captures(run)]
    assert [url for url, times in Counter(kept).items() if times > 1] == []
    assert set(acknowledged) <= set(kept) >= EVERY_COURIER_PAGE
    assert {url for url in sent if STATIC in url and not url.endswith("robots.txt")} == {url for url in kept if STATIC in url}


def test_a_page_that_is_captured_by_name_gets_them_too_whatever_it_is(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = make_bench(tmp_path, paper, publishers=False)
        done = bench.run("capture", f"http://{COURIER}/", "--json")
        times = [row["at"] for row in paper.log_rows() if row["host"] == STATIC]
    assert done.report is not None, done.stderr
    assert done.groups == {"not_article": 1}
    kept = {capture["url"] for capture in captures(bench.runs()[0])}
    assert kept >= EVERY_COURIER_PAGE
    assert all(later >= earlier for earlier, later in itertools.pairwise(times))
