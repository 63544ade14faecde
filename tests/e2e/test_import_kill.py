"""Is an import whole or not at all, wherever its process dies, and is nothing there twice when it is tried again?"""

from __future__ import annotations

import functools
import gzip
import os
import signal
import threading
from pathlib import Path

import pytest

from archive import crashpoints, exits
from archive.crashpoints import IMPORT_POINTS
from archive.errors import BusyError, StoreError
from archive.lock import StateLock
from crawler.import_files import RefusedError
from tests.archive.theirs import Exchange, story, warc_of
from tests.e2e.driver import Bench
from tests.e2e.importer import imported

pytestmark = pytest.mark.xdist_group("import-kill")

PAGES = [Exchange(url=f"http://river.example/{name}", body=story(f"The {name}"), date=f"2024-11-0{number}T00:00:00Z")
         for number, name in enumerate(("wall", "flood", "bridge"), 1)]  # fmt: skip
FILES = {"a.warc.gz": PAGES, "b.warc.gz": [Exchange(url="http://river.example/style.css", mime="text/css")]}
POINTS = [
    *(f"{point}:2" if point == "import-text" else point for point in IMPORT_POINTS),
    "publish-warc",
    "publish-report",
    "publish-manifest",
]


@functools.cache
def data_of(name: str) -> bytes:
    return warc_of(FILES[name])


def made(folder: Path) -> Bench:
    bench = Bench.make(folder, limits={"min_free_bytes": 0})
    for name in FILES:
        (folder / name).write_bytes(data_of(name))
    return bench


def killed_at(bench: Bench, point: str) -> None:
    """Import in a process of its own, which dies there."""
    name, _, passage = point.partition(":")
    child = os.fork()
    if not child:
        try:
            crashpoints._name, crashpoints._left = name, int(passage or 1)
            imported(bench, *map(Path, FILES), texts=True)
        finally:
            os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, f"{point} was never reached"


@pytest.mark.parametrize("point", POINTS)
def test_whole_or_not_at_all_and_once(point: str, tmp_path: Path) -> None:
    assert threading.active_count() < 10
    bench = made(tmp_path)
    killed_at(bench, point)
    before = bench.runs()
    done = imported(bench, *map(Path, FILES), texts=True)
    assert done.exit_code == exits.OK, done.problems
    (run,) = bench.runs()
    if before:
        assert run.manifest == before[0].manifest
    keys = [run.manifest.folder.key(entry.path) for entry in run.manifest.files if entry.path.startswith("archive/")]
    assert [bench.store.get(key) for key in keys] == [data_of(name) for name in FILES]
    assert sorted(article["title"] for article in bench.articles()) == ["The bridge", "The flood", "The wall"]
    assert len(bench.captures()) == 4
    assert sum(run.report["totals"]["outcomes"].values()) == run.report["totals"]["candidates"] == 10
    assert bench.spool_files() == []
    assert bench.acknowledged() == []
    assert bench.ledger_rows("SELECT * FROM meta WHERE key LIKE 'importing:%' OR key LIKE 'forgotten:%'") == []
    assert not list((bench.state / "imports").glob("*"))
    assert not list((bench.state / "quarantine").rglob("*.warc.gz*"))
    assert imported(bench, *map(Path, FILES)).run is None
    assert [(tmp_path / name).read_bytes() for name in FILES] == [data_of(name) for name in FILES]


def test_a_store_that_does_not_answer_leaves_it_in_the_spool_and_the_next_start_publishes(tmp_path: Path) -> None:
    bench = made(tmp_path)
    (tmp_path / "store").write_text("no folder")
    done = imported(bench, *map(Path, FILES))
    assert done.exit_code == StoreError.exit_code
    assert "the next start publishes it" in done.problems[-1]
    assert bench.spool_files()
    (tmp_path / "store").unlink()
    again = imported(bench, *map(Path, FILES))
    assert again.recovered == [done.run]
    assert again.run is None
    assert [run.manifest.run for run in bench.runs()] == [done.run]


def test_a_copy_that_is_no_longer_as_it_was_is_thrown_away_and_told_and_the_file_is_imported_again(tmp_path: Path) -> None:
    bench = made(tmp_path)
    killed_at(bench, "import-reported")
    copy = next(path for path in bench.spool_files() if path.name.endswith(".warc.gz"))
    content = bytearray(copy.read_bytes())
    content[50] ^= 1
    copy.unlink()  # it may be a link to the file itself
    copy.write_bytes(content)
    done = imported(bench, *map(Path, FILES))
    assert done.exit_code == exits.DAMAGED
    assert "is not as it was" in done.problems[0]
    assert [bench.store.get(key) for key in dict(bench.keys()) if key.endswith(".warc.gz")] == [data_of(name) for name in FILES]


def test_one_that_is_refused_halfway_leaves_nothing(tmp_path: Path) -> None:
    bench = made(tmp_path)

    (tmp_path / "whole.warc.gz").write_bytes(gzip.compress(warc_of(PAGES, compressed=False)))
    with pytest.raises(RefusedError):
        imported(bench, Path("a.warc.gz"), Path("whole.warc.gz"))
    assert bench.spool_files() == []
    assert bench.runs() == []
    assert imported(bench, Path("a.warc.gz")).exit_code == exits.OK


def test_who_else_works_in_the_state_folder_is_named(tmp_path: Path) -> None:
    bench = made(tmp_path)
    with StateLock(bench.state), pytest.raises(BusyError):
        imported(bench, Path("a.warc.gz"))
