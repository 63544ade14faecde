"""How does a file go to S3 that is too large for one PUT?

In parts, each with its MD5 and tried again by itself; then one request makes an object of them. Until that, no reader sees anything. What
was read on the way is hashed as a whole, so that a file that changes meanwhile is never put together. Servers that heed If-None-Match there
keep the promise of create-only; with others the look before, and the lock, do: docs/import.md.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.errors import StoreError
from archive.stores.payload import Payload, check_digest
from archive.stores.s3client import S3Client
from archive.stores.s3errors import FOREIGN

LARGE = 1 << 30  # S3 takes 5 GiB in one PUT; a PUT that breaks off is sent from its beginning
PART = 64 << 20  # held in memory; S3 allows 10,000 parts: 640 GB


def send_parts(
    client: S3Client, payload: Payload, path: Path, *, bucket: str, name: str, key: str, part: int, content_type: str, **condition: str
) -> None:
    """Store the file; raises what boto3 raises for the request that puts it together, `StoreError` for a part that nobody takes."""
    where = {"Bucket": bucket, "Key": name}
    upload = client.call(
        "store",
        key,
        lambda: client.once("create_multipart_upload", **where, ContentType=content_type, Metadata={"sha256": payload.sha256}),
    )
    where["UploadId"] = upload["UploadId"]
    try:
        parts, whole = [], hashlib.sha256()
        for number, data in enumerate(_pieces(path, part), 1):
            whole.update(data)
            parts.append({"PartNumber": number, "ETag": _send(client, key, where, number, data)})
        check_digest(key, whole.hexdigest(), payload.sha256)
        client.once("complete_multipart_upload", **where, MultipartUpload={"Parts": parts}, **condition)
    except BaseException:
        with contextlib.suppress(StoreError, *FOREIGN):  # parts that stay cost room, and a bucket's rules may tidy them up
            client.once("abort_multipart_upload", **where)
        raise


def _send(client: S3Client, key: str, where: dict[str, str], number: int, data: bytes) -> str:
    md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()

    def attempt() -> Any:
        return client.once("upload_part", **where, PartNumber=number, Body=data, ContentLength=len(data), ContentMD5=md5)

    return str(client.call("store", key, attempt)["ETag"])


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece
