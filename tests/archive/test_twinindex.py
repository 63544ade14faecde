"""Does the index find the same texts whatever came in which order, and how often?"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import twinindex
from archive.errors import DamagedError
from archive.sketch import Sketch, sketch_of
from archive.twinindex import Place, TwinIndex
from tests.archive.tellings import text

Entry = tuple[Place, Sketch]


def entry(first: int, name: str, words: str) -> Entry:
    sketch = sketch_of(words)
    assert sketch is not None
    return Place(first=first, article=name.encode()), sketch


def fill(index: TwinIndex, entries: Iterable[Entry]) -> TwinIndex:
    with index.transaction():
        for place, sketch in entries:
            index.enter(place, sketch)
    return index


def family(number: int, *, first: int = 0) -> list[Entry]:
    """A report, three copies of it, and three texts that are none."""
    name = f"story {number}"
    return [
        entry(first, name, text(number)),
        entry(first + 1, f"{name} again", text(number)),
        entry(first + 2, f"{name} edited", text(number, edit="mixed", share=0.05)),
        entry(first + 3, f"{name} cut", text(number, edit="cut", share=0.2)),
        entry(first + 4, f"{name} written anew", text(number, edit="replaced", share=0.5)),
        entry(first + 5, f"{name} translated", text(number, language=1)),
        entry(first + 6, f"{name} in other words", text(number + 5000)),
    ]


@pytest.fixture(scope="module")
def stories() -> list[Entry]:
    return [one for number in range(12) for one in family(number, first=100 * number)]


def test_copies_hang_together_and_nothing_else_does(tmp_path: Path, stories: list[Entry]) -> None:
    index = fill(TwinIndex(tmp_path / "twins.sqlite"), stories)
    for number in range(12):
        name = f"story {number}"
        copies = [name, f"{name} again", f"{name} edited", f"{name} cut"]
        assert index.members(f"{name} cut".encode()) == [one.encode() for one in copies]
        for other in ("written anew", "translated", "in other words"):
            assert index.members(f"{name} {other}".encode()) == [f"{name} {other}".encode()]
    assert index.counts() == (84, 48)
    assert index.members(b"nobody") == []
    index.close()


def test_the_earliest_comes_first_and_is_the_head_of_all(tmp_path: Path, stories: list[Entry]) -> None:
    index = fill(TwinIndex(tmp_path / "twins.sqlite"), stories)
    place, sketch = entry(1102, "latecomer", text(11))
    kin = index.near(sketch, place.article)
    assert [one.place.article for one in kin] == [b"story 11", b"story 11 again", b"story 11 edited", b"story 11 cut"]
    assert {one.head for one in kin} == {Place(first=1100, article=b"story 11")}
    assert index.near(sketch, b"story 11")[0].place.article == b"story 11 again", "an article is no duplicate of itself"
    index.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), pieces=st.integers(min_value=1, max_value=30))
def test_what_is_in_the_index_does_not_depend_on_the_order_or_on_what_comes_twice(
    tmp_path: Path, stories: list[Entry], order: random.Random, pieces: int
) -> None:
    expected = fill(TwinIndex(tmp_path / "a.sqlite", passing=True), stories)
    shuffled = [*stories, *order.sample(stories, 20)]
    order.shuffle(shuffled)
    index = TwinIndex(tmp_path / "b.sqlite", passing=True)
    for at in range(0, len(shuffled), pieces):
        fill(index, shuffled[at : at + pieces])
    assert list(index.dump()) == list(expected.dump())
    index.close()
    expected.close()


def test_folding_the_new_keys_into_the_large_table_changes_nothing(
    tmp_path: Path, stories: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fill(TwinIndex(tmp_path / "a.sqlite"), stories)
    monkeypatch.setattr(twinindex, "_FOLD_AFTER", 7)
    index = fill(TwinIndex(tmp_path / "b.sqlite"), stories)
    assert list(index.dump()) == list(expected.dump())
    with sqlite3.connect(tmp_path / "b.sqlite") as db:
        assert [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("keys", "new_keys")] == [20 * 84, 0]
    db.close()
    index.close()
    expected.close()


def test_an_earlier_copy_that_comes_later_becomes_the_head(tmp_path: Path) -> None:
    index = fill(TwinIndex(tmp_path / "twins.sqlite"), [entry(10, "b", text(1)), entry(20, "c", text(1))])
    fill(index, [entry(5, "a", text(1))])
    assert index.members(b"c") == [b"a", b"b", b"c"]
    fill(index, [entry(1, "c", text(1))])
    assert index.members(b"b") == [b"c", b"a", b"b"]
    index.close()


def test_two_clusters_become_one_when_a_text_is_like_both(tmp_path: Path) -> None:
    whole = text(3).split()
    first, last = " ".join(whole[:-60]), " ".join(whole[60:])  # each is like the whole, and less like the other
    index = fill(TwinIndex(tmp_path / "twins.sqlite"), [entry(1, "first", first), entry(2, "first again", first), entry(3, "last", last)])
    assert index.members(b"last") == [b"last"]
    fill(index, [entry(4, "whole", " ".join(whole))])
    assert index.members(b"last") == [b"first", b"first again", b"last", b"whole"]
    index.close()


def test_a_notice_under_a_thousand_texts_neither_ties_them_nor_hides_the_copies(tmp_path: Path) -> None:
    notice = " ".join(text(77).split()[:80])
    index = TwinIndex(tmp_path / "twins.sqlite")
    fill(index, (entry(number, f"{number}", f"{text(1000 + number)} {notice}") for number in range(150)))
    fill(index, [entry(1000, "copy", f"{text(1149)} {notice}")])
    assert index.counts()[1] == 2
    assert index.members(b"copy") == [b"149", b"copy"]
    index.close()


def test_three_hundred_copies_of_one_text_are_one_cluster_and_do_not_fill_the_index(tmp_path: Path) -> None:
    index = TwinIndex(tmp_path / "twins.sqlite")
    _, sketch = entry(0, "0", text(5))
    fill(index, ((Place(first=number, article=f"{number}".encode()), sketch) for number in range(300)))
    assert len(index.members(b"299")) == 300
    with sqlite3.connect(tmp_path / "twins.sqlite") as db:
        assert db.execute("SELECT count(*) FROM new_keys").fetchone()[0] == 20 * 32
    db.close()
    index.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    index = fill(TwinIndex(tmp_path / "twins.sqlite"), family(1))
    before = list(index.dump())

    def broken() -> Iterator[Entry]:
        yield from family(2)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill(index, broken())
    assert list(index.dump()) == before
    index.close()


def test_an_index_of_another_method_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(TwinIndex(tmp_path / "twins.sqlite"), family(1)).close()
    same = TwinIndex(tmp_path / "twins.sqlite")
    assert same.counts() == (7, 4)
    same.close()
    monkeypatch.setattr(twinindex, "METHOD", "rensa 3, other numbers")
    other = TwinIndex(tmp_path / "twins.sqlite")
    assert other.counts() == (0, 0)
    other.close()


def test_a_passing_index_begins_empty_even_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / "pending.sqlite").write_bytes(b"half a page")
    index = TwinIndex(tmp_path / "pending.sqlite", passing=True)
    assert index.counts() == (0, 0)
    index.close()


def test_a_damaged_index_says_that_it_may_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "twins.sqlite").write_bytes(b"no database at all" * 500)
    with pytest.raises(DamagedError, match="damaged") as caught:
        TwinIndex(tmp_path / "twins.sqlite")
    assert "made again from the store" in str(caught.value.hint)
