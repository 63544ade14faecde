"""How many of the labelled pages are called what they are?"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.article import Article
from pipelines.extract import extract
from tests.quality.verdicts.specimen import Specimen

FLOORS = Path(__file__).resolve().parent / "floors.toml"
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
    reasons = made.verdict_reasons if isinstance(made, Article) else made.reasons
    return Outcome(name=specimen.name, wanted=specimen.verdict, got=made.verdict, reasons=tuple(reasons))


def tally(specimens: Iterable[Specimen]) -> Tally:
    return Tally(outcomes=[judge(specimen) for specimen in specimens])


def report(found: Tally) -> str:
    """The matrix as text: a line for each verdict that is wanted, with what it was called instead."""
    confusion = found.confusion()
    lines = [f"{'verdict':<16} {'pages':>6} {'recall':>7} {'precision':>10}  called instead"]
    for verdict in sorted({wanted for wanted, _ in confusion} | {got for _, got in confusion}):
        instead = ", ".join(f"{got} {count}" for (wanted, got), count in sorted(confusion.items()) if wanted == verdict != got)
        pages = sum(count for (wanted, _), count in confusion.items() if wanted == verdict)
        lines.append(f"{verdict:<16} {pages:>6} {_share(found.recall(verdict)):>7} {_share(found.precision(verdict)):>10}  {instead}")
    lines.append(f"{'all':<16} {len(found.outcomes):>6} {found.accuracy:>7.4f}")
    lines.extend(f"wrong: {one.wanted} called {one.got}: {one.name}: {'; '.join(one.reasons)[:120]}" for one in found.wrong)
    return "\n".join(lines)


def held(found: Tally, floors: dict[str, Any] | None = None) -> list[str]:
    """The floors that are not held, each with its figure."""
    return list(_missed(found, tomllib.loads(FLOORS.read_text(encoding="utf-8")) if floors is None else floors))


def _missed(found: Tally, floors: dict[str, Any]) -> Iterator[str]:
    if found.accuracy < floors["right"]:
        yield f"{found.accuracy:.4f} of all pages are right, wanted {floors['right']}"
    if len(found.refused) > floors["refused"]:
        yield f"{len(found.refused)} pages refused, wanted at most {floors['refused']}: {[one.name for one in found.refused]}"
    for measure, of in (("recall", found.recall), ("precision", found.precision)):
        for verdict, floor in floors[measure].items():
            value = of(verdict)
            if value is not None and value < floor:
                yield f"{measure} of {verdict} is {value:.4f}, wanted {floor}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
