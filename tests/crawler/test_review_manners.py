"""Is what a host is owed kept, whenever a verdict comes and whenever a run ends?"""

from __future__ import annotations

import pytest

from crawler.manners import BLOCK_FOR, HostPace


def test_a_block_that_is_recognised_while_the_next_request_is_under_way_closes_the_host_all_the_same() -> None:
    pace = HostPace(2.0)
    for number in range(3):
        pace.started("walled.example", number * 10.0)
        pace.finished("walled.example", number * 10.0 + 1, status=200)
        if number < 2:
            pace.blocked("walled.example", number * 10.0 + 2, "bot_challenge")
    pace.started("walled.example", 30.0)
    pace.blocked("walled.example", 31.0, "bot_challenge")  # of the third answer: the child took its time
    pace.finished("walled.example", 35.0, status=200)
    closed = pace.closed("walled.example", 35.0)
    assert closed is not None
    assert closed.reason == "blocked"
    assert pace.ready_at("walled.example") >= 31.0 + BLOCK_FOR


def test_the_pause_of_a_slow_host_is_kept_from_one_run_to_the_next() -> None:
    pace = HostPace(2.0)
    pace.set_crawl_delay("slow.example", 60.0)
    pace.started("slow.example", 100.0)
    pace.finished("slow.example", 101.0, status=200)
    later = HostPace(2.0)
    later.load(pace.dump(now=102.0, wall=1_000_000.0), now=5.0, wall=1_000_010.0)
    assert later.ready_at("slow.example") == pytest.approx(5.0 + 59 - 10)
    assert later.closed("slow.example", 5.0) is None
