"""What is seen on a terminal, and what under cron, in a pipe, and by a machine that reads the log?"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import time
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.desk import command, environment
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("terminal")
SUMMARY = re.compile(r"^warchive: run \d{8}t\d{6}z-[0-9a-f]{8}: [\d,]+ articles.*; [\d,]+ captures published, [\d.]+ s$")


def on_a_terminal(bench: Bench, *arguments: str) -> tuple[int, str]:
    """Run the command with a terminal of 120 columns as its stdout and stderr; returns exit code and all that was drawn."""
    leader, follower = pty.openpty()
    env = environment(TERM="xterm-256color", LINES="40")
    env.pop("NO_COLOR", None)
    process = subprocess.Popen(command(*arguments), cwd=bench.folder, env=env, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    drawn, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([leader], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux says EIO when the other end is closed
            break
        if not piece:
            break
        drawn += piece
    os.close(leader)
    return process.wait(30), drawn.decode("utf-8", "replace")


def test_under_cron_a_crawl_prints_one_line_and_nothing_else(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    done = bench.run("crawl")
    assert done.exit_code == 0
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert SUMMARY.match(line), line


def test_on_a_terminal_a_crawl_shows_progress_and_a_closing_table(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    for path in (tmp_path / "sources").iterdir():  # slow enough to be watched
        path.write_text(path.read_text().replace("delay = 0.0", "delay = 0.1"))
    code, drawn = on_a_terminal(bench, "crawl")
    assert code == 0, drawn
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)
    assert "\x1b[" in drawn
    for word in ("courier", "visnyk", "sada", "fetched", "articles", "failed", "a second"):
        assert word in plain, word
    closing = plain[plain.rindex("run 2") - 2000 :]
    assert re.search(r"courier\s+4/4\s+14\s+12", closing)
    assert SUMMARY.match(plain.strip().splitlines()[-1].strip())


def test_on_a_terminal_what_is_waited_for_is_told(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    for path in (tmp_path / "sources").iterdir():
        path.write_text(path.read_text().replace("delay = 0.0", "delay = 20.0"))
    code, drawn = on_a_terminal(bench, "crawl", "--max-runtime", "2")
    assert code == 11, drawn
    assert re.search(r"next: \S+ in \d+ s", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn))


def test_data_on_stdout_is_the_same_on_a_terminal_and_in_a_pipe(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    assert bench.run("crawl", "sada").exit_code == 0
    _code, drawn = on_a_terminal(bench, "runs", "list", "--json")
    assert json.loads(drawn) == json.loads(bench.run("runs", "list", "--json").stdout)


def test_a_machine_can_read_every_line_of_the_log(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper, odd_post=False)
    done = bench.run("--log-json", "-v", "-v", "crawl", "--json")
    assert done.exit_code == 0
    assert done.report is not None, "stdout is the report alone"
    events = [json.loads(line) for line in done.stderr.splitlines()]
    for event in events:
        assert {"time", "level", "logger", "message"} <= set(event)
    plain = bench.run("-v", "-v", "crawl")
    assert all(re.match(r"^\d{4}-\d\d-\d\dT[\d:.]+Z \w+ [\w.]+: ", line) for line in plain.stderr.splitlines())


def test_what_goes_wrong_is_told_on_stderr_and_stdout_keeps_the_summary(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper, store="unmounted/store")
    done = bench.run("crawl", "sada")
    assert done.exit_code == 6
    (line,) = done.stdout.splitlines()
    assert "in the spool" in line
    assert done.stderr.startswith("warchive: ")
    assert "mkdir -p" in done.stderr
