"""What do the days of one source add up to?

A view over the sums of `archive/source_days.py`: totals of a span, moments, and the day on which a share changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import exp, lgamma, log
from typing import Any

from archive.source_days import Day, Standing
from crawler.harvest import EDGES, quantile

ASKED = ("article", "changed", "unchanged", "back", "moved", "alias", "not_article", "blocked", "failed", "missing", "gone", "captured")
"""Groups of outcomes of pages that were asked for."""
TEXTLESS = ("not_article too_short", "not_article empty", "not_article extraction_failed")
DAY = timedelta(days=1)
PAST = 60  # pages


@dataclass(frozen=True, slots=True)
class History:
    """The days of one source, by date, oldest first, and how it stands."""

    days: Mapping[date, Day]
    standing: Standing

    @classmethod
    def of(cls, days: Mapping[date, Day], standing: Standing) -> History:
        """With the sums of sums that are asked for again and again."""
        whole: dict[date, Day] = {}
        for day, found in sorted(days.items()):
            add = found.get("add", {})
            more = {
                "pages": sum(add.get(f"outcome {group}", 0) for group in ASKED),
                "firsts": add.get("articles", 0) - add.get("new_versions", 0),
                "textless": sum(number for key, number in add.items() if key.startswith(TEXTLESS)),
            }
            whole[day] = {**found, "add": {**add, **more}}
        return cls(whole, standing)

    def span(self, since: date, until: date) -> History:
        """From a day up to, not with, another."""
        return History({day: found for day, found in self.days.items() if since <= day < until}, self.standing)

    def apart(self, day: date) -> History:
        """That day alone."""
        return History({day: self.days[day]}, self.standing)

    def total(self, key: str) -> int:
        """Of a number in `add`."""
        return sum([day["add"].get(key, 0) for day in self.days.values()])

    def by_reason(self, group: str) -> dict[str, int]:
        """Of `blocked`, `failed`, `not_article`, `out_of_scope`, or `seed`: reason → number, most first."""
        found: dict[str, int] = {}
        for day in self.days.values():
            for key, count in day["add"].items():
                if key.startswith(f"{group} "):
                    reason = key[len(group) + 1 :]
                    found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def asked(self) -> int:
        """Pages that were asked for."""
        return self.total("pages")

    def first_versions(self) -> int:
        """Articles that were new."""
        return self.total("firsts")

    def textless(self) -> int:
        """Pages of which no text could be made."""
        return self.total("textless")

    def last(self, key: str) -> datetime | None:
        """Latest moment, ever, of `asked`, `answered`, `new`, `article`."""
        return moment_of(self.standing.get("last", {}).get(key))

    def first_asked(self) -> datetime | None:
        """When the source was asked first, ever."""
        return moment_of(self.standing.get("first", {}).get("asked"))

    def seeds(self) -> Mapping[str, Standing]:
        """Seed → how it stands."""
        found: Mapping[str, Standing] = self.standing.get("seeds", {})
        return found

    def longest_silence(self) -> timedelta:
        """Between two days on which something new was announced, as far as their first and last moments say."""
        longest, before = timedelta(0), None
        for day in self.days.values():
            if "new" in day.get("last", {}):
                if before is not None:
                    longest = max(longest, datetime.fromisoformat(day["first"]["new"]) - before)
                before = datetime.fromisoformat(day["last"]["new"])
        return longest

    def latency(self, share: float) -> float | None:
        """Seconds from publication to capture below which that share of the new articles lies."""
        return quantile({edge: self.total(f"latency {edge}") for edge in EDGES}, share)

    def timed(self) -> int:
        """New articles whose latency is known."""
        return sum(self.total(f"latency {edge}") for edge in EDGES)

    def gaps(self) -> list[dict[str, Any]]:
        """The last word on each gap, oldest first."""
        words: dict[str, list[Any]] = {}
        for day in self.days.values():
            for key, word in day.get("word", {}).items():
                if key not in words or word[0] > words[key][0]:
                    words[key] = word
        names = ("state", "since", "until", "found", "note", "url")
        return sorted((dict(zip(names, word[1:], strict=True)) for word in words.values()), key=lambda gap: str(gap["until"]))

    def backwards(self) -> Iterator[date]:
        """Days, latest first."""
        return iter(sorted(self.days, reverse=True))


Count = Callable[[History], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From a day on, the share of what is bad is another than before."""

    since: date
    bad_before: int
    all_before: int
    bad_after: int
    all_after: int
    unheard_of: bool
    """It has lasted for more days than ever before: some sources have such days now and then."""

    def chance(self, least: float) -> float:
        """That so many or more are bad, where nothing changed."""
        return chance_of(self.bad_after, self.all_after, self.bad_before, self.all_before, least)


