from __future__ import annotations

import gzip
import time

import pytest

from crawler.discovery import SeedEntry, SeedReading, read_seed
from crawler.reading import MAX_ENTRIES

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(body: str | bytes, seed_type: str = "sitemap", max_decoded_bytes: int = 1 << 26) -> SeedReading:
    data = body.encode() if isinstance(body, str) else body
    return read_seed(
        data,
        url="https://news.example/sitemap.xml",
        seed_type=seed_type,
        content_type="application/xml",
        max_decoded_bytes=max_decoded_bytes,
    )


def test_a_sitemap_gives_location_and_last_modification() -> None:
    reading = sitemap(
        f"<urlset {NS}><url><loc> https://news.example/a?x=1&amp;y=2 </loc><lastmod>2024-11-08</lastmod><priority>1</priority></url>"
        "<url><loc>/relative</loc></url></urlset>"
    )
    assert reading.kind == "sitemap"
    assert reading.problem is None
    assert reading.entries == [
        SeedEntry(url="https://news.example/a?x=1&y=2", entry="#1", modified="2024-11-08"),
        SeedEntry(url="https://news.example/relative", entry="#2"),
    ]


def test_pictures_films_and_translations_in_a_sitemap_are_not_entries() -> None:
    reading = sitemap(f"""<urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"
      xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"><url>
      <image:image><image:loc>https://news.example/p.jpg</image:loc><image:title>P</image:title></image:image>
      <video:video><video:title>V</video:title><video:publication_date>1999</video:publication_date></video:video>
      <xhtml:link rel="alternate" hreflang="de" href="https://news.example/de"/>
      <loc>https://news.example/1</loc></url></urlset>""")
    assert reading.entries == [SeedEntry(url="https://news.example/1", entry="#1")]


def test_a_news_sitemap_gives_title_date_and_language() -> None:
    reading = sitemap(
        f"""<urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc>
      <news:news><news:publication><news:name>Courier</news:name><news:language>uk</news:language></news:publication>
      <news:publication_date>2024-11-08T09:11:00+02:00</news:publication_date><news:title>Title &amp; more</news:title></news:news>
      <lastmod>2024-11-09</lastmod></url></urlset>""",
        "news_sitemap",
    )
    assert reading.kind == "news_sitemap"
    assert reading.entries == [
        SeedEntry(
            url="https://news.example/1",
            entry="#1",
            title="Title & more",
            published="2024-11-08T09:11:00+02:00",
            modified="2024-11-09",
            language="uk",
        )
    ]


def test_a_news_sitemap_that_forgot_to_declare_its_prefix_is_read_all_the_same() -> None:
    reading = sitemap(
        f"<urlset {NS}><url><loc>https://news.example/1</loc><image:image><image:title>P</image:title></image:image>"
        "<news:news><news:title>T</news:title></news:news></url></urlset>"
    )
    assert (reading.problem, reading.kind, reading.entries[0].title) == (None, "news_sitemap", "T")


@pytest.mark.parametrize(
    "root",
    [
        "urlset",
        'urlset xmlns="http://www.google.com/schemas/sitemap/0.84"',
        'urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/"',
        's:urlset xmlns:s="urn:own"',
    ],
)
def test_a_missing_old_or_misspelt_namespace_does_no_harm(root: str) -> None:
    p = "s:" if root.startswith("s:") else ""
    reading = sitemap(f"<{root}><{p}url><{p}loc>/1</{p}loc></{p}url></{p}urlset>")
    assert [entry.url for entry in reading.entries] == ["https://news.example/1"]


def test_an_index_gives_its_sitemaps_as_children() -> None:
    reading = sitemap(
        f"<sitemapindex {NS}><sitemap><loc>https://news.example/s1.xml.gz</loc><lastmod>2024-11-08</lastmod></sitemap>"
        "<sitemap><loc>/s2.xml</loc></sitemap><sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>"
    )
    assert (reading.kind, reading.problem, reading.entries) == ("sitemap_index", None, [])
    assert reading.children == [
        SeedEntry(url="https://news.example/s1.xml.gz", entry="#1", modified="2024-11-08"),
        SeedEntry(url="https://news.example/s2.xml", entry="#2"),
    ]


def test_a_plain_text_sitemap_is_one_url_a_line() -> None:
    reading = sitemap("\ufeffhttps://news.example/1\r\nhttps://news.example/2 \r\n\r\n# comment\r\nhttps://news.example/1\n")
    assert reading.kind == "text_sitemap"
    assert [(entry.url, entry.entry) for entry in reading.entries] == [("https://news.example/1", "#1"), ("https://news.example/2", "#2")]
    assert (reading.problem, reading.detail) == (None, "1 given again, kept once; 1 lines that are no URL")


@pytest.mark.parametrize("layers", [1, 2])
def test_gzipped_sitemaps_are_known_by_their_first_bytes(layers: int) -> None:
    body = f"<urlset {NS}><url><loc>/1</loc></url></urlset>".encode()
    for _ in range(layers):
        body = gzip.compress(body)
    reading = sitemap(body)
    assert (reading.problem, reading.entries[0].url) == (None, "https://news.example/1")


def test_a_cut_gzip_file_is_reported_and_read_as_far_as_it_goes() -> None:
    body = gzip.compress(f"<urlset {NS}>{''.join(f'<url><loc>/{n * n}</loc></url>' for n in range(5000))}</urlset>".encode())
    reading = sitemap(body[: len(body) // 2])
    assert reading.problem == "decode-error:cut"
    assert reading.detail == "in the gzipped file; cut (ends before </urlset>)"
    assert 1000 < len(reading.entries) < 4000


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 50_000_000)
    reading = sitemap(bomb, max_decoded_bytes=1_000_000)
    assert (reading.problem, reading.entries) == ("decode-error:too-large", [])


def test_a_line_of_a_cut_text_sitemap_that_has_no_end_is_not_taken() -> None:
    body = gzip.compress("".join(f"https://news.example/{n * n * n}\n" for n in range(5000)).encode())
    reading = sitemap(body[: len(body) // 2])
    assert reading.problem == "decode-error:cut"
    assert reading.entries
    assert [entry.url for entry in reading.entries] == [f"https://news.example/{n**3}" for n in range(len(reading.entries))]


def test_more_entries_than_the_limit_are_cut_and_the_cut_is_named() -> None:
    body = f"<urlset {NS}>" + "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in range(MAX_ENTRIES + 7)) + "</urlset>"
    begin = time.perf_counter()
    reading = sitemap(body)
    print(f"{MAX_ENTRIES:,} entries in {time.perf_counter() - begin:.2f} s")
    assert len(reading.entries) == MAX_ENTRIES
    assert reading.problem == "too-many-entries"
    assert reading.detail == "7 over the limit of 50,000 entries, dropped"


def test_an_empty_sitemap_is_no_success() -> None:
    assert sitemap(f"<urlset {NS}></urlset>").problem == "no-entries"
    assert sitemap(f"<sitemapindex {NS}/>").problem == "no-entries"


def test_a_sitemap_announced_as_feed_is_read_and_said() -> None:
    reading = sitemap(f"<urlset {NS}><url><loc>/1</loc></url></urlset>", "feed")
    assert (reading.problem, reading.detail, len(reading.entries)) == ("wrong-kind", "announced as feed, is sitemap", 1)
