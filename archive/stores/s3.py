"""How does a prefix of an S3 bucket keep the promises of a store?

Three digests, each for one purpose and each with every server we know. The SHA-256 in the signature and Content-MD5: the server
refuses what changed on the way (Ceph and AWS compare both, ministack the second). `x-amz-meta-sha256`: says later what is kept,
without reading it. `x-amz-checksum-sha256` is left out: Ceph 16 ignores it unread, others refuse it, and the signature says the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from archive.errors import DamagedError, StoreConflict, StoreError
from archive.stores import ObjectInfo, PutResult
from archive.stores.keys import PROBE, PROBE_BYTES, check_key, check_prefix, check_span, is_key
from archive.stores.payload import PIECE, Payload, measure
from archive.stores.s3client import FIRST_PAUSE, S3Client, TryAgain
from archive.stores.s3errors import Kind, Trouble, read_trouble
from archive.stores.s3url import S3Location

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/")
_NOT_FOUND = (Kind.NO_KEY, Kind.NOT_FOUND)


class S3Store:
    """A prefix of a bucket. Nothing is sent, and boto3 looks for no credentials, before the first operation."""

    def __init__(self, location: S3Location, *, first_pause: float = FIRST_PAUSE) -> None:
        self.url = location.url
        self.create_only: bool | None = None
        self._bucket = location.bucket
        self._prefix = location.prefix
        self._client = S3Client(location, first_pause=first_pause)
        self._bucket_seen = False

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        name = self._name(key)
        payload = measure(key, data, sha256)
        return self._client.call("store", key, lambda: self._put_once(key, name, payload, content_type))

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

    def probe(self) -> None:
        """As the protocol says: lists, writes, writes again to see whether the second is refused, and reads back."""
        next(self._list(PROBE, ""), None)
        digest = hashlib.sha256(PROBE_BYTES).hexdigest()
        self.put(PROBE, PROBE_BYTES, sha256=digest, content_type="text/plain")
        payload = measure(PROBE, PROBE_BYTES, digest)

        def attempt() -> bool:
            try:
                self._send(self._name(PROBE), payload, "text/plain", IfNoneMatch="*")
            except ClientError as error:
                trouble = read_trouble(error)
                if trouble.kind is Kind.EXISTS:
                    return True
                if trouble.kind not in (Kind.UNSUPPORTED, Kind.REFUSED):
                    raise
            return False

        self.create_only = self._client.call("probe", PROBE, attempt)
        if self.get(PROBE) != PROBE_BYTES:
            raise StoreError(f"{self.url} gives back other bytes than were written to it", hint="do not use this store")

    def no_more_retries(self) -> None:
        self._client.no_more_retries()

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    def _put_once(self, key: str, name: str, payload: Payload, content_type: str) -> PutResult:
        # While nobody knows whether the server heeds If-None-Match, it is sent, and we look first as well.
        if self.create_only is not True and (found := self.head(key)) is not None:
            return self._already(found, payload)
        condition = {} if self.create_only is False else {"IfNoneMatch": "*"}
        try:
            self._send(name, payload, content_type, **condition)
        except ClientError as error:
            trouble = read_trouble(error)
            if trouble.kind is Kind.EXISTS:
                self.create_only = True
                found = self.head(key)
                if found is None:
                    raise TryAgain("the server said both that it is there and that it is not") from error
                return self._already(found, payload)
            if trouble.kind is Kind.UNSUPPORTED and condition and self.create_only is None:
                self.create_only = False
                raise TryAgain("the server does not know If-None-Match") from error
            if trouble.damaged:  # on the way, or has our own file changed?
                measure(key, payload.data, payload.sha256)
            raise
        return "stored"

    def _send(self, name: str, payload: Payload, content_type: str, **condition: str) -> None:
        with contextlib.ExitStack() as stack:
            body = payload.data if isinstance(payload.data, bytes) else stack.enter_context(payload.data.open("rb"))
            self._client.once(
                "put_object",
                Bucket=self._bucket,
                Key=name,
                Body=body,
                ContentLength=payload.size,
                ContentMD5=payload.md5,
                ContentType=content_type,
                Metadata={"sha256": payload.sha256},
                **condition,
            )
        self._bucket_seen = True

    def _already(self, found: ObjectInfo, payload: Payload) -> PutResult:
        # The digest decides alone: it is whole or not there, while a size may be cut (see `head`).
        theirs = found.sha256
        if theirs is None:  # written by another program
            digest = hashlib.sha256()
            for piece in self.open(found.key):
                digest.update(piece)
            theirs = digest.hexdigest()
        if theirs == payload.sha256:
            return "already"
        raise StoreConflict(
            f"{found.key} in {self.url} exists and holds other bytes ({found.size} of them, SHA-256 {theirs}; "
            f"ours are {payload.size}, {payload.sha256})",
            hint="nothing was overwritten",
        )

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
                    reply = self._get_once(name, key, **({"Range": f"bytes={at}-", "IfMatch": etag} if at else {}))
                    if at:
                        self._span(reply, at)
                    body, etag = reply["Body"], reply.get("ETag", "")
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
