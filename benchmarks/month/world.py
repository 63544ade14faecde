"""What does each invented site answer at a given time? Pure but for a count of visits, which its widgets show."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

from benchmarks.month.habits import DAY, HOUR, Site, Story, make_sites, publish_all
from benchmarks.month.listings import Listings, old_date
from benchmarks.month.pages import article_page, front_page, old_page, wall_page
from benchmarks.month.troubles import Kind, Trouble, make_troubles

WALL, DOWN, CLOSED, GONE = "bot_wall", "week_of_503", "robots_closed", "vanished"
TOUCHY_REQUESTS, TOUCHY_WITHIN = 20, 300.0
RETRY_SECONDS, RETRY_DOWN = 120, 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back over the wire; `failure` where nothing does."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    story: Story | None = None
    """Whose text was served."""
    teaser: bool = False
    """Only the beginning of it."""
    retry_after: float | None = None
    failure: str | None = None

    def message(self, moment: float) -> bytes:
        """As bytes."""
        head = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", f"Date: {formatdate(moment, usegmt=True)}", "Server: month"]
        head += [f"{name}: {value}" for name, value in self.headers]
        if self.status != 304:
            head.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + self.body


@dataclass(slots=True, kw_only=True)
class World:
    """All sites, from `start` to `end`."""

    seed: int
    start: float
    end: float
    sites: list[Site]
    troubles: list[Trouble]
    by_site: dict[int, list[Trouble]] = field(default_factory=dict)
    listings: Listings = field(default_factory=Listings)
    _visits: int = 0
    _lately: dict[int, deque[float]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) / DAY

    def trouble(self, site: int, moment: float, *kinds: Kind) -> Trouble | None:
        """What of that is the matter with a site."""
        return next((one for one in self.by_site.get(site, ()) if one.kind in kinds and one.holds(moment)), None)

    def site_of(self, host: str) -> Site | None:
        """Whose host that is."""
        number = self._numbers.get(host.removeprefix("www."))
        return None if number is None else self.sites[number]

    def answer(self, host: str, path: str, headers: dict[str, str], moment: float) -> Answer:
        """To one request."""
        self._visits += 1
        site = self.site_of(host)
        if site is None or self.trouble(site.number, moment, "vanished"):
            return Answer(failure="dns" if site is None else "connect")
        if self.trouble(site.number, moment, "week_of_503", "bad_hour"):
            after = () if site.number % 2 else (("Retry-After", str(RETRY_DOWN)),)
            return Answer(
                status=503,
                headers=(*after, ("Content-Type", "text/plain")),
                body=b"down for repair\n",
                retry_after=RETRY_DOWN if after else None,
            )
        if path == "/robots.txt":
            return self._robots(site, moment)
        if self._is_too_fast(site, moment):
            when = formatdate(moment + RETRY_SECONDS, usegmt=True) if site.number % 2 else str(RETRY_SECONDS)
            return Answer(
                status=429,
                headers=(("Retry-After", when), ("Content-Type", "text/plain")),
                body=b"slow down\n",
                retry_after=RETRY_SECONDS - 1,
            )
        seed = self._seed(site, path, headers, moment)
        if seed is not None:
            return seed
        if self.trouble(site.number, moment, "bot_wall"):
            generator = random.Random(f"wall {self._visits}")
            status = 503 if site.number % 2 else 403
            page = wall_page(status, generator).encode()
            return Answer(
                status=status, headers=(("Content-Type", "text/html"), ("CF-RAY", f"{generator.randrange(1 << 40):x}-VIE")), body=page
            )
        return self._page(site, path, moment)

    def _robots(self, site: Site, moment: float) -> Answer:
        closed = self.trouble(site.number, moment, "robots_closed")
        text = "User-agent: *\nDisallow: /\n" if closed else f"User-agent: *\nDisallow: /search\nSitemap: https://{site.host}/sitemap.xml\n"
        return Answer(headers=(("Content-Type", "text/plain"),), body=text.encode())

    def _is_too_fast(self, site: Site, moment: float) -> bool:
        if not self.trouble(site.number, moment, "touchy"):
            return False
        lately = self._lately.setdefault(site.number, deque())
        while lately and lately[0] < moment - TOUCHY_WITHIN:
            lately.popleft()
        lately.append(moment)
        return len(lately) > TOUCHY_REQUESTS

    def _seed(self, site: Site, path: str, headers: dict[str, str], moment: float) -> Answer | None:
        what = None
        if path in ("/feed", "/feed.xml"):
            moved = self.trouble(site.number, moment, "feed_moved")
            if path == "/feed" and moved:
                return Answer(status=301, headers=(("Location", f"https://{site.host}/feed.xml"),))
            if self.trouble(site.number, moment, "feed_died") or (path == "/feed.xml" and not moved):
                return Answer(status=404, headers=(("Content-Type", "text/html"),), body=b"<h1>Not found</h1>")
            what = "feed"
        elif path == "/news.xml" and site.news_sitemap:
            what = "news"
        elif path == "/sitemap.xml" and site.sitemap:
            what = "sitemap"
        elif path == "/sitemaps.xml" and site.old:
            what = "index"
        elif path.startswith("/old-") and path.endswith(".xml") and site.old:
            what = f"old/{path[5:-4]}"
        if what is None:
            return None
        body, etag = self.listings.body(site, what, moment)
        validators = (("ETag", etag),) if site.validators else ()
        if site.validators and headers.get("if-none-match") == etag:
            return Answer(status=304, headers=validators)
        kind = "application/rss+xml" if what == "feed" else "application/xml"
        return Answer(headers=(("Content-Type", kind), *validators), body=body)

    def _page(self, site: Site, path: str, moment: float) -> Answer:
        plain = path.partition("?")[0].rstrip("/")
        kind = ("Content-Type", "text/html; charset=utf-8")
        parts = plain.split("/")
        number = int(parts[2][:5]) if len(parts) == 3 and parts[2][:5].isdigit() else -1
        if parts[1:2] == ["archive"] and 0 <= number < site.old:
            return Answer(headers=(kind,), body=old_page(site, number, old_date(number), moment).encode())
        if parts[1:2] != ["news"] or not 0 <= number < site.index_at(moment):
            if plain == "":
                return Answer(headers=(kind,), body=front_page(site).encode())
            return Answer(status=404, headers=(kind,), body=b"<html><body><h1>Not found</h1></body></html>")
        story = site.stories[number]
        if not story.is_out(moment):
            return Answer(status=story.deleted_status, headers=(kind,), body=b"<html><body><h1>It is no longer here</h1></body></html>")
        if story.hiccup and story.hiccup[0] <= moment < story.hiccup[1]:
            return Answer(status=story.hiccup[2], headers=(kind,), body=b"<html><body><h1>Something went wrong</h1></body></html>")
        layout = site.template
        if self.trouble(site.number, moment, "redesign"):
            layout = 3
        elif self.trouble(site.number, moment, "redesign_bad"):
            layout = 4
        body = article_page(site, story, moment, layout=layout, visit=self._visits).encode()
        return Answer(headers=(kind,), body=body, story=story, teaser=layout == 4)

    # -- the truth

    def is_open(self, site: Site, moment: float) -> bool:
        """Up, and neither walled nor closed: what is published then can be had."""
        return self.trouble(site.number, moment, "week_of_503", "bad_hour", "bot_wall", "robots_closed", "vanished", "redesign_bad") is None

    def published(self, site: Site) -> list[Story]:
        """In the month itself."""
        return site.stories[bisect_left(site.times, self.start) :]


def make_world(*, count: int, days: float, seed: int, start: float, median: float = 5.0, old: int = 20_000) -> World:
    """The same for the same numbers."""
    end = start + days * DAY
    sites = make_sites(count, seed=seed, start=start, days=days, median=median)
    troubles = make_troubles(sites, start=start, days=days)
    struck = {one.site for one in troubles}
    archive = next((site for site in sites if site.number not in struck), None)
    if archive is not None:
        archive.old, archive.sitemap = old, old > 0 or archive.sitemap
    world = World(seed=seed, start=start, end=end, sites=sites, troubles=troubles)
    for one in troubles:
        world.by_site.setdefault(one.site, []).append(one)
    for site in sites:
        publish_all(site, seed=seed, start=start, end=end + HOUR)
        world._numbers[site.host] = site.number
    return world
