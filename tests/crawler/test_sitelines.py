"""What does each run know of a source's lines, whatever came before, between or after?"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.ledger import Ledger
from crawler import sitelines
from crawler.sitelines import SiteLines, remembered
from pipelines.sitememory import Line, line_hash, observe

SUBSCRIBE = "Read all about the war in our special edition for subscribers"
NEW = "Look at the pictures of the week that our readers have sent"
RUNS = [f"20241108t08{number:02}00z-{8 - number:08x}" for number in range(8)]


def identity(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def lines(number: int, *foreign: str, known: Sequence[str] = ()) -> list[str]:
    own = [f"On day {number} the ferry went {part} times over the river and came back." for part in range(5)]
    return observe([Line(text=text, kind="paragraph", probability=0.99) for text in (*own[:3], *foreign, *own[3:])], frozenset(known))


class Book:
    """A ledger, and what the frontier's neighbours know of published versions."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.sqlite"
        self.ledger = Ledger(self.path)
        self.published: dict[str, list[str]] = {}

    def run(self, number: int) -> SiteLines:
        return SiteLines(
            self.ledger,
            RUNS[number],
            lambda article: SimpleNamespace(furniture=self.published[article]) if article in self.published else None,
        )

    def keep(self, run: SiteLines, number: int, told: Sequence[str], *, source: str = "town", furniture: Sequence[str] = ()) -> None:
        with self.ledger.transaction() as db:
            run.seen(source, identity(number), told)(db, 0)
        self.published[identity(number)] = list(furniture)

    def end(self, run: SiteLines) -> None:
        with self.ledger.transaction() as db:
            run.forget()(db, 0)

    def rows(self) -> int:
        return int(self.ledger.db.execute("SELECT count(*) FROM sitelines").fetchone()[0])


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def furniture(run: SiteLines, number: int, source: str = "town") -> list[str]:
    found: list[str] = run.params(source, identity(number))["furniture"]
    return found


def test_a_run_uses_what_was_known_before_it_began_and_nothing_of_its_own(book: Book) -> None:
    first = book.run(0)
    for number in range(4):
        book.keep(first, number, lines(number, SUBSCRIBE))
        assert furniture(first, 99) == []
    book.end(first)
    second = book.run(1)
    assert furniture(second, 99) == [line_hash(SUBSCRIBE)]
    for number in range(10, 14):
        book.keep(second, number, lines(number, SUBSCRIBE, NEW))
    assert furniture(second, 99) == [line_hash(SUBSCRIBE)]
    assert furniture(book.run(2), 99) == sorted([line_hash(SUBSCRIBE), line_hash(NEW)])


def test_a_run_that_was_killed_is_finished_with_the_memory_that_it_had(book: Book) -> None:
    book_of = book.run(0)
    for number in range(4):
        book.keep(book_of, number, lines(number, SUBSCRIBE))
    cut = book.run(1)
    for number in range(10, 14):
        book.keep(cut, number, lines(number, SUBSCRIBE, NEW))
    again = book.run(1)  # another process: nothing of the first is left but the ledger
    assert furniture(again, 99) == [line_hash(SUBSCRIBE)]
    book.end(again)
    assert furniture(book.run(2), 99) == sorted([line_hash(SUBSCRIBE), line_hash(NEW)])


def test_the_order_in_which_articles_are_kept_changes_nothing(tmp_path: Path) -> None:
    found = []
    for order in (range(600), random.Random(1).sample(range(600), 600)):
        (tmp_path / str(len(found))).mkdir()
        book = Book(tmp_path / str(len(found)))
        run = book.run(0)
        with book.ledger.transaction() as db:
            for number in order:
                run.seen("town", identity(number), lines(number, *([SUBSCRIBE] if number % 50 == 0 else [])))(db, 0)
        book.end(run)
        assert book.rows() == sitelines.WINDOW
        found.append((furniture(book.run(1), 999), book.ledger.db.execute("SELECT * FROM sitelines").fetchall()))
    assert [tuple(row) for row in found[0][1]] == [tuple(row) for row in found[1][1]]
    assert found[0][0] == found[1][0] == [line_hash(SUBSCRIBE)]


