"""Is anything that was acknowledged lost, whatever happens to a process or to its files?"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from archive.catalogue import Catalogue
from archive.cdxj import parse_line
from archive.crashpoints import CRASHPOINTS
from archive.errors import SpaceError
from archive.layout import CDXJ, MANIFEST, MARKER, RUN_ID, RunFolder
from archive.ledger import Ledger
from archive.manifest import is_manifest, parse_manifest
from archive.members import check_records
from archive.publish import publish_run
from archive.recover import Recovery, damage_told, recover_spool
from archive.repair import Lost
from archive.spool import Spool
from archive.stores.local import LocalStore
from archive.stores.memory import MemoryStore
from tests.archive.crash_worker import recover_and_publish
from tests.archive.samples import COLLECTION, RUN, begin, crawl, end, full_run, make_capture, open_spool

FOLDER = RunFolder(collection=COLLECTION, run=RUN)
ROOT = Path(__file__).resolve().parents[2]


def killed_run(state: Path, count: int = 12, *, segment_bytes: int = 1 << 20) -> tuple[Ledger, Path, int]:
    """A run whose process died with one segment open; returns its path and the acknowledged size."""
    ledger, spool = begin(state, segment_bytes=segment_bytes)
    crawl(spool, range(count))
    spool.reserve.release()  # 8 MiB that many tests would copy
    row = ledger.db.execute("SELECT * FROM segments WHERE closed = 0").fetchone()
    return ledger, state / "spool" / RUN / f"{row['filename']}.open", row["committed"]


def check_everything(ledger: Ledger, state: Path, run: str = RUN) -> None:
    """Rows, index lines, articles and bytes agree, and every file is closed and good."""
    folder = state / "spool" / run
    segments = {row["filename"]: row for row in ledger.db.execute("SELECT * FROM segments WHERE run = ?", (run,))}
    assert {path.name for path in folder.glob("*")} - {"publish"} == set(segments) if folder.exists() else not segments
    places = {}
    for name, segment in segments.items():
        path = folder / name
        assert segment["closed"] == 1
        assert path.stat().st_size == segment["committed"]
        with path.open("rb") as file:
            for record in check_records(file, 0, segment["committed"], ours=True):
                assert record.problem is None
                places[name, record.offset] = record
    mains = {(row["filename"], row["offset"]): row for row in ledger.db.execute("SELECT * FROM captures WHERE run = ?", (run,))}
    for place, row in mains.items():
        assert (places[place].record_id, places[place].length) == (row["record_id"], row["length"])
    indexed = [parse_line(row["line"]).fields for row in ledger.db.execute("SELECT line FROM index_lines WHERE run = ?", (run,))]
    assert {(fields["filename"], int(fields["offset"])) for fields in indexed} == set(mains)
    for row in ledger.db.execute("SELECT json, capture FROM articles WHERE run = ?", (run,)):
        warc = json.loads(row["json"])["warc"]
        assert mains[warc["filename"], warc["offset"]]["record_id"] == warc["record_id"]


def urls_of(ledger: Ledger) -> Counter[str]:
    return Counter(row["url"] for row in ledger.db.execute("SELECT url FROM captures"))


def test_bytes_behind_the_last_row_go_to_quarantine_and_are_cut_off(tmp_path: Path) -> None:
    ledger, path, committed = killed_run(tmp_path)
    good = path.read_bytes()
    with path.open("ab") as file:
        file.write(b"never acknowledged")
    recovery = recover_spool(ledger, tmp_path)
    kept = tmp_path / "quarantine" / RUN / f"{path.name.removesuffix('.open')}@{committed}"
    assert recovery.quarantined == [kept]
    assert kept.read_bytes() == b"never acknowledged"
    assert path.with_suffix("").read_bytes() == good[:committed]
    assert (recovery.unfinished, recovery.ready, recovery.damage, recovery.lost) == ([RUN], [], [], [])
    check_everything(ledger, tmp_path)


def test_a_file_that_no_row_knows_goes_whole_to_quarantine(tmp_path: Path) -> None:
    ledger, path, _ = killed_run(tmp_path)
    stray = path.with_name("conflict-news-20241108081500-00009-1f2e3d4c.warc.gz.open")
    stray.write_bytes(b"a segment whose first commit never came")
    other = tmp_path / "spool" / "20230101t000000z-00000000"
    other.mkdir()
    (other / "x.warc.gz").write_bytes(b"of a ledger that is gone")
    recovery = recover_spool(ledger, tmp_path)
    folder = tmp_path / "quarantine"
    assert (folder / RUN / f"{stray.stem}@0").read_bytes() == b"a segment whose first commit never came"
    assert (folder / other.name / f"{other.name}@0" / "x.warc.gz").read_bytes() == b"of a ledger that is gone"
    assert not stray.exists()
    assert not other.exists()
    assert len(recovery.quarantined) == 2
    check_everything(ledger, tmp_path)


def test_a_recovery_that_finds_nothing_to_do_changes_nothing(tmp_path: Path) -> None:
    ledger = full_run(tmp_path)
    before = "\n".join(ledger.db.iterdump())
    recovery = recover_spool(ledger, tmp_path)
    assert recovery == Recovery(ready=[RUN])
    assert "\n".join(ledger.db.iterdump()) == before
    assert not (tmp_path / "quarantine").exists()


def test_a_cut_at_any_byte_loses_nothing_before_the_last_whole_capture(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ledger, path, committed = killed_run(source, 4)
    offsets = [row["offset"] for row in ledger.db.execute("SELECT offset FROM captures ORDER BY offset")] + [committed]
    ledger.close()
    with path.open("ab") as file:
        file.write(b"unacknowledged" * 5)
    end_of_file = path.stat().st_size
    # Every byte near a boundary of captures, and every 61st of the others: each cut is a recovery with its fsyncs.
    cuts = {cut for cut in range(end_of_file) if cut % 61 == 0 or min(abs(cut - offset) for offset in offsets) <= 2}
    for cut in sorted(cuts):
        state = tmp_path / "cut"
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(source, state)
        os.truncate(state / path.relative_to(source), cut)
        ledger = Ledger(state / "ledger.sqlite")
        lost: list[Lost] = []
        recovery = recover_spool(ledger, state, on_lost=lambda _db, one, lost=lost: lost.append(one))  # type: ignore[misc]
        whole = sum(1 for end_of_capture in offsets[1:] if end_of_capture <= cut)
        kept = urls_of(ledger)
        assert kept == Counter(make_capture(number).url for number in range(whole)), cut
        assert [one.url for one in lost] == [make_capture(number).url for number in range(whole, 4)] == [one.url for one in recovery.lost]
        assert (recovery.damage == []) == (cut >= committed), cut
        assert len(recovery.damage) >= len(lost)
        check_everything(ledger, state)
        ledger.close()


@pytest.mark.parametrize("closed", [True, False])
def test_a_flipped_bit_anywhere_is_found_and_costs_at_most_one_capture(tmp_path: Path, closed: bool) -> None:
    source = tmp_path / "source"
    ledger, path, committed = killed_run(source, 6)
    if closed:
        recover_spool(ledger, source)
        path = path.with_suffix("")
    ledger.close()
    chance = random.Random(20241108)
    with path.open("rb") as file:
        starts = [record.offset for record in check_records(file, 0, committed)]
    # The ten bytes of a gzip head are under no CRC: bits of one of them; then some bits anywhere. The hint of the level (byte 8) may
    # have either value, and tells nothing: only the SHA-256 of a closed segment knows it.
    bits = [8 * starts[3] + bit for bit in range(0, 80, 3) if closed or bit // 8 != 8] + [
        chance.randrange(8 * committed) for _ in range(25)
    ]
    for bit in bits:
        state = tmp_path / "flipped"
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(source, state)
        damaged = state / path.relative_to(source)
        data = bytearray(damaged.read_bytes())
        data[bit // 8] ^= 1 << bit % 8
        damaged.write_bytes(data)
        ledger = Ledger(state / "ledger.sqlite")
        recovery = recover_spool(ledger, state)
        if not recovery.damage:  # a bit of the padding of deflate: the record is as it was
            assert not closed
            assert inflated(bytes(data)) == inflated((source / path.relative_to(source)).read_bytes())
            ledger.close()
            continue
        assert len(recovery.lost) <= 1
        assert sum(urls_of(ledger).values()) + len(recovery.lost) == 6
        assert (state / "quarantine" / RUN / f"{path.name.removesuffix('.open')}@0").read_bytes() == bytes(data)
        check_everything(ledger, state)
        assert recover_spool(ledger, state).quarantined == []
        ledger.close()


def inflated(data: bytes) -> bytes:
    out = b""
    while data:
        inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        out += inflater.decompress(data)
        data = inflater.unused_data
    return out


def test_a_repaired_run_is_published_like_any_other(tmp_path: Path) -> None:
    state = tmp_path / "state"
    ledger = full_run(state)
    path = sorted((state / "spool" / RUN).glob("*.warc.gz"))[2]
    victim = ledger.db.execute("SELECT * FROM captures WHERE filename = ? ORDER BY offset LIMIT 1 OFFSET 1", (path.name,)).fetchone()
    data = bytearray(path.read_bytes())
    data[victim["offset"] + 30] ^= 16
    path.write_bytes(data)
    put_back: list[str] = []

    def on_lost(db: sqlite3.Connection, lost: Lost) -> None:
        assert db.in_transaction
        put_back.append(lost.url)

    recovery = recover_spool(ledger, state, on_lost=on_lost)
    assert put_back == [victim["url"]]
    assert [one.record_id for one in recovery.damage] == [victim["record_id"]]
    assert path.name in str(recovery.damage[0])
    store = MemoryStore(str(tmp_path))
    published = publish_run(ledger, state, RUN, store)
    names = [entry.path for entry in published.files if entry.path.startswith("archive/")]
    assert f"archive/{path.name}" not in names
    assert parse_manifest(FOLDER.key(MANIFEST), store.get(FOLDER.key(MANIFEST))).captures == 24
    assert store.get(FOLDER.key(CDXJ)).decode().count("\n") == 24
    for name in names:
        with _open(store.get(FOLDER.key(name)), tmp_path / "x") as file:
            info = next(check_records(file, 0, 1 << 30))
        assert info.headers["warc-filename"] == name.removeprefix("archive/")


def _open(data: bytes, path: Path) -> BinaryIO:
    path.write_bytes(data)
    return path.open("rb")


def test_damage_is_told_until_somebody_was_told(tmp_path: Path) -> None:
    ledger, path, _ = killed_run(tmp_path)
    path.unlink()
    first = recover_spool(ledger, tmp_path)
    assert len(first.lost) == 12
    assert {one.reason for one in first.damage} == {"the file is missing"}
    again = recover_spool(ledger, tmp_path)
    assert again.lost == []
    assert again.damage == first.damage
    damage_told(ledger)
    assert recover_spool(ledger, tmp_path).damage == []


def test_a_run_whose_captures_are_all_lost_is_forgotten(tmp_path: Path) -> None:
    ledger, path, _ = killed_run(tmp_path)
    path.write_bytes(b"")
    recovery = recover_spool(ledger, tmp_path)
    assert len(recovery.lost) == 12
    end(ledger)
    assert publish_run(ledger, tmp_path, RUN, MemoryStore(str(tmp_path))).empty


def run_worker(phase: str, state: Path, store: Path, acknowledged: Path, crash_at: str) -> int:
    environment = {**os.environ, "WARCHIVE_CRASH_AT": crash_at}
    command = [sys.executable, "-m", "tests.archive.crash_worker", phase, str(state), str(store), str(acknowledged)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, timeout=60).returncode


def published_urls(store: LocalStore, state: Path) -> Counter[str]:
    """URLs of all captures that a manifest vouches for; every named file is there, as named."""
    catalogue = Catalogue(state / "fresh.sqlite")
    catalogue.rebuild(store, COLLECTION)
    assert catalogue.problems == []
    urls = Counter(ref.url for ref in catalogue.captures_by_urlkey("", prefix=True))
    for info in store.list(f"{COLLECTION}/runs/"):
        if is_manifest(info.key):
            manifest = parse_manifest(info.key, store.get(info.key))
            for entry in manifest.files:
                data = store.get(manifest.folder.key(entry.path))
                assert len(data) == entry.size
                if entry.path.startswith("archive/"):
                    with _open(data, state / "warc") as file:
                        assert all(record.problem is None for record in check_records(file, 0, len(data), ours=True))
    catalogue.close()
    return urls


CRAWL_POINTS = ["append-written:1", "append-written:17", "commit-synced:1", "commit-synced:4", "commit-done:1", "commit-done:9",
                "segment-synced:1", "segment-synced:2", "segment-renamed:1", "segment-renamed:3"]  # fmt: skip


@pytest.mark.parametrize("point", CRAWL_POINTS)
def test_a_crawl_killed_at_any_point_loses_nothing_that_was_acknowledged(tmp_path: Path, point: str) -> None:
    state, store, log = tmp_path / "state", tmp_path / "store", tmp_path / "acknowledged"
    assert run_worker("crawl", state, store, log, point) == -signal.SIGKILL
    told = Counter(log.read_text().split() if log.exists() else [])
    recover_and_publish(state, store)
    kept = published_urls(LocalStore(store), tmp_path)
    assert set(kept.values()) <= {1}
    assert set(told) <= set(kept)
    # A commit is acknowledged as a whole: at most the one whose word did not get out is kept beside.
    assert len(kept) - len(told) in ((0, 3) if "commit-done" in point else (0,))


PUBLISH_POINTS = [point for point in CRASHPOINTS if point.startswith("publish-")]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that waits for publication, and beside it what comes of it where nothing dies."""
    base = tmp_path_factory.mktemp("ended")
    full_run(base / "state").close()
    (base / "state" / "reserve").unlink()
    marker = b'{"format": "warchive", "version": 1, "store_id": "urn:uuid:00000000-0000-0000-0000-000000000001"}\n'
    for store in (base / "store", base / "empty"):
        store.mkdir()
        (store / MARKER).write_bytes(marker)
    shutil.copytree(base / "state", base / "published")
    recover_and_publish(base / "published", base / "store")
    return base


