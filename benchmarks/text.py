"""How long does one page take, from its bytes to the whole record, beside trafilatura with metadata?

    python -m benchmarks.text                       the real pages beside the repository, or else our own
    python -m benchmarks.text --own --rounds 1      a look
    python -m benchmarks.text --profile 25          where our time goes, by function

Both sides take turns page by page in one process, so that whatever slows one slows the other; what counts is processor time, and the ratio
of the means. trafilatura gets the page as text, which spares it the decoding; we get bytes. Whatever functions remember of earlier
pages is forgotten before each round. Exits with 1 where more is taken than is asked for.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from trafilatura import bare_extraction

from benchmarks.comparisons import corpora
from pipelines.extract import extract

TARGET_RATIO = 0.5
_REMEMBER = ("pipelines", "trafilatura", "htmldate", "courlan")
TARGET_P99_MS = 150.0


@dataclass(frozen=True, kw_only=True)
class Page:
    """What both sides are given."""

    id: str
    url: str
    html: bytes


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Milliseconds of processor time: for each page the median of its rounds, in the order of the pages."""

    what: str
    pages: list[Page]
    ours: list[float]
    theirs: list[float]
    rounds: list[float]
    """The ratio of the means in each round."""
    loads: list[float]

    def ratio(self, of: Callable[[list[float]], float] = statistics.fmean) -> float:
        """Ours over trafilatura's: below 1 is faster."""
        return of(self.ours) / of(self.theirs)

    def met(self) -> bool:
        return self.ratio() <= TARGET_RATIO and p99(self.ours) < TARGET_P99_MS


