"""How is each source now? What `warchive health` prints and the front page shows, asked in one place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from archive.reader import Archive
from archive.source_days import Day
from crawler.health import LOOK_BACK, SourceHealth
from crawler.health import health as examine_all
from crawler.sources import Source
from crawler.unpublished import with_unpublished

if TYPE_CHECKING:
    from archive.config import Config


def examined(
    archive: Archive, setup: Config, sources: Sequence[Source], *, only: Collection[str] = (), days: int = LOOK_BACK
) -> list[SourceHealth]:
    """The state of each of these sources, the gravest first, by the published runs of the last days and by what this machine remembers.

    With `only`, nothing else is read of the archive than what these sources did.
    """
    now = datetime.now(UTC)
    first = str((now - timedelta(days=days)).date())
    found: dict[str, dict[date, Day]] = {}
    wanted_names: Collection[str | None] = only or (None,)
    for wanted in wanted_names:
        for source, day, sums in archive.catalogue.days(since=first, source=wanted):
            found.setdefault(source, {})[date.fromisoformat(day)] = sums
    states = examine_all(
        found,
        dict(archive.catalogue.standings()),
        now=now,
        sources=[source.name for source in sources],
        paused={source.name for source in sources if not source.enabled},
    )
    return with_unpublished(states, sources, setup.state / setup.collection / "ledger.sqlite", now)


def health_of(setup: Config, archive: Archive) -> list[Mapping[str, Any]]:
    """Of all enabled sources, as `warchive health --all --json` prints it; the source files are read anew each time."""
    from crawler.verbs import given

    return [state.as_dict() for state in examined(archive, setup, given.all_sources(setup).enabled())]
