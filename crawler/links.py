"""Which URL does a link on a page or in a seed mean?

Links are resolved as browsers do where that is safe, and refused where a browser would guess.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

MAX_URL = 4096  # longer ones are traps or data; browsers and servers stop well before

# White space as XML, HTML and word processors put around links: zero-width space, word joiner, byte order mark.
_AROUND = " \t\r\n\f\v\u00a0\u200b\u2060\ufeff"
# U+FFFD stands where bytes could not be read: such a URL is not the one that was meant.
_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffd]")
# What needs no work: most links of most seeds. Resolving costs ten times as much.
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")


class LinkRefused(ValueError):
    """The link leads nowhere that may be asked for; `reason` is `no-link`, `bad-url`, `bad-scheme` or `too-long`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def resolve(link: str, base: str) -> str:
    """Absolute http or https URL of the link, without fragment; raises `LinkRefused`. Resolving the result again gives the same."""
    link = link.strip(_AROUND)
    if not link:
        raise LinkRefused("no-link")
    if len(link) > MAX_URL:
        raise LinkRefused("too-long")
    if _PLAIN.fullmatch(link):
        return link
    if _REFUSED.search(link):
        raise LinkRefused("bad-url")
    try:
        parts = urlsplit(urljoin(base, link.replace(" ", "%20")))
    except ValueError:
        raise LinkRefused("bad-url") from None
    if parts.scheme not in ("http", "https"):
        raise LinkRefused("bad-scheme")
    host_of(parts)
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
    if len(url) > MAX_URL:
        raise LinkRefused("too-long")
    return url


def host_of(parts: SplitResult) -> tuple[str, int | None]:
    """Host as it is compared (lower case, IDNA, no final dot, IPv6 in brackets) and port, null where it is the scheme's own.

    Raises `LinkRefused` for a host or port that is none, and for credentials: they belong in no seed, and `http://known.org@evil.org/`
    deceives readers.
    """
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise LinkRefused("bad-url") from None
    if not host or "@" in parts.netloc:
        raise LinkRefused("bad-url")
    if port == (443 if parts.scheme == "https" else 80):
        port = None
    return _canonical_host(host), port


@lru_cache(maxsize=4096)
def _canonical_host(host: str) -> str:
    if ":" in host:
        # urlsplit has checked that what stands in brackets is an IP address; zone ids have no meaning for others.
        if "%" in host:
            raise LinkRefused("bad-url")
        return f"[{host.lower()}]"
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise LinkRefused("bad-url") from None
    if not _HOST.fullmatch(host) or ".." in host:
        raise LinkRefused("bad-url")
    return host
