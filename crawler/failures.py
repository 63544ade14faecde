"""For which reasons may a URL that was asked for leave no response?

`FetchFailed` is raised by the download handler and by what it is made of, and by nothing else. It is a fact about one URL that the
crawl counts and reports, not an error that ends a command: hence no WarchiveError.
"""

from __future__ import annotations

from typing import Literal, get_args

FetchReason = Literal[
    "dns",  # the host name is none, or has no address
    "private-address",  # every address is one that must not be reached
    "scheme",  # not http, not https
    "connect",  # no address took the connection
    "tls",  # no trusted TLS session
    "timeout",  # nothing that is a response before the time was up
    "reset",  # the connection was cut before a response's head was whole
    "malformed",  # what came is not HTTP
    "headers-too-large",  # more header than we read
    "no-response",  # the connection was closed without a byte
]
FETCH_REASONS: tuple[str, ...] = get_args(FetchReason)
# What another try, some time later, may well cure. A name that is not found is mostly a passing fault of a resolver, too.
_TRANSIENT = frozenset({"dns", "connect", "timeout", "reset", "no-response"})


class FetchFailed(Exception):
    """No response could be had; `detail` is one line for people, free of control characters."""

    def __init__(self, reason: FetchReason, detail: str) -> None:
        self.reason: FetchReason = reason
        self.detail = "".join(character if character.isprintable() else "?" for character in detail)[:300]
        super().__init__(reason, self.detail)

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"

    @property
    def transient(self) -> bool:
        """Whether asking again later makes sense."""
        return self.reason in _TRANSIENT
