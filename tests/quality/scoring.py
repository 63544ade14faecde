"""How near is what was extracted to what a careful reader would take?

The measures of ../shared/tools/score.py, which is not in the repository: test_scoring.py compares the two where it is there.
Everything is counted over tokens: words, and single characters of the scripts that are written without spaces.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.quality.sameness import code_of, compare_dates, compare_titles, folded, people, tokens

GOOD = 0.95
Grams = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One page. A measure is null where the truth does not say."""

    id: str
    language: str | None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    foreign_lines: int | None = None
    title_exact: bool | None = None
    title_close: bool | None = None
    authors: tuple[int, int, int] | None = None
    """Right, too many, missing."""
    day: bool | None = None
    minute: bool | None = None
    language_right: bool | None = None


def grams(text: str) -> Grams:
    """Each run of four tokens; a shorter text is one run."""
    found = tokens(text)
    runs = [tuple(found[start : start + 4]) for start in range(max(1, len(found) - 3))]
    return Counter(run for run in runs if run)


def judge(truth: Mapping[str, Any], got: Mapping[str, Any] | None) -> Judged:
    """`got` has title, authors, date, text and lang; null where the page became no article."""
    got = got or {}
    measures: dict[str, Any] = {}
    text = _without_ignored(truth, got.get("text") or "")
    if truth.get("body"):
        body = _body(truth, text)
        measures |= _overlap(grams(body), grams(text))
        measures["foreign_lines"] = foreign_lines(text, body)
    if truth.get("title"):
        measures["title_exact"], measures["title_close"] = compare_titles(truth["title"], got.get("title") or "")
    if truth.get("authors") is not None:
        right, found = people(truth["authors"]), people(got.get("authors") or ())
        measures["authors"] = (len(right & found), len(found - right), len(right - found))
    if truth.get("date"):
        measures["day"], measures["minute"] = compare_dates(truth["date"], got.get("date"))
    if truth.get("lang"):
        measures["language_right"] = bool(got.get("lang")) and code_of(truth["lang"]) == code_of(got["lang"])
    return Judged(id=truth["id"], language=truth.get("lang"), **measures)


def _body(truth: Mapping[str, Any], text: str) -> str:
    """Optional paragraphs are asked for where at least half of them is there."""
    optional = truth.get("optional")
    if not optional:
        return str(truth["body"])
    have, kept = grams(text), []
    for number, paragraph in enumerate(truth["body"].split("\n\n")):
        its = grams(paragraph)
        if number not in optional or (its & have).total() * 2 >= its.total():
            kept.append(paragraph)
    return "\n\n".join(kept)


def _without_ignored(truth: Mapping[str, Any], text: str) -> str:
    ignored = [(folded(one), grams(one)) for one in truth.get("ignore") or ()]
    if not ignored:
        return text

    def stays(line: str) -> bool:
        its, words = grams(line), folded(line)
        return not any(words == one or (its.total() and (its & part).total() * 2 >= its.total()) for one, part in ignored)

    return "\n".join(line for line in text.split("\n") if stays(line))


def _overlap(right: Grams, found: Grams) -> dict[str, float | None]:
    both = (right & found).total()
    more, less = found.total() - both, right.total() - both
    if not more and not less:
        return {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    return {
        "precision": both / found.total() if found else None,
        "recall": both / right.total() if right else None,
        "f1": 2 * both / (2 * both + more + less),
    }


def foreign_lines(text: str, body: str) -> int:
    """Lines of which neither the words in their order nor half of the runs stand in the truth."""
    whole, runs, count = f" {' '.join(folded(body))} ", grams(body), 0
    for line in text.split("\n"):
        words = folded(line)
        if words and f" {' '.join(words)} " not in whole:
            its = grams(line)
            count += (its & runs).total() * 2 < its.total()
    return count


def summary(pages: Sequence[Judged]) -> dict[str, float]:
    """The measures of a set, each a share from 0 to 1; those that no page of the set can tell are left out."""
    precision, recall = _mean(page.precision for page in pages), _mean(page.recall for page in pages)
    found = {
        "shingle_f1": _harmonic(precision, recall),
        "page_f1": _mean(page.f1 for page in pages),
        "good": _mean(None if page.f1 is None else page.f1 >= GOOD for page in pages),
        "clean": _mean(None if page.foreign_lines is None else page.foreign_lines == 0 for page in pages),
        "title_exact": _mean(page.title_exact for page in pages),
        "title_close": _mean(page.title_close for page in pages),
        "date_day": _mean(page.day for page in pages),
        "date_ts": _mean(page.minute for page in pages),
        "lang_acc": _mean(page.language_right for page in pages),
    }
    judged = [page.authors for page in pages if page.authors is not None]
    named = [one for one in judged if one[0] + one[2]]
    found["author_none"] = _mean(one[1] == 0 for one in judged if not one[0] + one[2])
    found["author_set"] = _mean(one[1] == one[2] == 0 for one in named)
    right, more, less = (sum(one[place] for one in named) for place in range(3))
    found["author_f1"] = 2 * right / (2 * right + more + less) if named else math.nan
    return {name: value for name, value in found.items() if value == value}


def by_language(pages: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The commonest first."""
    found: dict[str, list[Judged]] = {}
    for page in pages:
        found.setdefault(page.language or "?", []).append(page)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of a measure of the same pages: ours less the other's, with the 95 % confidence interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def difference(ours: Sequence[Judged], theirs: Sequence[Judged], of: Callable[[Judged], float | None] = lambda page: page.f1) -> Difference:
    """Paired bootstrap over pages, a thousand draws from a fixed beginning. Raises ValueError where no page can be compared."""
    pairs = [(of(a), of(b)) for a, b in zip(ours, theirs, strict=True)]
    each = [a - b for a, b in pairs if a is not None and b is not None]
    if not each:
        raise ValueError("there is no page that both were judged on")
    chance = random.Random(0)
    draws = sorted(statistics.fmean(chance.choices(each, k=len(each))) for _ in range(1000))
    return Difference(mean=statistics.fmean(each), low=draws[25], high=draws[974])


def _harmonic(a: float, b: float) -> float:
    return 0.0 if a + b == 0 else 2 * a * b / (a + b)


def _mean(values: Iterable[float | None]) -> float:
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else math.nan
