"""Is the bundled newspaper what the other tests take it for?"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import brotli
import pytest

from crawler.newspaper import Newspaper, odd
from crawler.newspaper.sites import DISALLOWED, MISSING, PAYWALLED

COURIER = "www.harbour-courier.example"
VISNYK = "visnyk-dolyny.example"
SADA = "sada-aljibal.example"


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    with Newspaper(pages=10, page_hosts=2) as opened:
        yield opened


def get(paper: Newspaper, url: str, **headers: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", paper.port, timeout=10)
    try:
        connection.request(
            "GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers={"Host": parts.netloc, **headers}
        )
        response = connection.getresponse()
        response.decoded = response.read()  # type: ignore[attr-defined]
        return response
    finally:
        connection.close()


def body(paper: Newspaper, url: str, **headers: str) -> bytes:
    response = get(paper, url, **headers)
    assert response.status == 200, url
    return bytes(response.decoded)  # type: ignore[attr-defined]


def locations(xml: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(xml).findall(".//{*}loc")]


def raw(paper: Newspaper, host: str, target: str) -> bytes:
    with socket.create_connection(("127.0.0.1", paper.port), timeout=10) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_every_story_is_served_with_its_title_and_each_block_of_its_text(paper: Newspaper) -> None:
    truth = paper.truth()
    assert len(truth) >= 24
    assert {story.language for story in truth.values()} == {"en", "uk", "ru", "ar", "he", "fa", "my", "fr", "de", "es", "tr"}
    for url, story in truth.items():
        page = body(paper, url).decode().replace("&#x27;", "'").replace("&quot;", '"')
        assert story.title in page
        for block in story.text.split("\n\n"):
            assert block in page, url


def test_all_seeds_of_a_publisher_announce_exactly_its_stories(paper: Newspaper) -> None:
    courier = {url for url in paper.truth() if COURIER in url}
    feed = ElementTree.fromstring(body(paper, f"http://{COURIER}/feed.rss"))
    assert {link.text.partition("?")[0] for link in feed.findall("channel/item/link") if link.text} == courier
    (inner,) = locations(body(paper, f"http://{COURIER}/sitemap.xml"))
    urls = set(locations(gzip.decompress(body(paper, inner))))
    assert urls - courier == {f"http://{COURIER}{target}" for target in (PAYWALLED, DISALLOWED, MISSING)}
    assert courier <= urls
    assert set(locations(body(paper, f"http://{COURIER}/news-sitemap.xml"))) == courier
    atom = ElementTree.fromstring(body(paper, f"http://{VISNYK}/feed.atom"))
    assert {element.get("href") for element in atom.findall("{*}entry/{*}link")} == {url for url in paper.truth() if VISNYK in url}
    feed_json = json.loads(body(paper, f"http://{SADA}/feed.json"))
    assert {item["url"] for item in feed_json["items"]} == {url for url in paper.truth() if SADA in url}


def test_the_second_edition_changes_adds_and_withdraws(paper: Newspaper) -> None:
    first, second = paper.truth(1), paper.truth(2)
    (withdrawn,) = set(first) - set(second)
    (added,) = set(second) - set(first)
    changed = {url for url in first if url in second and first[url] != second[url]}
    assert len(changed) == 4
    assert get(paper, added).status == 404
    paper.edition = 2
    assert get(paper, withdrawn).status == 410
    for url in [added, *changed]:
        assert second[url].text.split("\n\n")[1] in body(paper, url).decode()
        assert second[url].title in body(paper, url).decode().replace("&#x27;", "'")


def test_an_unchanged_page_answers_304_to_its_own_etag_and_date(paper: Newspaper) -> None:
    url = next(iter(paper.truth()))
    first = get(paper, url)
    assert get(paper, url, **{"If-None-Match": str(first.headers["ETag"])}).status == 304
    assert get(paper, url, **{"If-Modified-Since": str(first.headers["Last-Modified"])}).status == 304
    assert get(paper, url, **{"If-None-Match": '"another"', "If-Modified-Since": str(first.headers["Last-Modified"])}).status == 200


def test_the_three_publishers_send_gzip_brotli_and_chunks(paper: Newspaper) -> None:
    urls = {host: next(url for url in paper.truth() if host in url) for host in (COURIER, VISNYK, SADA)}
    accept = {"Accept-Encoding": "gzip, br"}
    assert get(paper, urls[COURIER], **accept).headers["Content-Encoding"] == "gzip"
    assert get(paper, urls[SADA], **accept).headers["Transfer-Encoding"] == "chunked"
    packed = get(paper, urls[VISNYK], **accept)
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.decoded) == body(paper, urls[VISNYK])  # type: ignore[attr-defined]


def test_the_log_has_the_digest_of_all_bytes_sent(paper: Newspaper, tmp_path: Path) -> None:
    with Newspaper(log=tmp_path / "log.jsonl") as logged:
        for one in (paper, logged):
            received = [
                (host, target, raw(one, host, target)) for host, target in ((COURIER, "/robots.txt"), (SADA, "/"), (odd.HOST, "/old-style"))
            ]
            rows = {(row["host"], row["target"]): row for row in one.log_rows()}
            assert len(rows) == 3
            for host, target, data in received:
                row = rows[(host, target)]
                assert (row["length"], row["sha256"], row["status"]) == (len(data), hashlib.sha256(data).hexdigest(), 200)


@pytest.mark.parametrize("path", sorted(set(odd.ODD) - {"/huge"}))
def test_each_odd_answer_arrives_and_has_its_line_in_the_log(paper: Newspaper, path: str) -> None:
    data = raw(paper, odd.HOST, path)
    assert data.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))
    assert paper.log_rows()[-1]["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_host_of_odd_answers_does_what_it_says(paper: Newspaper) -> None:
    def status(path: str) -> int:
        return get(paper, f"http://{odd.HOST}{path}").status

    assert [status(path) for path in ("/missing", "/gone", "/error-500", "/challenge", "/moved-301", "/moved-302", "/moved-308")] == [
        404,
        410,
        500,
        403,
        301,
        302,
        308,
    ]
    assert [status("/busy-once"), status("/busy-once"), status("/busy"), status("/busy")] == [503, 200, 503, 503]
    with pytest.raises(http.client.IncompleteRead):
        get(paper, f"http://{odd.HOST}/cut-body")
    with pytest.raises(EOFError):
        gzip.decompress(body(paper, f"http://{odd.HOST}/cut-gzip"))
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(body(paper, f"http://{odd.HOST}/cut.rss"))
    assert "Жители" in body(paper, f"http://{odd.HOST}/charset-by-meta").decode("cp1251")
    announced = ElementTree.fromstring(body(paper, f"http://{odd.HOST}/feed.rss"))
    paths = [urlsplit(link.text or "").path for link in announced.findall("channel/item/link")]
    assert set(paths) == set(odd.PAGES)
    assert paths.count("/twice") == 2


def test_the_huge_page_is_made_while_it_is_sent(paper: Newspaper) -> None:
    with socket.create_connection(("127.0.0.1", paper.port), timeout=10) as connection:
        connection.sendall(f"GET /huge HTTP/1.1\r\nHost: {odd.HOST}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    # hanging up in the middle neither hurts the server nor leaves it without a word
    assert get(paper, f"http://{odd.HOST}/plain").status == 200


def test_made_up_articles_are_distinct_repeatable_and_all_in_the_sitemaps(paper: Newspaper) -> None:
    urls = list(paper.page_urls())
    assert len(set(urls)) == 10
    texts = {paper.page_truth(number).text for number in range(10)}
    assert len(texts) == 10
    inner = [url for host in ("press-0.example", "press-1.example") for url in locations(body(paper, f"http://{host}/sitemap.xml"))]
    announced = {url for sitemap in inner for url in locations(gzip.decompress(body(paper, sitemap)))}
    assert announced == set(urls)
    for number, url in enumerate(urls):
        assert body(paper, url) == body(paper, url)
        assert all(block in body(paper, url).decode() for block in paper.page_truth(number).text.split("\n\n"))
    before = body(paper, urls[5])
    paper.edition = 2
    assert [number for number in range(10) if paper.page_truth(number, 1) != paper.page_truth(number, 2)] == [0, 5]
    assert body(paper, urls[5]) != before


def test_unknown_hosts_and_pages_are_404(paper: Newspaper) -> None:
    for url in (
        "http://nobody.example/",
        f"http://{COURIER}/nothing",
        "http://press-0.example/2024/06/01/report-1.html",
        "http://press-0.example/report-x.html",
    ):
        assert get(paper, url).status == 404


def test_source_files_are_valid_toml_and_name_hosts_that_answer(paper: Newspaper, tmp_path: Path) -> None:
    rules = paper.write_sources(tmp_path / "sources", odd_post=True)
    assert rules == [f"::127.0.0.1:{paper.port}"]
    found = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "sources").glob("*.toml")}
    assert set(found) == {"courier", "visnyk", "sada", "odd-post", "press-0", "press-1"}
    for name, source in found.items():
        assert source["name"] == name
        assert source["delay"] == 0
        assert all(get(paper, seed["url"]).status == 200 for seed in source["seeds"])
