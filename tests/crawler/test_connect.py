from __future__ import annotations

import socket

import pytest

from crawler.connect import Endpoint, endpoint, parse_connect_rule, parse_connect_rules
from tests.servers.rawhttp import RawServer
from tests.servers.wireclient import ask, lookup

HI = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("rule", "host", "port", "expected"),
    [
        ("::127.0.0.1:8700", "news.example", 443, ("127.0.0.1", 8700)),
        ("news.example:443:backend:8443", "news.example", 443, ("backend", 8443)),
        ("news.example:443:backend:8443", "NEWS.example", 443, ("backend", 8443)),
        ("News.Example:443:Backend:8443", "news.example", 443, ("backend", 8443)),
        ("news.example:443:backend:8443", "news.example", 80, ("news.example", 80)),
        ("news.example:443:backend:8443", "www.news.example", 443, ("www.news.example", 443)),
        ("news.example::backend:", "news.example", 81, ("backend", 81)),
        (":80::8080", "news.example", 80, ("news.example", 8080)),
        (":80::8080", "news.example", 443, ("news.example", 443)),
        (":::", "news.example", 443, ("news.example", 443)),
        ("[::1]:80:[2001:db8::1]:81", "::1", 80, ("2001:db8::1", 81)),
        ("::[::1]:81", "news.example", 80, ("::1", 81)),
    ],
)
def test_a_rule_leads_where_curl_would_go(rule: str, host: str, port: int, expected: tuple[str, int]) -> None:
    place = endpoint([parse_connect_rule(rule)], host, port)
    assert (place.host, place.port) == expected


def test_the_first_rule_that_matches_wins() -> None:
    rules = parse_connect_rules(["a.example:80:first:1", "a.example::second:2", "::third:3"])
    assert [endpoint(rules, host, port).host for host, port in (("a.example", 80), ("a.example", 81), ("b.example", 80))] == [
        "first",
        "second",
        "third",
    ]


def test_only_a_rule_that_names_a_host_overrides_the_guard() -> None:
    assert endpoint(parse_connect_rules(["::inner:"]), "a.example", 80) == Endpoint(host="inner", port=80, named=True)
    assert endpoint(parse_connect_rules([":::8080"]), "a.example", 80) == Endpoint(host="a.example", port=8080, named=False)
    assert endpoint((), "a.example", 80) == Endpoint(host="a.example", port=80, named=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a:1",
        "a:1:b",
        "a:1:b:2:3",
        "::1:80:b:2",
        "a:x:b:2",
        "a:0:b:2",
        "a:1:b:65536",
        "a:1:[::1:2",
        "a:１:b:2",
        "a:1:b:-2",
        "[a]b:1:c:2",
    ],
)
def test_what_is_no_rule_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="connect_to"):
        parse_connect_rule(text)


def test_a_rule_changes_where_the_connection_goes_and_not_the_host_header() -> None:
    with RawServer({"/x": [HI]}) as server:
        settings: dict[str, object] = {"WARCHIVE_CONNECT_TO": [f"news.example:8080:localhost:{server.port}"]}
        (outcome,) = ask("http://news.example:8080/x", settings=settings, resolver=lookup({"localhost": ["127.0.0.1"]}))
        assert outcome.capture is not None
        assert outcome.capture.url == "http://news.example:8080/x"
        assert outcome.capture.ip_address == "127.0.0.1"
        assert server.asked[0].raw.startswith(b"GET /x HTTP/1.1\r\nHost: news.example:8080\r\n")


def test_a_rule_may_lead_to_ipv6() -> None:
    try:
        server = RawServer({"/": [HI]}, family=socket.AF_INET6)
    except OSError as error:
        pytest.skip(f"no IPv6 on loopback here: {error}")
    with server:
        (outcome,) = ask("http://news.example/", settings={"WARCHIVE_CONNECT_TO": [f"::[::1]:{server.port}"]})
        assert outcome.capture is not None
        assert outcome.capture.ip_address == "::1"


def test_a_rule_that_only_changes_the_port_leaves_the_guard_in_force() -> None:
    with RawServer({"/": [HI]}) as server:
        (outcome,) = ask("http://127.0.0.1/", settings={"WARCHIVE_CONNECT_TO": [f":80::{server.port}"]})
        assert outcome.failure is not None
        assert outcome.failure.reason == "private-address"
        assert server.connections == 0
