"""Did every edit become a version, and nothing else; was nothing called gone that is there; are the dates right?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from archive.catalogue import Catalogue
from archive.catalogue_rows import StoredArticle
from benchmarks.month.habits import DAY, HOUR, Story
from benchmarks.month.month import Month
from benchmarks.month.pages import path_of
from crawler.comeback import next_check
from crawler.pageid import page_id
from crawler.workplace import state_folder

LATE = 2 * HOUR
"""A recheck may come so much later than planned: when a run comes, and when the host's line has come so far."""
_STORY = re.compile(r"^/news/([0-9]{5})-")


@dataclass(slots=True)
class Kept:
    """Versions of one story in the archive, in order."""

    versions: list[StoredArticle] = field(default_factory=list)
    doubles: int = 0
    """Further articles made of the same story."""


def read_archive(month: Month) -> dict[tuple[int, int], Kept]:
    """(Site, story) → what is kept of it."""
    found: dict[tuple[int, int], Kept] = {}
    articles: dict[tuple[int, int], str] = {}
    catalogue = Catalogue(state_folder(month.config) / "catalogue.sqlite")
    try:
        for article in catalogue.articles():
            parts = urlsplit(article.url)
            site, match = month.world.site_of(parts.netloc), _STORY.match(parts.path)
            if site is None or match is None:
                continue
            key = site.number, int(match[1])
            kept = found.setdefault(key, Kept())
            if articles.setdefault(key, article.article_id) == article.article_id:
                kept.versions.append(article)
            else:
                kept.doubles += 1
    finally:
        catalogue.close()
    for kept in found.values():
        kept.versions.sort(key=lambda one: one.version)
    return found


def _edits_at(month: Month, key: tuple[int, int], article: StoredArticle) -> int | None:
    """How often the story had been edited when this version was served; the time of capture is our clock's."""
    moment = datetime.fromisoformat(article.captured_at or "").timestamp()
    return next((edits for _true, clock, edits, _whole in month.gate.served.get(key, ()) if abs(clock - moment) < 1e-3), None)


def versions(month: Month, kept: Mapping[tuple[int, int], Kept]) -> dict[str, Any]:
    wrong: list[str] = []
    after_redesign = total = 0
    doubles = sum(one.doubles for one in kept.values())
    for key, one in kept.items():
        edits = [_edits_at(month, key, version) for version in one.versions]
        total += len(one.versions)
        site = month.world.sites[key[0]]
        for at in range(1, len(one.versions)):
            if edits[at] != edits[at - 1]:
                continue
            if month.world.by_site.get(site.number) and any(kind.kind == "redesign_bad" for kind in month.world.by_site[site.number]):
                after_redesign += 1
            else:
                wrong.append(f"{site.name} #{key[1]} v{one.versions[at].version} ({_differences(one.versions[at - 1], one.versions[at])})")
    return {
        "versions": total,
        "wrong": len(wrong),
        "wrong_examples": wrong[:20],
        "after_a_redesign": after_redesign,
        "articles_doubled": doubles,
    }


def _differences(one: StoredArticle, other: StoredArticle) -> str:
    names = ("title", "text_sha256", "page_sha256", "authors", "date_published", "date_modified", "url")
    return ", ".join(name for name in names if getattr(one, name) != getattr(other, name))


