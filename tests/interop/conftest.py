from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.model import CaptureRef
from tests.interop.runfolder import make_run_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRun:
    """The folder of a published run with the sample in it."""

    folder: Path
    refs: dict[str, CaptureRef]

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.folder / "archive").glob("*.warc.gz"))


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    folder, refs = make_run_folder(tmp_path_factory.mktemp("sample"))
    return SampleRun(folder=folder, refs=refs)
