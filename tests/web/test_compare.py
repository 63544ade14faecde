"""Does the comparison show which words went and which came, as `warchive diff` does?"""

from __future__ import annotations

import pytest

from archive.compare import as_json, compare
from archive.reader import open_archive
from archive.web.compare_rows import rows_of
from archive.worddiff import diff
from tests.web.asking import ask
from tests.web.library import Library

pytestmark = pytest.mark.xdist_group("web-library")


def test_words_are_marked_as_ins_and_del_not_by_colour(site: str, library: Library) -> None:
    page = ask(site, f"/compare?a={library.bare('story')}&b={library.bare('again')}").page()
    title = page.cssselect("section[aria-labelledby=part-title]")[0]
    assert [(one.tag, one.text) for one in title.cssselect("ins, del")] == [("del", "Monday"), ("ins", "Tuesday")]
    text = page.cssselect("section[aria-labelledby=part-text]")[0]
    assert [(one.tag, one.text_content().strip()) for one in text.cssselect("ins, del")] == [("ins", "much")]
    assert "The first <b>paragraph</b> & much more." in " ".join(text.text_content().split())


def test_the_api_says_what_diff_says(site: str, library: Library) -> None:
    found = ask(site, f"/api/compare?a={library.bare('story')}&b={library.bare('again')}").json()
    with open_archive(str(library.store), collection="news", state=library.state) as archive:
        done = compare(archive, library.ids["again"])
        assert done is not None
        expected = as_json(done)
    assert found["changed"] == expected["changed"] == ["title", "text"]
    assert found["similarity"] == expected["similarity"]
    for name, part in expected["parts"].items():
        assert found["parts"][name]["operations"] == part["operations"]


def test_one_version_alone_is_compared_with_the_one_before(site: str, library: Library) -> None:
    for query in (f"b={library.bare('again')}", f"a={library.bare('again')}", f"b={library.article('story').article_id}"):
        found = ask(site, f"/api/compare?{query}").json()
        assert (found["old"]["id"], found["new"]["id"]) == (library.ids["story"], library.ids["again"])
    first = ask(site, f"/compare?b={library.bare('story')}")
    assert "This is one version, compared with itself" in first.words()


def test_any_two_can_be_chosen_also_of_different_articles(site: str, library: Library) -> None:
    backwards = ask(site, f"/api/compare?a={library.bare('again')}&b={library.bare('story')}").json()
    assert (backwards["old"]["version"], backwards["new"]["version"]) == (2, 1)
    page = ask(site, f"/compare?a={library.bare('story')}&b={library.bare('again')}").page()
    assert [len(one.cssselect("option")) for one in page.cssselect("select")] == [2, 2]
    assert [one.get("value") for one in page.cssselect("option[selected]")] == [library.bare("story"), library.bare("again")]
    other = ask(site, f"/compare?a={library.bare('story')}&b={library.bare('arabic')}")
    assert "These are two different articles" in other.words()
    assert other.page().cssselect("p[dir=rtl]")


def test_side_by_side_each_side_has_its_own_words(site: str, library: Library) -> None:
    page = ask(site, f"/compare?b={library.bare('again')}&view=side").page()
    text = page.cssselect("section[aria-labelledby=part-text]")[0]
    assert not text.cssselect(".left ins, .right del")
    assert text.cssselect(".right ins")


def test_without_a_version_there_is_a_form_and_an_unknown_one_is_not_found(site: str) -> None:
    assert ask(site, "/compare").page().cssselect("form input[name=a]")
    for path in ("/compare?a=x", "/compare?b=00000000-0000-5000-8000-00000000ffff", "/api/compare", "/api/compare?a=../x"):
        assert ask(site, path).status == 404, path


def test_long_stretches_without_a_change_are_folded_and_nothing_is_lost() -> None:
    old = "\n\n".join(f"Paragraph {number} of many." for number in range(40))
    new = old.replace("20 of many", "20 of very many").replace("Paragraph 30 of many.\n\n", "")
    rows = rows_of((one.kind, one.text) for one in diff(old, new))
    assert [row.kind for row in rows] == ["fold", "same", "mixed", "same", "fold", "same", "removed", "same", "fold"]
    texts = {"removed": "", "added": ""}
    for side in ("removed", "added"):
        parts = [*((row.folded if row.kind == "fold" else ["".join(text for _, text in row.side(side))]) for row in rows)]
        texts[side] = "\n\n".join(text for part in parts for text in part if text)
    assert texts == {"removed": old, "added": new}


def test_a_page_of_a_text_of_many_words_stays_quick() -> None:
    old = "\n\n".join(" ".join(f"word{number * 7 % 1999}x{place}" for place in range(60)) for number in range(1500))
    new = old.replace("word7x3 ", "other ").replace("x59\n\nword14x", "x59\n\nnew paragraph\n\nword14x")
    rows = rows_of((one.kind, one.text) for one in diff(old, new))
    assert any(row.kind == "mixed" for row in rows)
    assert len(rows) < 200
