"""How does a test have the real `warchive replay`: both servers, with pywb in its own environment?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import BusyError, WarchiveError
from archive.replay.environment import VARIABLE, Environment
from archive.replay.setup import set_up
from tests.desk import command, environment
from tests.e2e.newsstand import free_port
from tests.servers.require import Missing

ROOT = Path(__file__).resolve().parents[2]


def replay_environment() -> Environment:
    """The one that WARCHIVE_REPLAY_ENV names, else `.venv-replay` in this tree, made when it is first needed; raises `Missing`."""
    place = Environment(folder=Path(os.environ.get(VARIABLE) or ROOT / ".venv-replay").absolute())
    for _ in range(300):
        if place.ready:
            return place
        try:
            set_up(place, say=lambda line: None)
        except BusyError:
            time.sleep(1)
        except WarchiveError as error:
            raise Missing(f"no environment for pywb: {error}") from error
    raise Missing(f"somebody makes {place.folder} and does not come to an end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A `warchive replay` that answers."""

    process: subprocess.Popen[bytes]
    origin: str
    """Of our pages."""
    replay: str
    """Of archived pages."""
    log: Path

    def get(self, path: str, *, replayed: bool = False, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case and body; redirects are not followed."""
        return fetch((self.replay if replayed else self.origin) + path, **headers)

    def children(self) -> list[int]:
        """Process ids of what it started."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(line) for line in found.stdout.split()]


@contextlib.contextmanager
def run_replay(
    folder: Path, *, place: Environment | None, port: int = 0, replay_port: int = 0, arguments: tuple[str, ...] = (), **env: str
) -> Iterator[Running]:
    """Start it in a folder that has a warchive.toml; without a place, as on a machine where pywb was never set up."""
    port, replay_port = port or free_port(), replay_port or free_port()
    log = folder / "replay.out"
    named = place.folder if place is not None else folder / "no-such-environment"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(*arguments, "replay", "--no-open", "--port", str(port), "--replay-port", str(replay_port)),
            cwd=folder,
            env=environment(**{VARIABLE: str(named), **env}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    running = Running(process=process, origin=f"http://localhost:{port}", replay=f"http://127.0.0.1:{replay_port}", log=log)
    try:
        _until_answers(running, replayed=place is not None)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One GET, redirects not followed; underscores in names of headers are hyphens."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        answer = _OPENER.open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **named: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


def _until_answers(running: Running, *, replayed: bool) -> None:
    wanted = [f"{running.origin}/static/warchive.css", *([f"{running.replay}/-/ready"] if replayed else [])]
    until = time.monotonic() + 60
    for url in wanted:
        while True:
            with contextlib.suppress(OSError):
                if fetch(url)[0] == 200:
                    break
            if running.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"warchive replay does not answer at {url}:\n{running.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
