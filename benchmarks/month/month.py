"""How does a month pass? `warchive crawl` every ten minutes, as cron would start it, until the last day."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import crawler.discoveries
import crawler.workplace
from archive.catalogue import Catalogue
from archive.config import Config, load_config
from archive.layout import RunFolder, new_run_id
from benchmarks.month.engine import Engine
from benchmarks.month.gate import Gate
from benchmarks.month.habits import Site
from benchmarks.month.loop import VirtualLoop
from benchmarks.month.policies import Policy
from benchmarks.month.pool import InProcessPool
from benchmarks.month.world import World
from crawler.due import what_is_due
from crawler.options import Options
from crawler.run import RunResult, Stopper, begin_run, end_run
from crawler.session import RunSession
from crawler.sources import Source, load_sources
from crawler.workplace import Workplace, open_workplace

TICK = 600.0
CRON_STARTS = 1.0  # seconds from the full minute to the first look at the frontier
DELAY = 2.0


@dataclass(slots=True)
class Tallies:
    """What the runs said of themselves, summed."""

    runs: int = 0
    idle: int = 0
    busy: int = 0
    """Ticks at which a run of before was still going."""
    longest_run: float = 0.0
    seed_requests: int = 0
    seed_requests_empty: int = 0
    seed_requests_failed: int = 0
    gaps: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    exit_codes: dict[int, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lost: list[tuple[str, str, float]] = field(default_factory=list)
    """(URL, outcome, world's time) of each page that was called missing, gone or back."""


@dataclass(slots=True, kw_only=True)
class Month:
    """One world crawled by one installation, in one folder."""

    world: World
    folder: Path
    policy: Policy
    text: bool = True
    keep: bool = False
    """Leave the WARC files of published runs where they are: gigabytes."""
    say: Callable[[str], None] = lambda _text: None
    max_runtime: float | None = None
    tallies: Tallies = field(default_factory=Tallies)
    elapsed: float = 0.0
    """Virtual seconds since the world's start."""
    offsets: list[tuple[float, float, float]] = field(default_factory=list)
    """From, until (of the world), seconds: our clock is wrong by so much."""
    hourly: Callable[[Month], None] = lambda _month: None
    daily: Callable[[Month, int], None] = lambda _month, _day: None
    pool: InProcessPool = field(default_factory=InProcessPool)
    gate: Gate = field(init=False)
    config: Config = field(init=False)
    sources: list[Source] = field(init=False)
    _loop: VirtualLoop | None = None
    _synced: float = -1.0

    def __post_init__(self) -> None:
        self.gate = Gate(self.world, DELAY)
        self.folder.mkdir(parents=True)
        self.config = write_installation(self.folder, self.world.sites)
        self.sources = load_sources(self.config.sources, builtin=False).enabled()

    # -- clocks

    def true(self) -> float:
        """The world's time."""
        return self.world.start + (self._loop.now if self._loop is not None else self.elapsed)

    def monotonic(self) -> float:
        """What the run measures pauses by."""
        return self._loop.now if self._loop is not None else self.elapsed

    def wall(self) -> float:
        """What our own clock says: mostly the truth."""
        now = self.true()
        return now + sum(wrong for begin, end, wrong in self.offsets if begin <= now < end)

    # -- passing time

    def pass_all(self) -> None:
        """From the first tick to the last."""
        end, day = self.world.end - self.world.start, 0
        began = time.monotonic()
        with self._installed():
            tick = 0.0
            while tick < end:
                if self.elapsed > tick:
                    self.tallies.busy += 1
                else:
                    self.elapsed = tick + CRON_STARTS
                    self.crawl()
                tick += TICK
                if self.elapsed // 86400 > day:
                    day = int(self.elapsed // 86400)
                    self.daily(self, day)
                    self.say(f"day {day}: {self.gate.kinds}, {self.tallies.runs} runs, {time.monotonic() - began:.0f} s")
                if tick % 3600 == 0:
                    self.hourly(self)

    def crawl(self) -> None:
        """What `warchive crawl` does: crawler/run.py, with another engine."""
        began = self.elapsed
        with open_workplace(self.config, say=lambda _text: None, wall=self.wall) as place:
            if not what_is_due(place.frontier("", self.sources), self.sources, place.wall()).now:
                self.tallies.idle += 1
                return
            self.tallies.runs += 1
            token = f"{random.Random(f'{self.world.seed} {self.tallies.runs}').randrange(1 << 32):08x}"
            run = new_run_id(place.now(), token)
            self.gate.run = run
            with self._looping() as loop:
                options = Options(extract=self.text)
                session = begin_run(place, self.sources, run=run, options=options, command="crawl", clock=self.monotonic)
                engine = Engine(self.world, self.gate, session, loop, self.true, self.wall, self.max_runtime)
                loop.run_until_complete(engine.run())
                self.elapsed = loop.now
                result = RunResult(run=None, exit_code=0)
                self._watch(session)
                end_run(place, session, result, Stopper(session, place.store), lambda _text: None)
            self._sum(result, place)
        self.tallies.longest_run = max(self.tallies.longest_run, self.elapsed - began)

    def _watch(self, session: RunSession) -> None:
        """The pages that were called lost are read off before the run is published and its rows are forgotten."""
        close = session.close_frontier

        def close_and_read() -> None:
            close()
            query = (
                "SELECT pages.url AS url, sightings.outcome AS outcome FROM sightings JOIN pages ON pages.id = sightings.page"
                " WHERE sightings.run = ? AND (sightings.outcome LIKE 'gone%' OR sightings.outcome LIKE 'missing%'"
                " OR sightings.outcome = 'back')"
            )
            for row in session.ledger.db.execute(query, (session.spool.run,)):
                self.tallies.lost.append((row["url"], row["outcome"], self.true()))

        session.close_frontier = close_and_read  # type: ignore[method-assign]

    def _sum(self, result: RunResult, place: Workplace) -> None:
        tallies = self.tallies
        tallies.exit_codes[result.exit_code] = tallies.exit_codes.get(result.exit_code, 0) + 1
        tallies.problems += result.problems
        report: dict[str, Any] = result.report or {"sources": {}, "totals": {"outcomes": {}}}
        for name, count in report["totals"]["outcomes"].items():
            tallies.outcomes[name] = tallies.outcomes.get(name, 0) + count
        for name, source in report["sources"].items():
            for seed in source["seeds"]:
                tallies.seed_requests += 1
                good = seed["status"] in ("ok", "not_modified", "no-entries")
                tallies.seed_requests_failed += not good
                tallies.seed_requests_empty += good and not seed["new"]
            for gap in source["gaps"]:
                tallies.gaps[f"{name} {gap['url']} {gap['until']}"] = gap["state"]
        if not self.keep and result.run is not None and result.published:
            folder = Path(self.config.store) / RunFolder(collection=self.config.collection, run=result.run).prefix
            shutil.rmtree(folder / "archive", ignore_errors=True)

    @contextlib.contextmanager
    def _looping(self) -> Iterator[VirtualLoop]:
        loop = VirtualLoop(self.elapsed)
        self._loop = loop
        try:
            yield loop
        finally:
            self._loop = None
            loop.close()

    @contextlib.contextmanager
    def _installed(self) -> Iterator[None]:
        """The pool in this process, and the policy that is tried, while the month lasts."""
        usual = Catalogue.sync

        def sync(catalogue: Catalogue, *args: Any, **more: Any) -> int:
            """Nobody else publishes here: the store is looked through once a day, in place of at each start."""
            if self._synced >= 0 and self.elapsed - self._synced < 86400:
                return 0
            self._synced = self.elapsed
            return usual(catalogue, *args, **more)

        with (
            patch.object(crawler.workplace, "open_pool", lambda *_args, **_more: self.pool),
            patch.object(crawler.discoveries, "next_visit", self.policy.next_visit),
            patch.object(Catalogue, "sync", sync),
        ):
            yield


def clock_steps(world: World) -> list[tuple[float, float, float]]:
    """Our own clock is wrong twice, and set right in the middle of a run each time: it leaps ahead for half a day, later back an hour."""
    part = min(1.0, world.days / 30.0) * 86400.0
    moments = [world.start + round(day * part / TICK) * TICK + 9.0 for day in (6.5, 7.0, 20.3, 20.6)]
    return [(moments[0], moments[1], 1500.0), (moments[2], moments[3], -3600.0)]


def write_installation(folder: Path, sites: list[Site]) -> Config:
    """`warchive.toml` and a file for each source, as a user would have them."""
    (folder / "sources").mkdir()
    for site in sites:
        seeds = [("feed", "/feed")]
        seeds += [("news_sitemap", "/news.xml")] if site.news_sitemap else []
        seeds += [("sitemap", "/sitemaps.xml" if site.old else "/sitemap.xml")] if site.sitemap else []
        lines = [
            f'name = "{site.name}"',
            f'title = "Site {site.number}"',
            f'homepage = "https://{site.host}/"',
            'languages = ["en"]',
            f'timezone = "{site.zone}"',
            "enabled = true",
        ]
        for kind, path in seeds:
            lines += ["[[seeds]]", f'type = "{kind}"', f'url = "https://{site.host}{path}"']
        (folder / "sources" / f"{site.name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "warchive.toml").write_text(
        f'collection = "month"\ncontact = "https://example.org/crawler"\n[limits]\ndelay = {DELAY}\nmin_free_bytes = 0\n', encoding="utf-8"
    )
    return load_config(Path("warchive.toml"), environ={}, overrides={}, folder=folder)
