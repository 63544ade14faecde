"""Does the calendar of an address show every capture, also of what is no article, and stay quick with many?"""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.catalogue import Catalogue
from archive.catalogue_rows import INSERT_CAPTURE, capture_values
from archive.reader import open_archive
from archive.web.url_view import PAGE, url_view
from tests.archive.shelf import SITE, Entry, page, publish
from tests.web.asking import ask
from tests.web.library import EVIL_URL, Library

pytestmark = pytest.mark.xdist_group("web-library")


def of(url: str) -> str:
    return f"/url?url={quote(url, safe='')}"


def told(day: Any) -> str:
    """What a screen reader says of a day."""
    return str(day.xpath("string(text()[1])") + day.cssselect(".hidden")[0].text_content())


def test_a_page_has_its_calendar_its_captures_and_what_became_of_it(site: str, library: Library) -> None:
    answer = ask(site, of(f"{SITE}/story"))
    page, said = answer.page(), answer.words()
    days = page.cssselect("table.month td > a")
    assert [(told(one), one.get("class")) for one in days] == [
        ("8 November 2024: 1 capture", "good"),
        ("9 November 2024: 2 captures", "good"),
    ]
    rows = page.cssselect("table.captures tbody tr")
    assert len(rows) == 3
    assert rows[0].cssselect("a")[0].get("href") == f"/articles/{library.bare('story')}"
    assert "same bytes as before" in rows[2].text_content()
    for event in ("captured: version 1", "changed: version 2, title, text, page changed", "see the words"):
        assert event in said
    assert page.cssselect(f"a[href='/compare?b={library.bare('again')}']")
    assert page.cssselect(f"a[href='/replay/20241108081501/{SITE}/story']")


def test_redirects_to_it_and_spellings_of_it_lead_to_the_same_article(site: str, library: Library) -> None:
    moved = ask(site, f"/api{of(SITE + '/old')}").json()
    assert moved["article_id"] == library.article("story").article_id
    assert {one["url"] for one in moved["addresses"]} >= {f"{SITE}/story"}
    for spelling in ("http://www.news.example/story?utm_source=x", "news.example/story", f"{SITE}/story#part"):
        assert ask(site, f"/api{of(spelling)}").json()["captures"] == 3, spelling


@pytest.mark.parametrize(
    ("path", "kind"), [("/feed", "seed"), ("/robots.txt", "robots"), ("/bridge.jpg", "requisite"), ("/section", "page")]
)
def test_what_is_no_article_is_there_as_well(site: str, path: str, kind: str) -> None:
    found = ask(site, f"/api{of(SITE + path)}").json()
    assert [one["kind"] for one in found["lines"]] == [kind]
    assert found["article_id"] is None
    assert ask(site, of(SITE + path)).status == 200


def test_a_day_is_told_in_words_and_shape(site: str) -> None:
    page = ask(site, of(f"{SITE}/gone")).page()
    days = page.cssselect("table.month td > a")
    assert [(one.get("class"), told(one)) for one in days] == [
        ("good", "8 November 2024: 1 capture"),
        ("bad", "9 November 2024: 1 capture, 1 failed"),
        ("bad", "10 November 2024: 1 capture, 1 failed"),
        ("bad", "11 November 2024: 1 capture, 1 failed"),
    ]
    events = ask(site, of(f"{SITE}/gone")).words("ol.events")
    assert "missing, HTTP 404" in events
    assert "gone, HTTP 410" in events
    one = ask(site, days[1].get("href")).page()
    assert told(one.cssselect("a[aria-current=date]")[0]) == "9 November 2024: 1 capture, 1 failed"
    assert [link.get("rel") for link in one.cssselect("nav[aria-label=Days] a")] == ["prev", "next"]


