from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import ConfigError
from crawler.scope import MAX_PAGE_URL, REASONS, Scope, compile_scope, host_problem, is_not_a_page, rule_problem

HOME = "https://www.news.example/"


@pytest.fixture
def scope() -> Scope:
    return compile_scope(
        HOME,
        allow_hosts=["live.news.example", "*.regional.example", "archive.example:8080"],
        deny=["^/tag/", r"[?&]print=1", "^/новини/реклама"],
        seeds=["https://feeds.proxy.example/news", "https://www.news.example/feed"],
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.news.example/a", None),
        ("http://news.example/a?b=c", None),
        ("https://NEWS.example.:443/a", None),
        ("https://www.news.example", None),
        ("https://live.news.example/a", None),
        ("https://www.live.news.example/a", None),
        ("https://regional.example/a", None),
        ("https://north.regional.example/a", None),
        ("http://archive.example:8080/a", None),
        ("https://www.news.example/a.html", None),
        ("https://www.news.example/story-1.5-million", None),
        ("https://www.news.example/новини/стаття", None),
        ("https://shop.news.example/a", "other-host"),
        ("https://news.example.evil.example/a", "other-host"),
        ("https://evilnews.example/a", "other-host"),
        ("https://xregional.example/a", "other-host"),
        ("https://north.regional.example:8443/a", "other-host"),
        ("https://archive.example/a", "other-host"),
        ("https://news.example:8443/a", "other-host"),
        ("https://feeds.proxy.example/a", "other-host"),
        ("https://news.example/tag/war", "denied-by-rule"),
        ("https://news.example/a?x=1&print=1", "denied-by-rule"),
        ("https://news.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/%D1%80%D0%B5%D0%BA%D0%BB%D0%B0%D0%BC%D0%B0", "denied-by-rule"),
        ("https://news.example/p/photo.JPG", "not-a-page"),
        ("https://news.example/report.pdf?v=2", "not-a-page"),
        ("https://news.example/film.mp4", "not-a-page"),
        ("https://news.example/all.zip", "not-a-page"),
        ("https://news.example/" + "a" * MAX_PAGE_URL, "too-long"),
        ("https://news.example/" + "й" * 400, "too-long"),
        ("mailto:desk@news.example", "bad-scheme"),
        ("javascript:void (0)", "bad-scheme"),
        ("ftp://news.example/a", "bad-scheme"),
        ("file:///etc/passwd", "bad-scheme"),
        ("", "bad-url"),
        ("/a", "bad-url"),
        ("//news.example/a", "bad-url"),
        ("https:///a", "bad-url"),
        ("https://news.example/a b", "bad-url"),
        ("https://news.example/a\r\nX: y", "bad-url"),
        ("https://user:secret@news.example/a", "bad-url"),
        ("https://evil.example\\@news.example/a", "bad-url"),
        ("https://news.example:port/a", "bad-url"),
        ("https://[::1/a", "bad-url"),
    ],
)
def test_a_url_is_in_scope_or_out_of_it_for_a_named_reason(scope: Scope, url: str, reason: str | None) -> None:
    assert scope.in_scope(url) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://feeds.proxy.example/other.xml.gz", None),
        ("https://www.feeds.proxy.example/news", None),
        ("https://www.news.example/tag/feed.rss", None),
        ("https://elsewhere.example/sitemap.xml", "other-host"),
        ("ftp://feeds.proxy.example/news", "bad-scheme"),
    ],
)
def test_seeds_may_be_asked_for_on_their_own_hosts_and_rules_do_not_concern_them(scope: Scope, url: str, reason: str | None) -> None:
    assert scope.seed_in_scope(url) == reason


def test_where_there_are_allow_rules_one_must_match_and_deny_goes_before() -> None:
    scope = compile_scope(HOME, allow=[r"^/\d{4}/", r"^/a\?id="], deny=["/sport/"])
    assert scope.in_scope("https://news.example/2024/x") is None
    assert scope.in_scope("https://news.example/a?id=5") is None
    assert scope.in_scope("https://news.example/about") == "denied-by-rule"
    assert scope.in_scope("https://news.example/2024/sport/x") == "denied-by-rule"


def test_rules_see_path_and_query_and_nothing_else() -> None:
    scope = compile_scope(HOME, deny=["news", "https"])
    assert scope.in_scope("https://www.news.example/a") is None
    assert scope.in_scope("https://www.news.example/a?news") == "denied-by-rule"


def test_a_home_page_with_a_port_or_an_address_is_that_server_alone() -> None:
    scope = compile_scope("http://127.0.0.1:8700/")
    assert scope.in_scope("http://127.0.0.1:8700/a") is None
    assert scope.in_scope("http://127.0.0.1:8701/a") == "other-host"
    assert scope.in_scope("http://www.127.0.0.1:8700/a") == "other-host"
    assert compile_scope("http://[2001:DB8::1]/").in_scope("http://[2001:db8::1]:80/a") is None


def test_host_names_are_compared_in_idna() -> None:
    scope = compile_scope("https://новини.укр/")
    assert scope.in_scope("https://xn--b1amarcd.xn--j1amh/a") is None
    assert scope.in_scope("https://www.НОВИНИ.укр/a") is None


def test_everything_that_is_wrong_with_a_scope_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        compile_scope("news.example", allow_hosts=["https://a.example", "*.example"], allow=["("], deny=["[", "ok"])
    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == 5
    assert messages[0] == "'news.example' is not an http or https URL of a page (bad-url)"
    assert messages[3].startswith("the rule '(' is not a regular expression:")


def test_hosts_and_rules_can_be_checked_one_by_one() -> None:
    assert host_problem("news.example") is None
    assert host_problem("*.news.example") is None
    assert host_problem("localhost:8080") is None
    for wrong in ("", "*.", "*.news.example:80", "a b", "http://a.example", "a.example/x", "*", "a@b.example"):
        assert host_problem(wrong) is not None, wrong
    assert rule_problem("^/a") is None
    assert rule_problem("*") is not None


@pytest.mark.parametrize("path", ["/a", "/", "", "/.jpg", "/a.jpg/", "/a.jpg.html", "/v1.2", "/index.php", "/a.txt", "/kyiv.com"])
def test_a_path_that_may_be_a_page_is_one(path: str) -> None:
    assert not is_not_a_page(path)


@settings(deadline=None)
@given(st.text(max_size=100) | st.text(max_size=60).map("https://www.news.example/".__add__))
def test_any_text_is_judged_without_a_failure(url: str) -> None:
    scope = compile_scope(HOME, deny=["^/x"])
    assert scope.in_scope(url) in (None, *REASONS)
    assert scope.seed_in_scope(url) in (None, *REASONS)
