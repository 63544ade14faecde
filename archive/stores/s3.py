"""How does a prefix of an S3 bucket keep the promises of a store?

Three digests, each for one purpose and each with every server we know. The SHA-256 in the signature and Content-MD5: the server
refuses what changed on the way (Ceph and AWS compare both, ministack the second). `x-amz-meta-sha256`: says later what is kept,
without reading it. `x-amz-checksum-sha256` is left out: Ceph 16 ignores it unread, others refuse it, and the signature says the same.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from botocore.exceptions import ClientError

from archive.errors import StoreConflict, StoreError
from archive.stores import ObjectInfo, PutResult
from archive.stores.keys import PROBE, PROBE_BYTES
from archive.stores.payload import Payload, measure
from archive.stores.s3client import FIRST_PAUSE, TryAgain
from archive.stores.s3errors import Kind, read_trouble
from archive.stores.s3parts import LARGE, PART, send_parts
from archive.stores.s3read import S3Reader
from archive.stores.s3url import S3Location


class S3Store(S3Reader):
    """A prefix of a bucket. Nothing is sent, and boto3 looks for no credentials, before the first operation."""

    def __init__(self, location: S3Location, *, first_pause: float = FIRST_PAUSE) -> None:
        super().__init__(location, first_pause=first_pause)
        self.create_only: bool | None = None
        self._large, self._part = LARGE, PART

    def put(self, key: str, data: bytes | Path, *, sha256: str, content_type: str = "application/octet-stream") -> PutResult:
        name = self._name(key)
        payload = measure(key, data, sha256)
        return self._client.call("store", key, lambda: self._put_once(key, name, payload, content_type))

    def probe(self) -> None:
        """As the protocol says: lists, writes, writes again to see whether the second is refused, and reads back."""
        next(self.list(PROBE), None)
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

    def _put_once(self, key: str, name: str, payload: Payload, content_type: str) -> PutResult:
        # While nobody knows whether the server heeds If-None-Match, it is sent, and we look first as well.
        # A large one is not sent for nothing either.
        if (self.create_only is not True or payload.size > self._large) and (found := self.head(key)) is not None:
            return self._already(found, payload)
        condition = {} if self.create_only is False else {"IfNoneMatch": "*"}
        try:
            if isinstance(payload.data, Path) and payload.size > self._large:
                where = {"bucket": self._bucket, "name": name, "key": key, "content_type": content_type}
                send_parts(self._client, payload, payload.data, part=self._part, **where, **condition)
                self._bucket_seen = True
            else:
                self._send(name, payload, content_type, **condition)
        except ClientError as error:
            trouble = read_trouble(error)
            if trouble.kind is Kind.EXISTS:
                self.create_only = True
                found = self.head(key)
                if found is None:
                    raise TryAgain("the server said both that it is there and that it is not") from error
                return self._already(found, payload)
            if trouble.kind in (Kind.UNSUPPORTED, Kind.REFUSED) and condition and self.create_only is None:
                self.create_only = False
                raise TryAgain("the server does not take If-None-Match") from error
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
