"""Is this source a publisher of the public web, so that we must say who we are before we ask it for anything?"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from archive.errors import Problem
from crawler.connect import ConnectRule, endpoint, parse_connect_rules
from crawler.source_file import Source

# RFC 6761, RFC 6762, RFC 8375 and ICANN's resolution of July 2024: top-level names that are nobody's in the public DNS.
_NOT_PUBLIC = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid", ".example")


def crawlable(source: Source, contact: str, *, allow_private: Iterable[str] = (), connect_to: Iterable[str] = ()) -> Problem | None:
    """Why this source must not be crawled as things are: a public publisher is never asked by an operator who gives no contact.

    A host is not public where it is this machine's or a private network's, where `allow_private` (of the source, or of the
    configuration) names it, or where the operator's `connect_to` sends every connection for it to such a host.
    """
    if contact:
        return None
    allowed = (*source.allow_private, *allow_private)
    rules = parse_connect_rules(connect_to)
    for url in (source.homepage, *(seed.url for seed in source.seeds)):
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
        if is_public(host, allowed) and is_public(_sent_to(url, host, rules), allowed):
            return Problem(
                path=source.path,
                line=None,
                message=f"{source.title} ({host}) is a public publisher, and `contact` is not set",
                hint='write contact = "https://..." (a page about your crawler) or contact = "mailto:..." at the top of warchive.toml',
            )
    return None


def is_public(host: str, allowed: Iterable[str] = ()) -> bool:
    """Whether a host may be one of the public web, as far as its name or address tells; DNS is not asked."""
    host = host.strip("[]").rstrip(".").lower()
    names = {entry.strip("[]").rstrip(".").lower() for entry in allowed}
    if host in names:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        # A name without a dot is one of a local network (or of a container beside us).
        return "." in host and not f".{host}".endswith(_NOT_PUBLIC)
    for name in names:
        try:
            network = ipaddress.ip_network(name, strict=False)
        except ValueError:
            continue
        if address.version == network.version and address in network:
            return False
    return address.is_global


def _sent_to(url: str, host: str, rules: Sequence[ConnectRule]) -> str:
    """Host that connections for this URL really go to."""
    parts = urlsplit(url)
    return endpoint(rules, host, parts.port or (443 if parts.scheme == "https" else 80)).host
