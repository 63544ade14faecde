"""What tasks do the tests of the pool give to children?"""

from __future__ import annotations

import os
import signal
import time
from typing import Any


def echo(payload: bytes, **params: Any) -> dict[str, Any]:
    return {"size": len(payload), "first": payload[:4].hex(), "params": params, "pid": os.getpid()}


def sleep(payload: bytes, *, seconds: float) -> dict[str, Any]:
    time.sleep(seconds)
    return {"slept": seconds}


def spin(payload: bytes) -> dict[str, Any]:
    while True:
        pass


def eat(payload: bytes) -> dict[str, Any]:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))


def die(payload: bytes, *, number: int) -> dict[str, Any]:
    os.kill(os.getpid(), number)
    time.sleep(5)
    return {}


def leave(payload: bytes, *, code: int) -> dict[str, Any]:
    os._exit(code)


def fail(payload: bytes) -> dict[str, Any]:
    raise ValueError("bad\x1b[31m input\n")


def scribble(payload: bytes) -> dict[str, Any]:
    print("noise between the frames", flush=True)
    os.write(1, b"more noise")
    return {"wrote": True}


def not_json(payload: bytes) -> dict[str, Any]:
    return {"set": {1, 2}}


def limits(payload: bytes) -> dict[str, Any]:
    import resource

    return {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "threads": os.environ["OPENBLAS_NUM_THREADS"],
        "ignored": [signal.getsignal(number) == signal.SIG_IGN for number in (signal.SIGINT, signal.SIGTERM)],
    }
