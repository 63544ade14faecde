"""Do py-wacz, pywb's manager and warcio take what we export as it is?"""

from __future__ import annotations

import gzip
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.export_choice import Choice, check_choice
from archive.export_files import whole_file
from archive.export_job import Format, Order, Tally, pieces_of
from archive.layout import RunFolder
from archive.reader import Archive, open_archive
from tests.archive.parcels import RUNS, publish_two_runs
from tests.interop.environment import program, run
from tests.servers import pywb

pytestmark = pytest.mark.interop


@dataclass(frozen=True)
class Shelf:
    folder: Path
    archive: Archive

    def export(self, format: Format, path: Path, **choice: object) -> Path:
        chosen = check_choice(self.archive, Choice(**choice), articles=False)  # type: ignore[arg-type]
        with whole_file(path) as stream:
            for piece in pieces_of(self.archive, Order(format=format, chosen=chosen), Tally()):
                stream.write(piece)
        return path

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.folder / "store").rglob("*.warc.gz"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("shelf")
    publish_two_runs(folder)
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        yield Shelf(folder, archive)


def test_py_wacz_accepts_a_wacz_of_two_runs_with_revisits(shelf: Shelf, tmp_path: Path) -> None:
    for name, choice in (("articles", {}), ("everything", {"captures": "all"}), ("nothing", {"since": "2099-01-01"})):
        result = run("wacz", "validate", "-f", shelf.export("wacz", tmp_path / f"{name}.wacz", **choice))
        assert result.returncode == 0, result.stdout + result.stderr
        assert "Validation succeeded" in result.stdout


def test_warcio_finds_every_digest_of_an_exported_file_right(shelf: Shelf, tmp_path: Path) -> None:
    checked = run("warcio", "check", "-v", shelf.export("warc", tmp_path / "all.warc.gz", captures="all"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "digest failed" not in checked.stdout
    recompressed = run("warcio", "recompress", tmp_path / "all.warc.gz", tmp_path / "again.warc.gz")
    assert recompressed.returncode == 0
    assert "0 records" not in recompressed.stdout


def manage(folder: Path, *warcs: Path) -> list[str]:
    """Give the files to a new collection of pywb; returns the lines of the index that it makes, without places."""
    folder.mkdir()
    manager = str(program("wb-manager"))
    for arguments in (["init", "news"], ["add", "news", *map(str, warcs)]):
        done = subprocess.run([manager, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    lines = (folder / "collections/news/indexes/index.cdxj").read_text().splitlines()
    return sorted(line.split(' "length"')[0].split(', "offset"')[0] for line in lines)


def test_pywbs_manager_takes_our_files_and_the_exported_ones_alike(shelf: Shelf, tmp_path: Path) -> None:
    original = manage(tmp_path / "original", *shelf.warcs)
    exported = manage(tmp_path / "exported", shelf.export("warc", tmp_path / "all.warc.gz", captures="all"))
    assert exported == original
    assert len(original) == len(shelf.export("cdxj", tmp_path / "all.cdxj", captures="all").read_text().splitlines())


def test_an_unpacked_wacz_replays_in_pywb_with_its_revisits(shelf: Shelf, tmp_path: Path) -> None:
    with zipfile.ZipFile(shelf.export("wacz", tmp_path / "two.wacz")) as packed:
        packed.extractall(tmp_path / "two")
    index = tmp_path / "two/indexes/index.cdx.gz"
    (tmp_path / "two/indexes/index.cdxj").write_bytes(gzip.decompress(index.read_bytes()))
    index.unlink()
    (tmp_path / "two/indexes/index.idx").unlink()
    with pywb.serve(program("wayback"), tmp_path / "pywb", [tmp_path / "two"]) as server:
        copy = server.replay("https://news.example/copy", "20241109081501")
        assert copy.status == 200
        assert "Вночі" in copy.body.decode()
        assert server.replay("https://news.example/css/site.css?v=1", "20241109081501").body.startswith(b"@import")
        assert server.replay("https://news.example/gone", "20241108081504").status == 404  # was not chosen


def test_a_run_alone_is_whole_although_its_originals_lie_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    path = shelf.export("wacz", tmp_path / "last.wacz", runs=RUNS[1:])
    assert run("wacz", "validate", "-f", path).returncode == 0
    with zipfile.ZipFile(path) as packed:
        lines = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode()
    assert '"https://news.example/b"' in lines
    first = RunFolder(collection="news", run=RUNS[0]).prefix
    assert (shelf.folder / "store" / first).is_dir()
