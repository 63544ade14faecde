"""Does every store keep the promises of the protocol?"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import DamagedError, ObjectMissing, StoreConflict, StoreError
from archive.stores import Store, open_store
from archive.stores.keys import PROBE, is_key
from archive.stores.local import LocalStore
from tests.servers.fixtures import StorePlace

RUN = "news/runs/2024/11/20241108t081500z-1f2e3d4c/"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(store: Store, key: str, data: bytes | Path) -> str:
    return store.put(key, data, sha256=sha256(data.read_bytes() if isinstance(data, Path) else data))


def keys(store: Store, prefix: str = "", start_after: str = "") -> list[str]:
    return [info.key for info in store.list(prefix, start_after)]


def test_what_was_put_is_got(store: Store) -> None:
    data = bytes(range(256)) * 20
    assert put(store, f"{RUN}report.json", data) == "stored"
    assert store.get(f"{RUN}report.json") == data
    assert b"".join(store.open(f"{RUN}report.json")) == data
    info = store.head(f"{RUN}report.json")
    assert info is not None
    assert (info.key, info.size) == (f"{RUN}report.json", len(data))
    assert info.sha256 in (None, sha256(data))


def test_a_file_is_put_and_comes_back_in_pieces(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "segment.warc.gz"
    data = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(80_000))
    file.write_bytes(data)
    assert put(store, f"{RUN}archive/a.warc.gz", file) == "stored"
    pieces = list(store.open(f"{RUN}archive/a.warc.gz"))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 1 << 20
    assert file.read_bytes() == data


def test_an_empty_object_is_an_object(store: Store, tmp_path: Path) -> None:
    (tmp_path / "nothing").touch()
    assert put(store, "a/empty", b"") == "stored"
    assert put(store, "a/empty-file", tmp_path / "nothing") == "stored"
    assert put(store, "a/empty-file", b"") == "already"
    assert store.get("a/empty") == b"".join(store.open("a/empty")) == store.get_range("a/empty", 0, 0) == b""
    assert [info.size for info in store.list("a/")] == [0, 0]


def test_a_second_put_of_the_same_bytes_says_already(store: Store, open_in: Callable[[], Store]) -> None:
    assert put(store, "a/b", b"same") == "stored"
    assert put(store, "a/b", b"same") == "already"
    assert put(open_in(), "a/b", b"same") == "already"


def test_other_bytes_under_a_taken_key_are_a_conflict_and_overwrite_nothing(store: Store) -> None:
    put(store, "a/b", b"same")
    for other in (b"diff", b"longer than it was", b""):
        with pytest.raises(StoreConflict, match=r"a/b.*other bytes") as caught:
            put(store, "a/b", other)
        assert "nothing was overwritten" in str(caught.value)
        assert store.get("a/b") == b"same"


def test_bytes_that_are_not_those_of_the_digest_are_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"flipped")
    for data in (b"flipped", tmp_path / "file"):
        with pytest.raises(DamagedError, match="nothing was stored"):
            store.put("a/b", data, sha256=sha256(b"as it was"))
    assert store.head("a/b") is None
    put(store, "a/b", b"as it was")
    with pytest.raises(DamagedError):
        store.put("a/b", b"flipped", sha256=sha256(b"as it was"))


def test_of_many_writers_of_one_key_exactly_one_wins(store: Store) -> None:
    store.probe()
    start = threading.Barrier(8)

    def write(number: int) -> str:
        start.wait()
        try:
            return put(store, "race", b"%d" % number)
        except StoreConflict:
            return "conflict"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(write, range(8)))
    assert sorted(outcomes) == ["conflict"] * 7 + ["stored"]
    assert store.get("race") == b"%d" % outcomes.index("stored")


def test_a_key_that_is_not_there_is_missing_at_once(store: Store) -> None:
    put(store, "a/b/c", b"there")
    for key in ("a/x", "a/b", "a/b/c/d", "zzz"):
        assert store.head(key) is None
        for read in (store.get, store.open, lambda key: store.get_range(key, 0, 1), lambda key: store.get_range(key, 0, 0)):
            with pytest.raises(ObjectMissing, match=key):
                read(key)


def test_a_store_that_nobody_wrote_to_is_empty(store: Store) -> None:
    assert keys(store) == keys(store, "news/", "news/runs/") == []
    assert store.head("warchive.json") is None
    with pytest.raises(ObjectMissing):
        store.get("warchive.json")


def test_ranges_are_exact_and_one_beyond_the_end_is_damage(store: Store) -> None:
    put(store, "a/b", b"0123456789")
    assert store.get_range("a/b", 0, 10) == b"0123456789"
    assert store.get_range("a/b", 9, 1) == b"9"
    assert store.get_range("a/b", 3, 4) == b"3456"
    assert store.get_range("a/b", 10, 0) == b""
    for offset, length in ((9, 2), (10, 1), (11, 0), (0, 11), (500, 10)):
        with pytest.raises(DamagedError, match="a/b"):
            store.get_range("a/b", offset, length)
    for offset, length in ((-1, 1), (0, -1)):
        with pytest.raises(ValueError, match="not a range"):
            store.get_range("a/b", offset, length)


def test_a_reader_who_stops_early_leaves_the_store_usable(store: Store) -> None:
    put(store, "a/b", b"x" * 3_000_000)
    for _ in range(20):
        assert next(iter(store.open("a/b")))
        store.open("a/b")
    assert store.get_range("a/b", 2_999_999, 1) == b"x"


def test_keys_come_in_byte_order_whatever_folders_they_are_in(store: Store) -> None:
    given = ["a", "a-b", "a.b", "a/b", "a/b-c", "a0", "B", "_", "a-/x", "a./x", "n/1/z", "n/1.5", "n/10", "n/2", ".hidden", "n/1-/y"]
    mine = [key for key in given if key not in ("a",)]  # where `a` is a folder it cannot be a file as well
    for key in reversed(mine):
        put(store, key, key.encode())
    assert keys(store) == sorted(mine)
    assert [info.size for info in store.list("")] == [len(key) for key in sorted(mine)]
    for start in (*sorted(given), "a/", "n", "n/", "zzz"):
        assert keys(store, "", start) == [key for key in sorted(mine) if key > start]
    for prefix in ("a", "a/", "a/b", "n/1", "n/1/", "n/1/z", "x", "n/1/z/", "."):
        assert keys(store, prefix) == [key for key in sorted(mine) if key.startswith(prefix)]
        assert keys(store, prefix, "n/1/z") == [key for key in sorted(mine) if key.startswith(prefix) and key > "n/1/z"]


def test_a_listing_pages_over_more_than_a_thousand_keys(store_place: StorePlace) -> None:
    names = [f"news/runs/2024/{number % 12 + 1:02d}/{number:05d}/datapackage.json" for number in range(1100)]
    store = _filled(store_place, names)
    assert keys(store, "news/") == sorted(names)
    middle = sorted(names)[50]
    assert keys(store, "news/", middle) == sorted(names)[51:]
    listing = iter(store.list("news/", sorted(names)[1000]))
    assert next(listing).key == sorted(names)[1001]


def _filled(place: StorePlace, names: list[str]) -> Store:
    """Filled behind the store's back where that is quicker, and once a server: what is tested is the listing."""
    if place.server is not None:
        client, bucket = place.server.client(), "many"
        if bucket not in [each["Name"] for each in client.list_buckets()["Buckets"]]:
            # Unsigned over one connection: three times as fast as boto3.
            client.create_bucket(Bucket=bucket, ACL="public-read-write")
            with contextlib.closing(HTTPConnection("127.0.0.1", place.server.http_port)) as connection:
                for name in names:
                    connection.request("PUT", f"/{bucket}/{name}", b"x")
                    assert connection.getresponse().read() == b""
        return open_store(place.server.url(bucket=bucket, tls=place.kind == "ceph-https"))
    store = open_store(place.url)
    if place.kind == "local":
        for name in names:
            path = Path(place.url, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
    else:
        for name in names:
            put(store, name, b"x")
    return store


def test_a_key_that_is_not_ours_is_refused_before_anything_is_sent(store: Store) -> None:
    dots = ["", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/."]
    letters = ["ä", "a b", "a\n", "a~b", "a\0", "a\\b", "a%2fb"]
    for key in (*dots, *letters, "x" * 301, "a/" + "x" * 256):
        asked: list[Callable[[str], object]] = [
            lambda key: put(store, key, b""),
            store.get,
            store.open,
            store.head,
            lambda key: store.get_range(key, 0, 1),
        ]
        for ask in asked:
            with pytest.raises(ValueError, match="not a key of ours"):
                ask(key)
    assert keys(store) == []


def test_a_prefix_that_no_key_has_is_refused_at_the_call(store: Store) -> None:
    for prefix in ("/", "a//", "a/../", "a b", "ü", "a\n"):
        with pytest.raises(ValueError, match="no key of ours"):
            store.list(prefix)
        with pytest.raises(ValueError, match="no key of ours"):
            store.list("", prefix)


def test_things_that_are_not_ours_are_passed_over(store: Store, store_place: StorePlace) -> None:
    put(store, "a/ours", b"1")
    if store_place.kind == "local":
        root = Path(store_place.url)
        (root / "Read me (1).txt").write_text("theirs")
        (root / "a/ümlaut").write_text("theirs")
        (root / "empty-folder").mkdir()
        (root / "a/dangling").symlink_to(root / "nowhere")
        (root / "loop").symlink_to(root / "loop")
    elif store_place.server is not None:
        client = store_place.server.client()
        for name in ("Read me (1).txt", "a/ümlaut", "folder/", "a//b", "a/+&<>\t"):
            client.put_object(Bucket=store_place.server.bucket, Key=store_place.prefix + name, Body=b"theirs")
    assert keys(store) == ["a/ours"]  # into a memory store nobody else writes


def test_a_probed_store_knows_that_it_is_create_only_and_keeps_one_small_object(store: Store, open_in: Callable[[], Store]) -> None:
    store.probe()
    again = open_in()
    again.probe()
    assert store.create_only is again.create_only is True
    assert keys(store) == [PROBE]


def test_threads_share_one_store(store: Store) -> None:
    def work(number: int) -> bytes:
        key = f"{RUN}archive/{number:03d}.warc.gz"
        put(store, key, str(number).encode() * 1000)
        info = store.head(key)
        assert info is not None
        return store.get_range(key, 0, info.size)

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(work, range(40)))
    assert got == [str(number).encode() * 1000 for number in range(40)]
    assert len(keys(store, RUN)) == 40


def test_two_stores_do_not_see_each_other(store: Store, store_place: StorePlace, tmp_path: Path) -> None:
    longer = {"local": str(tmp_path / "store-2"), "memory": f"{store_place.url}-2"}.get(store_place.kind) or store_place.url.replace(
        "?", "-2?", 1
    )
    other = open_store(longer)
    put(other, "theirs", b"2")
    put(store, "ours", b"1")
    assert (keys(store), keys(other)) == (["ours"], ["theirs"])


def test_a_store_without_retries_still_works(store: Store) -> None:
    store.no_more_retries()
    assert put(store, "a", b"1") == "stored"
    assert store.get("a") == b"1"


def test_an_error_names_the_key_and_the_store_and_no_credential(store: Store, store_place: StorePlace) -> None:
    with pytest.raises(StoreError) as caught:
        store.get("absent")
    assert "absent" in str(caught.value)
    assert store.url in str(caught.value)
    if store_place.server is not None:
        assert store_place.server.secret_key not in str(caught.value) + store.url
        assert store_place.server.access_key not in str(caught.value) + store.url


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.text("ab-./0", min_size=1, max_size=6).filter(is_key), max_size=12),
    st.text("ab-./0", max_size=4),
    st.text("ab-./0", max_size=4),
)
def test_a_folder_lists_what_a_sorted_list_of_strings_would(
    tmp_path_factory: pytest.TempPathFactory, names: set[str], prefix: str, start: str
) -> None:
    chosen = {name for name in names if not any(other.startswith(f"{name}/") for other in names)}
    root = tmp_path_factory.mktemp("walk")
    for name in chosen:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    store = LocalStore(root)
    try:
        found = keys(store, prefix, start)
    except ValueError:
        return
    assert found == sorted(name for name in chosen if name.startswith(prefix) and name > start)
