"""How does a month with hundreds of sites go?

    python -m benchmarks.month                        300 sites, 30 days: under an hour on one core
    python -m benchmarks.month --sites 30 --days 6    a look
    python -m benchmarks.month --policy fixed:1800    the same with a fixed interval
    python -m benchmarks.month --compare              fixed intervals and ours at the same number of seed requests; discovery alone

The code is the real one: configuration, sources, frontier, session, spider, stages, spool, publication, catalogue. Scrapy's engine and the
wire are replaced, and time passes without waiting. Everything measured goes to benchmarks/results/month-<date>.json. Exits with 1 where
something is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.month import table
from benchmarks.month.compare import compare
from benchmarks.month.healthwatch import HealthWatch
from benchmarks.month.measure import measure
from benchmarks.month.month import Month, clock_steps
from benchmarks.month.policies import Policy
from benchmarks.month.world import World, make_world

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2025, 10, 4, tzinfo=UTC)
"""Europe's clocks go back on the 26th, America's on the second of November."""
COMPARED_SITES = 40


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.month", description="A month of crawling, with the real code and a simulated clock."
    )
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another world (default: %(default)s)")
    parser.add_argument("--median", type=float, default=3.0, help="articles a day of the middle site (default: %(default)s)")
    parser.add_argument("--old", type=int, default=20_000, help="old entries in the sitemap of one site (default: %(default)s)")
    parser.add_argument("--policy", type=Policy.parse, default=Policy(), help="adaptive or fixed:SECONDS (default: adaptive)")
    parser.add_argument("--no-text", action="store_true", help="as `crawl --no-text`: capture only; no edits and versions then")
    parser.add_argument("--compare", action="store_true", help="compare seed policies and do nothing else")
    parser.add_argument("--folder", type=Path, help="where the archive goes, made anew and kept (default: below /dev/shm, deleted)")
    parser.add_argument("--keep-warc", action="store_true", help="leave WARC files of published runs in the store")
    parser.add_argument("--out", type=Path, help="the JSON file")
    args = parser.parse_args()
    logging.disable(logging.ERROR)
    world = make_world(count=args.sites, days=args.days, seed=args.seed, start=START.timestamp(), median=args.median, old=args.old)
    if args.compare:
        rows = compare(world, world.sites[:: max(1, args.sites // COMPARED_SITES)], intervals=(600.0, 1800.0, 3600.0), say=_say)
        print(table.compared(rows))
        _write(args.out, {"compared": rows})
        return 0
    found = run(args, world)
    print(table.print_rows(table.lines(found)))
    if "health" in found:
        print()
        print(table.troubles(found["health"]["rows"]))
    _write(args.out, found)
    wrong = [] if args.no_text or args.policy.interval is not None else table.failures(found)
    for line in wrong:
        print(f"NOT AS IT MUST BE: {line}")
    return 1 if wrong else 0


def run(args: argparse.Namespace, world: World) -> dict[str, Any]:
    """The month itself."""
    memory = Path("/dev/shm")
    folder = args.folder or Path(mkdtemp(prefix="month-", dir=memory if memory.is_dir() else None)) / "installation"
    began, worked = time.monotonic(), time.process_time()
    try:
        month = Month(
            world=world,
            folder=folder,
            policy=args.policy,
            text=not args.no_text,
            keep=args.keep_warc,
            say=_say,
            offsets=clock_steps(world),
        )
        watch = HealthWatch(world)
        month.hourly = watch.look
        month.daily = _tell
        month.pass_all()
        found = {**measure(month), "health": watch.found(month)}
    finally:
        if args.folder is None:
            shutil.rmtree(folder.parent, ignore_errors=True)
    found["seconds"], found["cpu_seconds"] = time.monotonic() - began, time.process_time() - worked
    asked = {name: getattr(args, name) for name in ("sites", "days", "seed", "median", "old")}
    found["asked"] = {**asked, "policy": str(args.policy), "text": not args.no_text}
    return found


def _tell(month: Month, day: int) -> None:
    """How it goes, every five days."""
    if day % 5 == 0:
        _say(table.print_rows(table.lines(measure(month, until=month.true()))))


def _write(path: Path | None, found: dict[str, Any]) -> None:
    path = path or ROOT / "benchmarks" / "results" / f"month-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"all figures: {path}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
