"""Is a redirect to the front page told from one to a page?"""

from __future__ import annotations

import pytest

from crawler.home import leads_home

HOME = "https://www.courier.example/"
STORY = "https://www.courier.example/2026/05/northern-bridge"


@pytest.mark.parametrize(
    "target",
    [
        "https://www.courier.example/",
        "http://courier.example",
        "https://m.courier.example/",
        "https://www.courier.example/?utm_source=redirect&utm_medium=404",
        "https://www.courier.example/?error=404",
        "https://www.courier.example/?status=gone&from=%2F2026%2F05%2Fnorthern-bridge",
        "https://www.courier.example/index.html",
        "https://www.courier.example/index.php",
        "https://www.courier.example/home",
        "https://www.courier.example/en",
        "https://www.courier.example/en-gb/",
        "https://www.courier.example/uk/index.html",
        "https://en.courier.example/",
    ],
)
def test_the_front_page_and_those_of_languages_are_home(target: str) -> None:
    assert leads_home(STORY, target, HOME)


@pytest.mark.parametrize(
    "target",
    [
        STORY,
        "http://courier.example/2026/05/northern-bridge/",
        "https://www.courier.example/2026/05/northern-bridge/amp",
        "https://www.courier.example/news/northern-bridge",
        "https://www.courier.example/world/",
        "https://www.courier.example/?p=4711",
        "https://www.courier.example/?error=404&p=4711",
        "https://www.herald.example/",
        "https://bridge.courier.example/",
        "https://consent.courier.example/",
        "https://othercourier.example/",
    ],
)
def test_another_page_or_another_site_is_not_home(target: str) -> None:
    assert not leads_home(STORY, target, HOME)


@pytest.mark.parametrize(
    "asked", [HOME, "https://www.courier.example/en/", "https://courier.example/index.html", "http://www.courier.example"]
)
def test_who_asks_for_a_front_page_may_be_sent_to_one(asked: str) -> None:
    assert not leads_home(asked, "https://www.courier.example/uk/", HOME)
    assert not leads_home(asked, HOME, HOME)


def test_a_short_address_is_a_page() -> None:
    assert leads_home("https://www.courier.example/?p=4711", HOME, HOME)


def test_a_home_page_below_the_root_is_home() -> None:
    below = "https://www.courier.example/newspaper/today/"
    assert leads_home(STORY, "https://www.courier.example/newspaper/today", below)
    assert leads_home(STORY, "https://www.courier.example/newspaper/today/?ref=404", below)
    assert not leads_home(below, "https://www.courier.example/", below)


def test_the_front_page_above_a_host_is_home() -> None:
    assert leads_home("https://news.courier.example/a/b", "https://courier.example/", "https://news.courier.example/")


@pytest.mark.parametrize("target", ["mailto:desk@courier.example", "https://", "", "https://[::1/"])
def test_what_is_no_address_is_not_home(target: str) -> None:
    assert not leads_home(STORY, target, HOME)
    assert not leads_home(target, HOME, HOME)
