"""Are we polite, as the publisher's own log shows it?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from crawler.newspaper.exchange import Reply, Request, data, html
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("manners")

DELAY, CRAWL_DELAY, RETRY_AFTER = 0.5, 1.0, 3


def slowly(reply: Reply, seconds: float = 0.15) -> Callable[[Request], Reply]:
    def answer(_request: Request) -> Reply:
        time.sleep(seconds)
        return reply

    return answer


class Busy:
    """429 with Retry-After for the first story that is asked for, then as usual."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request: Request) -> Reply:
        self.asked += 1
        later = replace(html("later", status=429), headers=(("Retry-After", str(RETRY_AFTER)),))
        return later if self.asked == 1 else story(request.target[-7:])


def of_host(rows: list[dict[str, Any]], host: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["host"] == f"{host}.example"]


def gaps(rows: list[dict[str, Any]]) -> list[float]:
    return [later["at"] - earlier["at"] for earlier, later in pairwise(rows)]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    answers: dict[str, Any] = {}
    hosts = ("north", "south", "careful")
    for host in hosts:
        base = f"http://{host}.example"
        urls = [f"{base}/story-{number}" for number in range(5)]
        answers |= {url: slowly(story(url[-7:])) for url in urls}
        answers[f"{base}/feed"] = slowly(feed([*urls, f"{base}/secret/plan"]))
        answers[f"{base}/secret/plan"] = story("Secret")
        answers[f"{base}/robots.txt"] = data(b"User-agent: *\nDisallow: /secret/\n", "text/plain")
    answers["http://careful.example/robots.txt"] = data(
        f"User-agent: *\nDisallow: /secret/\nCrawl-delay: {CRAWL_DELAY}\n".encode(), "text/plain"
    )
    answers |= dict.fromkeys([f"http://south.example/story-{number}" for number in range(5)], Busy())
    with Town(answers) as town:
        made = Bench.make(tmp_path_factory.mktemp("manners"), connect_to=town.connect_to, limits={"delay": DELAY})
        for host in hosts:
            made.source(host, f"http://{host}.example/", [("feed", f"http://{host}.example/feed")], delay=DELAY)
        done = made.crawl()
        assert done.groups["article"] == 15, done.stderr
        return town.rows()


@pytest.mark.parametrize(("host", "delay"), [("north", DELAY), ("south", DELAY), ("careful", CRAWL_DELAY)])
def test_two_requests_to_a_host_are_never_closer_than_its_delay(log: list[dict[str, Any]], host: str, delay: float) -> None:
    found = gaps(of_host(log, host))
    assert len(found) >= 6
    # robots.txt is what tells of the Crawl-delay: the request after it may already know.
    assert min(found[1:]) >= delay
    assert found[0] >= DELAY


def test_hosts_are_asked_beside_each_other(log: list[dict[str, Any]]) -> None:
    total = log[-1]["at"] - log[0]["at"]
    assert total < sum(sum(gaps(of_host(log, host))) for host in ("north", "south", "careful"))


def test_no_host_has_more_than_one_connection(log: list[dict[str, Any]]) -> None:
    assert {row["connections"] for row in log} == {1}


def test_what_robots_txt_disallows_is_not_asked_for(log: list[dict[str, Any]]) -> None:
    assert not [row for row in log if row["target"].startswith("/secret")]


def test_robots_txt_is_asked_for_first_and_once(log: list[dict[str, Any]]) -> None:
    for host in ("north", "south", "careful"):
        targets = [row["target"] for row in of_host(log, host)]
        assert targets[0] == "/robots.txt"
        assert targets.count("/robots.txt") == 1
        assert targets[1] == "/feed"


def test_retry_after_is_kept_for_the_whole_host(log: list[dict[str, Any]]) -> None:
    rows = of_host(log, "south")
    refused = next(at for at, row in enumerate(rows) if row["status"] == 429)
    assert rows[refused + 1]["at"] - rows[refused]["at"] >= RETRY_AFTER


def test_hosts_of_the_same_address_are_slowed_down_together(log: list[dict[str, Any]]) -> None:
    refused = next(row["at"] for row in of_host(log, "south") if row["status"] == 429)
    after = [row for row in of_host(log, "north") if row["at"] > refused]
    if len(after) < 2:
        pytest.fail("north had finished before south was refused: the test shows nothing")
    assert min(gaps(after)) >= 1.5 * DELAY


def test_we_say_who_we_are(log: list[dict[str, Any]]) -> None:
    assert {row["user_agent"].split("/")[0] for row in log} == {"warchive"}
    assert all("https://example.org/crawler" in row["user_agent"] for row in log)
