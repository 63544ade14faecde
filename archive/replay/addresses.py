"""Under which names are the two servers known, and on which sockets do they listen?

Pages of ours and archived pages are of different origins, and where this machine alone is meant also of different sites: browsers keep
`localhost` and `127.0.0.1` in processes of their own.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from archive.errors import UsageError, WarchiveError
from archive.web.serve import listening_socket

_EVERYWHERE = ("0.0.0.0", "::", "*")
_HERE = ("localhost", "127.0.0.1", "::1")
_NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Both servers, listening."""

    pages: tuple[socket.socket, ...]
    replay: socket.socket
    origin: str
    """Of our pages: `http://localhost:8080`."""
    replay_origin: str
    """Of archived pages: `http://127.0.0.1:8081`."""
    warning: str | None
    """What somebody should know who opens them to others."""

    @property
    def hosts(self) -> frozenset[str]:
        """Host headers that our pages are answered under."""
        return _hosts(self.origin)

    @property
    def replay_hosts(self) -> frozenset[str]:
        """Those of archived pages."""
        return _hosts(self.replay_origin)

    def close(self) -> None:
        """Stop listening."""
        for one in (*self.pages, self.replay):
            one.close()


def listen(host: str, port: int, replay_port: int) -> Addresses:
    """Listen on both; raises `UsageError` for what cannot be meant, `WarchiveError` where a port is taken."""
    if port == replay_port and port != 0:
        raise UsageError(f"--port and --replay-port are both {port}", hint="archived pages need an origin of their own: name two ports")
    host = host.strip().strip("[]").lower()
    if not host:
        raise UsageError("--host is empty", hint="127.0.0.1, a name of this machine, or 0.0.0.0 for every address")
    opened: list[socket.socket] = []
    try:
        if host in _HERE:
            opened.append(listening_socket("127.0.0.1", port))
            # Browsers try ::1 first for localhost: nobody else may answer there.
            opened += _second("::1", opened[0].getsockname()[1])
            replay_host, name, replay_name = "127.0.0.1", "localhost", "127.0.0.1"
        elif host in _EVERYWHERE:
            host = "0.0.0.0" if host == "*" else host
            opened.append(listening_socket(host, port))
            replay_host, name, replay_name = host, "localhost", "127.0.0.1"
        else:
            opened.append(listening_socket(host, port))
            replay_host = host
            name = replay_name = f"[{host}]" if ":" in host else host
        replay = _replay_socket(replay_host, replay_port)
    except BaseException:
        for one in opened:
            one.close()
        raise
    return Addresses(
        pages=tuple(opened),
        replay=replay,
        origin=_origin(name, opened[0]),
        replay_origin=_origin(replay_name, replay),
        warning=_warning(host),
    )


def _second(host: str, port: int) -> list[socket.socket]:
    try:
        return [listening_socket(host, port)]
    except WarchiveError as error:
        cause = error.__cause__
        if isinstance(cause, socket.gaierror) or (isinstance(cause, OSError) and cause.errno in _NO_IPV6):
            return []
        raise


def _replay_socket(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except WarchiveError as error:
        raise WarchiveError(error.message, hint="is another server running? choose another --replay-port") from error.__cause__


def _origin(name: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://{name}" if port == 80 else f"http://{name}:{port}"  # as browsers write it


def _hosts(origin: str) -> frozenset[str]:
    return frozenset({origin.removeprefix("http://")})


def _warning(host: str) -> str | None:
    try:
        if host in _HERE or ipaddress.ip_address(host).is_loopback:
            return None
    except ValueError:
        pass
    return (
        f"--host {host}: everybody who reaches this machine can read the whole archive: there is no login and no encryption. "
        "Put a proxy that has both before it, or leave --host out"
    )
