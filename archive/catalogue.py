"""What has been kept, and where does it lie? The index over a collection, derived from its store and from nothing else.

SQLite in the state folder. It may be deleted at any time: `rebuild` makes the same again from manifests, captures.jsonl.gz and
articles.jsonl.gz. A run is entered whole or not at all, and once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.catalogue_entry import Opener, drop_indexes, enter_run, make_indexes, open_catalogue, pieces_of
from archive.catalogue_rows import (
    SELECT_ARTICLE,
    SELECT_CAPTURE,
    StoredArticle,
    StoredRun,
    article_of,
    capture_of,
    dump_row,
    microseconds,
    pack_digest,
    pack_id,
    run_of,
    unpack_id,
)
from archive.errors import DamagedError, ObjectMissing, WarchiveError
from archive.layout import MANIFEST, RUN_ID, RunFolder, runs_prefix
from archive.ledger import translate
from archive.manifest import imported_files, is_manifest, parse_manifest
from archive.marker import store_identity
from archive.model import CaptureRef
from archive.source_days import Day, Standing, read_days, read_standings
from archive.spool import sync_file
from archive.sqlitefile import delete_derived
from archive.stores import Store
from archive.urls import urlkey

# Another machine may publish a run that began before the newest one we know: a sync looks back an hour, every few hours three days, and
# once a week at everything. A run every ten minutes is 3,000 files in three days: a list of them is not free.
_OVERLAP, _SHORT_OVERLAP, _OVERLAP_EVERY = timedelta(days=3), timedelta(hours=1), timedelta(hours=6)
_FULL_EVERY = timedelta(days=7)
# What others captured is no reason for us to leave a page out, nor a word of ours to which a revisit may refer: docs/decisions/0561.
_OURS = "NOT EXISTS (SELECT 1 FROM files AS whose WHERE whose.id = captures.file AND whose.imported)"
# Of the versions of an article the one that was captured last: not always the one with the highest number (decision 0561).
_LATEST = (
    "NOT EXISTS (SELECT 1 FROM articles AS later WHERE later.article_id = articles.article_id AND"
    " (ifnull(later.captured_at, 0), later.version, later.uuid) > (ifnull(articles.captured_at, 0), articles.version, articles.uuid))"
)


class Catalogue:
    """One open catalogue of one collection. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[WarchiveError] = []
        """What the last `sync` could not read, each named; everything else is in the catalogue all the same."""
        self._db = open_catalogue(path)
        self._inode = path.stat().st_ino

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def replaced(self) -> bool:
        """Whether another process has made the file anew since: what is read here is then what stood in the old one."""
        try:
            return self.path.stat().st_ino != self._inode
        except OSError:
            return False  # just being replaced

    def use_memory(self, kilobytes: int) -> None:
        """How much of the file SQLite may keep in memory, for who opens many."""
        self._db.execute(f"PRAGMA cache_size=-{int(kilobytes)}")

    def release_memory(self) -> None:
        """Give back what SQLite kept of the file while much was entered."""
        self._db.execute("PRAGMA shrink_memory")

    # -- filling it

    def sync(self, store: Store, collection: str, *, now: datetime | None = None) -> int:
        """Enter the runs whose manifests are new; returns how many. Runs without a manifest do not exist.

        A damaged manifest or list is a `problem`, the other runs go on. Another store than before empties the catalogue first.
        """
        moment = now or datetime.now(UTC)
        self.problems = []
        try:
            store_id = store_identity(store, create=False)
        except ObjectMissing:
            if next(iter(store.list(runs_prefix(collection))), None) is not None:
                raise
            return 0  # nothing was ever published here
        if self._fact("store") not in (None, f"{store_id} {collection}"):
            self._clear()
        self._remember("store", f"{store_id} {collection}")
        last_full = self._fact("full_sync")
        full = last_full is None or not timedelta(0) <= moment - datetime.fromisoformat(last_full) < _FULL_EVERY
        last_look = self._fact("look_back")
        far = full or last_look is None or not timedelta(0) <= moment - datetime.fromisoformat(last_look) < _OVERLAP_EVERY
        start_after = "" if full else self._start_after(collection, _OVERLAP if far else _SHORT_OVERLAP)
        entered = 0
        for info in store.list(runs_prefix(collection), start_after):
            if is_manifest(info.key) and not self._knows_run(info.key.split("/")[4]):
                try:
                    self._enter_from(store, info.key)
                    entered += 1
                except (DamagedError, ObjectMissing) as error:
                    self.problems.append(DamagedError(f"run {info.key.split('/')[4]} is left out: {error.message}", hint=error.hint))
        if not self.problems:
            for fact, done in (("full_sync", full), ("look_back", far)):
                if done:
                    self._remember(fact, moment.isoformat())
        return entered

    def rebuild(self, store: Store, collection: str, *, now: datetime | None = None) -> int:
        """Make the catalogue anew from the store alone; the old one stays until the new one is complete."""
        fresh_path = self.path.with_name(self.path.name + ".new")
        delete_derived(fresh_path)
        fresh = Catalogue(fresh_path)
        try:
            fresh._db.execute("PRAGMA synchronous=OFF")  # until it is complete nobody needs it
            drop_indexes(fresh._db)
            entered = fresh.sync(store, collection, now=now)
            self.problems = fresh.problems
            make_indexes(fresh._db)
            fresh._db.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise translate(error, fresh_path) from error
        finally:
            fresh.close()
        sync_file(fresh_path)
        self._db.close()
        delete_derived(self.path)
        fresh_path.replace(self.path)
        self._db = open_catalogue(self.path)
        self._inode = self.path.stat().st_ino
        return entered

    def add_published(self, key: str, folder: Path) -> bool:
        """Enter a run just published, from the files in `folder` that were sent; the same rows as `sync` would make.

        False where the catalogue has the run, or belongs to another store (then `sync` finds out).
        """
        data = (folder / MANIFEST).read_bytes()
        manifest = parse_manifest(key, data)
        fact = f"{manifest.store_id} {manifest.collection}"
        if self._fact("store") not in (None, fact) or self._knows_run(manifest.run):
            return False
        self._remember("store", fact)
        self._enter(key, data, lambda path: pieces_of(folder / path))
        return True

    # -- asking it

    def captures(self, url: str, **options: Any) -> Iterator[CaptureRef]:
        """Captures of whatever shares this URL's urlkey (scheme, `www.` and case do not matter), oldest first; options as below."""
        return self.captures_by_urlkey(urlkey(url), **options)

    def captures_by_urlkey(
        self,
        key: str,
        *,
        prefix: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[CaptureRef]:
        """Captures by urlkey, or by its beginning, in the order of the index; times are inclusive."""
        where, values = ("urlkey >= ? AND urlkey < ?", [key, key + "\U0010ffff"]) if prefix else ("urlkey = ?", [key])
        bounds: list[Any] = [*values]
        for bound, operator in ((since, ">="), (until, "<=")):
            if bound is not None:
                where += f" AND fetched_at {operator} ?"
                bounds.append(microseconds(bound))
        order = "urlkey DESC, fetched_at DESC, captures.id DESC" if newest_first else "urlkey, fetched_at, captures.id"
        query = f"{SELECT_CAPTURE} WHERE {where} ORDER BY {order} LIMIT ?"
        return map(capture_of, self._rows(query, (*bounds, -1 if limit is None else limit)))

    def pages_in_order(
        self, *, run: str | None = None, source: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[tuple[CaptureRef, str | None]]:
        """Captures of pages of which a text was made, or may be made, in the order in which they lie: by run, file and offset; each with
        its verdict. `since` (inclusive) and `until` (exclusive) bound the time of capture.
        """
        where, values = "kind = 'page' AND (verdict IS NOT NULL OR (status = 200 AND record_type = 'response'))", list[Any]()
        if run is not None:
            where += " AND captures.id >= ? AND captures.id < ?"
            values += self._captures_of(run)
        for condition, value in (
            ("source = ?", source),
            ("fetched_at >= ?", since and microseconds(since)),
            ("fetched_at < ?", until and microseconds(until)),
        ):
            if value is not None:
                where += f" AND {condition}"
                values.append(value)
        query = f"{SELECT_CAPTURE} WHERE {where} ORDER BY runs.run, files.filename, offset"
        return ((capture_of(row), row["verdict"]) for row in self._rows(query, tuple(values)))

    def captures_of_run(self, run: str) -> Iterator[tuple[CaptureRef, str | None]]:
        """All captures of a run in the order of its list, each with its verdict."""
        query = f"{SELECT_CAPTURE} WHERE captures.id >= ? AND captures.id < ? ORDER BY captures.id"
        return ((capture_of(row), row["verdict"]) for row in self._rows(query, self._captures_of(run)))

    def odd_pages_of_run(self, run: str, *, limit: int) -> Iterator[tuple[CaptureRef, str | None]]:
        """Captures of pages of a run that are no plain success, in the order of its list, each with its verdict: another status than 200
        and 304, another verdict than `article`, or not complete.
        """
        odd = "(ifnull(status, 0) NOT IN (200, 304) OR completeness <> 'complete' OR ifnull(verdict, 'article') <> 'article')"
        where = f"captures.id >= ? AND captures.id < ? AND kind = 'page' AND {odd}"
        rows = self._rows(f"{SELECT_CAPTURE} WHERE {where} ORDER BY captures.id LIMIT ?", (*self._captures_of(run), limit))
        return ((capture_of(row), row["verdict"]) for row in rows)

    def verdicts(self, key: str) -> dict[str, str]:
        """What was found in the captures under this urlkey: record id to verdict, of those that have one."""
        rows = self._rows("SELECT record_id, verdict FROM captures WHERE urlkey = ? AND verdict IS NOT NULL", (key,))
        return {unpack_id(row["record_id"]) or "": row["verdict"] for row in rows}

    def last_capture(self, url: str) -> CaptureRef | None:
        """The newest capture of ours of exactly this URL."""
        return self._one(f"{SELECT_CAPTURE} WHERE urlkey = ? AND url = ? AND {_OURS} ORDER BY fetched_at DESC LIMIT 1", (urlkey(url), url))

    def knows_page(self, url: str) -> bool:
        """Whether exactly this URL was captured by us as a page and answered with 200."""
        query = f"SELECT 1 FROM captures WHERE urlkey = ? AND url = ? AND kind = 'page' AND status = 200 AND {_OURS} LIMIT 1"
        return next(self._rows(query, (urlkey(url), url)), None) is not None

    def original_of(self, entity_digest: str, url: str) -> CaptureRef | None:
        """A response of ours that holds this entity: the newest of the same URL, else the oldest of any. A revisit may refer to it."""
        packed = pack_digest(entity_digest)
        same = f"urlkey = ? AND url = ? AND record_type = 'response' AND ifnull(entity_digest, payload_digest) = ? AND {_OURS}"
        found = self._one(f"{SELECT_CAPTURE} WHERE {same} ORDER BY fetched_at DESC LIMIT 1", (urlkey(url), url, packed))
        if found is not None:
            return found
        any_url = (
            "substr(ifnull(entity_digest, payload_digest), 1, 8) = substr(?, 1, 8) AND record_type = 'response'"
            f" AND ifnull(entity_digest, payload_digest) = ? AND {_OURS}"
        )
        return self._one(f"{SELECT_CAPTURE} WHERE {any_url} ORDER BY fetched_at LIMIT 1", (packed, packed))

    def latest_version(self, article_id: str) -> StoredArticle | None:
        """The newest version of an article."""
        return next(self.versions(article_id, newest_first=True), None)

    def versions(self, article_id: str, *, newest_first: bool = False) -> Iterator[StoredArticle]:
        """All versions of an article in the order in which they were captured. Their numbers tell the order in which they came into the
        collection: another one, where older captures were imported later.
        """
        way = "DESC" if newest_first else "ASC"
        query = f"{SELECT_ARTICLE} WHERE article_id = ? ORDER BY captured_at {way}, version {way}, uuid {way}"
        return map(article_of, self._rows(query, (bytes.fromhex(article_id),)))

    def last_number(self, article_id: str) -> int:
        """The highest number that a version of this article has; 0 where there is none."""
        row = next(self._rows("SELECT max(version) AS last FROM articles WHERE article_id = ?", (bytes.fromhex(article_id),)), None)
        return int(row["last"] or 0) if row is not None else 0

    def article(self, id: str) -> StoredArticle | None:
        """One version by its id (`urn:uuid:...`, with or without that beginning)."""
        wanted = pack_id(id if id.startswith("urn:uuid:") else f"urn:uuid:{id}")
        row = next(self._rows(f"{SELECT_ARTICLE} WHERE uuid = ? LIMIT 1", (wanted,)), None)
        return None if row is None else article_of(row)

    def articles(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        source: str | None = None,
        language: str | None = None,
        run: str | None = None,
        latest: bool = False,
    ) -> Iterator[StoredArticle]:
        """Articles in the order of runs and, in a run, of their file: a later export only adds lines at the end.

        `since` (inclusive) and `until` (exclusive) bound the time of capture; `language` also takes its regional forms (`en`: `en-GB`);
        `latest` leaves out versions that have a successor.
        """
        where = "articles.run = ?"
        values: list[Any] = []
        for bound, operator in ((since, ">="), (until, "<")):
            if bound is not None:
                where += f" AND captured_at {operator} ?"
                values.append(microseconds(bound))
        if source is not None:
            where += " AND source = ?"
            values.append(source)
        if language is not None:
            where += " AND (lower(language) = ? OR substr(lower(language), 1, ?) = ?)"
            values += [language.lower(), len(language) + 1, language.lower() + "-"]
        if latest:
            where += f" AND {_LATEST}"
        for row in self._rows("SELECT id FROM runs WHERE ? IN ('', run) ORDER BY run", (run or "",)):
            yield from map(article_of, self._rows(f"{SELECT_ARTICLE} WHERE {where} ORDER BY offset", (row["id"], *values)))

    def recent(self, *, limit: int, source: str | None = None, until: datetime | None = None) -> list[StoredArticle]:
        """The articles that came in last, of all or of one source: the newest version of each, newest capture first; `until` inclusive."""
        where = f"captured_at IS NOT NULL AND {_LATEST}"
        values: list[Any] = []
        for condition, value in (("source = ?", source), ("captured_at <= ?", until and microseconds(until))):
            if value is not None:
                where += f" AND {condition}"
                values.append(value)
        query = f"{SELECT_ARTICLE} WHERE {where} ORDER BY captured_at DESC, articles.id DESC LIMIT ?"
        return list(map(article_of, self._rows(query, (*values, limit))))

    def runs(self, *, newest_first: bool = False, before: str | None = None) -> Iterator[StoredRun]:
        """Published runs in order of their ids, which is that of their beginnings; `before`: those that began before that one."""
        query = f"SELECT * FROM runs WHERE ? IS NULL OR run < ? ORDER BY run {'DESC' if newest_first else 'ASC'}"
        return map(run_of, self._rows(query, (before, before)))

    def run_after(self, run: str) -> str | None:
        """The id of the run that follows."""
        row = next(self._rows("SELECT min(run) AS run FROM runs WHERE run > ?", (run,)), None)
        return None if row is None else row["run"]

    def run(self, run: str) -> StoredRun | None:
        """One published run."""
        row = next(self._rows("SELECT * FROM runs WHERE run = ?", (run,)), None)
        return None if row is None else run_of(row)

    def imported(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Run and entry of its manifest's `imported` of each file that is somebody else's."""
        for row in self._rows("SELECT run, info FROM runs WHERE id IN (SELECT run FROM files WHERE imported) ORDER BY run", ()):
            for entry in imported_files(json.loads(row["info"])).values():
                yield str(row["run"]), entry

    def newest_run(self) -> tuple[str, str, str] | None:
        """Id, beginning and end of the run that began last, without its report."""
        row = next(self._rows("SELECT run, started_at, ended_at FROM runs ORDER BY run DESC LIMIT 1", ()), None)
        return None if row is None else (row["run"], row["started_at"], row["ended_at"])

    def source_count(self) -> int:
        """With how many sources any run had to do."""
        return int(next(self._rows("SELECT count(*) FROM standings", ()))[0])

    def run_names(self) -> list[str]:
        """Ids of the published runs in their order, and nothing else of them."""
        return [str(row["run"]) for row in self._rows("SELECT run FROM runs ORDER BY run", ())]

    def run_count(self) -> int:
        """How many runs are published."""
        return int(next(self._rows("SELECT count(*) FROM runs", ()))[0])

    def identity(self) -> str | None:
        """Which store and collection this is the catalogue of; null before the first sync."""
        return self._fact("store")

    def days(self, *, since: str = "", source: str | None = None) -> Iterator[tuple[str, str, Day]]:
        """What happened with each source, or with one, on each day: see archive/source_days.py."""
        try:
            yield from read_days(self._db, since=since, source=source)
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    def standings(self) -> Iterator[tuple[str, Standing]]:
        """How each source and its seeds stand, by the last word of any run."""
        try:
            yield from read_standings(self._db)
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    def counts(self) -> tuple[int, int, int]:
        """Runs, captures and articles."""
        row = next(self._rows("SELECT count(*), ifnull(sum(captures), 0), ifnull(sum(articles), 0) FROM runs", ()))
        return row[0], row[1], row[2]

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[sqlite3.Row]:
        """Rows of a query of another module of this package: archive/arrivals.py, archive/calendar.py."""
        return self._rows(query, values)

    def dump(self) -> Iterator[str]:
        """Everything as lines of text that do not depend on the order in which it was entered."""
        for row in self._rows(f"{SELECT_CAPTURE} ORDER BY runs.run, urlkey, fetched_at, filename, offset", ()):
            yield dump_row(row)
        for article in self.articles():
            yield repr(article)
        for run in self.runs():
            yield repr(run)
        for source, day, found in self.days():
            yield f"{source} {day} {found!r}"
        for source, standing in self.standings():
            yield f"{source} {standing!r}"

    # -- inside

    def _enter_from(self, store: Store, key: str) -> None:
        folder = key.removesuffix(MANIFEST)
        self._enter(key, store.get(key), lambda path: store.open(folder + path))

    def _enter(self, key: str, data: bytes, opener: Opener) -> None:
        manifest = parse_manifest(key, data)
        try:
            self._db.execute("BEGIN IMMEDIATE")
            enter_run(self._db, manifest, data, opener)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _start_after(self, collection: str, overlap: timedelta) -> str:
        row = next(self._rows("SELECT max(run) AS run FROM runs", ()))
        match = RUN_ID.match(row["run"] or "")
        if match is None:
            return ""
        newest = datetime.strptime(row["run"].split("-")[0], "%Y%m%dt%H%M%Sz").replace(tzinfo=UTC)
        # The prefix of a run that began then, without its token: it sorts before every run of that second.
        return RunFolder(collection=collection, run=f"{newest - overlap:%Y%m%dt%H%M%Sz}-00000000").prefix

    def _knows_run(self, run: str) -> bool:
        return next(self._rows("SELECT 1 FROM runs WHERE run = ?", (run,)), None) is not None

    def _fact(self, key: str) -> str | None:
        row = next(self._rows("SELECT value FROM meta WHERE key = ?", (key,)), None)
        return None if row is None else str(row["value"])

    def _remember(self, key: str, value: str) -> None:
        if self._fact(key) != value:
            self._change([("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))])

    def _clear(self) -> None:
        self._change([(f"DELETE FROM {table}", ()) for table in ("meta", "captures", "articles", "files", "runs", "days", "standings")])

    def _change(self, statements: list[tuple[str, tuple[str, ...]]]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                self._db.execute(statement, values)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _captures_of(self, run: str) -> tuple[int, int]:
        """The ids of a run's rows: from the first, and to before the second. They were entered in one go."""
        row = next(self._rows("SELECT first_capture, captures FROM runs WHERE run = ?", (run,)), None)
        return (0, 0) if row is None else (row["first_capture"], row["first_capture"] + row["captures"])

    def _one(self, query: str, values: tuple[Any, ...]) -> CaptureRef | None:
        row = next(self._rows(query, values), None)
        return None if row is None else capture_of(row)

    def _rows(self, query: str, values: tuple[Any, ...]) -> Iterator[sqlite3.Row]:
        try:
            # No `yield from`: it would close the cursor of a reader that stops early, perhaps after the file was closed.
            for row in self._db.execute(query, values):  # noqa: UP028
                yield row
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
