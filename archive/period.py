"""When do a date and a time of an article, or of the command line, begin and end?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from archive.errors import UsageError

_DAY = re.compile(r"^\d{4}-?\d{2}-?\d{2}$")
_TIMESTAMP = re.compile(r"^\d{14}$")


def moment_of(value: str | datetime | None, *, end_of_day: bool = False) -> datetime | None:
    """The moment, in UTC; null where the text is no date, RFC 3339 time or timestamp of an index (`20241108081500`). No zone means UTC.

    A date alone is its first moment, or with `end_of_day` the first moment of the day after.
    """
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            found = value
        elif _DAY.match(value.strip()):
            found = datetime.combine(datetime.fromisoformat(value.strip()).date(), time(), UTC)
            if end_of_day:
                found += timedelta(days=1)
        elif _TIMESTAMP.match(value.strip()):
            found = datetime.strptime(value.strip(), "%Y%m%d%H%M%S")
        else:
            found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since`, inclusive, up to `until`, exclusive; null: without bound."""

    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, *, since: str | datetime | None, until: str | datetime | None) -> Period:
        """As a user writes it: a date alone as the end takes that day in. Raises `UsageError`."""
        found = cls(since=_bound(since, "since", end_of_day=False), until=_bound(until, "until", end_of_day=True))
        if found.since and found.until and found.since >= found.until:
            raise UsageError(f"nothing lies between {since} and {until}", hint="is --since later than --until?")
        return found

    @property
    def bounded(self) -> bool:
        """Whether there is any bound."""
        return self.since is not None or self.until is not None

    def has(self, value: str | datetime | None) -> bool:
        """Whether that moment lies within; an unknown one does not."""
        moment = moment_of(value)
        return moment is not None and (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


def _bound(value: str | datetime | None, name: str, *, end_of_day: bool) -> datetime | None:
    found = moment_of(value, end_of_day=end_of_day)
    if found is None and value is not None:
        raise UsageError(f"{name}: {str(value)[:80]!r} is neither a date nor a time", hint="write 2024-11-08 or 2024-11-08T08:15:00Z")
    return found
