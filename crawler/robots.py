"""What does a host's robots.txt let us do?

RFC 9309. Which group is ours is decided here, by the RFC; whether a rule matches a path is decided by Protego, which does that part
right. (Protego alone takes `User-agent: war` for a group of warchive's, ends a list of user agents at any line that it does not know,
splits lines where the RFC does not, and tells `/` from `%2F` in a query. It also reads `Allow: /a/index.html` as leave for `/a/`, as
search engines do; who writes that means it.)

Where the RFC leaves room: Crawl-delay is a rule of its group, and so ends a list of user agents. In the RFC's grammar `User-agent: *`,
`Crawl-delay: 10`, `User-agent: badbot`, `Disallow: /` would be one group; whoever wrote it meant two.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from protego import Protego

MAX_BYTES = 500 * 1024  # RFC 9309 §2.5: at least 500 kibibytes must be read
MAX_SITEMAPS = 200
MAX_LINE = 4096

_LINES = re.compile(r"\r\n|\n|\r")  # RFC 9309 §2.2, EOL; str.splitlines knows ten more
_ESCAPED_SLASH = re.compile("%2F", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s/;(,]+")

# Lines are read as crawlers have always read them, misspellings included: who writes `disalow` does not want us there.
_FIELDS = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    "allow": "allow",
    **dict.fromkeys(("crawl-delay", "crawl delay", "crawldelay"), "crawl-delay"),
    **dict.fromkeys(("request-rate", "request rate"), "request-rate"),
    **dict.fromkeys(("sitemap", "sitemaps", "site-map"), "sitemap"),
}

Verdict = Literal["rules", "allow-all", "disallow-all"]


@dataclass(slots=True)
class _Group:
    agents: list[str]
    rules: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    matcher: Protego | None
    in_queries: Protego | None
    """The same rules with `/` escaped in their queries, where one has any: RFC 9309 §2.2.2 takes both spellings for one there."""
    delay: float | None


class Robots:
    """The rules of one host at one moment. Keep `to_row()` in a cache; `from_row` gives the same again."""

    __slots__ = ("_compiled", "_groups", "body", "fetched_at", "reason", "sitemaps", "status", "verdict")

    def __init__(self, *, status: int | None, body: bytes | None, fetched_at: float | None) -> None:
        self.status = status
        self.fetched_at = fetched_at
        """Seconds of the epoch. RFC 9309 §2.4: not to be used for more than a day, unless robots.txt cannot be reached."""
        self.verdict, self.reason = _verdict(status)
        self.body = _whole_lines(body) if body and self.verdict == "rules" else None
        self._groups: list[_Group] = []
        self.sitemaps: list[str] = []
        """Absolute URLs, in their order."""
        if self.body:
            self._read(_text(self.body))
        self._compiled: dict[str, _Compiled] = {}

    def allows(self, url: str, agent: str) -> bool:
        """May `agent` (product token or whole User-Agent) ask for the URL? robots.txt itself always."""
        if self.verdict == "allow-all":
            return True
        try:
            is_robots = urlsplit(url).path == "/robots.txt"
        except ValueError:
            return False
        if is_robots:  # RFC 9309 §2.2.2: implicitly allowed
            return True
        if self.verdict == "disallow-all":
            return False
        rules = self._for(agent)
        if rules.matcher is not None and not rules.matcher.can_fetch(url, "*"):
            return False
        return rules.in_queries is None or rules.in_queries.can_fetch(_slashes_escaped(url), "*")

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests as the host asks for them, not capped; null where it does not."""
        return self._for(agent).delay if self.verdict == "rules" else None

    def to_row(self) -> tuple[int | None, bytes | None, float | None]:
        """`(status, body, fetched_at)`, for a cache."""
        return self.status, self.body, self.fetched_at

    @classmethod
    def from_row(cls, row: tuple[int | None, bytes | None, float | None]) -> Robots:
        """What `to_row` gave."""
        return cls(status=row[0], body=row[1], fetched_at=row[2])

    def _for(self, agent: str) -> _Compiled:
        token = _token(agent)
        if token not in self._compiled:
            # RFC 9309 §2.2.1: all groups of our product token together; only without any, those of `*`.
            groups = [group for group in self._groups if token in group.agents] or [group for group in self._groups if "*" in group.agents]
            self._compiled[token] = _compile([rule for group in groups for rule in group.rules])
        return self._compiled[token]

    def _read(self, text: str) -> None:
        listing = False  # the line before was a user agent's, so that this one joins it
        for name, value in _records(text):
            if name == "sitemap":  # belongs to no group and ends none (§2.2.4)
                if value.lower().startswith(("http://", "https://")) and len(self.sitemaps) < MAX_SITEMAPS and value not in self.sitemaps:
                    self.sitemaps.append(value)
            elif name == "user-agent":
                if not listing:
                    self._groups.append(_Group(agents=[]))
                listing = True
                self._groups[-1].agents.append(_token(value))
            else:
                listing = False
                if self._groups and value:  # rules before any user agent concern nobody; empty ones forbid nothing
                    self._groups[-1].rules.append((name, value))


