"""Do the pages of runs and sources say what happened, in numbers that add up, whatever a report holds?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from archive.web import runs
from tests.archive.shelf import START, Entry, page, publish
from tests.servers.web import run_web
from tests.servers.webclient import ask, until
from tests.web.library import EVIL_TITLE


def seed(status: str = "ok", **more: Any) -> dict[str, Any]:
    return {"url": "https://news.example/feed", "type": "feed", "status": status, "detail": None, "entries": 9, "new": 1, **more}


def part(outcomes: dict[str, int], seeds: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"status": "ok", "candidates": sum(outcomes.values()), "outcomes": outcomes, "articles": outcomes.get("article", 0),
            "new_versions": 0, "seeds": seeds, "gaps": [], **more}  # fmt: skip


NEWS = {"article": 2, "failed:http_503": 7, "failed:dns": 1, "not_article:section": 1, "known": 4, "robots_denied": 1}
GAP = {"note": f"a gap {EVIL_TITLE}", "url": "https://odd.example/feed", "state": "open", "found": 0,
       "since": "2024-11-08T08:00:00Z", "until": "2024-11-08T09:00:00Z"}  # fmt: skip
ODD = {"article": 1, "waiting:budget": 3}
REPORT = {
    "command": "crawl",
    "software": "warchive/0.1.0",
    "ended_because": "finished",
    "totals": {
        "candidates": 20,
        "outcomes": {"article": 3, "failed": 8, "not_article": 1, "known": 4, "robots_denied": 1, "waiting": 3},
        "articles": 3,
        "new_versions": 0,
        "seeds": 3,
        "seeds_failed": 1,
    },
    "captures": {"total": 12, "bytes": 1, "by_kind": {"page": 12}, "by_record_type": {"response": 12}, "by_completeness": {"complete": 12}},
    "sources": {
        "news": part(NEWS, [seed()], requisites={"captured": 5, "failed": 1}),
        "odd": part(ODD, [seed(), seed("http_500", url=f"https://odd.example/{EVIL_TITLE}", detail=EVIL_TITLE)],
                    status="partial", gaps=[GAP]),
    },
    "sources_not_due": 2,
    "damage": [f"a segment {EVIL_TITLE}"],
}  # fmt: skip


def answered(path: str, status: int, after: float) -> Entry:
    return Entry(capture=page(path, b"x", after=after, head=f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n".encode()))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Nine runs, four on a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_PAGE", 4)
        yield from _origin(tmp_path_factory.mktemp("runs"))


def _origin(folder: Path) -> Iterator[str]:
    publish(folder, [Entry(capture=page("/first"), article={"title": "First"})], token="00000001", report={"sources": ["not", "a", "map"]})
    entries = [Entry(capture=page(f"/{name}"), article={"title": EVIL_TITLE}) for name in "ab"]
    entries += [answered(f"/broken/{number}?<script>", 503, number) for number in range(7)]
    publish(folder, entries, started=START + timedelta(hours=1), token="00000002", report=REPORT)
    for number in range(7):
        entry = Entry(capture=page(f"/late/{number}"), article={"title": f"Late {number}"})
        publish(folder, [entry], started=START + timedelta(hours=2 + number), token=f"{number + 16:08x}")
    with run_web(folder / "store", collection="news", state=folder / "state") as address:
        until(lambda: ask(address, "/api/front").json()["totals"]["runs"] == 9)
        yield address


SECOND = "20241108t091500z-00000002"


def test_the_outcomes_of_a_run_add_up_and_are_explained(origin: str) -> None:
    tree = html.document_fromstring(ask(origin, f"/runs/{SECOND}").text)
    rows = [[cell.text_content() for cell in row] for row in tree.cssselect('[aria-labelledby="outcomes"] tbody tr')]
    assert [row[:2] for row in rows[:3]] == [["article", "3"], ["not article", "1"], ["known", "4"]]
    assert rows[-1][:2] == ["all", "20"]
    assert "adds up" in rows[-1][2]
    assert sum(int(row[1]) for row in rows[:-1]) == 20
    assert all(row[2] for row in rows)
    run = ask(origin, f"/api/runs/{SECOND}").json()
    assert run["line"]["sums"]["balanced"] is True
    assert {one["source"]: one["candidates"] for one in run["sources"]} == {"news": 16, "odd": 4}
    assert run["line"]["sums"]["requisites"] == {"captured": 5, "failed": 1}


def test_what_failed_is_told_by_reason_with_pages_to_look_at(origin: str) -> None:
    run = ask(origin, f"/api/runs/{SECOND}").json()
    reasons = {one["outcome"]: one for one in run["reasons"]}
    assert next(one["outcome"] for one in run["reasons"]) == "failed:http_503"
    assert reasons["failed:http_503"]["count"] == 7
    assert len(reasons["failed:http_503"]["examples"]) == 5
    assert {one["status"] for one in reasons["failed:http_503"]["examples"]} == {503}
    assert reasons["failed:dns"]["examples"] == []
    tree = html.document_fromstring(ask(origin, f"/runs/{SECOND}").text)
    links = [one.get("href") for one in tree.cssselect('[aria-labelledby="failed"] a')]
    assert "/url?url=https%3A%2F%2Fnews.example%2Fbroken%2F0%3F%3Cscript%3E" in links
    assert "and 2 more" in tree.text_content()
    assert "http 500" in tree.text_content()


def test_nothing_of_a_report_is_markup(origin: str) -> None:
    answer = ask(origin, f"/runs/{SECOND}")
    for raw in ("<script>alert", "<img", "\u202e", "\x1b"):
        assert raw not in answer.text
    assert "a gap <script>alert(1)</script>" in html.document_fromstring(answer.text).text_content()


def test_runs_are_listed_newest_first_a_page_at_a_time(origin: str) -> None:
    names: list[str] = []
    path = "/runs"
    while path:
        tree = html.document_fromstring(ask(origin, path).text)
        names += [one.text_content() for one in tree.cssselect("tbody th a")]
        following = tree.cssselect('a[rel="next"]')
        path = following[0].get("href") if following else ""
    assert len(names) == len(set(names)) == 9
    assert names == sorted(names, reverse=True)
    assert [run["run"] for run in ask(origin, "/api/runs").json()["runs"]] == names[:4]
    assert ask(origin, f"/api/runs?before={names[-1]}").json() == {"runs": [], "before": None}


def test_the_last_run_is_the_newest_and_runs_lead_to_each_other(origin: str) -> None:
    last = ask(origin, "/api/runs/last").json()
    newest = ask(origin, "/api/runs").json()["runs"][0]
    assert last["line"] == newest
    assert (last["following"], ask(origin, f"/api/runs/{SECOND}").json()["previous"]) == (None, "20241108t081500z-00000001")
    before = ask(origin, f"/api/runs/{last['previous']}").json()
    assert before["following"] == last["line"]["run"]


def test_a_report_of_another_make_is_shown_as_far_as_it_goes(origin: str) -> None:
    first = ask(origin, "/runs/20241108t081500z-00000001")
    assert first.status == 200
    assert ask(origin, "/api/runs/20241108t081500z-00000001").json()["sources"] == []


def test_a_run_that_is_not_there_is_missing(origin: str) -> None:
    for name in ("20990101t000000z-00000000", "%3Cscript%3E", "x" * 300):
        answer = ask(origin, f"/runs/{name}")
        assert answer.status == 404
        assert "<script>" not in answer.text
        assert ask(origin, f"/api/runs/{name}").json()["hint"]


def test_a_source_has_its_days_seeds_articles_and_feeds(origin: str) -> None:
    source = ask(origin, "/api/sources/news").json()
    assert source["days"] == [{"day": "2024-11-08", "articles": 2, "new_versions": 0, "announced": 1, "captured": 11, "failed": 8}]
    assert [one["status"] for one in source["seeds"]] == ["ok"]
    assert source["latest"][0]["title"] == "Late 6"
    odd = ask(origin, "/sources/odd")
    assert "http 500" in odd.text
    assert "<script>alert" not in odd.text
    tree = html.document_fromstring(ask(origin, "/sources/news").text)
    assert {"2024-11-08, new articles: 2 pages", "2024-11-08, failed or blocked: 8 pages"} == {
        one.text for one in tree.cssselect("svg.wide rect title")
    }
    assert "/feeds/sources/news/changed.atom" in [one.get("href") for one in tree.cssselect("aside a")]
    for path in ("/sources/nobody", "/sources/%3Cscript%3E"):
        assert ask(origin, path).status == 404


def test_sources_are_listed_with_what_they_gave_lately(origin: str) -> None:
    listed = ask(origin, "/api/sources").json()
    assert [(one["source"], one["articles"], one["failed"]) for one in listed["sources"]] == [("news", 2, 8), ("odd", 1, 0)]
    tree = html.document_fromstring(ask(origin, "/sources").text)
    assert [one.text_content() for one in tree.cssselect("tbody th")] == ["news", "odd"]
