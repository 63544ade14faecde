"""Does everything arrive, once and unchanged, over a network that loses a quarter of the requests?"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import StoreConflict, StoreUnreachable
from archive.stores import Store, open_store
from archive.stores.s3 import S3Store
from archive.stores.s3url import parse_s3_url
from tests.servers.faults import FAULTS, Fault, FaultProxy
from tests.servers.s3server import S3Server

AsUserOf = Callable[[S3Server], None]


def put(store: Store, key: str, data: bytes | Path) -> str:
    return store.put(key, data, sha256=hashlib.sha256(data.read_bytes() if isinstance(data, Path) else data).hexdigest())


@pytest.mark.ceph
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_everything_arrives_and_nothing_is_overwritten(ceph: S3Server, as_user_of: AsUserOf, tmp_path: Path, tls: bool) -> None:
    as_user_of(ceph)
    rng = random.Random(20241108)
    objects = {f"runs/{number:03d}/{number}.warc.gz": rng.randbytes(rng.randrange(200_000)) for number in range(30)}
    direct = open_store(ceph.url(f"faults-{tls}"))
    for key in list(objects)[::10]:  # stored by somebody before us, with other bytes
        put(direct, key, b"was here before")
    with FaultProxy(ceph.http_port, share=0.25, seed=7, hang=0.6, tls=ceph.tls_context if tls else None) as proxy:
        where = parse_s3_url(ceph.url(f"faults-{tls}", tls=tls, port=proxy.port, timeout=0.3, retry_seconds=60))
        store = S3Store(where, first_pause=0.02)
        store.probe()
        assert store.create_only is True

        def keep(item: tuple[str, bytes]) -> str:
            key, data = item
            file = tmp_path / key.replace("/", "-")
            file.write_bytes(data)
            try:
                return put(store, key, file)
            except StoreConflict:
                return "conflict"

        with ThreadPoolExecutor(8) as pool:
            outcomes = dict(zip(objects, pool.map(keep, objects.items()), strict=True))
            got = dict(zip(objects, pool.map(lambda key: b"".join(store.open(key)), objects), strict=True))
            whole = dict(zip(objects, pool.map(store.get, objects), strict=True))
        listed = [info.key for info in store.list("runs/")]
        assert all(proxy.counts[fault] for fault in FAULTS), proxy.counts
    before = set(list(objects)[::10])
    assert {key for key, outcome in outcomes.items() if outcome == "conflict"} == before
    assert set(outcomes.values()) <= {"stored", "already", "conflict"}
    for key, data in objects.items():
        expected = b"was here before" if key in before else data
        assert got[key] == whole[key] == direct.get(key) == expected
    assert listed == sorted(objects)


def test_a_lost_reply_after_a_put_that_succeeded_is_found_out(s3_server: S3Server) -> None:
    for fault, answer in (("swallow", "already"), ("reset", "stored"), ("503", "stored")):
        assert _put_with_one(fault, s3_server) == answer  # type: ignore[arg-type]
        assert open_store(s3_server.url("lost")).get(f"after-{fault}") == b"once"


@pytest.mark.filterwarnings("ignore::dateutil.parser.UnknownTimezoneWarning")  # of a date whose GMT was cut
def test_a_reply_that_breaks_off_at_any_byte_is_never_taken_for_a_whole_one(s3_server: S3Server) -> None:
    """Python's HTTP client takes a cut head for a whole one: an empty object, an empty listing, a smaller size would come of it."""
    data = b"0123456789" * 12
    put(open_store(s3_server.url("bytes")), "a", data)
    with FaultProxy(s3_server.http_port, share=0) as proxy:
        store = S3Store(parse_s3_url(s3_server.url("bytes", port=proxy.port)), first_pause=0)
        operations: list[tuple[Callable[[], object], object]] = [
            (lambda: store.get("a"), data),
            (lambda: store.get_range("a", 2, 3), b"234"),
            (lambda: b"".join(store.open("a")), data),
            # (Its digest may be null: who needs it reads the object then.)
            (lambda: (info := store.head("a")) and info.size, len(data)),
            (lambda: [info.key for info in store.list("")], ["a"]),
        ]
        for operation, expected in operations:
            proxy.reply_lengths.clear()
            assert operation() == expected
            for at in range(0, proxy.reply_lengths[-1], 17):
                proxy.cut_next_at = at
                assert operation() == expected, f"cut at {at}"
        assert put(store, "a", data) == "already"


