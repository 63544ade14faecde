"""How are the real pages of the shared corpus served as the sites that they came from? newsstand.py, run as a process of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.driver import Bench

CORPORA = ("fundus-dev", "scrapinghub")


class Newsstand:
    """The sites of the corpus on a free port of loopback, over http and, with `tls`, over https."""

    def __init__(self, shared: Path, folder: Path, *, tls: bool = False) -> None:
        self._tool = shared / "tools" / "newsstand.py"
        self._corpora = [shared / "corpus" / name for name in CORPORA]
        for needed in (self._tool, *self._corpora):
            if not needed.exists():
                pytest.skip(f"no {needed}: the shared corpus is not whole")
        self.folder, self.tls = folder, tls
        self.scheme = "https" if tls else "http"
        self.log = folder / "newsstand.jsonl"
        self.port = free_port()
        self.tls_port = free_port() if tls else 0
        self.ca = folder / "tls" / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self.sites: dict[str, dict[str, dict[str, Any]]] = _load(self._tool, self._corpora)

    @property
    def pages(self) -> set[str]:
        """URLs of all pages of truth.jsonl."""
        return {f"{self.scheme}://{host}{target}" for host, targets in self.sites.items() for target in targets}

    @property
    def connect_to(self) -> list[str]:
        return [f"::127.0.0.1:{self.tls_port or self.port}"]

    def start(self, edition: int = 1) -> None:
        """Serve this edition, on the same port as the one before."""
        self.stop()
        command = [sys.executable, str(self._tool), "--port", str(self.port), "--edition", str(edition), "--log", str(self.log)]
        if self.tls:
            command += ["--tls-port", str(self.tls_port), "--tls-dir", str(self.ca.parent)]
        self._process = subprocess.Popen([*command, *map(str, self._corpora)], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "newsstand did not start"

    def stop(self) -> None:
        """End the process that `start` started."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def bench(self, folder: Path) -> Bench:
        """A source file for each host, as issue 3 has them: feed, sitemap and news sitemap."""
        network = {"ca_bundle": str(self.ca)} if self.tls else {}
        bench = Bench.make(folder, connect_to=self.connect_to, network=network, extraction={"workers": 2})
        for host in self.sites:
            base = f"{self.scheme}://{host}"
            seeds = [("feed", f"{base}/feed.rss"), ("sitemap", f"{base}/sitemap.xml"), ("news_sitemap", f"{base}/news-sitemap.xml")]
            bench.source(re.sub(r"[^a-z0-9]+", "-", host).strip("-"), f"{base}/", seeds)
        return bench

    def sent(self, *, since: float = 0.0) -> Counter[str]:
        """SHA-256 of every response that was sent from a moment on, as a multiset."""
        return Counter(row["sha256"] for row in self.rows(since=since))

    def rows(self, *, since: float = 0.0) -> list[dict[str, Any]]:
        """Lines of newsstand's log from a moment on."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        rows = [json.loads(line) for line in lines]
        return [row for row in rows if row["at"] >= since and row["scheme"] == self.scheme]

    def asked(self, *, since: float = 0.0) -> Counter[str]:
        """URL → how often it was asked for."""
        return Counter(f"{row['scheme']}://{row['host']}{row['target']}" for row in self.rows(since=since))


@contextlib.contextmanager
def newsstand(shared: Path, folder: Path, *, tls: bool = False) -> Iterator[Newsstand]:
    """A newsstand in its first edition."""
    stand = Newsstand(shared, folder, tls=tls)
    try:
        stand.start()
        _await(stand.port)
        yield stand
    finally:
        stand.stop()


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hosts.tsv", headers={"Host": "newsstand.invalid"})
    for _ in range(100):
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):
            return
        time.sleep(0.05)
    pytest.fail("newsstand does not answer")


def _load(tool: Path, corpora: list[Path]) -> dict[str, dict[str, dict[str, Any]]]:
    """Host → path and query → row of truth.jsonl: by newsstand's own reading, which says what it serves."""
    spec = importlib.util.spec_from_file_location("newsstand_tool", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {host: dict(targets) for host, targets in module.load([str(corpus) for corpus in corpora]).items()}
