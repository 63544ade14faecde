"""How is one S3 operation sent, tried again, and given up?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache, cached_property
from threading import Event, Lock
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config

from archive.errors import StoreError, StoreUnreachable
from archive.stores.s3errors import FOREIGN, Kind, Trouble, read_trouble, store_error
from archive.stores.s3url import S3Location

T = TypeVar("T")

FIRST_PAUSE = 0.2  # doubled each time; with full jitter the mean is half of it
_LONGEST_PAUSE = 20.0
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 16


class TryAgain(Exception):
    """Raised inside an operation: what came back was no failure, but it must be asked anew."""


class S3Client:
    """boto3's client for one location, with retries of ours.

    boto3's own are off: they cannot tell a lost reply from a lost request, so a create-only PUT that succeeded would end in an error.
    """

    def __init__(self, location: S3Location, *, first_pause: float = FIRST_PAUSE) -> None:
        self.location = location
        self._first_pause = first_pause
        self._stop = Event()
        self._making = Lock()

    @cached_property
    def _client(self) -> Any:
        where = self.location
        session = _new_session()
        return session.client(
            "s3",
            endpoint_url=where.endpoint_url,
            # A name is needed for signing; servers of one's own take any, and AWS says so where it is the wrong one.
            region_name=where.region or session.region_name or "us-east-1",
            verify=where.ca_bundle,
            config=Config(
                signature_version="s3v4",
                s3={
                    "addressing_style": "path",
                    # Over https too: the server compares the SHA-256 that is part of each signature with what arrived.
                    "payload_signing_enabled": True,
                },
                # Otherwise boto3 sends aws-chunked bodies over https, and Ceph refuses them (MissingContentLength).
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=min(_CONNECT_SECONDS, where.timeout),
                read_timeout=where.timeout,
                max_pool_connections=_CONNECTIONS,
            ),
        )

    def no_more_retries(self) -> None:
        """Give up what waits for another try, and try nothing twice from now on."""
        self._stop.set()

    def once(self, operation: str, **parameters: Any) -> Any:
        """Send one operation once; raises what boto3 raises."""
        try:
            with self._making:  # sessions, unlike clients, are not for two threads
                send = getattr(self._client, operation)
        except ValueError as error:  # an endpoint from the environment or the profile that is no address
            raise StoreError(
                f"boto3 has no way to {self.location.url}", hint="look at endpoint_url, AWS_ENDPOINT_URL and AWS_REGION"
            ) from error
        return send(**parameters)

    def call(self, doing: str, key: str, attempt: Callable[[], T]) -> T:
        """The result of `attempt`, repeated with full jitter while the trouble may pass and the time lasts."""
        deadline = time.monotonic() + self.location.retry_seconds
        tries = 0
        while True:
            tries += 1
            try:
                return attempt()
            except TryAgain as error:
                trouble, cause = Trouble(kind=Kind.AGAIN, reason=str(error)), None
            except FOREIGN as error:
                trouble, cause = read_trouble(error), error
                if trouble.kind is not Kind.AGAIN:
                    raise self.error(trouble, doing, key) from error
            pause = random.uniform(0, min(_LONGEST_PAUSE, self._first_pause * 2 ** min(tries, 16)))
            if self._stop.is_set() or time.monotonic() + pause > deadline or self._stop.wait(pause):
                raise self._given_up(trouble, doing, key, tries) from cause

    def error(self, trouble: Trouble, doing: str, key: str) -> StoreError:
        """The error for a trouble that is final."""
        return store_error(trouble, url=self.location.url, bucket=self.location.bucket, key=key, doing=doing)

    def _given_up(self, trouble: Trouble, doing: str, key: str, tries: int) -> StoreError:
        final = self.error(trouble, doing, key)
        words = "once" if tries == 1 else f"{tries} times"
        return StoreUnreachable(f"{final.message} (tried {words})", hint=final.hint)


def _new_session() -> boto3.session.Session:
    """A session that reads environment and profile anew, over botocore's model of S3 parsed once (a tenth of a second each time)."""
    core = botocore.session.Session()
    core.register_component("data_loader", _models())
    return boto3.session.Session(botocore_session=core)


@cache
def _models() -> Any:
    return botocore.session.Session().get_component("data_loader")
