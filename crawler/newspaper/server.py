"""How does the newspaper answer over a socket, and what does it note of each answer?"""

from __future__ import annotations

import hashlib
import json
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from crawler.newspaper.exchange import Reply, Request, message

Answer = Callable[[Request], Reply]
_LINE = 65537
_HEADERS = 200


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread a connection, on loopback alone."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, answer: Answer, *, log: Path | None, tls: ssl.SSLContext | None) -> None:
        self._log: IO[str] | None = None  # where the port is taken, the socket is closed at once
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.tls = tls
        self.scheme = "https" if tls else "http"
        self._lock = threading.Lock()
        self._open: dict[str, set[int]] = {}
        self._path = log
        self._log = log.open("a", encoding="utf-8") if log else None
        self._rows: list[dict[str, Any]] = []

    def serves(self, host: str, connection: int) -> int:
        """Note that the connection serves the host; returns how many that are open now have done so."""
        with self._lock:
            found = self._open.setdefault(host, set())
            found.add(connection)
            return len(found)

    def closed(self, connection: int) -> None:
        """Forget a connection that is closed."""
        with self._lock:
            for found in self._open.values():
                found.discard(connection)

    def note(self, row: dict[str, Any]) -> None:
        """Keep one line for an answer: in the log file where there is one, else in memory."""
        with self._lock:
            if self._log is None:
                self._rows.append(row)
            elif not self._log.closed:
                self._log.write(json.dumps(row) + "\n")
                self._log.flush()

    def log_rows(self) -> list[dict[str, Any]]:
        """All lines noted so far."""
        with self._lock:
            if self._path is None:
                return list(self._rows)
            return [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines()]

    def server_close(self) -> None:
        """Close the socket and the log."""
        super().server_close()
        if self._log is not None:
            self._log.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event; anything else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(socketserver.StreamRequestHandler):
    timeout = 60
    wbufsize = 0
    disable_nagle_algorithm = True

    def setup(self) -> None:
        tls = self._server.tls
        if tls is not None:  # here, in the connection's own thread, so that a slow handshake keeps nobody waiting
            self.request.settimeout(self.timeout)
            self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        self._server.closed(id(self))
        super().finish()

    @property
    def _server(self) -> Server:
        return cast(Server, self.server)

    def handle(self) -> None:
        while True:
            request = self._read()
            if request is None:
                return
            reply = self._server.answer(request)
            close = request.headers.get("connection", "").lower() == "close" or reply.raw is not None
            if not self._send(request, reply, close=close) or close:
                return

    def _read(self) -> Request | None:
        try:
            method, target, _version = self.rfile.readline(_LINE).decode("latin-1").split()
        except ValueError:
            return None
        headers: dict[str, str] = {}
        for _ in range(_HEADERS):
            line = self.rfile.readline(_LINE)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _colon, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if target.startswith("http"):
            parts = urlsplit(target)
            headers["host"] = parts.netloc
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Request(method=method, host=headers.get("host", "").partition(":")[0].lower(), target=target, headers=headers)

    def _send(self, request: Request, reply: Reply, *, close: bool) -> bool:
        """Send the answer; its line is noted before the last piece goes, so that who has read the answer can read the line."""
        status, pieces = message(reply, request, close=close)
        digest, length, held = hashlib.sha256(), 0, b""
        row = {
            "at": time.time(),
            "connections": self._server.serves(request.host, id(self)),
            "scheme": self._server.scheme,
            "host": request.host,
            "target": request.target,
            "method": request.method,
            "status": status,
        }
        row["user_agent"] = request.headers.get("user-agent")
        try:
            for piece in pieces:
                if held:
                    self.wfile.write(held)
                held = piece
                digest.update(piece)
                length += len(piece)
        except OSError:
            self._server.note({**row, "length": length, "sha256": digest.hexdigest(), "cut": True})
            return False
        self._server.note({**row, "length": length, "sha256": digest.hexdigest()})
        self.wfile.write(held)
        return True
