from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.hosts import split_connect_to
from crawler.connect import parse_connect_rule
from crawler.public import crawlable, is_public
from crawler.sources import ScopeRules, Seed, Source, load_sources


def source(homepage: str, *seeds: str, allow_private: tuple[str, ...] = ()) -> Source:
    return Source(
        name="x",
        title="X",
        homepage=homepage,
        languages=("en",),
        country=None,
        timezone=None,
        topics=(),
        seeds=tuple(Seed(type="feed", url=seed) for seed in seeds or (homepage,)),
        scope=ScopeRules(),
        enabled=True,
        verified=False,
        delay=None,
        max_pages_per_run=None,
        recheck=None,
        allow_private=allow_private,
        path=Path("x.toml"),
        builtin=False,
    )


def test_no_publisher_of_the_catalogue_is_crawled_without_a_contact() -> None:
    sources = load_sources([])
    assert all(crawlable(one, "") is not None for one in sources.values())
    assert all(crawlable(one, "https://example.org/crawler") is None for one in sources.values())


def test_the_refusal_names_the_source_the_reason_and_the_next_step() -> None:
    problem = crawlable(source("https://www.dagens.com/"), "")
    assert problem is not None
    assert str(problem).startswith("x.toml: X (www.dagens.com) is a public publisher, and `contact` is not set; write contact = ")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1:8000", "[::1]:80", "10.1.2.3", "192.168.0.1", "169.254.1.1", "localhost:8000", "a.localhost"]
)
def test_loopback_and_private_networks_need_no_contact(host: str) -> None:
    assert crawlable(source(f"http://{host}/"), "") is None


@pytest.mark.parametrize("host", ["newspaper", "paper.test", "paper.internal", "printer.local", "news.home.arpa", "nobody.example"])
def test_names_that_the_public_dns_does_not_have_need_no_contact(host: str) -> None:
    assert crawlable(source(f"http://{host}/"), "") is None


@pytest.mark.parametrize(
    "host", ["example.org", "8.8.8.8", "[2606:4700::1]", "localhost.example.org", "mylocalhost.org", "xn--d1acpjx3f.xn--p1ai", "test.com"]
)
def test_everything_else_is_public(host: str) -> None:
    assert is_public(host)
    assert crawlable(source(f"http://{host}/"), "") is not None


def test_one_public_seed_makes_a_source_public() -> None:
    assert crawlable(source("http://127.0.0.1/", "http://127.0.0.1/feed", "https://feeds.example.org/x"), "") is not None


def test_hosts_and_networks_that_are_allowed_as_private_need_no_contact() -> None:
    assert crawlable(source("http://news.intranet.org/", allow_private=("news.intranet.org",)), "") is None
    assert crawlable(source("http://news.intranet.org/"), "", allow_private=["NEWS.intranet.org."]) is None
    assert crawlable(source("http://news.intranet.org/", allow_private=("intranet.org",)), "") is not None
    assert crawlable(source("http://203.0.113.9/", allow_private=("203.0.113.0/24",)), "") is None
    assert crawlable(source("http://8.8.8.8/", allow_private=("9.0.0.0/8", "::/0")), "") is not None


def test_a_publisher_whose_connections_all_go_to_this_machine_is_not_asked() -> None:
    one = source("https://www.example.org/", "https://feeds.example.net:8443/x")
    assert crawlable(one, "", connect_to=["::127.0.0.1:8000"]) is None
    assert crawlable(one, "", connect_to=["www.example.org:443:127.0.0.1:8000"]) is not None
    assert crawlable(one, "", connect_to=["www.example.org::127.0.0.1:1", "feeds.example.net:8443:[::1]:2"]) is None
    assert crawlable(one, "", connect_to=["::proxy.example.com:80"]) is not None


@given(st.text(alphabet="a1:[].-\u0661", max_size=14))
def test_every_rule_that_the_configuration_takes_is_one_that_the_dialler_takes(rule: str) -> None:
    try:
        host, port, to_host, to_port = split_connect_to(rule)
    except ValueError:
        return
    read = parse_connect_rule(rule)
    assert (read.host, read.to_host) == (host, to_host)
    assert (read.port, read.to_port) == (int(port or 0), int(to_port or 0))
