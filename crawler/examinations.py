"""What may be the matter with a source? One function a trouble, which finds it or does not.

Pure. A source is never called sick for a quiet night or week-end, nor for one bad page or hour: every examination wants several pages, or a
time that is long by the source's own habits; and what was found stays found until it is over, however long it is so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from archive.durations import show_duration
from crawler.history import DAY, Count, History, chance_of, change_of, day_of, moment_of, recent, streak

Level = Literal["ok", "note", "sick"]
HOUR = timedelta(hours=1)
LOOK_BACK = 90  # days that are read
SILENT = 20 * HOUR  # without an answer of any seed: a day, with room for when a run comes
FAILING = 3 * HOUR  # for so long at least, for those who are asked but once a day
FEW_PAGES = 4
SURE = 0.00001  # chance that a change of shares is none: days and signs are many, and tried each time
LIKELY = 0.001  # the same, where the days are not chosen
WALLS = frozenset({"http_401", "http_403", "http_429", "http_451", "blocked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    verdict: str
    level: Level
    reason: str
    """One sentence for a person, without the source's name."""
    since: str | None = None
    """A day or a moment, RFC 3339."""


def unanswered(history: History, now: datetime) -> Finding | None:
    """No seed has answered for a day, or none was asked."""
    answered, asked, first = history.last("answered"), history.last("asked"), history.first_asked()
    since = answered or first
    if since is None or asked is None or now - since < SILENT:
        return None
    failed = _failed_for(history.standing)
    if failed is not None and failed >= FAILING:
        lately = history.span(day_of(since), day_of(now) + DAY)
        statuses = lately.by_reason("seed")
        named = ", ".join(f"{status} {count} times" for status, count in list(statuses.items())[:3])
        top = next(iter(statuses), "")
        if top == "robots_denied":
            return Finding(verdict="robots_closed", level="sick", reason="robots.txt does not allow its seeds", since=since.isoformat())
        what = "no seed answers" if answered else "no seed has ever answered"
        verdict = "blocked" if top in WALLS else "failing"
        return Finding(verdict=verdict, level="sick", reason=f"{what}: {named}" if named else what, since=since.isoformat())
    asked_on = [day for day in history.days if history.apart(day).total("asked")]
    usual = median([(later - day).days for day, later in pairwise(asked_on)] or [1])
    if now - asked < 2 * max(usual, 1) * DAY:
        return None
    reason = f"no published run has asked it for {show_duration((now - asked).total_seconds())}: does cron run, does its host answer?"
    return Finding(verdict="failing", level="sick", reason=reason, since=asked.isoformat())


def seed_failing(history: History, now: datetime) -> Finding | None:
    """Others answer, this one has not for a day; or shows something else."""
    for url, seed in history.seeds().items():
        last, status, kind = seed["last"], seed["word"]["status"][1], seed["word"]["type"][1]
        asked = moment_of(last["asked"])
        if asked is None or now - asked > 8 * DAY:  # the dead are asked once a week; this one is no seed any more
            continue
        since = moment_of(last.get("answered")) or moment_of(seed["first"]["asked"])
        failed = _failed_for(seed)
        if since is not None and failed is not None and failed >= FAILING and now - since >= SILENT:
            return Finding(verdict="seed_failing", level="sick", reason=f"its {kind} {url} fails: {status}", since=since.isoformat())
        before = moment_of(last.get("new"))
        if status == "wrong-kind" and before is not None and now - before >= SILENT:
            reason = f"its {kind} {url} is none any more, but a web page"
            return Finding(verdict="seed_failing", level="sick", reason=reason, since=before.isoformat())
    return None


def moved(history: History, now: datetime) -> Finding | None:
    """A seed lies elsewhere for good."""
    for url, seed in history.seeds().items():
        target, asked = seed["word"].get("moved", ("", None))[1], moment_of(seed["last"]["asked"])
        if target and asked is not None and now - asked < 3 * DAY:
            reason = f"its {seed['word']['type'][1]} {url} lies at {target} now: `warchive sources check --fix` writes that down"
            return Finding(verdict="moved", level="note", reason=reason)
    return None


