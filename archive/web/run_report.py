"""What does the report of a run say, read so that pages can show it, whoever wrote it?

Reports come out of the store. One that is built in another way than ours gives naught where it says nothing that is understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.outcomes import BAD, GROUPS
from archive.web.capturelist import Told

_MOST_SEEDS = 40  # of one source on a page; feeds come before the sitemaps of an index


class OutcomeCount(Told):
    """How many URLs ended so."""

    outcome: str
    count: int
    meaning: str


class SeedVisit(Told):
    """What one seed answered."""

    url: str
    type: str
    status: str
    good: bool
    detail: str | None
    entries: int
    new: int


class SourceInRun(Told):
    """What a run had to do with one source."""

    source: str
    status: str
    """`ok`, `partial`, `failed` or `blocked`: what its seeds answered."""
    candidates: int
    """URLs that were seen; the outcomes add up to it."""
    outcomes: dict[str, int]
    articles: int
    new_versions: int
    seeds: int
    seeds_failed: int
    troubled: list[SeedVisit]
    """Seeds that did not answer as they should."""
    gaps: list[str]
    """What may have been missed, in a sentence each."""
    requisites: dict[str, int]
    """Outcomes of what the pages need to look as they did, where that is captured."""


class RunSums(Told):
    """The same over all sources."""

    candidates: int
    outcomes: list[OutcomeCount]
    balanced: bool
    """Whether the outcomes add up to the candidates."""
    articles: int
    new_versions: int
    seeds: int
    seeds_failed: int
    by_kind: dict[str, int]
    by_record_type: dict[str, int]
    by_completeness: dict[str, int]
    requisites: dict[str, int]


def sources_of(report: Mapping[str, Any]) -> list[SourceInRun]:
    """By name."""
    return [_source(name, part) for name, part in sorted(_mapping(report, "sources").items()) if isinstance(part, Mapping)]


def sums_of(report: Mapping[str, Any], sources: list[SourceInRun]) -> RunSums:
    """The totals that the report states, beside what its sources add up to."""
    totals, captures = _mapping(report, "totals"), _mapping(report, "captures")
    stated = counts_of(totals, "outcomes")
    requisites: dict[str, int] = {}
    for source in sources:
        for outcome, count in source.requisites.items():
            requisites[outcome] = requisites.get(outcome, 0) + count
    candidates = number(totals, "candidates")
    return RunSums(
        candidates=candidates,
        outcomes=[OutcomeCount(outcome=name, count=stated[name], meaning=GROUPS.get(name, "")) for name in in_order(stated)],
        balanced=candidates == sum(stated.values()) == sum(sum(source.outcomes.values()) for source in sources),
        articles=number(totals, "articles"),
        new_versions=number(totals, "new_versions"),
        seeds=number(totals, "seeds"),
        seeds_failed=number(totals, "seeds_failed"),
        by_kind=counts_of(captures, "by_kind"),
        by_record_type=counts_of(captures, "by_record_type"),
        by_completeness=counts_of(captures, "by_completeness"),
        requisites=requisites,
    )


def troubles(sources: list[SourceInRun]) -> Iterator[tuple[str, str, int]]:
    """Outcome with its reason, source and count, of what did not go as hoped: the most frequent first."""
    found = [
        (outcome, source.source, count)
        for source in sources
        for outcome, count in source.outcomes.items()
        if outcome.partition(":")[0] in BAD and count
    ]
    sums: dict[str, int] = {}
    for outcome, _, count in found:
        sums[outcome] = sums.get(outcome, 0) + count
    yield from sorted(found, key=lambda one: (-sums[one[0]], one[0], -one[2], one[1]))


def in_order(outcomes: Mapping[str, int]) -> list[str]:
    """As the glossary has them; what it does not have follows."""
    known = list(GROUPS)
    return sorted(outcomes, key=lambda name: (known.index(name) if name in known else len(known), name))


def number(part: Mapping[str, Any], name: str) -> int:
    """A number of the report, naught where it is none."""
    value = part.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def counts_of(part: Mapping[str, Any], name: str) -> dict[str, int]:
    """Numbers by name."""
    return {str(key): value for key, value in _mapping(part, name).items() if isinstance(value, int)}


def text(part: Mapping[str, Any], name: str) -> str | None:
    """A word of the report."""
    value = part.get(name)
    return value if isinstance(value, str) else None


def texts(part: Mapping[str, Any], name: str) -> list[str]:
    """Words of the report."""
    value = part.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _mapping(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = part.get(name)
    return value if isinstance(value, Mapping) else {}


def _source(name: str, part: Mapping[str, Any]) -> SourceInRun:
    listed, gaps = part.get("seeds"), part.get("gaps")
    seeds = [_seed(seed) for seed in (listed if isinstance(listed, list) else []) if isinstance(seed, Mapping)]
    return SourceInRun(
        source=name,
        status=text(part, "status") or "",
        candidates=number(part, "candidates"),
        outcomes=counts_of(part, "outcomes"),
        articles=number(part, "articles"),
        new_versions=number(part, "new_versions"),
        seeds=len(seeds),
        seeds_failed=sum(1 for seed in seeds if not seed.good),
        troubled=[seed for seed in seeds if not seed.good][:_MOST_SEEDS],
        gaps=[note for gap in (gaps if isinstance(gaps, list) else []) if isinstance(gap, Mapping) and (note := text(gap, "note"))],
        requisites=counts_of(part, "requisites"),
    )


def _seed(seed: Mapping[str, Any]) -> SeedVisit:
    status = text(seed, "status") or ""
    return SeedVisit(
        url=text(seed, "url") or "",
        type=text(seed, "type") or "",
        status=status,
        good=status in ("ok", "not_modified"),
        detail=text(seed, "detail"),
        entries=number(seed, "entries"),
        new=number(seed, "new"),
    )
