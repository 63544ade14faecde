"""Which sitemaps of an index are asked for, however many it names?"""

from __future__ import annotations

from typing import Any

from crawler.indexes import MAX_CHILDREN, MAX_DEPTH, MAX_SITEMAPS, Children
from crawler.source_file import Seed, scope_of
from crawler.work import Work
from tests.crawler.frontiers import source

TOWN = source(seeds=(Seed(type="sitemap", url="http://town.example/index.xml"),))


def children() -> Children:
    return Children([TOWN], {"town": scope_of(TOWN).seed_in_scope})


def index(depth: int = 0) -> Work:
    return Work(kind="seed", url="http://town.example/index.xml", source=TOWN, seed_url="http://town.example/index.xml", depth=depth)


def child(name: str, *, host: str = "town.example", modified: str | None = None) -> dict[str, Any]:
    return {"url": f"http://{host}/{name}", "modified": modified}


def chosen(of: Children, given: list[dict[str, Any]], *, depth: int = 0, url: str = "http://town.example/index.xml") -> list[str]:
    return [one["url"].rpartition("/")[2] for one in of.choose(given, index(depth), url)[0]]


def test_each_sitemap_is_asked_for_once_in_a_run_and_an_index_never_by_itself() -> None:
    one = children()
    assert chosen(one, [child("index.xml"), child("a")]) == ["a"]
    assert chosen(one, [child("a"), child("b")]) == ["b"]


def test_the_newest_are_chosen_and_without_dates_those_of_both_ends() -> None:
    dated = [child(f"{day:02d}", modified=f"2024-01-{day:02d}") for day in range(1, 32)]
    dated += [child(f"x{day:02d}", modified=f"2023-01-{day:02d}") for day in range(1, 32)]
    assert len(dated) > MAX_CHILDREN
    found, notes = children().choose(dated, index(), "http://town.example/index.xml")
    assert [one["modified"] for one in found] == sorted((one["modified"] for one in dated), reverse=True)[:MAX_CHILDREN]
    assert notes == [f"{len(dated) - MAX_CHILDREN} older sitemaps of the index were not asked for"]
    undated = [child(str(number)) for number in range(100)]
    assert chosen(children(), undated) == [str(number) for number in (*range(25), *range(75, 100))]


def test_sitemaps_on_hosts_that_the_source_does_not_name_are_left_and_told() -> None:
    given = [child("a"), child("b", host="www.town.example"), child("c", host="victim.example")]
    found, notes = children().choose(given, index(), "http://town.example/index.xml")
    assert [one["url"] for one in found] == ["http://town.example/a", "http://www.town.example/b"]
    assert notes == ["1 sitemaps of the index lie on hosts that the source does not name"]


def test_where_the_index_itself_was_redirected_to_counts_as_named() -> None:
    assert chosen(children(), [child("a", host="cdn.example")], url="http://cdn.example/index.xml") == ["a"]


def test_indexes_within_indexes_end_and_so_do_all_sitemaps_of_a_source() -> None:
    assert chosen(children(), [child("a")], depth=MAX_DEPTH) == []
    one, total = children(), 0
    for number in range(100):
        total += len(chosen(one, [child(f"{number}-{other}") for other in range(50)]))
    assert total == MAX_SITEMAPS
