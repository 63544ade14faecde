"""What can go wrong on the web: one host that answers in every odd way that a crawler must survive?

`ODD` lists each path and what is odd about it; the host's feed announces those that are pages. What a hostile page wears is in rags.py.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

from crawler.newspaper import listings, rags
from crawler.newspaper.exchange import Reply, Request, data, html, redirect
from crawler.newspaper.sites import GONE, NOT_FOUND

HOST = "odd-post.example"
HUGE_BYTES = 200 * 1024 * 1024
_PARAGRAPHS = (
    "Жители долины второй день расчищают дорогу к перевалу, которую в ночь на понедельник завалило снегом и камнями.",
    "По словам старосты, под завалом остались два грузовика с углём, но водители успели выйти и добраться до посёлка пешком.",
    "Спасатели обещают открыть одну полосу к вечеру среды. До тех пор хлеб в посёлок привозят на санях, как делали их деды.",
)
ARTICLE = "\n\n".join(_PARAGRAPHS)
"""The text of those odd pages that are articles all the same."""


def _article(*, charset: str | None = "utf-8", note: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    body = "".join(f"<p>{text}</p>" for text in _PARAGRAPHS)
    return f'<!DOCTYPE html><html lang="ru"><head>{meta}<title>Дорога к перевалу</title></head><body><article><h1>Дорога к перевалу{note}</h1>{body}</article></body></html>'


def _typed(body: bytes, content_type: str) -> Callable[[], Reply]:
    return lambda: data(body, content_type)


def _cut_gzip() -> Reply:
    body = gzip.compress(_article().encode() * 20, mtime=0)
    return Reply(headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")), body=body[: len(body) // 2])


def _cut_body() -> Reply:
    body = _article().encode()
    return Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % (len(body) + 5000) + body)


def _huge() -> Iterator[bytes]:
    piece = b"<p>" + b"nothing " * 8190 + b"</p>\n"
    return (piece for _ in range(HUGE_BYTES // len(piece) + 1))


PAGES: dict[str, tuple[str, Callable[[], Reply]]] = {
    "/plain": ("an article like any other", lambda: html(_article(), validators=True)),
    "/moved-301": ("moved permanently to /plain", lambda: redirect(301, "/plain")),
    "/moved-302": ("moved for now to /plain, by an absolute URL with a fragment", lambda: redirect(302, f"http://{HOST}/plain#top")),
    "/moved-308": ("moved permanently, method kept", lambda: redirect(308, "plain")),
    "/chain-1": ("a chain of three redirects to /plain", lambda: redirect(301, "/chain-2")),
    "/loop": ("a loop of two redirects", lambda: redirect(302, "/loop-back")),
    "/moved-to-file": ("a redirect to a file of ours", lambda: redirect(302, "file:///etc/passwd")),
    "/moved-inside": (
        "a redirect to an address that only cloud machines have",
        lambda: redirect(302, "http://169.254.169.254/latest/meta-data/"),
    ),
    "/missing": ("404", lambda: NOT_FOUND),
    "/gone": ("410", lambda: GONE),
    "/error-500": ("500 with a page", lambda: html("<h1>Something went wrong</h1>", status=500)),
    "/soft-404": (
        "says 200, means 404",
        lambda: html("<!DOCTYPE html><title>Page not found</title><h1>Page not found</h1><p>Sorry, nothing is here.</p>"),
    ),
    "/challenge": (
        "a bot challenge",
        lambda: html(
            "<!DOCTYPE html><html><head><title>Just a moment...</title><meta name='robots' content='noindex,nofollow'></head><body><h1>Checking your browser</h1>"
            "<noscript>Enable JavaScript and cookies to continue</noscript><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>",
            status=403,
            headers=(("Content-Type", "text/html; charset=UTF-8"), ("cf-mitigated", "challenge")),
        ),
    ),
    "/consent": (
        "a consent wall",
        lambda: html(
            "<!DOCTYPE html><title>Before you continue</title><h1>We value your privacy</h1><p>We and our 842 partners store and access information on your device. "
            "You may accept or manage your choices.</p><button>Accept all</button><button>Manage options</button>"
        ),
    ),
    "/report.pdf": (
        "a PDF",
        _typed(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n", "application/pdf"),
    ),
    "/empty": ("an empty body", _typed(b"", "text/html; charset=utf-8")),
    "/charset-by-meta": (
        "windows-1251, which only the meta tag says",
        lambda: data(_article(charset="windows-1251").encode("cp1251"), "text/html"),
    ),
    "/charset-lies": (
        "UTF-8 in truth and by its meta tag, windows-1251 by its header",
        lambda: data(_article().encode(), "text/html; charset=windows-1251"),
    ),
    "/charset-unknown": (
        "a charset that nobody has heard of",
        lambda: data(_article(charset=None).encode(), "text/html; charset=x-unheard-of"),
    ),
    "/cut-body": ("Content-Length promises more than comes", _cut_body),
    "/cut-gzip": ("a gzip body that ends in the middle", _cut_gzip),
    "/no-gzip": (
        "says gzip, is none",
        lambda: Reply(headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")), body=_article().encode()),
    ),
    "/old-style": (
        "HTTP/1.0, no length, ends with the connection",
        lambda: Reply(
            raw=b"HTTP/1.0 200 Document follows\r\ncontent-type:text/html;charset=utf-8\r\n\r\n" + _article(note=" (1.0)").encode()
        ),
    ),
    "/deep": (
        "two thousand nested elements",
        lambda: html("<!DOCTYPE html><title>Deep</title>" + "<div>" * 2000 + "at the bottom" + "</div>" * 2000),
    ),
    "/twice": ("announced a second time with a tracking parameter", lambda: html(_article(note=" (2)"), validators=True)),
    "/private/secret": ("disallowed by robots.txt", lambda: html(_article(note=" (secret)"))),
    "/busy": (
        "503 with Retry-After, always",
        lambda: html("<h1>Busy</h1>", status=503, headers=(("Content-Type", "text/html"), ("Retry-After", "1"))),
    ),
    "/busy-once": ("503 with Retry-After at the first request, then an article", lambda: html(_article(note=" (busy)"), validators=True)),
}
UNANNOUNCED: dict[str, tuple[str, Callable[[], Reply]]] = {
    "/chain-2": ("a step of the chain", lambda: redirect(302, "/chain-3")),
    "/chain-3": ("a step of the chain", lambda: redirect(307, "/plain")),
    "/loop-back": ("a step of the loop", lambda: redirect(302, "/loop")),
    "/huge": ("a page of 200 MB", lambda: Reply(headers=(("Content-Type", "text/html; charset=utf-8"),), stream=_huge)),
    "/cut.rss": ("a feed cut in the middle of an item", lambda: data(_feed()[:900], "application/rss+xml")),
    "/html.rss": ("HTML where a feed should be", lambda: html(_article())),
    "/empty.rss": ("a feed of no bytes", _typed(b"", "application/rss+xml")),
    "/missing.rss": ("a feed that is not there", lambda: NOT_FOUND),
    "/no-items.rss": ("a feed without items", lambda: data(listings.rss("The Odd Post", f"http://{HOST}", []), "application/rss+xml")),
    "/entities.rss": (
        "a feed whose entities would grow to gigabytes",
        _typed(
            b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">'
            + b"".join(b'<!ENTITY %c "%b">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
            + b"]><rss><channel><title>&j;</title></channel></rss>",
            "application/rss+xml",
        ),
    ),
}
ODD: dict[str, str] = {path: what for path, (what, _) in (PAGES | UNANNOUNCED).items()}


class OddSite:
    """The host of odd answers; it remembers which of them it gave once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def answer(self, request: Request) -> Reply:
        """The reply to one request."""
        target = request.target
        if target == "/robots.txt":
            return data(b"User-agent: *\nDisallow: /private/\n", "text/plain")
        if target == "/feed.rss":
            return data(_feed(), "application/rss+xml", validators=True)
        path = target.partition("?")[0]
        if path == "/busy-once" and path not in self._seen:
            self._seen.add(path)
            return PAGES["/busy"][1]()
        found = PAGES.get(path) or UNANNOUNCED.get(path)
        return found[1]() if found else rags.answer(request) or NOT_FOUND


def _feed() -> bytes:
    entries = [
        listings.Entry(
            url=f"http://{HOST}{path}",
            title=what,
            summary=what,
            published="2025-01-10T08:00:00+00:00",
            modified="2025-01-10T08:00:00+00:00",
            language="ru",
            author="The Odd Post",
            id=f"odd:{path}",
        )
        for path, (what, _) in PAGES.items()
    ]
    return listings.rss(
        "The Odd Post", f"http://{HOST}", [*entries, *(entry for entry in entries if entry.url.endswith("/twice"))]
    ).replace(b"/twice?utm_source=rss", b"/twice?fbclid=IwAR0&amp;utm_source=rss", 1)
