"""Does a truth label the right blocks?"""

from __future__ import annotations

import pytest

from pipelines import dom
from pipelines.blocks import Block, segment
from training.disguise import disguised
from training.labels import label
from training.pages import fold_of, registrable

FIRST = "The bridge over the northern river was reopened on Tuesday after three weeks of repairs."
SECOND = "Engineers said that the foundations had held, and that trains would follow within days."
BODY = f"{FIRST}\n\nWhat is next\n\n{SECOND}"


def _blocks(html: str) -> list[Block]:
    return segment(dom.parse(f"<html><body>{html}</body></html>"))


def _labelled(html: str, body: str = BODY) -> list[tuple[str, int, float]]:
    blocks = _blocks(html)
    labels, weights = label(blocks, body)
    return [(block.text, int(one), float(weight)) for block, one, weight in zip(blocks, labels, weights, strict=True)]


def test_long_blocks_are_found_by_their_words_whatever_the_punctuation() -> None:
    told = _labelled(f"<p>{FIRST.replace(',', ' ,')}</p><p>Read our terms of use before you write to us, please.</p><p>{SECOND}</p>")
    assert [one for _, one, _ in told] == [1, 0, 1]


def test_a_short_line_counts_only_where_the_truth_has_it() -> None:
    told = _labelled(f"<nav><a>What is next</a></nav>{'<p>x</p>' * 20}<p>{FIRST}</p><h2>What is next</h2><p>{SECOND}</p>")
    assert [one for text, one, _ in told if text == "What is next"] == [0, 1]


def test_of_a_text_that_is_there_twice_one_counts_and_the_other_teaches_nothing() -> None:
    told = _labelled(f"<p>{FIRST}</p><h2>What is next</h2><p>{SECOND}</p>{'<p>Menu</p>' * 12}<p>{FIRST}</p>")
    assert [weight > 0 for text, _, weight in told if text == FIRST] == [True, False]


def test_a_block_of_which_half_is_in_the_truth_hardly_teaches() -> None:
    told = _labelled(f"<p>{FIRST}</p><p>{SECOND} {'Something else that was said by nobody at all in the text. ' * 1}</p>")
    assert told[1][2] < 1


@pytest.mark.parametrize(
    ("host", "publisher"), [("www.bbc.co.uk", "bbc.co.uk"), ("news.example.org", "example.org"), ("localhost", "localhost")]
)
def test_the_hosts_of_a_publisher_are_in_one_fold(host: str, publisher: str) -> None:
    assert registrable(host) == publisher
    assert fold_of(registrable(host), 5) == fold_of(publisher, 5)


def test_a_disguised_page_has_the_same_words_and_none_of_the_names() -> None:
    html = f'<html><body><main class="story"><h2 class="sub">What is next</h2><p class="lead">{FIRST}</p></main></body></html>'
    shown = disguised(html, salt="a", tags=True)
    assert [block.text for block in segment(dom.parse(shown))] == [block.text for block in segment(dom.parse(html))]
    assert not any(name in shown for name in ("story", "lead", "<main", "<h2"))
    assert disguised(html, salt="a", tags=True) == shown
