"""Do `sources import` and `export` speak with other programs, and do `add`'s exit codes mean what is documented? By command line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.newspaper.exchange import html
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed

SEEDS = {
    "paper": [("feed", "http://paper.example/feed?a=1&b=2"), ("sitemap", "http://paper.example/sitemap.xml")],
    "visnyk": [("feed", "http://visnyk.example/rss")],
}


@pytest.fixture
def desk(tmp_path: Path) -> Bench:
    made = Bench.make(tmp_path / "one")
    made.source("paper", "http://paper.example/", SEEDS["paper"], title='The "Paper" & <Sons>')
    made.source("visnyk", "http://visnyk.example/", SEEDS["visnyk"], title="Вісник", languages=["uk", "en"])
    return made


def seeds(folder: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, Any] = {path.stem: tomllib.loads(path.read_text()) for path in (folder / "sources").glob("*.toml")}
    return {name: [(seed["type"], seed["url"]) for seed in source["seeds"]] for name, source in found.items()}


@pytest.mark.parametrize("kind", ["opml", "csv"])
def test_what_one_desk_exports_another_imports(desk: Bench, tmp_path: Path, kind: str) -> None:
    exported = desk.run("sources", "export", "--format", kind)
    assert exported.exit_code == 0
    other = Bench.make(tmp_path / "two")
    done = other.run("sources", "import", "-", "--json", stdin=exported.stdout.encode())
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == {"written": ["paper", "visnyk"], "refused": []}
    if kind == "csv":
        assert seeds(other.folder) == SEEDS
    else:
        assert seeds(other.folder) == {name: [seed for seed in found if seed[0] == "feed"] for name, found in SEEDS.items()}
        assert "1 seeds that are no feeds are left out" in exported.stderr
        assert tomllib.loads((other.folder / "sources" / "visnyk.toml").read_text())["title"] == "Вісник"


def test_a_list_in_the_encoding_of_its_declaration_is_imported_and_what_is_refused_is_named_with_4(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    bench.source("paper", "http://paper.example/", SEEDS["paper"])
    outlines = (
        '<outline type="rss" text="Новая газета" xmlUrl="https://novaya.example/rss" language="ru"/>'
        '<outline type="rss" text="Ours" xmlUrl="http://paper.example/feed?a=1&amp;b=2"/><outline type="rss" text="Empty"/>'
        '<outline text="Same host name" xmlUrl="https://paper.example.org/feed"/><outline xmlUrl="file:///etc/passwd"/>'
    )
    text = f'<?xml version="1.0" encoding="windows-1251"?><opml version="1.0"><body>{outlines}</body></opml>'
    (tmp_path / "list.opml").write_bytes(text.encode("windows-1251"))
    before = (tmp_path / "sources" / "paper.toml").read_bytes()
    done = bench.run("sources", "import", "list.opml")
    assert done.exit_code == 4
    assert sorted(done.stderr.splitlines()) == [
        "list.opml: outline 2: http://paper.example/feed?a=1&b=2 is a seed of `paper` already",
        "list.opml: outline 3: 'Empty' has no xmlUrl",
        "list.opml: outline 5: 'file:///etc/passwd' is not an http or https URL",
    ]
    assert "2 sources written" in done.stdout
    assert "3 entries refused" in done.stdout
    assert tomllib.loads((tmp_path / "sources" / "novaya.toml").read_text())["title"] == "Новая газета"
    assert set(seeds(tmp_path)) == {"paper", "novaya", "paper-example"}
    assert (tmp_path / "sources" / "paper.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "word"),
    [
        (("import", "-"), b"# nothing but remarks\n\n", 5, ""),
        (("import", "-"), b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", 2, "document type"),
        (("import", "missing.opml"), b"", 2, "cannot be read"),
        (("export", "nobody"), b"", 3, "there is no source `nobody`"),
    ],
)
def test_how_import_and_export_end(tmp_path: Path, arguments: tuple[str, ...], stdin: bytes, code: int, word: str) -> None:
    bench = Bench.make(tmp_path)
    done = bench.run("sources", *arguments, stdin=stdin)
    assert done.exit_code == code, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "sources").iterdir())


def test_a_site_that_announces_nothing_ends_with_5_and_one_without_a_scheme_is_found_over_http(tmp_path: Path) -> None:
    base = "http://paper.example"
    with Town({f"{base}/": html("<title>Soon</title><p>Under construction"), "http://full.example/": html("<title>Full</title>")}) as town:
        town.answers["http://full.example/feed"] = feed(f"http://full.example/{number}" for number in range(3))
        bench = Bench.make(tmp_path, connect_to=town.connect_to, extraction={"workers": 1})
        empty = bench.run("sources", "add", f"{base}/", "--yes")
        found = bench.run("sources", "add", "full.example", "--json")
    assert empty.exit_code == 5
    assert empty.stdout == ""
    assert "no feed, sitemap or section page was found" in empty.stderr
    assert found.exit_code == 0, found.stderr
    shown = json.loads(found.stdout)
    assert [row["url"] for row in shown["passed_over"]] == ["https://full.example/"]
    assert tomllib.loads((tmp_path / "sources" / "full.toml").read_text())["homepage"] == "http://full.example/"
    assert [path.name for path in (tmp_path / "sources").iterdir()] == ["full.toml"]
