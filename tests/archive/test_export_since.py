"""Does what is new since the last time go out exactly once?"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from archive.crashpoints import EXPORT_POINTS
from archive.errors import BusyError, DamagedError, UsageError
from archive.export_choice import Choice, check_choice
from archive.export_job import Order, Tally
from archive.export_marks import forget_mark, held_mark, marks, save_mark
from archive.export_since import Batch, export_since
from archive.reader import open_archive
from tests.archive.shelf import START, Entry, page, publish

ROOT = Path(__file__).resolve().parents[2]
Call = Callable[..., Batch]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    publish(tmp_path, [Entry(capture=page("/a"), article={}), Entry(capture=page("/b", after=1), article={})])
    return tmp_path


def later(shelf: Path, path: str, *, days: float = 1, token: str = "2f2e3d4c", **article: object) -> None:
    publish(
        shelf,
        [Entry(capture=page(path, after=86400 * days), article=dict(article))],
        started=START + timedelta(days=days),
        token=token,
    )


def call(shelf: Path, output: Path | io.BytesIO, *, format: str = "jsonl", name: str = "daily", **choice: object) -> Batch:
    with open_archive(str(shelf / "store"), state=shelf / "state") as archive:
        chosen = check_choice(archive, Choice(**choice))  # type: ignore[arg-type]
        order = Order(format=format, chosen=chosen)  # type: ignore[arg-type]
        return export_since(archive, order, output, name=name, state=shelf / "state" / "news", tally=Tally())


def urls(data: bytes) -> list[str]:
    return [json.loads(line)["url"].rpartition("/")[2] for line in data.splitlines()]


def gathered(folder: Path) -> list[str]:
    return [url for path in sorted(folder.glob("[!.]*")) for url in urls(path.read_bytes())]


def test_batches_gather_in_a_folder(shelf: Path) -> None:
    folder = shelf / "out"
    folder.mkdir()
    assert call(shelf, folder).serial == 1
    assert call(shelf, folder) == Batch(serial=0, place=None)
    later(shelf, "/c")
    second = call(shelf, folder)
    assert second.place == folder / "daily-00002.jsonl"
    assert [path.name for path in sorted(folder.iterdir())] == ["daily-00001.jsonl", "daily-00002.jsonl"]
    assert gathered(folder) == ["a", "b", "c"]
    assert call(shelf, folder, name="other").serial == 1, "names know nothing of each other"


def test_a_file_holds_what_is_new_and_is_empty_where_nothing_is(shelf: Path) -> None:
    path = shelf / "new.csv"
    assert call(shelf, path, format="csv").serial == 1
    assert len(path.read_bytes().splitlines()) > 2
    assert call(shelf, path, format="csv").serial == 0
    assert path.read_bytes().count(b"\r\n") == 1, "a head, and no row a second time"
    later(shelf, "/c")
    call(shelf, path, format="csv")
    assert b"news.example/c" in path.read_bytes()
    assert b"news.example/a" not in path.read_bytes()


def test_a_run_that_is_published_late_is_new(shelf: Path) -> None:
    stream = io.BytesIO()
    later(shelf, "/c", days=2)
    call(shelf, stream)
    later(shelf, "/late", days=1.98, token="0e2e3d4c")  # began before one that went out
    second = io.BytesIO()
    assert call(shelf, second).serial == 2
    assert urls(second.getvalue()) == ["late"]


def test_the_newest_version_goes_out_also_where_an_older_one_did(shelf: Path) -> None:
    call(shelf, io.BytesIO())
    later(shelf, "/a", version=2, title="New")
    stream = io.BytesIO()
    call(shelf, stream)
    assert [(row["version"], row["title"]) for row in map(json.loads, stream.getvalue().splitlines())] == [(2, "New")]


def test_runs_without_anything_that_was_asked_for_make_no_file(shelf: Path) -> None:
    folder = shelf / "out"
    folder.mkdir()
    call(shelf, folder, language="en")
    later(shelf, "/c", language="uk")
    assert call(shelf, folder, language="en") == Batch(serial=0, place=None)
    later(shelf, "/d", days=2, token="3f2e3d4c", language="en")
    assert call(shelf, folder, language="en").serial == 2
    assert gathered(folder) == ["a", "b", "d"]
    assert [one.what for one in marks(shelf / "state" / "news")] == [{"format": "jsonl", "language": "en"}]


def test_another_filter_or_format_under_the_same_name_is_refused(shelf: Path) -> None:
    call(shelf, io.BytesIO(), language="en")
    with pytest.raises(UsageError, match="language='en', and is asked for 'uk' now"):
        call(shelf, io.BytesIO(), language="uk")
    with pytest.raises(UsageError, match="format='jsonl'"):
        call(shelf, io.BytesIO(), format="csv", language="en")
    with pytest.raises(UsageError, match="leave --run out"):
        call(shelf, io.BytesIO(), runs=("last",))
    with pytest.raises(UsageError, match="cannot be the name"):
        call(shelf, io.BytesIO(), name="../x")
    state = shelf / "state" / "news"
    forget_mark(state, "daily")
    assert marks(state) == []
    assert call(shelf, io.BytesIO(), language="uk").serial == 1
    with pytest.raises(UsageError, match="there are: daily"):
        forget_mark(state, "nightly")


def test_two_at_once_are_one_after_the_other(shelf: Path) -> None:
    state = shelf / "state" / "news"
    with held_mark(state, "daily", store="x", what={}), pytest.raises(BusyError, match="--since-last daily"):
        call(shelf, io.BytesIO())
    with held_mark(state, "daily", store="x", what={}) as mark:
        save_mark(state, mark)
    with pytest.raises(UsageError, match="another store"):
        call(shelf, io.BytesIO())
    (state / "exports/daily/mark.json").write_text("{}")
    with pytest.raises(DamagedError, match=r"mark\.json cannot be read"):
        call(shelf, io.BytesIO())


def test_a_reader_that_goes_away_leaves_the_mark(shelf: Path) -> None:
    class Gone(io.BytesIO):
        def write(self, _data: object) -> int:
            raise BrokenPipeError

    assert not call(shelf, Gone()).complete
    stream = io.BytesIO()
    call(shelf, stream)
    assert urls(stream.getvalue()) == ["a", "b"]


_PROGRAM = """
import pathlib, sys
from archive.export_choice import Choice, check_choice
from archive.export_job import Order, Tally
from archive.export_since import export_since
from archive.reader import open_archive
shelf, output, format = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
with open_archive(str(shelf / "store"), state=shelf / "state") as archive:
    order = Order(format=format, chosen=check_choice(archive, Choice()))
    export_since(archive, order, output, name="daily", state=shelf / "state" / "news", tally=Tally())
