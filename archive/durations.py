"""How long is "90m"?"""

from __future__ import annotations

import re

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0, "y": 365 * 86400.0}
_FORM = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|y|years?)", re.IGNORECASE)


def parse_duration(text: str) -> float:
    """Seconds of `90m`, `1h`, `3 days`, `1y` (365 days). Raises ValueError that says what is wrong."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text[:40]!r} is no length of time: write a number and s, m, h, d, w or y, as in 90m")
    seconds = float(found[1]) * _UNITS[found[2][0].lower()]
    if seconds <= 0:
        raise ValueError(f"{text[:40]!r} is no time at all")
    return seconds


def duration_problem(text: str) -> tuple[str, str | None] | None:
    """For `archive.fields.text(test=...)`: what is wrong with it, or null."""
    try:
        parse_duration(text)
    except ValueError as error:
        return f"is wrong: {error}", None
    return None


def show_duration(seconds: float) -> str:
    """For a person: `21 minutes`, `6 hours`, `3 days`."""
    for unit, size, next_size in (("second", 1.0, 90.0), ("minute", 60.0, 90 * 60.0), ("hour", 3600.0, 36 * 3600.0)):
        if seconds < next_size:
            count = round(seconds / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    count = round(seconds / 86400)
    return f"{count} day{'' if count == 1 else 's'}"
