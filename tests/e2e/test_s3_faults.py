"""Does everything arrive in an S3 bucket when its server, or the way to it, is bad, and is nothing overwritten?"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.audit import Audit
from tests.e2e.driver import Bench, CompletedRun
from tests.servers.faults import FaultProxy
from tests.servers.s3server import S3Server

pytestmark = pytest.mark.slow

PAGES = 24
_PUT = re.compile(rb"PUT (\S+) ")
_MD5 = re.compile(rb"(?im)^content-md5: *(\S+)")


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    with Newspaper(pages=PAGES) as paper:
        yield paper


AsUserOf = Callable[[S3Server], None]


def bench_of(folder: Path, paper: Newspaper, store: str) -> Bench:
    """A configuration that names this store."""
    return Bench.of_newspaper(folder, paper, publishers=False, store=store)


def seen_straight(bench: Bench, store: str) -> Bench:
    """The same folder and store, looked at past the proxy; the configuration stays as it is."""
    return Bench(bench.folder, store=store)


def prefix() -> str:
    return f"e2e-{secrets.token_hex(6)}"


def tries(proxy: FaultProxy) -> dict[str, set[str]]:
    """Key → digests of all bodies that were sent for it."""
    found: dict[str, set[str]] = defaultdict(set)
    for head in proxy.heads:
        put = _PUT.match(head)
        if put:
            digest = _MD5.search(head)
            assert digest is not None, head
            found[put[1].decode()].add(digest[1].decode())
    return found


def tally(server: S3Server, before: str) -> dict[str, str]:
    """Key → ETag (the MD5 of a single PUT) of everything below a prefix."""
    pages = server.client().get_paginator("list_objects_v2").paginate(Bucket=server.bucket, Prefix=before)
    return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", ())}


def assert_whole(bench: Bench, paper: Newspaper) -> None:
    """Every page once, every object as its manifest says, nothing left in the spool."""
    found = Audit(bench, paper).ended(paper.page_urls())
    assert found.problems == []


def assert_kept(bench: Bench, done: CompletedRun, *, captures: int) -> None:
    """Exit code 6 with a message, and everything captured is still in the spool."""
    assert done.exit_code == 6, done.stderr
    assert "stays in the spool" in done.stderr
    assert len(bench.acknowledged()) == captures
    assert [path.name for path in bench.spool_files() if path.name.endswith(".warc.gz")]


def test_a_quarter_of_the_requests_goes_wrong_and_everything_arrives_once(tmp_path: Path, paper: Newspaper, s3_server: S3Server) -> None:
    with FaultProxy(s3_server.http_port, share=0.25, seed=1, hang=1.0) as proxy:
        place = prefix()
        bench = bench_of(tmp_path, paper, s3_server.url(place, port=proxy.port, timeout=0.5, retry_seconds=60))
        first = bench.crawl()
        assert first.exit_code == 0, first.stderr
        assert first.groups == {"article": PAGES}
        objects = tally(s3_server, place)
        second = bench.crawl()
        assert second.exit_code == 0, second.stderr
        assert second.report is not None
        assert second.report["totals"]["articles"] == 0
        assert proxy.faults > 5
        sent = tries(proxy)
    straight = bench_of(tmp_path, paper, s3_server.url(place))
    assert len(straight.runs()) == 2
    assert_whole(straight, paper)
    # Some were sent more than once, and always the same bytes.
    assert {key: digests for key, digests in sent.items() if len(digests) > 1} == {}
    assert set(sent) == {f"/{s3_server.bucket}/{key}" for key in tally(s3_server, place)}
    later = tally(s3_server, place)
    assert {key: later[key] for key in objects} == objects


def test_a_store_that_is_down_for_a_whole_run_costs_nothing(tmp_path: Path, paper: Newspaper, s3_server: S3Server) -> None:
    with FaultProxy(s3_server.http_port, share=0) as proxy:
        place = prefix()
        bench = bench_of(tmp_path, paper, s3_server.url(place, port=proxy.port, timeout=1, retry_seconds=0.5))
        proxy.down = True
        first = bench.crawl()
        assert first.report is not None
        assert_kept(bench, first, captures=first.report["captures"]["total"])
        assert tally(s3_server, place) == {}
        proxy.down = False
        second = bench.crawl()
        assert second.exit_code == 0, second.stderr
    straight = bench_of(tmp_path, paper, s3_server.url(place))
    assert [run.report["totals"]["articles"] for run in straight.runs()] == [PAGES, 0]
    assert_whole(straight, paper)


@pytest.mark.parametrize("puts", [1, 4])
def test_a_store_that_goes_down_in_the_middle_of_publication(
    tmp_path: Path, paper: Newspaper, ministack: S3Server, as_user_of: AsUserOf, puts: int
) -> None:
    as_user_of(ministack)
    with FaultProxy(ministack.http_port, share=0) as proxy:
        place = prefix()
        bench = bench_of(tmp_path, paper, ministack.url(place, port=proxy.port, timeout=1, retry_seconds=0.5))
        with down_after(proxy, puts):
            first = bench.crawl()
        assert proxy.down
        assert first.report is not None
        assert_kept(bench, first, captures=first.report["captures"]["total"])
        assert seen_straight(bench, ministack.url(place)).runs() == []
        proxy.down = False
        second = bench.crawl()
        assert second.exit_code == 0, second.stderr
        assert len(seen_straight(bench, ministack.url(place)).runs()) == 2
        assert {key: digests for key, digests in tries(proxy).items() if len(digests) > 1} == {}
    assert_whole(bench_of(tmp_path, paper, ministack.url(place)), paper)


@contextmanager
def down_after(proxy: FaultProxy, puts: int) -> Iterator[None]:
    """Switch the store off once so many objects were sent to it."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set() and len(tries(proxy)) < puts:
            time.sleep(0.001)
        proxy.down = proxy.down or not over.is_set()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_wrong_secret_is_named_and_the_next_run_publishes(
    tmp_path: Path, paper: Newspaper, ceph: S3Server, monkeypatch: pytest.MonkeyPatch, as_user_of: AsUserOf
) -> None:
    as_user_of(ceph)
    bench = bench_of(tmp_path, paper, ceph.url(prefix()))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    denied = bench.crawl()
    assert denied.report is not None
    assert_kept(bench, denied, captures=denied.report["captures"]["total"])
    assert "secret" in denied.stderr.lower() or "denied" in denied.stderr.lower()
    assert "not-the-secret" not in denied.stderr
    as_user_of(ceph)
    assert bench.crawl().exit_code == 0
    assert_whole(bench, paper)


