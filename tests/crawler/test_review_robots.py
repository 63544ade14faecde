"""Is robots.txt asked for anew by a run that lasts longer than its answer may be used?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.robotsfile import FRESH
from tests.crawler.frontiers import NOW
from tests.crawler.test_robotsfile import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.book.ledger.close()


def test_a_run_of_two_days_obeys_the_robots_txt_of_its_second_day(desk: Desk) -> None:
    assert desk.verdict("/a") == "ask"
    desk.learn(b"User-agent: *\nDisallow: /closed/\n")
    assert desk.verdict("/a") is None
    desk.now = NOW + FRESH + 1
    assert [desk.verdict("/a"), desk.verdict("/a")] == ["ask", "wait"]
    desk.learn(b"User-agent: *\nDisallow: /\n")
    assert desk.verdict("/a") == "deny"


def test_one_that_cannot_be_reached_is_not_asked_again_within_a_run(desk: Desk) -> None:
    assert desk.verdict("/a") == "ask"
    desk.learn(b"", status=503)
    desk.now = NOW + FRESH + 1
    assert desk.verdict("/a") == "unreachable"
