"""Is a page asked again when it should be, whatever feeds and clocks say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import outcomes
from tests.crawler.frontiers import NOW, A, B, Book, an_article, settle, taken

HOUR, DAY = 3600.0, 86400.0
YEARS = 10 * 365 * DAY


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.ledger.close()


def at(book: Book, now: float) -> None:
    book.at(f"2024{int(now)}t081500z-1f2e3d4c", now)


def test_two_feeds_that_say_it_in_different_words_do_not_ask_for_a_page_again(book: Book) -> None:
    book.announce("town", [A], title="Ferry", seed_url="http://town.example/all")
    settle(book, A, outcomes.ARTICLE)
    asked = 0
    for minute in range(0, 50, 10):
        at(book, NOW + 600 + minute * 60)
        book.announce("town", [A], title="The ferry runs", seed_url="http://town.example/local")
        book.announce("town", [A], title="Ferry", seed_url="http://town.example/all")
        for one in taken(book):
            asked += 1
            book.do(book.frontier.unchanged(one))
    assert asked <= 1
    assert book.row(A)["quiet"] <= 1


def test_what_was_done_under_a_clock_that_ran_ahead_for_years_is_not_forgotten(book: Book) -> None:
    at(book, NOW + YEARS)
    an_article(book)
    book.announce("town", [B])
    at(book, NOW + HOUR)
    book.frontier.mend_clock(NOW + YEARS)
    assert [one.url for one in taken(book)] == [B]
    at(book, NOW + 3 * DAY)
    assert sorted(one.url for one in taken(book)) == [A, B]
    assert book.row(A)["due"] < NOW + 3 * DAY
