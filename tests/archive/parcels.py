"""What is exported in tests: two runs with a redirect, revisits, parts of pages, pages that are no articles, hostile words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from archive.model import Capture, CaptureRef
from tests.archive.shelf import SITE, START, Entry, page, publish

NEXT_DAY = START + timedelta(days=1)
TOKENS = ("1f2e3d4c", "2f2e3d4c")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf00000301010018dd8db00000000049454e44ae426082"
)
WORDS_A = "The bridge at Antonivka was hit again on Friday, the ferrymen say."
WORDS_B = "Вночі над долиною чули безпілотники, світла не було до ранку."
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>%s</title><link rel="stylesheet" href="/css/site.css?v=1"></head>
<body><a href="/css/lonely.css">other</a><h1>%s</h1><p>%s</p><img srcset="/img/small.png 320w, /img/%s 640w"></body></html>"""


def html(title: str, words: str, picture: str) -> bytes:
    """A page that names a style sheet and two pictures."""
    return (_PAGE % (title, title, words, picture)).encode()


def part(path: str, body: bytes, mime: str, *, after: float) -> Capture:
    """Something that a page needs."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\n".encode()
    return replace(page(path, body, after=after, head=head), kind="requisite")


def publish_two_runs(folder: Path) -> dict[str, CaptureRef]:
    """Into `folder/store`, collection `news`; the captures by name."""
    moved = page("/old?id=1", b"", head=f"HTTP/1.1 301 Moved\r\nLocation: {SITE}/a\r\nContent-Length: 0\r\n".encode())
    feed = replace(page("/feed", b"<rss/>", after=1, head=b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"), kind="seed")
    first = [
        ("old", Entry(capture=moved)),
        ("feed", Entry(capture=feed)),
        (
            "a",
            Entry(
                capture=page("/a", html("Bridge", WORDS_A, "a.png"), after=2, head=HTML),
                article={"requested_url": f"{SITE}/old?id=1", "title": "Bridge", "text": WORDS_A, "language": "en"},
            ),
        ),
        (
            "b",
            Entry(
                capture=page("/b", html("Ніч", WORDS_B, "b.png"), after=3, head=HTML),
                article={"title": "Ніч", "text": WORDS_B, "language": "uk-UA", "date_published": "2024-11-01"},
            ),
        ),
        ("gone", Entry(capture=page("/gone", b"no", after=4, head=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"))),
        (
            "css",
            Entry(
                capture=part("/css/site.css?v=1", b"@import 'print.css'; body { background: url(../img/back.png) }", "text/css", after=5)
            ),
        ),
        ("print", Entry(capture=part("/css/print.css", b"p { color: black }", "text/css", after=6))),
        ("back", Entry(capture=part("/img/back.png", PIXEL, "image/png", after=7))),
        ("a.png", Entry(capture=part("/img/a.png", PIXEL + b"a", "image/png", after=8))),
        ("lonely", Entry(capture=part("/css/lonely.css", b"x", "text/css", after=9))),
    ]
    refs = dict(zip([name for name, _ in first], publish(folder, [entry for _, entry in first], token=TOKENS[0]), strict=True))
    day = 86400.0
    second = [
        (
            "a2",
            Entry(
                capture=page("/a", html("Bridge, again", WORDS_A + " Twice.", "new.png"), after=day, head=HTML),
                article={"title": "Bridge, again", "text": WORDS_A + " Twice.", "version": 2, "language": "en"},
            ),
        ),
        (
            "copy",
            Entry(
                capture=page("/copy", html("Ніч", WORDS_B, "b.png"), after=day + 1, head=HTML),
                repeats=refs["b"],
                article={"title": "Копія", "text": WORDS_B, "language": "uk", "source": "wire"},
            ),
        ),
        ("new.png", Entry(capture=part("/img/new.png", PIXEL + b"n", "image/png", after=day + 2))),
    ]
    refs |= zip(
        [name for name, _ in second], publish(folder, [entry for _, entry in second], started=NEXT_DAY, token=TOKENS[1]), strict=True
    )
    return refs


RUNS = tuple(f"{moment:%Y%m%dt%H%M%Sz}-{token}" for moment, token in zip((START, NEXT_DAY), TOKENS, strict=True))
