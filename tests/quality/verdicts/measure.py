"""How many of the labelled pages are called what they are?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.extract import extract
from tests.quality.verdicts.specimen import Specimen

RECORDS = ("article", "live_blog", "paywall_stub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One page: what it is, and what it was called."""

    name: str
    wanted: str
    got: str
    reasons: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """A page of which a record should be made, and none was."""
        return self.wanted in RECORDS and self.got not in RECORDS


@dataclass(slots=True)
class Tally:
    """Outcomes, counted."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        return sum(found.wanted == found.got for found in self.outcomes) / max(1, len(self.outcomes))

    @property
    def wrong(self) -> list[Outcome]:
        return [found for found in self.outcomes if found.wanted != found.got]

    @property
    def refused(self) -> list[Outcome]:
        return [found for found in self.outcomes if found.refused]

    def confusion(self) -> Counter[tuple[str, str]]:
        return Counter((found.wanted, found.got) for found in self.outcomes)

    def recall(self, verdict: str) -> float | None:
        wanted = [found for found in self.outcomes if found.wanted == verdict]
        return sum(found.got == verdict for found in wanted) / len(wanted) if wanted else None

    def precision(self, verdict: str) -> float | None:
        got = [found for found in self.outcomes if found.got == verdict]
        return sum(found.wanted == verdict for found in got) / len(got) if got else None


def judge(specimen: Specimen) -> Outcome:
    media = next((value for name, value in specimen.headers if name.lower() == "content-type"), None)
    made = extract(
        specimen.html.encode(),
        specimen.url,
        content_type=media,
        status=specimen.status,
        requested_url=specimen.requested_url,
        headers=specimen.headers,
    )
    reasons = made.verdict_reasons if hasattr(made, "verdict_reasons") else made.reasons
    return Outcome(name=specimen.name, wanted=specimen.verdict, got=made.verdict, reasons=tuple(reasons))


def tally(specimens: Iterable[Specimen]) -> Tally:
    return Tally(outcomes=[judge(specimen) for specimen in specimens])
