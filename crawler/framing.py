"""Where in the stream of a connection does a response end?

The one thing that a client must understand of HTTP/1.1 to keep a response whole (RFC 9112 §6 and §7), and no more: nothing is decoded,
corrected or thrown away. It is as lenient as archive.http, which reads the kept bytes later, and agrees with it (a property test says
so): what is a success here can be read there. No input is too odd for it, no state grows with what a server sends, and each byte is
looked at once however it was cut into pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# A line of a chunked body that is longer is no chunk size with extensions but something else (or an attack on patience).
_MAX_CHUNK_LINE = 8192
_HEX = frozenset(b"0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status line and headers of the final response."""

    status: int
    version: bytes
    reason: bytes
    headers: list[tuple[bytes, bytes]]

    def values(self, name: bytes) -> list[bytes]:
        """All values of a header; `name` in lower case."""
        return [value for key, value in self.headers if key.lower() == name]


class Framing:
    """Fed with what comes in after a request; says when the response is over."""

    __slots__ = (
        "_chunk_line",
        "_head_bytes",
        "_left",
        "_lengths",
        "_line",
        "_lines",
        "_max_header_bytes",
        "_received",
        "_step",
        "_without_body",
        "done",
        "head",
        "problem",
    )

    def __init__(self, method: str, max_header_bytes: int) -> None:
        self.head: Head | None = None
        self.done = False
        """The last byte of the response was seen."""
        self.problem: Literal["malformed", "headers-too-large", "bad-chunk"] | None = None
        """`bad-chunk` comes after a good head. With a problem, only the server's closing ends the response."""
        self._without_body = method == "HEAD"
        self._max_header_bytes = max_header_bytes
        self._head_bytes = 0
        self._line = bytearray()
        self._lines: list[bytes] = []
        self._left = 0
        self._received = 0
        self._lengths: list[int] = []
        self._chunk_line = 0
        self._step: Callable[[bytes, int], int] = self._in_head

    def feed(self, data: bytes) -> int:
        """Take what came; give the number of bytes that belong to this response: all, unless it is over."""
        at = 0
        while at < len(data) and not self.done:
            at = self._step(data, at)
        return at

    def closed(self) -> Literal["complete", "truncated", "length-unknown"]:
        """What the response is when the connection ends now, by the server's will."""
        if self.done:
            return "complete"
        if self._step == self._to_the_end:
            return "length-unknown"
        # Several lengths were claimed, and one of them is kept.
        if self._step == self._in_length and self._received in self._lengths:
            return "complete"
        return "truncated"

    @property
    def reusable(self) -> bool:
        """Whether the connection can serve another request after this response: RFC 9112 §9.3."""
        head = self.head
        if head is None or not self.done or self.problem or head.status == 101 or len(self._lengths) > 1:
            return False
        options = b",".join(head.values(b"connection")).lower()
        if b"close" in options:
            return False
        if self._lengths and head.values(b"transfer-encoding"):
            return False  # §6.3: both at once are a sign of smuggling
        return head.version == b"HTTP/1.1" or b"keep-alive" in options

    # One step a state: each takes what it can use of data from `at` on and returns where the next one begins.

    def _in_head(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at) + 1
        stop = end or len(data)
        self._head_bytes += stop - at
        self._line += data[at:stop]
        if not self._lines and not b"HTTP/".startswith(bytes(self._line[:5])):
            return self._lost("malformed", stop)
        if self._head_bytes > self._max_header_bytes:
            return self._lost("headers-too-large", stop)
        if not end:
            return stop
        line = bytes(self._line).rstrip(b"\r\n")
        self._line.clear()
        if line:
            self._lines.append(line)
            return stop
        head = _parse_head(self._lines)
        self._lines = []
        if head is None:
            return self._lost("malformed", stop)
        if 100 <= head.status < 200 and head.status != 101:
            return stop  # interim (RFC 9110 §15.2); its bytes count against the limit, so they cannot go on for ever
        self.head = head
        self._begin_body(head)
        return stop

    def _begin_body(self, head: Head) -> None:
        if self._without_body or head.status in (101, 204, 304):
            self.done = True
            return
        self._lengths = _lengths(head)
        if any(b"chunked" in value.lower() for value in head.values(b"transfer-encoding")):
            # Other codings before it do not change where the body ends; an unknown one alone leaves Content-Length as the best guess.
            self._step = self._in_chunk_size
        elif self._lengths:
            self._left = max(self._lengths)
            self._step = self._in_length
            self.done = self._left == 0
        else:
            self._step = self._to_the_end

    def _in_length(self, data: bytes, at: int) -> int:
        taken = min(self._left, len(data) - at)
        self._left -= taken
        self._received += taken
        self.done = self._left == 0
        return at + taken

    def _in_chunk_size(self, data: bytes, at: int) -> int:
        line, stop = self._take_line(data, at, _MAX_CHUNK_LINE)
        if line is None:
            return stop
        size = line.split(b";", 1)[0].strip()  # RFC 9112 §7.1.1: extensions
        if not 0 < len(size) <= 15 or not _HEX.issuperset(size):
            return self._lost("bad-chunk", stop)
        self._left = int(size, 16)
        self._head_bytes = 0
        self._step = self._in_chunk if self._left else self._in_trailer
        return stop

    def _in_chunk(self, data: bytes, at: int) -> int:
        taken = min(self._left, len(data) - at)
        self._left -= taken
        if not self._left:
            self._step = self._after_chunk
        return at + taken

    def _after_chunk(self, data: bytes, at: int) -> int:
        # The line end after a chunk; some servers leave it out.
        if data[at] == 0x0D and not self._line:
            self._line += b"\r"
            return at + 1
        self._line.clear()
        self._step = self._in_chunk_size
        return at + 1 if data[at] == 0x0A else at

    def _in_trailer(self, data: bytes, at: int) -> int:
        line, stop = self._take_line(data, at, self._max_header_bytes)
        if line is not None:
            self.done = not line
        return stop

    def _to_the_end(self, data: bytes, at: int) -> int:
        return len(data)

    def _take_line(self, data: bytes, at: int, limit: int) -> tuple[bytes | None, int]:
        end = data.find(b"\n", at) + 1
        stop = end or len(data)
        self._head_bytes += stop - at
        if self._head_bytes > limit:
            return None, self._lost("bad-chunk", stop)
        self._line += data[at:stop]
        if not end:
            return None, stop
        line = bytes(self._line).rstrip(b"\r\n")
        self._line.clear()
        return line, stop

    def _lost(self, problem: Literal["malformed", "headers-too-large", "bad-chunk"], stop: int) -> int:
        self.problem = problem
        self._line.clear()
        self._step = self._to_the_end
        return stop


def _parse_head(lines: list[bytes]) -> Head | None:
    first = lines[0].split(b" ", 2) if lines else []
    if len(first) < 2 or not first[0].startswith(b"HTTP/") or len(first[1]) < 3 or not first[1][:3].isdigit():
        return None
    headers: list[tuple[bytes, bytes]] = []
    for line in lines[1:]:
        if line[0] in b" \t":  # RFC 9112 §5.2: a folded line continues the value
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, (value + b" " + line.strip()).strip())
            continue
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return Head(status=int(first[1][:3]), version=first[0], reason=first[2] if len(first) > 2 else b"", headers=headers)


def _lengths(head: Head) -> list[int]:
    """The different lengths that Content-Length claims; none where a claim is no number."""
    claims = {part.strip() for value in head.values(b"content-length") for part in value.split(b",")}
    if not all(0 < len(claim) <= 18 and claim.isdigit() for claim in claims):
        return []
    return sorted({int(claim) for claim in claims})
