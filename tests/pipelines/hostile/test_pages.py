"""Does a page that does harm end in a result or a named reason within its limits, with its neighbours' texts as ever?"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Article, NotAnArticle
from pipelines.charset import decode
from pipelines.extract import extract
from pipelines.pool import ChildFailed, ChildLimits, ChildPool
from pipelines.shorten import shortened
from tests.pipelines.hostile import shapes
from tests.pipelines.hostile.shapes import AFTER, ARTICLE, BEFORE, around
from tests.pipelines.pages import response

URL = "https://www.courier.example/2024/northern-bridge"
EXTRACT = "pipelines.extract:extract_task"
CAPTURED = "2024-11-08T12:00:00.000001+00:00"
PARAMS: dict[str, Any] = {"url": URL, "captured_at": CAPTURED, "timezone": "Europe/Copenhagen", "languages": ["en"]}
# What a page may cost here; a crawl gives it twice as much.
LIMITS = ChildLimits(wall_seconds=300, cpu_seconds=10, memory_bytes=1 << 30)
REASONS = ("timeout", "cpu", "memory", "crashed", "error")
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def pool() -> Iterator[ChildPool]:
    with ChildPool(1, limits=LIMITS) as made:
        yield made


# Read within the limits, with all sentences of the article.
WHOLE: dict[str, Callable[[], bytes]] = {
    "100,000 attributes": lambda: shapes.attributes(100_000),
    "100,000 attributes that hold >": lambda: shapes.attributes_that_hold_the_end_of_a_tag(100_000),
    "100,000 tags with attributes": lambda: shapes.tags_with_attributes(100_000, 2),
    "tags of 1,000 attributes": lambda: shapes.tags_just_below_every_limit(300, 990),
    "a class attribute of 5 MB": lambda: shapes.a_class_of(1_900_000),
    "a name of half a megabyte": lambda: shapes.a_name_of(500_000),
    "NUL in names": lambda: shapes.nul_in_names(500),
    "a meta of 1.9 MB": lambda: shapes.a_meta_of(1_900_000),
    "keywords of 1.9 MB": lambda: shapes.a_meta_of(1_900_000, "keywords"),
    "authors of 1.9 MB": lambda: shapes.a_meta_of(1_900_000, "author"),
    "30,000 metas": lambda: shapes.metas(30_000),
    "30,000 head links": lambda: shapes.head_links(30_000),
    "JSON-LD of 50 MB nested deep": lambda: shapes.ld_nested(100_000),
    "JSON-LD of many nodes": lambda: shapes.ld_nodes(95_000),
    "JSON-LD that is broken": lambda: shapes.ld_broken(60_000),
    "JSON-LD of commas": lambda: shapes.ld_broken(1_900_000, part=","),
    "JSON-LD of backslashes": lambda: shapes.ld('{"headline":"' + "\\" * 1_900_000),
    "a hostile base": lambda: around("<a href=x>y</a>", head='<base href="http://[::1"><base href="javascript:alert(1)">'),
    "surrogates as references": lambda: shapes.characters("&#xD800;&#xDFFF;&#1114112;", 2_000),
    "bidirectional marks": lambda: shapes.characters("\u202e\u2066abc\u2069", 200),
    "NUL bytes": lambda: shapes.characters("\x00", 500_000),
    "comments": lambda: shapes.comments(100_000),
    "processing instructions": lambda: shapes.comments(100_000, opening="<?x ?", closing=">"),
    "CDATA": lambda: shapes.comments(100_000, opening="<![CDATA[", closing="]]>"),
    "tags that do not end": lambda: shapes.openings(600_000, text="<a"),
    "quotes that do not end": lambda: shapes.openings(200_000, text='<i b="'),
    "end tags of nothing": lambda: shapes.openings(380_000, text="</b>"),
    "deep, and end tags": lambda: shapes.nested("<b>" + "<table>" * 2_000 + "</b>" * 200_000, 1),
    "unclosed buttons": lambda: shapes.nested("<button>", 20_000),
    "unclosed forms": lambda: shapes.nested("<form>", 20_000),
}
# More than is read: the text may be cut and that is said, or there is a verdict with a reason, or a limit was reached: that is the reason.
TOO_MUCH: dict[str, Callable[[], bytes]] = {
    "a paragraph of 50 MB": lambda: shapes.a_paragraph_of(50 * MEGABYTE),
    "a million siblings": lambda: shapes.siblings(1_000_000),
    "paragraphs": lambda: shapes.siblings(150_000, tag="p"),
    "list items": lambda: shapes.siblings(150_000, tag="li"),
    "a million line breaks": lambda: shapes.line_breaks(1_000_000),
    "rows": lambda: shapes.rows(100_000),
    "cells of one row": lambda: around("<table><tr>" + "<td>a" * 300_000),
    "5 MB of dates": lambda: shapes.dates(5 * MEGABYTE),
    "100,000 times": lambda: shapes.times(100_000),
    "100,000 links": lambda: shapes.links(100_000),
    "100,000 pictures": lambda: shapes.images(100_000),
    "a million references": lambda: shapes.entities(1_000_000),
    "a million references to blanks": lambda: shapes.entities(1_000_000, entity="&nbsp;"),
    "references that look nested": lambda: shapes.entities(1_000_000, entity="&amp;lol9;"),
    "200,000 class names": lambda: shapes.class_names(200_000),
    "many names of tags": lambda: shapes.names_of_tags(60_000),
    "JSON-LD of 50 MB": lambda: shapes.ld_of(50 * MEGABYTE),
    "bad UTF-8": lambda: shapes.octets(b"\xff", 1_900_000),
    "overlong UTF-8": lambda: shapes.octets(b"\xc0\xaf", 900_000),
    "surrogates in UTF-8": lambda: shapes.octets(b"\xed\xa0\x80", 600_000),
    **{f"unclosed {tag}": partial(shapes.unclosed, tag, 500_000) for tag in "script style textarea title !-- svg select".split()},
}


def _made(pool: ChildPool, html: bytes) -> dict[str, Any] | ChildFailed:
    future = pool.submit(EXTRACT, response(html), PARAMS)
    error = future.exception(600)
    assert error is None or isinstance(error, ChildFailed)
    return error or future.result()


@pytest.mark.parametrize("kind", WHOLE)
def test_a_page_that_can_be_read_within_limits_is_read_whole(pool: ChildPool, kind: str) -> None:
    made = _made(pool, WHOLE[kind]())
    assert isinstance(made, dict), made
    assert "article" in made, made
    assert [sentence for sentence in ARTICLE if sentence not in made["article"]["text"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", TOO_MUCH)
def test_a_page_that_is_too_much_has_a_named_reason_and_the_next_one_is_read(pool: ChildPool, kind: str) -> None:
    made = _made(pool, TOO_MUCH[kind]())
    if isinstance(made, ChildFailed):
        assert made.reason in REASONS
        assert made.detail
    elif "article" in made:
        assert any(sentence in made["article"]["text"] for sentence in BEFORE)
    else:
        assert made["not_article"]["verdict"] not in ("article", "live_blog")
        assert made["not_article"]["reasons"]
    after = _made(pool, around(""))
    assert isinstance(after, dict)
    assert [sentence for sentence in ARTICLE if sentence not in after["article"]["text"]] == []


@pytest.mark.parametrize("part", range(0, len(shapes.PARTS), 12))
def test_no_expression_that_is_run_over_a_page_takes_more_than_linear_time(pool: ChildPool, part: int) -> None:
    # What grows with the square would take a hundred times the limit: 100,000 characters stand in each of twenty places.
    for again in shapes.PARTS[part : part + 12]:
        made = _made(pool, shapes.everywhere(again, 60_000))
        assert isinstance(made, dict), (again, made)


BOMBS = {
    "gzip": ("Content-Encoding: gzip\r\n", lambda body: gzip.compress(body, 9)),
    "gzip twice": ("Content-Encoding: gzip, gzip\r\n", lambda body: gzip.compress(gzip.compress(body, 9), 9)),
    "deflate": ("Content-Encoding: deflate\r\n", lambda body: zlib.compress(body, 9)),
    "brotli": ("Content-Encoding: br\r\n", lambda body: brotli.compress(body, quality=1)),
}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_compressed_bomb_is_decoded_up_to_its_limit_and_says_so(pool: ChildPool, coding: str) -> None:
    headers, compress = BOMBS[coding]
    bomb = compress(around("")[:-14] + b" " * (200 << 20))
    assert len(bomb) < 1 << 20
    made = pool.submit(EXTRACT, response(bomb, headers="Content-Type: text/html\r\n" + headers), PARAMS).result(300)
    assert made["decode_problem"] == "too-large"
    assert any("cut" in reason for reason in made["article"]["verdict_reasons"])
    assert [sentence for sentence in ARTICLE if sentence not in made["article"]["text"]] == []


LABELS = [
    *"utf-7 x-user-defined utf-16 utf-16be iso-2022-jp iso-2022-kr hz-gb-2312 utf\x00-8 cp037 rot13 zlib_codec idna utf-32".split(),
    *("x" * MEGABYTE, " " * MEGABYTE, 'utf-8"' * 1000, "", "\ud800", ";" * 10_000),
]


@pytest.mark.parametrize("label", LABELS, ids=range(len(LABELS)))
def test_no_label_makes_text_unreadable_that_is_plain_utf_8(label: str) -> None:
    made = extract(around("<p>Міст через річку відкрили у вівторок, через три тижні.</p>"), URL, content_type=f"text/html; charset={label}")
    assert isinstance(made, Article), made
    assert "Міст через річку відкрили у вівторок, через три тижні." in made.text
    assert [sentence for sentence in ARTICLE if sentence not in made.text] == []


def test_one_bad_byte_does_not_make_a_wrong_label_right() -> None:
    body = ("Міст через річку відкрили у вівторок. " * 10).encode()
    read = decode(body + b"\xff" + body, content_type="text/html; charset=windows-1251")
    assert (read.encoding, read.damaged) == ("utf-8", 1)


def test_utf_16_is_read_where_it_is_utf_16() -> None:
    html = around("").decode()
    for codec, label in (("utf-16-le", "utf-16"), ("utf-16-be", "utf-16be")):
        assert decode(html.encode(codec), content_type=f"text/html; charset={label}").text == html
    lone = b"\xff\xfe" + html.encode("utf-16-le") + b"\x00\xd8"
    made = extract(lone, URL, content_type="text/html")
    assert isinstance(made, Article)
    assert [sentence for sentence in ARTICLE if sentence not in made.text] == []


def test_what_holds_no_text_goes_before_text_is_cut() -> None:
    filler = f'<script>{"x" * 900}</script><style>{"y" * 900}</style><!--{"z" * 900}--><img src="data:image/png;base64,{"A" * 900}">'
    page = around(filler * 5).decode()
    ld = '<script type="application/ld+json">{"a":1}</script>'
    short, cut = shortened(page + ld, 3_000)
    assert not cut
    assert ld in short
    assert all(sentence in short for sentence in ARTICLE)
    assert shortened(page, len(page)) == (page, False)
    assert shortened("<p>" + "a" * 100, 50) == ("<p>" + "a" * 47, True)


TAGS = (
    "p div span a b ul li table tr td h1 h2 font form button section article aside nav svg select option script style title br img".split()
)
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS]),
        st.sampled_from([f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            ["<!--", "-->", "<![CDATA[", "]]>", "<?", "&amp;", "&#xD800;", "&#0;", "<", ">", '"', "<a href='", "\x00", "\ud800"]
        ),
        st.sampled_from([*ARTICLE, "8 Nov 2024 09:11", "By Ada Lind", "Read also: more", "Photo: Reuters"]),
        st.text(max_size=12),
    ),
    max_size=60,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(SOUP)
def test_no_soup_of_tags_makes_extraction_fail_and_the_same_soup_gives_the_same_record(parts: list[str]) -> None:
    html = "".join(parts).encode("utf-8", "surrogatepass")
    made = extract(html, URL, content_type="text/html", captured_at=CAPTURED)
    assert isinstance(made, Article | NotAnArticle)
    made.model_dump_json()
    assert extract(html, URL, content_type="text/html", captured_at=CAPTURED) == made


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from("harbour winter council ferry hospital tariff border letter engine".split()), min_size=9, max_size=25))
def test_every_word_of_a_plain_paragraph_is_in_the_text_or_a_reason_says_why_not(words: list[str]) -> None:
    from pipelines.extract import examine

    sentence = f"The {' '.join(words)} was what they spoke about on the bank that evening."
    done = examine(around(f"<p>{sentence}</p>"), URL, content_type="text/html")
    if isinstance(done.made, Article) and sentence in done.made.text:
        return
    (decision,) = (decided for piece, decided in zip(done.pieces, done.decisions, strict=True) if piece.text == sentence)
    assert not decision.kept
    assert decision.reason
    assert AFTER
