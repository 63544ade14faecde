"""Do the real pages of some 210 sites come in whole, once each, and does a second look at them find just what changed?"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import warchive
from archive.article import Article
from archive.http import payload_offset
from archive.urls import article_id
from tests.e2e.driver import Bench, CompletedRun, StoredRunFiles, WarcRecord
from tests.e2e.newsstand import Newsstand, newsstand

pytestmark = [pytest.mark.corpus, pytest.mark.slow, pytest.mark.xdist_group("newsstand")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """One crawl of the newsstand: what the command said, what was published, what the server saw."""

    stand: Newsstand
    bench: Bench
    done: CompletedRun
    run: StoredRunFiles
    sent: Counter[str]
    asked: Counter[str]

    def records(self, kind: str) -> list[WarcRecord]:
        return [record for record in self.run.records() if record.type == kind]


def crawl(stand: Newsstand, bench: Bench, *arguments: str) -> Crawled:
    began = time.time()
    done = bench.crawl(*arguments, timeout=300)
    return Crawled(stand=stand, bench=bench, done=done, run=bench.runs()[-1], sent=stand.sent(since=began), asked=stand.asked(since=began))


# Each of these crawls what the one before left: an archive is a history.


@pytest.fixture(scope="module")
def stand(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsstand]:
    with newsstand(shared, tmp_path_factory.mktemp("newsstand")) as stand:
        yield stand


@pytest.fixture(scope="module")
def first(stand: Newsstand, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl(stand, stand.bench(tmp_path_factory.mktemp("http")))


@pytest.fixture(scope="module")
def second(first: Crawled) -> Crawled:
    return crawl(first.stand, first.bench)


@pytest.fixture(scope="module")
def rechecked(second: Crawled) -> Crawled:
    return crawl(second.stand, second.bench, "--recheck")


@pytest.fixture(scope="module")
def edited(rechecked: Crawled) -> Crawled:
    rechecked.stand.start(edition=2)
    return crawl(rechecked.stand, rechecked.bench, "--recheck")


def assert_all_came_in(crawled: Crawled) -> None:
    assert crawled.done.exit_code == 0, crawled.done.stderr
    pages = crawled.stand.pages
    assert {url: count for url, count in crawled.asked.items() if url in pages} == dict.fromkeys(pages, 1)
    assert Counter(capture["url"] for capture in crawled.run.captures if capture["kind"] == "page") == Counter(pages)
    assert {article["requested_url"] for article in crawled.run.articles} <= pages
    assert len(crawled.run.articles) >= 0.97 * len(pages)
    assert len({article["article_id"] for article in crawled.run.articles}) == len(crawled.run.articles)


def test_one_crawl_captures_every_page_once_and_makes_articles_of_them(first: Crawled) -> None:
    assert_all_came_in(first)


def test_every_response_is_a_response_block_and_the_other_way_round(first: Crawled) -> None:
    assert first.sent == Counter(record.sha256 for record in first.records("response"))
    assert len(first.sent) > 1000


def test_each_page_has_a_request_and_a_metadata_record_that_names_the_seed_which_announced_it(first: Crawled) -> None:
    responses = {record.id: record for record in first.records("response")}
    requests = {record.headers["WARC-Concurrent-To"] for record in first.records("request")}
    assert requests == set(responses)
    seeds = {capture["record_id"]: capture["url"] for capture in first.run.captures if capture["kind"] == "seed"}
    pages = set()
    for record in first.records("metadata"):
        fields = dict(line.split(": ", 1) for line in record.block.decode().splitlines() if line)
        assert seeds[fields["warchive-seed-record"]] == fields["via"]
        pages.add(responses[record.headers["WARC-Concurrent-To"]].url)
    assert pages == first.stand.pages


def test_a_second_run_asks_no_finished_article_again_and_its_seeds_are_revisits(second: Crawled, first: Crawled) -> None:
    assert second.done.exit_code == 0, second.done.stderr
    assert not set(second.asked) & second.stand.pages
    assert second.run.articles == []
    assert set(second.run.types) == {"warcinfo", "request", "revisit"}
    assert second.sent == made_whole(second, first)
    profiles = Counter(record.headers["WARC-Profile"].rpartition("/")[2] for record in second.records("revisit"))
    assert profiles["server-not-modified"] > profiles["identical-payload-digest"], "most seeds are asked whether they changed"


def test_a_recheck_of_what_did_not_change_adds_revisits_alone(rechecked: Crawled) -> None:
    assert rechecked.done.exit_code == 0, rechecked.done.stderr
    assert set(rechecked.asked) >= rechecked.stand.pages
    assert rechecked.run.articles == []
    assert set(rechecked.run.types) == {"warcinfo", "request", "revisit", "metadata"}
    assert rechecked.done.groups == {"unchanged": len(rechecked.stand.pages)}


def test_a_revisit_and_the_record_it_names_are_together_what_was_sent(rechecked: Crawled, first: Crawled) -> None:
    assert rechecked.sent == made_whole(rechecked, first)


def made_whole(crawled: Crawled, first: Crawled) -> Counter[str]:
    """SHA-256 of each message of a revisit: a 304 as it is kept, an equal payload under its own head."""
    originals = {record.id: record for record in first.records("response")}
    whole: Counter[str] = Counter()
    for record in crawled.records("revisit"):
        profile = record.headers["WARC-Profile"].rpartition("/")[2]
        original = originals[record.headers["WARC-Refers-To"]]
        assert record.headers["WARC-Refers-To-Target-URI"] == original.url
        assert record.headers["WARC-Refers-To-Date"] == original.headers["WARC-Date"]
        payload = original.block[payload_offset(original.block) :] if profile == "identical-payload-digest" else b""
        whole[hashlib.sha256(record.block + payload).hexdigest()] += 1
    return whole


def test_a_recheck_of_edited_pages_makes_new_versions_of_just_those_of_which_a_word_changed(
    edited: Crawled, first: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edited.done.exit_code == 0, edited.done.stderr
    stand = edited.stand
    changed = {url for url in stand.pages if edited_body(stand, url) is not None}
    assert {record.url for record in edited.records("response")} == changed
    captured_at = {article["requested_url"]: article["captured_at"] for article in first.run.articles}
    expected = {url for url in changed if article_changes(stand, url)}
    assert {article["requested_url"] for article in edited.run.articles} == expected
    before = {article["article_id"]: article for article in first.run.articles}
    for article in edited.run.articles:
        old = before[article["article_id"]]
        assert (article["version"], article["previous_id"]) == (2, old["id"])
        assert article["change"]["text"] == (article["text"] != old["text"])
        assert any(article["change"][what] for what in ("title", "text", "authors", "dates", "page"))
        assert article["captured_at"] > captured_at[article["requested_url"]]
    assert edited.done.report is not None
    assert edited.done.report["totals"]["new_versions"] == len(expected)
    texts = sum(article["change"]["text"] for article in edited.run.articles)
    with capsys.disabled():
        unseen = sorted(changed - expected)
        print(f"\n  {len(changed)} pages changed: {len(expected)} in words, {texts} of these in their article, and out of sight: {unseen}")


def test_the_latest_version_is_what_export_and_show_give(edited: Crawled) -> None:
    article = edited.run.articles[0]
    shown = edited.bench.run("show", article["requested_url"], "--format", "json")
    assert shown.exit_code == 0, shown.stderr
    assert f'"{article["id"]}"' in shown.stdout
    exported = edited.bench.run("export", "--all-versions").stdout.splitlines()
    assert len(exported) == len(edited.stand.pages) + len(edited.run.articles)
    assert len(edited.bench.run("export").stdout.splitlines()) == len(edited.stand.pages)


def test_over_https_every_page_comes_in_and_every_byte_is_kept(shared: Path, tmp_path: Path) -> None:
    with newsstand(shared, tmp_path, tls=True) as stand:
        crawled = crawl(stand, stand.bench(tmp_path / "bench"))
        assert_all_came_in(crawled)
        assert crawled.sent == Counter(record.sha256 for record in crawled.records("response"))


# -- what newsstand changes in its second edition


def page(stand: Newsstand, url: str) -> tuple[str, bytes]:
    host, _, target = url.partition("://")[2].partition("/")
    row: dict[str, Any] = stand.sites[host]["/" + target]
    with gzip.open(row["file"]) as file:
        return "/" + target, file.read()


def edited_body(stand: Newsstand, url: str) -> bytes | None:
    """The page in edition 2; null where it is as before."""
    target, body = page(stand, url)
    at = body.rfind(b"</p>")
    if hashlib.sha1(target.encode()).digest()[0] % 5 or at <= 0:
        return None
    return body[:at] + b" (Updated, edition 2.)" + body[at:]


def article_changes(stand: Newsstand, url: str) -> bool:
    """Whether an article or any word around it differs between the editions; asked of the extractor itself."""
    new = edited_body(stand, url)
    assert new is not None
    old, new_article = (
        warchive.extract(body, url, content_type="text/html; charset=utf-8", languages=["en"]) for body in (page(stand, url)[1], new)
    )
    assert isinstance(old, Article)
    assert isinstance(new_article, Article)
    assert old.article_id == article_id(url)
    names = ("title", "text", "authors", "date_published", "date_modified", "page_sha256")
    return any(getattr(old, name) != getattr(new_article, name) for name in names)
