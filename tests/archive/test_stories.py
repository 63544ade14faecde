"""Does a new article know who told its story first, among what is published and what waits?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import Catalogue
from archive.ledger import Ledger, rfc3339
from archive.stores import open_store
from archive.stories import PASSING, Stories, Told
from archive.twins import FILE
from archive.urls import article_id
from tests.archive.shelf import SITE, START, Entry, page, publish
from tests.archive.tellings import text

A, B, C, D = (article_id(f"{SITE}/{name}") for name in "abcd")


def record(name: str, words: str, *, minute: int = 0, day: int = 10, verdict: str = "article") -> dict[str, Any]:
    captured = rfc3339(START + timedelta(days=day, minutes=minute))
    return {"article_id": article_id(f"{SITE}/{name}"), "captured_at": captured, "verdict": verdict, "text": words}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "state" / "news" / "ledger.sqlite")
    yield made
    made.close()


@pytest.fixture
def stories(tmp_path: Path, ledger: Ledger) -> Iterator[Stories]:
    made = Stories(tmp_path / "state" / "news", ledger)
    yield made
    made.close()


def keep(ledger: Ledger, told: dict[str, Any]) -> None:
    """As the stages do: the row that says that it waits."""
    with ledger.transaction() as db:
        values = (f"{told['article_id']} {told['captured_at']}", "run", 1, told["article_id"], 1, json.dumps(told))
        db.execute("INSERT INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)", values)


def published(tmp_path: Path, stories: Stories, name: str, words: str) -> Catalogue:
    publish(tmp_path / "press", [Entry(capture=page(f"/{name}"), article={"text": words})])
    catalogue = Catalogue(tmp_path / "state" / "news" / "catalogue.sqlite")
    store = open_store(str(tmp_path / "press" / "store"))
    catalogue.sync(store, "news")
    assert stories.refresh(store, "news", catalogue) == []
    return catalogue


def test_an_article_without_another_is_the_head_of_its_own_cluster(stories: Stories) -> None:
    assert stories.tell(record("a", text(1))) == Told(near_duplicate_of=None, cluster_id=A)
    assert stories.tell(record("b", text(2))) == Told(near_duplicate_of=None, cluster_id=B)


def test_two_articles_of_the_same_run_find_each_other(stories: Stories) -> None:
    stories.tell(record("a", text(1)))
    assert stories.tell(record("b", text(1), minute=1)) == Told(near_duplicate_of=A, cluster_id=A)
    assert stories.tell(record("c", text(1, edit="mixed", share=0.05), minute=2)) == Told(near_duplicate_of=A, cluster_id=A)
    assert stories.tell(record("d", text(1, edit="replaced", share=0.5), minute=3)) == Told(near_duplicate_of=None, cluster_id=D)


def test_a_published_article_is_found_and_what_hangs_on_a_waiting_copy_hangs_on_it(tmp_path: Path, stories: Stories) -> None:
    whole = text(4)
    middle, short = " ".join(whole.split()[:-50]), " ".join(whole.split()[:-110])  # the short one is like the middle one alone
    catalogue = published(tmp_path, stories, "a", whole)
    assert stories.tell(record("b", middle)) == Told(near_duplicate_of=A, cluster_id=A)
    assert stories.tell(record("c", short, minute=1)) == Told(near_duplicate_of=B, cluster_id=A)
    catalogue.close()


def test_another_version_is_no_near_duplicate_of_its_own_article(tmp_path: Path, stories: Stories) -> None:
    catalogue = published(tmp_path, stories, "a", text(1))
    edited = text(1, edit="mixed", share=0.03)
    assert stories.tell(record("a", edited)) == Told(near_duplicate_of=None, cluster_id=A)
    assert stories.tell(record("b", edited, minute=1)) == Told(near_duplicate_of=A, cluster_id=A)
    assert stories.tell(record("a", text(1), minute=2)) == Told(near_duplicate_of=None, cluster_id=A), "the first stays the first"
    catalogue.close()


def test_what_is_captured_later_is_never_the_original(stories: Stories) -> None:
    stories.tell(record("a", text(1), minute=30))
    assert stories.tell(record("b", text(1), minute=10)) == Told(near_duplicate_of=None, cluster_id=B)


@pytest.mark.parametrize(("words", "verdict"), [("Too short.", "article"), (text(1), "paywall_stub"), ("", "article")])
def test_a_text_that_cannot_be_compared_has_neither(stories: Stories, words: str, verdict: str) -> None:
    stories.tell(record("a", text(1)))
    assert stories.tell(record("b", words, verdict=verdict)) == Told()


def test_after_a_kill_what_waits_is_read_from_the_ledger_and_nothing_else(tmp_path: Path, ledger: Ledger, stories: Stories) -> None:
    first = record("a", text(1))
    stories.tell(first)
    keep(ledger, first)
    stories.tell(record("b", text(2)))  # never committed
    (tmp_path / "state" / "news" / PASSING).write_bytes(b"torn")
    again = Stories(tmp_path / "state" / "news", ledger)
    assert again.tell(record("c", text(1), minute=1)) == Told(near_duplicate_of=A, cluster_id=A)
    assert again.tell(record("d", text(2), minute=1)) == Told(near_duplicate_of=None, cluster_id=D)
    again.close()


def test_an_undone_commit_leaves_no_trace(ledger: Ledger, stories: Stories) -> None:
    stories.tell(record("a", text(1)))
    stories.forget()
    assert stories.tell(record("b", text(1), minute=1)) == Told(near_duplicate_of=None, cluster_id=B)


def test_what_waits_leaves_no_file_behind(tmp_path: Path, ledger: Ledger) -> None:
    made = Stories(tmp_path / "state" / "news", ledger)
    made.tell(record("a", text(1)))
    assert (tmp_path / "state" / "news" / PASSING).exists()
    made.close()
    assert not list((tmp_path / "state" / "news").glob("twins-pending*"))


def test_a_damaged_index_stops_no_crawl_and_is_made_anew(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "state" / "news" / FILE
    path.write_bytes(b"no database at all" * 500)
    made = Stories(tmp_path / "state" / "news", ledger)
    published(tmp_path, made, "a", text(1)).close()
    assert made.tell(record("b", text(1))) == Told(near_duplicate_of=A, cluster_id=A)
    made.close()
    again = Stories(tmp_path / "state" / "news", ledger)
    with path.open("r+b") as file:  # under its hands, all but the first page
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    assert again.tell(record("c", text(1), minute=1)) == Told()
    published(tmp_path / "new", again, "d", text(1)).close()
    assert again.tell(record("e", text(2), minute=2)) == Told(near_duplicate_of=None, cluster_id=article_id(f"{SITE}/e"))
    again.close()
