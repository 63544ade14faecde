"""How are the claims of one page read, in the same way for all, and which of them is the best?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lxml.html import HtmlElement

from archive.article import DateClaim
from pipelines.blocks import Block, clean
from pipelines.dates import Reading, read_date
from pipelines.lines import is_dateline
from pipelines.zones import iana

Kind = Literal["published", "modified"]
MAX_CLAIMS = 60
# What stands beside a date of change, in the languages of the news; lower case beginnings of words.
_MODIFIED_WORDS = (
    "updat",
    "modif",
    "aktual",
    "geändert",
    "bearbeitet",
    "mis à jour",
    "mise à jour",
    "actualiz",
    "atualiz",
    "aggiorn",
    "bijgewerkt",
    "gewijzigd",
    "uppdater",
    "oppdater",
    "opdater",
    "päivitetty",
    "обновл",
    "оновлен",
    "güncel",
    "تحديث",
    "به‌روز",
    "به روز",
    "עודכן",
    "अपडेट",
    "diperbarui",
    "cập nhật",
    "更新",
    "수정",
    "ενημέρωση",
    "frissít",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    rank: float
    claim: DateClaim
    reading: Reading | None


class Reader:
    """Reads strings the same way for all claims of a page."""

    def __init__(self, *, language: str | None, timezone: str | None, captured_at: datetime | None) -> None:
        self.language = (language or "").split("-")[0].lower() or None
        self.timezone = timezone
        self.zone = iana(timezone)
        self.latest = captured_at + timedelta(days=1) if captured_at else None
        self.month_first = _month_first(language, timezone)
        self.found: list[_Claim] = []
        self.seen: set[tuple[str, str, str]] = set()

    def add(self, raw: str | None, source: str, kind: Kind, rank: float) -> None:
        raw = clean((raw or "")[:200])
        if not raw or len(self.found) >= MAX_CLAIMS or (raw, source, kind) in self.seen:
            return
        self.seen.add((raw, source, kind))
        reading = read_date(raw, language=self.language, month_first=self.month_first, source_zone=self.timezone)
        if reading is not None and reading.clock is not None and reading.zone is None and self.zone is not None:
            reading = reading.with_zone(self.zone)
            source = f"{source};zone={self.timezone}"
        self.found.append(
            _Claim(
                rank=rank, claim=DateClaim(value=reading.value() if reading else None, raw=raw, source=source, kind=kind), reading=reading
            )
        )

    def possible(self, reading: Reading | None) -> bool:
        if reading is None or self.latest is None:
            return reading is not None
        moment = reading.moment()
        return moment <= self.latest if moment else reading.day <= self.latest.date()

    def best(self, kind: str) -> Reading | None:
        candidates = [entry for entry in self.found if entry.claim.kind == kind and entry.rank < 90 and self.possible(entry.reading)]
        if not candidates:
            return None
        first = min(candidates, key=lambda entry: entry.rank)
        assert first.reading is not None  # `possible` let it through
        # The same day told more exactly is the same claim, better; midnight is what systems write that know the day alone.
        same = [
            entry
            for entry in candidates
            if entry.reading is not None
            and abs((entry.reading.day - first.reading.day).days) <= (0 if first.reading.clock is None or entry.reading.zone is None else 1)
        ]
        return (
            max(same, key=lambda entry: (_exactness(entry.reading) if entry.reading else 0, -entry.rank)).reading
            if _exactness(first.reading) < 2
            else first.reading
        )


def _exactness(reading: Reading) -> int:
    if reading.clock is None:
        return 0
    return 2 if reading.zone is not None and not (reading.clock.hour == reading.clock.minute == reading.clock.second == 0) else 1


def add_times(reader: Reader, tree: HtmlElement) -> None:
    marked = 0
    for element in tree.iter("time"):
        raw = element.get("datetime") or element.get("content") or ""
        shown = clean("".join(element.itertext())[:200])
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('pubdate') or ''}".casefold()
        parent = element.getparent()
        around = clean((parent.text or "")[:100]).casefold() if parent is not None else ""
        if _in_listing(element):
            continue
        kind: Kind = (
            "modified" if any(word in names or word in shown.casefold() or word in around for word in _MODIFIED_WORDS) else "published"
        )
        rank = (
            2
            if "datepublished" in names or "pubdate" in names or "datemodified" in names or "entry-date" in names
            else 5 + min(marked, 30) / 100
        )
        reader.add(raw if any(character.isdigit() for character in raw) else shown, "time", kind, rank)
        marked += 1
        if marked >= 12:
            break
    for element in tree.iter("span", "meta", "abbr", "p", "div"):
        prop = (element.get("itemprop") or "").casefold()
        if prop in ("datepublished", "datemodified") and element.tag != "meta":
            reader.add(
                element.get("content") or element.get("datetime") or "".join(element.itertext())[:200],
                f"itemprop:{element.get('itemprop')}",
                "modified" if prop == "datemodified" else "published",
                2,
            )


def _in_listing(element: HtmlElement) -> bool:
    """A date in a list of links to other pages is theirs."""
    parent = element.getparent()
    for _ in range(5):
        if parent is None:
            return False
        if parent.tag in ("a", "aside", "nav", "footer"):
            return True
        parent = parent.getparent()
    return False


def add_visible(reader: Reader, blocks: list[Block], titles: frozenset[str]) -> None:
    start = next((number for number, block in enumerate(blocks) if block.tag == "h1" or block.key.casefold() in titles), None)
    if start is None:
        return
    for block in blocks[max(0, start - 6) : start + 16]:
        text = block.text
        if len(text) > 160 or not any(character.isdigit() for character in text) or block.link_share > 0.5:
            continue
        dated = (
            is_dateline(text, reader.language)
            or block.place.noise() == "byline"
            or (
                len(text) < 100
                and read_date(text, language=reader.language, month_first=reader.month_first) is not None
                and block.kind != "heading"
                and not text.endswith(".")
            )
        )
        if not dated:
            continue
        low = text.casefold()
        kind: Kind = "modified" if any(word in low for word in _MODIFIED_WORDS) else "published"
        reader.add(text, "visible", kind, 3)


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
