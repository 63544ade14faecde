"""Are two spellings of one article one id, and two articles two?"""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from archive.urls import article_id, normalize, urlkey

# The rules of docs/design/archive-format.md, one line each: ids made of them are kept for ever.
SAME = [
    ("HTTPS://WWW.Example.ORG/a", "https://www.example.org/a"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://user:secret@example.org/a", "https://example.org/a"),
    ("https://example.org/a#comments", "https://example.org/a"),
    ("  https://example.org/a  ", "https://example.org/a"),
    ("https://example.org/%7Ejo/%c3%a5", "https://example.org/~jo/%C3%A5"),
    ("https://example.org/å", "https://example.org/%C3%A5"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("https://example.org/a/./b/../c", "https://example.org/a/c"),
    ("https://example.org/../../a/..", "https://example.org/"),
    ("https://новини.example/а", "https://xn--b1amarcd.example/%D0%B0"),
    ("https://example.org/a?utm_source=x&id=7&fbclid=y&UTM_Medium=z", "https://example.org/a?id=7"),
    ("https://example.org/a?fbclid=y", "https://example.org/a"),
    ("https://example.org/a?b=2&a=1&b=1", "https://example.org/a?b=2&a=1&b=1"),
    ("https://example.org/a?&&id=7&", "https://example.org/a?id=7"),
    ("https://example.org/a?", "https://example.org/a"),
    ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
]


@pytest.mark.parametrize(("spelling", "expected"), SAME)
def test_each_rule_of_normalisation(spelling: str, expected: str) -> None:
    assert normalize(spelling) == expected
    assert article_id(spelling) == hashlib.sha256(expected.encode()).hexdigest()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?a=1&b=2", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a?q=utm_source", "https://example.org/a"),
        ("https://example.org/a?reference=1", "https://example.org/a"),
    ],
)
def test_urls_that_may_be_two_articles_stay_two(one: str, two: str) -> None:
    assert article_id(one) != article_id(two)


@pytest.mark.parametrize("url", ["", "example.org/a", "/a", "ftp://example.org/", "mailto:a@b.org", "https://", "https:///a",
                                 "javascript:alert(1)", "https://example.org:99999/", "https://[::1"])  # fmt: skip
def test_what_is_no_web_address_has_no_id(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - urllib's own words differ
        normalize(url)


@given(st.text(max_size=60), st.text(max_size=30))
@example(path="/%2e%2e/a", query="")
@example(path="/%25%32%65", query="%%")
@example(path="/a/.//..", query="?")
def test_normalising_twice_is_normalising_once(path: str, query: str) -> None:
    url = f"https://example.org/{path}?{query}"
    try:
        once = normalize(url)
    except ValueError:
        assume(False)
    assert normalize(once) == once
    assert once.isascii()
    assert not any(character <= " " for character in once)


def test_urlkeys_are_those_of_the_field() -> None:
    assert urlkey("https://www.Example.org/News?b=2&a=1") == "org,example)/news?a=1&b=2"
    assert urlkey("http://example.org:8080/") == "org,example:8080)/"
    assert urlkey("urn:warchive:interim:1") == "urn:warchive:interim:1"
