"""Does `warchive explain` show an archived page, a file and standard input, say where it wrote, and what to do where there is nothing?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.http import decode_body, parse_response
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("explain")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The newspaper, crawled twice: what did not change is kept as revisits."""
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("explain"), paper)
        assert bench.crawl().exit_code == 0
        paper.edition = 2
        assert bench.crawl("--recheck").exit_code == 0
        yield bench


@pytest.fixture(scope="module")
def page(crawled: Bench) -> bytes:
    """The HTML of an article."""
    return _html(crawled, next(one for one in crawled.articles() if one["language"] == "en"))


def _html(bench: Bench, article: dict[str, Any]) -> bytes:
    block = next(record.block for record in bench.records() if record.id.strip("<>") == article["warc"]["record_id"])
    return decode_body(parse_response(block), max_bytes=1 << 24).body


def test_an_archived_page_is_explained_as_it_was_extracted(crawled: Bench) -> None:
    first = {one["source"]: one for one in crawled.articles() if one["version"] == 1}
    assert len(first) == 3
    for article in first.values():
        told = json.loads(crawled.run("explain", article["url"], "--at", article["captured_at"], "--json").stdout)
        kept = [line["text"] for line in told["lines"] if line["kept"]]
        assert sorted(kept) == sorted(block["text"] for block in article["blocks"])
        for name in ("title", "authors", "date_published", "dates", "language", "text_sha256", "discovered_via", "extractor"):
            assert told["article"][name] == article[name], name
        assert told["about"]["record"] == article["warc"]["record_id"]


def test_the_newest_capture_is_explained_a_revisit_with_the_bytes_that_it_repeats(crawled: Bench) -> None:
    revisited = {one["url"] for one in crawled.captures() if one["record_type"] == "revisit"}
    article = next(one for one in crawled.articles() if one["url"] in revisited)
    told = json.loads(crawled.run("explain", article["url"], "--json").stdout)
    assert told["about"]["captured"].endswith("unchanged since")
    assert article["warc"]["filename"] in told["about"]["bytes of"]
    assert told["article"]["text_sha256"] == article["text_sha256"]


def test_the_page_is_written_and_said_where(crawled: Bench) -> None:
    url = crawled.articles()[0]["url"]
    done = crawled.run("explain", url)
    assert done.exit_code == 0, done.stderr
    assert re.fullmatch(r"article: \d+ of \d+ pieces of text kept; look at explain\.html\n", done.stdout)
    text = (crawled.folder / "explain.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert url.replace("&", "&amp;") in text
    assert crawled.run("explain", url, "-o", "other.html").stdout.endswith("look at other.html\n")
    assert (crawled.folder / "other.html").read_text(encoding="utf-8") == text
    assert crawled.run("explain", url, "-o", "-").stdout == text


def test_a_version_of_an_article_is_explained_by_its_id(crawled: Bench) -> None:
    article = crawled.articles()[-1]
    told = json.loads(crawled.run("explain", article["id"], "--json").stdout)
    assert told["about"]["record"] == article["warc"]["record_id"]
    assert told["article"]["text_sha256"] == article["text_sha256"]


def test_a_url_that_is_not_archived_is_exit_5_and_the_next_step_is_said(crawled: Bench) -> None:
    done = crawled.run("explain", "http://courier.example/'; rm -rf /")
    assert done.exit_code == 5
    assert done.stdout == ""
    assert "no capture of http://courier.example/" in done.stderr
    assert "warchive capture 'http://courier.example/" in done.stderr


def test_a_file_and_standard_input_are_explained_without_an_archive(tmp_path: Path, page: bytes) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "page.html").write_bytes(page)
    of_file = json.loads(bench.run("explain", "page.html", "--url", "http://courier.example/x", "--json").stdout)
    piped = json.loads(bench.run("explain", "-", "--url", "http://courier.example/x", "--json", stdin=page).stdout)
    assert of_file["lines"] == piped["lines"]
    assert of_file["url"] == "http://courier.example/x"
    assert (of_file["about"], piped["about"]) == ({"file": "page.html"}, {"file": "standard input"})
    assert of_file["verdict"] == "article"
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing.html",), "cannot read nothing.html"),
        (("http://courier.example/", "--url", "http://courier.example/"), "--url is for files"),
        (("page.html", "--at", "2024-11-08"), "--at is for archived URLs"),
        (("page.html", "-o", "no/such/folder/x.html"), "cannot write no/such/folder/x.html"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_with_the_next_step(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "page.html").write_text("<p>x</p>", encoding="utf-8")
    done = Bench(tmp_path).run("explain", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_page_that_breaks_the_limits_is_explained_as_extraction_failed(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path, extraction={"wall_seconds": 0.1})
    (tmp_path / "page.html").write_text("<div>" * 400_000 + "x", encoding="utf-8")
    done = bench.run("explain", "page.html")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("extraction_failed: 0 of 0 pieces of text would be kept")
    assert "timeout" in (tmp_path / "explain.html").read_text(encoding="utf-8")
