"""Are all addresses of a page one page, and different pages never?"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.family import _family, family, plainer, trusted_canonical

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
        "https://www.google.co.uk/amp/s/amp.paper.example/2024/11/08/the-port%3foutputType=amp",
        "https://cdn.ampproject.org/c/s/paper.example/2024/11/08/the-port%3Famp%3D1",
        "https://paper-example.bing-amp.com/c/s/paper.example/2024/11/08/the-port",
        "https://paper.example/2024/11/08/the-port.amp",
        "https://paper.example/2024/11/08/the-port/index.amp.html",
        "https://paper.example/2024/11/08/the-port/amp/index.html",
        "https://paper.example/2024/11/08/the-port?amp=true&printable=yes",
        "https://paper.example/2024/11/08/the-port?mode=print",
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
        ("https://mobile.co.uk/story", "https://touch.co.uk/story"),
        ("https://www.com.ua/story", "https://m.com.ua/story"),
        ("https://paper.example/list?print=1234", "https://paper.example/list?print=1235"),
        ("https://paper.example/story.php?m=1", "https://paper.example/story.php"),
        ("https://paper.example/story?amp=5", "https://paper.example/story?amp=6"),
        ("https://paper.example/story?type=printer", "https://paper.example/story"),
        ("https://paper.example/amp/fender", "https://paper.example/fender"),
        ("https://paper.example/guitar-amp.html", "https://paper.example/guitar.html"),
        ("https://paper.example/camp", "https://paper.example/c"),
        ("https://a.cdn.ampproject.org/c/s/paper.example/a%253Fb", "https://paper.example/a?b"),
        ("https://a.cdn.ampproject.org/c/s/paper.example/a%2Fb", "https://paper.example/a/b"),
        ("https://a.cdn.ampproject.org/c/s/localhost/story", "https://localhost/story"),
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


def test_an_amp_form_in_front_of_a_path_is_known_by_a_long_slug_behind_it() -> None:
    assert family("https://paper.example/amp/2024/11/08/the-port-is-open") == family("https://paper.example/2024/11/08/the-port-is-open")


def test_the_phones_form_of_a_blog_is_its_page() -> None:
    assert family("https://town.blogspot.example/2024/11/the-port.html?m=1") == family(
        "https://town.blogspot.example/2024/11/the-port.html"
    )


def test_a_newspaper_of_two_letters_is_no_registry() -> None:
    assert family("https://m.nv.ua/story") == family("https://www.nv.ua/story") == "nv.ua/story"
    assert family("https://m.bbc.co.uk/story") == family("https://www.bbc.co.uk/story") == "bbc.co.uk/story"


def test_what_is_no_url_is_refused() -> None:
    for text in ("mailto:a@b.example", "/story", "https://"):
        with pytest.raises(ValueError, match="URL"):
            family(text)


def test_the_plain_address_is_asked_for() -> None:
    best_first = [A, A + "?utm_source=x", A.replace("https", "http"), A + "/amp", "https://m.paper.example/2024/11/08/the-port?amp=1"]
    best_first.append("https://www.google.com/amp/s/m.paper.example/2024/11/08/the-port/amp")
    for better, worse in itertools.combinations(best_first, 2):
        assert plainer(better, worse) == plainer(worse, better) == better


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["paper.example", "www.paper.example", "m.paper.co.uk", "amp.x.paper.example", "Paper.Example", "a-.example", "1.2.3.4"]
    ),
    st.lists(
        st.sampled_from(["/", "amp", "print", "index.html", ".", "..", ".amp", "a", "7", "~", "%41", "é", ":", "@", "?", "#", "m=1"]),
        max_size=12,
    ),
)
def test_the_short_way_for_plain_urls_leads_where_the_long_one_does(scheme: str, host: str, pieces: list[str]) -> None:
    url = f"{scheme}://{host}/{''.join(pieces)}"
    assert family(url) == _family(url)


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
        ("https://paper.example/?lang=en", False),
        ("https://paper.example/uk/", False),
        ("https://paper.example/en/index.html", False),
        ("https://paper.example/2024/11/", False),
        ("https://evil.example/2024/11/08/the-port", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_canonical_address_is_believed_only_on_the_same_site_and_of_no_page_above(canonical: str, trusted: bool) -> None:
    assert (trusted_canonical(A, canonical) is not None) is trusted


@pytest.mark.parametrize(
    ("url", "canonical", "trusted"),
    [
        ("/news/1234567/any-slug-at-all", "/news/1234567", True),
        ("/news/the-port-is-open-again?from=rss", "/news/the-port-is-open-again", True),
        ("/news/the-port-is-open-again?page=2", "/news/the-port-is-open-again", False),
        ("/news/20241108/story", "/news/20241108", False),
        ("/news/2024-11-08/story", "/news/2024-11-08", False),
        ("/news/story", "/news", False),
        ("/article.php?id=5", "/article.php", False),
        ("/the-port/amp", "/the-port", True),
    ],
)
def test_a_page_above_is_believed_only_where_it_looks_like_an_article(url: str, canonical: str, trusted: bool) -> None:
    base = "https://paper.example"
    assert (trusted_canonical(base + url, base + canonical) is not None) is trusted
