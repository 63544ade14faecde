from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.robots import MAX_BYTES, Robots, parse

AGENT = "warchive/0.1 (+https://example.org/crawler)"
BASE = "https://news.example"


def robots(text: str | bytes) -> Robots:
    return parse(200, text.encode() if isinstance(text, str) else text)


def allows(text: str, path: str, agent: str = AGENT) -> bool:
    return robots(text).allows(BASE + path, agent)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, "disallow-all"),
        (500, "disallow-all"),
        (503, "disallow-all"),
        (599, "disallow-all"),
        (429, "disallow-all"),
        (301, "allow-all"),
        (400, "allow-all"),
        (401, "allow-all"),
        (403, "allow-all"),
        (404, "allow-all"),
        (410, "allow-all"),
        (200, "rules"),
        (204, "rules"),
    ],
)
def test_the_status_decides_first(status: int | None, verdict: str) -> None:
    result = parse(status, b"User-agent: *\nDisallow: /x\n")
    assert result.verdict == verdict
    assert result.allows(f"{BASE}/a", AGENT) is (verdict != "disallow-all")
    assert result.allows(f"{BASE}/x", AGENT) is (verdict == "allow-all")
    assert result.allows(f"{BASE}/robots.txt", AGENT) is True
    assert str(status) in result.reason or status is None


@pytest.mark.parametrize("body", [None, b"", b"\n", b"<!DOCTYPE html><html><body>Disallow nothing</body></html>", b"# none\n"])
def test_an_empty_file_or_a_web_page_forbids_nothing(body: bytes | None) -> None:
    assert parse(200, body).allows(f"{BASE}/a", AGENT) is True


@pytest.mark.parametrize("agent", ["warchive", "WARCHIVE", "warchive/0.1", AGENT])
@pytest.mark.parametrize("line", ["warchive", "Warchive", "warchive/2.0", "  warchive  # us"])
def test_our_group_is_found_by_product_token_without_case(agent: str, line: str) -> None:
    text = f"User-agent: *\nAllow: /\n\nUser-agent: {line}\nDisallow: /private\n"
    assert allows(text, "/private/1", agent) is False
    assert allows(text, "/public", agent) is True


@pytest.mark.parametrize("line", ["war", "warchive-news", "archive", "warchivebot", "", "other"])
def test_a_group_for_a_similar_name_is_not_ours(line: str) -> None:
    assert allows(f"User-agent: {line}\nDisallow: /\n", "/a") is True


def test_with_a_group_of_our_own_the_general_one_does_not_concern_us() -> None:
    text = "User-agent: *\nDisallow: /\nUser-agent: warchive\nDisallow: /x\n"
    assert allows(text, "/a") is True
    assert allows(text, "/x") is False


def test_groups_of_the_same_agent_are_taken_together() -> None:
    text = (
        "User-agent: warchive\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\n"
        "User-agent: x\nuser-agent: WARCHIVE\nDisallow: /c\nCrawl-delay: 9\n"
    )
    assert [allows(text, path) for path in ("/a", "/b", "/c", "/d")] == [False, True, False, True]
    assert robots(text).crawl_delay(AGENT) == 9
    general = "User-agent: *\nDisallow: /a\nUser-agent: y\nDisallow: /\nUser-agent: *\nDisallow: /b\n"
    assert [allows(general, path) for path in ("/a", "/b", "/c")] == [False, False, True]


@pytest.mark.parametrize(
    "between", ["", "\n", "# comment\n", "Sitemap: https://news.example/s.xml\n", "Host: news.example\n", "X-Unknown: 1\n"]
)
def test_lines_that_are_no_rules_do_not_end_a_list_of_agents(between: str) -> None:
    assert allows(f"User-agent: warchive\n{between}User-agent: other\nDisallow: /a\n", "/a") is False


