"""How does a forest learn? CatBoost, with oblivious trees, which is needed for training alone."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.forest import Floats, Forest, in_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Of a forest, and how fast it learns."""

    trees: int
    depth: int
    rate: float


def learn(rows: Floats, labels: NDArray[np.int8], weights: Floats, size: Size, *, seed: int = 0, threads: int = 2) -> Forest:
    """Fit a forest with log loss. Deterministic for the same rows on the same number of threads."""
    from catboost import CatBoostClassifier, Pool

    keep = weights > 0
    model = CatBoostClassifier(
        iterations=size.trees,
        depth=size.depth,
        learning_rate=size.rate,
        loss_function="Logloss",
        l2_leaf_reg=6,
        rsm=0.5,
        random_seed=seed,
        border_count=128,
        thread_count=threads,
        verbose=False,
        allow_writing_files=False,
        bootstrap_type="Bernoulli",
        subsample=0.7,
    )
    model.fit(Pool(rows[keep], labels[keep], weight=weights[keep]))
    return _forest(model, size.depth)


def _forest(model: object, depth: int) -> Forest:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")  # type: ignore[attr-defined]
        made = json.loads(path.read_text(encoding="utf-8"))
    columns = [feature["flat_feature_index"] for feature in made["features_info"]["float_features"]]
    trees = made["oblivious_trees"]
    features = np.zeros((len(trees), depth), dtype=np.intp)
    borders = np.full((len(trees), depth), np.float32(3e38))
    leaves = np.zeros((len(trees), 2**depth), dtype=np.float32)
    scale, bias = made["scale_and_bias"]
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or []):
            features[number, level] = columns[split["float_feature_index"]]
            borders[number, level] = split["border"]
        leaves[number, : len(tree["leaf_values"])] = np.array(tree["leaf_values"]) * scale
    return Forest(
        features=features,
        borders=borders.astype(np.float32),
        leaves=in_parts(leaves),
        bias=float(bias[0] if isinstance(bias, list) else bias),
    )
