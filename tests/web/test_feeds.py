"""Can other programs subscribe: are the feeds what RFC 4287 and JSON Feed 1.1 say, and cheap to ask again?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from tests.archive.shelf import SITE
from tests.web.asking import Answer, ask
from tests.web.library import EVIL_TITLE, Library

pytestmark = pytest.mark.xdist_group("web-library")

ATOM = "{http://www.w3.org/2005/Atom}"
KINDS = ["new", "changed", "gone"]
FEEDS = [f"/feeds/{kind}" for kind in KINDS] + [f"/feeds/sources/news/{kind}" for kind in KINDS]


def read(answer: Answer) -> Any:
    found = feedparser.parse(answer.body)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


@pytest.mark.parametrize("feed", FEEDS)
def test_each_feed_is_valid_atom(site: str, feed: str) -> None:
    answer = ask(site, f"{feed}.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.body)
    # RFC 4287 §4.1.1 and §4.1.2: what a feed and an entry must have, and once.
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        assert element.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).tzinfo is not None
    assert root.find(f"{ATOM}author") is not None
    (own,) = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == f"{site}{feed}.atom"
    assert read(answer).entries
    ids = [entry.id for entry in read(answer).entries]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("feed", FEEDS)
def test_each_feed_is_a_json_feed_that_says_the_same(site: str, feed: str) -> None:
    answer = ask(site, f"{feed}.json")
    assert answer.headers["Content-Type"] == "application/feed+json"
    found = answer.json()
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(found["title"], str)
    assert found["feed_url"] == f"{site}{feed}.json"
    for item in found["items"]:
        assert isinstance(item["id"], str)
        assert "content_html" in item or "content_text" in item
        assert all(datetime.fromisoformat(item[name]).tzinfo for name in ("date_published", "date_modified"))
        assert all(set(author) & {"name", "url", "avatar"} for author in item.get("authors", []))
        known = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published", "date_modified"}
        assert set(item) <= known | {"language", "authors", "tags", "_warchive"}
    atom = read(ask(site, f"{feed}.atom"))
    assert [item["id"] for item in found["items"]] == [entry.id for entry in atom.entries]
    assert [item["url"] for item in found["items"]] == [entry.link for entry in atom.entries]


def test_new_are_first_versions_newest_first_with_links_to_our_pages(site: str, library: Library) -> None:
    found = read(ask(site, "/feeds/new.atom"))
    assert [entry.id for entry in found.entries] == [library.ids[name] for name in ("gone", "evil", "arabic", "story")]
    story = found.entries[-1]
    assert story.link == f"{site}/articles/{library.bare('story')}"
    assert story.title == "Bridge opens on Monday"
    assert story.summary == "A short standfirst."
    assert story.published == "2024-11-08T07:00:00Z"
    assert [one.name for one in story.authors] == ["Ada Rivers"]
    assert [one.href for one in story.links if one.rel == "via"] == [f"{SITE}/story"]
    assert {one.term for one in story.tags} >= {"news", "bridge"}
    assert ask(site, urlsplit(story.link).path).status == 200


def test_changed_tells_what_changed_and_leads_to_the_comparison(site: str, library: Library) -> None:
    (entry,) = read(ask(site, "/feeds/changed.atom")).entries
    assert entry.id == library.ids["again"]
    assert entry.link == f"{site}/compare?b={library.bare('again')}"
    assert entry.summary.startswith("Version 2: title, text, page changed. 93.0% of words in common")
    assert "The title was: Bridge opens on Monday" in entry.summary


def test_gone_takes_two_visits_a_day_apart_of_a_page_that_was_there(site: str, library: Library) -> None:
    (item,) = ask(site, "/feeds/gone.json").json()["items"]
    assert item["title"] == "Gone: Soon to be gone"
    assert item["_warchive"]["record_id"] == library.refs["went"].record_id
    assert item["_warchive"]["since"].startswith("2024-11-09T08:15:00")
    assert (item["_warchive"]["status"], item["_warchive"]["back_at"]) == (410, None)
    assert item["url"] == f"{site}/articles/{library.bare('gone')}"


def test_a_reader_that_has_it_is_told_so(site: str) -> None:
    for path in ("/feeds/new.atom", "/feeds/gone.json", "/feeds/sources/news/changed.atom"):
        first = ask(site, path)
        tag, since = first.headers["ETag"], first.headers["Last-Modified"]
        for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_None_Match": "*"}, {"If_Modified_Since": since}):
            again = ask(site, path, **headers)
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag), headers
        assert ask(site, path, If_None_Match='"other"', If_Modified_Since=since).status == 200
        assert ask(site, path, If_Modified_Since="Fri, 08 Nov 2002 00:00:00 GMT").status == 200
        assert ask(site, path, If_Modified_Since="nonsense").status == 200
        assert ask(site, path, method="HEAD").status == 200
    assert ask(site, "/feeds/new.atom").headers["ETag"] != ask(site, "/feeds/new.json").headers["ETag"]


def test_hostile_titles_are_text_in_every_feed(site: str, library: Library) -> None:
    for query in ("", "?content=full"):
        atom = ask(site, f"/feeds/new.atom{query}")
        assert "\x1b" not in atom.text
        assert "\u202e" not in atom.text
        (evil,) = [
            one for one in ElementTree.fromstring(atom.body).iter(f"{ATOM}entry") if one.findtext(f"{ATOM}id") == library.ids["evil"]
        ]
        assert evil.findtext(f"{ATOM}title", "").startswith("<script>alert(1)</script>")
        assert evil.find(f"{ATOM}title").get("type") in (None, "text")  # type: ignore[union-attr]
        item = next(one for one in ask(site, f"/feeds/new.json{query}").json()["items"] if one["id"] == library.ids["evil"])
        assert "<script" not in item.get("content_html", "")
        assert "\x1b" not in str(item)
    assert EVIL_TITLE not in atom.text


def test_full_texts_languages_words_and_limits_can_be_asked_for(site: str, library: Library) -> None:
    full = {one["id"]: one for one in ask(site, "/feeds/new.json?content=full").json()["items"]}
    assert full[library.ids["story"]]["content_html"] == (
        '<div dir="ltr"><p>The first &lt;b&gt;paragraph&lt;/b&gt; &amp; more.</p><h2>A heading</h2>'
        "<blockquote>A quote.</blockquote><ul><li>One</li><li>Two</li></ul></div>"
    )
    assert full[library.ids["arabic"]]["content_html"].startswith('<div dir="rtl">')
    assert [one["id"] for one in ask(site, "/feeds/new.json?language=uk").json()["items"]] == [library.ids["gone"]]
    assert [one["id"] for one in ask(site, "/feeds/gone.json?language=uk").json()["items"]]
    assert ask(site, "/feeds/gone.json?language=ar").json()["items"] == []
    assert [one["id"] for one in ask(site, "/feeds/sources/sada/new.json").json()["items"]] == [library.ids["arabic"]]
    found = ask(site, "/feeds/new.json?q=heading").json()["items"]
    assert [one["id"] for one in found] == [library.ids["story"]]
    assert ask(site, "/feeds/changed.json?q=x").status == 400


def test_a_feed_goes_on_where_it_ended(site: str, library: Library) -> None:
    seen: list[str] = []
    address = f"{site}/feeds/new.json?limit=3"
    while address:
        parts = urlsplit(address)
        found = ask(site, f"{parts.path}?{parts.query}").json()
        seen += [one["id"] for one in found["items"]]
        address = found.get("next_url", "")
    assert seen == [library.ids[name] for name in ("gone", "evil", "arabic", "story")]
    atom = read(ask(site, "/feeds/new.atom?limit=3"))
    assert [one.href for one in atom.feed.links if one.rel == "next"]
    for odd in ("limit=x&before=%27", "limit=-1", "limit=99999999999", "before=99999999999999999.00000000-0000-5000-8000-000000000001"):
        assert ask(site, f"/feeds/new.atom?{odd}").status == 200, odd


def test_the_page_lists_them_and_unknown_ones_are_not_found(site: str) -> None:
    page = ask(site, "/feeds").page()
    listed = {link.get("href") for link in page.cssselect("main a[href*='/feeds/']")}
    assert listed == {
        f"{feed}.{form}" for feed in [*FEEDS, *(f"/feeds/sources/sada/{kind}" for kind in KINDS)] for form in ("atom", "json")
    }
    assert {link.get("type") for link in page.cssselect("link[rel=alternate]")} == {"application/atom+xml", "application/feed+json"}
    for path in ("/feeds/old.atom", "/feeds/new.rss", "/feeds/sources/nobody/new.atom", "/feeds/sources/..%2f/new.atom"):
        assert ask(site, path).status == 404, path
