"""Does each block of a live blog get the time of its entry, and no other?"""

from __future__ import annotations

import time

import pytest

from pipelines import blocks as segments
from pipelines import dom
from pipelines.blocks import Block
from pipelines.jsonld import read_jsonld
from pipelines.live import clock_lines, entry_times
from pipelines.livemarks import find_marks
from tests.pipelines.pages import SENTENCES, page

DAY = "2026-05-04T07:30:00+02:00"
ONE, TWO, THREE, FOUR = SENTENCES[:4]


def _times(
    html: bytes, *, published: str | None = DAY, timezone: str | None = None, language: str | None = "en"
) -> list[tuple[str, str | None]]:
    tree = dom.parse(html.decode())
    jsonld = read_jsonld(tree)
    dom.strip_unread(tree)
    pieces = segments.segment(tree)
    body = [piece for piece in pieces if piece.tag in ("p", "h2", "h3", "li") and len(piece.text) > 30 and "©" not in piece.text]
    values = entry_times(body, jsonld, tree, pieces=pieces, published=published, language=language, timezone=timezone)
    assert len(values) == len(body)
    return [(block.text, value) for block, value in zip(body, values, strict=True)]


def _entry(clock: str, *texts: str) -> str:
    return f'<div class="entry"><span class="clock">{clock}</span>{"".join(f"<p>{text}</p>" for text in texts)}</div>'


def test_blocks_take_the_time_at_the_head_of_their_entry_and_the_standfirst_has_none() -> None:
    html = page(f"<p>{FOUR}</p>" + _entry("14:32", ONE, TWO) + _entry("09:05", THREE))
    assert _times(html) == [
        (FOUR, None),
        (ONE, "2026-05-04T14:32:00+02:00"),
        (TWO, "2026-05-04T14:32:00+02:00"),
        (THREE, "2026-05-04T09:05:00+02:00"),
    ]


def test_a_time_below_its_entry_belongs_to_it_all_the_same() -> None:
    def below(clock: str, text: str) -> str:
        return f'<div class="entry"><p>{text}</p><div class="clock">{clock}</div></div>'

    assert [value for _, value in _times(page(below("14:32", ONE) + below("12:10", TWO)))] == [
        "2026-05-04T14:32:00+02:00",
        "2026-05-04T12:10:00+02:00",
    ]


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("2:32 pm GMT", "2:05 pm GMT", "2026-05-04T14:32:00+00:00"),
        ("14.32 Uhr", "14.05 Uhr", "2026-05-04T14:32:00+02:00"),
        ("14h32", "14h05", "2026-05-04T14:32:00+02:00"),
        ("Monday 4 May 2026 14:32 EEST", "Monday 4 May 2026 14:05 EEST", "2026-05-04T14:32:00+03:00"),
        ("٢٢:٣٢", "١٤:٠٥", "2026-05-04T22:32:00+02:00"),
        ("Le 4 mai à 14h32", "Le 4 mai à 14h05", "2026-05-04T14:32:00+02:00"),
        ("2:32 مساء", "2:05 مساء", "2026-05-04T14:32:00+02:00"),
        ("下午2:32", "下午2:05", "2026-05-04T14:32:00+02:00"),
        ("May 3 at 2:32 PM", "May 3 at 2:05 PM", "2026-05-03T14:32:00+02:00"),
        ("4 травня, 14:32", "4 травня, 14:05", "2026-05-04T14:32:00+02:00"),
    ],
)
def test_clocks_are_read_as_they_are_written(first: str, second: str, wanted: str) -> None:
    html = page(_entry(first, ONE) + _entry(second, TWO))
    language = "uk" if "травня" in first else "fr" if "mai" in first else "en"
    assert _times(html, language=language)[0] == (ONE, wanted)


def test_in_a_flat_page_the_last_time_before_a_block_counts() -> None:
    html = page(f"<h3>14.32 Uhr: {ONE}</h3><p>{TWO}</p><h3>12.05 Uhr: {THREE}</h3><p>{FOUR}</p>")
    assert [value and value[11:16] for _, value in _times(html)] == ["14:32", "14:32", "12:05", "12:05"]


