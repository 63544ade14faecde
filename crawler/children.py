"""How many children may there be, and what may each of them use? The configuration's word, for the crawl and for `extract` alike."""

from __future__ import annotations

from archive.config import Config
from pipelines.pool import ChildLimits, ChildPool


def open_pool(config: Config, *, workers: int | None = None) -> ChildPool:
    """A pool of children; they start with the first task."""
    limits = config.extraction
    return ChildPool(
        workers or limits.workers,
        limits=ChildLimits(wall_seconds=limits.wall_seconds, cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes),
    )
