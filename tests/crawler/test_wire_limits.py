from __future__ import annotations

import asyncio
import socket
import time

import pytest
from scrapy import Request

from crawler import tape, wire
from tests.servers.rawhttp import RawServer, Step
from tests.servers.wireclient import Outcome, ask, handler, one, to_port

OK = b"HTTP/1.1 200 OK\r\n"
HI = OK + b"Content-Length: 2\r\n\r\nhi"


def play(*steps: Step, **settings: object) -> tuple[Outcome, bytes]:
    with RawServer({"/": steps}) as server:
        (outcome,) = ask("http://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(server.port), **settings})
        return outcome, server.sent("/") if server.asked else b""


def test_a_slow_drip_ends_when_the_time_for_the_whole_exchange_is_up() -> None:
    drip: list[Step] = [OK + b"Content-Length: 1000\r\n\r\n"]
    for _ in range(60):
        drip += [b"x", 0.05]
    outcome, sent = play(*drip, DOWNLOAD_TIMEOUT=0.4)
    assert outcome.response is not None
    assert outcome.response.flags == ["wire-time"]
    assert outcome.capture is not None
    assert (outcome.capture.completeness, outcome.capture.truncated) == ("truncated", "time")
    assert sent.startswith(outcome.capture.response)
    assert len(outcome.capture.response) > 45
    assert 0.35 < outcome.seconds < 1.0


def test_a_drip_in_the_header_is_a_time_out_whose_bytes_are_kept() -> None:
    outcome, _ = play(OK + b"X-Slow: a", 5.0, DOWNLOAD_TIMEOUT=0.3)
    assert outcome.failure is not None
    assert outcome.failure.reason == "timeout"
    assert outcome.capture is not None
    assert outcome.capture.response == OK + b"X-Slow: a"
    assert outcome.capture.truncated == "time"


def test_a_server_that_never_answers_leaves_no_capture() -> None:
    outcome, _ = play(5.0, DOWNLOAD_TIMEOUT=0.3)
    assert outcome.failure is not None
    assert outcome.failure.reason == "timeout"
    assert outcome.capture is None
    assert outcome.seconds < 1.0


def test_a_server_that_never_accepts_is_given_up_in_time() -> None:
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = [socket.socket() for _ in range(8)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(full.getsockname())
    try:
        (outcome,) = ask("http://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(full.getsockname()[1]), "DOWNLOAD_TIMEOUT": 0.3})
        assert outcome.failure is not None
        assert outcome.failure.reason == "timeout"
        assert outcome.seconds < 1.0
    finally:
        for sock in (full, *fillers):
            sock.close()


@pytest.mark.parametrize(
    "steps",
    [
        [OK + b"Content-Length: 9000000\r\n\r\n", b"x" * 9_000_000],
        [OK + b"\r\n", b"x" * 9_000_000],
        [OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10\r\n0123456789abcdef\r\n" * 200_000],
    ],
)
def test_a_response_that_is_too_long_is_kept_up_to_the_limit_and_the_connection_is_cut(steps: list[Step]) -> None:
    outcome, sent = play(*steps, WARCHIVE_MAX_RESPONSE_BYTES=100_000)
    assert outcome.response is not None
    assert outcome.response.flags == ["wire-length"]
    assert outcome.capture is not None
    assert outcome.capture.response == sent[:100_000]
    assert (outcome.capture.completeness, outcome.capture.truncated) == ("truncated", "length")


def test_a_response_of_exactly_the_limit_is_complete() -> None:
    outcome, _ = play(HI, WARCHIVE_MAX_RESPONSE_BYTES=len(HI))
    assert outcome.capture is not None
    assert outcome.capture.completeness == "complete"
    outcome, _ = play(HI, WARCHIVE_MAX_RESPONSE_BYTES=len(HI) - 1)
    assert outcome.capture is not None
    assert outcome.capture.response == HI[:-1]
    assert outcome.capture.truncated == "length"


@pytest.mark.parametrize(
    "bomb",
    [
        b"".join(b"X-%d: bomb\r\n" % number for number in range(100_000)),
        b"X: " + b"y" * 1_000_000,
        OK + b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000,
    ],
    ids=["many headers", "a long header", "interim responses without end"],
)
def test_a_header_bomb_is_defused(bomb: bytes) -> None:
    whole = bomb if bomb.startswith(b"HTTP/") else OK + bomb
    if b"100 Continue" in whole:
        whole = whole.removeprefix(OK)
    outcome, _ = play(whole, WARCHIVE_MAX_HEADER_BYTES=20_000)
    assert outcome.failure is not None
    assert outcome.failure.reason == "headers-too-large"
    assert outcome.capture is not None
    assert outcome.capture.truncated == "length"
    assert 20_000 < len(outcome.capture.response) <= 20_000 + 262_144
    assert whole.startswith(outcome.capture.response)


def test_a_trailer_bomb_does_not_grow_and_leaves_a_success() -> None:
    outcome, _ = play(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 10_000, "close", WARCHIVE_MAX_HEADER_BYTES=20_000)
    assert outcome.response is not None
    assert outcome.response.flags == ["wire-bad-chunk"]


def test_after_a_message_whose_end_is_unknown_a_silent_server_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "_LINGER_SECONDS", 0.1)
    greeting = b"220 mail.example ESMTP\r\n"
    outcome, _ = play(greeting, 8.0)
    assert outcome.failure is not None
    assert outcome.failure.reason == "malformed"
    assert outcome.capture is not None
    assert outcome.capture.response == greeting
    assert outcome.capture.truncated == "time"
    assert outcome.seconds < 1.0


def test_a_connection_that_is_closed_without_a_byte_leaves_no_capture() -> None:
    for step, reason in (("close", "no-response"), ("reset", "reset")):
        outcome, _ = play(step)  # type: ignore[arg-type]
        assert outcome.failure is not None
        assert outcome.failure.reason == reason
        assert outcome.capture is None


def test_a_closed_port_and_an_unknown_name_and_another_scheme_have_their_reasons() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    refused, scheme, bad_host, bad_port = ask(
        "http://news.example/",
        Request("ftp://news.example/x"),
        "http://news..example/",
        "http://news.example:0/",
        settings={"WARCHIVE_CONNECT_TO": to_port(port)},
    )
    assert [outcome.failure.reason for outcome in (refused, scheme, bad_host, bad_port) if outcome.failure] == [
        "connect",
        "scheme",
        "dns",
        "connect",
    ]


def test_a_stale_connection_costs_one_more_connection_and_no_response() -> None:
    with RawServer({"/a": [HI, 0.05, "close"], "/b": [HI]}) as server:
        first, second = ask("http://news.example/a", "http://news.example/b", settings={"WARCHIVE_CONNECT_TO": to_port(server.port)})
        assert first.capture is not None
        assert second.capture is not None
        assert second.capture.response == HI
        assert server.connections == 2


@pytest.mark.parametrize("farewell", ["close", "reset"])
def test_a_connection_that_goes_away_under_a_second_request_is_asked_once_more(farewell: Step) -> None:
    with RawServer() as server:
        server.reply("/a", HI)
        server.reply("/b", farewell)
        server.reply("/b", HI)
        first, second = ask("http://news.example/a", "http://news.example/b", settings={"WARCHIVE_CONNECT_TO": to_port(server.port)})
        assert first.failure is None
        assert second.capture is not None
        assert second.capture.response == HI
        assert [(asked.path, asked.connection) for asked in server.asked] == [("/a", 1), ("/b", 1), ("/b", 2)]


def test_a_post_is_never_sent_twice() -> None:
    with RawServer({"/a": [HI], "/b": ["close"]}) as server:
        _, second = ask(
            "http://news.example/a", Request("http://news.example/b", method="POST"), settings={"WARCHIVE_CONNECT_TO": to_port(server.port)}
        )
        assert second.failure is not None
        assert second.failure.reason == "no-response"
        assert len(server.asked) == 2


def test_bytes_that_come_unasked_between_two_requests_are_nobodys_response() -> None:
    forged = OK + b"Content-Length: 6\r\n\r\nforged"
    with RawServer({"/a": [HI, 0.1, forged], "/b": [HI]}) as server:
        _, second = ask("http://news.example/a", "http://news.example/b", settings={"WARCHIVE_CONNECT_TO": to_port(server.port)}, pause=0.3)
        assert second.capture is not None
        assert second.capture.response == HI
        assert server.connections == 2


def test_an_idle_connection_is_closed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.idle._IDLE_SECONDS", 0.1)
    with RawServer({"/": [HI]}) as server:
        ask("http://news.example/", "http://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(server.port)}, pause=0.3)
        assert server.connections == 2


def test_each_capture_has_its_own_moment_and_a_latency_for_scrapy() -> None:
    with RawServer({"/": [0.1, HI]}) as server:
        request = Request("http://news.example/")
        (outcome,) = ask(request, settings={"WARCHIVE_CONNECT_TO": to_port(server.port)})
    assert outcome.capture is not None
    assert outcome.capture.fetched_at.utcoffset() is not None
    assert abs(time.time() - outcome.capture.fetched_at.timestamp()) < 2
    assert 0.09 < request.meta["download_latency"] < 1


def test_an_exchange_that_is_cancelled_keeps_what_had_come() -> None:
    async def run() -> Request:
        with RawServer({"/": [OK + b"Content-Length: 99\r\n\r\nhello", 5.0]}) as server:
            tap = handler({"WARCHIVE_CONNECT_TO": to_port(server.port)})
            request = Request("http://news.example/")
            task = asyncio.create_task(tap.download_request(request))
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await tap.close()
            return request

    capture = asyncio.run(run()).meta["capture"]
    assert capture.response.endswith(b"hello")
    assert (capture.completeness, capture.truncated) == ("truncated", "unspecified")


def test_a_crawl_in_a_hurry_ends_what_is_under_way() -> None:
    async def run() -> tuple[Outcome, Outcome]:
        with RawServer({"/": [OK + b"Content-Length: 99\r\n\r\nhello", 5.0]}) as server:
            tap = handler({"WARCHIVE_CONNECT_TO": to_port(server.port)})
            waiting = asyncio.create_task(one(tap, "http://news.example/"))
            await asyncio.sleep(0.2)
            tap.crawler.signals.send_catch_log(wire.hurry, seconds=0.1)
            return await waiting, await one(tap, "http://news.example/")

    before, after = asyncio.run(run())
    assert before.capture is not None
    assert before.capture.truncated == "time"
    assert before.seconds < 1
    assert after.seconds < 1


def test_closing_the_handler_takes_no_time_and_leaves_no_connection() -> None:
    async def run() -> tuple[float, int]:
        with RawServer({"/": [HI]}) as server:
            tap = handler({"WARCHIVE_CONNECT_TO": to_port(server.port)})
            await one(tap, "http://news.example/")
            start = time.monotonic()
            await tap.close()
            return time.monotonic() - start, len(tap._idle)

    seconds, left = asyncio.run(run())
    assert seconds < 0.2
    assert left == 0


def test_a_proxy_is_refused_rather_than_passed_over() -> None:
    (outcome,) = ask(Request("http://news.example/", meta={"proxy": "http://127.0.0.1:3128"}))
    assert outcome.failure is not None
    assert "proxies" in outcome.failure.detail


def test_a_second_try_does_not_show_the_capture_of_the_first() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    (outcome,) = ask(Request("http://news.example/", meta={"capture": "of the first try"}), settings={"WARCHIVE_CONNECT_TO": to_port(port)})
    assert outcome.capture is None
