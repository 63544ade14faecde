"""Does the frontier stay quick with a million URLs and thousands of sources?

    python -m benchmarks.frontier_scale                                    1,000,000 URLs, 5,000 sources: some minutes
    python -m benchmarks.frontier_scale --urls 100000 --sources 500        a look

Measured: how long choosing the next request takes (`Lines.next`, batches from the frontier included), how long a run takes to begin
where everything waits and how long `warchive crawl` takes from start to end where nothing is due, and what memory the frontier costs.
Each is told in seconds of the clock and in seconds of work; the limits hold for the work, which others on the machine cannot spoil, and
reads of the disk are in neither: the state folder was just written. Exits with 1 where one of them is over its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from archive.config import Config, load_config
from archive.layout import new_run_id
from archive.ledger import Ledger, rfc3339
from archive.model import Announcement
from crawler.frontier import RESTING, WAITING, announcement_json
from crawler.frontier_schema import prepare
from crawler.lines import BATCH
from crawler.options import Options
from crawler.run import begin_run
from crawler.session import RunSession
from crawler.sources import Source, load_sources
from crawler.tally import first_kind
from crawler.workplace import open_workplace, state_folder

ROOT = Path(__file__).resolve().parents[1]
NEXT_MS, START_S, GROWTH_MB = 5.0, 2.0, 30.0
DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Of a frontier."""

    urls: int
    sources: int


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier_scale", description="A frontier of a million URLs.")
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=5_000)
    parser.add_argument("--asked", type=int, default=20_000, help="requests that are chosen (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the state folders go (default: a temporary one)")
    parser.add_argument("--out", type=Path, help="the JSON file")
    parser.add_argument("--child", choices=("busy",), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(choose(args.folder, args.asked)))
        return 0
    folder = args.folder or Path(mkdtemp(prefix="frontier-"))
    try:
        found = measure(folder, Size(urls=args.urls, sources=args.sources), args.asked)
    finally:
        if args.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    path = args.out or ROOT / "benchmarks" / "results" / f"frontier-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name, value, limit in rows(found):
        print(f"{name:<72} {value:>10.2f}   {'' if limit is None else f'limit {limit:g}'}")
    print(f"all figures: {path}")
    return 0 if all(limit is None or value <= limit for _name, value, limit in rows(found)) else 1


def rows(found: dict[str, Any]) -> list[tuple[str, float, float | None]]:
    """What is shown, and what it may be."""
    busy, idle = found["busy"], found["idle"]
    return [
        ("choosing the next request, median, ms", busy["work"]["median_ms"], None),
        ("choosing the next request, 99 %, ms", busy["work"]["p99_ms"], NEXT_MS),
        ("choosing the next request, longest, ms", busy["work"]["longest_ms"], None),
        ("  by the clock: 99 %, ms", busy["clock"]["p99_ms"], None),
        ("a run begins where everything waits, s", busy["begin_s"], None),
        ("`warchive crawl` with nothing due, first time after an edit, s", idle["first_s"], None),
        ("`warchive crawl` with nothing due, s", idle["work_s"], START_S),
        ("  by the clock, s", idle["median_s"], None),
        (f"memory beyond that with a frontier of {found['small_urls']:,} URLs, MB", found["growth_mb"], GROWTH_MB),
    ]


def measure(folder: Path, size: Size, asked: int) -> dict[str, Any]:
    """All of it; each part in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = min(asked, size.urls // 4)
    # A run holds a batch of each host: the small frontier has a batch of each as well.
    make(folder / "small", Size(urls=min(size.urls, 2 * asked + 2 * BATCH * size.sources), sources=size.sources), due=True)
    few = _child(folder / "small", asked)
    make(folder / "busy", size, due=True)
    busy = _child(folder / "busy", asked)
    make(folder / "idle", size, due=False)
    return {
        "urls": size.urls,
        "small_urls": min(size.urls, 2 * asked + 2 * BATCH * size.sources),
        "sources": size.sources,
        "busy": busy,
        "small": few,
        "growth_mb": busy["peak_mb"] - few["peak_mb"],
        "idle": nothing_due(folder / "idle"),
    }


def _child(folder: Path, asked: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.frontier_scale", "--child", "busy", "--folder", str(folder), "--asked", str(asked)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# -- making a frontier


def configuration(folder: Path) -> Config:
    """That of the folder."""
    return load_config(Path("warchive.toml"), environ={}, overrides={}, folder=folder)


def make(folder: Path, size: Size, *, due: bool) -> None:
    """An installation with that many sources, and their pages: all waiting, or all finished and not due again for days."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sources").mkdir(parents=True)
    (folder / "warchive.toml").write_text('collection = "scale"\ncontact = "https://example.org/crawler"\n', encoding="utf-8")
    for number in range(size.sources):
        host = host_of(number)
        (folder / "sources" / f"source-{number:05d}.toml").write_text(
            f'name = "source-{number:05d}"\ntitle = "Source {number}"\nhomepage = "https://{host}/"\nlanguages = ["en"]\nenabled = true\n'
            f'[[seeds]]\ntype = "feed"\nurl = "https://{host}/feed"\n[[seeds]]\ntype = "news_sitemap"\nurl = "https://{host}/news.xml"\n',
            encoding="utf-8",
        )
    ledger = Ledger(state_folder(configuration(folder)) / "ledger.sqlite")
    now = time.time()
    try:
        prepare(ledger)
        ledger.db.execute("PRAGMA synchronous=OFF")
        with ledger.transaction() as db:
            names = "id, url, source, host, state, rank, due, outcome, announcement, article, checked, kinds"
            db.executemany(f"INSERT INTO pages ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", pages(size, now, due=due))
            db.executemany(
                "INSERT INTO seeds (source, url, asked_at, status, type, due, interval) VALUES (?, ?, ?, 'ok', ?, ?, 86400)",
                (
                    (
                        f"source-{number:05d}",
                        f"https://{host_of(number)}/{path}",
                        rfc3339(datetime.fromtimestamp(now, UTC)),
                        kind,
                        now + DAY,
                    )
                    for number in range(size.sources)
                    for path, kind in (("feed", "feed"), ("news.xml", "news_sitemap"))
                ),
            )
            db.executemany(
                "INSERT INTO robots VALUES (?, ?, 200, ?)",
                ((f"https://{host_of(number)}", now, b"User-agent: *\nDisallow: /search\n") for number in range(size.sources)),
            )
    finally:
        ledger.close()


