"""What does each publisher answer: its stories, its announcements, and the pages that are no articles?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.newspaper import listings, wardrobe
from crawler.newspaper.exchange import Reply, Request, data, html
from crawler.newspaper.listings import Entry
from crawler.newspaper.pages import section_page, story_page
from crawler.newspaper.stories import Publisher, Story, Truth, shows_standfirst, truth_of

NOT_FOUND = html("<!DOCTYPE html><title>404</title><h1>Not found</h1><p>There is no such page.</p>", status=404)
GONE = html("<!DOCTYPE html><title>410</title><h1>Gone</h1><p>The editors have withdrawn this page.</p>", status=410)
XML = "application/xml; charset=utf-8"

# Announced by The Harbour Courier along with its stories: what no run turns into an article, and why.
PAYWALLED = "/premium/letters-from-the-front"
DISALLOWED = "/private/press-pass"
MISSING = "/2025/01/02/a-page-that-was-taken-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One seed as a source file names it."""

    type: str
    target: str


class Site:
    """One publisher in one edition."""

    def __init__(self, publisher: Publisher, edition: int, scheme: str) -> None:
        self.publisher = publisher
        self.base = f"{scheme}://{publisher.host}"
        self.stories = publisher.stories(edition)
        self._by_target = {story.target: story for story in self.stories}
        self._withdrawn = publisher.withdrawn(edition)
        self._lists: dict[str, Callable[[], Reply]] = {
            "/robots.txt": self._robots,
            "/": lambda: html(section_page(publisher, self.stories, scheme), coding="gzip", validators=True),
            "/feed.rss": lambda: self._xml(listings.rss(publisher.title, self.base, self.entries()), "application/rss+xml"),
            "/feed.atom": lambda: self._xml(listings.atom(publisher.title, self.base, self.entries()), "application/atom+xml"),
            "/feed.json": lambda: self._xml(listings.json_feed(publisher.title, self.base, self.entries()), "application/feed+json"),
            "/sitemap.xml": lambda: self._xml(listings.sitemap_index([f"{self.base}/sitemap-stories.xml.gz"]), XML),
            "/sitemap-stories.xml.gz": lambda: data(listings.gzipped(self._sitemap()), "application/x-gzip", validators=True),
            "/news-sitemap.xml": lambda: self._xml(listings.news_sitemap(publisher.title, self.entries()), XML),
            "/about": lambda: html(
                f"<!DOCTYPE html><title>{publisher.title}</title><h1>{publisher.title}</h1><p>An invented newspaper.</p>"
            ),
            PAYWALLED: self._paywall,
            DISALLOWED: lambda: html("<!DOCTYPE html><title>Press pass</title><p>For members of the press.</p>"),
        }

    def answer(self, request: Request) -> Reply:
        """The reply to one request."""
        target = request.target
        story = self._by_target.get(target) or self._by_target.get(_untracked(target))
        if story is not None:
            return self._page(story)
        if target in self._withdrawn:
            return GONE
        made = self._lists.get(target)
        return made() if made else wardrobe.own_answer(self.publisher, target) or NOT_FOUND

    def entries(self) -> list[Entry]:
        """The stories as they are announced."""
        return [
            Entry(
                url=self.base + story.target,
                title=story.title,
                summary=story.description,
                published=story.published,
                modified=story.modified,
                language=story.language,
                author=story.authors[0],
                id=f"tag:{self.publisher.host},2025:{story.number}",
            )
            for story in self.stories
        ]

    def truth(self) -> dict[str, Truth]:
        """URL → what an extractor should find there."""
        return {self.base + story.target: truth_of(story, standfirst=shows_standfirst(self.publisher)) for story in self.stories}

    def seeds(self) -> list[Seed]:
        """Each publisher is discovered in another way."""
        return {
            "courier": [
                Seed(type="feed", target="/feed.rss"),
                Seed(type="sitemap", target="/sitemap.xml"),
                Seed(type="news_sitemap", target="/news-sitemap.xml"),
            ],
            "visnyk": [Seed(type="feed", target="/feed.atom"), Seed(type="news_sitemap", target="/news-sitemap.xml")],
        }.get(self.publisher.name, [Seed(type="feed", target="/feed.json"), Seed(type="section", target="/")])

    def _page(self, story: Story) -> Reply:
        others = [other for other in self.stories if other is not story]
        same = [other for other in others if other.language == story.language]
        text = story_page(self.publisher, story, (same + [other for other in others if other not in same])[:6], self.base)
        modified = datetime.fromisoformat(story.modified).timestamp()
        habit = {"courier": Reply(coding="gzip"), "visnyk": Reply(coding="br")}.get(self.publisher.name, Reply(chunked=True))
        return html(text, coding=habit.coding, chunked=habit.chunked, validators=True, modified=modified)

    def _xml(self, body: bytes, content_type: str) -> Reply:
        return data(body, content_type, coding="gzip", validators=True, modified=self._updated())

    def _updated(self) -> float:
        return max(datetime.fromisoformat(story.modified).timestamp() for story in self.stories)

    def _sitemap(self) -> bytes:
        rows = [(self.base + story.target, story.modified) for story in self.stories]
        if self.publisher.name == "courier":
            rows += [(self.base + target, "2025-01-02") for target in (PAYWALLED, DISALLOWED, MISSING)]
        return listings.sitemap(rows)

    def _robots(self) -> Reply:
        lines = [
            "User-agent: *",
            "Disallow: /private/",
            "",
            f"Sitemap: {self.base}/sitemap.xml",
            f"Sitemap: {self.base}/news-sitemap.xml",
            "",
        ]
        return data("\n".join(lines).encode(), "text/plain; charset=utf-8", validators=True)

    def _paywall(self) -> Reply:
        return html(
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Letters from the front - The Harbour Courier</title>'
            '<meta property="og:type" content="article"><script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", '
            '"headline": "Letters from the front", "datePublished": "2025-01-02T06:00:00+00:00", "isAccessibleForFree": false, "hasPart": '
            '{"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paid"}}</script></head><body><article>'
            "<h1>Letters from the front</h1><p>Forty of them lie in a shoe box in Tarnhal, and …</p>"
            '<div class="paywall"><h2>Subscribe to continue reading</h2><p>This story is for subscribers only. Already a subscriber? '
            '<a href="/login">Log in</a></p></div></article></body></html>'
        )


def _untracked(target: str) -> str:
    """The target without the tracking parameters that our own feed and front page put on it."""
    path, _, query = target.partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair and not pair.startswith("utm_"))
    return f"{path}?{kept}" if kept else path
