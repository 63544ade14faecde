"""Does text come out from under any nesting, and behind it?"""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement

from archive.article import Article
from pipelines.blocks import segment
from pipelines.dom import parse, strip_unread
from pipelines.extract import extract
from pipelines.tame import LEVELS, MAX_ATTRIBUTES, is_crowded, tamed
from tests.pipelines.hostile.shapes import AFTER, BEFORE, attributes, attributes_that_hold_the_end_of_a_tag, nested

URL = "https://www.courier.example/2024/northern-bridge"
DEPTHS = (10, 200, 254, 300, 1_000, 2_047, 2_049, 10_000)
DEEPEST = 100_000
CLOSED = {
    name: (f"<{name}>", f"</{name}>")
    for name in "div span b i font a blockquote section article em h2 center label nobr x-tag table pre code".split()
} | {
    "ul/li": ("<ul><li>", "</li></ul>"),
    "table/tr/td": ("<table><tr><td>", "</td></tr></table>"),
    "div/span": ("<div><span>", "</span></div>"),
    "b/div": ("<b><div>", "</div></b>"),
    "wrongly closed": ("<div><b><table>", "</div></b></table>"),
    "with attributes": ('<div class="c" title="a > b">', "</div>"),
}
UNCLOSED = (
    "<font> <b> <i> <span> <div> <p> <blockquote> <li> <ul><li> <td> <table><tr><td> <dl><dd> <h3> <center> <nobr> <x-y> <section>".split()
)
INNER = "A sentence that stands below all of the levels, long enough to be read as one."


def _texts(html: bytes) -> list[str]:
    tree = parse(html.decode())
    assert _depth(tree) <= 256
    strip_unread(tree)
    return [block.text for block in segment(tree)]


def _depth(tree: HtmlElement) -> int:
    deepest = depth = 0
    stack = [iter(tree)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        else:
            stack.append(iter(child))
            deepest = max(deepest, depth := len(stack))
    return max(deepest, depth)


@pytest.mark.parametrize("depth", [*DEPTHS, pytest.param(DEEPEST, marks=pytest.mark.slow)])
def test_text_below_and_behind_closed_levels_is_kept_in_order(depth: int) -> None:
    for opening, closing in CLOSED.values():
        found = _texts(nested(opening, depth // opening.count("<"), closing, inner=f"<p>{INNER}</p>"))
        assert [text for text in found if text in (*BEFORE, INNER, *AFTER)] == [*BEFORE, INNER, *AFTER], opening


@pytest.mark.parametrize("depth", [*DEPTHS, pytest.param(DEEPEST, marks=pytest.mark.slow)])
def test_text_behind_levels_that_nobody_closes_is_kept_in_order(depth: int) -> None:
    for opening in UNCLOSED:
        found = _texts(nested(opening, depth // opening.count("<"), inner=f"<p>{INNER}</p>"))
        assert [text for text in found if text in (*BEFORE, INNER, *AFTER)] == [*BEFORE, INNER, *AFTER], opening


@pytest.mark.parametrize("depth", [*DEPTHS, pytest.param(DEEPEST, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["div", "b", "blockquote", "ul/li", "table/tr/td", "a", "b/div"])
def test_the_article_has_the_text_behind_closed_levels(kind: str, depth: int) -> None:
    opening, closing = CLOSED[kind]
    made = extract(nested(opening, depth // opening.count("<"), closing, inner="x"), URL, content_type="text/html")
    assert isinstance(made, Article), made
    lost = [sentence for sentence in (*BEFORE, *AFTER) if sentence not in made.text]
    assert not lost or any("the text may be cut" in reason for reason in made.verdict_reasons), lost
    assert not lost or depth > 10_000, "only a page that is longer than what is parsed"


@pytest.mark.parametrize("depth", [*DEPTHS, pytest.param(DEEPEST, marks=pytest.mark.slow)])
@pytest.mark.parametrize("opening", ["<font>", "<div>", "<p>", "<span>", "<center>", "<section>", "<td>"])
def test_the_article_has_the_text_behind_levels_that_nobody_closes(opening: str, depth: int) -> None:
    made = extract(nested(opening, depth), URL, content_type="text/html")
    assert isinstance(made, Article), made
    lost = [sentence for sentence in (*BEFORE, *AFTER) if sentence not in made.text]
    assert not lost or any("the text may be cut" in reason for reason in made.verdict_reasons), lost
    assert not lost or depth > 10_000, "only a page that is longer than what is parsed"


def test_the_nesting_of_what_comes_after_the_deep_part_is_as_it_was() -> None:
    page = f"{'<div>' * 5_000}deep{'</div>' * 5_000}<ul><li><b>one</b></li></ul><blockquote>two</blockquote>"
    assert [(block.kind, block.text) for block in segment(parse(page))] == [("paragraph", "deep"), ("list_item", "one"), ("quote", "two")]


def test_a_page_with_few_levels_is_not_touched() -> None:
    page = (
        b'<!DOCTYPE html><!-- a > b --><p a="1">x<br/><svg/><script>if(a<b)"</p>"</script><ul><li>1<li>2</ul></b><textarea><p></textarea>'
    )
    assert tamed(page, levels=None).replace(b"<!DOCTYPE html>", b"") == tamed(page, levels=LEVELS).replace(b"<!DOCTYPE html>", b"")
    assert not is_crowded(page)


def test_a_script_below_the_limit_keeps_its_words() -> None:
    script = '<script type="application/ld+json">{"a": "<div><p>x</p>"}</script>'
    assert script.encode() in tamed(b"<div>" * 1_000 + script.encode() + b"<p>after")


@pytest.mark.parametrize("page", [attributes(100_000), attributes_that_hold_the_end_of_a_tag(100_000)])
def test_attributes_beyond_the_thousandth_are_left_out_and_nothing_else(page: bytes) -> None:
    assert is_crowded(page)
    tree = parse(page.decode())
    (crowded,) = (element for element in tree.iter("p") if len(element.attrib) > 10)
    assert len(crowded.attrib) <= MAX_ATTRIBUTES
    assert _texts(page)[-4:] == ["Between them.", *AFTER]


def test_a_drawing_that_nobody_ends_is_ended_by_the_next_paragraph() -> None:
    tree = parse("<p>one</p><svg><text>not read</text><p>two</p><p>three</p>")
    strip_unread(tree)
    assert [block.text for block in segment(tree)][-2:] == ["two", "three"]
    whole = parse("<p>one</p><svg><text>not read</text></svg><p>two</p>")
    strip_unread(whole)
    assert [block.text for block in segment(whole)] == ["one", "two"]
