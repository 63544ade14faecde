"""Do twelve of the worst pages among twelve good ones cost themselves alone, in one crawl?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from archive.http import decode_body, parse_response
from crawler.newspaper.exchange import Reply, data
from pipelines.pool import Reason
from tests.e2e.driver import Bench, CompletedRun
from tests.e2e.town import Town, feed
from tests.pipelines.hostile import shapes
from tests.pipelines.hostile.shapes import ARTICLE
from tests.pipelines.pages import SENTENCES, page, paragraphs

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile-pages")]

BASE = "http://town.example"
GOOD = 12
# What a page may end as, beside an article with its text: a limit that was reached, or a verdict on what could be read.
NAMED = frozenset(("extraction_failed", "empty", "too_short", "section"))
WORST: dict[str, Callable[[], bytes]] = {
    "attributes": lambda: shapes.attributes_that_hold_the_end_of_a_tag(100_000),
    "depth": lambda: shapes.nested("<div>", 100_000, "</div>"),
    "paragraph": lambda: shapes.a_paragraph_of(12_000_000),
    "dates": lambda: shapes.dates(5_000_000),
    "references": lambda: shapes.entities(1_000_000),
    "siblings": lambda: shapes.siblings(1_000_000),
    "cells": lambda: shapes.around("<table><tr>" + "<td>a" * 300_000),
    "nul": lambda: shapes.characters("\x00", 500_000),
    "surrogates": lambda: shapes.octets(b"\xed\xa0\x80", 300_000),
    "json": lambda: shapes.ld_nested(100_000),
    "unclosed": lambda: shapes.unclosed("script", 500_000),
    "paragraphs": lambda: shapes.siblings(150_000, tag="p"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """One crawl of both kinds, and what was served."""

    bench: Bench
    done: CompletedRun
    served: dict[str, bytes]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    served = {f"{BASE}/bad/{name}": make() for name, make in WORST.items()}
    for number in range(GOOD):
        body = paragraphs([*SENTENCES, f"This was story number {number} of that day, and it is a true one."])
        served[f"{BASE}/good/{number}"] = page(body, title=f"Northern bridge, day {number}")
    # A bad one, a good one, a bad one: each has neighbours of the other kind.
    order = [url for pair in zip(list(served)[:GOOD], list(served)[GOOD:], strict=True) for url in pair]
    answers: dict[str, Reply] = {url: data(body, "text/html; charset=utf-8") for url, body in served.items()}
    with Town({**answers, f"{BASE}/feed.rss": feed(order)}) as town:
        bench = Bench.make(
            tmp_path_factory.mktemp("hostile"),
            connect_to=[f"town.example::127.0.0.1:{town.port}"],
            extraction={"workers": 2, "cpu_seconds": 1.0, "wall_seconds": 60.0},
        )
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed.rss")])
        done = bench.crawl(timeout=600)
    return Crawled(bench=bench, done=done, served=served)


def test_all_are_captured_byte_for_byte(crawled: Crawled) -> None:
    kept = {}
    for record in crawled.bench.records():
        if record.type == "response" and record.url in crawled.served:
            kept[record.url] = decode_body(parse_response(record.block), max_bytes=100_000_000).body
    assert [url for url, body in crawled.served.items() if kept.get(url) != body] == []


def test_every_good_one_is_an_article_with_its_text(crawled: Crawled) -> None:
    articles = {article["url"]: article for article in crawled.bench.articles()}
    for number in range(GOOD):
        text = articles[f"{BASE}/good/{number}"]["text"]
        assert [sentence for sentence in SENTENCES if sentence not in text] == []
        assert f"This was story number {number} of that day" in text


def test_every_bad_one_is_an_article_with_text_or_has_a_named_verdict(crawled: Crawled) -> None:
    articles = {article["url"]: article for article in crawled.bench.articles()}
    verdicts = {capture["url"]: capture["verdict"] for capture in crawled.bench.captures() if capture["url"] in crawled.served}
    assert set(verdicts) == set(crawled.served)
    for name in WORST:
        url = f"{BASE}/bad/{name}"
        if url in articles:
            assert any(sentence in articles[url]["text"] for sentence in ARTICLE)
        else:
            assert verdicts[url] in NAMED, name
    for name in ("attributes", "nul", "json"):
        assert [sentence for sentence in ARTICLE if sentence not in articles[f"{BASE}/bad/{name}"]["text"]] == []


def test_the_sums_of_the_report_balance_and_name_what_failed(crawled: Crawled) -> None:
    source = crawled.done.source("town")
    assert source["candidates"] == len(crawled.served)
    assert sum(source["outcomes"].values()) == len(crawled.served)
    verdicts = [capture["verdict"] for capture in crawled.bench.captures() if capture["url"] in crawled.served]
    failed = {reason: number for reason, number in source["outcomes"].items() if reason.startswith("not_article:extraction_failed")}
    assert sum(failed.values()) == verdicts.count("extraction_failed") > 0
    assert {reason.rsplit(":", 1)[1] for reason in failed} <= set(get_args(Reason)), "each says which limit it was"
    assert source["outcomes"]["article"] == sum(verdict in ("article", "live_blog", "paywall_stub") for verdict in verdicts)


def test_the_run_is_whole_and_leaves_no_process(crawled: Crawled) -> None:
    assert crawled.done.exit_code == 0, crawled.done.stderr
    assert not [path for path in Path("/proc").glob("[0-9]*") if str(crawled.bench.folder) in _environment(path)]


def _environment(path: Path) -> str:
    try:
        return str((path / "cwd").readlink())
    except OSError:
        return ""
