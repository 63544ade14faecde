"""What does a page need to look as it did?"""

from __future__ import annotations

import pytest

from pipelines import dom
from pipelines.extract import extract_task
from pipelines.requisites import MAX_NAMES, requisites_of, requisites_task
from pipelines.srcset import MOST, candidates
from pipelines.weburl import absolute

URL = "https://news.example/2025/story"


def named(markup: str, wanted: str = "all") -> list[tuple[str, str]]:
    """Without the host, where it is the page's."""
    tree = dom.parse(f"<html><head></head><body>{markup}</body></html>")
    return [(url.removeprefix("https://news.example"), what) for url, what in requisites_of(tree, URL, wanted)]


CASES = {
    '<link rel="stylesheet" href="/a.css?v=2#x">': [("/a.css?v=2", "style")],
    '<link rel="StyleSheet" media="print" onload="this.media=1" href="p.css">': [("/2025/p.css", "style")],
    '<link rel="alternate stylesheet" href="/other.css">': [],
    '<link rel="shortcut icon" href="/favicon.ico"><link rel="apple-touch-icon" href="/touch.png">': [("/favicon.ico", "icon")],
    '<link rel="preload" as="font" href="/f.woff2"><link rel="preload" as="fetch" href="/api"><link rel="modulepreload" href="/m.js">': [
        ("/f.woff2", "font"), ("/m.js", "script"),
    ],
    '<link rel="preload" as="image" href="/a.jpg" imagesrcset="/a.jpg 1x, /b.jpg 2x">': [("/a.jpg", "image"), ("/b.jpg", "choice")],
    '<link rel="canonical" href="/x"><link rel="amphtml" href="/amp"><link rel="manifest" href="/m.json">': [],
    '<meta property="og:image" content="/og.jpg"><iframe src="/frame"></iframe><audio src="/a.mp3"></audio><object data="/o"></object>': [],
    '<script src="/a.js"></script><script src="/old.js" nomodule></script><script type="application/json" src="/d.json"></script>': [
        ("/a.js", "script"),
    ],
    '<script type="module" src="/m.js"></script><script type="text/javascript" src="/t.js"></script>': [
        ("/m.js", "script"), ("/t.js", "script"),
    ],
    '<img src="/a.jpg"><img src="data:image/gif;base64,R0" data-src="/lazy.jpg">': [("/a.jpg", "image"), ("/lazy.jpg", "image")],
    '<img width="1" height="1" src="https://count.example/p.gif">': [],
    '<noscript><img src="/plain.jpg"></noscript>': [("/plain.jpg", "image")],
    '<picture><source srcset="/a.webp 400w, /b.webp 800w" type="image/webp"><img src="/a.jpg" srcset="/b.jpg 2x"></picture>': [
        ("/a.webp", "choice"), ("/b.webp", "choice"), ("/a.jpg", "image"), ("/b.jpg", "choice"),
    ],
    '<video poster="/v.jpg" src="/v.mp4"><source src="/v.webm" type="video/webm" srcset="/no.jpg"></video>': [("/v.jpg", "image")],
    '<input type="image" src="/go.png"><input type="text" src="/no.png">': [("/go.png", "image")],
    '<table background="/t.png"><tr><td background="/c.png">x</td></tr></table>': [("/t.png", "image"), ("/c.png", "image")],
    '<svg><image href="/i.png"/><use xlink:href="/sprite.svg#mail"/><use href="#here"/></svg>': [
        ("/i.png", "image"), ("/sprite.svg", "image"),
    ],
    "<div style=\"background: url('/d.png')\"></div><div style='color: rgb(0, 0, 0)'></div>": [("/d.png", "background")],
    '<div data-bg="/lazy.png"></div><div data-bg="url(/wrapped.png)"></div>': [("/lazy.png", "background"), ("/wrapped.png", "background")],
    "<style>@import '/i.css'; @font-face { src: url(/f.woff2) } i { background: url(/b.png) }</style>": [
        ("/i.css", "style"), ("/f.woff2", "font"), ("/b.png", "background"),
    ],
    '<img src=""><img src="#x"><img src="javascript:x"><img src="//"><img src="http://[::1"><img src="/2025/story">': [],
    '<img src="/a.jpg"><img src="/a.jpg"><img src="/a.jpg#again">': [("/a.jpg", "image")],
}  # fmt: skip


