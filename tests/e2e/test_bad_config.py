"""Is what the operator got wrong told in full, with file, line and a way out, before anything is asked or written?"""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench, CompletedRun


def bench_of(folder: Path, text: str, *, sources: dict[str, str] | None = None) -> Bench:
    """A bench with this `warchive.toml` and these source files."""
    bench = Bench.make(folder)
    (folder / "warchive.toml").write_text(text, encoding="utf-8")
    for name, source in (sources or {}).items():
        (folder / "sources" / name).write_text(source, encoding="utf-8")
    return bench


def source(name: str) -> str:
    base = f"https://{name}.example/"
    return f'name = "{name}"\ntitle = "T"\nhomepage = "{base}"\nlanguages = ["en"]\n[[seeds]]\ntype = "feed"\nurl = "{base}feed"\n'


def assert_refused(bench: Bench, done: CompletedRun, *parts: str) -> None:
    """Exit 3, the message on stderr alone, nothing made."""
    assert done.exit_code == 3, done.stderr
    assert done.stdout == ""
    for part in parts:
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bench.folder / "store").exists()
    assert bench.spool_files() == []


def test_all_errors_of_a_configuration_are_told_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    lines = ['store = "store"', 'contakt = "https://e.org"', 'collection = "Not Good"', "[limits]", "delya = 1.0", 'max_redirects = "ten"']
    text = "\n".join([*lines, "[netwrok]", "x = 1", ""])
    bench = bench_of(tmp_path, text)
    done = bench.crawl()
    assert_refused(
        bench,
        done,
        "warchive.toml:2",
        "did you mean `contact`",
        "warchive.toml:3",
        "warchive.toml:5",
        "unknown key `delya`",
        "did you mean `delay`",
        "warchive.toml:6",
        "did you mean `network`",
    )


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, 'store = "store"\ncontact = "https://e.org\n')
    assert_refused(bench, bench.crawl(), "warchive.toml:2")


def test_two_files_with_one_name_and_a_broken_one_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "north.toml").write_text(source("north"), encoding="utf-8")
    bench = bench_of(
        tmp_path,
        'sources = ["sources/", "more/"]\n',
        sources={"north.toml": source("north"), "south.toml": 'name = "south"\nhomepage = 3\n', "cut.toml": "name = "},
    )
    done = bench.crawl("north")
    assert_refused(bench, done, "north.toml", "south.toml", "cut.toml")
    assert done.stderr.count("north.toml") >= 2, "both files are named"


def test_an_unknown_source_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, 'contact = "https://e.org"\n')
    assert_refused(bench, bench.crawl("meduzza"), "meduzza", "meduza")


def test_a_public_publisher_is_not_asked_without_a_contact(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "")
    assert_refused(bench, bench.crawl("meduza"), "contact", "public publisher")
    assert_refused(bench, bench.run("capture", "https://www.bbc.co.uk/news"), "contact")
    assert_refused(bench, bench.run("sources", "check", "meduza"), "contact")


def test_where_no_source_is_enabled_it_is_said_how_to_enable_one(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "")
    assert_refused(bench, bench.crawl(), "no source is enabled", "warchive sources enable")


def test_a_misspelt_variable_and_a_missing_file_are_told(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "")
    assert_refused(bench, bench.run("crawl", env={"WARCHIVE_STROE": "x"}), "WARCHIVE_STROE", "WARCHIVE_STORE")
    assert_refused(bench, bench.run("--config", "not-there.toml", "crawl"), "not-there.toml", "warchive init")


@pytest.mark.parametrize(
    "arguments",
    [
        ["crwal"],
        ["crawl", "--rechekc"],
        ["export", "--format", "xml"],
        ["show"],
        ["lookup", "x", "--at", "noon"],
        ["capture", "ftp://x.example/"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2_and_says_what_is_wrong(tmp_path: Path, arguments: list[str]) -> None:
    done = Bench.make(tmp_path).run(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_state_folder_of_another_store_is_refused_and_nothing_is_written(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    assert bench.crawl().exit_code == 0
    before = bench.keys()
    done = bench.run("--store", "another", "crawl")
    assert done.exit_code == 1
    assert "another store" in done.stderr
    assert "--state" in done.stderr
    assert not list((tmp_path / "another").rglob("datapackage.json"))
    assert bench.keys() == before
