from __future__ import annotations

import math
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.manners import MAX_CRAWL_DELAY, MAX_LATENCY_PAUSE, MAX_WAIT, SLOW_START, Closed, HostPace, host_key, parse_retry_after

NOW = datetime(2024, 11, 8, 9, 0, 0, tzinfo=UTC)


def ask(pace: HostPace, host: str, at: float, status: int | None = 200, took: float = 0.1, retry_after: float | None = None) -> float:
    """One request; gives when the next may go."""
    pace.started(host, at)
    pace.finished(host, at + took, status=status, retry_after=retry_after, latency=took)
    return pace.ready_at(host)


def test_a_host_that_was_never_asked_is_ready() -> None:
    assert HostPace().ready_at("a.example") == 0.0


def test_one_request_at_a_time_and_the_pause_begins_when_the_answer_ended() -> None:
    pace = HostPace(2.0)
    pace.started("a.example", 100.0)
    assert pace.ready_at("a.example") == math.inf
    assert pace.ready_at("b.example") == 0.0
    with pytest.raises(ValueError, match=r"'a\.example' is under way already"):
        pace.started("a.example", 101.0)
    pace.finished("a.example", 101.5, status=200, latency=1.5)
    assert pace.ready_at("a.example") == 103.5
    with pytest.raises(ValueError, match="no request"):
        pace.finished("a.example", 102.0, status=200)


def test_a_request_that_we_gave_up_keeps_the_pause_and_says_nothing_about_the_host() -> None:
    pace = HostPace(2.0)
    pace.started("a.example", 0.0)
    pace.released("a.example", 1.0)
    assert (pace.ready_at("a.example"), pace.closed("a.example", 1.0)) == (3.0, None)


def test_a_slow_host_is_asked_more_slowly_but_not_without_end() -> None:
    pace = HostPace(2.0)
    assert ask(pace, "a.example", 0.0, took=10.0) == 20.0
    assert ask(pace, "b.example", 0.0, took=500.0) == 500.0 + MAX_LATENCY_PAUSE


def test_without_a_delay_there_is_no_pause() -> None:
    assert ask(HostPace(0.0), "a.example", 5.0, took=3.0) == 8.0


def test_the_longest_of_general_own_and_crawl_delay_counts() -> None:
    pace = HostPace(2.0)
    pace.set_crawl_delay("a.example", 10.0)
    pace.set_crawl_delay("b.example", 9999.0)
    pace.set_crawl_delay("c.example", 0.5)
    pace.set_delay("d.example", 0.0)
    pace.set_delay("e.example", 0.0)
    pace.set_crawl_delay("e.example", 7.0)
    assert [pace.delay_of(f"{name}.example") for name in "abcde"] == [10.0, MAX_CRAWL_DELAY, 2.0, 0.0, 7.0]
    pace.set_crawl_delay("a.example", None)
    pace.set_crawl_delay("b.example", math.nan)
    assert [pace.delay_of(f"{name}.example") for name in "ab"] == [2.0, 2.0]
    assert ask(pace, "e.example", 0.0) == 7.1


def test_failures_of_the_host_double_the_pause() -> None:
    pace = HostPace(2.0, breaker_after=100, max_backoff=100.0)
    pauses, at = [], 0.0
    for _ in range(7):
        ready = ask(pace, "a.example", at, status=503, took=0.0)
        pauses.append(ready - at)
        at = ready
    assert pauses == [4.0, 8.0, 16.0, 32.0, 64.0, 100.0, 100.0]
    assert ask(pace, "a.example", at, took=0.0) - at == 2.0
    assert ask(pace, "a.example", at + 2, status=429, took=0.0) - at - 2 == 4.0


@pytest.mark.parametrize("status", [200, 301, 304, 404, 410, 403, 451, 500])
def test_answers_about_a_page_say_nothing_against_the_host(status: int) -> None:
    pace = HostPace(2.0)
    for at in range(0, 100, 10):
        assert ask(pace, "a.example", float(at), status=status, took=0.0) == at + 2.0


def test_a_host_that_fails_again_and_again_is_closed_and_opens_slowly() -> None:
    pace = HostPace(1.0, breaker_after=3, breaker_for=900.0, max_breaker_for=3000.0)
    at = 0.0
    for _ in range(3):
        assert pace.closed("a.example", at) is None
        at = ask(pace, "a.example", at, status=None, took=0.0)
    first = 2.0 + 4.0
    assert at == first + 900.0
    assert pace.closed("a.example", at - 1) == Closed(reason="unreachable", until=at, failures=3)
    assert pace.closed("a.example", at) is None
    waits = []
    for _ in range(3):  # one trial each time, and twice the time
        ready = ask(pace, "a.example", at, status=502, took=0.0)
        waits.append(ready - at)
        closed = pace.closed("a.example", ready - 1)
        assert closed is not None
        assert closed.reason == "overloaded"
        at = ready
    assert waits == [1800.0, 3000.0, 3000.0]
    pauses = []
    for _ in range(5):
        ready = ask(pace, "a.example", at, took=0.0)
        pauses.append(ready - at)
        at = ready
    assert pauses == [float(SLOW_START), 4.0, 2.0, 1.0, 1.0]


