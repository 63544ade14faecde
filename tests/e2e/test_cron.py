"""Does the crawl work as cron starts it: no locale, no home, no terminal, next to no PATH, and what is worse?"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.desk import ROOT
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("cron")


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    with Newspaper() as found:
        yield found


@pytest.fixture
def bench(tmp_path: Path, paper: Newspaper) -> Bench:
    return Bench.of_newspaper(tmp_path, paper)


def as_cron(
    bench: Bench, *arguments: str, redirect: str = "<&-", environment: Sequence[str] = (), umask: int = 0o022
) -> subprocess.CompletedProcess[bytes]:
    """`env -i PATH=/usr/bin:/bin`, from /, in a session without a terminal; `redirect` is what the shell does to the standard streams."""
    program = [sys.executable, "-m", "warchive", "--config", str(bench.folder / "warchive.toml"), *arguments]
    return subprocess.run(
        [
            "/usr/bin/env",
            "-i",
            "PATH=/usr/bin:/bin",
            f"PYTHONPATH={ROOT}",
            *environment,
            "/bin/sh",
            "-c",
            f'exec "$@" {redirect}',
            "sh",
            *program,
        ],
        cwd="/",
        capture_output=True,
        timeout=120,
        check=False,
        start_new_session=True,
        umask=umask,
    )


def texts(bench: Bench) -> list[str]:
    return sorted(article["title"] for article in bench.articles())


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, paper: Newspaper) -> list[str]:
    """The titles that a person at a terminal with a UTF-8 locale gets."""
    bench = Bench.of_newspaper(tmp_path_factory.mktemp("usual"), paper)
    assert bench.crawl(env={"LANG": "C.UTF-8"}).exit_code == 0
    return texts(bench)


def test_from_cron_it_says_one_line_and_keeps_what_it_keeps_elsewhere(bench: Bench, usual: list[str]) -> None:
    done = as_cron(bench, "crawl")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    (line,) = done.stdout.decode("utf-8").splitlines()
    assert line.startswith("warchive: run ")
    assert texts(bench) == usual
    assert any(not title.isascii() for title in usual), "the newspaper has other scripts"


def test_data_on_stdout_is_utf_8_without_a_locale(bench: Bench, usual: list[str]) -> None:
    assert as_cron(bench, "crawl").returncode == 0
    for environment in ((), ("LC_ALL=C",), ("LC_ALL=POSIX", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0")):
        done = as_cron(bench, "export", "--format", "jsonl", environment=environment)
        assert sorted(json.loads(line)["title"] for line in done.stdout.decode("utf-8").splitlines()) == usual, done.stderr


@pytest.mark.parametrize("redirect", ["<&- >&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_do_no_harm(bench: Bench, usual: list[str], redirect: str) -> None:
    done = as_cron(bench, "crawl", redirect=redirect)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert texts(bench) == usual
    assert sum(1 for _record in bench.records()) > len(usual), "nothing that was printed went into a file"


def test_errors_are_not_printed_among_the_data_where_stderr_is_closed(bench: Bench) -> None:
    done = as_cron(bench, "crawl", "no-such-source", redirect="<&- 2>&-")
    assert (done.returncode, done.stdout) == (3, b"")


@pytest.mark.parametrize("home", ["/proc/nowhere", ""])
def test_a_home_that_cannot_be_written_is_not_missed(bench: Bench, usual: list[str], home: str) -> None:
    done = as_cron(bench, "crawl", environment=[f"HOME={home}"])
    assert (done.returncode, done.stderr) == (0, b"")
    assert texts(bench) == usual


def test_under_a_strict_umask_nobody_else_can_read_and_the_next_run_can(bench: Bench) -> None:
    assert as_cron(bench, "crawl", umask=0o077).returncode == 0
    for folder in ("store", "state"):
        for path in (bench.folder / folder).rglob("*"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    done = as_cron(bench, "crawl", "--now", umask=0o077)
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_line_of_the_log_is_json_when_all_goes_well(bench: Bench) -> None:
    done = as_cron(bench, "--log-json", "-vvv", "crawl", environment=["PYTHONWARNINGS=always"])
    assert done.returncode == 0
    assert len(logged(done)) > 10


def test_every_line_of_the_log_is_json_when_all_goes_wrong(bench: Bench) -> None:
    with (bench.folder / "sources" / "broken.toml").open("w") as file:
        file.write("name = 3\n")
    done = as_cron(bench, "--log-json", "crawl")
    assert done.returncode == 3
    assert any("broken.toml" in event["message"] for event in logged(done))
    (bench.folder / "sources" / "broken.toml").unlink()
    bench.source("gone", "http://gone.invalid/", [("feed", "http://gone.invalid/feed")])
    done = as_cron(bench, "--log-json", "-vv", "crawl")
    assert done.returncode == 4
    logged(done)
    assert logged(as_cron(bench, "--log-json", "crawl", "--bogus"))


def logged(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, str]]:
    found = [json.loads(line) for line in done.stderr.decode("ascii").splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(event) for event in found)
    return found
