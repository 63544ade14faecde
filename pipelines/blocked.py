"""Is this answer a block: something put in the place of the page, and which kind?

Pure, and linear in what it reads. By how such pages are built, never by whose they are. `recognise` is for any status; whether a page with
status 200 shows an article is for `pipelines/verdict.py` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SEEN = 64 * 1024  # bytes of the decoded body that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Which block, and by what it was recognised."""

    reason: str
    """`bot_challenge`, `consent`, `login`, `geo_block`, `soft_404`, `redirected_home` or `rate_limited`."""
    evidence: tuple[str, ...]


_CHALLENGE_HEADERS: tuple[tuple[str, str], ...] = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", ""),
    ("x-datadome", ""),
    ("x-dd-b", ""),
    ("x-vercel-mitigated", "challenge"),
    ("x-kpsdk-ct", ""),
    ("x-px-block", ""),
)
_CHALLENGE = re.compile(
    rb"/cdn-cgi/challenge-platform/|cf-chl-|cf_chl_opt|captcha-delivery\.com|_Incapsula_Resource|px-captcha|hcaptcha\.com|"
    rb"recaptcha/api|/_sec/cp_challenge|awswaf|ddos-guard|kasada|datadome|error code: 10(?:10|20)|reference&#32;&#35;|the requested url "
    rb"was rejected|checking your browser|verify you are human|are you a robot|enable javascript and cookies to continue",
    re.IGNORECASE,
)
_GEO = re.compile(
    rb"error code: 1009|(?:not available|unavailable|blocked) in your (?:country|region|location)|"
    rb"unavailable (?:for|due to) legal reasons|your country or region",
    re.IGNORECASE,
)
_RATE = re.compile(rb"too many requests|rate limit|error code: 1015", re.IGNORECASE)


def recognise(
    *, status: int, headers: Sequence[tuple[str, str]], body: bytes, url: str, requested_url: str | None = None
) -> Blocked | None:
    """`body` is decoded. Null where the answer shows no sign of a block."""
    seen = body[:SEEN]
    told = {name.lower(): value.lower() for name, value in headers}
    if status == 429:
        return Blocked(reason="rate_limited", evidence=("status 429",))
    if status == 401 or (status == 403 and "www-authenticate" in told):
        return Blocked(reason="login", evidence=(f"status {status}", *(["www-authenticate"] if "www-authenticate" in told else [])))
    if status == 451:
        return Blocked(reason="geo_block", evidence=("status 451",))
    signs = [name for name, value in _CHALLENGE_HEADERS if name in told and (not value or value in told[name])]
    if signs and (status >= 400 or status == 202 or "cf-mitigated" in signs):
        return Blocked(reason="bot_challenge", evidence=tuple(f"header {name}" for name in signs))
    if status < 400:
        return None
    if _GEO.search(seen):
        return Blocked(reason="geo_block", evidence=("the page says that it is not for this country",))
    if _RATE.search(seen) and status in (403, 503):
        return Blocked(reason="rate_limited", evidence=("the page says that there were too many requests",))
    if status in (403, 405, 406, 503) and (found := _CHALLENGE.search(seen)):
        return Blocked(reason="bot_challenge", evidence=(f"the page has {found[0][:40].decode('ascii', 'replace')}",))
    return None