"""


def killed(shelf: Path, output: Path, point: str, format: str = "jsonl") -> None:
    environ = {**os.environ, "WARCHIVE_CRASH_AT": point}
    done = subprocess.run([sys.executable, "-c", _PROGRAM, shelf, output, format], cwd=ROOT, env=environ, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("point", EXPORT_POINTS)
def test_whoever_takes_files_from_a_folder_gets_each_row_once(shelf: Path, point: str) -> None:
    folder, taken = shelf / "out", list[str]()
    folder.mkdir()

    def take() -> None:
        for path in sorted(folder.glob("[!.]*")):
            taken.extend(urls(path.read_bytes()))
            path.unlink()

    killed(shelf, folder, point)
    take()
    later(shelf, "/c")
    call(shelf, folder)
    take()
    call(shelf, folder)
    take()
    assert sorted(taken) == ["a", "b", "c"]
    assert list(folder.iterdir()) == [], "nothing half is left"


@pytest.mark.parametrize("point", EXPORT_POINTS)
def test_whoever_reads_a_file_after_each_call_gets_each_row_once(shelf: Path, point: str) -> None:
    path, taken = shelf / "new.jsonl", list[str]()
    killed(shelf, path, point)
    later(shelf, "/c")
    for _ in range(3):
        batch = call(shelf, path)
        taken += urls(path.read_bytes())
        if batch.serial == 0 and batch.earlier is None:
            break
    if point == "export-marked":  # all was done, and the file held it
        taken = ["a", "b", *taken]
    assert sorted(taken) == ["a", "b", "c"]


def test_folders_of_a_batch_take_their_names_in_one_step(shelf: Path) -> None:
    folder = shelf / "ds"
    folder.mkdir()
    killed(shelf, folder, "export-noted", "parquet")
    assert [path.name for path in folder.iterdir()] == [".daily-next.tmp"]
    later(shelf, "/c")
    batch = call(shelf, folder, format="parquet")
    assert batch.earlier is not None
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet")) == [
        "batch=00001/lang=en/part-00000.parquet",
        "batch=00002/lang=en/part-00000.parquet",
    ]
