"""How is one crawl measured? A process, the server's count of pages, the process's own CPU time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.pages import Pages
from crawler.newspaper import Newspaper

ROOT = Path(__file__).resolve().parents[1]
SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One crawl."""

    pages: int
    seconds: float
    """From the first article asked for to the end of the process: with warchive, publication included."""
    fetch_seconds: float
    """From the first article asked for to the last."""
    whole_seconds: float
    """From the start of the process to its end."""
    cpu_seconds: float
    """Of the process and its children, start and end included."""
    memory: list[tuple[int, int, int]] = field(default_factory=list)
    """(articles asked for, resident kB, resident kB that is no file's) of the crawling process alone."""

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds

    @property
    def fetch_rate(self) -> float:
        """Pages a second while fetching."""
        return self.pages / self.fetch_seconds

    @property
    def cpu_rate(self) -> float:
        """Pages a second of CPU time: what another process on the machine cannot spoil."""
        return self.pages / self.cpu_seconds


class Server:
    """The server's process, seen from here."""

    def __init__(self, pages: Pages, *, warm: bool) -> None:
        arguments = ["--pages", str(pages.count), "--hosts", str(pages.hosts), "--size", pages.size, *(["--warm"] if warm else [])]
        for folder in pages.corpus:
            arguments += ["--corpus", str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def ask(self, what: str) -> dict[str, Any]:
        """`count` or `reset`."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{what}", headers={"Host": "bench.invalid", "Connection": "close"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


@contextlib.contextmanager
def serving(pages: Pages, *, warm: bool = True) -> Iterator[Server]:
    """A server while the block lasts."""
    server = Server(pages, warm=warm)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def ours(folder: Path, server: Server, pages: Pages, *options: str) -> list[str]:
    """Write a configuration; the command line of warchive."""
    folder.mkdir(parents=True)
    with Newspaper(pages=pages.count, page_hosts=pages.hosts) as paper:
        paper.write_sources(folder / "sources", publishers=False)
    (folder / "warchive.toml").write_text(
        f"""store = "store/"
state = "state/"
collection = "bench"
sources = ["sources/"]
contact = "https://example.org/crawler"
[network]
connect_to = ["::127.0.0.1:{server.port}"]
[limits]
delay = 0.0
max_pages_per_run = {pages.count + 10}
""",
        encoding="utf-8",
    )
    names = [f"press-{number}" for number in range(pages.hosts)]
    return [sys.executable, "-m", "warchive", "crawl", *names, *options]


def plain(folder: Path, server: Server, pages: Pages, kind: str) -> list[str]:
    """The command line of a plain spider."""
    folder.mkdir(parents=True)
    options = ["--port", str(server.port), "--pages", str(pages.count), "--hosts", str(pages.hosts), "--out", str(folder / "out")]
    return [sys.executable, "-m", "benchmarks.plain", kind, *options]


def measure(command: Sequence[str], folder: Path, server: Server, pages: Pages, *, sample: bool = False) -> Measured:
    """Run it to its end. Raises RuntimeError where it fails or leaves a page out."""
    server.ask("reset")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WARCHIVE_")} | {"PYTHONPATH": str(ROOT)}
    with (folder / "output.txt").open("wb") as output:
        began = time.time()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        memory: list[tuple[int, int, int]] = []
        while sample and process.poll() is None and (found := resident(process.pid)):
            memory.append((server.ask("count")["pages"], *found))
            time.sleep(SAMPLE_SECONDS)
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        _pid, status, usage = os.wait4(process.pid, 0)
        ended = time.time()
        process.returncode = os.waitstatus_to_exitcode(status)
    count = server.ask("count")
    if process.returncode or count["pages"] != pages.count:
        said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode} after {count['pages']} pages: {said}")
    return Measured(
        pages=pages.count,
        seconds=ended - count["first"],
        fetch_seconds=count["last"] - count["first"],
        whole_seconds=ended - began,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        memory=memory,
    )


def resident(pid: int) -> tuple[int, int] | None:
    """VmRSS and RssAnon in kB; null where the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "RssAnon"))}
    return (found["VmRSS"], found["RssAnon"]) if "VmRSS" in found else None
