"""Do Parquet, WET and Markdown folders hold the articles as they are, for the programs that read them?"""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from archive.article import Article, json_schema
from archive.errors import DamagedError, SpaceError, UsageError, WarchiveError
from archive.export_choice import Choice, check_choice
from archive.export_files import put_file, to_stream, whole_file, whole_folder
from archive.export_job import FORMATS, Format, Order, Tally, fill, pieces_of
from archive.export_schema import READ, SCHEMA, STATED, TIME, languages, times
from archive.export_wet import iso_639_3
from archive.reader import Archive, open_archive
from tests.archive.parcels import RUNS, WORDS_A, WORDS_B, publish_two_runs
from tests.archive.shelf import SITE


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("tables")
    publish_two_runs(folder)
    with open_archive(str(folder / "store"), state=folder / "state") as opened:
        yield opened


@pytest.fixture(scope="module")
def dataset(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet") / "articles"
    tally = Tally()
    with whole_folder(folder) as hidden:
        fill(archive, order(archive, "parquet", all_versions=True), hidden, tally, lambda: None)
    assert (tally.articles, tally.files) == (4, 2)
    return folder


def order(archive: Archive, format: Format, *, split: int | None = None, **choice: Any) -> Order:
    return Order(format=format, chosen=check_choice(archive, Choice(**choice)), split=split)


def export(archive: Archive, format: Format, **choice: Any) -> bytes:
    return b"".join(pieces_of(archive, order(archive, format, **choice), Tally()))


def test_the_columns_are_the_fields_of_the_record() -> None:
    schema = json_schema()
    assert READ.names == list(schema["properties"])
    for name, part in (("blocks", "Block"), ("authors", "Author"), ("dates", "DateClaim"), ("images", "Image"), ("credits", "Credit")):
        assert [field.name for field in READ.field(name).type.value_type] == list(schema["$defs"][part]["properties"])
    for name, part in (("warc", "WarcPointer"), ("extractor", "Extractor"), ("discovered_via", "DiscoveredVia"), ("change", "Change")):
        assert [field.name for field in READ.field(name).type] == list(schema["$defs"][part]["properties"])
    assert set(SCHEMA.names) == {*READ.names, *(f"{name}_stated" for name in STATED)}


def test_a_table_holds_what_the_records_hold(archive: Archive, dataset: Path) -> None:
    rows = {row["id"]: row for row in pq.read_table(dataset).to_pylist()}
    for article in archive.articles(versions="all"):
        record, row = json.loads(article.to_json()), rows[article.id]
        assert row["date_published_stated"] == record["date_published"]
        assert row["captured_at"] == datetime.fromisoformat(record["captured_at"])
        for name in set(READ.names) - {"date_published", "date_modified", "captured_at", "extracted_at"}:
            assert row[name] == record[name], name
    assert {row["lang"] for row in rows.values()} == {"en", "uk"}
    one = pq.ParquetFile(dataset / "lang=uk" / "part-00000.parquet")
    assert one.schema_arrow.metadata[b"warchive.schema"] == b"warchive.article/1"
    assert one.metadata.row_group(0).column(0).compression == "ZSTD"


def test_duckdb_pandas_and_datasets_read_it(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = "lang, count(*), min(date_published), any_value(authors)"
    found = duckdb.sql(f"SELECT {columns} FROM read_parquet('{dataset}/**/*.parquet') GROUP BY lang ORDER BY lang").fetchall()
    assert [(row[0], row[1]) for row in found] == [("en", 2), ("uk", 2)]
    assert found[1][2].astimezone(UTC) == datetime(2024, 11, 1, tzinfo=UTC)
    frame = pd.read_parquet(dataset)
    assert sorted(frame["text"]) == sorted([WORDS_A, WORDS_A + " Twice.", WORDS_B, WORDS_B])
    assert isinstance(frame["captured_at"].dtype, pd.DatetimeTZDtype)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    import datasets

    files = sorted(str(path) for path in dataset.rglob("*.parquet"))
    loaded = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "hf"))
    assert sorted(loaded["title"]) == ["Bridge", "Bridge, again", "Копія", "Ніч"]
    assert loaded.features["captured_at"].dtype == "timestamp[us, tz=UTC]"


