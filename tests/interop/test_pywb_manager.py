"""Does pywb take our WARC files into a collection of its own, as they are?"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.interop.conftest import SampleRun
from tests.interop.environment import program

pytestmark = pytest.mark.interop


def test_wb_manager_adds_our_files_and_indexes_every_capture(sample_run: SampleRun, tmp_path: Path) -> None:
    manager = program("wb-manager")
    for arguments in (["init", "news"], ["add", "news", *map(str, sample_run.warcs)]):
        done = subprocess.run([manager, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "collections/news/indexes/index.cdxj").read_text().splitlines()
    ours = [line for line in (sample_run.folder / "indexes/index.cdxj").read_text().splitlines() if not line.startswith("urn:")]
    assert {tuple(line.split(" ")[:2]) for line in ours} <= {tuple(line.split(" ")[:2]) for line in lines}
    assert len(ours) > 20
