"""How many children may there be, and what may each of them use? The configuration's word, for the crawl and for `extract` alike."""

from __future__ import annotations

from archive.config import Config
from crawler.overriding import check_overrides, read_overrides
from pipelines.pool import ChildLimits, ChildPool

WITH_OVERRIDES = ("pipelines.extract:extract_task", "pipelines.explain:explain_task", "crawler.extraction_task:make_again")
"""Functions that make text."""


def open_pool(config: Config, *, workers: int | None = None) -> ChildPool:
    """A pool of children; they start with the first task. Raises `ConfigError` for overrides that cannot be used."""
    limits = config.extraction
    overrides = read_overrides(limits.overrides)
    pool = ChildPool(
        workers or limits.workers,
        limits=ChildLimits(wall_seconds=limits.wall_seconds, cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes),
        always={name: {"overrides": overrides} for name in WITH_OVERRIDES} if overrides else None,
    )
    if overrides:
        try:
            check_overrides(overrides, pool)
        except BaseException:
            pool.close()
            raise
    return pool
