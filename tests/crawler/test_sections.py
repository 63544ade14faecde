from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.discovery import SeedReading, read_seed
from crawler.pagelinks import MAX_LINKS, PageLink, read_links
from crawler.sections import THRESHOLD, same_site, score_link


def section(body: str | bytes, url: str = "https://www.news.example/world/") -> SeedReading:
    data = body.encode() if isinstance(body, str) else body
    return read_seed(data, url=url, seed_type="section", content_type="text/html; charset=utf-8")


def announced(body: str) -> list[tuple[str, str | None]]:
    return [(entry.url, entry.title) for entry in section(body).entries]


FRONT = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>World</title></head><body>
<header><a href="/"><img src="/l.png" alt="News Example"></a><nav><ul><li><a href="/politics">Politics</a></li>
 <li><a href="/2024/11/01/an-old-story-in-the-menu">An old story that is in the menu</a></li></ul></nav></header>
<div class="breadcrumb"><a href="/world/">World news of today and more</a></div>
<main>
 <article><a href="/2024/11/08/grain-ships-leave-odesa"><img src="p.jpg" alt="A ship"></a>
   <header><h2><a href="/2024/11/08/grain-ships-leave-odesa">Grain ships leave <b>Odesa</b></a></h2></header>
   <a href="/author/jane-doe">Jane Doe, our correspondent in Kyiv</a> <a href="/tag/grain">All stories about grain</a></article>
 <a href="https://news.example/story/8812345"><h3>Shelling damages a hospital</h3></a>
 <h3><a href="/world/europe/">Europe</a></h3>
 <a href="//www.news.example/world/peace-talks-begin-in-geneva.html?utm_source=x#top">Peace talks begin in Geneva, ministers say</a>
 <a href="https://other.example/2024/11/08/a-story-of-somebody-else">A story of somebody else entirely</a>
 <a href="/docs/2024/11/08/the-whole-report-as-file.pdf">The whole report as a file</a>
 <a href="mailto:desk@news.example">Write a mail to our desk</a> <a>no address</a>
 <a href="/world/?page=2">More stories from around the world</a>
