"""The full-text index as a file: what a kill, two at once, another store and another machine do to it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive import search_index
from archive.errors import DamagedError
from archive.reader import Archive, open_archive
from archive.search_index import FILE, SearchIndex, rebuild_search
from archive.search_worker import enter_apart
from tests.archive.shelf import START, Entry, page, publish

ROOT = Path(__file__).resolve().parents[2]
_TEXTS = ("Обстріл Харкова ракетами", "Жители Киева и их дети", "قالت الحكومة إن المدينة", "The minister said so", "北京大学的学生")
_LANGUAGES = ("uk", "ru", "ar", "en", "zh")


def run(folder: Path, number: int, *, articles: int = 25) -> None:
    entries = [
        Entry(
            capture=page(f"/{number}/{at // 2}", f"{number} {at}".encode(), after=at),
            article={"text": f"{_TEXTS[at % 5]} {at} {number}", "language": _LANGUAGES[at % 5], "version": at % 2 + 1},
        )
        for at in range(articles)
    ]
    publish(folder, entries, started=START + timedelta(hours=number), token=f"{number:08x}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    for number in range(3):
        run(folder, number)
    return folder


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Iterator[Archive]:
    with open_archive(str(folder / "store"), state=tmp_path / "state") as archive:
        yield archive


@pytest.fixture
def whole(archive: Archive, tmp_path: Path) -> list[str]:
    index = SearchIndex(tmp_path / "whole.sqlite")
    assert index.sync(archive) == 75
    lines = list(index.dump())
    index.close()
    assert len(lines) > 500
    return lines


def test_what_is_entered_does_not_depend_on_the_order_of_runs_or_the_size_of_pieces(
    folder: Path, archive: Archive, whole: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_BATCH", 5)  # 25 articles are whole pieces: the last one is empty
    names = archive.catalogue.run_names()
    monkeypatch.setattr(archive.catalogue, "run_names", lambda: names[::-1])
    index = SearchIndex(tmp_path / "other.sqlite")
    told: list[tuple[int, int]] = []
    assert index.sync(archive, progress=lambda entered, expected: told.append((entered, expected))) == 75
    assert list(index.dump()) == whole
    assert told[-1] == (75, 75)
    assert index.behind(archive) == 0
    index.close()


def test_a_rebuilt_index_is_the_same_and_the_old_one_stays_until_it_is_there(archive: Archive, whole: list[str], tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    path.write_bytes(b"this is no database at all, and long enough to be looked at as one" * 20)
    with pytest.raises(DamagedError, match="is damaged"):
        SearchIndex(path)
    entered, problems = rebuild_search(path, archive)
    assert (entered, problems) == (75, [])
    index = SearchIndex(path)
    assert list(index.dump()) == whole
    index.close()
    assert sorted(found.name for found in tmp_path.glob("search.sqlite*") if found.name.endswith(".new")) == []


def test_a_reader_sees_the_index_that_was_made_anew(archive: Archive) -> None:
    index = archive.search_index()
    assert index.sync(archive) == 75
    assert archive.search_index() is index
    rebuild_search(index.path, archive)
    assert archive.search("minister").total
    assert archive.search_index() is not index


_KILLED = """
import os, signal, sys
from pathlib import Path
from archive import search_index
from archive.reader import open_archive
search_index._BATCH = 4
archive = open_archive(sys.argv[1], state=Path(sys.argv[2]))
index = search_index.SearchIndex(Path(sys.argv[3]))
keep, left = search_index.SearchIndex._keep, [int(sys.argv[4])]
number = search_index.SearchIndex._number
def counted(self, entry, id):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)  # in the middle of a transaction
    number(self, entry, id)
search_index.SearchIndex._number = counted
index.sync(archive)
print(len(list(index.dump())))
"""


def started(folder: Path, state: Path, path: Path, left: int) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", _KILLED, str(folder / "store"), str(state), str(path), str(left)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_killed_sync_goes_on_where_it_stopped(folder: Path, archive: Archive, whole: list[str], tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite"
    for left in (3, 30):
        process = started(folder, tmp_path / "state", path, left)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, errors.decode()
    index = SearchIndex(path)
    assert 0 < index.size() < 75
    kept = index.size()
    assert index.sync(archive) == 75 - kept
    assert list(index.dump()) == whole
    index.close()


def test_a_process_of_its_own_enters_the_same_and_ends_with_whoever_wanted_it(archive: Archive, whole: list[str]) -> None:
    gone = subprocess.run(
        [sys.executable, "-m", "archive.search_worker", archive.store.url, archive.collection, str(archive.catalogue.path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,  # at its end from the first
        timeout=60,
        check=False,
    )
    assert gone.returncode == 0
    assert archive.search_index().size() in (0, 25, 50, 75), "what was entered by then is whole"
    assert enter_apart(archive)
    assert list(archive.search_index().dump()) == whole
    assert archive.search_index().behind(archive) == 0


def test_two_at_once_enter_everything_once(folder: Path, archive: Archive, whole: list[str], tmp_path: Path) -> None:
    path = tmp_path / "both.sqlite"
    both = [started(folder, tmp_path / "state", path, 10_000) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors.decode()
    index = SearchIndex(path)
    assert list(index.dump()) == whole
    index.close()


def test_another_store_empties_it_and_another_version_makes_it_anew(archive: Archive, whole: list[str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    run(other, 7, articles=4)
    path = tmp_path / "search.sqlite"
    index = SearchIndex(path)
    index.sync(archive)
    with open_archive(str(other / "store"), state=tmp_path / "other-state") as another:
        assert index.behind(another) == 1
        assert index.sync(another) == 4
        assert index.size() == 4
    assert index.sync(archive) == 75
    assert list(index.dump()) == whole
    index.close()
    for change in ("PRAGMA user_version=99", "UPDATE meta SET value = 'older' WHERE key = 'method'"):
        with sqlite3.connect(path) as db:
            db.execute(change)
        db.close()
        index = SearchIndex(path)
        assert index.size() == 0
        assert index.sync(archive) == 75
        index.close()


def test_a_run_that_cannot_be_read_is_named_and_tried_again(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder / "store", copy / "store")
    lists = sorted(copy.glob("store/news/runs/*/*/*/articles/articles.jsonl.gz"))
    with open_archive(str(copy / "store"), state=copy / "state") as archive:
        good = lists[1].read_bytes()
        lists[1].chmod(0o644)
        lists[1].write_bytes(bytes(len(good)))
        index = archive.search_index()
        assert index.sync(archive) == 50
        assert "is left out of the search" in str(index.problems[0])
        assert archive.search("minister").total
        lists[1].write_bytes(good)
        assert index.sync(archive) == 25
        assert index.problems == []
        assert (copy / "state" / "news" / FILE).exists()