def test_a_clock_that_has_passed_midnight_is_of_the_next_day() -> None:
    html = page(_entry("00:20", ONE) + _entry("23:50", TWO) + _entry("08:00", THREE))
    assert [value for _, value in _times(html)] == ["2026-05-05T00:20:00+02:00", "2026-05-04T23:50:00+02:00", "2026-05-04T08:00:00+02:00"]


def test_the_machine_readable_time_goes_before_the_words_beside_it() -> None:
    def entry(stamp: str, shown: str, text: str) -> str:
        return f'<div class="entry"><p class="when"><time datetime="{stamp}">{shown}</time></p><p>{text}</p></div>'

    html = page(entry("2026-05-06T12:32:00Z", "3 hours ago", ONE) + entry("2026-05-06T10:05:00Z", "5 hours ago", TWO))
    assert [value for _, value in _times(html)] == ["2026-05-06T12:32:00+00:00", "2026-05-06T10:05:00+00:00"]


def test_updates_in_jsonld_give_the_times_where_the_page_shows_none() -> None:
    updates = [
        {"@type": "BlogPosting", "headline": ONE, "datePublished": "2026-05-04T15:00:00+03:00", "articleBody": f"<p>{TWO}</p><p>more</p>"},
        {"@type": "BlogPosting", "datePublished": "2026-05-04T14:00:00+03:00", "articleBody": FOUR},
    ]
    blog = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": "Bridge", "liveBlogUpdate": updates}
    html = page(f"<h2>{ONE}</h2><p>{TWO}</p><p>{THREE}</p><p>{FOUR}</p>", jsonld=blog)
    assert [value for _, value in _times(html)] == [
        "2026-05-04T15:00:00+03:00",
        "2026-05-04T15:00:00+03:00",
        "2026-05-04T15:00:00+03:00",
        "2026-05-04T14:00:00+03:00",
    ]


def test_what_nobody_states_is_not_invented() -> None:
    html = page(_entry("14:32", ONE) + _entry("12:10", TWO))
    assert [value for _, value in _times(html, published=None)] == [None, None]
    assert _times(html, published="2026-05-04")[0][1] == "2026-05-04T14:32:00"
    assert _times(html, published="2026-05-04T05:30:00+00:00")[0][1] == "2026-05-04T14:32:00"
    assert _times(html, published="2026-05-04T05:30:00+00:00", timezone="Europe/Kyiv")[0][1] == "2026-05-04T14:32:00+03:00"


def test_the_article_s_own_date_line_is_no_entry() -> None:
    html = page(f'<p class="published">4 May 2026, 07:30</p><p>{FOUR}</p>' + _entry("14:32", ONE) + _entry("12:10", TWO))
    assert _times(html)[0] == (FOUR, None)


def test_lines_that_are_only_a_time_are_told_and_headings_with_one_are_none() -> None:
    html = page(_entry("14:32", ONE) + _entry("12:10", TWO) + f"<h3>14.32 Uhr: {THREE}</h3><h3>12.05 Uhr: {FOUR}</h3>")
    pieces = segments.segment(dom.parse(html.decode()))
    assert sorted(block.text for block in clock_lines(pieces)) == ["12:10", "14:32"]


def test_money_and_scores_are_no_times() -> None:
    texts = ("12.50 euros is what a loaf of bread and some milk cost in the town.", "3:0 was the result of the match on the other bank.")
    tree = dom.parse(page("".join(f"<p>{text}</p>" for text in texts * 2)).decode())
    assert find_marks(segments.segment(tree)) == []


def test_a_page_of_times_alone_costs_little() -> None:
    many = "".join(f'<p><time datetime="2026-05-04T{n % 24:02}:00">{n % 24:02}:00</time> a</p>' for n in range(20_000))
    updates = [{"datePublished": DAY, "articleBody": f"{n} " + "x" * 400} for n in range(3_000)]
    tree = dom.parse(f"<html><body>{many}</body></html>")
    pieces = segments.segment(tree)
    body = [Block("x" * 70 + "z" * 80, "paragraph", piece.place, 0, 0, 0) for piece in pieces[:2_000]]
    jsonld = read_jsonld(dom.parse("<html></html>"))
    blog = type(jsonld)(article={"liveBlogUpdate": updates}, types=frozenset())
    begun = time.process_time()
    entry_times(body, blog, tree, pieces=pieces, published=DAY)
    assert time.process_time() - begun < 5.0
