"""How do the pool and its children speak over a pipe?

A frame is two lengths (4 bytes each, big-endian), then JSON, then raw bytes. What a child sends is only ever read as JSON.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

_HEAD = struct.Struct(">II")
# Far more than the record of the longest page or seed that is read; a child that was taken over shall not fill the parent's memory.
MAX_JSON = 64 * 1024 * 1024
MAX_RAW = 1024 * 1024 * 1024
_PIECE = 1 << 20


class FrameTimeout(Exception):
    """The deadline passed before the frame was through."""


class FrameClosed(Exception):
    """The other end is gone."""


class FrameBroken(Exception):
    """The other end sent something that is no frame; what follows cannot be read either."""


def pack(message: dict[str, Any], raw: bytes = b"") -> list[bytes]:
    """The pieces of a frame; the raw bytes are not copied. Raises TypeError or ValueError for what cannot be sent."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(text) > MAX_JSON:
        raise ValueError(f"{len(text)} bytes of JSON are more than the {MAX_JSON} that are sent")
    return [_HEAD.pack(len(text), len(raw)) + text, raw]


def send(fd: int, pieces: list[bytes], *, deadline: float | None = None) -> None:
    """Write all of it to a non-blocking (with a deadline) or blocking descriptor."""
    for piece in pieces:
        view = memoryview(piece)
        while view:
            if deadline is not None:
                _wait(fd, select.POLLOUT, deadline)
            try:
                view = view[os.write(fd, view[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise FrameClosed("the other end does not read") from error


def receive(fd: int, *, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Read one frame. Raises FrameClosed at the end of the stream, FrameBroken, FrameTimeout at the deadline."""
    size, raw_size = _HEAD.unpack(_exactly(fd, _HEAD.size, deadline))
    if size > MAX_JSON or raw_size > MAX_RAW:
        raise FrameBroken("the frame is larger than any that is sent")
    try:
        message = json.loads(_exactly(fd, size, deadline).decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise FrameBroken("the frame is not JSON") from error
    if not isinstance(message, dict):
        raise FrameBroken("the frame is not a JSON object")
    return message, _exactly(fd, raw_size, deadline)


def _exactly(fd: int, size: int, deadline: float | None) -> bytes:
    out = bytearray()
    while len(out) < size:
        if deadline is not None:
            _wait(fd, select.POLLIN, deadline)
        try:
            piece = os.read(fd, min(size - len(out), _PIECE))
        except BlockingIOError:
            continue
        except OSError as error:
            raise FrameClosed("the other end is gone") from error
        if not piece:
            raise FrameClosed("the other end is gone")
        out += piece
    return bytes(out)


def _wait(fd: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(fd, event)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise FrameTimeout
        if poll.poll(min(left, 60.0) * 1000):
            return
