"""Are hosts that share something slowed down together, and is a host in trouble remembered by the next run?"""

from __future__ import annotations

import math

import pytest

from crawler.manners import BLOCK_FOR, MAX_WAIT, HostPace

DELAY = 2.0


@pytest.fixture
def pace() -> HostPace:
    return HostPace(DELAY)


def ask(pace: HostPace, host: str, now: float, status: int | None = 200, *, groups: tuple[str, ...] = (), **more: float) -> None:
    pace.started(host, now)
    pace.together(host, groups)
    pace.finished(host, now, status=status, **more)


def test_a_429_slows_down_all_hosts_of_the_same_network(pace: HostPace) -> None:
    for host in ("a.example", "b.example"):
        ask(pace, host, 0.0, groups=("cdn:cloudflare",))
    ask(pace, "c.example", 0.0, groups=("cdn:fastly",))
    ask(pace, "a.example", 10.0, 429, groups=("cdn:cloudflare",))
    ask(pace, "b.example", 11.0, groups=("cdn:cloudflare",))
    ask(pace, "c.example", 11.0, groups=("cdn:fastly",))
    assert pace.ready_at("b.example") - 11.0 > 1.8 * DELAY
    assert pace.ready_at("c.example") == 11.0 + DELAY


def test_the_slowness_of_a_group_is_bounded_and_eases(pace: HostPace) -> None:
    for second in range(0, 400, 40):
        ask(pace, f"h{second}.example", float(second), 429, groups=("ip:203.0.113.7",))
    ask(pace, "b.example", 400.0, groups=("ip:203.0.113.7",))
    assert DELAY < pace.ready_at("b.example") - 400.0 <= 8 * DELAY
    ask(pace, "b.example", 10_000.0, groups=("ip:203.0.113.7",))
    assert pace.ready_at("b.example") == 10_000.0 + DELAY


def test_a_503_of_one_host_is_its_own_affair(pace: HostPace) -> None:
    ask(pace, "a.example", 0.0, 503, groups=("cdn:cloudflare",))
    ask(pace, "b.example", 1.0, groups=("cdn:cloudflare",))
    assert pace.ready_at("b.example") == 1.0 + DELAY


def test_an_operator_who_wants_no_pause_has_none_for_a_group_either() -> None:
    pace = HostPace(0.0)
    ask(pace, "b.example", 0.0, groups=("ip:127.0.0.1",))
    ask(pace, "a.example", 0.0, 429, groups=("ip:127.0.0.1",))
    assert pace.ready_at("b.example") == 0.0


def test_three_blocks_in_a_row_close_a_host_for_an_hour_then_two(pace: HostPace) -> None:
    for number in range(3):
        assert pace.closed("a.example", number * 10.0) is None
        ask(pace, "a.example", number * 10.0)
        pace.blocked("a.example", number * 10.0, "bot_challenge")
    closed = pace.closed("a.example", 21.0)
    assert closed is not None
    assert (closed.reason, closed.until) == ("blocked", 20.0 + BLOCK_FOR)
    ask(pace, "a.example", closed.until)
    pace.blocked("a.example", closed.until, "bot_challenge")
    again = pace.closed("a.example", closed.until + 1)
    assert again is not None
    assert again.until == closed.until + 2 * BLOCK_FOR


def test_a_good_page_ends_the_row_of_blocks(pace: HostPace) -> None:
    for number in range(6):
        ask(pace, "a.example", number * 10.0)
        if number % 2:
            pace.unblocked("a.example")
        else:
            pace.blocked("a.example", number * 10.0, "login")
    assert pace.closed("a.example", 60.0) is None


def test_a_host_in_trouble_is_remembered_by_the_next_run_and_a_healthy_one_is_not(pace: HostPace) -> None:
    for number in range(3):
        ask(pace, "walled.example", number * 10.0)
        pace.blocked("walled.example", number * 10.0, "bot_challenge")
    ask(pace, "busy.example", 0.0, 429, retry_after=7200.0)
    ask(pace, "well.example", 0.0)
    kept = pace.dump(now=100.0, wall=1_000_000.0)
    assert set(kept) == {"walled.example", "busy.example"}
    later = HostPace(DELAY)
    later.load(kept, now=5.0, wall=1_000_600.0)
    walled, busy = later.closed("walled.example", 5.0), later.closed("busy.example", 5.0)
    assert walled is not None
    assert walled.reason == "blocked"
    assert walled.until == pytest.approx(5.0 + BLOCK_FOR + 20 - 100 - 600)
    assert busy is not None
    assert busy.until == pytest.approx(5.0 + 7200 - 100 - 600)
    assert later.ready_at("well.example") == 0.0


def test_what_is_remembered_opens_slowly_and_not_as_if_nothing_had_been(pace: HostPace) -> None:
    for number in range(5):
        ask(pace, "a.example", number * 1000.0, 503)
    later = HostPace(DELAY)
    later.load(pace.dump(now=4001.0, wall=0.0), now=0.0, wall=86_000.0)
    assert later.ready_at("a.example") == 0.0
    ask(later, "a.example", 0.0)
    assert later.ready_at("a.example") >= 4 * DELAY


@pytest.mark.parametrize("wall", [0.0, 1_000_000.0 - 365 * 86400, 1_000_000.0 + 365 * 86400])
def test_no_clock_keeps_a_host_out_for_longer_than_a_day(pace: HostPace, wall: float) -> None:
    ask(pace, "a.example", 0.0, 429, retry_after=10**9)
    kept = pace.dump(now=0.0, wall=1_000_000.0)
    later = HostPace(DELAY)
    later.load(kept, now=0.0, wall=wall)
    assert later.ready_at("a.example") <= MAX_WAIT
    assert not math.isinf(later.ready_at("a.example"))


def test_a_clock_that_was_set_back_makes_nobody_wait_longer_than_was_owed(pace: HostPace) -> None:
    pace.started("a.example", 0.0)
    pace.finished("a.example", 0.0, status=503, retry_after=120.0)
    later = HostPace(2.0)
    later.load(pace.dump(now=0.0, wall=1_000_000.0), now=50.0, wall=1_000_000.0 - 3600.0)
    assert later.ready_at("a.example") == 50.0 + 120.0


def test_a_host_of_two_groups_waits_for_the_slower_of_them(pace: HostPace) -> None:
    for host, groups in (("a.example", ("ip:1", "cdn:x")), ("b.example", ("ip:1",)), ("c.example", ("cdn:x",))):
        pace.started(host, 0.0)
        pace.together(host, groups)
        pace.finished(host, 0.0, status=200)
    for host in ("a.example", "b.example"):
        pace.started(host, 10.0)
        pace.finished(host, 10.0, status=429)
    waits = {}
    for host in ("b.example", "c.example"):
        pace.started(host, 1000.0)
        pace.finished(host, 1000.0, status=200)
        waits[host] = pace.ready_at(host) - 1000.0
    assert waits["b.example"] > waits["c.example"] >= 2.0
