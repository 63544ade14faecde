"""What does a child of the pool do with a task, and what does it do to itself beforehand?

Run as `python -m pipelines.child`. It limits its own memory, moves its CPU limit forward before each task, ignores the signals that a
terminal sends to the whole group (the parent decides), and dies with its parent.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines import frames

_PR_SET_PDEATHSIG = 1
_MAX_DETAIL = 400
_BETWEEN_TASKS = 30.0


def main() -> int:
    """Serve tasks until the parent closes the pipe."""
    settings = json.loads(sys.argv[1])
    _die_with(int(settings["parent"]))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    # What a library prints must not get between the frames.
    inbound, outbound = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    gc.disable()  # nothing that is imported is garbage: looking for some in between costs a sixth of the start
    try:
        for module in settings["preload"]:
            importlib.import_module(module)
    except Exception as error:
        frames.send(outbound, frames.pack({"failed": "error", "detail": _told(error)}))
        return 1
    gc.collect()
    gc.freeze()
    gc.enable()
    _limit_memory(int(settings["memory_bytes"]))
    frames.send(outbound, frames.pack({"ready": True, "size": _size()}))
    known: dict[str, Callable[..., dict[str, Any]]] = {}
    while True:
        _limit_cpu(_BETWEEN_TASKS)  # what the task before has left of its seconds may be too little to read the next one
        try:
            message, payload = frames.receive(inbound)
            number = message["number"]
            frames.send(outbound, frames.pack({"begun": number}))
            _limit_cpu(float(message["cpu_seconds"]))
            frames.send(outbound, _reply(message, payload, known, number))
        except frames.FrameClosed:
            return 0
        except MemoryError:
            return 1


def _reply(message: dict[str, Any], payload: bytes, known: dict[str, Callable[..., dict[str, Any]]], number: int) -> list[bytes]:
    try:
        name = message["function"]
        if name not in known:
            module, _, attribute = name.partition(":")
            known[name] = getattr(importlib.import_module(module), attribute)
        result = known[name](payload, **message["params"])
        return frames.pack({"number": number, "size": _size(), "result": result})
    except MemoryError:
        return frames.pack({"number": number, "failed": "memory", "detail": "the task needed more memory than it may have"})
    except Exception as error:
        return frames.pack({"number": number, "size": _size(), "failed": "error", "detail": _told(error)})


def _size() -> int:
    """Bytes of address space in use, which the memory limit counts; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except (OSError, MemoryError):
        return 0


def _told(error: BaseException) -> str:
    """One printable line: what is said of hostile input may quote it."""
    text = f"{type(error).__name__}: {error}"
    return "".join(character if character.isprintable() else "?" for character in text)[:_MAX_DETAIL]


def _die_with(parent: int) -> None:
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)


def _limit_memory(size: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu(seconds: float) -> None:
    """The soft limit counts from the start of the process, in whole seconds: it is moved on before each task. Reaching it is SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
