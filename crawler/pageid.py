"""By which id does the frontier know a page, whatever address of it is at hand?"""

from __future__ import annotations

import hashlib

from crawler.family import family


def page_id(url: str) -> bytes:
    """32 bytes that all addresses of a page share; for what is no URL, the digest of the text as it is."""
    try:
        key = family(url)
    except ValueError:
        key = url
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def named_page_id(url: str) -> bytes:
    """For a URL that the command line names: another id than that of the page which a source may know."""
    return hashlib.sha256(b"command-line " + page_id(url)).digest()
