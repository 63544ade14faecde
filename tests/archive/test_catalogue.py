"""Is the catalogue what the store says, however it was filled, and does it answer rightly?"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import Catalogue
from archive.catalogue_rows import pack_digest, pack_id, unpack_digest, unpack_id
from archive.errors import DamagedError, ObjectMissing
from archive.layout import ARTICLES, CAPTURES, MANIFEST, MARKER, REPORT, RunFolder, new_run_id
from archive.model import CaptureRef
from archive.publish import publish_run
from archive.stored import read_article, read_articles
from archive.stores.local import LocalStore
from archive.stores.memory import MemoryStore
from archive.urls import article_id
from tests.archive.samples import COLLECTION, START, begin, end, full_run, keep_article, make_article, make_capture

RUNS = [new_run_id(START + timedelta(hours=hour), f"{hour:08x}") for hour in (0, 1, 2)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalStore, Path]:
    """Three published runs, entered one by one, as a crawl does it."""
    base = tmp_path_factory.mktemp("catalogue")
    store = LocalStore(base / "store")
    catalogue = Catalogue(base / "added.sqlite")
    for number, run in enumerate(RUNS):
        ledger = full_run(base / "state", run=run, started=START + timedelta(hours=number), offset=number * 20)
        publish_run(ledger, base / "state", run, store, catalogue=catalogue)
        ledger.close()
    catalogue.close()
    return store, base


@pytest.fixture
def catalogue(published: tuple[LocalStore, Path], tmp_path: Path) -> Catalogue:
    made = Catalogue(tmp_path / "catalogue.sqlite")
    made.sync(published[0], COLLECTION, now=START)
    return made


def test_added_synced_and_rebuilt_catalogues_are_the_same(published: tuple[LocalStore, Path], catalogue: Catalogue) -> None:
    store, base = published
    added = Catalogue(base / "added.sqlite")
    expected = list(added.dump())
    assert len(expected) == 75 + sum(1 for _ in added.articles()) + 3
    assert list(catalogue.dump()) == expected
    assert catalogue.rebuild(store, COLLECTION) == 3
    assert list(catalogue.dump()) == expected
    assert catalogue.counts() == (3, 75, sum(1 for _ in added.articles()))


def test_rows_are_those_of_the_ledger(tmp_path: Path) -> None:
    state, store = tmp_path / "state", MemoryStore(str(tmp_path))
    ledger = full_run(state)
    expected = list(ledger.captures(ledger.runs()[0]["run"]))
    catalogue = Catalogue(tmp_path / "c.sqlite")
    publish_run(ledger, state, expected[0].run, store, catalogue=catalogue)
    assert list(catalogue.captures_by_urlkey("", prefix=True)) == expected


def test_syncing_again_reads_no_list_and_changes_nothing(published: tuple[LocalStore, Path], catalogue: Catalogue) -> None:
    store = Watched(published[0])
    before = list(catalogue.dump())
    assert catalogue.sync(store, COLLECTION, now=START + timedelta(hours=1)) == 0  # type: ignore[arg-type]
    assert store.read == [MARKER]
    assert list(catalogue.dump()) == before


class Watched:
    """A store that notes what is read and where listings begin."""

    def __init__(self, inner: LocalStore | MemoryStore) -> None:
        self.inner, self.read, self.begun = inner, list[str](), list[str]()
        self.url, self.create_only = inner.url, inner.create_only

    def get(self, key: str) -> bytes:
        self.read.append(key)
        return self.inner.get(key)

    def open(self, key: str) -> object:
        self.read.append(key)
        return self.inner.open(key)

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        self.read.append(key)
        return self.inner.get_range(key, offset, length)

    def list(self, prefix: str, start_after: str = "") -> object:
        self.begun.append(start_after)
        return self.inner.list(prefix, start_after)


def test_a_sync_looks_back_three_days_and_once_a_week_at_everything(published: tuple[LocalStore, Path], catalogue: Catalogue) -> None:
    store = Watched(published[0])
    catalogue.sync(store, COLLECTION, now=START + timedelta(days=6))  # type: ignore[arg-type]
    catalogue.sync(store, COLLECTION, now=START + timedelta(days=8))  # type: ignore[arg-type]
    assert store.begun == [f"{COLLECTION}/runs/2024/11/20241105t101500z-00000000/", ""]


def test_a_run_that_began_earlier_and_was_published_later_is_found(tmp_path: Path) -> None:
    store = MemoryStore(str(tmp_path))
    late, early = new_run_id(START, "00000002"), new_run_id(START - timedelta(days=2), "00000001")
    catalogue = Catalogue(tmp_path / "c.sqlite")
    for run in (late, early):
        ledger = full_run(tmp_path / run, run=run)
        publish_run(ledger, tmp_path / run, run, store)
    assert catalogue.sync(store, COLLECTION, now=START) == 2
    assert [one.run for one in catalogue.runs()] == [early, late]


def test_a_run_of_another_machine_that_began_days_earlier_is_found_within_hours(tmp_path: Path) -> None:
    store = MemoryStore(str(tmp_path))
    late, early = new_run_id(START, "00000002"), new_run_id(START - timedelta(days=2), "00000001")
    catalogue = Catalogue(tmp_path / "c.sqlite")
    found = []
    for hours, run in ((0, late), (1, early), (7, None)):
        if run is not None:
            publish_run(full_run(tmp_path / run, run=run), tmp_path / run, run, store)
        found.append(catalogue.sync(store, COLLECTION, now=START + timedelta(hours=hours)))
    assert found == [1, 0, 1]


def test_a_run_without_manifest_does_not_exist(tmp_path: Path) -> None:
    store = MemoryStore(str(tmp_path))
    publish_run(full_run(tmp_path / "a", run=RUNS[0]), tmp_path / "a", RUNS[0], store)
    data = b"a WARC file whose manifest never came"
    folder = RunFolder(collection=COLLECTION, run=RUNS[1])
    store.put(folder.warc("x.warc.gz"), data, sha256=hashlib.sha256(data).hexdigest())
    catalogue = Catalogue(tmp_path / "c.sqlite")
    assert catalogue.sync(store, COLLECTION) == 1
    assert catalogue.problems == []


@pytest.mark.parametrize("victim", [MANIFEST, CAPTURES, ARTICLES, REPORT])
@pytest.mark.parametrize("damage", ["flipped", "cut", "missing", "longer"])
def test_a_damaged_run_is_named_and_the_others_go_on(tmp_path: Path, victim: str, damage: str) -> None:
    store = LocalStore(tmp_path / "store")
    for run in RUNS:
        publish_run(full_run(tmp_path / run, run=run), tmp_path / run, run, store)
    path = store.root / RunFolder(collection=COLLECTION, run=RUNS[1]).key(victim)
    good = path.read_bytes()
    data = bytearray(good)
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    elif damage == "cut":
        del data[-10:]
    elif damage == "longer":
        data += bytes(data)
    path.unlink()
    if damage != "missing":
        path.write_bytes(data)
    catalogue = Catalogue(tmp_path / "c.sqlite")
    entered = catalogue.sync(store, COLLECTION)
    known = [one.run for one in catalogue.runs()]
    if victim == MANIFEST and damage == "missing":
        assert (entered, known, catalogue.problems) == (2, [RUNS[0], RUNS[2]], [])
        return
    if victim == MANIFEST and damage == "flipped" and len(known) == 3:
        return  # a bit of a text that nothing depends on
    assert (entered, known) == (2, [RUNS[0], RUNS[2]])
    assert [RUNS[1] in str(problem) for problem in catalogue.problems] == [True]
    assert all(ref.run != RUNS[1] for ref in catalogue.captures_by_urlkey("", prefix=True))
    # It was restored: the next sync enters it whole, since nothing of it was kept.
    path.unlink(missing_ok=True)
    path.write_bytes(good)
    assert catalogue.sync(store, COLLECTION) == 1
    assert catalogue.counts()[1] == 75


def test_lists_that_lie_are_refused_even_with_the_right_hash(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    publish_run(full_run(tmp_path / "s", run=RUNS[0]), tmp_path / "s", RUNS[0], store)
    folder = store.root / RunFolder(collection=COLLECTION, run=RUNS[0]).prefix
    original = gzip.decompress((folder / CAPTURES).read_bytes())
    lines = original.splitlines()
    lies = [
        lines[:-1],
        [*lines, lines[0]],
        [lines[0].replace(b'"filename": "', b'"filename": "../'), *lines[1:]],
        [b"[]", *lines[1:]],
        [lines[0].replace(b'"urlkey"', b'"other"'), *lines[1:]],
        [lines[0].replace(RUNS[0].encode(), RUNS[1].encode()), *lines[1:]],
        [b"[" * 100_000, *lines[1:]],
    ]
    for number, lie in enumerate(lies):
        data = gzip.compress(b"\n".join(lie) + b"\n")
        (folder / CAPTURES).write_bytes(data)
        package = json.loads((folder / MANIFEST).read_bytes())
        for resource in package["resources"]:
            if resource["path"] == CAPTURES:
                resource |= {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        (folder / MANIFEST).write_text(json.dumps(package))
        catalogue = Catalogue(tmp_path / f"{number}.sqlite")
        assert catalogue.sync(store, COLLECTION) == 0, number
        assert len(catalogue.problems) == 1
        assert catalogue.counts() == (0, 0, 0)
        catalogue.close()


def test_another_store_empties_the_catalogue_first(published: tuple[LocalStore, Path], catalogue: Catalogue, tmp_path: Path) -> None:
    other = MemoryStore(str(tmp_path))
    run = new_run_id(START + timedelta(days=1), "00000009")
    publish_run(full_run(tmp_path / "s", 3, run=run), tmp_path / "s", run, other, catalogue=catalogue)
    assert len(list(catalogue.runs())) == 3  # a run of another store is not entered among these
    assert catalogue.sync(other, COLLECTION) == 1
    assert [one.run for one in catalogue.runs()] == [run]


def test_a_store_that_holds_runs_but_lost_its_marker_is_an_error(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    catalogue = Catalogue(tmp_path / "c.sqlite")
    assert catalogue.sync(store, COLLECTION) == 0
    publish_run(full_run(tmp_path / "s", 3, run=RUNS[0]), tmp_path / "s", RUNS[0], store)
    (store.root / MARKER).unlink()
    with pytest.raises(ObjectMissing):
        catalogue.sync(store, COLLECTION)


def test_an_older_catalogue_file_is_made_anew_and_a_damaged_one_says_what_to_do(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.sqlite")
    old.executescript("PRAGMA user_version=99; CREATE TABLE captures (x);")
    old.close()
    assert Catalogue(tmp_path / "old.sqlite").counts() == (0, 0, 0)
    (tmp_path / "bad.sqlite").write_bytes(b"this is no SQLite file, but long enough to be looked at" * 99)
    with pytest.raises(DamagedError) as error:
        Catalogue(tmp_path / "bad.sqlite")
    assert "delete" in str(error.value)


@given(st.one_of(st.binary(min_size=32, max_size=32).map(lambda b: "sha256:" + base64.b32encode(b).decode()), st.text(max_size=70),
                 st.from_regex(r"sha256:[A-Z2-7]{52}====", fullmatch=True)))  # fmt: skip
def test_a_digest_is_read_as_it_was_written(text: str) -> None:
    assert unpack_digest(pack_digest(text)) == text


@given(st.one_of(st.uuids().map(lambda one: f"urn:uuid:{one}"), st.none(), st.text(max_size=50),
                 st.uuids().map(lambda one: f"urn:uuid:{one}".upper()),
                 st.from_regex(r"urn:uuid:[0-9a-fA-F-]{36}", fullmatch=True)))  # fmt: skip
def test_a_record_id_is_read_as_it_was_written(text: str | None) -> None:
    assert unpack_id(pack_id(text)) == text


# -- questions


def make_run(tmp_path: Path, number: int, store: MemoryStore, captures: list[tuple[str, bytes, float]]) -> list[CaptureRef]:
    """Publish a run of these captures: URL, response, hours after the beginning."""
    run, state = new_run_id(START + timedelta(days=number), f"{number:08x}"), tmp_path / f"run{number}"
    ledger, spool = begin(state, run)
    refs = []
    for url, response, hours in captures:
        moment = START + timedelta(days=number, hours=hours)
        kind = "seed" if url.endswith("feed") else "page"
        ref, _ = spool.append(make_capture(0, url=url, response=response, fetched_at=moment, kind=kind), source="one")  # type: ignore[arg-type]
        refs.append(ref)
    spool.close_segment()
    end(ledger, run)
    publish_run(ledger, state, run, store)
    ledger.close()
    return refs


@pytest.fixture
def asked(tmp_path: Path) -> tuple[Catalogue, dict[str, CaptureRef]]:
    store = MemoryStore(str(tmp_path))
    ok, other, gone = (b"HTTP/1.1 200 OK\r\n\r\nsame", b"HTTP/1.1 200 OK\r\n\r\nother", b"HTTP/1.1 404 No\r\n\r\ngone")
    first = make_run(tmp_path, 0, store, [("https://a.org/x", ok, 0), ("https://a.org/X", other, 1), ("https://a.org/gone", gone, 2)])
    second = make_run(tmp_path, 1, store, [("http://www.a.org/x", ok, 0), ("https://a.org/x", other, 1), ("https://b.org/feed", ok, 2)])
    catalogue = Catalogue(tmp_path / "asked.sqlite")
    catalogue.sync(store, COLLECTION)
    names = ["x", "X", "gone", "http", "x2", "feed"]
    return catalogue, dict(zip(names, first + second, strict=True))


def test_captures_of_a_url_are_those_of_its_urlkey_in_order_of_time(asked: tuple[Catalogue, dict[str, CaptureRef]]) -> None:
    catalogue, refs = asked
    assert list(catalogue.captures("https://a.org/x")) == [refs["x"], refs["X"], refs["http"], refs["x2"]]
    assert list(catalogue.captures("https://a.org/x", newest_first=True, limit=1)) == [refs["x2"]]
    since, until = refs["X"].fetched_at, refs["http"].fetched_at
    assert list(catalogue.captures("https://a.org/x", since=since, until=until)) == [refs["X"], refs["http"]]
    assert list(catalogue.captures_by_urlkey("org,a)/", prefix=True)) == [refs["gone"], refs["x"], refs["X"], refs["http"], refs["x2"]]


def test_the_last_capture_is_of_exactly_that_url(asked: tuple[Catalogue, dict[str, CaptureRef]]) -> None:
    catalogue, refs = asked
    assert catalogue.last_capture("https://a.org/X") == refs["X"]
    assert catalogue.last_capture("https://a.org/x") == refs["x2"]
    assert catalogue.last_capture("https://a.org/y") is None


def test_a_page_is_known_when_it_answered_with_200(asked: tuple[Catalogue, dict[str, CaptureRef]]) -> None:
    catalogue, _ = asked
    assert catalogue.knows_page("https://a.org/x")
    assert not catalogue.knows_page("https://a.org/gone")
    assert not catalogue.knows_page("https://b.org/feed")
    assert not catalogue.knows_page("http://a.org/x")


def test_an_original_is_of_the_same_url_where_there_is_one_else_the_oldest(asked: tuple[Catalogue, dict[str, CaptureRef]]) -> None:
    catalogue, refs = asked
    same, other = refs["x"].entity_digest, refs["x2"].entity_digest
    assert catalogue.original_of(same, "https://b.org/feed") == refs["feed"]
    assert catalogue.original_of(same, "https://c.org/") == refs["x"]
    assert catalogue.original_of(other, "https://a.org/x") == refs["x2"]
    assert catalogue.original_of("sha256:" + "A" * 52 + "====", "https://a.org/x") is None
    assert catalogue.original_of("of another spelling", "https://a.org/x") is None


def test_a_revisit_is_never_an_original(published: tuple[LocalStore, Path], catalogue: Catalogue) -> None:
    revisits = [ref for ref in catalogue.captures_by_urlkey("", prefix=True) if ref.record_type == "revisit"]
    assert revisits
    for ref in revisits:
        found = catalogue.original_of(ref.entity_digest, ref.url)
        assert found is None or found.record_type == "response"
        assert ref.refers_to is not None


@pytest.mark.parametrize("sql", ["captures_by_urlkey", "captures_by_entity", "articles_by_article", "articles_by_uuid", "articles_by_run"])
def test_every_question_has_its_index(catalogue: Catalogue, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []
    inner = catalogue._rows

    def explained(query: str, values: tuple[object, ...]) -> object:
        plans.extend(row["detail"] for row in catalogue._db.execute(f"EXPLAIN QUERY PLAN {query}", values))
        return inner(query, values)

    monkeypatch.setattr(catalogue, "_rows", explained)
    url = make_capture(1).url
    list(catalogue.captures(url)), catalogue.last_capture(url), catalogue.knows_page(url)
    list(catalogue.captures_by_urlkey("org,", prefix=True, newest_first=True))
    catalogue.original_of("sha256:" + "A" * 52 + "====", url)
    catalogue.latest_version("00" * 32)
    catalogue.article("urn:uuid:00000000-0000-0000-0000-000000000000")
    list(catalogue.articles(latest=True))
    assert any(sql in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN") and "runs" not in plan]
    assert not [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]


# -- articles


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Catalogue, MemoryStore, list[CaptureRef]]:
    """Two runs with two versions of page 0, one of the others, in several languages and from two sources."""
    store = MemoryStore(str(tmp_path))
    catalogue = Catalogue(tmp_path / "versions.sqlite")
    refs: list[CaptureRef] = []
    languages = ["en", "en-GB", "uk", None]
    for number in (0, 1):
        run, state = new_run_id(START + timedelta(days=number), f"{number:08x}"), tmp_path / f"r{number}"
        ledger, spool = begin(state, run)
        for page in range(4 if number == 0 else 1):
            capture = make_capture(page, fetched_at=START + timedelta(days=number, minutes=page))
            ref, _ = spool.append(capture, source="one" if page < 2 else "two")
            spool.commit()
            row = ledger.db.execute("SELECT max(id) FROM captures").fetchone()[0]
            with ledger.transaction() as db:
                keep_article(db, row, make_article(ref, version=number + 1, language=languages[page]))
            refs.append(ref)
        spool.close_segment()
        end(ledger, run)
        publish_run(ledger, state, run, store, catalogue=catalogue)
        ledger.close()
    return catalogue, store, refs


def test_articles_are_chosen_by_time_source_language_and_version(versions: tuple[Catalogue, MemoryStore, list[CaptureRef]]) -> None:
    catalogue, _, refs = versions

    def chosen(**options: object) -> list[tuple[str, int]]:
        return [(article.url[-1], article.version) for article in catalogue.articles(**options)]  # type: ignore[arg-type]

    assert chosen() == [("0", 1), ("1", 1), ("2", 1), ("3", 1), ("0", 2)]
    assert chosen(latest=True) == [("1", 1), ("2", 1), ("3", 1), ("0", 2)]
    assert chosen(source="two") == [("2", 1), ("3", 1)]
    assert chosen(language="en") == [("0", 1), ("1", 1), ("0", 2)]
    assert chosen(language="EN-gb") == [("1", 1)]
    assert chosen(since=START + timedelta(minutes=1), until=START + timedelta(minutes=3)) == [("1", 1), ("2", 1)]
    assert chosen(run=refs[4].run) == [("0", 2)]


def test_an_articles_versions_and_its_latest(versions: tuple[Catalogue, MemoryStore, list[CaptureRef]]) -> None:
    catalogue, _, refs = versions
    identity = article_id(refs[0].url)
    assert [one.version for one in catalogue.versions(identity)] == [1, 2]
    latest = catalogue.latest_version(identity)
    assert latest is not None
    assert (latest.version, latest.run) == (2, refs[4].run)
    assert catalogue.article(latest.id) == catalogue.article(latest.id.removeprefix("urn:uuid:")) == latest
    assert catalogue.latest_version("00" * 32) is None
    assert (latest.authors, latest.title) == (("A. Nonymous",), "Ein Titel, Ωμέγα")


def test_an_article_is_one_range_read_and_neighbours_are_read_together(versions: tuple[Catalogue, MemoryStore, list[CaptureRef]]) -> None:
    catalogue, inner, refs = versions
    store = Watched(inner)
    articles = list(catalogue.articles())
    records = list(read_articles(store, COLLECTION, articles))  # type: ignore[arg-type]
    assert [record["id"] for record in records] == [article.id for article in articles]
    assert records[0] == make_article(refs[0])
    assert len(store.read) == 2
    assert read_article(inner, COLLECTION, articles[3]) == records[3]


def test_bytes_that_are_another_article_are_not_given_for_this_one(versions: tuple[Catalogue, MemoryStore, list[CaptureRef]]) -> None:
    catalogue, store, _ = versions
    one, two, *_ = catalogue.articles()
    with pytest.raises(DamagedError):
        read_article(store, COLLECTION, replace(two, offset=one.offset, length=one.length))
    with pytest.raises(DamagedError):
        read_article(store, COLLECTION, replace(two, offset=two.offset + 1))


def test_runs_keep_their_reports(published: tuple[LocalStore, Path], catalogue: Catalogue) -> None:
    runs = list(catalogue.runs())
    assert [one.run for one in runs] == RUNS
    assert runs[0].report == {"counters": {"captures": 25}, "sources": []}
    assert runs[0].info["software"] == "warchive 0.1.0"
    assert catalogue.run(RUNS[1]) == runs[1]
    assert catalogue.run("20200101t000000z-00000000") is None


def test_the_captures_of_a_run_are_found_among_those_of_others(catalogue: Catalogue) -> None:
    for number, run in enumerate(RUNS):
        found = [ref for ref, _ in catalogue.captures_of_run(run)]
        assert len(found) == 25
        assert {ref.run for ref in found} == {run}
        pages = [ref for ref, _ in catalogue.pages_in_order(run=run)]
        assert pages
        assert {ref.run for ref in pages} == {run}, number
    assert list(catalogue.captures_of_run("no-such-run")) == list(catalogue.pages_in_order(run="no-such-run")) == []


def test_runs_are_told_from_any_of_them_on(catalogue: Catalogue) -> None:
    assert [run.run for run in catalogue.runs(newest_first=True, before=RUNS[2])] == [RUNS[1], RUNS[0]]
    assert [run.run for run in catalogue.runs(before=RUNS[1])] == [RUNS[0]]
    assert [catalogue.run_after(run) for run in RUNS] == [RUNS[1], RUNS[2], None]


def test_what_came_in_last_comes_first_and_each_article_once(catalogue: Catalogue) -> None:
    every = list(catalogue.articles(latest=True))
    found = catalogue.recent(limit=1000)
    assert {article.id for article in found} == {article.id for article in every}
    assert [article.captured_at for article in found] == sorted((str(article.captured_at) for article in every), reverse=True)
    assert catalogue.recent(limit=3) == found[:3]
    source = found[0].source
    assert catalogue.recent(limit=1000, source=source) == [article for article in found if article.source == source]
    assert catalogue.recent(limit=1000, source="nobody") == []
