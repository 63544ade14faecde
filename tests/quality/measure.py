"""How good is the text now, set by set and language by language?

    python -m tests.quality.measure                           the measures beside their floors
    python -m tests.quality.measure --update                  raises the floors that are exceeded (floors.py)
    python -m tests.quality.measure --against trafilatura     and how much better than it, with a confidence interval
    python -m tests.quality.measure own --lines               what was too much and what is missing, page by page
    python -m tests.quality.measure wcxb-dev --all            each page of a set, not only its usual share (no floors then)

Exits with 1 where a measure is below its floor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.quality import floors as floor_file
from tests.quality.floors import floor_of
from tests.quality.sameness import folded
from tests.quality.scoring import Judged, by_language, difference, judge, summary
from tests.quality.sets import AGAINST, EVERY, Made, Sample, by_warchive, is_there, read_set, shared_folder

MEASURES = (
    *("articles", "shingle_f1", "good", "clean", "title_exact", "title_close"),
    *("author_set", "author_f1", "author_none", "date_day", "date_ts", "lang_acc"),
)
_TABLE = ("shingle_f1", "good", "clean", "title_close", "author_set", "date_day", "date_ts", "lang_acc")
# A language of fewer pages says nothing.
_ENOUGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A set, extracted and judged."""

    samples: list[Sample]
    made: Made
    pages: list[Judged]

    @property
    def values(self) -> dict[str, float]:
        """By the names of MEASURES; without those that this set cannot tell."""
        found = summary(self.pages) | {"articles": 1 - len(self.made.refused) / len(self.pages)}
        return {name: found[name] for name in MEASURES if name in found}


def measure(name: str, *, every: int | None = None, workers: int = 2) -> Measured:
    """Extract a set in children and judge it."""
    samples = read_set(name, every=every)
    return judged(samples, by_warchive(samples, workers=workers))


def judged(samples: list[Sample], made: Made) -> Measured:
    pages = [judge(sample.truth, made.predictions.get(sample.truth["id"])) for sample in samples]
    return Measured(samples=samples, made=made, pages=pages)


def against(measured: Measured, name: str) -> Iterator[str]:
    """The paired differences to each way of another extractor, over all pages and over each language with enough of them."""
    for other, extract in AGAINST[name].items():
        theirs = judged(measured.samples, extract(measured.samples)).pages
        values = summary(theirs)
        yield f"  {other}: " + "  ".join(f"{key} {values[key]:.3f}" for key in _TABLE if key in values)
        yield f"    page F1, warchive less {other}: {difference(measured.pages, theirs)}"
        clean = difference(measured.pages, theirs, of=lambda page: None if page.foreign_lines is None else float(page.foreign_lines == 0))
        yield f"    clean, warchive less {other}: {clean}"
        below = []
        for language, ours in by_language(measured.pages).items():
            same = [their for our, their in zip(measured.pages, theirs, strict=True) if (our.language or "?") == language]
            if len(ours) >= _ENOUGH and (found := difference(ours, same)).mean < 0:
                below.append(f"{language} {found}")
        yield f"    languages of {_ENOUGH} and more pages that are below it: {', '.join(below) or 'none'}"


def languages(pages: Sequence[Judged]) -> Iterator[str]:
    """A table, the commonest language first."""
    yield f"  {'':<8}{'pages':>6}" + "".join(f"{name:>12}" for name in _TABLE)
    for language, some in by_language(pages).items():
        values = summary(some)
        yield f"  {language:<8}{len(some):>6}" + "".join(f"{values[name]:>12.3f}" if name in values else f"{'-':>12}" for name in _TABLE)


def refusals(refused: Sequence[str]) -> Iterator[str]:
    """Each reason once, with the first pages that have it."""
    by_reason: dict[str, list[str]] = {}
    for line in refused:
        name, _colon, reason = line.partition(": ")
        by_reason.setdefault(reason, []).append(name)
    yield from (
        f"{reason}: {', '.join(names[:8])}{f' and {len(names) - 8} more' if len(names) > 8 else ''}" for reason, names in by_reason.items()
    )


def lines(measured: Measured) -> Iterator[str]:
    """For each page that is not perfect: its lines that the truth lacks (+), and those of the truth that it lacks (-)."""
    for sample, page in zip(measured.samples, measured.pages, strict=True):
        got = measured.made.predictions.get(page.id) or {}
        wrong = {
            "title": not page.title_close and page.title_close is not None and got.get("title"),
            "authors": page.authors and any(page.authors[1:]) and got.get("authors"),
            "date": (page.day is False or page.minute is False) and str(got.get("date")),
            "language": page.language_right is False and str(got.get("lang")),
        }
        told = [f"{key} {value!r} for {sample.truth.get(key if key != 'language' else 'lang')!r}" for key, value in wrong.items() if value]
        if page.f1 != 1.0 or told:
            yield f"  {page.id}  F1 {page.f1 if page.f1 is None else f'{page.f1:.3f}'}  {'; '.join(told)}"
            yield from _changes(sample.truth.get("body") or "", got.get("text") or "")


def _changes(body: str, text: str) -> Iterator[str]:
    right, found = ([line for line in value.split("\n") if line.strip()] for value in (body, text))
    in_body, in_text = (f" {' '.join(folded(value))} " for value in (body, text))
    yield from (f"      + {line[:150]}" for line in found if f" {' '.join(folded(line))} " not in in_body)
    yield from (f"      - {line[:150]}" for line in right if f" {' '.join(folded(line))} " not in in_text)


def main(arguments: list[str]) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.measure", description="Measures the text on the sets that are there.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"only these: {', '.join(EVERY)}")
    parser.add_argument("--update", action="store_true", help="raise the floors that are exceeded")
    parser.add_argument("--against", choices=sorted(AGAINST), help="compare with this extractor on the same pages")
    parser.add_argument("--lines", action="store_true", help="print what differs from the truth")
    parser.add_argument("--all", action="store_true", help="each page of the sets")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.sets) - EVERY.keys():
        parser.error(f"there is no set {', '.join(sorted(unknown))}: there are {', '.join(EVERY)}")
    if chosen.all and chosen.update:
        parser.error("floors are of the usual share of a set: leave --all or --update out")
    floors, fell = floor_file.read_floors(), False
    for name in chosen.sets or EVERY:
        if not is_there(name):
            print(f"{name}: skipped, it is not at {shared_folder() / 'corpus' / name}")
            continue
        measured = measure(name, every=1 if chosen.all else None)
        print(f"{name}: {len(measured.pages)} pages")
        known = {} if chosen.all and EVERY[name] != 1 else floors.get(name, {})
        for key, value in measured.values.items():
            below = floor_of(value) < known.get(key, 0.0)
            fell |= below
            print(f"  {key:<12} {value:.4f}  floor {known.get(key, 0.0):.3f}{'  FELL' if below else ''}")
        print(*languages(measured.pages), sep="\n")
        for line in refusals(measured.made.refused):
            print(f"  no article: {line}")
        if chosen.lines:
            print(*lines(measured), sep="\n")
        if chosen.against:
            print(*against(measured, chosen.against), sep="\n")
        floors = floor_file.raised(floors, name, measured.values)
        sys.stdout.flush()
    if chosen.update:
        floor_file.FLOORS.write_text(floor_file.as_text(floors), encoding="utf-8")
        print(f"written: {floor_file.FLOORS.relative_to(floor_file.ROOT)}")
    return int(fell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
