"""Do the recipes work as they stand on their pages, and does each new article come once?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crawler.newspaper import Newspaper
from tests.archive.theirs import Exchange, story, warc_of
from tests.e2e.driver import Bench
from tests.e2e.importer import imported
from tests.recipes import RECIPES, blocks_of, bulk_server, run_recipe, shell
from tests.servers.web import run_web

pytestmark = pytest.mark.xdist_group("recipes")

URL = "http://river.example/late"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The newspaper, crawled once by the cron line of the page."""
    folder = tmp_path_factory.mktemp("recipes")
    (crontab,) = [text for language, text in blocks_of("README.md") if language == "crontab"]
    command = crontab.split(" * ")[-1].strip().removeprefix("* ")
    assert command == "cd /srv/news && warchive crawl ; sh after-crawl.sh"
    with Newspaper() as paper:
        bench = Bench.of_newspaper(folder, paper)
        (folder / "after-crawl.sh").write_text("touch ran\n")
        shell(folder, command.replace("/srv/news", str(folder)))
    assert (folder / "ran").exists()
    assert len(bench.articles()) >= 25
    return bench


@pytest.fixture(scope="module")
def titles(bench: Bench) -> set[str]:
    """What was crawled."""
    return {article["title"] for article in bench.articles()}


@pytest.fixture(scope="module")
def more(bench: Bench) -> Callable[[], str]:
    """Each call brings one more article into the collection, and gives its title."""
    count = 0

    def bring() -> str:
        nonlocal count
        count += 1
        title = f"The wall in the lower quarter, report {count}"
        path = bench.folder / f"late-{count}.warc.gz"
        path.write_bytes(warc_of([Exchange(url=f"{URL}/{count}", body=story(title), date=f"2024-12-0{count}T00:00:00Z")]))
        assert imported(bench, path, texts=True).exit_code == 0
        return title

    return bring


def test_pandas(bench: Bench) -> None:
    printed = run_recipe("pandas.md", bench.folder)
    assert printed.startswith("language\n")
    assert "uk" in printed
    assert [path.name for path in (bench.folder / "articles").iterdir()] == ["batch=00001"]
    run_recipe("pandas.md", bench.folder)  # nothing new
    assert [path.name for path in (bench.folder / "articles").iterdir()] == ["batch=00001"]


def test_duckdb_takes_each_batch_once(bench: Bench, more: Callable[[], str]) -> None:
    first = run_recipe("duckdb.md", bench.folder)
    count = int(first.split(" versions of articles")[0].split()[-1])
    assert count == len(bench.articles())
    assert "last" in first
    more()
    second = run_recipe("duckdb.md", bench.folder, blocks=slice(0, 1))
    assert second == f"{count + 1} versions of articles\n"
    shell(bench.folder, "python load.py")
    with duckdb.connect(str(bench.folder / "news.duckdb"), read_only=True) as db:
        assert db.execute("SELECT count(DISTINCT id) FROM articles").fetchone() == (count + 1,)


def test_elasticsearch_gets_every_version_once_and_what_it_refuses_is_kept(bench: Bench, more: Callable[[], str]) -> None:
    waiting = bench.folder / "to-index"
    with bulk_server() as server:
        server.busy, server.overloaded = 3, 1
        run_recipe("elasticsearch.md", bench.folder, ES_URL=server.url)
        assert set(server.documents) == {article["id"] for article in bench.articles()}
        assert len(server.requests) == 2  # the second for the three that were too many
        assert not list(waiting.iterdir())
        kept = next(iter(server.documents.values()))
        assert kept["text"]
        assert kept["warc"]["filename"]
        title = more()
        new = next(article for article in bench.articles() if article["title"] == title)
        server.refuse = new["id"]
        with pytest.raises(AssertionError, match="document_parsing_exception"):
            run_recipe("elasticsearch.md", bench.folder, ES_URL=server.url)
        assert len(list(waiting.iterdir())) == 1
        server.refuse = None
        sent = len(server.requests)
        run_recipe("elasticsearch.md", bench.folder, ES_URL=server.url)
        assert server.documents[new["id"]]["title"] == title
        assert len(server.requests) == sent + 1
        assert not list(waiting.iterdir())


def test_a_rag_index_finds_passages_with_their_proof(bench: Bench, more: Callable[[], str]) -> None:
    printed = run_recipe("rag.md", bench.folder)
    assert "proof: " in printed
    with sqlite3.connect(bench.folder / "passages.sqlite") as db:
        articles = {row[0] for row in db.execute("SELECT DISTINCT article FROM passages")}
        assert articles == {article["article_id"] for article in bench.articles() if article["blocks"]}
        longest = max(len(text.split()) for (text,) in db.execute("SELECT text FROM passages WHERE language = 'en'"))
        assert longest < 600
    title = more()
    run_recipe("rag.md", bench.folder)
    found = shell(bench.folder, "python ask.py council promised 'quarter\"'")
    assert title in found
    assert "sha1:" in found
    with sqlite3.connect(bench.folder / "passages.sqlite") as db:
        (xpaths,) = db.execute("SELECT xpaths FROM passages WHERE title = ?", [title]).fetchone()
        assert json.loads(xpaths)[0].startswith("/html")
        assert db.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_a_script_reads_our_feeds_and_tells_each_entry_once(bench: Bench, titles: set[str]) -> None:
    with run_web(bench.folder / "store", collection="test", state=bench.folder / "web-state") as server:
        feed = f"{server}/feeds/new.atom"
        printed = run_recipe("feed-reader.md", bench.folder, FEED=feed)
        assert sum(any(title in line for title in titles) for line in printed.splitlines()) > 5
        assert run_recipe("feed-reader.md", bench.folder, FEED=feed) == ""
        run_recipe("feed-reader.md", bench.folder, FEED=f"{server}/feeds/changed.atom")


def test_every_recipe_is_listed_and_nothing_on_its_page_is_left_out_by_chance() -> None:
    listed = (RECIPES / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in RECIPES.glob("*.md") if path.name != "README.md")
    assert all(f"({page})" in listed for page in pages)
    assert set(pages) == {"pandas.md", "duckdb.md", "elasticsearch.md", "rag.md", "feed-reader.md"}
    languages = {language for page in pages for language, _ in blocks_of(page)}
    assert languages == {"sh", "python", "text"}  # `text` is what is not run, and README.md says so
    assert all(Path(page).stem for page in pages)
