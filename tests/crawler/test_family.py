"""Are all addresses of a page one page, and different pages never?"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.family import family, plainer, trusted_canonical

A = "https://paper.example/2024/11/08/the-port"


@pytest.mark.parametrize(
    "other",
    [
        "http://paper.example/2024/11/08/the-port",
        "https://www.paper.example/2024/11/08/the-port",
        "https://m.paper.example/2024/11/08/the-port/",
        "https://mobile.paper.example/2024/11/08/the-port",
        "https://amp.paper.example/2024/11/08/the-port",
        "https://paper.example/2024/11/08/the-port/amp",
        "https://paper.example/2024/11/08/the-port/amp/",
        "https://paper.example/2024/11/08/the-port?amp=1",
        "https://paper.example/2024/11/08/the-port?amp",
        "https://paper.example/2024/11/08/the-port?outputType=amp",
        "https://paper.example/2024/11/08/the-port?utm_source=rss&utm_medium=feed",
        "https://paper.example/2024/11/08/the-port?print=1",
        "https://paper.example/2024/11/08/the-port/print/",
        "https://paper.example/2024/11/08/the-port?view=print#top",
        "https://paper.example/2024/11/08/the-port/index.html",
        "HTTPS://Paper.Example:443/2024/11/08/the-port",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/11/08/the-port",
        "https://paper-example.cdn.ampproject.org/v/s/www.paper.example/2024/11/08/the-port/amp?usqp=mq331AQ",
        "https://www.google.com/amp/s/paper.example/2024/11/08/the-port",
    ],
)
def test_other_addresses_of_a_page_are_the_same_page(other: str) -> None:
    assert family(other) == family(A)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A + "?page=2"),
        (A, A + "-2"),
        ("https://paper.example/story.amp.html", "https://paper.example/story"),
        ("https://paper.example/?p=1", "https://paper.example/?p=2"),
        ("https://paper.example/Story", "https://paper.example/story"),
        ("https://en.paper.example/story", "https://uk.paper.example/story"),
        ("https://paper.example:8080/story", "https://paper.example/story"),
        ("https://amp.example/story", "https://m.example/story"),
        ("https://www.example/story", "https://m.example/story"),
        ("https://paper.example/m/story", "https://paper.example/story"),
        ("https://paper.example/news/amplifier", "https://paper.example/news"),
        ("https://paper.example/print-is-dead", "https://paper.example/"),
        ("https://www.google.com/search?q=amp", "https://www.google.com/search?q=s"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert family(one) != family(other)


def test_html_with_amp_in_its_name_is_the_page_without() -> None:
    assert family("https://paper.example/story.amp.html") == family("https://paper.example/story.html")


def test_what_is_no_url_is_refused() -> None:
    for text in ("mailto:a@b.example", "/story", "https://"):
        with pytest.raises(ValueError, match="URL"):
            family(text)


def test_the_plain_address_is_asked_for() -> None:
    best_first = [A, A + "?utm_source=x", A.replace("https", "http"), A + "/amp", "https://m.paper.example/2024/11/08/the-port?amp=1"]
    for better, worse in itertools.combinations(best_first, 2):
        assert plainer(better, worse) == plainer(worse, better) == better


@given(st.text(alphabet="abm./?=&-amprint", max_size=60))
def test_a_family_is_the_same_however_often_it_is_asked(target: str) -> None:
    url = f"https://paper.example/{target}"
    assert family(url) == family(url)
    assert family(url.replace("https", "http", 1)) == family(url)


@pytest.mark.parametrize(
    ("canonical", "trusted"),
    [
        ("https://www.paper.example/2024/11/08/other", True),
        ("http://paper.example/2024/11/08/the-port", True),
        ("https://paper.example/?p=77", True),
        ("https://paper.example/", False),
        ("https://paper.example/2024/11/", False),
        ("https://evil.example/2024/11/08/the-port", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_canonical_address_is_believed_only_on_the_same_site_and_of_no_page_above(canonical: str, trusted: bool) -> None:
    assert (trusted_canonical(A, canonical) is not None) is trusted
