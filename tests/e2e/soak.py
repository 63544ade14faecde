"""Does a crawl that is killed at any moment lose anything? Many trials, and a table of what was measured.

    python -m tests.e2e.soak --trials 60 --pages 1000 --store local|ministack|ceph [--seed N] [--first N] [--log FILE]
    python -m tests.e2e.soak --points --pages 40 --store local      each named crash point, from a fresh state

A trial: a fresh state and store, a crawl that is killed (SIGKILL) at a random moment between 0.3 s and its usual end, or, every fourth
time, at a random moment of its publication; looked at; started again; perhaps killed again; and then let run to its end and audited.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.crashpoints import CRASHPOINTS
from crawler.newspaper import Newspaper
from tests.desk import command, environment
from tests.e2e.audit import Audit, Findings, descendants, still_alive
from tests.e2e.driver import Bench
from tests.servers.ceph import run_ceph
from tests.servers.ministack import run_ministack

FIRST_MOMENT = 0.3
AGAIN = 0.4  # chance that a crawl that was killed is killed once more
NEEDS_DAMAGE = ("recover-repaired", "recover-rewritten")  # points that no undamaged spool passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """How a command ended that was to be killed."""

    killed: bool
    """False where it came to its end before."""
    after: float
    moment: float
    """Unix time, when it was seen to be dead."""
    orphans: int
    code: int


def kill_at(bench: Bench, wait: Callable[[subprocess.Popen[bytes]], None], *, whole_group: bool) -> Death:
    """Start `warchive crawl`, kill it when `wait` returns; only the process itself, or its whole group with it."""
    began = time.monotonic()
    with (bench.folder / "killed.log").open("ab") as log:
        process = subprocess.Popen(
            command("crawl", "--now"),
            cwd=bench.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait(process)
    except BaseException:
        process.kill()
        raise
    children = descendants(process.pid)
    if whole_group:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    code = process.wait()
    after, orphans = time.monotonic() - began, still_alive(children)
    for pid in orphans:
        os.kill(pid, signal.SIGKILL)
    return Death(killed=code == -signal.SIGKILL, after=after, moment=time.time(), orphans=len(orphans), code=code)


def after(seconds: float) -> Callable[[subprocess.Popen[bytes]], None]:
    """Wait so long, or until the process ends by itself."""

    def wait(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)

    return wait


def in_publication(bench: Bench, seconds: float) -> Callable[[subprocess.Popen[bytes]], None]:
    """Wait until the run has its report, and then so long."""

    def wait(process: subprocess.Popen[bytes]) -> None:
        before = published_reports(bench)
        while process.poll() is None and not published_reports(bench) - before:
            time.sleep(0.003)
        after(seconds)(process)

    return wait


def published_reports(bench: Bench) -> set[str]:
    """Runs that have ended and are not yet forgotten."""
    return {row["run"] for row in bench.ledger_rows("SELECT run FROM runs WHERE report IS NOT NULL")}


@dataclass(slots=True)
class Table:
    """What was measured, over all trials."""

    trials: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, findings: Findings, phases: Counter[str], code: int) -> None:
        self.trials += 1
        for name in ("kills", "acknowledged", "finished", *Findings.COUNTED):
            self.sums[name] += getattr(findings, name)
        self.phases += phases
        self.ends[code] += 1
        self.problems += findings.problems

    @property
    def clean(self) -> bool:
        return not self.problems and set(self.ends) <= {0}

    def __str__(self) -> str:
        lines = [f"trials                 {self.trials}", f"ended with             {dict(self.ends)}"]
        lines += [f"kills                  {self.sums['kills']} ({', '.join(f'{name} {n}' for name, n in sorted(self.phases.items()))})"]
        lines += [f"captures acknowledged  {self.sums['acknowledged']}", f"pages finished at kill {self.sums['finished']}"]
        lines += [f"{name.replace('_', ' '):<22} {self.sums[name]}" for name in Findings.COUNTED]
        return "\n".join(lines + [f"! {problem}" for problem in self.problems[:40]])


@dataclass(slots=True, kw_only=True)
class Soak:
    """Trials over one kind of store."""

    pages: int
    store: Callable[[Path], str]
    seed: int
    usual: float = 0.0
    """Seconds that an undisturbed crawl takes: measured before the first trial, and whenever one was quicker than thought."""
    table: Table = field(default_factory=Table)

    @contextlib.contextmanager
    def bench(self, name: str) -> Iterator[tuple[Bench, Newspaper, Audit]]:
        with tempfile.TemporaryDirectory(prefix="wa-soak-") as folder, Newspaper(pages=self.pages) as paper:
            bench = Bench.of_newspaper(
                Path(folder) / name, paper, publishers=False, extraction={"workers": 2}, store=self.store(Path(folder))
            )
            yield bench, paper, Audit(bench, paper)

    def measure(self) -> float:
        with self.bench("usual") as (bench, _paper, _audit):
            done = bench.crawl(timeout=600)
        assert done.exit_code == 0, done.stderr
        self.usual = done.seconds
        return self.usual

    def trial(self, number: int) -> dict[str, object]:
        """One trial with the randomness of its number; returns its line for the log."""
        chance = random.Random(f"{self.seed}/{number}")
        phases: Counter[str] = Counter()
        moments: list[float] = []
        with self.bench("trial") as (bench, paper, audit):
            while True:
                if number % 4 == 3 and not moments:
                    moment, wait = 0.0, in_publication(bench, chance.uniform(0, 0.4))
                else:
                    moment = chance.uniform(FIRST_MOMENT, self.usual * (0.4 if moments else 1.0))
                    wait = after(moment)
                death = kill_at(bench, wait, whole_group=chance.random() < 0.5)
                if not death.killed:  # it was quicker than usual
                    if not moments:  # a second life is shorter: it says nothing of a whole crawl
                        self.usual = death.after
                    break
                moments.append(round(death.after, 2))
                phases[audit.killed(death.moment)] += 1
                audit.findings.found("left_over", ["a child outlived its parent"] * death.orphans)
                if chance.random() >= AGAIN:
                    break
            done = bench.crawl(timeout=600)
            findings = audit.ended(paper.page_urls())
        if findings.kills:
            self.table.add(findings, phases, done.exit_code)
        return {
            "trial": number, "moments": moments, "phases": phases, "exit": done.exit_code, "acknowledged": findings.acknowledged,
            "problems": findings.problems, "stderr": done.stderr[-500:] if done.exit_code else "",
        }  # fmt: skip

    def point(self, name: str, passage: int = 1) -> dict[str, object]:
        """A crawl that dies at a named point, from a fresh state."""
        with self.bench(name) as (bench, paper, audit):
            if name.startswith("recover-"):  # so that there is something to recover
                bench.run("crawl", "--now", env={"WARCHIVE_CRASH_AT": "append-written:30"})
                audit.killed(time.time())
            first = bench.run("crawl", "--now", env={"WARCHIVE_CRASH_AT": f"{name}:{passage}"}, timeout=600)
            phase = audit.killed(time.time())
            done = bench.crawl(timeout=600)
            findings = audit.ended(paper.page_urls())
        if first.exit_code != -signal.SIGKILL:
            findings.problems.append(f"{name}: was not passed (exit {first.exit_code})")
        self.table.add(findings, Counter([phase]), done.exit_code)
        return {"point": name, "phase": phase, "exit": done.exit_code, "problems": findings.problems, "stderr": done.stderr[-500:]}


@contextlib.contextmanager
def stores(kind: str) -> Iterator[Callable[[Path], str]]:
    """A function that names an empty store; for S3, its server runs as long as the block."""
    if kind == "local":
        yield lambda folder: str(folder / "store")
        return
    with run_ceph() if kind == "ceph" else run_ministack() as server:
        os.environ.update(server.environ)
        yield lambda folder: server.url(folder.name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--store", choices=("local", "ministack", "ceph"), default="local")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first trial: goes on where a stopped soak ended")
    parser.add_argument("--points", action="store_true", help="the named crash points in place of random moments")
    parser.add_argument("--log", type=Path, help="one JSON line a trial")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that folders, servers and the crawl under way go too
    began = time.monotonic()
    with stores(options.store) as store:
        soak = Soak(pages=options.pages, store=store, seed=options.seed)
        lines = points_of(soak) if options.points else trials_of(soak, options.trials, options.first)
        stopped = False
        try:
            for line in lines:
                print(json.dumps(line), file=sys.stderr, flush=True)
                if options.log:
                    with options.log.open("a", encoding="utf-8") as log:
                        log.write(json.dumps(line) + "\n")
        except (SystemExit, KeyboardInterrupt):  # what was measured counts all the same
            stopped = True
    print(f"store                  {options.store}, {options.pages} pages, seed {options.seed}, usual end after {soak.usual:.1f} s")
    print(f"took                   {time.monotonic() - began:.0f} s{', stopped from outside' if stopped else ''}")
    print(soak.table)
    return 0 if soak.table.clean and not stopped else 1


def trials_of(soak: Soak, wanted: int, number: int) -> Iterator[dict[str, object]]:
    """Trials until so many were killed."""
    soak.measure()
    while soak.table.trials < wanted:
        line = soak.trial(number)
        number += 1
        yield line


def points_of(soak: Soak) -> Iterator[dict[str, object]]:
    for name in CRASHPOINTS:
        if name not in NEEDS_DAMAGE:
            # The first passages of these are still the seeds'; later ones are pages.
            yield soak.point(name, 15 if name in ("append-written", "commit-synced", "commit-done") else 1)


if __name__ == "__main__":
    sys.exit(main())
