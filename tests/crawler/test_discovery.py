from __future__ import annotations

import gzip
import json
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import PROBLEMS, SeedReading, read_seed, read_seed_task
from crawler.links import MAX_URL, LinkRefused, resolve
from crawler.reading import tidy

URL = "https://news.example/feed"
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Новини</title>'
    + "".join(f"<item><title>Стаття {n} &amp; más</title><link>https://news.example/{n}</link><guid>g{n}</guid></item>" for n in range(6))
    + "</channel></rss>"
).encode()
SITEMAP = (
    b"<urlset>" + b"".join(b"<url><loc>https://news.example/%d</loc><lastmod>2024</lastmod></url>" % n for n in range(6)) + b"</urlset>"
)
SEED_TYPES = ["feed", "sitemap", "news_sitemap", "section"]


def read(body: bytes, seed_type: str = "feed", content_type: str | None = None) -> SeedReading:
    return read_seed(body, url=URL, seed_type=seed_type, content_type=content_type)


def message(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def task(payload: bytes, **params: Any) -> SeedReading:
    result = read_seed_task(payload, **{"url": URL, "seed_type": "feed", "max_decoded_bytes": 1 << 20, **params})
    return SeedReading.from_dict(json.loads(json.dumps(result)))  # it crosses a pipe as JSON


@pytest.mark.parametrize(
    ("body", "seed_type", "problem"),
    [
        (b"", "feed", "empty-body"),
        (b" \r\n\t", "sitemap", "empty-body"),
        (b"<!DOCTYPE html><html><head><title>Not found</title></head></html>", "feed", "html-instead-of-xml"),
        (b"<html><body>consent</body></html>", "sitemap", "html-instead-of-xml"),
        (b"<script>location='/'</script>", "news_sitemap", "html-instead-of-xml"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="z"/>', "feed", "html-instead-of-xml"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "feed", "unknown-format"),
        (b"Service unavailable", "feed", "unknown-format"),
        (b"\x89PNG\r\n\x1a\n\0\0", "section", "unknown-format"),
        (b"<p>\xff</p>", "section", "not-utf8"),
        (b"<rss>", "feed", "cut"),
        (b"<rss><channel></rss>", "feed", "malformed-xml"),
        (b'{"items": [', "feed", "json-malformed"),
        (b"<rss/>", "feed", "no-entries"),
        (RSS, "sitemap", "wrong-kind"),
        (RSS, "section", "wrong-kind"),
        (b"https://news.example/1", "feed", "wrong-kind"),
    ],
)
def test_every_broken_seed_has_a_named_problem(body: bytes, seed_type: str, problem: str) -> None:
    assert read(body, seed_type).problem == problem


def test_the_root_of_an_unknown_vocabulary_is_told() -> None:
    assert read(b"<opml/>").detail == "the root element is <opml>"


def test_damage_in_the_middle_is_named_with_its_line_and_the_entries_before_it_are_there() -> None:
    reading = read(b'<?xml version="1.0"?>\n\n' + RSS[RSS.index(b"<rss") :].replace(b"<guid>g3</guid>", b"\n</wrong>"))
    assert reading.problem == "malformed-xml"
    assert reading.detail is not None
    assert reading.detail.startswith("line 4: ")
    assert [entry.url for entry in reading.entries][:3] == [f"https://news.example/{n}" for n in range(3)]


def test_the_gravest_problem_is_first_and_the_others_are_told() -> None:
    reading = read(SITEMAP[:-3] + b"\xff")
    assert reading.problem == "cut"
    assert "not-utf8" in str(reading.detail)
    assert "wrong-kind (announced as feed, is sitemap)" in str(reading.detail)


def test_an_unknown_seed_type_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="no seed type of ours: 'podcast'"):
        read(RSS, "podcast")


@settings(deadline=None)
@given(st.integers(0, len(RSS)))
def test_a_feed_cut_at_any_byte_is_no_success_and_gives_only_whole_entries(at: int) -> None:
    whole, cut = read(RSS), read(RSS[:at])
    assert whole.problem is None
    assert len(whole.entries) == 6
    assert cut.entries == whole.entries[: len(cut.entries)]
    assert at == len(RSS) or cut.problem is not None


@settings(deadline=None)
@given(st.integers(0, len(SITEMAP)))
def test_a_sitemap_cut_at_any_byte_is_no_success_and_gives_only_whole_entries(at: int) -> None:
    whole, cut = read(SITEMAP, "sitemap"), read(SITEMAP[:at], "sitemap")
    assert cut.entries == whole.entries[: len(cut.entries)]
    assert at == len(SITEMAP) or cut.problem is not None


def sound(reading: SeedReading) -> None:
    """What holds for every reading, whatever the bytes were."""
    assert reading.problem is not None or reading.entries or reading.children, "an empty success"
    assert reading.problem is None or reading.problem.partition(":")[0] in PROBLEMS
    for entry in [*reading.entries, *reading.children]:
        assert entry.url.startswith(("http://", "https://"))
        assert "#" not in entry.url
        assert len(entry.url) <= MAX_URL
        assert entry.entry
    assert len({entry.url for entry in reading.entries}) == len(reading.entries)
    assert SeedReading.from_dict(json.loads(json.dumps(reading.to_dict(), ensure_ascii=False).encode("utf-8"))) == reading
    assert all(character.isprintable() for character in reading.detail or "")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(SEED_TYPES),
    st.sampled_from([None, "text/html", "text/xml; charset=koi8-r", "x; charset=utf-7"]),
)
def test_any_bytes_give_entries_or_a_problem(body: bytes, seed_type: str, content_type: str | None) -> None:
    sound(read(body, seed_type, content_type))


# fmt: off
PARTS = st.sampled_from([
    "<rss>", "</rss>", "<channel>", "</channel>", "<item>", "</item>", "<link>", "</link>", "<link/>", "<feed>", "</feed>", "<entry>",
    "</entry>", "<title>", "<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "<![CDATA[", "]]>", "<!--", "-->", "<?xml ?>",
    "<!DOCTYPE [", "]>", "<!ENTITY", "&", "&amp;", "&nbsp;", "&#0;", "&#xD800;", "<", ">", '"', "'", "{", '"items":[', "]", "}", ",", " ",
    "http://a.example/1", "/x", "#", "\t", "\x00", "\ufeff", "\ufffe", "é", "日", "<a href=/2024/11/08/a-b-c-d>", "</a>", "<html>", "<nav>",
    "\\", "http://[", "<item xml:base='http://['>", "<media:title>", "<link href='x'/>", "<base href='http://['>",
])
# fmt: on


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=40).map("".join), st.sampled_from(SEED_TYPES), st.sampled_from(["utf-8", "utf-16", "cp1251"]))
def test_any_heap_of_markup_gives_entries_or_a_problem(text: str, seed_type: str, codec: str) -> None:
    sound(read(text.encode(codec, "replace"), seed_type))


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_order_is_kept_and_the_first_of_equals_stays(numbers: list[int]) -> None:
    body = "".join(f"<item><link>/{n}</link><title>{at}</title></item>" for at, n in enumerate(numbers))
    reading = read(f"<rss><channel>{body}</channel></rss>".encode())
    assert [entry.url for entry in reading.entries] == [f"https://news.example/{n}" for n in dict.fromkeys(numbers)]
    assert [entry.title for entry in reading.entries] == [str(numbers.index(n)) for n in dict.fromkeys(numbers)]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_title_that_is_escaped_comes_back_with_its_spaces_collapsed(title: str) -> None:
    escaped = "".join(f"&#{ord(c)};" if c in "&<>" else c for c in title)
    reading = read(f"<rss><channel><item><link>/1</link><title>{escaped}</title></item></channel></rss>".encode())
    # XML has no control characters (they are left out), and its line ends are LF.
    expected = "".join(c for c in title if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert reading.entries[0].title == tidy(expected, 1000)


@settings(deadline=None)
@given(st.text("ab&#38;xamplt?=%/'\"<>", max_size=30))
def test_an_address_says_the_same_in_an_attribute_and_in_text(query: str) -> None:
    escaped = escape(query, {'"': "&quot;", "'": "&apos;"})
    text = read(f"<feed><entry><link>http://a.example/?{escaped}</link></entry></feed>".encode())
    attribute = read(f"<feed><entry><link href='http://a.example/?{escaped}'/></entry></feed>".encode())
    assert text == attribute
    assert text.entries[0].url.removeprefix("http://a.example/").removeprefix("?") == query.partition("#")[0]


@settings(deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"(https?:)?(//)?[a-zé.@:0-9\[\]]{0,12}(/[a-z .?#%\\]*)?", fullmatch=True))
def test_resolving_a_link_twice_is_resolving_it_once(link: str) -> None:
    try:
        once = resolve(link, "https://news.example/a/b?c")
    except LinkRefused:
        return
    assert resolve(once, "https://else.example/") == once


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("", "no-link"),
        ("  \u200b", "no-link"),
        ("ftp://a.example/", "bad-scheme"),
        ("javascript:void(0)", "bad-scheme"),
        ("data:text/html,x", "bad-scheme"),
        ("http://", "bad-url"),
        ("http://[::1", "bad-url"),
        ("http://user:secret@a.example/", "bad-url"),
        ("http://a.example\\@b.example/", "bad-url"),
        ("http://a.example:99999/", "bad-url"),
        ("http://a..example/", "bad-url"),
        ("http://a.example/\r\nHost: b", "bad-url"),
        ("http://a.example/" + "x" * 4096, "too-long"),
    ],
)
def test_links_that_lead_nowhere_are_refused_with_their_reason(link: str, reason: str) -> None:
    with pytest.raises(LinkRefused) as caught:
        resolve(link, URL)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("\n https://a.example/x#y \t", "https://a.example/x"),
        ("//a.example/x", "https://a.example/x"),
        ("?p=2", "https://news.example/feed?p=2"),
        ("/a b/c", "https://news.example/a%20b/c"),
        ("HTTPS://A.example:443/", "https://A.example:443/"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://новини.укр/стаття", "https://новини.укр/стаття"),
    ],
)
def test_links_are_made_absolute_and_otherwise_left_as_announced(link: str, url: str) -> None:
    assert resolve(link, URL) == url


