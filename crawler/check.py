"""What does every seed of some sources answer now, and what is wrong with it? `sources check`: all hosts at once, each politely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from archive.config import Config
from archive.ledger import rfc3339
from crawler.children import open_pool
from crawler.report import READ
from crawler.run import user_agent
from crawler.source_file import Seed, Source, scope_of
from crawler.trial import Trial, complaints, in_scope, try_seed
from crawler.visitor import Visitor
from pipelines.pool import ChildPool


def check_sources(
    config: Config, sources: Sequence[Source], *, say: Callable[[int, int], None] = lambda _done, _all: None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """One row a seed, in the order of the files. `say` is told how many of how many are done."""
    pool = open_pool(config)
    try:
        return asyncio.run(_check(config, sources, pool, say, now or datetime.now(UTC)))
    finally:
        pool.close()


def moves_of(source: Source, rows: Sequence[dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """The seeds that moved for good and are worth following, old URL → new; and a sentence for each that is not."""
    moves: dict[str, str] = {}
    refused: list[str] = []
    own = {seed.url for seed in source.seeds}
    for row in rows:
        if row["source"] != source.name or row["url"] not in own or not row["moved_to"]:
            continue
        if row["status"] not in READ or not row["entries"]:
            why = "nothing is announced there" if row["status"] in READ else row["status"]
        elif row["in_scope"] == 0:
            why = "nothing of what it announces there is in scope"
        else:
            moves[row["url"]] = row["moved_to"]
            continue
        refused.append(f"{row['url']} moved for good to {row['moved_to']}, which is not followed: {why}")
    return moves, refused


async def _check(
    config: Config, sources: Sequence[Source], pool: ChildPool, say: Callable[[int, int], None], now: datetime
) -> list[dict[str, Any]]:
    work = [(source, seed) for source in sources for seed in source.seeds]
    done = 0
    async with Visitor(config, user_agent(config.contact)) as visitor:
        room = asyncio.Semaphore(32)

        async def one(source: Source, seed: Seed) -> list[dict[str, Any]]:
            nonlocal done
            async with room:
                rows = await _rows(config, visitor, pool, source, seed, now)
            done += 1
            say(done, len(work))
            return rows

        return [row for rows in await asyncio.gather(*(one(source, seed) for source, seed in work)) for row in rows]


async def _rows(config: Config, visitor: Visitor, pool: ChildPool, source: Source, seed: Seed, now: datetime) -> list[dict[str, Any]]:
    trial = await try_seed(visitor, pool, config, seed_type=seed.type, url=seed.url, delay=source.delay, allow_private=source.allow_private)
    return [_row(source, one, now) for one in (trial, *trial.inner)]


def _row(source: Source, trial: Trial, now: datetime) -> dict[str, Any]:
    judge = scope_of(source).in_scope
    inside, _ = in_scope(trial.entries, judge)
    return {
        "source": source.name,
        "type": trial.type,
        "url": trial.url,
        "status": trial.status,
        "kind": trial.kind,
        "entries": len(trial.entries) or len(trial.children),
        "newest": rfc3339(trial.newest) if trial.newest else None,
        "in_scope": round(inside / len(trial.entries), 4) if trial.entries else None,
        "wrong": complaints(trial, judge, now),
        "redirected_to": trial.final if trial.final != trial.url else None,
        "moved_to": trial.moved_to,
        "detail": trial.detail,
    }
