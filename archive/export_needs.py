"""What does a page need to be shown again as it was, and in which order are the captures of a choice handed out?

The redirects that led to it, and of what the same run captured beside the pages (style sheets, pictures, fonts, scripts) whatever its
source or a style sheet of it names. Names are compared, not URLs: an address that a script puts together is found by its last part, and
one too many costs less than one that is missing.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes, urlsplit

from archive.article import Article
from archive.errors import DamagedError, UsageError, WarchiveError
from archive.export_choice import Choice, Chosen, articles
from archive.export_groups import GroupReader
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
_REDIRECTS = (301, 302, 303, 307, 308)
_NAME = re.compile(rb"""[^\s"'`()<>,;=&?#\\/]{1,300}""")


def needs_of(archive: Archive, article: Article) -> tuple[CaptureRef, ...]:
    """The capture that an article was made of, with what its page needs. Raises `DamagedError` where the capture is not there."""
    return Needs(archive, GroupReader(archive)).of(article)


class Needs:
    """Finds them for one page after the other; what the pages of a run share is looked up once."""

    def __init__(self, archive: Archive, reader: GroupReader, *, requisites: bool = True) -> None:
        self._archive, self._reader, self._wanted = archive, reader, requisites
        self._run = ""
        self._by_name: dict[bytes, list[CaptureRef]] = {}
        self._by_url: dict[str, CaptureRef] = {}
        self._sheets: OrderedDict[str, frozenset[bytes]] = OrderedDict()

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
        """What the run captured of what this page names."""
        if not self._wanted:
            return []
        self._look_at(page.run)
        if not self._by_name:
            return []
        found: dict[str, CaptureRef] = {}
        self._follow(self._names(page), found, _DEPTH)
        return sorted(found.values(), key=lambda ref: (ref.filename, ref.offset))

    def _follow(self, names: frozenset[bytes], found: dict[str, CaptureRef], depth: int) -> None:
        for name in sorted(names & self._by_name.keys()):
            for ref in self._by_name[name]:
                self._take(ref, found, depth)

    def _take(self, ref: CaptureRef, found: dict[str, CaptureRef], depth: int) -> None:
        if ref.record_id in found:
            return
        found[ref.record_id] = ref
        if depth and ref.status in _REDIRECTS:
            target = self._archive.redirect_of(ref)
            if target is not None and target.partition("#")[0] in self._by_url:
                self._take(self._by_url[target.partition("#")[0]], found, depth - 1)
        elif depth and "css" in (ref.mime or ""):
            if ref.record_id not in self._sheets:
                while len(self._sheets) >= _SHEETS:
                    self._sheets.popitem(last=False)
                self._sheets[ref.record_id] = self._names(ref)
            self._follow(self._sheets[ref.record_id], found, depth - 1)

    def _names(self, ref: CaptureRef) -> frozenset[bytes]:
        """Everything in the body that may be the last part of an address."""
        main = next(one.record for one in self._reader.records(ref) if one.main)
        if ref.record_type == "revisit":
            original = original_of(self._archive, ref, main)
            if original is None:
                return frozenset()
            main = next(one.record for one in self._reader.records(original) if one.main)
        try:
            body = decode_body(parse_response(main.block), max_bytes=_MAX_BODY).body
        except WarchiveError:
            return frozenset()
        names = set(_NAME.findall(body))
        names.update(unquote_to_bytes(name) for name in list(names) if b"%" in name)
        return frozenset(names)

    def _look_at(self, run: str) -> None:
        if run == self._run:
            return
        self._run, self._by_name, self._by_url = run, {}, {}
        for ref, _ in self._archive.catalogue.captures_of_run(run):
            if ref.kind == "requisite":
                self._by_url[ref.url] = ref
                for name in _last_parts(ref.url):
                    self._by_name.setdefault(name, []).append(ref)

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


def _last_parts(url: str) -> set[bytes]:
    try:
        parts = urlsplit(url)
    except ValueError as error:  # no URL that was fetched is one
        raise UsageError(f"{url[:200]!r} is no URL") from error
    segments = [one for one in parts.path.split("/") if one]
    last = segments[-1] if segments else parts.netloc
    return {last.encode("utf-8", "replace"), unquote_to_bytes(last)}
