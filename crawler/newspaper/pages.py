"""How does each publisher lay out a story: three templates with what real ones have around and within the text?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

from crawler.newspaper import wardrobe
from crawler.newspaper.stories import Publisher, Story
from crawler.newspaper.wording import RIGHT_TO_LEFT, WORDING


def story_page(publisher: Publisher, story: Story, others: Sequence[Story], base: str) -> str:
    """The HTML of a story; `others` fill its boxes of links."""
    layout = {"courier": _courier, "visnyk": _visnyk}.get(publisher.name, _sada)
    return layout(publisher, story, others, base)


def section_page(publisher: Publisher, stories: Sequence[Story], scheme: str = "http") -> str:
    """A front page: links to stories among links to everything else, one of them twice and once with a tracking parameter."""
    rows = "".join(
        f'<article class="teaser"><h2><a href="{escape(story.target)}">{escape(story.title)}</a></h2><p>{escape(story.description)}</p></article>'
        for story in stories
    )
    first = stories[0]
    joint = "&" if "?" in first.target else "?"
    top = f'<a class="splash" href="{escape(first.target + joint)}utm_source=front&amp;utm_medium=splash"><img src="/img/1.jpg" alt=""></a>'
    return (
        f'<!DOCTYPE html><html lang="{first.language}"{_direction(first.language)}><head><meta charset="utf-8"><title>{escape(publisher.title)}</title>'
        f'<link rel="alternate" type="application/rss+xml" href="/feed.rss">{wardrobe.in_head(publisher, scheme)}</head><body>{_navigation(first.language)}<main>{top}{rows}</main>'
        f"{_footer(publisher, first.language)}</body></html>"
    )


def _courier(publisher: Publisher, story: Story, others: Sequence[Story], base: str) -> str:
    """WordPress-like: JSON-LD, OpenGraph, and a box of links in the middle of the text."""
    words = WORDING[story.language]
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.description,
        "datePublished": story.published,
        "dateModified": story.modified,
        "inLanguage": story.language,
        "articleSection": story.section,
        "keywords": list(story.keywords),
        "isAccessibleForFree": True,
        "image": [f"{base}/img/{story.number}.jpg"],
        "author": [_person(name, base) for name in story.authors],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": publisher.title,
            "logo": {"@type": "ImageObject", "url": f"{base}/logo.png"},
        },
        "mainEntityOfPage": {"@type": "WebPage", "@id": base + story.target},
    }
    byline = ", ".join(f'<a rel="author" href="{escape(_author_path(name))}">{escape(name)}</a>' for name in story.authors)
    trending = _links(f'<aside class="wp-block-group trending"><h3>{words.trending}</h3><ul>', others[:3], "</ul></aside>")
    body = _body(story, after={1: trending, 3: f'<p class="inline-link"><strong>{words.read_also}:</strong> {_link(others[-1])}</p>'})
    return f"""{_head(publisher, story, base, data)}
