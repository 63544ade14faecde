"""A server on loopback whose replies are literal bytes, with scripted pauses and cuts; it remembers what it was asked and what it sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

# Bytes are sent, a number is a pause in seconds. `close` ends politely, `cut` without TLS's farewell, `reset` with a TCP reset.
Step = bytes | float | Literal["close", "cut", "reset"]


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request as it came in, and what was sent for it."""

    path: str
    raw: bytes
    connection: int
    server_name: str | None
    sent: bytearray = field(default_factory=bytearray)


class RawServer:
    """`with RawServer({"/": [b"HTTP/1.1 200 OK...", "close"]}) as server:`. A path's scripts are played in turn, the last for ever."""

    def __init__(
        self, scripts: dict[str, Sequence[Step]] | None = None, *, tls: ssl.SSLContext | None = None, family: int = socket.AF_INET
    ) -> None:
        self.scripts: dict[str, list[Sequence[Step]]] = {path: [steps] for path, steps in (scripts or {}).items()}
        self.asked: list[Asked] = []
        self.connections = 0
        self._tls = tls
        self._names: dict[int, str | None] = {}
        if tls is not None:
            tls.sni_callback = self._note_name
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family, backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def reply(self, path: str, *steps: Step) -> None:
        """Add one script for a path."""
        self.scripts.setdefault(path, []).append(steps)

    def sent(self, path: str) -> bytes:
        """What was sent for the last request of a path."""
        return bytes(next(one.sent for one in reversed(self.asked) if one.path == path))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note_name(self, sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        self._names[id(sock)] = name

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = None
        try:
            if self._tls is not None:
                secure = self._tls.wrap_socket(sock, server_side=True)
                sock, name = secure, self._names.get(id(secure))
            self._sockets.append(sock)
            self._converse(sock, number, name)
        except OSError:
            pass  # the client went away, which some tests want
        finally:
            sock.close()

    def _converse(self, sock: socket.socket, number: int, name: str | None) -> None:
        waiting = b""
        while True:
            while b"\r\n\r\n" not in waiting:
                data = sock.recv(65536)
                if not data:
                    return
                waiting += data
            raw, _, waiting = waiting.partition(b"\r\n\r\n")
            one = Asked(path=raw.split(b" ")[1].decode(), raw=raw + b"\r\n\r\n", connection=number, server_name=name)
            self.asked.append(one)
            scripts = self.scripts.get(one.path) or [(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",)]
            steps = scripts.pop(0) if len(scripts) > 1 else scripts[0]
            if not self._play(sock, steps, one):
                return

    def _play(self, sock: socket.socket, steps: Sequence[Step], one: Asked) -> bool:
        for step in steps:
            if isinstance(step, bytes):
                one.sent += step
                sock.sendall(step)
            elif isinstance(step, (int, float)):
                time.sleep(step)
            else:
                if step == "reset":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif step == "close" and isinstance(sock, ssl.SSLSocket):
                    with contextlib.suppress(OSError):
                        sock.unwrap()
                return False
        return True
