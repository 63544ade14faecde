from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http import MalformedMessage, parse_response, split_interim
from crawler.framing import Framing
from tests.crawler.test_wire_messages import MESSAGES

WHOLE = [
    b"".join(step for step in odd.steps if isinstance(step, bytes))
    for name, odd in MESSAGES.items()
    if len(odd.steps) < 4 and odd.method == "GET"
]
WHOLE = [message for message in WHOLE if len(message) < 10_000]
WORDS = [
    b"HTTP/1.1 ",
    b"HTTP/1.0 ",
    b"200",
    b"100",
    b"304",
    b" ",
    b"\r\n",
    b"\n",
    b"\r",
    b"Content-Length: ",
    b"Transfer-Encoding: chunked",
    b"5",
    b"0",
    b"a",
    b";x",
    b"hello",
    b":",
    b"\0",
    b"\xff",
    b"close",
]
anything = st.lists(st.sampled_from(WORDS), max_size=40).map(b"".join) | st.binary(max_size=200)


def read(message: bytes, cuts: list[int], limit: int = 4096) -> tuple[object, ...]:
    framing = Framing("GET", limit)
    used = at = 0
    for cut in [*sorted(cuts), len(message)]:
        cut = max(at, min(cut, len(message)))
        if not framing.done:
            used += framing.feed(message[at:cut])
        at = cut
    head = framing.head
    return framing.done, used, framing.problem, framing.closed(), framing.reusable, head and head.status, head and head.headers


@given(st.sampled_from(WHOLE) | anything, st.lists(st.integers(0, 400), max_size=8))
@settings(max_examples=300, deadline=None)
def test_it_does_not_matter_how_a_message_is_cut_into_pieces(message: bytes, cuts: list[int]) -> None:
    assert read(message, cuts) == read(message, []) == read(message, list(range(len(message))))


@given(st.sampled_from(WHOLE) | anything)
@settings(max_examples=300, deadline=None)
def test_what_is_a_success_here_can_be_read_from_the_archive(message: bytes) -> None:
    framing = Framing("GET", 100_000)
    framing.feed(message)
    if framing.head is None:
        return
    kept = parse_response(split_interim(message)[1])
    assert kept.status == framing.head.status
    assert [name.encode("latin-1") for name, _ in kept.headers] == [name for name, _ in framing.head.headers]


@given(anything)
@settings(max_examples=200, deadline=None)
def test_no_bytes_upset_it(message: bytes) -> None:
    framing = Framing("GET", 64)
    used = framing.feed(message)
    assert used <= len(message)
    assert used == len(message) or framing.done
    framing.closed()


@given(
    st.sampled_from([message for message in WHOLE if message.startswith(b"HTTP/1.1 200") and b"Content-Length: 5\r\n\r\nhello" in message]),
    st.binary(min_size=1, max_size=20),
)
def test_what_follows_a_message_is_not_taken_for_a_part_of_it(message: bytes, more: bytes) -> None:
    alone, followed = Framing("GET", 100_000), Framing("GET", 100_000)
    assert alone.feed(message) == followed.feed(message + more)


def test_time_grows_with_the_bytes_and_not_with_their_square() -> None:
    import time

    def seconds(size: int) -> float:
        message = b"HTTP/1.1 200 OK\r\nX: " + b"y" * size
        framing = Framing("GET", size * 2)
        start = time.perf_counter()
        for at in range(0, len(message), 16):
            framing.feed(message[at : at + 16])
        return time.perf_counter() - start

    seconds(10_000)
    assert seconds(1_600_000) < 60 * max(seconds(100_000), 0.002)


def test_a_message_that_cannot_be_read_is_no_success() -> None:
    for message in (
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP 200 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
    ):
        framing = Framing("GET", 4096)
        framing.feed(message)
        assert framing.problem == "malformed"
        try:
            parse_response(message)
        except MalformedMessage:
            continue
        raise AssertionError(message)
