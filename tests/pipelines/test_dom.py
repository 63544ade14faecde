"""Is hostile HTML read in bounded time, without losing text?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.blocks import segment
from pipelines.dom import EmptyPage, parse


def test_a_tag_with_a_hundred_thousand_attributes_is_read_in_a_moment() -> None:
    attributes = " ".join(f'a{number}="x"' for number in range(100_000))
    started = time.process_time()
    tree = parse(f"<html><body><p {attributes}>first</p><p>second</p></body></html>")
    assert time.process_time() - started < 1.0
    assert [block.text for block in segment(tree)] == ["first", "second"]


@pytest.mark.parametrize("depth", [200, 300, 2_000, 50_000])
def test_text_below_any_depth_is_kept(depth: int) -> None:
    tree = parse(f"<html><body>{'<div>' * depth}<p>deep down</p>{'</div>' * depth}<p>after it</p></body></html>")
    assert [block.text for block in segment(tree)] == ["deep down", "after it"]


@pytest.mark.parametrize("text", ["", "  \n", "<!-- nothing -->", "\x00"])
def test_a_page_without_an_element_is_named_so(text: str) -> None:
    with pytest.raises(EmptyPage):
        parse(text)


def test_a_nul_byte_does_not_end_the_page() -> None:
    assert [block.text for block in segment(parse("<p>one\x00two</p><p>three</p>"))] == ["one two", "three"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/=\"' abp\n&;!-", max_size=400))
def test_no_text_makes_the_parser_or_the_walk_fail(text: str) -> None:
    try:
        tree = parse(text)
    except EmptyPage:
        return
    for block in segment(tree):
        assert block.text
        assert block.text == " ".join(block.text.split())


def test_two_line_breaks_end_a_paragraph_and_one_does_not() -> None:
    assert [block.text for block in segment(parse("<div>one<br>still one<br><br>two<br>\n<br>three</div>"))] == [
        "one still one",
        "two",
        "three",
    ]


def test_rows_of_data_are_one_piece_and_rows_that_lay_out_the_page_are_not() -> None:
    data = segment(parse("<table><tr><td>Kyiv</td><td>12</td></tr></table>"))
    layout = segment(parse("<table><tr><td><p>left</p></td><td><p>right</p></td></tr></table>"))
    assert [(block.kind, block.text) for block in data] == [("table_row", "Kyiv | 12")]
    assert [block.text for block in layout] == ["left", "right"]


def test_inline_elements_do_not_part_words_and_joiners_stay() -> None:
    blocks = segment(parse("<p>Hyper<b>link</b>ed می\u200cخواهیم so\u00adft</p>"))
    assert [block.text for block in blocks] == ["Hyperlinked می\u200cخواهیم soft"]