<body class="single postid-{story.number}">{_navigation(story.language)}
<div id="cookie-bar" role="dialog"><p>{words.cookies}</p><button>OK</button></div>
<main id="content"><article class="post type-post">
<header class="entry-header"><span class="kicker">{escape(story.section)}</span><h1 class="entry-title">{escape(story.title)}</h1>
<div class="byline">{words.by} {byline} <time class="entry-date" datetime="{story.published}">{_shown(story.published)}</time></div>
{_share(words.share)}</header>
<figure class="wp-block-image">{_picture(publisher, story, base)}<figcaption>{escape(story.caption)}. {escape(story.credit)}</figcaption></figure>
<div class="entry-content">
{body}
</div>
<div class="newsletter-signup"><h4>{words.newsletter}</h4><form action="/newsletter"><input type="email"><button>{words.subscribe}</button></form></div>
<div class="author-box"><h4>{words.about_author}</h4><p>{escape(story.authors[0])} · {escape(publisher.title)}</p></div>
</article>
{_links(f'<section class="related-posts"><h3>{words.related}</h3><ul>', others[2:6], "</ul></section>")}
<section id="comments"><h3>{words.comments}</h3></section></main>
{_footer(publisher, story.language)}</body></html>"""


def _visnyk(publisher: Publisher, story: Story, others: Sequence[Story], base: str) -> str:
    """A graph of JSON-LD whose parts refer to each other, a standfirst, and a subscription line as the last paragraph."""
    words = WORDING[story.language]
    people = [{**_person(name, base), "@id": f"{base}{_author_path(name)}#person"} for name in story.authors]
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "@id": f"{base}/#organization", "name": publisher.title, "url": base + "/"},
            *people,
            {
                "@type": ["NewsArticle", "Article"],
                "@id": f"{base}{story.target}#article",
                "headline": story.title,
                "datePublished": story.published,
                "dateModified": story.modified,
                "inLanguage": story.language,
                "author": [{"@id": person["@id"]} for person in people],
                "publisher": {"@id": f"{base}/#organization"},
                "articleSection": [story.section],
            },
        ],
    }
    also = f'<div class="read-also"><b>{words.read_also}:</b> {_link(others[0])}</div>'
    body = _body(story, after={2: also})
    return f"""{_head(publisher, story, base, data)}
<body>{_navigation(story.language)}
<div class="container"><div class="col-main">
<ol class="breadcrumbs"><li><a href="/">{words.home}</a></li><li><a href="/section/{story.number}">{escape(story.section)}</a></li></ol>
<h1>{escape(story.title)}</h1>
<div class="meta"><span class="date">{_shown(story.published)}</span> <span class="author">{words.by}: {escape(", ".join(story.authors))}</span></div>
<p class="lead"><strong>{escape(story.description)}</strong></p>
<div class="photo">{_picture(publisher, story, base, alt=story.caption)}<div class="photo-caption">{escape(story.caption)}</div>
<div class="photo-credit">{escape(story.credit)}</div></div>
<div class="article-text">
{body}
<p class="telegram"><em><a href="https://telegram.example/visnyk">{words.newsletter}</a></em></p>
</div>
<div class="tags">{"".join(f'<a href="/tag/{number}">{escape(word)}</a> ' for number, word in enumerate(story.keywords))}</div>
{_share(words.share)}</div>
<div class="col-side">{_links(f'<div class="widget"><div class="widget-title">{words.trending}</div><ul>', others[:5], "</ul></div>")}</div></div>
{_footer(publisher, story.language)}</body></html>"""


def _sada(publisher: Publisher, story: Story, others: Sequence[Story], base: str) -> str:
    """No JSON-LD at all: meta tags, microdata, nested `div`s, and the boxes between the paragraphs without telling classes."""
    words = WORDING[story.language]
    trending = _links(f'<div class="c7"><div class="c8">{words.trending}</div><ul>', others[:3], "</ul></div>")
    body = _body(story, after={1: trending}, paragraph='<p class="t">')
    author = "".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{escape(a)}</span></span> '
        for a in story.authors
    )
    return f"""{_head(publisher, story, base, None)}
