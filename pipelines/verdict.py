"""What is this response: an article, or which other thing?

Careful in one direction: a real article must not be refused. Where text and claims disagree, text decides.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines import lines
from pipelines.blocks import Block
from pipelines.head import Head
from pipelines.jsonld import ARTICLE_TYPES, LISTING_TYPES, JsonLd, types_of
from pipelines.options import ExtractOptions
from pipelines.prose import is_prose

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"))
_MAYBE_TYPES = frozenset(
    ("", "text/plain", "application/octet-stream", "text/xml", "application/xml", "unknown/unknown", "application/x-httpd-php", "*/*")
)
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|article|script)[\s>]", re.IGNORECASE)
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"ID3", "MP3"),
    (b"\x00\x00\x00", "MP4"),
    (b"wOF", "font"),
)
_CHALLENGE = re.compile(
    r"^(?:just a moment|attention required|access denied|access to this page has been denied|are you a (?:robot|human)"
    r"|pardon our interruption|please wait|security check|human verification|robot check|ddos.guard|checking your browser"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|one more step|blocked|you have been blocked|request (?:blocked"
    r"|rejected)|bot verification|vercel security checkpoint|один момент|проверка браузера|zugriff verweigert|accès refusé"
    r"|acceso denegado|bir dakika lütfen)\b",
    re.IGNORECASE,
)
_CHALLENGE_SOURCE = re.compile(
    r"/cdn-cgi/challenge-platform/|captcha-delivery\.com|_Incapsula_Resource|perimeterx|px-captcha|geo\.captcha"
    r"|hcaptcha\.com|recaptcha/(?:api|enterprise)|/_sec/cp_challenge|awswaf|ddos-guard|kasada|datadome",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\bGDPR\b|datenschutz|einwilligung|zustimm|privacy (?:choices|settings|policy)"
    r"|politique de confidentialité|confidentialité|privacidad|rgpd|before you continue|samtykke|samtycke|toestemming"
    r"|персональн\w+ данн|çerez",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|article|story|content|url) (?:was |is |has been |could |can )?(?:not|n.t|no longer) (?:be )?(?:found"
    r"|available|exist)|page (?:doesn.t|does not) exist|seite (?:wurde )?nicht gefunden|nicht (?:mehr )?verfügbar"
    r"|page (?:introuvable|non trouvée|inexistante)|página no encontrada|no se encuentra|página não encontrada"
    r"|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte)|siden (?:blev|ble) ikke (?:fundet"
    r"|funnet)|sivua ei löy|nie znaleziono|stránka nenalezena|страница не найдена|сторінк\w+ не знайден|sayfa bulunamadı"
    r"|الصفحة غير موجودة|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|העמוד לא נמצא|ページが見つかりません|页面不存在|페이지를 찾을 수 없"
    r"|trang không tồn tại",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(r"live-?(?:blog|ticker|updates?|text)|news-?blog|/live/|minute-by-minute|en-direct|online-?trans", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`article` and `live_blog` make a record; the others do not."""

    verdict: str
    reasons: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        return self.verdict in ("article", "live_blog")


def of_bytes(body: bytes, content_type: str | None) -> Judgement | None:
    """What can be said without parsing; null: go on."""
    if not body.strip():
        return Judgement(verdict="empty", reasons=("the body has no bytes that mean anything",))
    media = (content_type or "").split(";")[0].strip().lower()
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return Judgement(verdict="not_html", reasons=(f"the body begins like {name}",))
    if media in _HTML_TYPES:
        return None
    if media in _MAYBE_TYPES:
        if _LOOKS_LIKE_HTML.search(start):
            return None
        return Judgement(verdict="not_html", reasons=(f"Content-Type is {media or 'missing'} and the body does not look like HTML",))
    return Judgement(verdict="not_html", reasons=(f"Content-Type is {media[:80]}",))


