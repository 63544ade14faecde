"""Is a source well, and if not, what is wrong, since when, and does it need a person?

Pure. Each examination below looks at the days of one source and finds something or nothing; the gravest finding is the verdict. A source is
never called sick for a quiet night or week-end, nor for one bad page: every examination wants several pages, or a time that is long by the
source's own habits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import comb
from typing import Any, Literal

from archive.durations import show_duration
from archive.source_days import Day
from crawler.history import History, day_of

Level = Literal["ok", "note", "sick"]
_RANK: dict[Level, int] = {"sick": 0, "note": 1, "ok": 2}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SILENT = timedelta(hours=20)  # without an answer of any seed: a day, with room for when a run comes
LOOK_BACK = 60  # days that are read
FEW_PAGES = 4
SURE = 0.001  # chance that a change of shares is none

VERDICTS: Mapping[str, str] = {
    "ok": "works as it always did",
    "new": "was not asked yet, or too little is known of it",
    "moved": "a seed answers from another address for good",
    "slow": "articles are captured much later than they used to be",
    "incomplete": "a feed dropped entries between two visits, and nobody could say what they were",
    "seed_failing": "one of several seeds does not answer any more",
    "failing": "no seed answers, or most pages fail",
    "blocked": "most answers are blocks in the place of pages",
    "robots_closed": "robots.txt no longer allows what it allowed",
    "layout_changed": "texts or dates are missing that used to be there: the pages are built in another way",
    "quiet": "answers, but has announced nothing new for much longer than it ever did",
    "out_of_scope": "almost everything that it announces is refused by the rules of its source file",
    "no_articles": "announces pages, of which none became an article",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    verdict: str
    level: Level
    reason: str
    """One sentence for a person, without the source's name."""
    since: str | None = None
    """A day or a moment, RFC 3339."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How one source is."""

    source: str
    verdict: str
    level: Level
    reason: str
    since: str | None
    findings: tuple[Finding, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "source": self.source,
            "verdict": self.verdict,
            "level": self.level,
            "reason": self.reason,
            "since": self.since,
            "findings": [{"verdict": one.verdict, "level": one.level, "reason": one.reason, "since": one.since} for one in self.findings],
            **self.figures,
        }


def health(days: Mapping[str, Mapping[date, Day]], *, now: datetime, sources: Sequence[str]) -> list[SourceHealth]:
    """Each source's state at `now`, the gravest first. `days` is what the catalogue has of the last `LOOK_BACK` days."""
    found = [examine(name, History(dict(sorted(days.get(name, {}).items()))), now) for name in sources]
    return sorted(found, key=lambda one: (_RANK[one.level], one.source))


def examine(name: str, history: History, now: datetime) -> SourceHealth:
    """One source."""
    if not history or not history.total("asked"):
        return SourceHealth(source=name, verdict="new", level="note", reason="no run has asked it yet", since=None)
    findings = [finding for look in EXAMINATIONS if (finding := look(history, now)) is not None]
    findings.sort(key=lambda one: _RANK[one.level])
    figures = figures_of(history, now)
    if not findings:
        return SourceHealth(source=name, verdict="ok", level="ok", reason=_well(figures), since=None, figures=figures)
    worst = findings[0]
    return SourceHealth(
        source=name,
        verdict=worst.verdict,
        level=worst.level,
        reason=worst.reason,
        since=worst.since,
        findings=tuple(findings),
        figures=figures,
    )


