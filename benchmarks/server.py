"""Who answers both crawlers, in a process of its own, at a cost that does not count beside theirs?

    python -m benchmarks.server --pages N --hosts K [--size small] [--corpus DIR] [--warm]

Prints its port. An answer is made once and then only sent. `http://bench.invalid/count` says how many articles were asked for since
`/reset`, and when the first and the last were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from benchmarks.pages import Pages, is_page


class Desk:
    """What was asked so far."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.made: dict[tuple[str, str], bytes] = {}
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.count, self.first, self.last, self.bytes = 0, 0.0, 0.0, 0

    def answer(self, host: str, target: str) -> bytes:
        """The whole response."""
        if host == "bench.invalid":
            return self._control(target)
        key = (host, target)
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = self.pages.response(host, target)
        if is_page(target):
            self.last = time.time()
            self.first = self.first or self.last
            self.count += 1
            self.bytes += len(found)
        return found

    def _control(self, target: str) -> bytes:
        if target == "/reset":
            self.reset()
        body = json.dumps({"pages": self.count, "first": self.first, "last": self.last, "bytes": self.bytes}).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def warm(self) -> None:
        """Make every article now."""
        press = self.pages.press
        for url in press.urls():
            host, slash, path = url.removeprefix("http://").partition("/")
            self.made[host, slash + path] = self.pages.response(host, slash + path)


class Connection(asyncio.Protocol):
    """One client. Requests have no body."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._buffer = desk, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _end, self._buffer = self._buffer.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            host = next((line[5:].strip() for line in lines[1:] if line[:5].lower() == "host:"), "")
            self._transport.write(self._desk.answer(host.partition(":")[0].lower(), lines[0].split(" ")[1]))


async def serve(desk: Desk) -> None:
    """Until the process is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(desk), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server")
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--size", choices=("small", "real"), default="real")
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--warm", action="store_true")
    args = parser.parse_args()
    desk = Desk(Pages(count=args.pages, hosts=args.hosts, size=args.size, corpus=tuple(args.corpus)))
    if args.warm:
        desk.warm()
    asyncio.run(serve(desk))


if __name__ == "__main__":
    main()
