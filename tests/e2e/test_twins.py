"""Is an agency's report found again in the papers that print it, in one run and over many, after kills, and from the store alone?"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.twins import FILE, Twins
from archive.urls import article_id
from crawler.newspaper.exchange import Reply, html
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed

pytestmark = pytest.mark.slow

REPORT = (
    "Engineers reopened the railway bridge over the lower Ise on Tuesday, five months after a drone strike cut the only line that links the"
    " valley with the coast.",
    "The first train carried flour, two transformers and a wagon with the post that had piled up in Brenmouth since September, the railway"
    " said in a statement.",
    "Passengers will have to wait until the signals are repaired. Two of the four signal boxes burnt down, and the spare parts lie in a"
    " port that ships still avoid.",
    "The work cost eleven million, half of which came from neighbouring countries. The regional council had first asked for a ferry, which"
    " would have been cheaper but could not have carried heavy goods in winter.",
    "Soldiers guarded the site at night, and the welders worked under nets. One of them, Orla Menk, said that she had stopped counting the"
    " alarms after the second month and had begun to count the rivets instead.",
    "The line was built in 1911. It was cut in both earlier wars, and each time the bridge was the last part of it to be mended.",
)
TRANSLATED = (
    "Ingenieure haben am Dienstag die Eisenbahnbrücke über die untere Ise wieder geöffnet, fünf Monate nachdem ein Drohnenangriff die"
    " einzige Strecke unterbrochen hatte, die das Tal mit der Küste verbindet.",
    "Der erste Zug brachte Mehl, zwei Transformatoren und einen Wagen mit der Post, die sich seit September in Brenmouth gestapelt hatte,"
    " wie die Bahn mitteilte.",
    "Reisende müssen warten, bis die Signale repariert sind. Zwei der vier Stellwerke brannten ab, und die Ersatzteile liegen in einem"
    " Hafen, den Schiffe noch immer meiden.",
    "Die Arbeiten kosteten elf Millionen, von denen die Hälfte aus Nachbarländern kam. Der Regionalrat hatte zuerst eine Fähre verlangt,"
    " die billiger gewesen wäre, im Winter aber keine schweren Güter hätte tragen können.",
    "Soldaten bewachten nachts die Baustelle, und die Schweißer arbeiteten unter Netzen. Eine von ihnen, Orla Menk, sagte, sie habe nach"
    " dem zweiten Monat aufgehört, die Alarme zu zählen, und zähle stattdessen die Nieten.",
)
OTHER = (
    "The council of Tarnhal voted on Tuesday evening to open the swimming hall as a warming room for as long as the frost lasts.",
    "Anyone may come between six in the evening and eight in the morning; blankets and tea are paid for by the parish and two bakeries.",
    "The hall has been without water since the boiler was hit in October. Its basin is now covered with planks from the old market stalls.",
    "A nurse will be there on every second night. The mayor said that the room had been full in the first hour of the first test.",
    "Whether the school next door can be heated in January depends on a transformer that has been promised three times and not yet seen.",
)
PAPERS = {
    "courier": ("Trains cross the Ise again", REPORT),
    "herald": ("Bridge reopens after five months", REPORT),
    "valley": ("Flour and post on the first train", ("Our readers have waited for it since autumn.", *REPORT)),
    "coast": ("Railway bridge mended", REPORT[:-1]),
    "evening": ("Welders under nets", tuple(line.replace("Tuesday", "Tuesday morning").replace("said", "told us") for line in REPORT)),
}


def sheet(title: str, lines: tuple[str, ...], language: str = "en") -> Reply:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return html(
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>",
        validators=True,
    )


def url(paper: str, page: str = "bridge") -> str:
    return f"http://{paper}.example/{page}"


@contextmanager
def newsstand(folder: Path, papers: dict[str, tuple[str, tuple[str, ...]]]) -> Iterator[tuple[Town, Bench]]:
    """Each paper prints the report, and a story of its own; one of them has a translation as well."""
    answers: dict[str, Any] = {}
    for paper, (title, lines) in papers.items():
        answers[url(paper)] = sheet(title, lines)
        answers[url(paper, "hall")] = sheet("A warm hall", tuple(f"{line} {paper.title()} {at}." for at, line in enumerate(OTHER)))
        answers[f"http://{paper}.example/feed"] = feed([url(paper)])
    answers[url("courier", "bruecke")] = sheet("Wieder Züge über die Ise", TRANSLATED, "de")
    answers[url("courier", "hall-only")] = sheet("A warm hall in Tarnhal", OTHER)
    answers["http://courier.example/feed"] = feed([url("courier"), url("courier", "bruecke"), url("courier", "hall-only")])
    with Town(answers) as town:
        bench = Bench.make(folder, connect_to=town.connect_to, extraction={"workers": 2})
        for paper in papers:
            bench.source(paper, f"http://{paper}.example/", [("feed", f"http://{paper}.example/feed")])
        yield town, bench


def told(bench: Bench) -> dict[str, dict[str, Any]]:
    return {article["url"]: article for article in bench.articles()}


def dump(bench: Bench) -> list[str]:
    """After a reader asked, so that all that is published is in it."""
    bench.run("twins", url("courier"))
    twins = Twins(bench.state / FILE)
    try:
        return list(twins.dump())
    finally:
        twins.close()


def test_five_papers_print_one_report_and_each_says_which_was_first(tmp_path: Path) -> None:
    with newsstand(tmp_path, PAPERS) as (_town, bench):
        assert bench.crawl().exit_code == 0
    articles = told(bench)
    printed = sorted((articles[url(paper)] for paper in PAPERS), key=lambda one: (one["captured_at"], one["article_id"]))
    assert {one["cluster_id"] for one in printed if one["near_duplicate_of"]} <= {one["article_id"] for one in printed}
    # Five pages on their way at once are not kept in the order in which they were captured: a record says what was known then.
    assert printed[0]["near_duplicate_of"] is None
    earlier: set[str] = set()
    for one in printed:
        assert one["near_duplicate_of"] is None or one["near_duplicate_of"] in earlier
        earlier.add(one["article_id"])
    assert any(one["near_duplicate_of"] for one in printed)
    for other in ("bruecke", "hall-only"):
        alone = articles[url("courier", other)]
        assert (alone["near_duplicate_of"], alone["cluster_id"]) == (None, alone["article_id"])

    listed = bench.run("twins", url("coast"), "--json")
    assert [one["article_id"] for one in json.loads(listed.stdout)] == [one["article_id"] for one in printed]
    table = bench.run("twins", printed[2]["article_id"])
    assert table.exit_code == 0
    assert all(url(paper) in table.stdout for paper in PAPERS)
    nobody = bench.run("twins", url("courier", "bruecke"))
    assert (nobody.exit_code, nobody.stdout) == (5, "")
    assert "no other article" in nobody.stderr
    exported = bench.run("export", "--format", "csv").stdout
    assert exported.splitlines()[0].split(",").index("cluster_id") > 0


def test_what_was_published_before_is_the_original_and_an_unchanged_page_costs_nothing(tmp_path: Path) -> None:
    with newsstand(tmp_path, PAPERS) as (town, bench):
        assert bench.crawl("herald").exit_code == 0
        for papers in (("courier", "valley"), ("coast", "evening")):
            assert bench.crawl(*papers).exit_code == 0
        first = article_id(url("herald"))
        articles = told(bench)
        for paper in ("courier", "valley", "coast", "evening"):
            assert (articles[url(paper)]["near_duplicate_of"], articles[url(paper)]["cluster_id"]) == (first, first)
        before = dump(bench)
        assert bench.crawl("--recheck").groups == {"unchanged": 7}
        assert [line for line in dump(bench) if not line.startswith("run")] == [line for line in before if not line.startswith("run")]
        town.answers[url("herald")] = sheet("Bridge reopens, with a correction", (*REPORT[:-1], "The line was built in 1912."))
        assert bench.crawl("--recheck").groups == {"unchanged": 6, "changed": 1}
    second = [article for article in bench.articles() if article["article_id"] == first and article["version"] == 2]
    assert [(one["near_duplicate_of"], one["cluster_id"]) for one in second] == [(None, first)], "the first stays the first"


def in_two_runs(bench: Bench, **environment: str) -> None:
    """Herald first, then all the others; with `environment` in a run that is killed, and one that goes on with it."""
    assert bench.crawl("herald").exit_code == 0
    if environment:
        assert bench.crawl(env=environment).exit_code == -signal.SIGKILL
    assert bench.crawl().exit_code == 0


@pytest.mark.parametrize("point", [None, "commit-done:2", "publish-derived", "publish-manifest", "publish-catalogued", "publish-forgotten"])
def test_a_run_that_is_killed_says_the_same_of_its_articles_as_one_that_is_not(tmp_path: Path, point: str | None) -> None:
    with newsstand(tmp_path, PAPERS) as (_town, bench):
        in_two_runs(bench, **({"WARCHIVE_CRASH_AT": point} if point else {}))
    first = article_id(url("herald"))
    articles = told(bench)
    assert {articles[url(paper)]["cluster_id"] for paper in PAPERS} == {first}
    assert [paper for paper in PAPERS if articles[url(paper)]["near_duplicate_of"] != first] == ["herald"]
    kept = dump(bench)
    assert bench.run("catalogue", "rebuild").exit_code == 0
    assert dump(bench) == kept
    assert not list(bench.state.glob("twins-pending*"))
