"""Are endless spaces told from the places where articles live?"""

from __future__ import annotations

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
        ("/calendar/2031/05/", "trap-calendar"),
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


@given(st.text(alphabet="abc/=&?;-0129(S)", max_size=200))
def test_any_target_has_an_answer(target: str) -> None:
    assert trap(f"{BASE}/{target}") in (None, *REASONS)
