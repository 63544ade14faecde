"""How is the newspaper started by hand, in a process of its own?"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from crawler.newspaper.paper import Newspaper


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m crawler.newspaper", description="Serves an invented newspaper over HTTP on loopback.")
    parser.add_argument("--port", type=int, default=8700, help="port on 127.0.0.1; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--edition", type=int, default=1, help="edition 2 changes some stories, adds one and withdraws one")
    parser.add_argument("--pages", type=int, default=0, help="so many made-up articles in addition")
    parser.add_argument("--page-hosts", type=int, default=4, help="over so many hosts (default: %(default)s)")
    parser.add_argument("--log", type=Path, help="write one JSON line an answer to this file")
    parser.add_argument("--sources", type=Path, help="write source files for all hosts into this folder")
    parser.add_argument("--odd", action="store_true", help="with --sources: one for the host of odd answers as well")
    args = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Newspaper(args.port, args.edition, args.pages, args.log, page_hosts=args.page_hosts) as paper:
        if args.sources:
            paper.write_sources(args.sources, odd_post=args.odd)
        sys.stdout.write(
            f"newspaper: edition {args.edition}, {len(paper.hosts)} hosts on 127.0.0.1:{paper.port}; connect_to = {paper.connect_to}\n"
        )
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