def test_an_unknown_address_says_so_and_names_those_near_it(site: str) -> None:
    answer = ask(site, of(f"{SITE}/storey"))
    assert answer.status == 404
    assert "Nothing was captured at this address" in answer.words()
    near = [one.text for one in answer.page().cssselect("ul.plain a.url")]
    assert f"{SITE}/story" in near
    api = ask(site, f"/api{of(SITE + '/storey')}")
    assert (api.status, api.json()["captures"]) == (200, 0)
    assert ask(site, of("https://elsewhere.example/")).status == 404


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "x", "http://[::1", "\x00\x1b[31m", "a b\r\nSet-Cookie: x", "http://" + "a" * 9000, "//", "%"]
)
def test_no_address_is_too_odd(site: str, url: str) -> None:
    answer = ask(site, of(url))
    assert answer.status == 404
    assert "Set-Cookie" not in answer.headers
    assert "\x1b" not in answer.text
    assert ask(site, f"/api{of(url)}").json()["captures"] == 0


def test_a_hostile_address_is_inert_and_found(site: str) -> None:
    answer = ask(site, of(SITE + EVIL_URL))
    assert answer.status == 200
    assert not answer.page().cssselect("[onmouseover]")
    assert not answer.page().xpath("//script[not(@src)]")


def test_every_capture_has_its_proof_and_comes_as_a_file(site: str, library: Library) -> None:
    for name, status in (("feed", "200 OK"), ("robots", "200 OK"), ("went", "410 Not Found"), ("revisit", "200 OK")):
        ref = library.refs[name]
        lines = ask(site, of(ref.url)).page().cssselect("table.captures a")
        (link,) = [one for one in lines if ref.record_id.removeprefix("urn:uuid:") in one.get("href", "")]
        answer = ask(site, link.get("href"))
        assert "Read and compared just now" in answer.words(), name
        assert f"HTTP/1.1 {status}" in answer.words(), name
        assert ref.payload_digest in answer.words()
        file = ask(site, answer.page().cssselect("a[download]")[0].get("href"))
        assert file.headers["Content-Disposition"].startswith('attachment; filename="capture-2024')
        ids = [one.rec_headers["WARC-Record-ID"] for one in ArchiveIterator(io.BytesIO(file.body))]
        assert f"<{ref.record_id}>" in ids
    for odd in ("at=x", "at=20241108081501&record=x", "at=99999999999999", ""):
        assert ask(site, f"/url/capture.warc.gz?url={SITE}/story&{odd}").status == 404, odd
        assert ask(site, f"/url?url={SITE}/story&{odd}").status == 200, odd


def test_without_an_address_there_is_a_form_and_the_api_says_what_lacks(site: str) -> None:
    assert ask(site, "/url").page().cssselect("form input[name=url]")
    assert ask(site, "/api/url").status == ask(site, "/api/url?url=").status == 400
    for odd in ("&year=99999", "&year=x&day=2024-13-99", "&skip=99999999999999999999", "&skip=-1"):
        assert ask(site, of(f"{SITE}/story") + odd).status == 200, odd


def test_ten_thousand_captures_are_paged_by_year_and_day_and_stay_quick(tmp_path: Path) -> None:
    publish(tmp_path, [Entry(capture=page("/feed"))])
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "state") as archive:
        _fill(archive.catalogue, 12_000)
        url_view(archive, f"{SITE}/feed")
        began = time.monotonic()
        view = url_view(archive, f"{SITE}/feed")
        took = time.monotonic() - began
        assert view.captures == 12_001
        assert sum(one.captures for one in view.years) == 12_001
        assert len(view.years) > 1
        assert view.day == view.days[-1].day
        assert len(view.lines) <= PAGE
        assert view.events is None
        assert took < 0.5
        first = url_view(archive, f"{SITE}/feed", year=str(view.years[0].year), limit=5)
        assert first.year == view.years[0].year
        assert first.more
        then = url_view(archive, f"{SITE}/feed", day=first.day or "", skip=5, limit=5)
        assert first.lines[-1].at < then.lines[0].at


def _fill(catalogue: Catalogue, count: int) -> None:
    """Captures of one feed, one an hour, as many runs would have made them."""
    row = next(catalogue.rows("SELECT file FROM captures LIMIT 1"))
    ref = next(catalogue.captures(f"{SITE}/feed"))
    kept = {name: getattr(ref, name) for name in ref.__slots__}
    start = datetime(2024, 11, 9, tzinfo=UTC)
    values = (
        capture_values({**kept, "verdict": None, "fetched_at": (start + timedelta(hours=number)).isoformat()}, row["file"])
        for number in range(count)
    )
    catalogue._db.executemany(INSERT_CAPTURE, values)
