"""Which pages does the model learn from, and in which rows?"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from pipelines import charset
from pipelines.body import prepare
from pipelines.features import Sight
from pipelines.page import Page, read_page
from pipelines.ruling import by_rules
from training.disguise import disguised
from training.labels import label

SETS = ("fundus-dev", "scrapinghub", "wcxb-dev")
# wcxb has five times as many pages as the others, and most are no news.
_WEIGHTS = {"fundus-dev": 2.0, "scrapinghub": 2.0, "wcxb-dev": 0.6}
_SECOND_LEVEL = frozenset("co com org net ac gov edu or ne go".split())


@dataclass(slots=True, kw_only=True)
class Sample:
    """One page, or one in disguise."""

    corpus: str
    id: str
    publisher: str
    disguise: int
    page: Page
    sight: Sight
    ruled: NDArray[np.float32]
    """(pieces,) As `Labeller.chances` takes it."""
    labels: NDArray[np.int8]
    """(pieces looked at,) As the weights."""
    weights: NDArray[np.float32]
    row: dict[str, Any]


def registrable(host: str) -> str:
    """`bbc.co.uk` of `www.bbc.co.uk`: what separates publishers in cross-validation."""
    parts = host.lower().split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and parts[-2] in _SECOND_LEVEL and len(parts[-1]) == 2 else parts[-2:])


def fold_of(publisher: str, folds: int) -> int:
    """All pages of a publisher are in one fold."""
    return int(hashlib.sha256(publisher.encode()).hexdigest()[:8], 16) % folds


def rows_of(shared: Path, corpus: str) -> list[dict[str, Any]]:
    with (shared / "corpus" / corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def markup_of(shared: Path, corpus: str, row: dict[str, Any]) -> str:
    with gzip.open(shared / "corpus" / corpus / "html" / f"{row['id']}.html.gz") as file:
        return charset.decode(file.read()).text


def samples(shared: Path, corpus: str, *, disguises: tuple[int, ...] = (0,), every: int = 1) -> Iterator[Sample]:
    """Pages with a body. `disguises`: 0 as it is, 1 hashed names, 2 no meaning in elements either; 1 and 2 are given to each other page."""
    for number, row in enumerate(rows_of(shared, corpus)):
        if not row.get("body") or number % every:
            continue
        url = row.get("url") or "https://unknown.example/page"
        text = markup_of(shared, corpus, row)
        publisher = registrable(urlsplit(url).hostname or row["id"])
        for disguise in disguises:
            if disguise and number % 2 != disguise % 2:
                continue
            shown = disguised(text, salt=row["id"], tags=disguise == 2) if disguise else text
            page = read_page(shown, url)
            prepare(page.pieces)
            labels, weights = label(page.pieces, row["body"], [])
            if not labels.any():
                continue
            sight = Sight(page.pieces, page.known)
            ruled = set(by_rules(page.pieces, page.known, set()))
            size = np.minimum(1.0, 0.35 + sight.sizes / 120)
            labels, weights = labels[sight.looked_at], weights[sight.looked_at]
            weights = weights * size * _WEIGHTS[corpus] * (0.5 if disguise else 1.0)
            yield Sample(
                corpus=corpus,
                id=row["id"],
                publisher=publisher,
                disguise=disguise,
                page=page,
                sight=sight,
                ruled=np.array([block in ruled for block in page.pieces], dtype=np.float32),
                labels=labels,
                weights=weights.astype(np.float32),
                row=row,
            )
