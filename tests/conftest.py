"""What may every test ask for by name: the newspaper, the command, a desk with both, the shared pages?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.desk import Desk, Outcome, run_warchive

pytest_plugins = ["tests.servers.fixtures"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def newspaper() -> Iterator[Newspaper]:
    """The invented newspaper, edition 1, on a port of its own."""
    with Newspaper() as paper:
        yield paper


@pytest.fixture
def warchive_cli(tmp_path: Path) -> Callable[..., Outcome]:
    """`warchive_cli("sources", "list")` runs the command in the test's folder and gives back exit code, stdout and stderr."""
    return lambda *arguments, **options: run_warchive(tmp_path, *arguments, **options)


@pytest.fixture
def desk(tmp_path: Path, newspaper: Newspaper) -> Desk:
    """A folder with `warchive.toml` and the newspaper's sources: `desk.run("crawl")` crawls it."""
    return Desk.make(tmp_path / "desk", newspaper)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the shared corpus and tools: a sibling of the repository, or WARCHIVE_SHARED."""
    folder = Path(os.environ.get("WARCHIVE_SHARED") or ROOT.parent / "shared")
    if not (folder / "corpus").is_dir():
        pytest.skip(f"no corpus at {folder}: put it beside the repository or set WARCHIVE_SHARED")
    return folder


MEMORY, ENOUGH = Path("/dev/shm"), 4 << 30


def pytest_configure() -> None:
    """Temporary folders lie in memory where there is enough of it: a crawl waits a hundred times until a disk has what it was given.

    `PYTEST_DEBUG_TEMPROOT`, pytest's own variable, names another place.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        about = os.statvfs(MEMORY)
        if about.f_bavail * about.f_frsize >= ENOUGH and not about.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


LONG_FIRST = ("simulation", "e2e", "browser", "interop")
"""Folders whose files take up to a minute each: the many short ones come last, so that no worker is left alone with a long one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first. Tests of one server go to one worker of pytest-xdist (`--dist loadgroup`), so that it is started once."""
    items.sort(key=lambda item: item.path.parent.name not in LONG_FIRST)
    for item in items:
        names = [
            *getattr(item, "fixturenames", ()),
            *(str(value) for value in getattr(getattr(item, "callspec", None), "params", {}).values()),
        ]
        for server in ("ceph", "ministack", "chrome"):
            if any(name.partition("-")[0] == server for name in names):
                item.add_marker(pytest.mark.xdist_group(server))
                break
