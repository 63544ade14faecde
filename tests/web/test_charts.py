"""Do the bars of a chart stand where their numbers say?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.web.charts import stacked

DAYS = [f"2024-11-{day:02d}" for day in range(1, 31)]
AMOUNTS = st.dictionaries(
    st.text("abcdefghij", min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(DAYS), st.integers(0, 10**9), max_size=30),
    max_size=12,
)


@given(AMOUNTS, st.integers(1, 30))
def test_bars_stay_in_the_picture_and_add_up_to_their_day(amounts: dict[str, dict[str, int]], count: int) -> None:
    days = DAYS[-count:]
    for chart in stacked(days, amounts, what="articles"):
        assert len(chart.series) <= 8
        top = max((float(line.label.replace(",", "")) for line in chart.lines), default=1)
        for day in days:
            bars = [bar for bar in chart.bars if bar.label.startswith(day)]
            height, total = sum(bar.height for bar in bars), sum(by_day.get(day, 0) for by_day in amounts.values())
            assert abs(height - total / top * 166) < 1 + 0.1 * len(bars)
            assert total <= top
        for bar in chart.bars:
            assert chart.left <= bar.x
            assert bar.x + bar.width <= chart.width + 0.1
            assert bar.y >= 9
            assert bar.y + bar.height <= chart.height - 24 + 1
        assert chart.days[-1].label == days[-1][5:]


def test_colours_are_kept_where_they_are_given() -> None:
    wide, _ = stacked(["2024-11-01"], {"a": {"2024-11-01": 1}, "b": {"2024-11-01": 9}}, what="x", colours={"a": 1, "b": 5, "c": 3})
    assert wide.series == (("a", 1), ("b", 5))
    assert [bar.series for bar in wide.bars] == [1, 5]


def test_nothing_is_an_empty_chart() -> None:
    wide, narrow = stacked([], {}, what="x")
    assert wide.bars == narrow.bars == ()