def chance_of(k: int, n: int, k_before: int, n_before: int, least: float) -> float:
    """Chance of k or more of n after k_before of n_before, if the share is still the same, and no less than `least`.

    The past counts as `PAST` pages at most (beta-binomial): bad pages come in groups, and shares are never quite what they were.
    """
    weight = min(n_before, PAST) + 2
    bad = max(1.0, least * weight, (k_before / n_before if n_before else 0.0) * (weight - 2) + 1)
    good = max(weight - bad, 1.0)
    if n > 200:
        k, n = round(k * 200 / n), 200
    return sum(exp(_log_comb(n, i) + _log_beta(i + bad, n - i + good) - _log_beta(bad, good)) for i in range(k, n + 1))


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def change_of(history: History, bad: Count, every: Count, *, before: int, after: int) -> Change | None:
    """The day that best parts the days in two, of those from which on at least half is bad; null where a part would hold too little."""
    rows = [(day, bad(one), every(one)) for day in history.days if every(one := history.apart(day))]
    all_bad, all_of = sum(row[1] for row in rows), sum(row[2] for row in rows)
    best: tuple[float, Change] | None = None
    k = n = in_a_row = longest = 0
    for number, (day, bad_then, every_then) in enumerate(rows):
        k_after, n_after = all_bad - k, all_of - n
        if n >= before and n_after >= after and k_after * 2 >= n_after and k * n_after < k_after * n:
            fit = _fit(k, n) + _fit(k_after, n_after)
            if best is None or fit > best[0]:
                unheard_of = len(rows) - number > longest
                best = fit, Change(since=day, bad_before=k, all_before=n, bad_after=k_after, all_after=n_after, unheard_of=unheard_of)
        k, n = k + bad_then, n + every_then
        in_a_row = in_a_row + 1 if bad_then * 2 >= every_then else 0
        longest = max(longest, in_a_row)
    return best[1] if best else None


def recent(history: History, now: datetime, count: Count, least: int, *, most: int) -> History | None:
    """The last days that hold at least so many, up to `most` days beside today; null where they do not."""
    today = day_of(now)
    for back in range(most + 1):
        part = history.span(today - timedelta(days=back), today + DAY)
        if count(part) >= least:
            return part
    return None


def streak(history: History, now: datetime, bad: Count, every: Count) -> date:
    """The first of the days, back from now, of which half and more is bad; days that say nothing do not end the row."""
    first = day_of(now)
    for day in history.backwards():
        part = history.apart(day)
        if every(part) == 0:
            continue
        if bad(part) * 2 < every(part):
            break
        first = day
    return first


def day_of(moment: datetime) -> date:
    """In UTC."""
    return moment.astimezone(UTC).date()


def moment_of(text: str | None) -> datetime | None:
    """Of the sums' own spelling."""
    return datetime.fromisoformat(text) if text else None


def _fit(k: int, n: int) -> float:
    """Logarithm of the likelihood of k of n at its best."""
    return sum(count * log(count / n) for count in (k, n - k) if count)
