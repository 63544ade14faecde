"""Who is asked by an archived page that should ask nobody? A server of the live web that writes down whatever reaches it.

Every TCP connection counts, also one over which nothing is said (preconnect), and every UDP packet (WebRTC asks a STUN server).
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

_LINE = re.compile(rb"^([A-Z]+) (\S+) HTTP/1\.[01]\r?$", re.MULTILINE)
_HEAD = (
    b"HTTP/1.1 %s\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\nContent-Type: %s\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n%s\r\n"
)
_KINDS = {
    b".js": b"text/javascript",
    b".css": b"text/css",
    b".html": b"text/html",
    b".svg": b"image/svg+xml",
    b".json": b"application/json",
}


class Canary:
    """Listens on loopback; pages name what they ask for by the first piece of the path."""

    def __init__(self) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._lock = threading.Lock()
        self._heard: list[str] = []
        for work in (self._accept, self._packets):
            threading.Thread(target=work, daemon=True).start()

    @property
    def heard(self) -> list[str]:
        """What reached it: `GET /img/x`, `connection`, `packet`."""
        with self._lock:
            return list(self._heard)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._heard.clear()

    def tags(self) -> set[str]:
        """Names of the probes that reached it."""
        return {line.split(" ")[1].split("/")[1].partition("?")[0] if " " in line else line for line in self.heard}

    def close(self) -> None:
        """Stop."""
        for one in (self._tcp, self._udp):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _note(self, what: str) -> None:
        with self._lock:
            self._heard.append(what)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            self._note("connection")
            asked = connection.recv(65536)
            line = _LINE.match(asked)
            if line is None:
                return
            self._note(f"{line[1].decode()} {line[2].decode('utf-8', 'replace')}")
            path = line[2].partition(b"?")[0]
            kind = next((kind for end, kind in _KINDS.items() if path.endswith(end)), b"text/plain")
            connection.sendall(_HEAD % (b"200 OK", kind, 2, b"") + b"//")

    def _packets(self) -> None:
        while True:
            try:
                self._udp.recvfrom(65536)
            except OSError:
                return
            self._note("packet")


class Listener:
    """Stands before a server and writes down what a browser asks of it; everything is handed on."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.asked: list[str] = []
        self.said: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            for one, other, heard in ((browser, server, True), (server, browser, False)):
                threading.Thread(target=self._hand_on, args=(one, other, heard), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket, heard: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if heard:
                    self.said.append(data)
                    self.asked += [f"{line[1].decode()} {line[2].decode('utf-8', 'replace')}" for line in _LINE.finditer(data)]
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def run_canary() -> Iterator[Canary]:
    """One, for the length of the `with` statement."""
    canary = Canary()
    try:
        yield canary
    finally:
        canary.close()
