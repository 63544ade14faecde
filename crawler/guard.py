"""May a connection go to this address?

Everything that is fetched is hostile (DESIGN §10): a feed may name `http://169.254.169.254/`, a redirect may lead to
`http://[::ffff:10.0.0.1]/`, a name may resolve to 127.0.0.1 the second time. So addresses are judged, not names; each one at the moment
of connecting; and the connection goes to the very address that was judged (see crawler/dial.py).

A name with public and other addresses is connected to at its public ones only. To refuse it altogether would be no safer, and
publishers do have a stray AAAA record now and then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from crawler.failures import FetchFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA IPv4 special-purpose registry, and what it misses. Python's `is_global` is asked as well: two lists fail less than one.
_REFUSED_4 = tuple(
    (ip_network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "Azure's own services"),  # looks public, and answers inside of Azure only
        ("169.254.0.0/16", "link-local, where clouds keep credentials"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# RFC 4291 §2.4: only 2000::/3 is handed out. All else (loopback, ULA, link-local, multicast, IPv4-compatible, RFC 8215's NAT64 ...) is
# refused without being listed; these are the parts of 2000::/3 that are not web servers either.
_GLOBAL_6 = IPv6Network("2000::/3")
_REFUSED_6 = tuple(
    (ip_network(network), name)
    for network, name in (
        ("2001::/23", "protocol assignments, Teredo among them"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: networks without IPv4 reach it so; the IPv4 address within is judged
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the operator lets us reach although it is not public: whole host names (lower case, ASCII) and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def covers(self, host: str, address: Address) -> bool:
        """Whether this address, found under this host name, is allowed."""
        return host.rstrip(".") in self.hosts or any(address in network for network in self.networks)


def parse_allowance(entries: Iterable[str]) -> Allowance:
    """Read `allow_private`: each entry is an address, a network (`10.1.0.0/16`) or a host name. Raises ValueError for anything else."""
    hosts: set[str] = set()
    networks: list[Network] = []
    for entry in entries:
        text = entry.strip()
        try:
            networks.append(ip_network(text.strip("[]"), strict=False))
        except ValueError:
            try:
                hosts.add(ascii_host(text).rstrip("."))
            except ValueError:
                raise ValueError(
                    f"allow_private {text[:100]!r} is neither a host name nor an address nor a network like 10.1.0.0/16"
                ) from None
    return Allowance(hosts=frozenset(hosts), networks=tuple(networks))


def ascii_host(host: str) -> str:
    """A host as it is looked up and compared: lower case, IDNA, IPv6 without brackets. Raises ValueError for what is no host."""
    text = host.strip().lower()
    if text.startswith("[") and text.endswith("]"):
        return str(IPv6Address(text[1:-1]))
    if not text.isascii():
        text = text.encode("idna").decode("ascii").lower()  # UnicodeError is a ValueError
    if len(text) > 254 or not _HOST.fullmatch(text):
        raise ValueError(f"{host[:100]!r} is not a host name")
    return text


def literal_address(host: str) -> Address | None:
    """The address that a host (as `ascii_host` gives it) spells, in any spelling that some resolver would take for one:
    `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`, `::1`. None for a name. Raises ValueError for what looks like an address and is none.

    The rule is that of the WHATWG URL standard: a host whose last label is a number is an IPv4 address or nothing.
    """
    if ":" in host:
        return plain_address(IPv6Address(host))
    labels = host.rstrip(".").split(".")
    if not (labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1])):
        return None
    if len(labels) > 4:
        raise ValueError(f"{host[:100]!r} is not an IPv4 address")
    *firsts, last = [_number(label) for label in labels]
    if any(number > 255 for number in firsts) or last >= 256 ** (4 - len(firsts)):
        raise ValueError(f"{host[:100]!r} is not an IPv4 address")
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(firsts)) + last)


def plain_address(address: Address) -> Address:
    """An IPv4 address that is dressed up as IPv6 (`::ffff:127.0.0.1`) undressed: the kernel would connect to the IPv4 one."""
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def refusal(address: Address) -> str | None:
    """Why this address must not be connected to; None where it is globally routable."""
    address = plain_address(address)
    if isinstance(address, IPv4Address):
        for network, name in _REFUSED_4:
            if address in network:
                return name
        return None if address.is_global else "not globally routable"
    if address.scope_id is not None:
        return "link-local"
    if address in _NAT64:
        return refusal(IPv4Address(address.packed[12:]))
    if address not in _GLOBAL_6:
        return "loopback" if address.is_loopback else "not globally routable"
    for network, name in _REFUSED_6:
        if address in network:
            return name
    return None if address.is_global else "not globally routable"


def permitted(host: str, addresses: Sequence[Address], allowances: Sequence[Allowance]) -> list[Address]:
    """Those addresses of a host that may be connected to, in their order. Raises FetchFailed(`private-address`) where there is none."""
    good: list[Address] = []
    why = "it has no address"
    for address in addresses:
        reason = refusal(address)
        if reason is None or any(allowance.covers(host, address) for allowance in allowances):
            good.append(address)
        else:
            why = f"{address} is {reason}"
    if not good:
        raise FetchFailed("private-address", f"{host} is not on the public internet: {why}; if it is yours, name it in allow_private")
    return good


def _number(label: str) -> int:
    # inet_aton: hexadecimal after 0x, octal after 0. No address needs more digits than 2**32 has in octal, zeros in front aside.
    digits = label.removeprefix("0x")
    if len(digits) > 64 or not digits.isalnum():
        if label == "0x":
            return 0
        raise ValueError(f"{label[:20]!r} is not part of an IPv4 address")
    return int(digits, 16 if digits is not label else 8 if len(label) > 1 and label[0] == "0" else 10)