def edits(month: Month, kept: Mapping[tuple[int, int], Kept], until: float) -> dict[str, Any]:
    """An edit counts where the story was had before it, and it stood for a while before the next one and the end of the month."""
    edits = caught = served = served_caught = planned = planned_caught = 0
    unseen: list[str] = []
    for key, one in kept.items():
        story = month.world.sites[key[0]].stories[key[1]]
        seen = [found for version in one.versions if (found := _edits_at(month, key, version)) is not None]
        for number, moment in enumerate(story.edits, 1):
            if not seen or seen[0] >= number or moment >= until or (story.deleted is not None and story.deleted <= moment):
                continue
            edits += 1
            is_caught = any(found >= number for found in seen)
            caught += is_caught
            if any(found >= number and whole for _true, _clock, found, whole in month.gate.served.get(key, ())):
                served += 1
                served_caught += is_caught
                if not is_caught:
                    unseen.append(f"{key}: edit {number}")
            if _is_planned(month, key, story, moment, until):
                planned += 1
                planned_caught += is_caught
    return {
        "edits_after_capture": edits,
        "caught": caught,
        "share": caught / edits if edits else None,
        "visible_at_a_scheduled_recheck": planned,
        "of_those_caught": planned_caught,
        "share_of_visible": planned_caught / planned if planned else None,
        "shown_to_us": served,
        "shown_and_caught": served_caught,
        "shown_and_not_caught": unseen[:10],
    }


def _is_planned(month: Month, key: tuple[int, int], story: Story, moment: float, until: float) -> bool:
    """After the last look before the edit, `crawler/comeback.py` planned another one after it, at a time at which the page can be had."""
    looks = [true for true, _clock, _edits, _whole in month.gate.served[key] if true <= moment]
    if not looks:
        return False
    site = month.world.sites[key[0]]
    page = page_id(f"https://{site.host}{path_of(site, story.number)}")
    planned = next_check(born=story.published, now=looks[-1], steps=month.config.schedule.recheck, page=page)
    late = planned + LATE
    if planned < moment or late >= until:
        return False
    had = month.world.is_open(site, planned) and month.world.is_open(site, late) and (story.deleted is None or story.deleted > late)
    return had and not (story.hiccup is not None and story.hiccup[0] < late and story.hiccup[1] > planned)


def deletions(month: Month, until: float) -> dict[str, Any]:
    gone: dict[tuple[int, int], float] = {}
    back: set[tuple[int, int]] = set()
    for url, outcome, moment in month.tallies.lost:
        parts = urlsplit(url)
        site, match = month.world.site_of(parts.netloc), _STORY.match(parts.path)
        if site is None or match is None:
            continue
        key = site.number, int(match[1])
        if outcome.startswith("gone"):
            gone.setdefault(key, moment)
        elif outcome == "back":
            back.add(key)
    wrongly = []
    for key, moment in gone.items():
        really = month.world.sites[key[0]].stories[key[1]].deleted
        if really is None or really > moment:
            wrongly.append(f"{key} at day {(moment - month.world.start) / DAY:.2f}")
    deleted = [
        (site.number, story.number)
        for site in month.world.sites
        for story in site.stories
        if story.deleted is not None and story.deleted < until and month.gate.served.get((site.number, story.number))
    ]
    return {
        "deleted_after_capture": len(deleted),
        "called_gone": len(gone),
        "rightly": len(gone) - len(wrongly),
        "wrongly": len(wrongly),
        "wrong_examples": wrongly[:10],
        "missing_once": sum(1 for _url, outcome, _at in month.tallies.lost if outcome.startswith("missing")),
        "back": len(back),
    }


def dates(month: Month, kept: Mapping[tuple[int, int], Kept]) -> dict[str, Any]:
    right = wrong = none = ambiguous = 0
    examples = []
    for key, one in kept.items():
        site = month.world.sites[key[0]]
        story = site.stories[key[1]]
        if not one.versions:
            continue
        text = one.versions[0].date_published
        if text is None:
            none += 1
            continue
        moment = datetime.fromisoformat(text)
        off = moment.timestamp() - story.published if moment.tzinfo else None
        if off is not None and abs(off) <= 1.0:
            right += 1
        elif (
            off is not None
            and abs(abs(off) - 3600) <= 1.0
            and site.dates == "local"
            and site.local(story.published).fold != site.local(moment.timestamp()).fold
        ):
            ambiguous += 1
        else:
            wrong += 1
            examples.append(f"{site.name} {site.dates} {text} is {site.local(story.published).isoformat()}")
    return {"right": right, "wrong": wrong, "none": none, "hour_that_there_is_twice": ambiguous, "wrong_examples": examples[:5]}
