"""Does the frontier remember what was announced, what became of it, and what each run saw?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.spool import Effect
from crawler import outcomes
from crawler.frontier import DONE, MAX_ATTEMPTS, WAITING, Candidate
from crawler.pageid import named_page_id, page_id
from tests.crawler.frontiers import NOW, Book, announced

LATER = "20241109t081500z-1f2e3d4c"
A, B = "http://town.example/a", "http://town.example/b"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.ledger.close()


def taken(book: Book, owner: str = "town", host: str = "town.example", *, now: float = NOW, limit: int = 99) -> list[Candidate]:
    return book.frontier.take(owner, host, now=now, limit=limit)


def finish(book: Book, outcome: str, *urls: str, owner: str = "town") -> None:
    book.do(*(book.frontier.finish(page_id(url), owner, outcome) for url in urls))


def named(book: Book, *urls: str, known: bool = False) -> Effect:
    return book.frontier.announce_named(
        "command-line", [announced(url) for url in urls], in_scope=lambda _url: None, now=NOW, known=lambda _url: known
    )


def test_a_url_is_one_candidate_however_often_and_however_spelt_it_is_announced(book: Book) -> None:
    assert book.announce("town", [A, A + "?utm_source=rss", "HTTP://Town.example:80/a#x", B]) == 2
    assert sorted(one.url for one in taken(book)) == [A, B]
    assert book.outcomes("town") == {"undecided": 2}


def test_the_newest_is_handed_out_first_and_what_is_in_flight_is_not(book: Book) -> None:
    book.announce("town", [f"{A}/{number}" for number in range(5)], rank=lambda one: float(one.url[-1]))
    assert [one.url[-1] for one in taken(book, limit=3)] == ["4", "3", "2"]
    flying = {page_id(f"{A}/4"), page_id(f"{A}/2")}
    assert [one.url[-1] for one in book.frontier.take("town", "town.example", now=NOW, limit=2, skip=flying)] == ["3", "1"]


def test_a_finished_page_is_known_to_later_runs_and_asked_again_only_by_a_recheck(book: Book) -> None:
    book.announce("town", [A, B])
    finish(book, outcomes.ARTICLE, A)
    finish(book, "not_article:section", B)
    book.at(LATER)
    book.announce("town", [A, B])
    assert book.outcomes("town") == {"known": 2}
    assert taken(book) == []
    book.at("20241110t081500z-1f2e3d4c")
    book.announce("town", [A, B], recheck=True)
    again = taken(book)
    assert [(one.url, one.recheck) for one in again] == [(A, True)]
    assert book.outcomes("town") == {"known": 1, "undecided": 1}


def test_what_a_recheck_has_finished_is_not_asked_again_in_the_same_run(book: Book) -> None:
    book.announce("town", [A])
    finish(book, outcomes.ARTICLE, A)
    book.at(LATER)
    book.do(book.frontier.recheck_all("town", NOW))
    finish(book, outcomes.UNCHANGED, A)
    book.announce("town", [A], recheck=True)
    assert taken(book) == []
    assert book.outcomes("town") == {"unchanged": 1}


def test_what_another_source_of_the_run_has_is_elsewhere(book: Book) -> None:
    book.announce("town", [A])
    book.announce("village", [A], others={"town", "village"})
    assert book.outcomes("village") == {"elsewhere": 1}
    assert taken(book, "village") == []


def test_a_page_of_a_source_that_is_gone_is_asked_for_by_who_announces_it_now(book: Book) -> None:
    book.announce("old-name", [A, B])
    finish(book, outcomes.ARTICLE, B, owner="old-name")
    book.at(LATER)
    book.announce("town", [A, B], others={"town"})
    assert [one.url for one in taken(book)] == [A]
    assert book.outcomes("town") == {"known": 1, "undecided": 1}


def test_what_the_archive_holds_already_is_known_though_the_state_folder_is_new(book: Book) -> None:
    assert book.announce("town", [A, B], known=lambda url: url == A) == 1
    assert [one.url for one in taken(book)] == [B]
    assert book.outcomes("town") == {"known": 1, "undecided": 1}


def test_what_the_scope_refuses_is_counted_and_not_entered(book: Book) -> None:
    book.announce("town", [A], in_scope=lambda _url: "denied-by-rule")
    assert book.outcomes("town") == {"out_of_scope:denied-by-rule": 1}
    assert taken(book) == []


def test_a_redirect_is_remembered_and_the_page_goes_on_from_its_target(book: Book) -> None:
    book.announce("town", [A])
    book.do(book.frontier.hop(taken(book)[0], B))
    one = taken(book)[0]
    assert (one.url, one.fetch_url, one.hops, one.host) == (A, B, 1, "town.example")


def test_where_a_redirect_led_to_is_finished_with_the_page(book: Book) -> None:
    book.announce("town", [A])
    book.do(book.frontier.captured(taken(book)[0], final_url=B))
    book.announce("town", [B])
    assert taken(book) == []
    assert book.row(B)["outcome"] == "redirected"


def test_a_failed_page_waits_for_its_time_and_is_given_up_after_days_not_minutes(book: Book) -> None:
    from crawler.answer import retry_delay

    book.announce("town", [A])
    now, tries = NOW, 0
    while found := taken(book, now=now):
        delay = retry_delay(found[0].attempts, None)
        book.do(book.frontier.retry(found[0], "failed:http_503", due=now + delay))
        assert taken(book, now=now + delay - 1) == []
        now += delay
        tries += 1
    assert tries == MAX_ATTEMPTS
    assert now - delay - NOW > 24 * 3600
    assert book.row(A)["state"] == DONE


def test_a_page_that_was_not_asked_for_after_all_is_not_charged(book: Book) -> None:
    book.announce("town", [A])
    for _ in range(MAX_ATTEMPTS + 1):
        book.do(book.frontier.retry(taken(book)[0], "waiting:overloaded", due=NOW, charged=False))
    assert book.row(A)["state"] == WAITING


def test_undecided_pages_are_closed_by_host_scheme_and_source_and_others_are_not_touched(book: Book) -> None:
    tally = book.frontier.tally
    book.announce("town", [A, "https://town.example/b", "http://far.example/a"])
    book.announce("village", ["http://town.example/v"], others={"town", "village"})
    book.do(tally.close_host("town", "town.example", "robots_unreachable", scheme="https"))
    assert book.outcomes("town") == {"undecided": 2, "waiting:robots_unreachable": 1}
    book.do(tally.close_host("town", "town.example", "overloaded"))
    assert book.outcomes("town") == {"undecided": 1, "waiting:overloaded": 1, "waiting:robots_unreachable": 1}
    book.do(tally.close_source("town", "budget"), tally.close_run("interrupted"))
    assert book.outcomes("town") == {"waiting:budget": 1, "waiting:overloaded": 1, "waiting:robots_unreachable": 1}
    assert book.outcomes("village") == {"waiting:interrupted": 1}


def test_closing_a_host_reads_no_more_than_the_rows_of_the_run(book: Book) -> None:
    plan = book.ledger.db.execute(
        "EXPLAIN QUERY PLAN UPDATE sightings SET outcome = 'x' WHERE run = 'r' AND source = 's' AND outcome IS NULL"
        " AND EXISTS (SELECT 1 FROM pages WHERE id = sightings.page AND source = 's' AND host = 'h' AND state IN (0, 3))"
    ).fetchall()
    assert all("SCAN" not in row["detail"] for row in plan), [row["detail"] for row in plan]


def test_what_the_command_line_names_is_asked_for_whatever_became_of_it_before(book: Book) -> None:
    book.announce("town", [A, B])
    finish(book, outcomes.ARTICLE, A)
    finish(book, "failed:http_404", B)
    for run in (LATER, "20241110t081500z-1f2e3d4c"):
        book.at(run)
        book.do(named(book, A, B))
        assert sorted(one.url for one in taken(book, "command-line")) == [A, B]
        assert book.outcomes("command-line") == {"undecided": 2}
        book.do(*(book.frontier.finish(one.id, "command-line", "failed:http_404") for one in taken(book, "command-line")))
    assert book.row(A)["outcome"] == "article"


def test_what_was_named_once_is_still_new_to_the_source_that_announces_it(book: Book) -> None:
    book.do(named(book, A))
    one = taken(book, "command-line")[0]
    book.do(book.frontier.captured(one, final_url=B), book.frontier.finish(one.id, "command-line", "not_article:section"))
    book.at(LATER)
    assert book.announce("town", [A, B]) == 2


def test_what_an_earlier_command_named_in_vain_is_not_asked_for_by_the_next(book: Book) -> None:
    book.do(named(book, A))
    book.at(LATER)
    book.do(named(book, B))
    assert [one.url for one in taken(book, "command-line")] == [B]


def test_a_named_page_that_the_archive_holds_may_turn_out_unchanged(book: Book) -> None:
    book.do(named(book, A, known=True))
    assert taken(book, "command-line")[0].recheck
    assert taken(book, "command-line")[0].id == named_page_id(A)
