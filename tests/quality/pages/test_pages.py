"""Are our own pages true to life, and do their truths stand in them?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import html

from tests.quality.pages.heads import KINDS
from tests.quality.pages.make import HERE, Page, pages
from tests.quality.sameness import folded

BUILDS = sorted(path.stem for path in (HERE / "builds").glob("*.html") if path.stem != "common")


def words(page: Page) -> str:
    """What the page shows, scripts and styles left out, as one line of words."""
    tree: Any = html.document_fromstring(page.html.decode())
    for element in tree.xpath("//script | //style"):
        element.drop_tree()
    return f" {' '.join(folded(' '.join(tree.itertext())))} "


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.id)
def test_each_paragraph_of_the_truth_stands_in_the_page_and_the_page_is_much_more(page: Page) -> None:
    shown = words(page)
    for paragraph in page.truth["body"].split("\n\n"):
        # An inline element may part a word of a script that is written without spaces, but never its characters.
        assert f" {' '.join(folded(paragraph))} " in shown, paragraph
    assert len(page.html) > 3 * len(page.truth["body"].encode())
    assert len(page.html) > 20_000
    assert len(shown) > len(page.truth["body"]) * 1.1


def test_they_are_in_many_languages_scripts_and_builds() -> None:
    languages = Counter(page.truth["lang"] for page in pages())
    assert len(pages()) >= 36
    assert len(languages) >= 16
    assert languages.keys() >= {"en", "uk", "ru", "ar", "fa", "he", "zh", "ja", "ko", "hi"}
    assert sum(count >= 2 for count in languages.values()) >= 10
    assert {page.id.rpartition("-")[2] for page in pages()} == set(BUILDS)
    assert len(BUILDS) >= 8
    assert len(KINDS) == 8


def test_the_same_files_give_the_same_pages() -> None:
    before = [page.html for page in pages()]
    pages.cache_clear()
    assert [page.html for page in pages()] == before


def test_what_stands_around_the_text_is_not_in_the_truth() -> None:
    for page in pages():
        for foreign in ("Read also:", "Читайте", "اقرأ أيضا", "関連記事", "Lire aussi", "cookie", "Cookie"):
            assert foreign not in page.truth["body"]