def test_one_file_and_a_stream_are_one_table(archive: Archive) -> None:
    data = export(archive, "parquet")
    assert data == export(archive, "parquet")
    table = pq.read_table(io.BytesIO(data))
    assert table.column("title").to_pylist() == [article.title for article in archive.articles()]
    assert table.schema.equals(SCHEMA)
    empty = pq.read_table(io.BytesIO(export(archive, "parquet", since="2099-01-01")))
    assert (empty.num_rows, empty.schema.names) == (0, SCHEMA.names)


def test_times_that_pages_state_become_moments() -> None:
    stated = [
        "2024-11-08T08:15:00+02:00", "2024-11-08", "2024-11-08T08:15:00", None, "soon", "2024-02-31T00:00:00Z", "2024-11-08T06:15:00.5Z",
    ]  # fmt: skip
    moments = times(pa.chunked_array([pa.array(stated)])).to_pylist()
    day = datetime(2024, 11, 8, tzinfo=UTC)
    assert moments == [
        day.replace(hour=6, minute=15),
        day,
        day.replace(hour=8, minute=15),
        None,
        None,
        None,
        day.replace(hour=6, minute=15, microsecond=500000),
    ]
    assert times(pa.chunked_array([pa.array(["2024-11-08", None])])).to_pylist() == [day, None]
    assert times(pa.chunked_array([pa.array([], pa.string())])).type == TIME


def test_no_language_of_a_page_is_a_path() -> None:
    tags = ["uk-UA", "EN", None, "", "../../etc", "a/b", "en/..", "zh-Hant", "x" * 300, "\u0443\u043a", "e\x00n"]
    assert languages(pa.chunked_array([pa.array(tags)])).to_pylist() == [
        "uk",
        "en",
        "und",
        "und",
        "und",
        "und",
        "und",
        "zh",
        "und",
        "und",
        "und",
    ]


