"""Does the search page find, show what it found harmlessly, and say kindly what it cannot?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from tests.archive.shelf import START, Entry, page, publish
from tests.servers.web import run_web
from tests.servers.webclient import ask, until
from tests.web.library import Library


def found(origin: str, path: str) -> list[str]:
    """Titles on a page of results."""
    tree = html.document_fromstring(ask(origin, path).text)
    return [one.text_content().strip() for one in tree.cssselect("li.entry h3")]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Fifty stories, so that there are pages of results."""
    folder: Path = tmp_path_factory.mktemp("many")
    entries = [
        Entry(
            capture=page(f"/{number}", after=number),
            article={
                "title": f"Story {number:02d}",
                "text": f"Grain number {number}.",
                "language": ("en", "en-GB", "de")[number % 3],
                "date_published": f"2024-10-{number % 28 + 1:02d}",
                "source": ("news", "sada")[number % 2],
            },
        )
        for number in range(50)
    ]
    publish(folder, entries, started=START + timedelta(hours=1))
    with run_web(folder / "store", collection="news", state=folder / "state") as address:
        until(lambda: ask(address, "/api/search").json()["total"] == 50)
        yield address


@pytest.fixture
def origin(site: str) -> str:
    until(lambda: ask(site, "/api/search").json()["total"] == 4)
    return site


def test_words_are_found_and_marked_in_title_and_text(origin: str) -> None:
    tree = html.document_fromstring(ask(origin, "/search?q=bridges").text)
    entry = tree.cssselect("li.entry")[0]
    assert entry.cssselect("h3 mark")[0].text_content() == "Bridge"  # another form of the word
    assert tree.cssselect("h1")[0].text_content() == "Search"
    assert tree.cssselect("#q")[0].get("value") == "bridges"
    hits = ask(origin, "/api/search?q=bridges").json()["hits"]
    assert {"text": "Bridge", "match": True} in hits[0]["title"]


def test_arabic_is_found_with_and_without_its_article_and_runs_from_the_right(origin: str) -> None:
    for word in ("الألغام", "ألغام"):
        tree = html.document_fromstring(ask(origin, f"/search?q={quote(word)}").text)
        (entry,) = tree.cssselect("li.entry")
        assert entry.get("dir") == "rtl"
        assert entry.cssselect("mark")


def test_what_strangers_wrote_is_inert_in_results_and_in_the_form(origin: str, library: Library) -> None:
    for query in ("alert", "<script>alert(1)</script>", '"><script>alert(9)</script>', "x' onfocus=alert(1) autofocus '"):
        answer = ask(origin, f"/search?q={quote(query)}&source={quote('<b>')}&since={quote(chr(34) + '><i>')}")
        for raw in ("<script>alert", "<b>", "<i>", "\u202e", "\x1b"):
            assert raw not in answer.text, (query, raw)
    answer = ask(origin, "/search?q=alert")
    assert library.bare("evil") in answer.text
    for raw in ("<script>alert", "<img", "\u202e", "\x1b"):
        assert raw not in answer.text


def test_filters_limit_and_are_kept_in_the_form(many: str) -> None:
    assert ask(many, "/api/search?q=grain").json()["total"] == 50
    assert ask(many, "/api/search?q=grain&source=sada").json()["total"] == 25
    assert ask(many, "/api/search?q=grain&language=en").json()["total"] == 34  # en-GB among them
    assert ask(many, "/api/search?q=grain&since=2024-10-05&until=2024-10-05").json()["total"] == 2
    assert ask(many, "/api/search?q=grain&since=2024-10-05&until=2024-10-05&by=captured").json()["total"] == 0
    tree = html.document_fromstring(ask(many, "/search?q=grain&source=sada&language=en-GB&since=2024-10-05&by=captured&sort=oldest").text)
    chosen = {one.getparent().get("name"): one.get("value") for one in tree.cssselect("option[selected]")}
    assert chosen == {"source": "sada", "language": "en-gb", "by": "captured", "sort": "oldest"}
    assert tree.cssselect("#f-since")[0].get("value") == "2024-10-05"
    offered = [one.text_content() for one in tree.cssselect("#f-language option")]
    assert offered == ["any", "English", "English (GB)", "German"]


def test_pages_follow_each_other_and_leave_nothing_out(many: str) -> None:
    titles: list[str] = []
    path = "/search?q=grain&sort=newest&source=sada"
    for _ in range(5):
        tree = html.document_fromstring(ask(many, path).text)
        titles += [one.text_content() for one in tree.cssselect("li.entry h3")]
        following = tree.cssselect('a[rel="next"]')
        if not following:
            break
        path = following[0].get("href")
        assert "source=sada" in path
    assert len(titles) == len(set(titles)) == 25
    seen, path = 0, "/api/search?limit=7"
    while path:
        answer = ask(many, path).json()
        seen, path = seen + len(answer["hits"]), answer["next"]
    assert seen == 50


def test_no_words_are_every_article_newest_first(many: str) -> None:
    titles = found(many, "/search?by=captured")
    assert titles[:3] == ["Story 49", "Story 48", "Story 47"]
    assert found(many, "/search?by=captured&sort=oldest")[0] == "Story 00"


def test_where_nothing_is_found_there_are_ways_on(many: str) -> None:
    answer = ask(many, "/search?q=%22no+such+thing%22&language=de&since=2024-10-01")
    assert answer.status == 200
    tree = html.document_fromstring(answer.text)
    assert "Nothing found" in tree.text_content()
    links = [one.get("href") for one in tree.cssselect("main a")]
    assert "/search?q=%22no+such+thing%22&since=2024-10-01" in links
    assert "/search?q=%22no+such+thing%22&language=de" in links
    assert "quotation marks" in tree.text_content()


def test_a_search_that_cannot_be_is_told_beside_the_form(many: str) -> None:
    for query in ("q=!!!", "q=a*", f"q={'x+' * 600}", "sort=best", "by=chance", "since=yesterday", "cursor=%00garbage&sort=newest"):
        answer = ask(many, f"/search?{query}")
        assert answer.status == 400, query
        tree = html.document_fromstring(answer.text)
        assert tree.cssselect('[role="alert"]'), query
        assert tree.cssselect("#q"), query
        told = ask(many, f"/api/search?{query}")
        assert (told.status, set(told.json())) == (400, {"error", "hint"}), query


def test_an_address_in_the_search_box_is_led_to_its_captures(many: str) -> None:
    tree = html.document_fromstring(ask(many, f"/search?q={quote('https://news.example/7')}").text)
    assert "/url?url=https%3A%2F%2Fnews.example%2F7" in [one.get("href") for one in tree.cssselect("main a")]
