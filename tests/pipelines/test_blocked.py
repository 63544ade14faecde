"""Is a block called by its name, and nothing else a block?"""

from __future__ import annotations

import re
import time
from types import ModuleType

import pytest

from pipelines import blockwords, kindwords
from pipelines.blocked import recognise
from pipelines.extract import extract, extract_task
from tests.pipelines.blocks.build import URL, Row, article, wall
from tests.pipelines.blocks.challenges import CHALLENGES, GEO_BLOCKS
from tests.pipelines.blocks.innocent import ARTICLES, OTHERS
from tests.pipelines.blocks.walls import CONSENT_WALLS, HOMES, LOGIN_WALLS, SOFT_404

BLOCKS = (*CHALLENGES, *GEO_BLOCKS, *CONSENT_WALLS, *LOGIN_WALLS, *SOFT_404, *HOMES)
INNOCENT = (*ARTICLES, *OTHERS)


def _recognised(row: Row) -> str | None:
    found = recognise(status=row.status, headers=row.all_headers, body=row.html.encode(), url=row.url, requested_url=row.requested_url)
    assert found is None or all(found.evidence), "a block names what it was known by"
    return found.reason if found else None


def _verdict(row: Row) -> str:
    media = {field.lower(): value for field, value in row.all_headers}["content-type"]
    made = extract(
        row.html.encode(), row.url, content_type=media, status=row.status, headers=row.all_headers, requested_url=row.requested_url
    )
    return made.verdict


def _named(row: Row) -> str:
    return row.name


@pytest.mark.parametrize("row", BLOCKS, ids=_named)
def test_a_block_is_recognised_from_the_answer_alone(row: Row) -> None:
    assert _recognised(row) == row.expected


@pytest.mark.parametrize("row", BLOCKS, ids=_named)
def test_no_article_is_made_of_a_block(row: Row) -> None:
    assert _verdict(row) == row.expected


@pytest.mark.parametrize("row", INNOCENT, ids=_named)
def test_what_only_looks_like_a_block_is_none(row: Row) -> None:
    assert _recognised(row) is None


@pytest.mark.parametrize("row", INNOCENT, ids=_named)
def test_what_only_looks_like_a_block_keeps_its_verdict(row: Row) -> None:
    assert _verdict(row) == (row.verdict or "article")


def test_the_tables_are_as_long_as_was_promised_and_no_name_stands_twice_in_one() -> None:
    assert len(BLOCKS) >= 45
    assert len(INNOCENT) >= 45
    for table in (CHALLENGES, GEO_BLOCKS, CONSENT_WALLS, LOGIN_WALLS, SOFT_404, HOMES, INNOCENT):
        assert len({row.name for row in table}) == len(table)


def test_the_headers_of_a_kept_answer_tell_a_block() -> None:
    kept = b"HTTP/1.1 202 Accepted\r\nx-amzn-waf-action: challenge\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
    assert extract_task(kept, url=URL)["not_article"]["verdict"] == "bot_challenge"


def test_a_wall_in_another_charset_is_read() -> None:
    body = wall("Страница не найдена", "Такой страницы нет.").replace("<meta charset=utf-8>", "").encode("cp1251")
    found = recognise(status=200, headers=[("Content-Type", "text/html; charset=windows-1251")], body=body, url=URL)
    assert found is not None
    assert found.reason == "soft_404"


def test_an_article_cut_after_its_head_is_no_block() -> None:
    html = article(head="<style>" + ".a{color:red}" * 8000 + "</style>").encode()
    assert len(html) > 64 * 1024
    assert recognise(status=200, headers=[], body=html, url=URL) is None


@pytest.mark.parametrize("table", [blockwords, kindwords], ids=["blockwords", "kindwords"])
def test_no_pattern_of_a_table_matches_nothing_at_all(table: ModuleType) -> None:
    patterns = {name: value for name, value in vars(table).items() if isinstance(value, re.Pattern) and not name.startswith("_")}
    assert len(patterns) >= 10
    assert [name for name, pattern in patterns.items() if pattern.search("x")] == []


_HOSTILE = (
    "<script ",
    "<meta ",
    "<!--",
    "<input type=",
    "<p>cookies ",
    "page not ",
    "access ",
    "<a<a",
    "accept ",
    "in ihrem ",
    "&amp",
    " | ",
    "-",
)


@pytest.mark.parametrize("piece", _HOSTILE)
def test_no_page_makes_the_recogniser_slow(piece: str) -> None:
    for body in (piece * (200_000 // len(piece)), f"<title>{piece * 20_000}</title>", f"<h1>{piece * 20}</h1>" * 800):
        begun = time.process_time()
        recognise(status=200, headers=[], body=body.encode(), url=URL)
        recognise(status=403, headers=[], body=body.encode(), url=URL)
        assert time.process_time() - begun < 2.0
