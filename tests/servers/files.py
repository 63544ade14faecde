"""How does a browser get files as from a plain web server: from memory, with ranges?"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript", "wacz": "application/wacz"}


@dataclass(slots=True, kw_only=True)
class Files:
    """A running server."""

    origin: str
    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)
    """Paths, in the order in which they were asked for."""
    ranges: list[str] = field(default_factory=list)


@contextlib.contextmanager
def serve_files(files: dict[str, bytes]) -> Iterator[Files]:
    """Serve `{"/path": bytes}` on loopback."""
    state = Files(origin="", files=files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            state.asked.append(path)
            data = state.files.get(path)
            if data is None:
                self._head(404, 0, "text/plain")
                return
            kind = _TYPES.get(path.rsplit(".", 1)[-1], "application/octet-stream")
            asked = _RANGE.fullmatch(self.headers.get("Range", ""))
            if asked is None:
                self._head(200, len(data), kind)
                self._send(data)
                return
            state.ranges.append(path)
            start, end = int(asked[1]), min(int(asked[2] or len(data) - 1), len(data) - 1)
            self._head(206, end - start + 1, kind, ("Content-Range", f"bytes {start}-{end}/{len(data)}"))
            self._send(data[start : end + 1])

        do_HEAD = do_GET  # noqa: N815  # http.server's name

        def _head(self, status: int, size: int, kind: str, *more: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (("Content-Length", str(size)), ("Content-Type", kind), ("Accept-Ranges", "bytes"), *more):
                self.send_header(name, value)
            self.end_headers()

        def _send(self, data: bytes) -> None:
            if self.command == "GET":
                with contextlib.suppress(OSError):
                    self.wfile.write(data)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.origin = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
