"""Where do the bars of a chart stand? Pure geometry for an SVG that the server draws: no script, no style in the page.

A chart is never the only way to its numbers: pages put them in a table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, NARROW = 1100, 340
"""Widths in which a chart is drawn, as wide as a desk's or a phone's page: letters keep their size, and CSS shows one of the two."""
_HEIGHT = 200
_LEFT, _TOP, _BOTTOM = 40, 10, 24
_DAY_ROOM = 70  # for the name of a day
_WIDEST_BAR = 48
_SERIES = 7  # colours that can be told apart; what is left is one series more
OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str
    """What it says when it is pointed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line across, or a word under the bars."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Stacked bars over days."""

    bars: tuple[Bar, ...]
    lines: tuple[Tick, ...]
    days: tuple[Tick, ...]
    series: tuple[tuple[str, int], ...]
    """Names and the numbers of their colours, from below."""
    width: int
    height: int = _HEIGHT
    left: int = _LEFT


def stacked(
    days: Sequence[str], amounts: Mapping[str, Mapping[str, int]], *, what: str, colours: Mapping[str, int] | None = None
) -> tuple[Chart, Chart]:
    """Of each day the amounts of each name, one on the other, for wide and for narrow screens; the largest names have colours of their
    own, the rest shares one. `colours` gives each name its own, in its order.
    """
    return _stacked(days, amounts, what, colours, WIDE), _stacked(days, amounts, what, colours, NARROW)


def _stacked(
    days: Sequence[str], amounts: Mapping[str, Mapping[str, int]], what: str, colours: Mapping[str, int] | None, width: int
) -> Chart:
    totals = {name: sum(by_day.values()) for name, by_day in amounts.items()}
    names = sorted((name for name, total in totals.items() if total), key=lambda name: (-totals[name], name))
    if colours is not None:
        names = [name for name in colours if totals.get(name)]
    shown = names if len(names) <= _SERIES + 1 else names[:_SERIES]
    rest = names[len(shown) :]
    series = [(name, {day: amounts[name].get(day, 0) for day in days}) for name in shown]
    if rest:
        series.append((f"{len(rest)} {OTHERS}", {day: sum(amounts[name].get(day, 0) for name in rest) for day in days}))
    numbers = [colours[name] if colours else place for place, (name, _) in enumerate(series, start=1)]
    top = _round_up(max((sum(by_day[day] for _, by_day in series) for day in days), default=0))
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    step = (width - _LEFT) / max(1, len(days))
    width_of_bar = min(step * 0.8, _WIDEST_BAR)
    bars = []
    for position, day in enumerate(days):
        y = float(floor)
        for number, (name, by_day) in zip(numbers, series, strict=True):
            if not by_day[day]:
                continue
            height = by_day[day] / top * room
            y -= height
            x = round(_LEFT + (position + 0.5) * step - width_of_bar / 2, 1)
            label = f"{day}, {name}: {by_day[day]:,} {what}"
            bars.append(Bar(x=x, y=round(y, 1), width=round(width_of_bar, 1), height=round(height, 1), series=number, label=label))
    return Chart(
        bars=tuple(bars),
        lines=tuple(Tick(at=round(floor - room * share, 1), label=f"{top * share:,.0f}") for share in (0, 0.5, 1) if top * share % 1 == 0),
        days=tuple(_day_ticks(days, step)),
        series=tuple((name, number) for number, (name, _) in zip(numbers, series, strict=True)),
        width=width,
    )


def _day_ticks(days: Sequence[str], step: float) -> list[Tick]:
    """Names of some days, the last always among them."""
    every = max(1, -(-_DAY_ROOM // int(step)))
    return [
        Tick(at=round(_LEFT + (position + 0.5) * step, 1), label=day[5:])
        for position, day in enumerate(days)
        if (len(days) - 1 - position) % every == 0
    ]


def _round_up(value: int) -> int:
    """The next number that is easy to read: 1, 2, 5, 10, 20, 50, ..."""
    bound = 1
    while True:
        for factor in (1, 2, 5):
            if value <= bound * factor:
                return bound * factor
        bound *= 10
