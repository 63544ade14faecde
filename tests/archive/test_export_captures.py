"""Do captures leave the archive byte for byte, with all that their pages need, in files that others can read?"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cdxj_indexer.main import CDXJIndexer
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import DamagedError, UsageError
from archive.export_choice import Choice, check_choice
from archive.export_groups import GroupReader
from archive.export_job import Order, Tally, fill, pieces_of
from archive.export_needs import needs_of, units
from archive.export_parts import named_by_page, named_by_sheet
from archive.export_wacz import wacz_of
from archive.export_warc import warc_of
from archive.model import CaptureRef
from archive.reader import Archive, open_archive
from tests.archive.parcels import RUNS, WORDS_A, publish_two_runs
from tests.archive.shelf import SITE


@dataclass(frozen=True)
class Two:
    archive: Archive
    refs: dict[str, CaptureRef]
    folder: Path

    def export(self, format: str, *, split: int | None = None, **choice: object) -> bytes:
        return b"".join(pieces_of(self.archive, self.order(format, split=split, **choice), Tally()))

    def order(self, format: str, *, split: int | None = None, requisites: bool = True, **choice: object) -> Order:
        chosen = check_choice(self.archive, Choice(**choice), articles=format not in ("warc", "wacz", "cdxj"))  # type: ignore[arg-type]
        return Order(format=format, chosen=chosen, split=split, requisites=requisites)  # type: ignore[arg-type]

    def names(self, data: bytes) -> list[str]:
        """Names of the captures in a WARC, in their order."""
        by_id = {ref.record_id: name for name, ref in self.refs.items()}
        return [by_id[one] for one in main_ids(data) if one in by_id]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    refs = publish_two_runs(folder)
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        yield Two(archive, refs, folder)


def records(data: bytes) -> list[tuple[str, str, bytes]]:
    """Type, id and block of each record, as warcio reads them."""
    return [
        (one.rec_type, one.rec_headers.get_header("WARC-Record-ID")[1:-1], one.raw_stream.read())
        for one in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]


def main_ids(data: bytes) -> list[str]:
    return [id for kind, id, _ in records(data) if kind in ("response", "revisit")]


def members(data: bytes) -> dict[str, bytes]:
    """The compressed bytes of each record by its id."""
    found, iterator = {}, ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    for one in iterator:
        id = one.rec_headers.get_header("WARC-Record-ID")[1:-1]
        iterator.read_to_end(one)
        found[id] = data[iterator.get_record_offset() : iterator.get_record_offset() + iterator.get_record_length()]
    return found


def test_every_record_is_copied_byte_for_byte(two: Two) -> None:
    data = two.export("warc", captures="all")
    ours: dict[str, bytes] = {}
    for path in sorted((two.folder / "store").rglob("*.warc.gz")):
        ours |= members(path.read_bytes())
    theirs = members(data)
    head = next(iter(theirs))
    assert {id: member for id, member in theirs.items() if id != head} == ours
    assert two.export("warc", captures="all") == data, "nothing depends on a clock"
    for one in FastIterator(io.BytesIO(data), record_types=WarcRecordType.any_type, parse_http=False):
        assert one.verify_block_digest(consume=False)


def test_the_head_of_a_file_says_what_was_selected(two: Two) -> None:
    kind, _, block = records(two.export("warc", source="wire", since="2024-11-09", by="captured"))[0]
    assert kind == "warcinfo"
    assert b"warchive-selection: by=captured; since=2024-11-09; source=wire\r\n" in block
    assert b"isPartOf: news" in block


def test_a_page_brings_its_redirect_its_parts_and_what_it_repeats(two: Two) -> None:
    by_url = two.names(two.export("warc", urls=(f"{SITE}/old?id=1",), runs=RUNS[:1]))
    assert by_url == ["old", "a", "css", "print", "back", "a.png"]
    again = two.names(two.export("warc", urls=(f"{SITE}/a",)))
    assert again == ["a2", "css", "print", "back", "new.png"], "the style sheet of the first run is what the page is shown with"
    copy = two.names(two.export("warc", urls=(f"{SITE}/copy",)))
    assert copy[:2] == ["copy", "b"], "the original lies in another run"
    assert set(copy[2:]) == {"css", "print", "back"}
    alone = b"".join(pieces_of(two.archive, two.order("warc", urls=(f"{SITE}/a",), requisites=False), Tally()))
    assert two.names(alone) == ["a2"]


def test_one_capture_can_be_had_alone(two: Two) -> None:
    data = b"".join(warc_of(two.archive, [two.refs["copy"], two.refs["copy"]]))
    assert two.names(data) == ["copy", "b"]
    assert [kind for kind, _, _ in records(data)] == ["warcinfo", "warcinfo", "revisit", "request", "warcinfo", "response", "request"]
    article = two.archive.article(f"{SITE}/copy")
    assert article is not None
    assert needs_of(two.archive, article)[0] == two.refs["copy"]
    data = b"".join(wacz_of(two.archive, [two.refs["copy"]], articles=[article]))
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        head, *pages = [json.loads(line) for line in opened.read("pages/pages.jsonl").splitlines()]
    assert head["hasText"] is True
    assert [(page["url"], page["title"], page["ts"]) for page in pages] == [(f"{SITE}/copy", "Копія", "2024-11-09T08:15:01Z")]


def test_pages_and_everything_can_be_chosen(two: Two) -> None:
    pages = two.names(two.export("warc", captures="pages", verdict=None))
    assert {"gone", "old", "a", "b", "a2", "copy"} < set(pages)
    assert "feed" not in pages
    assert set(two.names(two.export("warc", captures="all"))) == set(two.refs)
    assert two.names(two.export("warc", captures="all", urls=(f"{SITE}/gone",))) == ["gone"]
    assert two.names(two.export("warc", captures="all", since="2024-11-09", until="2024-11-09")) == [
        "a2",
        "css",
        "print",
        "back",
        "new.png",
        "copy",
        "b",
    ]


def test_a_wacz_holds_an_index_equal_to_cdxj_indexers(two: Two, tmp_path: Path) -> None:
    data = two.export("wacz")
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}
        (warc,) = [name for name in opened.namelist() if name.startswith("archive/")]
        (tmp_path / Path(warc).name).write_bytes(opened.read(warc))
        packed, directory = opened.read("indexes/index.cdx.gz"), opened.read("indexes/index.idx").decode()
        package = json.loads(opened.read("datapackage.json"))
    ours = gzip.decompress(packed).splitlines()
    CDXJIndexer(output=str(tmp_path / "theirs"), inputs=[str(tmp_path / Path(warc).name)]).process_all()
    assert ours == sorted((tmp_path / "theirs").read_bytes().splitlines())
    meta, *blocks = directory.splitlines()
    assert json.loads(meta.removeprefix("!meta 0 "))["format"] == "cdxj-gzip-1.0"
    for block in blocks:
        key, _, facts = block.partition(" {")
        at = json.loads("{" + facts)
        assert gzip.decompress(packed[at["offset"] : at["offset"] + at["length"]]).decode().startswith(f"{key} {{")
    assert package["wacz_version"] == "1.1.1"
    assert package["warchive"]["selection"] == {"warchive-selection": "everything"}


def test_volumes_are_each_whole_in_themselves(two: Two, tmp_path: Path) -> None:
    found = units(two.archive, two.order("wacz").chosen, GroupReader(two.archive))
    assert [two.archive.capture_of(article) for article in two.archive.articles()] == [
        next(ref for ref in unit.refs if ref.kind == "page" and ref.status == 200) for unit in found
    ]
    order = two.order("wacz", split=1 << 20)
    object.__setattr__(order, "split", 3000)  # smaller than the command line allows
    tally = Tally()
    fill(two.archive, order, tmp_path, tally, lambda: None)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"news-{number:05d}.wacz" for number in range(1, tally.files + 1)]
    assert tally.files == tally.articles == 3
    for path in tmp_path.iterdir():
        with zipfile.ZipFile(path) as opened:
            (warc,) = [name for name in opened.namelist() if name.startswith("archive/")]
            data = opened.read(warc)
        revisits = [ref for ref in two.refs.values() if ref.record_type == "revisit" and ref.record_id in main_ids(data)]
        assert {"css", "print", "back"} < set(two.names(data))
        assert {ref.refers_to for ref in revisits} <= set(main_ids(data))


def test_lines_of_the_index_are_those_of_the_runs(two: Two) -> None:
    stored = sorted(line for path in (two.folder / "store").rglob("index.cdxj") for line in path.read_bytes().splitlines())
    assert two.export("cdxj", captures="all").splitlines() == stored
    some = two.export("cdxj", urls=(f"{SITE}/copy",)).decode().splitlines()
    assert set(some) < {line.decode() for line in stored}
    assert sum(f'"{SITE}/copy"' in line for line in some) == sum(f'"{SITE}/b"' in line for line in some) == 1
    assert two.export("cdxj", captures="all", runs=RUNS[1:]).count(b"\n") == 3


def test_a_damaged_record_stops_the_export_and_is_named(two: Two, tmp_path: Path) -> None:
    refs = publish_two_runs(tmp_path)
    path = next(path for path in (tmp_path / "store").rglob("*.warc.gz") if path.name == refs["a"].filename)
    data = bytearray(path.read_bytes())
    data[refs["a"].offset + refs["a"].length // 2] ^= 1
    path.write_bytes(data)
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        with pytest.raises(DamagedError, match=str(refs["a"].offset)):
            b"".join(warc_of(archive, [refs["a"]]))
        path.unlink()
        with pytest.raises(DamagedError, match="is not in"):
            b"".join(warc_of(archive, [refs["b"]]))


def test_names_that_are_not_there_are_errors(two: Two) -> None:
    for choice, words in (
        ({"runs": ("20200101t000000z-00000000",)}, "no run"),
        ({"source": "nwes"}, "no source"),
        ({"verdict": "artcle"}, "no verdict"),
        ({"verdict": "consent"}, "no article has"),
        ({"urls": ("ftp://x",)}, "no http or https"),
        ({"since": "soon"}, "neither a date"),
    ):
        with pytest.raises(UsageError, match=words):
            check_choice(two.archive, Choice(**choice))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="about articles"):
        check_choice(two.archive, Choice(captures="all", language="en"), articles=False)
    with pytest.raises(UsageError, match="for formats that hold captures"):
        check_choice(two.archive, Choice(captures="all"))
    assert check_choice(two.archive, Choice(source="planned"), sources=["planned"]).choice.source == "planned"
    assert check_choice(two.archive, Choice(urls=(f"{SITE}/nowhere",))).unknown == (f"{SITE}/nowhere",)
    assert check_choice(two.archive, Choice(runs=("last",))).runs == {RUNS[1]}


def test_few_requests_read_many_captures(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, get_range = [], two.archive.store.get_range

    def counted(key: str, offset: int, length: int) -> bytes:
        asked.append(key)
        return get_range(key, offset, length)

    monkeypatch.setattr(two.archive.store, "get_range", counted)
    two.export("warc", captures="all")
    warcs = [key for key in asked if key.endswith(".warc.gz")]
    assert len(warcs) <= 8, "two files, their heads, and windows that grow"


def test_addresses_in_pages_and_sheets_are_found() -> None:
    body = b"""<BASE href="/sub/"><link href='s.css?a=1&amp;b=2#x'><img src=i.png srcset="//cdn.example/1.png 1x,
    2.png 2x"><a href="page.html">x</a><script src="s.js">var x = "no.png"</script><div style="background:url( 'bg.png' )">
    <style>@import "more.css"; p{background:url(data:image/png;base64,x)}</style><img src="javascript:x.y"><img src="http://[bad">"""
    assert named_by_page(body, "https://n.example/a/b") == [
        "https://n.example/sub/",
        "https://n.example/sub/s.css?a=1&b=2",
        "https://n.example/sub/i.png",
        "https://cdn.example/1.png",
        "https://n.example/sub/2.png",
        "https://n.example/sub/s.js",
        "https://n.example/sub/bg.png",
        "https://n.example/sub/more.css",
    ]
    assert named_by_sheet(b"@import url(a.css);@font-face{src:url('../f.woff2')}", "https://n.example/c/x.css") == [
        "https://n.example/c/a.css",
        "https://n.example/f.woff2",
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<a ", "<script", "</script", '"', "'", "url(", "src=", "<base href=", "x" * 50, ">", " ", "\u0130"]), max_size=40
    )
)
def test_nothing_in_a_page_is_too_odd_to_be_read(pieces: list[str]) -> None:
    named_by_page(("".join(pieces) * 60).encode(), "https://n.example/")


def test_words_of_an_article_are_in_the_page_list(two: Two) -> None:
    with zipfile.ZipFile(io.BytesIO(two.export("wacz", all_versions=True))) as opened:
        lines = opened.read("pages/pages.jsonl").decode().splitlines()
    assert [json.loads(line).get("text", "")[: len(WORDS_A)] == WORDS_A for line in lines] == [False, True, False, True, False]