def test_a_record_that_is_not_there_is_named(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive import export_parquet
    from archive.articlefile import read_lines

    def other(store: Any, batch: Any) -> Iterator[bytes]:
        return (line.replace(b'"id":"urn:uuid:', b'"id":"urn:uuid:0', 1) for line in read_lines(store, batch))

    monkeypatch.setattr(export_parquet, "read_lines", other)
    with pytest.raises(DamagedError, match="the catalogue says"):
        export(archive, "parquet")
    monkeypatch.setattr(export_parquet, "read_lines", lambda *_: iter([b'{"version": "x"}\n']))
    with pytest.raises(DamagedError, match="not article records"):
        export(archive, "parquet")


def test_wet_files_hold_the_texts(archive: Archive, tmp_path: Path) -> None:
    data = export(archive, "wet")
    found = []
    for record in ArchiveIterator(io.BytesIO(data)):
        if record.rec_type == "conversion":
            headers = record.rec_headers
            found.append(
                (
                    headers.get_header("WARC-Target-URI"),
                    headers.get_header("WARC-Identified-Content-Language"),
                    record.raw_stream.read().decode(),
                )
            )
            assert headers.get_header("Content-Type") == "text/plain"
            assert headers.get_header("WARC-Refers-To").startswith("<urn:uuid:")
    assert found == [
        (f"{SITE}/b", "ukr", WORDS_B),
        (f"{SITE}/a", "eng", WORDS_A + " Twice."),
        (f"{SITE}/copy", "ukr", WORDS_B),
    ]
    fast = [one for one in FastIterator(io.BytesIO(data), record_types=WarcRecordType.any_type) if one.verify_block_digest(consume=False)]
    assert [one.record_type for one in fast] == [WarcRecordType.warcinfo, *[WarcRecordType.conversion] * 3]
    assert [iso_639_3(tag) for tag in ("uk-UA", "EN", "gsw", None, "x", "../..", "e\r\nX: y")] == [
        "ukr",
        "eng",
        "gsw",
        None,
        None,
        None,
        None,
    ]
    one = order(archive, "wet", split=1 << 20)
    object.__setattr__(one, "split", 600)
    fill(archive, one, tmp_path, Tally(), lambda: None)
    assert len(list(tmp_path.glob("news-0000*.warc.wet.gz"))) > 1


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_chooses_alike(archive: Archive, format: Format) -> None:
    def count(**choice: Any) -> int:
        tally = Tally()
        chosen = check_choice(archive, Choice(**choice), articles=format not in ("warc", "wacz", "cdxj"))
        for _ in pieces_of(archive, Order(format=format, chosen=chosen), tally):
            pass
        return tally.captures if format == "cdxj" else tally.articles

    pages = {"cdxj": 8}  # lines of the captures
    assert count(urls=(f"{SITE}/b",)) == (4 if format == "cdxj" else 1)
    assert count(source="wire") == (5 if format == "cdxj" else 1)
    assert count(language="uk") == (5 if format == "cdxj" else 2)
    assert count(until="2024-11-03") == (4 if format == "cdxj" else 1)
    assert count(since="2024-11-09", by="captured", language="en") == (5 if format == "cdxj" else 1)
    assert count(runs=RUNS[:1]) == (pages.get(format, 2) - (1 if format == "cdxj" else 0))
    assert count(verdict="live_blog") == 0
    assert count(since="2099-01-01") == 0


def test_latest_is_the_newest_of_the_runs_that_are_named(archive: Archive) -> None:
    assert b'"title":"Bridge"' in export(archive, "jsonl", runs=RUNS[:1])
    assert b'"title":"Bridge"' not in export(archive, "jsonl")
    assert export(archive, "jsonl", runs=RUNS).count(b"\n") == 3


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with whole_folder(tmp_path / "empty") as folder:
        put_file(folder / "x", [b"1", b"2"])
        assert list((tmp_path / "empty").iterdir()) == []
    assert (tmp_path / "empty/x").read_bytes() == b"12"

    def broken(error: Exception, place: str, *, file: bool = False) -> None:
        if file:
            with whole_file(tmp_path / place) as stream:
                stream.write(b"half")
                raise error
        with whole_folder(tmp_path / place) as folder:
            put_file(folder / "x", [b"1"])
            raise error

    with pytest.raises(WarchiveError, match="gone"):
        broken(WarchiveError("gone"), "new")
    for place, words in (("empty", "is not empty"), ("empty/x", "is a file")):
        with pytest.raises(UsageError, match=words), whole_folder(tmp_path / place):
            pass
    with pytest.raises(WarchiveError, match="is no folder"), whole_folder(tmp_path / "none/new"):
        pass
    for file in (False, True):
        with pytest.raises(SpaceError, match="no space left for"):
            broken(OSError(28, "No space left on device"), "full", file=file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]


def test_memory_does_not_grow_with_the_export(archive: Archive) -> None:
    article = next(archive.articles())
    many = (article.model_copy(update={"text": article.text * 40}) for _ in range(3000))
    from archive.export_parquet import parquet_of, tables_of

    tracemalloc.start()
    before = pa.total_allocated_bytes()
    size = sum(len(piece) for piece in parquet_of(tables_of(many), about={}, counted=lambda _: None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size
    assert peak < 20 << 20
    assert pa.total_allocated_bytes() - before < 64 << 20


def test_a_stream_that_nobody_reads_is_given_up() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as stream:
        assert not to_stream(iter([b"x" * 100_000] * 3), stream)


def test_articles_in_an_older_spelling_are_read(archive: Archive) -> None:
    from archive.export_parquet import tables_of

    bare = Article.model_validate(
        {
            "article_id": "0" * 64,
            "url": "https://x.example/",
            "hostname": "x.example",
            "text": "t",
            "text_sha256": "0" * 64,
            "extractor": {"name": "w", "version": "1", "options_sha256": "0"},
        }
    )
    (table,) = tables_of([bare])
    assert table.column("warc").to_pylist() == [None]
    assert table.column("blocks").to_pylist() == [[]]