def test_a_crawl_delay_is_a_rule_and_ends_the_list_of_agents() -> None:
    text = "User-agent: *\nCrawl-delay: 10\n\nUser-agent: badbot\nDisallow: /\n"
    assert (allows(text, "/a"), robots(text).crawl_delay(AGENT), robots(text).crawl_delay("badbot")) == (True, 10, None)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        # RFC 9309 §2.2.2, §2.2.3 and §5.2: the longest match, allow where they are equal, wild cards.
        ("Disallow: /", "/a", False),
        ("Disallow:", "/a", True),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Disallow: /folder\nAllow: /folder/page", "/folder/page", True),
        ("Allow: /folder/page\nDisallow: /folder", "/folder/other", False),
        ("Allow: /folder\nDisallow: /folder", "/folder/x", True),
        ("Disallow: /fish", "/fish.html", False),
        ("Disallow: /fish", "/Fish", True),
        ("Disallow: /fish/", "/fish", True),
        ("Disallow: /*.php", "/a/index.php?x=1", False),
        ("Disallow: /*.php$", "/index.php?x=1", True),
        ("Disallow: /*.php$", "/index.php", False),
        ("Disallow: /*?", "/a?b", False),
        ("Disallow: /*?", "/a", True),
        ("Disallow: /a*b*c$", "/a1b2c", False),
        ("Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        ("Disallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", False),
        # The RFC's own table of spellings, both ways; in a path, `%2F` is no slash.
        ("Disallow: /foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", False),
        ("Disallow: /foo/bar?baz=https%3a%2f%2ffoo.bar", "/foo/bar?baz=https://foo.bar", False),
        ("Allow: /r?to=https://foo.bar\nDisallow: /r", "/r?to=https://foo.bar/x", True),
        ("Disallow: /*/print", "/a?b=c/print", False),
        ("Disallow: /a/b", "/a%2Fb", True),
        ("Disallow: /foo/bar/%E3%83%84", "/foo/bar/ツ", False),
        ("Disallow: /foo/bar/baz", "/foo/bar/%62%61%7A", False),
        # Special characters that are meant as they are (§2.2.3).
        ("Disallow: /file-with-a-%2A.html", "/file-with-a-*.html", False),
        ("Disallow: /file-with-a-%2A.html", "/file-with-a-x.html", True),
        ("Disallow: /foo-%24", "/foo-$", False),
        ("Disallow: /foo-%24", "/foo-", True),
        ("Disallow: /a$b", "/a$bc", False),
        ("Disallow: /page\nAllow: /*.htm", "/page.htm", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/a", False),
        ("Disallow: private", "/private", True),
        ("Disallow: *.pdf$", "/a.pdf", False),
        ("Disallow: /?a", "?a", False),
        ("Disallow: /новини", "/новини/1", False),
        ("Disallow /private", "/private", False),
        ("dissallow: /private", "/private", False),
        ("Disallow: /a # not /b", "/a", False),
        ("Allow: /\nDisallow: /*", "/x", False),
        ("Disallow: /example/*\nAllow: /example/page/disallowed.gif", "/example/page/disallowed.gif", True),
    ],
)
def test_the_longest_rule_decides(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}\n", path) is allowed


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_end_and_a_byte_order_mark_are_read(newline: str, mark: bytes) -> None:
    body = mark + newline.join(["User-agent: *", "Disallow: /a", ""]).encode()
    assert robots(body).allows(f"{BASE}/a", AGENT) is False
    assert robots("\ufeffUser-agent: *\nDisallow: /a".encode("utf-16")).allows(f"{BASE}/a", AGENT) is False


def test_a_line_separator_within_a_line_starts_no_new_rule() -> None:
    assert allows("User-agent: *\nDisallow: /a\u2028Disallow: /\x0bDisallow: /\x85", "/b") is True


