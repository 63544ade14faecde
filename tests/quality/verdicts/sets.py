"""Which labelled pages are there?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.quality.verdicts import corpus
from tests.quality.verdicts.blocks import BLOCKS
from tests.quality.verdicts.first import FIRST
from tests.quality.verdicts.further import FURTHER
from tests.quality.verdicts.last import LAST
from tests.quality.verdicts.specimen import Specimen

OWN: dict[str, tuple[Specimen, ...]] = {"first": FIRST, "last": LAST, "further": FURTHER, "blocks": BLOCKS}
"""Pages of our own writing: before the rules, after them, and those that stand in the place of a page."""


def gather(shared: Path) -> dict[str, Iterable[Specimen]]:
    """All sets by name; the corpora where they lie beside the repository."""
    found: dict[str, Iterable[Specimen]] = dict(OWN)
    if (shared / "corpus").is_dir():
        found["corpus"] = corpus.pages(shared / "corpus")
    return found
