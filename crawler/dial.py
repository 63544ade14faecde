"""How is a connection opened: name, address, TCP, TLS?

Every step fails with a FetchFailed of its own reason. The addresses of a name are tried one after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address
from pathlib import Path

from archive.errors import ConfigError, Problem
from crawler.connect import ConnectRule, Endpoint, endpoint
from crawler.failures import FetchFailed
from crawler.guard import Address, Allowance, literal_address, permitted, refusal
from crawler.resolve import Resolver
from crawler.tape import WireConnection
from crawler.tls import TlsPipe

# While there are other addresses to try, one that does not answer gets this long; the last gets all the time that is left.
_ONE_ADDRESS_SECONDS = 8.0
_MAX_ADDRESSES = 6

OnLost = Callable[[WireConnection], None]


def trust(ca_bundle: str) -> ssl.SSLContext:
    """The TLS context for talking to publishers: TLS 1.2 at least, certificates and host names verified against the bundle alone where
    there is one, otherwise against the platform's store, or certifi's where the platform has none. Raises ConfigError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and host name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_bundle:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as error:
            reason = "holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error.strerror or str(error)
            problem = Problem(
                path=None,
                line=None,
                message=f"network.ca_bundle {ca_bundle}: {reason}",
                hint="name a PEM file of CA certificates, or leave it empty",
            )
            raise ConfigError([problem]) from error
        return context
    context.load_default_certs()
    if not context.cert_store_stats()["x509_ca"] and not _has_files(ssl.get_default_verify_paths().capath):
        with contextlib.suppress(ImportError):
            import certifi

            context.load_verify_locations(cafile=certifi.where())
    return context


class Dialer:
    """Opens connections under the operator's rules and the guard's."""

    def __init__(self, *, rules: Sequence[ConnectRule], allowance: Allowance, context: ssl.SSLContext, resolver: Resolver) -> None:
        self._rules = rules
        self._allowance = allowance
        self._context = context
        self._resolver = resolver

    def may_reuse(self, connection: WireConnection, host: str, allowance: Allowance) -> bool:
        """Whether a request with this allowance may use a connection that another one had opened."""
        return connection.trusted or any(one.covers(host, connection.address) for one in (self._allowance, allowance))

    async def dial(self, *, host: str, port: int, tls: bool, allowance: Allowance, on_lost: OnLost) -> WireConnection:
        """Connect to the origin's address, or to where a rule leads. The caller limits the time."""
        place = endpoint(self._rules, host, port)
        addresses = await self._addresses(place)
        if not place.named:
            addresses = permitted(host, addresses, (self._allowance, allowance))
        problem = ""
        for number, address in enumerate(addresses[:_MAX_ADDRESSES], start=1):
            last = number == min(len(addresses), _MAX_ADDRESSES)
            try:
                async with asyncio.timeout(None if last else _ONE_ADDRESS_SECONDS):
                    sock = await _tcp(address, place.port)
            except TimeoutError:
                problem = f"no answer from {address} port {place.port}"
                continue
            except OSError as error:
                problem = f"{address} port {place.port}: {error.strerror or error}"
                continue
            trusted = place.named or refusal(address) is None
            return await self._start(sock, WireConnection(address=address, trusted=trusted, on_lost=on_lost), host, tls)
        raise FetchFailed("connect", f"could not connect to {host}: {problem}")

    async def _addresses(self, place: Endpoint) -> Sequence[Address]:
        try:
            literal = literal_address(place.host)
        except ValueError as error:
            raise FetchFailed("dns", str(error)) from error
        return (literal,) if literal else await self._resolver.addresses(place.host)

    async def _start(self, sock: socket.socket, connection: WireConnection, host: str, tls: bool) -> WireConnection:
        loop = asyncio.get_running_loop()
        name = host.rstrip(".")  # RFC 6066 §3: the name is sent without the dot, and certificates have none
        try:
            if tls:
                _, pipe = await loop.create_connection(lambda: TlsPipe(self._context, name, connection), sock=sock)
                await pipe.ready()
            else:
                await loop.create_connection(lambda: connection, sock=sock)
        except OSError as error:  # SSLError is one; asyncio closes the socket, which is its own by now
            raise FetchFailed("tls" if tls else "connect", tls_reason(error, name)) from error
        return connection


def tls_reason(error: Exception, host: str) -> str:
    """Why there is no TLS session, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "").replace("_", " ").lower()
        if "version" in reason or "unsupported protocol" in reason:
            return f"{host} does not speak TLS 1.2 or later here: {reason}"
        return f"TLS with {host} failed: {reason or 'the connection was cut'}"
    if isinstance(error, ConnectionError):
        return f"{host} cut the connection while TLS was being set up"
    return f"TLS with {host} failed: {error}"


async def _tcp(address: Address, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        # A numeric address: nothing is looked up a second time, so the address that was judged is the one that is reached.
        await loop.sock_connect(sock, (str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


def _has_files(folder: str | None) -> bool:
    return bool(folder) and Path(folder or "").is_dir() and any(os.scandir(folder))
