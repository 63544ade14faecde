"""Does a person who opens a crawled archive find his way: front, search in five languages, runs, sources, the API?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from archive.config import load_config
from crawler.newspaper import Newspaper
from crawler.wellbeing import health_of
from tests.e2e.driver import Bench
from tests.servers.chrome import watched
from tests.servers.web import run_web
from tests.servers.webclient import ask, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chrome")]

WORDS = {"en": "prisoner", "uk": "безпілотник", "ru": "переговорах", "ar": "ألغام", "de": "Deserteur"}
"""Words in other forms than those of the texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    base: str
    bench: Bench
    report: dict[str, Any]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("walk"), paper)
        crawled = bench.crawl()
        assert crawled.report is not None, crawled.stderr
    config = load_config(bench.folder / "warchive.toml", environ={}, overrides={})
    with run_web(
        bench.folder / "store",
        collection="test",
        state=bench.folder / "state",
        health=lambda archive: health_of(config, archive),
    ) as base:
        until(lambda: ask(base, "/api/search").json()["total"] == crawled.report["totals"]["articles"] if crawled.report else None)
        yield House(base=base, bench=bench, report=crawled.report)


def test_what_is_shown_is_what_the_commands_say(house: House) -> None:
    front = ask(house.base, "/api/front").json()
    totals = house.report["totals"]
    assert front["totals"]["articles"] == totals["articles"] == sum(day["articles"] for day in front["days"])
    assert front["totals"]["captures"] == house.report["captures"]["total"]
    run = ask(house.base, "/api/runs/last").json()
    assert {one["outcome"]: one["count"] for one in run["line"]["sums"]["outcomes"]} == totals["outcomes"]
    assert run["line"]["sums"]["balanced"] is True
    assert {one["source"]: one["outcomes"] for one in run["sources"]} == {
        name: part["outcomes"] for name, part in house.report["sources"].items()
    }
    failed = next(one for one in run["reasons"] if one["outcome"] == "failed:http_404")
    assert [one["status"] for one in failed["examples"]] == [404]
    told = house.bench.run("health", "--all", "--json")
    mine = ask(house.base, "/api/health").json()["states"]
    assert [(one["source"], one["verdict"]) for one in mine] == [(one["source"], one["verdict"]) for one in json.loads(told.stdout)]


@pytest.mark.parametrize("language", WORDS)
def test_words_are_found_in_each_language_and_lead_to_the_article(chrome: Browser, house: House, language: str) -> None:
    with watched(chrome, house.base) as seen:
        page = seen.page
        page.goto(house.base + "/")
        page.keyboard.press("/")
        page.keyboard.type(WORDS[language])
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=" + quote(WORDS[language]))
        page.select_option("#f-language", language)
        page.click(".bigfind button")
        page.wait_for_url(f"**&language={language}&**")
        entry = page.locator("li.entry").first
        expect(entry.locator("mark").first).to_be_visible()
        assert entry.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        title = entry.locator("h3").inner_text()
        entry.locator("h3 a").click()
        expect(page.locator("h1")).to_have_text(title)
        seen.expect_quiet()


def test_a_visitor_looks_around(chrome: Browser, house: House) -> None:
    with watched(chrome, house.base) as seen:
        page = seen.page
        page.goto(house.base + "/")
        assert page.locator("svg.wide rect").count() == len(house.report["sources"])
        until(lambda: page.goto(house.base + "/") and "well" in page.locator("aside").inner_text())
        page.click("text=The same as a table")
        assert page.locator("details table").is_visible()
        page.click("nav.places >> text=Runs")
        page.click("tbody th a >> nth=0")
        expect(page.locator("h1")).to_contain_text(house.report["run"])
        assert "adds up" in page.inner_text("main")
        page.click("[aria-labelledby=failed] a.url")
        expect(page.locator("main")).to_contain_text("404")
        page.go_back()
        page.click("[aria-labelledby=sources] a >> nth=0")
        expect(page.locator("svg.wide rect").first).to_be_visible()
        page.click("text=Search its articles")
        expect(page.locator("li.entry").nth(5)).to_be_visible()
        page.click("nav.places >> text=API")
        page.click('a[href="/api/front"]')
        seen.expect_quiet()
