"""Does what a site repeats leave its articles, and what its writers wrote stay, over runs, kills and visits to the same page?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.newspaper.exchange import Reply, Request, html
from pipelines.extract import extract_task
from pipelines.sitememory import line_hash
from tests.e2e.aging import DAY, age
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed

HOST = "http://river-post.example"
TEASER = "All that our readers have asked about the ferry and the winter timetable"
APPEAL = "The Post is made by eleven people who live on the river, and it can only go on with the help of its readers."
QUOTE = "“We have carried everybody who came to the bank, and we will carry them tomorrow.”"
BACKGROUND = "The bridge at the upper lock was destroyed in the first week of the war."
LATER = "Look at the pictures of the month that were sent to the newspaper by its readers."


def told(number: int) -> list[str]:
    """What only this article says."""
    chance = random.Random(number)
    who = (
        "the council",
        "the harbour master",
        "the school",
        "a doctor",
        "the post office",
        "the ferry crew",
        "the old mill",
        "the library",
    )
    did = (
        "opened a shelter for",
        "ordered diesel for",
        "counted the boats of",
        "sent a letter to",
        "repaired the roof of",
        "asked for news of",
    )
    whom = ("the village below the dam", "both banks of the river", "forty families", "the market", "the northern road", "the fishermen")
    return [
        f"On day {number} of the closure {chance.choice(who)} {chance.choice(did)} {chance.choice(whom)}, and after {part + 2} hours"
        f" {chance.choice(who)} {chance.choice(did)} {chance.choice(whom)} as well."
        for part in range(6)
    ]


def page(number: int, *, foreign: Iterable[str] = (TEASER, APPEAL), quote: bool = True, background: bool = False, edit: str = "") -> Reply:
    """Everything is a paragraph among paragraphs: nothing but other pages tells which of them are the site's."""
    own = told(number)
    texts = [
        *own[:2],
        *([QUOTE] if quote else []),
        *own[2:4],
        *foreign,
        *([BACKGROUND] if background else []),
        *own[4:],
        *([edit] if edit else []),
    ]
    title = f"Day {number}: {own[0].split(' closure ')[1].split(',')[0]}"
    return html(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"></head><body><article><h1>{title}</h1>'
        + "".join(f"<p>{text}</p>" for text in texts)
        + f"</article><!-- {random.random()} --></body></html>"
    )


def address(number: int) -> str:
    return f"{HOST}/2026/11/story-{number:03}"


class Post:
    """The newspaper of a few pages, and the folder from which it is crawled."""

    def __init__(self, folder: Path, town: Town, pages: Mapping[int, Callable[[Request], Reply]]) -> None:
        self.town = town
        self.bench = Bench.make(folder, connect_to=town.connect_to)
        self.bench.source("river-post", f"{HOST}/", [("feed", f"{HOST}/feed")])
        self.show(pages)

    def show(self, pages: Mapping[int, Callable[[Request], Reply]]) -> None:
        """These pages are there, and in the feed, in this order."""
        self.town.answers.update({address(number): answer for number, answer in pages.items()})
        self.town.answers[f"{HOST}/feed"] = feed(address(number) for number in pages)

    def crawl(self, *arguments: str, **options: Any) -> None:
        done = self.bench.crawl(*arguments, **options)
        assert done.exit_code == 0, done.stderr

    def articles(self) -> dict[str, list[dict[str, Any]]]:
        """URL → its versions."""
        found: dict[str, list[dict[str, Any]]] = {}
        for article in self.bench.articles():
            found.setdefault(article["url"], []).append(article)
        return found

    def latest(self, number: int) -> dict[str, Any]:
        return self.articles()[address(number)][-1]


def pages(numbers: Iterable[int], **more: Any) -> dict[int, Callable[[Request], Reply]]:
    return {number: lambda _request, number=number: page(number, **more) for number in numbers}  # type: ignore[misc]


def expected(number: int, *, foreign: Iterable[str] = ()) -> str:
    own = told(number)
    return "\n\n".join([*own[:2], QUOTE, *own[2:4], *foreign, *own[4:]])


pytestmark = pytest.mark.slow


@pytest.fixture
def town() -> Iterable[Town]:
    with Town({}) as open_town:
        yield open_town


