"""Can everybody use the pages: with a screen reader, a keyboard alone, a phone, in the dark, from right to left?

axe (Deque Systems, from npm) judges every page in real Chromium; nothing that it finds serious or critical may be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.archive.shelf import START, Entry, page, publish
from tests.servers.chrome import Watched, watched
from tests.servers.require import Missing, require
from tests.servers.web import run_web
from tests.servers.webclient import ask, until
from tests.web.library import Library, make_library
from tests.web.test_front import STATES
from tests.web.test_runs import REPORT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chrome")]

AXE = Path(__file__).resolve().parents[2] / ".browser-tools" / "axe-core" / "axe.min.js"
JUDGED_SMALL = {"front", "search with results", "runs", "run", "source", "article in Arabic", "compare", "address"}
"""Pages that are judged in a phone's width too: the others are built of the same parts."""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OUTLINE = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    return [at.outerHTML.slice(0, 100), style.outlineStyle, style.outlineWidth];
}"""
ROOM = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const own = range.getBoundingClientRect(), entry = element.closest("li").getBoundingClientRect();
    return [own.left - entry.left, entry.right - own.right];
}"""
"""How much is free left and right of the words of an element in its entry."""


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        require(Missing("no axe here: `make browser-env` fetches it"))
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library of tests/web, and a run in which much failed."""
    made = make_library(tmp_path_factory.mktemp("access"))
    entries = [
        Entry(capture=page(f"/b{number}", after=number), article={"title": f"Story {number}", "source": "odd"}) for number in range(22)
    ]
    entries += [Entry(capture=page("/broken", b"x", head=b"HTTP/1.1 503 X\r\n"))]
    publish(made.folder, entries, started=START + timedelta(days=4), token="00000009", report=REPORT)
    return made


@pytest.fixture(scope="module")
def origin(library: Library) -> Iterator[str]:
    with run_web(library.store, collection="news", state=library.state, health=lambda archive: STATES) as address:
        until(lambda: (ask(address, "/api/search").json()["total"] or 0) >= 26 and ask(address, "/api/health").json()["states"])
        yield address


def pages_of(library: Library) -> dict[str, str]:
    """Every kind of page, by what it shows."""
    story, again = library.bare("story"), library.bare("again")
    return {
        "front": "/",
        "search": "/search",
        "search with results": "/search?q=story&sort=newest&source=odd",
        "search in Arabic": "/search?q=%D8%A7%D9%84%D8%A3%D9%84%D8%BA%D8%A7%D9%85",
        "search without results": "/search?q=unobtainium&language=en",
        "search that cannot be": "/search?q=!!!",
        "runs": "/runs",
        "run": "/runs/last",
        "run without a report": "/runs/" + library.refs["story"].run,
        "sources": "/sources",
        "source": "/sources/news",
        "feeds": "/feeds",
        "API": "/api",
        "address form": "/url",
        "address": "/url?url=https://news.example/story",
        "address that is gone": "/url?url=https://news.example/gone",
        "address unknown": "/url?url=https://nobody.example/",
        "article": f"/articles/{again}",
        "older version": f"/articles/{story}",
        "article in Arabic": f"/articles/{library.bare('arabic')}",
        "hostile article": f"/articles/{library.bare('evil')}",
        "compare": f"/compare?a={story}&b={again}",
        "compare side by side": f"/compare?a={story}&b={again}&view=side",
        "replay": "/replay/20241108081501/https://news.example/story",
        "missing": "/nothing/here",
    }


def judged(where: Page, axe: str, rules: dict[str, Any]) -> list[str]:
    """What axe finds, one line each, the place in it."""
    where.evaluate(axe)  # through the debugger: no page of ours may load a script from elsewhere
    found = where.evaluate("(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        f"{one['impact']} {one['id']}: {one['help']}: {node['html'][:160]} {(node.get('any') or [{}])[0].get('message', '')[:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def quiet(seen: Watched, name: str) -> list[str]:
    """Complaints of the browser; that a page is missing is one that we mean."""
    expected = "Failed to load resource: the server responded with a status of 4"
    return [one for one in seen.complaints if expected not in one or name not in ("missing", "search that cannot be", "address unknown")]


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 360)], ids=["light", "dark", "phone"])
def test_every_page_can_be_used_by_everybody(chrome: Browser, origin: str, library: Library, axe: str, dark: bool, width: int) -> None:
    rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]} if dark else {"type": "tag", "values": EVERYTHING}
    wrong: list[str] = []
    with watched(chrome, origin, dark=dark, width=width, height=800) as seen:
        for name, path in pages_of(library).items():
            seen.complaints.clear()
            seen.page.goto(origin + path)
            found = quiet(seen, name)
            if width > 400 or name in JUDGED_SMALL:
                found += judged(seen.page, axe, rules)
            if seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append("the page scrolls sideways")
            wrong += [f"{name}: {one}" for one in found]
    assert not wrong, "\n".join(wrong)


def test_tables_and_details_that_are_opened_can_be_used_too(chrome: Browser, origin: str, library: Library, axe: str) -> None:
    with watched(chrome, origin) as seen:
        for path in ("/", "/sources/news", f"/articles/{library.bare('again')}"):
            seen.page.goto(origin + path)
            seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert judged(seen.page, axe, {"type": "tag", "values": EVERYTHING}) == [], path
        seen.expect_quiet()


def test_a_keyboard_alone_gets_everywhere(chrome: Browser, origin: str) -> None:
    with watched(chrome, origin) as seen:
        where = seen.page
        where.goto(origin + "/runs")
        where.keyboard.press("Tab")
        assert where.evaluate("document.activeElement.className") == "skip"
        assert where.evaluate("document.activeElement.getBoundingClientRect().top >= 0"), "the skip link shows when it has the focus"
        where.keyboard.press("Enter")
        assert where.evaluate("document.activeElement.id") == "main"
        where.keyboard.press("/")
        assert where.evaluate("document.activeElement.name") == "q"
        where.keyboard.type("story/1")
        assert where.evaluate("document.activeElement.value") == "story/1", "a slash in a field is a slash"
        where.keyboard.press("Control+a")
        where.keyboard.type("story")
        where.keyboard.press("Enter")
        where.wait_for_url("**/search?q=story")
        expect(where.locator("li.entry").first).to_be_visible()
        seen.expect_quiet()


def test_what_has_the_focus_can_be_seen(chrome: Browser, origin: str) -> None:
    with watched(chrome, origin) as seen:
        seen.page.goto(origin + "/search?q=story")
        for _ in range(25):
            seen.page.keyboard.press("Tab")
            tag, kind, width = seen.page.evaluate(OUTLINE)
            assert tag.startswith("<body") or (kind != "none" and width != "0px"), tag


def test_every_page_works_without_scripts(chrome: Browser, origin: str, library: Library) -> None:
    with watched(chrome, origin, scripts=False) as seen:
        seen.page.goto(origin + "/")
        seen.page.fill("#q", "bridge")
        seen.page.click("form.bigfind button")
        seen.page.click("li.entry h3 a >> nth=0")
        expect(seen.page.locator("h1")).to_contain_text("Bridge opens")
        for path in pages_of(library).values():
            seen.page.goto(origin + path)
            assert seen.page.locator("h1").count() == 1, path


def test_the_search_form_narrows_what_is_found(chrome: Browser, origin: str) -> None:
    with watched(chrome, origin) as seen:
        seen.page.goto(origin + "/search?q=story")
        before = seen.page.inner_text("main h2")
        seen.page.select_option("#f-source", "odd")
        seen.page.fill("#f-since", "2024-01-01")
        seen.page.click("form .bigfind button")
        seen.page.wait_for_url("**source=odd**")
        assert "since=2024-01-01" in seen.page.url
        assert seen.page.input_value("#f-since") == "2024-01-01"
        assert before
        seen.page.click('a[rel="next"]')
        expect(seen.page.locator("main h2")).to_contain_text("continued")
        seen.expect_quiet()


def test_entries_in_arabic_stand_at_the_right_and_others_at_the_left(chrome: Browser, origin: str, library: Library) -> None:
    with watched(chrome, origin) as seen:
        seen.page.goto(origin + "/search?language=ar")
        left, right = seen.page.locator(f'li.entry[dir=rtl] a[href="/articles/{library.bare("arabic")}"]').evaluate(ROOM)
        assert right < 2 < left
        meta = seen.page.locator("li.entry[dir=rtl] .meta > a").evaluate(ROOM)
        assert meta[1] < 2, "what is said of it begins at the right as well"
        seen.page.goto(origin + "/search?q=bridge")
        left, right = seen.page.locator("li.entry[dir=ltr] h3 a >> nth=0").evaluate(ROOM)
        assert left < 2 < right


def test_printing_leaves_out_what_paper_cannot_do(chrome: Browser, origin: str) -> None:
    with watched(chrome, origin) as seen:
        seen.page.goto(origin + "/runs/last")
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("nav.places").is_visible()
        assert seen.page.locator("#outcomes").is_visible()
