"""Does the page of an article show everything that is known of it, and nothing of it as markup?"""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import quote

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.article import Article
from tests.archive.shelf import SITE
from tests.web.asking import ask
from tests.web.library import EVIL_TITLE, EVIL_URL, Library

pytestmark = pytest.mark.xdist_group("web-library")


def test_the_page_has_text_people_dates_and_proof(site: str, library: Library) -> None:
    answer = ask(site, f"/articles/{library.bare('story')}")
    assert answer.status == 200
    page, said = answer.page(), answer.words()
    (article,) = page.cssselect("article")
    assert [one.tag for one in article] == ["p", "h2", "blockquote", "ul"]
    assert article.get("lang") == "en"
    assert article.get("dir") == "ltr"
    assert "The first <b>paragraph</b> & more." in article.text_content()
    for wanted in (
        "Ada Rivers",
        "Reuters",
        "agency",
        "A short standfirst.",
        "<i>river</i>",
        "The bridge (N. N.)",
        "noarchive",
        "it has paragraphs",
    ):
        assert wanted in said, wanted
    dates = [" ".join(row.text_content().split()) for row in page.cssselect("section[aria-labelledby=dates] tbody tr")]
    assert dates == [
        "publication chosen 2024-11-08T09:00:00+02:00 json-ld:datePublished 8 Nov 9:00 stated",
        "publication could not be read visible yesterday <b> —",
    ]
    capture = library.refs["story"]
    for proof in (
        capture.filename,
        f"{capture.offset:,}",
        f"{capture.length:,}",
        capture.record_id,
        capture.payload_digest,
        "guid-7 <b>",
        "As the feed has it",
    ):
        assert proof in said, proof
    assert "Read and compared just now" in said
    assert page.cssselect("aside a[href^='/replay/20241108081506/'], section a[href^='/replay/20241108081506/']")  # its picture, archived
    assert [link.get("href") for link in page.cssselect("a.button.primary")] == [f"/replay/20241108081501/{SITE}/story"]


def test_headers_are_shown_in_their_order_and_case(site: str, library: Library) -> None:
    shown = [pre.text_content() for pre in ask(site, f"/articles/{library.bare('story')}").page().cssselect("pre")]
    assert shown[0] == "GET /story HTTP/1.1\nHost: news.example"
    assert shown[1] == "HTTP/1.1 200 OK\nX-OdD-Case: <script>alert(4)</script>\ncontent-type: text/html\nX-Rtl: evil"


def test_discovery_leads_to_the_capture_of_the_feed_itself(site: str, library: Library) -> None:
    found = ask(site, f"/api/articles/{library.bare('story')}").json()["origin"]["discovery"]
    assert (found["type"], found["url"], found["entry"]) == ("feed", f"{SITE}/feed", "guid-7 <b>")
    assert found["record_id"] == library.refs["feed"].record_id == found["capture"]["record_id"]
    assert found["capture"]["replay"].endswith(f"/{SITE}/feed")


@pytest.mark.parametrize("form", ["bare", "urn", "upper"])
def test_a_version_is_named_with_or_without_its_prefix(site: str, library: Library, form: str) -> None:
    bare = library.bare("story")
    name = {"bare": bare, "urn": f"urn:uuid:{bare}", "upper": bare.upper()}[form]
    assert ask(site, f"/api/articles/{name}").json()["article"]["id"] == library.ids["story"]


def test_an_article_id_means_its_newest_version_and_older_ones_say_that_they_are_old(site: str, library: Library) -> None:
    record = library.article("story")
    newest = ask(site, f"/articles/{record.article_id}")
    assert "Bridge opens on Tuesday" in newest.words("h1")
    assert "An older version is shown" not in newest.words()
    older = ask(site, f"/articles/{library.bare('story')}")
    assert "An older version is shown" in older.words()
    assert older.page().cssselect(f"a[href='/compare?a={library.bare('story')}&b={library.bare('again')}']")
    versions = ask(site, f"/api/articles/{record.article_id}/versions").json()
    assert [(one["version"], one["changed"], one["similarity"]) for one in versions] == [
        (2, ["title", "text", "page"], 0.93),
        (1, None, None),
    ]


@pytest.mark.parametrize("name", ["00000000-0000-5000-8000-00000000ffff", "0" * 64, "x", "..%2f..%2fetc", "%00", "a" * 3000])
def test_what_is_not_there_is_a_page_that_says_so(site: str, name: str) -> None:
    page, api = ask(site, f"/articles/{name}"), ask(site, f"/api/articles/{name}")
    assert (page.status, api.status) == (404, 404)
    assert "text/html" in (page.headers["Content-Type"] or "")
    assert set(api.json()) == {"error", "hint"}


def test_right_to_left_text_runs_from_the_right(site: str, library: Library) -> None:
    page = ask(site, f"/articles/{library.bare('arabic')}").page()
    assert [(one.get("dir"), one.get("lang")) for one in page.cssselect("h1, article")] == [("rtl", "ar")] * 2


