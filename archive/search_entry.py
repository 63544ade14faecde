"""What is entered of an article into the full-text index?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from archive.catalogue_rows import microseconds, pack_id
from archive.errors import DamagedError
from archive.period import moment_of
from archive.search_forms import Forms
from archive.search_words import tokens_of

_OFTEN = 4  # times that one form counts in one text: more say no more
_LONGEST = 400_000  # tokens of a text that are entered; a book has fewer
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of an article, ready to be entered."""

    uuid: bytes
    article: bytes
    version: int
    published: int
    """Microseconds since 1970; the time of capture where the page states none."""
    captured: int
    columns: tuple[str, str, str, str]
    """Title, text, other forms of both: terms with spaces between them."""
    terms: set[str]
    """Each term of them once."""
    facets: tuple[tuple[str, str], ...]
    """Kind and value: source, language (and what it belongs to), verdict."""
    days: tuple[str, ...]
    """Day, month and year of both times, as words."""
    published_day: int
    captured_day: int


class Reader:
    """Reads articles in one language."""

    def __init__(self, language: str) -> None:
        self._forms = Forms(language or None)

    def entry(self, record: dict[str, Any]) -> Entry:
        """The entry of an article record; raises `DamagedError`."""
        try:
            captured = moment_of(record["captured_at"])
            published = moment_of(record["date_published"]) or captured
            terms: set[str] = set()
            title, title_forms = self._read(record["title"] or "", terms)
            text, text_forms = self._read(record["text"], terms)
            columns = (title, text, title_forms, text_forms)
            facets = [("verdict", str(record["verdict"]))]
            if record["source"]:
                facets.append(("source", str(record["source"])))
            if record["language"]:
                parts = str(record["language"]).lower().split("-")
                facets += [("language", "-".join(parts[:at])) for at in range(1, len(parts[:4]) + 1)]
            return Entry(
                uuid=_id(record["id"]),
                article=bytes.fromhex(record["article_id"])[:16],
                version=int(record["version"]),
                published=_since_epoch(published),
                captured=_since_epoch(captured),
                columns=columns,
                terms=terms,
                facets=tuple(facets),
                days=(*day_words("published", published), *day_words("captured", captured)),
                published_day=day_number(published or _EPOCH),
                captured_day=day_number(captured or _EPOCH),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedError(f"not an article record: {error.__class__.__name__}: {str(error)[:100]}") from error

    def _read(self, text: str, terms: set[str]) -> tuple[str, str]:
        """The terms of a text, and the other forms of them; adds each of both to `terms`."""
        forms = self._forms
        tokens = tokens_of(text)[:_LONGEST]
        known: dict[str, str] = {}
        others: dict[str, int] = {}
        for token, times in Counter(tokens).items():
            own, more = forms[token]
            known[token] = own
            if " " in own:
                terms.update(own.split(" "))
            else:
                terms.add(own)
            for form in more:
                others[form] = others.get(form, 0) + times
        terms.update(others)
        terms.discard("")
        columns = [form if times == 1 else " ".join([form] * min(times, _OFTEN)) for form, times in others.items()]
        return " ".join([known[token] for token in tokens]), " ".join(columns)


def day_words(kind: str, moment: datetime | None) -> tuple[str, str, str]:
    """`p2024`, `p202411`, `p20241108`."""
    day = moment or _EPOCH
    return year_word(kind, day), month_word(kind, day), day_word(kind, day)


def year_word(kind: str, day: date) -> str:
    """All of a year."""
    return f"{kind[0]}{day.year:04}"


def month_word(kind: str, day: date) -> str:
    """All of a month."""
    return f"{kind[0]}{day.year:04}{day.month:02}"


def day_word(kind: str, day: date) -> str:
    """One day."""
    return f"{kind[0]}{day.year:04}{day.month:02}{day.day:02}"


def day_number(day: date) -> int:
    """20241108."""
    return day.year * 10000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """The other way."""
    return date(number // 10000, number // 100 % 100, number % 100)


def cover(kind: str, first: date, last: date) -> list[str]:
    """Words that stand for exactly the days from `first` to `last`, as few as there are."""
    found: list[str] = []
    day = first
    while day <= last:
        year_end, month_end = date(day.year, 12, 31), _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            found.append(year_word(kind, day))
            end = year_end
        elif day.day == 1 and month_end <= last:
            found.append(month_word(kind, day))
            end = month_end
        else:
            found.append(day_word(kind, day))
            end = day
        if end == date.max:
            break
        day = end + timedelta(days=1)
    return found


def _month_end(day: date) -> date:
    return date(day.year, 12, 31) if day.month == 12 else date(day.year, day.month + 1, 1) - timedelta(days=1)


def _since_epoch(moment: datetime | None) -> int:
    return 0 if moment is None else microseconds(moment)


def _id(text: str) -> bytes:
    packed = pack_id(text)
    return packed if isinstance(packed, bytes) else str(packed).encode()
