"""What does an answer mean for the work that asked?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.http import parse_head
from archive.model import Capture
from crawler.answer import RETRY_LAST, Judgement, judge, retry_delay

URL = "http://town.example/news/a"


def answer(head: str, **more: Any) -> Judgement:
    response = head.encode("utf-8") + b"\r\n\r\n"
    values: dict[str, Any] = {"url": URL, "fetched_at": datetime(2024, 11, 8, tzinfo=UTC), "request": b"GET", "ip_address": None}
    options = {"hops": more.pop("hops", 0), "max_redirects": 10, "conditional": more.pop("conditional", False)}
    return judge(Capture(response=response, **values, **more), parse_head(response)[0], **options)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "http://town.example/b"),
        ("b?x=1#top", "http://town.example/news/b?x=1"),
        ("//far.example/b", "http://far.example/b"),
        ("https://town.example:8443/b", "https://town.example:8443/b"),
        ("/новини", "http://town.example/новини"),
        ("http://büro.example/b", "http://büro.example/b"),
    ],
)
def test_a_redirect_leads_where_a_browser_would_go(location: str, target: str) -> None:
    assert answer(f"HTTP/1.1 302 Found\r\nLocation: {location}") == Judgement(what="follow", target=target)


@pytest.mark.parametrize(
    "location",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://town.example:99999/",
        "http://town.example:x/",
        "http://[::1/",
        "http://xn--ü..example/",
        "http://a\x1b]0;owned.example/",
        f"http://{'a' * 300}ü.example/",
    ],
)
def test_a_redirect_to_what_cannot_be_asked_for_is_a_failure_with_a_name(location: str) -> None:
    assert answer(f"HTTP/1.1 302 Found\r\nLocation: {location}") == Judgement(what="fail", reason="bad_redirect")


@pytest.mark.parametrize(
    ("head", "more", "expected"),
    [
        ("HTTP/1.1 200 OK", {}, ("keep", None)),
        ("HTTP/1.1 304 Not Modified", {"conditional": True}, ("unchanged", None)),
        ("HTTP/1.1 304 Not Modified", {}, ("fail", "http_304")),
        ("HTTP/1.1 404 Not Found", {}, ("fail", "http_404")),
        ("HTTP/1.1 503 Busy", {}, ("retry", "http_503")),
        ("HTTP/1.1 302 Found", {}, ("fail", "redirect_without_location")),
        ("HTTP/1.1 302 Found\r\nLocation: /b", {"hops": 10}, ("fail", "too_many_redirects")),
        ("HTTP/1.1 200 OK", {"completeness": "truncated", "truncated": "length"}, ("fail", "too_large")),
        ("HTTP/1.1 200 OK", {"completeness": "truncated", "truncated": "time"}, ("retry", "cut_time")),
    ],
)
def test_each_status_means_one_thing(head: str, more: dict[str, Any], expected: tuple[str, str | None]) -> None:
    found = answer(head, **more)
    assert (found.what, found.reason) == expected


def test_what_is_no_http_message_is_tried_again() -> None:
    capture = Capture(url=URL, fetched_at=datetime(2024, 11, 8, tzinfo=UTC), request=b"", response=b"ICY 200 OK\r\n", ip_address=None)
    assert judge(capture, None, hops=0, max_redirects=10, conditional=False) == Judgement(what="retry", reason="malformed")


def test_pauses_grow_and_end_at_a_day_whatever_the_server_asks_for() -> None:
    assert [retry_delay(attempts, None) for attempts in range(4)] == [5, 20, 80, 320]
    assert retry_delay(0, 60) == 60
    assert retry_delay(10**6, None) == retry_delay(0, 1e12) == RETRY_LAST
