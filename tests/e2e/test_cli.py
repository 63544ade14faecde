"""Does each verb do what its help says: data on stdout, words on stderr, the right exit code?"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import warchive
from archive import exits
from crawler.newspaper import Newspaper
from tests.desk import command, environment
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("cli")


def verbs(found: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    children = getattr(found, "commands", None)
    if not children:
        yield path
    for name, child in (children or {}).items():
        yield from verbs(child, (*path, name))


VERBS = sorted(verbs(typer.main.get_command(warchive.app)))
# These ask publishers of the real web, or read a file that only its owner has.
NOT_OFFLINE = {("crawl",), ("capture",), ("sources", "check"), ("sources", "add"), ("sources", "import"), ("extract",)}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The newspaper in two editions."""
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("cli"), paper)
        assert bench.crawl().exit_code == 0
        paper.edition = 2
        assert bench.crawl("--recheck").exit_code == 0
        yield bench


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `warchive demo` was run, with a `warchive` to call."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "bin").mkdir()
    program = folder / "bin" / "warchive"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m warchive "$@"\n')
    program.chmod(0o755)
    done = shell(folder, "warchive demo")
    assert done.returncode == 0, done.stderr
    assert "articles" in done.stdout
    return folder


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    env = environment(PATH=f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return subprocess.run(["bash", "-c", line], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


def example_of(verb: tuple[str, ...]) -> str:
    """The example of a verb's help, as one line of shell."""
    found = typer.main.get_command(warchive.app)
    for name in verb:
        found = found.commands[name]  # type: ignore[attr-defined]
    epilog = str(found.epilog)
    match = re.search(r"Example[^:]*:\s*(.+)", epilog, re.DOTALL)
    assert match, f"the help of {' '.join(verb)} has no example"
    return " ".join(match[1].split())


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_the_example_in_the_help_of_a_verb_works(verb: tuple[str, ...], demo: Path) -> None:
    example = example_of(verb)
    assert f"warchive{' --' if 'warchive --' in example else ' '}" in example
    assert verb[-1] in example
    # The demo was run for this very test; `replay` serves until it is told to end, and test_replay.py has it do so.
    if verb in NOT_OFFLINE or verb in {("demo",), ("replay",)}:
        return
    if verb == ("init",):
        example = example.replace("/srv/archive", str(demo / "srv"))
    done = shell(demo, example)
    # No article of the demo was written twice: that there is no other is an answer with a code of its own.
    assert done.returncode == (exits.EMPTY if verb == ("twins",) else 0), done.stderr
    assert done.stdout.strip() or "-o " in example
    assert "Traceback" not in done.stderr


def test_help_is_quick_and_names_verbs_and_exit_codes(crawled: Bench) -> None:
    done = crawled.run("--help")
    assert done.exit_code == 0
    for verb in VERBS:
        assert verb[0] in done.stdout
    for code in ("0 ok", "11 interrupted", "75 busy", "78 unfit"):
        assert code in " ".join(done.stdout.split())


def test_init_writes_a_file_that_is_read_again_and_is_not_overwritten(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    done = bench.run("init", "--contact", "mailto:me@example.org")
    assert done.exit_code == 0, done.stderr
    values = json.loads(bench.run("config", "--json").stdout)
    assert values["contact"] == {
        "value": "mailto:me@example.org",
        "origin": "warchive.toml:" + values["contact"]["origin"].partition(":")[2],
    }
    assert values["limits.delay"]["value"] == 2.0
    again = bench.run("init")
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_config_tells_each_value_and_where_it_came_from(crawled: Bench) -> None:
    done = crawled.run("--collection", "other", "config", env={"WARCHIVE_STATE": "elsewhere"})
    lines = {line.split("=")[0].strip(): line for line in done.stdout.splitlines()}
    assert lines["collection"].endswith("# command line")
    assert lines["state"].endswith("# environment (WARCHIVE_STATE)")
    assert "warchive.toml:" in lines["store"]
    assert lines["limits.timeout"].endswith("# default")


def test_sources_are_listed_shown_and_switched(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    every = json.loads(bench.run("sources", "list", "--json").stdout)
    assert len(every) >= 60
    assert not any(source["enabled"] for source in every)
    ukrainian = json.loads(bench.run("sources", "list", "--language", "uk", "--json").stdout)
    assert 0 < len(ukrainian) < len(every)
    assert bench.run("sources", "enable", "meduza", "tsn").exit_code == 0
    assert [source["name"] for source in json.loads(bench.run("sources", "list", "--enabled", "--json").stdout)] == ["meduza", "tsn"]
    assert bench.run("sources", "disable", "meduza").exit_code == 0
    assert json.loads(bench.run("sources", "show", "meduza", "--json").stdout)["enabled"] is False
    assert "tsn" in bench.run("sources", "list", "--enabled").stdout
    assert bench.run("sources", "enable", "meduzza").exit_code == 3


def test_sources_check_asks_every_seed_and_archives_nothing(crawled: Bench) -> None:
    crawled.source("broken", "http://odd-post.example/", [("feed", "http://odd-post.example/html.rss")], enabled=False)
    keys = crawled.keys()
    good = crawled.run("sources", "check", "courier", "--json")
    assert good.exit_code == 0, good.stderr
    rows = json.loads(good.stdout)
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["kind"] for row in rows} == {"rss", "sitemap_index", "sitemap", "news_sitemap"}
    bad = crawled.run("sources", "check", "broken")
    assert bad.exit_code == 4
    assert "html-instead-of-xml" in bad.stdout
    assert crawled.keys() == keys


def test_lookup_lists_captures_and_tells_where_there_is_none(crawled: Bench) -> None:
    article = next(article for article in crawled.articles() if article["version"] == 2)
    found = json.loads(crawled.run("lookup", article["url"], "--json").stdout)
    assert len(found) == 2
    assert {capture["status"] for capture in found} == {200}
    assert article["warc"]["record_id"] in {capture["record_id"] for capture in found}
    none = crawled.run("lookup", "http://nobody.example/")
    assert none.exit_code == 5
    assert "nobody.example" in none.stderr


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_show_prints_an_article_in_each_form_and_as_it_was_before(crawled: Bench, form: str) -> None:
    new = next(article for article in crawled.articles() if article["change"] and article["change"]["text"])
    old = next(article for article in crawled.articles() if article["id"] == new["previous_id"])
    now = crawled.run("show", new["url"], "--format", form)
    then = crawled.run("show", new["url"], "--format", form, "--at", old["captured_at"])
    by_id = crawled.run("show", new["id"], "--format", form)
    assert now.exit_code == then.exit_code == by_id.exit_code == 0, now.stderr + then.stderr + by_id.stderr
    assert now.stdout == by_id.stdout
    assert new["title"] in now.stdout
    assert now.stdout != then.stdout
    assert new["warc"]["filename"] in now.stdout, "provenance is told"


def test_export_writes_every_format_and_chooses(crawled: Bench) -> None:
    rows = [json.loads(line) for line in crawled.run("export").stdout.splitlines()]
    assert rows
    assert {row["schema"] for row in rows} == {"warchive.article/1"}
    versions = [json.loads(line) for line in crawled.run("export", "--all-versions").stdout.splitlines()]
    assert len(versions) == len(crawled.articles()) > len(rows)
    table = list(csv.DictReader(io.StringIO(crawled.run("export", "--format", "csv").stdout)))
    assert len(table) == len(rows)
    assert {row["url"] for row in table} == {row["url"] for row in rows}
    for form in ("text", "markdown"):
        text = crawled.run("export", "--format", form).stdout
        assert all(row["title"] in text for row in rows if form == "text")
    ukrainian = [json.loads(line) for line in crawled.run("export", "--language", "uk").stdout.splitlines()]
    assert ukrainian
    assert {row["language"].partition("-")[0] for row in ukrainian} == {"uk"}
    visnyk = [json.loads(line) for line in crawled.run("export", "--source", "visnyk").stdout.splitlines()]
    assert {row["source"] for row in visnyk} == {"visnyk"}
    assert crawled.run("export", "--since", "2099-01-01").stdout == ""


def test_export_to_a_file_leaves_stdout_empty_and_the_file_whole(crawled: Bench, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    done = crawled.run("export", "-o", path)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert path.read_text(encoding="utf-8") == crawled.run("export").stdout


def test_a_reader_that_has_seen_enough_ends_export_quietly(crawled: Bench) -> None:
    line = f"set -o pipefail; {' '.join(command('export', '--all-versions'))} | head -1"
    done = subprocess.run(["bash", "-c", line], cwd=crawled.folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "warchive.article/1"


def test_extract_makes_the_same_article_of_a_page_and_of_our_own_warc(crawled: Bench) -> None:
    article = next(article for article in crawled.articles() if article["source"] == "courier" and article["version"] == 1)
    stored = crawled.keys()
    (warc, *_rest) = [crawled.folder / "store" / key for key in stored if key.endswith(".warc.gz")]
    made = [json.loads(line) for line in crawled.run("extract", str(warc)).stdout.splitlines()]
    same = next(row for row in made if row["url"] == article["url"])
    assert same["text"] == article["text"]
    assert same["warc"]["record_id"] == article["warc"]["record_id"]
    page = crawled.folder / "page.html"
    page.write_text(f"<html><body><article><h1>{article['title']}</h1>" + "".join(f"<p>{p}</p>" for p in article["text"].split("\n\n")))
    for name, stdin in ((str(page), b""), ("-", page.read_bytes())):
        done = crawled.run("extract", name, "--url", "http://mine.example/x", stdin=stdin)
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["url"] == "http://mine.example/x"
    nothing = crawled.run("extract", "-", "--refused", stdin=b"<html></html>")
    assert nothing.exit_code == 5
    assert json.loads(nothing.stderr.splitlines()[0])["verdict"]


def test_runs_are_listed_and_their_reports_shown(crawled: Bench) -> None:
    runs = json.loads(crawled.run("runs", "list", "--json").stdout)
    assert [run["run"] for run in runs][:2] == [run.run for run in crawled.runs()][:2]
    assert json.loads(crawled.run("runs", "show", runs[0]["run"], "--json").stdout) == crawled.runs()[0].report
    assert crawled.run("runs", "show", "20000101t000000z-00000000").exit_code == 2


def test_capture_keeps_urls_of_any_host_now(crawled: Bench) -> None:
    urls = ["http://www.harbour-courier.example/about", "http://odd-post.example/plain"]
    done = crawled.run("capture", *urls)
    assert done.exit_code in (0, 5), done.stderr
    found = {capture["url"] for capture in crawled.runs()[-1].captures if capture["kind"] == "page"}
    assert found == set(urls)
    assert done.stdout.count("\n") == 1


def test_doctor_finds_this_place_fit_and_another_one_not(crawled: Bench) -> None:
    fit = crawled.run("doctor")
    assert fit.exit_code == 0, fit.stderr
    assert fit.stdout.count("ok ") >= 8
    assert crawled.run("doctor", "--quiet").stdout == ""
    unfit = crawled.run("--store", "nowhere/at/all", "doctor", "--json")
    assert unfit.exit_code == 6
    assert [finding["what"] for finding in json.loads(unfit.stdout) if not finding["ok"]] == ["store"]