@pytest.mark.parametrize("point", [*PUBLISH_POINTS, "publish-warc:3"])
def test_a_publication_killed_at_any_point_gives_the_same_store_in_the_end(tmp_path: Path, ended: Path, point: str) -> None:
    state, store = tmp_path / "state", tmp_path / "store"
    shutil.copytree(ended / "state", state)
    shutil.copytree(ended / "empty", store)
    assert run_worker("publish", state, store, tmp_path / "log", point) == -signal.SIGKILL
    published_urls(LocalStore(store), tmp_path)  # no manifest names what is not there, not even now
    recover_and_publish(state, store)
    assert files_of(store) == files_of(ended / "store")
    assert not any((state / "spool").iterdir())
    assert Ledger(state / "ledger.sqlite").facts("") == {}
    one, other = Catalogue(state / "catalogue.sqlite"), Catalogue(ended / "published" / "catalogue.sqlite")
    one.sync(LocalStore(store), COLLECTION)
    assert list(one.dump()) == list(other.dump())


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file() and "~" not in str(path)}


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("point", [point for point in CRASHPOINTS if point.startswith("recover-")])
def test_a_recovery_killed_at_any_point_is_done_by_the_next(tmp_path: Path, point: str, damaged: bool) -> None:
    state, store = tmp_path / "state", tmp_path / "store"
    ledger, path, _ = killed_run(state)
    victim = ledger.db.execute("SELECT * FROM captures ORDER BY offset LIMIT 1 OFFSET 4").fetchone()
    ledger.close()
    data = bytearray(path.read_bytes())
    data[victim["offset"] + 40] ^= damaged
    path.write_bytes(bytes(data) + b"never acknowledged")
    passes = (point in ("recover-cut", "recover-renamed")) == damaged and point != "recover-quarantined"
    assert run_worker("publish", state, store, tmp_path / "log", point) == (0 if passes else -signal.SIGKILL)
    recover_and_publish(state, store)
    kept = published_urls(LocalStore(store), tmp_path)
    assert kept == Counter({make_capture(number).url: 1 for number in range(12) if not damaged or number != 4})
    ledger = Ledger(state / "ledger.sqlite")
    assert [one.url for one in recover_spool(ledger, state).damage] == ([victim["url"]] if damaged else [])


