"""How does an end-to-end test use warchive: the real command in a folder of its own, and what lies there afterwards?"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.layout import ARTICLES, CAPTURES, REPORT
from archive.manifest import Manifest, is_manifest, parse_manifest
from archive.stores import Store, open_store
from crawler.newspaper import Newspaper
from tests.desk import command, environment


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedRun:
    """How a command ended. `report` is what `crawl --json` printed, null where it printed none."""

    exit_code: int
    stdout: str
    stderr: str
    report: dict[str, Any] | None
    seconds: float

    def source(self, name: str) -> dict[str, Any]:
        """The report's part about one source."""
        assert self.report is not None, self.stderr
        part: dict[str, Any] = self.report["sources"][name]
        return part

    @property
    def groups(self) -> dict[str, int]:
        """Outcome groups of the whole run."""
        assert self.report is not None, self.stderr
        return dict(self.report["totals"]["outcomes"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """One record as another reader (warcio) sees it."""

    type: str
    url: str
    id: str
    headers: dict[str, str]
    block: bytes
    filename: str

    @property
    def sha256(self) -> str:
        """Of the block."""
        return hashlib.sha256(self.block).hexdigest()


class StoredRunFiles:
    """One published run as its files in the store tell it, without our catalogue."""

    def __init__(self, store: Store, manifest: Manifest) -> None:
        self._store, self.manifest = store, manifest

    @property
    def run(self) -> str:
        return self.manifest.run

    def file(self, path: str) -> bytes:
        """A file of the run, which must be as the manifest says."""
        entry = self.manifest.file(path)
        data = self._store.get(self.manifest.folder.key(path))
        assert len(data) == entry.size
        assert hashlib.sha256(data).hexdigest() == entry.sha256
        return data

    @cached_property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file(REPORT))
        return found

    @cached_property
    def captures(self) -> list[dict[str, Any]]:
        return _rows(gzip.decompress(self.file(CAPTURES)))

    @cached_property
    def articles(self) -> list[dict[str, Any]]:
        return _rows(gzip.decompress(self.file(ARTICLES)))

    def records(self) -> Iterator[WarcRecord]:
        """All WARC records, in the order in which they were written."""
        for entry in self.manifest.files:
            if entry.path.startswith("archive/"):
                yield from records_in(self.file(entry.path), entry.path)

    @cached_property
    def types(self) -> Counter[str]:
        """Record type → how many."""
        return Counter(record.type for record in self.records())


class Bench:
    """A folder with `warchive.toml` and source files, the command run in it, and its store and state looked at from outside."""

    def __init__(self, folder: Path, *, collection: str = "test", store: str = "store") -> None:
        self.folder, self.collection, self._store_url = folder, collection, store
        self.state = folder / "state" / collection

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        store: str = "store",
        collection: str = "test",
        contact: str = "https://example.org/crawler",
        connect_to: Sequence[str] = (),
        network: Mapping[str, Any] | None = None,
        limits: Mapping[str, Any] | None = None,
        extraction: Mapping[str, Any] | None = None,
        requisites: Mapping[str, Any] | None = None,
    ) -> Bench:
        """Write `warchive.toml`; `limits`, `network`, `extraction` and `requisites` are keys of these tables. The delay is 0 unless given,
        and nothing is captured beside the pages: tests of that say `requisites={"take": "all"}`. One child makes text on any machine; tests
        in which several must say `extraction={"workers": 2}`.
        """
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        tables = {
            "network": {"connect_to": list(connect_to), **(network or {})},
            "limits": {"delay": 0.0, **(limits or {})},
            "extraction": {"workers": 1, **(extraction or {})},
            "requisites": {"take": "none", **(requisites or {})},
        }
        lines = [f"store = {toml(store)}", 'state = "state/"', f"collection = {toml(collection)}", 'sources = ["sources/"]']
        lines += [f"contact = {toml(contact)}"] if contact else []
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {toml(value)}" for key, value in table.items())]
        (folder / "warchive.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cls(folder, collection=collection, store=store)

    @classmethod
    def of_newspaper(cls, folder: Path, paper: Newspaper, *, publishers: bool = True, odd_post: bool = False, **more: Any) -> Bench:
        """A bench whose sources are the newspaper's; `more` as for `make`."""
        bench = cls.make(folder, connect_to=paper.connect_to, **more)
        paper.write_sources(folder / "sources", publishers=publishers, odd_post=odd_post)
        return bench

    def source(
        self, name: str, homepage: str, seeds: Sequence[tuple[str, str]], *, scope: Mapping[str, Any] | None = None, **keys: Any
    ) -> Path:
        """Write a source file; seeds as (type, url). It is enabled, in English, and without delay unless `keys` say otherwise."""
        values = {"title": name, "languages": ["en"], "enabled": True, "delay": 0.0, **keys}
        lines = [f"name = {toml(name)}", f"homepage = {toml(homepage)}", *(f"{key} = {toml(value)}" for key, value in values.items())]
        for kind, url in seeds:
            lines += ["[[seeds]]", f"type = {toml(kind)}", f"url = {toml(url)}"]
        lines += ["[scope]", *(f"{key} = {toml(value)}" for key, value in scope.items())] if scope else []
        path = self.folder / "sources" / f"{name}.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    # -- the command

    def run(
        self,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        timeout: float = 120,
        prefix: Sequence[str] = (),
    ) -> CompletedRun:
        """Run `warchive ARGUMENTS` in the folder to its end; `prefix` is a command that runs it (`setpriv ...`)."""
        began = time.monotonic()
        done = subprocess.run(
            [*prefix, *command(*map(str, arguments))],
            cwd=self.folder,
            env=environment(**(env or {})),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return completed(done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    def crawl(self, *arguments: str | Path, due: bool = False, **options: Any) -> CompletedRun:
        """`warchive crawl --json ARGUMENTS`; its report is in the result. All seeds are asked, or with `due` what is due, as from cron."""
        return self.run("crawl", "--json", *([] if due else ["--now"]), *arguments, **options)

    def start(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Running:
        """Start `warchive ARGUMENTS`, for tests that stop or kill it."""
        return Running(
            subprocess.Popen(
                command(*map(str, arguments)),
                cwd=self.folder,
                env=environment(**(env or {})),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )

    # -- the store, read without our catalogue

    @property
    def store(self) -> Store:
        return open_store(self._store_url, base=self.folder)

    def keys(self) -> dict[str, int]:
        """Key → size of everything in the store."""
        return {info.key: info.size for info in self.store.list("")}

    def runs(self) -> list[StoredRunFiles]:
        """The published runs, oldest first."""
        store = self.store
        keys = [info.key for info in store.list(f"{self.collection}/runs/") if is_manifest(info.key)]
        return [StoredRunFiles(store, parse_manifest(key, store.get(key))) for key in keys]

    def articles(self) -> list[dict[str, Any]]:
        """Every version of every article, in the order of the runs."""
        return [article for run in self.runs() for article in run.articles]

    def captures(self) -> list[dict[str, Any]]:
        """Every published capture, in the order of the runs."""
        return [capture for run in self.runs() for capture in run.captures]

    def records(self) -> Iterator[WarcRecord]:
        """Every published WARC record."""
        for run in self.runs():
            yield from run.records()

    # -- the state folder

    @contextlib.contextmanager
    def ledger(self) -> Iterator[sqlite3.Connection]:
        """The ledger, read-only: also while a crawl runs."""
        db = sqlite3.connect(f"file:{self.state / 'ledger.sqlite'}?mode=ro", uri=True, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            yield db
        finally:
            db.close()

    def ledger_rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a query on the ledger; none where there is no ledger yet."""
        if not (self.state / "ledger.sqlite").exists():
            return []
        with self.ledger() as db:
            try:
                return [dict(row) for row in db.execute(query, values)]
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    def acknowledged(self) -> list[dict[str, Any]]:
        """Captures whose row is committed and whose run is not yet published."""
        return self.ledger_rows("SELECT * FROM captures ORDER BY id")

    def spool_files(self) -> list[Path]:
        """Files below the spool, of all runs."""
        return sorted(path for path in (self.state / "spool").rglob("*") if path.is_file())


class Running:
    """A command that was started. Ended by `finish`; killed when the `with` block is left."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._began = time.monotonic()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this process alone."""
        self.process.send_signal(number)

    def finish(self, timeout: float = 60) -> CompletedRun:
        """Wait for its end."""
        stdout, stderr = self.process.communicate(timeout=timeout)
        return completed(self.process.returncode, stdout, stderr, time.monotonic() - self._began)


def completed(code: int, stdout: bytes, stderr: bytes, seconds: float) -> CompletedRun:
    """With the report, where stdout is one."""
    text = stdout.decode("utf-8", "replace")
    report = None
    if text.startswith("{"):
        with contextlib.suppress(ValueError):
            report = json.loads(text)
    if report is not None and report.get("format") != "warchive.report/1":
        report = None
    return CompletedRun(exit_code=code, stdout=text, stderr=stderr.decode("utf-8", "replace"), report=report, seconds=seconds)


def records_in(data: bytes, filename: str) -> Iterator[WarcRecord]:
    """The records of one WARC file."""
    for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True):
        headers = dict(record.rec_headers.headers)
        yield WarcRecord(
            type=record.rec_type,
            url=headers.get("WARC-Target-URI", ""),
            id=headers["WARC-Record-ID"],
            headers=headers,
            block=record.raw_stream.read(),
            filename=filename,
        )


def wait_until(condition: Any, *, seconds: float = 30, what: str = "the condition") -> None:
    """Look every 50 ms until `condition()` is true; fails the test after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come true within {seconds} s"
        time.sleep(0.05)


def toml(value: Any) -> str:
    """A value as TOML writes it: strings, numbers, booleans, lists."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False)


def _rows(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines() if line.strip()]
