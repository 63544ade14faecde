"""Are near duplicates found among a million texts, are they the right ones, and what does it cost?

    nice python -m benchmarks.twins                  1,000,000 made-up texts: most of an hour, a gigabyte of disk
    python -m benchmarks.twins --texts 50000         a look
    python -m benchmarks.twins --docs                writes the figures into docs/near-duplicates.md as well

Texts are entered one by one in the order of their numbers, as runs of 500 would be. Those that are edited copies, quotations or
translations are looked up first, as when an article is kept: is the original among the near duplicates? At the end every cluster is
counted out: how many of its pairs are of one story? Exits with 1 where a figure is beyond its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from multiprocessing import Pool
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from archive.sketch import METHOD, Sketch, sketch_of
from archive.twinindex import Place, TwinIndex
from benchmarks.madeup import EDITS, LEVELS, MadeUp, kind_of, root_of, text_number

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "near-duplicates.md"
BEGIN, END = "<!-- twins: begin -->", "<!-- twins: end -->"
RUN = 500
LIMITS = {"precision": 0.999, "recall_1": 0.995, "recall_5": 0.99, "found_50": 0.001, "growth_mb": 20.0, "lookup_p99_ms": 5.0}


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.twins", description="Near duplicates among a million texts.")
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the index goes (default: a temporary folder)")
    parser.add_argument("--out", type=Path, help="the JSON file")
    parser.add_argument("--from", type=Path, dest="figures", metavar="JSON", help="figures that were measured before, for --docs")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/near-duplicates.md")
    args = parser.parse_args()
    if args.child:
        print(json.dumps(grow(args.folder / "twins.sqlite", args.texts)))
        return 0
    found = json.loads(args.figures.read_text(encoding="utf-8")) if args.figures else _measured(args.folder, args.texts, args.out)
    told = markdown(found)
    print(told)
    if args.docs:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{told}{END}{after}", encoding="utf-8")
    problems = beyond(found)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _measured(given: Path | None, texts: int, out: Path | None) -> dict[str, Any]:
    folder = given or Path(mkdtemp(prefix="twins-"))
    try:
        found = measure(folder, texts)
    finally:
        if given is None:
            shutil.rmtree(folder, ignore_errors=True)
    path = out or ROOT / "benchmarks" / "results" / f"twins-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def measure(folder: Path, texts: int) -> dict[str, Any]:
    """All of it, in this process."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "twins.sqlite"
    index = TwinIndex(path)
    looked: dict[str, Counter[bool]] = defaultdict(Counter)
    steps: list[dict[str, float]] = []
    spent = Counter[str]()
    lookups: list[float] = []
    step = max(RUN, texts // 20)
    with index.roomy(), Pool(2) as pool:  # makes the texts, and their sketches as the children of a crawl could
        runs = [range(begin, min(texts, begin + RUN)) for begin in range(0, texts, RUN)]
        coming = pool.map_async(_make, runs[0], chunksize=50)
        for run, following in zip_longest(runs, runs[1:]):
            made = coming.get()
            if following is not None:  # one run ahead, and no more
                coming = pool.map_async(_make, following, chunksize=50)
            done = run.stop
            with index.transaction():
                for one in made:
                    _enter(index, one, spent, looked, lookups)
            if done % step < RUN or done == texts:
                steps.append(_step(path, done, spent, lookups))
                print(json.dumps(steps[-1]), file=sys.stderr, flush=True)
                spent.clear()
                lookups.clear()
    index.close()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "texts": texts,
        "method": METHOD,
        "machine": f"{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()}",
        "looked_up": {name: {"found": hits[True], "of": hits.total()} for name, hits in sorted(looked.items())},
        "clusters": _clusters(path, texts),
        "steps": steps,
        "fresh": _fresh_lookups(path, texts),
        "file_mb": path.stat().st_size / 1e6,
        "memory": {"million": _memory(folder, texts), "few": _memory(folder / "few", min(texts, 20_000))},
    }


