"""Which pages is the text measured on, and what is made of them?

`own` lies in the repository (pages/) and is always there; the others are the corpora beside it, where they are. The labeller was trained
on fundus-dev, scrapinghub and wcxb-dev: there the shipped model is measured on what it knows, and the honest figures are those of
cross-validation by publisher (pipelines/models/README.md). It has never seen `own` and seed-dagens.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pipelines.pool import ChildFailed, ChildLimits, ChildPool
from tests.quality.pages.make import pages

ROOT = Path(__file__).resolve().parents[2]
# Of which set how many pages: each n-th, in the order of truth.jsonl. wcxb is no news corpus: it guards against odd pages alone.
EVERY = {"own": 1, "seed-dagens": 1, "fundus-dev": 1, "scrapinghub": 1, "wcxb-dev": 4}
_LIMITS = ChildLimits(wall_seconds=120, cpu_seconds=60, memory_bytes=2 << 30)
Prediction = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page with its truth."""

    truth: dict[str, Any]
    html: bytes

    @property
    def url(self) -> str:
        return self.truth.get("url") or "https://unknown.example/page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What an extractor made of a set: by id; and the pages of which it made no article, with the reason."""

    predictions: dict[str, Prediction] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def shared_folder() -> Path:
    return Path(os.environ.get("WARCHIVE_SHARED") or ROOT.parent / "shared")


def is_there(name: str) -> bool:
    return name == "own" or (shared_folder() / "corpus" / name / "truth.jsonl").is_file()


def read_set(name: str, *, every: int | None = None) -> list[Sample]:
    """Its pages; `every` of them instead of the usual share."""
    if name == "own":
        return [Sample(truth=page.truth, html=page.html) for page in pages()]
    folder = shared_folder() / "corpus" / name
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % (every or EVERY[name]) == 0]
    return [Sample(truth=row, html=gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes())) for row in rows]


def by_warchive(samples: Sequence[Sample], *, workers: int = 2) -> Made:
    """As a crawl does it: in children, from the kept response."""
    made = Made()
    with ChildPool(workers, limits=_LIMITS) as pool:
        waiting = [(sample, pool.submit("pipelines.extract:extract_task", _response(sample), _params(sample))) for sample in samples]
        for sample, future in waiting:
            name = sample.truth["id"]
            try:
                result = future.result(300)
            except ChildFailed as error:
                made.refused.append(f"{name}: {error}")
                continue
            if "article" not in result:
                made.refused.append(f"{name}: {result['not_article']['verdict']}")
                continue
            article = result["article"]
            made.predictions[name] = {
                "id": name,
                "title": article["title"],
                "authors": [author["name"] for author in article["authors"]],
                "date": article["date_published"],
                "text": article["text"],
                "lang": article["language"],
            }
    return made


def _response(sample: Sample) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + sample.html


def _params(sample: Sample) -> dict[str, Any]:
    told = {key: sample.truth[key] for key in ("timezone", "captured_at") if sample.truth.get(key)}
    return {"url": sample.url, "max_decoded_bytes": 50_000_000, **told}


def by_trafilatura(samples: Sequence[Sample], *, precision: bool, workers: int = 2) -> Made:
    """trafilatura with metadata, as it is or with `favor_precision`."""
    made = Made()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for sample, found in zip(samples, pool.map(partial(_trafilatura, precision=precision), samples, chunksize=8), strict=True):
            if found is None:
                made.refused.append(f"{sample.truth['id']}: nothing")
            else:
                made.predictions[sample.truth["id"]] = found
    return made


def _trafilatura(sample: Sample, *, precision: bool) -> Prediction | None:
    from trafilatura import bare_extraction

    document = bare_extraction(
        sample.html.decode("utf-8", "replace"), url=sample.url, with_metadata=True, favor_precision=precision, include_comments=False
    )
    if document is None:
        return None
    fields = document if isinstance(document, dict) else document.as_dict()
    authors = [name.strip() for name in (fields.get("author") or "").split(";") if name.strip()]
    return {
        "id": sample.truth["id"],
        "title": fields.get("title"),
        "authors": authors,
        "date": fields.get("date"),
        "text": fields.get("text"),
        "lang": fields.get("language"),
    }


AGAINST: dict[str, dict[str, Callable[[Sequence[Sample]], Made]]] = {
    "trafilatura": {
        "trafilatura": partial(by_trafilatura, precision=False),
        "trafilatura precision": partial(by_trafilatura, precision=True),
    }
}


def present() -> Iterator[str]:
    """The names of the sets that are there."""
    return (name for name in EVERY if is_there(name))