def figures_of(history: History, now: datetime) -> dict[str, Any]:
    """The numbers behind a verdict; times in seconds."""
    today = day_of(now)
    week, month = (history.span(today - timedelta(days=size - 1), today + DAY) for size in (7, 30))
    new = month.first_versions()
    gaps = [gap for gap in month.gaps() if gap["state"] != "filled"]
    last_article, last_new = history.last("article"), history.last("new")
    return {
        "last_article": last_article.isoformat() if last_article else None,
        "last_new": last_new.isoformat() if last_new else None,
        "days_without_new": _empty_streak(history),
        "announced_7d": week.total("announced"),
        "captured_7d": week.asked(),
        "articles_7d": week.first_versions(),
        "new_versions_7d": week.total("new_versions"),
        "articles_30d": new,
        "seed_visits_7d": week.total("asked"),
        "empty_visits_7d": week.total("empty"),
        "failed_visits_7d": week.total("asked") - week.total("answered"),
        "gaps_30d": len(month.gaps()),
        "gaps_unknown_30d": len(gaps),
        "blocked_7d": week.total("outcome blocked"),
        "gone_30d": month.total("outcome gone"),
        "dateless_share_30d": round(month.total("dateless") / new, 3) if new else None,
        "short_share_30d": round(month.total("short") / new, 3) if new else None,
        "textless_share_30d": round(month.textless() / (new + month.textless()), 3) if new + month.textless() else None,
        "latency_median_7d": week.latency(0.5),
        "latency_p95_7d": week.latency(0.95),
        "first_found_by_30d": {kind: count for kind, count in month.by_reason("first").items() if " " not in kind},
        "only_found_by_30d": {kind: count for kind, count in month.by_reason("only").items() if " " not in kind},
    }


# -- examinations


def _unanswered(history: History, now: datetime) -> Finding | None:
    """No seed has answered for a day."""
    answered, unanswered = history.last("answered"), history.last("unanswered")
    if answered is None:
        began = datetime.combine(history.first_day, datetime.min.time(), UTC)
        return None if now - began < SILENT else _failing(history, "no seed has ever answered", history.first_day.isoformat())
    if now - answered < SILENT or (unanswered is None and now - answered < 2 * DAY):
        return None
    if unanswered is None or unanswered < answered:
        reason = f"was not asked for {show_duration((now - answered).total_seconds())}: does cron run, is it enabled?"
        return Finding(verdict="failing", level="sick", reason=reason, since=answered.isoformat())
    return _failing(history.span(day_of(answered), day_of(now) + DAY), "no seed answers", answered.isoformat())


def _failing(recent: History, what: str, since: str) -> Finding:
    statuses = recent.by_reason("seed")
    named = ", ".join(f"{status} {count} times" for status, count in list(statuses.items())[:3])
    top = next(iter(statuses), "")
    if top == "robots_denied":
        return Finding(verdict="robots_closed", level="sick", reason="robots.txt does not allow its seeds any more", since=since)
    verdict = "blocked" if top in ("http_403", "http_401", "http_451", "http_429", "blocked") else "failing"
    return Finding(verdict=verdict, level="sick", reason=f"{what}: {named}" if named else what, since=since)


def _seed_failing(history: History, now: datetime) -> Finding | None:
    """Others answer, this one has not for a day."""
    today = day_of(now)
    for url, seed in history.span(today - timedelta(days=14), today + DAY).seeds().items():
        last = seed.get("last", {})
        if "unanswered" not in last or seed["add"].get("asked", 0) < 3:
            continue
        failing_since = last.get("answered")
        if failing_since is not None and failing_since >= last["unanswered"]:
            continue
        began = datetime.fromisoformat(failing_since) if failing_since else datetime.combine(history.first_day, datetime.min.time(), UTC)
        if now - began >= SILENT and now - datetime.fromisoformat(last["unanswered"]) < 8 * DAY:
            status = seed["word"]["status"][1]
            return Finding(
                verdict="seed_failing",
                level="sick",
                reason=f"its {seed['word']['type'][1]} {url} answers {status}",
                since=began.isoformat(),
            )
    return None


def _wrong_kind(history: History, now: datetime) -> Finding | None:
    """Something else stands where the feed was."""
    today = day_of(now)
    for url, seed in history.span(today - DAY, today + DAY).seeds().items():
        status, type_ = seed["word"]["status"][1], seed["word"]["type"][1]
        before = history.seeds().get(url, {}).get("last", {}).get("new")
        if status == "wrong-kind" and before and now - datetime.fromisoformat(before) >= SILENT:
            return Finding(verdict="seed_failing", level="sick", reason=f"its {type_} {url} is none any more, but a web page", since=before)
    return None


def _moved(history: History, now: datetime) -> Finding | None:
    today = day_of(now)
    for url, seed in history.span(today - timedelta(days=3), today + DAY).seeds().items():
        target = seed.get("word", {}).get("moved", ["", None])[1]
        if target:
            reason = f"its {seed['word']['type'][1]} {url} lies at {target} now: `warchive sources check --fix` writes that down"
            return Finding(verdict="moved", level="note", reason=reason)
    return None