def test_every_crash_point_is_passed_and_no_other(tmp_path: Path) -> None:
    used = {name for source in (ROOT / "archive").rglob("*.py") for name in CRASHPOINTS if f'"{name}"' in source.read_text()}
    assert used == set(CRASHPOINTS)
    assert run_worker("publish", tmp_path, tmp_path, tmp_path, "no-such-point") == 1
    assert RUN_ID.match(RUN)


def test_a_full_disk_refuses_captures_keeps_what_was_acknowledged_and_can_still_publish(tmp_path: Path) -> None:
    state = tmp_path / "small"
    state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(state)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a tmpfs: {mounted.stderr.decode().strip()}")
    try:
        _fill_disk(state, tmp_path)
    finally:
        subprocess.run(["umount", "--lazy", str(state)], check=True)


def _fill_disk(state: Path, tmp_path: Path) -> None:
    ledger, spool = begin(state, segment_bytes=400_000)
    acknowledged: list[str] = []
    number = 0

    def append() -> None:
        nonlocal number
        number += 1
        url = make_capture(number).url
        response = b"HTTP/1.1 200 OK\r\n\r\n" + random.Random(number).randbytes(40_000)
        spool.append(make_capture(number, response=response), source=None, done=lambda error: None if error else acknowledged.append(url))
        if number % 4 == 3:
            spool.commit()

    while number < 50:
        append()
    # Another program takes all that is left.
    with (state / "filler").open("wb") as filler, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fill(filler)
    with pytest.raises(SpaceError) as refused:
        append_for_ever(append)
    assert refused.value.exit_code == 8
    spool.commit()
    spool.close_segment()
    assert 40 <= len(acknowledged) < 300
    assert urls_of(ledger) == Counter(acknowledged)
    ledger.close()
    # The disk is as full as before: the next start must not need room that nobody makes.
    ledger = Ledger(state / "ledger.sqlite")
    recovery = recover_spool(ledger, state)
    assert (recovery.damage, recovery.lost) == ([], [])
    check_everything(ledger, state)
    end(ledger)
    store = LocalStore(tmp_path / "store")
    publish_run(ledger, state, RUN, store)
    assert published_urls(store, tmp_path) == Counter(acknowledged)
    ledger.close()


