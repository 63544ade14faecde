"""How likely is each piece of text of a page a part of the article's body?

Two forests, made by `training` (card: models/README.md). The first judges every block by what is plainly seen; the second judges those
that may be body once more, knowing the first's judgement of all others and what the rules say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.features import Floats, Sight
from pipelines.forest import Forest, load

MODEL = Path(__file__).resolve().parent / "models" / "blocks.npz"
# Less likely than this at first sight: no second look.
CANDIDATE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Labeller:
    """Both forests."""

    first: Forest
    second: Forest

    def chances(self, sight: Sight, ruled: Floats) -> Floats:
        """(blocks,) probabilities for all blocks of a page; `ruled`: 1 where rules alone would take the block (`ruling.by_rules`)."""
        chances = self.first.chances(sight.plain)
        chosen = ruled[sight.looked_at]
        rows = np.flatnonzero((chances > CANDIDATE) | (chosen > 0))
        found = np.minimum(chances, CANDIDATE)
        if len(rows):
            found[rows] = self.second.chances(sight.rich(chances, chosen, rows))
        out = np.zeros(len(ruled), dtype=np.float32)
        out[sight.looked_at] = found
        return out


_chosen: Labeller | None = None


def labeller() -> Labeller:
    """The one that is shipped, loaded once a process."""
    return _chosen or _shipped()


@contextmanager
def using(other: Labeller) -> Iterator[None]:
    """Judge by another one meanwhile: for cross-validation. Not for several threads."""
    global _chosen
    before, _chosen = _chosen, other
    try:
        yield
    finally:
        _chosen = before


@lru_cache(maxsize=1)
def _shipped() -> Labeller:
    return Labeller(first=load(MODEL, "first"), second=load(MODEL, "second"))


@lru_cache(maxsize=1)
def model_digest() -> str:
    """First 12 hex digits of the SHA-256 of the model's file: a part of the extractor's version."""
    return hashlib.sha256(MODEL.read_bytes()).hexdigest()[:12]
