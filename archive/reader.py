"""How does another program read an archive? `open_archive`, and then articles, captures, bytes and runs.

Everything is streamed: neither a run nor a collection is ever held in memory. Every byte that is handed out was compared with the
digest that was written when it was captured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin

from archive.addresses import article_ids_of, captures_of
from archive.article import Article
from archive.articlefile import read_articles, read_places
from archive.catalogue import Catalogue
from archive.catalogue_rows import StoredArticle, StoredRun
from archive.errors import DamagedError, ObjectMissing, UsageError, WarchiveError
from archive.extraction_index import FILE as INDEX
from archive.extraction_index import LATEST, ExtractionIndex, MadeAgain
from archive.http import Decoded, decode_body, parse_head
from archive.imported import original_of_imported
from archive.kept import KeptCapture
from archive.layout import COLLECTION, RunFolder
from archive.madeagain import Wanted, place_made_again, places_made_again
from archive.model import CaptureKind, CaptureRef
from archive.period import Period, moment_of
from archive.record import record_of
from archive.stores import Store, open_store
from archive.where import cache_folder, only_collection

if TYPE_CHECKING:
    from archive.search import Query, Results
    from archive.search_index import SearchIndex
    from archive.twins import Twins

MAX_DECODED_BYTES = 256 << 20
_SECOND = timedelta(seconds=1)
_ID = re.compile(r"^(urn:uuid:)?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")


def open_archive(store_url: str, *, collection: str | None = None, state: Path | None = None, sync: bool = True) -> Archive:
    """Open the archive in a store for reading.

    `store_url` is a folder, `file://...` or `s3://...`. `collection` may be left out where the store has just one.
    With a `state` folder its catalogue is used, also while a crawl runs; without one, a catalogue of this store is kept in the user's
    cache folder (`$XDG_CACHE_HOME/warchive`). `sync` first enters what was published since; without it nothing is asked of the store
    until something is read. Close it, or use it in a `with` statement.

    Raises `UsageError` for a collection that cannot be, or where one has to be named; `StoreError` where the store cannot be read.
    """
    store = open_store(store_url)
    name = collection if collection is not None else only_collection(store)
    if not COLLECTION.match(name):
        raise UsageError(f"{name[:80]!r} cannot be the name of a collection", hint="lower-case letters, digits and hyphens")
    folder = state / name if state is not None else cache_folder(store.url) / name
    catalogue = Catalogue(folder / "catalogue.sqlite")
    try:
        if sync:
            catalogue.sync(store, name)
    except BaseException:
        catalogue.close()
        raise
    return Archive(store=store, collection=name, catalogue=catalogue)


class Archive:
    """One collection of a store, open for reading. Not thread-safe."""

    def __init__(self, *, store: Store, collection: str, catalogue: Catalogue) -> None:
        self.store, self.collection, self.catalogue = store, collection, catalogue
        self._indexes: dict[str, ExtractionIndex] = {}
        self._synced: set[str] = set()
        self._twins: Twins | None = None
        self._search: SearchIndex | None = None
        self._memory: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalogue, and what is beside it."""
        for index in self._indexes.values():
            index.close()
        self.catalogue.close()
        if self._twins is not None:
            self._twins.close()
        if self._search is not None:
            self._search.close()

    def sibling(self, *, memory: int | None = None) -> Archive:
        """Another archive on the same collection and store, for another thread; nothing is asked of the store. `memory` bounds what each
        of its indexes keeps of its file, in kilobytes, for who opens many.
        """
        found = Archive(store=self.store, collection=self.collection, catalogue=Catalogue(self.catalogue.path))
        found._memory = memory
        if memory is not None:
            found.catalogue.use_memory(memory)
        return found

    @property
    def problems(self) -> list[WarchiveError]:
        """Runs and extractions that the store has and that could not be read; everything else is here all the same."""
        return [*self.catalogue.problems, *(problem for index in self._indexes.values() for problem in index.problems)]

    # -- articles

    def articles(
        self,
        *,
        since: str | datetime | None = None,
        until: str | datetime | None = None,
        by: Literal["published", "captured"] = "published",
        source: str | None = None,
        language: str | None = None,
        versions: Literal["latest", "all"] = "latest",
        extraction: str | None = None,
    ) -> Iterator[Article]:
        """Articles in the order in which they were kept: run by run, in each run as they were captured. A later call gives the same ones
        first and new ones after them.

        `since` and `until` are dates or RFC 3339 times. `since` is inclusive; `until` is exclusive if it is a time, and takes the
        whole day in if it is a date: `since="2024-11-01", until="2024-11-30"` is November. They apply to the date of publication, and
        to the time of capture where a page states none; `by="captured"` applies them to the time of capture alone. Where no zone is
        stated, UTC is meant; an article dated by a day alone counts as published at the beginning of that day.
        `language` is BCP 47 and takes in its regional forms (`en`: also `en-GB`). `latest` gives the newest version of each article,
        if that one passes the filters; `all` gives every version.

        `extraction` is null for the records as they were made when the pages were captured, which never change. `latest` gives in their
        place the newest that were made again (`warchive extract --all`), where there are such, and leaves out what was found to be no
        article; articles that only then were made follow at the end. The id of an extraction does the same with that one alone.

        Raises `UsageError` at once for a date that is none, and `DamagedError` where something kept is not as it was written.
        """
        if by not in ("published", "captured") or versions not in ("latest", "all"):
            raise UsageError(f"by={by!r}, versions={versions!r}", hint="by is 'published' or 'captured', versions is 'latest' or 'all'")
        period = Period.of(since=since, until=until)
        captured = period if by == "captured" else Period(since=None, until=None)
        if extraction is not None:
            wanted = Wanted(period=period, by=by, source=source, language=language, latest=versions == "latest")
            return read_places(self.store, places_made_again(self.catalogue, self._index(extraction), self.collection, wanted))
        found = self.catalogue.articles(
            since=captured.since, until=captured.until, source=source, language=language, latest=versions == "latest"
        )
        if by == "published" and period.bounded:
            found = (one for one in found if period.has(one.date_published if moment_of(one.date_published) else one.captured_at))
        return read_articles(self.store, self.collection, found)

    def article(self, ref: str, *, at: str | datetime | None = None, extraction: str | None = None) -> Article | None:
        """One article: by `id` of a version (`urn:uuid:...`), by `article_id`, or by URL. Null where there is none. `extraction` as in
        `articles`.

        Of `article_id` and URL it is the newest version, or with `at` the one that was current then: the newest captured until that
        time. A URL is compared in its normalised form (`archive.urls.normalize`); where no article has it, other spellings under which
        it was captured count (http for https, with `www.`), and the addresses to which its captures redirect.
        """
        if extraction is None:
            found = self._find(ref, at)
            return self._load(found) if found else None
        by_id = _ID.match(ref) is not None
        place = place_made_again(
            self.catalogue,
            self._index(extraction),
            self.collection,
            ref=ref.lower() if by_id else None,
            articles=() if by_id else article_ids_of(self.catalogue, ref, self.redirect_of),
            at=None if at is None else _time(at),
        )
        return None if place is None else next(read_places(self.store, iter([place])))

    def cluster(self, ref: str, *, sync: bool = True) -> list[StoredArticle]:
        """The articles that say nearly the same words as this one, itself among them: the newest version of each, without their texts,
        the one that was captured first at the head. `ref` as in `article`; an empty list where there is none.

        An agency's report in five papers is a cluster, or a page that was put up once more; a translation is none, and neither are the
        versions of one article. Answers from an index beside the catalogue, which first reads the articles that came since from the store:
        a first time over a million articles takes long. Without `sync` it answers at once from what was read before.
        """
        found = self._find(ref, None)
        if found is None:
            return []
        twins = self._open_twins()
        if sync:
            twins.sync(self.store, self.collection, self.catalogue)
        members = twins.cluster(found.article_id) or [found.article_id]
        return [version for version in map(self.catalogue.latest_version, members) if version is not None]

    def sync_clusters(self) -> int:
        """Read the articles that `cluster` does not know yet; returns how many runs had some."""
        return self._open_twins().sync(self.store, self.collection, self.catalogue)

    def clusters_behind(self) -> int:
        """How many runs `cluster` does not know yet."""
        return self._open_twins().behind(self.catalogue)

    def sync_extractions(self) -> None:
        """See the extractions that were stored since; `article(..., extraction="latest")` does it once, and then no more."""
        self._index(LATEST, sync=False).sync(self.store, self.collection)

    def made_again(self, id: str) -> MadeAgain | None:
        """What the newest extraction that this reader has seen says of a version; null where none made it again. Asks nothing of the
        store: see `sync_extractions`.
        """
        return self._index(LATEST, sync=False).of(id if id.startswith("urn:uuid:") else f"urn:uuid:{id}")

    def read_made_again(self, again: MadeAgain) -> Article | None:
        """Its record; null where the page is no article any more."""
        return None if again.place is None else next(read_places(self.store, iter([again.place])))

    def search(self, query: Query | str) -> Results:
        """Full-text search: see `archive.search`. Answers from an index beside the catalogue as it is: `search_index().sync(archive)`
        enters what the catalogue has and the index has not.
        """
        from archive.search import Query, search

        return search(self.search_index(), self, Query(query) if isinstance(query, str) else query)

    def search_index(self) -> SearchIndex:
        """The full-text index beside the catalogue, opened when it is first asked for; closed with the archive."""
        from archive.search_index import FILE, SearchIndex

        if self._search is not None and self._search.replaced():
            self._search.close()
            self._search = None
        if self._search is None:
            self._search = SearchIndex(self.catalogue.path.with_name(FILE))
            if self._memory is not None:
                self._search.use_memory(self._memory)
        return self._search

    def versions(self, article_id: str) -> Iterator[StoredArticle]:
        """All versions of an article, oldest first, without their texts."""
        return self.catalogue.versions(article_id)

    # -- captures

    def captures(self, url: str, *, at: str | datetime | None = None) -> Iterator[CaptureRef]:
        """Captures of a URL, oldest first; with `at`, nearest to that time first.

        Those whose normalised URL is the same. Where there are none, those that an index holds under the same key: then scheme,
        `www.`, and the order of parameters do not matter either.
        """
        found = captures_of(self.catalogue, url)
        if at is None:
            return found
        wanted = _time(at)
        return iter(sorted(found, key=lambda ref: (abs(ref.fetched_at - wanted), ref.fetched_at)))

    def all_captures(
        self,
        *,
        source: str | None = None,
        kind: CaptureKind | None = None,
        since: str | datetime | None = None,
        until: str | datetime | None = None,
    ) -> Iterator[CaptureRef]:
        """Every capture in the order of the index (by urlkey, then time); `since` and `until` as in `articles`, by time of capture."""
        period = Period.of(since=since, until=until)
        for ref in self.catalogue.captures_by_urlkey("", prefix=True, since=period.since):
            if (period.until is None or ref.fetched_at < period.until) and source in (None, ref.source) and kind in (None, ref.kind):
                yield ref

    def capture_of(self, article: Article) -> CaptureRef | None:
        """The capture that an article was made of."""
        pointer = article.warc
        if pointer is None:
            return None
        moment = moment_of(article.captured_at)
        since, until = (moment - _SECOND, moment + _SECOND) if moment else (None, None)
        urls = dict.fromkeys(url for url in (article.url, article.requested_url) if url)
        candidates = chain.from_iterable(self.catalogue.captures(url, since=since, until=until) for url in urls)
        return next((ref for ref in candidates if ref.record_id == pointer.record_id), None)

    def read(self, capture: CaptureRef) -> KeptCapture:
        """The bytes of a capture as they were kept, digests verified. A revisit comes with the capture whose payload it repeats.

        Raises `DamagedError` where they are not what was captured, or where the store no longer has them.
        """
        kept = self._read_one(capture)
        if capture.record_type != "revisit":
            return kept
        original = self._original(capture, kept)
        return kept.with_original(self._read_one(original))

    def member_of(self, capture: CaptureRef) -> bytes:
        """The compressed record of a capture as it lies in its file, unverified; raises `DamagedError` where the file is gone."""
        key = RunFolder(collection=self.collection, run=capture.run).warc(capture.filename)
        try:
            return self.store.get_range(key, capture.offset, capture.length)
        except ObjectMissing as error:
            raise DamagedError(
                f"{key} is not in {self.store.url}, but a manifest names it", hint="restore the file from a copy of the store"
            ) from error

    def original_of(self, capture: CaptureRef) -> CaptureRef:
        """The capture whose payload this one repeats, and itself where it is no revisit. Raises `DamagedError` where it is missing."""
        return self._original(capture, self._read_one(capture)) if capture.record_type == "revisit" else capture

    def decoded(self, capture: CaptureRef | KeptCapture, *, max_bytes: int = MAX_DECODED_BYTES) -> Decoded:
        """The body without transfer and content coding, and what is wrong with it if anything is. Raises `MalformedMessage` for a reply
        that was no HTTP message.
        """
        kept = self.read(capture) if isinstance(capture, CaptureRef) else capture
        return decode_body(kept.message(), max_bytes=max_bytes)

    def payload(self, capture: CaptureRef | KeptCapture, *, max_bytes: int = MAX_DECODED_BYTES) -> bytes:
        """The body without transfer and content coding: as much of it as can be read; `decoded` says what is wrong with the rest."""
        return self.decoded(capture, max_bytes=max_bytes).body

    # -- runs

    def runs(self) -> Iterator[StoredRun]:
        """Published runs, oldest first."""
        return self.catalogue.runs()

    def report(self, run: str) -> dict[str, Any]:
        """The report of a run: counters, failures, per source. Raises `UsageError` for a run that is not there."""
        found = self.catalogue.run(run)
        if found is None:
            raise UsageError(f"no run {run[:80]!r} in collection {self.collection}", hint="`warchive runs list` shows those that are there")
        return found.report

    # -- inside

    def _find(self, ref: str, at: str | datetime | None) -> StoredArticle | None:
        if _ID.match(ref):
            return self.catalogue.article(ref.lower())
        for candidate in article_ids_of(self.catalogue, ref, self.redirect_of):
            chosen = self._current(candidate, at)
            if chosen is not None:
                return chosen
        return None

    def _open_twins(self) -> Twins:
        # Opened by who asks for clusters, and imported then: an archive can be read where MinHash cannot be installed.
        from archive.twins import FILE, Twins

        if self._twins is None:
            self._twins = Twins(self.catalogue.path.with_name(FILE))
        return self._twins

    def _index(self, extraction: str, *, sync: bool = True) -> ExtractionIndex:
        if extraction not in self._indexes:
            self._indexes[extraction] = ExtractionIndex(self.catalogue.path.with_name(INDEX), extraction)
        if sync and extraction not in self._synced:
            self._synced.add(extraction)
            self._indexes[extraction].sync(self.store, self.collection)
        return self._indexes[extraction]

    def _load(self, stored: StoredArticle) -> Article:
        return next(read_articles(self.store, self.collection, iter([stored])))

    def redirect_of(self, capture: CaptureRef) -> str | None:
        """Where a capture redirects to, absolute; null where it does not."""
        if capture.status not in (301, 302, 303, 307, 308):
            return None
        location = parse_head(self._read_one(capture).response)[0].header("Location")
        return urljoin(capture.url, location) if location else None

    def _current(self, article: str, at: str | datetime | None) -> StoredArticle | None:
        if at is None:
            return self.catalogue.latest_version(article)
        wanted = _time(at)
        for version in self.catalogue.versions(article, newest_first=True):
            captured = moment_of(version.captured_at)
            if captured is not None and captured <= wanted:
                return version
        return None

    def _read_one(self, ref: CaptureRef) -> KeptCapture:
        where = f"{RunFolder(collection=self.collection, run=ref.run).warc(ref.filename)} at {ref.offset}"
        return KeptCapture.of(record_of(self.member_of(ref), ref, where), ref)

    def _original(self, ref: CaptureRef, kept: KeptCapture) -> CaptureRef:
        moment = kept.refers_to_date
        for candidate in self.catalogue.captures(kept.refers_to_url or ref.url, since=moment, until=moment):
            if candidate.record_id == ref.refers_to and candidate.record_type == "response":
                return candidate
        if ref.imported:
            found = original_of_imported(self.catalogue, ref, kept.refers_to_url, moment)
            if found is not None:
                return found
            raise DamagedError(
                f"the imported revisit {ref.record_id[:200]} of {ref.url[:200]} repeats a capture that was not imported",
                hint="import the file that has the first capture of this payload: `warchive import FILE`",
            )
        raise DamagedError(
            f"revisit {ref.record_id} of {ref.url[:200]} repeats {ref.refers_to}, which no run of this collection has",
            hint="the run with the first capture is missing from the store: restore it from a copy",
        )


def _time(value: str | datetime) -> datetime:
    found = moment_of(value, end_of_day=True)
    if found is None:
        raise UsageError(f"{str(value)[:80]!r} is no time", hint="write a date (2024-11-08) or an RFC 3339 time (2024-11-08T08:15:00Z)")
    return found