def blocked(history: History, now: datetime) -> Finding | None:
    """Blocks stand where pages were."""

    def bad(part: History) -> int:
        return part.total("outcome blocked")

    lately = recent(history, now, History.asked, FEW_PAGES, most=2)
    if lately is None or bad(lately) < 3 or bad(lately) * 2 < lately.asked():
        return None
    if bad(lately) < 12 and not _without_article(history, now, FAILING):
        return None
    since = streak(history, now, bad, History.asked)
    rows, before = history.span(since, day_of(now) + DAY), history.span(min(history.days), since)
    if bad(rows) < 12 and chance_of(bad(rows), rows.asked(), bad(before), before.asked(), 0.03) >= LIKELY:
        return None  # as many as there are on some days
    reasons = ", ".join(lately.by_reason("blocked"))
    reason = f"{bad(lately)} of {lately.asked()} answers were blocks ({reasons})"
    return Finding(verdict="blocked", level="sick", reason=reason, since=str(since))


def pages_failing(history: History, now: datetime) -> Finding | None:
    """Seeds answer, pages do not."""

    def bad(part: History) -> int:
        return part.total("outcome failed")

    lately = recent(history, now, History.asked, 5, most=2)
    if lately is None or bad(lately) < 5 or bad(lately) < 0.7 * lately.asked():
        return None
    if bad(lately) < 10 and not _without_article(history, now, 2 * FAILING):
        return None
    named = ", ".join(f"{reason} {count} times" for reason, count in list(lately.by_reason("failed").items())[:3])
    return Finding(verdict="failing", level="sick", reason=f"most pages fail: {named}", since=str(streak(history, now, bad, History.asked)))


def robots_closed(history: History, now: datetime) -> Finding | None:
    """Pages that it announces may not be asked for any more."""

    def bad(part: History) -> int:
        return part.total("outcome robots_denied")

    def every(part: History) -> int:
        return bad(part) + part.first_versions()

    lately = recent(history, now, every, 3, most=2)
    if lately is None or bad(lately) < 3 or lately.first_versions() * 4 > bad(lately):
        return None
    since = streak(history, now, bad, every)
    if not every(history.span(min(history.days), since)) and history.first_versions():
        return None  # it was always so that much is forbidden, and articles come all the same
    reason = f"robots.txt forbids {bad(lately)} of the {every(lately)} pages that it announced lately"
    return Finding(verdict="robots_closed", level="sick", reason=reason, since=str(since))


def layout_changed(history: History, now: datetime) -> Finding | None:
    """The share of pages without text or date, or with little text, against the source's own past."""
    signs: tuple[tuple[str, Count, Count], ...] = (
        ("have no text", History.textless, lambda part: part.textless() + part.first_versions()),
        ("have no date", lambda part: part.total("dateless"), History.first_versions),
        ("are short", lambda part: part.total("short"), History.first_versions),
    )
    for words, bad, every in signs:
        lately = recent(history, now, every, FEW_PAGES, most=3)
        if bad(history) < FEW_PAGES or (lately is not None and bad(lately) * 2 < every(lately)):
            continue
        change = change_of(history, bad, every, before=10, after=FEW_PAGES)
        if change is None or change.bad_before > 0.3 * change.all_before or change.chance(0.03) >= SURE or not change.unheard_of:
            continue
        counts = f"{change.bad_after} of {change.all_after} new pages {words}; before, {change.bad_before} of {change.all_before}"
        return Finding(verdict="layout_changed", level="sick", reason=f"{counts}: were its pages rebuilt?", since=str(change.since))
    return None


def _expected(usual: History, since: datetime, until: datetime) -> float:
    """Entries that its past lets expect between two moments: a day counts as the same day of the week did, where two were seen."""
    first, last = min(usual.days), max(usual.days)
    counts: dict[int, list[int]] = {}
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        counts.setdefault(day.weekday(), []).append(usual.apart(day).total("announced") if day in usual.days else 0)
    overall = usual.total("announced") / ((last - first).days + 1)
    expected, at = 0.0, since.astimezone(UTC)
    while at < until:
        end = min(until, datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo))
        own = counts.get(at.weekday(), [])
        expected += (sum(own) / len(own) if len(own) >= 2 else overall) * ((end - at) / DAY)
        at = end
    return expected


