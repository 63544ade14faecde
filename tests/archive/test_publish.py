"""Is a run in the store whole, once, and as others expect it?"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from cdxj_indexer.main import CDXJIndexer
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive.catalogue import Catalogue
from archive.errors import DamagedError, ObjectMissing, StoreConflict, StoreUnreachable
from archive.layout import ARTICLES, CAPTURES, CDXJ, MANIFEST, MARKER, PAGES, REPORT, RunFolder
from archive.ledger import Ledger
from archive.manifest import parse_manifest
from archive.marker import store_identity
from archive.publish import publish_run
from archive.recover import recover_spool
from archive.stores.local import LocalStore
from archive.stores.memory import MemoryStore
from tests.archive.samples import COLLECTION, RUN, START, begin, end, full_run, keep_article, make_article

FOLDER = RunFolder(collection=COLLECTION, run=RUN)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def contents(store: LocalStore | MemoryStore) -> dict[str, bytes]:
    return {info.key: store.get(info.key) for info in store.list("")}


def test_a_published_run_is_named_file_by_file_in_its_manifest(tmp_path: Path, store: LocalStore) -> None:
    ledger = full_run(tmp_path / "state")
    published = publish_run(ledger, tmp_path / "state", RUN, store)
    held = contents(store)
    manifest = parse_manifest(FOLDER.key(MANIFEST), held[FOLDER.key(MANIFEST)])
    named = {FOLDER.key(entry.path): (entry.size, entry.sha256) for entry in manifest.files}
    there = {key: (len(data), hashlib.sha256(data).hexdigest()) for key, data in held.items() if key not in (MARKER, FOLDER.key(MANIFEST))}
    assert named == there
    assert published.files == manifest.files
    assert (manifest.captures, manifest.articles) == (25, len(lines(held[FOLDER.key(ARTICLES)])))
    kinds = [entry.path.split("/")[0] for entry in manifest.files]
    assert kinds == sorted(kinds, key=["archive", "indexes", "pages", "captures", "articles", "reports"].index)
    assert kinds.count("archive") > 2


def lines(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def test_the_ledger_and_the_spool_forget_a_published_run(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    publish_run(ledger, state, RUN, store)
    assert ledger.runs() == []
    assert not (state / "spool" / RUN).exists()
    for table in ("captures", "segments", "articles", "index_lines", "meta"):
        assert ledger.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert recover_spool(ledger, state).quarantined == []


def test_published_twice_is_published_once(tmp_path: Path, store: LocalStore) -> None:
    full_run(tmp_path / "state").close()
    shutil.copytree(tmp_path / "state", tmp_path / "again")
    publish_run(Ledger(tmp_path / "state" / "ledger.sqlite"), tmp_path / "state", RUN, store)
    before = contents(store)
    publish_run(Ledger(tmp_path / "again" / "ledger.sqlite"), tmp_path / "again", RUN, store)
    assert contents(store) == before


def test_the_index_is_the_one_that_cdxj_indexer_makes_of_the_warc_files(tmp_path: Path, store: LocalStore) -> None:
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    out = io.StringIO()
    CDXJIndexer(out, [str(store.root / FOLDER.key("archive"))], sort=True).process_all()
    assert store.get(FOLDER.key(CDXJ)).decode() == out.getvalue()


def test_warcio_check_and_every_row_agree_with_the_files(tmp_path: Path, store: LocalStore) -> None:
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    warcs = sorted((store.root / FOLDER.key("archive")).iterdir())
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert Checker(SimpleNamespace(inputs=[str(path) for path in warcs], verbose=False)).process_all() == 0
    for capture in lines(store.get(FOLDER.key(CAPTURES))):
        data = store.get_range(FOLDER.warc(str(capture["filename"])), int(str(capture["offset"])), int(str(capture["length"])))
        record = next(ArchiveIterator(io.BytesIO(data), no_record_parse=True))
        assert record.rec_headers.get_header("WARC-Record-ID") == f"<{capture['record_id']}>"
        assert record.rec_headers.get_header("WARC-Target-URI") == capture["url"]
        assert record.rec_headers.get_header("WARC-Date") == capture["fetched_at"]


def test_each_article_is_one_member_and_one_page(tmp_path: Path, store: LocalStore) -> None:
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    articles = lines(store.get(FOLDER.key(ARTICLES)))
    head, *pages = [json.loads(line) for line in store.get(FOLDER.key(PAGES)).splitlines()]
    assert store.get(FOLDER.key(ARTICLES)).count(b"\x1f\x8b\x08\x00\x00\x00\x00\x00") == len(articles) > 5
    assert head["format"] == "json-pages-1.0"
    assert [page["id"] for page in pages] == [article["id"] for article in articles]
    index = store.get(FOLDER.key(CDXJ)).decode()
    for page in pages:
        stamp = "".join(character for character in page["ts"] if character.isdigit())
        assert f' {stamp} {{"url": "{page["url"]}"' in index


def test_a_zip_of_the_folder_is_a_wacz_package(tmp_path: Path, store: LocalStore) -> None:
    # What py-wacz's validate looks at; tests/interop asks py-wacz itself.
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    folder = store.root / FOLDER.prefix
    package = json.loads((folder / MANIFEST).read_bytes())
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    with zipfile.ZipFile(target) as archive:
        for resource in package["resources"]:
            data = archive.read(resource["path"])
            assert (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)) == (resource["hash"], resource["bytes"])
            # py-wacz compares the last two parts of a path with the resources: no file may lie at the root or deeper.
            assert resource["path"].count("/") == 1
        assert set(archive.namelist()) == {resource["path"] for resource in package["resources"]} | {MANIFEST}


def test_a_run_in_which_nothing_was_captured_is_forgotten_and_not_stored(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    ledger, spool = begin(state)
    spool.close_segment()
    end(ledger)
    assert publish_run(ledger, state, RUN, store).empty
    assert ledger.runs() == []
    assert contents(store) == {}


def test_a_run_that_made_articles_of_older_captures_is_stored(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    publish_run(full_run(state), state, RUN, store)
    catalogue = Catalogue(tmp_path / "c.sqlite")
    catalogue.sync(store, COLLECTION)
    ref = next(catalogue.captures("https://www.example.org/news/3"))
    later = "20241109t081500z-00000001"
    ledger, _ = begin(state, later)
    with ledger.transaction() as db:
        keep_article(db, 0, make_article(ref, version=2, id="urn:uuid:00000000-0000-0000-0000-000000000002") | {"run": later})
    end(ledger, later)
    published = publish_run(ledger, state, later, store)
    assert not published.empty
    assert catalogue.sync(store, COLLECTION) == 1
    assert [article.run for article in catalogue.versions(make_article(ref)["article_id"])] == [RUN, later]
    page = json.loads(store.get(RunFolder(collection=COLLECTION, run=later).key(PAGES)).splitlines()[1])
    assert page["ts"] == "2024-11-08T08:15:03Z"
    catalogue.close()


def test_a_run_without_articles_has_a_list_of_articles_that_gzip_accepts(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    ledger.db.execute("DELETE FROM articles")
    publish_run(ledger, state, RUN, store)
    assert store.get(FOLDER.key(ARTICLES)) != b""
    assert lines(store.get(FOLDER.key(ARTICLES))) == []


class Failing:
    """A store that fails at one key, before or after it took it."""

    def __init__(self, inner: MemoryStore, part: str, *, swallow: bool = False) -> None:
        self.inner, self.part, self.swallow, self.url, self.create_only = inner, part, swallow, inner.url, True

    def put(self, key: str, data: bytes | Path, **options: str) -> object:
        if self.part in key and not self.swallow:
            raise StoreUnreachable("no answer")
        result = self.inner.put(key, data, **options)  # type: ignore[arg-type]
        if self.part in key:
            raise StoreUnreachable("the reply was lost")
        return result

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


@pytest.mark.parametrize("swallow", [False, True])
@pytest.mark.parametrize("part", [MARKER, "-00001-", CDXJ, PAGES, CAPTURES, ARTICLES, REPORT, MANIFEST])
def test_a_store_error_leaves_the_spool_and_a_second_try_gives_the_same_store(tmp_path: Path, part: str, swallow: bool) -> None:
    state, reference, inner = tmp_path / "state", MemoryStore(f"{tmp_path}/a"), MemoryStore(f"{tmp_path}/b")
    full_run(state).close()
    shutil.copytree(state, tmp_path / "copy")
    marker = b'{"format": "warchive", "version": 1, "store_id": "urn:uuid:00000000-0000-0000-0000-000000000001"}\n'
    for one in (reference, inner):
        if part != MARKER:
            one.put(MARKER, marker, sha256=hashlib.sha256(marker).hexdigest())
    ledger = Ledger(state / "ledger.sqlite")
    spooled = sorted(path.name for path in (state / "spool" / RUN).iterdir())
    with pytest.raises(StoreUnreachable):
        publish_run(ledger, state, RUN, Failing(inner, part, swallow=swallow))  # type: ignore[arg-type]
    assert [row["run"] for row in ledger.runs()] == [RUN]
    assert set(spooled) <= {path.name for path in (state / "spool" / RUN).iterdir()}
    assert (inner.head(FOLDER.key(MANIFEST)) is not None) == (part == MANIFEST and swallow)
    recovery = recover_spool(ledger, state)
    assert (recovery.ready, recovery.quarantined, recovery.damage) == ([RUN], [], [])
    publish_run(ledger, state, RUN, inner)
    publish_run(Ledger(tmp_path / "copy" / "ledger.sqlite"), tmp_path / "copy", RUN, reference)
    if part == MARKER:
        assert contents(inner).keys() == contents(reference).keys()
    else:
        assert contents(inner) == contents(reference)


def test_what_a_first_try_sent_is_sent_again_even_by_another_zlib(
    tmp_path: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    memory = MemoryStore(str(tmp_path))
    with pytest.raises(StoreUnreachable):
        publish_run(ledger, state, RUN, Failing(memory, MANIFEST))  # type: ignore[arg-type]
    monkeypatch.setattr("archive.derived._gzip", lambda: pytest.fail("the files were made anew"))
    publish_run(ledger, state, RUN, memory)
    assert memory.head(FOLDER.key(MANIFEST)) is not None


def test_other_bytes_under_a_key_are_a_conflict_and_stay(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    foreign = b"somebody else's index"
    store.put(FOLDER.key(CDXJ), foreign, sha256=hashlib.sha256(foreign).hexdigest())
    with pytest.raises(StoreConflict):
        publish_run(ledger, state, RUN, store)
    assert store.get(FOLDER.key(CDXJ)) == foreign
    assert store.head(FOLDER.key(MANIFEST)) is None
    assert [row["run"] for row in ledger.runs()] == [RUN]


def test_a_segment_with_a_flipped_bit_is_not_uploaded(tmp_path: Path, store: LocalStore) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    path = sorted((state / "spool" / RUN).glob("*.warc.gz"))[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=path.name):
        publish_run(ledger, state, RUN, store)
    assert store.head(FOLDER.warc(path.name)) is None
    assert store.head(FOLDER.key(MANIFEST)) is None


def test_a_segment_damaged_after_its_upload_loses_nothing(tmp_path: Path) -> None:
    state, memory = tmp_path / "state", MemoryStore(str(tmp_path))
    ledger = full_run(state)
    with pytest.raises(StoreUnreachable):
        publish_run(ledger, state, RUN, Failing(memory, CDXJ))  # type: ignore[arg-type]
    for path in (state / "spool" / RUN).glob("*.warc.gz"):
        path.write_bytes(b"damaged")
    assert recover_spool(ledger, state).damage == []
    publish_run(ledger, state, RUN, memory)
    assert parse_manifest(FOLDER.key(MANIFEST), memory.get(FOLDER.key(MANIFEST))).captures == 25


def test_a_run_goes_whole_to_another_store_when_the_first_was_given_up(tmp_path: Path) -> None:
    state, first, second = tmp_path / "state", MemoryStore(f"{tmp_path}/1"), MemoryStore(f"{tmp_path}/2")
    ledger = full_run(state)
    with pytest.raises(StoreUnreachable):
        publish_run(ledger, state, RUN, Failing(first, PAGES))  # type: ignore[arg-type]
    published = publish_run(ledger, state, RUN, second)
    assert {info.key for info in second.list(FOLDER.prefix)} == {FOLDER.key(entry.path) for entry in published.files} | {
        FOLDER.key(MANIFEST)
    }
    assert parse_manifest(FOLDER.key(MANIFEST), second.get(FOLDER.key(MANIFEST))).store_id == store_identity(second)


def test_two_who_mark_a_store_agree_on_its_id(tmp_path: Path) -> None:
    store = MemoryStore(str(tmp_path))
    with pytest.raises(ObjectMissing):
        store_identity(store, create=False)
    first = store_identity(store)
    assert first.startswith("urn:uuid:")
    assert store_identity(store) == store_identity(store, create=False) == first


def test_a_marker_of_another_format_is_refused(tmp_path: Path) -> None:
    for number, data in enumerate(
        [b"{}", b"[]", b"not json", b'{"format": "warchive", "version": 2, "store_id": "urn:uuid:00000000-0000-0000-0000-000000000001"}']
    ):
        store = MemoryStore(f"{tmp_path}/{number}")
        store.put(MARKER, data, sha256=hashlib.sha256(data).hexdigest())
        with pytest.raises(DamagedError):
            store_identity(store)


@pytest.mark.parametrize(
    "change",
    [
        {"resources": [{"path": "../../etc/passwd", "hash": "sha256:" + "0" * 64, "bytes": 1}]},
        {"resources": [{"path": "archive/a.warc.gz", "hash": "md5:0", "bytes": 1}]},
        {"resources": [{"path": "archive/a.warc.gz", "hash": "sha256:" + "0" * 64, "bytes": -1}]},
        {"resources": None},
        {"warchive": None},
        {"warchive": {"format": "warchive/9"}},
    ],
)
def test_a_manifest_is_not_believed(tmp_path: Path, store: LocalStore, change: dict[str, object]) -> None:
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    package = json.loads(store.get(FOLDER.key(MANIFEST))) | change
    with pytest.raises(DamagedError):
        parse_manifest(FOLDER.key(MANIFEST), json.dumps(package).encode())


def test_a_manifest_under_another_runs_key_is_refused(tmp_path: Path, store: LocalStore) -> None:
    publish_run(full_run(tmp_path / "state"), tmp_path / "state", RUN, store)
    other = RunFolder(collection=COLLECTION, run="20241108t081500z-00000000").key(MANIFEST)
    with pytest.raises(DamagedError):
        parse_manifest(other, store.get(FOLDER.key(MANIFEST)))


def test_a_run_that_has_not_ended_is_not_published(tmp_path: Path, store: LocalStore) -> None:
    ledger, _ = begin(tmp_path / "state", started=START)
    with pytest.raises(ValueError, match="not ended"):
        publish_run(ledger, tmp_path / "state", RUN, store)
