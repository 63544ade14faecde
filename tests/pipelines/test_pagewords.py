"""Does a page's digest of words change when somebody edited it, and only then?"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from archive.article import Article
from pipelines.extract import extract
from tests.pipelines.pages import page, paragraphs
from tests.pipelines.pairs import EDITS, INNOCENT

URL = "https://courier.example/2024/bridge"


def article(html: bytes) -> Article:
    made = extract(html, URL, content_type="text/html; charset=utf-8", languages=["en"])
    assert isinstance(made, Article), made
    return made


def as_it_is(html: bytes) -> bytes:
    return html


def of_nameless_boxes(html: bytes) -> bytes:
    """As frameworks build pages: no element says what it is for."""
    html = html.replace(b"<main>", b'<div class="p0">').replace(b"</main>", b"</div>")
    return html.replace(b"<article>", b'<div class="p1">').replace(b"</article>", b"</div>")


def headline_above(html: bytes) -> bytes:
    """The headline stands in a header over the page's columns."""
    start, end = html.index(b"<h1>"), html.index(b"</h1>") + 5
    head = b'<header class="z"><div>' + html[start:end] + b"</div></header><main>"
    return html[:start].replace(b"<main>", head) + html[end:]


LAYOUTS = pytest.mark.parametrize("layout", [as_it_is, of_nameless_boxes, headline_above])


@LAYOUTS
@pytest.mark.parametrize("name", INNOCENT)
def test_what_no_editor_changed_leaves_the_digest_and_the_text_as_they_were(name: str, layout: Callable[[bytes], bytes]) -> None:
    one, other = map(layout, INNOCENT[name]())
    assert one != other
    before, after = article(one), article(other)
    assert (before.page_sha256, before.text) == (after.page_sha256, after.text)


@LAYOUTS
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_the_digest(name: str, layout: Callable[[bytes], bytes]) -> None:
    one, other = map(layout, EDITS[name]())
    assert article(one).page_sha256 != article(other).page_sha256


def test_the_digest_is_the_same_each_time() -> None:
    assert article(page()).page_sha256 == article(page()).page_sha256


def test_a_page_of_many_pieces_and_levels_takes_no_longer_than_its_length_allows() -> None:
    deep = "<div class='a'>" * 900 + paragraphs() * 300 + "<span>One more.</span><br><br>" * 3000 + "</div>" * 900
    html = page(deep)
    began = time.process_time()
    article(html)
    assert time.process_time() - began < 10
