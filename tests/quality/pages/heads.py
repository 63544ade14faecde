"""What does a page say of itself in its head: everything, little, or something wrong?

full       JSON-LD, OpenGraph and a description, all right
graph      JSON-LD as a graph whose parts name each other
og         OpenGraph and meta alone
visible    nothing but a title: who and when stands in the page alone
wrong      the house as author, a headline cut short, a time without a zone, a canonical address that is the front page
date_only  JSON-LD with the day, without the time
live       a live blog with its entries
paywall    JSON-LD that says that one must pay
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from tests.quality.pages.story import Story

KINDS = ("full", "graph", "og", "visible", "wrong", "date_only", "live", "paywall")
_SEPARATORS = (" | ", " - ", " — ", " :: ")


def head(story: Story, kind: str, url: str, number: int) -> str:
    """The title, meta and link elements, and the JSON-LD."""
    host, site = story["host"], story["site"]
    lines = [f"<title>{escape(story['title'], quote=False)}{_SEPARATORS[number % len(_SEPARATORS)]}{escape(site, quote=False)}</title>"]
    lines.append(f'<link rel="canonical" href="{f"https://{host}/" if kind == "wrong" else url}">')
    if kind != "visible":
        lines += [_meta(name, value) for name, value in _graph(story, kind, url).items() if value]
    elif number % 2:
        lines.append(_meta("og:site_name", site))
    lines.append(f'<link rel="alternate" type="application/rss+xml" title="{escape(site)}" href="https://{host}/feed">')
    lines.append(f'<link rel="shortcut icon" href="https://{host}/favicon.ico">')
    made = _jsonld(story, kind, url)
    if made is not None:
        lines.append(f'<script type="application/ld+json">{json.dumps(made, ensure_ascii=number % 3 == 0)}</script>')
    return "\n".join(lines)


def description(story: Story) -> str:
    """The standfirst, or else the beginning of the text, cut where a machine would cut it."""
    return story["standfirst"] or next(piece.text for piece in story.pieces if piece.kind == "paragraph")[:155].rstrip() + "…"


def _meta(name: str, value: str) -> str:
    attribute = "property" if name.startswith(("og:", "article:")) else "name"
    return f'<meta {attribute}="{name}" content="{escape(value)}">'


def _graph(story: Story, kind: str, url: str) -> dict[str, str]:
    title, site = story["title"], story["site"]
    found = {
        "description": description(story),
        "og:type": "website" if kind == "wrong" else "article",
        "og:site_name": site,
        "og:title": f"{title} - {site}" if kind == "wrong" else title,
        "og:description": description(story),
        "og:url": url,
        "og:image": f"https://static.{story['host']}/i/{story['slug']}-1200x630.jpg",
        "twitter:card": "summary_large_image",
        "twitter:title": title,
        "keywords": ", ".join(story.tags),
    }
    if kind in ("og", "full", "graph"):
        found["article:published_time"] = story.published.isoformat()
        found["article:modified_time"] = story.modified.isoformat() if story.modified else ""
        found["article:section"] = story["section"]
    if kind == "og":
        found["author"] = ", ".join(story.shown_authors)
    return found


def _jsonld(story: Story, kind: str, url: str) -> dict[str, Any] | None:
    if kind in ("og", "visible"):
        return None
    house = {
        "@type": "NewsMediaOrganization",
        "name": story["site"],
        "logo": {"@type": "ImageObject", "url": f"https://{story['host']}/logo.png"},
    }
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": story["title"],
        "image": [f"https://static.{story['host']}/i/{story['slug']}-1200x630.jpg"],
        "datePublished": story.published.isoformat(),
        "dateModified": (story.modified or story.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors] or [house],
        "publisher": house,
        "description": description(story),
        "articleSection": story["section"],
    }
    if kind == "wrong":
        made |= {"headline": story["title"][:50].rstrip() + "…", "author": house, "articleBody": story.pieces[0].text[:90]}
        made |= {"datePublished": story.published.replace(tzinfo=None).isoformat(), "dateModified": ""}
    elif kind == "date_only":
        made |= {"datePublished": f"{story.published:%Y-%m-%d}", "dateModified": f"{story.modified or story.published:%Y-%m-%d}"}
    elif kind == "paywall":
        made |= {
            "isAccessibleForFree": False,
            "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paywall"},
        }
    elif kind == "live":
        made |= {"@type": "LiveBlogPosting", "coverageStartTime": story.published.isoformat(), "liveBlogUpdate": _updates(story)}
    elif kind == "graph":
        return _as_graph(made, story, url)
    return made


def _updates(story: Story) -> list[dict[str, Any]]:
    day = story.published
    return [
        {
            "@type": "BlogPosting",
            "headline": piece.text,
            "datePublished": day.replace(hour=int(piece.time[:2]), minute=int(piece.time[3:])).isoformat(),
        }
        for piece in story.pieces
        if piece.kind == "entry"
    ]


def _as_graph(made: dict[str, Any], story: Story, url: str) -> dict[str, Any]:
    people = [{"@type": "Person", "@id": f"{url}#person{n}", "name": name} for n, name in enumerate(story.authors)]
    root = f"https://{story['host']}/"
    crumbs = [
        {"@type": "ListItem", "position": n + 1, "name": name} for n, name in enumerate((story["site"], story["section"], story["title"]))
    ]
    article = {key: value for key, value in made.items() if key != "@context"} | {
        "@type": "Article",
        "@id": f"{url}#article",
        "isPartOf": {"@id": url},
        "author": [{"name": one["name"], "@id": one["@id"]} for one in people] or {"@id": f"{root}#organization"},
        "publisher": {"@id": f"{root}#organization"},
    }
    return {
        "@context": "https://schema.org",
        "@graph": [
            article,
            {
                "@type": "WebPage",
                "@id": url,
                "url": url,
                "name": f"{story['title']} - {story['site']}",
                "isPartOf": {"@id": f"{root}#website"},
            },
            {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": crumbs},
            {"@type": "WebSite", "@id": f"{root}#website", "url": root, "name": story["site"]},
            {"@type": "Organization", "@id": f"{root}#organization", "name": story["site"], "url": root},
            *people,
        ],
    }
