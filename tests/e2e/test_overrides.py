"""Do page objects of an operator's own count in every command that makes text, and are those that cannot be used refused at once?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.http import decode_body, parse_response
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("overrides")

OVERRIDE = """
from pipelines.overrides.page import PageObject, handle_hosts

@handle_hosts("harbour-courier.example")
class Courier(PageObject):
    drop = ("p:nth-of-type(2)",)
"""


def test_an_operators_override_counts_in_crawl_explain_and_extract_and_changes_texts_that_are_made_again(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path, paper, extraction={"overrides": ["overrides/"]})
        (tmp_path / "overrides").mkdir()
        (tmp_path / "overrides" / "courier.py").write_text(OVERRIDE, encoding="utf-8")
        assert bench.crawl("courier").exit_code == 0
    articles = bench.articles()
    article = articles[0]
    assert "+override-Courier.1@" in article["extractor"]["version"]

    told = json.loads(bench.run("explain", article["url"], "--json").stdout)
    assert told["article"]["text_sha256"] == article["text_sha256"]
    assert told["article"]["extractor"] == article["extractor"]
    assert any("override Courier, version 1 drops" in line["reason"] for line in told["lines"])

    block = next(record.block for record in bench.records() if record.id.strip("<>") == article["warc"]["record_id"])
    (tmp_path / "page.html").write_bytes(decode_body(parse_response(block), max_bytes=1 << 24).body)
    again = json.loads(bench.run("extract", "page.html", "--url", article["url"]).stdout)
    assert again["text"] == article["text"]
    assert again["extractor"]["version"] == article["extractor"]["version"]

    same = json.loads(bench.run("extract", "--all", "--dry-run", "--json").stdout)
    assert (same["texts"]["equal"], same["texts"]["changed"]) == (len(articles), 0)
    (tmp_path / "overrides" / "courier.py").unlink()
    without = json.loads(bench.run("extract", "--all", "--dry-run", "--json").stdout)
    assert without["texts"]["changed"] > len(articles) // 2
    assert without["unlike_by_the_same_version"] == 0


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def (:\n", "courier.py:1: is no Python"),
        ("x = 1\n1 / 0\n", "courier.py: line 2: ZeroDivisionError"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "the overrides could not be loaded"),
    ],
)
def test_overrides_that_cannot_be_loaded_are_a_wrong_configuration_before_anything_is_asked(tmp_path: Path, code: str, told: str) -> None:
    bench = Bench.make(tmp_path, extraction={"overrides": ["overrides/"]})
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "courier.py").write_text(code, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>x</p>", encoding="utf-8")
    done = bench.run("explain", "page.html")
    assert done.exit_code == 3
    assert told in done.stderr


def test_a_folder_of_overrides_that_is_not_there_is_a_wrong_configuration(tmp_path: Path) -> None:
    done = Bench.make(tmp_path, extraction={"overrides": ["gone/"]}).run("config")
    assert done.exit_code == 3
    assert "`overrides` names a folder that is not there: gone/" in done.stderr