def host_of(source: int) -> str:
    """Of a source."""
    return f"www.source-{source:05d}.example"


def pages(size: Size, now: float, *, due: bool) -> Iterator[tuple[Any, ...]]:
    """Rows; the first source has a tenth of all, as one that was just added has."""
    seen = datetime.fromtimestamp(now, UTC)
    for number in range(size.urls):
        source = 0 if number % 10 == 0 else number % size.sources
        url = f"https://{host_of(source)}/news/{number}-what-happened-there"
        rank = now - (number * 7919 % 1_000_003) * 30.0
        one = Announcement(
            url=url, seed_url=f"https://{host_of(source)}/feed", seed_type="feed", seed_record_id=None, entry=f"#{number}", seen_at=seen
        )
        yield (
            hashlib.sha256(url.encode()).digest(),
            url,
            f"source-{source:05d}",
            host_of(source),
            WAITING if due else RESTING,
            rank,
            now if due else now + DAY + number % 1_000_000,
            None if due else "article",
            announcement_json(one),
            None if due else hashlib.sha256(url.encode()).digest(),
            None if due else now,
            first_kind("feed"),
        )


# -- measuring


def choose(folder: Path, asked: int) -> dict[str, Any]:
    """Begin a run over everything and hand out so many requests; each is finished at once, and its row changed as a crawl changes it."""
    config = configuration(folder)
    sources = load_sources(config.sources, builtin=False).enabled()
    clock = [0.0]
    with open_workplace(config, say=lambda _text: None) as place:
        session = begin_run(place, sources, run=new_run_id(place.now()), options=Options(), command="crawl", clock=lambda: clock[0])
        found = asyncio.run(_hand_out(session, sources, asked, clock))
        session.spool.commit()
        session.spool.close_segment()
    return {**found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


async def _hand_out(session: RunSession, sources: list[Source], asked: int, clock: list[float]) -> dict[str, Any]:
    began = time.perf_counter()
    session.begin()
    begin_s = time.perf_counter() - began
    took: list[float] = []
    worked: list[float] = []
    while len(took) < asked:
        before, work_before = time.perf_counter(), time.thread_time()
        work, wait = session.lines.next()
        work_after, after = time.thread_time(), time.perf_counter()
        if work is None:
            if wait is None:
                break
            clock[0] += wait
            continue
        took.append((after - before) * 1000)
        worked.append((work_after - work_before) * 1000)
        assert work.candidate is not None, work
        session.pace.finished(work.host, clock[0], status=200)
        effect = session.frontier.finish(work.candidate.id, work.source.name, "article")
        session.spool.enqueue(effect, session.releaser(work.candidate))
        session.lines.finished(work.host)
        if session.spool.full:
            session.commit()
    return {"chosen": len(took), "begin_s": begin_s, "clock": _summary(took), "work": _summary(worked)}


def _summary(took: list[float]) -> dict[str, float]:
    took.sort()
    return {"median_ms": took[len(took) // 2], "p99_ms": took[int(len(took) * 0.99)], "longest_ms": took[-1]}


def nothing_due(folder: Path, *, rounds: int = 5) -> dict[str, Any]:
    """The real command, from its start to its end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WARCHIVE_")} | {"PYTHONPATH": str(ROOT)}
    took, worked = [], []
    for _ in range(rounds + 1):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "warchive", "crawl", "--json"], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        took.append(time.perf_counter() - began)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked.append(usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode:
            raise RuntimeError(f"`warchive crawl` ended with {done.returncode}: {done.stderr[-2000:]}")
    return {
        "first_s": worked[0],
        "median_s": sorted(took[1:])[rounds // 2],
        "work_s": sorted(worked[1:])[rounds // 2],
        "said": (done.stdout + done.stderr)[-400:],
    }


if __name__ == "__main__":
    sys.exit(main())
