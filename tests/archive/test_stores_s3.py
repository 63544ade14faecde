"""Does the S3 store tell a user what is wrong, and does it take nothing for granted?"""

from __future__ import annotations

import hashlib
import http.server
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import DamagedError, StoreConflict, StoreDenied, StoreError, StoreMissing, StoreUnreachable
from archive.stores import Store, StoreFull, open_store
from archive.stores.keys import PROBE
from tests.servers.faults import FaultProxy
from tests.servers.s3server import S3Server, free_ports

AsUserOf = Callable[[S3Server], None]


def put(store: Store, key: str, data: bytes) -> str:
    return store.put(key, data, sha256=hashlib.sha256(data).hexdigest())


def every_operation(store: Store) -> list[Callable[[], object]]:
    return [
        store.probe,
        lambda: put(store, "a/b", b"x"),
        lambda: store.get("a/b"),
        lambda: store.get_range("a/b", 0, 1),
        lambda: store.open("a/b"),
        lambda: store.head("a/b"),
        lambda: list(store.list("a/")),
    ]


@pytest.fixture
def there(ceph: S3Server, as_user_of: AsUserOf) -> S3Server:
    """Ceph, with its credentials in the environment."""
    as_user_of(ceph)
    return ceph


@pytest.mark.ceph
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_wrong_secret_is_denied_by_every_operation_and_named(there: S3Server, monkeypatch: pytest.MonkeyPatch, tls: bool) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    for operation in every_operation(open_store(there.url("denied", tls=tls))):
        with pytest.raises(StoreDenied, match="403") as caught:
            operation()
        shown = "".join(traceback.format_exception(caught.value))
        assert "not-the-secret" not in shown
        assert there.access_key not in shown
        assert "\n" in str(caught.value), "a next step"
    with pytest.raises(StoreDenied, match=r"SignatureDoesNotMatch\n.*AWS_SECRET_ACCESS_KEY"):
        list(open_store(there.url("denied", tls=tls)).list(""))


