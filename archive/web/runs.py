"""What did each run do, what failed and why, and what did each source give?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from archive.catalogue_rows import StoredRun
from archive.ledger import rfc3339
from archive.outcomes import GROUPS
from archive.reader import Archive
from archive.warc import timestamp14
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.errors import NotThere
from archive.web.pages import render
from archive.web.run_report import RunSums, SourceInRun, in_order, sources_of, sums_of, text, texts, troubles

router = APIRouter(tags=["runs"])
_PAGE = 30  # each with its whole report, from which the numbers are read
_EXAMPLES = 5  # of each reason and source
_LOOKED_AT = 20_000  # captures of a run that are looked at for examples


class RunLine(Told):
    """One published run, as lists show it."""

    run: str
    started_at: str
    ended_at: str
    seconds: float
    captures: int
    articles: int
    """Versions of articles that were made."""
    bytes: int
    """In the store."""
    ended_because: str | None
    command: str | None
    imported: bool
    """Whether it holds captures that others made."""
    sums: RunSums
    page: str


class RunList(Told):
    """Published runs, newest first."""

    runs: list[RunLine]
    before: str | None
    """Give it as `before` for the next page; null at the end."""


class Example(Told):
    """A capture that failed so."""

    url: str
    at: str
    timestamp: str
    """14 digits."""
    status: int | None
    verdict: str | None
    completeness: str


class Reason(Told):
    """Why URLs of one source did not become articles."""

    outcome: str
    """Group and reason: `failed:http_503`."""
    meaning: str
    source: str
    count: int
    examples: list[Example]
    """Some of the captures; none where nothing came back that could be kept."""


class RunReport(Told):
    """One run: what it did, in numbers that add up."""

    line: RunLine
    software: str | None
    sources: list[SourceInRun]
    sources_not_due: int
    reasons: list[Reason]
    """The most frequent first."""
    damage: list[str]
    imported: list[str]
    """Names of files of others, as they were called."""
    previous: str | None
    following: str | None


def line_of(run: StoredRun) -> RunLine:
    """Of a row of the catalogue."""
    return RunLine(
        run=run.run,
        started_at=run.started_at,
        ended_at=run.ended_at,
        seconds=(datetime.fromisoformat(run.ended_at) - datetime.fromisoformat(run.started_at)).total_seconds(),
        captures=run.captures,
        articles=run.articles,
        bytes=run.bytes,
        ended_because=text(run.report, "ended_because"),
        command=text(run.report, "command"),
        imported=bool(run.info.get("imported")),
        sums=sums_of(run.report, sources_of(run.report)),
        page=f"/runs/{run.run}",
    )


def runs_of(archive: Archive, before: str | None) -> RunList:
    """A page of runs, newest first."""
    found: list[RunLine] = []
    for run in archive.catalogue.runs(newest_first=True, before=before or None):
        if len(found) == _PAGE:
            return RunList(runs=found, before=found[-1].run)
        found.append(line_of(run))
    return RunList(runs=found, before=None)


def report_of(archive: Archive, name: str) -> RunReport:
    """One run, or the `last`."""
    if name == "last":
        newest = archive.catalogue.newest_run()
        if newest is None:
            raise NotThere("Nothing is published yet.", hint="`warchive crawl` makes the first run")
        name = newest[0]
    stored = archive.catalogue.run(name)
    if stored is None:
        raise NotThere(f"There is no run {name[:80]} in this collection.", hint="/runs lists those that are there")
    sources = sources_of(stored.report)
    imported = stored.info.get("imported")
    before = next(archive.catalogue.runs(newest_first=True, before=stored.run), None)
    return RunReport(
        line=line_of(stored),
        software=text(stored.report, "software"),
        sources=sources,
        sources_not_due=value if isinstance(value := stored.report.get("sources_not_due"), int) else 0,
        reasons=_reasons(archive, stored.run, sources),
        damage=texts(stored.report, "damage"),
        imported=[str(one.get("name")) for one in imported if isinstance(one, dict)] if isinstance(imported, list) else [],
        previous=before.run if before else None,
        following=archive.catalogue.run_after(stored.run),
    )


def _reasons(archive: Archive, run: str, sources: list[SourceInRun]) -> list[Reason]:
    examples: dict[tuple[str | None, str], list[Example]] = {}
    counted = list(troubles(sources))
    odd = archive.catalogue.odd_pages_of_run(run, limit=_LOOKED_AT) if counted else ()
    for ref, verdict in odd:
        # A report counts by words, a capture has a status, a verdict and how whole it is: one of them is the word.
        for word in {f"http_{ref.status}", verdict or "", ref.completeness, *({"forbidden"} if ref.status == 403 else ())}:
            some = examples.setdefault((ref.source, word), [])
            if len(some) < _EXAMPLES:
                at = rfc3339(ref.fetched_at)
                stamp = timestamp14(ref.fetched_at)
                example = Example(
                    url=ref.url, at=at, timestamp=stamp, status=ref.status, verdict=verdict, completeness=ref.completeness
                )  # fmt: skip
                some.append(example)
    return [
        Reason(
            outcome=outcome,
            meaning=GROUPS.get(outcome.partition(":")[0], ""),
            source=source,
            count=count,
            examples=examples.get((source, outcome.partition(":")[2]), []),
        )
        for outcome, source, count in counted
    ]


Before = Annotated[str, Query(description="Of the list before: runs that began earlier than this one.", max_length=80)]
RunName = Annotated[str, Path(description="Id of a run, or `last`.")]


@router.get("/runs", include_in_schema=False)
def runs_page(request: Request, archive: Borrowed, before: Before = "") -> HTMLResponse:
    """As HTML."""
    return render(request, "runs.html", runs=runs_of(archive, before), continued=bool(before), total=archive.catalogue.run_count())


@router.get("/api/runs", summary="Published runs, newest first")
def api_runs(archive: Borrowed, before: Before = "") -> RunList:
    """Thirty at a time."""
    return runs_of(archive, before)


@router.get("/runs/{run}", include_in_schema=False)
def run_page(request: Request, archive: Borrowed, run: RunName) -> HTMLResponse:
    """As HTML."""
    report = report_of(archive, run)
    groups = in_order({outcome.outcome: 1 for outcome in report.line.sums.outcomes})
    tables = {source.source: _by_group(source.outcomes) for source in report.sources}
    return render(request, "run.html", report=report, line=report.line, sums=report.line.sums, groups=groups, by_group=tables)


@router.get("/api/runs/{run}", summary="One run: outcomes, failures by reason, what each source gave")
def api_run(archive: Borrowed, run: RunName) -> RunReport:
    """The report that was published with it, with examples of what failed."""
    return report_of(archive, run)


def _by_group(outcomes: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for outcome, count in outcomes.items():
        group = outcome.partition(":")[0]
        found[group] = found.get(group, 0) + count
    return found
