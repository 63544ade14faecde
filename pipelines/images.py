"""Which pictures belong to the article, with the captions and credits that the page shows?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from archive.article import Image
from pipelines.blocks import Block, clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, texts
from pipelines.lines import is_credit

MAX_IMAGES = 40
# Pictures looked at, and how far up their caption is looked for.
_MAX_SEEN, _LEVELS, _MAX_PARTS = 300, 3, 60
_JUNK = re.compile(
    r"logo|avatar|icon|sprite|placeholder|fallback|blank|spacer|pixel|1x1|gravatar|emoji|badge|button|banner|transparent|loading|lazyload|\.svg$",
    re.IGNORECASE,
)
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-image", "data-hi-res-src", "data-full-src")
_SOURCE_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_CAPTION_NAMES = re.compile(
    r"caption|legend|cutline|bildunterschrift|bildtext|subtitle-image|image-text|img-desc|photo-desc", re.IGNORECASE
)
_CREDIT_NAMES = re.compile(
    r"credit|copyright|source|photographer|author|attribution|agency|byline|autor|fotograf|quelle|rights", re.IGNORECASE
)
# The name of whoever took or sold the picture, behind the sentence about it.
_CREDIT_AT_END = re.compile(
    r"(?:(?<=[\s.!?…|(\[])|^)[(\[]?((?:©|\(c\)\s|(?:photo|photos|photograph|foto|fotos|image|images|picture|bild|bilder|quelle|source|credit|crédits?|créditos?"
    r"|fuente|fonte|källa|kilde|bron|beeld|kuva|фото|источник|джерело|светлина|снимка|kaynak|fotoğraf|zdjęcie|fot\.|zdroj|forrás|fotó|صورة|المصدر|عکس|منبع|צילום|फोटो|स्रोत"
    r"|写真|撮影|사진|图片来源|圖片來源|摄影|图源|ảnh|nguồn|ภาพ|gambar|sumber|picha|ምስል|ဓာတ်ပုံ)(?:\s?(?:credit|courtesy|by|quelle|de|von|via))?\s?[:：/|])[^.!?]{2,100}?)[)\]]?\.?$",
    re.IGNORECASE,
)
_BRACKETS_AT_END = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]\.?$")
_LABEL = re.compile(
    r"\W*(?:copyright|credits?|source|quelle|foto|photo|image|bild|tous droits réservés|all rights reserved)?\W*", re.IGNORECASE
)
_PORTRAIT = re.compile(r"avatar|portrait-author|author|byline|teaser|related", re.IGNORECASE)
_ELSEWHERE = frozenset(("aside", "nav", "footer", "form", "li"))
_ASIDE = frozenset(("aside", "nav", "footer"))
_ENDS = _ELSEWHERE | {"article", "main", "body"}


def find_images(jsonld: JsonLd, head: Head, body: Sequence[Block], tree: HtmlElement) -> list[Image]:
    """The lead picture, and those that stand among the paragraphs, with the caption and credit that the page shows."""
    found: dict[str, Image] = {}

    def add(url: str | None, caption: str | None = None, credit: str | None = None) -> None:
        target = absolute(url, head.base)
        if target is None:
            return
        bare = target.split("?")[0]
        known = found.get(bare)
        if known is None:
            if len(found) < MAX_IMAGES:
                found[bare] = Image(url=target, caption=caption or None, credit=credit or None)
        elif (caption and not known.caption) or (credit and not known.credit):
            found[bare] = Image(url=known.url, caption=known.caption or caption or None, credit=known.credit or credit or None)

    for item in _stated(jsonld):
        add(*item)
    for url in head.all("og:image", "og:image:url", "og:image:secure_url", "twitter:image")[:4]:
        add(url)
    for source, container in _shown(body, tree):
        add(source, *(_caption(container) if container is not None else (None, None)))
    return list(found.values())


def _stated(jsonld: JsonLd) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Address, caption and credit of each picture in JSON-LD."""
    images = (jsonld.article or {}).get("image")
    for item in (images if isinstance(images, list) else [images])[:10]:
        item = jsonld.resolve(item)
        if isinstance(item, str):
            yield item, None, None
        elif isinstance(item, dict):
            caption = next(iter(texts(item.get("caption")) or texts(item.get("description"))), None)
            credit = next((clean(text)[:200] for key in ("creditText", "copyrightNotice") for text in texts(item.get(key))), None)
            credit = credit or next((clean(text)[:200] for key in ("creator", "author") for text in texts(item.get(key), "name")), None)
            caption, split_off = _parted(clean(caption)[:1000]) if caption else (None, None)
            yield next(iter(texts(item.get("url")) or texts(item.get("contentUrl"))), None), caption, credit or split_off


