"""When does the frontier hand out a finished page again, and what does it make of the answer?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import outcomes
from crawler.frontier import DONE, MAX_BLOCKS, RESTING, WAITING
from tests.crawler.frontiers import NOW, A, B, Book, an_article, settle, taken

HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.ledger.close()


def later(book: Book, seconds: float) -> None:
    run = f"2024{int(book.now + seconds)}t081500z-1f2e3d4c"
    book.at(run, book.now + seconds)


def test_an_article_is_asked_again_after_about_an_hour_and_then_ever_more_seldom(book: Book) -> None:
    an_article(book)
    pauses = []
    while len(pauses) < 5:
        wait = book.row(A)["due"] - book.now
        later(book, wait - 1)
        assert taken(book) == []
        later(book, 1)
        assert [one.url for one in taken(book)] == [A]
        settle(book, A, outcomes.UNCHANGED)
        pauses.append(wait)
    assert pauses == sorted(pauses)
    assert 0.8 * HOUR < pauses[0] < 1.2 * HOUR
    assert pauses[-1] > 3 * DAY


def test_new_pages_go_before_those_that_are_asked_again(book: Book) -> None:
    an_article(book)
    later(book, 2 * HOUR)
    book.announce("town", [B])
    assert [one.url for one in taken(book)] == [B, A]


def test_an_empty_schedule_means_never(book: Book) -> None:
    book.steps = ()
    an_article(book)
    assert book.row(A)["state"] == DONE


@pytest.mark.parametrize("group", [outcomes.CHANGED, outcomes.UNCHANGED])
def test_what_the_second_look_found_is_the_outcome(book: Book, group: str) -> None:
    an_article(book)
    later(book, 2 * HOUR)
    settle(book, A, group)
    assert book.outcomes("town") == {group: 1}


def test_gone_takes_two_answers_a_day_apart_and_back_is_noticed(book: Book) -> None:
    an_article(book)
    later(book, 2 * HOUR)
    book.do(book.frontier.missing(taken(book)[0], "http_404"))
    assert book.outcomes("town") == {"missing:http_404": 1}
    later(book, HOUR)
    book.do(book.frontier.recheck_all("town", book.now))
    book.do(book.frontier.missing(taken(book)[0], "http_404"))
    assert book.outcomes("town") == {"missing:http_404": 1}
    later(book, 26 * HOUR)
    book.do(book.frontier.missing(taken(book)[0], "http_410"))
    assert book.outcomes("town") == {"gone:http_410": 1}
    later(book, 400 * DAY)
    assert [one.url for one in taken(book)] == [A]
    settle(book, A, outcomes.UNCHANGED)
    assert book.outcomes("town") == {"back": 1}
    assert book.row(A)["missing_since"] is None


def test_a_server_that_fails_never_makes_an_article_gone(book: Book) -> None:
    an_article(book)
    for _ in range(30):
        later(book, 2 * DAY)
        for one in taken(book):
            book.do(book.frontier.retry(one, "failed:http_503", due=book.now + HOUR))
    assert book.row(A)["state"] == RESTING
    assert book.row(A)["missing_since"] is None


def test_a_block_is_no_word_on_the_article_and_is_not_hammered(book: Book) -> None:
    an_article(book)
    later(book, 2 * HOUR)
    book.do(book.frontier.blocked(taken(book)[0], "bot_challenge"))
    assert book.outcomes("town") == {"blocked:bot_challenge": 1}
    assert book.row(A)["due"] - book.now > 5 * HOUR
    assert book.row(A)["article"]


def test_a_new_page_behind_a_block_is_tried_for_weeks_and_then_given_up(book: Book) -> None:
    book.announce("town", [A])
    tries, began = 0, book.now
    while book.row(A)["state"] == WAITING:
        later(book, max(0.0, book.row(A)["due"] - book.now))
        settle(book, A, outcomes.NOT_ARTICLE, "consent", None)
        tries += 1
    assert tries == MAX_BLOCKS
    assert book.now - began > 10 * DAY
    assert book.row(A)["outcome"] == "blocked:consent"


def test_a_short_notice_is_looked_at_again_while_it_is_young(book: Book) -> None:
    book.announce("town", [A, B])
    settle(book, A, outcomes.NOT_ARTICLE, "too_short", None)
    settle(book, B, outcomes.NOT_ARTICLE, "section", None)
    later(book, 2 * HOUR)
    assert [one.url for one in taken(book)] == [A]
    settle(book, A, outcomes.ARTICLE)
    assert book.outcomes("town") == {"article": 1}
    assert book.row(B)["state"] == DONE


def test_a_changed_announcement_asks_at_once_but_not_for_ever(book: Book) -> None:
    book.announce("town", [A], modified="2024-11-07T10:00:00Z")
    settle(book, A, outcomes.ARTICLE)
    book.announce("town", [A], modified="2024-11-07T10:00:00Z")
    later(book, 0.5 * HOUR)
    book.announce("town", [A], modified="2024-11-07T10:00:00Z")
    assert taken(book) == []
    book.announce("town", [A], modified="2024-11-07T10:40:00Z")
    assert [one.url for one in taken(book)] == [A]
    asked = 0
    for minute in range(0, 24 * 60, 10):  # a feed that stamps each entry with the time of day
        later(book, 600)
        book.announce("town", [A], modified=f"2024-11-08T{minute // 60:02}:{minute % 60:02}:00Z")
        for one in taken(book):
            asked += 1
            book.do(book.frontier.unchanged(one))
    assert asked < 15


def test_an_article_that_moved_is_asked_at_its_new_address_from_then_on(book: Book) -> None:
    an_article(book)
    later(book, 2 * HOUR)
    one = taken(book)[0]
    book.do(book.frontier.hop(one, B, moved=True), book.frontier.captured(one, final_url=B))
    settle(book, A, outcomes.UNCHANGED)
    assert book.outcomes("town") == {"moved": 1}
    row = book.row(A)
    assert (row["url"], row["state"], row["article"].hex()) == (B, RESTING, "ab" * 32)
    book.announce("town", [B])
    assert book.outcomes("town") == {"known": 1, "moved": 1}
    assert {(alias["url"], alias["reason"]) for alias in book.frontier.tally.aliases()["town"]} == {(A, "moved"), (B, "redirect")}


def test_all_addresses_of_a_page_are_one_page_and_are_remembered(book: Book) -> None:
    assert book.announce("town", ["http://town.example/a", "https://www.town.example/a", "https://town.example/a?amp=1"]) == 1
    assert len(taken(book)) == 1
    assert {alias["reason"] for alias in book.frontier.tally.aliases()["town"]} == {"spelling"}


def test_who_announced_an_article_first_and_who_alone_is_counted(book: Book) -> None:
    book.announce("town", [A], seed_type="sitemap")
    book.announce("town", [A, B], seed_type="feed")
    for url in (A, B):
        settle(book, url, outcomes.ARTICLE)
    assert book.frontier.tally.finds() == {"town": {"first": {"sitemap": 1, "feed": 1}, "only": {"feed": 1}}}


def test_what_is_due_first_is_told(book: Book) -> None:
    assert book.frontier.first_due("town") is None
    an_article(book)
    assert not book.frontier.has_due("town", book.now)
    assert book.frontier.first_due("town") == book.row(A)["due"]
    assert book.frontier.has_due("town", NOW + 2 * HOUR)
