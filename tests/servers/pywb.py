"""How do we see a page as pywb replays it? A pywb on loopback over the folders of our runs."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What pywb answered; the body as it came, that is decoded where the client asked for no coding."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pywb:
    """One running pywb with one collection, `news`."""

    port: int

    def replay(self, url: str, timestamp: str, *, modifier: str = "id_") -> Replayed:
        """The capture nearest to `timestamp`; `id_` gives the payload as it was, `mp_` the page rewritten for the browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            # Without Accept-Encoding pywb undoes the content coding: what is compared is what a reader sees.
            connection.putrequest("GET", f"/news/{timestamp}{modifier}/{url}", skip_accept_encoding=True)
            connection.endheaders()
            response = connection.getresponse()
            return Replayed(
                status=response.status, headers={name.lower(): value for name, value in response.getheaders()}, body=response.read()
            )


@contextlib.contextmanager
def serve(wayback: Path, folder: Path, runs: list[Path], *, seconds: float = 30) -> Iterator[Pywb]:
    """Start pywb's program `wayback` in `folder` over these run folders; stop it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    collection = {
        "index_group": {f"run{number}": f"{run / 'indexes'}/" for number, run in enumerate(runs)},
        "archive_paths": [f"{run / 'archive'}/" for run in runs],
    }
    # JSON is YAML.
    (folder / "config.yaml").write_text(json.dumps({"collections": {"news": collection}, "enable_memento": True}))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = (folder / "log").open("wb")
    environ = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [wayback, "--bind", "127.0.0.1", "-p", str(port), "-d", folder], stdout=log, stderr=subprocess.STDOUT, env=environ
    )
    try:
        _wait(process, port, folder / "log", time.monotonic() + seconds)
        yield Pywb(port=port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, until: float) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"pywb did not start:\n{log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.1)
