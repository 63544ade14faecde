"""Is the index of near duplicates what the store says, whatever happened to it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive import twins as module
from archive.catalogue import Catalogue
from archive.reader import open_archive
from archive.stores import Store, open_store
from archive.twins import FILE, Twins, rebuild_twins
from archive.urls import article_id
from tests.archive.shelf import SITE, START, Entry, page, publish
from tests.archive.tellings import text

Told = tuple[str, str]
"""A path, and what the page at it says."""


def run(folder: Path, day: int, *told: Told, verdict: str = "article", version: int = 1) -> None:
    """Publish a run of that day with these pages."""
    entries = [
        Entry(
            capture=page(path, body=words.encode(), after=day * 86400 + place),
            article={"text": words, "verdict": verdict, "version": version, "title": path},
        )
        for place, (path, words) in enumerate(told)
    ]
    publish(folder, entries, started=START + timedelta(days=day), token=f"{day:08x}")


def synced(folder: Path, name: str, *, now: datetime | None = None) -> tuple[Catalogue, Twins, Store]:
    store = open_store(str(folder / "store"))
    catalogue = Catalogue(folder / name / "catalogue.sqlite")
    catalogue.sync(store, "news", now=now)
    twins = Twins(folder / name / FILE)
    twins.sync(store, "news", catalogue)
    return catalogue, twins, store


def cluster(twins: Twins, path: str) -> list[str]:
    urls = {article_id(f"{SITE}{other}"): other for other in ("/a", "/b", "/c", "/d", "/e")}
    return [urls[one] for one in twins.cluster(article_id(f"{SITE}{path}"))]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    run(tmp_path, 0, ("/a", text(1)), ("/b", text(2)))
    run(tmp_path, 1, ("/c", text(1, edit="mixed", share=0.03)), ("/d", "Too short to be told from others."))
    run(tmp_path, 2, ("/e", text(1, edit="cut", share=0.2)))
    return tmp_path


def test_copies_are_found_over_all_runs(collection: Path) -> None:
    catalogue, twins, store = synced(collection, "state")
    assert cluster(twins, "/e") == ["/a", "/c", "/e"]
    assert cluster(twins, "/b") == ["/b"]
    assert cluster(twins, "/d") == [], "a text that is too short is not compared"
    assert twins.sync(store, "news", catalogue) == 0
    assert twins.problems == []
    twins.close()
    catalogue.close()


def test_an_index_that_was_filled_run_by_run_is_the_one_that_is_made_anew(tmp_path: Path) -> None:
    for day, told in enumerate([("/a", text(1)), ("/b", text(2)), ("/c", text(1, edit="cut", share=0.1)), ("/d", text(2))]):
        run(tmp_path, day, told)
        catalogue, twins, store = synced(tmp_path, "kept")
        kept = list(twins.dump())
        twins.close()
        assert rebuild_twins(tmp_path / "anew" / FILE, store, "news", catalogue) == (day + 1, [])
        anew = Twins(tmp_path / "anew" / FILE)
        assert list(anew.dump()) == kept
        anew.close()
        catalogue.close()
    assert len([line for line in kept if not line.startswith("run")]) == 8


def test_the_order_in_which_runs_are_published_does_not_matter(tmp_path: Path) -> None:
    told = [("/a", text(1)), ("/b", text(1, edit="mixed", share=0.05)), ("/c", text(1)), ("/d", text(3))]
    dumps = []
    for name, days in (("forth", (0, 1, 2, 3)), ("back", (3, 2, 1, 0))):
        for later, day in enumerate(days):
            run(tmp_path / name, day, told[day])
            # A catalogue lists all of a store once a week.
            catalogue, twins, _store = synced(tmp_path / name, "state", now=START + timedelta(days=30 * later))
            last = list(twins.dump())
            twins.close()
            catalogue.close()
        dumps.append(last)
    assert dumps[0] == dumps[1]


def test_a_sync_that_is_killed_in_the_middle_of_a_run_is_taken_up_again(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue, whole, store = synced(collection, "whole")
    monkeypatch.setattr(module, "_BATCH", 1)
    cut = Twins(collection / "cut" / FILE)
    sketch_of, seen = module.sketch_of, []

    def dies(words: str) -> object:
        seen.append(words)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return sketch_of(words)

    monkeypatch.setattr(module, "sketch_of", dies)
    with pytest.raises(KeyboardInterrupt):
        cut.sync(store, "news", catalogue)
    cut.close()
    again = Twins(collection / "cut" / FILE)
    assert again.counts()[0] == 1
    assert again.behind(catalogue) == 3
    assert again.sync(store, "news", catalogue) == 3
    assert list(again.dump()) == list(whole.dump())
    for one in (again, whole, catalogue):
        one.close()


def test_versions_of_one_article_are_not_each_others_duplicates(tmp_path: Path) -> None:
    run(tmp_path, 0, ("/a", text(1)))
    run(tmp_path, 1, ("/a", text(1, edit="mixed", share=0.02)), version=2)
    run(tmp_path, 2, ("/b", text(1, edit="mixed", share=0.02)))
    catalogue, twins, _store = synced(tmp_path, "state")
    assert cluster(twins, "/a") == ["/a", "/b"]
    assert twins.counts() == (3, 2)
    twins.close()
    catalogue.close()


def test_what_stands_before_a_paywall_is_not_compared(tmp_path: Path) -> None:
    run(tmp_path, 0, ("/a", text(1)), ("/b", text(1)), verdict="paywall_stub")
    catalogue, twins, _store = synced(tmp_path, "state")
    assert twins.counts() == (0, 0)
    twins.close()
    catalogue.close()


def test_a_run_whose_articles_are_gone_is_a_named_problem_and_the_others_are_there(collection: Path) -> None:
    lost = next((collection / "store").rglob("*-00000001/articles/articles.jsonl.gz"))
    kept = lost.read_bytes()
    catalogue = Catalogue(collection / "state" / "catalogue.sqlite")
    store = open_store(str(collection / "store"))
    catalogue.sync(store, "news")
    lost.unlink()
    twins = Twins(collection / "state" / FILE)
    twins.sync(store, "news", catalogue)
    assert cluster(twins, "/e") == ["/a", "/e"]
    assert [lost.parts[-3] in str(problem) for problem in twins.problems] == [True]
    lost.write_bytes(kept)
    assert twins.sync(store, "news", catalogue) == 1
    assert cluster(twins, "/e") == ["/a", "/c", "/e"]
    twins.close()
    catalogue.close()


def test_another_store_empties_the_index_first(collection: Path, tmp_path: Path) -> None:
    catalogue, twins, _store = synced(collection, "state")
    run(tmp_path / "other", 0, ("/a", text(1)), ("/b", text(7)))
    other = open_store(str(tmp_path / "other" / "store"))
    catalogue.sync(other, "news")
    assert twins.sync(other, "news", catalogue) == 1
    assert twins.counts() == (2, 0)
    twins.close()
    catalogue.close()


def test_a_reader_asks_for_the_cluster_of_an_article_by_url_id_or_version(collection: Path) -> None:
    with open_archive(str(collection / "store"), collection="news", state=collection / "reading") as archive:
        assert not (collection / "reading" / "news" / FILE).exists(), "who asks for no cluster pays for none"
        urls = [f"{SITE}/a", f"{SITE}/c", f"{SITE}/e"]
        found = archive.cluster(f"{SITE}/c")
        assert [one.url for one in found] == urls
        assert [datetime.fromisoformat(one.captured_at or "").day for one in found] == [8, 9, 10]
        for ref in (found[2].article_id, found[2].id):
            assert [one.url for one in archive.cluster(ref)] == urls
        assert [one.url for one in archive.cluster(f"{SITE}/b")] == [f"{SITE}/b"]
        assert [one.url for one in archive.cluster(f"{SITE}/d")] == [f"{SITE}/d"]
        assert archive.cluster(f"{SITE}/never") == []