def parse(status: int | None, body: bytes | None, *, fetched_at: float | None = None) -> Robots:
    """The rules that an answer makes.

    `status` is the final one, after up to five redirects (RFC 9309 §2.3.1.2), null where no answer came; the content coding of
    `body` is undone.
    """
    return Robots(status=status, body=body, fetched_at=fetched_at)


def _verdict(status: int | None) -> tuple[Verdict, str]:
    if status is None:
        return "disallow-all", "robots.txt cannot be reached"  # §2.3.1.4
    if 200 <= status < 300:
        return "rules", f"robots.txt answered {status}"
    if status == 429:
        # §2.3.1.3 would allow everything. But "too many requests" is said of load, not of rules: we stay away, as for a 503.
        return "disallow-all", "robots.txt answered 429: too many requests"
    if 300 <= status < 500:  # 3xx: redirected more than five times, which counts as unavailable
        return "allow-all", f"robots.txt answered {status}: there is none"
    return "disallow-all", f"robots.txt answered {status}"


def _whole_lines(body: bytes) -> bytes:
    if len(body) <= MAX_BYTES:
        return body
    # `Disallow: /` may be the beginning of `Disallow: /private`.
    body = body[:MAX_BYTES]
    return body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]


def _text(body: bytes) -> str:
    if body.startswith(codecs.BOM_UTF16_LE) or body.startswith(codecs.BOM_UTF16_BE):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _records(text: str) -> Iterator[tuple[str, str]]:
    """The lines that mean something: name and value."""
    for line in _LINES.split(text):
        line = line[:MAX_LINE].split("#", 1)[0].strip(" \t\0\ufeff\u00a0")
        name, colon, value = line.partition(":")
        known = _FIELDS.get(name.strip().lower())
        if not (colon and known):
            words = line.split(None, 1)  # `Disallow /private`: the colon is forgotten often
            known = _FIELDS.get(words[0].lower()) if len(words) == 2 else None
            value = words[1] if known else ""
        if known:
            yield known, value.strip()


def _token(agent: str) -> str:
    """The product token of a User-Agent or of a line: `warchive` of `Warchive/1.0 (+https://...)`."""
    found = _TOKEN.match(agent.strip())
    return found[0].lower() if found else ""


def _compile(rules: list[tuple[str, str]]) -> _Compiled:
    delays = [_seconds(value) for name, value in rules if name == "crawl-delay"]
    # One group of nobody's in particular is what Protego reads without any doubt. Its line ends are not ours, so we leave them out.
    lines = [(name, "".join(value.splitlines())) for name, value in rules if name in ("allow", "disallow", "request-rate")]
    matcher = _protego(lines)
    escaped = [(name, _slashes_escaped(value)) if name != "request-rate" else (name, value) for name, value in lines]
    in_queries = _protego(escaped) if any(_ESCAPED_SLASH.search(value.partition("?")[2]) for _, value in escaped) else None
    rate = matcher.request_rate("*") if matcher else None
    if rate:
        delays.append(rate.seconds / rate.requests)
    known = [delay for delay in delays if delay is not None]
    return _Compiled(matcher=matcher, in_queries=in_queries, delay=max(known, default=None))


def _protego(lines: list[tuple[str, str]]) -> Protego | None:
    return Protego.parse("\n".join(["User-agent: *", *(f"{name}: {value}" for name, value in lines)])) if lines else None


def _slashes_escaped(target: str) -> str:
    path, mark, query = target.partition("?")
    return path + mark + query.replace("/", "%2F")


def _seconds(value: str) -> float | None:
    try:
        delay = float(value[:40])
    except ValueError:
        return None
    return delay if math.isfinite(delay) and delay >= 0 else None


def as_dict(robots: Robots) -> dict[str, Any]:
    """For reports: what was decided and why."""
    return {"status": robots.status, "verdict": robots.verdict, "reason": robots.reason, "sitemaps": robots.sitemaps}
