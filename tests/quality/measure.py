"""How good is the text now, and what may it not fall below?

`python -m tests.quality.measure` prints the measures of the corpora beside the floors; `--update` raises the floors that are exceeded.
Lowering one is done by hand, with a line in the changelog.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.pool import ChildLimits, ChildPool

FLOORS = Path(__file__).resolve().parent / "floors.toml"
ROOT = Path(__file__).resolve().parents[2]
# Of which corpus how many pages: every n-th, in the order of truth.jsonl. wcxb is no news corpus: it guards against odd pages alone.
EVERY = {"seed-dagens": 1, "fundus-dev": 1, "scrapinghub": 1, "wcxb-dev": 24}
MEASURES = ("articles", "shingle_f1", "good", "clean", "title_exact", "author_set", "author_f1", "date_day", "date_ts", "lang_acc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    values: dict[str, float]
    refused: list[str]
    """Id and verdict of each page that became no article."""


def shared_folder() -> Path:
    return Path(os.environ.get("WARCHIVE_SHARED") or ROOT.parent / "shared")


def read_floors() -> dict[str, dict[str, float]]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}


def measure(name: str, shared: Path, *, workers: int = 2) -> Measured:
    """Extract the corpus in children and let score.py judge it."""
    folder = shared / "corpus" / name
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % EVERY[name] == 0]
    predictions: list[dict[str, Any]] = []
    refused: list[str] = []
    limits = ChildLimits(wall_seconds=120, cpu_seconds=60, memory_bytes=2 << 30)
    with ChildPool(workers, limits=limits) as pool, tempfile.TemporaryDirectory() as scratch:
        waiting = [(row, pool.submit("pipelines.extract:extract_task", _response(folder, row), _params(row))) for row in rows]
        for row, future in waiting:
            result = future.result(300)
            if "article" not in result:
                refused.append(f"{row['id']}: {result['not_article']['verdict']}")
                continue
            article = result["article"]
            predictions.append(
                {
                    "id": row["id"],
                    "title": article["title"],
                    "authors": [author["name"] for author in article["authors"]],
                    "date": article["date_published"],
                    "text": article["text"],
                    "lang": article["language"],
                }
            )
        scored = _score(shared, folder, Path(scratch), rows, predictions)
    scored["articles"] = 1 - len(refused) / len(rows)
    return Measured(
        values={key: value for key in MEASURES if isinstance(value := scored.get(key), float) and not math.isnan(value)}, refused=refused
    )


def _response(folder: Path, row: dict[str, Any]) -> bytes:
    with gzip.open(folder / "html" / f"{row['id']}.html.gz") as file:
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + file.read()


def _params(row: dict[str, Any]) -> dict[str, Any]:
    return {"url": row.get("url") or "https://unknown.example/page", "max_decoded_bytes": 50_000_000}


def _score(shared: Path, folder: Path, scratch: Path, rows: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> dict[str, Any]:
    predicted, ids, out = scratch / "warchive.jsonl", scratch / "ids", scratch / "out.json"
    predicted.write_text("".join(json.dumps(row) + "\n" for row in predictions), encoding="utf-8")
    ids.write_text(" ".join(row["id"] for row in rows), encoding="utf-8")
    command = [
        sys.executable,
        str(shared / "tools" / "score.py"),
        str(folder / "truth.jsonl"),
        str(predicted),
        "--ids",
        str(ids),
        "--json",
        str(out),
    ]
    subprocess.run(command, check=True, capture_output=True)
    scores: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))["warchive"]
    return scores


def floor_of(value: float) -> float:
    """Three decimals, rounded down."""
    return math.floor(value * 1000 + 1e-9) / 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="raise the floors that are exceeded")
    chosen = parser.parse_args(arguments)
    shared, floors, fell = shared_folder(), read_floors(), False
    for name in EVERY:
        result = measure(name, shared)
        known = floors.setdefault(name, {})
        for key, value in result.values.items():
            floor = known.get(key, 0.0)
            fell |= floor_of(value) < floor
            print(f"{name:<12} {key:<12} {value:.4f}  floor {floor:.3f}{'  FELL' if floor_of(value) < floor else ''}")
            known[key] = max(floor, floor_of(value))
        for line in result.refused:
            print(f"{name:<12} refused {line}")
    if chosen.update:
        text = "# What the text may not fall below: see measure.py. Lowering a floor needs a line in the changelog.\n"
        text += "".join(
            f"\n[{name}]\n" + "".join(f"{key} = {value:.3f}\n" for key, value in values.items()) for name, values in floors.items()
        )
        FLOORS.write_text(text, encoding="utf-8")
    return int(fell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
