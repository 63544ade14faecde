"""What does a process hold while it works on an archive? The lock, the ledger, the catalogue and the store, opened and closed together.

Opening finishes what an earlier run left behind (DESIGN §5.6): rows and bytes are compared, captures without a verdict are extracted,
runs that were killed get their report, and every run that has one is published.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from archive.articlefile import read_articles
from archive.catalogue import Catalogue
from archive.catalogue_rows import StoredArticle
from archive.config import Config
from archive.errors import DamagedError, StoreError, WarchiveError
from archive.ledger import Ledger, capture_ref
from archive.lock import StateLock
from archive.marker import store_identity
from archive.publish import publish_run
from archive.reader import Archive
from archive.recover import damage_told, recover_spool
from archive.repair import Lost
from archive.search_index import FILE as SEARCH
from archive.search_index import rebuild_search
from archive.spool import Spool
from archive.sqlitefile import delete_derived
from archive.stores import Store, open_store
from archive.stories import Stories
from archive.twins import FILE, rebuild_twins
from archive.urls import article_id
from archive.warc import read_block
from crawler import requisite_outcomes
from crawler.addressbook import AddressBook
from crawler.children import open_pool
from crawler.frontier import Frontier, settler
from crawler.import_state import finish_import, is_import, tidy_imports
from crawler.report import make_report
from crawler.requisite_book import RequisiteBook
from crawler.requisite_counts import close_run
from crawler.requisite_url import url_id
from crawler.requisites import needs_of
from crawler.sitelines import SiteLines
from crawler.sources import Source
from crawler.tally import Tally
from pipelines.pool import ChildPool
from pipelines.stages import PageItem, Previous, VersionBefore, Workshop, extract_and_keep, latest_version

logger = logging.getLogger(__name__)

_MANY_RUNS = 50  # below, it takes no time that anybody would wonder about
_CLOCK = "clock"  # fact: Unix time at which the state folder was opened last

Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Workplace:
    """Everything that is open."""

    config: Config
    state: Path
    lock: StateLock
    ledger: Ledger
    catalogue: Catalogue
    stories: Stories
    store: Store
    pool: ChildPool
    store_problem: StoreError | None = None
    """Why the store could not be read or written so far; captures then stay in the spool."""
    damage: list[str] = field(default_factory=list)
    """What was found damaged, one message each."""
    recovered: list[str] = field(default_factory=list)
    """Runs of the past that were published now."""
    published: dict[str, int] = field(default_factory=dict)
    """Run → bytes stored, in this process."""
    wall: Callable[[], float]
    """Unix time."""

    def now(self) -> datetime:
        """The time of day."""
        return datetime.fromtimestamp(self.wall(), UTC)

    def frontier(self, run: str, sources: Sequence[Source] = ()) -> Frontier:
        """The frontier as this run sees it; what `sources` say of when to come back goes before the configuration."""
        own = {source.name: source.recheck for source in sources if source.recheck is not None}
        general = self.config.schedule.recheck
        return Frontier(self.ledger, run, wall=self.wall, steps=lambda name: own.get(name, general))

    def earlier_of(self, version: Previous) -> VersionBefore | None:
        """The record of a published version; null where the store does not give it."""
        try:
            found = next(read_articles(self.store, self.config.collection, iter([cast(StoredArticle, version)])))
            return VersionBefore(id=version.id, text=found.text, extractor=found.extractor.version)
        except WarchiveError as error:
            logger.warning("the text of %s cannot be read: %s", version.id, error)
            return None

    def publish(self, run: str, say: Say) -> bool:
        """Publish a run that has ended; false where the store refused, and the run stays in the spool."""
        try:
            done = publish_run(self.ledger, self.state, run, self.store, progress=say, catalogue=self.catalogue)
        except StoreError as error:
            self.store_problem = error
            return False
        except DamagedError as error:
            self.damage.append(str(error))
            return False
        self.published[run] = done.size
        with self.ledger.transaction() as db:
            Tally(self.ledger, run).forget(run)(db, 0)
        return True


def state_folder(config: Config) -> Path:
    """The state of the configured collection."""
    return config.state / config.collection


def steady() -> Callable[[], float]:
    """Unix time as it was now, plus what has passed since: a clock that is set while we work does not move what is due."""
    wall, began = time.time(), time.monotonic()
    return lambda: wall + time.monotonic() - began


@contextmanager
def open_workplace(config: Config, *, say: Say, wall: Callable[[], float] | None = None, wait: float = 0.0) -> Iterator[Workplace]:
    """Take the lock, open everything, finish what was left. Raises `BusyError` where another one holds it after `wait` seconds."""
    state = state_folder(config)
    with StateLock(state, wait=wait) as lock:
        ledger = Ledger(state / "ledger.sqlite")
        catalogue = Catalogue(state / "catalogue.sqlite")
        stories = Stories(state, ledger)
        pool = open_pool(config)
        place = Workplace(
            config=config,
            state=state,
            lock=lock,
            ledger=ledger,
            catalogue=catalogue,
            stories=stories,
            store=open_store(config.store),
            pool=pool,
            wall=wall or steady(),
        )
        try:
            check_identity(place)
            recover(place, say)
            yield place
        finally:
            pool.close()
            stories.close()
            catalogue.close()
            ledger.close()


def check_identity(place: Workplace) -> None:
    """The state folder belongs to one store: what it knows as kept is kept there. Reads the catalogue's news from the store."""
    try:
        found = store_identity(place.store)
        known = place.ledger.get("store_id")
        if known is None:
            place.ledger.set("store_id", found)
        elif known != found:
            raise WarchiveError(
                f"the state folder {place.state} belongs to another store than {place.store.url}",
                hint="name the store it was made with, or give this store a --state folder of its own",
            )
        place.catalogue.sync(place.store, place.config.collection)
        place.damage += [str(problem) for problem in place.catalogue.problems]
    except StoreError as error:
        place.store_problem = error


