"""What does a client do when the network between it and an S3 server is bad?

A proxy on loopback that treats a share of the requests badly and passes on the others. Each of its connections serves one request,
so a fault meets one operation and no other.
"""

from __future__ import annotations

import contextlib
import random
import re
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

Fault = Literal["503", "reset", "hang", "cut", "swallow", "corrupt"]
FAULTS: tuple[Fault, ...] = ("503", "reset", "hang", "cut", "swallow")

_SLOW_DOWN = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>'
_LARGEST_HEAD = 1 << 16


class _Gone(Exception):
    """The client, or the server behind us, hung up."""


class FaultProxy:
    """Treats a share of the requests to `127.0.0.1:target_port` badly, in one of these ways:

    - `503`: answers SlowDown, the server sees nothing;
    - `reset`: closes with RST in the middle of the request;
    - `hang`: reads the request and says nothing for `hang` seconds (longer than the client's time-out), then closes;
    - `cut`: passes the request on, and half of the reply;
    - `swallow`: passes the request on, and nothing of the reply: what a PUT stored is stored;
    - `corrupt`: flips one bit of the request's body on its way (only where it is asked for).

    `counts` has one key for each of these, and `passed` and `refused`; `heads` has the head of each request, `reply_lengths` the bytes
    of each reply that was passed on whole. `down = True` refuses everything until it is false again; `cut_next_at = N` cuts the next
    reply after N bytes. `methods` and `most` limit the faults to some HTTP methods and to a number; `strip` removes headers.
    """

    def __init__(
        self,
        target_port: int,
        *,
        share: float = 0.25,
        seed: int = 1,
        faults: Sequence[Fault] = FAULTS,
        methods: Sequence[str] = (),
        most: int | None = None,
        hang: float = 3.0,
        strip: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.heads: list[bytes] = []
        self.reply_lengths: list[int] = []
        self.down = False
        self.cut_next_at: int | None = None
        self._target_port = target_port
        self._share = share
        self._random = random.Random(seed)
        self._faults = tuple(faults)
        self._methods = tuple(methods)
        self._most = most
        self._hang = hang
        self._strip = {name.lower().encode() for name in strip}
        self._tls = tls
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._threads: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, name="fault proxy", daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        self._closing.set()
        # A thread that waits in accept() is not woken by close(); a connection wakes it.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        self._accepting.join(5)
        self._listener.close()
        for thread in list(self._threads):
            thread.join(5)

    @property
    def faults(self) -> int:
        """How many requests were treated badly."""
        return sum(self.counts.values()) - self.counts["passed"] - self.counts["refused"]

    def _accept(self) -> None:
        while not self._closing.is_set():
            client, _ = self._listener.accept()
            if self._closing.is_set() or self.down:
                with self._lock:
                    self.counts["refused"] += not self._closing.is_set()
                _reset(client)
                continue
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.add(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            client.settimeout(30)
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
            self._exchange(client)
        except (OSError, _Gone):
            pass  # the client gave up waiting, as a test of time-outs wants it to
        finally:
            client.close()
            self._threads.discard(threading.current_thread())

    def _exchange(self, client: socket.socket) -> None:
        head, rest = _read_head(client)
        self.heads.append(head)
        method = head.split(b" ", 1)[0].decode("latin-1")
        fault = self._choose(method)
        if fault == "reset":
            _reset(client)
            return
        body = _read_body(client, head, rest)
        match fault:
            case "503":
                client.sendall(
                    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                    + b"Content-Length: %d\r\n\r\n" % len(_SLOW_DOWN)
                    + (b"" if method == "HEAD" else _SLOW_DOWN)
                )
            case "hang":
                self._closing.wait(self._hang)
            case _:
                if fault == "corrupt" and body:
                    body = bytes([body[0] ^ 1]) + body[1:]
                reply = self._ask(head, body)
                if fault == "swallow":
                    _reset(client)
                elif fault == "cut":
                    client.sendall(reply[: len(reply) // 2])
                elif self.cut_next_at is not None:
                    at, self.cut_next_at = self.cut_next_at, None
                    client.sendall(reply[:at])
                else:
                    self.reply_lengths.append(len(reply))
                    client.sendall(reply)

    def _choose(self, method: str) -> Fault | None:
        with self._lock:
            # Drawn for each request, so that a seed means the same faults whatever else limits them.
            unlucky, fault = self._random.random() < self._share, self._random.choice(self._faults)
            if not unlucky or (self._methods and method not in self._methods) or (self._most is not None and self.faults >= self._most):
                self.counts["passed"] += 1
                return None
            self.counts[fault] += 1
            return fault

    def _ask(self, head: bytes, body: bytes) -> bytes:
        """The whole reply of the server; `Connection: close` makes its end the end of the stream."""
        lines = [line for line in head.split(b"\r\n") if line.split(b":", 1)[0].lower() not in self._strip | {b"connection", b"expect"}]
        with socket.create_connection(("127.0.0.1", self._target_port), timeout=30) as server:
            server.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            pieces = []
            while piece := server.recv(1 << 16):
                pieces.append(piece)
        return b"".join(pieces)


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """Request line and headers without the empty line, and what came after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(1 << 16)
        if not piece or len(data) > _LARGEST_HEAD:
            raise _Gone
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _read_body(client: socket.socket, head: bytes, rest: bytes) -> bytes:
    if re.search(rb"(?im)^transfer-encoding:", head):
        client.sendall(b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        raise _Gone
    found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    length = int(found[1]) if found else 0
    if re.search(rb"(?im)^expect:\s*100-continue", head):
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    pieces, have = [rest], len(rest)
    while have < length:
        piece = client.recv(1 << 16)
        if not piece:
            raise _Gone
        pieces.append(piece)
        have += len(piece)
    return b"".join(pieces)


def _reset(client: socket.socket) -> None:
    """Close so that the client gets RST instead of an orderly end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
