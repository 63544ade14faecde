"""Which pages of the corpora beside the repository have been looked at, and what are they?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from tests.quality.verdicts.specimen import Specimen

LABELS = Path(__file__).resolve().parent / "corpus.tsv"


def labels() -> dict[tuple[str, str], str]:
    """Set and id to verdict."""
    rows = [line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {(row[0], row[1]): row[2] for row in rows}


def pages(corpus: Path) -> Iterator[Specimen]:
    """The labelled pages of `corpus`, the folder that holds the sets."""
    wanted = labels()
    for name in sorted({name for name, _ in wanted}):
        with (corpus / name / "truth.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if (name, row["id"]) in wanted:
                    html = gzip.decompress((corpus / name / "html" / f"{row['id']}.html.gz").read_bytes()).decode("utf-8", "replace")
                    yield Specimen(
                        name=f"{name}/{row['id']}",
                        html=html,
                        verdict=wanted[name, row["id"]],
                        lang=row.get("lang") or "und",
                        url=row.get("url") or "https://unknown.example/page",
                    )
