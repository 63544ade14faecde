"""Does a folder say what is wrong with it, and does it leave nothing half done?"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ObjectMissing, StoreConflict, StoreDenied, StoreError, StoreMissing
from archive.stores import Store, StoreFull, open_store
from archive.stores.keys import PROBE
from archive.stores.local import TEMPORARY, LocalStore
from archive.stores.place import WAYS, Way, by_link, by_looking, by_rename, place


def put(store: Store, key: str, data: bytes | Path) -> str:
    return store.put(key, data, sha256=hashlib.sha256(data.read_bytes() if isinstance(data, Path) else data).hexdigest())


def temporaries(root: Path) -> list[str]:
    return sorted(path.name for path in (root / TEMPORARY).iterdir())


def test_the_first_put_makes_the_folder_and_reading_before_it_makes_nothing(tmp_path: Path) -> None:
    store = open_store("archive/", base=tmp_path)
    assert list(store.list("")) == []
    assert store.head("a") is None
    with pytest.raises(ObjectMissing):
        store.get("a")
    assert list(tmp_path.iterdir()) == []
    put(store, "a/b", b"1")
    assert (tmp_path / "archive/a/b").read_bytes() == b"1"
    assert temporaries(tmp_path / "archive") == []


def test_a_folder_below_one_that_does_not_exist_is_missing_and_not_made(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "usb-disk/archive"))
    for operation in (
        lambda: put(store, "a", b"1"),
        store.probe,
        lambda: store.head("a"),
        lambda: store.get("a"),
        lambda: list(store.list("")),
    ):
        with pytest.raises(StoreMissing, match=r"usb-disk/archive does not exist.*\n.*mounted.*mkdir -p"):
            operation()
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_store_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")
    store = open_store(str(tmp_path / "archive"))
    for operation in (
        lambda: put(store, "a", b"1"),
        store.probe,
        lambda: store.head("a"),
        lambda: store.get("a"),
        lambda: list(store.list("")),
    ):
        with pytest.raises(StoreError, match="not a folder"):
            operation()


def test_a_file_where_a_folder_of_a_key_should_be_is_a_conflict_and_the_other_way_round(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "s")
    put(store, "a", b"1")
    with pytest.raises(StoreConflict, match="file where a folder is needed"):
        put(store, "a/b", b"2")
    put(store, "c/d", b"3")
    with pytest.raises(StoreConflict, match="not a file"):
        put(store, "c", b"4")
    assert [info.key for info in store.list("")] == ["a", "c/d"]


@contextlib.contextmanager
def nobody() -> Iterator[Path]:
    """A folder of root's, for a user who is nobody: root itself is refused nothing."""
    folder = Path(tempfile.mkdtemp(prefix="wa-nobody-"))
    folder.chmod(0o755)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        else:
            folder.chmod(0o555)
        yield folder
    finally:
        os.seteuid(user)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_is_denied_with_the_next_step() -> None:
    with nobody() as folder:
        (inside := LocalStore(folder)).head("a")
        for store in (inside, LocalStore(folder / "new")):
            for operation in (lambda: put(store, "a", b"1"), store.probe):  # noqa: B023 (called before the next round)
                with pytest.raises(StoreDenied, match=r"Permission denied\n.*uid \d+") as caught:
                    operation()
                assert str(folder) in str(caught.value)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=False, capture_output=True).returncode
    ):
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_no_room_and_leaves_nothing_behind(small_disk: Path) -> None:
    store = LocalStore(small_disk / "archive")
    put(store, "before", b"1" * 100_000)
    for _ in range(3):
        with pytest.raises(StoreFull, match=r"No space left.*\n.*make room") as caught:
            put(store, "big", b"x" * 2_000_000)
    assert (caught.value.exit_code, isinstance(caught.value, StoreError)) == (8, True)
    assert temporaries(store.root) == []
    assert [info.key for info in store.list("")] == ["before"]
    assert put(store, "after", b"2" * 100_000) == "stored"


def test_what_a_killed_writer_left_is_invisible_and_swept_when_it_is_old(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "s")
    put(store, "a", b"1")
    old, young = (store.root / TEMPORARY / name for name in ("0" * 32, "1" * 32))
    for path in (old, young):
        path.write_bytes(b"half an obj")
    os.utime(old, (time.time() - 7200,) * 2)
    assert [info.key for info in store.list("")] == ["a"]
    put(store, "b", b"2")
    assert len(temporaries(store.root)) == 2, "this store swept at its first put already"
    put(LocalStore(store.root), "c", b"3")
    assert temporaries(store.root) == [young.name]
    os.utime(young, (time.time() - 7200,) * 2)
    store.probe()
    assert temporaries(store.root) == []
    assert [info.key for info in store.list("")] == [PROBE, "a", "b", "c"]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_placing_a_file_replaces_another(tmp_path: Path, way: Way) -> None:
    first, second, target = (tmp_path / name for name in ("first", "second", "target"))
    first.write_text("1")
    second.write_text("2")
    way(first, target)
    with pytest.raises(FileExistsError):
        way(second, target)
    assert (target.read_text(), second.read_text()) == ("1", "2")


def test_where_a_file_system_lacks_one_way_the_next_is_taken_and_the_last_is_not_create_only(tmp_path: Path) -> None:
    def elsewhere(temporary: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def unsupported(temporary: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))  # what vfat answers to link(2)

    (tmp_path / "1").touch()
    assert place(tmp_path / "1", tmp_path / "2", (unsupported, by_rename)) is by_rename
    (tmp_path / "1").touch()
    with pytest.raises(OSError, match="cross-device"):
        place(tmp_path / "1", tmp_path / "3", (elsewhere, by_looking))
    with pytest.raises(StoreError, match=r"cross-device.*\n.*one file system"):
        put(LocalStore(tmp_path / "s", ways=(elsewhere, by_looking)), "a", b"1")
    store = LocalStore(tmp_path / "s", ways=(unsupported, by_looking))
    assert put(store, "a", b"1") == "stored"
    assert store.create_only is False
    with pytest.raises(StoreConflict):
        put(store, "a", b"2")
    store.probe()
    assert store.create_only is False
    store = LocalStore(tmp_path / "s", ways=(by_link, by_looking))
    store.probe()
    assert store.create_only is True


def test_files_are_as_open_as_the_umask_lets_them_be(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        put(LocalStore(tmp_path / "s"), "a/b", b"1")
    finally:
        os.umask(before)
    assert oct((tmp_path / "s/a/b").stat().st_mode & 0o777) == "0o640"


def test_an_operators_symbolic_links_are_followed(tmp_path: Path) -> None:
    put(LocalStore(tmp_path / "disk"), "runs/1/a", b"1")
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    store = LocalStore(tmp_path / "link")
    put(store, "runs/2/a", b"2")
    (tmp_path / "disk/old").symlink_to(tmp_path / "disk/runs/1")
    (tmp_path / "disk/runs/1/up").symlink_to(tmp_path / "disk/runs/1")
    found = [info.key for info in store.list("")]
    assert found[:2] == ["old/a", "old/up/a"]
    assert "runs/2/a" in found
    assert len(found) < 1000, "a link to a folder above itself comes to an end"


def test_a_missing_file_of_the_callers_is_not_blamed_on_the_store(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LocalStore(tmp_path / "s").put("a", tmp_path / "spool/gone", sha256="0" * 64)
    assert temporaries(tmp_path / "s") == []
