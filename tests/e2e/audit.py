"""What must hold at the moment a crawl was killed, and what when it has come to its end after all?

Everything is looked at from outside: the newspaper's own log, the files in the store, and a copy of the ledger as the kill left it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import sqlite3
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.catalogue import Catalogue
from archive.errors import WarchiveError
from archive.urls import article_id
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench, StoredRunFiles

CHILDREN_END_WITHIN = 3.0  # seconds; the kernel kills them at once, but may be slow to do so on a busy machine


@dataclass(slots=True, kw_only=True)
class Findings:
    """Sums over kills and ends, named as issue 3 names them. All but the first three must be 0; `problems` says what is not."""

    kills: int = 0
    acknowledged: int = 0
    """Different captures that were acknowledged or published at any look."""
    finished: int = 0
    """Pages that were finished at the moment of a kill, summed over the kills."""
    lost: int = 0
    duplicated: int = 0
    fetched_again: int = 0
    unaccounted: int = 0
    dangling: int = 0
    """Files that a manifest names and that are not there, or are not as it says."""
    unreadable: int = 0
    """Captures that do not stand where their row says."""
    changed: int = 0
    """Objects whose bytes changed after they were first seen."""
    catalogue: int = 0
    """Lines by which the catalogue differs from one that is made anew from the store."""
    left_over: int = 0
    """Rows, files and children that nobody needs any more."""
    problems: list[str] = field(default_factory=list)

    COUNTED = ("lost", "duplicated", "fetched_again", "unaccounted", "dangling", "unreadable", "changed", "catalogue", "left_over")

    def found(self, what: str, problems: Iterable[str]) -> None:
        """Count problems of one name."""
        told = list(problems)
        setattr(self, what, getattr(self, what) + len(told))
        self.problems += [f"{what}: {problem}" for problem in told[:5]]


class Audit:
    """One state folder and store over its whole life: `killed` after each kill, `ended` once at the end."""

    def __init__(self, bench: Bench, paper: Newspaper) -> None:
        self.bench, self.paper = bench, paper
        self.findings = Findings()
        self._seen: dict[str, str] = {}
        """Record id → URL of every capture that was ever acknowledged."""
        self._finished: list[tuple[float, set[str]]] = []
        self._objects: dict[str, str] = {}
        """Key → SHA-256 of every object that a manifest ever named."""

    def killed(self, moment: float) -> str:
        """Look at what a kill left; `moment` (Unix time) is after it. Returns in which phase it came: `start`, `crawl` or `publish`."""
        self.findings.kills += 1
        with ledger_copy(self.bench) as db:
            rows = _rows(db, "SELECT * FROM captures")
            pages = _rows(db, "SELECT url FROM pages WHERE state > 0")
            runs = _rows(db, "SELECT run, report FROM runs")
        stored = self._published()
        self._note(rows, (capture for run in stored for capture in run.captures))
        self._finished.append((moment, {page["url"] for page in pages}))
        self.findings.finished += len(pages)
        self.findings.found("unreadable", spool_problems(self.bench, rows, stored))
        if not runs:
            return "start"
        return "publish" if runs[-1]["report"] else "crawl"

    def ended(self, truth: Iterable[str]) -> Findings:
        """Look at everything once a run has come to its end; `truth` are the URLs that must be an article, exactly once."""
        found = self.findings
        stored = self._published()
        captures = [capture for run in stored for capture in run.captures]
        articles = [article for run in stored for article in run.articles]
        self._note([], captures)
        found.acknowledged = len(self._seen)
        ids = Counter(capture["record_id"] for capture in captures)
        found.found("lost", (f"{url} ({record})" for record, url in self._seen.items() if record not in ids))
        found.found("duplicated", (record for record, count in ids.items() if count > 1))
        pages = Counter(capture["url"] for capture in captures if capture["kind"] == "page")
        found.found("duplicated", (f"{url} has {count} captures" for url, count in pages.items() if count > 1))
        found.found("fetched_again", self._fetched_again())
        found.found("unaccounted", unaccounted(truth, stored, articles))
        found.found("unreadable", (problem for run in stored for problem in unreadable(run)))
        found.found("catalogue", catalogue_problems(self.bench))
        found.found("left_over", left_over(self.bench))
        return found

    def _published(self) -> list[StoredRunFiles]:
        stored = self.bench.runs()
        self.findings.found("dangling", (problem for run in stored for problem in dangling(run)))
        for run in stored:
            named = {run.manifest.folder.key(entry.path): entry.sha256 for entry in run.manifest.files}
            named[run.manifest.folder.key("datapackage.json")] = hashlib.sha256(run.manifest.to_bytes()).hexdigest()
            self.findings.found("changed", (key for key, digest in named.items() if self._objects.setdefault(key, digest) != digest))
        return stored

    def _note(self, rows: Iterable[dict[str, Any]], captures: Iterable[dict[str, Any]]) -> None:
        for capture in (*rows, *captures):
            self._seen[capture["record_id"]] = capture["url"]

    def _fetched_again(self) -> Iterator[str]:
        log = [(row["at"], f"{row['scheme']}://{row['host']}{row['target']}") for row in self.paper.log_rows()]
        for moment, finished in self._finished:
            yield from (f"{url} at {at:.3f}, finished at {moment:.3f}" for at, url in log if at > moment and url in finished)


# -- one question each


def dangling(run: StoredRunFiles) -> Iterator[str]:
    """Files of a manifest that are absent or other than it says."""
    for entry in run.manifest.files:
        try:
            run.file(entry.path)
        except (WarchiveError, AssertionError) as error:
            yield f"{run.run}/{entry.path}: {type(error).__name__} {error}"


def unreadable(run: StoredRunFiles) -> Iterator[str]:
    """Captures, and the captures of articles, that are not at their offset."""
    files: dict[str, bytes] = {}
    for row in run.captures:
        name = row["filename"]
        if name not in files:
            files[name] = run.file(f"archive/{name}")
        problem = record_problem(files[name][row["offset"] : row["offset"] + row["length"]], row)
        if problem:
            yield problem
    known = {(row["filename"], row["offset"], row["record_id"]) for row in run.captures}
    for article in run.articles:
        pointer = article["warc"]
        if (pointer["filename"], pointer["offset"], pointer["record_id"]) not in known:
            yield f"the article of {article['url']} points to no capture of its run"


def record_problem(member: bytes, row: dict[str, Any]) -> str | None:
    """Whether this gzip member is the record of this row."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(gzip.decompress(member)), no_record_parse=True)))
        block = record.raw_stream.read()
    except (OSError, EOFError, zlib.error, StopIteration) as error:
        return f"{row['url']}: {type(error).__name__} at {row['filename']}:{row['offset']}"
    headers = dict(record.rec_headers.headers)
    if headers["WARC-Record-ID"].strip("<>") != row["record_id"] or record.rec_type != row["record_type"]:
        return f"{row['url']}: another record at {row['filename']}:{row['offset']}"
    return None if len(block) == int(headers["Content-Length"]) else f"{row['url']}: cut at {row['filename']}:{row['offset']}"


