"""Which candidates are asked for first? The newest, by what was announced of them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.model import Announcement


def rank_of(one: Announcement, now: float) -> float:
    """Newest first: when it was published, or modified, or else seen; a date in the future counts as now."""
    for text in (one.published, one.modified):
        moment = read_date(text)
        if moment is not None:
            return min(moment, now)
    return one.seen_at.timestamp()


def read_date(text: str | None) -> float | None:
    """Unix time of an RFC 3339 or RFC 5322 date, for ordering alone: a missing zone counts as UTC."""
    if not text:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, TypeError, IndexError):
            continue
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (OverflowError, ValueError):
            return None
    return None
