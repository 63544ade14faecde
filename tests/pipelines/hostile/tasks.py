"""What do tasks do that have been taken over by what they read?"""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import signal
import struct
import time
from pathlib import Path
from typing import Any

_KEPT: list[bytearray] = []


def pid(payload: bytes) -> dict[str, Any]:
    return {"pid": os.getpid(), "size": len(payload)}


def write_to_every_pipe(payload: bytes, *, wait: float = 0.0) -> dict[str, Any]:
    """The payload goes to the parent, past the frames."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            if str(Path(f"/proc/self/fd/{number}").readlink()).startswith("pipe:"):
                os.write(number, payload)
    time.sleep(wait)
    return {"wrote": True}


def frame(text: bytes, *, size: int | None = None) -> bytes:
    return struct.pack(">II", len(text) if size is None else size, 0) + text


def stop(payload: bytes) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGSTOP)
    return {}


def be_killed(payload: bytes, *, marks: str, times: int) -> dict[str, Any]:
    """By SIGKILL, the first `times` times; a file in `marks` counts."""
    before = len(list(Path(marks).iterdir()))
    if before < times:
        (Path(marks) / str(before)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"tries": before + 1}


def loop_in_c(payload: bytes) -> dict[str, Any]:
    collections.deque(itertools.repeat(0), maxlen=0)
    return {}


def hoard(payload: bytes, *, size: int) -> dict[str, Any]:
    _KEPT.append(bytearray(size))
    return {"pid": os.getpid()}


def one_large_block(payload: bytes) -> dict[str, Any]:
    return {"size": len(b"x" * (1 << 40))}


def many_small_blocks(payload: bytes) -> dict[str, Any]:
    return {"size": len([str(number) for number in itertools.count()])}


def long_answer(payload: bytes, *, size: int) -> dict[str, Any]:
    return {"text": "x" * size}


def timed(payload: bytes, **params: Any) -> dict[str, Any]:
    """CPU seconds of an extraction."""
    from pipelines.extract import extract_task

    began = time.process_time()
    return {**extract_task(payload, **params), "seconds": time.process_time() - began}