def _shown(body: Sequence[Block], tree: HtmlElement) -> Iterator[tuple[str, HtmlElement | None]]:
    """Addresses of pictures inside the element that holds the body: in figures, with a caption, or between the paragraphs."""
    if not body:
        return
    around = next((place for place in body[0].place.chain() if place.tag in ("article", "main")), None)
    root = around.element if around is not None else body[0].place.parent.element if body[0].place.parent is not None else tree
    columns = {block.place.parent.element for block in body if block.place.parent is not None}
    for picture in islice(root.iter("img"), _MAX_SEEN):
        source = _source(picture)
        if source is None or _JUNK.search(source.split("?")[0].rsplit("/", 1)[-1][:200]):
            continue
        container = _container(picture)
        if container is not None or _between(picture, columns):
            yield source, container


def _container(picture: HtmlElement) -> HtmlElement | None:
    """The figure around it, or the nearest element that holds a caption too."""
    around: list[HtmlElement] = []
    parent = picture.getparent()
    while parent is not None and len(around) < 2 * _LEVELS and parent.tag not in _ENDS and not _leads_away(parent):
        if parent.tag == "figure":
            return None if _is_of_another(parent) else parent
        around.append(parent)
        parent = parent.getparent()
    return next((parent for parent in around[:_LEVELS] if _caption_in(parent) is not None), None)


def _is_of_another(figure: HtmlElement) -> bool:
    """It stands in a teaser, beside a portrait's name, or in a column at the side."""
    return any(
        parent.tag in _ASIDE or _leads_away(parent)
        for parent in islice(figure.iterancestors(), _LEVELS)
        if parent.tag not in _ENDS - _ASIDE
    )


def _caption_in(container: HtmlElement) -> HtmlElement | None:
    return next((part for part in islice(container.iter(), _MAX_PARTS) if _CAPTION_NAMES.search(part.get("class") or "")), None)


def _between(picture: HtmlElement, columns: set[HtmlElement]) -> bool:
    """It stands in a paragraph of the text, or beside one."""
    parent = picture.getparent()
    for _ in range(3):
        if parent is None or parent.tag in _ELSEWHERE or _leads_away(parent):
            return False
        if parent in columns:
            return True
        parent = parent.getparent()
    return False


def _leads_away(element: HtmlElement) -> bool:
    """A teaser, whose link holds words too, or somebody's portrait."""
    if element.tag == "a":
        return len(clean("".join(islice(element.itertext(), 20))[:200])) > 20
    return _PORTRAIT.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


def _source(picture: HtmlElement) -> str | None:
    for name in _SOURCES:
        value: str | None = picture.get(name)
        if value and not value.startswith("data:") and (name != "src" or not _is_stand_in(picture, value)):
            return value
    for name in _SOURCE_SETS:
        if value := picture.get(name):
            return _first_of_set(value)
    parent = picture.getparent()
    if parent is not None and parent.tag == "picture":
        sets = (part.get("srcset") for part in parent.iter("source"))
        return next((_first_of_set(value) for value in sets if value), None)
    return None


def _first_of_set(value: str) -> str:
    return value[:20_000].strip().split(" ")[0].rstrip(",")


def _is_stand_in(picture: HtmlElement, source: str) -> bool:
    """A small picture that scripts replace by the one named elsewhere."""
    return _JUNK.search(source[-200:]) is not None and any(picture.get(name) for name in (*_SOURCES[1:], *_SOURCE_SETS))


def _caption(container: HtmlElement) -> tuple[str | None, str | None]:
    """What the page says under the picture, and whose picture it is."""
    element = next(container.iter("figcaption"), None)
    if element is None:
        element = _caption_in(container)
    if element is None:
        return None, None
    whole = _text(element, 2000)
    parts = (part for part in islice(element.iter("cite", "small", "span", "p", "div", "em", "i", "a"), _MAX_PARTS) if part is not element)
    named = (_text(part, 200) for part in parts if _names_credit(part))
    credit = next((text for text in named if text != whole and not _LABEL.fullmatch(text)), None)
    if credit and (around := whole.split(credit, 1))[1:]:
        return clean(" ".join(around)).strip(" |·–—-") or None, credit
    if credit:
        return whole or None, credit
    return _parted(whole)


def _parted(whole: str) -> tuple[str | None, str | None]:
    """A caption without the credit at its end, and the credit."""
    if (match := _CREDIT_AT_END.search(whole)) and match.start():
        return whole[: match.start()].strip(" |·([") or None, match[1].strip()
    if (match := _BRACKETS_AT_END.search(whole)) and match.start() and is_credit(match[1]):
        return whole[: match.start()] or None, match[1]
    return (None, whole) if whole and is_credit(whole) else (whole or None, None)


def _text(element: HtmlElement, most: int) -> str:
    """Its text without that of a button at its end."""
    text = clean(" ".join(element.itertext())[:most])
    for button in islice(element.iter("button"), 4):
        text = text.removesuffix(clean(" ".join(button.itertext())[:200])).strip()
    return text


def _names_credit(element: HtmlElement) -> bool:
    return element.tag == "cite" or _CREDIT_NAMES.search(element.get("class") or "") is not None
