"""To which host and port does a connection go, when the operator says that it goes elsewhere?

The rules are those of curl's `--connect-to HOST1:PORT1:HOST2:PORT2`. They change where the TCP connection goes and nothing else: the
`Host` header, the name sent in TLS and the name that the certificate must bear stay those of the URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A field is empty, or runs to the next colon, or is an IPv6 address in brackets.
_RULE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]*):([0-9]*):(\[[0-9A-Fa-f:.]+\]|[^\[\]:]*):([0-9]*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRule:
    """One rule; an empty host and port 0 mean `any` on the left, `as in the URL` on the right. Hosts are lower case, without brackets."""

    host: str
    port: int
    to_host: str
    to_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to connect to."""

    host: str
    port: int
    named: bool
    """Whether the operator named this very host: then the guard has no say. A rule that changes only the port names nobody, since the
    host is still one that came from the web."""


def parse_connect_rule(text: str) -> ConnectRule:
    """Read `HOST:PORT:HOST:PORT`. Raises ValueError, with the rule and the reason, for anything else."""
    match = _RULE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"connect_to {text[:100]!r} is not HOST:PORT:HOST:PORT (each may be empty, IPv6 addresses stand in brackets)")
    host, port, to_host, to_port = match.groups()
    return ConnectRule(host=_host(host), port=_port(port, text), to_host=_host(to_host), to_port=_port(to_port, text))


def parse_connect_rules(texts: Iterable[str]) -> tuple[ConnectRule, ...]:
    """Read all rules, in their order; raises ValueError at the first that is wrong."""
    return tuple(parse_connect_rule(text) for text in texts)


def endpoint(rules: Sequence[ConnectRule], host: str, port: int) -> Endpoint:
    """Where a request for `host` and `port` of a URL connects to. The first rule that matches wins; hosts are compared as strings,
    without case.
    """
    wanted = host.lower()
    for rule in rules:
        if rule.host in ("", wanted) and rule.port in (0, port):
            return Endpoint(host=rule.to_host or host, port=rule.to_port or port, named=bool(rule.to_host))
    return Endpoint(host=host, port=port, named=False)


def _host(text: str) -> str:
    return text.strip("[]").lower()


def _port(text: str, rule: str) -> int:
    if not text:
        return 0
    number = int(text) if len(text) <= 5 else 0
    if not 1 <= number <= 65535:
        raise ValueError(f"connect_to {rule[:100]!r}: {text[:20]} is not a port; ports are 1 to 65535")
    return number
