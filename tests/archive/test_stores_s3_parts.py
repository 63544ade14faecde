"""Does a file that is too large for one PUT come into a bucket whole, once, and never in place of another?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from archive.errors import DamagedError, StoreConflict
from archive.stores import open_store
from archive.stores.s3 import S3Store
from archive.stores.s3parts import send_parts
from tests.servers.s3server import S3Server

MIB = 1 << 20
KEY = "news/runs/2024/11/20241108t081500z-1f2e3d4c/archive/large.warc.gz"


def large(folder: Path, name: str = "large") -> tuple[Path, str]:
    """12 MiB: two parts of 5 MiB, the least that S3 takes, and a shorter one."""
    path = folder / name
    path.write_bytes(hashlib.sha256(name.encode()).digest() * (12 * MIB // 32))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def store(s3_server: S3Server) -> S3Store:
    found = open_store(s3_server.url(f"parts-{hashlib.sha256(str(id(s3_server)).encode()).hexdigest()[:8]}", retry_seconds=5))
    assert isinstance(found, S3Store)
    found._large, found._part = 6 * MIB, 5 * MIB
    return found


def test_it_is_whole_and_a_second_time_already_there_and_another_file_is_a_conflict(store: S3Store, tmp_path: Path) -> None:
    (path, sha256), (other, other_sha256) = large(tmp_path), large(tmp_path, "other")
    assert store.put(KEY, path, sha256=sha256) in ("stored", "already")
    info = store.head(KEY)
    assert info is not None
    assert (info.size, info.sha256) == (12 * MIB, sha256)
    assert hashlib.sha256(b"".join(store.open(KEY))).hexdigest() == sha256
    assert store.get_range(KEY, 5 * MIB - 16, 32) == path.read_bytes()[5 * MIB - 16 : 5 * MIB + 16]
    assert store.put(KEY, path, sha256=sha256) == "already"
    with pytest.raises(StoreConflict):
        store.put(KEY, other, sha256=other_sha256)
    assert hashlib.sha256(b"".join(store.open(KEY))).hexdigest() == sha256


def test_a_file_that_changes_on_the_way_is_never_put_together(store: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sha256 = large(tmp_path, "changing")

    def change_first(*arguments: object, **more: object) -> None:
        path.write_bytes(b"\0" * (12 * MIB))
        send_parts(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("archive.stores.s3.send_parts", change_first)
    with pytest.raises(DamagedError):
        store.put(f"{KEY}.2", path, sha256=sha256)
    assert store.head(f"{KEY}.2") is None
    parts = store._client.once("list_multipart_uploads", Bucket=store._bucket).get("Uploads", [])
    assert not [one for one in parts if one["Key"].endswith(".2")]
