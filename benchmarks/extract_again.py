"""How fast are archived captures made into texts again, on how many processors, and in how much memory?

    nice python -m benchmarks.extract_again                 2,000 pages of real size
    python -m benchmarks.extract_again --pages 200          a look

An archive of made-up pages is published, without text, in runs of some hundred pages; then `warchive extract --all` goes over it with one
child, with two, ... each time with a fresh state folder and nothing stored (`--dry-run`), and at last once storing. Of the parent alone the
processor time is told as well: it says how many children one parent can feed. Results go to benchmarks/results/extract-again-<date>.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from archive.layout import new_run_id
from archive.ledger import Ledger
from archive.model import Capture
from archive.publish import publish_run
from archive.spool import Spool
from archive.stores import open_store
from benchmarks.pages import Pages
from pipelines.options import extractor_version

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = "bench"
START = datetime(2024, 11, 8, 8, 15, tzinfo=UTC)
RUN = 500


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extract_again", description="Texts of archived captures, made again.")
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    with TemporaryDirectory(prefix="extract-again-") as name:
        folder = Path(name)
        _publish(folder, args.pages)
        print(f"{args.pages:,} pages published", file=sys.stderr)
        rounds = [_round(folder, workers, ["--dry-run"]) for workers in args.workers]
        rounds.append(_round(folder, args.workers[-1], []))
    found = {
        "pages": args.pages,
        "processors": os.cpu_count(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "extractor": extractor_version(),
        "rounds": rounds,
    }
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    path = results / f"extract-again-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("children  stores  seconds  captures/s  parent CPU ms/capture  parent MB")
    for one in rounds:
        print(
            f"{one['workers']:>8}  {'yes' if one['stores'] else 'no':>6}  {one['seconds']:>7.1f}  {one['per_second']:>10.1f}"
            f"  {one['parent_ms']:>21.2f}  {one['parent_mb']:>9.0f}"
        )
    print(f"results: {path.relative_to(ROOT)}")
    return 0


def _publish(folder: Path, count: int) -> None:
    """Captures of `count` pages, without text, in runs."""
    pages = Pages(count=count, hosts=10)
    urls = list(pages.press.urls())[:count]
    state = folder / "state" / COLLECTION
    store = open_store(str(folder / "store"))
    for number in range(0, count, RUN):
        started = START + timedelta(hours=number // RUN)
        run = new_run_id(started, f"{number:08x}")
        ledger = Ledger(state / "ledger.sqlite")
        try:
            ledger.begin_run(run, COLLECTION, started, {"software": "benchmark"})
            spool = Spool(state, ledger, run=run, collection=COLLECTION, info=(), min_free_bytes=0)
            for place, url in enumerate(urls[number : number + RUN]):
                parts = urlsplit(url)
                response = pages.response(parts.hostname or "", parts.path)
                moment = started + timedelta(seconds=place)
                request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.hostname}\r\n\r\n".encode()
                capture = Capture(url=url, fetched_at=moment, request=request, response=response, ip_address=None)
                spool.append(capture, source=(parts.hostname or "").partition(".")[0])
                spool.commit()
            spool.close_segment()
            ledger.end_run(run, started + timedelta(minutes=30), {})
            publish_run(ledger, state, run, store)
        finally:
            ledger.close()


def _round(folder: Path, workers: int, options: list[str]) -> dict[str, Any]:
    """One call of the command in a state folder of its own."""
    with TemporaryDirectory(prefix="state-", dir=folder) as state:
        setup = ["--store", str(folder / "store"), "--state", state, "--collection", COLLECTION]
        command = [sys.executable, "-m", "warchive", *setup, "extract", "--all", "--json", "--workers", str(workers), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE)
        peak, ticks = 0, 0
        while process.poll() is None:
            peak, ticks = max(peak, _memory(process.pid)), max(ticks, _ticks(process.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - began
        assert process.stdout is not None
        report = json.load(process.stdout)
        process.stdout.close()
    assert process.returncode == 0, process.returncode
    looked_at = report["captures"]["looked_at"]
    return {
        "workers": workers,
        "stores": not options,
        "seconds": round(seconds, 2),
        "per_second": round(looked_at / seconds, 2),
        "parent_ms": round(1000 * ticks / os.sysconf("SC_CLK_TCK") / looked_at, 3),
        "parent_mb": round(peak / 1024, 1),
        "texts": report["texts"],
    }


def _memory(pid: int) -> int:
    """Most that the process had in memory so far, in kB."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:")), 0)


def _ticks(pid: int) -> int:
    """Processor time of the process itself, in clock ticks: proc(5), fields 14 and 15."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    sys.exit(main())