def quiet(history: History, now: datetime) -> Finding | None:
    """Nothing new for much longer than ever before, although it answers."""
    last, first = history.last("new"), history.first_asked()
    if first is None:
        return None
    silence = now - (last or first)
    words = f"nothing new for {show_duration(silence.total_seconds())}"
    since = (last or first).isoformat()
    if last is None:
        if silence < 14 * DAY:
            return None
        level: Level = "sick" if silence >= 60 * DAY else "note"
        return Finding(verdict="quiet", level=level, reason=f"{words}, since it was asked first", since=since)
    # What the first visits announce is a past of unknown length, no rhythm.
    usual = history.span(day_of(first) + DAY, day_of(last) + DAY)
    days_of_news = sum(1 for day in usual.days if usual.apart(day).total("announced"))
    if days_of_news < 5:
        if silence < 60 * DAY:
            return None
        return Finding(verdict="quiet", level="note" if usual.days else "sick", reason=words, since=since)
    longest, observed = usual.longest_silence(), (day_of(last) - min(usual.days)).days + 1
    expected = _expected(usual, last, now)
    # A long week-end, and an issue of a weekly that is left out, are none. Where no week-end was seen yet, a silence may be one.
    factor = 1.5 if longest < 1.5 * DAY else 1.8 if longest < 5 * DAY else 2.2
    least = max(factor * longest, DAY if observed >= 8 else 4 * DAY)
    if not (silence >= least and expected >= 15) and silence < max(4 * longest, 30 * DAY):
        return None
    reason = f"{words}, where {expected:.0f} entries are usual; its longest silence before was {show_duration(longest.total_seconds())}"
    return Finding(verdict="quiet", level="sick", reason=reason, since=since)


def incomplete(history: History, now: datetime) -> Finding | None:
    """Gaps that nobody could fill."""
    today = day_of(now)
    found = [gap for gap in history.span(today - 6 * DAY, today + DAY).gaps() if lasting(gap, now)]
    if not found:
        return None
    reason = f"{len(found)} gap{'' if len(found) == 1 else 's'} in a week; the last, {found[-1]['note']}"
    return Finding(verdict="incomplete", level="sick" if len(found) >= 5 else "note", reason=reason, since=found[0]["since"])


def lasting(gap: Mapping[str, Any], now: datetime) -> bool:
    """Not filled, and no sitemap will fill it."""
    return gap["state"] == "unknown" or (gap["state"] == "open" and str(gap["until"]) < (now - DAY).isoformat())


def slow(history: History, now: datetime) -> Finding | None:
    """Articles are captured later than they used to be."""
    today = day_of(now)
    week, before = history.span(today - 3 * DAY, today + DAY), history.span(today - 31 * DAY, today - 3 * DAY)
    now_takes, took = week.latency(0.5), before.latency(0.5)
    if now_takes is None or took is None or min(week.timed(), before.timed()) < 20 or now_takes < max(4 * took, 7200):
        return None
    reason = f"half of the articles are captured {show_duration(now_takes)} after publication or later; it used to be {show_duration(took)}"
    return Finding(verdict="slow", level="note", reason=reason, since=str(min(week.days)))


def out_of_scope(history: History, now: datetime) -> Finding | None:
    """Its own rules refuse what it announces."""

    def bad(part: History) -> int:
        return part.total("outcome out_of_scope")

    def every(part: History) -> int:
        return bad(part) + part.asked()

    week = history.span(day_of(now) - 6 * DAY, day_of(now) + DAY)
    if bad(week) < 20 or week.first_versions() or week.asked() * 20 > bad(week):
        return None
    reason = f"{bad(week)} pages that it announces are out of its scope ({', '.join(list(week.by_reason('out_of_scope'))[:3])})"
    return Finding(verdict="out_of_scope", level="sick", reason=reason, since=str(streak(history, now, bad, every)))


def no_articles(history: History, now: datetime) -> Finding | None:
    """Pages, but none that is an article."""
    first = history.first_asked()
    if history.last("article") is not None or history.asked() < 5 or first is None or now - first < SILENT:
        return None
    reasons = [*history.by_reason("not_article").items(), *history.by_reason("failed").items(), *history.by_reason("blocked").items()]
    named = ", ".join(f"{reason} {count} times" for reason, count in sorted(reasons, key=lambda item: -item[1])[:3])
    reason = f"{history.asked()} pages were asked for, and none is an article: {named}"
    return Finding(verdict="no_articles", level="sick", reason=reason, since=first.isoformat())


EXAMINATIONS: tuple[Callable[[History, datetime], Finding | None], ...] = (
    unanswered, blocked, robots_closed, layout_changed, pages_failing, seed_failing, quiet, out_of_scope, no_articles, incomplete, moved,
    slow,
)  # fmt: skip
"""Of two findings of one level, that of the earlier examination is the verdict."""


def _failed_for(standing: Mapping[str, Any]) -> timedelta | None:
    """From the first to the last of the last hours in which it failed, where they are three and it has not answered since."""
    answered = standing.get("last", {}).get("answered", "")
    failed = [moment for moment in standing.get("failed", ()) if moment > answered]
    return datetime.fromisoformat(failed[-1]) - datetime.fromisoformat(failed[0]) if len(failed) >= 3 else None


def _without_article(history: History, now: datetime, span: timedelta) -> bool:
    last = history.last("article")
    return last is None or now - last >= span
