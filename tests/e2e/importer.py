"""An import in this process, for tests that need no command: a process and its children take longer to start than most files to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.config import load_config
from crawler.importing import ImportResult, import_files
from tests.e2e.driver import Bench


def imported(bench: Bench, *files: Path, texts: bool = False, **more: Any) -> ImportResult:
    """As `warchive import FILES` in the folder of the bench."""
    config = load_config(bench.folder / "warchive.toml", environ={}, overrides={})
    return import_files(config, [bench.folder / path for path in files], texts=texts, **more)
