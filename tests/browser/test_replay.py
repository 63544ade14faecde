"""Does a person see a page as it was: with its styles, its font, its pictures, and words above it that are true?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from archive.reader import open_archive
from archive.warc import timestamp14
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench
from tests.servers.chrome import watched
from tests.servers.replay import Running, replay_environment, run_replay
from tests.servers.require import Missing, require

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chrome")]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str, str]]:
    """The newspaper, crawled and closed; a running replay, and the paths of our pages about two of its articles."""
    try:
        place = replay_environment()
    except Missing as missing:
        require(missing)
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("paper"), paper, requisites={"take": "all"})
        done = bench.crawl()
        assert done.exit_code == 0, done.stderr
    with open_archive(str(bench.folder / "store"), state=bench.folder / "state") as archive:
        refs = {article.url: archive.capture_of(article) for article in archive.articles() if article.source == "courier"}
    first = next(url for url in refs if "radios-de-la-frontera" in url)
    second = next(url for url in refs if url != first)
    paths = [f"/replay/{timestamp14(ref.fetched_at)}/{ref.url}" for ref in (refs[first], refs[second]) if ref is not None]
    with run_replay(bench.folder, place=place) as running:
        yield running, *paths


def test_a_page_is_shown_as_it_was_with_nothing_from_elsewhere(chrome: Browser, shown: tuple[Running, str, str]) -> None:
    running, path, _ = shown
    with watched(chrome, running.origin, running.replay) as seen:
        seen.page.goto(running.origin + path, wait_until="load")
        assert "Las radios de la frontera" in seen.page.get_by_role("heading", level=1).inner_text()
        assert seen.page.get_by_text("As captured").is_visible()
        assert seen.page.get_by_text("The only capture of this address.").is_visible()
        assert not seen.page.locator("#viewer-moved").is_visible()
        frame = seen.page.frame_locator("#viewer-frame")
        frame.get_by_role("heading", name="Las radios de la frontera").wait_for()
        inner = next(frame for frame in seen.page.frames if frame.url.startswith(running.replay))
        inner.wait_for_function("document.readyState === 'complete' && document.fonts.status === 'loaded'")
        told = inner.evaluate("[...document.images].map((i) => [i.src, i.currentSrc, i.complete, i.naturalWidth, i.loading])")
        assert [one for one in told if one[2] and not one[3] and one[4] != "lazy"] == []
        assert inner.evaluate("[...document.images].filter((i) => i.naturalWidth > 0).length") > 0
        assert inner.evaluate("[...document.styleSheets].reduce((n, s) => n + s.cssRules.length, 0)") > 10
        assert inner.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').length") > 0
        seen.expect_quiet()


def test_who_follows_a_link_in_the_frame_is_told_and_led_on(chrome: Browser, shown: tuple[Running, str, str]) -> None:
    running, path, other = shown
    with watched(chrome, running.origin, running.replay, width=390, height=800, dark=True) as seen:
        seen.page.goto(running.origin + path, wait_until="load")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        frame = next(frame for frame in seen.page.frames if frame.url.startswith(running.replay))
        frame.evaluate("(there) => { location.href = there; }", running.replay + other.replace("/replay/", "/web/"))
        moved, link = seen.page.locator("#viewer-moved"), seen.page.locator("#viewer-there")
        moved.wait_for(state="visible")
        assert seen.page.url == running.origin + path, "our page goes nowhere by itself"
        assert link.get_attribute("href") == other
        link.click()
        seen.page.wait_for_url(running.origin + other)
        assert not moved.is_visible()
        frame = next(frame for frame in seen.page.frames if frame.url.startswith(running.replay))
        frame.evaluate("(there) => { location.href = there; }", f"{running.replay}/web/2026/http://www.harbour-courier.example/never")
        moved.wait_for(state="visible")
        assert not link.is_visible(), "what was not captured is not led to"
        frame.get_by_text("Not captured").wait_for()
