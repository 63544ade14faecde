"""Is a finished page asked again at the right ages, and neither hammered nor forgotten?"""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.comeback import DAY, DEFAULT_STEPS, HOUR, after_block, after_missing, announced_change, next_check, parse_steps

NOW = 1_772_409_600.0
pages = st.binary(min_size=32, max_size=32)


# -- the widening schedule


def test_the_steps_are_read_as_a_person_writes_them() -> None:
    assert parse_steps(["90m", "6h", "3 days", "1y"]) == (5400, 6 * HOUR, 3 * DAY, 365 * DAY)
    assert parse_steps(["1h", "6h", "1d", "3d", "10d", "30d", "90d", "365d"]) == DEFAULT_STEPS
    assert parse_steps([]) == ()


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [(["soon"], "'soon' is no length of time"), (["0h"], "no time at all"), (["6h", "1h"], "must grow"), (["1h", "60m"], "grow")],
)
def test_what_is_wrong_with_steps_is_said(texts: list[str], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        parse_steps(texts)


@given(pages)
def test_a_page_seen_when_it_was_published_is_asked_at_each_age_then_every_year(page: bytes) -> None:
    now, ages = NOW, []
    for _ in range(len(DEFAULT_STEPS) + 2):
        now = next_check(born=NOW, now=now, steps=DEFAULT_STEPS, page=page)
        ages.append(now - NOW)
    for age, step in zip(ages, DEFAULT_STEPS, strict=False):
        assert 0.9 * step <= age <= 1.1 * step
    years = [later - earlier for earlier, later in pairwise(ages[7:])]
    assert all(0.9 * 365 * DAY <= year <= 1.1 * 365 * DAY for year in years)


@given(pages, st.floats(0, 2000 * DAY))
def test_it_is_never_asked_again_at_once_nor_later_than_the_last_step(page: bytes, age: float) -> None:
    due = next_check(born=NOW - age, now=NOW, steps=DEFAULT_STEPS, page=page)
    assert NOW + HOUR / 2 <= due <= NOW + 1.1 * DEFAULT_STEPS[-1]
    assert due - NOW >= min(age / 4, 90 * DAY), "the older, the less often"


@given(pages)
def test_a_run_that_comes_late_does_not_ask_twice_in_a_row(page: bytes) -> None:
    late = NOW + 5 * HOUR  # the check of the first hour, five hours late: the one of six hours is not worth asking
    assert next_check(born=NOW, now=late, steps=DEFAULT_STEPS, page=page) >= NOW + 0.9 * DAY


def test_a_date_in_the_future_counts_from_now() -> None:
    due = next_check(born=NOW + 400 * DAY, now=NOW, steps=DEFAULT_STEPS, page=b"p")
    assert NOW + 0.9 * HOUR <= due <= NOW + 1.1 * HOUR


def test_what_was_published_together_is_not_asked_again_together() -> None:
    due = [next_check(born=NOW, now=NOW + 3 * DAY, steps=DEFAULT_STEPS, page=bytes([number]) * 32) for number in range(200)]
    assert max(due) - min(due) > 1.5 * DAY
    assert len({moment // HOUR for moment in due}) > 30
    assert due[7] == next_check(born=NOW, now=NOW + 3 * DAY, steps=DEFAULT_STEPS, page=bytes([7]) * 32)


# -- missing, gone, back


def test_a_missing_page_is_called_gone_a_day_later_and_not_before() -> None:
    first = after_missing(None, NOW)
    assert (first.confirmed, first.due) == (False, NOW + 2 * HOUR)
    second = after_missing(NOW, first.due)
    assert (second.confirmed, second.due) == (False, NOW + 25 * HOUR)
    assert after_missing(NOW, second.due).confirmed
    assert not after_missing(NOW, NOW + 19.9 * HOUR).confirmed


def test_a_page_that_is_gone_is_looked_at_ever_more_seldom_so_that_its_return_is_noticed() -> None:
    now, waits = NOW + 25 * HOUR, []
    for _ in range(6):
        found = after_missing(NOW, now)
        assert found.confirmed
        waits.append((found.due - now) / DAY)
        now = found.due
    assert waits == pytest.approx([10, 30, 90, 365, 365, 365])


def test_a_clock_set_back_confirms_nothing_and_asks_once_a_day() -> None:
    found = after_missing(NOW + 300 * DAY, NOW)
    assert (found.confirmed, found.due) == (False, NOW + 25 * HOUR)


@pytest.mark.parametrize(("blocks", "wait"), [(0, 6 * HOUR), (1, 6 * HOUR), (2, DAY), (3, 3 * DAY), (4, 10 * DAY), (99, 10 * DAY)])
def test_a_blocked_page_is_left_alone_longer_each_time(blocks: int, wait: float) -> None:
    assert after_block(blocks, NOW) == NOW + wait


# -- announcements


def _announce(
    marks: str | None, *, seed_type: str = "feed", modified: str | None = None, published: str | None = "2026-03-02", title: str = "Bridge",
    last_checked: float = NOW - 5 * DAY, quiet: int = 0,
) -> tuple[str, float | None]:  # fmt: skip
    return announced_change(
        marks=marks,
        seed_type=seed_type,
        published=published,
        modified=modified,
        title=title,
        last_checked=last_checked,
        quiet=quiet,
        now=NOW,
    )


def test_the_first_announcement_of_a_kind_and_the_same_again_ask_for_nothing() -> None:
    marks, due = _announce(None)
    assert due is None
    assert _announce(marks) == (marks, None)
    both, due = _announce(marks, seed_type="sitemap", modified="2026-03-03", published=None)
    assert due is None, "another kind of seed says other things of the same page"
    assert set(json.loads(both)) == {"feed", "sitemap"}
    assert _announce(both) == (both, None)


@pytest.mark.parametrize("change", [{"modified": "2026-03-04"}, {"title": "Bridge falls"}, {"published": "2026-03-04"}])
def test_a_changed_announcement_asks_at_once(change: dict[str, str]) -> None:
    marks, _ = _announce(None)
    changed, due = _announce(marks, **change)  # type: ignore[arg-type]
    assert due == NOW
    assert _announce(changed, **change)[1] is None  # type: ignore[arg-type]


def test_a_seed_that_stamps_its_entries_anew_each_time_is_believed_less_and_less() -> None:
    marks, _ = _announce(None)
    waits = [(_announce(marks, modified="later", last_checked=NOW, quiet=quiet)[1] or 0) - NOW for quiet in (0, 1, 2, 5, 10, 1000)]
    assert waits == [600, 1200, 2400, 19200, 614400, 614400]


def test_marks_stay_small_and_hold_nothing_from_the_web() -> None:
    marks: str | None = None
    for kind in ("feed", "sitemap", "news_sitemap", "section"):
        marks, _ = _announce(marks, seed_type=kind, title="<script>" * 1000)
    assert marks is not None
    assert len(marks) < 150
    assert "script" not in marks
