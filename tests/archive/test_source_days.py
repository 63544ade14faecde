"""Are the sums of days those of the published reports, whatever the catalogue was made from, small, and safe from odd reports?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import Catalogue
from archive.layout import new_run_id
from archive.publish import publish_run
from archive.stores.memory import MemoryStore
from tests.archive.samples import COLLECTION, START, begin, crawl

FEED = "https://paper.example/feed"


def source(articles: int, *, status: str = "ok", **more: Any) -> dict[str, Any]:
    return {
        "outcomes": {"article": articles, "known": 30, "blocked:login": 1},
        "articles": articles + 1,
        "new_versions": 1,
        "latency": {"histogram": {"600": articles}},
        "first_found_by": {"feed": articles},
        "seeds": [{"url": FEED, "type": "feed", "status": status, "new": articles}],
        **more,
    }


def publish(tmp_path: Path, store: MemoryStore, number: int, sources: Any, catalogue: Catalogue | None = None) -> str:
    """A run of hour `number`."""
    started = START + timedelta(hours=number)
    run, state = new_run_id(started, f"{number:08x}"), tmp_path / f"run{number}"
    ledger, spool = begin(state, run, started=started)
    crawl(spool, range(2))
    spool.close_segment()
    ledger.end_run(run, started + timedelta(minutes=5), {"sources": sources})
    publish_run(ledger, state, run, store, catalogue=catalogue)
    ledger.close()
    return run


def sums(catalogue: Catalogue) -> tuple[list[Any], list[Any]]:
    return list(catalogue.days()), list(catalogue.standings())


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    return MemoryStore(str(tmp_path))


def test_days_are_the_same_added_synced_rebuilt_and_entered_in_another_order(tmp_path: Path, store: MemoryStore) -> None:
    added = Catalogue(tmp_path / "added.sqlite")
    gap = {"url": FEED, "since": "a", "until": "b", "found": 0, "note": "n"}
    publish(tmp_path, store, 0, {"paper": source(3), "other": source(1)}, added)
    publish(tmp_path, store, 2, {"paper": source(0, status="http_503", gaps=[{**gap, "state": "open"}])}, added)
    late = Catalogue(tmp_path / "late.sqlite")
    late.sync(store, COLLECTION, now=START)
    publish(tmp_path, store, 1, {"paper": source(5, gaps=[{**gap, "state": "filled"}])}, added)
    publish(tmp_path, store, 30, {"paper": source(2)}, added)
    late.sync(store, COLLECTION, now=START)
    synced = Catalogue(tmp_path / "synced.sqlite")
    synced.sync(store, COLLECTION, now=START)
    assert sums(late) == sums(added) == sums(synced)
    assert synced.rebuild(store, COLLECTION, now=START) == 4
    assert sums(synced) == sums(added)
    days, standings = sums(added)
    assert [(name, day) for name, day, _sums in days] == [("other", "2024-11-08"), ("paper", "2024-11-08"), ("paper", "2024-11-09")]
    paper = days[1][2]
    expected = {"runs": 3, "articles": 11, "asked": 3, "answered": 2, "announced": 8, "outcome article": 8, "blocked login": 3}
    assert {key: paper["add"][key] for key in expected} == expected
    assert [word[1] for word in paper["word"].values()] == ["open"], "the word of the later run"
    assert dict(standings)["paper"]["seeds"][FEED]["word"]["status"][1] == "ok"


def test_the_sums_of_a_store_are_there_when_the_state_folder_is_lost(tmp_path: Path, store: MemoryStore) -> None:
    publish(tmp_path, store, 0, {"paper": source(3)})
    catalogue = Catalogue(tmp_path / "elsewhere" / "catalogue.sqlite")
    catalogue.sync(store, COLLECTION, now=START)
    assert [name for name, _day, _sums in catalogue.days(source="paper")] == ["paper"]
    assert list(catalogue.days(source="other")) == []
    assert list(catalogue.days(since="2024-11-09")) == []


@pytest.mark.parametrize(
    "odd",
    [
        [],
        None,
        "text",
        {"outcomes": {"article": "many"}, "seeds": []},
        {"outcomes": [1], "seeds": []},
        {"seeds": [{"url": 1}], "outcomes": {}},
    ],
)
def test_what_nobody_understands_in_a_report_is_left_out_and_the_rest_is_counted(tmp_path: Path, store: MemoryStore, odd: Any) -> None:
    publish(tmp_path, store, 0, {"odd": odd, "paper": source(3)})
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    assert catalogue.sync(store, COLLECTION, now=START) == 1
    assert catalogue.problems == []
    assert [name for name, _day, _sums in catalogue.days()] == ["paper"]


def test_a_source_without_a_part_in_a_run_has_no_row_of_that_day(tmp_path: Path, store: MemoryStore) -> None:
    publish(tmp_path, store, 0, {"idle": {"outcomes": {}, "seeds": [], "articles": 0}, "paper": source(3)})
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    catalogue.sync(store, COLLECTION, now=START)
    assert [name for name, _day, _sums in catalogue.days()] == ["paper"]


def test_a_day_of_a_source_is_small(tmp_path: Path, store: MemoryStore) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for number in range(3):
        publish(tmp_path, store, number, {"paper": source(3 + number)}, catalogue)
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as db:
        assert db.execute("SELECT length(sums) FROM days").fetchone()[0] < 300  # a year of 5,000 sources: half a gigabyte
