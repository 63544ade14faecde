"""Does `sources check` say in words what is wrong with a seed, and nothing of one that is well?"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from archive.config import load_config
from crawler.check import check_sources
from crawler.newspaper.exchange import Reply, data, html, redirect
from crawler.source_file import ScopeRules, Seed, Source
from tests.e2e.town import Answer, Town, feed

SITE = "http://paper.example"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def source(*seeds: tuple[str, str], delay: float | None = None, deny: tuple[str, ...] = ()) -> Source:
    return Source(
        name="paper", title="Paper", homepage=f"{SITE}/", languages=("en",), country=None, timezone=None, topics=(),
        seeds=tuple(Seed(type=kind, url=SITE + path) for kind, path in seeds),  # type: ignore[arg-type]
        scope=ScopeRules(deny=deny), enabled=True, verified=True, delay=delay, max_pages_per_run=None, recheck=None, allow_private=(),
        path=Path("paper.toml"), builtin=False,
    )  # fmt: skip


def dated(day: str) -> Reply:
    item = f"<item><title>Ferry</title><link>{SITE}/1</link><pubDate>{day}</pubDate></item>"
    return data(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode(), "application/rss+xml")


def sitemap(*urls: str, index: bool = False) -> Reply:
    root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    rows = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return data(f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'.encode(), "application/xml")


def check(tmp_path: Path, answers: dict[str, Answer], *sources: Source, delay: float = 0.0) -> tuple[list[dict[str, Any]], Town]:
    with Town({SITE + path if path.startswith("/") else path: reply for path, reply in answers.items()}) as town:
        overrides = {"network.connect_to": town.connect_to, "limits.delay": delay, "extraction.workers": 1}
        return check_sources(load_config(None, environ={}, overrides=overrides, folder=tmp_path), sources, now=NOW), town


def test_each_complaint_is_a_sentence_and_a_seed_that_is_well_has_none(tmp_path: Path) -> None:
    seeds: dict[str, tuple[str, Answer, list[str]]] = {
        "/well": ("feed", dated("Mon, 23 Nov 2026 10:00:00 GMT"), []),
        "/undated": ("feed", feed([f"{SITE}/1"]), []),
        "/missing": ("feed", html("no", status=404), ["http_404"]),
        "/page": ("feed", html("<!DOCTYPE html><html><body><p>Hello</p></body></html>"), ["html-instead-of-xml"]),
        "/broken": ("feed", data(b"<rss><channel><item><title>a", "application/rss+xml"), ["cut (ends before </rss>; no-entries)"]),
        "/empty": ("feed", data(b'<rss version="2.0"><channel></channel></rss>', "text/xml"), ["empty: it announces nothing"]),
        "/other-kind": ("feed", sitemap(f"{SITE}/1"), ["is a sitemap, the file says feed"]),
        "/plain-news": ("news_sitemap", sitemap(f"{SITE}/1"), ["is a sitemap, the file says news_sitemap"]),
        "/elsewhere": (
            "feed",
            feed(["http://other.example/1", "http://other.example/2"]),
            ["nothing of it is in scope: they lie on hosts that its scope does not allow (2 of 2)"],
        ),
        "/refused": (
            "feed",
            feed([f"{SITE}/secret/1"]),
            ["nothing of it is in scope: the source's own allow and deny rules refuse them (1 of 1)"],
        ),
        "/letters": (
            "feed",
            data(feed([f"{SITE}/1"]).body.replace(b"Story", b"St\xfcry"), "application/rss+xml; charset=utf-8"),
            ["bytes that fit no encoding were replaced"],
        ),
        "/too-many": (
            "sitemap",
            data("".join(f"{SITE}/{number}\n" for number in range(50_001)).encode(), "text/plain"),
            ["more than 50,000 entries: the first are read"],
        ),
        "/stale": ("feed", dated("Thu, 24 Sep 2026 10:00:00 GMT"), ["stale: nothing new since 2026-09-24"]),
        "/not-stale": ("feed", dated("Sat, 26 Sep 2026 10:00:00 GMT"), []),
        "/moved": ("feed", redirect(301, "/well"), ["moved for good to http://paper.example/well"]),
        "/for-now": ("feed", redirect(307, "/well"), ["redirects to http://paper.example/well"]),
        "/moved-to-nothing": ("feed", redirect(301, "/page"), ["html-instead-of-xml", "moved for good to http://paper.example/page"]),
        "/forbidden/feed": ("feed", feed([f"{SITE}/1"]), ["robots_denied (its robots.txt does not allow it)"]),
    }
    answers: dict[str, Answer] = {path: reply for path, (_, reply, _) in seeds.items()}
    answers["/robots.txt"] = data(b"User-agent: *\nDisallow: /forbidden/\n", "text/plain")
    rows, town = check(tmp_path, answers, source(*((kind, path) for path, (kind, _, _) in seeds.items()), deny=("^/secret/",)))
    assert {row["url"].removeprefix(SITE): row["wrong"] for row in rows} == {path: wrong for path, (_, _, wrong) in seeds.items()}
    assert [row["url"] for row in rows] == [SITE + path for path in seeds]  # in the order of the file
    assert f"{SITE}/forbidden/feed" not in town.asked()
    shares = {row["url"].removeprefix(SITE): row["in_scope"] for row in rows}
    assert (shares["/well"], shares["/elsewhere"], shares["/missing"]) == (1.0, 0.0, None)
    newest = {row["url"].removeprefix(SITE): row["newest"] for row in rows}
    assert newest["/stale"].startswith("2026-09-24T10:00:00")


def test_two_sitemaps_of_an_index_are_looked_into_and_a_broken_one_is_named(tmp_path: Path) -> None:
    answers: dict[str, Answer] = {
        "/index.xml": sitemap(*(f"{SITE}/part-{number}.xml" for number in range(3)), index=True),
        "/part-2.xml": sitemap(f"{SITE}/1"),
        "/part-1.xml": html("gone", status=410),
    }
    rows, town = check(tmp_path, answers, source(("sitemap", "/index.xml")))
    assert [(row["url"].removeprefix(SITE), row["status"], row["entries"]) for row in rows] == [
        ("/index.xml", "ok", 1),
        ("/part-2.xml", "ok", 1),
        ("/part-1.xml", "http_410", 0),
    ]
    assert "part-1.xml: http_410" in rows[0]["detail"]
    assert f"{SITE}/part-0.xml" not in town.asked()
    broken, _ = check(tmp_path, {**answers, "/part-2.xml": data(b"", "text/xml")}, source(("sitemap", "/index.xml")))
    assert broken[0]["status"] == "empty-body"
    assert broken[0]["wrong"][0].startswith("empty-body (")


def test_all_seeds_of_a_host_are_asked_one_after_the_other_with_the_sources_delay(tmp_path: Path) -> None:
    paths = [f"/feed-{number}" for number in range(4)]
    answers: dict[str, Answer] = {path: feed([f"{SITE}{path}/1"]) for path in paths}
    _, town = check(tmp_path, answers, source(*(("feed", path) for path in paths), delay=0.2), delay=0.0)
    rows = town.rows()
    assert len(rows) == 5
    assert min(later["at"] - earlier["at"] for earlier, later in pairwise(rows)) >= 0.2
    assert {row["connections"] for row in rows} == {1}


def test_a_host_that_refuses_is_left_alone_and_each_of_its_seeds_says_so(tmp_path: Path) -> None:
    paths = [f"/feed-{number}" for number in range(5)]
    answers: dict[str, Answer] = {path: html("later", status=429) for path in paths}
    rows, town = check(tmp_path, answers, source(*(("feed", path) for path in paths)))
    assert sorted(row["status"] for row in rows) == ["http_429"] * 2 + ["overloaded"] * 3
    assert len(town.rows()) == 3
