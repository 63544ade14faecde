"""Do articles leave the archive whole, streaming, and into a file only when all of them are there?"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from archive.article import Article, json_schema
from archive.errors import SpaceError, UsageError, WarchiveError
from archive.export import CSV_COLUMNS, FORMATS, ExportFormat, export_file, write_articles
from archive.reader import Archive, open_archive
from archive.show import show_article
from tests.archive.shelf import SITE, Entry, page, publish


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    fields = {
        "authors": [{"name": "Ann"}, {"name": "Bo", "url": "https://news.example/bo"}],
        "keywords": ["war", "мир"],
        "is_accessible_for_free": True,
    }
    [first] = publish(tmp_path, [Entry(capture=page("/a"), article={"id": "urn:uuid:00000000-0000-0000-0000-00000000000a", **fields})])
    publish(
        tmp_path,
        [
            Entry(
                capture=page("/a", b"<p>New", after=60),
                article={"version": 2, "previous_id": "urn:uuid:00000000-0000-0000-0000-00000000000a", "title": "Міст, «again»", **fields},
            ),
            Entry(capture=page("/b", after=70), article={"title": None}),
        ],
        token="2f2e3d4c",
    )
    assert first.url == f"{SITE}/a"
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as opened:
        yield opened


def exported(articles: object, format: ExportFormat) -> str:
    stream = io.BytesIO()
    write_articles(articles, stream, format)  # type: ignore[arg-type]
    return stream.getvalue().decode()


def test_json_lines_are_the_records_as_they_are_stored(archive: Archive) -> None:
    lines = exported(archive.articles(), "jsonl").splitlines()
    validator = Draft202012Validator(json_schema())
    assert len(lines) == 2
    for line, article in zip(lines, archive.articles(), strict=True):
        validator.validate(json.loads(line))
        assert Article.model_validate_json(line) == article
        assert line == article.to_json()


def test_csv_has_a_head_and_one_row_an_article(archive: Archive) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(archive.articles(), "csv"), newline="")))
    assert [row["title"] for row in rows] == ["Міст, «again»", ""]
    assert rows[0]["authors"] == "Ann; Bo"
    assert rows[0]["keywords"] == "war; мир"
    assert rows[0]["is_accessible_for_free"] == "true"
    assert rows[0]["text"] == f"Text of {SITE}/a.\n\nМіст: second paragraph."
    assert int(rows[0]["warc_offset"]) > 0
    assert list(rows[0]) == [name for name, _ in CSV_COLUMNS]


def test_an_export_of_nothing_is_an_empty_table(archive: Archive) -> None:
    assert [exported([], format).count("\n") for format in FORMATS] == [0, 1, 0, 0]


def test_text_and_markdown_part_the_articles(archive: Archive) -> None:
    text = exported(archive.articles(), "text")
    assert text.startswith(f"Міст, «again»\nAnn, Bo | news.example\n{SITE}/a\n\nText of {SITE}/a.\n\nМіст: second paragraph.\n\n---")
    assert text.count("Untitled") == 1
    markdown = exported(archive.articles(), "markdown")
    assert markdown.startswith("# Міст, «again»\n\nAnn, [Bo](<https://news.example/bo>) · news.example\n")
    assert markdown.count("\n---\n") == 1


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_appears_when_it_is_complete(archive: Archive, tmp_path: Path, format: ExportFormat) -> None:
    path = tmp_path / "out"
    assert export_file(archive.articles(), path, format).articles == 2
    assert path.read_bytes().decode() == exported(archive.articles(), format)
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failed_export_leaves_the_old_file_as_it_was(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def broken() -> Iterator[Article]:
        yield from archive.articles()
        raise WarchiveError("the store is gone")

    with pytest.raises(WarchiveError):
        export_file(broken(), path, "jsonl")
    assert path.read_text() == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.jsonl", "state", "store"]


def test_a_link_stays_a_link(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    export_file(archive.articles(), tmp_path / "link", "jsonl")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text().count("\n") == 2


def test_places_that_cannot_be_written_are_named(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        export_file(archive.articles(), tmp_path, "csv")
    with pytest.raises(WarchiveError, match="cannot write"):
        export_file(archive.articles(), tmp_path / "none" / "out", "csv")
    with pytest.raises(SpaceError):
        export_file(archive.articles(), Path("/dev/full"), "csv")
    with pytest.raises(UsageError, match="one of jsonl, csv, text, markdown"):
        write_articles(archive.articles(), io.BytesIO(), "xml")  # type: ignore[arg-type]


def test_a_reader_that_goes_away_ends_the_export_quietly(archive: Archive) -> None:
    # A process of its own: what must be quiet is also the closing of its standard output at the end.
    store, state = archive.store.url, archive.catalogue.path.parents[1]
    program = f"""
import pathlib, sys
from archive.export import write_articles
from archive.reader import open_archive
with open_archive({store!r}, collection="news", state=pathlib.Path({str(state)!r})) as archive:
    article = archive.article("{SITE}/b")
    print(write_articles((article for _ in range(100_000)), sys.stdout.buffer, "jsonl"), file=sys.stderr)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(20) == 0
    assert "complete=False" in errors
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_memory_does_not_grow_with_the_export(archive: Archive) -> None:
    article = archive.article(f"{SITE}/b")
    assert article is not None

    class Nowhere(io.RawIOBase):
        def write(self, data: object) -> int:
            return 0

    for format in FORMATS:
        tracemalloc.start()
        write_articles((article for _ in range(3000)), Nowhere(), format)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1 << 20, format


def test_an_article_is_shown_with_the_proof_of_where_it_came_from(archive: Archive) -> None:
    article = archive.article(f"{SITE}/a")
    assert article is not None
    assert article.warc is not None
    ref = archive.capture_of(article)
    assert ref is not None
    shown = json.loads(show_article(archive, article, "json"))
    assert shown["article"] == json.loads(article.to_json())
    proof = shown["provenance"]
    assert proof["captured_at"] == "2024-11-08T08:16:00.000000Z"
    assert [version["version"] for version in proof["versions"]] == [1, 2]
    warc = proof["warc"]
    assert (warc["offset"], warc["record_id"], warc["block_digest"], warc["status"]) == (ref.offset, ref.record_id, ref.block_digest, 200)
    # The proof is enough to get at the bytes without us.
    assert archive.store.get_range(warc["key"], warc["offset"], warc["length"])[:2] == b"\x1f\x8b"
    for format in ("text", "markdown"):
        page = show_article(archive, article, format)  # type: ignore[arg-type]
        plain = page.replace("\\", "")
        for fact in (
            warc["key"],
            str(warc["offset"]),
            warc["record_id"],
            warc["payload_digest"],
            proof["captured_at"],
            f"{SITE}/feed",
            "version 1",
            "version 2",
        ):
            assert fact in plain, (format, fact)


def test_an_article_without_capture_is_shown_all_the_same(archive: Archive) -> None:
    article = archive.article(f"{SITE}/b")
    assert article is not None
    alone = article.model_copy(update={"warc": None, "discovered_via": None, "run": None})
    assert json.loads(show_article(archive, alone, "json"))["provenance"]["warc"] is None
    assert "captured" in show_article(archive, alone, "text")
