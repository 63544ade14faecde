"""When is a finished page asked for again?

Pure. An article is asked again at certain ages, ever more seldom; one that is missing, until that is confirmed and then now and then, so
that its return is noticed; one behind a block much later; and one whose announcement says that it changed, at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.durations import parse_duration

HOUR, DAY = 3600.0, 86400.0
DEFAULT_STEPS: tuple[float, ...] = (HOUR, 6 * HOUR, DAY, 3 * DAY, 10 * DAY, 30 * DAY, 90 * DAY, 365 * DAY)
"""Ages in seconds."""
CONFIRMED = 20 * HOUR  # from the first 404 to the one that confirms it: a day apart, with room for when a run comes
_MISSING = (2 * HOUR, DAY + HOUR)  # first an early look, since most are mistakes of a minute, then the confirmation
_GONE = (10 * DAY, 30 * DAY, 90 * DAY, 365 * DAY)
_BLOCKED = (6 * HOUR, DAY, 3 * DAY, 10 * DAY)
_SETTLE = 600.0  # seconds after a look in which an announcement is not believed again
_QUIET_MOST = 10
_WORDINGS = 4  # of an announcement, that count as known: feeds of one source differ in words, and some try two headlines in turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What another 404 or 410 means."""

    confirmed: bool
    due: float


def parse_steps(texts: Sequence[str]) -> tuple[float, ...]:
    """Ages in seconds of `["1h", "3d"]`; raises ValueError that says what is wrong."""
    steps = tuple(parse_duration(text) for text in texts)
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError("the ages must grow")
    return steps


def next_check(*, born: float, now: float, steps: Sequence[float], page: bytes) -> float:
    """Unix time at which a page that was published at `born` is asked again: at the first age of `steps` that is not nearly over; after
    the last, once each such time. Up to a tenth earlier or later, by the page's id, so that what came together is not asked together.
    """
    age = max(0.0, now - born)
    jitter = 0.9 + 0.2 * (int.from_bytes(hashlib.sha256(b"comeback" + page).digest()[:4], "big") / 0xFFFFFFFF)
    for step in steps:
        at = step * jitter
        if at - age >= step / 2:
            return born + at if born <= now else now + at
    last = steps[-1]
    # Older than the last age, or nearly so: once each such time from now on.
    return now + last * jitter


def after_missing(missing_since: float | None, now: float) -> Missing:
    """`missing_since` is when the first 404 of those without a good answer between was seen; null for this being the first."""
    if missing_since is None:
        return Missing(confirmed=False, due=now + _MISSING[0])
    if now < missing_since:  # the clock was set back: nothing is confirmed, and nothing hammered until it has caught up
        return Missing(confirmed=False, due=now + _MISSING[1])
    so_far = now - missing_since
    if so_far < CONFIRMED:
        return Missing(confirmed=False, due=missing_since + _MISSING[1])
    wait = next((step for step in _GONE if step >= so_far), _GONE[-1])
    return Missing(confirmed=True, due=now + wait)


def after_block(blocks_in_a_row: int, now: float) -> float:
    """Unix time at which a page is asked again after so many blocks."""
    return now + _BLOCKED[min(max(blocks_in_a_row, 1), len(_BLOCKED)) - 1]


def announced_change(
    *,
    marks: str | None,
    seed_type: str,
    published: str | None,
    modified: str | None,
    title: str | None,
    last_checked: float,
    quiet: int,
    now: float,
) -> tuple[str, float | None]:
    """What is remembered of the announcement, and where it changed since this kind of seed announced the page before, when to ask again.

    `marks` is what was remembered so far. `quiet` counts changed announcements in a row that brought nothing: each doubles the pause
    after the last look, so that a feed that stamps its entries anew each time is not believed for long.
    """
    told = hashlib.sha256(json.dumps([modified, None if modified else published, title]).encode()).hexdigest()[:12]
    known: dict[str, str] = json.loads(marks) if marks else {}
    before = known.get(seed_type, "").split()
    if told in before:
        return marks or "", None
    new = json.dumps({**known, seed_type: " ".join([*before, told][-_WORDINGS:])}, sort_keys=True, separators=(",", ":"))
    if not before:
        return new, None
    return new, max(now, last_checked + _SETTLE * 2.0 ** min(quiet, _QUIET_MOST))