def test_sources_know_nothing_of_each_other_and_the_command_line_is_no_site(book: Book) -> None:
    run = book.run(0)
    for number in range(4):
        book.keep(run, number, lines(number, SUBSCRIBE))
        book.keep(run, 20 + number, lines(20 + number, SUBSCRIBE), source="command-line")
    later = book.run(1)
    assert furniture(later, 99, "village") == []
    assert later.params("command-line", identity(99)) == {}
    assert later.params(None, identity(99)) == {}
    assert book.rows() == 4


def test_a_line_that_the_memory_learnt_later_stays_in_the_articles_in_which_it_stood(book: Book) -> None:
    first = book.run(0)
    for number in range(4):
        book.keep(first, number, lines(number, SUBSCRIBE))
    second = book.run(1)
    assert furniture(second, 99) == [line_hash(SUBSCRIBE)]
    assert furniture(second, 0) == []  # it was kept with the line, and nobody edited it since


def test_a_line_that_was_taken_out_stays_out_when_the_memory_has_forgotten_it(book: Book) -> None:
    book.keep(book.run(0), 0, lines(0, SUBSCRIBE), furniture=[line_hash(SUBSCRIBE)])
    assert furniture(book.run(1), 99) == []
    assert furniture(book.run(1), 0) == [line_hash(SUBSCRIBE)]


def test_a_line_that_is_new_on_an_old_page_is_judged_by_the_memory_of_today(book: Book) -> None:
    book.keep(book.run(0), 0, lines(0))
    run = book.run(1)
    for number in range(10, 14):
        book.keep(run, number, lines(number, NEW))
    assert furniture(book.run(2), 0) == [line_hash(NEW)]


def test_of_an_article_that_is_out_of_the_window_nothing_new_is_taken(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitelines, "WINDOW", 5)
    book.keep(book.run(0), 0, lines(0, SUBSCRIBE))
    run = book.run(1)
    for number in range(10, 18):
        book.keep(run, number, lines(number, SUBSCRIBE))
    book.end(run)
    assert book.rows() == 5
    later = book.run(2)
    assert furniture(later, 99) == [line_hash(SUBSCRIBE)]
    assert furniture(later, 0) == []


def test_of_an_article_its_latest_version_counts_once_it_is_of_the_past(book: Book) -> None:
    first = book.run(0)
    for number in range(3):
        book.keep(first, number, lines(number))
    second = book.run(1)
    for number in range(3):
        book.keep(second, number, lines(number, NEW))
    assert furniture(book.run(1), 99) == []
    assert furniture(book.run(2), 99) == [line_hash(NEW)]
    book.end(second)
    assert book.rows() == 3


def test_runs_are_in_the_order_in_which_they_began_whatever_their_ids_say(book: Book) -> None:
    later, earlier = sorted(RUNS[:2], reverse=True)  # the clock was put back
    run = SiteLines(book.ledger, later, lambda _article: None)
    for number in range(4):
        book.keep(run, number, lines(number, SUBSCRIBE))
    assert SiteLines(book.ledger, earlier, lambda _article: None).params("town", identity(99))["furniture"] == [line_hash(SUBSCRIBE)]


def test_what_is_known_of_a_source_can_be_shown_beside_a_run(book: Book, tmp_path: Path) -> None:
    assert remembered(tmp_path / "nothing.sqlite", "town") is None
    run = book.run(0)
    assert remembered(book.path, "town") is None
    for number in range(4):
        book.keep(run, number, lines(number, SUBSCRIBE))
    assert remembered(book.path, "town") == {
        "articles": 4,
        "lines": [{"hash": line_hash(SUBSCRIBE), "articles": 4, "text": None}],
    }
    book.keep(book.run(1), 10, lines(10, SUBSCRIBE, known=[line_hash(SUBSCRIBE)]))
    found = remembered(book.path, "town")
    assert found is not None
    assert found["lines"] == [{"hash": line_hash(SUBSCRIBE), "articles": 5, "text": SUBSCRIBE}]


def test_a_text_with_half_a_character_costs_no_commit(book: Book) -> None:
    run = book.run(0)
    book.keep(run, 1, [f"{'0' * 16}p5 half \ud83d of it", f"{'1' * 16}p5"])
    assert book.rows() == 1


def test_the_table_is_made_once_and_a_broken_ledger_shows_nothing(book: Book, tmp_path: Path) -> None:
    book.run(0)
    book.run(0)
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)
    assert remembered(broken, "town") is None
    with pytest.raises(sqlite3.OperationalError):
        book.ledger.db.execute("CREATE TABLE sitelines (x)")
