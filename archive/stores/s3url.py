"""Which bucket, prefix and server does an S3 URL name?

    s3://bucket/prefix?endpoint_url=https://s3.example.org&region=eu-1&ca_bundle=ca.pem&timeout=30&retry_seconds=120

Everything after the `?` may be left out. What is not given comes from boto3's own chain (`AWS_ENDPOINT_URL_S3`, `AWS_REGION`,
`AWS_CA_BUNDLE`, the profile); credentials come only from there.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from archive.errors import UsageError
from archive.stores.keys import is_key

_BUCKET = re.compile(r"[A-Za-z0-9._-]{3,255}")  # AWS is stricter; Ceph and others take capitals and underscores
_REGION = re.compile(r"[A-Za-z0-9-]{1,63}")
_PARAMETERS = ("endpoint_url", "region", "ca_bundle", "timeout", "retry_seconds")
_SECRETS = re.compile(r"key|secret|token|passw|credential|signature", re.IGNORECASE)
_HINT = "write `s3://bucket/prefix?endpoint_url=https://...&region=...`"
_CREDENTIALS_HINT = (
    "credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, from AWS_PROFILE or from the machine's role, never from the URL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Location:
    """One prefix of one bucket, and how patiently to speak with its server."""

    bucket: str
    prefix: str
    """Empty, or ends with a slash."""
    endpoint_url: str | None
    region: str | None
    ca_bundle: str | None
    timeout: float
    """Seconds without a byte from the server before a try is given up."""
    retry_seconds: float
    """How long one operation is tried again before it fails."""
    url: str


def parse_s3_url(url: str, *, base: Path | None = None) -> S3Location:
    """Raises UsageError, which never repeats what may be a secret."""
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=20)
    except ValueError:
        raise UsageError("the S3 URL cannot be read", hint=_HINT) from None
    if "@" in parts.netloc:
        raise UsageError("the S3 URL has credentials in it", hint=_CREDENTIALS_HINT)
    if not _BUCKET.fullmatch(parts.netloc):
        raise UsageError("the S3 URL names no bucket, or one that cannot be", hint=f"{_HINT}; a port belongs into endpoint_url")
    if parts.fragment or not url.lower().startswith("s3://"):
        raise UsageError("the S3 URL has a `#`, or lacks the two slashes", hint=_HINT)
    prefix = parts.path.strip("/")
    if prefix and not is_key(prefix):
        raise UsageError("the prefix of the S3 URL has other characters than letters, digits and `/ . _ -`", hint=_HINT)
    values = _values(parameters)
    # parse_qsl turns "+" into a blank; no value of ours has one.
    return S3Location(
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        endpoint_url=_endpoint(values.get("endpoint_url")),
        region=_region(values.get("region")),
        ca_bundle=_ca_bundle(values.get("ca_bundle"), base),
        timeout=_seconds(values, "timeout", 30.0, least=0.05),
        retry_seconds=_seconds(values, "retry_seconds", 120.0, least=0.0),
        url=f"s3://{parts.netloc}/{prefix}" + _query(values),
    )


def _values(parameters: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in parameters:
        if name not in _PARAMETERS:
            if _SECRETS.search(name):
                raise UsageError("the S3 URL has a credential among its parameters", hint=_CREDENTIALS_HINT)
            near = difflib.get_close_matches(name, _PARAMETERS, 1)
            raise UsageError(
                f"unknown parameter `{ascii(name[:40])[1:-1]}` in the S3 URL",
                hint=f"did you mean `{near[0]}`?" if near else f"known: {', '.join(_PARAMETERS)}",
            )
        if name in values:
            raise UsageError(f"the S3 URL gives `{name}` twice", hint="once is enough")
        values[name] = value
    return values


def _endpoint(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise UsageError("endpoint_url of the S3 URL cannot be read", hint="write endpoint_url=https://host:port") from None
    if "@" in parts.netloc:
        raise UsageError("endpoint_url of the S3 URL has credentials in it", hint=_CREDENTIALS_HINT)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.query or parts.fragment:
        raise UsageError("endpoint_url of the S3 URL is not the address of a server", hint="write endpoint_url=https://host:port")
    return value


def _region(value: str | None) -> str | None:
    if value is not None and not _REGION.fullmatch(value):
        raise UsageError("region of the S3 URL is not a region's name", hint="write region=eu-central-1, or leave it out")
    return value


def _ca_bundle(value: str | None, base: Path | None) -> str | None:
    if value is None:
        return None
    path = (base or Path.cwd()) / Path(value).expanduser()
    if not path.is_file():
        raise UsageError(f"ca_bundle of the S3 URL: there is no file {path}", hint="name a PEM file with the authority's certificate")
    return str(path)


def _seconds(values: dict[str, str], name: str, default: float, *, least: float) -> float:
    if name not in values:
        return default
    try:
        seconds = float(values[name])
    except ValueError:
        seconds = math.nan
    if not least <= seconds <= 86_400:  # false for NaN as well
        raise UsageError(f"{name} of the S3 URL is not a number of seconds", hint=f"from {least:g} to 86400; default {default:g}")
    return seconds


def _query(values: dict[str, str]) -> str:
    given = "&".join(f"{name}={quote(values[name], safe=':/.')}" for name in _PARAMETERS if name in values)
    return f"?{given}" if given else ""
