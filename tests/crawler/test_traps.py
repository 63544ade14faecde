"""Are endless spaces told from the places where articles live?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.scope import compile_scope
from crawler.traps import REASONS, trap

BASE = "https://paper.example"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/news/politics/news/politics/news/politics/story", "trap-repeating-segments"),
        ("/a/img/img/img/x", "trap-repeating-segments"),
        ("/de/de/de/de/artikel", "trap-repeating-segments"),
        ("/section/a/section/b/section/c/section/d", "trap-repeating-segments"),
        ("/" + "/".join(f"level-{n}" for n in range(20)), "trap-depth"),
        ("/story;jsessionid=5A7F3B0011223344", "trap-session-id"),
        ("/story?PHPSESSID=6f1ed002ab5595859014ebf0951522d9", "trap-session-id"),
        ("/story?id=7&sid=0123456789abcdef0123456789abcdef", "trap-session-id"),
        ("/(S(lit3py55t21z5v55vlm25s55))/story.aspx", "trap-session-id"),
        ("/1/1/1/1/news/news/news/story", "trap-repeating-segments"),
        ("/" + "/".join(["a", "b"] * 20), "trap-repeating-segments"),
        ("/story?sid=1b671a64-40d5-491e-99b0-da01ff1f3341", "trap-session-id"),
        ("/calendar/2031/05/", "trap-calendar"),
        ("/calendar/1784/", "trap-calendar"),
        ("/archive?year=2199&month=3", "trap-calendar"),
        ("/archive?month=0&year=-4", "trap-calendar"),
        ("/events/2024-11/", "trap-calendar"),
        ("/agenda?month=13&year=2087", "trap-calendar"),
        ("/events?tribe-bar-date=2051-02-01&date=2051-02", "trap-calendar"),
    ],
)
def test_a_step_into_an_endless_space_is_named(target: str, reason: str) -> None:
    assert trap(BASE + target) == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    "target",
    [
        "/2024/11/08/2024-11-08-shelling-of-the-port",
        "/news/2024/11/08/news-of-the-day",
        "/world/europe/ukraine/2024/nov/08/kyiv-kyiv-attack",
        "/a/2024/11/11/11/story",
        "/1/1/1/1",
        "/article?sid=12345",
        "/news?id=123456&year=2024",
        "/article.php?sid=1234567890",
        "/article.php?sid=12345678901234567890",
        "/story?sid=breaking-news-of-the-day-1",
        "/story?sid=shellingoftheportcontinues",
        "/agenda/5621-the-siege-in-letters",
        "/agenda/1683",
        "/events/1918/armistice-remembered",
        "/event/2077-a-play-reviewed",
        "/1851/09/18/archives/the-first-issue",
        "/archive?year=2024&month=11",
        "/films?year=1939",
        "/events/harbour-reopens-after-the-siege",
        "/event/the-day-the-bridge-fell-2022",
        "/calendar-reform-divides-parliament",
        "/story?session=morning",
        "/uk/news/uk/story",
        "/news/politics/news/politics/x",
    ],
)
def test_where_articles_live_is_no_trap(target: str) -> None:
    assert trap(BASE + target) is None


def test_a_scope_names_the_trap() -> None:
    assert compile_scope(BASE).in_scope(f"{BASE}/calendar/2031/05/") == "trap-calendar"


def test_a_path_of_a_thousand_segments_is_judged_at_once() -> None:
    began = time.process_time()
    assert trap(BASE + "/" + "/".join(str(n % 337) + "x" for n in range(600))) == "trap-depth"
    assert trap(BASE + "/ab" * 700) == "trap-repeating-segments"
    assert time.process_time() - began < 0.2


@given(st.text(alphabet="abc/=&?;-0129(S)", max_size=200))
def test_any_target_has_an_answer(target: str) -> None:
    assert trap(f"{BASE}/{target}") in (None, *REASONS)
