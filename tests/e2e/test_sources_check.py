"""Does `sources check --fix` write what moved, and nothing else?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.newspaper.exchange import html, redirect
from tests.e2e.driver import Bench
from tests.e2e.town import Answer, Town, feed

PAPER = (
    "# The Paper, our oldest source.\r\n"
    'name = "paper"   # as the file\r\n'
    'title = "The Paper: url = \\"http://paper.example/old\\""\r\n'
    'homepage = "http://paper.example/"\r\n'
    'languages = [ "en" ,   "fr" ]\r\n'
    "notes = '''\r\n"
    "moved once before\r\n"
    "'''\r\n"
    "\r\n"
    "[[seeds]]\r\n"
    '\ttype   = "feed"\r\n'
    "\turl    = 'http://paper.example/old'   # http://paper.example/old since 2020\r\n"
    "\r\n"
    "# stays\r\n"
    '[[seeds]]\r\nurl="http://paper.example/steady"\r\ntype="feed"'
)


def town() -> dict[str, Answer]:
    """Feeds that moved, in better and worse ways."""
    answers: dict[str, Answer] = {}
    for name in ("paper", "gone", "away", "brief", "twin", "late"):
        base = f"http://{name}.example"
        answers |= {f"{base}/old": redirect(301, "/half-way"), f"{base}/half-way": redirect(308, "/new")}
        answers[f"{base}/new"] = feed([f"{base}/2026/{number}" for number in range(3)])
    answers["http://paper.example/steady"] = feed(["http://paper.example/2025/1"])
    answers["http://gone.example/new"] = html("<!DOCTYPE html><title>Home</title><p>Our front page</p>")
    answers["http://away.example/half-way"] = redirect(301, "http://casino.example/feed")
    answers["http://casino.example/feed"] = feed(["http://casino.example/1"])
    answers["http://brief.example/half-way"] = redirect(302, "/new")
    china = "http://www.people.com.cn"
    answers[f"{china}/rss/politics.xml"] = redirect(301, "/new.xml")
    answers |= {f"{china}/{path}": feed([f"{china}/1.html"]) for path in ("new.xml", "rss/society.xml")}
    return answers


@pytest.fixture
def desk(tmp_path: Path) -> Bench:
    return Bench.make(tmp_path)


def configured(desk: Bench, place: Town) -> Bench:
    made = Bench.make(desk.folder, connect_to=place.connect_to, extraction={"workers": 1})
    for name in ("gone", "away", "brief", "late"):
        made.source(name, f"http://{name}.example/", [("feed", f"http://{name}.example/old")])
    made.source("twin", "http://twin.example/", [("feed", "http://twin.example/old"), ("feed", "http://twin.example/new")])
    (desk.folder / "sources" / "paper.toml").write_bytes(PAPER.encode())
    return made


def files(desk: Bench) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (desk.folder / "sources").iterdir()}


def test_a_seed_that_moved_for_good_is_written_and_all_else_stays_as_it_is(desk: Bench) -> None:
    with Town(town()) as place:
        made = configured(desk, place)
        before = files(made)
        done = made.run("sources", "check", "--fix", "--json", "paper", "gone", "away", "brief", "people-cn")
        after = files(made)
    rows = {row["url"]: row for row in json.loads(done.stdout)}
    assert done.exit_code == 4  # a front page is no feed
    wanted = PAPER.replace("'http://paper.example/old'", '"http://paper.example/new"').encode()
    assert after == {**before, "paper.toml": wanted}
    assert rows["http://paper.example/old"]["moved_to"] == "http://paper.example/new"
    assert rows["http://paper.example/old"]["wrong"] == ["moved for good to http://paper.example/new"]
    assert rows["http://brief.example/old"]["wrong"] == ["redirects to http://brief.example/new"]
    said = done.stderr.splitlines()
    assert sum("1 moved seeds written" in line for line in said) == 1
    assert "gone: http://gone.example/old moved for good to http://gone.example/new, which is not followed: html-instead-of-xml" in said
    assert (
        "away: http://away.example/old moved for good to http://casino.example/feed, "
        "which is not followed: nothing of what it announces there is in scope"
    ) in said
    (catalogue,) = [line for line in said if line.startswith("people-cn")]
    assert catalogue.startswith("people-cn is of the catalogue, which is not changed: copy ")
    assert catalogue.endswith("people-cn.toml into a folder of yours")


def test_a_file_that_cannot_be_put_right_ends_with_3_and_the_others_are_written(desk: Bench) -> None:
    with Town(town()) as place:
        made = configured(desk, place)
        before = files(made)
        done = made.run("sources", "check", "--fix", "twin", "late")
        after = files(made)
    assert done.exit_code == 3, done.stderr
    assert "twin.toml" in done.stderr
    assert "the same URL is a seed before" in done.stderr
    assert {name for name in after if after[name] != before[name]} == {"late.toml"}
    assert b"http://late.example/new" in after["late.toml"]
    assert done.stdout.splitlines()[0].split()[:3] == ["source", "seed", "status"]