def of_page(
    *,
    status: int,
    url: str,
    title: str | None,
    blocks: list[Block],
    body: list[Block],
    jsonld: JsonLd,
    head: Head,
    challenge_script: bool,
    free: bool | None,
    options: ExtractOptions,
) -> Judgement:
    """Judge a parsed page by its status, what it says of itself and how much of it is text."""
    size = sum(len(block.text) for block in body)
    prose = [block for block in body if is_prose(block)]
    headline = next((block.text for block in blocks if block.tag == "h1"), "")
    names = [name for name in (title, head.title, headline) if name]
    if size < 900 and (challenge := _challenge(names, blocks, challenge_script)):
        return challenge
    if status >= 400:
        return Judgement(verdict="error", reasons=(f"the server answered with status {status}",))
    if not blocks:
        return Judgement(verdict="empty", reasons=("the page shows no text",))
    if size < 900 and any(_NOT_FOUND.search(name) for name in names) and not (jsonld.article and size > 300):
        return Judgement(verdict="soft_404", reasons=("status is 200, but the page says that there is nothing here",))
    if consent := _consent(url, body, size, names, blocks):
        return consent
    marked = says_article(jsonld, head)
    if section := _section(url, blocks, prose, size, marked, jsonld):
        return section
    if free is False and (size < 350 and len(prose) < 3):
        return Judgement(verdict="paywall_stub", reasons=(f"the page says that it is not free and shows {size} characters of text",))
    if size < (options.min_chars if marked else options.min_chars_unmarked) and not (prose and marked):
        if size == 0:
            return Judgement(verdict="empty", reasons=("no body text was found",))
        return Judgement(verdict="too_short", reasons=(f"only {size} characters of text",))
    reasons = ("the page says that it is not free; the text may be cut",) if free is False else ()
    kinds = types_of(jsonld.article) if jsonld.article else set()
    if "liveblogposting" in kinds or "liveblogposting" in jsonld.types:
        return Judgement(verdict="live_blog", reasons=("JSON-LD says LiveBlogPosting", *reasons))
    if _LIVE_PATH.search(urlsplit(url).path) and sum(1 for block in blocks if lines.is_dateline(block.text)) >= 8:
        return Judgement(verdict="live_blog", reasons=("the URL says live and the page has many time marks", *reasons))
    return Judgement(verdict="article", reasons=reasons)


def says_article(jsonld: JsonLd, head: Head) -> bool:
    """The page calls itself an article."""
    if jsonld.article is not None and types_of(jsonld.article) & ARTICLE_TYPES:
        return True
    return (head.first("og:type") or "").lower() in ("article", "news", "newsarticle", "news.article") or head.first(
        "article:published_time"
    ) is not None


def has_challenge_script(tree: HtmlElement) -> bool:
    """A script of a known bot challenge on a page with hardly a paragraph. To be asked before scripts are stripped."""
    if sum(1 for _, _ in zip(tree.iter("p"), range(8), strict=False)) >= 8:
        return False
    return any(
        (source := element.get("src") or element.get("action") or (element.text or "")[:20_000]) and _CHALLENGE_SOURCE.search(source)
        for element in tree.iter("script", "iframe", "form")
    )


def _challenge(names: list[str], blocks: list[Block], challenge_script: bool) -> Judgement | None:
    shown = sum(len(block.text) for block in blocks)
    if any(_CHALLENGE.match(name.lstrip("!¡ ")) for name in names) and shown < 4000:
        return Judgement(verdict="bot_challenge", reasons=("the title is that of a challenge or a block",))
    if challenge_script and shown <= 600:
        return Judgement(verdict="bot_challenge", reasons=("there is hardly any text, but a challenge script",))
    return None


def _consent(url: str, body: list[Block], size: int, names: list[str], blocks: list[Block]) -> Judgement | None:
    parts = urlsplit(url)
    at_gate = "consent" in (parts.hostname or "").split(".")[0] or re.search(r"/(?:consent|cookie-?wall|cmp)(?:/|$)", parts.path)
    about = [block for block in body if _CONSENT.search(block.text)]
    mostly = size > 0 and sum(len(block.text) for block in about) > size * 0.5 and size < 3000
    named = any(_CONSENT.search(name) for name in names)
    if (at_gate and size < 3000 and (mostly or named or size < 400)) or (mostly and named):
        return Judgement(verdict="consent", reasons=("the page asks for consent in place of an article",))
    if not body and len(blocks) < 60 and sum(1 for block in blocks if _CONSENT.search(block.text)) >= 3 and named:
        return Judgement(verdict="consent", reasons=("the page asks for consent and shows nothing else",))
    return None


def _section(url: str, blocks: list[Block], prose: list[Block], size: int, marked: bool, jsonld: JsonLd) -> Judgement | None:
    shown = [block for block in blocks if block.place.noise() not in ("navigation", "footer")]
    led = [block for block in shown if block.link_share >= 0.8 and len(block.text) >= 25 and lines.words(block.text) >= 4]
    home = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    if home and len(led) >= 5 and jsonld.article is None:
        return Judgement(verdict="section", reasons=(f"the site's front page, with {len(led)} links to other pages",))
    linked = sum(len(block.text) for block in led)
    if marked:
        if len(led) >= 12 and size < 150 and linked > size * 5:
            return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and {size} characters of text",))
        return None
    # Paragraphs that follow each other in one element are a text; those of a list of teasers stand in elements of their own.
    together = Counter(block.place.parent for block in prose)
    if together and max(together.values()) >= 3:
        return None
    listing = bool(jsonld.types & LISTING_TYPES)
    if len(led) >= (6 if listing else 10) and linked > size * (0.7 if listing else 1.5):
        return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and {size} characters of text",))
    if len(led) >= 3 and size < 140:
        return Judgement(verdict="section", reasons=(f"{len(led)} linked headlines and hardly any text",))
    return None
