"""Which links of a section page lead to articles?

Without a name of any site: the shape of the URL (date, number, slug, depth), the place of the link (content, heading, menu) and its
text are weighed.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from crawler.links import LinkRefused, host_of, resolve
from crawler.pagelinks import MAX_LINKS, PageLink, read_links
from crawler.reading import Gatherer
from crawler.scope import is_not_a_page

THRESHOLD = 4

_DATE = re.compile(
    r"(?:^|[/_-])(?:19|20)\d\d"
    r"(?:[/_-](?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/_-](?:[0-2]?\d|3[01]))?|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))(?=$|[/_.-])"
)
_NUMBER = re.compile(r"(?:^|[^0-9])\d{5,}(?:$|[^0-9])")
_HEX = re.compile(r"(?:^|[^0-9a-z])(?=[a-z]*\d)[0-9a-f]{8,}(?:$|[^0-9a-z])")
_QUERY_ID = re.compile(
    r"(?:^|&)(?:id|p|article|articleid|article_id|newsid|news_id|nid|aid|story|storyid|artid|idx|no)=[a-z_-]{0,20}\d[\w-]*(?:&|$)"
)
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Scripts that write no spaces between words: two of their characters say as much as a word.
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

# Path segments that lead to other things than articles: words of content systems; people, subjects, accounts in common languages.
# fmt: off
_NEVER = frozenset(
    [
        "tag", "tags", "label", "labels", "keyword", "keywords", "category", "categories", "author", "authors", "byline", "profile",
        "profiles", "user", "users", "account", "login", "logout", "signin", "signup", "register", "subscribe", "subscription",
        "subscriptions", "newsletter", "newsletters", "search", "rss", "feed", "feeds", "sitemap", "contact", "contacts", "about",
        "about-us", "imprint", "impressum", "privacy", "privacy-policy", "cookie", "cookies", "cookie-policy", "terms", "terms-of-use",
        "terms-of-service", "terms-and-conditions", "legal", "disclaimer", "advertise", "advertising", "careers", "jobs", "shop",
        "store", "cart", "help", "faq", "wp-content", "wp-admin", "wp-login.php", "wp-json", "cdn-cgi", "share", "print", "amp-share",
        "javascript", "topics", "tagged", "rubric", "autor", "autore", "autori", "autoren", "autores", "autora", "auteur", "auteurs",
        "forfatter", "yazar", "yazarlar", "utente", "usuario", "benutzer", "profil", "profilo", "perfil", "persone", "personas",
        "personen", "people", "person", "thema", "themen", "tema", "temas", "temi", "sujet", "sujets", "dossier-auteur", "konto",
        "compte", "cuenta", "ricerca", "suche", "recherche", "buscar", "etiqueta", "etiquetas",
    ]
)
# fmt: on
_PAGING = re.compile(r"(?:^|/)(?:page|seite|pagina|p)[/_-]?\d{0,6}$")


def read_section(text: str, gather: Gatherer) -> list[str]:
    """Gather the links that look like articles, in their order, each with the best of its texts as title; gives notes."""
    page = read_links(text)
    base = gather.base
    if page.base:
        try:
            base = resolve(urljoin(gather.base, page.base), gather.base)
        except (LinkRefused, ValueError):
            base = gather.base
    page_parts = urlsplit(gather.base)
    own = _host(page_parts)
    found: dict[str, tuple[int, str]] = {}
    for link in page.links:
        try:
            url = resolve(link.href, base)
            parts = urlsplit(url)
            host = host_of(parts)[0]
        except (LinkRefused, ValueError):
            continue
        if not same_site(host, own) or _is_itself(parts, page_parts):
            continue
        score = score_link(parts, link)
        words = link.text
        if url in found:  # a picture and a headline often lead to the same article
            old_score, old_words = found[url]
            score, words = max(score, old_score), max(words, old_words, key=len)
        found[url] = (score, words)
    for url, (score, words) in found.items():
        if score >= THRESHOLD:
            gather.add([url], title=words)
    notes = [f"{len(gather.entries)} of {len(found)} links of the site look like articles"]
    if page.left_out:
        notes.append(f"{page.left_out} links beyond the first {MAX_LINKS:,} not looked at")
    return notes


def same_site(host: str, own: str) -> bool:
    """The same host but for `www.`, or one a subdomain of the other. Scope (crawler/scope.py) judges more strictly afterwards."""
    host, own = host.removeprefix("www."), own.removeprefix("www.")
    return host == own or host.endswith("." + own) or own.endswith("." + host)


def score_link(parts: SplitResult, link: PageLink) -> int:
    """How much speaks for an article; `THRESHOLD` is enough."""
    if link.frame or is_not_a_page(parts.path):
        return -1
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    if any(segment in _NEVER for segment in segments) or _PAGING.search("/".join(segments[-2:])):
        return -1
    shape = _shape(segments, parts)
    if shape < 2:  # words and headings alone make no article: `/politics` has them too
        return 0
    return shape + _words(link) - (3 if link.menu else 0)


def _shape(segments: list[str], parts: SplitResult) -> int:
    path = "/" + "/".join(segments)
    score = 0
    slug = max(segments[-2:], key=len, default="")
    if _DATE.search(path):
        score += 2
    if _NUMBER.search(path) or _HEX.search(path) or _QUERY_ID.search(parts.query.lower()[:500]):
        score += 2
    words = len(_WORDS.findall(slug[:400])) + len(_DENSE.findall(slug[:400])) // 2
    score += 3 if words >= 5 else 2 if words >= 3 else 0
    return score + (1 if len(segments) >= 2 else 0)


def _words(link: PageLink) -> int:
    text = link.text
    words = len(_WORDS.findall(text)) + len(_DENSE.findall(text)) // 2
    score = 2 if words >= 5 or (words >= 4 and len(text) >= 25) else 1 if words >= 3 else 0
    if words >= 2:
        score += (2 if link.heading else 0) + (1 if link.article else 0)
    return score


def _is_itself(parts: SplitResult, page: SplitResult) -> bool:
    """The page again: its share links, font sizes, comment forms differ in the query alone. A query with an id may be another page."""
    if parts.path.rstrip("/") != page.path.rstrip("/"):
        return False
    return parts.query == page.query or not _QUERY_ID.search(parts.query.lower()[:500])


def _host(parts: SplitResult) -> str:
    try:
        return host_of(parts)[0]
    except LinkRefused:
        return ""
