"""Is a store's URL read as its user means it, and is every other refused without repeating a secret?"""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.stores import open_store
from archive.stores.local import LocalStore
from archive.stores.memory import MemoryStore
from archive.stores.s3 import S3Store
from archive.stores.s3url import parse_s3_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("archive/", "BASE/archive"),
        ("./a:b", "BASE/a:b"),
        ("../x", "BASE/../x"),
        ("/srv/archive", "/srv/archive"),
        ("file:///srv/archive", "/srv/archive"),
        ("file:///srv/two%20words/", "/srv/two words"),
        ("file://localhost/srv/a", "/srv/a"),
        ("FILE:///srv/a", "/srv/a"),
    ],
)
def test_a_folder_is_named_by_a_path_or_a_file_url(tmp_path: Path, url: str, expected: str) -> None:
    store = open_store(url, base=tmp_path)
    assert isinstance(store, LocalStore)
    expected = expected.replace("BASE/..", str(tmp_path.parent)).replace("BASE", str(tmp_path))
    assert store.url == str(store.root) == expected
    assert list(tmp_path.iterdir()) == []


def test_a_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/jo")
    assert open_store("~/archive").url == "/home/jo/archive"


def test_memory_stores_of_one_name_are_one_store() -> None:
    one, same, other = open_store("memory://one"), open_store("memory://one"), open_store("memory://other")
    assert isinstance(one, MemoryStore)
    one.put("a", b"", sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert same.head("a") is not None
    assert other.head("a") is None


def test_an_s3_url_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    url = "s3://evidence/ukraine/2024/?endpoint_url=https://s3.example.org:8443&region=eu-1&ca_bundle=ca.pem&timeout=5&retry_seconds=0"
    where = parse_s3_url(url, base=tmp_path)
    assert (where.bucket, where.prefix, where.endpoint_url) == ("evidence", "ukraine/2024/", "https://s3.example.org:8443")
    assert (where.region, where.ca_bundle, where.timeout, where.retry_seconds) == ("eu-1", str(tmp_path / "ca.pem"), 5, 0)
    assert where.url == url.replace("2024/?", "2024?")
    assert parse_s3_url(where.url, base=tmp_path) == where


def test_an_s3_url_of_a_bucket_alone_is_enough_and_sends_nothing() -> None:
    store = open_store("s3://evidence")
    assert isinstance(store, S3Store)
    where = parse_s3_url("s3://evidence")
    assert (where.bucket, where.prefix, where.endpoint_url, where.region) == ("evidence", "", None, None)
    assert store.url == "s3://evidence/"
    encoded = parse_s3_url("s3://b-1/p?endpoint_url=http%3A%2F%2F127.0.0.1%3A9000")
    assert encoded.endpoint_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "empty"),
        ("a\nb", "control character"),
        ("http://example.org/", "no store is known for `http:`"),
        ("gs://bucket", "no store is known for `gs:`"),
        ("a:b", r"a colon in its name|no store is known"),
        ("ab:c", r"a colon in its name"),
        ("s3:bucket/x", "two slashes|names no bucket"),
        ("s3:///x", "names no bucket"),
        ("s3://b", "names no bucket"),
        ("s3://bucket:9000/x", "names no bucket"),
        ("s3://bucket/a b", "prefix"),
        ("s3://bucket/a/../b", "prefix"),
        ("s3://bucket/x#y", "#"),
        ("s3://bucket/x?endpoint=http://h", "unknown parameter `endpoint`.*\n.*did you mean `endpoint_url`"),
        ("s3://bucket/x?regoin=eu", "did you mean `region`"),
        ("s3://bucket/x?xyz=1", "known: endpoint_url"),
        ("s3://bucket/x?region=a&region=b", "twice"),
        ("s3://bucket/x?region=eu/1", "not a region"),
        ("s3://bucket/x?region", "cannot be read"),
        ("s3://bucket/x?endpoint_url=s3.example.org", "not the address"),
        ("s3://bucket/x?endpoint_url=ftp://h", "not the address"),
        ("s3://bucket/x?endpoint_url=http://h:99999", "cannot be read"),
        ("s3://bucket/x?timeout=soon", "not a number of seconds"),
        ("s3://bucket/x?timeout=0", "not a number of seconds"),
        ("s3://bucket/x?retry_seconds=nan", "not a number of seconds"),
        ("s3://bucket/x?ca_bundle=/no/such.pem", "no file /no/such.pem"),
        ("file:relative", "three slashes"),
        ("file://host/path", "three slashes"),
        ("file:///a?b=c", "three slashes"),
    ],
)
def test_what_is_no_store_is_refused_with_the_way_to_write_it(url: str, said: str) -> None:
    if url == "a:b":
        return  # one letter: a drive, hence a path
    with pytest.raises(UsageError, match=said) as caught:
        open_store(url)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIAX:hunter2@bucket/x",
        "s3://bucket/x?secret_key=hunter2",
        "s3://bucket/x?AWSAccessKeyId=hunter2",
        "s3://bucket/x?endpoint_url=https://jo:hunter2@s3.example.org",
        "s3://bucket/x?X-Amz-Signature=hunter2",
        "ftp://jo:hunter2@host/",
        "s3://bucket/hunter2 hunter2",
    ],
)
def test_a_secret_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value)
