"""How do texts come of imported pages, and which versions of their articles are they?

As of a file that `warchive extract` is given: twice, since what a site repeats on its pages is known only when all were read. Then each
becomes a version in the order of capture, after the one that was captured before it, whoever captured that. Numbers of ours stay.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from archive.article import Article, version_id
from archive.crashpoints import crashpoint
from archive.errors import DamagedError
from archive.http import MalformedMessage, split_interim
from archive.imported import without_undone_coding
from archive.layout import RunFolder
from archive.ledger import capture_ref, rfc3339
from archive.model import CaptureRef
from archive.record import record_of
from archive.spool import Effect, Spool
from archive.stores import Store
from crawler.extraction_choice import site_of
from crawler.extraction_memory import remember
from crawler.extraction_work import Chosen, Work
from pipelines.pool import ChildFailed, ChildPool
from pipelines.stages import EXTRACT, PageItem, Previous, VersionBefore, Workshop, failed_extraction, keep, pending_version, version_after

MAX_PAGE_BYTES = 64 << 20  # uncompressed; no page of text is larger
_KEPT_AT_ONCE = 64

Watch = Callable[[str, int, int], None]
"""Step, done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """What is known of the publisher; of most imported files nothing is."""

    timezone: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Bench:
    """What the texts of one run are made with."""

    place: Any
    """The open `Workplace`."""
    run: str
    zone: Zone
    watch: Watch = lambda _step, _done, _total: None

    @property
    def folder(self) -> Path:
        """Of what is done so far."""
        return cast(Path, self.place.state) / "imports" / self.run


def make_texts(bench: Bench) -> None:
    """All pages of the run that wait for a verdict get one, and their articles are kept. Taken up where an earlier process stopped."""
    db = bench.place.ledger.db
    query = "SELECT * FROM captures WHERE run = ? AND task IS NOT NULL ORDER BY fetched_at, id"
    work = Work(bench.folder)
    try:
        if work.fact("chosen") is None:
            rows = db.execute(query, (bench.run,))
            refs = (replace(capture_ref(row), imported=True) for row in rows)
            work.choose((ref, None, site_of(ref.source, ref.url), None, None) for ref in refs)
        if work.fact("remembered") is None:
            _pass(bench, work, 1)
            remember(work)
        crashpoint("import-remembered")
        _pass(bench, work, 2)
        work.commit()
        _keep_all(bench, work)
    finally:
        work.close()


def forget_texts(state: Path, run: str) -> None:
    """What was done for a run that is published or given up."""
    import shutil

    shutil.rmtree(state / "imports" / run, ignore_errors=True)


def _pass(bench: Bench, work: Work, number: int) -> None:
    pages = work.first_pass() if number == 1 else work.second_pass()
    total = work.total() if number == 1 else work.wanted_again()
    done = work.done(number)
    for chosen, result in _made(bench, work, pages, again=number == 2):
        lines = result.pop("lines", [])
        made: dict[str, Any] = {"lines": lines, "knows": [], "final": False}
        made["member"] = base64.b64encode(zlib.compress(json.dumps(result).encode(), 1))
        article = result.get("article")
        outcome = {"outcome": "article", "article_id": article["article_id"]} if article else {"outcome": "refused"}
        work.settle(chosen.seq, number, {**made, **outcome})
        done += 1
        bench.watch("reading the pages" if number == 1 else "taking out what the sites repeat", done, total)
        crashpoint("import-text")


def _made(bench: Bench, work: Work, pages: Iterator[Chosen], *, again: bool) -> Iterator[tuple[Chosen, dict[str, Any]]]:
    pool: ChildPool = bench.place.pool
    waiting: deque[tuple[Chosen, Future[dict[str, Any]] | dict[str, Any]]] = deque()

    def settle() -> tuple[Chosen, dict[str, Any]]:
        chosen, future = waiting.popleft()
        if isinstance(future, dict):
            return chosen, future
        try:
            return chosen, future.result()
        except ChildFailed as error:
            return chosen, failed_extraction(error, chosen.ref.url)

    for chosen in pages:
        params = _params(bench, chosen.ref, work.furniture_of(chosen.seq) if again else [])
        try:
            waiting.append((chosen, pool.submit(EXTRACT, _payload(bench, chosen.ref), params)))
        except (DamagedError, MalformedMessage) as error:
            waiting.append((chosen, failed_extraction(ChildFailed("error", error.message), chosen.ref.url)))
        while len(waiting) > 4 * pool.workers:
            yield settle()
    while waiting:
        yield settle()


