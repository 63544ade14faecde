"""Is this a host name, a network, or a rule of where to connect, as people write them?"""

from __future__ import annotations

import ipaddress
import re

from archive.fields import Complaint, show

_HOST = re.compile(r"^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){0,126}\.?$")
_CONNECT_TO = re.compile(r"^(\[[^\[\]]*\]|[^\[\]:]*):([0-9]*):(\[[^\[\]]*\]|[^\[\]:]*):([0-9]*)$")


def is_host(name: str) -> bool:
    """Whether this can be a host name (in ASCII; others in IDNA) or is an IP address."""
    if _HOST.match(name):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_network(written: str) -> bool:
    """Whether this is an IP address or a network in CIDR notation."""
    try:
        ipaddress.ip_network(written.strip("[]"))
    except ValueError:
        return False
    return True


def split_connect_to(entry: str) -> tuple[str, str, str, str]:
    """`HOST:PORT:HOST:PORT` as its four parts, IPv6 addresses without brackets; an empty one means any or the same, as curl's does.

    Raises ValueError.
    """
    match = _CONNECT_TO.fullmatch(entry)
    if not match:
        raise ValueError("must be HOST:PORT:HOST:PORT")
    for host in (match[1], match[3]):
        if host.startswith("[") and not (is_network(host) and ":" in host):
            raise ValueError(f"has no IPv6 address in the brackets: {host[:60]}")
        if host and not is_host(host):
            raise ValueError(f"has something that is not a host name: {show(host)}")
    for port in (match[2], match[4]):
        if port and not (len(port) <= 5 and 0 < int(port) < 65536):
            raise ValueError(f"has a port that is not from 1 to 65535: {port[:6]}")
    return match[1].strip("[]"), match[2], match[3].strip("[]"), match[4]


def allowed_private(value: str) -> Complaint:
    """What is wrong with an entry of `allow_private`: a host name, an address or a network."""
    if is_host(value) or is_network(value):
        return None
    if "://" in value or (":" in value and not is_network(value.rpartition("/")[0])):
        return f"must be a host name or a network, not {show(value)}", "without scheme, port and path"
    hint = None
    if "/" in value:
        try:
            hint = f"did you mean `{ipaddress.ip_network(value, strict=False)}`?"
        except ValueError:
            hint = "a network reads 10.0.0.0/8 or fd00::/8"
    return f"must be a host name or a network, not {show(value)}", hint