@pytest.mark.ceph
def test_an_unknown_access_key_and_none_at_all_are_denied(there: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKNOBODY")
    with pytest.raises(StoreDenied, match=r"InvalidAccessKeyId\n.*AWS_ACCESS_KEY_ID") as caught:
        open_store(there.url()).probe()
    assert "AKNOBODY" not in str(caught.value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreDenied, match=r"no usable credentials.*\n.*AWS_PROFILE"):
        open_store(there.url()).probe()
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    with pytest.raises(StoreDenied, match="no usable credentials"):
        open_store(there.url()).probe()


def test_a_missing_bucket_is_missing_and_not_an_empty_store(s3_server: S3Server) -> None:
    for operation in every_operation(open_store(s3_server.url("x", bucket="no-such-bucket"))):
        with pytest.raises(StoreMissing, match="no bucket `no-such-bucket`") as caught:
            operation()
        assert "create it" in str(caught.value)


@pytest.mark.ceph
def test_a_full_quota_says_that_there_is_no_room(there: S3Server) -> None:
    bucket = "one-object"
    client = there.client()
    client.create_bucket(Bucket=bucket)
    there.admin("quota", "set", "--quota-scope=bucket", f"--bucket={bucket}", "--max-objects=1")
    there.admin("quota", "enable", "--quota-scope=bucket", f"--bucket={bucket}")
    client.put_object(Bucket=bucket, Key="first", Body=b"1")
    with pytest.raises(StoreFull, match=r"QuotaExceeded\n.*room") as caught:
        put(open_store(there.url(bucket=bucket)), "second", b"2")
    assert (caught.value.exit_code, isinstance(caught.value, StoreError)) == (8, True)


def test_an_unreachable_server_is_said_to_be_after_the_retry_time(as_user_of: AsUserOf, ministack: S3Server) -> None:
    as_user_of(ministack)
    (port,) = free_ports(1)
    began = time.monotonic()
    with pytest.raises(StoreUnreachable, match=r"nothing answers there \(tried [2-9] times\)"):
        put(open_store(ministack.url(port=port, retry_seconds=0.8)), "a", b"1")
    assert time.monotonic() - began < 3
    with pytest.raises(StoreUnreachable, match=r"\(tried once\)"):
        open_store(ministack.url(port=port, retry_seconds=0)).head("a")
    with pytest.raises(StoreUnreachable, match="nothing answers there"):
        open_store("s3://bucket/x?endpoint_url=http://nowhere.invalid&retry_seconds=0").head("a")


def test_who_must_stop_gives_up_at_once(as_user_of: AsUserOf, ministack: S3Server) -> None:
    as_user_of(ministack)
    store = open_store(ministack.url(port=free_ports(1)[0], retry_seconds=600))
    store.no_more_retries()
    began = time.monotonic()
    for operation in every_operation(store):
        with pytest.raises(StoreUnreachable, match="tried once"):
            operation()
    assert time.monotonic() - began < 2


@pytest.mark.ceph
def test_a_certificate_that_nobody_vouches_for_is_not_trusted_and_not_tried_again(
    there: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone = f"s3://{there.bucket}/tls?endpoint_url={there.endpoint(tls=True)}&retry_seconds=60"
    with pytest.raises(StoreUnreachable, match=r"certificate is not trusted.*\n.*ca_bundle"):
        open_store(alone).probe()
    assert there.ca_bundle is not None
    monkeypatch.setenv("AWS_CA_BUNDLE", str(there.ca_bundle))
    open_store(alone).probe()
    (tmp_path / "broken.pem").write_text("this is no certificate")
    for bundle in (tmp_path / "broken.pem", tmp_path / "absent.pem"):
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
        with pytest.raises(StoreUnreachable, match=r"authorities cannot be read\n.*AWS_CA_BUNDLE"):
            open_store(alone).probe()


def test_what_another_program_stored_without_a_digest_is_read_and_compared(s3_server: S3Server) -> None:
    store = open_store(s3_server.url("foreign"))
    client = s3_server.client()
    client.put_object(Bucket=s3_server.bucket, Key="foreign/a", Body=b"same")
    client.put_object(Bucket=s3_server.bucket, Key="foreign/b", Body=b"diff")
    client.put_object(Bucket=s3_server.bucket, Key="foreign/c", Body=b"same", Metadata={"sha256": "not a digest"})
    info = store.head("c")
    assert info is not None
    assert info.sha256 is None
    assert put(store, "a", b"same") == "already"
    assert put(store, "c", b"same") == "already"
    with pytest.raises(StoreConflict):
        put(store, "b", b"same")
    assert client.get_object(Bucket=s3_server.bucket, Key="foreign/b")["Body"].read() == b"diff"


def test_the_digest_is_kept_and_given_without_reading_the_object(s3_server: S3Server) -> None:
    store = open_store(s3_server.url("digest"))
    put(store, "a", b"hello")
    info = store.head("a")
    assert info is not None
    assert info.sha256 == hashlib.sha256(b"hello").hexdigest()
    reply = s3_server.client().head_object(Bucket=s3_server.bucket, Key="digest/a")
    assert reply["Metadata"] == {"sha256": info.sha256}
    assert reply["ContentType"] == "application/octet-stream"


def test_where_the_server_does_not_heed_if_none_match_the_store_looks_first_and_says_so(as_user_of: AsUserOf, ministack: S3Server) -> None:
    as_user_of(ministack)
    with FaultProxy(ministack.http_port, share=0, strip=["If-None-Match"]) as proxy:  # ministack does not check the signature over it
        store = open_store(ministack.url("careless", port=proxy.port))
        assert put(store, "before-the-probe", b"1") == "stored"
        with pytest.raises(StoreConflict):
            put(store, "before-the-probe", b"2")
        assert store.create_only is None
        store.probe()
        assert store.create_only is False
        assert put(store, "a", b"1") == "stored"
        assert put(store, "a", b"1") == "already"
        with pytest.raises(StoreConflict):
            put(store, "a", b"2")
        assert store.get("a") == b"1"
        assert [info.key for info in store.list("")] == [PROBE, "a", "before-the-probe"]


@pytest.mark.ceph
def test_a_body_that_changed_on_the_way_is_refused_by_the_server_and_sent_again(there: S3Server) -> None:
    data = b"x" * 1000
    with FaultProxy(there.http_port, share=1, faults=("corrupt",), methods=("PUT",), most=2) as proxy:
        store = open_store(there.url("corrupt", port=proxy.port))
        assert put(store, "a", data) == "stored"
        assert proxy.counts["corrupt"] == 2
    assert open_store(there.url("corrupt")).get("a") == data


@pytest.mark.ceph
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_put_is_one_plain_request_with_its_digests_in_the_head(there: S3Server, tmp_path: Path, tls: bool) -> None:
    """No aws-chunked body, which Ceph refuses; a signed payload over TLS too, where boto3 would not."""
    data = b"x" * 100_000
    (tmp_path / "segment").write_bytes(data)
    with FaultProxy(there.http_port, share=0, tls=there.tls_context if tls else None) as proxy:
        store = open_store(there.url(f"plain-{tls}", tls=tls, port=proxy.port))
        store.put("a", tmp_path / "segment", sha256=hashlib.sha256(data).hexdigest())
        store.put("b", data, sha256=hashlib.sha256(data).hexdigest())
        heads = [head.lower().decode() for head in proxy.heads if head.startswith(b"PUT")]
    assert len(heads) == 2
    for head in heads:
        assert f"x-amz-content-sha256: {hashlib.sha256(data).hexdigest()}" in head
        assert "content-length: 100000" in head
        assert "if-none-match: *" in head
        assert "content-md5: " in head
        assert "chunked" not in head
        assert "x-amz-checksum" not in head


def test_a_file_that_changed_since_it_was_measured_is_not_stored(s3_server: S3Server, tmp_path: Path) -> None:
    segment = tmp_path / "segment"
    segment.write_bytes(b"as it was")
    digest = hashlib.sha256(b"as it was").hexdigest()
    segment.write_bytes(b"flipped")
    store = open_store(s3_server.url("changed"))
    with pytest.raises(DamagedError, match="nothing was stored"):
        store.put("a", segment, sha256=digest)
    assert store.head("a") is None


def test_a_web_server_that_is_not_s3_is_an_error_and_never_an_empty_store(
    as_user_of: AsUserOf, ministack: S3Server, plain_web_server: int
) -> None:
    as_user_of(ministack)
    for operation in every_operation(open_store(ministack.url("x", port=plain_web_server, retry_seconds=0.2))):
        with pytest.raises(StoreError):
            operation()


@pytest.fixture
def plain_web_server() -> Iterator[int]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