def fill(filler: BinaryIO) -> None:
    while True:
        filler.write(bytes(1 << 16))
        filler.flush()


def append_for_ever(append: Callable[[], None]) -> None:
    while True:
        append()


def test_less_than_the_minimum_free_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.begin_run(RUN, COLLECTION, make_capture(0).fetched_at, {})
    with pytest.raises(SpaceError, match="min_free_bytes"):
        Spool(tmp_path, ledger, run=RUN, collection=COLLECTION, info=[], min_free_bytes=1 << 60)
    assert not list((tmp_path / "spool").glob("*/*"))


def test_after_a_full_disk_a_segment_still_begins_with_its_warcinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, spool = begin(tmp_path)
    spool.append(make_capture(1), source=None)

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        with pytest.raises(SpaceError):
            spool.commit()
    assert spool.bytes >= 0
    spool.append(make_capture(2), source=None)
    spool.close_segment()
    assert urls_of(ledger) == Counter([make_capture(2).url])
    check_everything(ledger, tmp_path)


def test_a_new_spool_counts_what_earlier_runs_left(tmp_path: Path) -> None:
    ledger, path, _ = killed_run(tmp_path)
    ledger.begin_run("20241109t081500z-00000001", COLLECTION, make_capture(0).fetched_at, {})
    assert open_spool(tmp_path, ledger, "20241109t081500z-00000001").bytes == path.stat().st_size