def test_nothing_hostile_is_markup_or_turns_the_text_around(site: str, library: Library) -> None:
    for path in (f"/articles/{library.bare('evil')}", f"/url?url={quote(SITE + EVIL_URL, safe='')}", f"/compare?b={library.bare('evil')}"):
        answer = ask(site, path)
        assert answer.status == 200, path
        page = answer.page()
        sources = [one.get("src", "") for one in page.cssselect("script")]
        assert sources
        assert all(one.startswith("/static/") for one in sources)
        assert not page.cssselect("img, iframe, object, embed, style, [onerror], [onmouseover], [onclick]")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", answer.text), path
        for link in page.cssselect("a[href], link[href]"):
            assert re.match(r"(https?://|/|#)", link.get("href")), link.get("href")


def test_no_page_asks_another_host_for_anything(site: str, library: Library) -> None:
    page = ask(site, f"/articles/{library.bare('story')}").page()
    for one in page.cssselect("[src], link[rel=stylesheet], link[rel=icon]"):
        assert (one.get("src") or one.get("href")).startswith("/static/")
    for link in page.cssselect("a[href^=http]"):
        assert {"noreferrer", "noopener"} <= set(link.get("rel", "").split()), link.get("href")
    assert not page.cssselect("a[href^='javascript:']")


def test_a_download_is_the_record_itself_and_its_name_has_nothing_of_the_web(site: str, library: Library) -> None:
    bare = library.bare("evil")
    record = ask(site, f"/articles/{bare}/record.json")
    assert Article.model_validate_json(record.body) == library.article("evil")
    markdown = ask(site, f"/articles/{bare}/article.md")
    assert markdown.text.startswith("# \\<script\\>")
    assert "\x1b" not in markdown.text
    for answer, suffix in ((record, "json"), (markdown, "md")):
        assert answer.headers["Content-Disposition"] == f'attachment; filename="article-{bare}-v1.{suffix}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(site, "/articles/00000000-0000-5000-8000-00000000ffff/record.json").status == 404


def test_the_capture_comes_as_warc_and_as_wacz_byte_for_byte(site: str, library: Library) -> None:
    bare, ref = library.bare("again"), library.refs["again"]
    warc = ask(site, f"/articles/{bare}/capture.warc.gz")
    assert warc.status == 200
    records = [(one.rec_type, one.rec_headers["WARC-Record-ID"]) for one in ArchiveIterator(io.BytesIO(warc.body))]
    assert ("response", f"<{ref.record_id}>") in records
    assert {kind for kind, _ in records} >= {"warcinfo", "response", "request"}
    original = (library.store / f"news/runs/2024/11/{ref.run}/archive/{ref.filename}").read_bytes()
    assert original[ref.offset : ref.offset + ref.length] in warc.body
    wacz = ask(site, f"/articles/{bare}/capture.wacz")
    with zipfile.ZipFile(io.BytesIO(wacz.body)) as package:
        assert package.testzip() is None
        assert "datapackage.json" in package.namelist()


def test_near_duplicates_are_loaded_by_themselves_and_are_a_page_without_scripts(site: str, library: Library) -> None:
    bare = library.bare("story")
    section = ask(site, f"/articles/{bare}").page().cssselect("[data-load]")[0]
    assert section.get("data-load") == f"/articles/{bare}/twins?part=1"
    assert section.cssselect(f"a[href='/articles/{bare}/twins']")
    part = ask(site, section.get("data-load"))
    assert "<html" not in part.text
    assert ask(site, f"/articles/{bare}/twins").words("h1") == "Same words elsewhere"
    found = ask(site, f"/api/articles/{bare}/twins").json()
    assert (found["behind"], found["problem"], found["more"]) == (0, None, False)


def test_the_list_of_articles_goes_on_where_it_ended(site: str, library: Library) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(9):
        found = ask(site, f"/api/articles?limit=2&cursor={cursor}").json()
        seen += [one["id"] for one in found["articles"]]
        cursor = found["next"] or ""
        if not cursor:
            break
    assert seen == [library.ids[name] for name in ("again", "gone", "evil", "arabic", "story")]
    assert [one["id"] for one in ask(site, "/api/articles?language=uk").json()["articles"]] == [library.ids["gone"]]
    assert [one["id"] for one in ask(site, "/api/articles?source=sada&first=true").json()["articles"]] == [library.ids["arabic"]]
    assert len(ask(site, "/api/articles?limit=-5&cursor=%27%20OR%201").json()["articles"]) == 5


def test_the_api_is_inert_too(site: str, library: Library) -> None:
    answer = ask(site, f"/api/articles/{library.bare('evil')}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["article"]["title"] == EVIL_TITLE
    assert EVIL_URL in answer.json()["capture"]["url"]
