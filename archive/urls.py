"""Which URLs are the same article's? Normalisation, article ids and urlkeys.

The rules stand in docs/design/archive-format.md, since ids made of them are kept for ever: a change makes a new format.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

# Parameters that only say where a reader came from. Matched whole, without case.
_TRACKING = re.compile(
    r"^(utm_[a-z_]+|mtm_[a-z_]+|pk_[a-z_]+|hsa_[a-z]+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh"
    r"|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|at_medium|at_campaign|at_custom[0-9]|at_format|at_link_[a-z_]+|at_ptr_name|at_bbc_team"
    r"|cmpid|cmp|ito|icid|ocid|ns_mchannel|ns_source|ns_campaign|ns_linkname|ns_fee|wt_mc|wt_zmc|xtor|traffic_source|soc_src|soc_trk"
    r"|ref|ref_src|ref_url|spm|__twitter_impression|_ga|_gl|guccounter|guce_referrer|guce_referrer_sig)$",
    re.IGNORECASE,
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


@lru_cache(maxsize=4096)
def normalize(url: str) -> str:
    """The form by which URLs are compared: RFC 3986 §6.2.2 (case, percent-encoding, dots), no fragment, no default port, no user,
    no tracking parameters, an empty path as `/`, host names in IDNA. The order of the other parameters stays.

    Raises ValueError for what is not an absolute http or https URL. What is asked for is never this form but the URL as announced:
    some servers need what they announced.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http or https URL: {url[:200]!r}")
    host = parts.hostname.rstrip(".").lower()
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise ValueError(f"host name is not valid IDNA: {host[:100]!r}") from error
    netloc = host if parts.port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{parts.port}"
    path = _remove_dots(_escape(parts.path) or "/")
    pairs = [pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair.split("=", 1)[0])]
    return urlunsplit((scheme, netloc, path, _escape("&".join(pairs)), ""))


def article_id(url: str) -> str:
    """Lower-case hex SHA-256 of the normalised URL."""
    return hashlib.sha256(normalize(url).encode()).hexdigest()


def urlkey(url: str) -> str:
    """SURT of the URL, as pywb and cdxj-indexer write it."""
    import surt  # it brings a whole HTTP client along, which who only makes text never needs

    try:
        return str(surt.surt(url))
    except Exception:  # surt raises whatever its regular expressions hit; cdxj-indexer falls back to the URL as well
        return url


def _escape(text: str) -> str:
    """Percent-encoding in one spelling: unreserved characters bare, hex digits upper case, non-ASCII and controls encoded."""

    def one(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    text = _ESCAPE.sub(one, text)
    return "".join(
        character
        if "!" <= character <= "~" and character not in '"<>\\^`{|}'
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in text
    )


def _remove_dots(path: str) -> str:
    # RFC 3986 §5.2.4
    out: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment in (".", ".."):
            if segment == ".." and len(out) > 1:
                out.pop()
            if last:
                out.append("")
        else:
            out.append(segment)
    return "/".join(out) if out and out[0] == "" else "/" + "/".join(out)
