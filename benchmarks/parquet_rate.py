"""How many articles a second does `warchive export --format parquet` write into a folder?"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from archive.export_choice import Choice, check_choice
from archive.export_files import whole_folder
from archive.export_job import Order, Tally, fill
from archive.reader import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one export took. `cpu` is that of all threads: where the machine is shared, it says more than the clock."""

    articles: int
    bytes: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Articles a second, by the clock."""
        return self.articles / self.seconds if self.seconds else 0.0


def parquet_rate(archive: Archive, folder: Path | None = None) -> Rate:
    """Export everything once, into a folder that is thrown away; `folder` says on which disk."""
    order = Order(format="parquet", chosen=check_choice(archive, Choice(all_versions=True)))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        tally, began, cpu = Tally(), time.perf_counter(), time.process_time()
        with whole_folder(Path(place) / "articles") as hidden:
            fill(archive, order, hidden, tally, lambda: None)
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
    return Rate(articles=tally.articles, bytes=tally.bytes, seconds=seconds, cpu=used)
