"""What does an answer of S3, or none, mean, and is it worth another try?

Only here are botocore's exceptions read. Messages take the error's code and status from the server, never its prose: that may
hold the key id, and it is not ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from archive.errors import ObjectMissing, StoreDenied, StoreError, StoreMissing, StoreUnreachable
from archive.stores import StoreFull


class Kind(Enum):
    """What to do about it."""

    AGAIN = auto()  # another try may succeed
    EXISTS = auto()  # 412: the key is taken
    NO_KEY = auto()
    NO_BUCKET = auto()
    NOT_FOUND = auto()  # 404 without a body, as HEAD gives: the key or the bucket
    OUT_OF_RANGE = auto()
    DENIED = auto()
    FULL = auto()
    UNTRUSTED = auto()  # TLS: no certificate that we trust
    UNSUPPORTED = auto()  # the server does not know a header or an operation
    REFUSED = auto()  # anything else that the server will answer the same way again


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One failed try, in our words."""

    kind: Kind
    reason: str
    hint: str | None = None
    damaged: bool = False
    """The server got other bytes than were signed: they changed on the way, or in our file."""


_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DAMAGED = {"BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest", "XAmzContentChecksumMismatch"}
# Answers with a status that says "never" and a code that says "not now".
_AGAIN = {
    "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded",
    "IncompleteBody", "OperationAborted", "ConditionalRequestConflict", "TooManyRequests", "XMinioServerNotInitialized",
} | _DAMAGED  # fmt: skip
_FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "InsufficientCapacity", "StorageFull"}
_REGION = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "IncorrectEndpoint",
}
_DENIED_HINTS = {
    "SignatureDoesNotMatch": "the secret key is not that of this access key: look at AWS_SECRET_ACCESS_KEY or the profile",
    "InvalidAccessKeyId": "the server does not know this access key: look at AWS_ACCESS_KEY_ID, the profile and endpoint_url",
    "RequestTimeTooSkewed": "the clocks of this machine and of the server differ: set this machine's clock",
    "ExpiredToken": "the session has ended: sign in again",
    "InvalidToken": "the session token is not valid: sign in again, or unset AWS_SESSION_TOKEN",
}
_DENIED_HINT = "let this access key list, read and write (s3:ListBucket, s3:GetObject, s3:PutObject) under the store's prefix"
_CREDENTIALS_HINT = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_NO_CREDENTIALS = (
    boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.ProfileNotFound,
    boto.TokenRetrievalError, boto.SSOError, boto.LoginError, boto.UnknownCredentialError, boto.RefreshWithMFAUnsupportedError,
)  # fmt: skip
# urllib3's own come through where botocore forgets one: a TLS error in the middle of a body.
_UNREACHED = (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError, ResponseParserError, HTTPError)

FOREIGN = (boto.BotoCoreError, boto.ClientError, ResponseParserError, HTTPError, ValueError)
"""What boto3 raises when an operation fails; ValueError where a header of the reply is not the number it should be."""


