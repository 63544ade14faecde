"""How are the objects of a bucket read, where a reply may break off at any byte?

Python's HTTP client takes a head that was cut for a whole one: an empty object, an empty listing or a smaller size would come of
it, without a word. So each reply here must have what proves that it is whole, and is asked for again where it has not.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from archive.errors import DamagedError, StoreError
from archive.stores import ObjectInfo
from archive.stores.keys import check_key, check_prefix, check_span, is_key
from archive.stores.payload import PIECE
from archive.stores.s3client import S3Client, TryAgain
from archive.stores.s3errors import Kind, Trouble, read_trouble
from archive.stores.s3url import S3Location

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/")
_NOT_FOUND = (Kind.NO_KEY, Kind.NOT_FOUND)


class S3Reader:
    """The reading half of `S3Store`."""

    def __init__(self, location: S3Location, *, first_pause: float) -> None:
        self.url = location.url
        self._bucket = location.bucket
        self._prefix = location.prefix
        self._client = S3Client(location, first_pause=first_pause)
        self._bucket_seen = False

    def get(self, key: str) -> bytes:
        name = self._name(key)

        def attempt() -> bytes:
            with contextlib.closing(self._get_once(name, key)["Body"]) as body:
                data: bytes = body.read()  # botocore raises where it is shorter than Content-Length
                return data

        return self._client.call("read", key, attempt)

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        name = self._name(key)
        check_span(offset, length)
        if length == 0:  # no header can ask for nothing
            return self._nothing_at(key, offset)

        def attempt() -> bytes:
            try:
                reply = self._get_once(name, key, Range=f"bytes={offset}-{offset + length - 1}")
            except ClientError as error:
                if read_trouble(error).kind is Kind.OUT_OF_RANGE:
                    raise self._ends_before(key, offset, length) from error
                raise
            with contextlib.closing(reply["Body"]) as body:
                if self._span(reply, offset) < length:
                    raise self._ends_before(key, offset, length)
                data: bytes = body.read(length)
            if len(data) != length:
                raise TryAgain("the reply was cut")
            return data

        return self._client.call("read", key, attempt)

    def open(self, key: str) -> Iterator[bytes]:
        reading = self._pieces(key, self._name(key))
        next(reading)  # sends the request; from here on the generator closes the reply, whether it is read or not
        return reading

    def head(self, key: str) -> ObjectInfo | None:
        name = self._name(key)

        def attempt() -> ObjectInfo | None:
            try:
                reply = self._client.once("head_object", Bucket=self._bucket, Key=name)
                size = _size(reply)
                # Python's HTTP client takes a head that was cut for a whole one, and the size may be what was cut.
                if (
                    size is not None
                    and _ends_with_size(reply)
                    and size != _size(self._client.once("head_object", Bucket=self._bucket, Key=name))
                ):
                    size = None
            except ClientError as error:
                if read_trouble(error).kind not in _NOT_FOUND:
                    raise
                self._see_bucket()
                return None
            if size is None:
                raise TryAgain("the reply was cut in its head")
            self._bucket_seen = True
            digest = str(reply.get("Metadata", {}).get("sha256", ""))
            return ObjectInfo(key=key, size=size, sha256=digest if _SHA256.fullmatch(digest) else None)

        return self._client.call("look up", key, attempt)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        check_prefix(prefix)
        check_prefix(start_after)
        return self._list(prefix, self._prefix + start_after if start_after else "")

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    def _get_once(self, name: str, key: str, **parameters: str) -> Any:
        try:
            reply = self._client.once("get_object", Bucket=self._bucket, Key=name, **parameters)
        except ClientError as error:
            trouble = read_trouble(error)
            if trouble.kind not in _NOT_FOUND:
                raise
            self._see_bucket()
            raise self._client.error(Trouble(kind=Kind.NO_KEY, reason=trouble.reason), "read", key) from error
        self._bucket_seen = True
        if "ContentLength" not in reply:
            reply["Body"].close()
            raise TryAgain("the reply was cut in its head")
        return reply

    def _span(self, reply: Any, offset: int) -> int:
        """How many bytes from `offset` on a reply to a range has."""
        if reply["ResponseMetadata"]["HTTPStatusCode"] != 206:
            raise StoreError(f"the server of {self.url} does not serve ranges", hint="it cannot be read as an archive; copy it elsewhere")
        found = _CONTENT_RANGE.match(str(reply.get("ContentRange", "")))
        if found is None or int(found[1]) != offset:
            raise TryAgain("the reply was cut in its head")
        return int(found[2]) - offset + 1

    def _pieces(self, key: str, name: str) -> Iterator[bytes]:
        at, etag, body = 0, "", None

        def piece(size: int) -> bytes:
            nonlocal body, etag
            try:
                if body is None:
                    # Go on where the reply was cut, in the same object.
                    same = {"IfMatch": etag} if etag else {}
                    reply = self._get_once(name, key, **({"Range": f"bytes={at}-", **same} if at else {}))
                    body = reply["Body"]
                    if at:
                        self._span(reply, at)
                    etag = reply.get("ETag", "")
                data: bytes = body.read(size)
            except BaseException:
                if body is not None:
                    body.close()
                    body = None
                raise
            return data

        try:
            self._client.call("read", key, lambda: piece(0))
            yield b""
            while data := self._client.call("read", key, lambda: piece(PIECE)):
                at += len(data)
                yield data
        finally:
            if body is not None:
                body.close()

    def _list(self, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
        page: dict[str, str] = {"StartAfter": start_after} if start_after else {}
        last = start_after
        while True:
            # Bound as defaults: the lambda is called before the next round, but a reader should not have to know.
            reply = self._client.call("list", prefix, lambda page=page: self._list_once(prefix, page))  # type: ignore[misc]
            for entry in reply.get("Contents", ()):
                name = str(entry["Key"])
                if name <= last:  # S3 Express buckets, for one, have no order
                    raise StoreError(
                        f"the server of {self.url} lists keys out of order", hint="warchive needs a bucket that lists in byte order"
                    )
                last = name
                key = name.removeprefix(self._prefix)
                if is_key(key):
                    yield ObjectInfo(key=key, size=int(entry["Size"]), sha256=None)
            if not reply.get("IsTruncated"):
                return
            token = reply.get("NextContinuationToken")
            page = {"ContinuationToken": str(token)} if token else {"StartAfter": last}

    def _list_once(self, prefix: str, page: dict[str, str]) -> Any:
        reply = self._client.once("list_objects_v2", Bucket=self._bucket, Prefix=self._prefix + prefix, **page)
        self._bucket_seen = True
        if "IsTruncated" not in reply:  # cut in its head: what is left would pass for an empty bucket
            raise TryAgain("the reply was cut in its head, or is not S3's")
        return reply

    def _see_bucket(self) -> None:
        """HEAD tells a missing key from a missing bucket by nothing: ask once for the bucket itself."""
        if self._bucket_seen:
            return
        try:
            self._client.once("head_bucket", Bucket=self._bucket)
        except ClientError as error:
            trouble = read_trouble(error)
            if trouble.kind in (Kind.NOT_FOUND, Kind.NO_BUCKET):
                raise self._client.error(Trouble(kind=Kind.NO_BUCKET, reason=trouble.reason), "use", "") from error
            raise
        self._bucket_seen = True

    def _nothing_at(self, key: str, offset: int) -> bytes:
        found = self.head(key)
        if found is None:
            raise self._client.error(Trouble(kind=Kind.NO_KEY, reason="404"), "read", key)
        if offset > found.size:
            raise self._ends_before(key, offset, 0)
        return b""

    def _ends_before(self, key: str, offset: int, length: int) -> DamagedError:
        return DamagedError(f"{key} in {self.url} ends before the range {offset}+{length}", hint="run `warchive verify`")


def _size(reply: Any) -> int | None:
    size = reply.get("ContentLength")
    return None if size is None else int(size)


def _ends_with_size(reply: Any) -> bool:
    return list(reply["ResponseMetadata"]["HTTPHeaders"])[-1:] == ["content-length"]
