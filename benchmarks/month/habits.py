"""Which sites are there, and what does each publish when? Pure: a seed makes the same month again, minute by minute."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

HOUR, DAY = 3600.0, 86400.0
ZONES = ("Europe/Kyiv", "America/New_York", "Europe/London", "Asia/Tehran", "Asia/Yangon", "Europe/Berlin", "Africa/Khartoum", "Asia/Tokyo")
Alias = Literal["none", "amp", "http", "www"]
Dates = Literal["jsonld", "meta", "local"]


@dataclass(slots=True, kw_only=True)
class Story:
    """One article and what is done to it; times are Unix times."""

    number: int
    published: float
    edits: tuple[float, ...] = ()
    deleted: float | None = None
    deleted_status: int = 404
    hiccup: tuple[float, float, int] | None = None
    """From, until, status: it answers so for a while, and is not deleted."""

    def edits_by(self, moment: float) -> int:
        """How often it was edited so far."""
        return bisect_right(self.edits, moment)

    def is_out(self, moment: float) -> bool:
        """Published, and not deleted."""
        return self.published <= moment and (self.deleted is None or moment < self.deleted)


@dataclass(slots=True, kw_only=True)
class Site:
    """One publisher."""

    number: int
    zone: str
    per_day: float
    feed: Literal["rss", "atom"]
    feed_size: int
    sitemap: bool
    news_sitemap: bool
    lastmod: bool
    """Its sitemap says when an article was edited."""
    validators: bool
    latency: float
    widgets: bool
    """Counters, advertisements and lists of links that are others at each visit."""
    alias: Alias
    dates: Dates
    template: int
    night: float
    """Share of the usual rate at four in the morning."""
    weekend: float
    address: str
    old: int = 0
    """Entries of ten years in its sitemap."""
    bursts: list[tuple[float, float, float]] = field(default_factory=list)
    """From, until, articles an hour."""
    stories: list[Story] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Of publication, for searching."""

    @property
    def name(self) -> str:
        """Of its source."""
        return f"site-{self.number:03d}"

    @property
    def host(self) -> str:
        """Where it lies."""
        return f"site-{self.number:03d}.example"

    def local(self, moment: float) -> datetime:
        """The time on its clocks."""
        return datetime.fromtimestamp(moment, ZoneInfo(self.zone))

    def index_at(self, moment: float) -> int:
        """How many stories were published by then."""
        return bisect_right(self.times, moment)


def make_sites(count: int, *, seed: int, start: float, days: float, median: float = 5.0) -> list[Site]:
    """The sites with all that they publish from five days before the start."""
    sites = []
    for number in range(count):
        generator = random.Random(f"{seed} site {number}")
        per_day = min(80.0, max(1.0, median * math.exp(generator.gauss(0.0, 1.0))))
        site = Site(
            number=number,
            zone=ZONES[number % len(ZONES)],
            per_day=per_day,
            feed="rss" if generator.random() < 0.7 else "atom",
            feed_size=generator.choice((10, 15, 20, 20, 30, 50)),
            sitemap=generator.random() < 0.75,
            news_sitemap=generator.random() < 0.55,
            lastmod=generator.random() < 0.6,
            validators=generator.random() < 0.5,
            latency=generator.uniform(0.1, 0.9),
            widgets=generator.random() < 0.15,
            alias=generator.choice(("none", "none", "none", "none", "amp", "http", "www")),
            dates=generator.choice(("jsonld", "jsonld", "meta", "local")),
            template=generator.randrange(3),
            night=generator.uniform(0.05, 0.4),
            weekend=generator.uniform(0.2, 0.8),
            # A fifth of the sites share an address with nine others, as behind a CDN.
            address=f"198.51.100.{number // 10}" if number % 5 == 0 else f"203.0.{number // 250}.{number % 250 + 1}",
        )
        if not (site.sitemap or site.news_sitemap) and per_day > 25:
            site.news_sitemap = True  # no large site has nothing but a feed
        sites.append(site)
    return sites


def publish_all(site: Site, *, seed: int, start: float, end: float) -> None:
    """Fill in its stories: a Poisson process by the hour of its own clock, and what becomes of each."""
    generator = random.Random(f"{seed} stories {site.number}")
    moment, times = start - 5 * DAY, []
    most = 2.2 * site.per_day / DAY + max((rate for _from, _to, rate in site.bursts), default=0.0) / HOUR
    while True:
        moment += generator.expovariate(most)
        if moment >= end:
            break
        if generator.random() < rate_at(site, moment) / most:
            times.append(moment)
    for number, published in enumerate(times):
        story = Story(number=number, published=published)
        chance = generator.random()
        if chance < 0.05:
            edits = [published + math.exp(generator.uniform(math.log(20 * 60), math.log(5 * DAY)))]
            if generator.random() < 0.3:
                edits.append(edits[0] + generator.uniform(HOUR, 2 * DAY))
            story.edits = tuple(edits)
        elif chance < 0.06:
            story.deleted = published + math.exp(generator.uniform(math.log(3 * HOUR), math.log(10 * DAY)))
            story.deleted_status = generator.choice((404, 404, 410))
        elif chance < 0.09:
            begin = published + math.exp(generator.uniform(math.log(600), math.log(3 * DAY)))
            story.hiccup = (begin, begin + generator.choice((0.5, 1.0, 6.0)) * HOUR, generator.choice((404, 404, 500, 503, 403)))
        site.stories.append(story)
    site.times = times


def rate_at(site: Site, moment: float) -> float:
    """Articles a second."""
    local = site.local(moment)
    hour = local.hour + local.minute / 60
    day = site.night + (1 - site.night) * 0.5 * (1 + math.cos((hour - 14.0) / 24 * 2 * math.pi))
    usual: float = site.per_day / DAY * day / (site.night + (1 - site.night) * 0.5)
    if local.weekday() >= 5:
        usual *= site.weekend
    return float(usual + sum(rate / HOUR for begin, finish, rate in site.bursts if begin <= moment < finish))