def spool_problems(bench: Bench, rows: list[dict[str, Any]], stored: list[StoredRunFiles]) -> Iterator[str]:
    """Acknowledged captures that stand neither in the spool nor in a published file."""
    published = {entry.path.rsplit("/", 1)[-1] for run in stored for entry in run.manifest.files}
    data: dict[str, bytes] = {}
    for row in rows:
        name, folder = row["filename"], bench.state / "spool" / row["run"]
        if name in published:
            continue
        if name not in data:
            path = next((one for one in (folder / name, folder / f"{name}.open") if one.is_file()), None)
            data[name] = path.read_bytes() if path else b""
        problem = record_problem(data[name][row["offset"] : row["offset"] + row["length"]], row)
        if problem:
            yield problem


def unaccounted(truth: Iterable[str], stored: list[StoredRunFiles], articles: list[dict[str, Any]]) -> Iterator[str]:
    """URLs that did not become exactly one article, and sums that do not balance."""
    made = Counter(article["article_id"] for article in articles)
    wanted = {article_id(url): url for url in truth}
    yield from (f"{url} became {made[one]} articles" for one, url in wanted.items() if made[one] != 1)
    counted = 0
    for run in stored:
        for name, source in run.report["sources"].items():
            outcomes = source["outcomes"]
            counted += outcomes.get("article", 0)
            if sum(outcomes.values()) != source["candidates"] or "undecided" in outcomes:
                yield f"{run.run} {name}: {outcomes} of {source['candidates']}"
            if outcomes.get("article", 0) != source["articles"]:
                yield f"{run.run} {name}: {outcomes.get('article', 0)} outcomes `article` and {source['articles']} articles"
    if counted != len(articles):
        yield f"the reports count {counted} articles, the files have {len(articles)}"


