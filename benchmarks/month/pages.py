"""What does a page of an invented site look like, with all that is around the text and changes at each visit?"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from html import escape

from benchmarks.month.habits import Site, Story
from benchmarks.month.wording import author, headline, paragraphs


def path_of(site: Site, number: int) -> str:
    """Of an article; digits as real ones have."""
    slug = "-".join(word.strip(":").lower() for word in headline(site.number, number).split()[:6])
    return f"/news/{number:05d}-{slug}"


def old_path(number: int) -> str:
    """Of an article of the last ten years."""
    return f"/archive/{number:05d}-a-story-of-earlier-years"


def article_page(site: Site, story: Story, moment: float, *, layout: int, visit: int) -> str:
    """The HTML. `layout` 0 to 2 is the site's own, 3 a new one that carries all, 4 one that loads the text by script."""
    edits = story.edits_by(moment)
    title = headline(site.number, story.number)
    texts = paragraphs(site.number, story.number, edits)
    local = site.local(story.published)
    return _page(
        site, title, texts, author(site.number, story.number), local, moment, path_of(site, story.number), layout=layout, visit=visit
    )


def old_page(site: Site, number: int, published: float, moment: float) -> str:
    """The HTML of an article of earlier years."""
    texts = paragraphs(site.number + 100_000, number, 0)[:2]
    title = headline(site.number + 100_000, number)
    local = site.local(published)
    return _page(site, title, texts, author(site.number, number), local, moment, old_path(number), layout=site.template, visit=0)


def _page(
    site: Site, title: str, texts: tuple[str, ...], by: str, local: datetime, moment: float, path: str, *, layout: int, visit: int
) -> str:
    shown = local.strftime("%d %B %Y, %H:%M")
    stamp = local.replace(tzinfo=None).isoformat(timespec="seconds") if site.dates == "local" else local.isoformat(timespec="seconds")
    head = f"<title>{escape(title)}</title>"
    body = "\n".join(f"<p>{escape(text)}</p>" for text in texts)
    if layout != 4:
        head += f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}">'
        head += f'<link rel="canonical" href="https://{site.host}{path}">'
        if site.dates == "jsonld" or layout == 3:
            data = {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": title,
                "datePublished": stamp,
                "author": {"@type": "Person", "name": by},
            }
            head += f'<script type="application/ld+json">{json.dumps(data)}</script>'
        else:
            head += f'<meta property="article:published_time" content="{stamp}"><meta name="author" content="{escape(by)}">'
    counter = widgets(site, moment, visit) if site.widgets else ""
    top = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li><li><a href='/about'>About us</a></li></ul></nav>"
    foot = f"<footer><p>&copy; {site.host}. All rights reserved.</p></footer>"
    time = f'<time datetime="{stamp}">{shown}</time>'
    if layout == 0:
        byline = f'<div class="byline">By {by} {time}</div>{counter}'
        main = f'<article class="post"><h1>{escape(title)}</h1>{byline}<div class="entry-content">{body}</div></article>'
    elif layout == 1:
        byline = f'<header><h1>{escape(title)}</h1><p class="meta">{by}, {time}</p></header>'
        main = f'<main><div class="story">{byline}<section class="body">{body}</section>{counter}</div></main>'
    elif layout == 2:
        main = (
            f'<div id="wrap"><div id="content"><h1>{escape(title)}</h1><span class="author">{by}</span> {time}{body}</div>{counter}</div>'
        )
    elif layout == 3:
        byline = f'<h1 class="headline-xl">{escape(title)}</h1><div class="by">{by} {time}</div>'
        main = f'<main class="grid"><article data-component="story">{byline}<div data-block="text">{body}</div></article>{counter}</main>'
    else:  # the text comes by script: a reader without one gets a teaser
        teaser = f'<p>{escape(texts[0])}</p><div data-src="/api/text{path}"></div>'
        main = f'<main id="app"><article><h1>{escape(title)}</h1>{teaser}</article></main>'
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{top}{main}{foot}</body></html>'


def widgets(site: Site, moment: float, visit: int) -> str:
    """Things that are others at each visit."""
    generator = random.Random(f"widgets {site.number} {moment:.0f} {visit}")
    now = datetime.fromtimestamp(moment, UTC)
    links = "".join(
        f'<li><a href="{path_of(site, number)}">{escape(headline(site.number, number))}</a></li>'
        for number in sorted(generator.randrange(max(1, site.index_at(moment))) for _ in range(3))
    )
    return (
        f'<div class="views"><span>{generator.randrange(10, 99999)} views</span> <span>{generator.randrange(0, 400)} shares</span></div>'
        f'<div class="ad" id="slot-{generator.randrange(1 << 30):x}"></div>'
        f'<aside class="most-read"><h3>Most read</h3><ul>{links}</ul></aside>'
        f'<div class="served">Page made at {now:%H:%M:%S} in {generator.randrange(3, 90)} ms</div>'
    )


def wall_page(status: int, generator: random.Random) -> str:
    """Before all pages of a site that wants no robots."""
    ray = f"{generator.randrange(1 << 60):x}"
    if status == 503:
        return (
            '<!DOCTYPE html><html><head><title>Just a moment...</title><meta http-equiv="refresh" content="8"></head><body>'
            '<div id="cf-wrapper"><h1>Your browser is being checked</h1><noscript>This check needs JavaScript</noscript>'
            f'<div class="ray-id">Ray ID: <code>{ray}</code></div>'
            '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></div></body></html>'
        )
    return (
        '<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head><body><div id="cf-error-details">'
        "<h1>You have been blocked</h1><p>A security service keeps robots away from these pages.</p>"
        f"<p>Cloudflare Ray ID: <strong>{ray}</strong></p></div></body></html>"
    )


def front_page(site: Site) -> str:
    """Nobody reads it."""
    return f'<!DOCTYPE html><html lang="en"><head><title>{site.host}</title></head><body><h1>{site.host}</h1></body></html>'
