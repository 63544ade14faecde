"""What does a page need to be shown again as it was, and in which order are the captures of a choice handed out?

The redirects that led to it, and what its source and its style sheets name (style sheets, pictures, fonts, scripts): of each the capture
that is nearest in time, in whichever run it lies, since a crawl does not ask again for what it got lately. That is what a replay shows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from archive.article import Article
from archive.errors import DamagedError, WarchiveError
from archive.export_choice import Choice, Chosen, articles
from archive.export_groups import GroupReader
from archive.export_parts import named_by_page, named_by_sheet
from archive.export_scratch import Scratch
from archive.export_wacz import page_line
from archive.export_warc import PageLine, Unit, original_of
from archive.http import decode_body, parse_response
from archive.model import CaptureRef
from archive.period import Period, moment_of
from archive.reader import Archive
from archive.urls import normalize

_MAX_BODY = 16 << 20
_MAX_HOPS = 10
_DEPTH = 4  # style sheets import style sheets
_SHEETS = 200  # whose names are remembered: a site's pages share a few
_ADDRESSES = 20_000  # whose captures are remembered
_NEAR = 20
_REDIRECTS = (301, 302, 303, 307, 308)


def needs_of(archive: Archive, article: Article) -> tuple[CaptureRef, ...]:
    """The capture that an article was made of, with what its page needs. Raises `DamagedError` where the capture is not there."""
    return Needs(archive, GroupReader(archive)).of(article)


class Needs:
    """Finds them for one page after the other; what the pages of a site share is looked up once."""

    def __init__(self, archive: Archive, reader: GroupReader, *, requisites: bool = True) -> None:
        self._archive, self._reader = archive, reader
        self._wanted = (
            requisites and next(archive.catalogue.rows("SELECT 1 FROM captures WHERE kind = 'requisite' LIMIT 1"), None) is not None
        )
        self._sheets: OrderedDict[str, list[str]] = OrderedDict()
        self._run = ""
        self._captures: OrderedDict[str, CaptureRef | None] = OrderedDict()

    def of(self, article: Article) -> tuple[CaptureRef, ...]:
        """Redirects first, then the page, then its parts."""
        ref = self._archive.capture_of(article)
        if ref is None:
            raise DamagedError(
                f"the capture that article {article.id} was made of is in no run of this collection",
                hint="a run is missing from the store: restore it from a copy, then `warchive catalogue rebuild`",
            )
        return (*self._redirects(article, ref), ref, *self.parts(ref))

    def parts(self, page: CaptureRef) -> list[CaptureRef]:
        """Captures of what this page names."""
        if not self._wanted:
            return []
        found: dict[str, CaptureRef] = {}
        for url in named_by_page(self._body(page), page.url):
            self._take(url, page, found, _DEPTH)
        return sorted(found.values(), key=lambda ref: (ref.run, ref.filename, ref.offset))

    def _take(self, url: str, page: CaptureRef, found: dict[str, CaptureRef], depth: int) -> None:
        ref = self._nearest(url, page)
        if ref is None or ref.record_id in found:
            return
        found[ref.record_id] = ref
        if not depth:
            return
        if ref.status in _REDIRECTS:
            target = self._archive.redirect_of(ref)
            if target is not None:
                self._take(target.partition("#")[0], page, found, depth - 1)
        elif "css" in (ref.mime or ""):
            for name in self._named_by(ref):
                self._take(name, page, found, depth - 1)

    def _nearest(self, url: str, page: CaptureRef) -> CaptureRef | None:
        if page.run != self._run:  # the pages of a run lie close together in time
            self._run, self._captures = page.run, OrderedDict()
        if url in self._captures:
            self._captures.move_to_end(url)
            return self._captures[url]
        while len(self._captures) >= _ADDRESSES:
            self._captures.popitem(last=False)
        before = self._archive.catalogue.captures(url, until=page.fetched_at, newest_first=True, limit=_NEAR)
        after = self._archive.catalogue.captures(url, since=page.fetched_at, limit=_NEAR)
        near = [ref for ref in (*before, *after) if ref.kind == "requisite"]
        self._captures[url] = min(near, key=lambda ref: abs(ref.fetched_at - page.fetched_at), default=None)
        return self._captures[url]

    def _named_by(self, sheet: CaptureRef) -> list[str]:
        if sheet.record_id not in self._sheets:
            while len(self._sheets) >= _SHEETS:
                self._sheets.popitem(last=False)
            self._sheets[sheet.record_id] = named_by_sheet(self._body(sheet), sheet.url)
        return self._sheets[sheet.record_id]

    def _body(self, ref: CaptureRef) -> bytes:
        main = next(one.record for one in self._reader.records(ref) if one.main)
        if ref.record_type == "revisit":
            original = original_of(self._archive, ref, main)
            if original is None:
                return b""
            main = next(one.record for one in self._reader.records(original) if one.main)
        try:
            return decode_body(parse_response(main.block), max_bytes=_MAX_BODY).body
        except WarchiveError:
            return b""

    def _redirects(self, article: Article, page: CaptureRef) -> Iterator[CaptureRef]:
        url, until = article.requested_url, moment_of(article.captured_at)
        if url is None or url == page.url:
            return
        for _ in range(_MAX_HOPS):
            before = self._archive.catalogue.captures(url, until=until, newest_first=True, limit=20)
            hop = next((ref for ref in before if ref.run == page.run and ref.status in _REDIRECTS and ref.url == url), None)
            target = self._archive.redirect_of(hop) if hop is not None else None
            if hop is None:
                return
            yield hop
            if target is None or target.partition("#")[0] == page.url:
                return
            url = target.partition("#")[0]


def units(archive: Archive, chosen: Chosen, reader: GroupReader, *, text: bool = True, requisites: bool = True) -> Iterator[Unit]:
    """The captures of a choice, page by page in the order of their runs and files."""
    needs = Needs(archive, reader, requisites=requisites)
    if chosen.choice.captures == "articles":
        for article in articles(archive, chosen):
            refs = needs.of(article)
            own = next(ref for ref in refs if article.warc is not None and ref.record_id == article.warc.record_id)
            yield Unit(refs=refs, page=page_line(own, article, text=text))
        return
    scratch, told = Scratch(), Scratch()
    try:
        for run in archive.catalogue.run_names():
            if chosen.runs is None or run in chosen.runs:
                scratch.clear()
                for ref, verdict in archive.catalogue.captures_of_run(run):
                    if _is_chosen(chosen, ref, verdict):
                        scratch.put(f"{ref.filename}/{ref.offset:016d}", ref)
                _note_titles(archive, run, told)
                for ref in scratch.values():
                    page: PageLine | None = told.get(ref.record_id) or page_line(ref, None)
                    yield Unit(refs=(ref, *(needs.parts(ref) if ref.kind == "page" else ())), page=page)
    finally:
        scratch.close()
        told.close()


def _note_titles(archive: Archive, run: str, told: Scratch) -> None:
    """Those of the articles of a run, by the record that they were made of: a list of pages would say addresses alone."""
    told.clear()
    every = Chosen(
        choice=Choice(all_versions=True), period=Period(since=None, until=None), runs=frozenset([run]), known=None, articles=None,
        addresses=None,
    )  # fmt: skip
    for article in articles(archive, every):
        moment = moment_of(article.captured_at)
        if article.warc is not None and moment is not None:
            title = article.title or article.url
            told.put(article.warc.record_id, PageLine(id=article.id or "", url=article.url, fetched_at=moment, title=title))


def _is_chosen(chosen: Chosen, ref: CaptureRef, verdict: str | None) -> bool:
    choice = chosen.choice
    if choice.captures == "pages" and ref.kind != "page":
        return False
    if choice.source not in (None, ref.source) or choice.verdict not in (None, verdict):
        return False
    if chosen.period.bounded and not chosen.period.has(ref.fetched_at):
        return False
    if chosen.addresses is None:
        return True
    try:
        return normalize(ref.url) in chosen.addresses
    except ValueError:
        return False
