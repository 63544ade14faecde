"""Which rule says when a seed is asked again: ours, or a fixed interval to compare it with?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.cadence import Cadence, CadenceLimits, SeedVisit, next_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`interval` null: crawler/cadence.py."""

    interval: float | None = None

    @classmethod
    def parse(cls, text: str) -> Policy:
        """`adaptive` or `fixed:SECONDS`; ValueError for anything else."""
        if text == "adaptive":
            return cls()
        word, _, seconds = text.partition(":")
        if word != "fixed":
            raise ValueError(f"a policy is adaptive or fixed:SECONDS, not {text!r}")
        return cls(interval=float(seconds))

    def next_visit(self, before: Cadence | None, visit: SeedVisit, *, kind: str, limits: CadenceLimits, **more: object) -> Cadence:
        """In place of `crawler.cadence.next_visit`."""
        found = next_visit(before, visit, kind=kind, limits=limits, **more)
        if self.interval is None:
            return found
        return replace(found, due=visit.at + self.interval, interval=self.interval, why=f"every {self.interval:.0f} s")

    def __str__(self) -> str:
        return "adaptive" if self.interval is None else f"fixed:{self.interval:.0f}"