def _blocked(history: History, now: datetime) -> Finding | None:
    recent = _recent(history, now, lambda part: part.asked(), FEW_PAGES, most=2)
    if recent is None or recent.total("outcome blocked") < 3 or recent.total("outcome blocked") * 2 < recent.asked():
        return None
    reasons = recent.by_reason("blocked")
    since = _since(history, now, lambda part: part.total("outcome blocked"), lambda part: part.asked())
    reason = f"{recent.total('outcome blocked')} of {recent.asked()} answers were blocks ({', '.join(reasons)})"
    return Finding(verdict="blocked", level="sick", reason=reason, since=since)


def _pages_failing(history: History, now: datetime) -> Finding | None:
    recent = _recent(history, now, lambda part: part.asked(), 5, most=1)
    if recent is None or recent.total("outcome failed") < 5 or recent.total("outcome failed") < 0.7 * recent.asked():
        return None
    reasons = list(recent.by_reason("failed").items())[:3]
    named = ", ".join(f"{reason} {count} times" for reason, count in reasons)
    since = _since(history, now, lambda part: part.total("outcome failed"), lambda part: part.asked())
    return Finding(verdict="failing", level="sick", reason=f"most pages fail: {named}", since=since)


def _robots(history: History, now: datetime) -> Finding | None:
    recent = _recent(history, now, lambda part: part.total("outcome robots_denied") + part.first_versions(), 3, most=1)
    if recent is None:
        return None
    before, denied = history.span(recent.first_day - timedelta(days=14), recent.first_day), recent.total("outcome robots_denied")
    if denied < 3 or recent.first_versions() * 4 > denied or before.total("outcome robots_denied") > before.first_versions():
        return None
    reason = f"robots.txt forbids {denied} pages that it announces"
    return Finding(verdict="robots_closed", level="sick", reason=reason, since=str(recent.first_day))


def _layout(history: History, now: datetime) -> Finding | None:
    """The share of pages without text or date, or with little text, against the source's own past."""
    signs: tuple[tuple[str, Callable[[History], int], Callable[[History], int]], ...] = (
        ("have no text", lambda part: part.textless(), lambda part: part.textless() + part.first_versions()),
        ("have no date", lambda part: part.total("dateless"), lambda part: part.first_versions()),
        ("are short", lambda part: part.total("short"), lambda part: part.first_versions()),
    )
    for words, bad, all_of in signs:
        recent = _recent(history, now, all_of, FEW_PAGES, most=3)
        if recent is None:
            continue
        before = history.span(recent.first_day - timedelta(days=28), recent.first_day)
        usual = (bad(before) + 1) / (all_of(before) + 10) if all_of(before) >= 10 else None
        k, n = bad(recent), all_of(recent)
        if usual is None or usual > 0.3 or k * 2 < n or _tail(k, n, max(usual, 0.03)) >= SURE:
            continue
        since = _since(history, now, bad, all_of)
        reason = f"{k} of {n} new pages {words}; before, {bad(before)} of {all_of(before)}: were its pages rebuilt?"
        return Finding(verdict="layout_changed", level="sick", reason=reason, since=since)
    return None


def _quiet(history: History, now: datetime) -> Finding | None:
    """Nothing new for much longer than ever before, although it answers."""
    last = history.last("new")
    if last is None:
        return None
    silence = now - last
    before = history.span(history.first_day, day_of(last) + DAY)
    observed = max((day_of(last) - history.first_day).days, 1)
    expected = before.total("announced") / observed * (silence / DAY)
    # Where no week-end was seen yet, a silence may be one.
    least = max(1.5 * before.longest_silence(), DAY if observed >= 8 else 4 * DAY)
    if silence < least or expected < 10:
        return None
    reason = (
        f"nothing new for {show_duration(silence.total_seconds())}, where {expected:.0f} entries would be usual;"
        f" its longest silence before was {show_duration(before.longest_silence().total_seconds())}"
    )
    return Finding(verdict="quiet", level="sick", reason=reason, since=last.isoformat())


