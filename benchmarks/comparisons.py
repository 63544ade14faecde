"""What is compared with what, and which ratio is asked for?

Each comparison alternates its two sides, so that a machine that slows down slows both, and gives the ratio of the medians.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pages import Pages
from benchmarks.runs import Measured, measure, ours, plain, serving

HOSTS = 16
CORPORA = ("scrapinghub", "fundus-dev")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """warchive with these options against a plain spider."""

    name: str
    options: tuple[str, ...]
    against: str
    """Kind of the plain spider."""
    what: str
    pages: Pages
    target: float | None
    """Null where the ratio is told but not asked for."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """A crawl whose memory is watched."""

    name: str
    options: tuple[str, ...]
    pages: Pages
    warm_up: int = 1000
    target_mb: float = 20.0


@dataclass(kw_only=True)
class Compared:
    """All runs of a comparison."""

    comparison: Comparison
    ours: list[Measured] = field(default_factory=list)
    plain: list[Measured] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    def ratio(self, of: Callable[[Measured], float] = lambda one: one.rate) -> float:
        """Our median over the plain spider's."""
        return statistics.median(map(of, self.ours)) / statistics.median(map(of, self.plain))


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What became of the memory."""

    memory: Memory
    run: Measured

    @property
    def after_warm_up(self) -> int:
        """Resident kB when the first pages were done."""
        return next(kb for count, kb, _anon in self.run.memory if count >= self.memory.warm_up)

    @property
    def growth_mb(self) -> float:
        """From then to the highest value while fetching."""
        return (
            max(kb for count, kb, _anon in self.run.memory if count >= self.memory.warm_up and count < self.run.pages) - self.after_warm_up
        ) / 1000

    @property
    def whole_growth_mb(self) -> float:
        """From then to the highest value of all, the publication included."""
        return (max(kb for count, kb, _anon in self.run.memory if count >= self.memory.warm_up) - self.after_warm_up) / 1000


def corpora() -> tuple[Path, ...]:
    """Real pages, where the shared corpus lies beside the repository."""
    shared = Path(os.environ.get("WARCHIVE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    found = tuple(shared / "corpus" / name for name in CORPORA if (shared / "corpus" / name / "html").is_dir())
    return found if len(found) == len(CORPORA) else ()


def comparisons(scale: float) -> list[Comparison]:
    """All of them; the numbers of pages times `scale`."""

    def pages(count: int, corpus: tuple[Path, ...] = ()) -> Pages:
        return Pages(count=max(HOSTS, round(count * scale)), hosts=HOSTS, corpus=corpus)

    text = "Scrapy with trafilatura and warcio in its callback"
    every = [
        Comparison(name="text", options=(), against="full", what=text, pages=pages(800), target=1.5),
        Comparison(name="text-real", options=(), against="full", what=text, pages=pages(400, corpora()), target=1.5),
        Comparison(name="no-text", options=("--no-text",), against="bare", what="bare Scrapy", pages=pages(3000), target=0.6),
        Comparison(
            name="no-text-tuned",
            options=("--no-text",),
            against="tuned",
            what="bare Scrapy with CONCURRENT_ITEMS = 1",
            pages=pages(3000),
            target=None,
        ),
    ]
    return [one for one in every if one.name != "text-real" or corpora()]


def memories(scale: float) -> list[Memory]:
    """Crawls whose memory is watched."""
    warm_up = max(10, round(1000 * scale))
    return [
        Memory(name="memory", options=("--no-text",), pages=Pages(count=round(20_000 * scale), hosts=HOSTS, size="small"), warm_up=warm_up),
        Memory(name="memory-text", options=(), pages=Pages(count=round(5_000 * scale), hosts=HOSTS, size="small"), warm_up=warm_up),
    ]


def compare(comparison: Comparison, rounds: int, say: Callable[[str], None]) -> Compared:
    """Run both sides in turns."""
    compared = Compared(comparison=comparison)
    with serving(comparison.pages) as server:
        for number in range(rounds):
            for side in ("plain", "ours") if number % 2 == 0 else ("ours", "plain"):
                compared.loads.append(os.getloadavg()[0])
                with scratch() as folder:
                    if side == "ours":
                        command = ours(folder, server, comparison.pages, *comparison.options)
                    else:
                        command = plain(folder, server, comparison.pages, comparison.against)
                    run = measure(command, folder, server, comparison.pages)
                (compared.ours if side == "ours" else compared.plain).append(run)
                say(f"{comparison.name}: {'warchive' if side == 'ours' else comparison.what}: {run.rate:.1f} pages/s")
    return compared


def watch(memory: Memory) -> Watched:
    """One crawl, its memory sampled."""
    with serving(memory.pages, warm=False) as server, scratch() as folder:
        command = ours(folder, server, memory.pages, *memory.options)
        return Watched(memory=memory, run=measure(command, folder, server, memory.pages, sample=True))


class scratch:  # noqa: N801 - used as a function
    """A folder that is not yet there, and is not there afterwards."""

    def __enter__(self) -> Path:
        self._parent = Path(tempfile.mkdtemp(prefix="warchive-bench-"))
        return self._parent / "run"

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._parent, ignore_errors=True)
