"""How does a real browser see a page of ours? Chromium without a window, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The program, or null."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def dom_of(page: Path, folder: Path) -> str:
    """The page's document after its scripts, if any run, have run; skips where there is no browser."""
    program = find_browser()
    if program is None:
        pytest.skip("no browser here: `apt-get install chromium` gives one")
    # No sandbox, since the tests may run as root, and no network: nothing is to be asked for.
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--proxy-server=127.0.0.1:9", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run(
        [program, *options, "--virtual-time-budget=2000", "--dump-dom", page.as_uri()], capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode("utf-8", "replace")
