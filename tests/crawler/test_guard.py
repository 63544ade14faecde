from __future__ import annotations

import asyncio
from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.failures import FetchFailed
from crawler.guard import Allowance, ascii_host, literal_address, parse_allowance, permitted, refusal
from crawler.resolve import Resolver
from tests.servers.rawhttp import RawServer
from tests.servers.wireclient import Outcome, ask, handler, lookup, one

HI = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1:0:0:80ff:fffe",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255",
    "2606:4700::1111", "2a00:1450::1", "2400:cb00::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert refusal(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_not_refused(text: str) -> None:
    assert refusal(ip_address(text)) is None


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_python_calls_private_is_let_through(address: object) -> None:
    checked = ip_address(str(address))
    carries_ipv4 = isinstance(checked, IPv6Address) and (checked.ipv4_mapped is not None or checked in ip_network("64:ff9b::/96"))
    if not checked.is_global and not carries_ipv4:
        assert refusal(checked)


LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0x7f.0.0.1", "0177.0.0.1", "0177.1", "017700000001",
    "00000177.0.0.0x1", "127.0.0.1.", "127.1.", "0x7f.0x0.0x1",
]  # fmt: skip


@pytest.mark.parametrize(
    "host", [*LOOPBACK, "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "①②⑦.0.0.1", "127。0。0。1", "１２７.1"]
)
def test_every_spelling_of_loopback_is_that_address(host: str) -> None:
    assert literal_address(ascii_host(host)) == ip_address("127.0.0.1")


@given(
    st.ip_addresses(v=4),
    st.sampled_from(
        [
            "{0}.{1}.{2}.{3}",
            "{0:#x}.{1:#x}.{2:#x}.{3:#x}",
            "0{0:o}.0{1:o}.0{2:o}.0{3:o}",
            "{4}",
            "{4:#x}",
            "0{4:o}",
            "{0}.{5}",
            "{0}.{1}.{6}",
        ]
    ),
)
def test_every_spelling_gives_the_address_that_it_spells(address: object, spelling: str) -> None:
    number = int(ip_address(str(address)))
    parts = [number >> shift & 255 for shift in (24, 16, 8, 0)]
    assert literal_address(spelling.format(*parts, number, number & 0xFFFFFF, number & 0xFFFF)) == ip_address(number)


@pytest.mark.parametrize("host", ["256.1.1.1", "1.2.3.4.5", "1.2.3.256", "4294967296", "09.1.1.1", "news.256", "news.0x", "1..2", "0b1.1"])
def test_what_looks_like_an_address_and_is_none_is_no_name_either(host: str) -> None:
    with pytest.raises(ValueError, match=r"is not|invalid literal"):
        literal_address(ascii_host(host))


@pytest.mark.parametrize("host", ["0xg", "1.2.3.0xzz", "127.0.0.1.example", "1a", "a1.b2"])
def test_a_host_whose_last_label_is_no_number_is_a_name(host: str) -> None:
    assert literal_address(ascii_host(host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        "a b",
        "a/b",
        "a\\b",
        "127%2e0.0.1",
        "a\nb",
        "[::1",
        "::1",
        "[127.0.0.1]",
        "x" * 64 + ".com",
        "a." * 130 + "b",
        "-a.com",
        "a@b",
        "\0",
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        ascii_host(host)


@given(st.text(max_size=40))
def test_no_text_at_all_upsets_the_reading_of_hosts(text: str) -> None:
    try:
        host = ascii_host(text)
        literal_address(host)
    except ValueError:
        return
    assert host.isascii()
    assert host.isprintable()


def test_names_are_compared_in_their_ascii_form() -> None:
    assert ascii_host("Новини.УКР") == "xn--b1amarcd.xn--j1amh"
    assert parse_allowance(["Новини.укр"]).covers("xn--b1amarcd.xn--j1amh", ip_address("10.0.0.1"))


def test_an_allowance_is_for_whole_names_and_for_networks() -> None:
    allowance = parse_allowance(["intranet.example", "10.1.0.0/16", "192.168.7.1", "[fd00::]"])
    assert allowance.covers("intranet.example", ip_address("172.16.0.1"))
    assert allowance.covers("intranet.example.", ip_address("172.16.0.1"))
    assert not allowance.covers("www.intranet.example", ip_address("172.16.0.1"))
    assert allowance.covers("any.example", ip_address("10.1.2.3"))
    assert not allowance.covers("any.example", ip_address("10.2.0.1"))
    assert allowance.covers("any.example", ip_address("192.168.7.1"))
    assert allowance.covers("any.example", ip_address("fd00::"))
    assert not allowance.covers("any.example", ip_address("fd00::1"))
    with pytest.raises(ValueError, match=r"allow_private 'a b' is neither"):
        parse_allowance(["a b"])


def test_of_a_name_with_public_and_private_addresses_the_public_ones_are_used() -> None:
    addresses = [ip_address("10.0.0.1"), ip_address("1.1.1.1"), ip_address("::1")]
    assert permitted("mixed.example", addresses, [Allowance()]) == [ip_address("1.1.1.1")]
    with pytest.raises(FetchFailed, match="::1 is loopback"):
        permitted("inner.example", [addresses[0], addresses[2]], [Allowance()])


URLS = [
    f"http://{host}:%d/"
    for host in [
        *LOOPBACK,
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "[::]",
        "[::1]",
    ]
]


@pytest.fixture(scope="module")
def refused_urls() -> tuple[RawServer, list[Outcome]]:
    with RawServer({"/": [HI]}) as server:
        return server, ask(*[url % server.port for url in URLS], settings={"DOWNLOAD_TIMEOUT": 5})


@pytest.mark.parametrize("number", range(len(URLS)), ids=URLS)
def test_no_spelling_of_loopback_in_a_url_reaches_a_server(refused_urls: tuple[RawServer, list[Outcome]], number: int) -> None:
    server, outcomes = refused_urls
    outcome = outcomes[number]
    assert outcome.failure is not None
    # Not every resolver knows `localhost` with a dot.
    assert outcome.failure.reason == "private-address" or (
        outcome.failure.reason == "dns" and "localhost./" in URLS[number].replace(":%d", "")
    )
    assert server.connections == 0


def test_a_name_that_is_rebound_to_a_private_address_is_not_followed_there() -> None:
    answers = iter([["192.0.2.1", "8.8.8.8"], ["127.0.0.1"]])
    now = [0.0]
    resolver = Resolver(lambda host: next(answers), clock=lambda: now[0])

    async def run() -> tuple[list[str], list[str], FetchFailed]:
        first = [str(one) for one in permitted("evil.example", await resolver.addresses("evil.example"), [])]
        again = [str(one) for one in permitted("evil.example", await resolver.addresses("evil.example"), [])]
        now[0] = 61.0
        with pytest.raises(FetchFailed) as caught:
            permitted("evil.example", await resolver.addresses("evil.example"), [])
        return first, again, caught.value

    first, again, failure = asyncio.run(run())
    assert first == again == ["8.8.8.8"]
    assert failure.reason == "private-address"


def test_the_address_that_was_judged_is_the_one_that_is_connected_to() -> None:
    asked: list[str] = []

    def look(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    with RawServer({"/": [HI]}) as server:
        request = Request(f"http://inner.example:{server.port}/", meta={"allow_private": ("127.0.0.1",)})
        (outcome,) = ask(request, resolver=Resolver(look))
        assert outcome.capture is not None
        assert outcome.capture.ip_address == "127.0.0.1"
    assert asked == ["inner.example"]


def test_a_host_that_is_allowed_is_reached_and_only_by_requests_that_may() -> None:
    with RawServer({"/": [HI]}) as server:
        url = f"http://inner.example:{server.port}/"
        may = Request(url, meta={"allow_private": ("inner.example",)})
        other = Request(url, meta={"allow_private": ("other.example",)})
        table = lookup({"inner.example": ["127.0.0.1"]})
        allowed, without, with_another, again = ask(may, url, other, may.copy(), resolver=table)
        assert allowed.capture is not None
        # Not even over the connection that the first request left open.
        assert without.failure is not None
        assert without.failure.reason == "private-address"
        assert with_another.failure is not None
        assert again.capture is not None
        assert server.connections == 1


def test_a_setting_allows_for_all_requests() -> None:
    with RawServer({"/": [HI]}) as server:
        (outcome,) = ask(f"http://127.1:{server.port}/", settings={"WARCHIVE_ALLOW_PRIVATE": ["127.0.0.0/8"]})
        assert outcome.capture is not None
        assert outcome.capture.url == f"http://127.1:{server.port}/"
        assert outcome.capture.ip_address == "127.0.0.1"


def test_the_next_address_is_tried_where_one_refuses() -> None:
    with RawServer({"/": [HI]}) as server:
        table = lookup({"two.example": ["127.0.0.2", "127.0.0.1"], "none.example": ["127.0.0.2", "127.0.0.3"]})
        urls = [f"http://{name}.example:{server.port}/" for name in ("two", "none")]
        good, bad = ask(*urls, settings={"WARCHIVE_ALLOW_PRIVATE": ["127.0.0.0/8"]}, resolver=table)
        assert good.capture is not None
        assert good.capture.ip_address == "127.0.0.1"
        assert bad.failure is not None
        assert bad.failure.reason == "connect"


def test_the_next_address_is_tried_where_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr("crawler.dial._ONE_ADDRESS_SECONDS", 0.2)
    with RawServer({"/": [HI]}) as server:
        full = socket.create_server(("127.0.0.9", server.port), backlog=0)
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        table = lookup({"two.example": ["127.0.0.9", "127.0.0.1"]})
        (outcome,) = ask(f"http://two.example:{server.port}/", settings={"WARCHIVE_ALLOW_PRIVATE": ["127.0.0.0/8"]}, resolver=table)
        for sock in (full, *fillers):
            sock.close()
        assert outcome.capture is not None
        assert outcome.capture.ip_address == "127.0.0.1"


def test_a_name_without_address_is_a_dns_failure_that_is_remembered_for_a_moment() -> None:
    asked: list[str] = []

    def look(host: str) -> list[str]:
        asked.append(host)
        raise OSError(-2, "Name or service not known")

    first, second = ask("http://gone.example/", "http://gone.example/", resolver=Resolver(look))
    for outcome in (first, second):
        assert outcome.failure is not None
        assert str(outcome.failure) == "dns: gone.example has no address: Name or service not known"
    assert asked == ["gone.example"]


def test_many_requests_share_one_question_and_names_are_forgotten() -> None:
    asked: list[str] = []

    def look(host: str) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"]

    async def run() -> int:
        resolver = Resolver(look)
        await asyncio.gather(*[resolver.addresses("one.example") for _ in range(50)])
        assert asked == ["one.example"]
        for number in range(2100):
            await resolver.addresses(f"{number}.example")
        return len(resolver._known)

    assert asyncio.run(run()) == 2000


def test_a_lookup_that_hangs_is_a_time_out_and_does_not_hold_up_the_end() -> None:
    import threading

    release = threading.Event()

    def look(host: str) -> list[str]:
        release.wait(10)
        return []

    async def run() -> Outcome:
        tap = handler({"DOWNLOAD_TIMEOUT": 0.2}, Resolver(look))
        outcome = await one(tap, "http://slow.example/")
        await tap.close()
        return outcome

    outcome = asyncio.run(run())
    release.set()
    assert outcome.failure is not None
    assert outcome.failure.reason == "timeout"
    assert outcome.seconds < 1