def test_what_stands_beyond_500_kib_is_not_read_and_the_line_that_is_cut_neither() -> None:
    head = b"User-agent: *\nDisallow: /a\n"
    cut = head + b"#" * (MAX_BYTES - len(head) - 12) + b"\n" + b"Disallow: /" + b"private\nDisallow: /b\n"
    assert cut[:MAX_BYTES].endswith(b"Disallow: /")
    result = robots(cut)
    assert [result.allows(BASE + path, AGENT) for path in ("/a", "/b", "/private", "/x")] == [False, True, True, True]


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("Crawl-delay: 10", 10),
        ("crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 3\nCrawl-delay: 7\nCrawl-delay: 5", 7),
        ("Request-rate: 1/20", 20),
        ("Request-rate: 1/1m", 60),
        ("Crawl-delay: 100000", 100000),
        ("Crawl-delay: soon", None),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: nan\nCrawl-delay: inf", None),
        ("Disallow: /x", None),
    ],
)
def test_the_longest_delay_that_is_asked_for_counts(lines: str, delay: float | None) -> None:
    assert robots(f"User-agent: *\n{lines}\n").crawl_delay(AGENT) == delay


def test_sitemaps_are_given_wherever_they_stand_once_each_and_only_as_urls() -> None:
    result = robots(
        "Sitemap: https://news.example/1.xml\nUser-agent: x\nsitemap: https://news.example/2.xml\n"
        "Sitemap https://news.example/1.xml\nSitemap: /3.xml\n"
    )
    assert result.sitemaps == ["https://news.example/1.xml", "https://news.example/2.xml"]


@settings(deadline=None)
@given(st.one_of(st.none(), st.sampled_from([200, 204, 301, 404, 429, 500])), st.one_of(st.none(), st.binary(max_size=300)))
def test_a_row_in_a_cache_gives_the_same_answers(status: int | None, body: bytes | None) -> None:
    before = parse(status, body, fetched_at=5.0)
    after = Robots.from_row(before.to_row())
    assert after.to_row() == before.to_row()
    assert after.sitemaps == before.sitemaps
    for path in ("/", "/a", "/robots.txt", "/a?b=c"):
        assert after.allows(BASE + path, AGENT) == before.allows(BASE + path, AGENT)


def test_a_long_file_keeps_its_meaning_in_a_cache() -> None:
    body = b"User-agent: *\n" + b"Disallow: /a\n" * 50_000
    result = Robots.from_row(robots(body).to_row())
    assert result.body is not None
    assert len(result.body) <= MAX_BYTES
    assert (result.allows(f"{BASE}/a", AGENT), result.allows(f"{BASE}/b", AGENT)) == (False, True)


LINES = st.sampled_from(
    [
        "User-agent: *",
        "User-agent: warchive",
        "User-agent:",
        "Disallow: /",
        "Disallow: /a*$",
        "Allow: /a",
        "Crawl-delay: 1",
        "Sitemap: x",
        "",
        "#",
        "Disallow: %zz",
        "Allow: *",
    ]
)


@settings(deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=15).map("\n".join), st.text(max_size=20))
def test_any_file_and_any_url_give_an_answer(text: str, path: str) -> None:
    result = parse(200, text.encode("utf-8", "replace"))
    assert result.allows(f"{BASE}/{path}", AGENT) in (True, False)
    assert result.allows(path, "") in (True, False)
    delay = result.crawl_delay(AGENT)
    assert delay is None or delay >= 0


RULES = st.sampled_from(["Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c", "Allow: /", "Disallow: /*c"])


@settings(deadline=None)
@given(st.lists(RULES, max_size=6).flatmap(lambda rules: st.tuples(st.just(rules), st.permutations(rules))))
def test_the_order_of_rules_does_not_matter(orders: tuple[list[str], list[str]]) -> None:
    for path in ("/", "/a", "/a/b", "/a/b/c", "/c"):
        one, other = (allows("User-agent: *\n" + "\n".join(rules), path) for rules in orders)
        assert one == other


def test_a_file_full_of_stars_is_judged_at_once() -> None:
    text = "User-agent: *\n" + ("Disallow: /" + "*a" * 2000 + "b\n") * 125
    began = time.process_time()
    assert allows(text, "/" + "a" * 2000) is True
    assert time.process_time() - began < 1
