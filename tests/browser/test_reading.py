"""Does a person find what he looks for: an article, what changed in it, every capture of its address? In a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from archive.catalogue_rows import StoredArticle
from archive.reader import open_archive
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench
from tests.servers.chrome import watched
from tests.servers.web import run_web
from tests.web.library import SITE, Library, make_library

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chrome")]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A server over the newspaper in two editions, and its articles."""

    base: str
    newest: list[StoredArticle]

    def changed(self, language: str) -> StoredArticle:
        """An article of that language that was edited between the editions."""
        return next(one for one in self.newest if one.language == language and one.version == 2)

    def page(self, one: StoredArticle) -> str:
        return f"{self.base}/articles/{one.id.removeprefix('urn:uuid:')}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("reading"), paper)
        assert bench.crawl().exit_code == 0
        paper.edition = 2
        assert bench.crawl("--recheck").exit_code == 0
    with open_archive(str(bench.folder / "store"), collection="test", state=bench.folder / "state") as archive:
        newest = list(archive.catalogue.articles(latest=True))
    with run_web(bench.folder / "store", collection="test", state=bench.folder / "state") as base:
        yield House(base=base, newest=newest)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    made = make_library(tmp_path_factory.mktemp("library"))
    with run_web(made.store, collection="news", state=made.state) as base:
        yield base, made


def test_a_reader_goes_from_an_article_to_what_changed_and_to_its_captures(chrome: Browser, house: House) -> None:
    article = house.changed("en")
    with watched(chrome, house.base) as seen:
        page = seen.page
        page.goto(house.page(article))
        expect(page.get_by_role("heading", level=1)).to_have_text("Observers count forty-six craters at Kelda bridge as truce frays")
        expect(page.get_by_role("article")).to_contain_text("Monitors from the Joint Observation Mission counted forty-six fresh craters")
        expect(page.get_by_text("No other article in this archive says it")).to_be_visible()  # fetched by our script
        expect(page.get_by_text("Read and compared just now")).to_be_visible()
        page.get_by_role("link", name="Compare with version 1").click()
        expect(page.locator("del", has_text="enters second week")).to_have_css("text-decoration-line", "line-through")
        expect(page.locator("ins", has_text="frays")).to_have_css("text-decoration-line", "underline")
        page.get_by_role("link", name="Side by side").click()
        expect(page.locator(".left", has_text="forty fresh")).to_be_visible()
        expect(page.locator(".right ins", has_text="-six").first).to_be_visible()
        page.get_by_text("paragraphs unchanged").click()
        expect(page.get_by_text("The Northern Command denied")).to_be_visible()
        page.get_by_label("Before").select_option(index=0)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.get_by_text("This is one version, compared with itself.")).to_be_visible()
        page.get_by_role("link", name="Observers count").click()
        page.get_by_role("link", name="captures of its address").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(article.url)
        expect(page.get_by_role("row", name="article, version 2")).to_be_visible()
        seen.expect_quiet()


def test_a_calendar_is_used_with_the_keyboard_alone(chrome: Browser, house: House) -> None:
    with watched(chrome, house.base) as seen:
        page = seen.page
        page.goto(f"{house.base}/url?url={house.changed('uk').url}")
        day = page.locator("table.month td a").first
        expect(day).to_have_accessible_name(re.compile(r"\d+ [A-Z][a-z]+ \d{4}: 2 captures"))
        day.focus()
        page.keyboard.press("Enter")
        expect(page.locator("a[aria-current=date]")).to_have_count(1)
        expect(page.locator("table.captures tbody tr")).to_have_count(2)
        page.get_by_label("Address", exact=True).fill("http://sada-aljibal.example/feed.json")
        page.keyboard.press("Enter")
        expect(page.locator("table.captures tbody tr")).to_have_count(2)
        expect(page.locator("table.captures")).to_contain_text("seed")
        seen.expect_quiet()


@pytest.mark.parametrize("language", ["ar", "he", "my", "uk"])
@pytest.mark.parametrize(("width", "dark", "scripts"), [(1280, False, True), (390, True, False)])
def test_every_script_reads_well_on_desk_and_phone(
    chrome: Browser, house: House, language: str, width: int, dark: bool, scripts: bool
) -> None:
    article = next(one for one in house.newest if one.language == language)
    with watched(chrome, house.base, width=width, height=800, dark=dark, scripts=scripts) as seen:
        page = seen.page
        bare = article.id.removeprefix("urn:uuid:")
        for path in (f"/articles/{bare}", f"/compare?b={bare}", f"/compare?b={bare}&view=side", f"/url?url={article.url}", "/feeds"):
            page.goto(house.base + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.goto(house.page(article))
        way = page.get_by_role("article").evaluate("one => getComputedStyle(one).direction")
        assert way == ("rtl" if language in ("ar", "he") else "ltr")
        boxes = page.get_by_role("article").locator("p").first.bounding_box()
        assert boxes is not None
        assert boxes["width"] > 200
        if not scripts:
            expect(page.get_by_role("link", name="Look for articles with nearly the same words")).to_be_visible()
        seen.expect_quiet()


def test_a_download_has_a_name_of_ours(chrome: Browser, house: House) -> None:
    with watched(chrome, house.base) as seen:
        seen.page.goto(house.page(house.changed("ar")))
        for link, suffix in (("Record", ".json"), ("Text", ".md")):
            with seen.page.expect_download() as started:
                seen.page.get_by_role("link", name=link, exact=True).click()
            name = started.value.suggested_filename
            assert name.startswith("article-")
            assert name.endswith(suffix)
        seen.expect_quiet()


def test_nothing_hostile_does_anything(chrome: Browser, library: tuple[str, Library]) -> None:
    base, made = library
    evil, url = made.bare("evil"), made.refs["evil"].url
    with watched(chrome, base) as seen:
        page = seen.page
        page.on("dialog", lambda dialog: seen.complaints.append(f"dialog {dialog.message}"))
        for path in (f"/articles/{evil}", f"/articles/{made.bare('story')}", f"/compare?a={evil}&b={made.bare('story')}", "/feeds"):
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
        page.goto(f"{base}/url")
        page.get_by_label("Address", exact=True).fill(url)
        page.keyboard.press("Enter")
        expect(page.locator("table.captures tbody tr")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{SITE}/a")
        assert page.evaluate("document.querySelectorAll('script:not([src]), img, iframe').length") == 0
        seen.expect_quiet()
