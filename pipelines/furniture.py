"""Which containers of a page hold furniture rather than the article?

Judged by element, role and the words of class and id, whatever the site. The words are those that people who write style sheets use;
hashed class names say nothing, and then position, links and the line itself decide (see `lines`, `body`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

# Elements whose text is never part of a page's reading text.
SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed applet canvas audio video map head title meta link base source track"
    " select option optgroup datalist textarea input progress meter frame frameset noframes picture".split()
)
_BY_TAG = {
    "nav": "navigation",
    "footer": "footer",
    "figcaption": "caption",
    "figure": "figure",
    "aside": "aside",
    "form": "form",
    "menu": "navigation",
    "address": "byline",
    # libxml2 closes no button by itself: one left open holds the rest of the page, so it is judged like any container.
    "button": "button",
    "dialog": "overlay",
}
_BY_ROLE = {
    "navigation": "navigation",
    "complementary": "aside",
    "contentinfo": "footer",
    "search": "form",
    "dialog": "overlay",
    "alertdialog": "overlay",
    "menu": "navigation",
    "menubar": "navigation",
    "toolbar": "share",
    "tablist": "navigation",
    "banner": "header",
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NOT_OF_A_PARAGRAPH = frozenset(("overlay", "player", "navigation", "advert"))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Each pattern is matched against the words of class and id, joined as `-word-word-`.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "share",
        r"share|shares|sharing|sharedaddy|sharebar|sharethis|addthis|addtoany|social|socials|socialmedia|sociable|follow-us"
        r"|followus|whatsapp|telegram-box|bookmark",
    ),
    (
        "newsletter",
        r"newsletter|newsletters|news-letter|signup|sign-up|subscribe|subscription|subscriptions|mailing-list|donate|donation"
        r"|membership|app-promo|download-app|piano",
    ),
    (
        "advert",
        r"ad|ads|adv|advert|adverts|advertisement|advertisements|advertising|adslot|adbox|adunit|ad-slot|adsense|adsbygoogle"
        r"|dfp|gpt|sponsor|sponsored|sponsors|promo|promos|promotion|promoted|outbrain|taboola|affiliate|commercial|anzeige"
        r"|werbung|publicidad|pub",
    ),
    (
        "related",
        r"related|relateds|relacionadas|relacionados|recirc|recirculation|recommend|recommended|recommendation|recommendations"
        r"|trending|mostread|most-read|most-popular|most-viewed|popular|popular-posts|mostpopular"
        r"|read-more|readmore|read-also|also-read|see-also|read-next|readnext|up-next|next-article|nextup|more-news"
        r"|more-stories|more-articles|more-from|more-on|morestories|also-like|you-may|teaser|teasers|teaserlist|promo-item"
        r"|lire-aussi"
        r"|mehr-zum-thema|siehe-auch|infinite-scroll|suggested|suggestions|linklist|link-list|related-links|crosslink"
        r"|in-article-link|inline-link-box|onward|further-reading|hyperlinks|latest-news|latest-posts|newsfeed|news-ticker"
        r"|ticker|see-more",
    ),
    ("comments", r"comments|comment|commentlist|commentary-list|disqus|respond|reply|replies|coral|livefyre|spot-im|discussion"),
    (
        "byline",
        r"byline|bylines|byl|author|authors|author-bio|authorbox|author-box|author-info|bio|contributor|contributors"
        r"|about-author|writer|article-info|post-info|entry-info|article-meta|post-meta|entry-meta|meta|metadata|metas|dateline"
        r"|date|datetime|timestamp|pubdate|publish-date|published|publishdate|post-date|updated|reading-time|read-time",
    ),
    (
        "caption",
        r"caption|captions|wp-caption-text|imagecaption|photo-credit|credit|credits|image-credit|copyright|copyrights"
        r"|photographer|image-source|legend|legende|bildunterschrift|bildtext|media-info|cutline",
    ),
    (
        "tags",
        r"tags|tag-list|taglist|tag-cloud|tagcloud|tags-links|post-tags|article-tags|entry-tags|topics|topic-list|topiclist"
        r"|keywords|categories|cat-links|breadcrumb|breadcrumbs|bread-crumb|bread-crumbs|kicker|overline|eyebrow|flytitle|rubric",
    ),
    (
        "navigation",
        r"nav|navi|navbar|navigation|menu|menus|submenu|sidebar|side-bar|toolbar|tool-bar|footer|site-footer|pagination|pager"
        r"|pagenav|skip-link|skiplink|offcanvas|masthead|topbar|site-header|jump-link|toc|table-of-contents",
    ),
    (
        "overlay",
        r"cookie|cookies|cookiebar|consent|gdpr|cmp|modal|popup|pop-up|overlay|lightbox|paywall-(?:prompt|banner|message"
        r"|barrier|cta|overlay|teaser|box|offer)|paygate|regwall|reg-wall|adblock|tooltip|toast|notification|notifications",
    ),
    (
        "player",
        r"player|video-player|audio-player|videoplayer|audioplayer|jwplayer|video-js|listen|text-to-speech|slideshow|slider"
        r"|carousel|gallery|swiper|poll|quiz|survey|rating|ratings|vote|feedback|report-error|print|printer",
    ),
    (
        "box",
        r"infobox|info-box|infokasten|info-kasten|factbox|fact-box|faktbox|faktaruta|faktaboks|faktabox|ai-summary|aisummary"
        r"|ai-article-summary|citation-box|citewrapper",
    ),
)
_FURNITURE = re.compile("|".join(f"(?P<{name}>-(?:{pattern})-)" for name, pattern in _PATTERNS))
# Layout classes that say where an element may be shown, or that the *next* element is something: no word about the element itself.
_NOISE_FREE = re.compile(r"-(?:no|has|with|without|js|is-not|lg|md|sm|xl|not)-[a-z]+")
# Whole names: `overflow-hidden` and `label-hidden` hide nothing of the element.
_HIDDEN_NAMES = frozenset(
    "hidden hide is-hidden u-hidden sr-only visually-hidden visuallyhidden vishidden is-vishidden screen-reader-text screen-reader"
    " screenreader d-none display-none invisible noprint no-print assistive-text offscreen".split()
)
# `hidden md:block`, `d-none d-md-block`: hidden on small screens alone.
_SHOWN_AGAIN = re.compile(r"(?:^|\s)(?:(?:sm|md|lg|xl|2xl|xxl|tablet|desktop):(?:block|flex|grid|inline|contents)|d-(?:sm|md|lg|xl|xxl)-)")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def look(element: HtmlElement, tag: str) -> tuple[str | None, str, str]:
    """A word for the kind of furniture that this container is, or null; its classes; its classes, id and itemprop. Ancestors are not
    looked at.
    """
    attributes = element.items()
    if not attributes or (len(attributes) == 1 and attributes[0][0] == "class"):  # most elements
        style = attributes[0][1] if attributes else ""
        return _by_class(tag, style) if len(style) < 600 else _by_class.__wrapped__(tag, style)
    style = identifier = component = item = role = ""
    hidden = False
    for name, value in attributes:
        if name == "class":
            style = value
        elif name == "id":
            identifier = value
        elif name == "itemprop":
            item = value
        elif name == "role":
            role = value
        elif name == "hidden":
            hidden = True
        elif name == "style":
            hidden = hidden or (len(value) < 2000 and _HIDDEN_STYLE.search(value) is not None)
        elif name in ("data-component", "data-testid") and len(value) < 100:
            component = element.get("data-component") or value
    names = f"{style[:300]} {identifier} {item}"[:400] if identifier or item else style[:300]
    kind: str | None
    if (kind := _BY_TAG.get(tag)) is None and (not role or (kind := _BY_ROLE.get(role)) is None):
        if hidden:
            kind = "hidden"
        else:
            said = f"{style} {identifier}" if identifier and tag not in _HEADINGS else style  # a heading's id is made of its text
            if component:
                said = f"{said} {component}"
            kind = _named(tag, said)
    return (None if tag in ("body", "html") else kind), style, names


@lru_cache(maxsize=8192)
def _by_class(tag: str, style: str) -> tuple[str | None, str, str]:
    kind = None if tag in ("body", "html") else _BY_TAG.get(tag) or _named(tag, style)
    return kind, style, style[:300]


def _named(tag: str, names: str) -> str | None:
    kind = by_names(names[:600]) if names else None
    # A paragraph's own class says what it is only where it is something else than a paragraph.
    return None if tag == "p" and kind in _NOT_OF_A_PARAGRAPH else kind


@lru_cache(maxsize=8192)
def by_names(names: str) -> str | None:
    """Judge the words of class and id: the first name that says anything."""
    for name in names.split():
        if name in _HIDDEN_NAMES and not _SHOWN_AGAIN.search(names):
            return "hidden"
        if (kind := _by_name(name)) is not None:
            return kind
    return None


@lru_cache(maxsize=32_768)
def _by_name(name: str) -> str | None:
    words = "-" + "-".join(_WORD.findall(name)).lower() + "-"
    match = _FURNITURE.search(_NOISE_FREE.sub("-", words))
    return match.lastgroup if match else None
