"""How does a test use Scrapy's own command on this project, as somebody who knows Scrapy would?"""

from __future__ import annotations

import subprocess
import sys

from tests.desk import ROOT, environment
from tests.e2e.driver import Bench, CompletedRun, Running


def scrapy_start(bench: Bench, *arguments: str) -> Running:
    """`scrapy ARGUMENTS`, started in the repository's folder, where scrapy.cfg is, with the bench's configuration."""
    return Running(
        subprocess.Popen(
            [sys.executable, "-m", "scrapy", *arguments],
            cwd=ROOT,
            env=environment(WARCHIVE_CONFIG=str(bench.folder / "warchive.toml")),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    )


def scrapy(bench: Bench, *arguments: str) -> CompletedRun:
    """The same, to its end."""
    with scrapy_start(bench, *arguments) as running:
        return running.finish(timeout=60)