@pytest.mark.parametrize("markup", CASES, ids=lambda markup: markup[:60])
def test_each_element_gives_what_a_browser_would_ask_for(markup: str) -> None:
    assert named(markup) == CASES[markup]


def test_base_is_honoured_wherever_it_stands_and_only_the_first() -> None:
    assert named('<img src="a.jpg"><base target="_top"><base href="//cdn.example/x/"><base href="/y/">') == [
        ("https://cdn.example/x/a.jpg", "image")
    ]


def test_each_value_of_the_key_takes_its_own_kinds() -> None:
    markup = (
        '<link rel="stylesheet" href="/a.css"><script src="/a.js"></script><img src="/a.jpg" srcset="/b.jpg 2x">'
        '<link rel="icon" href="/i.ico">'
        "<style>@font-face { src: url(/f.woff2) } i { background: url(/b.png) }</style>"
    )
    assert {what for _, what in named(markup)} == {"style", "script", "image", "choice", "icon", "font", "background"}
    assert {what for _, what in named(markup, "images")} == {"image", "choice", "background"}
    assert {what for _, what in named(markup, "styles")} == {"style", "font", "background"}
    assert named(markup, "none") == []


def test_a_page_of_pictures_gives_as_many_as_are_looked_at() -> None:
    assert len(named("".join(f'<img src="/{number}.jpg">' for number in range(2 * MAX_NAMES)))) == MAX_NAMES


def test_a_srcset_is_read_by_the_rules_of_html() -> None:
    assert candidates("a.jpg, b.jpg 2x") == ["a.jpg", "b.jpg"]
    assert candidates("a,b.jpg 400w,  c.jpg 200w") == ["c.jpg", "a,b.jpg"]
    assert candidates("data:image/png;base64,AA 1x, b.jpg 2x") == ["data:image/png;base64,AA", "b.jpg"]
    assert candidates("a.jpg (x, y) 1x, b.jpg") == ["a.jpg", "b.jpg"]
    assert candidates(" , ,") == []


def test_of_a_long_srcset_those_are_kept_that_are_spread_over_the_widths_and_none_beyond_all_screens() -> None:
    widths = [160, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1920, 2048, 2400, 3840]
    kept = candidates(", ".join(f"{width}.jpg {width}w" for width in widths))
    assert len(kept) == MOST
    assert kept[0] == "160.jpg"
    assert kept[-1] == "2048.jpg"
    assert candidates("4000.jpg 4000w") == ["4000.jpg"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" /a\n b.jpg ", "https://news.example/a%20b.jpg"),
        ("\\\\cdn.example\\a.jpg", "https://cdn.example/a.jpg"),
        ("?x=a b", "https://news.example/2025/story?x=a%20b"),
        ("HTTPS://CDN.example/A.jpg#x", "https://CDN.example/A.jpg"),
        ("/ж.jpg", "https://news.example/ж.jpg"),
        ("blob:https://news.example/1", None),
        ("/" + "a" * 5000, None),
        ("http://x:99999999/", None),
    ],
)
def test_a_name_is_read_as_the_url_standard_says(written: str, meant: str | None) -> None:
    assert absolute(written, URL) == meant


def test_extraction_tells_them_beside_the_text_where_it_is_asked_to() -> None:
    page = (
        b"<html><head><link rel=stylesheet href=/a.css><title>T</title></head><body><p>"
        + b"words and more words. " * 50
        + b"</p></body></html>"
    )
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page
    told = extract_task(response, url=URL, requisites="all")
    assert told.pop("requisites") == [["https://news.example/a.css", "style"]]
    assert told == extract_task(response, url=URL)
    assert requisites_task(response, url=URL, wanted="all", max_decoded_bytes=10**6) == {
        "requisites": [["https://news.example/a.css", "style"]]
    }
