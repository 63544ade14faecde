"""What does a page wear that means harm? One article of the odd host, whose style sheets, pictures and redirects are traps.

`/dressed.rss` announces it alone; `EXPECTED` says what must become of each name, when the host has no leave to be private.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from functools import cache

from crawler.newspaper import listings, pictures
from crawler.newspaper.exchange import Reply, Request, data, html, redirect

HOST = "odd-post.example"
PAGE = "/dressed"
FEED = "/dressed.rss"
BOMB_BYTES = 64 << 20
_HUGE_BYTES = 200 << 20
_TEXT = (
    "В типографии старого города до сих пор стоит станок, на котором сто лет назад печатали первую газету долины, и он работает.",
    "Мастер говорит, что бумагу теперь везут через перевал, а краску мешают сами, потому что готовая сохнет слишком быстро.",
    "Каждую пятницу он печатает двести листов, и к полудню в лавке не остаётся ни одного, даже когда дорога закрыта снегом.",
)
EXPECTED = {
    "/rags/loop-a.css": "captured",
    "/rags/loop-b.css": "captured",
    "/rags/bomb.css": "captured",
    "/rags/not-css.css": "captured",
    "/rags/deep-1.css": "captured",
    "/rags/deep-2.css": "captured",
    "/rags/deep-3.css": "captured",
    "/rags/deep-4.css": "captured",
    "/rags/deep-5.css": "over_limit:depth",
    "/rags/good.png": "captured",
    "/rags/slow.png": "captured",
    "/rags/lost.png": "failed:http_404",
    "/rags/huge.png": "failed:too_large",
    "/rags/round-a.png": "redirected",
    "/rags/round-b.png": "redirected",
    "/rags/inside.png": "redirected",
    "/rags/to-file.png": "failed:bad_redirect",
    "/private/rag.png": "robots_denied",
    "http://169.254.169.254/latest/meta-data/": "failed:private-address",
    "http://10.0.0.1/router.png": "failed:private-address",
}


def answer(request: Request) -> Reply | None:
    """The reply to what belongs to this page; null for anything else."""
    target = request.target.partition("?")[0]
    if target == PAGE:
        return html(_page())
    if target == FEED:
        return data(_feed(), "application/rss+xml")
    if target.startswith("/rags/deep-") and target.endswith(".css"):
        number = target.removeprefix("/rags/deep-").removesuffix(".css")
        return data(f'@import "deep-{int(number) + 1}.css";\n'.encode(), "text/css") if number.isdigit() and len(number) < 5 else None
    return {
        "/rags/loop-a.css": lambda: data(b'@import url("loop-b.css"); body { color: #222 }', "text/css"),
        "/rags/loop-b.css": lambda: data(b'@import "loop-a.css"; h1 { background: url(good.png) }', "text/css"),
        "/rags/bomb.css": lambda: Reply(headers=(("Content-Type", "text/css"), ("Content-Encoding", "gzip")), body=_bomb()),
        "/rags/not-css.css": lambda: data(b"body { background: url(/rags/never.png) }", "text/html"),
        "/rags/good.png": lambda: data(pictures.skyline("rags", 160), "image/png"),
        "/rags/slow.png": lambda: Reply(headers=(("Content-Type", "image/png"),), stream=_slowly),
        "/rags/huge.png": lambda: Reply(headers=(("Content-Type", "image/png"),), stream=_hugely),
        "/rags/round-a.png": lambda: redirect(302, "/rags/round-b.png"),
        "/rags/round-b.png": lambda: redirect(302, "/rags/round-a.png"),
        "/rags/inside.png": lambda: redirect(302, "http://169.254.169.254/latest/meta-data/"),
        "/rags/to-file.png": lambda: redirect(302, "file:///etc/passwd"),
    }.get(target, lambda: None)()


def _page() -> str:
    sheets = "".join(f'<link rel="stylesheet" href="/rags/{name}.css">' for name in ("loop-a", "bomb", "not-css", "deep-1"))
    names = ("good", "slow", "lost", "huge", "round-a", "inside", "to-file")
    images = "".join(f'<img src="/rags/{name}.png" alt="">' for name in names)
    traps = (
        '<img src="/private/rag.png"><img src="http://10.0.0.1/router.png"><img src="javascript:alert(1)"><img src="data:image/png;base64,AA">'
        '<img src="http://[::1"><img src="//"><img src=""><img src="ftp://odd-post.example/x.png"><iframe src="/rags/frame"></iframe>'
        '<p style="background: url(data:image/png;base64,AA)"></p>'
    )
    body = "".join(f"<p>{text}</p>" for text in _TEXT)
    return (
        f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Станок</title>{sheets}</head>'
        f"<body><article><h1>Станок</h1>{body}</article>{images}{traps}</body></html>"
    )


def _feed() -> bytes:
    entry = listings.Entry(
        url=f"http://{HOST}{PAGE}",
        title="Станок",
        summary="Станок",
        published="2025-01-10T08:00:00+00:00",
        modified="2025-01-10T08:00:00+00:00",
        language="ru",
        author="The Odd Post",
        id="odd:dressed",
    )
    return listings.rss("The Odd Post", f"http://{HOST}", [entry])


@cache
def _bomb() -> bytes:
    return gzip.compress(b"body { color: red }\n" * (BOMB_BYTES // 20), 6, mtime=0)


def _slowly() -> Iterator[bytes]:
    picture = pictures.skyline("slow", 160)
    for at in range(0, len(picture), len(picture) // 4 + 1):
        time.sleep(0.1)
        yield picture[at : at + len(picture) // 4 + 1]


def _hugely() -> Iterator[bytes]:
    piece = bytes(1 << 16)
    return (piece for _ in range(_HUGE_BYTES // len(piece)))
