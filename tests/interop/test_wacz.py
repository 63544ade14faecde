"""Is a run folder, zipped, a WACZ to the field's own validator?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interop.conftest import SampleRun
from tests.interop.environment import run
from tests.interop.runfolder import zip_folder

pytestmark = pytest.mark.interop


def test_py_wacz_accepts_a_zip_of_a_run_folder(sample_run: SampleRun, tmp_path: Path) -> None:
    result = run("wacz", "validate", "-f", zip_folder(sample_run.folder, tmp_path / "run.wacz"))
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_manifest_shields_the_run_from_being_read_as_tables(sample_run: SampleRun) -> None:
    # frictionless, which py-wacz calls, guesses column types from the first 100 lines of a JSON Lines file and refuses the run at
    # the 101st that differs; it also takes a file named `report.json` for a report of its own. The type `file` ends both.
    package = json.loads((sample_run.folder / "datapackage.json").read_text())
    assert {resource.get("type") for resource in package["resources"]} == {"file"}
    # py-wacz compares the last two parts of a path only.
    assert {resource["path"].count("/") for resource in package["resources"]} == {1}
