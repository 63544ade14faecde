"""What do the seeds of an invented site show at a given time?"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from benchmarks.month.habits import DAY, Site, Story
from benchmarks.month.pages import old_path, path_of
from benchmarks.month.wording import author, headline
from crawler.newspaper.listings import Entry, atom, news_sitemap, rss, sitemap, sitemap_index

SITEMAP_ENTRIES = 120
NEWS_DAYS = 2.0
OLD_PER_MAP = 2500


def visible(site: Site, moment: float, *, limit: int, since: float = float("-inf")) -> list[Story]:
    """The newest stories that are out, newest first."""
    found: list[Story] = []
    for story in reversed(site.stories[: site.index_at(moment)]):
        if len(found) >= limit or story.published < since:
            break
        if story.is_out(moment):
            found.append(story)
    return found


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _entry(site: Site, story: Story, moment: float) -> Entry:
    edits = story.edits_by(moment)
    title = headline(site.number, story.number)
    modified = story.edits[edits - 1] if edits else story.published
    return Entry(
        url=f"https://{site.host}{path_of(site, story.number)}",
        title=title,
        summary=title,
        published=_iso(story.published),
        modified=_iso(modified),
        language="en",
        author=author(site.number, story.number),
        id=f"{site.host}/{story.number}",
    )


class Listings:
    """Made once for each state of a site, and then only sent."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str], tuple[object, bytes, str]] = {}

    def body(self, site: Site, what: str, moment: float) -> tuple[bytes, str]:
        """Bytes and ETag of `feed`, `news`, `sitemap`, `index` or `old/N`."""
        if what.startswith("old/") or what == "index":
            return self._remember(site, what, moment // DAY if what == "index" else 0, moment, [])
        if what == "feed":
            stories = visible(site, moment, limit=site.feed_size)
        elif what == "news":
            stories = visible(site, moment, limit=1000, since=moment - NEWS_DAYS * DAY)
        else:
            stories = visible(site, moment, limit=SITEMAP_ENTRIES)
        key = tuple((story.number, story.edits_by(moment)) for story in stories)
        return self._remember(site, what, key, moment, stories)

    def _remember(self, site: Site, what: str, key: object, moment: float, stories: list[Story]) -> tuple[bytes, str]:
        made = self._made.get((site.number, what))
        if made is None or made[0] != key:
            body = self._make(site, what, moment, stories)
            made = self._made[site.number, what] = key, body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        return made[1], made[2]

    @staticmethod
    def _make(site: Site, what: str, moment: float, stories: list[Story]) -> bytes:
        base = f"https://{site.host}"
        if what == "feed":
            return (rss if site.feed == "rss" else atom)(site.host, base, [_entry(site, story, moment) for story in stories])
        if what == "news":
            return news_sitemap(site.host, [_entry(site, story, moment) for story in stories])
        if what == "index":
            old = [f"{base}/old-{number}.xml" for number in range(-(-site.old // OLD_PER_MAP))]
            return sitemap_index([f"{base}/sitemap.xml", *old])
        if what.startswith("old/"):
            first = int(what[4:]) * OLD_PER_MAP
            return sitemap((base + old_path(number), _iso(old_date(number))) for number in range(first, min(first + OLD_PER_MAP, site.old)))
        rows = []
        for story in stories:
            edits = story.edits_by(moment)
            modified = _iso(story.edits[edits - 1] if edits and site.lastmod else story.published)
            path = path_of(site, story.number)
            rows.append((_address(site, path, story.number), modified))
            if site.alias == "amp" and story.number % 2:
                rows.append((f"{base}{path}?amp=1", modified))
        return sitemap(rows)


def _address(site: Site, path: str, number: int) -> str:
    """How the sitemap spells it."""
    if site.alias == "http":
        return f"http://{site.host}{path}"
    if site.alias == "www" and number % 2:
        return f"https://www.{site.host}{path}"
    return f"https://{site.host}{path}"


def old_date(number: int) -> float:
    """When an article of earlier years was published."""
    return 1_420_070_400.0 + number * 0.15 * DAY
