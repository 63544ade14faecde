"""What does a test need to know of an S3 server on loopback?"""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """One bucket on a server that runs."""

    name: str
    http_port: int
    https_port: int | None
    ca_bundle: Path | None
    tls_context: ssl.SSLContext | None
    """With the server's certificate, so that a proxy before it may speak TLS under the same name."""
    bucket: str
    access_key: str
    secret_key: str
    checks_signatures: bool
    admin: Callable[..., None]
    """Runs the server's own administration program with these arguments (`radosgw-admin`); raises where there is none."""

    @property
    def environ(self) -> dict[str, str]:
        """What a process (or monkeypatch) sets so that boto3 finds these credentials, and nothing else of this machine."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def url(self, prefix: str = "", *, tls: bool = False, port: int | None = None, bucket: str | None = None, **parameters: object) -> str:
        """The store's URL; `port` is that of a proxy before the server. Keyword arguments are parameters of the URL (`timeout=1`)."""
        query: dict[str, object] = {"endpoint_url": self.endpoint(tls=tls, port=port)}
        if tls and self.ca_bundle:
            query["ca_bundle"] = self.ca_bundle
        return f"s3://{bucket or self.bucket}/{prefix}?{urlencode(query | parameters)}"

    def endpoint(self, *, tls: bool = False, port: int | None = None) -> str:
        own = self.https_port if tls else self.http_port
        return f"http{'s' if tls else ''}://127.0.0.1:{port or own}"

    def client(self) -> Any:
        """A plain boto3 client, for what a test looks at or puts there behind the store's back."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint(),
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                proxies={},
            ),
        )


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody has at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, seconds: float = 30) -> None:
    """Returns when `answers` is true; raises RuntimeError with the log's end where the process dies or the time is over."""
    deadline = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-3000:] if log.exists() else ""
            raise RuntimeError(f"{process.args!r} did not come up (exit status {process.poll()})\n{tail}")
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(*processes: subprocess.Popen[bytes], grace: float = 3) -> None:
    """Ask each to end, then make it; returns when all are gone."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start(command: list[str], *, log: Path, environ: Mapping[str, str], setpriv: str | None) -> subprocess.Popen[bytes]:
    """A child that the kernel kills when this process dies, however it dies (Linux; elsewhere it is only stopped by `stop`)."""
    guard = [setpriv, "--pdeathsig", "KILL"] if setpriv else []
    with log.open("ab") as output:
        return subprocess.Popen([*guard, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(environ))