def recover(place: Workplace, say: Say) -> None:
    """Finish what earlier runs left: DESIGN §5.6."""
    frontier = place.frontier("")  # makes its tables, for pages that are put back
    frontier.mend_clock(float(place.ledger.get(_CLOCK) or 0.0))
    place.ledger.set(_CLOCK, str(place.wall()))
    place.damage += tidy_imports(place.ledger, place.state)
    recovery = recover_spool(place.ledger, place.state, on_lost=put_back)
    place.damage += [str(damage) for damage in recovery.damage]
    rows = place.ledger.runs()
    forget_counts(place.ledger, {str(row["run"]) for row in rows})
    for row in rows:
        run = row["run"]
        if row["report"] is None:
            say(f"finishing run {run}, which was cut short")
            if is_import(place.ledger, run):
                finish_import(place, run)
            else:
                finish_cut_run(place, row)
        if place.store_problem is None and place.publish(run, say):
            place.recovered.append(run)
    tidy_imports(place.ledger, place.state)  # of those that were published just now
    read_stories(place, say)


def read_stories(place: Workplace, say: Say) -> None:
    """What was published since is compared with what comes. Where the store does not give it, less is found, and the next start tries."""
    behind = place.stories.behind(place.catalogue)
    if behind >= _MANY_RUNS:
        say(f"comparing the texts of {behind:,} runs, to find near duplicates")
    try:
        for problem in place.stories.refresh(place.store, place.config.collection, place.catalogue):
            logger.warning("%s", problem)
    except StoreError as error:
        logger.warning("near duplicates among what was published last are not found: %s", error)


def forget_counts(ledger: Ledger, waiting: set[str]) -> None:
    """What is counted of a run that was killed after it was published and forgotten, but for these rows."""
    tally = Tally(ledger, "")
    for run in set(tally.runs()) - waiting:
        with ledger.transaction() as db:
            tally.forget(run)(db, 0)


def put_back(db: sqlite3.Connection, lost: Lost) -> None:
    """A page whose capture was damaged beyond saving waits again, and its run has no outcome for it."""
    if lost.task is not None:
        page = bytes.fromhex(json.loads(lost.task)["page"])
        db.execute("UPDATE pages SET state = 0, due = 0, attempts = 0 WHERE id = ?", (page,))
        db.execute("UPDATE sightings SET outcome = NULL WHERE run = ? AND page = ?", (lost.run, page))
    elif lost.kind == "requisite":  # which page needs it stood in what is lost; the next page that names it gets it again
        outcome = requisite_outcomes.name(requisite_outcomes.FAILED, "damaged")
        db.execute("UPDATE wanted SET outcome = ? WHERE run = ? AND id = ?", (outcome, lost.run, url_id(lost.url)))


