"""Is it noticed that a feed rolled over, and is no more claimed of the gap than is known?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.gaps import KEY, MOST, fill_note, pack, shares_nothing, unpack

keys = st.lists(st.binary(min_size=KEY, max_size=KEY), max_size=20)


@dataclass(frozen=True)
class Hole:
    source: str = "courier"
    url: str = "https://courier.example/feed"
    since: str = "2022-02-24T04:00:00Z"
    until: str = "2022-02-24T04:40:00Z"


SINCE = datetime(2022, 2, 24, 4, 0, tzinfo=UTC).timestamp()
UNTIL = SINCE + 2400


@given(keys)
def test_what_is_packed_is_unpacked(some: list[bytes]) -> None:
    assert unpack(pack(some)) == some


def test_no_more_than_the_newest_thousand_are_remembered() -> None:
    many = [number.to_bytes(KEY, "big") for number in range(MOST + 50)]
    assert unpack(pack(many)) == many[:MOST]


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a key has 8 bytes"):
        pack([b"12345678", b"short"])


def test_a_row_that_was_cut_gives_whole_keys_only() -> None:
    assert unpack(b"12345678abcd") == [b"12345678"]
    assert unpack(b"") == []


@given(keys, keys)
def test_a_gap_is_two_visits_with_entries_and_none_in_common(before: list[bytes], now: list[bytes]) -> None:
    assert shares_nothing(before, now) is (bool(before) and bool(now) and not set(before) & set(now))
    assert not shares_nothing(before, [])
    assert not shares_nothing([], now)
    if before:
        assert not shares_nothing(before, [*now, before[-1]])


def test_a_sitemap_that_reaches_over_the_whole_gap_fills_it() -> None:
    state, note = fill_note(Hole(), [("https://courier.example/news.xml", SINCE - 86400, UNTIL - 60, True)], 14)
    assert state == "filled"
    assert note == (
        "between 2022-02-24 04:00 and 2022-02-24 04:40 UTC: 14 articles found by https://courier.example/news.xml,"
        " which reaches back to before it; what it does not list stays unknown"
    )


def test_times_of_another_zone_are_told_in_utc() -> None:
    hole = Hole(since="2022-02-24T06:00:00+02:00", until="2022-02-24T06:40:00+02:00")
    assert fill_note(hole, [], 0)[1].startswith("between 2022-02-24 04:00 and 2022-02-24 04:40 UTC: 0 articles")


def test_one_that_begins_within_the_gap_leaves_it_unknown() -> None:
    state, note = fill_note(Hole(), [("https://courier.example/news.xml", SINCE + 600, UNTIL, False)], 1)
    assert state == "unknown"
    assert "1 article found, but no sitemap reaches back to its beginning" in note


def test_one_that_is_out_of_date_fills_nothing() -> None:
    state, note = fill_note(Hole(), [("https://courier.example/old.xml", SINCE - 9e6, SINCE - 86400, True)], 0)
    assert state == "unknown"
    assert "the newest entry of https://courier.example/old.xml is of 2022-02-23 04:00 UTC: later ones may be missing" in note


def test_the_freshest_of_several_sitemaps_counts() -> None:
    covered = [
        ("https://courier.example/old.xml", SINCE - 9e6, SINCE - 86400, True),
        ("https://courier.example/late.xml", SINCE + 60, UNTIL, False),
        ("https://courier.example/new.xml", SINCE - 60, UNTIL - 1800, True),
    ]
    state, note = fill_note(Hole(), covered, 3)
    assert state == "filled"
    assert "new.xml" in note


def test_where_no_sitemap_could_be_read_it_is_said() -> None:
    state, note = fill_note(Hole(), [], 0)
    assert state == "unknown"
    assert note.endswith("0 articles found; no sitemap could be read: others may be missing")
