"""What do the newspaper's pages wear, and who serves it? Style sheets, a font, pictures and a script, most of them on a host of their own.

page → <host>/style.css, its pictures, and on the other host /courier/main.css → /shared/type.css → /fonts/blocks.woff
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files

from crawler.newspaper import pictures
from crawler.newspaper.exchange import Reply, Request, data, html
from crawler.newspaper.stories import Publisher

HOST = "static.pressworks.example"
WIDTHS = (320, 640, 1280)
_NOT_FOUND = html("<!DOCTYPE html><title>404</title><h1>Not found</h1>", status=404)
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff": "font/woff",
    "jpg": "image/jpeg",
}
_FILES = {
    "/courier/main.css": "courier.css",
    "/courier/courier-wide.css": "courier-wide.css",
    "/visnyk/main.css": "visnyk.css",
    "/sada/main.css": "sada.css",
    "/shared/type.css": "type.css",
    "/shared/print.css": "print.css",
    "/shared/reader.js": "reader.js",
    "/fonts/blocks.woff": "blocks.woff",
    "/img/anchor.svg": "anchor.svg",
    "/img/wheat.svg": "wheat.svg",
    "/img/hills.svg": "hills.svg",
    "/img/portrait.jpg": "portrait.jpg",
}
_ACCENTS = {"courier": "#8c1c13", "visnyk": "#1857a4", "sada": "#14532d"}


@cache
def asset(name: str) -> bytes:
    """A file of the folder `assets`; all of them were made for this newspaper."""
    return files("crawler.newspaper").joinpath("assets", name).read_bytes()


def answer(request: Request) -> Reply:
    """The reply of the other host. It has no robots.txt: whatever it has may be asked for."""
    path = request.target.partition("?")[0]
    if path in _FILES:
        name = _FILES[path]
        kind = name.rpartition(".")[2]
        reply = data(asset(name), _TYPES[kind], coding="gzip" if kind in ("css", "js", "svg") else "none", validators=True)
        # Browsers use a font of another host only where that host says that they may.
        return replace(reply, headers=(*reply.headers, ("Access-Control-Allow-Origin", "*")))
    if path == "/img/paper.png":
        return data(pictures.paper(), "image/png", validators=True)
    return _picture(path) or _NOT_FOUND


def own_answer(publisher: Publisher, target: str) -> Reply | None:
    """What a publisher serves from its own host; null for what is none of it."""
    if target == "/style.css":
        accent = _ACCENTS[publisher.name]
        text = f".site a:hover {{ color: {accent}; }}\nblockquote {{ border-inline-start: 4px solid {accent}; background: url(/img/quote.svg) no-repeat; }}\n"
        return data(text.encode(), _TYPES["css"], validators=True)
    if target in ("/favicon.svg", "/img/quote.svg"):
        accent = _ACCENTS[publisher.name]
        return data(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" rx="3" fill="{accent}"/></svg>'.encode(),
            _TYPES["svg"],
            validators=True,
        )
    if target == "/logo.png":
        return data(pictures.skyline(publisher.name, 160), "image/png", validators=True)
    if target.startswith("/img/"):
        return data(pictures.skyline(f"{publisher.name}{target}", 640), "image/png", validators=True)
    return None


def in_head(publisher: Publisher, scheme: str) -> str:
    """What stands in the head of each page."""
    base = f"{scheme}://{HOST}"
    return (
        f'<link rel="stylesheet" href="{base}/{publisher.name}/main.css"><link rel="stylesheet" href="/style.css">'
        f'<link rel="stylesheet" href="{base}/shared/print.css" media="print"><link rel="icon" href="/favicon.svg">'
        f'<script src="{base}/shared/reader.js" defer></script>'
    )


def picture(publisher: Publisher, number: int, scheme: str, *, alt: str = "") -> str:
    """A story's picture, in the widths that a browser may choose from."""
    others = ", ".join(f"{scheme}://{HOST}/img/{publisher.name}-{number}-{width}.png {width}w" for width in WIDTHS)
    return (
        f'<picture><source type="image/png" srcset="{others}" sizes="(max-width: 50em) 100vw, 800px">'
        f'<img src="/img/{number}.jpg" width="640" height="360" alt="{escape(alt)}"></picture>'
    )


def _picture(path: str) -> Reply | None:
    name, _, end = path.removeprefix("/img/").rpartition("-")
    width = end.removesuffix(".png")
    if not path.startswith("/img/") or not width.isdigit() or int(width) not in WIDTHS or len(name) > 40:
        return None
    return data(pictures.skyline(name, int(width)), "image/png", validators=True)