def test_a_missing_bucket_is_named_and_the_next_run_publishes(tmp_path: Path, paper: Newspaper, s3_server: S3Server) -> None:
    bucket = f"later-{secrets.token_hex(6)}"
    bench = bench_of(tmp_path, paper, s3_server.url(prefix(), bucket=bucket))
    missing = bench.crawl()
    assert missing.report is not None
    assert_kept(bench, missing, captures=missing.report["captures"]["total"])
    assert bucket in missing.stderr
    s3_server.client().create_bucket(Bucket=bucket)
    assert bench.crawl().exit_code == 0
    assert_whole(bench, paper)


@pytest.mark.parametrize("way", ["url", "environment"])
def test_over_tls_the_authority_comes_from_the_url_or_the_environment(
    tmp_path: Path, paper: Newspaper, ceph: S3Server, monkeypatch: pytest.MonkeyPatch, as_user_of: AsUserOf, way: str
) -> None:
    as_user_of(ceph)
    place = prefix()
    if way == "url":
        bench = bench_of(tmp_path, paper, ceph.url(place, tls=True))
    else:
        bench = bench_of(tmp_path, paper, ceph.url(place, endpoint_url=ceph.endpoint(tls=True), retry_seconds=1))
        untrusted = bench.crawl()
        assert untrusted.report is not None
        assert_kept(bench, untrusted, captures=untrusted.report["captures"]["total"])
        assert "certificate" in untrusted.stderr.lower()
        monkeypatch.setenv("AWS_CA_BUNDLE", str(ceph.ca_bundle))
    done = bench.crawl()
    assert done.exit_code == 0, done.stderr
    assert_whole(bench, paper)


def test_faults_over_tls_change_nothing(tmp_path: Path, paper: Newspaper, ceph: S3Server, as_user_of: AsUserOf) -> None:
    as_user_of(ceph)
    with FaultProxy(ceph.http_port, share=0.25, seed=3, hang=1.0, tls=ceph.tls_context) as proxy:
        place = prefix()
        bench = bench_of(tmp_path, paper, ceph.url(place, tls=True, port=proxy.port, timeout=1, retry_seconds=60))
        assert bench.crawl().exit_code == 0
        assert proxy.faults > 1
    assert_whole(bench_of(tmp_path, paper, ceph.url(place)), paper)