</main>
<footer><a href="/2024/01/01/about-our-company-history">About our company and its history</a></footer></body></html>"""


def test_a_front_page_gives_its_articles_in_order_with_their_headlines() -> None:
    reading = section(FRONT)
    assert [(entry.url, entry.title, entry.entry) for entry in reading.entries] == [
        ("https://www.news.example/2024/11/08/grain-ships-leave-odesa", "Grain ships leave Odesa", "#1"),
        ("https://news.example/story/8812345", "Shelling damages a hospital", "#2"),
        (
            "https://www.news.example/world/peace-talks-begin-in-geneva.html?utm_source=x",
            "Peace talks begin in Geneva, ministers say",
            "#3",
        ),
    ]
    assert (reading.kind, reading.problem) == ("section", None)
    assert reading.detail == "3 of 11 links of the site look like articles"


@pytest.mark.parametrize(
    ("link", "text"),
    [
        (
            "/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/%D0%BE%D0%B1%D1%81%D1%82%D1%80%D1%96%D0%BB-%D1%85%D0%B0%D1%80%D0%BA%D0%BE%D0%B2%D0%B0-%D1%87%D0%B5%D1%82%D0%B2%D0%B5%D1%80",
            "Обстріл Харкова у четвер зранку",
        ),
        ("/news/الجيش-يعلن-وقف-إطلاق-النار-في-الشمال", "الجيش يعلن وقف إطلاق النار في الشمال"),
        ("/news/20241108/k10014632", "ウクライナ南部で攻撃続く 政府が発表"),
        ("/index.php?option=news&id=48123", "Ceasefire is broken again in the north"),
        ("/politika/2024/nov/08/zasedani-vlady", "Zasedání vlády o válce na Ukrajině"),
        ("/a/69c3f1d2e8b04", "A long headline of five words"),
    ],
)
def test_addresses_of_many_kinds_are_known_as_articles(link: str, text: str) -> None:
    assert [title for _, title in announced(f'<main><p><a href="{link}">{text}</a></p></main>')] == [text]


@pytest.mark.parametrize(
    "link",
    [
        "/",
        "/world",
        "/world/europe",
        "/tag/war-in-ukraine-2024",
        "/author/12345/a-long-name-here-of",
        "/page/2",
        "/news/page/12345",
        "/search?q=2024",
    ],
)
def test_addresses_of_lists_and_people_are_not_articles(link: str) -> None:
    assert announced(f'<main><h2><a href="{link}">Some five words of text</a></h2></main>') == []


def test_base_href_counts() -> None:
    links = announced('<base href="/deep/dir/"><a href="2024/11/08/story-of-the-day">The story of the day is here</a>')
    assert links == [("https://www.news.example/deep/dir/2024/11/08/story-of-the-day", "The story of the day is here")]


def test_a_page_without_articles_is_no_success() -> None:
    assert section("<html><body><p>Please enable JavaScript.</p></body></html>").problem == "no-entries"


def test_a_feed_announced_as_section_is_read_and_said() -> None:
    reading = section("<rss><channel><item><link>/1</link></item></channel></rss>")
    assert (reading.problem, reading.kind, len(reading.entries)) == ("wrong-kind", "rss", 1)


def test_the_meta_charset_counts_where_the_bytes_are_not_utf8() -> None:
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>'
    page = f'{head}<a href="/2024/11/08/x-y-z">Обстрел города в четверг утром</a>'
    reading = read_seed(page.encode("cp1251"), url="https://news.example/", seed_type="section", content_type="text/html")
    assert (reading.problem, reading.entries[0].title) == (None, "Обстрел города в четверг утром")


def test_scripts_in_a_link_are_not_its_text() -> None:
    (link,) = read_links("<a href=x>One<script>var a = '<b>';</script><style>p{}</style> two</a>").links
    assert link.text == "One two"


def test_a_page_full_of_links_is_bounded_and_says_so() -> None:
    page = read_links("<a href=x>" * (MAX_LINKS + 5))
    assert (len(page.links), page.left_out) == (MAX_LINKS, 5)


@pytest.mark.parametrize(
    ("host", "own", "same"),
    [
        ("www.a.example", "a.example", True),
        ("m.a.example", "www.a.example", True),
        ("a.example", "news.a.example", True),
        ("ba.example", "a.example", False),
        ("example", "other", False),
    ],
)
def test_same_site_means_the_host_or_a_subdomain(host: str, own: str, same: bool) -> None:
    assert same_site(host, own) is same


def corpus() -> Path:
    return Path(os.environ.get("WARCHIVE_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "corpus"


def truth(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (corpus() / name / "truth.jsonl").read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.corpus
@pytest.mark.skipif(not corpus().is_dir(), reason="the shared corpus is not beside the repository")
def test_at_least_95_of_100_real_news_articles_would_be_found_in_a_plain_list() -> None:
    found = total = 0
    for name in ("fundus-dev", "scrapinghub", "seed-dagens"):
        for row in truth(name):
            link = PageLink(href=row["url"], heading=False, article=False, frame=False, menu=False, parts=[row["title"] or row["id"]])
            total += 1
            found += score_link(urlsplit(row["url"]), link) >= THRESHOLD
    assert total > 300
    assert found / total >= 0.95, f"{found} of {total}"


@pytest.mark.corpus
@pytest.mark.skipif(not corpus().is_dir(), reason="the shared corpus is not beside the repository")
def test_real_pages_give_links_without_a_failure() -> None:
    links = 0
    for row in truth("fundus-dev")[::4]:
        page = gzip.decompress((corpus() / "fundus-dev" / "html" / f"{row['id']}.html.gz").read_bytes())
        reading = section(page, row["url"])
        assert reading.problem in (None, "no-entries"), row["url"]
        links += len(reading.entries)
    assert links > 100