def read_trouble(error: BaseException) -> Trouble:
    """What went wrong in one try."""
    if isinstance(error, boto.ClientError):
        return _answered(error)
    if isinstance(error, _NO_CREDENTIALS):
        return Trouble(kind=Kind.DENIED, reason="no usable credentials were found", hint=_CREDENTIALS_HINT)
    if isinstance(error, boto.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Trouble(
            kind=Kind.UNTRUSTED,
            reason="its TLS certificate is not trusted",
            hint="give the authority's certificate with ca_bundle=FILE in the store's URL, or in AWS_CA_BUNDLE",
        )
    if _has_no_authorities(error):
        return Trouble(kind=Kind.UNTRUSTED, reason="the file of TLS authorities cannot be read", hint="look at ca_bundle and AWS_CA_BUNDLE")
    if isinstance(error, _UNREACHED):
        return Trouble(kind=Kind.AGAIN, reason=_WORDS.get(type(error), "the connection failed"))
    if isinstance(error, ValueError) and not isinstance(error, boto.BotoCoreError):
        return Trouble(kind=Kind.AGAIN, reason="the reply was cut, or is not S3's")
    return Trouble(kind=Kind.REFUSED, reason=f"boto3 cannot send this ({type(error).__name__})", hint="look at endpoint_url and region")


def _has_no_authorities(error: BaseException) -> bool:
    """urllib3 wraps what the standard library said of the file."""
    wrapped = error.kwargs.get("error") if isinstance(error, boto.BotoCoreError) else None
    causes = (wrapped, *wrapped.args) if isinstance(wrapped, Exception) else ()
    return any(isinstance(cause, FileNotFoundError) or "NO_CERTIFICATE_OR_CRL_FOUND" in str(cause) for cause in causes)


_WORDS: dict[type[BaseException], str] = {
    boto.EndpointConnectionError: "nothing answers there",
    boto.ConnectTimeoutError: "nothing answers there (time-out)",
    boto.ReadTimeoutError: "no answer came in time",
    boto.ConnectionClosedError: "the connection was reset",
    boto.ProxyConnectionError: "the proxy of this environment does not answer",
    boto.ResponseStreamingError: "the reply was cut",
    boto.IncompleteReadError: "the reply was cut",
    boto.SSLError: "the TLS connection failed",
    ResponseParserError: "the reply was cut, or is not S3's",
}


def _answered(error: boto.ClientError) -> Trouble:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    code = str(error.response.get("Error", {}).get("Code") or "")
    if not _CODE.fullmatch(code):
        code = ""
    reason = " ".join(part for part in (str(status or ""), "" if code == str(status) else code) if part) or "an answer without a status"
    if code in _AGAIN or status in (408, 409, 425, 429) or (status >= 500 and status not in (501, 505, 507)):
        return Trouble(kind=Kind.AGAIN, reason=reason, damaged=code in _DAMAGED)
    if code in _FULL or status == 507:
        return Trouble(kind=Kind.FULL, reason=reason, hint="raise the quota or make room; what is in the spool stays there")
    if code in _REGION or status in (301, 307):
        return Trouble(kind=Kind.REFUSED, reason=reason, hint="the bucket is in another region: give region=... (and its endpoint_url)")
    if status in (401, 403) or code in _DENIED_HINTS:
        return Trouble(kind=Kind.DENIED, reason=reason, hint=_DENIED_HINTS.get(code, _DENIED_HINT))
    if status == 501 or code == "NotImplemented":
        return Trouble(kind=Kind.UNSUPPORTED, reason=reason, hint="is endpoint_url really an S3 server?")
    by_code = {
        "NoSuchBucket": Kind.NO_BUCKET,
        "NoSuchKey": Kind.NO_KEY,
        "InvalidRange": Kind.OUT_OF_RANGE,
        "PreconditionFailed": Kind.EXISTS,
    }
    by_status = {404: Kind.NOT_FOUND, 412: Kind.EXISTS, 416: Kind.OUT_OF_RANGE}
    return Trouble(
        kind=by_code.get(code) or by_status.get(status, Kind.REFUSED), reason=reason, hint="is endpoint_url really an S3 server?"
    )


def store_error(trouble: Trouble, *, url: str, bucket: str, key: str, doing: str) -> StoreError:
    """The error that a user is shown for a try that is not repeated."""
    thing = f"cannot {doing} {key} in {url}" if key else f"cannot {doing} {url}"
    match trouble.kind:
        case Kind.NO_BUCKET:
            return StoreMissing(f"{thing}: there is no bucket `{bucket}` ({trouble.reason})", hint=f"create it: aws s3 mb s3://{bucket}")
        case Kind.NO_KEY:
            return ObjectMissing(f"{key} is not in {url}")
        case Kind.DENIED:
            return StoreDenied(f"{thing}: {trouble.reason}", hint=trouble.hint)
        case Kind.EXISTS:  # of a read that is resumed
            return StoreError(
                f"{thing}: it was changed while it was read", hint="somebody else writes into this store; run `warchive verify`"
            )
        case Kind.FULL:
            return StoreFull(f"{thing}: {trouble.reason}", hint=trouble.hint)
        case Kind.UNTRUSTED | Kind.AGAIN:
            return StoreUnreachable(
                f"{thing}: {trouble.reason}", hint=trouble.hint or "is the server up, and its endpoint_url right? Try again later"
            )
        case _:
            return StoreError(f"{thing}: {trouble.reason}", hint=trouble.hint)