def test_the_task_reads_a_response_as_it_was_kept() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    body = gzip.compress(RSS, mtime=0)
    reading = task(chunked + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
    assert reading == read(RSS)
    assert task(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + message(RSS)) == read(RSS)


@pytest.mark.parametrize(
    ("payload", "problem", "entries"),
    [
        (b"garbage", "malformed-response", 0),
        (message(RSS, status="404 Not Found"), "status:404", 0),
        (message(b"", status="304 Not Modified"), "status:304", 0),
        (message(b""), "empty-body", 0),
        (message(RSS[:-20], length=len(RSS)), "cut", 6),
        (message(gzip.compress(RSS, mtime=0)[:-8], "Content-Encoding: gzip"), "decode-error:cut", 6),
        (message(RSS, "Content-Encoding: gzip"), "decode-error:corrupt", 6),
        (message(RSS, "Content-Encoding: zstd"), "decode-error:unknown-coding:zstd", 6),
        (message(RSS, "Content-Encoding: gzip, br, gzip"), "decode-error:too-many-codings", 0),
        (message(gzip.compress(RSS + b" " * (2 << 20), mtime=0), "Content-Encoding: gzip"), "decode-error:too-large", 6),
        (message(RSS + b" " * (2 << 20)), "decode-error:too-large", 6),
    ],
)
def test_what_is_wrong_with_the_message_is_named_and_the_rest_is_read(payload: bytes, problem: str, entries: int) -> None:
    reading = task(payload)
    assert (reading.problem, len(reading.entries)) == (problem, entries)


def test_the_tag_that_a_cut_page_breaks_off_in_is_not_taken() -> None:
    page = b"<html><body><a href='/2024/11/08/one-two-three'>One two three four five</a><a href='/2024/11/08/four-five"
    reading = task(message(page, "Content-Type: text/html", length=len(page) + 100), seed_type="section")
    assert (reading.problem, [entry.url for entry in reading.entries]) == ("cut", ["https://news.example/2024/11/08/one-two-three"])
