"""What does every seed of a source answer? `sources check`: a crawl run without pages, in a place that is thrown away."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archive.config import Config
from crawler.options import Options
from crawler.run import crawl
from crawler.sources import Source


def check_sources(config: Config, sources: Sequence[Source]) -> list[dict[str, Any]]:
    """One row a seed (and a sitemap of an index): source, type, url, status, kind, entries, detail; all hosts at once, each politely."""
    with tempfile.TemporaryDirectory(prefix="warchive-check-") as folder:
        trial = dataclasses.replace(config, store=f"memory://check-{Path(folder).name}", state=Path(folder), collection="check")
        no_pages = [dataclasses.replace(source, max_pages_per_run=0) for source in sources]
        result = crawl(trial, no_pages, options=Options(extract=False), command="sources check")
    rows: list[dict[str, Any]] = []
    for name, source in (result.report or {"sources": {}})["sources"].items():
        for seed in source["seeds"]:
            rows.append({"source": name, **{key: seed[key] for key in ("type", "url", "status", "kind", "entries", "detail")}})
    return rows
