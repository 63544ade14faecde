"""How are the claims of one page read, in the same way for all, and which of them is the best?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from archive.article import DateClaim
from pipelines.blocks import clean
from pipelines.dates import Reading, normalise, read_date
from pipelines.zones import iana

Kind = Literal["published", "modified"]
MAX_CLAIMS = 60
# Claims from this rank on are kept and never chosen.
NEVER = 90
# A page's clock may be a little fast; one without zone may be of the far side of the earth.
_FAST, _FAR_EAST = timedelta(minutes=15), timedelta(hours=14)
_EITHER = re.compile(r"(?<!\d)\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?(?:\d{4}|\d\d)(?!\d)")


@dataclass(slots=True, kw_only=True)
class Claim:
    """One statement and what it was read as."""

    rank: float
    raw: str
    source: str
    kind: Kind
    reading: Reading | None
    other: Reading | None = None
    """The same figures with day and month exchanged."""
    of_source: bool = False
    """The zone is the source's."""


class Reader:
    """Reads strings the same way for all claims of a page."""

    def __init__(self, *, language: str | None, timezone: str | None, captured_at: datetime | None) -> None:
        self.language = (language or "").split("-")[0].lower() or None
        self.timezone = timezone
        self.zone = iana(timezone)
        self.captured_at = captured_at.astimezone(UTC) if captured_at else None
        self.month_first = _month_first(language, timezone)
        self.found: list[Claim] = []
        self.seen: set[tuple[str, str, str]] = set()

    def add(self, raw: str | None, source: str, kind: Kind, rank: float, reading: Reading | None = None) -> None:
        """Keep a claim; `reading` where the text was read already."""
        raw = clean((raw or "")[:200])
        if not raw or len(self.found) >= MAX_CLAIMS or (raw, source, kind) in self.seen:
            return
        self.seen.add((raw, source, kind))
        claim = Claim(rank=rank, raw=raw, source=source, kind=kind, reading=reading or self.read(raw, self.month_first))
        if _EITHER.search(normalise(raw)):
            american, european = self.read(raw, True), self.read(raw, False)
            if american is not None and european is not None and american.day != european.day:
                claim.reading, claim.other = (european, american) if self.month_first is False else (american, european)
        self.found.append(claim)

    def read(self, raw: str, month_first: bool | None) -> Reading | None:
        return read_date(raw, language=self.language, month_first=month_first, source_zone=self.timezone)

    def settle(self) -> None:
        """Decide which number is the month where figures leave it open, and give clocks without a zone the source's."""
        certain = {claim.reading.day for claim in self.found if claim.reading is not None and claim.other is None}
        for claim in self.found:
            if claim.other is not None and claim.reading is not None:
                claim.reading = self._meant(claim.reading, claim.other, certain)
            if claim.reading is not None and claim.reading.clock is not None and claim.reading.zone is None and self.zone is not None:
                claim.reading = claim.reading.with_zone(self.zone)
                claim.of_source = True

    def _meant(self, one: Reading, other: Reading, certain: set[date]) -> Reading | None:
        """The way that another claim confirms, else the way of the country, else the only way that is not in the future."""
        near = [way for way in (one, other) if any(abs((way.day - day).days) <= 1 for day in certain)]
        if len(near) == 1:
            return near[0]
        if self.month_first is not None:
            return one
        past = [way for way in (one, other) if self.possible(way)]
        return past[0] if len(past) == 1 else None

    def possible(self, reading: Reading | None) -> bool:
        """Not after the capture."""
        if reading is None or self.captured_at is None:
            return reading is not None
        moment = reading.moment()
        if moment is not None:
            return moment <= self.captured_at + _FAST
        latest = (self.captured_at + _FAR_EAST).replace(tzinfo=None)
        return reading.day <= latest.date() and (reading.clock is None or datetime.combine(reading.day, reading.clock) <= latest)

    def best(self, kind: Kind) -> tuple[Claim, Reading] | None:
        """The claim to believe of this kind, and what it says."""
        candidates = [
            (claim, claim.reading)
            for claim in self.found
            if claim.kind == kind and claim.rank < NEVER and claim.reading is not None and self.possible(claim.reading)
        ]
        if not candidates:
            return None
        first, stated = min(candidates, key=lambda entry: entry[0].rank)
        if _exactness(stated) == 2:
            return next(
                (entry for entry in sorted(candidates, key=lambda entry: entry[0].rank) if _says_zone_of(entry[1], stated)), (first, stated)
            )
        # The same day told more exactly is the same claim, better; midnight is what systems write that know the day alone.
        same = [
            (claim, reading)
            for claim, reading in candidates
            if abs((reading.day - stated.day).days) <= (0 if stated.clock is None or reading.zone is None else 1)
        ]
        return max(same, key=lambda entry: (_exactness(entry[1]), -entry[0].rank))

    def claims(self, *chosen: Claim) -> tuple[DateClaim, ...]:
        """All claims as the record has them."""
        return tuple(
            DateClaim(
                value=claim.reading.value() if claim.reading else None,
                raw=claim.raw,
                source=f"{claim.source};zone={self.timezone}" if claim.of_source else claim.source,
                kind=claim.kind,
                zone=None if claim.reading is None or claim.reading.moment() is None else "source" if claim.of_source else "stated",
                chosen=any(claim is one for one in chosen),
            )
            for claim in self.found
        )


def _says_zone_of(other: Reading, stated: Reading) -> bool:
    """The same clock with an offset, where the first says UTC: systems that know no zone write a local clock as UTC."""
    if other.zone is None or other.clock is None or stated.clock is None or other.day != stated.day:
        return False
    one, two = stated.moment(), other.moment()
    same = (other.clock.hour, other.clock.minute) == (stated.clock.hour, stated.clock.minute)
    return same and one is not None and two is not None and not one.utcoffset() and bool(two.utcoffset())


def _exactness(reading: Reading) -> int:
    if reading.clock is None:
        return 0
    return 2 if reading.zone is not None and not (reading.clock.hour == reading.clock.minute == reading.clock.second == 0) else 1


def _month_first(language: str | None, timezone: str | None) -> bool | None:
    """How 3/4/2024 is meant: by the region of the language, else by the zone of the source; English alone does not tell."""
    if not language and not timezone:
        return None
    tag = (language or "").replace("_", "-").lower()
    if tag in ("en-us", "es-us", "fil-ph", "en-ph"):
        return True
    if tag and tag != "en":
        return False
    if timezone:
        return timezone.startswith(
            ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Detroit", "US/")
        )
    return None