def test_what_the_site_repeats_leaves_the_articles_of_the_next_run_and_each_text_can_be_made_again(tmp_path: Path, town: Town) -> None:
    post = Post(tmp_path, town, pages(range(6)))
    post.crawl()
    for number in range(6):
        assert post.latest(number)["text"] == expected(number, foreign=(TEASER, APPEAL))
        assert post.latest(number)["extractor"]["furniture"] == []
    post.show(pages(range(10, 14)))
    post.crawl()
    for number in range(10, 14):
        assert post.latest(number)["text"] == expected(number)
        assert post.latest(number)["extractor"]["furniture"] == sorted([line_hash(TEASER), line_hash(APPEAL)])
    shown = post.bench.run("sources", "show", "river-post").stdout
    assert "2 lines, known from the last 10 articles" in shown
    assert TEASER in shown
    assert APPEAL in shown
    records = {record.id.strip("<>"): record for record in post.bench.records()}
    for article in post.bench.articles():
        block = records[article["warc"]["record_id"]].block
        again = extract_task(block, url=article["url"], languages=["en"], furniture=article["extractor"]["furniture"])["article"]
        assert [again[name] for name in ("text", "text_sha256", "page_sha256")] == [
            article[name] for name in ("text", "text_sha256", "page_sha256")
        ]


def test_a_line_that_the_memory_learns_makes_no_version_and_an_edit_makes_one(tmp_path: Path, town: Town) -> None:
    post = Post(tmp_path, town, pages(range(6)))
    post.crawl()
    age(post.bench, 2 * DAY)
    post.crawl("--recheck")  # another comment on each page, and a memory that knows two of its lines
    assert [len(versions) for versions in post.articles().values()] == [1] * 6
    post.show(pages([0], edit="Correction: the boats were counted on the day before.") | pages(range(1, 6)))
    age(post.bench, 2 * DAY)
    post.crawl("--recheck")
    versions = post.articles()
    assert [len(versions[address(number)]) for number in range(6)] == [2, 1, 1, 1, 1, 1]
    edited = versions[address(0)][1]
    assert edited["text"] == expected(0, foreign=(TEASER, APPEAL)) + "\n\nCorrection: the boats were counted on the day before."
    assert edited["change"]["text"] is True


def test_a_line_that_the_site_puts_on_all_its_pages_later_makes_no_version_of_the_old_ones(tmp_path: Path, town: Town) -> None:
    post = Post(tmp_path, town, pages(range(4)))
    post.crawl()
    post.show(pages(range(10, 16), foreign=(TEASER, APPEAL, LATER)))
    post.crawl()
    post.show(pages(range(4), foreign=(TEASER, APPEAL, LATER)))
    age(post.bench, 2 * DAY)
    post.crawl("--recheck")
    versions = post.articles()
    assert [len(versions[address(number)]) for number in range(4)] == [1] * 4


def test_the_order_of_the_pages_of_a_run_changes_no_text(tmp_path: Path, town: Town) -> None:
    texts = []
    for name, order in (("up", 1), ("down", -1)):
        post = Post(tmp_path / name, town, pages([*range(6)][::order]))
        post.crawl()
        post.show(pages([*range(10, 18)][::order]))
        post.crawl()
        texts.append({url: [version["text"] for version in versions] for url, versions in post.articles().items()})
    assert texts[0] == texts[1]
    assert len(texts[0]) == 14


@pytest.mark.parametrize("point", ["commit-done:5", "publish-begun"])
def test_a_killed_run_is_finished_with_the_memory_that_it_began_with(tmp_path: Path, town: Town, point: str) -> None:
    post = Post(tmp_path, town, pages(range(6), foreign=(TEASER,)))
    post.crawl()
    post.show(pages(range(10, 16), foreign=(TEASER, LATER)))
    killed = post.bench.crawl(env={"WARCHIVE_CRASH_AT": point})
    assert killed.exit_code == -9
    while len(post.articles()) < 12:
        post.crawl()
    new = [article for article in post.bench.articles() if article["url"] >= address(10)]
    assert len(new) == 6
    for article in new:
        assert TEASER not in article["text"]
        if article["run"] == min(one["run"] for one in new):  # what a later run fetched was judged by what this one had kept, too
            assert LATER in article["text"]
            assert article["extractor"]["furniture"] == [line_hash(TEASER)]


def test_background_and_near_duplicates_keep_their_lines(tmp_path: Path, town: Town) -> None:
    same = {number: lambda _request, number=number: page(50, foreign=(), edit=f"Seen by reporter {number}.") for number in range(50, 55)}
    others = pages(range(10), foreign=())
    some = pages(range(20, 26), foreign=(), background=True)
    post = Post(tmp_path, town, {**same, **others, **some})
    post.crawl()
    post.show({**pages([30], foreign=(), background=True), 60: lambda _request: page(50, foreign=(), edit="Seen by another reporter.")})
    post.crawl()
    assert BACKGROUND in post.latest(30)["text"]
    assert post.latest(60)["text"] == expected(50) + "\n\nSeen by another reporter."
    assert post.latest(60)["extractor"]["furniture"] == []
