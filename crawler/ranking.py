"""Which candidates are asked for first? The newest, by what was announced of them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.model import Announcement

_FIRST = datetime(1600, 1, 1, tzinfo=UTC).timestamp()  # before there were newspapers: "the year 1" is a program's word for no date


def rank_of(one: Announcement, now: float) -> float:
    """Newest first: when it was published, or modified, or else seen; a date in the future counts as now."""
    for text in (one.published, one.modified):
        moment = read_date(text)
        if moment is not None:
            return min(moment, now)
    return one.seen_at.timestamp()


def read_date(text: str | None) -> float | None:
    """Unix time of an RFC 3339 or RFC 5322 date, for ordering alone: a missing zone counts as UTC. Null where it is none."""
    if not text:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, TypeError, IndexError):
            continue
        try:
            found = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (OverflowError, ValueError):
            return None
        return found if found >= _FIRST else None
    return None