def p99(values: list[float]) -> float:
    """The value that one page of a hundred is above."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


FIGURES: dict[str, Callable[[list[float]], float]] = {"mean": statistics.fmean, "median": statistics.median, "99th percentile": p99}


def read_pages(*, own: bool = False) -> tuple[str, list[Page]]:
    """Real pages where the corpus lies beside the repository, else those that the quality gate is measured on; and what they are."""
    folders = () if own else corpora()
    if not folders:
        from tests.quality.pages.make import pages

        made = [Page(id=page.id, url=page.url, html=page.html) for page in pages()]
        return f"{len(made)} pages of our own (tests/quality/pages)", made
    found = []
    for folder in folders:
        with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                html = gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes())
                found.append(Page(id=row["id"], url=row.get("url") or "https://unknown.example/page", html=html))
    return f"{len(found)} real pages of {', '.join(folder.name for folder in folders)}", found


def compare(what: str, pages: list[Page], *, rounds: int, say: Callable[[str], None]) -> Timed:
    """Time both sides in turns."""
    for page in pages[:5]:  # both load what they load once
        _ours(page)
        _theirs(page)
    gc.collect()
    gc.freeze()
    loads, ratios = [], []
    times: dict[str, list[list[float]]] = {"ours": [[] for _ in pages], "theirs": [[] for _ in pages]}
    for number in range(rounds):
        loads.append(os.getloadavg()[0])
        forget()
        for place, page in enumerate(pages):
            sides = [("ours", _ours), ("theirs", _theirs)]
            for side, run in sides if (number + place) % 2 == 0 else sides[::-1]:
                gc.collect()
                began = time.thread_time()
                run(page)
                times[side][place].append((time.thread_time() - began) * 1000)
        ratios.append(sum(one[-1] for one in times["ours"]) / sum(one[-1] for one in times["theirs"]))
        say(f"page: round {number + 1}: {ratios[-1]:.3f} of trafilatura's time")
    ours, theirs = ([statistics.median(one) for one in times[side]] for side in ("ours", "theirs"))
    return Timed(what=what, pages=pages, ours=ours, theirs=theirs, rounds=ratios, loads=loads)


def _ours(page: Page) -> None:
    extract(page.html, page.url, content_type="text/html; charset=utf-8")


def _theirs(page: Page) -> None:
    bare_extraction(page.html.decode("utf-8", "replace"), url=page.url, with_metadata=True)


def forget() -> None:
    """Empty what the functions of both remember."""
    kind = type(lru_cache(_nothing))
    kept = [value for module in list(sys.modules.values()) for value in list(vars(module).values())]
    for one in gc.get_objects() + kept:
        if isinstance(one, kind) and str(getattr(one, "__module__", "")).split(".")[0] in _REMEMBER:
            one.cache_clear()


def _nothing() -> None: ...


def lines_of(timed: Timed) -> Iterator[str]:
    """What a terminal shows."""
    yield f"{timed.what}, {len(timed.rounds)} rounds, ms of processor time a page; load when a round began: {_range(timed.loads)}"
    yield f"{'':<18}{'warchive':>10}{'trafilatura':>13}{'ratio':>8}"
    for name, figure in FIGURES.items():
        yield f"{name:<18}{figure(timed.ours):>10.1f}{figure(timed.theirs):>13.1f}{timed.ratio(figure):>8.3f}"
    yield f"{'mean, by round':<18}{'':>23}{_range(timed.rounds, 3):>8}"
    slowest = sorted(zip(timed.ours, timed.pages, strict=True), key=lambda one: -one[0])[:5]
    yield "slowest: " + ", ".join(f"{page.id} {ms:.0f} ms ({len(page.html) // 1000} kB)" for ms, page in slowest)
    yield f"asked for: mean ≤ {TARGET_RATIO} of trafilatura's, 99th percentile < {TARGET_P99_MS:.0f} ms: {'yes' if timed.met() else 'NO'}"


def as_json(timed: Timed) -> dict[str, Any]:
    """All that was measured."""
    return {
        "pages": timed.what,
        "ratio": timed.ratio(),
        "target": TARGET_RATIO,
        "rounds": timed.rounds,
        "loads": timed.loads,
        "warchive_ms": {name: figure(timed.ours) for name, figure in FIGURES.items()},
        "trafilatura_ms": {name: figure(timed.theirs) for name, figure in FIGURES.items()},
        "by_page": {page.id: [round(a, 2), round(b, 2)] for page, a, b in zip(timed.pages, timed.ours, timed.theirs, strict=True)},
    }


def profile(pages: list[Page], top: int) -> str:
    """Our functions by their own time, and by the time of all that they call, as shares.

    Looked at every few milliseconds of processor time: neither the profiler nor other programs count, and what lxml or a pattern takes
    is that of the function that calls it.
    """
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        names: list[str] = []
        while frame is not None:
            names.append(f"{'/'.join(frame.f_code.co_filename.split('/')[-2:])}:{frame.f_code.co_name}")
            frame = frame.f_back
        own[names[0]] += 1
        whole.update(set(names))

    for page in pages[:5]:
        _ours(page)
    forget()
    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    began = time.process_time()
    for page in pages:
        _ours(page)
    took = time.process_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    looks, mean = max(1, own.total()), took / len(pages) * 1000
    lines = [f"{len(pages)} pages, {mean:.1f} ms of processor time a page, {looks} looks"]
    for title, counts in (("own time", own), ("with what it calls", whole)):
        found = [(name, count / looks) for name, count in counts.most_common(top + 10) if "runpy" not in name and "benchmarks/" not in name]
        lines += ["", title, *(f"{share:>7.1%}  {mean * share:>6.2f} ms  {name}" for name, share in found[:top])]
    return "\n".join(lines)


def _range(values: list[float], digits: int = 1) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.text")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is timed (default: %(default)s)")
    parser.add_argument("--own", action="store_true", help="our own pages, though there are real ones")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th page only (default: all)")
    parser.add_argument("--profile", type=int, metavar="N", help="print the N functions that take most instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    args = parser.parse_args()
    what, pages = read_pages(own=args.own)
    pages = pages[:: args.every]
    if args.profile:
        print(profile(pages, args.profile))
        return 0
    print(f"command: python -m benchmarks.text {' '.join(sys.argv[1:])}".rstrip())
    timed = compare(what, pages, rounds=args.rounds, say=lambda text: print(text, file=sys.stderr, flush=True))
    print("\n".join(lines_of(timed)))
    if args.json:
        args.json.write_text(json.dumps(as_json(timed), indent=1), encoding="utf-8")
    return 0 if timed.met() else 1


if __name__ == "__main__":
    sys.exit(main())
