"""Is who only looks as polite as who archives? Told from the server's log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.config import Config, load_config
from crawler.newspaper.exchange import Reply, Request, data, html, redirect
from crawler.visitor import Answer, Visitor
from tests.e2e.town import Answer as Kept
from tests.e2e.town import Town

DELAY = 0.1
SITE = "http://a.example"


def setup(town: Town, tmp_path: Path, *, delay: float = DELAY, timeout: float = 10.0) -> Config:
    overrides = {"network.connect_to": town.connect_to, "limits.delay": delay, "limits.timeout": timeout}
    return load_config(None, environ={}, overrides=overrides, folder=tmp_path)


def visit(config: Config, urls: Sequence[str], *, at_once: bool = False, delay: float | None = None) -> list[Answer]:
    async def ask() -> list[Answer]:
        async with Visitor(config, "warchive/1.0 (+https://example.org/crawler)") as visitor:
            if at_once:
                return list(await asyncio.gather(*(visitor.get(url, delay=delay) for url in urls)))
            return [await visitor.get(url, delay=delay) for url in urls]

    return asyncio.run(ask())


def answers(count: int, make: Callable[[int], Kept] = lambda number: html(f"<p>{number}")) -> dict[str, Kept]:
    return {f"{SITE}/{number}": make(number) for number in range(count)}


def gaps(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    return [later["at"] - earlier["at"] for earlier, later in pairwise(rows)]


class Refusing:
    """Refuses the first `times` requests, of whatever URL, in this way; then answers."""

    def __init__(self, times: int, refusal: Reply) -> None:
        self.left, self.refusal = times, refusal

    def __call__(self, request: Request) -> Reply:
        self.left -= 1
        return self.refusal if self.left >= 0 else html("<p>here</p>")


def refusal(status: int, retry_after: str | None = None) -> Reply:
    return replace(html("no", status=status), headers=(("Retry-After", retry_after),) if retry_after else ())


def test_requests_to_a_host_are_its_delay_apart_on_one_connection_however_many_are_wanted_at_once(tmp_path: Path) -> None:
    with Town(answers(4)) as town:
        found = visit(setup(town, tmp_path), [f"{SITE}/{number}" for number in range(4)], at_once=True)
        rows = town.rows()
    assert [answer.problem for answer in found] == [None] * 4
    assert rows[0]["target"] == "/robots.txt"
    assert len(rows) == 5
    assert min(gaps(rows)) >= DELAY
    assert {row["connections"] for row in rows} == {1}
    assert rows[0]["user_agent"] == "warchive/1.0 (+https://example.org/crawler)"


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    urls = [f"http://{host}.example/" for host in "abcd"]
    with Town({url: html("<p>here") for url in urls}) as town:
        visit(setup(town, tmp_path, delay=0.5), urls, at_once=True)
        rows = town.rows()
    assert len(rows) == 8
    assert rows[-1]["at"] - rows[0]["at"] < 2.5  # one pause, not seven


def test_the_longest_delay_of_several_sources_of_a_host_counts_and_so_does_its_crawl_delay(tmp_path: Path) -> None:
    robots = data(b"User-agent: *\nCrawl-delay: 0.2\n", "text/plain")
    with Town({**answers(3), f"{SITE}/robots.txt": robots}) as town:
        visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/{number}" for number in range(3)])
        first = gaps(town.rows())
        visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/0"], delay=0.3)
        second = gaps(town.rows()[-2:])
    assert min(first) >= 0.2  # the request after robots.txt, too
    assert min(second) >= 0.3


def test_retry_after_is_kept_and_the_url_asked_for_once_more(tmp_path: Path) -> None:
    with Town({f"{SITE}/0": Refusing(1, refusal(429, "1"))}) as town:
        found = visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/0"])
        rows = town.rows()
    assert found[0].problem is None
    assert [row["status"] for row in rows] == [200, 429, 200]
    assert 1.0 <= gaps(rows)[1] < 4.0


def test_retry_after_as_a_date_is_kept(tmp_path: Path) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    with Town({f"{SITE}/0": Refusing(1, refusal(503, format_datetime(until, usegmt=True)))}) as town:
        found = visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/0"])
        rows = town.rows()
    assert found[0].problem is None
    assert rows[-1]["at"] >= until.timestamp()


def test_a_host_that_wants_an_hour_is_not_asked_again_and_nobody_waits(tmp_path: Path) -> None:
    with Town({**answers(2), f"{SITE}/0": refusal(429, "3600")}) as town:
        found = visit(setup(town, tmp_path), [f"{SITE}/0", f"{SITE}/1"])
        asked = town.asked()
    assert [answer.problem for answer in found] == ["http_429", "retry-after"]
    assert "another 3600 s" in str(found[1].detail) or "another 3599 s" in str(found[1].detail)
    assert asked == [f"{SITE}/robots.txt", f"{SITE}/0"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_refuses_twice_in_a_row_is_left_alone(tmp_path: Path, status: int) -> None:
    with Town(answers(6, lambda _number: refusal(status))) as town:
        found = visit(setup(town, tmp_path), [f"{SITE}/{number}" for number in range(6)])
        rows = town.rows()
    assert [answer.problem for answer in found] == [f"http_{status}"] * 2 + ["overloaded"] * 4
    assert [row["target"] for row in rows] == ["/robots.txt", "/0", "/1"]
    assert gaps(rows)[1] >= 2 * DELAY  # more time after the first refusal
    assert "left alone" in str(found[-1].detail)


def test_an_answer_between_two_refusals_ends_the_row(tmp_path: Path) -> None:
    busy = answers(5, lambda number: html("<p>here") if number % 2 else refusal(503))
    with Town(busy) as town:
        found = visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/{number}" for number in range(5)])
    assert [answer.problem for answer in found] == ["http_503", None, "http_503", None, "http_503"]


def test_a_host_that_cannot_be_reached_is_asked_for_its_robots_txt_once(tmp_path: Path) -> None:
    with Town({}) as town:
        rules = town.connect_to
    overrides = {"network.connect_to": rules, "limits.delay": 0.0}  # nothing listens there any more
    found = visit(load_config(None, environ={}, overrides=overrides, folder=tmp_path), [f"{SITE}/{number}" for number in range(4)])
    assert [answer.problem for answer in found] == ["connect"] * 4


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\nUser-agent: *\nDisallow: /x"


@pytest.mark.parametrize(
    ("robots", "problem"),
    [
        (Reply(raw=CUT), "robots_unreachable"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nUser-\r\n"), "robots_unreachable"),
        (refusal(503), "robots_unreachable"),
        (data(b"User-agent: *\nDisallow: /\n", "text/plain"), "robots_denied"),
        (Reply(raw=b"not HTTP at all\r\n\r\n"), "malformed"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Le"), "malformed"),
        (Reply(raw=b""), "no-response"),
    ],
)
def test_nothing_is_asked_of_a_host_whose_robots_txt_is_cut_or_cannot_be_had_or_forbids_it(
    tmp_path: Path, robots: Reply, problem: str
) -> None:
    with Town({**answers(2), f"{SITE}/robots.txt": robots}) as town:
        found = visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/0", f"{SITE}/1"])
        asked = town.asked()
    assert {answer.problem for answer in found} == {problem}, found
    assert asked == [f"{SITE}/robots.txt"]


def test_of_a_robots_txt_that_is_too_long_what_was_read_counts(tmp_path: Path) -> None:
    body = b"User-agent: *\nDisallow: /0\n" + b"# nothing\n" * 60_000
    with Town({**answers(2), f"{SITE}/robots.txt": data(body, "text/plain")}) as town:
        found = visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/0", f"{SITE}/1"])
    assert [answer.problem for answer in found] == ["robots_denied", None]


def test_a_page_that_never_ends_is_given_up_in_time(tmp_path: Path) -> None:
    def endless(_request: Request) -> Reply:
        def drip() -> Iterator[bytes]:
            for _ in range(20):
                time.sleep(0.1)
                yield b"."

        return Reply(stream=drip)

    with Town({f"{SITE}/0": endless}) as town:
        found = visit(setup(town, tmp_path, delay=0.0, timeout=1.0), [f"{SITE}/0"])
    assert found[0].problem == "timeout"


def test_redirects_are_followed_and_each_host_is_asked_for_its_rules(tmp_path: Path) -> None:
    there = "http://b.example"
    town_map: dict[str, Kept] = {
        f"{SITE}/old": redirect(301, f"{there}/new"),
        f"{there}/new": redirect(308, "/newer"),
        f"{there}/newer": html("<p>here"),
        f"{SITE}/for-now": redirect(302, f"{there}/newer"),
        f"{SITE}/round": redirect(301, "/round"),
        f"{SITE}/wrong": redirect(301, "javascript:alert(1)"),
        f"{SITE}/closed": redirect(301, "http://c.example/"),
        "http://c.example/robots.txt": data(b"User-agent: warchive\nDisallow: /\n", "text/plain"),
    }
    with Town(town_map) as town:
        names = ("old", "for-now", "round", "wrong", "closed")
        found = dict(zip(names, visit(setup(town, tmp_path, delay=0.0), [f"{SITE}/{name}" for name in names]), strict=True))
        asked = town.asked()
    assert found["old"].moved_to == f"{there}/newer"
    assert (found["for-now"].moved_to, found["for-now"].final) == (None, f"{there}/newer")
    assert found["round"].problem == "too-many-redirects"
    assert found["wrong"].problem == "http_301"
    assert (found["closed"].problem, found["closed"].moved_to) == ("robots_denied", None)
    assert asked.count(f"{there}/robots.txt") == 1
    assert asked.count(f"{SITE}/round") == 6
    assert "http://c.example/" not in asked
