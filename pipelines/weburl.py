"""Which URL does a browser ask for when a page says this?

As far as names of files go: WHATWG URL standard §4.4 takes out tabs and line ends, reads backslashes as slashes, encodes blanks.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

MAX_URL = 4_000
_REMOVED = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_UNSENT = re.compile(r"[\x00-\x20\x7f<>\"`{}|^]")


def absolute(reference: str, base: str) -> str | None:
    """The http or https URL without its fragment; null for anything else, and for what is too long."""
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