def test_retry_after_is_honoured_and_closes_the_host_where_it_is_long() -> None:
    pace = HostPace(2.0, patience=600.0)
    assert ask(pace, "a.example", 0.0, status=429, took=0.0, retry_after=120.0) == 120.0
    assert pace.closed("a.example", 1.0) is None
    assert ask(pace, "b.example", 0.0, status=503, took=0.0, retry_after=7200.0) == 7200.0
    assert pace.closed("b.example", 1.0) == Closed(reason="retry-after", until=7200.0, failures=1)
    assert ask(pace, "c.example", 0.0, status=503, took=0.0, retry_after=1e12) == MAX_WAIT
    assert ask(pace, "d.example", 0.0, status=503, took=0.0, retry_after=1.0) == 4.0, "never sooner than our own patience"
    assert ask(pace, "e.example", 0.0, status=200, took=0.0, retry_after=50.0) == 2.0
    assert ask(pace, "f.example", 0.0, status=301, took=0.0, retry_after=50.0) == 50.0


def test_idle_hosts_are_forgotten_and_what_they_asked_for_is_not() -> None:
    pace = HostPace(2.0, idle=600.0)
    pace.set_crawl_delay("h0.example", 30.0)
    for number in range(5000):
        ask(pace, f"h{number}.example", number * 10.0)
    assert len(pace) < 100
    assert pace.ready_at("h0.example") == 0.0
    assert ask(pace, "h0.example", 60_000.0, took=0.0) == 60_030.0


def test_busy_and_closed_hosts_are_not_forgotten_while_they_matter_and_do_not_keep_others() -> None:
    pace = HostPace(2.0, idle=600.0, breaker_after=1, breaker_for=900.0)
    pace.started("busy.example", 0.0)
    until = ask(pace, "closed.example", 0.0, status=None)
    for number in range(3000):
        ask(pace, f"h{number}.example", number * 0.25)
    closed = pace.closed("closed.example", 750.0)
    assert closed is not None
    assert closed.until == until
    for number in range(3000):
        ask(pace, f"g{number}.example", 750.0 + number * 10.0)
    assert pace.ready_at("busy.example") == math.inf
    assert pace.closed("closed.example", 30_750.0) is None
    assert len(pace) < 100


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.floats(0, 50),
            st.floats(0, 5),
            st.sampled_from([200, 404, 429, 503, None]),
            st.none() | st.floats(0, 1e6),
        ),
        max_size=60,
    ),
    st.sampled_from([0.0, 0.5, 2.0]),
)
def test_no_host_is_ever_asked_before_its_pause_is_over(
    steps: list[tuple[str, float, float, int | None, float | None]], delay: float
) -> None:
    pace = HostPace(delay, breaker_after=3)
    now = 0.0
    last: dict[str, float] = {}
    for host, wait, took, status, retry_after in steps:
        now = max(now + wait, pace.ready_at(host))
        assert now >= last.get(host, 0.0) + (delay if host in last else 0.0)
        pace.started(host, now)
        now += took
        pace.finished(host, now, status=status, retry_after=retry_after, latency=took)
        last[host] = now
        ready = pace.ready_at(host)
        assert now <= ready <= now + max(MAX_WAIT, 4 * 3600.0)
        if retry_after is not None and status in (429, 503):
            assert ready >= now + min(retry_after, MAX_WAIT)


def test_a_hundred_thousand_hosts_are_kept_apace() -> None:
    pace = HostPace(2.0)
    begin = time.perf_counter()
    for number in range(100_000):
        ask(pace, f"h{number}.example", number * 0.001)
    took = time.perf_counter() - begin
    print(f"{took * 10:.2f} µs a request over {len(pace):,} hosts")
    assert took < 10


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("Fri, 08 Nov 2024 09:02:00 GMT", 120.0),
        ("Friday, 08-Nov-24 09:02:00 GMT", 120.0),
        ("Fri Nov  8 09:02:00 2024", 120.0),
        ("Fri, 08 Nov 2024 10:02:00 +0100", 120.0),
        ("Fri, 08 Nov 2024 08:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("9" * 40, None),
        ("Fri, 99 Nov 2024 09:02:00 GMT", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://A.example/x", "a.example"),
        ("http://a.example:80/", "a.example"),
        ("http://a.example:8080/", "a.example:8080"),
        ("https://новини.укр/", "xn--b1amarcd.xn--j1amh"),
        ("http://[::1]:81/", "[::1]:81"),
    ],
)
def test_hosts_are_told_apart_by_name_and_odd_port(url: str, key: str) -> None:
    assert host_key(url) == key


def test_a_host_key_of_no_url_is_an_error() -> None:
    with pytest.raises(ValueError, match="bad-url"):
        host_key("nothing")
