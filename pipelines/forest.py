"""What does a forest of oblivious trees say of these rows?

Each level of an oblivious tree asks one question of every row, so that a whole forest is a comparison, a sum of bits and a look-up. The
file is a plain .npz of ours: `features` (trees, depth), `borders` (trees, depth), `leaves` (trees, 2**depth) of log odds, `bias`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


# Leaves are counted in parts of one: whole numbers add up to the same sum on every machine, in any order.
PARTS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Trees of one depth, of eight levels at most."""

    features: NDArray[np.intp]
    borders: Floats
    leaves: NDArray[np.int32]
    """In parts of `PARTS`."""
    bias: float

    def chances(self, rows: Floats) -> Floats:
        """(rows,) probabilities of (rows, features), to four decimals."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        trees, depth = self.features.shape
        leaf = np.zeros((trees, len(rows)), dtype=np.uint8)
        columns = np.ascontiguousarray(rows.T)
        for level in range(depth):
            over = columns[self.features[:, level]] > self.borders[:, level, None]
            leaf |= over.view(np.uint8) << level
        score = self.leaves[np.arange(trees)[:, None], leaf].sum(axis=0) / PARTS + self.bias
        chances: Floats = np.round(1.0 / (1.0 + np.exp(-score)), 4).astype(np.float32)
        return chances


def in_parts(leaves: Floats) -> NDArray[np.int32]:
    """Leaves as a forest holds them."""
    return np.rint(leaves.astype(np.float64) * PARTS).astype(np.int32)


def load(path: Path, name: str) -> Forest:
    """Read one of the forests of a file. Raises OSError, KeyError or ValueError for a file that is none of ours."""
    with np.load(path, allow_pickle=False) as file:
        features, borders, leaves = file[f"{name}_features"], file[f"{name}_borders"], file[f"{name}_leaves"]
        bias = float(file[f"{name}_bias"])
    return Forest(features=features.astype(np.intp), borders=borders.astype(np.float32), leaves=in_parts(leaves), bias=bias)
