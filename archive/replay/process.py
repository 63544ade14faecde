"""How does the program that replays live: started, asked for its health, started again when it dies, gone when we are gone?

It is given a socket that we listen on, so that no request is lost while it is started again, and the reading end of a pipe that closes
when this process ends, however it ends.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from archive.replay.environment import GATEWAY, Environment
from archive.replay.gateway.policy import READY
from archive.replay.setup import bare_environment

_MOST_STARTS = 5
_IN_SECONDS = 300.0
_READY_SECONDS = 60.0  # importing pywb takes a second or two; a laptop that just woke up may need longer
_LOOK_EVERY = 0.5
_ASK_EVERY = 15.0
_SILENT_SECONDS = 90.0  # one worker: while it rewrites a very large page it answers nobody
_MAX_LOG = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who the replay is. Immutable."""

    origin: str
    """`http://127.0.0.1:8081`, as browsers see it."""
    viewer: str
    """`http://localhost:8080`, our pages that frame it."""
    archive: str
    """Where it asks for index and WARC ranges: our server, as reached from this machine."""
    hosts: frozenset[str]
    """Host headers that it answers."""


class Replay:
    """The running program. `start` it once and `stop` it; everything between is seen to by a thread."""

    def __init__(self, place: Environment, listener: socket.socket, role: Role, *, log: Path) -> None:
        self._place, self._listener, self._role, self.log = place, listener, role, log
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="replay", daemon=True)
        self._trouble: str | None = None

    def start(self) -> None:
        """Begin; the first page can be asked for at once, and is answered when the program is ready."""
        self._thread.start()

    def wait(self, seconds: float = _READY_SECONDS) -> bool:
        """Whether it is ready, within this time."""
        return self._ready.wait(seconds)

    def trouble(self) -> str | None:
        """What is wrong, and what to do; null where nothing is."""
        return self._trouble

    @property
    def pid(self) -> int | None:
        """Of the process, where it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self) -> None:
        """End it at once: it keeps nothing that could be lost."""
        self._stopping.set()
        self._kill()
        if self._thread.is_alive():
            self._thread.join(5)

    # -- inside: in the thread, which lives as long as the process that it started (Linux kills a child with the *thread* that made it)

    def _keep(self) -> None:
        lifeline, ours = os.pipe()  # neither end is inherited but by who is given it
        starts: deque[float] = deque(maxlen=_MOST_STARTS)
        try:
            while not self._stopping.is_set():
                if len(starts) == _MOST_STARTS and time.monotonic() - starts[0] < _IN_SECONDS:
                    self._trouble = (
                        f"the program that replays ended {_MOST_STARTS} times within {_IN_SECONDS / 60:.0f} minutes: {self.log} says why; "
                        "start `warchive replay` again, or `warchive replay --setup` where pywb itself is broken"
                    )
                    self._stopping.wait()
                    return
                starts.append(time.monotonic())
                try:
                    self._process = self._launch(lifeline)
                except OSError as error:
                    self._trouble = f"cannot start {self._place.python}: {error.strerror}; `warchive replay --setup` makes it anew"
                    return
                self._watch(self._process)
                self._ready.clear()
                if not self._stopping.is_set():
                    self._trouble = f"the program that replays ended and is being started again; {self.log} says why"
                    self._stopping.wait(min(5.0, 0.2 * 2 ** len(starts)))
        finally:
            self._kill()
            os.close(ours)
            os.close(lifeline)

    def _launch(self, lifeline: int) -> subprocess.Popen[bytes]:
        role = self._role
        told = {
            "listener": self._listener.fileno(),
            "lifeline": lifeline,
            "origin": role.origin,
            "viewer": role.viewer,
            "archive": role.archive,
            "hosts": sorted(role.hosts),
        }
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            if log.tell() > _MAX_LOG:
                log.truncate(0)
            log.write(f"--- started {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n".encode())
            log.flush()
            return subprocess.Popen(
                [self._place.python, "-W", "ignore", GATEWAY],
                cwd=GATEWAY,  # where its templates are; nothing is written there
                env={**bare_environment(), "WARCHIVE_GATEWAY": json.dumps(told)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(self._listener.fileno(), lifeline),
                start_new_session=True,  # Ctrl-C is for us, and we tell it
            )

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Return when it has ended, by itself or because it answers no more."""
        answered, asked = time.monotonic(), 0.0
        while not self._stopping.is_set():
            if process.poll() is not None:
                return
            now = time.monotonic()
            if now - asked >= (_ASK_EVERY if self._ready.is_set() else _LOOK_EVERY):
                asked = now
                if self._answers():
                    answered, self._trouble = now, None
                    self._ready.set()
                elif now - answered > _SILENT_SECONDS:
                    self._kill()
                    return
                if self.log.exists() and self.log.stat().st_size > _MAX_LOG:
                    os.truncate(self.log, 0)
            try:
                process.wait(_LOOK_EVERY if self._ready.is_set() else 0.1)
                return
            except subprocess.TimeoutExpired:
                continue

    def _answers(self) -> bool:
        host, port = self._listener.getsockname()[:2]
        connection = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "::") else host, port, timeout=2)
        try:
            connection.request("GET", READY, headers={"Host": min(self._role.hosts)})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _kill(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()
        if process is not None:
            process.wait()