def _put_with_one(fault: Fault, server: S3Server) -> str:
    with FaultProxy(server.http_port, share=1, faults=[fault], methods=["PUT"], most=1) as proxy:
        outcome = put(open_store(server.url("lost", port=proxy.port)), f"after-{fault}", b"once")
        assert proxy.counts[fault] == 1
        return outcome


def test_a_lost_reply_after_somebody_elses_put_is_a_conflict(s3_server: S3Server) -> None:
    direct = open_store(s3_server.url("theirs"))
    with FaultProxy(s3_server.http_port, share=1, faults=["503"], methods=["PUT"], most=1) as proxy:
        store = open_store(s3_server.url("theirs", port=proxy.port))
        store.create_only = True  # as after a probe: no look before
        put(direct, "a", b"theirs")
        with pytest.raises(StoreConflict):
            put(store, "a", b"ours!!")
    assert direct.get("a") == b"theirs"


def test_a_reply_that_is_cut_again_and_again_is_read_on_from_where_it_broke(s3_server: S3Server) -> None:
    data = random.Random(1).randbytes(5_000_000)
    put(open_store(s3_server.url("cut")), "a", data)
    with FaultProxy(s3_server.http_port, share=1, faults=["cut"], methods=["GET"], most=6) as proxy:
        store = S3Store(parse_s3_url(s3_server.url("cut", port=proxy.port)), first_pause=0.02)
        assert b"".join(store.open("a")) == data
        assert proxy.counts["cut"] == 6
        ranges = [head for head in proxy.heads if b"\r\nrange: bytes=" in head.lower()]
        assert len(ranges) == 6
    with FaultProxy(s3_server.http_port, share=1, faults=["cut"], methods=["GET"], most=2) as proxy:
        store = S3Store(parse_s3_url(s3_server.url("cut", port=proxy.port)), first_pause=0.02)
        assert store.get("a") == data
        assert store.get_range("a", 4_000_000, 1_000_000) == data[4_000_000:]


@pytest.mark.parametrize("fault", ["503", "reset", "hang", "cut", "swallow"])
def test_a_server_that_never_answers_well_is_unreachable_in_the_end(ministack: S3Server, as_user_of: AsUserOf, fault: Fault) -> None:
    as_user_of(ministack)
    put(open_store(ministack.url("never")), "a", b"1")
    with FaultProxy(ministack.http_port, share=1, faults=[fault], hang=0.2) as proxy:
        store = open_store(ministack.url("never", port=proxy.port, timeout=0.15, retry_seconds=0.15))
        operations: list[Callable[[], object]] = [lambda: store.get("a"), lambda: list(store.list(""))]
        if fault != "cut":  # half of a head has the status, and so the whole answer to these
            operations += [lambda: put(store, "b", b"1"), lambda: store.head("a")]
        for operation in operations:
            with pytest.raises(StoreUnreachable, match="tried"):
                operation()


def test_a_store_that_comes_back_is_used_again(s3_server: S3Server) -> None:
    with FaultProxy(s3_server.http_port, share=0) as proxy:
        store = open_store(s3_server.url("down", port=proxy.port, retry_seconds=0.2))
        proxy.down = True
        with pytest.raises(StoreUnreachable):
            put(store, "a", b"1")
        assert proxy.counts["refused"] >= 1
        assert proxy.counts["passed"] == 0
        proxy.down = False
        assert put(store, "a", b"1") == "stored"
