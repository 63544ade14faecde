"""Does `warchive extract FILE` make articles of files of anybody: HTML, WARC files whole or in pieces, from a pipe, in whatever order?"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.desk import Outcome, run_warchive
from tests.e2e.river import FURNITURE, TOPICS, page

pytestmark = pytest.mark.xdist_group("extract-files")


def warc(pages: Sequence[tuple[str, bytes]], *, compressed: bool = True) -> bytes:
    """As another program writes it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed, warc_version="WARC/1.0")
    first = writer.create_warcinfo_record("theirs.warc.gz", {"software": "somebody's"})
    writer.write_record(first)
    first.raw_stream.close()
    for url, html in pages:
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(html), http_headers=head, warc_headers_dict={"WARC-Date": "2024-11-08T08:15:00Z"}
        )
        writer.write_record(record)
        record.raw_stream.close()
    return out.getvalue()


PAGES = [(f"https://www.river.example/{topic}", page(topic)) for topic in TOPICS]


def made(folder: Path, *arguments: str | Path, stdin: bytes = b"", **env: str) -> dict[str, dict[str, Any]]:
    """URL → record."""
    done = run_warchive(folder, "extract", *arguments, stdin=stdin, env=env)
    assert done.code == 0, done.stderr
    return {record["url"]: record for record in done.rows()}


def without_place(records: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {url: {**record, "warc": None} for url, record in records.items()}


def test_a_warc_of_anybody_gives_the_same_from_a_file_a_pipe_compressed_and_plain(tmp_path: Path) -> None:
    data, plain = warc(PAGES), warc(PAGES, compressed=False)
    (tmp_path / "theirs.warc.gz").write_bytes(data)
    (tmp_path / "theirs.warc").write_bytes(plain)
    packed = made(tmp_path, "theirs.warc.gz")
    assert list(packed) == [url for url, _ in PAGES]
    assert all(record["captured_at"] == "2024-11-08T08:15:00.000000Z" for record in packed.values())
    assert packed[PAGES[0][0]]["warc"]["filename"] == "theirs.warc.gz"
    for other in (
        made(tmp_path, "theirs.warc"),
        made(tmp_path, "-", stdin=data),
        made(tmp_path, "-", stdin=plain),
        made(tmp_path, "-", stdin=gzip.compress(plain)),
    ):
        assert without_place(other) == without_place(packed)


def test_order_children_hash_seed_and_zone_change_no_text(tmp_path: Path) -> None:
    one = made(tmp_path, "-", "--workers", "1", stdin=warc(PAGES), PYTHONHASHSEED="3", TZ="Asia/Tokyo")
    other = made(tmp_path, "-", "--workers", "3", stdin=warc(PAGES[::-1]), PYTHONHASHSEED="9", TZ="America/Lima")
    assert list(other) == list(one)[::-1]
    assert without_place(other) == without_place(one)


def test_a_line_that_stands_on_the_other_pages_of_its_host_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "theirs.warc.gz").write_bytes(warc(PAGES))
    known = made(tmp_path, "theirs.warc.gz")
    assert not any(FURNITURE in record["text"] for record in known.values())
    unknown = made(tmp_path, "theirs.warc.gz", "--no-site-memory")
    assert any(FURNITURE in record["text"] for record in unknown.values()), "the line would be furniture without any memory"
    told = {line for record in known.values() for line in record["extractor"]["furniture"]}
    assert len(told) == 1
    assert all(not record["extractor"]["furniture"] for record in unknown.values())
    assert made(tmp_path, "-", stdin=warc(PAGES)).keys() == known.keys()
    lonely = made(tmp_path, "-", stdin=warc([(f"https://{topic}.example/", page(topic)) for topic in TOPICS]))
    assert [record["text"] for record in lonely.values()] == [record["text"] for record in unknown.values()]


def test_pages_of_html_files_come_as_they_were_given(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(page("bridge"))
    done = run_warchive(tmp_path, "extract", "one.html", "--url", "https://mine.example/bridge")
    assert done.code == 0
    assert done.stderr == ""
    (record,) = done.rows()
    assert record["url"] == "https://mine.example/bridge"
    piped = run_warchive(tmp_path, "extract", "-", "--url", "https://mine.example/bridge", stdin=page("bridge"))
    assert piped.stdout == done.stdout
    both = run_warchive(tmp_path, "extract", "one.html", "-", "--url", "https://mine.example/bridge", stdin=warc(PAGES))
    assert [record["title"] for record in both.rows()] == ["City closes its bridge", *(f"City closes its {topic}" for topic in TOPICS)]


def test_what_is_no_article_is_said_with_its_verdict_and_ends_with_5(tmp_path: Path) -> None:
    done = run_warchive(tmp_path, "extract", "-", "--url", "https://mine.example/", stdin=b"<html><body>Hello</body></html>")
    assert done.code == 5
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("warchive: no article: ")
    refused = run_warchive(tmp_path, "extract", "-", "--refused", stdin=b"<html><body>Hello</body></html>")
    assert refused.code == 5
    (row,) = map(json.loads, refused.stderr.splitlines())
    assert row["verdict"] in line
    assert row["reasons"][0] in line


def test_a_damaged_warc_gives_what_stands_before_the_damage(tmp_path: Path) -> None:
    data = warc(PAGES)
    done: Outcome = run_warchive(tmp_path, "extract", "-", "--refused", stdin=data[: len(data) * 2 // 3])
    assert done.code == 0
    assert 0 < len(done.rows()) < len(PAGES)
    assert any("cut" in line or "ends" in line for line in done.stderr.splitlines())


def test_a_file_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    done = run_warchive(tmp_path, "extract", "nowhere.warc.gz")
    assert done.code == 2
    assert "nowhere.warc.gz" in done.stderr


def test_nothing_is_left_behind_and_nothing_is_needed(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    work = tmp_path / "work"
    work.mkdir()
    assert made(work, "-", stdin=warc(PAGES), TMPDIR=str(tmp_path / "tmp"), HOME=str(tmp_path / "nobody"))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(work.iterdir()) == []
