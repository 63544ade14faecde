"""Do `history` and `diff` tell what happened to pages of the newspaper between two editions?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench, CompletedRun

pytestmark = pytest.mark.xdist_group("history")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The newspaper in two editions, and the second once more."""
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("history"), paper)
        assert bench.crawl().exit_code == 0
        paper.edition = 2
        assert bench.crawl("--recheck").exit_code == 0
        assert bench.crawl("--recheck").exit_code == 0
        yield bench


@pytest.fixture(scope="module")
def changed(bench: Bench) -> dict[str, Any]:
    """A second version whose text differs."""
    return next(one for run in bench.runs() for one in run.articles if one["version"] == 2 and one["change"]["text"])


def said(done: CompletedRun) -> Any:
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_history_tells_each_version_and_the_quiet_visits(bench: Bench, changed: dict[str, Any]) -> None:
    found = said(bench.run("history", changed["url"], "--json"))
    assert found["article_id"] == changed["article_id"]
    kinds = [event["event"] for event in found["events"]]
    assert kinds == ["captured", "changed", "unchanged"]
    assert found["events"][1]["version_id"] == changed["id"]
    assert "text" in found["events"][1]["change"]["parts"]
    assert 0 < found["events"][1]["change"]["similarity"] < 1


def test_history_is_a_table_for_people(bench: Bench, changed: dict[str, Any]) -> None:
    done = bench.run("history", changed["article_id"])
    assert done.exit_code == 0, done.stderr
    assert "changed: " in done.stdout
    assert "in common" in done.stdout
    assert done.stdout.isprintable() or "\x1b" not in done.stdout


def test_diff_shows_the_words_of_the_last_two_versions(bench: Bench, changed: dict[str, Any]) -> None:
    found = said(bench.run("diff", changed["url"], "--json"))
    assert (found["from"]["version"], found["to"]["version"]) == (1, 2)
    operations = found["parts"]["text"]["operations"]
    assert "".join(one["text"] for one in operations if one["op"] != "removed") == changed["text"]
    shown = bench.run("diff", changed["url"])
    assert shown.exit_code == 0, shown.stderr
    assert "{+" in shown.stdout or "[-" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_diff_takes_versions_and_times(bench: Bench, changed: dict[str, Any]) -> None:
    backwards = said(bench.run("diff", changed["id"], "--from", "2", "--to", "1", "--json"))
    assert (backwards["from"]["version"], backwards["to"]["version"]) == (2, 1)
    by_time = said(bench.run("diff", changed["url"], "--from", "1", "--to", changed["captured_at"], "--json"))
    assert by_time["to"]["version"] == 2
    assert bench.run("diff", changed["url"], "--to", "7").exit_code == 2
    assert bench.run("diff", changed["url"], "--from", "yesterday").exit_code == 2


def test_where_there_is_nothing_the_exit_code_is_five(bench: Bench) -> None:
    assert bench.run("history", "https://nowhere.example/x").exit_code == 5
    assert bench.run("diff", "https://nowhere.example/x").exit_code == 5
    first = next(
        one for one in bench.runs()[0].articles if not any(two["article_id"] == one["article_id"] for two in bench.runs()[1].articles)
    )
    assert bench.run("diff", first["url"]).exit_code == 5
