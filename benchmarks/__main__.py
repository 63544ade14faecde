"""Which benchmarks are run, and where do the results go?

    python -m benchmarks                          all of them: about fifteen minutes on an idle machine
    python -m benchmarks --scale 0.2 --rounds 1   a look
    python -m benchmarks --only no-text           one
    python -m benchmarks --docs                   writes docs/benchmarks.md as well

Everything measured goes to benchmarks/results/<date>.json. Exits with 1 where a ratio is below what is asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import comparisons, table, text

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures warchive against plain Scrapy, as ratios within one run."
    )
    parser.add_argument("--scale", type=float, default=1.0, help="times the usual numbers of pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="how often both sides of a comparison run (default: %(default)s)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="just this one: text, text-real, no-text, no-text-tuned, memory, memory-text, page",
    )
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    chosen = [one for one in comparisons.comparisons(args.scale) if not args.only or one.name in args.only]
    watched_ones = [one for one in comparisons.memories(args.scale) if not args.only or one.name in args.only]
    of_one_page = not args.only or "page" in args.only
    if not chosen and not watched_ones and not of_one_page:
        parser.error(f"--only {' '.join(args.only)}: there is no such benchmark here")
    if args.docs and not (chosen and watched_ones and of_one_page):
        parser.error("--docs needs ratios, memory and the time of a page: leave --only out")
    timed = _time_of_a_page(args.scale, args.rounds) if of_one_page else None
    compared = [comparisons.compare(one, args.rounds, _say) for one in chosen]
    if compared:
        print(table.terminal(table.HEAD, [table.compared_row(one) for one in compared]), flush=True)
    watched = []
    for memory in watched_ones:
        watched.append(comparisons.watch(memory))
        _say(f"{memory.name}: {watched[-1].whole_growth_mb:+.1f} MB")
    if watched:
        print(table.terminal(table.memory_head(watched), [table.memory_row(one) for one in watched]), flush=True)
    now = datetime.now(UTC)
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    path = results / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(table.as_json(compared, watched, timed), indent=1), encoding="utf-8")
    print(f"all figures: {path.relative_to(ROOT)}")
    if args.docs and timed is not None:
        (ROOT / "docs" / "benchmarks.md").write_text(table.document(compared, watched, timed, date=f"{now:%Y-%m-%d}"), encoding="utf-8")
    met = all(one.comparison.target is None or one.ratio() >= one.comparison.target for one in compared)
    lean = all(one.whole_growth_mb < one.memory.target_mb for one in watched)
    quick = timed is None or timed.met()
    return 0 if met and lean and quick else 1


def _time_of_a_page(scale: float, rounds: int) -> text.Timed:
    what, pages = text.read_pages()
    timed = text.compare(what, pages[:: max(1, round(1 / scale))], rounds=rounds, say=_say)
    print("\n".join(text.lines_of(timed)), flush=True)
    return timed


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
