"""Where do texts that were made again lie, what makes them exist, and how are many captures read in few requests?"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.article import version_id
from archive.catalogue import Catalogue
from archive.errors import DamagedError, UsageError
from archive.extraction_index import ExtractionIndex
from archive.extractions import ExtractionFolder, ExtractionManifest, extraction_id, list_extractions, parse_extraction, read_extraction
from archive.layout import KEY, MANIFEST
from archive.marker import store_identity
from archive.model import CaptureRef, FileEntry
from archive.reader import open_archive
from archive.stores import Store, open_store
from archive.stores.memory import MemoryStore
from archive.sweep import provenance_of, sweep
from archive.warc import records_of
from tests.archive.shelf import START, Entry, article_of, page, publish

NAME = extraction_id("rules-9", "ab" * 32)


def gzipped(*lines: dict[str, Any]) -> bytes:
    """A member a line."""
    members = []
    for line in lines:
        packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        members.append(packer.compress(json.dumps(line).encode() + b"\n") + packer.flush())
    return b"".join(members)


def put(store: Store, key: str, data: bytes) -> FileEntry:
    digest = hashlib.sha256(data).hexdigest()
    store.put(key, data, sha256=digest)
    return FileEntry(path=key.split("/", 3)[3], size=len(data), sha256=digest)


def extract(
    store: Store,
    records: list[dict[str, Any]],
    changes: list[dict[str, Any]] | None = None,
    *,
    name: str = NAME,
    created: str = "2026-01-01T00:00:00.000000Z",
    commit: bool = True,
    articles: int | None = None,
) -> ExtractionManifest:
    """An extraction with these records, as `warchive extract` stores one."""
    folder = ExtractionFolder(collection="news", extraction=name)
    files = [
        put(store, folder.key("articles/articles-00001-00000000.jsonl.gz"), gzipped(*records)),
        put(store, folder.key("changes/changes-00001-00000000.jsonl.gz"), gzipped(*(changes or []))),
    ]
    manifest = ExtractionManifest(
        collection="news",
        extraction=name,
        created=created,
        software="warchive",
        extractor={"name": "warchive", "version": "rules-9", "options_sha256": "0" * 64},
        selection={"run": None, "source": None, "since": None, "until": None, "site_memory": True},
        captures=len(records),
        articles=len(records) if articles is None else articles,
        store_id=store_identity(store),
        create_only=True,
        files=tuple(files),
    )
    if commit:
        put(store, folder.key(MANIFEST), manifest.to_bytes())
    return manifest


def again(ref: CaptureRef, text: str, **fields: Any) -> dict[str, Any]:
    record: dict[str, Any] = article_of(ref, text=text, extracted_at=None, **fields).model_dump(mode="json", by_alias=True)
    return record


@pytest.fixture
def refs(tmp_path: Path) -> list[CaptureRef]:
    """Three articles and a page without one, in two runs."""
    first = publish(tmp_path, [Entry(capture=page(f"/{name}"), article={}) for name in ("a", "b")])
    second = publish(
        tmp_path,
        [Entry(capture=page("/c", after=4000), article={"language": "uk"}), Entry(capture=page("/d", after=4001))],
        started=START + timedelta(hours=1),
        token="00000001",
    )
    return [*first, *second]


@pytest.mark.parametrize("version", ["rules-3+trafilatura-2.3.1+libxml2-2.14.6", "Ümläut ../..", "", "x" * 400, "..", "A+B@1/2"])
def test_whatever_an_extractor_calls_itself_its_id_can_be_part_of_a_key(version: str) -> None:
    name = extraction_id(version, hashlib.sha256(version.encode()).hexdigest())
    key = ExtractionFolder(collection="news", extraction=name).key("articles/articles-00001-01234567.jsonl.gz")
    assert KEY.fullmatch(key)
    assert ".." not in key
    assert name == extraction_id(version, hashlib.sha256(version.encode()).hexdigest())


@pytest.mark.parametrize(
    "name", ["../runs-0123456789abcdef", "a/b-0123456789abcdef", "rules-1", "Rules-0123456789abcdef", "a..b-0123456789abcdef"]
)
def test_what_is_no_id_is_no_folder(name: str) -> None:
    with pytest.raises(ValueError, match="not an extraction"):
        _ = ExtractionFolder(collection="news", extraction=name).prefix


def test_a_manifest_is_read_as_it_was_written_and_nothing_in_it_is_believed() -> None:
    store = MemoryStore("memory://manifest")
    manifest = extract(store, [])
    key = manifest.folder.key(MANIFEST)
    data = store.get(key)
    assert parse_extraction(key, data) == manifest == read_extraction(store, "news", NAME)
    package = json.loads(data)
    broken: list[dict[str, Any]] = [
        {"warchive": {**package["warchive"], "extraction": extraction_id("rules-9", "cd" * 32)}},
        {"warchive": {**package["warchive"], "collection": "others"}},
        {"warchive": {**package["warchive"], "format": "warchive/9"}},
        {"warchive": []},
        {"resources": [{**package["resources"][0], "path": "../../runs/x"}]},
        {"resources": [{**package["resources"][0], "path": "archive/x.warc.gz"}]},
        {"resources": [{**package["resources"][0], "hash": "md5:0"}]},
        {"resources": [{**package["resources"][0], "bytes": -1}]},
    ]
    for change in broken:
        with pytest.raises(DamagedError):
            parse_extraction(key, json.dumps({**package, **change}).encode())


def test_what_no_manifest_names_does_not_exist(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    extract(store, [again(refs[0], "Never finished.")], commit=False)
    other = extraction_id("rules-10", "01" * 32)
    extract(store, [again(refs[1], "Finished.")], name=other)
    assert list(list_extractions(store, "news")) == [other]
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "reading") as archive:
        texts = [article.text for article in archive.articles(extraction="latest")]
        assert [text for text in texts if "inished" in text] == ["Finished."]
        assert len(texts) == 3
        with pytest.raises(UsageError, match="no extraction"):
            list(archive.articles(extraction=NAME))


def test_of_two_extractions_the_later_one_counts_for_what_it_has(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    older, newer = extraction_id("rules-10", "01" * 32), extraction_id("rules-9", "02" * 32)  # the ids say nothing of their times
    gone = {"change": "gone", "id": article_of(refs[2]).id, "article_id": article_of(refs[2]).article_id, "source": "news"}
    extract(store, [again(ref, f"Older text of {ref.url}.") for ref in refs[:3]], name=older, created="2026-01-01T00:00:00.000000Z")
    extract(store, [again(refs[0], "Newer text.", language="fr")], [gone], name=newer, created="2026-02-01T00:00:00.000000Z")
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "reading") as archive:
        as_captured = [article.text for article in archive.articles()]
        assert [article.text for article in archive.articles(extraction="latest")] == ["Newer text.", f"Older text of {refs[1].url}."]
        assert [article.text for article in archive.articles(extraction=older)] == [f"Older text of {ref.url}." for ref in refs[:3]]
        assert [article.text for article in archive.articles(extraction="latest", language="fr")] == ["Newer text."]
        assert [article.text for article in archive.articles(language="fr")] == []
        assert [article.text for article in archive.articles()] == as_captured
        found = archive.article(refs[0].url, extraction="latest")
        assert found is not None
        assert found.text == "Newer text."
        assert archive.article(refs[2].url, extraction="latest") is None
        assert archive.article(refs[2].url) is not None
        assert archive.problems == []


def test_an_article_that_no_run_has_comes_at_the_end(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    record = again(refs[3], "Made much later.")
    extract(store, [record, again(refs[0], "Again.")], [{"change": "new", "id": record["id"], "article_id": record["article_id"]}])
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "reading") as archive:
        texts = [article.text for article in archive.articles(extraction="latest")]
        assert texts[0] == "Again."
        assert texts[-1] == "Made much later."
        assert len(texts) == 4
        assert [article.text for article in archive.articles(extraction="latest", source="nobody")] == []
        for ref in (refs[3].url, record["id"], record["article_id"]):
            found = archive.article(ref, extraction="latest")
            assert found is not None
            assert found.text == "Made much later."
            assert archive.article(ref) is None


def test_a_damaged_extraction_is_named_and_left_out_whole(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    extract(store, [again(refs[0], "Again.")], articles=2)
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "reading") as archive:
        assert "Again." not in [article.text for article in archive.articles(extraction="latest")]
        assert NAME in str(archive.problems[0])


def test_the_index_of_another_store_is_emptied(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    extract(store, [again(refs[0], "Again.")])
    index = ExtractionIndex(tmp_path / "extractions.sqlite")
    try:
        index.sync(store, "news")
        assert index.names() == [NAME]
        other = MemoryStore("memory://other")
        store_identity(other)
        index.sync(other, "news")
        assert index.names() == []
        assert index.of(str(article_of(refs[0]).id)) is None
    finally:
        index.close()


def test_captures_are_swept_in_few_requests_with_what_stands_behind_them(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    asked: list[tuple[str, int, int]] = []
    whole = store.get_range

    def counted(key: str, offset: int, length: int) -> bytes:
        asked.append((key, offset, length))
        return whole(key, offset, length)

    store.get_range = counted  # type: ignore[method-assign]
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    try:
        catalogue.sync(store, "news")
        pages = [ref for ref, _ in catalogue.pages_in_order()]
    finally:
        catalogue.close()
    assert [ref.record_id for ref in pages] == [ref.record_id for ref in refs]
    found = list(sweep(store, "news", pages))
    assert [one.ref for one in found] == pages
    assert len(asked) == 2, "a request for each file"
    for one in found:
        assert one.problem is None
        assert zlib.decompress(one.data[: one.ref.length], zlib.MAX_WBITS + 16).startswith(b"WARC/1.1\r\nWARC-Type: response")
        assert zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(one.data[one.ref.length :]).startswith(b"WARC/1.1\r\nWARC-Type: request")


def test_a_file_that_is_shorter_hits_only_what_lies_behind_its_end(tmp_path: Path, refs: list[CaptureRef]) -> None:
    store = open_store(str(tmp_path / "store"))
    (path,) = (tmp_path / "store").rglob(refs[1].filename)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[: refs[1].offset + 10])
    found = list(sweep(store, "news", [*refs[:2], replace(refs[2], filename=refs[2].filename.replace("00001", "00009")), refs[3]]))
    assert [one.problem is None for one in found] == [True, False, False, True]
    assert refs[1].filename in str(found[1].problem)


def test_provenance_is_that_of_the_capture_and_of_no_other() -> None:
    fields = [("via", "https://news.example/feed"), ("warchive-announced-title", "Назва: з двокрапкою")]
    records = records_of(page("/a"), warcinfo_id="urn:uuid:0", provenance=fields)
    behind = b"".join(member.data for member in records.members[1:])
    assert provenance_of(behind, records.main.record_id) == dict(fields)
    assert provenance_of(behind, "urn:uuid:somebody-elses") == {}
    for cut in (0, 10, len(behind) - 1):
        assert provenance_of(behind[:cut], records.main.record_id) == {}
    assert provenance_of(b"\x1f\x8b nonsense", records.main.record_id) == {}


def test_the_id_of_a_version_follows_from_article_and_record() -> None:
    assert version_id("ab" * 32, "urn:uuid:1") == version_id("ab" * 32, "urn:uuid:1") != version_id("ab" * 32, "urn:uuid:2")
