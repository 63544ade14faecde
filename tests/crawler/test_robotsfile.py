"""Is a robots.txt asked for once, obeyed as a whole, and remembered for no longer than it may be?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.model import Capture
from crawler.manners import HostPace
from crawler.robots import MAX_BYTES
from crawler.robotsfile import FRESH, RobotsCache
from tests.crawler.frontiers import NOW, Book

ORIGIN = "http://town.example"
AGENT = "warchive/0.1 (+https://example.org/crawler)"


class Desk:
    def __init__(self, folder: Path) -> None:
        self.book = Book(folder)
        self.now = NOW
        self.pace = HostPace(2.0)
        self.cache = self.anew()

    def anew(self) -> RobotsCache:
        """As the next run would make it."""
        return RobotsCache(self.book.frontier, wall=lambda: self.now, agent=AGENT, crawl_delay=self.pace.set_crawl_delay)

    def learn(self, body: bytes, *, origin: str = ORIGIN, status: int = 200, headers: str = "", **more: Any) -> None:
        response = f"HTTP/1.1 {status} X\r\n{headers}\r\n".encode() + body
        moment = datetime.fromtimestamp(NOW, UTC)
        capture = Capture(url=f"{origin}/robots.txt", fetched_at=moment, request=b"", response=response, ip_address=None, **more)
        effect = self.cache.learn(origin, capture)
        if effect is not None:
            self.book.do(effect)

    def verdict(self, path: str, origin: str = ORIGIN) -> str | None:
        return self.cache.verdict(origin + path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.book.ledger.close()


def test_it_is_asked_for_once_and_everything_waits_for_it(desk: Desk) -> None:
    assert [desk.verdict("/a"), desk.verdict("/b")] == ["ask", "wait"]
    desk.learn(b"User-agent: *\nDisallow: /closed/\n")
    assert [desk.verdict("/a"), desk.verdict("/closed/x")] == [None, "deny"]


def test_an_answer_is_remembered_for_a_day_and_not_longer(desk: Desk) -> None:
    desk.learn(b"User-agent: *\nDisallow: /closed/\n")
    for later, expected in ((FRESH - 1, "deny"), (FRESH + 1, "ask"), (-3600.0, "ask")):
        desk.now = NOW + later
        desk.cache = desk.anew()
        assert desk.verdict("/closed/x") == expected, later


@pytest.mark.parametrize("status", [500, 503, 429])
def test_one_that_cannot_be_reached_closes_its_origin_for_this_run_alone(desk: Desk, status: int) -> None:
    desk.learn(b"", status=status)
    assert desk.verdict("/a") == "unreachable"
    assert desk.verdict("/a", "https://town.example") == "ask", "another scheme is another origin"
    desk.cache = desk.anew()
    assert desk.verdict("/a") == "ask"


@pytest.mark.parametrize("reason", ["time", "disconnect"])
def test_one_that_was_cut_counts_as_not_reached(desk: Desk, reason: Any) -> None:
    desk.learn(b"User-agent: *\nAllow: /\nDisall", completeness="truncated", truncated=reason)
    assert desk.verdict("/a") == "unreachable"


def test_one_with_a_wrong_content_encoding_still_forbids_what_it_says(desk: Desk) -> None:
    desk.learn(b"User-agent: *\nDisallow: /closed/\n", headers="Content-Encoding: gzip\r\n")
    assert desk.verdict("/closed/x") == "deny"
    desk.learn(gzip.compress(b"User-agent: *\nDisallow: /shut/\n", mtime=0), headers="Content-Encoding: gzip\r\n")
    assert desk.verdict("/shut/x") == "deny"


def test_the_line_at_which_a_long_one_is_cut_is_no_rule_now_or_when_it_is_remembered(desk: Desk) -> None:
    head = b"User-agent: *\nDisallow: /closed/\n"
    filler = b"#" * (MAX_BYTES - len(head) - len(b"\nDisallow: /")) + b"\n"
    desk.learn(head + filler + b"Disallow: /private/\n" + b"# more\n" * 100)
    for _ in range(2):
        assert [desk.verdict("/a"), desk.verdict("/closed/x")] == [None, "deny"]
        desk.cache = desk.anew()


def test_the_longer_crawl_delay_of_the_two_origins_of_a_host_holds(desk: Desk) -> None:
    desk.learn(b"User-agent: *\nCrawl-delay: 10\n")
    desk.learn(b"", status=404, origin="https://town.example")
    assert desk.pace.delay_of("town.example") == 10
    desk.learn(b"User-agent: *\nCrawl-delay: 5\n", origin="https://town.example")
    assert desk.pace.delay_of("town.example") == 10


def test_redirects_that_lead_nowhere_count_as_no_robots_txt(desk: Desk) -> None:
    desk.learn(b"", status=302, headers="Location: /robots.txt\r\n")
    assert desk.verdict("/a") is None


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 500 + b"Disallow: /closed/\n", mtime=0)[:-20], "gzip"),
        (b"\x28\xb5\x2f\xfd\x04\x00 what another coding makes of it", "zstd"),
        (gzip.compress(b"User-agent: *\nDisallow: /closed/\n", mtime=0), "gzip, gzip, gzip, gzip"),
    ],
)
def test_one_that_cannot_be_decoded_to_its_end_counts_as_not_reached(desk: Desk, body: bytes, coding: str) -> None:
    desk.learn(body, headers=f"Content-Encoding: {coding}\r\n")
    assert desk.verdict("/a") == "unreachable"
    desk.cache = desk.anew()
    assert desk.verdict("/a") == "ask"


def test_a_coding_that_nobody_knows_around_plain_text_does_no_harm(desk: Desk) -> None:
    desk.learn(b"User-agent: *\nDisallow: /closed/\n", headers="Content-Encoding: UTF-8\r\n")
    assert [desk.verdict("/closed/x"), desk.verdict("/a")] == ["deny", None]


def test_while_it_cannot_be_reached_an_older_answer_is_no_leave_however_long(desk: Desk) -> None:
    desk.learn(b"User-agent: *\nAllow: /\n")
    for day in (2, 29, 31, 400):
        desk.now = NOW + day * FRESH
        desk.cache = desk.anew()
        assert desk.verdict("/a") == "ask"
        desk.learn(b"", status=503)
        assert desk.verdict("/a") == "unreachable"
    desk.cache = desk.anew()
    assert desk.verdict("/a") == "ask"
    desk.learn(b"User-agent: *\nDisallow: /closed/\n")
    assert [desk.verdict("/a"), desk.verdict("/closed/x")] == [None, "deny"]
