"""How does a test get an S3 server on any machine: ministack from PyPI, an emulator, on loopback?

What its source (1.4) says: it binds to 0.0.0.0 unless BIND_HOST says otherwise, listens on GATEWAY_PORT, loads only what SERVICES
names, keeps everything in memory unless S3_PERSIST is 1, and writes its pid file to TMPDIR. It looks at the signature of presigned
URLs alone: a wrong secret or an unknown key is let through, so what a store does when it is denied is tested against Ceph.
(AUTH=true is set for versions that know such a switch; this one has none.)
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.servers.require import Missing
from tests.servers.s3server import S3Server, free_ports, start, stop, wait_until

_BUCKET = "warchive-test"


@contextlib.contextmanager
def run_ministack() -> Iterator[S3Server]:
    """An emulator over http with one empty bucket; raises Missing where it is not installed."""
    if importlib.util.find_spec("ministack") is None:
        raise Missing("ministack is not installed: pip install ministack (`make test` does)")
    with tempfile.TemporaryDirectory(prefix="wa-ministack-", ignore_cleanup_errors=True) as name:
        folder, (port,) = Path(name), free_ports(1)
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MINISTACK_", "S3_"))} | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "SERVICES": "s3",
            "AUTH": "true",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
            "TMPDIR": name,
            "PYTHONWARNINGS": "ignore",
        }
        log = folder / "output.log"
        process = start([sys.executable, "-m", "ministack"], log=log, environ=environ, setpriv=shutil.which("setpriv"))
        try:
            # Another program may have taken the port in between: an answer must be ours.
            wait_until(lambda: _is_ministack(port), process, log)
            server = S3Server(
                name="ministack",
                http_port=port,
                https_port=None,
                ca_bundle=None,
                tls_context=None,
                bucket=_BUCKET,
                access_key="AKMINISTACK",
                secret_key="secret-of-ministack",
                checks_signatures=False,
                admin=_has_none,
            )
            server.client().create_bucket(Bucket=_BUCKET)
            yield server
        finally:
            stop(process, grace=1)


def _is_ministack(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/_ministack/health", timeout=2) as reply:
            return b'"s3"' in reply.read(100_000)
    except OSError:
        return False


def _has_none(*arguments: str) -> None:
    raise RuntimeError(f"ministack has no administration program for {arguments}")
