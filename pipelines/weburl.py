"""Which URL does a browser ask for when a page says this?

As far as names of files go: WHATWG URL standard §4.4 takes out tabs and line ends, reads backslashes as slashes, encodes blanks.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

MAX_URL = 4_000
# As nearly all are written: nothing to resolve, nothing to encode.
_WHOLE = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*+(?::[1-9][0-9]{0,3})?/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*+")
_REMOVED = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_UNSENT = re.compile(r"[\x00-\x20\x7f<>\"`{}|^]")


def absolute(reference: str, base: str) -> str | None:
    """The http or https URL without its fragment; null for anything else, and for what is too long."""
    if len(reference) <= MAX_URL and _WHOLE.fullmatch(reference) and "/." not in reference:
        return reference
    text = _REMOVED.sub("", reference.strip(_EDGES)).split("#", 1)[0]
    if not text or len(text) > MAX_URL:
        return None
    scheme = text.split(":", 1)[0].lower() if ":" in text[:12] else ""
    if scheme in ("data", "blob", "about", "javascript", "mailto"):
        return None
    path, question, query = text.partition("?")
    if scheme in ("", "http", "https"):
        path = path.replace("\\", "/")
    try:
        url = urljoin(base, path + question + query)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
    except ValueError:
        return None
    url = _UNSENT.sub(lambda match: f"%{ord(match[0]):02X}", url)
    return url if len(url) <= MAX_URL else None
