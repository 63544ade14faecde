"""Do lists of other programs become source files, with every refused line named, and moved seeds change nothing else?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from archive.errors import ConfigError, UsageError
from crawler.proposal import Proposal, name_of, validate, write_new
from crawler.seedmoves import write_moves
from crawler.seedview import remembered, sentences
from crawler.source_file import Source, read_source
from crawler.sourcelists import read_list, source_texts, write_list

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><body><outline text="News"><outline text="deep">
<outline type="rss" text="One &amp; only" xmlUrl="https://one.example/feed?a=1&amp;b=2" htmlUrl="https://one.example/" language="uk"/>
<outline type="rss" text="no address"/><outline type="rss" text="bad" xmlUrl="javascript:alert(1)"/>
<outline type="rss" text="again" xmlUrl="https://one.example/feed?a=1&amp;b=2"/>
</outline></outline></body></opml>"""


def made(text: str, kind: str, folder: Path) -> list[Source]:
    listed, _ = read_list(text, kind)
    sources = []
    for name, content, _ in source_texts(listed, ()):
        validate(Proposal(name=name, text=content, seeds=()))
        source = read_source(write_new(folder, name, content))
        assert isinstance(source, Source)
        sources.append(source)
    return sources


def test_nested_outlines_become_sources_and_each_refused_one_is_named() -> None:
    listed, refused = read_list(OPML, "opml")
    assert [(one.url, one.title, one.language) for one in listed] == [("https://one.example/feed?a=1&b=2", "One & only", "uk")]
    assert sorted(one.where for one in refused) == ["outline 4", "outline 5", "outline 6"]


@pytest.mark.parametrize("text", ["<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "<opml><body>", "<rss/>"])
def test_an_opml_file_with_a_document_type_or_broken_or_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_list(text, "opml")


BOMB = "<!ENTITY a 'lollollol'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))


@pytest.mark.parametrize(
    "text",
    [
        f"<?xml version='1.0'?><!DOCTYPE opml [{BOMB}]><opml><body><outline xmlUrl='https://a.example/&j;'/></body></opml>",
        "<!DOCTYPE opml [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><opml><body><outline text='&f;' xmlUrl='https://a.example/'/></body></opml>",
        "<!doctype opml SYSTEM 'http://evil.example/x.dtd'><opml/>",
        "<opml><body><outline xmlUrl='https://a.example/&undeclared;'/></body></opml>",
        "<opml>" + "<outline>" * 100_000 + "</outline>" * 100_000 + "</opml>",
        "<opml><body><outline text='" + "x" * 11_000_000 + "'/></body></opml>",
        "<opml><body>\0<outline xmlUrl='https://a.example/'/></body></opml>",
        "<?xml version='1.0'",
    ],
    ids=["bomb", "file", "dtd", "undeclared", "deep", "long", "nul", "cut"],
)
def test_hostile_opml_is_refused_at_once_with_a_word(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(UsageError) as caught:
        read_list(text, "opml")
    assert "OPML" in caught.value.message
    assert len(caught.value.message) < 400
    assert time.monotonic() - began < 5


def test_what_stands_in_an_outline_is_never_markup_nor_another_line_of_the_source_file(tmp_path: Path) -> None:
    text = (
        '<opml><body><outline xmlUrl="https://a.example/f" language="xx-evil-\\&quot;" '
        "text=\"A &quot;B&quot; &lt;x&gt; &amp;#10;&#10;enabled = true&#x2028;'''\"/></body></opml>"
    )
    (source,) = made(text, "opml", tmp_path)
    assert source.title.startswith('A "B" <x> &#10;')
    assert "\n" not in source.title
    assert source.languages == ("en",)
    assert "# not stated in the list; please correct" in source.path.read_text()


def test_a_hundred_thousand_outlines_are_read_in_seconds_each_with_a_name_of_its_own() -> None:
    # Host names that differ only where the names of sources are cut off already: the worst for finding names.
    outlines = "".join(f'<outline xmlUrl="https://{"x" * 60}{n % 7}.w{n}.example/feed"/>' for n in range(100_000))
    began = time.monotonic()
    listed, refused = read_list(f"<opml><body>{outlines}</body></opml>", "opml")
    names = {name for name, _, _ in source_texts(listed[:20_000], ("x" * 63,))}
    assert time.monotonic() - began < 20  # looking for each name from the first on would take minutes
    assert (len(listed), refused, len(names)) == (100_000, [], 20_000)
    assert max(map(len, names)) <= 63
    assert "x" * 63 not in names


@pytest.mark.parametrize("kind", ["opml", "csv", "urls"])
def test_what_is_exported_is_imported_again_with_the_same_seeds(tmp_path: Path, kind: str) -> None:
    sources = made(OPML, "opml", tmp_path / "a")
    again = made(write_list(sources, kind), kind, tmp_path / "b")
    assert [(source.homepage, source.seeds) for source in again] == [(source.homepage, source.seeds) for source in sources]


def test_lines_of_a_csv_file_that_make_no_source_are_named_by_their_number() -> None:
    text = "name,url,type\na,https://a.example/f,feed\nb,ftp://b.example/,feed\nc,https://c.example/,blog\nD E,https://d.example/,feed\n"
    listed, refused = read_list(text, "csv")
    assert [one.name for one in listed] == ["a"]
    assert [one.where for one in refused] == ["line 3", "line 4", "line 5"]


def test_a_source_file_is_never_overwritten(tmp_path: Path) -> None:
    write_new(tmp_path, "a", "first")
    with pytest.raises(ConfigError):
        write_new(tmp_path, "a", "second")
    assert (tmp_path / "a.toml").read_text() == "first"


def test_a_moved_seed_changes_its_line_alone(tmp_path: Path) -> None:
    text = (
        'name = "a" # ours\r\ntitle = "A"\nhomepage = "https://a.example/"\nlanguages = ["en"]\n\n'
        "[[seeds]]\ntype = 'feed'\nurl   =  'https://a.example/old'  # since 2020\n"
    )
    path = tmp_path / "a.toml"
    path.write_bytes(text.encode())
    source = read_source(path)
    assert isinstance(source, Source)
    assert write_moves(source, {"https://a.example/old": "https://a.example/new"}) == 1
    assert path.read_bytes().decode() == text.replace("'https://a.example/old'", '"https://a.example/new"')
    assert list(tmp_path.iterdir()) == [path]


def test_a_seed_that_no_ledger_knows_was_never_asked(tmp_path: Path) -> None:
    assert remembered(tmp_path / "none.sqlite", "a") == {}
    assert sentences(None) == ["never asked: due now"]


@pytest.mark.parametrize(
    ("host", "name"), [("www.harbour-courier.co.uk", "harbour-courier"), ("news.example.org", "news-example"), ("localhost", "localhost")]
)
def test_a_source_is_named_after_its_host(host: str, name: str) -> None:
    assert name_of(host) == name
