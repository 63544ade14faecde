"""Does an exported WACZ open in ReplayWeb.page: every page of two runs, revisits too, with its words, its style and its pictures?"""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Frame, FrameLocator, Page

from archive.export_choice import Choice, check_choice
from archive.export_job import Order, Tally, pieces_of
from archive.reader import open_archive
from tests.archive.parcels import WORDS_A, publish_two_runs
from tests.servers.chrome import watched
from tests.servers.files import Files, serve_files
from tests.servers.require import Missing, require

TOOLS = Path(__file__).resolve().parents[2] / ".browser-tools" / "replaywebpage"
_EMBED = """<!doctype html><meta charset="utf-8"><title>test</title><script src="/ui.js"></script>
<replay-web-page style="display: block; height: 700px" %s source="/two.wacz" url="%s" ts="%s" replayBase="/replay/"></replay-web-page>"""
_PLAYER = b'<!doctype html><meta charset="utf-8"><title>player</title><script src="./ui.js"></script><replay-app-main></replay-app-main>'
_PATIENCE, _TRIES = 40_000, 5


@dataclass(frozen=True)
class Served:
    server: Files
    pages: list[dict[str, str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not (TOOLS / "sw.js").is_file():
        require(Missing(f"{TOOLS} is not there: `make browser-env` fetches it"))
    folder = tmp_path_factory.mktemp("wacz")
    publish_two_runs(folder)
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        chosen = check_choice(archive, Choice(all_versions=True), articles=False)
        data = b"".join(pieces_of(archive, Order(format="wacz", chosen=chosen), Tally()))
    (folder / "two.wacz").write_bytes(data)
    with zipfile.ZipFile(folder / "two.wacz") as packed:
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()[1:]]
    files = {
        "/two.wacz": data,
        "/replay/": _PLAYER,
        "/replay/ui.js": (TOOLS / "ui.js").read_bytes(),
        "/ui.js": (TOOLS / "ui.js").read_bytes(),
        "/replay/sw.js": (TOOLS / "sw.js").read_bytes(),
        "/favicon.ico": b"",
        "/all.html": (_EMBED % ('embed="full" view="pages"', "", "")).encode(),
    }
    for number, one in enumerate(pages):
        moment = one["ts"].translate(str.maketrans("", "", "-:TZ"))
        files[f"/{number}.html"] = (_EMBED % ('embed="replayonly"', html.escape(one["url"]), moment)).encode()
    with serve_files(files) as server:
        yield Served(server, pages)


def player(page: Page, address: str) -> FrameLocator:
    """Open a page with a player in it. Its service worker, a megabyte of script, may be slow to start, and a first visit then stays blank:
    opened again, as a person would.
    """
    for _ in range(_TRIES):
        page.goto(address)
        for _ in range(60):
            if len(page.frames) > 1 and "/replay/" in page.frames[1].url:
                return page.frame_locator("iframe").first
            page.wait_for_timeout(200)
    raise AssertionError(f"the player does not start at {address}")


def archived(page: Page, address: str, words: str) -> Frame:
    """The frame that shows these words, when it does."""
    player(page, address)
    for _ in range(_PATIENCE // 200):
        for frame in page.frames[1:]:
            try:
                if "mp_/" in frame.url and words in frame.evaluate("document.body ? document.body.innerText : ''"):
                    return frame
            except Error:  # it is being loaded
                continue
        page.wait_for_timeout(200)
    raise AssertionError(f"{words!r} is not shown; frames: {[frame.url for frame in page.frames]}")


def test_every_page_of_two_runs_opens_and_shows_its_text(chrome: Browser, served: Served) -> None:
    with watched(chrome, served.server.origin) as seen:
        for number, one in enumerate(served.pages):
            frame = archived(seen.page, f"{served.server.origin}/{number}.html", one["text"][:60])
            assert one["url"] in frame.url
            styled = "getComputedStyle(document.body).backgroundImage.includes('/img/back.png')"
            frame.wait_for_function(styled, timeout=_PATIENCE)
            if one["url"].endswith("/a"):  # its picture was captured
                frame.wait_for_function("document.images[0].naturalWidth === 1", timeout=_PATIENCE)
        # The player asks its own service worker for a collection that is not loaded yet, and pictures that were never captured are missing.
        foreign = [
            one
            for one in seen.complaints
            if not one.startswith("console: Failed to load resource: the server responded with a status of 404")
        ]
        assert foreign == []
    assert set(served.server.asked) <= {*served.server.files, "/replay/"}
    assert served.server.ranges, "the file is read in parts"


def test_the_list_of_pages_is_searched_by_their_words(chrome: Browser, served: Served) -> None:
    with watched(chrome, served.server.origin) as seen:
        inside = player(seen.page, f"{served.server.origin}/all.html")
        titles(seen.page, inside, {"Bridge", "Bridge, again", "Ніч", "Копія"})
        inside.get_by_placeholder("Search by Page URL, Title, or Text").fill("Antonivka")
        titles(seen.page, inside, {"Bridge", "Bridge, again", WORDS_A, f"{WORDS_A} Twice."})  # with the words that were found


def titles(page: Page, inside: FrameLocator, wanted: set[str]) -> None:
    """Wait until the list shows exactly these."""
    found: set[str] = set()
    for _ in range(_PATIENCE // 200):
        found = {text.strip() for text in inside.locator("wr-page-entry keyword-mark").all_text_contents() if "://" not in text}
        if found == wanted:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{found} is shown")
