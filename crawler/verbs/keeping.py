"""The verb of the keeper: what is unwell, since when, and why."""

from __future__ import annotations

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
    from crawler.examinations import LOOK_BACK
    from crawler.wellbeing import examined

    setup = given.configuration()
    sources = given.all_sources(setup)
    chosen = sources.select(names) if names else sources.enabled()
    with given.published() as archive:
        states = examined(archive, setup, chosen, only=[source.name for source in chosen] if names else (), days=since or LOOK_BACK)
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