def _incomplete(history: History, now: datetime) -> Finding | None:
    today = day_of(now)
    unknown = [gap for gap in history.span(today - timedelta(days=6), today + DAY).gaps() if gap["state"] != "filled"]
    if not unknown:
        return None
    last = unknown[-1]
    reason = f"{len(unknown)} gap{'' if len(unknown) == 1 else 's'} in a week; the last, {last['note']}"
    return Finding(verdict="incomplete", level="sick" if len(unknown) >= 5 else "note", reason=reason, since=unknown[0]["since"])


def _slow(history: History, now: datetime) -> Finding | None:
    today = day_of(now)
    week, before = history.span(today - timedelta(days=3), today + DAY), history.span(today - timedelta(days=31), today - timedelta(days=3))
    now_takes, took = week.latency(0.5), before.latency(0.5)
    if now_takes is None or took is None or min(week.timed(), before.timed()) < 20 or now_takes < max(4 * took, 7200):
        return None
    reason = f"half of the articles are captured {show_duration(now_takes)} after publication or later; it used to be {show_duration(took)}"
    return Finding(verdict="slow", level="note", reason=reason)


def _scope(history: History, now: datetime) -> Finding | None:
    today = day_of(now)
    week = history.span(today - timedelta(days=6), today + DAY)
    refused = week.total("outcome out_of_scope")
    if refused < 20 or week.first_versions() or week.asked() * 20 > refused:
        return None
    reasons = ", ".join(list(week.by_reason("out_of_scope"))[:3])
    reason = f"{refused} pages that it announces are out of its scope ({reasons})"
    return Finding(verdict="out_of_scope", level="sick", reason=reason, since=str(week.first_day))


def _fruitless(history: History, now: datetime) -> Finding | None:
    if history.last("article") is not None or history.asked() < 5 or (day_of(now) - history.first_day).days < 1:
        return None
    reasons = [*history.by_reason("not_article").items(), *history.by_reason("failed").items(), *history.by_reason("blocked").items()]
    named = ", ".join(f"{reason} {count} times" for reason, count in sorted(reasons, key=lambda item: -item[1])[:3])
    return Finding(
        verdict="no_articles", level="sick", reason=f"{history.asked()} pages were asked for, and none is an article: {named}",
        since=history.first_day.isoformat(),
    )  # fmt: skip


EXAMINATIONS: tuple[Callable[[History, datetime], Finding | None], ...] = (
    _unanswered, _blocked, _robots, _layout, _pages_failing, _wrong_kind, _quiet, _seed_failing, _scope, _fruitless, _incomplete, _moved,
    _slow,
)  # fmt: skip
"""Of two findings of one level, that of the earlier examination is the verdict."""


def _recent(history: History, now: datetime, count: Callable[[History], int], least: int, *, most: int) -> History | None:
    """The last days that hold at least so many, up to `most` days beside today; null where they do not."""
    today = day_of(now)
    for back in range(most + 1):
        part = history.span(today - timedelta(days=back), today + DAY)
        if count(part) >= least:
            return part
    return None


def _since(history: History, now: datetime, bad: Callable[[History], int], all_of: Callable[[History], int]) -> str:
    """The first of the days, back from now, of which half and more is bad; days that say nothing do not end the row."""
    first = day_of(now)
    for day in history.backwards():
        part = history.span(day, day + DAY)
        if all_of(part) == 0:
            continue
        if bad(part) * 2 < all_of(part):
            break
        first = day
    return first.isoformat()


def _tail(k: int, n: int, p: float) -> float:
    """Chance of k or more of n, where each has chance p."""
    if n > 200:
        k, n = round(k * 200 / n), 200
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def _empty_streak(history: History) -> int:
    """Days in a row, up to the last one known, on which its seeds were asked and announced nothing new."""
    streak = 0
    for day in history.backwards():
        part = history.span(day, day + DAY)
        if part.total("announced"):
            break
        streak += bool(part.total("asked"))
    return streak


def _well(figures: Mapping[str, Any]) -> str:
    text = f"{figures['articles_7d']} articles in a week"
    if figures["latency_median_7d"] is not None:
        text += f", half of them within {show_duration(figures['latency_median_7d'])} of publication"
    return text
