"""The verb of the keeper: what is unwell, since when, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from archive import exits
from crawler.verbs import given
from crawler.verbs.reading import after_demo

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=after_demo("health --all"))
def health(
    names: given.Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are well.")] = False,
    since: Annotated[
        int | None, typer.Option("--since", metavar="DAYS", min=2, help="Judge by the days since then; otherwise by 90 days.")
    ] = None,
    as_json: given.Json = False,
) -> None:
    """How is each source, and what needs a person? Exit 4 where something does.

    Read from the published runs of the last 90 days: what was announced, captured and made of it, which seeds answered, what was blocked,
    and how all that compares with the source's own habits. Of what is not published, only seeds that have failed for a day are known.
    """
    from archive.source_days import Day
    from crawler.health import LOOK_BACK
    from crawler.health import health as examine_all
    from crawler.unpublished import with_unpublished

    setup = given.configuration()
    sources = given.all_sources(setup)
    chosen = sources.select(names) if names else sources.enabled()
    now = datetime.now(UTC)
    first = str((now - timedelta(days=since or LOOK_BACK)).date())
    days: dict[str, dict[date, Day]] = {}
    with given.published() as archive:
        for wanted in [source.name for source in chosen] if names else [None]:
            for source, day, found in archive.catalogue.days(since=first, source=wanted):
                days.setdefault(source, {})[date.fromisoformat(day)] = found
        standings = dict(archive.catalogue.standings())
    states = examine_all(
        days,
        standings,
        now=now,
        sources=[source.name for source in chosen],
        paused={source.name for source in chosen if not source.enabled},
    )
    states = with_unpublished(states, chosen, setup.state / setup.collection / "ledger.sqlite", now)
    if as_json:
        given.print_json([state.as_dict() for state in states])
    else:
        shown = [state for state in states if everything or names or state.level != "ok"]
        if shown:
            given.print_table(
                ("source", "state", "since", "articles/7d", "last article", "why"),
                [
                    (
                        state.source,
                        state.verdict,
                        (state.since or "")[:10],
                        str(state.figures.get("articles_7d", "")),
                        (state.figures.get("last_article") or "")[:16].replace("T", " "),
                        state.reason,
                    )
                    for state in shown
                ],
            )
        counts = {level: sum(1 for state in states if state.level == level) for level in ("sick", "note", "ok")}
        print(f"warchive: {len(states)} sources: {counts['sick']} need a person, {counts['note']} to be noted, {counts['ok']} well")
    if any(state.level == "sick" for state in states):
        raise typer.Exit(exits.PARTIAL)
