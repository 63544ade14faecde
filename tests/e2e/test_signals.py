"""Does a run that is told to stop end in time, with what it captured published, and does the next start finish it?"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.aging import age
from tests.e2e.driver import Bench, Running, wait_until

PAGES, HOSTS = 24, 2


@pytest.fixture
def press() -> Iterator[Newspaper]:
    with Newspaper(pages=PAGES, page_hosts=HOSTS) as paper:
        yield paper


def slow_bench(folder: Path, paper: Newspaper, delay: float) -> Bench:
    """A bench that asks each host once in `delay` seconds."""
    bench = Bench.of_newspaper(folder, paper, publishers=False)
    set_delay(bench, delay)
    return bench


def set_delay(bench: Bench, delay: float) -> None:
    for path in (bench.folder / "sources").iterdir():
        lines = [line for line in path.read_text().splitlines() if not line.startswith("delay")]
        path.write_text("\n".join([f"delay = {delay}", *lines]) + "\n")


def started(bench: Bench, *arguments: str, captures: int) -> Running:
    """`crawl` under way, with so many captures acknowledged."""
    running = bench.start("crawl", "--json", *arguments)
    wait_until(lambda: len(bench.acknowledged()) >= captures or running.process.poll() is not None, what="the first captures")
    assert running.process.poll() is None
    return running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_crawl_within_ten_seconds_whatever_its_delay_is(tmp_path: Path, press: Newspaper, number: signal.Signals) -> None:
    bench = slow_bench(tmp_path, press, 30)
    with started(bench, captures=HOSTS) as running:  # each host's robots.txt is in; the next request is 30 s away
        acknowledged = len(bench.acknowledged())
        sent = time.monotonic()
        running.signal(number)
        done = running.finish(timeout=20)
        took = time.monotonic() - sent
    assert took < 10
    assert done.exit_code == 11, done.stderr
    assert done.report is not None
    assert done.report["ended_because"] == "interrupted"
    assert [run.run for run in bench.runs()] == [done.report["run"]]
    assert len(bench.captures()) >= acknowledged
    assert "Traceback" not in done.stderr


def test_what_an_interrupted_run_left_waiting_is_counted_and_the_next_start_finishes_it(tmp_path: Path, press: Newspaper) -> None:
    bench = slow_bench(tmp_path, press, 0.4)
    with started(bench, captures=12) as running:
        running.signal(signal.SIGTERM)
        first = running.finish()
    assert first.exit_code == 11
    assert first.report is not None
    for source in first.report["sources"].values():
        assert sum(source["outcomes"].values()) == source["candidates"] == PAGES // HOSTS
        assert source["outcomes"]["waiting:interrupted"] > 0
    made = first.report["totals"]["articles"]
    assert first.groups == {"article": made, "waiting": PAGES - made}
    set_delay(bench, 0)
    second = bench.crawl()
    assert second.exit_code == 0, second.stderr
    pages = Counter(capture["url"] for capture in bench.captures() if capture["kind"] == "page")
    assert pages == Counter(press.page_urls()), "each page once, over both runs"
    assert Counter(row["target"] for row in press.log_rows() if "/report-" in row["target"]).most_common(1)[0][1] == 1
    assert len(bench.articles()) == PAGES


def test_a_second_signal_ends_the_process_at_once_and_the_next_start_publishes_what_was_captured(tmp_path: Path, press: Newspaper) -> None:
    bench = slow_bench(tmp_path, press, 30)
    with started(bench, captures=HOSTS) as running:
        acknowledged = {row["record_id"] for row in bench.acknowledged()}
        running.signal(signal.SIGTERM)
        running.signal(signal.SIGTERM)
        time.sleep(0.02)
        running.signal(signal.SIGTERM)
        sent = time.monotonic()
        done = running.finish(timeout=10)
    assert time.monotonic() - sent < 2
    assert done.exit_code in (11, -signal.SIGTERM)
    set_delay(bench, 0)
    age(bench, 30)  # the pause that the hosts are owed still
    second = bench.crawl()
    assert second.exit_code == 0, second.stderr
    assert acknowledged <= {capture["record_id"] for capture in bench.captures()}
    assert len(bench.articles()) == PAGES


def test_a_run_that_has_no_more_time_stops_cleanly_and_says_so(tmp_path: Path, press: Newspaper) -> None:
    bench = slow_bench(tmp_path, press, 30)
    done = bench.crawl("--max-runtime", "1", timeout=30)
    assert done.exit_code == 11, done.stderr
    assert done.report is not None
    assert done.report["ended_because"] == "max_runtime"
    assert [run.run for run in bench.runs()] == [done.report["run"]]
    assert done.seconds < 12


def test_a_start_while_another_runs_is_refused_with_its_pid_and_disturbs_nothing(tmp_path: Path, press: Newspaper) -> None:
    bench = slow_bench(tmp_path, press, 30)
    with started(bench, captures=HOSTS) as running:
        second = bench.run("crawl")
        assert second.exit_code == 75
        assert str(running.process.pid) in second.stderr
        assert second.stdout == ""
        assert bench.run("catalogue", "rebuild").exit_code == 75
        assert bench.run("runs", "list").exit_code == 0, "reading is always possible"
        running.signal(signal.SIGINT)
        assert running.finish().exit_code == 11
    assert len(bench.runs()) == 1
