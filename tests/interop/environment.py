"""Where are the programs that judge our files? In an environment of their own, since pywb pins what the crawler must not have."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def environment() -> Path:
    """The folder made by `make interop-env`, or the one that VENV_INTEROP names."""
    return ROOT / os.environ.get("VENV_INTEROP", ".venv-interop")


def program(name: str) -> Path:
    """Path of a program of that environment. Without it the test is skipped, in CI it fails."""
    path = environment() / "bin" / name
    if not path.exists():
        reason = f"{path} is not there: `make interop-env` makes it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def run(name: str, *arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run such a program to its end."""
    # pywb's libraries warn about pkg_resources on each start.
    environ = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run([program(name), *arguments], capture_output=True, text=True, timeout=timeout, check=False, env=environ)