def _payload(bench: Bench, ref: CaptureRef) -> bytes:
    path: Path = bench.place.state / "spool" / bench.run / ref.filename
    if path.is_file():
        with path.open("rb") as file:
            file.seek(ref.offset)
            data = file.read(ref.length)
    else:  # the store has it already, and the folder here was lost
        store: Store = bench.place.store
        data = store.get_range(RunFolder(collection=bench.place.config.collection, run=ref.run).warc(ref.filename), ref.offset, ref.length)
    block = record_of(data, ref, f"{ref.filename} at {ref.offset}", max_bytes=MAX_PAGE_BYTES).block
    return without_undone_coding(split_interim(block)[1])


def _params(bench: Bench, ref: CaptureRef, furniture: list[str]) -> dict[str, Any]:
    return {
        "url": ref.url,
        "requested_url": None,
        "captured_at": rfc3339(ref.fetched_at),
        "max_decoded_bytes": bench.place.config.limits.max_decoded_bytes,
        "timezone": bench.zone.timezone,  # unknown mostly: then dates that state no zone stay so
        "languages": list(bench.zone.languages),
        "announcement": None,
        "options": None,
        "furniture": furniture,
        "with_lines": True,
    }


def _keep_all(bench: Bench, work: Work) -> None:
    place, waiting = bench.place, list[Effect]()
    versions = _Versions(bench)
    workshop = Workshop(
        pool=place.pool,
        spool=cast(Spool, None),  # nothing is appended: what is kept goes straight into the ledger
        ledger=place.ledger,
        find_previous=place.catalogue.latest_version,
        run=bench.run,
        soon=lambda: None,
        kept=lambda _ref, _group, _reason: None,
        stories=place.stories,
        versions=versions.place,
    )
    find = "SELECT id, verdict FROM captures WHERE url = ? AND run = ? AND filename = ? AND offset = ?"

    def write() -> None:
        with place.ledger.transaction() as db:
            for effect in waiting:
                effect(db, 0)
        waiting.clear()
        crashpoint("import-kept")

    total = work.total()
    for done, (chosen, result) in enumerate(work.results()):
        ref = chosen.ref
        row = place.ledger.db.execute(find, (ref.url, bench.run, ref.filename, ref.offset)).fetchone()
        if row is None or row["verdict"] is not None or result.member is None:  # kept before this process began
            continue
        item = PageItem(ref=ref, row=row["id"], payload=b"", params={"url": ref.url}, settle=lambda _group, _reason, _article: _nothing)
        item.result = json.loads(zlib.decompress(result.member))
        waiting.append(keep(item, workshop))
        if len(waiting) >= _KEPT_AT_ONCE:
            write()
            bench.watch("keeping the articles", done, total)
    if waiting:
        write()


def _nothing(_db: Any, _row: int) -> None:
    return None


class _Versions:
    """Where an imported text stands in the history of its article: docs/decisions/0561."""

    def __init__(self, bench: Bench) -> None:
        self._place, self._run = bench.place, bench.run

    def place(self, draft: Article, item: PageItem) -> Article | None:
        """The draft with its number and the version before it; null where its neighbours say the same, or it is here already."""
        ledger, catalogue, ref = self._place.ledger, self._place.catalogue, item.ref
        article, at = draft.article_id, rfc3339(ref.fetched_at)
        if catalogue.article(version_id(article, ref.record_id)) is not None:
            return None
        pending = self._pending(article)
        chain: list[tuple[str, Previous, dict[str, Any] | None]] = [(one["captured_at"], pending_version(one), one) for one in pending]
        chain += [(one.captured_at or "", one, None) for one in catalogue.versions(article)]
        chain.sort(key=lambda one: one[0])
        before = next((one for one in reversed(chain) if one[0] <= at), None)
        behind = next((one for one in chain if one[0] > at), None)
        number = max(ledger.last_number(article), catalogue.last_number(article)) + 1
        for neighbour in (behind, before):
            if neighbour is not None and version_after(neighbour[1], None, draft, ref, run=self._run, number=number) is None:
                return None
        earlier: VersionBefore | None = None
        if before is not None:
            _, previous, record = before
            if record is not None:
                earlier = VersionBefore(id=previous.id, text=record["text"], extractor=record["extractor"]["version"])
            elif previous.text_sha256 != draft.text_sha256:
                earlier = self._place.earlier_of(previous)
        return version_after(before[1] if before else None, earlier, draft, ref, run=self._run, number=number)

    def _pending(self, article: str) -> list[dict[str, Any]]:
        rows = self._place.ledger.db.execute("SELECT json FROM articles WHERE article_id = ?", (article,))
        return [json.loads(row["json"]) for row in rows]