def finish_cut_run(place: Workplace, row: sqlite3.Row) -> None:
    """Extract what has no verdict yet, decide what is undecided, and fix the report."""
    run = row["run"]
    read_stories(place, lambda _text: None)
    frontier = place.frontier(run)
    spool = Spool(
        place.state, place.ledger, run=run, collection=row["collection"], info=(), min_free_bytes=place.config.limits.min_free_bytes
    )
    memories = SiteLines(place.ledger, run, lambda article: latest_version(article, place.ledger, place.catalogue.latest_version))
    book = RequisiteBook(place.ledger, run, place.config.requisites, wall=place.wall, catalogue=place.catalogue)
    workshop = Workshop(
        pool=place.pool,
        spool=spool,
        ledger=place.ledger,
        find_previous=place.catalogue.latest_version,
        last_number=place.catalogue.last_number,
        run=run,
        soon=lambda: None,
        kept=lambda _ref, _group, _reason: None,
        addresses=AddressBook(frontier),
        memories=memories,
        stories=place.stories,
        earlier_of=place.earlier_of,
        needs=lambda item, group: needs_of(book, item, group),
    )
    extract_pending(place, frontier, workshop, spool)
    spool.enqueue(memories.forget())
    reason = place.ledger.get(f"reason:{run}") or "killed"
    spool.enqueue(frontier.tally.close_run(reason))
    spool.enqueue(close_run(run, reason))
    spool.commit()
    ended_at = place.now()
    report = make_report(place.ledger, frontier, row, ended_at=ended_at, reason=reason, damage=place.damage)
    place.ledger.end_run(run, ended_at, report)


def told(place: Workplace) -> None:
    """The damage was printed: the next run does not print it again."""
    damage_told(place.ledger)


def extract_pending(place: Workplace, frontier: Frontier, workshop: Workshop, spool: Spool) -> int:
    """Captures that were acknowledged and have no verdict yet; returns how many there were."""
    query = "SELECT * FROM captures WHERE run = ? AND task IS NOT NULL AND verdict IS NULL AND id > ? ORDER BY id LIMIT 16"
    count, last = 0, 0
    while rows := place.ledger.db.execute(query, (workshop.run, last)).fetchall():
        for row in rows:
            task: dict[str, Any] = json.loads(row["task"])
            ref = capture_ref(row)
            last = row["id"]
            article = task.get("article")
            known = workshop.memories.params(ref.source, article or article_id(ref.url)) if workshop.memories is not None else {}
            item = PageItem(
                ref=ref,
                row=row["id"],
                payload=read_block(place.state / "spool" / workshop.run / ref.filename, ref.offset, ref.length),
                params={**task["params"], **known},
                settle=settler(frontier, bytes.fromhex(task["page"]), task["source"]),
                page=bytes.fromhex(task["page"]),
                article=article,
            )
            extract_and_keep(item, workshop)
            count += 1
        spool.commit()
    return count


def rebuild_catalogue(config: Config, *, progress: Callable[[int, int], None] | None = None) -> tuple[int, int, int]:
    """The catalogue anew, and what stands beside it, from the store alone; returns runs, captures, articles. Raises `StoreError`.

    `progress` is told how many articles are in the index of words, and how many there are: that takes by far the longest.
    """
    state = state_folder(config)
    path = state / "catalogue.sqlite"
    with StateLock(state):
        try:
            catalogue = Catalogue(path)
        except DamagedError:  # it is to be made anew anyhow
            delete_derived(path)
            catalogue = Catalogue(path)
        try:
            store = open_store(config.store)
            catalogue.rebuild(store, config.collection)
            rebuild_twins(state / FILE, store, config.collection, catalogue)
            rebuild_search(state / SEARCH, Archive(store=store, collection=config.collection, catalogue=catalogue), progress=progress)
            return catalogue.counts()
        finally:
            catalogue.close()
