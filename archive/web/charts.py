"""Where do the bars of a chart stand? Pure geometry for an SVG that the server draws: no script, no style in the page.

A chart is never the only way to its numbers: pages put them in a table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200
_LEFT, _TOP, _BOTTOM = 44, 10, 24
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
    minor: bool = False
    """Left out on narrow screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Stacked bars over days."""

    bars: tuple[Bar, ...]
    lines: tuple[Tick, ...]
    days: tuple[Tick, ...]
    series: tuple[str, ...]
    """Names in the order of their colours, which are numbered from 1."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    floor: int = HEIGHT - _BOTTOM


def stacked(days: Sequence[str], amounts: Mapping[str, Mapping[str, int]], *, what: str) -> Chart:
    """Of each day the amounts of each name, one on the other; the largest names have colours of their own, the rest shares one."""
    totals = {name: sum(by_day.values()) for name, by_day in amounts.items()}
    names = sorted((name for name, total in totals.items() if total), key=lambda name: (-totals[name], name))
    shown = names if len(names) <= _SERIES + 1 else names[:_SERIES]
    rest = names[len(shown) :]
    series = [(name, {day: amounts[name].get(day, 0) for day in days}) for name in shown]
    if rest:
        series.append((f"{len(rest)} {OTHERS}", {day: sum(amounts[name].get(day, 0) for name in rest) for day in days}))
    top = _round_up(max((sum(by_day[day] for _, by_day in series) for day in days), default=0))
    floor, room = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    step = (WIDTH - _LEFT) / max(1, len(days))
    bars = []
    for position, day in enumerate(days):
        y = float(floor)
        for number, (name, by_day) in enumerate(series, start=1):
            if not by_day[day]:
                continue
            height = by_day[day] / top * room
            y -= height
            x = round(_LEFT + position * step + step * 0.1, 1)
            label = f"{day}, {name}: {by_day[day]:,} {what}"
            bars.append(Bar(x=x, y=round(y, 1), width=round(step * 0.8, 1), height=round(height, 1), series=number, label=label))
    return Chart(
        bars=tuple(bars),
        lines=tuple(Tick(at=round(floor - room * share, 1), label=f"{top * share:,.0f}") for share in (0, 0.5, 1) if top * share % 1 == 0),
        days=tuple(_day_ticks(days, step)),
        series=tuple(name for name, _ in series),
    )


def _day_ticks(days: Sequence[str], step: float) -> list[Tick]:
    every = max(1, -(-len(days) // 7))
    chosen = [position for position in range(len(days)) if (len(days) - 1 - position) % every == 0]
    return [
        Tick(at=round(_LEFT + (position + 0.5) * step, 1), label=days[position][5:], minor=number % 2 == 0)
        for number, position in enumerate(reversed(chosen), start=1)
    ]


def _round_up(value: int) -> int:
    """The next number that is easy to read: 1, 2, 5, 10, 20, 50, ..."""
    bound = 1
    while True:
        for factor in (1, 2, 5):
            if value <= bound * factor:
                return bound * factor
        bound *= 10
