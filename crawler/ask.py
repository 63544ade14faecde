"""Which bytes ask for a URL?

One plain HTTP/1.1 request, its headers in an order that people can read: who is asked, who asks, what is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from crawler.failures import FetchFailed
from crawler.guard import ascii_host

_PORTS = {"http": 80, "https": 443}
_FIRST = (b"user-agent", b"accept", b"accept-language")
# Ours to set, or of no meaning on this connection (RFC 9110 §7.6.1), or nobody's business.
_NEVER = frozenset(
    b"accept-encoding connection content-length expect host keep-alive proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade".split()
)
_TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CONTROL = frozenset(range(0x20)) - {0x09} | {0x7F}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a URL says, for asking."""

    scheme: Literal["http", "https"]
    host: str
    """Lower case, ASCII; IPv6 without brackets."""
    port: int
    path: str
    """Path and query, as they are sent."""
    url: str
    """What is asked for, as it is recorded: without fragment and without user name and password, which are never sent."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """Requests to the same origin may share a connection."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_target(url: str) -> Target:
    """Take an absolute URL apart. Raises FetchFailed: `scheme` for what is not http or https, `dns` for what names no host."""
    scheme, found, rest = url.partition("://")
    scheme = scheme.lower()
    if not found or (scheme != "http" and scheme != "https"):
        raise FetchFailed("scheme", f"only http and https are asked for, not {url[:80]!r}")
    rest = rest.split("#", 1)[0]
    # WHATWG URL standard: a backslash ends the authority, too. Taking it for part of the host would let the guard see another host.
    end = min((place for place in (rest.find(mark) for mark in "/?\\") if place >= 0), default=len(rest))
    authority, path = rest[:end].rpartition("@")[2], rest[end:].replace("\\", "/", 1) if rest[end : end + 1] == "\\" else rest[end:]
    name, port = _host_and_port(authority, scheme)
    try:
        host = ascii_host(name)
    except ValueError as error:
        raise FetchFailed("dns", f"{name[:80]!r} is not a host name") from error
    path = _sendable(path if path.startswith("/") else "/" + path)
    target = Target(scheme="https" if scheme == "https" else "http", host=host, port=port, path=path, url="")
    # The URL as it was announced where that is plain ASCII; no slash is added to a bare host name, so that it equals what was asked.
    shown = authority if name.strip("[]").lower() == host else target.authority
    return replace(target, url=f"{scheme}://{shown}{path if rest[end:] else ''}")


def write_request(target: Target, method: str, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"") -> bytes:
    """The request as it goes out. Of the given headers, those that are ours to set, and those that would break the message, are left
    out: a hostile ETag comes back to us as `If-None-Match`.
    """
    given = [(name, value) for name, value in headers if name.lower() not in _NEVER and _may_send(name, value)]
    given.sort(key=lambda pair: _FIRST.index(pair[0].lower()) if pair[0].lower() in _FIRST else len(_FIRST))  # stable
    places = sum(name.lower() in _FIRST for name, _ in given)
    lines = [f"{method} {target.path} HTTP/1.1".encode("ascii"), b"Host: " + target.authority.encode("ascii")]
    lines += [name + b": " + value for name, value in given[:places]]
    lines.append(b"Accept-Encoding: gzip, br")  # what archive.http can undo within limits, and no more (DESIGN §4)
    lines += [name + b": " + value for name, value in given[places:]]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    if authority.startswith("["):
        name, bracket, rest = authority.partition("]")
        name, port = name + bracket, rest.removeprefix(":")
    else:
        name, _, port = authority.partition(":")
    if not port:
        return name, _PORTS[scheme]
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise FetchFailed("connect", f"{port[:20]!r} is not a port")
    return name, int(port)


def _sendable(path: str) -> str:
    if path.isascii() and path.isprintable() and " " not in path:
        return path
    return "".join(
        character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in path
    )


def _may_send(name: bytes, value: bytes) -> bool:
    return bool(name) and _TOKEN.issuperset(name) and _CONTROL.isdisjoint(value)
