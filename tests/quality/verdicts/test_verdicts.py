"""Are the labelled pages called what they are, as often as was promised?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pipelines import verdict
from pipelines.extract import extract
from tests.quality.verdicts import corpus
from tests.quality.verdicts.first import FIRST
from tests.quality.verdicts.further import FURTHER
from tests.quality.verdicts.last import LAST
from tests.quality.verdicts.measure import RECORDS, Outcome, Tally, held, judge, report, tally
from tests.quality.verdicts.sets import OWN

_SPECIMENS = [page for pages in OWN.values() for page in pages]
_NO_REFUSAL = {"refused": 0, "recall": {}, "precision": {}}


def test_the_pages_are_as_many_and_as_various_as_was_promised() -> None:
    own = [*FIRST, *LAST, *FURTHER]
    assert len(own) >= 120
    assert len(own) + len(corpus.labels()) >= 200
    assert len({page.lang for page in own}) >= 10
    assert {page.verdict for page in own} >= {
        *("article", "live_blog", "paywall_stub", "section", "video", "gallery", "audio", "soft_404", "consent", "bot_challenge", "login"),
        *("geo_block", "redirected_home", "rate_limited", "error", "not_html", "empty", "too_short"),
    }
    for pages in OWN.values():
        assert len({(page.verdict, page.name, page.lang) for page in pages}) == len(pages)


@pytest.mark.parametrize("name", list(OWN))
def test_pages_of_our_own_writing_are_called_what_they_are(name: str) -> None:
    found = tally(OWN[name])
    assert not held(found, {"right": 0.97, **_NO_REFUSAL}), report(found)


def test_over_all_pages_of_our_own_every_floor_is_held() -> None:
    found = tally(_SPECIMENS)
    assert not held(found), report(found)


@pytest.mark.slow
def test_pages_of_the_corpora_are_called_what_they_are(shared: Path) -> None:
    found = tally(corpus.pages(shared / "corpus"))
    assert len(found.outcomes) == len(corpus.labels())
    assert not held(found, {"right": 0.97, "refused": 1, "recall": {}, "precision": {}}), report(found)


@pytest.mark.parametrize(
    "page", [page for page in _SPECIMENS if page.verdict in RECORDS and page.status == 200], ids=lambda page: page.name
)
def test_no_real_article_is_refused(page: Any) -> None:
    found = judge(page)
    assert not found.refused, f"{found.got}: {found.reasons}"


def test_every_verdict_but_article_has_a_reason() -> None:
    assert [found.name for found in tally(_SPECIMENS).outcomes if found.got != "article" and not all(found.reasons or ("",))] == []


def test_a_fallen_figure_is_told() -> None:
    found = Tally(outcomes=[Outcome(name="a", wanted="article", got="section"), Outcome(name="b", wanted="section", got="section")])
    missed = held(found, {"right": 0.9, "refused": 0, "recall": {"article": 0.5}, "precision": {"section": 0.9}})
    assert len(missed) == 4
    assert "section 1" in report(found)


def test_a_verdict_costs_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[float] = []
    inner = verdict.of_page

    def timed(**arguments: Any) -> verdict.Judgement:
        begun = time.process_time()
        try:
            return inner(**arguments)
        finally:
            spent.append(time.process_time() - begun)

    monkeypatch.setattr(verdict, "of_page", timed)
    for page in FIRST:
        extract(page.html.encode(), page.url, content_type="text/html", status=page.status)
    assert len(spent) >= 90
    assert sum(spent) / len(spent) < 0.003, "seconds a page; 0.0005 on a quiet machine"
