"""Is there a page that the frontier lets go of, though nobody took it down?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import outcomes
from crawler.frontier import DONE, RESTING
from tests.crawler.frontiers import A, B, Book, an_article, settle, taken

HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.ledger.close()


def at(book: Book, now: float) -> None:
    book.at(f"2024{int(now)}t081500z-1f2e3d4c", now)


def test_a_try_that_failed_behind_a_redirect_begins_anew_where_the_page_was_announced(book: Book) -> None:
    """A site that is being repaired sends everybody to a page that says so, and takes that page down when it is done."""
    book.announce("town", [A])
    book.do(book.frontier.hop(taken(book)[0], B))
    book.do(book.frontier.retry(taken(book)[0], "failed:http_503", due=book.now + HOUR))
    at(book, book.now + 2 * HOUR)
    one = taken(book)[0]
    assert (one.fetch_url, one.hops, one.attempts) == (A, 0, 1)


def test_a_page_that_moves_and_moves_back_is_the_same_page(book: Book) -> None:
    an_article(book)
    at(book, book.now + 2 * HOUR)
    there = taken(book)[0]
    book.do(book.frontier.hop(there, B, moved=True), book.frontier.captured(there, final_url=B))
    settle(book, A, outcomes.UNCHANGED)
    at(book, book.now + 2 * DAY)
    back = taken(book)[0]
    assert (back.url, book.frontier.is_same(back, A), book.frontier.is_same(back, B)) == (B, True, True)


def test_a_stub_that_is_taken_down_is_no_article_that_is_gone(book: Book) -> None:
    book.announce("town", [A])
    settle(book, A, outcomes.NOT_ARTICLE, "too_short", None)
    assert book.row(A)["state"] == RESTING
    at(book, book.now + 2 * HOUR)
    book.do(book.frontier.missing(taken(book)[0], "http_404"))
    assert book.outcomes("town") == {"failed:http_404": 1}
    assert book.row(A)["state"] == DONE
