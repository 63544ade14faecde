"""When was the article published and modified: which claims are there, and which is the best?

Precedence for publishing: JSON-LD, article meta, `<time>` marked as published, the visible line, other meta, other `<time>`, the announcement; of
claims that agree on the day, one with a time and a zone beats one without. HTTP Last-Modified is kept as a claim and never chosen.
A zone that nobody stated is never made up: where the source's zone is applied to a clock, the claim's source says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from lxml.html import HtmlElement

from archive.article import DateClaim
from pipelines.blocks import Block, clean
from pipelines.dates import Reading, read_date
from pipelines.head import Head
from pipelines.jsonld import JsonLd, texts
from pipelines.lines import is_dateline
from pipelines.zones import iana

Kind = Literal["published", "modified"]
MAX_CLAIMS = 60
_JSON_LD: tuple[tuple[str, Kind, int], ...] = (("datePublished", "published", 0), ("dateCreated", "published", 12), ("uploadDate", "published", 13), ("dateModified", "modified", 0))
_PUBLISHED_META = "article:published_time og:article:published_time og:published_time datepublished article:published publishdate publish-date publish_date pubdate dc.date.issued dcterms.issued dc.date dcterms.created dc.date.created date parsely-pub-date sailthru.date article.published cxenseparse:recs:publishtime bt:pubdate article_date_original originalpublicationdate publication_date datecreated release_date displaydate last_published_date iso-8601-publish-date".split()
_MODIFIED_META = "article:modified_time og:updated_time og:article:modified_time datemodified article:updated article:modified lastmod last-modified dcterms.modified dc.date.modified modified_time revised date-modified updated_time iso-8601-modified-date lastmodifieddate".split()
_STRONG_META = frozenset(("article:published_time", "og:article:published_time", "datepublished", "article:modified_time", "datemodified"))
_MODIFIED_WORDS = ("updat", "modif", "aktual", "geändert", "bearbeitet", "mis à jour", "mise à jour", "actualiz", "atualiz", "aggiorn", "bijgewerkt", "gewijzigd", "uppdater", "oppdater", "opdater", "päivitetty", "обновл", "оновлен", "güncel", "تحديث", "به‌روز", "به روز", "עודכן", "अपडेट", "diperbarui", "cập nhật", "更新", "수정", "ενημέρωση", "frissít")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    claims: tuple[DateClaim, ...]
    published: str | None
    modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    rank: float
    claim: DateClaim
    reading: Reading | None


class _Reader:
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
        self.found.append(_Claim(rank=rank, claim=DateClaim(value=reading.value() if reading else None, raw=raw, source=source, kind=kind), reading=reading))

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
        same = [entry for entry in candidates if entry.reading is not None and abs((entry.reading.day - first.reading.day).days) <= (0 if first.reading.clock is None or entry.reading.zone is None else 1)]
        return max(same, key=lambda entry: (_exactness(entry.reading) if entry.reading else 0, -entry.rank)).reading if _exactness(first.reading) < 2 else first.reading


def _exactness(reading: Reading) -> int:
    if reading.clock is None:
        return 0
    return 2 if reading.zone is not None and not (reading.clock.hour == reading.clock.minute == reading.clock.second == 0) else 1


def find_dates(
    jsonld: JsonLd,
    head: Head,
    blocks: list[Block],
    tree: HtmlElement,
    *,
    titles: frozenset[str],
    language: str | None,
    timezone: str | None = None,
    captured_at: datetime | None = None,
    announced: tuple[tuple[str, str | None, str | None], ...] = (),
    last_modified: str | None = None,
) -> Dates:
    """`announced` holds (kind of seed, published, modified) as the seed wrote them."""
    reader = _Reader(language=language, timezone=timezone, captured_at=captured_at)
    article = jsonld.article or {}
    for key, kind, rank in _JSON_LD:
        for raw in texts(article.get(key)):
            reader.add(raw, f"json-ld:{key}", kind, rank)
    for name in _PUBLISHED_META:
        for raw in head.all(name)[:3]:
            reader.add(raw, f"meta:{name}", "published", 1 if name in _STRONG_META else 4)
    for name in _MODIFIED_META:
        for raw in head.all(name)[:3]:
            reader.add(raw, f"meta:{name}", "modified", 1 if name in _STRONG_META else 4)
    _times(reader, tree)
    _visible(reader, blocks, titles)
    for seed, published, modified in announced:
        reader.add(published, seed, "published", 8)
        # A sitemap's lastmod says when the page changed, not when the article did.
        reader.add(modified, seed, "modified", 8 if seed == "feed" else 95)
    reader.add(last_modified, "http:last-modified", "modified", 99)
    published, modified = reader.best("published"), reader.best("modified")
    if published is not None and modified is not None and _before(modified, published):
        modified = None
    return Dates(claims=tuple(entry.claim for entry in reader.found), published=published.value() if published else None, modified=modified.value() if modified else None)


def _before(one: Reading, other: Reading) -> bool:
    first, second = one.moment(), other.moment()
    return first < second if first and second else one.day < other.day


def _times(reader: _Reader, tree: HtmlElement) -> None:
    marked = 0
    for element in tree.iter("time"):
        raw = element.get("datetime") or element.get("content") or ""
        shown = clean("".join(element.itertext())[:200])
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('pubdate') or ''}".casefold()
        parent = element.getparent()
        around = clean((parent.text or "")[:100]).casefold() if parent is not None else ""
        if _in_listing(element):
            continue
        kind: Kind = "modified" if any(word in names or word in shown.casefold() or word in around for word in _MODIFIED_WORDS) else "published"
        rank = 2 if "datepublished" in names or "pubdate" in names or "datemodified" in names or "entry-date" in names else 5 + min(marked, 30) / 100
        reader.add(raw if any(character.isdigit() for character in raw) else shown, "time", kind, rank)
        marked += 1
        if marked >= 12:
            break
    for element in tree.iter("span", "meta", "abbr", "p", "div"):
        prop = (element.get("itemprop") or "").casefold()
        if prop in ("datepublished", "datemodified") and element.tag != "meta":
            reader.add(element.get("content") or element.get("datetime") or "".join(element.itertext())[:200], f"itemprop:{element.get('itemprop')}", "modified" if prop == "datemodified" else "published", 2)


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


def _visible(reader: _Reader, blocks: list[Block], titles: frozenset[str]) -> None:
    start = next((number for number, block in enumerate(blocks) if block.tag == "h1" or block.key.casefold() in titles), None)
    if start is None:
        return
    for block in blocks[max(0, start - 6) : start + 16]:
        text = block.text
        if len(text) > 160 or not any(character.isdigit() for character in text) or block.link_share > 0.5:
            continue
        dated = is_dateline(text, reader.language) or block.place.noise() == "byline" or (len(text) < 100 and read_date(text, language=reader.language, month_first=reader.month_first) is not None and block.kind != "heading" and not text.endswith("."))
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
        return timezone.startswith(("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Detroit", "US/"))
    return None


def as_moment(text: str | None) -> datetime | None:
    """An RFC 3339 time as an aware datetime; null for what is none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
