"""Which names does a style sheet hold, read as a browser reads it?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.stylesheet import MAX_NAMES, decode, names_in, stylesheet_task, urls_in

CASES = {
    "body { background: url(a.png) }": [("a.png", "background")],
    'body { background: url("a b.png") }': [("a b.png", "background")],
    "body { background: URL( 'a.png' ) }": [("a.png", "background")],
    r"body { background: u\72l(a.png) }": [("a.png", "background")],
    r"body { background: url(a\29 b.png) }": [("a)b.png", "background")],
    'body { background: url("a\\\nb.png") }': [("ab.png", "background")],
    "/* url(no.png) */ i { background: url(yes.png) }": [("yes.png", "background")],
    "i { content: 'url(no.png)' } i { cursor: url(yes.cur), auto }": [("yes.cur", "background")],
    "i { x: myurl(no.png); y: url-prefix(no.png) }": [],
    "i { filter: url(#shadow) }": [],
    "i { background: url(bad url.png) } b { background: url(good.png) }": [("good.png", "background")],
    "@import 'a.css'; @import url(b.css) layer(x) supports(display: grid) screen; @IMPORT \"c.css\";": [
        ("a.css", "style"), ("b.css", "style"), ("c.css", "style"),
    ],
    "@import 'a.css' supports(background: url(no.png));": [("a.css", "style")],
    "@import": [],
    '@namespace svg url(http://www.w3.org/2000/svg); @namespace "x"; i { background: url(yes.png) }': [("yes.png", "background")],
    "@supports (background: url(no.png)) { i { background: url(yes.png) } }": [("yes.png", "background")],
    "@media print { i { background: url(p.png) } }": [("p.png", "background")],
    "@charset 'utf-8'; i { background: url(a.png) }": [("a.png", "background")],
    "@font-face { font-family: X; src: url(x.eot?#iefix) format('embedded-opentype'), url(x.woff2), url(x.woff), url(x.ttf) }": [
        ("x.woff2", "font"),
    ],
    "@font-face { src: local('X'), url(x.ttf), url(x.svg#x) }": [("x.ttf", "font")],
    "@font-face { src: url(/font?family=x) } i { background: url(a.png) }": [("/font?family=x", "font"), ("a.png", "background")],
    'i { background: image-set("1.png" 1x, url(2.png) 2x, "3.avif" type("image/avif")) }': [
        ("1.png", "background"), ("2.png", "background"), ("3.avif", "background"),
    ],
    'i { background: -webkit-image-set(url("1.png") 1x) }': [("1.png", "background")],
    'i { background: src("a.png") }': [("a.png", "background")],
    "a { background: url(unfinished.png": [("unfinished.png", "background")],
    'a { background: url("unfinished.png': [("unfinished.png", "background")],
    "background-image: url(&quot;) ": [("&quot;", "background")],
    "} } ) i { background: url(after.png) }": [("after.png", "background")],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("css", CASES, ids=lambda css: css[:60] or "nothing")
def test_names_are_found_where_a_browser_finds_them_and_nowhere_else(css: str) -> None:
    assert names_in(css) == CASES[css]


def test_names_become_urls_beside_the_sheet_each_once_and_only_those_of_the_web() -> None:
    css = (
        "i { a: url(../i/a.png); b: url('//cdn.example/b.png'); c: url(../i/a.png#x); d: url(data:image/png;base64,AA); e: url(ftp://x/y) }"
    )
    found = urls_in(css, "https://news.example/css/main.css?v=1")
    assert found == [("https://news.example/i/a.png", "background"), ("https://cdn.example/b.png", "background")]


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 500_000,
        "\\" * 500_000,
        '"\\' * 250_000,
        "url(" * 200_000,
        "/*" * 300_000,
        "a{" * 300_000,
        "@import " * 100_000,
        "url(  " * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_sheets_take_no_longer_than_others_of_their_length(hostile: str) -> None:
    began = time.process_time()
    names_in(hostile)
    assert time.process_time() - began < 3


def test_a_sheet_with_very_many_names_gives_as_many_as_are_looked_at() -> None:
    assert len(names_in("".join(f"i {{ background: url({number}.png) }}" for number in range(3 * MAX_NAMES)))) == MAX_NAMES


@given(
    st.lists(st.sampled_from(["url(", ")", '"', "'", "\\", "/*", "*/", "{", "}", ";", "@import ", "@font-face", "a.png", " ", "\n", "("]))
)
def test_no_text_is_too_odd_for_the_scanner(pieces: list[str]) -> None:
    assert all(name and what in ("style", "font", "background") for name, what in names_in("".join(pieces)))


@given(st.text(alphabet="abc/.-_0%é", min_size=1, max_size=20))
def test_what_is_written_as_a_string_is_read_as_it_was(name: str) -> None:
    assert names_in(f'i {{ background: url("{name}") }}') == [(name, "background")]


def test_a_sheet_is_decoded_by_its_mark_its_header_its_rule_or_as_utf_8() -> None:
    text = "i { background: url(ж.png) }"
    assert "ж" in decode(b"\xef\xbb\xbf" + text.encode(), "text/css; charset=windows-1251")
    assert "ж" in decode(text.encode("cp1251"), 'text/css; charset="windows-1251"')
    assert "ж" in decode(b'@charset "windows-1251";' + text.encode("cp1251"), "text/css")
    assert "ж" in decode(text.encode(), "text/css; charset=x-unheard-of")


def test_only_a_sheet_is_read_as_one() -> None:
    body = b"i { background: url(a.png) }"

    def task(head: bytes) -> object:
        response = b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body
        return stylesheet_task(response, url="http://news.example/a.css", max_decoded_bytes=1000)["names"]

    named = [["http://news.example/a.png", "background"]]
    assert task(b"Content-Type: text/css; charset=utf-8\r\n") == named
    assert task(b"") == named
    assert task(b"Content-Type: text/html\r\n") == []
