"""Under which URL and host is a file asked for, and by what is it found again?"""

from __future__ import annotations

import hashlib
import re

from crawler import requisite_outcomes as outcomes
from crawler.ask import read_target
from crawler.failures import FetchFailed
from crawler.frontier import host_of

_PLAIN_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*+(?::[0-9]+)?")


def url_id(url: str) -> bytes:
    """By which a URL is found: the spelling counts, as it does for the server."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]


def asked_as(written: str) -> tuple[str, str, str | None]:
    """URL and host under which it is asked for, and the outcome of what cannot be."""
    try:
        target = read_target(written)
    except FetchFailed as failed:
        return written, "", outcomes.name(outcomes.FAILED, failed.reason)
    # As `host_of` has it, which takes longer: manners go by this name.
    return target.url, target.authority if _PLAIN_HOST.fullmatch(target.authority) else host_of(target.url), None
