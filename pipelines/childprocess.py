"""How does the parent hold one child: start it, give it a task, tell why it died, end it?"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipelines import frames

Reason = Literal["timeout", "cpu", "memory", "crashed", "error"]
# Importing the extractor takes half a second; a machine under load needs more.
START_SECONDS = 60.0
# Reading its bytes and saying so takes a child milliseconds.
BEGIN_SECONDS = 10.0
_PIPE_BYTES = 1 << 20
_SINGLE_THREADED = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


# A child is swollen when it holds a quarter of what a task may add to the libraries.
_SWOLLEN = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """What one task may use."""

    wall_seconds: float = 30.0
    cpu_seconds: float = 20.0
    memory_bytes: int = 1 << 30
    """Address space of the whole child, its libraries (some 300 MB) included."""


class ChildFailed(Exception):
    """A task did not come to its end."""

    def __init__(self, reason: Reason, detail: str, *, blameless: bool = False) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail
        self.blameless = blameless
        """The task had not begun, or something else than the task may have been the cause: it is worth a second try."""


@dataclass(slots=True)
class Task:
    function: str
    payload: bytes
    params: dict[str, Any]
    future: Future[dict[str, Any]] = field(default_factory=Future)
    tries: int = 0


class Child:
    """One subprocess. All but `kill` is called by the one thread that owns it."""

    def __init__(self, limits: ChildLimits, preload: tuple[str, ...]) -> None:
        settings = {"parent": os.getpid(), "memory_bytes": limits.memory_bytes, "preload": preload}
        root = str(Path(__file__).resolve().parent.parent)
        paths = [root, *(path for path in sys.path if path and path != root)]
        # A fixed hash seed: the order of sets must not decide what a page says.
        environment = {**os.environ, **_SINGLE_THREADED, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipelines.child", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        assert self.process.stdin is not None  # PIPE was asked for
        assert self.process.stdout is not None
        self._to, self._from = self.process.stdin.fileno(), self.process.stdout.fileno()
        for descriptor in (self._to, self._from):
            os.set_blocking(descriptor, False)
            with contextlib.suppress(OSError, AttributeError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self.served = 0
        self.swollen = False
        """What earlier tasks have left in it takes a good part of the memory that the next one may use."""
        self._limit = limits.memory_bytes
        self._first_size = 0
        self._killed = False

    def wait_until_ready(self) -> None:
        message = self._answer(time.monotonic() + START_SECONDS, f"a child was not ready after {START_SECONDS:g} s")
        if "ready" not in message:
            self.kill()
            raise ChildFailed("crashed", f"a child could not start: {message.get('detail', 'no reason given')}")
        self._first_size = _number(message.get("size"))

    def run(self, task: Task, limits: ChildLimits) -> dict[str, Any]:
        self.served += 1
        message = {"number": self.served, "function": task.function, "params": task.params, "cpu_seconds": limits.cpu_seconds}
        try:
            pieces = frames.pack(message, task.payload)
        except (TypeError, ValueError) as error:
            raise ChildFailed("error", f"the parameters are not JSON: {error}") from error
        self._hand_over(pieces)
        reply = self._answer(time.monotonic() + limits.wall_seconds, f"no result after {limits.wall_seconds:g} s")
        if reply.get("number") != self.served:
            self.kill()
            raise ChildFailed("crashed", "the child sent the answer to another task")
        spare = self._limit - self._first_size
        self.swollen = spare > 0 and _number(reply.get("size")) - self._first_size > spare * _SWOLLEN
        if "result" in reply and isinstance(reply["result"], dict):
            return reply["result"]
        reason = reply.get("failed")
        detail = str(reply.get("detail", "the task gave no object"))[:500]
        if reason == "memory":
            self.kill()  # what is left of it may be in any state
            raise ChildFailed("memory", detail, blameless=self.served > 1)
        raise ChildFailed("error", detail)

    def _hand_over(self, pieces: list[bytes]) -> None:
        """A child that was killed or stopped while it had nothing to do is no fault of the task that it gets."""
        deadline = time.monotonic() + BEGIN_SECONDS
        late = f"the child took no task for {BEGIN_SECONDS:g} s"
        try:
            with contextlib.suppress(frames.FrameClosed):  # then the answer tells why
                try:
                    frames.send(self._to, pieces, deadline=deadline)
                except frames.FrameTimeout:
                    self._too_late(late)
            if self._answer(deadline, late).get("begun") != self.served:
                self.kill()
                raise ChildFailed("crashed", "the child sent an answer before it had a task")
        except ChildFailed as failure:
            failure.blameless = True
            raise

    def _answer(self, deadline: float, late: str) -> dict[str, Any]:
        try:
            return frames.receive(self._from, deadline=deadline)[0]
        except frames.FrameTimeout:
            self._too_late(late)
        except frames.FrameBroken as error:
            self.kill()
            raise ChildFailed("crashed", f"the child sent something that is no answer: {error}") from error
        except frames.FrameClosed:
            pass
        raise self._death()

    def _too_late(self, late: str) -> None:
        self.kill()
        raise ChildFailed("timeout", late)

    def _death(self) -> ChildFailed:
        """Why the child is gone."""
        killed = self._killed
        try:
            code = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
            return ChildFailed("crashed", "the child closed its pipe without an answer")
        if killed:
            return ChildFailed("crashed", "the pool was closed")
        if code == -signal.SIGXCPU:
            return ChildFailed("cpu", "the task used more CPU time than it may")
        if code == -signal.SIGKILL:
            told = "the child was killed from outside, most likely by the kernel for want of memory"
            return ChildFailed("memory", told, blameless=True)
        if code < 0:
            return ChildFailed("crashed", f"the child died of signal {-code}")
        return ChildFailed("crashed", f"the child ended with code {code} in place of an answer")

    def alive(self) -> bool:
        return not self._killed and self.process.poll() is None

    def kill(self) -> None:
        """Safe to call from any thread."""
        self._killed = True
        with contextlib.suppress(OSError):
            self.process.kill()

    def end(self) -> None:
        self.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
