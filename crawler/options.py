"""What does the command line ask of a run?"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.backfill import BackfillOrder


@dataclass(slots=True, kw_only=True)
class Options:
    """What the command line asked of this run."""

    recheck: bool = False
    force: bool = False
    """Ask for announced URLs even if they are finished: `capture`."""
    extract: bool = True
    everything: bool = False
    """Ask every seed, whether it is due or not."""
    backfill: BackfillOrder | None = None

    @property
    def insists(self) -> bool:
        """There is something to do whatever is due."""
        return self.everything or self.recheck or self.force or self.backfill is not None
