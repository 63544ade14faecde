"""How quick is everything with a million articles? The catalogue made anew, the search index, searches, addresses, pages, an export.

    python -m benchmarks.million --folder /tmp/million                       everything, a million articles: 10 GB, an hour
    python -m benchmarks.million --folder /tmp/million --articles 50000      a look
    python -m benchmarks.million --folder /tmp/million --only queries        one part, on what is there

Figures are printed as a table, and kept in <folder>/measured.json, part by part. Seconds of the clock and of the processor are told apart,
and the load of the machine is told: what other programs take is not ours.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.reader import Archive, open_archive
from archive.search import Query, next_page
from archive.search_index import FILE, SearchIndex
from archive.stores import open_store
from benchmarks.million_store import COLLECTION, write_store
from benchmarks.million_words import LANGUAGES, vocabulary

PARTS = ("write", "catalogue", "search", "queries", "urls", "web", "parquet")


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description="Measures warchive with very many articles.")
    parser.add_argument("--folder", type=Path, required=True, help="where store and state are made")
    parser.add_argument("--articles", type=int, default=1_000_000, help="how many (default: %(default)s)")
    parser.add_argument("--only", action="append", choices=PARTS, default=[], help="just this part")
    parser.add_argument("--searches", type=int, default=1000, help="how many searches are timed (default: %(default)s)")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    kept = args.folder / "measured.json"
    measured: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "write": lambda: _timed(lambda: write_store(args.folder / "store", args.articles)),
        "catalogue": lambda: _catalogue(args.folder),
        "search": lambda: _search_index(args.folder),
        "queries": lambda: _queries(args.folder, args.searches),
        "urls": lambda: _urls(args.folder),
        "web": lambda: _web(args.folder),
        "parquet": lambda: _parquet(args.folder),
    }
    for name in args.only or PARTS:
        load = os.getloadavg()[0]
        measured[name] = {**parts[name](), "load": f"{load:.1f} to {os.getloadavg()[0]:.1f}"}
        kept.write_text(json.dumps(measured, indent=1), encoding="utf-8")
        print(f"{name}: {json.dumps(measured[name])}", flush=True)
    return 0


def _timed(work: Callable[[], object]) -> dict[str, Any]:
    wall, cpu = time.monotonic(), _cpu()
    work()
    return {"seconds": round(time.monotonic() - wall, 1), "cpu_seconds": round(_cpu() - cpu, 1)}


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _catalogue(folder: Path) -> dict[str, Any]:
    catalogue = Catalogue(folder / "state" / COLLECTION / "catalogue.sqlite")
    try:
        told = _timed(lambda: catalogue.rebuild(open_store(str(folder / "store")), COLLECTION))
        runs, captures, articles = catalogue.counts()
        assert not catalogue.problems, catalogue.problems[0]
    finally:
        catalogue.close()
    size = (folder / "state" / COLLECTION / "catalogue.sqlite").stat().st_size
    return told | _rates(articles, told) | {"runs": runs, "captures": captures, "bytes_per_article": round(size / articles)}


def _rates(articles: int, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "articles": articles,
        "articles_per_second": round(articles / told["seconds"]),
        "articles_per_cpu_second": round(articles / told["cpu_seconds"]),
    }


def _archive(folder: Path, *, sync: bool = False) -> Archive:
    return open_archive(str(folder / "store"), collection=COLLECTION, state=folder / "state", sync=sync)


def _search_index(folder: Path) -> dict[str, Any]:
    """As a sync does it; then the merging that a rebuild ends with."""
    with _archive(folder) as archive:
        index = SearchIndex(archive.catalogue.path.with_name(FILE))
        before = index.size()

        def progress(entered: int, expected: int) -> None:
            if entered % 20_000 == 0:
                print(f"search: {entered:,} of {expected:,}", flush=True)

        told = _timed(lambda: index.sync(archive, progress=progress))
        entered = index.size() - before
        told |= _rates(entered, told) if entered else {}
        told["largest_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        merged = _timed(lambda: index.db.execute("INSERT INTO texts (texts) VALUES ('optimize')"))
        index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = index.size()
        index.close()
    return told | {
        "optimize_seconds": merged["seconds"],
        "in_index": size,
        "bytes_per_article": round((folder / "state" / COLLECTION / FILE).stat().st_size / max(1, size)),
    }


def queries(count: int, seed: int = 1) -> Iterator[tuple[str, Query]]:
    """A mix of what people ask, with the name of its kind."""
    draw = random.Random(seed)
    kinds = (
        "rare",
        "common",
        "very common",
        "two words",
        "phrase",
        "filtered",
        "by time",
        "inflected",
        "or and not",
        "beginning",
        "browse",
    )
    for at in range(count):
        kind = kinds[at % len(kinds)]
        language = draw.choice(LANGUAGES)
        lexemes = vocabulary(language).lexemes

        def word(first: int, last: int, lexemes: list[list[str]] = lexemes) -> str:
            return draw.choice(lexemes[draw.randrange(min(first, len(lexemes) - 1), min(last, len(lexemes)))])

        match kind:
            case "rare":
                yield kind, Query(word(5000, 30_000))
            case "common":
                yield kind, Query(word(50, 500))
            case "very common":
                yield kind, Query(word(0, 10))
            case "two words":
                yield kind, Query(f"{word(5, 100)} {word(100, 2000)}")
            case "phrase":
                yield kind, Query(f'"{word(0, 20)} {word(0, 50)}"')
            case "filtered":
                yield kind, Query(word(0, 100), source=f"{language}-{draw.randrange(10)}", since="2021-06-01", until="2022-03-31")
            case "by time":
                yield kind, Query(word(0, 1000), sort=draw.choice(("newest", "oldest")), by=draw.choice(("published", "captured")))
            case "inflected":
                yield kind, Query(draw.choice(vocabulary(draw.choice(("uk", "ru"))).lexemes[draw.randrange(2000)]))
            case "or and not":
                yield kind, Query(f"{word(0, 50)} OR {word(20, 500)} -{word(0, 20)}")
            case "beginning":
                yield kind, Query(f"{word(100, 3000)[:3]}*" if language != "zh" else word(0, 100))
            case _:
                yield kind, Query("", language=draw.choice((None, language)), verdict=draw.choice((None, "paywall_stub")))


def _queries(folder: Path, count: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {}
    with _archive(folder) as archive:
        archive.search("warm")
        for kind, query in queries(count):
            began = time.perf_counter()
            results = archive.search(query)
            times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
            following = next_page(query, results)
            if following is not None and len(times[kind]) % 5 == 0:
                began = time.perf_counter()
                archive.search(following)
                times.setdefault("second page", []).append((time.perf_counter() - began) * 1000)
    every = [one for some in times.values() for one in some]
    return {"all": _spread(every)} | {kind: _spread(some) for kind, some in times.items()} | _memory(os.getpid())


def _spread(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {
        "median_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 1),
        "worst_ms": round(times[-1], 1),
        "count": len(times),
    }


def _some_urls(folder: Path, count: int) -> list[str]:
    catalogue = Catalogue(folder / "state" / COLLECTION / "catalogue.sqlite")
    try:
        highest = catalogue._db.execute("SELECT max(id) FROM captures").fetchone()[0]
        draw = random.Random(1)
        rows = [
            catalogue._db.execute("SELECT url FROM captures WHERE id >= ? LIMIT 1", (draw.randrange(highest),)).fetchone()
            for _ in range(count)
        ]
        return [row["url"] for row in rows if not row["url"].endswith("/feed")]
    finally:
        catalogue.close()


def _urls(folder: Path) -> dict[str, Any]:
    times = []
    with _archive(folder) as archive:
        for url in _some_urls(folder, 2000):
            began = time.perf_counter()
            assert list(archive.captures(url))
            times.append((time.perf_counter() - began) * 1000)
    return {"captures": _spread(times)}


def _web(folder: Path) -> dict[str, Any]:
    """The server in a process of its own, asked over HTTP."""
    code = (
        "import sys, threading\nfrom pathlib import Path\nfrom tests.servers.web import run_web\n"
        f"with run_web(sys.argv[1], collection={COLLECTION!r}, state=Path(sys.argv[2]), sync_seconds=3.0) as address:\n"
        "    print(address, flush=True)\n    sys.stdin.read()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "store"), str(folder / "state")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    told: dict[str, Any] = {}
    try:
        urls = [urllib.parse.quote(url, safe="") for url in _some_urls(folder, 300)]
        asked = [urllib.parse.urlencode({"q": query.words}) for _, query in queries(200, seed=2)]
        for name, paths in (
            ("front page", ["/"] * 60),
            ("/cdx?url=", [f"/cdx?url={url}" for url in urls]),
            ("/api/search", [f"/api/search?{one}" for one in asked]),
            ("/search page", [f"/search?{one}" for one in asked[:100]]),
        ):
            told[name] = _asked(address, paths)
        told |= _memory(server.pid)
    finally:
        server.kill()
        server.wait()
    return told


def _asked(address: str, paths: list[str]) -> dict[str, Any]:
    times, failed = [], 0
    for path in paths:
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(address + path, timeout=60) as answer:
                answer.read()
        except urllib.error.HTTPError:
            failed += 1
        times.append((time.perf_counter() - began) * 1000)
    return _spread(times) | ({"not_200": failed} if failed else {}) | {"first_ms": round(times[0], 1)}


def _memory(process: int) -> dict[str, Any]:
    lines = (Path("/proc") / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return {"rss_mb": round(sizes["Rss"] / 1024), "pss_mb": round(sizes["Pss"] / 1024)}


def _parquet(folder: Path) -> dict[str, Any]:
    target = folder / "parquet"
    command = [sys.executable, "-m", "warchive", "--store", str(folder / "store"), "--state", str(folder / "state")]
    command += ["--collection", COLLECTION, "export", "--format", "parquet", "-o", str(target)]
    told = _timed(lambda: subprocess.run(command, check=True, cwd=Path(__file__).resolve().parents[1], stdin=subprocess.DEVNULL))
    with _archive(folder) as archive:
        told |= _rates(archive.catalogue.counts()[2], told)
    return told


if __name__ == "__main__":
    sys.exit(main())
