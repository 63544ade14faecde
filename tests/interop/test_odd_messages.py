"""Do other people's programs accept a file full of the odd messages that servers send?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archive.samples import ODD_MESSAGES
from tests.archive.shelf import Entry, page, publish
from tests.interop.environment import run
from tests.interop.runfolder import zip_folder

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def odd_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with one capture of each."""
    folder = tmp_path_factory.mktemp("odd")
    entries = []
    for number, response in enumerate(ODD_MESSAGES.values()):
        capture = page(f"/odd/{number}", after=number)
        entries.append(
            Entry(capture=type(capture)(**{name: getattr(capture, name) for name in capture.__slots__} | {"response": response}))
        )
    publish(folder, entries)
    return next((folder / "store").rglob("datapackage.json")).parent


def test_warcio_check_finds_every_digest_right(odd_run: Path) -> None:
    result = run("warcio", "check", "-v", *(odd_run / "archive").iterdir())
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    assert "failed" not in result.stdout
    assert result.stdout.count("digest pass") >= 2 * len(ODD_MESSAGES)


def test_pywbs_cdx_indexer_finds_every_capture(odd_run: Path) -> None:
    result = run("cdx-indexer", "-s", "-j", *(odd_run / "archive").iterdir())
    assert result.returncode == 0, result.stderr[-3000:]
    ours = [line.split(" {")[0] for line in (odd_run / "indexes/index.cdxj").read_text().splitlines()]
    assert [line.split(" {")[0] for line in sorted(result.stdout.splitlines())] == ours
    assert len(ours) >= len(ODD_MESSAGES)


def test_py_wacz_accepts_the_run(odd_run: Path, tmp_path: Path) -> None:
    result = run("wacz", "validate", "-f", zip_folder(odd_run, tmp_path / "odd.wacz"))
    assert result.returncode == 0, result.stdout + result.stderr
