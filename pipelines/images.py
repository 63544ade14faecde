"""Which pictures belong to the article, with the captions and credits that the page shows?"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from archive.article import Image
from pipelines.blocks import Block, clean
from pipelines.head import Head, absolute
from pipelines.jsonld import JsonLd, texts
from pipelines.lines import is_credit

MAX_IMAGES = 40
_IMAGE_JUNK = re.compile(
    r"(?:logo|avatar|icon|sprite|placeholder|blank|spacer|pixel|1x1|gravatar|emoji|badge|button|banner)", re.IGNORECASE
)


def find_images(jsonld: JsonLd, head: Head, body: list[Block], tree: HtmlElement) -> list[Image]:
    """The lead picture, and those that stand among the paragraphs, with the caption and credit that the page shows."""
    found: dict[str, Image] = {}

    def add(url: str | None, caption: str | None = None, credit: str | None = None) -> None:
        target = absolute(url, head.base)
        if target is None or (len(found) >= MAX_IMAGES and target not in found):
            return
        known = found.get(_bare(target))
        if known is None:
            found[_bare(target)] = Image(url=target, caption=caption or None, credit=credit or None)
        elif (caption and not known.caption) or (credit and not known.credit):
            found[_bare(target)] = Image(url=known.url, caption=known.caption or caption or None, credit=known.credit or credit or None)

    images = (jsonld.article or {}).get("image")
    for item in (images if isinstance(images, list) else [images])[:10]:
        item = jsonld.resolve(item)
        if isinstance(item, dict):
            caption = next(iter(texts(item.get("caption")) or texts(item.get("description"))), None)
            add(
                next(iter(texts(item.get("url")) or texts(item.get("contentUrl"))), None),
                clean(caption)[:1000] if caption else None,
                next((clean(text)[:200] for text in texts(item.get("creditText")) or texts(item.get("creator"), "name")), None),
            )
        elif isinstance(item, str):
            add(item)
    for url in head.all("og:image", "og:image:url", "og:image:secure_url", "twitter:image")[:4]:
        add(url)
    for figure in _figures(body, tree):
        picture = next(figure.iter("img"), None)
        if picture is None:
            continue
        source = picture.get("src") or ""
        if not source or source.startswith("data:"):
            source = (
                picture.get("data-src")
                or picture.get("data-original")
                or (picture.get("srcset") or picture.get("data-srcset") or "").split(",")[0].strip().split(" ")[0]
            )
        if not source or _IMAGE_JUNK.search(source.rsplit("/", 1)[-1][:200]):
            continue
        add(source, *_caption(figure))
    return list(found.values())


def _bare(url: str) -> str:
    return url.split("?")[0]


def _figures(body: list[Block], tree: HtmlElement) -> list[HtmlElement]:
    """Figures inside the element that holds the body, or before it inside the article."""
    if not body:
        return []
    around = next((place for place in body[0].place.chain() if place.tag in ("article", "main")), None)
    root = around.element if around is not None else body[0].place.parent.element if body[0].place.parent is not None else tree
    return [figure for figure, _ in zip(root.iter("figure"), range(MAX_IMAGES), strict=False)]


def _caption(figure: HtmlElement) -> tuple[str | None, str | None]:
    element = next(figure.iter("figcaption"), None)
    if element is None:
        return None, None
    whole = clean("".join(element.itertext())[:2000])
    credit = next(
        (
            clean("".join(part.itertext())[:200])
            for part in element.iter("cite", "small", "span", "p", "div")
            if part is not element and _names_credit(part)
        ),
        None,
    )
    if credit and credit != whole and credit in whole:
        return clean(whole.replace(credit, " ")) or None, credit
    if is_credit(whole):
        return None, whole
    return whole or None, credit


def _names_credit(element: HtmlElement) -> bool:
    names = (element.get("class") or "").lower()
    return (
        any(word in names for word in ("credit", "copyright", "source", "photographer", "author", "attribution", "agency"))
        or element.tag == "cite"
    )
