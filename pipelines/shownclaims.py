"""Which dates does the page show: in `<time>`, in microdata, in the line by the headline, in its own address?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipelines.blocks import Block, clean
from pipelines.calendars import day_of
from pipelines.claimreader import Kind, Reader
from pipelines.dates import Reading, normalise, read_dates
from pipelines.head import Head, absolute, is_within
from pipelines.lines import is_dateline
from pipelines.titles import headline_at

MAX_TIMES, MAX_LOOKED_AT = 12, 60
# What stands beside a date of change, in the languages of the news; lower case beginnings of words.
_MODIFIED_WORDS = [
    *"updat modif aktual geändert bearbeitet editiert actualiz atualiz aggiorn bijgewerkt gewijzigd uppdater ändrad oppdater opdater endret"
    " rettet päivit muokattu обновл измен оновлен змінен güncel تحديث تعديل به‌روز بروزرسانی ویرایش تازہ עודכן עדכון अपडेट diperbarui"
    " 更新 修订 修正 수정 업데이트 ενημέρωση frissít módosít актуализ ажурир ažurir posodob imesasishwa የተሻሻለ yenilən yangilan өзгөр"
    " жаңар revised edited corrected".split(),
    *("mis à jour", "mise à jour", "به روز", "last changed", "cập nhật", "آخرین تغییر"),
]
_MODIFIED = re.compile("|".join(re.escape(word) for word in _MODIFIED_WORDS))
_DIGIT = re.compile(r"\d")
_LISTINGS = frozenset(("related", "comments", "navigation", "footer", "advert", "aside", "player"))
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?P<by>[/_.-])(?P<month>\d\d?|[a-z]{3,9})(?P=by)(?P<day>\d\d?)(?![\d])"
    r"|/?(?P<month2>0\d|1[0-2])/?(?P<day2>[0-2]\d|3[01])(?=[/_.-]|$))"
)


def is_modified(words: str) -> bool:
    """The words beside a date say that it is one of change."""
    return _MODIFIED.search(words) is not None


def add_times(reader: Reader, head: Head, tree: HtmlElement, url: str | None) -> None:
    marked = 0
    for element in head.times[:MAX_LOOKED_AT]:
        raw = element.get("datetime") or element.get("content") or ""
        shown = clean("".join(element.itertext())[:200])
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('pubdate') or ''}".casefold()
        if _in_listing(element, head, url) or not is_within(element, tree):
            continue
        around = f"{shown} {_before(element)}".casefold()
        # WordPress calls a date that is both "published updated".
        changed = is_modified(around) or ("publish" not in names and is_modified(names))
        strong = any(name in names for name in ("datepublished", "pubdate", "datemodified", "entry-date"))
        kind: Kind = "modified" if changed else "published"
        reader.add(
            raw if any(character.isdigit() for character in raw) else shown, "time", kind, 2 if strong else 5 + min(marked, 30) / 100
        )
        marked += 1
        if marked >= MAX_TIMES:
            break
    dated = [element for element in head.dated[:MAX_LOOKED_AT] if not _in_listing(element, head, url) and is_within(element, tree)]
    # One article has a date or two; more are those of other articles.
    rank = 2 if len(dated) <= 3 else 30
    for element in dated[:MAX_TIMES]:
        prop = (element.get("itemprop") or "").strip()
        raw = element.get("content") or element.get("datetime") or "".join(element.itertext())[:200]
        reader.add(raw, f"itemprop:{prop}", "modified" if prop.casefold() == "datemodified" else "published", rank)


def _before(element: HtmlElement) -> str:
    """The words directly before the element."""
    previous = element.getprevious()
    if previous is None:
        parent = element.getparent()
        return clean((parent.text or "")[:100]) if parent is not None else ""
    if previous.tail and previous.tail.strip():
        return clean(previous.tail[:100])
    text = clean("".join(previous.itertext())[:60])
    return "" if any(character.isdigit() for character in text) else text


def _in_listing(element: HtmlElement, head: Head, url: str | None) -> bool:
    """A date in a list of links to other pages is theirs; one that links to this page is its own."""
    parent = element.getparent()
    for _ in range(5):
        if parent is None:
            return False
        if parent.tag == "a":
            return url is None or (absolute(parent.get("href"), head.base) or "").rstrip("/") != url.split("#")[0].rstrip("/")
        if parent.tag in ("aside", "nav", "footer"):
            return True
        parent = parent.getparent()
    return False


def add_visible(reader: Reader, blocks: Sequence[Block], titles: frozenset[str]) -> None:
    """The lines around the headline; where nothing has dated the page so far, the first line anywhere that is a date alone."""
    start = headline_at(blocks, titles)
    if start is not None:
        for block in blocks[max(0, start - 6) : start + 16]:
            text = block.text
            if len(text) <= 160 and block.link_share <= 0.5:
                _add_line(reader, block, 3, plain=len(text) < 100 and block.kind != "heading" and not text.endswith("."))
    if any(claim.reading for claim in reader.found):
        return
    for block in blocks[:2_000]:
        if (
            len(block.text) < 80
            and block.place.noise() == "byline"
            and not any(place.furniture in _LISTINGS for place in block.place.near(12))
        ):
            _add_line(reader, block, 7, plain=False)
            if any(claim.reading for claim in reader.found):
                return


def _add_line(reader: Reader, block: Block, rank: float, *, plain: bool) -> None:
    """Claims of one line, if it is a line of dates: by its words, by its container, or (`plain`) by its shape."""
    text = block.text
    if not _DIGIT.search(text) and "תש" not in text and "年" not in text:
        return
    normal = normalise(text)
    found = read_dates(text, language=reader.language, month_first=reader.month_first, source_zone=reader.timezone)
    if not found:  # 3/4/2024 may be settled by another claim
        if len(text) < 60 and reader.read(text, True) is not None:
            reader.add(text, "visible", "modified" if is_modified(text.casefold()) else "published", rank)
        return
    if not (plain or block.place.noise() == "byline" or is_dateline(text, reader.language)):
        return
    same_length, at = len(normal) == len(text), 0
    for words, reading in found:
        end = at + reading.end
        kind: Kind = "modified" if is_modified(words.casefold()) else "published"
        whole = len(found) == 1 or not same_length
        reader.add(text if whole else text[at:end].strip(" |·•,-–—"), "visible", kind, rank, reading)
        at = end


def add_address(reader: Reader, url: str | None) -> None:
    """The day that stands in the address of the page."""
    if not url:
        return
    path = unquote(url.split("?")[0].split("#")[0].partition("://")[2][:1_000]).lower()
    for match in _IN_ADDRESS.finditer(path):
        month = match["month"] or match["month2"]
        number = int(month) if month.isdigit() else _MONTHS.get(month[:3], 0)
        day = day_of(int(match["year"]), number, int(match["day"] or match["day2"])) if 1 <= number <= 12 else None
        if day is not None:
            reader.add(match[0].strip("/"), "url", "published", 9, Reading(day=day))
            return