def _memory(folder: Path, texts: int) -> dict[str, float]:
    """In a process of its own, so that nothing that this one holds counts."""
    command = [sys.executable, "-m", "benchmarks.twins", "--child", "--folder", str(folder), "--texts", str(texts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def grow(path: Path, texts: int) -> dict[str, float]:
    """Resident memory of a process that enters more texts into an index that has so many already, with the small cache of a crawl."""
    index = TwinIndex(path)
    if index.counts()[0] == 0:
        _grow(index, range(texts))
    seen = {"begin_mb": _resident_mb()}
    for name, first in (("after_5000_mb", 0), ("after_20000_mb", 5_000)):
        _grow(index, range(texts + first, texts + (5_000 if first == 0 else 20_000)))
        seen[name] = _resident_mb()
    index.close()
    return seen


def _grow(index: TwinIndex, numbers: range) -> None:
    for begin in range(0, len(numbers), RUN):
        with index.transaction():
            for number in numbers[begin : begin + RUN]:
                sketch = sketch_of(text_number(number).text)
                if sketch is not None:
                    index.enter(Place(first=number, article=_article(number)), sketch)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    number: int
    name: str
    kind: str
    root: int
    sketch: Sketch | None
    seconds: float


def _make(number: int) -> _Made:
    made = text_number(number)
    begin = time.process_time()
    sketch = sketch_of(made.text)
    seconds = time.process_time() - begin
    return _Made(number=number, name=_name(made), kind=made.kind, root=made.root, sketch=sketch, seconds=seconds)


def _enter(index: TwinIndex, made: _Made, spent: Counter[str], looked: dict[str, Counter[bool]], lookups: list[float]) -> None:
    spent["sketch"] += round(made.seconds * 1e9)
    if made.sketch is None:
        return
    if made.kind in (*EDITS, "quoting", "translated"):
        begin = time.process_time()
        near = index.near(made.sketch, _article(made.number))
        lookups.append(time.process_time() - begin)
        looked[made.name][any(kin.place.article == _article(made.root) for kin in near)] += 1
    begin = time.process_time()
    index.enter(Place(first=made.number, article=_article(made.number)), made.sketch)
    spent["enter"] += round((time.process_time() - begin) * 1e9)
    spent["texts"] += 1


def _article(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _name(made: MadeUp) -> str:
    return f"{made.kind} {made.level:.0%}" if made.kind in EDITS else made.kind


def _step(path: Path, done: int, spent: Counter[str], lookups: list[float]) -> dict[str, float]:
    ordered = sorted(lookups) or [0.0]
    return {
        "texts": done,
        "sketch_us": spent["sketch"] / max(1, spent["texts"]) / 1e3,
        "enter_us": spent["enter"] / max(1, spent["texts"]) / 1e3,
        "lookup_median_ms": ordered[len(ordered) // 2] * 1e3,
        "lookup_p99_ms": ordered[int(len(ordered) * 0.99)] * 1e3,
        "file_mb": path.stat().st_size / 1e6,
    }


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _fresh_lookups(path: Path, texts: int) -> dict[str, float]:
    """By a process's first thousand questions, with the small cache of a crawl."""
    index = TwinIndex(path)
    times = []
    for number in range(texts, texts + 1000):
        sketch = sketch_of(text_number(number).text)
        if sketch is not None:
            begin = time.process_time()
            index.near(sketch, _article(number))
            times.append((time.process_time() - begin) * 1e3)
    index.close()
    times.sort()
    return {"median_ms": times[len(times) // 2], "p99_ms": times[int(len(times) * 0.99)], "longest_ms": times[-1]}


def _clusters(path: Path, texts: int) -> dict[str, Any]:
    """Each cluster counted out. A pair is right where both are of one story: an agency's report and its copies, a page put up once more,
    an edit of 1 or 5 %. An edit of 20 % is neither right nor wrong, and is left out.
    """
    db = sqlite3.connect(path)
    cluster_of: dict[int, int] = {}
    members: dict[int, list[int]] = defaultdict(list)
    for article, cluster in db.execute("SELECT article, cluster FROM articles WHERE cluster IS NOT NULL"):
        cluster_of[int.from_bytes(article, "big")] = cluster
        members[cluster].append(int.from_bytes(article, "big"))
    db.close()
    right = wrong = 0
    for cluster in members.values():
        stories = Counter(family for family in map(_family, cluster) if family is not None)
        same = sum(count * (count - 1) // 2 for count in stories.values())
        right += same
        wrong += stories.total() * (stories.total() - 1) // 2 - same
    copies: dict[str, Counter[bool]] = defaultdict(Counter)
    for number in range(texts):
        kind, _ = kind_of(number)
        if kind in ("agency", "repost"):
            copies[kind][number in cluster_of and cluster_of[number] == cluster_of.get(root_of(number))] += 1
    return {
        "clusters": len(members),
        "articles": len(cluster_of),
        "largest": max(map(len, members.values()), default=0),
        "right_pairs": right,
        "wrong_pairs": wrong,
        "copies": {name: {"found": hits[True], "of": hits.total()} for name, hits in copies.items()},
    }


def _family(number: int) -> int | None:
    kind, level = kind_of(number)
    if kind == "cut" and level > 0.2:
        return -root_of(number) - 1  # all halves of one story are the same text
    if kind in ("original", "quoting", "translated") or level > 0.2:
        return number
    return None if level == 0.2 else root_of(number)


def beyond(found: dict[str, Any]) -> list[str]:
    """Which figures are worse than they may be."""
    pairs = found["clusters"]
    share = {name: one["found"] / max(1, one["of"]) for name, one in found["looked_up"].items()}
    worst = {level: [share.get(f"{kind} {level:.0%}") for kind in EDITS] for level in LEVELS}
    recall = {level: min((one for one in worst[level] if one is not None), default=1.0) for level in (0.01, 0.05)}
    told = {
        "precision": (pairs["right_pairs"] / max(1, pairs["right_pairs"] + pairs["wrong_pairs"]), True),
        "recall_1": (recall[0.01], True),
        "recall_5": (recall[0.05], True),
        "found_50": (max((one for one in worst[0.5] if one is not None), default=0.0), False),
        "growth_mb": (found["memory"]["million"]["after_20000_mb"] - found["memory"]["few"]["after_20000_mb"], False),
        "lookup_p99_ms": (found["fresh"]["p99_ms"], False),
    }
    return [
        f"{name} is {value:.4g}, and may be {'no less' if least else 'no more'} than {LIMITS[name]:g}"
        for name, (value, least) in told.items()
        if (value < LIMITS[name] if least else value > LIMITS[name])
    ]


def markdown(found: dict[str, Any]) -> str:
    """The figures as they stand in the documents."""
    pairs, share = found["clusters"], found["looked_up"]

    def cell(name: str) -> str:
        one = share.get(name)
        return f"{one['found'] / one['of']:.2%} of {one['of']:,}" if one else "—"

    ways = {
        "replaced": "words replaced, one by one",
        "mixed": "words replaced, added, left out",
        "passages": "sentences replaced",
        "cut": "cut at the end",
    }
    lines = [
        f"Of {found['texts']:,} made-up texts, by `nice python -m benchmarks.twins --docs` on {found['date']};",
        f"{found['machine']}. Times are those of the processor, which others on the machine do not spoil.",
        "",
        "| edited | 1 % | 5 % | 20 % | 50 % |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {ways[kind]} | {' | '.join(cell(f'{kind} {level:.0%}') for level in LEVELS)} |" for kind in EDITS),
        "",
        "| and | found |",
        "| --- | --- |",
        *(f"| {name} | {one['found'] / one['of']:.3%} of {one['of']:,} |" for name, one in pairs["copies"].items()),
        f"| four sentences of another text quoted | {cell('quoting')} |",
        f"| translated | {cell('translated')} |",
        "",
        f"In {pairs['clusters']:,} clusters are {pairs['articles']:,} articles, {pairs['largest']} in the largest.\nOf their pairs"
        f" {pairs['right_pairs']:,} are of one story and {pairs['wrong_pairs']:,} are not: a precision of"
        f" {pairs['right_pairs'] / max(1, pairs['right_pairs'] + pairs['wrong_pairs']):.4%}.",
        "",
        "| texts in the index | sketch, µs | enter, µs | look up, ms: median, 99 % | file, MB |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {one['texts']:,} | {one['sketch_us']:.0f} | {one['enter_us']:.0f}"
            f" | {one['lookup_median_ms']:.2f}, {one['lookup_p99_ms']:.2f} | {one['file_mb']:.0f} |"
            for one in found["steps"][-1 :: -max(1, len(found["steps"]) // 5)][::-1]
        ),
        "",
        f"A process that opens the index of {found['texts']:,} texts with the small cache of a crawl looks up in"
        f" {found['fresh']['median_ms']:.2f} ms in the median, {found['fresh']['p99_ms']:.2f} ms at the 99th percentile.",
        "",
        f"Memory does not grow with the index: a process that entered 20,000 more texts into it had"
        f" {found['memory']['million']['after_20000_mb']:.0f} MB resident, and"
        f" {found['memory']['few']['after_20000_mb']:.0f} MB where the index had 20,000 before.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
