"""What does one seed show when it is asked now, and what is wrong with it? Read in a child, judged here; nothing is kept."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from archive.config import Config
from archive.ledger import rfc3339
from crawler.reading import MAX_ENTRIES, SeedEntry, SeedReading
from crawler.report import READ
from crawler.visitor import Answer, Visitor
from pipelines.dates import read_date
from pipelines.pool import ChildFailed, ChildPool

READ_SEED = "crawler.discovery:read_seed_task"
JUDGE = "crawler.noise:judge_task"
STALE_DAYS = 60
_REASONS = {
    "denied-by-rule": "the source's own allow and deny rules refuse them",
    "other-host": "they lie on hosts that its scope does not allow",
}
_READ_BUT = {
    "not-utf8": "bytes that fit no encoding were replaced",
    "too-many-entries": f"more than {MAX_ENTRIES:,} entries: the first are read",
}
CHILDREN = 2  # sitemaps of an index that are looked into
_KINDS = {"rss": "feed", "atom": "feed", "json_feed": "feed", "text_sitemap": "sitemap", "sitemap_index": "sitemap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One seed, asked once."""

    type: str
    url: str
    status: str
    """`ok`, a problem of crawler/discovery.py, or a failure of the wire."""
    detail: str | None
    kind: str | None
    entries: tuple[SeedEntry, ...] = ()
    children: tuple[SeedEntry, ...] = ()
    final: str
    moved_to: str | None = None
    inner: tuple[Trial, ...] = ()
    """Sitemaps of an index that were looked into."""
    noise: str | None = None
    """What it announces, if no articles: crawler/noise.py; null where nobody asked."""

    @property
    def good(self) -> bool:
        """It was read, and announces something."""
        return self.status in READ and bool(self.entries or self.children)

    @property
    def newest(self) -> datetime | None:
        """Of the entries that are dated."""
        return max((moment for moment in map(moment_of, (*self.entries, *self.children)) if moment is not None), default=None)


def type_of(kind: str | None) -> str | None:
    """Seed type of what was read; null for what is none."""
    return _KINDS.get(kind, kind) if kind and kind != "unknown" else None


def moment_of(entry: SeedEntry) -> datetime | None:
    """When an entry says that it was published, or else changed."""
    for raw in (entry.published, entry.modified):
        reading = read_date(raw, source_zone="UTC") if raw else None
        if reading is not None:
            return (reading.moment() or datetime.combine(reading.day, reading.clock or time(), UTC)).astimezone(UTC)
    return None


async def try_seed(
    visitor: Visitor,
    pool: ChildPool,
    config: Config,
    *,
    seed_type: str,
    url: str,
    delay: float | None = None,
    allow_private: tuple[str, ...] = (),
    look_inside: bool = True,
    judged: bool = False,
) -> Trial:
    """Ask for a seed and read it; of a sitemap index, look into the newest of its sitemaps, too."""
    answer = await visitor.get(url, delay=delay, allow_private=allow_private)
    trial = await read_answer(pool, config, answer, seed_type, judged=judged)
    if not look_inside or not trial.children:
        return trial
    entries = list(trial.entries)
    inside: list[Trial] = []
    problems: list[str] = []
    newest = sorted(enumerate(trial.children), key=lambda pair: (_stamp(pair[1]), pair[0]), reverse=True)
    for _, child in newest[:CHILDREN]:
        inner = await try_seed(
            visitor, pool, config, seed_type=seed_type, url=child.url, delay=delay, allow_private=allow_private, look_inside=False
        )
        inside.append(inner)
        entries += inner.entries
        if not inner.good:
            problems.append(f"{child.url}: {inner.status}")
    detail = "; ".join(part for part in (trial.detail, *problems) if part) or None
    status = trial.status if entries or not problems else problems[0].rpartition(": ")[2]
    return dataclasses.replace(trial, entries=tuple(entries), detail=detail, status=status, inner=tuple(inside))


async def read_answer(pool: ChildPool, config: Config, answer: Answer, seed_type: str, *, judged: bool = False) -> Trial:
    """What an answer says as a seed of this type; `judged`: and whether it announces articles at all."""
    reading: SeedReading | None = None
    status, detail = answer.problem, answer.detail
    params: dict[str, Any] = {}
    if answer.problem is None:
        params = {"url": answer.final, "seed_type": seed_type, "max_decoded_bytes": config.limits.max_decoded_bytes}
        try:
            reading = SeedReading.from_dict(await run_child(pool, READ_SEED, answer.response, params))
        except ChildFailed as error:
            status, detail = f"reading_failed:{error.reason}", error.detail
        else:
            status, detail = reading.problem, reading.detail
    noise: str | None = None
    if judged and reading is not None and reading.entries and reading.kind != "section":
        try:
            noise = (await run_child(pool, JUDGE, answer.response, params))["noise"]
        except ChildFailed:
            noise = None  # it was read a moment ago; what cannot be judged is for a person to see
    return Trial(
        type=seed_type,
        url=answer.url,
        status=status or "ok",
        detail=detail,
        kind=reading.kind if reading else None,
        entries=tuple(reading.entries) if reading else (),
        children=tuple(reading.children) if reading else (),
        final=answer.final,
        moved_to=answer.moved_to,
        noise=noise,
    )


async def run_child(pool: ChildPool, function: str, payload: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """A task in a child, awaited."""
    return await asyncio.wrap_future(pool.submit(function, payload, params))


def in_scope(entries: Iterable[SeedEntry], judge: Callable[[str], str | None]) -> tuple[int, Counter[str]]:
    """How many entries may be asked for, and why the others may not."""
    verdicts = Counter(judge(entry.url) or "" for entry in entries)
    return verdicts.pop("", 0), verdicts


def complaints(trial: Trial, judge: Callable[[str], str | None], now: datetime) -> list[str]:
    """What a person should look at, in words; the gravest first."""
    found: list[str] = []
    if trial.status not in READ:
        found.append(f"{trial.status}" + (f" ({trial.detail})" if trial.detail else ""))
    elif trial.status in _READ_BUT:
        found.append(_READ_BUT[trial.status])
    actual = type_of(trial.kind)
    if actual is not None and actual != trial.type and (trial.type, trial.kind) != ("news_sitemap", "sitemap_index"):
        found.append(f"is a {actual}, the file says {trial.type}")
    if trial.status in READ and not trial.entries and not trial.children:
        found.append("empty: it announces nothing")
    inside, outside = in_scope(trial.entries, judge)
    if trial.entries and not inside:
        reason, count = outside.most_common(1)[0]
        found.append(f"nothing of it is in scope: {_REASONS.get(reason, reason)} ({count} of {len(trial.entries)})")
    if trial.newest is not None and (now - trial.newest).days > STALE_DAYS:
        found.append(f"stale: nothing new since {trial.newest:%Y-%m-%d}")
    if trial.moved_to:
        found.append(f"moved for good to {trial.moved_to}")
    elif trial.final != trial.url and trial.status in READ:
        found.append(f"redirects to {trial.final}")
    return found


def _stamp(entry: SeedEntry) -> str:
    moment = moment_of(entry)
    return rfc3339(moment) if moment else ""
