"""Does an override say what is read of a publisher's pages, there and then, and does the general way stand wherever it says nothing?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from pipelines.extract import Examination, examine
from pipelines.options import extractor_version
from pipelines.overrides.page import BadOverride, PageObject, handle_hosts
from pipelines.overrides.registry import OverrideFailed, check_task, find

URL = "https://www.courier.example/world/bridge"
BODY = [
    "The bridge over the Kelda was opened to lorries on Tuesday, three weeks after the last shell fell on its eastern pier.",
    "Engineers had worked in two shifts, and slept in the goods station, since the road was still being cleared of mines.",
    "Nobody knows how long the repair will hold, said Mira Aldous, who leads the works; the river decides that in spring.",
]
PROMO = "Our readers pay for our reporters: whoever gives five crowns a month lets us send one of them to the river again."
NOTE = "The ferry at Orsk has not run since the summer, and the next bridge that bears a lorry is ninety kilometres upstream."
PAGE = f"""<!doctype html><html lang="en"><head><title>The Courier</title><meta name="author" content="Newsroom"></head><body>
<main><div class="x1">Bridge opens to lorries</div>
<div class="x2">Mira Aldous &amp; Teo Brandvik</div><div class="x3">8 November 2024, 09:11</div>
<div class="x4"><p>{BODY[0]}</p><p class="gift">{PROMO}</p><p>{BODY[1]}</p><p>{BODY[2]}</p><p>{BODY[2]}</p></div>
<div class="x5"><p>{NOTE}</p></div></main></body></html>"""

COURIER = '''
from pipelines.overrides.page import PageObject, handle_hosts

@handle_hosts("courier.example", captured_from="2024-06-01", captured_until="2025-01-01")
class Courier(PageObject):
    """The layout of the second half of 2024: every element is a div, and the headline is no heading."""

    version = 2
    body = (".x4",)
    drop = (".gift",)

    def title(self):
        return self.text(".x1")

    def authors(self):
        return self.text(".x2").split(" & ")

    def date_published(self):
        return self.text(".x3")
'''


def files(*codes: str) -> list[dict[str, str]]:
    return [{"name": f"{number}.py", "code": code} for number, code in enumerate(codes)]


def examined(*codes: str, url: str = URL, page: str = PAGE, captured_at: str | None = "2024-11-09T00:00:00Z", **more: Any) -> Examination:
    return examine(page.encode(), url, captured_at=captured_at, timezone="Europe/Copenhagen", overrides=files(*codes), **more)


def article_of(found: Examination) -> Article:
    assert isinstance(found.made, Article), found.made
    return found.made


def changed(code: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in code
        code = code.replace(old, new)
    return code


def test_what_an_override_gives_stands_in_the_record() -> None:
    made = article_of(examined(COURIER))
    assert [block.text for block in made.blocks] == BODY
    assert made.text == "\n\n".join(BODY)
    assert made.title == "Bridge opens to lorries"
    assert [author.name for author in made.authors] == ["Mira Aldous", "Teo Brandvik"]
    assert made.date_published == "2024-11-08T09:11:00+01:00"
    assert any(claim.source.startswith("override:date_published") and claim.raw == "8 November 2024, 09:11" for claim in made.dates)


def test_the_example_of_the_documents_does_what_it_says() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/text.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    made = article_of(examined(code))
    assert [block.text for block in made.blocks] == BODY
    assert (made.title, [author.name for author in made.authors]) == ("Bridge opens to lorries", ["Mira Aldous", "Teo Brandvik"])
    assert made.date_published == "2024-11-08T09:11:00+01:00"
    assert "+override-Courier.1@" in made.extractor.version


def test_each_piece_is_told_why_it_is_kept_or_dropped() -> None:
    found = examined(COURIER)
    told = {piece.text: decision for piece, decision in zip(found.pieces, found.decisions, strict=True)}
    assert told[BODY[0]].reason == "override Courier, version 2 takes .x4"
    assert "override Courier, version 2 drops .gift" in told[PROMO].reason
    assert "override Courier, version 2: it is outside of the body" in told[NOTE].reason
    assert not told[NOTE].kept
    again = [decision for piece, decision in zip(found.pieces, found.decisions, strict=True) if piece.text == BODY[2]]
    assert [(decision.kept, decision.label) for decision in again] == [(True, "body"), (False, "repeated")]


def test_what_the_memory_of_the_site_learns_of_a_page_is_the_text_that_the_override_leaves() -> None:
    assert [line.text for line in examined(COURIER).lines] == BODY
    only_drops = examined(changed(COURIER, ('body = (".x4",)', "body = ()")))
    assert PROMO not in [line.text for line in only_drops.lines]
    assert {line.text for line in only_drops.lines} >= set(BODY)


def test_the_record_names_the_override_its_version_and_its_code() -> None:
    made = article_of(examined(COURIER))
    digest = hashlib.sha256("\n".join(COURIER.splitlines()).encode()).hexdigest()[:12]
    assert made.extractor.version == f"{extractor_version()}+override-Courier.2@{digest}"
    other = article_of(examined(COURIER + "\n# a change\n"))
    assert other.extractor.version != made.extractor.version
    assert article_of(examined(COURIER.replace("\n", "\r\n"))).extractor.version == made.extractor.version


def test_the_same_page_gives_the_same_record_again() -> None:
    assert article_of(examined(COURIER)) == article_of(examined(COURIER))


@pytest.mark.parametrize(
    ("url", "captured_at"),
    [
        ("https://news.courier.example/world/bridge", "2024-11-09T00:00:00Z"),
        ("https://courier.example.org/world/bridge", "2024-11-09T00:00:00Z"),
        (URL, "2024-05-31T23:59:59Z"),
        (URL, "2025-01-01T00:00:00Z"),
        (URL, None),
    ],
)
def test_other_hosts_and_other_times_are_read_the_general_way(url: str, captured_at: str | None) -> None:
    there = article_of(examined(COURIER, url=url, captured_at=captured_at))
    assert there == article_of(examined(url=url, captured_at=captured_at))
    assert there.extractor.version == extractor_version()


@pytest.mark.parametrize("url", ["https://courier.example/a", "http://WWW.Courier.example/a", "https://www.courier.example:8443/a?b=c"])
def test_a_host_is_the_same_with_and_without_www_port_and_capitals(url: str) -> None:
    assert "+override-Courier.2@" in article_of(examined(COURIER, url=url)).extractor.version


def test_a_page_without_a_time_of_capture_is_read_by_what_holds_today() -> None:
    open_ended = changed(COURIER, (', captured_until="2025-01-01"', ""))
    assert "+override-" in article_of(examined(open_ended, captured_at=None)).extractor.version


def test_of_two_that_hold_the_one_that_began_later_reads_the_page() -> None:
    later = changed(COURIER, ("2024-06-01", "2024-10-01"), ("version = 2", "version = 3"))
    for order in ((COURIER, later), (later, COURIER)):
        assert "+override-Courier.3@" in article_of(examined(*order)).extractor.version


def test_one_page_object_can_hold_for_several_times() -> None:
    twice = changed(COURIER, ("@handle_hosts(", '@handle_hosts("courier.example", captured_until="2020-01-01")\n@handle_hosts('))
    assert "+override-" in article_of(examined(twice, captured_at="2019-01-01T00:00:00Z")).extractor.version
    assert "+override-" in article_of(examined(twice)).extractor.version
    assert "+override-" not in article_of(examined(twice, captured_at="2022-01-01T00:00:00Z")).extractor.version


def test_fields_that_an_override_does_not_give_are_the_general_ways() -> None:
    code = changed(COURIER, ('return self.text(".x1")', "return None"), ('self.text(".x2").split(" & ")', "None"))
    general, made = article_of(examined()), article_of(examined(code))
    assert (made.title, made.authors) == (general.title, general.authors)
    assert [block.text for block in made.blocks] == BODY


def test_an_override_that_only_drops_leaves_the_rest_to_the_general_way() -> None:
    code = changed(COURIER, ('body = (".x4",)', "body = ()"))
    general, made = article_of(examined()), article_of(examined(code))
    assert PROMO in [block.text for block in general.blocks]
    assert [block.text for block in made.blocks] == [block.text for block in general.blocks if block.text != PROMO]


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        ([('body = (".x4",)', 'body = (".gone",)'), ('drop = (".gift",)', "drop = ()")], "found no text on this page"),
        ([('return self.text(".x1")', "return self.text('.gone').strip()")], "failed at title: AttributeError"),
        ([('return self.text(".x1")', "return 7")], "failed at title: TypeError: text is wanted, not int"),
        ([('self.text(".x2").split(" & ")', "'Mira Aldous'")], "failed at authors: TypeError: a list of names is wanted"),
        ([("    version = 2", "    version = 2\n    def __init__(self, tree, url):\n        1 / 0")], "failed: ZeroDivisionError"),
    ],
)
def test_what_does_not_work_costs_the_page_nothing_but_that_and_is_said(pairs: Sequence[tuple[str, str]], complaint: str) -> None:
    made = article_of(examined(changed(COURIER, *pairs)))
    assert any(complaint in reason and "override Courier, version 2" in reason for reason in made.verdict_reasons), made.verdict_reasons
    assert BODY[0] in made.text
    assert "+override-Courier.2@" in made.extractor.version


def test_an_override_that_drops_everything_leaves_no_article_and_the_reasons_name_it() -> None:
    made = examined(changed(COURIER, ('drop = (".gift",)', 'drop = ("main",)'))).made
    assert not isinstance(made, Article)
    assert any("override Courier, version 2 found no text" in reason for reason in made.reasons)


def test_a_page_object_is_refused_for_what_it_cannot_mean() -> None:
    def bind(*hosts: str, body: Any = (), version: Any = 1, name: str = "Courier", more: dict[str, Any] | None = None, **when: str) -> None:
        handle_hosts(*hosts, **when)(type(name, (PageObject,), {"body": body, "version": version, **(more or {})}))

    bind("courier.example")
    for wanted, call in {
        "names no host": lambda: bind(),
        "is no host name": lambda: bind("https://courier.example/"),
        "is no date": lambda: bind("courier.example", captured_from="June"),
        "is not after": lambda: bind("courier.example", captured_from="2024-02-01", captured_until="2024-01-01"),
        "must be a list of selectors": lambda: bind("courier.example", body=".x4"),
        "is no CSS selector": lambda: bind("courier.example", body=(".x4 >",)),
        "a whole number": lambda: bind("courier.example", version="2"),
        "nothing that a page object has": lambda: bind("courier.example", more={"headline": lambda self: None}),
        "letters, digits": lambda: bind("courier.example", name="A b"),
        "a class that inherits": lambda: handle_hosts("courier.example")(int),  # type: ignore[type-var]
    }.items():
        with pytest.raises(BadOverride, match=re.escape(wanted)):
            call()


def test_files_are_checked_before_a_run_and_all_that_is_wrong_is_said_with_its_line() -> None:
    told = check_task(
        b"",
        overrides=files(
            COURIER, "x = 1\n", "\n\nraise RuntimeError('boo')\n", "def (:\n", COURIER + "\n@handle_hosts('a b')\nclass B: pass\n"
        ),
    )
    assert told["objects"] == 1
    messages = {problem["name"]: problem["message"] for problem in told["problems"]}
    assert messages["1.py"] == "no class in it is bound to a host with @handle_hosts"
    assert messages["2.py"] == "line 3: RuntimeError: boo"
    assert messages["3.py"].startswith("line 1: SyntaxError")
    assert "'a b' is no host name" in messages["4.py"]


def test_a_file_that_cannot_be_loaded_is_an_error_and_no_silence() -> None:
    with pytest.raises(OverrideFailed, match="ZeroDivisionError"):
        find(URL, None, files("1 / 0"))


def test_a_class_that_was_only_imported_counts_once() -> None:
    code = "from pipelines.overrides.page import PageObject, handle_hosts\nclass Base(PageObject):\n    body = ('.x4',)\n"
    code += "@handle_hosts('courier.example')\nclass Courier(Base):\n    pass\n"
    assert check_task(b"", overrides=files(code)) == {"problems": [], "objects": 1}


def test_no_rule_for_a_publisher_is_shipped_without_a_page_that_proves_the_need_for_it() -> None:
    root = Path(__file__).resolve().parents[2]
    shipped = {path.stem for path in (root / "pipelines/overrides/publishers").glob("*.py")} - {"__init__"}
    proven = {path.parent.name for path in (root / "tests/pipelines/overrides").glob("*/*.html")}
    assert shipped <= proven