def catalogue_problems(bench: Bench) -> Iterator[str]:
    """Lines in which the catalogue, `catalogue rebuild` and one that is made anew elsewhere differ."""
    kept = _dump(bench.state / "catalogue.sqlite")
    done = bench.run("catalogue", "rebuild")
    if done.exit_code != 0:
        yield f"`catalogue rebuild` ended with {done.exit_code}: {done.stderr}"
    yield from sorted(kept ^ _dump(bench.state / "catalogue.sqlite"))


def left_over(bench: Bench) -> Iterator[str]:
    """What a run leaves in the state folder though it is published."""
    yield from (f"{path} is still in the spool" for path in bench.spool_files())
    for table in ("runs", "segments", "captures", "index_lines", "articles", "sightings", "visits", "wanted"):
        count = bench.ledger_rows(f"SELECT count(*) AS n FROM {table}")
        if count and count[0]["n"]:
            yield f"{count[0]['n']} rows in {table}"
    lasting = "'store_id', 'frontier', 'clock', 'sitelines', 'sitelines:turn', 'requisites'"
    yield from (f"fact {row['key']}" for row in bench.ledger_rows(f"SELECT key FROM meta WHERE key NOT IN ({lasting})"))


# -- processes and copies


def descendants(pid: int) -> set[int]:
    """Processes below this one, at this moment (Linux)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            stat = _stat(int(entry.name))
            if stat is not None:
                parents[int(entry.name)] = stat[1]
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def still_alive(pids: Iterable[int]) -> set[int]:
    """Those of the processes that live on for more than a moment."""
    deadline = time.monotonic() + CHILDREN_END_WITHIN
    alive = set(pids)
    while alive and time.monotonic() < deadline:
        alive = {pid for pid in alive if (stat := _stat(pid)) is not None and stat[0] not in "ZX"}
        time.sleep(0.01)
    return alive


def _stat(pid: int) -> tuple[str, int] | None:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return None
    return state, int(parent)


class ledger_copy:  # noqa: N801 - reads as what it is in a `with`
    """The ledger as a dead process left it, opened as a copy: looking must not repair anything."""

    def __init__(self, bench: Bench) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="wa-ledger-"))
        for suffix in ("", "-wal"):
            path = bench.state / f"ledger.sqlite{suffix}"
            if path.exists():
                shutil.copyfile(path, self._folder / path.name)

    def __enter__(self) -> sqlite3.Connection:
        self._db = sqlite3.connect(self._folder / "ledger.sqlite")
        self._db.row_factory = sqlite3.Row
        assert self._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return self._db

    def __exit__(self, *_error: object) -> None:
        self._db.close()
        shutil.rmtree(self._folder)


def _rows(db: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    try:
        return [dict(row) for row in db.execute(query)]
    except sqlite3.OperationalError as error:  # killed before its tables were made
        if "no such table" in str(error):
            return []
        raise


def _dump(path: Path) -> set[str]:
    catalogue = Catalogue(path)
    try:
        return set(catalogue.dump())
    finally:
        catalogue.close()
