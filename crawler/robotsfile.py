"""What does the robots.txt of an origin say, and is it known yet? The cache of this run, over the frontier's.

An answer is used for up to a day (RFC 9309 §2.4). While robots.txt cannot be reached (5xx, no answer, one that was cut or cannot be read)
nothing of the origin is asked for (§2.3.1.4), and that is not remembered: the next run asks again. After 30 days of it the RFC would let
us go by an older answer, or by none. We use neither: a publisher whose robots.txt fails for a month is a matter for a person, whom
`warchive health` tells, and rules that nobody can read any more are no leave.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from archive.http import decode_body, parse_response, split_interim
from archive.model import Capture
from archive.spool import Effect
from crawler.frontier import Frontier, host_of
from crawler.robots import MAX_BYTES, Robots, parse
from crawler.work import origin_of

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
FRESH = 24 * 3600.0
MAX_HOPS = 5  # RFC 9309 §2.3.1.2


class RobotsCache:
    """Rules by origin. `crawl_delay` is told of each host's Crawl-delay."""

    def __init__(
        self, frontier: Frontier, *, wall: Callable[[], float], agent: str, crawl_delay: Callable[[str, float | None], None]
    ) -> None:
        self._frontier, self._wall, self._agent, self._crawl_delay = frontier, wall, agent, crawl_delay
        self._known: dict[str, Robots] = {}
        self._asked: set[str] = set()
        self._delays: dict[str, float] = {}

    def verdict(self, url: str) -> str | None:
        """`ask` (once), `wait` while it is asked, `unreachable`, `deny`, or null where the URL may be asked for."""
        origin = origin_of(url)
        robots = self._known.get(origin)
        if robots is not None and robots.verdict != "disallow-all" and self._wall() - (robots.fetched_at or 0.0) > FRESH:
            robots = None  # the run lasts longer than the answer may be used
            del self._known[origin]
            self._asked.discard(origin)
        if robots is None:
            if origin in self._asked:
                return "wait"
            row = self._frontier.robots(origin)
            if row is None or not 0 <= self._wall() - row["fetched_at"] <= FRESH:  # less than 0: the clock was wrong once
                self._asked.add(origin)
                return "ask"
            robots = self._enter(origin, parse(row["status"], row["body"], fetched_at=row["fetched_at"]))
        if robots.verdict == "disallow-all":
            return "unreachable"
        return None if robots.allows(url, self._agent) else "deny"

    def sitemaps(self, origin: str) -> list[str]:
        """What the robots.txt of the origin names, as far as it was read in this run or is remembered."""
        robots = self._known.get(origin)
        if robots is None:
            row = self._frontier.robots(origin)
            robots = parse(row["status"], row["body"], fetched_at=row["fetched_at"]) if row is not None else None
        return list(robots.sitemaps) if robots is not None else []

    def learn(self, origin: str, capture: Capture | None) -> Effect | None:
        """The final answer came, or none; returns the effect that remembers it, null where it is not to be remembered."""
        now = self._wall()
        if capture is None or capture.truncated in ("time", "disconnect", "unspecified"):  # the rule that is for us may be in the rest
            self._enter(origin, parse(None, None, fetched_at=now))
            return None
        message = parse_response(split_interim(capture.response)[1])
        decoded = decode_body(message, max_bytes=MAX_BYTES + 1)  # one more, so that its reader sees that it was cut
        body = decoded.body
        if decoded.problem not in (None, "too-large"):
            # Some servers name a content coding and send plain text. What is neither might forbid us everything.
            body = message.raw_body
            if 200 <= message.status < 300 and not _is_text(body):
                self._enter(origin, parse(None, None, fetched_at=now))
                return None
        status = message.status if message.status not in (301, 302, 303, 307, 308) else 404  # redirects that lead nowhere: unavailable
        robots = self._enter(origin, parse(status, body, fetched_at=now))
        if robots.verdict == "disallow-all":
            return None
        return self._frontier.keep_robots(origin, fetched_at=now, status=status, body=robots.body or b"")

    def _enter(self, origin: str, robots: Robots) -> Robots:
        self._known[origin] = robots
        host, delay = host_of(origin), robots.crawl_delay(self._agent)
        if delay is not None:  # http and https are two origins of one host: the longer delay holds
            self._delays[host] = max(delay, self._delays.get(host, 0.0))
            self._crawl_delay(host, self._delays[host])
        return robots


def _is_text(body: bytes) -> bool:
    start = body[:4096]
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not _BINARY.search(start)
