"""Does a real crawl that dies at a named point, between any two steps from append to manifest, go on as if nothing had been?

One archive dies at each point in turn: each start finishes what the one before left, up to the next point.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive.crashpoints import CRASHPOINTS
from crawler.newspaper import Newspaper
from tests.e2e.audit import Audit, Findings
from tests.e2e.driver import Bench
from tests.servers.s3server import S3Server

pytestmark = pytest.mark.slow

# In the spool while it crawls: the first one leaves bytes without a row, so that the next starts have something to recover.
CRAWLING = (
    "append-written:16", "recover-quarantined", "recover-cut", "recover-renamed", "commit-synced:4", "commit-done:4",
    "segment-synced", "segment-renamed",
)  # fmt: skip
DAMAGED = ("recover-repaired", "recover-rewritten")
PUBLISHING = tuple(name for name in CRASHPOINTS if name.startswith("publish-"))


def dies_at(bench: Bench, audit: Audit, point: str) -> None:
    done = bench.run("crawl", "--now", env={"WARCHIVE_CRASH_AT": point})
    assert done.exit_code == -signal.SIGKILL, f"{point} was not passed: {done.exit_code} {done.stderr}"
    audit.killed(time.time())


def dies_at_each(bench: Bench, paper: Newspaper, points: Sequence[str]) -> Findings:
    audit = Audit(bench, paper)
    for point in points:
        dies_at(bench, audit, point)
        assert audit.findings.problems == [], f"after {point}"
    done = bench.crawl()
    assert done.exit_code == 0, done.stderr
    return audit.ended(paper.page_urls())


def test_every_named_point_is_tried() -> None:
    assert {point.partition(":")[0] for point in (*CRAWLING, *DAMAGED, *PUBLISHING)} == set(CRASHPOINTS)


def test_a_crawl_into_a_folder_dies_at_every_point_and_loses_nothing(tmp_path: Path) -> None:
    with Newspaper(pages=60) as paper:
        found = dies_at_each(Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2}), paper, CRAWLING + PUBLISHING)
    assert found.problems == []
    assert found.kills == len(CRAWLING + PUBLISHING)


def test_a_crawl_into_s3_dies_at_every_point_of_publication_and_loses_nothing(tmp_path: Path, s3_server: S3Server) -> None:
    with Newspaper(pages=24) as paper:
        store = s3_server.url(f"points-{time.time_ns()}")
        found = dies_at_each(
            Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2}, store=store), paper, PUBLISHING
        )
    assert found.problems == []
    assert found.kills == len(PUBLISHING)


def test_a_recovery_that_dies_while_it_repairs_loses_no_more_than_the_damaged_capture(tmp_path: Path) -> None:
    with Newspaper(pages=60) as paper:
        bench, audit = (
            Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2}),
            Audit(Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2}), paper),
        )
        dies_at(bench, audit, "append-written:40")
        pages = [row for row in bench.acknowledged() if row["kind"] == "page"]
        hurt = pages[len(pages) // 2]
        path = bench.state / "spool" / hurt["run"] / f"{hurt['filename']}.open"
        with path.open("r+b") as file:
            file.seek(hurt["offset"] + hurt["length"] // 2)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 4]))
        for point in DAMAGED:
            done = bench.run("crawl", "--now", env={"WARCHIVE_CRASH_AT": point})
            assert done.exit_code == -signal.SIGKILL, f"{point}: {done.stderr}"
        told = bench.crawl()
        assert told.exit_code == 7, told.stderr
        assert hurt["record_id"] in told.stderr
        again = bench.crawl()
        assert again.exit_code == 0, again.stderr
        found = audit.ended(paper.page_urls())
    assert (found.lost, found.fetched_again) == (1, 1), found.problems
    assert hurt["url"] in " ".join(found.problems)
    assert found.problems == [problem for problem in found.problems if problem.startswith(("lost: ", "fetched_again: "))]
