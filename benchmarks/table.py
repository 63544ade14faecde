"""How are the results told: as lines on a terminal, as JSON, as a document?"""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.comparisons import Compared, Watched
from benchmarks.runs import Measured
from benchmarks.text import FIGURES, TARGET_P99_MS, TARGET_RATIO, Timed
from benchmarks.text import as_json as page_as_json

PACKAGES = ("scrapy", "twisted", "trafilatura", "warcio", "lxml")
Row = tuple[str, ...]
HEAD: Row = ("against", "pages", "warchive, pages/s", "the other, pages/s", "ratio", "of CPU time", "asked for")
MEMORY_HEAD: Row = ("warchive", "pages", "resident after {warm_up}", "growth while fetching", "growth with publication", "asked for")
PAGE_HEAD: Row = ("of a page", "warchive, ms", "trafilatura, ms", "ratio")


def machine() -> dict[str, Any]:
    """Where this ran."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?"
    )
    return {
        "processor": cpu,
        "processors": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def compared_row(compared: Compared) -> Row:
    """One row of the table of ratios."""
    comparison = compared.comparison
    target = "—" if comparison.target is None else f"≥ {comparison.target:g}: {'yes' if compared.ratio() >= comparison.target else 'NO'}"
    return (
        comparison.what,
        ", ".join((f"{comparison.pages.count:,} × {len(compared.ours)}", comparison.pages.describe(), *comparison.options)),
        spread(compared.ours),
        spread(compared.plain),
        f"{compared.ratio():.2f}",
        f"{compared.ratio(lambda one: one.cpu_rate):.2f}",
        target,
    )


def memory_row(watched: Watched) -> Row:
    """One row of the table of memory."""
    memory = watched.memory
    return (
        " ".join(("crawl", *memory.options)),
        f"{memory.pages.count:,}",
        f"{watched.after_warm_up / 1000:.0f} MB",
        f"{watched.growth_mb:+.1f} MB",
        f"{watched.whole_growth_mb:+.1f} MB",
        f"< {memory.target_mb:g} MB: {'yes' if watched.whole_growth_mb < memory.target_mb else 'NO'}",
    )


def spread(runs: Sequence[Measured], of: Callable[[Measured], float] = lambda one: one.rate) -> str:
    """Median and range."""
    values = sorted(map(of, runs))
    return f"{statistics.median(values):.1f} ({values[0]:.1f} to {values[-1]:.1f})"


def terminal(head: Row, rows: Sequence[Row]) -> str:
    """Aligned columns."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows))


def markdown(head: Row, rows: Sequence[Row]) -> str:
    """A table of a document."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def memory_head(watched: Sequence[Watched]) -> Row:
    """With the number of the first pages in it."""
    warm_up = watched[0].memory.warm_up if watched else 1000
    return tuple(cell.format(warm_up=f"{warm_up:,}") for cell in MEMORY_HEAD)


def as_json(compared: Sequence[Compared], watched: Sequence[Watched], timed: Timed | None = None) -> dict[str, Any]:
    """Everything that was measured."""
    return {
        "command": " ".join(["python -m benchmarks", *sys.argv[1:]]),
        "machine": machine(),
        "comparisons": [
            {
                "name": one.comparison.name,
                "against": one.comparison.what,
                "pages": one.comparison.pages.describe(),
                "ratio": one.ratio(),
                "ratio_fetching": one.ratio(lambda run: run.fetch_rate),
                "ratio_cpu": one.ratio(lambda run: run.cpu_rate),
                "target": one.comparison.target,
                "loads": one.loads,
                "warchive": [asdict(run) for run in one.ours],
                "plain": [asdict(run) for run in one.plain],
            }
            for one in compared
        ],
        "memory": [
            {
                "name": one.memory.name,
                "after_warm_up_kb": one.after_warm_up,
                "growth_mb": one.growth_mb,
                "growth_with_publication_mb": one.whole_growth_mb,
                "run": asdict(one.run),
            }
            for one in watched
        ],
        "page": page_as_json(timed) if timed is not None else None,
    }


def page_rows(timed: Timed) -> list[Row]:
    """Milliseconds of processor time a page."""
    return [
        (name, f"{figure(timed.ours):.1f}", f"{figure(timed.theirs):.1f}", f"{timed.ratio(figure):.2f}") for name, figure in FIGURES.items()
    ]


def document(compared: Sequence[Compared], watched: Sequence[Watched], timed: Timed, *, date: str) -> str:
    """docs/benchmarks.md."""
    where = machine()
    loads = [load for one in compared for load in one.loads] + timed.loads
    quick = "yes" if timed.met() else "NO"
    versions = ", ".join(f"{name} {where[name]}" for name in ("python", *PACKAGES))
    return f"""# Benchmarks

Written by `python -m benchmarks --docs` on {date}; not by hand.
Figures are of one machine, on one day; what counts are the ratios, whose two sides ran in turns on the same pages.

- Machine: {where["processors"]} processors ({where["processor"]}), {where["system"]}
- Versions: {versions}
- Command: `python -m benchmarks {" ".join(sys.argv[1:])}`
- Load of the machine when a run began: {statistics.median(loads):.1f} in the median, at most {max(loads):.1f}

## Speed

{markdown(HEAD, [compared_row(one) for one in compared])}
A rate counts from the first page asked for to the end of the process, so warchive's holds the publication to the store.
The median of the rounds is followed by their range.
"Of CPU time" is the same ratio by the processor time that both spent, start and end included: other work on the machine does not move it.
What the other is: `benchmarks/plain.py`.
It is told all URLs in advance, obeys no robots.txt, and makes nothing durable.
warchive finds the pages by sitemaps, and acknowledges each one after an fsync.
Both have one request at a time under way to each of the hosts, without a delay.
Both call trafilatura with the same options, but the other has it read the metadata, which warchive reads by itself.
With text, warchive uses every processor and the callback one: the ratio of rates is above the ratio of CPU time for that.
Scrapy makes CONCURRENT_ITEMS tasks for each response, 100 by default; warchive sets 1, and so does the last row.

## One page

{markdown(PAGE_HEAD, page_rows(timed))}
From the bytes to the whole record, beside `trafilatura.bare_extraction(with_metadata=True)`, in milliseconds of processor time:
{timed.what}, {len(timed.rounds)} rounds, both sides in turns in one process (`python -m benchmarks.text`).
Asked for: a mean of at most {TARGET_RATIO} of trafilatura's, and 99 of 100 pages in less than {TARGET_P99_MS:.0f} ms: {quick}.

## Memory

{markdown(memory_head(watched), [memory_row(one) for one in watched])}
Resident memory of the crawling process alone, without the children that make text; sampled five times a second.
What may grow while fetching is SQLite's page cache of the ledger, which is bounded by 16 MB.
The publication takes more the longer a run is, most of it when the run is entered into the catalogue.
"""
