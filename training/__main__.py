"""How good is the model on publishers that it has not seen, and how is it made?

`python -m training check` cross-validates by publisher and prints the scores of the texts; `python -m training make` learns from all pages
and writes `pipelines/models/blocks.npz`. Both read the corpora beside the repository; README.md says what else they need.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.body import decide, second_opinion
from pipelines.forest import PARTS, Floats, Forest
from pipelines.labeller import CANDIDATE, MODEL, Labeller
from training.boosting import Size, learn
from training.pages import SETS, Sample, fold_of, samples

FOLDS = 5
FIRST = Size(trees=180, depth=6, rate=0.1)
SECOND = Size(trees=400, depth=6, rate=0.06)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("what", choices=("check", "make"))
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("WARCHIVE_SHARED") or "../shared"))
    parser.add_argument("--predictions", type=Path, help="folder for the texts of `check`, as score.py reads them")
    chosen = parser.parse_args(arguments)
    if not (chosen.shared / "corpus").is_dir():
        print(f"{chosen.shared} has no corpus/: give --shared or WARCHIVE_SHARED", file=sys.stderr)
        return 2
    started = time.monotonic()
    every = [sample for corpus in SETS for sample in samples(chosen.shared, corpus, disguises=(0, 1, 2))]
    folds = np.array([fold_of(sample.publisher, FOLDS) for sample in every])
    print(f"{len(every)} pages and pages in disguise, {sum(len(one.labels) for one in every)} blocks, {time.monotonic() - started:.0f} s")
    if chosen.what == "make":
        _write(_whole(every, folds), MODEL)
        print(f"{MODEL}: {MODEL.stat().st_size:,} bytes, {time.monotonic() - started:.0f} s")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        _check(every, folds, chosen.shared, chosen.predictions or Path(scratch))
    print(f"{time.monotonic() - started:.0f} s")
    return 0


def _first(every: list[Sample], use: NDArray[np.bool_]) -> Forest:
    rows = [one for one, wanted in zip(every, use, strict=True) if wanted]
    return learn(
        np.concatenate([one.sight.plain for one in rows]),
        np.concatenate([one.labels for one in rows]),
        np.concatenate([one.weights for one in rows]),
        FIRST,
    )


def _second(every: list[Sample], chances: dict[int, Floats]) -> Forest:
    """Learn from those pages for which there are chances by a first forest that has not seen their publisher."""
    tables, labels, weights = [], [], []
    for number, chance in chances.items():
        one = every[number]
        ruled = one.ruled[one.sight.looked_at]
        rows = np.flatnonzero((chance > CANDIDATE) | (ruled > 0))
        tables.append(one.sight.rich(chance, ruled, rows))
        labels.append(one.labels[rows])
        weights.append(one.weights[rows])
    return learn(np.concatenate(tables), np.concatenate(labels), np.concatenate(weights), SECOND)


def _whole(every: list[Sample], folds: NDArray[np.intp]) -> Labeller:
    chances: dict[int, Floats] = {}
    for fold in range(FOLDS):
        forest = _first(every, folds != fold)
        chances.update((int(number), forest.chances(every[number].sight.plain)) for number in np.flatnonzero(folds == fold))
    return Labeller(first=_first(every, np.ones(len(every), dtype=bool)), second=_second(every, chances))


def _check(every: list[Sample], folds: NDArray[np.intp], shared: Path, out: Path) -> None:
    """For each fold a labeller of which no part has seen its publishers: neither forest, nor the chances that the second learns from."""
    without = {pair: _first(every, (folds != pair[0]) & (folds != pair[1])) for pair in combinations(range(FOLDS), 2)}
    texts: dict[str, list[dict[str, object]]] = {corpus: [] for corpus in SETS}
    for fold in range(FOLDS):
        chances: dict[int, Floats] = {}
        for other in range(FOLDS):
            if other != fold:
                forest = without[min(fold, other), max(fold, other)]
                chances.update((int(number), forest.chances(every[number].sight.plain)) for number in np.flatnonzero(folds == other))
        made = Labeller(first=_first(every, folds != fold), second=_second(every, chances))
        for number in np.flatnonzero(folds == fold):
            one = every[number]
            if not one.disguise:
                body = decide(one.page, second_opinion(one.page, made.chances(one.sight, one.ruled)), {})
                texts[one.corpus].append({"id": one.id, "text": "\n\n".join(block.text for block in body)})
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    for corpus, rows in texts.items():
        path = out / f"{corpus}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (out / "ids").write_text("\n".join(str(row["id"]) for row in rows), encoding="utf-8")
        truth = shared / "corpus" / corpus / "truth.jsonl"
        subprocess.run([sys.executable, str(shared / "tools" / "score.py"), str(truth), str(path), "--ids", str(out / "ids")], check=True)


def _write(made: Labeller, path: Path) -> None:
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, forest in (("first", made.first), ("second", made.second)):
        arrays[f"{name}_features"] = forest.features.astype(np.uint8)
        arrays[f"{name}_borders"] = forest.borders
        arrays[f"{name}_leaves"] = (forest.leaves / PARTS).astype(np.float16)
        arrays[f"{name}_bias"] = np.array(forest.bias)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
