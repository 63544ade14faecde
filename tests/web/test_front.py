"""Does the front page tell what came in, how much of each source on which day, and what is unwell?"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from archive.errors import StoreUnreachable
from archive.reader import Archive
from tests.archive.shelf import START, Entry, page, publish
from tests.servers.web import run_web
from tests.servers.webclient import ask, until
from tests.web.library import EVIL_TITLE, Library

STATES = [
    {"source": "sada", "verdict": "layout_changed", "level": "sick", "reason": "no <b>text</b>\u202e", "since": "2024-11-01T00:00:00Z"},
    {"source": "visnyk", "verdict": "slow", "level": "note", "reason": "late", "since": None},
    {"source": "news", "verdict": "ok", "level": "ok", "reason": "5 articles", "since": None, "articles_7d": 5},
]


def made(articles: int, new_versions: int = 0, **outcomes: int) -> dict[str, Any]:
    """A source's part of a report."""
    counted = {"article": articles - new_versions, "changed": new_versions, **outcomes}
    seeds = [{"url": "https://news.example/feed", "type": "feed", "status": "ok", "new": articles, "entries": articles, "detail": None}]
    return {"status": "ok", "candidates": sum(counted.values()), "outcomes": counted, "articles": articles,
            "new_versions": new_versions, "seeds": seeds}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days; a dozen sources on the last of them."""
    folder = tmp_path_factory.mktemp("town")
    for day in range(3):
        sources = {"news": made(5 + day, 1), "sada": made(2)} | ({f"s{number}": made(1) for number in range(10)} if day == 2 else {})
        entries = [Entry(capture=page(f"/{day}", after=86400 * day), article={"title": f"Story of day {day}"})]
        publish(folder, entries, started=START + timedelta(days=day), token=f"{day:08x}", report={"sources": sources})
    return folder


@pytest.fixture(scope="module")
def origin(town: Path) -> Iterator[str]:
    with run_web(town / "store", collection="news", state=town / "state", health=lambda archive: STATES) as address:

        def ready() -> bool:
            front = ask(address, "/api/front").json()
            return front["totals"]["runs"] == 3 and front["health"]["examined_at"] is not None

        until(ready)
        yield address


def test_the_sums_of_days_are_those_of_the_reports(origin: str) -> None:
    front = ask(origin, "/api/front").json()
    assert front["totals"] == {"runs": 3, "captures": 3, "articles": 3, "sources": 12}
    assert front["newest_run"].startswith("20241110t")
    assert (front["since"], front["until"]) == ("2024-11-04", "2024-11-10")
    news = [(one["day"], one["articles"], one["new_versions"]) for one in front["days"] if one["source"] == "news"]
    assert news == [("2024-11-08", 5, 1), ("2024-11-09", 6, 1), ("2024-11-10", 7, 1)]
    assert [one["title"] for one in front["latest"]] == ["Story of day 2", "Story of day 1", "Story of day 0"]


def test_the_chart_has_a_bar_for_each_sum_and_a_table_that_says_the_same(origin: str) -> None:
    page = html.document_fromstring(ask(origin).text)
    wide = page.cssselect("svg.wide")[0]
    assert wide.get("role") == "img"
    assert all(page.cssselect(f"#{name}") for name in wide.get("aria-labelledby").split())
    labels = [one.text for one in wide.cssselect("rect title")]
    assert "2024-11-09, news: 6 articles" in labels
    assert "2024-11-10, 5 others: 5 articles" in labels  # twelve sources, seven colours
    assert len(wide.cssselect("rect")) == len(page.cssselect("svg.narrow rect")) == 2 + 2 + 8
    rows = {row.cssselect("th")[0].text_content().strip(): [cell.text_content() for cell in row.cssselect("td")]
            for row in page.cssselect("details tbody tr")}  # fmt: skip
    assert rows["news"][:4] == ["18", "7", "6", "5"]
    assert len(rows) == 12


def test_what_is_unwell_is_said_and_what_is_well_is_counted(origin: str) -> None:
    answer = ask(origin)
    text = html.document_fromstring(answer.text).cssselect("aside")[0].text_content()
    assert "layout changed" in text
    assert "since 2024-11-01" in text
    assert "1 source is well" in text
    assert "<b>text</b>" not in answer.text
    assert "\u202e" not in answer.text
    assert "1 source needs a person" in html.document_fromstring(answer.text).text_content()
    health = ask(origin, "/api/health").json()
    assert health["counts"] == {"sick": 1, "note": 1, "ok": 1}
    assert health["states"][2]["articles_7d"] == 5
    assert [one["source"] for one in ask(origin, "/api/front").json()["health"]["states"]] == ["sada", "visnyk"]


def test_a_slow_examination_holds_no_page_up_and_is_made_once(town: Path) -> None:
    release, asked = threading.Event(), []

    def slow(archive: Archive) -> list[dict[str, Any]]:
        asked.append(archive.collection)
        release.wait(20)
        return STATES

    with run_web(town / "store", collection="news", state=town / "state", health=slow) as address:
        began = time.monotonic()
        assert all("Being examined" in ask(address).text for _ in range(3))
        assert time.monotonic() - began < 2
        release.set()
        assert len(ask(address, "/api/health").json()["states"]) == 3
        assert "layout changed" in ask(address).text
        assert asked == ["news"]


def test_an_examination_that_fails_is_said(town: Path) -> None:
    def failing(archive: Archive) -> list[dict[str, Any]]:
        raise StoreUnreachable("no <i>ledger</i> here")

    with run_web(town / "store", collection="news", state=town / "state", health=failing) as address:
        assert ask(address, "/api/health").json()["problem"] == "no <i>ledger</i> here"
        assert "no &lt;i&gt;ledger&lt;/i&gt; here" in ask(address).text


def test_an_archive_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with run_web(tmp_path / "store", collection="news", state=tmp_path / "state") as address:
        for path, words in (
            ("/", "warchive crawl"),
            ("/runs", "warchive crawl"),
            ("/sources", "No published run"),
            ("/search", "Nothing found"),
        ):
            answer = ask(address, path)
            assert (answer.status, words in answer.text) == (200, True), path
        assert ask(address, "/runs/last").status == 404


def test_titles_of_strangers_are_inert(site: str, library: Library) -> None:
    answer = ask(site)
    for raw in ("<script>alert(1)", "\u202e", "\x1b", "<img", 'lang="en"><'):
        assert raw not in answer.text, raw
    shown = html.document_fromstring(answer.text).cssselect(f'a[href="/articles/{library.bare("evil")}"]')[0]
    assert shown.text_content().startswith("<script>alert(1)</script>")
    assert ask(site, "/api/front").json()["latest"][0]["title"]
    assert EVIL_TITLE in [one["title"] for one in ask(site, "/api/front").json()["latest"]]


def test_entries_run_in_the_direction_of_their_language(site: str) -> None:
    page = html.document_fromstring(ask(site).text)
    directions = {one.cssselect("a")[0].text_content(): one.get("dir") for one in page.cssselect("li.entry")}
    assert directions["الحقول والألغام"] == "rtl"
    assert directions["Bridge opens on Tuesday"] == "ltr"
    assert [one.get("lang") for one in page.cssselect("li.entry a") if one.text_content() == "الحقول والألغام"] == ["ar"]


def test_the_newest_version_stands_for_an_article(site: str) -> None:
    titles = [one["title"] for one in ask(site, "/api/front").json()["latest"]]
    assert "Bridge opens on Tuesday" in titles
    assert "Bridge opens on Monday" not in titles
