"""Does a crawl that is killed again and again at random moments lose anything, or ask for anything twice?

Here one archive is killed several times in a row, as often as `make test` has time for: test_kill_points.py dies at each named point
besides. `python -m tests.e2e.soak` is the long form: 60 archives of a thousand pages each, every one with its own random moments up to
the end of its publication.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.audit import Audit, Findings
from tests.e2e.driver import Bench, wait_until
from tests.e2e.soak import after, in_publication, kill_at
from tests.servers.s3server import S3Server

pytestmark = pytest.mark.slow

# Two seconds are mostly start, recovery and the publication of the run before; what is left is some dozens of pages.
LONGEST_LIFE = 3.5


def killed_again_and_again(bench: Bench, paper: Newspaper, *, kills: int, seed: int) -> Findings:
    """So many lives of random length, every third of them ended while an earlier run is published; then one that may live."""
    chance, audit = random.Random(seed), Audit(bench, paper)
    for number in range(kills * 2):
        if audit.findings.kills == kills:
            break
        aimed = number % 3 == 2
        wait = in_publication(bench, chance.uniform(0, 0.1)) if aimed else after(chance.uniform(0.3, LONGEST_LIFE))
        death = kill_at(bench, wait, whole_group=chance.random() < 0.5)
        assert death.orphans == 0, "a child outlived its parent"
        if death.killed:
            audit.killed(death.moment)
        else:
            assert death.code == 0, (bench.folder / "killed.log").read_text()
    done = bench.crawl(timeout=240)
    assert done.exit_code == 0, done.stderr
    assert audit.findings.kills == kills
    return audit.ended(paper.page_urls())


def test_six_kills_of_a_crawl_of_six_hundred_pages_lose_nothing(tmp_path: Path) -> None:
    with Newspaper(pages=600) as paper:
        found = killed_again_and_again(
            Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2}), paper, kills=6, seed=1
        )
    assert found.problems == []
    assert found.acknowledged >= 600


def test_four_kills_of_a_crawl_into_s3_lose_nothing(tmp_path: Path, ministack: S3Server, as_user_of: Callable[[S3Server], None]) -> None:
    as_user_of(ministack)
    with Newspaper(pages=200) as paper:
        bench = Bench.of_newspaper(
            tmp_path, paper, publishers=False, extraction={"workers": 2}, store=ministack.url(f"kill-{time.time_ns()}")
        )
        found = killed_again_and_again(bench, paper, kills=4, seed=2)
    assert found.problems == []
    assert found.acknowledged >= 200


def test_a_second_crawl_ends_at_once_with_75_and_leaves_the_first_alone(tmp_path: Path) -> None:
    with Newspaper(pages=60) as paper:
        bench = Bench.of_newspaper(tmp_path, paper, publishers=False, extraction={"workers": 2})
        with bench.start("crawl", "--now", "--json") as first:
            wait_until(bench.acknowledged, what="a capture of the first crawl")
            # Held still, the first cannot end meanwhile: a second that waited for it would wait for ever.
            first.signal(signal.SIGSTOP)
            rows = len(bench.acknowledged())
            second = bench.run("crawl", "--now", timeout=60)
            assert len(bench.acknowledged()) == rows
            first.signal(signal.SIGCONT)
            done = first.finish(120)
        assert second.exit_code == 75
        assert str(first.process.pid) in second.stderr
        assert done.exit_code == 0, done.stderr
        assert done.groups == {"article": 60}
        found = Audit(bench, paper).ended(paper.page_urls())
    assert found.problems == []
    assert len(bench.runs()) == 1
