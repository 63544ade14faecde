"""How does the web server run: in this process until it is told to stop, or beside a test?"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from archive.errors import WarchiveError


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`; 0 is any free port. Raises `WarchiveError` where it is taken or not ours to use."""
    listener = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # The protocol is named: asyncio switches Nagle's algorithm off for such sockets alone, and with it each answer takes 40 ms more.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise WarchiveError(
            f"cannot listen on {host}:{port}: {error.strerror or error}", hint="is another server running? choose another --port"
        ) from error
    return listener


def serve(app: ASGIApp, *listeners: socket.socket, started: Callable[[], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; `started` is called once requests are answered."""
    server = _Server(_config(app), started)
    server.run(sockets=list(listeners))


@contextlib.contextmanager
def serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread of its own for the length of the `with` statement."""
    ready = threading.Event()
    server = _Server(_config(app), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    if not ready.wait(30):
        raise WarchiveError("the web server does not start", hint="see the log above")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _config(app: ASGIApp) -> uvicorn.Config:
    # What was asked for is nobody's business: no access log. No header tells which software answers.
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, ws="none", timeout_graceful_shutdown=3
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, then tells."""
        await super().startup(sockets=sockets)
        if self._told is not None:
            self._told()