<body{_direction(story.language)}>{_navigation(story.language)}
<div class="c1"><div class="c2" itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">{escape(story.title)}</h1>
<div class="c3">{words.by} {author}<time itemprop="datePublished" datetime="{story.published}">{_shown(story.published)}</time>
<meta itemprop="dateModified" content="{story.modified}"></div>
<div class="c4">{_picture(publisher, story, base)}<span class="c5">{escape(story.caption)} ({escape(story.credit)})</span></div>
<div class="c6" itemprop="articleBody"><div>
{body}
</div></div>
{_share(words.share)}
{_links(f'<div class="c9"><div class="c8">{words.related}</div><ul>', others[1:4], "</ul></div>")}
<div class="c10">{words.newsletter} <a href="/newsletter">{words.subscribe}</a></div>
</div></div>
{_footer(publisher, story.language)}</body></html>"""


def _head(publisher: Publisher, story: Story, base: str, data: object) -> str:
    url = base + story.target
    metas = [
        ("property", "og:type", "article"),
        ("property", "og:title", story.title),
        ("property", "og:description", story.description),
        ("property", "og:url", url),
        ("property", "og:image", f"{base}/img/{story.number}.jpg"),
        ("property", "og:site_name", publisher.title),
        ("property", "og:locale", story.language),
        ("property", "article:published_time", story.published),
        ("property", "article:modified_time", story.modified),
        ("property", "article:section", story.section),
        ("name", "description", story.description),
        ("name", "robots", "index, follow, max-image-preview:large"),
        *(("name", "author", name) for name in story.authors),
        *(("property", "article:tag", word) for word in story.keywords),
    ]
    tags = "\n".join(f'<meta {kind}="{name}" content="{escape(value)}">' for kind, name, value in metas)
    script = f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>' if data else ""
    return f"""<!DOCTYPE html>
<html lang="{story.language}"{_direction(story.language)}><head><meta charset="utf-8">
<title>{escape(story.title)} - {escape(publisher.title)}</title>
<link rel="canonical" href="{escape(url)}">
{tags}
{script}
{wardrobe.in_head(publisher, _scheme(base))}<script>window.dataLayer = window.dataLayer || [];</script></head>"""


def _picture(publisher: Publisher, story: Story, base: str, *, alt: str = "") -> str:
    return wardrobe.picture(publisher, story.number, _scheme(base), alt=alt)


def _scheme(base: str) -> str:
    return base.partition(":")[0]


def _body(story: Story, *, after: dict[int, str], paragraph: str = "<p>") -> str:
    """The blocks as HTML; `after` puts a box behind the block of that index."""
    tags = {
        "paragraph": (paragraph, "</p>"),
        "heading": ("<h2>", "</h2>"),
        "quote": ("<blockquote><p>", "</p></blockquote>"),
        "list_item": ("<li>", "</li>"),
    }
    parts: list[str] = []
    inside = False
    for index, block in enumerate(story.blocks):
        if (block.kind == "list_item") != inside:
            inside = not inside
            parts.append("<ul>" if inside else "</ul>")
        opening, closing = tags[block.kind]
        parts.append(f"{opening}{escape(block.text, quote=False)}{closing}")
        if index in after and not inside:
            parts.append(after[index])
    return "\n".join(parts + (["</ul>"] if inside else []))


def _navigation(language: str) -> str:
    home = WORDING[language].home
    return (
        f'<header class="site"><a class="logo" href="/">{home}</a><nav><ul><li><a href="/">{home}</a></li><li><a href="/about">i</a></li>'
        '<li><a href="/tag/ise">#</a></li><li><a href="https://social.example/press" rel="me">@</a></li></ul></nav></header>'
    )


def _footer(publisher: Publisher, language: str) -> str:
    return f'<footer class="site"><a href="/about">{escape(publisher.title)}</a> © 2025. {WORDING[language].rights}</footer>'


def _share(label: str) -> str:
    places = "".join(
        f'<li><a href="https://{place}.example/share?u=" rel="nofollow">{place.title()}</a></li>' for place in ("chirp", "facepage", "mail")
    )
    return f'<div class="share-buttons"><span>{label}</span><ul>{places}</ul></div>'


def _links(opening: str, stories: Sequence[Story], closing: str) -> str:
    return opening + "".join(f"<li>{_link(story)}</li>" for story in stories) + closing


def _link(story: Story) -> str:
    return f'<a href="{escape(story.target)}">{escape(story.title)}</a>'


def _person(name: str, base: str) -> dict[str, str]:
    return {"@type": "Person", "name": name, "url": base + _author_path(name)}


def _author_path(name: str) -> str:
    return "/author/" + "".join(
        f"{ord(character):x}" if not character.isascii() else character for character in name.lower().replace(" ", "-")
    )


def _shown(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%d.%m.%Y %H:%M}"


def _direction(language: str) -> str:
    return ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
